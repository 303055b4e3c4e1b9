// The image is larger than the memory that was set aside for it: a region of an embedded
// linker script, or WebAssembly's memory.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "name/name.h"

namespace ldwhy {
namespace {

bool concerns(const Case &c) { return has_code(c, {"region"}); }

struct Part {
  uint64_t size;
  std::string text;
  std::string object;
};

// The largest functions and variables of what is linked: where to save first.
std::vector<Part> largest_parts(const Facts &facts) {
  std::vector<Part> parts;
  for (ObjectId id = 0; id < facts.link->objects.size(); ++id) {
    const Object *object = facts.link->object(id);
    if (!object || !in_link(facts, id) || object->kind() != ObjectKind::Relocatable) continue;
    (void)object->for_each_symbol([&](const Symbol &symbol) {
      bool counts = is_defined(symbol) && symbol.size > 0 &&
                    (symbol.type == SymbolType::Function || symbol.type == SymbolType::Object);
      if (!counts || (parts.size() == 3 && symbol.size <= parts.back().size)) return;
      parts.push_back(
          {symbol.size,
           fmt::format("{} takes {}", demangle(std::string(symbol.name), facts.format), bytes_text(symbol.size)),
           facts.link->name_of(id)});
      std::ranges::stable_sort(parts, std::greater(), &Part::size);
      if (parts.size() > 3) parts.pop_back();
    });
  }
  return parts;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!concerns(c)) return std::nullopt;
  const std::string &name = c.complaint->subject;
  const MemoryRegion *region = nullptr;
  for (const MemoryRegion &known : facts.survey->surroundings.regions)
    if (!name.empty() && known.name == name) region = &known;
  Verdict verdict;
  verdict.certainty = region && region->bytes ? Certainty::Proven : Certainty::Likely;
  verdict.group = name.empty() ? "memory" : name;
  std::string by;
  for (const std::string &note : c.complaint->notes)
    if (note.find("bytes") != note.npos) by = note;
  if (region)
    verdict.summary = fmt::format("the program does not fit into the region {} of {} ({}){}", name, region->script,
                                  region->length, by.empty() ? "" : fmt::format("; it overflows by {}", by));
  else if (facts.flavor == Flavor::Wasm)
    verdict.summary = fmt::format("the module's memory is set smaller than what it needs{}",
                                  by.empty() ? "" : fmt::format(" ({})", by));
  else
    verdict.summary = fmt::format("the program does not fit into the memory {} that the linker script sets aside{}",
                                  name.empty() ? "region" : "region " + name,
                                  by.empty() ? "" : fmt::format("; it overflows by {}", by));
  verdict.explanation = fmt::format(
      "{}Nothing is wrong with any one symbol: all sections together are larger than the region. Build for size, drop "
      "unused sections "
      "(-ffunction-sections -fdata-sections with --gc-sections), or give the region its true length where the script "
      "has too little.",
      region ? fmt::format("{} gives {} a length of {}. ", region->script, name, region->length) : "");
  verdict.evidence.push_back(words_of(c));
  if (region)
    verdict.evidence.push_back({"script",
                                region->script,
                                "",
                                fmt::format("{}: LENGTH = {}", name, region->length),
                                {{"bytes", std::to_string(region->bytes)}}});
  for (const Part &part : largest_parts(facts))
    verdict.evidence.push_back({"definition", part.object, "", part.text, {{"size", std::to_string(part.size)}}});
  bool collects = facts.link->command.gc_sections;
  if (!collects && facts.flavor == Flavor::Gnu) verdict.remedies.push_back({.remedy = "collect-sections"});
  verdict.remedies.push_back({.remedy = "make-smaller"});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (!concerns(c)) return std::nullopt;
  if (facts.flavor == Flavor::Wasm)
    return Suspicion{90, "the module needs more memory than --initial-memory or --max-memory gives it", ""};
  const std::string &name = c.complaint->subject;
  return Suspicion{85, fmt::format("the program is larger than the region {} that the linker script sets aside", name),
                   ""};
}

// The linker script of the shown command: -T x, -Tx, -Wl,-T,x.
std::string script_of(const Facts &facts) {
  std::span<const std::string> words = shown_words(facts);
  for (size_t i = 0; i < words.size(); ++i) {
    std::string_view word = words[i];
    if ((word == "-T" || word == "--script") && i + 1 < words.size()) return words[i + 1];
    if (word.starts_with("-Wl,-T")) return std::string(word.substr(6 + (word.substr(6).starts_with(',') ? 1 : 0)));
    if (word.starts_with("-T") && word.size() > 2 && !word.starts_with("-Ttext") && !word.starts_with("-Tdata") &&
        !word.starts_with("-Tbss"))
      return std::string(word.substr(2));
  }
  return "";
}

std::string decide(const Case &, const Facts &facts) {
  if (facts.flavor == Flavor::Wasm)
    return "grep -rnE 'INITIAL_MEMORY|MAXIMUM_MEMORY|initial-memory|max-memory' --include='CMakeLists.txt' "
           "--include='Makefile*' .";
  if (std::string script = script_of(facts); !script.empty())
    return fmt::format("grep -n -A8 MEMORY {}", quoted(script));
  return "grep -rn -A8 MEMORY --include='*.ld' --include='*.lds' --include='*.x' .";
}

}  // namespace

extern const Cause region_overflow{"region-overflow", "the image is larger than its memory region", examine, suspect,
                                   decide};

}  // namespace ldwhy
