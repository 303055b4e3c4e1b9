#include "remedy/remedy.h"

namespace ldwhy {

extern const RemedyKind add_library, move_library_last, group_archives, extern_c, add_search_path, define_symbol,
    make_global, noinline_caller, one_codegen_unit, file_without_lto, full_lto, no_lto, rebuild_for_target,
    export_symbol, install_library;

// Cheapest first: what costs nothing, what costs a little speed, what has to be built.
std::span<const RemedyKind *const> remedy_kinds() {
  static const RemedyKind *const kinds[] = {
      &add_library,     &move_library_last, &group_archives,   &add_search_path, &extern_c,
      &make_global,     &noinline_caller,   &one_codegen_unit, &file_without_lto, &full_lto,
      &no_lto,          &export_symbol,     &define_symbol,    &install_library, &rebuild_for_target,
  };
  return kinds;
}

const RemedyKind *find_remedy(std::string_view id) {
  for (const RemedyKind *kind : remedy_kinds())
    if (kind->id == id) return kind;
  return nullptr;
}

}  // namespace ldwhy
