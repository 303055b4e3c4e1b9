// An input is no object, no archive and no script: a file that was never built or never
// fetched, a damaged one, or an archive whose index this linker cannot use. What the linker says
// of it ("syntax error", "run ranlib", a crash) may be far from the truth; the bytes are not.
#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inputs.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "facts/references.h"

namespace ldwhy {
namespace {

bool concerns(const Case &c) { return has_code(c, {"wrong-format", "script", "no-index"}); }

// What it is instead, and what to do.
struct Instead {
  std::string what;
  const char *remedy;
};
Instead instead_of_object(const Input &input) {
  switch (input.likeness) {
    case Likeness::GitLfs: return {"is a Git LFS pointer: the real file was never fetched", "fetch-lfs"};
    case Likeness::WebPage: return {"is a web page, as a failed download leaves it", "fetch-again"};
    case Likeness::Empty: return {"is an empty file", "build-again"};
    case Likeness::Zip: return {"is a zip archive, not an object or library", "unpack"};
    case Likeness::Gzip: return {"is compressed (gzip), not an object or library", "unpack"};
    case Likeness::Zeroes:
      return {"holds nothing but zeroes, as an interrupted write or a full disk leaves it", "build-again"};
    case Likeness::Text: return {"is text, not an object or library", "name-object"};
    case Likeness::DosProgram: return {"is a program, not an object or library", "name-object"};
    case Likeness::Unknown: break;
  }
  std::string why = input.problems.empty() ? "its bytes fit no format" : input.problems.front().text;
  return {fmt::format("is damaged or cut short ({})", why), "build-again"};
}

Verdict not_an_object(const Case &c, const Facts &facts, uint32_t index) {
  const Input &input = facts.link->inputs[index];
  Instead instead = instead_of_object(input);
  std::string name = facts.link->input_name(index);
  bool empty = input.likeness == Likeness::Empty;
  Verdict verdict;
  verdict.certainty = is_undefined_case(c) ? Certainty::Likely : Certainty::Proven;
  verdict.group = name;
  verdict.summary = fmt::format("{} {}", name, instead.what);
  verdict.explanation = fmt::format(
      "The link line names {} as an input, and its {} bytes are no object, archive or library. {}", name, input.bytes,
      has_code(c, {"script"})  ? "The linker then took it for a linker script, hence its words about syntax."
      : has_code(c, {"crash"}) ? "The linker did not check that and died of it; its crash says nothing about the code."
      : empty && is_undefined_case(c)
          ? "This linker takes an empty file for an empty script, so only what it should have defined is missed."
          : "Whatever it should have defined is missing too.");
  if (!c.complaint->predicted) verdict.evidence.push_back(words_of(c));
  std::string text = input.problems.empty() ? instead.what : input.problems.front().text;
  verdict.evidence.push_back({"input", name, "", text, {{"bytes", std::to_string(input.bytes)}}});
  verdict.remedies.push_back({.remedy = instead.remedy, .path = name});
  return verdict;
}

// GNU ld and gold look names up in the index only, in one form of it.
Verdict archive_index(const Case &c, const Facts &facts, uint32_t index) {
  const Input &input = facts.link->inputs[index];
  std::string name = facts.link->input_name(index);
  Verdict verdict;
  verdict.certainty = Certainty::Proven;
  verdict.group = name;
  bool foreign = input.has_index;
  bool ir = !input.members.empty() && std::ranges::all_of(input.members, [](const Member &m) {
    return m.object && (m.object->kind() == ObjectKind::Bitcode || m.object->kind() == ObjectKind::GccSlimLto);
  });
  if (foreign)
    verdict.summary = fmt::format("{} has a symbol index, in {} form, which {} does not read", name, input.index_form,
                                  linker_words(facts));
  else if (ir)
    verdict.summary =
        fmt::format("{} has no symbol index: its members are compiler IR, which the archiver could not read", name);
  else verdict.summary = fmt::format("{} has no symbol index", name);
  verdict.explanation =
      foreign
          ? fmt::format(
                "The linker's advice to run ranlib is wrong here: the index is there. It is the one that macOS and BSD "
                "tools write (llvm-ar chooses it by its host where the members are bitcode), and {} looks for "
                "the GNU form only. Make the archive again in that form.",
                linker_words(facts))
          : fmt::format(
                "{} finds the members that it needs through an index at the front of the archive, and {} has none{}.",
                linker_words(facts), name,
                ir ? "; plain ar sees no symbols in bitcode, so ranlib without LTO support will not help either" : "");
  if (!c.complaint->predicted) verdict.evidence.push_back(words_of(c));
  verdict.evidence.push_back(
      {"input", name, "", foreign ? fmt::format("index in {} form", input.index_form) : "no index member", {}});
  verdict.remedies.push_back({.remedy = "rebuild-index", .path = name, .object = object_meant(c, facts)});
  return verdict;
}

// An input with nothing in it, where a symbol is missing.
std::optional<Verdict> empty_input(const Case &c, const Facts &facts) {
  std::optional<uint32_t> empty = empty_provider(facts);
  if (!empty) return std::nullopt;
  if (facts.link->inputs[*empty].kind == InputKind::Unreadable) return not_an_object(c, facts, *empty);
  std::string name = facts.link->input_name(*empty);
  Verdict verdict;
  verdict.certainty = Certainty::Likely;
  verdict.group = name;
  verdict.summary = fmt::format("{} is an archive without members", name);
  verdict.explanation =
      fmt::format("The link line names {}, which holds nothing at all; no other input defines {}.", name, c.shown);
  verdict.evidence.push_back({"input", name, "", "an archive of 0 members", {}});
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.remedies.push_back({.remedy = "build-again", .path = name});
  return verdict;
}

// An input that cannot be read, named in the linker's words.
std::optional<uint32_t> unread_and_named(const Case &c, const Facts &facts) {
  for (uint32_t i = 0; i < facts.link->inputs.size(); ++i) {
    const Input &input = facts.link->inputs[i];
    bool named = says(c, fmt::format(" {}:", facts.link->input_name(i))) ||
                 says(c, fmt::format(" {}:", facts.link->command.inputs[i].text));
    if (named && input.kind == InputKind::Unreadable) return i;
  }
  return std::nullopt;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (is_undefined_case(c)) {
    if (!c.wanted || !exact_definitions(c, false).empty()) return std::nullopt;
    return empty_input(c, facts);
  }
  bool died = has_code(c, {"crash", "other-error"});
  if (!concerns(c) && !died) return std::nullopt;
  std::optional<uint32_t> meant = input_meant(c, facts);
  if (std::optional<uint32_t> named = died ? unread_and_named(c, facts) : std::nullopt) {
    meant = named;
    died = has_code(c, {"crash"});
  }
  if (!meant && died) meant = damaged_input(facts);
  if (!meant) return std::nullopt;
  const Input &input = facts.link->inputs[*meant];
  if (input.kind == InputKind::Unreadable) {
    Verdict verdict = not_an_object(c, facts, *meant);
    // That the linker died of it is likely; another input may have been the one.
    if (died) verdict.certainty = Certainty::Likely;
    return verdict;
  }
  if (has_code(c, {"no-index"}) && input.kind == InputKind::Archive && (!input.has_index || input.index_form == "BSD"))
    return archive_index(c, facts, *meant);
  bool damaged_member = std::ranges::any_of(input.members, [](const Member &m) { return m.problem && !m.object; });
  if (input.kind == InputKind::Missing || (input.problems.empty() && !damaged_member)) return std::nullopt;
  Verdict verdict;
  verdict.certainty = died ? Certainty::Likely : Certainty::Proven;
  std::string name = facts.link->input_name(*meant);
  verdict.group = name;
  Problem problem =
      input.problems.empty()
          ? *std::ranges::find_if(input.members, [](const Member &m) { return m.problem.has_value(); })->problem
          : input.problems.front();
  verdict.summary = fmt::format("{} is damaged or cut short: {}", name, problem.text);
  verdict.explanation = fmt::format(
      "{} starts as it should, but does not hold what its own tables promise. A build step that was "
      "interrupted, a full disk or a broken download leaves such files.",
      name);
  if (!c.complaint->predicted) verdict.evidence.push_back(words_of(c));
  verdict.evidence.push_back({"input", name, problem.member, problem.text, {}});
  verdict.remedies.push_back({.remedy = "build-again", .path = name});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &) {
  const std::string &file = c.complaint->subject;
  std::string check = file.empty() ? "" : fmt::format("file {0}; head -c 100 {0}", file);
  if (has_code(c, {"no-index"}))
    return Suspicion{
        80,
        fmt::format("{} has no symbol index that this linker can read: it may have one of another form (BSD, "
                    "macOS), and then ranlib does not help",
                    file),
        check};
  if (has_code(c, {"script"}))
    return Suspicion{
        55,
        fmt::format("{} is no object and no script that this linker understands: a text file, a pointer to a "
                    "large file, or a script for another linker",
                    file),
        check};
  // A kind of relocation, a section type: the form is right, and younger than the linker.
  if (has_code(c, {"wrong-format"}) && (c.complaint->text.find("unsupported reloc") != std::string::npos ||
                                        c.complaint->text.find("unrecognized relocation") != std::string::npos))
    return Suspicion{
        60,
        fmt::format(
            "{} holds a kind of relocation that this linker does not know: the linker is older than the compiler or "
            "assembler, or made for other processors",
            file.empty() ? "an input" : file),
        "ld --version; as --version"};
  if (has_code(c, {"wrong-format"}))
    return Suspicion{
        60, fmt::format("{} is no object file of this system, or is cut short", file.empty() ? "an input" : file),
        check};
  return std::nullopt;
}

std::string decide(const Case &c, const Facts &) {
  std::string file = file_meant(c);
  return file.empty() ? "" : fmt::format("file {0}; head -c 100 {0}", quoted(file));
}

}  // namespace

extern const Cause wrong_format{"wrong-format", "an input is not an object, or is damaged", examine, suspect, decide};

}  // namespace ldwhy
