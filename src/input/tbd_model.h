// What a text stub says, whichever of its notations it is written in: the form between the two
// parsers (tbd_yaml.cc, tbd_json.cc) and the object made of it (tbd.cc).
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "model/symbol.h"
#include "model/target.h"

namespace ldwhy::stub {

struct StubTarget {
  Arch arch = Arch::Unknown;
  Platform platform = Platform::Unknown;
};
// Nothing: all targets of the library. Targets of an unknown name are left out, so an empty
// list fits none.
using TargetList = std::optional<std::vector<StubTarget>>;

enum class NameKind : uint8_t { Plain, Weak, ThreadLocal, ObjcClass, ObjcEhType, ObjcIvar };

struct NameList {
  NameKind kind = NameKind::Plain;
  SymbolType type = SymbolType::None;   // version 5 knows functions
  std::vector<std::string_view> names;  // Objective-C names without prefix
};
struct SymbolGroup {
  TargetList targets;
  bool undefined = false;
  std::vector<NameList> lists;
};
struct LibraryGroup {
  TargetList targets;
  std::vector<std::string_view> names;
};
struct Library {
  std::string_view install_name;
  std::vector<StubTarget> targets;
  std::vector<LibraryGroup> reexported;
  std::vector<SymbolGroup> symbols;
};
// The first library is the stub's own; the others are those whose stubs were put into the same
// file because it re-exports them.
struct File {
  std::vector<Library> libraries;
  std::deque<std::string> owned;  // names that stand in the file with escapes, if at all
};

// Both throw Malformed.
File read_yaml(Bytes bytes);
File read_json(Bytes bytes);

// "x86_64-ios-simulator"; nothing where a part is unknown.
std::optional<StubTarget> target_named(std::string_view text);

}  // namespace ldwhy::stub
