// Remedies that change an option of the link or the program that links, and the index of one
// archive: all can be tried.
#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "base/words.h"
#include "name/name.h"
#include "name/rust_units.h"
#include "remedy/remedy.h"

namespace ldwhy {
namespace {

const Command &command_of(const RemedyContext &context) { return context.facts.link->command; }

// The linker's words with one more at the end.
std::optional<Trial> with(const TrialBench &bench, std::initializer_list<std::string> words) {
  Trial trial{bench.words()};
  trial.argv.insert(trial.argv.end(), words.begin(), words.end());
  return trial;
}

// For the linker itself, or for it by way of a driver.
std::string linker_word(const Command &command, const std::string &option) {
  return command.driver.empty() ? option : "-Wl," + option;
}

// Where rustc runs the linker, options go into the build script.
void add_option(const RemedyContext &context, const std::string &option, Remedy &remedy) {
  const Command &command = command_of(context);
  if (linked_by_rustc(*context.facts.link)) {
    remedy.edits.push_back(
        {"",
         fmt::format("build.rs of the crate that is linked, in main():\n+    println!(\"cargo:rustc-link-arg={}\");\n",
                     linker_word(command, option))});
    return;
  }
  std::vector<std::string> words = command.argv;
  words.push_back(linker_word(command, option));
  remedy.commands.push_back(quote_words(words));
  remedy.link_words = {linker_word(command, option)};
}

// ---- rebuild-index
void describe_index(const RemedySeed &seed, const RemedyContext &, Remedy &remedy) {
  remedy.title = fmt::format("make {} again with an index in GNU form", seed.path);
  remedy.commands.push_back(fmt::format("rm {0} && llvm-ar --format=gnu rcs {0} OBJECTS...", quote_words({seed.path})));
}
std::optional<Trial> prepare_index(const RemedySeed &seed, const RemedyContext &context, TrialBench &bench) {
  if (seed.object == no_object) return std::nullopt;
  const Link &link = *context.facts.link;
  uint32_t input = link.objects[seed.object].input;
  std::vector<std::string> command{bench.newest_tool("llvm-ar"), "--format=gnu", "rcs",
                                   bench.fresh(link.inputs[input].path)};
  for (ObjectId id = 0; id < link.objects.size(); ++id)
    if (link.objects[id].input == input && link.object(id)) command.push_back(bench.extract(id));
  Trial trial{bench.words()};
  const InputArg &argument = link.command.inputs[input];
  if (argument.argument >= trial.argv.size() || argument.script >= 0 || !bench.run(command)) return std::nullopt;
  trial.argv[argument.argument] = command[3];
  return trial;
}

// ---- without-option
bool same_option(const std::string &word, const RemedySeed &seed) { return word == seed.symbol || word == seed.other; }

void describe_without(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  remedy.title = fmt::format("leave {} out where this linker is used", seed.symbol);
  std::vector<std::string> words;
  for (const std::string &word : command_of(context).argv)
    if (!same_option(word, seed)) words.push_back(word);
  if (!linked_by_rustc(*context.facts.link)) remedy.commands.push_back(quote_words(words));
}
std::optional<Trial> prepare_without(const RemedySeed &seed, const RemedyContext &, TrialBench &bench) {
  Trial trial;
  for (const std::string &word : bench.words())
    if (!same_option(word, seed)) trial.argv.push_back(word);
  if (trial.argv.size() == bench.words().size()) return std::nullopt;
  return trial;
}

// ---- two-dashes
void describe_dashes(const RemedySeed &seed, const RemedyContext &, Remedy &remedy) {
  remedy.title = fmt::format("write -{} with two dashes", seed.symbol);
}
std::optional<Trial> prepare_dashes(const RemedySeed &seed, const RemedyContext &, TrialBench &bench) {
  Trial trial{bench.words()};
  auto found = std::ranges::find(trial.argv, seed.symbol);
  if (found == trial.argv.end()) return std::nullopt;
  *found = "-" + seed.symbol;
  return trial;
}

// ---- undefined-version
void describe_undefined_version(const RemedySeed &, const RemedyContext &context, Remedy &remedy) {
  remedy.title = "let the script name what is not defined (--undefined-version), until it is put right";
  add_option(context, "--undefined-version", remedy);
}
std::optional<Trial> prepare_undefined_version(const RemedySeed &, const RemedyContext &, TrialBench &bench) {
  return with(bench, {"--undefined-version"});
}

// ---- collect-sections
void describe_collect(const RemedySeed &, const RemedyContext &context, Remedy &remedy) {
  remedy.title = "drop what nothing uses (--gc-sections); compile with -ffunction-sections -fdata-sections for it";
  add_option(context, "--gc-sections", remedy);
}
std::optional<Trial> prepare_collect(const RemedySeed &, const RemedyContext &, TrialBench &bench) {
  return with(bench, {"--gc-sections"});
}

// ---- keep-symbol
void describe_keep(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  remedy.title = fmt::format("tell the linker that {} is used (-u)", demangle(seed.symbol, context.facts.format));
  bool coff = context.facts.flavor == Flavor::Coff, driver = !command_of(context).driver.empty();
  add_option(context, coff ? "/include:" + seed.symbol : fmt::format("-u{}{}", driver ? "," : "", seed.symbol), remedy);
}
std::optional<Trial> prepare_keep(const RemedySeed &seed, const RemedyContext &context, TrialBench &bench) {
  if (context.facts.flavor == Flavor::Coff) return with(bench, {"/include:" + seed.symbol});
  return with(bench, {"-u", seed.symbol});
}

// ---- keep-start-stop
void describe_start_stop(const RemedySeed &, const RemedyContext &context, Remedy &remedy) {
  remedy.title = "let __start_ and __stop_ symbols keep their sections, as GNU ld does (-z nostart-stop-gc)";
  add_option(context, "-znostart-stop-gc", remedy);
}
std::optional<Trial> prepare_start_stop(const RemedySeed &, const RemedyContext &, TrialBench &bench) {
  return with(bench, {"-z", "nostart-stop-gc"});
}

// ---- no-pie
void describe_no_pie(const RemedySeed &, const RemedyContext &context, Remedy &remedy) {
  remedy.title = "link a program with fixed addresses (-no-pie)";
  const Command &command = command_of(context);
  if (linked_by_rustc(*context.facts.link)) {
    remedy.commands.push_back("RUSTFLAGS=\"-C relocation-model=static\" cargo build");
    return;
  }
  std::vector<std::string> words = command.argv;
  std::erase(words, "-pie");
  words.push_back("-no-pie");
  remedy.commands.push_back(quote_words(words));
}
std::optional<Trial> prepare_no_pie(const RemedySeed &, const RemedyContext &, TrialBench &bench) {
  Trial trial{bench.words()};
  if (std::erase(trial.argv, "-pie") == 0) return std::nullopt;
  trial.argv.push_back("-no-pie");
  return trial;
}

// ---- other-linker
void describe_other(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  const Command &command = command_of(context);
  std::string name(file_name(seed.path));
  remedy.title = fmt::format("link with {} instead", name);
  if (command.driver.empty() || linked_by_rustc(*context.facts.link)) return;
  std::string kind = name.find("lld") != name.npos ? "lld" : name.find("mold") != name.npos ? "mold" : "bfd";
  std::vector<std::string> words;
  for (const std::string &word : command.argv)
    if (!word.starts_with("-fuse-ld=")) words.push_back(word);
  words.push_back("-fuse-ld=" + kind);
  remedy.commands.push_back(quote_words(words));
}

// ---- response-file
void describe_response(const RemedySeed &, const RemedyContext &, Remedy &remedy) {
  remedy.title = "pass the words to the linker in a response file (@FILE), or shorten them";
  remedy.commands.push_back("cmake -DCMAKE_NINJA_FORCE_RESPONSE_FILE=ON …");
  remedy.commands.push_back("gcc -Wl,@link.rsp …");
}

}  // namespace

extern const RemedyKind rebuild_index{"rebuild-index", "none", describe_index, prepare_index};
extern const RemedyKind without_option{"without-option", "what the option was for is not done", describe_without,
                                       prepare_without};
extern const RemedyKind two_dashes{"two-dashes", "none", describe_dashes, prepare_dashes};
extern const RemedyKind undefined_version{"undefined-version", "misspelt names in the script pass unnoticed",
                                          describe_undefined_version, prepare_undefined_version};
extern const RemedyKind collect_sections{"collect-sections", "a slower link; what only tables refer to needs KEEP",
                                         describe_collect, prepare_collect};
extern const RemedyKind keep_symbol{"keep-symbol", "it stays in the program even where nothing uses it", describe_keep,
                                    prepare_keep};
extern const RemedyKind keep_start_stop{"keep-start-stop", "unused entries of such sections stay in the program",
                                        describe_start_stop, prepare_start_stop};
extern const RemedyKind no_pie{"no-pie", "the program is loaded at a fixed address: no address randomization",
                               describe_no_pie, prepare_no_pie};
extern const RemedyKind other_linker_program{"other-linker", "another program, whose output may differ in layout",
                                             describe_other, nullptr};
extern const RemedyKind response_file{"response-file", "none", describe_response, nullptr};

}  // namespace ldwhy
