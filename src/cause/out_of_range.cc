// The distance between a place and what it refers to does not fit the instruction's field: data
// beyond 2 GB in the small code model, code beyond a branch's reach.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "name/name.h"

namespace ldwhy {
namespace {

bool concerns(const Case &c) { return has_code(c, {"relocation-range"}); }

struct Large {
  uint64_t size;
  std::string name;
  std::string object;
};

struct Sizes {
  uint64_t data = 0, code = 0;   // of symbols with a size, in the objects that are linked
  std::vector<Large> largest;    // of the data, three
};

Sizes sizes_of(const Facts &facts) {
  Sizes sizes;
  for (ObjectId id = 0; id < facts.link->objects.size(); ++id) {
    const Object *object = facts.link->object(id);
    if (!object || !in_link(facts, id) || object->kind() == ObjectKind::Shared || object->kind() == ObjectKind::Stub)
      continue;
    (void)object->for_each_symbol([&](const Symbol &symbol) {
      if (!is_defined(symbol) || symbol.size == 0 || symbol.size > uint64_t{1} << 50) return;
      if (symbol.type == SymbolType::Function) sizes.code += symbol.size;
      if (symbol.type != SymbolType::Object && symbol.state != SymbolState::Common) return;
      sizes.data += symbol.size;
      sizes.largest.push_back({symbol.size, demangle(std::string(symbol.name), facts.format), facts.link->name_of(id)});
      std::ranges::sort(sizes.largest, std::greater(), &Large::size);
      if (sizes.largest.size() > 3) sizes.largest.pop_back();
    });
  }
  return sizes;
}

constexpr uint64_t reach_of_32_bits = uint64_t{1} << 31;

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!concerns(c) || c.unresolved) return std::nullopt;
  Sizes sizes = sizes_of(facts);
  bool x86 = facts.link->command.target.arch == Arch::X86_64;
  bool too_much_data = x86 && sizes.data > reach_of_32_bits;
  std::string place = place_meant(c);
  Verdict verdict;
  verdict.certainty = too_much_data ? Certainty::Proven : Certainty::Likely;
  verdict.group = "range";
  if (too_much_data) {
    verdict.summary =
        fmt::format("the program's data is {} in all, more than code can reach in the small code model (2 GB)",
                    bytes_text(sizes.data));
    verdict.explanation = fmt::format(
        "On x86-64 code reaches data over a signed 32-bit distance unless it is compiled otherwise. The variables of "
        "this link "
        "take {}, so what lies behind the large ones is out of reach. {} is named by chance; what pushes it away is {} "
        "({}).",
        bytes_text(sizes.data), c.shown.empty() ? "The symbol" : c.shown, sizes.largest.front().name,
        bytes_text(sizes.largest.front().size));
    verdict.remedies.push_back({.remedy = "code-model", .symbol = "-mcmodel=medium"});
  } else {
    verdict.summary = fmt::format("{} is further from {} than the instruction can reach",
                                  c.shown.empty() ? "the target" : c.shown, place);
    verdict.explanation = fmt::format(
        "The linker placed the two too far apart for the field of this relocation. The image has grown past the reach "
        "(128 MB for a direct arm64 branch, 2 GB for x86-64), or an address is fixed far away by a linker script or an "
        "absolute symbol. Which two symbols are named is chance. Sized symbols here: {} of code, {} of data.",
        bytes_text(sizes.code), bytes_text(sizes.data));
    verdict.remedies.push_back({.remedy = "code-model", .symbol = x86 ? "-mcmodel=medium" : ""});
  }
  verdict.evidence.push_back(words_of(c));
  for (const Large &large : sizes.largest)
    if (large.size > reach_of_32_bits / 64)
      verdict.evidence.push_back({"definition",
                                  large.object,
                                  "",
                                  fmt::format("{} takes {}", large.name, bytes_text(large.size)),
                                  {{"size", std::to_string(large.size)}}});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &) {
  if (!concerns(c)) return std::nullopt;
  bool data = says(c, "R_X86_64_");
  return Suspicion{
      85,
      data ? "the program's data takes more than the 2 GB that the small code model can reach, or an address is "
             "fixed too far away"
           : "the image has grown past the reach of a direct branch",
      ""};
}

std::string decide(const Case &c, const Facts &facts) {
  std::string file = file_meant(c);
  if (format_at_hand(facts) == Format::Coff && facts.linker == Linker::LinkExe)
    return fmt::format("dumpbin /summary {}", quoted(file.empty() ? "*.obj" : file));
  if (file.empty()) return "size -t *.o";
  return fmt::format("size -t {}", quoted(file));
}

}  // namespace

extern const Cause out_of_range{"out-of-range", "too far apart for the instruction's field", examine, suspect, decide};

}  // namespace ldwhy
