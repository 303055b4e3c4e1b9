// The program that should link cannot be started: it is not installed, not on PATH, or a build
// file names one of another machine.
#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/inspection.h"
#include "facts/references.h"

namespace ldwhy {
namespace {

bool concerns(const Case &c) { return has_code(c, {"linker-not-found"}); }

// "lld" of -fuse-ld=lld is looked for as ld.lld.
std::vector<std::string> names_tried(const std::string &subject) {
  std::vector<std::string> names{std::string(file_name(subject))};
  if (subject.find('/') == subject.npos) names.push_back("ld." + subject);
  return names;
}

// "aarch64-linux-gnu-gcc": a target, then a tool.
bool cross_tool(std::string_view name) {
  return std::ranges::count(name, '-') >= 2 || (name.find("-linux") != name.npos && name.find('-') != name.npos);
}

std::string hint(std::string_view name) {
  if (cross_tool(name))
    return "The name is a cross tool's. On a machine of that very kind no cross compiler is needed: a setting that was "
           "committed "
           "for cross builds (.cargo/config.toml: [target.…] linker, a toolchain file, CC) asks for it.";
  if (name.find("lld") != name.npos)
    return "Distributions and Homebrew package LLD apart from clang (lld, lld-22): installing clang alone does not "
           "bring it, and with a "
           "release in its name (ld.lld-22) clang does not find it under the plain one.";
  if (name.find("mold") != name.npos)
    return "mold is a package of its own, and clang looks for it as ld.mold or mold on PATH.";
  if (name == "cc" || name == "gcc" || name == "link" || name == "link.exe")
    return "There is no C tool chain at all: rustc, Go and others link by way of it.";
  return "Look for the setting that names it (CC, -fuse-ld, --ld-path, linker = in Cargo's configuration).";
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!concerns(c)) return std::nullopt;
  const std::string &subject = c.complaint->subject;
  const std::vector<LinkerProgram> &linkers = facts.survey->surroundings.linkers;
  // collect2 says 'ld' whatever it looked for: -fuse-ld has the name.
  std::string wanted = subject.empty() ? "the linker" : subject;
  for (const std::string &word : facts.link->command.argv)
    if (subject == "ld" && word.starts_with("-fuse-ld=")) wanted = "ld." + word.substr(9);
  std::vector<std::string> tried = names_tried(wanted), there;
  bool exists = false;
  for (const LinkerProgram &program : linkers) {
    exists |= std::ranges::find(tried, program.name) != tried.end();
    there.push_back(program.name);
  }
  bool loader = says(c, "No such file") && exists;
  Verdict verdict = verdict_from_words(c,
                                       loader ? fmt::format("{} is there but cannot be started", wanted)
                                              : fmt::format("the program {} that should link is not found", wanted),
                                       loader ? "The file exists; what is missing is what it needs to start, such as "
                                                "the loader of a 32-bit or foreign program."
                                              : hint(wanted));
  // Drivers look in folders of their own too; that theirs has none is what they said.
  if (!exists && !subject.empty() && wanted.find('/') == wanted.npos) verdict.certainty = Certainty::Proven;
  verdict.group = wanted;
  verdict.evidence.push_back({"absence",
                              "",
                              "",
                              exists ? fmt::format("{} is on PATH, but not where the driver looked", wanted)
                                     : fmt::format("no {} on PATH", list_names(tried)),
                              {}});
  if (!there.empty())
    verdict.evidence.push_back({"linker", "", "", fmt::format("linkers on PATH: {}", list_names(there, 8)), {}});
  verdict.remedies.push_back({.remedy = "install-linker", .symbol = wanted});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &) {
  if (!concerns(c)) return std::nullopt;
  const std::string &name = c.complaint->subject;
  return Suspicion{
      90,
      fmt::format("the program {} that should link is not installed or not on PATH{}", name.empty() ? "" : name,
                  cross_tool(name) ? "; it is a cross tool, which some configuration file asks for" : ""),
      name.empty() ? "" : fmt::format("command -v {}", name)};
}

std::string decide(const Case &, const Facts &facts) { return fmt::format("{} -print-prog-name=ld", driver_of(facts)); }

}  // namespace

extern const Cause linker_not_found{"linker-not-found", "the program that should link cannot be started", examine,
                                    suspect, decide};

}  // namespace ldwhy
