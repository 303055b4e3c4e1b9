#include "log/log.h"

namespace ldwhy {

std::span<const LogDialect *const> log_dialects() {
  // Frames before linkers; of the linkers, those whose words are unmistakable before those
  // that share the name "ld", and GNU ld last, since it takes what a plain "ld:" says.
  static const LogDialect *const dialects[] = {
      &commands_dialect,  &build_tool_dialect, &driver_dialect,  &rustc_dialect, &modpost_dialect,
      &system_ld_dialect, &wild_dialect,       &wasm_ld_dialect, &zig_dialect,   &go_link_dialect,
      &lld_coff_dialect,  &ld64_lld_dialect,   &mold_dialect,    &lld_dialect,   &gold_dialect,
      &link_exe_dialect,  &ld_prime_dialect,   &ld64_dialect,    &bfd_dialect};
  return dialects;
}

}  // namespace ldwhy
