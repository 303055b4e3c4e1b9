#include "cause/cause.h"

namespace ldwhy {

extern const Cause library_not_found, wrong_target, archive_order, local_definition, not_exported,
    language_linkage, library_not_linked, object_missing;

// The order decides between causes that are equally certain of one case: what is on the
// link line goes before what is not, and "nothing defines it" comes last.
std::span<const Cause *const> causes() {
  static const Cause *const all[] = {
      &library_not_found, &wrong_target,     &archive_order,      &local_definition,
      &not_exported,      &language_linkage, &library_not_linked, &object_missing,
  };
  return all;
}

}  // namespace ldwhy
