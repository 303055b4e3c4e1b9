// Remedies of WebAssembly links: what the host that runs the module supplies, and how it begins. Both
// can be tried.
#include <fmt/format.h>

#include "base/words.h"
#include "remedy/remedy.h"

namespace ldwhy {
namespace {

std::string word_of(const Command &command, const std::string &option) {
  return command.driver.empty() ? option : "-Wl," + option;
}

void add_option(const RemedyContext &context, const std::string &option, Remedy &remedy) {
  std::vector<std::string> words = context.facts.link->command.argv;
  words.push_back(word_of(context.facts.link->command, option));
  remedy.commands.push_back(quote_words(words));
}

std::optional<Trial> with(const TrialBench &bench, const char *option) {
  Trial trial{bench.words()};
  trial.argv.emplace_back(option);
  return trial;
}

// ---- import-from-host
void describe_import(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  remedy.title = fmt::format(
      "if the host that runs the module supplies {}, say so: in its declaration, or to the linker", seed.symbol);
  remedy.edits.push_back(
      {"", fmt::format("+__attribute__((import_module(\"env\"), import_name(\"{0}\")))  // on the declaration of {0}\n",
                       seed.symbol)});
  add_option(context, "--import-undefined", remedy);
}
std::optional<Trial> prepare_import(const RemedySeed &, const RemedyContext &, TrialBench &bench) {
  return with(bench, "--import-undefined");
}

// ---- no-entry
void describe_no_entry(const RemedySeed &, const RemedyContext &context, Remedy &remedy) {
  remedy.title =
      "say that the module has no start, only functions for the host to call (--no-entry), and export these "
      "(--export=NAME)";
  add_option(context, "--no-entry", remedy);
}
std::optional<Trial> prepare_no_entry(const RemedySeed &, const RemedyContext &, TrialBench &bench) {
  return with(bench, "--no-entry");
}

}  // namespace

extern const RemedyKind import_from_host{"import-from-host", "a module that no host without it can run",
                                         describe_import, prepare_import};
extern const RemedyKind no_entry{"no-entry", "none where the host calls the functions itself", describe_no_entry,
                                 prepare_no_entry};

}  // namespace ldwhy
