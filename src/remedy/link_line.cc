// Remedies that change the words of the link line. Where rustc runs the linker nobody
// types that line: there the change goes into the crate's build script or its source
// (Cargo book, "Build Scripts", outputs of the build script).
#include <algorithm>

#include <fmt/format.h>

#include "base/words.h"
#include "command/compiled_sources.h"
#include "facts/definitions.h"
#include "facts/link_line.h"
#include "name/rust_units.h"
#include "name/name.h"
#include "name/providers.h"
#include "remedy/remedy.h"

namespace ldwhy {
namespace {

const Command &command_of(const RemedyContext &context) { return context.facts.link->command; }

}  // namespace

size_t end_of_user_inputs(const Command &command) {
  size_t end = 0;
  for (const InputArg &input : command.inputs)
    if (!input.automatic && input.script < 0 && input.argument + 1 > end) end = input.argument + 1;
  return end == 0 ? command.linker_argv.size() : std::min(end, command.linker_argv.size());
}

std::string library_word(const std::string &path, const Command &command) {
  std::string_view name = file_name(path);
  std::string folder(parent_path(path));
  for (const std::string &searched : command.library_paths) {
    bool same = normal_path(join_path(command.directory, searched) + "/") == normal_path(folder + "/");
    if (!same || !name.starts_with("lib")) continue;
    for (std::string_view ending : {".so", ".a", ".tbd", ".dylib"})
      if (name.ends_with(ending)) return fmt::format("-l{}", name.substr(3, name.size() - 3 - ending.size()));
  }
  std::string shown = path;
  if (shown.starts_with(command.directory + "/")) shown.erase(0, command.directory.size() + 1);
  return shown;
}

namespace {

// The user's own command with words added at the end.
void add_words(const Command &command, std::vector<std::string> added, Remedy &remedy) {
  std::vector<std::string> words = command.argv;
  words.insert(words.end(), added.begin(), added.end());
  remedy.commands.push_back(quote_words(words));
  remedy.link_words = std::move(added);
}

std::string driver_option(const Command &command, const std::string &option) {
  return command.driver.empty() ? option : "-Wl," + option;
}

Trial with_words(const TrialBench &bench, size_t at, const std::vector<std::string> &added) {
  Trial trial{bench.words()};
  trial.argv.insert(trial.argv.begin() + static_cast<ptrdiff_t>(at), added.begin(), added.end());
  return trial;
}

bool for_cargo(const RemedyContext &context) { return linked_by_rustc(*context.facts.link); }

// Lines for the build script of the crate that needs them.
void add_to_build_script(Remedy &remedy, const std::vector<std::string> &lines) {
  std::string text = "build.rs of the crate that needs it, in main():\n";
  for (const std::string &line : lines) text += fmt::format("+    {}\n", line);
  remedy.edits.push_back({"", text});
}
std::string cargo_line(std::string_view key, std::string_view value) {
  return fmt::format("println!(\"cargo:{}={}\");", key, value);
}
// cgo book, "#cgo LDFLAGS": in the comment above import "C".
bool for_go(const RemedyContext &context) { return linked_by_go(*context.facts.link); }
void add_to_preamble(Remedy &remedy, std::vector<std::string> words) {
  std::string line = "#cgo LDFLAGS:";
  for (const std::string &word : words) line += " " + word;
  remedy.title = fmt::format("tell cgo of it: {} in the comment above import \"C\"", line);
  remedy.edits.push_back({"", fmt::format("+{}\n", line)});
  remedy.link_words = std::move(words);
}
// A path that a build script can name: it runs in its package's folder.
std::string absolute(const std::string &path, const Command &command) {
  return normal_path(join_path(command.directory, path));
}

// ---- add-library
// "g++-12" of "gcc-12"; empty where there is none.
std::string driver_for_cxx(std::string_view driver) {
  if (driver.find("++") != driver.npos) return "";
  for (auto [plain, cxx] : {std::pair("gcc", "g++"), std::pair("clang", "clang++"), std::pair("cc", "c++")}) {
    size_t at = driver.rfind(plain);
    if (at == driver.npos || (at > 0 && driver[at - 1] != '-' && driver[at - 1] != '/')) continue;
    return fmt::format("{}{}{}", driver.substr(0, at), cxx, driver.substr(at + std::string_view(plain).size()));
  }
  return "";
}
void describe_add(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  std::string word = library_word(seed.path, command_of(context));
  if (for_cargo(context)) {
    bool by_name = word.starts_with("-l");
    std::string name = by_name ? word.substr(2) : std::string(file_name(seed.path));
    remedy.title = fmt::format("tell Cargo to link {}: in build.rs{}", name, by_name ? ", or by #[link]" : "");
    add_to_build_script(remedy, {by_name ? cargo_line("rustc-link-lib", name)
                                         : cargo_line("rustc-link-arg", absolute(seed.path, command_of(context)))});
    if (by_name) remedy.link_words = {word};
    if (by_name)
      remedy.edits.push_back({"", fmt::format("or above the extern block that declares {}:\n+#[link(name = \"{}\")]\n",
                                              demangle(seed.symbol, context.facts.format), name)});
    return;
  }
  if (for_go(context)) return add_to_preamble(remedy, {word});
  remedy.title = fmt::format("add {} to the link", word);
  std::string cxx_driver = word == "-lstdc++" || word == "-lc++" ? driver_for_cxx(command_of(context).driver) : "";
  if (!cxx_driver.empty())
    remedy.title =
        fmt::format("link with {} in place of {}, or add {} to the link", cxx_driver, command_of(context).driver, word);
  add_words(command_of(context), {word}, remedy);
  // The index knows it under the name that the linker knows, with the symbol that is missing.
  for (const Provider &provider : providers_of(parse_name(seed.symbol, context.facts.format)))
    if (word == fmt::format("-l{}", provider.library)) return add_build_lines(provider, remedy);
}
std::optional<Trial> prepare_add(const RemedySeed &seed, const RemedyContext &context, TrialBench &bench) {
  return with_words(bench, end_of_user_inputs(command_of(context)), {library_word(seed.path, command_of(context))});
}

// ---- add-libraries: several at once, in the order in which they need each other
void describe_add_all(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  if (for_go(context)) return add_to_preamble(remedy, split_words(seed.other));
  remedy.title = fmt::format("add {} to the link, in this order", seed.other);
  add_words(command_of(context), split_words(seed.other), remedy);
}
std::optional<Trial> prepare_add_all(const RemedySeed &seed, const RemedyContext &context, TrialBench &bench) {
  return with_words(bench, end_of_user_inputs(command_of(context)), split_words(seed.other));
}

// ---- link-run-time: by the option that the code was compiled with
bool is_driver_option(const std::string &word, const Command &command) {
  return !command.driver.empty() && word.starts_with("-f") && word.find(' ') == word.npos;
}
void describe_run_time(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  remedy.title = fmt::format("link with {}", seed.other);
  if (!for_cargo(context) && is_driver_option(seed.other, command_of(context)))
    add_words(command_of(context), {seed.other}, remedy);
}

// ---- move-library-last: behind the last that needs it, before what it may need itself
// The inputs that refer to what the library of `object` defines and the link misses.
std::vector<uint32_t> inputs_in_need(ObjectId object, const RemedyContext &context) {
  const Facts &facts = context.facts;
  uint32_t library = facts.link->objects[object].input;
  std::vector<uint32_t> inputs;
  for (const Unresolved &missing : facts.resolution->unresolved) {
    const Wanted *wanted = facts.survey->find(missing.name);
    bool has_it = wanted && std::ranges::any_of(wanted->sightings, [&](const Sighting &sighting) {
                    return sighting.relation == Relation::Exact && on_line(sighting) &&
                           facts.link->objects[sighting.object].input == library;
                  });
    if (!has_it) continue;
    for (ObjectId id : missing.referrers) inputs.push_back(facts.link->objects[id].input);
  }
  return inputs;
}

// The input that a word names: itself, or the linker script that asks for it.
uint32_t named_input(uint32_t index, const Command &command) {
  while (command.inputs[index].script >= 0) index = static_cast<uint32_t>(command.inputs[index].script);
  return index;
}

// The word of the user's own command that names an input; empty: none does.
std::string own_word(uint32_t index, const Command &command) {
  index = named_input(index, command);
  const InputArg &input = command.inputs[index];
  for (const CompiledSource &made : compiled_sources(command))
    if (made.input == index) return made.source;
  return input.kind == InputArg::Kind::Library ? "-l" + input.text : input.text;
}

void describe_move(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  const Command &command = command_of(context);
  std::string word = library_word(join_path(command.directory, seed.path), command);
  if (std::string own = own_word(context.facts.link->objects[seed.object].input, command);
      std::ranges::find(command.argv, own) != command.argv.end())
    word = own;
  remedy.title = fmt::format("put {} after everything that needs it", word);
  if (for_cargo(context)) {
    add_to_build_script(remedy,
                        {cargo_line("rustc-link-arg", word.starts_with("-l") ? word : absolute(word, command))});
    return;
  }
  std::vector<std::string> words;
  for (const std::string &argument : command.argv)
    if (argument != word && argument != seed.path) words.push_back(argument);
  size_t at = 0;
  for (uint32_t input : inputs_in_need(seed.object, context)) {
    auto needs = std::ranges::find(words, own_word(input, command));
    if (needs != words.end()) at = std::max(at, static_cast<size_t>(needs - words.begin()) + 1);
  }
  // Not between objects: libraries stand behind them all.
  auto is_library = [](const std::string &w) { return w.starts_with("-l") || w.ends_with(".a") || w.ends_with(".so"); };
  while (at > 0 && at < words.size() && !is_library(words[at])) ++at;
  words.insert(at == 0 ? words.end() : words.begin() + static_cast<ptrdiff_t>(at), word);
  remedy.commands.push_back(quote_words(words));
  remedy.link_words = {word};
  remedy.moves = true;
}
std::optional<Trial> prepare_move(const RemedySeed &seed, const RemedyContext &context, TrialBench &bench) {
  // Naming it once more there has the same effect as moving it.
  const Command &command = command_of(context);
  const InputArg &argument = command.inputs[named_input(context.facts.link->objects[seed.object].input, command)];
  if (argument.argument >= bench.words().size()) return std::nullopt;
  std::string word = argument.kind == InputArg::Kind::Library ? "-l" + argument.text : argument.text;
  size_t at = 0;
  for (uint32_t input : inputs_in_need(seed.object, context))
    if (command.inputs[input].script < 0) at = std::max<size_t>(at, command.inputs[input].argument + 1);
  return with_words(bench, at == 0 || at > bench.words().size() ? end_of_user_inputs(command) : at, {word});
}

// ---- group-archives
void describe_group(const RemedySeed &, const RemedyContext &context, Remedy &remedy) {
  const Command &command = command_of(context);
  std::vector<std::string> words, archives;
  for (const std::string &argument : command.argv) {
    bool archive = argument.ends_with(".a") || argument.starts_with("-l");
    (archive ? archives : words).push_back(argument);
  }
  remedy.title = "let the linker search the archives again until nothing new is needed (a group)";
  if (for_cargo(context)) {
    std::vector<std::string> lines{cargo_line("rustc-link-arg", "-Wl,--start-group")};
    for (uint32_t i = 0; i < command.inputs.size(); ++i) {
      const InputArg &input = command.inputs[i];
      bool own = !input.automatic && input.script < 0 && !input.text.ends_with(".rlib");
      if (own && context.facts.link->inputs[i].kind == InputKind::Archive)
        lines.push_back(cargo_line("rustc-link-arg", input.kind == InputArg::Kind::Library
                                                         ? "-l" + input.text
                                                         : absolute(input.text, command)));
    }
    lines.push_back(cargo_line("rustc-link-arg", "-Wl,--end-group"));
    add_to_build_script(remedy, lines);
    return;
  }
  words.push_back(driver_option(command, "--start-group"));
  words.insert(words.end(), archives.begin(), archives.end());
  words.push_back(driver_option(command, "--end-group"));
  remedy.commands.push_back(quote_words(words));
}
std::optional<Trial> prepare_group(const RemedySeed &, const RemedyContext &context, TrialBench &bench) {
  const Command &command = command_of(context);
  size_t first = SIZE_MAX;
  for (uint32_t i = 0; i < command.inputs.size(); ++i) {
    const InputArg &input = command.inputs[i];
    bool archive = context.facts.link->inputs[i].kind == InputKind::Archive;
    if (archive && !input.automatic && input.script < 0) first = std::min<size_t>(first, input.argument);
  }
  size_t end = end_of_user_inputs(command);
  if (first >= end) return std::nullopt;
  Trial trial = with_words(bench, end, {"--end-group"});
  trial.argv.insert(trial.argv.begin() + static_cast<ptrdiff_t>(first), "--start-group");
  return trial;
}

// ---- extern-c: tried by giving the definition the wanted name as well
void describe_extern_c(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  Format format = context.facts.format;
  ParsedName wanted = parse_name(seed.symbol, format), found = parse_name(seed.other, format);
  bool unmarked = seed.other.empty();  // known by its source only, which is in Rust
  if (unmarked) remedy.title = fmt::format("mark {} no_mangle, in {}", wanted.demangled, seed.path);
  else if (wanted.scheme != Scheme::Plain)
    remedy.title = fmt::format(
        "declare {} as extern \"C\" in {}", found.raw,
        seed.path.empty() ? "the header that the C++ code includes" : seed.path + ", which the C++ code includes");
  else if (found.scheme == Scheme::Rust)
    remedy.title = fmt::format("keep the C name of {}: mark it no_mangle, and pub extern \"C\" fn", found.demangled);
  else remedy.title = fmt::format("define {} as extern \"C\"", found.demangled);
  if (unmarked || found.scheme == Scheme::Rust)
    remedy.edits.push_back({"", "+#[unsafe(no_mangle)]  // before Rust 1.82: #[no_mangle]\n"});
  else
    remedy.edits.push_back({"",
                            "+#ifdef __cplusplus\n+extern \"C\" {\n+#endif\n …the declarations…\n"
                            "+#ifdef __cplusplus\n+}\n+#endif\n"});
}
std::optional<Trial> prepare_extern_c(const RemedySeed &seed, const RemedyContext &context, TrialBench &bench) {
  if (seed.other.empty()) return std::nullopt;
  if (context.facts.flavor == Flavor::Darwin)
    return with_words(bench, bench.words().size(), {"-alias", seed.other, seed.symbol});
  if (context.facts.flavor == Flavor::Gnu)
    return with_words(bench, 1, {"-u", seed.other, fmt::format("--defsym={}={}", seed.symbol, seed.other)});
  return std::nullopt;
}

// ---- add-search-path
std::string search_word(const Command &command, const std::string &path) {
  bool own = command.flavor == Flavor::Coff && command.driver.empty();
  return (own ? "/libpath:" : "-L") + (path.empty() ? "." : path);
}
void describe_path(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  remedy.title = fmt::format("search {} too", seed.path.empty() ? "." : seed.path);
  if (for_cargo(context)) {
    add_to_build_script(remedy,
                        {cargo_line("rustc-link-search", "native=" + absolute(seed.path, command_of(context)))});
    return;
  }
  add_words(command_of(context), {search_word(command_of(context), seed.path)}, remedy);
}
std::optional<Trial> prepare_path(const RemedySeed &seed, const RemedyContext &context, TrialBench &bench) {
  return with_words(bench, 1, {search_word(command_of(context), seed.path)});
}

// ---- define-symbol: tried where an object that has it lies unused
// `condition`: of #[cfg(…)], "feature = \"x\"".
void describe_define_in_rust(const std::string &path, std::string_view condition, Remedy &remedy) {
  size_t open = condition.find('"'), close = condition.rfind('"');
  if (condition.starts_with("feature") && open != condition.npos && close > open) {
    std::string_view feature = condition.substr(open + 1, close - open - 1);
    remedy.title = fmt::format("build the crate of {} with its feature {}", path, feature);
    remedy.commands.push_back(fmt::format("cargo build --features {}", feature));
  } else {
    remedy.title =
        fmt::format("compile {}: declare its module with `mod`, or switch on the feature that guards it", path);
  }
}
void describe_define_for_cargo(const std::string &path, bool object, const Command &command, Remedy &remedy) {
  if (object) {
    remedy.title = fmt::format("tell Cargo to link {}: in build.rs", path);
    add_to_build_script(remedy, {cargo_line("rustc-link-arg", absolute(path, command))});
  } else if (!path.empty()) {
    std::string_view name = file_name(path);
    remedy.title = fmt::format("build {} in build.rs, with the crate cc", path);
    remedy.edits.push_back({"", "Cargo.toml:\n+[build-dependencies]\n+cc = \"1\"\n"});
    add_to_build_script(
        remedy, {fmt::format("cc::Build::new().file(\"{}\").compile(\"{}\");", path, name.substr(0, name.rfind('.')))});
  } else {
    remedy.title = "write the definition, or link the library that has it (build.rs: cargo:rustc-link-lib=NAME)";
  }
}
// The source that an object was made of, where it lies beside it.
std::string source_beside(const std::string &object, const Files &files) {
  std::string stem = object.substr(0, object.rfind('.'));
  for (const char *ending : {".c", ".cc", ".cpp", ".cxx", ".C", ".S", ".s", ".f90"})
    if (files.is_file(stem + ending)) return stem + ending;
  return "";
}
void describe_define(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  const Command &command = command_of(context);
  std::string path = seed.path;
  if (path.starts_with(command.directory + "/")) path.erase(0, command.directory.size() + 1);
  bool object = path.ends_with(".o") || path.ends_with(".obj");
  if (path.ends_with(".rs")) {
    describe_define_in_rust(path, seed.other, remedy);
  } else if (for_cargo(context)) {
    describe_define_for_cargo(path, object, command, remedy);
  } else if (object) {
    remedy.title = fmt::format("add {} to the link", path);
    add_words(command, {path}, remedy);
    remedy.source = source_beside(absolute(path, command), context.files);
  } else if (!path.empty()) {
    remedy.title = fmt::format("add {} to what is built and linked", path);
    remedy.source = absolute(seed.path, command);
  } else if (!seed.other.empty()) {
    remedy.title = fmt::format("write the definition, or build the file that has it ({} declares it)", seed.other);
  } else {
    remedy.title = "write the definition, or install and link the library that has it";
  }
}
std::optional<Trial> prepare_define(const RemedySeed &seed, const RemedyContext &context, TrialBench &bench) {
  if (!seed.path.ends_with(".o")) return std::nullopt;
  return with_words(bench, end_of_user_inputs(command_of(context)), {seed.path});
}

}  // namespace

extern const RemedyKind add_library{"add-library", "none", describe_add, prepare_add};
extern const RemedyKind add_libraries{"add-libraries", "none", describe_add_all, prepare_add_all};
extern const RemedyKind link_run_time{"link-run-time", "none", describe_run_time, nullptr};
extern const RemedyKind move_library_last{"move-library-last", "none", describe_move, prepare_move};
extern const RemedyKind group_archives{"group-archives", "a slightly slower link; the order no longer matters",
                                       describe_group, prepare_group};
extern const RemedyKind extern_c{.id = "extern-c",
                                 .cost = "none; the function can no longer be overloaded",
                                 .describe = describe_extern_c,
                                 .prepare = prepare_extern_c,
                                 .stand_in = true};
extern const RemedyKind add_search_path{"add-search-path", "none", describe_path, prepare_path};
extern const RemedyKind define_symbol{"define-symbol", "the code has to be built", describe_define, prepare_define};

}  // namespace ldwhy
