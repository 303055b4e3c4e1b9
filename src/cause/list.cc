#include "cause/cause.h"

namespace ldwhy {

extern const Cause library_not_found, wrong_target, archive_order, local_definition, not_exported, language_linkage,
    library_not_linked, object_missing, no_entry_point, dllimport_mismatch, abi_mismatch, decoration,
    signature_mismatch, vtable_typeinfo, not_instantiated, runtime_missing, sdk_missing, wrong_format,
    lto_version_mismatch, target_mismatch, version_script, image_marks, tls_mismatch, needs_pic, out_of_range,
    region_overflow, output_busy, out_of_memory, linker_crash, bad_option, linker_not_found, command_too_long,
    deployment_target, linked_twice, tentative_definition, header_definition, symbol_version, dso_indirect,
    section_discarded, stale_artifact, lto_dropped, lto_unreadable, lto_unit_mismatch, inline_asm_definition,
    asm_duplicate;

// The order decides between causes that are equally certain of one case: what is on the
// link line goes before what is not, and "nothing defines it" comes last.
std::span<const Cause *const> causes() {
  static const Cause *const all[] = {
      // The link itself could not run: nothing is to be said of symbols.
      &bad_option,
      &linker_not_found,
      &command_too_long,
      &output_busy,
      &out_of_memory,
      // Inputs that cannot be used.
      &sdk_missing,
      &lto_unreadable,
      &lto_unit_mismatch,
      &lto_version_mismatch,
      &target_mismatch,
      &wrong_format,
      &linker_crash,
      &version_script,
      &image_marks,
      &tls_mismatch,
      &needs_pic,
      &out_of_range,
      &region_overflow,
      &deployment_target,
      // Defined twice.
      &linked_twice,
      &asm_duplicate,
      &tentative_definition,
      &header_definition,
      // Libraries and symbols.
      &section_discarded,
      &symbol_version,
      &lto_dropped,
      &inline_asm_definition,
      &library_not_found,
      &wrong_target,
      &archive_order,
      &local_definition,
      &no_entry_point,
      &dllimport_mismatch,
      &abi_mismatch,
      &not_exported,
      &language_linkage,
      &decoration,
      &signature_mismatch,
      &vtable_typeinfo,
      &runtime_missing,
      &not_instantiated,
      &stale_artifact,
      &dso_indirect,
      &library_not_linked,
      &object_missing,
  };
  return all;
}

}  // namespace ldwhy
