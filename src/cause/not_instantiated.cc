// A template's instance, or an inline function, that no object holds. Compilers emit a
// template where it is used with its body in sight; a body in a source file serves only
// that file, unless it is instantiated there explicitly. In C99 `inline` alone emits
// nothing anywhere: one file has to say `extern inline`.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "facts/references.h"
#include "name/abi.h"

namespace ldwhy {
namespace {

bool is_instance(const ParsedName &name) {
  if (name.special || name.scheme == Scheme::Rust || name.scheme == Scheme::Plain) return false;
  return !name.arguments.empty() || name.scope.find('<') != std::string::npos;
}

// "template void f<int>(int);"; of a class template, the class.
std::string instantiation(const ParsedName &name) {
  if (name.scope.find('<') != std::string::npos) return fmt::format("template class {};", name.scope);
  return fmt::format("template {};", name.demangled);
}

std::optional<Verdict> of_template(const Case &c, const Facts &facts) {
  std::vector<const Sighting *> others = near_definitions(c, Relation::Instance);
  std::erase_if(others, [&](const Sighting *s) { return !is_own(*s, facts); });
  const SourcePlace *source = nullptr;
  for (const SourcePlace &place : facts.survey->sources)
    if (place.name == c.name && place.definition && !source) source = &place;
  std::string user = list_names(referrer_names(c, facts));
  Verdict verdict;
  // Where instances are emitted wherever they are used, the weak ones of others prove nothing
  // but that the template has a body.
  verdict.certainty = others.empty() ? Certainty::Likely : Certainty::Proven;
  verdict.group = without_arguments(c.parts.scope + c.parts.base);
  std::string body = source ? fmt::format(" Its body is in {}:{}.", source->file, source->line) : "";
  verdict.summary =
      others.empty()
          ? fmt::format("no object holds this instance of the template; {} uses it without seeing the template's body",
                        user)
          : fmt::format("{} holds another instance of the template ({}), none holds this one",
                        place_of(*others.front()), demangle(others.front()->name, facts.format));
  verdict.explanation = fmt::format(
      "A template becomes code only where its arguments and its body are known together. {} uses {} and sees only the "
      "declaration, so it left the code to others; nobody else asked for these arguments.{}",
      user, c.parts.demangled, body);
  for (size_t i = 0; i < std::min<size_t>(others.size(), 3); ++i)
    verdict.evidence.push_back(
        definition_evidence(*others[i], fmt::format("holds {}", demangle(others[i]->name, facts.format))));
  if (source)
    verdict.evidence.push_back(
        {"source", source->file, "", fmt::format("line {}: {}", source->line, source->text), {}});
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.evidence.push_back({"absence", "", "", "no input holds this instance", {}});
  verdict.remedies.push_back(
      {.remedy = "emit-code", .symbol = c.name, .other = instantiation(c.parts), .path = source ? source->file : ""});
  verdict.check = symbol_command(c, facts);
  return verdict;
}

bool has_word(std::string_view text, std::string_view word) {
  for (size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    auto part = [&](size_t i) { return i < text.size() && (text[i] == '_' || (text[i] >= 'a' && text[i] <= 'z')); };
    if (!(at > 0 && part(at - 1)) && !part(at + word.size())) return true;
  }
  return false;
}

// `inline` in C, in the sources.
std::optional<Verdict> of_inline(const Case &c, const Facts &facts) {
  const SourcePlace *source = nullptr;
  for (const SourcePlace &place : facts.survey->sources) {
    bool c_file = place.file.ends_with(".c") || place.file.ends_with(".h");
    if (place.name != c.name || !place.definition) continue;
    // Any other definition is one that can be linked.
    if (!c_file || !has_word(place.text, "inline") || has_word(place.text, "extern")) return std::nullopt;
    if (!source) source = &place;
  }
  if (!source) return std::nullopt;
  std::string user = list_names(referrer_names(c, facts));
  Verdict verdict;
  verdict.certainty = Certainty::Proven;
  verdict.group = "inline" + source->file;
  verdict.summary =
      fmt::format("{}:{} defines it as inline, which in C emits no code to link with", source->file, source->line);
  verdict.explanation = fmt::format(
      "Since C99 an inline definition is only a help for the optimiser: {} may use it or call an external function of "
      "the same "
      "name, and it did the latter (without optimisation compilers always do). No file defines that external function.",
      user);
  verdict.evidence.push_back(
      {"source", source->file, "", fmt::format("line {} defines it: {}", source->line, source->text), {}});
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.evidence.push_back({"absence", "", "", "no input defines it", {}});
  verdict.remedies.push_back({.remedy = "emit-code", .symbol = c.name, .other = "inline", .path = source->file});
  verdict.check = symbol_command(c, facts);
  return verdict;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || !c.wanted || !exact_definitions(c, false).empty()) return std::nullopt;
  if (is_instance(c.parts)) return c.library_own ? std::nullopt : of_template(c, facts);
  return c.parts.scheme == Scheme::Plain ? of_inline(c, facts) : std::nullopt;
}

// Up to the first underscore or, in camel case, the second word.
std::string_view first_word(std::string_view name) {
  if (name.starts_with('_')) return {};
  size_t end = 1;
  auto is_small = [&](size_t at) { return name[at] >= 'a' && name[at] <= 'z'; };
  while (end < name.size() && name[end] != '_' && (is_small(end) || !is_small(end - 1))) ++end;
  return name.substr(0, end);
}

// A command that compiles and links one source has no place for others.
bool shows_one_source(const Facts &facts) {
  auto is_source = [](std::string_view word) { return word.ends_with(".c") && !word.starts_with('-'); };
  auto is_compiled = [](std::string_view word) { return word.ends_with(".a") || word.ends_with(".o"); };
  return std::ranges::count_if(shown_words(facts), is_source) == 1 &&
         std::ranges::none_of(shown_words(facts), is_compiled);
}

// Several C functions with nothing in common but the one object that uses them: functions of
// that file, written `inline`.
bool looks_like_inline(const Facts &facts) {
  if (facts.linker == Linker::LinkExe) return false;  // Microsoft's compiler emits them
  if (facts.cases.size() > 40 || shows_one_source(facts)) return false;  // no file has so many
  std::set<std::string> places, prefixes;
  size_t count = 0;
  for (const Case &other : facts.cases) {
    if (!is_undefined_case(other)) continue;
    if (other.parts.scheme != Scheme::Plain || other.parts.imported || other.known) return false;
    ++count;
    prefixes.insert(std::string(first_word(other.parts.raw)));
    for (const ReferencePlace &place : other.complaint->references) places.insert(place.file + "/" + place.member);
    if (places.size() > 1) return false;
  }
  return count >= 3 && places.size() == 1 && prefixes.size() * 5 >= count * 3;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c)) return std::nullopt;
  if (is_instance(c.parts) && !c.library_own)
    return Suspicion{61, "the template's body is in a source file, and nothing instantiates it for these arguments",
                     symbol_command(c, facts)};
  if (looks_like_inline(facts))
    return Suspicion{47, "they are inline functions of that one file, and C's inline emits nothing to link with",
                     "grep -rnw inline --include='*.[ch]' ."};
  return std::nullopt;
}

}  // namespace

extern const Cause not_instantiated{"not-instantiated", "a template or inline function was never made into code",
                                    examine, suspect};

}  // namespace ldwhy
