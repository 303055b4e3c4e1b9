#include "remedy/remedy.h"

namespace ldwhy {

extern const RemedyKind add_library, add_libraries, move_library_last, group_archives, extern_c, add_search_path,
    define_symbol, make_global, noinline_caller, one_codegen_unit, file_without_lto, full_lto, no_lto,
    rebuild_for_target, export_symbol, install_library, match_declaration, match_spelling, match_import, match_abi,
    match_rtti, emit_code, define_key_function, define_entry, link_run_time, rebuild_index, no_pie, collect_sections,
    undefined_version, keep_start_stop, keep_symbol, fat_objects, split_lto_unit, other_linker_program, without_option,
    two_dashes, response_file, import_from_host, no_entry;

// Cheapest first: what costs nothing, what costs a little speed, what has to be built.
std::span<const RemedyKind *const> remedy_kinds() {
  static const RemedyKind *const kinds[] = {
      &add_libraries,    &add_library,      &link_run_time,        &match_declaration, &match_spelling,
      &match_import,     &emit_code,        &define_key_function,  &no_entry,          &define_entry,
      &match_rtti,       &match_abi,        &move_library_last,    &group_archives,    &add_search_path,
      &extern_c,         &make_global,      &noinline_caller,      &keep_symbol,       &fat_objects,
      &split_lto_unit,   &one_codegen_unit, &file_without_lto,     &full_lto,          &no_lto,
      &export_symbol,    &import_from_host, &define_symbol,        &install_library,   &rebuild_for_target,
      &rebuild_index,    &without_option,   &two_dashes,           &undefined_version, &keep_start_stop,
      &collect_sections, &no_pie,           &other_linker_program, &response_file,
  };
  return kinds;
}

const RemedyKind *find_remedy(std::string_view id) {
  for (const RemedyKind *kind : remedy_kinds())
    if (kind->id == id) return kind;
  for (const RemedyKind *kind : instructions())
    if (kind->id == id) return kind;
  return nullptr;
}

}  // namespace ldwhy
