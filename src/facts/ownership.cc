// In C++ a program's own code mostly stands in its own namespaces or in none; a class of another
// namespace that main() uses is a library's. A Swift name tells its module: that is the unit that
// is built and linked as one. Unreal's build tool makes a DLL of each module, and its types have
// names that others hardly have.
#include "facts/ownership.h"

#include <algorithm>
#include <cctype>

#include "facts/references.h"
#include "name/name.h"

namespace ldwhy {
namespace {

std::string lowered(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return small;
}

// In the names of the files or functions that refer to it.
bool referrers_have(const Case &c, std::string_view word) {
  std::string wanted = lowered(word);
  return std::ranges::any_of(c.complaint->references, [&](const ReferencePlace &place) {
    return lowered(place.file).find(wanted) != std::string::npos ||
           lowered(place.member).find(wanted) != std::string::npos ||
           lowered(place.function).find(wanted) != std::string::npos ||
           lowered(place.source).find(wanted) != std::string::npos;
  });
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// "Kit" of "3KitC…": an identifier behind its length.
std::string_view counted(std::string_view text) {
  size_t length = 0, at = 0;
  while (at < text.size() && at < 4 && text[at] >= '0' && text[at] <= '9')
    length = length * 10 + static_cast<size_t>(text[at++] - '0');
  return at == 0 || length == 0 || length > text.size() - at ? std::string_view() : text.substr(at, length);
}

// "$s3Kit…", and before Swift 5 "_T03Kit…" or "_TFC3Kit…".
std::string_view module_of_mangled(std::string_view name) {
  while (name.starts_with('_') && !name.starts_with("_T")) name.remove_prefix(1);
  for (std::string_view head : {"$s", "$S", "_T0"})
    if (name.starts_with(head)) return counted(name.substr(head.size()));
  if (!name.starts_with("_T")) return {};
  return counted(name.substr(std::min(name.find_first_of("0123456789"), name.size())));
}

// As linkers print it: "type metadata accessor for Kit.Session".
std::string_view module_of_printed(std::string_view text) {
  constexpr std::string_view marks[] = {" metadata accessor for ",
                                        " metadata for ",
                                        " descriptor for ",
                                        "witness table for ",
                                        "witness table accessor for type ",
                                        "offset for ",
                                        "dispatch thunk of ",
                                        "enum case for ",
                                        "metaclass for ",
                                        "default argument 0 of "};
  size_t start = text.npos;
  for (std::string_view mark : marks)
    if (size_t at = text.find(mark); at != text.npos) start = std::min(start, at + mark.size());
  if (size_t at = text.find("(extension in "); at != text.npos) {
    text = text.substr(at + 14);
    return text.substr(0, text.find(')'));
  }
  bool declared =
      text.find(" -> ") != text.npos || text.find(".getter : ") != text.npos || text.find(".setter : ") != text.npos;
  if (start == text.npos && !declared) return {};
  text.remove_prefix(start == text.npos ? 0 : start);
  if (text.starts_with("static ")) text.remove_prefix(7);
  size_t dot = 0;
  while (dot < text.size() && is_word(text[dot])) ++dot;
  return dot > 0 && dot < text.size() && text[dot] == '.' ? text.substr(0, dot) : std::string_view();
}

}  // namespace

bool of_other_namespace(const Case &c, const Facts &facts) {
  if ((c.parts.scheme != Scheme::Itanium && c.parts.scheme != Scheme::Microsoft) || c.parts.imported || c.library_own ||
      c.known)
    return false;
  std::string owner = class_of(c.parts);
  size_t mark = owner.find("::");
  // A function's own scope is a namespace where another missing name has a class in it.
  bool inner = mark == owner.npos && !owner.empty() && std::ranges::any_of(facts.cases, [&](const Case &other) {
                 return class_of(other.parts).starts_with(owner + "::");
               });
  if (inner) mark = owner.size();
  if (mark == owner.npos || mark < 2 || c.complaint->references.empty() || used_by_its_own_kind(c)) return false;
  // "lldb" and "lldb_private" are of one house.
  std::string_view space = std::string_view(owner).substr(0, mark);
  bool related = std::ranges::any_of(c.complaint->references, [&](const ReferencePlace &place) {
    std::string user = class_of(parse_printed(place.function, Format::Unknown));
    std::string_view other = std::string_view(user).substr(0, user.find("::"));
    return other.size() >= 3 && (space.starts_with(other) || other.starts_with(space));
  });
  return !related && !referrers_have(c, space);
}

SwiftModule swift_module(const Case &c) {
  std::string_view module = module_of_mangled(c.complaint->symbol);
  if (module.empty()) module = module_of_printed(c.complaint->symbol);
  // "__C": what Objective-C's headers declare.
  if (module.size() < 2 || module == "__C" || c.complaint->references.empty()) return {};
  SwiftModule found{std::string(module), false};
  for (const ReferencePlace &place : c.complaint->references)
    found.own |= module_of_mangled(place.function) == module || place.function.starts_with(found.name + ".") ||
                 place.file.find("/" + found.name + ".build/") != std::string::npos;
  return found;
}

bool for_unreal(const Case &c, const Facts &facts) {
  auto tells = [](std::string_view text) {
    for (std::string_view mark :
         {"UE4Editor", "UnrealEditor", "UE4Game", "UnrealGame", "UnrealBuildTool", "TSizedDefaultAllocator",
          "VFString@@", "UClass@@", "VUObject@@", "VAActor@@", "VFName@@", "VUWorld@@", "class FString", "class UClass",
          "class UObject", "class AActor"})
      if (text.find(mark) != text.npos) return true;
    return false;
  };
  // Its classes begin with a letter for their kind; here on both sides.
  auto by_kind = [](std::string_view owner) {
    owner = owner.substr(0, owner.find_first_of("<:"));
    return owner.size() > 3 && std::string_view("AFUST").find(owner[0]) != std::string_view::npos &&
           std::isupper(static_cast<unsigned char>(owner[1])) != 0 &&
           std::ranges::any_of(owner, [](unsigned char letter) { return std::islower(letter) != 0; });
  };
  bool both =
      by_kind(class_of(c.parts)) && std::ranges::any_of(c.complaint->references, [&](const ReferencePlace &place) {
        return by_kind(class_of(parse_printed(place.function, Format::Coff)));
      });
  if (both || tells(c.complaint->text) || tells(c.complaint->symbol)) return true;
  // The last words name the file that was to be made.
  constexpr size_t enough = 40;
  if (!facts.log) return false;
  const std::vector<Complaint> &all = facts.log->complaints;
  for (size_t i = 0; i < all.size() && i < enough; ++i)
    if (tells(all[i].text)) return true;
  return !all.empty() && tells(all.back().text);
}

bool only_shared_refer(const Case &c) {
  return c.complaint->code == "shlib-undefined" && !c.complaint->references.empty();
}

}  // namespace ldwhy
