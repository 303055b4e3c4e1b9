#include "cli/options.h"

#include <algorithm>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "base/words.h"
#include "ldwhy_version.h"

namespace ldwhy {
namespace {

constexpr const char *description =
    "Says why a link failed, proves it from the inputs, and offers remedies.\n\n"
    "  ldwhy -- make                     run any build; when its link fails, say why\n"
    "  ldwhy explain build.log           diagnose from a saved log, or: make 2>&1 | ldwhy explain\n"
    "  ldwhy link -- clang a.o b.o -o x  foresee one link from its inputs, running nothing of it\n"
    "  ldwhy symbol NAME a.o libb.a DIR  all that is known of one symbol\n"
    "  ldwhy check                       known bad combinations in this project, before anything fails\n"
    "  ldwhy fix                         remedies for this project: listed, tried, applied, undone\n"
    "  ldwhy cause                       the catalogue of causes\n"
    "  ldwhy advisory                    the known bad combinations\n";

constexpr const char *footer =
    "Exit status: run: the build's own. Others: 0 nothing wrong found, 1 something found,\n"
    "2 the call or its input could not be used.";

void add_common(CLI::App &app, Options &options) {
  app.add_option("--format", options.format, "text, json or sarif")->check(CLI::IsMember({"text", "json", "sarif"}));
  app.add_option("-o,--output", options.output, "write the report to FILE")->type_name("FILE");
  app.add_option("--color", options.color, "auto, always or never (NO_COLOR is honoured)")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_flag("--quiet", options.quiet, "headlines and remedies only");
  app.add_flag("-v,--verbose", options.verbose, "all symbols, all evidence");
}

void add_what_if(CLI::App &app, Options &options) {
  app.add_option("--target", options.target, "judge as for this target")->type_name("TRIPLE");
  app.add_option("--profile", options.profile, "judge this profile only")->type_name("NAME");
  app.add_option("--rustc", options.rustc, "judge as with this rustc")->type_name("VERSION");
  app.add_option("--clang", options.clang, "judge as with this clang")->type_name("VERSION");
  app.add_option("--linker", options.linker, "judge as with this linker")->type_name("NAME[=VERSION]");
}

void add_advisories(CLI::App &app, Options &options) {
  app.add_option("--advisories", options.advisories, "read further advisories from DIR")->type_name("DIR");
}

void add_check(CLI::App &check, Options &options) {
  check.add_option("paths", options.words, "a project's folder, or objects, archives and folders of them")
      ->expected(-1);
  add_what_if(check, options);
  check.add_option("--lto", options.lto, "of objects: judge as for this kind of link")
      ->check(CLI::IsMember({"thin", "full", "none"}));
  check.add_flag("--all", options.all, "also what does not hold, and why not");
  check.add_flag("--no-outputs", options.no_outputs, "do not look into build outputs");
  add_advisories(check, options);
}

void add_fix(CLI::App &fix, Options &options) {
  fix.add_option("folder", options.words, "the project's folder")->expected(0, 1);
  add_what_if(fix, options);
  fix.add_flag("--try", options.try_remedies,
               "try remedies, each in a copy with a target folder of its own, up to the first that works");
  fix.add_flag("--all", options.all, "try all of them");
  CLI::Option *apply = fix.add_option("--apply", options.apply, "apply remedy N, build, and look at the result")
                           ->type_name("N")
                           ->check(CLI::PositiveNumber);
  fix.add_flag("--dry-run", options.dry_run,
               "only print the diff that --apply would make (of the first remedy without it)");
  fix.add_flag("--no-build", options.no_build, "with --apply: do not build")->needs(apply);
  fix.add_flag("--undo", options.undo, "take back what was applied last")->excludes(apply);
  add_advisories(fix, options);
}

// What was meant by words that are no command of ldwhy's.
std::string what_was_meant(const std::vector<std::string> &words) {
  static constexpr std::string_view commands[] = {"run",   "explain", "link",  "symbol",
                                                  "check", "fix",     "cause", "advisory"};
  auto first = std::ranges::find_if(words, [](const std::string &word) { return !word.starts_with('-'); });
  if (first == words.end()) return "";
  bool links = *first == "link" || *first == "run";
  if (links && first + 1 != words.end())
    return fmt::format("the {} goes after --: ldwhy {} -- {}", *first == "link" ? "link" : "build", *first,
                       quote_words({first + 1, words.end()}));
  if (std::ranges::find(commands, *first) != std::end(commands)) return "";
  if (words.size() == 1 && DiskFiles().is_file(*first))
    return fmt::format("to diagnose from a saved log: ldwhy explain {}", quote_words(words));
  return fmt::format("to run a build: ldwhy -- {}", quote_words({first, words.end()}));
}

}  // namespace

ParsedOptions parse_options(int argc, char **argv) {
  ParsedOptions parsed;
  Options &options = parsed.options;
  // Everything after the first "--" is the build's or the link's, and not looked at here.
  char **dashes = std::find_if(argv + 1, argv + argc, [](const char *word) { return std::string_view(word) == "--"; });
  bool has_trailing = dashes != argv + argc;
  if (has_trailing) options.trailing.assign(dashes + 1, argv + argc);
  static char help[] = "--help";
  if (argc == 2 && std::string_view(argv[1]) == "help") argv[1] = help;

  CLI::App app(description, "ldwhy");
  app.footer(footer);
  app.set_version_flag("--version", "ldwhy " LDWHY_VERSION);
  add_common(app, options);
  app.require_subcommand(0, 1);
  auto add = [&](const char *name, const char *title) {
    CLI::App *command = app.add_subcommand(name, title);
    add_common(*command, options);
    return command;
  };
  CLI::App *run = add("run", "run a build and diagnose the link that fails: ldwhy run -- BUILD...");
  run->add_flag("--no-try", options.no_try, "do not try remedies by linking again");
  CLI::App *explain = add("explain", "diagnose from a build log: ldwhy explain [LOG|-]");
  explain->add_option("log", options.words, "the log; - or nothing: standard input")->expected(0, 1);
  explain->add_flag("--try", options.try_remedies, "run the link in a scratch folder and try remedies");
  CLI::App *link = add("link", "diagnose one link command from its inputs alone: ldwhy link -- LINK...");
  link->add_option("--flavor", options.flavor, "gnu or darwin, where the linker's name does not say")
      ->check(CLI::IsMember({"gnu", "darwin"}));
  link->add_flag("--try", options.try_remedies, "run the link in a scratch folder, and try remedies");
  CLI::App *symbol =
      add("symbol", "all that is known of one symbol: ldwhy symbol NAME -- LINK..., ldwhy symbol NAME FILE|DIR...");
  symbol->add_option("name", options.words, "the symbol, then files and folders")->expected(-1);
  add_check(*add("check", "known bad combinations, before anything fails: ldwhy check [DIR|FILE...]"), options);
  add_fix(*add("fix", "remedies for a project: ldwhy fix [DIR] [-- BUILD...]"), options);
  CLI::App *advisory = add("advisory", "the page of a known bad combination; without ID, the list");
  advisory->add_option("id", options.words, "LINK-YYYY-NNNN")->expected(0, 1);
  add_advisories(*advisory, options);
  CLI::App *cause = add("cause", "the manual page of a cause; without ID, the list");
  cause->add_option("id", options.words, "an id of the catalogue")->expected(0, 1);

  int own = has_trailing ? static_cast<int>(dashes - argv) : argc;
  try {
    app.parse(own, argv);
  } catch (const CLI::ParseError &error) {
    parsed.stop = true;
    if (error.get_exit_code() == 0) {
      parsed.status = app.exit(error);  // help or version
    } else {
      std::string meant = dynamic_cast<const CLI::ExtrasError *>(&error) ? what_was_meant({argv + 1, argv + own}) : "";
      if (meant.empty()) fmt::print(stderr, "ldwhy: {} (ldwhy --help)\n", error.what());
      else fmt::print(stderr, "ldwhy: {}\n", printable(meant));
      parsed.status = 2;
    }
    return parsed;
  }
  std::vector<CLI::App *> chosen = app.get_subcommands();
  if (!chosen.empty()) {
    options.command = chosen.front()->get_name();
  } else if (has_trailing) {
    options.command = "run";
  } else {
    fmt::print("{}", app.help());
    parsed.stop = true;
    parsed.status = 2;
  }
  return parsed;
}

}  // namespace ldwhy
