// rustc names its objects in three ways, as seen with 1.95 and 1.96:
//   app-5f0e.app.9cb69eb3-cgu.0.rcgu.o           OUTPUT.CRATE.HASH-cgu.NUMBER
//   app-5f0e.bji9ml390vejpb0nezjvnp65r.rcgu.o    OUTPUT.UNIT, in incremental builds
//   app.fiber-7d1a.fiber.bcfa0cf2-cgu.0.rcgu.o.rcgu.o
//                          a library's unit, after ThinLTO over all crates
// with a hash of the invocation more before .rcgu.o where Cargo asks for it. OUTPUT is
// the crate's name, with Cargo's hash of its version and options behind it.
#include "name/rust_units.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"

namespace ldwhy {
namespace {

constexpr std::string_view ending = ".rcgu.o";

// The part of `text` before its last `mark`, and the part after it.
std::pair<std::string_view, std::string_view> split_last(std::string_view text, char mark) {
  size_t at = text.rfind(mark);
  if (at == text.npos) return {"", text};
  return {text.substr(0, at), text.substr(at + 1)};
}

}  // namespace

std::optional<CodegenUnit> codegen_unit(std::string_view name) {
  if (name.ends_with(')') && name.find('(') != name.npos) {
    name.remove_suffix(1);
    name.remove_prefix(name.rfind('(') + 1);
  }
  name = file_name(name);
  if (!name.ends_with(ending)) return std::nullopt;
  name.remove_suffix(ending.size());
  CodegenUnit unit;
  if (name.ends_with(ending)) {
    unit.after_lto = true;
    name.remove_suffix(ending.size());
  }
  constexpr std::string_view mark = "-cgu.";
  if (size_t at = name.find(mark); at != name.npos) {
    std::string_view number = name.substr(at + mark.size());
    unit.number = number.substr(0, number.find('.'));
    auto [front, hash] = split_last(name.substr(0, at), '.');
    unit.crate = split_last(front, '.').second;
    unit.identity = fmt::format("{}.{}", unit.crate, hash);
  } else {
    size_t dot = name.find('.');
    if (dot == name.npos) return std::nullopt;
    std::string_view output = name.substr(0, dot);
    unit.identity = output;
    unit.crate = output.substr(0, output.rfind('-'));
    unit.number = name.substr(dot + 1, name.find('.', dot + 1) - dot - 1);
  }
  return unit;
}

std::string describe(const CodegenUnit &unit) {
  return fmt::format("crate {}'s codegen unit {}", unit.crate, unit.number);
}

bool linked_by_rustc(const Link &link) {
  return std::ranges::any_of(link.command.inputs, [](const InputArg &input) { return input.text.ends_with(ending); });
}

}  // namespace ldwhy
