// What the names that rustc gives its objects say.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/link.h"

namespace ldwhy {

// One object of rustc's: a crate is compiled in several units.
struct CodegenUnit {
  std::string crate;      // "fiber"
  std::string identity;   // the crate's name with its hash: two versions of a crate differ in it
  std::string number;     // "0"; incremental builds name units by hash
  bool after_lto = false; // taken out of a library for ThinLTO over all crates
};

// Of an object's or archive member's name; nothing: not one of rustc's.
std::optional<CodegenUnit> codegen_unit(std::string_view name);

// "crate fiber's codegen unit 0"
std::string describe(const CodegenUnit &unit);

// Whether rustc ran the link: what goes in is then decided by Cargo and build scripts, and
// nobody types the link line.
bool linked_by_rustc(const Link &link);

}  // namespace ldwhy
