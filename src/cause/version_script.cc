// A version script or export list that does not fit the code: it names what nothing defines,
// gives a symbol two versions, or cannot be parsed. LLD checks names since release 17; GNU ld,
// gold and mold only when asked to.
#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inputs.h"
#include "facts/inspection.h"
#include "input/version_script.h"

namespace ldwhy {
namespace {

const SteeringFile *script_meant(const Case &c, const Facts &facts) {
  const std::string &file = c.complaint->subject;
  for (const SteeringFile &script : facts.survey->surroundings.scripts)
    if ((script.version_script || !script.problem.empty()) && !file.empty() &&
        (script.path == file || file_name(script.path) == file_name(file)))
      return &script;
  return nullptr;
}

// A name that the script has and no object of the link.
std::optional<Verdict> names_nothing(const Case &c, const Facts &facts) {
  std::string wanted = c.complaint->symbol;
  for (const SteeringFile &script : facts.survey->surroundings.scripts)
    for (const VersionedName &name : script.names) {
      if (!script.version_script || name.name != wanted) continue;
      bool twice = !name.other_version.empty();
      if (name.defined && !twice) continue;
      Verdict verdict;
      verdict.certainty = Certainty::Proven;
      verdict.group = script.path + (name.defined ? "2" : "");
      size_t absent = static_cast<size_t>(std::ranges::count(script.names, false, &VersionedName::defined));
      if (!name.defined)
        verdict.summary = fmt::format("{}:{} gives a version to {}, which no object of the link defines{}", script.path,
                                      name.line, wanted, absent > 1 ? fmt::format(" ({} such names)", absent) : "");
      else
        verdict.summary =
            fmt::format("{} gives {} two versions, {} and {}", script.path, wanted, name.version, name.other_version);
      verdict.explanation = fmt::format(
          "No code calls a missing function here: only the script names it. {} {} LLD stops at such names since "
          "release 17 "
          "(--no-undefined-version is its default); GNU ld and mold pass over them.",
          name.defined ? "A symbol can have one default version."
                       : "A function was removed or renamed, is compiled out on this target, or is "
                         "hidden, and its line stayed in the script.",
          facts.linker == Linker::Lld ? "" : "It was asked to by --no-undefined-version.");
      verdict.evidence.push_back(words_of(c));
      verdict.evidence.push_back({"script",
                                  script.path,
                                  "",
                                  fmt::format("line {} names {} under {}", name.line, wanted,
                                              name.version.empty() ? "no version" : name.version),
                                  {}});
      if (!name.defined)
        verdict.evidence.push_back({"absence",
                                    "",
                                    "",
                                    fmt::format("none of {} objects defines it for others", facts.link->objects.size()),
                                    {}});
      verdict.remedies.push_back({.remedy = "edit-version-script", .symbol = wanted, .path = script.path});
      if (!name.defined) verdict.remedies.push_back({.remedy = "undefined-version"});
      return verdict;
    }
  return std::nullopt;
}

// A name that an export list or module-definition file has. Where a library has it, that one is missing.
std::optional<Verdict> list_names_nothing(const Case &c, const Facts &facts) {
  if (!facts.link || !exact_definitions(c).empty() || facts.link->command.target.arch == Arch::I386)
    return std::nullopt;
  for (const SteeringFile &list : facts.survey->surroundings.scripts)
    for (const VersionedName &name : list.names) {
      if (list.version_script || name.defined || (name.name != c.name && name.name != c.complaint->symbol)) continue;
      Verdict verdict;
      verdict.certainty = unread_inputs(facts).empty() ? Certainty::Proven : Certainty::Likely;
      verdict.group = list.path;
      verdict.summary =
          fmt::format("{}:{} exports {}, which no object of the link defines", list.path, name.line, name.name);
      verdict.explanation =
          "No code calls a missing function here: only the list of exports names it. A function was removed or "
          "renamed, or is compiled out on this target, and its line stayed in the list; or the object that has it "
          "is not on the link line.";
      verdict.evidence.push_back(words_of(c));
      verdict.evidence.push_back(
          {"script", list.path, "", fmt::format("line {} exports {}", name.line, name.name), {}});
      verdict.evidence.push_back(
          {"absence", "", "", fmt::format("none of {} objects defines it for others", facts.link->objects.size()), {}});
      verdict.remedies.push_back({.remedy = "edit-version-script", .symbol = name.name, .path = list.path});
      return verdict;
    }
  return std::nullopt;
}

// GNU ld: "unable to find version dependency `VERS_1'".
std::optional<Verdict> inherits_from_nothing(const Case &c, const Facts &facts) {
  if (!facts.link || !says(c, "version dependency")) return std::nullopt;
  for (size_t i = 0; i < facts.link->version_scripts.size(); ++i) {
    const FileRef &file = facts.link->version_scripts[i];
    Result<VersionScript> script = file ? read_version_script(file->bytes().text()) : std::unexpected(Problem{});
    if (!script) continue;
    for (const VersionNode &node : script->nodes)
      for (const std::string &parent : node.inherits) {
        if (!says(c, parent) || std::ranges::count(script->nodes, parent, &VersionNode::name)) continue;
        const std::string &path = facts.link->command.version_scripts[i];
        Verdict verdict;
        verdict.certainty = Certainty::Proven;
        verdict.group = path;
        verdict.summary = fmt::format("{}:{} lets {} follow {}, which the script does not define", path, node.line,
                                      node.name, parent);
        verdict.explanation =
            "A version that another one follows has to stand in the same script, as a block of its own. GNU ld and "
            "gold stop at one that does not; LLD and mold do not look at what follows what.";
        verdict.evidence.push_back(words_of(c));
        verdict.evidence.push_back({"script", path, "", fmt::format("no block is named {}", parent), {}});
        verdict.remedies.push_back({.remedy = "edit-version-script", .path = path});
        return verdict;
      }
  }
  return std::nullopt;
}

// An object says which version a symbol of its own has, or wants of another's, and there is none. The
// script may be as good as any.
std::optional<Verdict> wants_unknown_version(const Case &c) {
  if (!says(c, "has undefined version")) return std::nullopt;
  Verdict verdict = verdict_from_words(
      c, "an object asks for a version of a symbol that no version script of this link defines",
      "The version stands in the object: `.symver' in assembly, or __attribute__((symver)). The shared library that is "
      "made here "
      "can only have versions that its version script has as blocks, and only libraries of the link can serve others.");
  verdict.remedies.push_back({.remedy = "edit-version-script"});
  return verdict;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (has_code(c, {"export-missing"})) return list_names_nothing(c, facts);
  if (!has_code(c, {"version-script", "script"})) return std::nullopt;
  if (std::optional<Verdict> verdict = inherits_from_nothing(c, facts)) return verdict;
  if (std::optional<Verdict> verdict = wants_unknown_version(c)) return verdict;
  if (!c.complaint->symbol.empty())
    if (std::optional<Verdict> verdict = names_nothing(c, facts)) return verdict;
  const SteeringFile *script = script_meant(c, facts);
  // GNU ld does not always name the file; there is mostly one.
  const std::vector<SteeringFile> &all = facts.survey->surroundings.scripts;
  if (!script && has_code(c, {"version-script"}) && std::ranges::count(all, true, &SteeringFile::version_script) == 1)
    script = &*std::ranges::find(all, true, &SteeringFile::version_script);
  if (!script || !script->readable) return std::nullopt;
  // It can be understood: what is wrong with it is another thing.
  if (script->problem.empty() && !c.complaint->symbol.empty()) return std::nullopt;
  std::string_view kind = script->version_script ? "a version script" : "a list of names";
  bool anonymous = says(c, "anonymous") || says(c, "EOF expected");
  Verdict verdict =
      verdict_from_words(c,
                         fmt::format("{} cannot be understood as {}{}", script->path, kind,
                                     script->problem.empty() ? "" : fmt::format(": {}", script->problem)),
                         fmt::format("The linker stops in this file, before it looks at any symbol. {}",
                                     anonymous ? "A block without a version name must be the only one of the script."
                                               : "Each block is NAME { global: a; b; local: *; }; with a semicolon "
                                                 "after every name and after the block."));
  if (!script->problem.empty() && script->readable) verdict.certainty = Certainty::Proven;
  verdict.group = script->path;
  verdict.evidence.push_back(
      {"script", script->path, "", script->problem.empty() ? "named by the command" : script->problem, {}});
  verdict.remedies.push_back({.remedy = "edit-version-script", .path = script->path});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (has_code(c, {"version-script"}))
    return Suspicion{
        90,
        says(c, "has undefined version")
            ? std::string("an object asks for a version that the version script does not define")
        : c.complaint->symbol.empty()
            ? std::string("the version script cannot be understood")
            : fmt::format("the version script names {}, which nothing in the link defines", c.complaint->symbol),
        ""};
  if (has_code(c, {"export-missing"}) && facts.linker == Linker::LinkExe)
    return Suspicion{
        70,
        fmt::format("the module-definition file exports {}, which nothing in the link defines under that name",
                    c.shown),
        ""};
  if (!has_code(c, {"script"}) || c.complaint->subject.empty()) return std::nullopt;
  bool named = c.complaint->subject.ends_with(".map") || c.complaint->subject.ends_with(".ver") ||
               c.complaint->subject.ends_with(".sym");
  for (const LoggedCommand &command : facts.log ? facts.log->commands : std::vector<LoggedCommand>())
    for (const std::string &word : command.argv)
      named |= word.find("version-script") != word.npos && word.find(file_name(c.complaint->subject)) != word.npos;
  if (!named) return std::nullopt;
  return Suspicion{80, fmt::format("the version script {} cannot be understood", c.complaint->subject), ""};
}

std::string decide(const Case &c, const Facts &) {
  std::string name = c.complaint->symbol;
  if (c.complaint->subject.empty() && name.empty()) return "";
  if (name.empty()) return fmt::format("cat -A {} | head -20", quoted(c.complaint->subject));
  if (c.complaint->subject.empty())
    return fmt::format("grep -rnw {} --include='*.map' --include='*.ver' --include='*.sym' --include='*.lds' .",
                       quoted(name));
  return fmt::format("grep -nw {} {}", quoted(name), quoted(c.complaint->subject));
}

}  // namespace

extern const Cause version_script{"version-script", "the version script does not fit the code", examine, suspect,
                                  decide};

}  // namespace ldwhy
