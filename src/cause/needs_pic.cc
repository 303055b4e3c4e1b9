// Code that holds fixed addresses, in an image that is loaded anywhere: a shared library or a
// position-independent program.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/references.h"
#include "name/name.h"

namespace ldwhy {
namespace {

bool concerns(const Case &c) { return has_code(c, {"relocation-pic"}); }

std::string image_of(const Facts &facts) {
  switch (facts.link->command.output_kind) {
    case Output::Shared: return "a shared library";
    case Output::Bundle: return "a bundle";
    case Output::Pie:
    case Output::StaticPie: return "a position-independent program (PIE)";
    default: return "";
  }
}

struct Fixed {
  size_t count = 0;           // relocations that need a fixed address
  Reference example;
  bool names_symbol = false;  // the example is against the symbol that the linker names
};

Fixed fixed_addresses(const Object &object, const std::string &symbol) {
  Fixed fixed;
  (void)object.for_each_reference([&](const Reference &reference) {
    bool distance = reference.form == RelocationForm::Distance && reference.symbol == symbol;
    if (reference.form != RelocationForm::Absolute && !distance) return;
    ++fixed.count;
    bool named = reference.symbol == symbol;
    if (fixed.count == 1 || (named && !fixed.names_symbol)) fixed.example = reference, fixed.names_symbol = named;
  });
  return fixed;
}

// All inputs with such code, since the linker stops at the first.
std::vector<std::string> others_like_it(const Facts &facts, ObjectId named) {
  constexpr size_t most_looked_at = 400;
  std::vector<std::string> names;
  size_t looked_at = 0;
  for (ObjectId id = 0; id < facts.link->objects.size() && looked_at < most_looked_at; ++id) {
    const Object *object = facts.link->object(id);
    if (id == named || !in_link(facts, id) || !object || object->kind() != ObjectKind::Relocatable) continue;
    if (facts.link->argument_of(id).automatic) continue;
    ++looked_at;
    bool fixed = false;
    (void)object->for_each_reference(
        [&](const Reference &reference) { fixed |= reference.form == RelocationForm::Absolute; });
    if (fixed) names.push_back(facts.link->name_of(id));
  }
  return names;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!concerns(c)) return std::nullopt;
  // What nothing defines has no address at all; the linker only said so in other words.
  if (c.unresolved) return std::nullopt;
  ObjectId id = object_meant(c, facts);
  std::string image = image_of(facts);
  if (id == no_object) {
    Verdict verdict =
        verdict_from_words(c, fmt::format("{} is not compiled as position-independent code", place_meant(c)),
                           "The linker says so; the object itself could not be looked at.");
    verdict.group = "pic";
    return verdict;
  }
  std::string name = facts.link->name_of(id);
  Fixed fixed = fixed_addresses(*facts.link->object(id), c.name);
  Verdict verdict;
  verdict.certainty = fixed.count > 0 && !image.empty() ? Certainty::Proven : Certainty::Likely;
  verdict.group = "pic";
  bool in_archive = !facts.link->member_of(id).name.empty();
  std::string relocation = c.complaint->notes.empty() ? "" : c.complaint->notes.front();
  verdict.summary = fmt::format("{} is not compiled as position-independent code (-fPIC), which {} needs", name,
                                image.empty() ? "this image" : image);
  verdict.explanation = fmt::format(
      "{} holds a place ({}) that wants an address known when it is linked; {} is loaded anywhere, so it is not. What "
      "has to be "
      "compiled again is {}{}, not the code that uses it.",
      name, relocation, image.empty() ? "the image" : image, in_archive ? "the static library " : "",
      in_archive ? facts.link->input_name(facts.link->objects[id].input) : name);
  verdict.evidence.push_back(words_of(c));
  if (fixed.count > 0)
    verdict.evidence.push_back({"relocation",
                                facts.link->input_name(facts.link->objects[id].input),
                                std::string(facts.link->member_of(id).name),
                                fmt::format("{} such place{}; {}+{:#x}{} refers to {}", fixed.count,
                                            fixed.count == 1 ? "" : "s", fixed.example.section, fixed.example.offset,
                                            fixed.example.function.empty()
                                                ? ""
                                                : fmt::format(" in {}", demangle(fixed.example.function, facts.format)),
                                            demangle(fixed.example.symbol, facts.format)),
                                {{"count", std::to_string(fixed.count)}}});
  if (!image.empty()) verdict.evidence.push_back({"option", "", "", fmt::format("the link makes {}", image), {}});
  if (std::vector<std::string> others = others_like_it(facts, id); !others.empty())
    verdict.evidence.push_back({"relocation", "", "", fmt::format("the same in {}", list_names(others)), {}});
  verdict.remedies.push_back({.remedy = "compile-pic", .path = name});
  if (facts.link->command.output_kind == Output::Pie) verdict.remedies.push_back({.remedy = "no-pie"});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &) {
  if (!concerns(c)) return std::nullopt;
  return Suspicion{says(c, "absolute symbol") ? 40 : 80,
                   fmt::format("{} is not compiled with -fPIC, and is linked into a shared library or a PIE program",
                               place_meant(c)),
                   ""};
}

std::string relocation_named(const Case &c) {
  for (const std::string &note : c.complaint->notes)
    if (note.starts_with("R_") || note.starts_with("IMAGE_REL")) return note.substr(0, note.find_first_of(" (,"));
  return "";
}

std::string decide(const Case &c, const Facts &facts) {
  std::string file = file_meant(c), relocation = relocation_named(c);
  if (file.empty()) file = "OBJECT";
  switch (format_at_hand(facts)) {
    case Format::MachO: return fmt::format("otool -rv {} | head -40", quoted(file));
    case Format::Coff: return fmt::format("objdump -r {}", quoted(file));
    case Format::Wasm: return fmt::format("llvm-readobj --relocations {}", quoted(file));
    default: break;
  }
  if (relocation.empty())
    return fmt::format("readelf -rW {} | grep -E 'R_[A-Z0-9_]*_(32S?|64|ABS|PC32)'", quoted(file));
  return fmt::format("readelf -rW {} | grep -m5 -w {}", quoted(file), quoted(relocation));
}

}  // namespace

extern const Cause needs_pic{"needs-pic", "code is not position-independent, and the image must be", examine, suspect,
                             decide};

}  // namespace ldwhy
