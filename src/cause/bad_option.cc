// The link command has an option that this linker or driver does not know: misspelt, another
// linker's, or newer than the tool.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "command/gnu_options.h"
#include "command/ld64_options.h"
#include "facts/complaints.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "facts/references.h"

namespace ldwhy {
namespace {

// Read with one dash, -error-limit=0 is -e and the entry point "rror-limit=0".
std::string swallowed_option(const Case &c, const Facts &facts) {
  if (!has_code(c, {"entry-missing"}) || c.complaint->symbol.empty()) return "";
  std::string word = "-e" + c.complaint->symbol;
  if (c.complaint->symbol.find_first_of("=-") == std::string::npos) return "";
  bool there = false, shown = facts.link || (facts.log && !facts.log->commands.empty());
  if (facts.link)
    there = std::ranges::find(facts.link->command.linker_argv, word) != facts.link->command.linker_argv.end();
  for (const LoggedCommand &command : facts.log ? facts.log->commands : std::vector<LoggedCommand>())
    there |= std::ranges::any_of(command.argv,
                                 [&](const std::string &w) { return w == word || w.find("," + word) != w.npos; });
  // No symbol that a program would use as its start has a dash or an equals sign in its name.
  return there || !shown || c.complaint->symbol.find('=') != std::string::npos ? word : "";
}

std::string option_meant(const Case &c, const Facts &facts) {
  if (std::string word = swallowed_option(c, facts); !word.empty()) return word;
  return has_code(c, {"bad-option"}) ? c.complaint->subject : "";
}

// Which linkers have such an option, from their tables of options.
std::vector<std::string> who_knows(std::string_view option, Linker own) {
  std::string_view name = option;
  while (name.starts_with('-')) name.remove_prefix(1);
  name = name.substr(0, name.find('='));
  std::vector<std::string> known;
  if (name.size() < 2 || !option.starts_with('-')) return known;
  for (Linker linker : {Linker::Bfd, Linker::Gold, Linker::Lld, Linker::Mold}) {
    std::optional<GnuOption> found = find_gnu_option(name, linker);
    if (linker != own && found && found->accepted) known.emplace_back(linker_title(linker));
  }
  // Its options have one dash; -l and -L fit any word.
  std::optional<Ld64Option> apple = find_ld64_option(fmt::format("-{}", name));
  if (apple && apple->joined.empty() && apple->name.size() > 2) known.emplace_back("Apple's linkers");
  return known;
}

std::string said_of(const std::vector<std::string> &known) {
  if (known.empty()) return "no linker that ldwhy knows has it: most likely it is misspelt, or newer than these tables";
  return fmt::format("it is an option of {}", list_names(known, 4));
}

// The command's word that brings the option in: "-Wl,-z,x" or the option itself.
std::string word_with(std::string_view option, const std::vector<std::string> &words) {
  for (const std::string &word : words)
    if (word == option) return word;
  for (const std::string &word : words)
    if (!option.empty() && (word.starts_with("-Wl,") || word.starts_with("-Xlinker")) && word.find(option) != word.npos)
      return word;
  return "";
}

bool about_fuse_ld(std::string_view option) {
  return option.starts_with("-fuse-ld=") || option.starts_with("--ld-path");
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  std::string option = option_meant(c, facts);
  if (option.empty()) return std::nullopt;
  const Command &command = facts.link->command;
  std::string word = word_with(option, command.argv);
  if (word.empty()) word = word_with(option, command.linker_argv);
  bool swallowed = has_code(c, {"entry-missing"});
  bool emulation = says(c, "emulation") || says(c, "-m argument");
  std::vector<std::string> known = who_knows(option, facts.linker);
  Verdict verdict = verdict_from_words(c, "", "");
  if (!word.empty()) verdict.certainty = Certainty::Proven;
  verdict.group = option;
  std::string title = facts.linker == Linker::Unknown ? "the driver" : linker_words(facts);
  if (swallowed) {
    verdict.summary = fmt::format("{} is read as -e with the entry point {}; the option is spelt with two dashes",
                                  option, c.complaint->symbol);
    verdict.explanation = fmt::format(
        "This linker takes a single dash and e for its short option -e (entry point), whatever follows. -{} is "
        "what was meant. The linker's hint about the entry point does not apply.",
        option);
  } else if (about_fuse_ld(option)) {
    verdict.summary = fmt::format("the compiler driver does not know {}", option);
    verdict.explanation =
        "GCC accepts only the names of linkers that it was written for (mold since 12.1); its suggestion is the "
        "nearest "
        "spelling, no advice. The linker may well be installed: -B with a folder in which ld is a link to it "
        "serves every release.";
  } else if (emulation) {
    verdict.summary = fmt::format("{} does not make programs for {}: it is a linker for other targets", title, option);
    verdict.explanation =
        "The driver asks for the target by -m. This linker was built without that target; a cross build needs the "
        "cross linker (binutils for that target), or LLD, which has all targets in one program.";
  } else {
    verdict.summary = fmt::format("{} does not know the option {}; {}", title, option, said_of(known));
    verdict.explanation = fmt::format(
        "The build passes {} on to whatever linker is in use. {}", option,
        known.empty() ? "Look at its spelling, and at the linker's version against the manual that it is from."
                      : "Build files that were written for one linker do that where another has become the default; "
                        "ask for the linker that is meant (-fuse-ld=), or pass the option only to that one.");
  }
  verdict.evidence.push_back({"option",
                              "",
                              "",
                              word.empty()
                                  ? fmt::format("{} is not on the command line itself; a response file, a variable or "
                                                "an object's own options bring it in",
                                                option)
                                  : fmt::format("the command line has {}", word),
                              {{"option", option}}});
  for (const std::string &title_known : known)
    verdict.evidence.push_back({"linker", "", "", fmt::format("{} knows it", title_known), {}});
  if (!word.empty() && !emulation)
    verdict.remedies.push_back({.remedy = "without-option", .symbol = option, .other = word});
  if (swallowed)
    verdict.remedies.clear(), verdict.remedies.push_back({.remedy = "two-dashes", .symbol = option, .other = word});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  std::string option = option_meant(c, facts);
  if (option.empty()) {
    if (!has_code(c, {"bad-option"})) return std::nullopt;
    return Suspicion{60, "the link command is not one that the linker accepts", ""};
  }
  if (has_code(c, {"entry-missing"}))
    return Suspicion{
        95, fmt::format("{} is read as -e and an entry point; with two dashes it is the option that was meant", option),
        ""};
  if (about_fuse_ld(option))
    return Suspicion{
        90, fmt::format("the compiler driver does not know {}: older than that linker's name, or misspelt", option),
        "gcc --version"};
  std::string title = facts.linker == Linker::Unknown ? "the tool" : linker_words(facts);
  return Suspicion{90, fmt::format("{} does not know {}; {}", title, option, said_of(who_knows(option, facts.linker))),
                   ""};
}

std::string decide(const Case &c, const Facts &facts) {
  std::string option = c.complaint->subject.substr(0, c.complaint->subject.find('='));
  if (option.empty()) return linker_program(facts) + " --help";
  if (option.starts_with("-fuse-ld") || option.starts_with("--ld-path")) return driver_of(facts) + " --version";
  if (facts.linker == Linker::LinkExe) return fmt::format("link /? | findstr /i {}", quoted(option));
  if (facts.linker == Linker::AppleLd64 || facts.linker == Linker::AppleLdPrime)
    return fmt::format("man ld | grep -n -e {}", quoted(option));
  return fmt::format("{} --help | grep -e {}", linker_program(facts), quoted(option));
}

}  // namespace

extern const Cause bad_option{"bad-option", "an option that this linker does not know", examine, suspect, decide};

}  // namespace ldwhy
