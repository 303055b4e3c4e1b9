// Compiler drivers of the GCC and clang families that are not asked: their options turned
// into a linker's as their manuals say ("Options for Linking"). Start files and default
// libraries are left out: which there are depends on how the driver was built.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "command/driver.h"
#include "command/ld64_options.h"

namespace ldwhy {
namespace {

enum class Shape : uint8_t {
  Flag,      // the word alone
  Separate,  // with the next word
  Either,    // joined or with the next word
  Joined,    // the word starts so
};
enum class Use : uint8_t {
  Ignore,   // about compiling
  Replace,  // by the words in `linker`, the value appended to the last where there is one
  Pass,     // as two words, name and value; flags as they are
};
struct Row {
  std::string_view name;
  Shape shape;
  Use use;
  std::string_view gnu, darwin;  // Replace: separated by blanks; "*" is the value
};
// Longer names before their beginnings.
constexpr Row rows[] = {
    {"-shared-libgcc", Shape::Flag, Use::Ignore, "", ""},
    {"-shared", Shape::Flag, Use::Replace, "-shared", "-dylib"},
    {"-dynamiclib", Shape::Flag, Use::Replace, "-shared", "-dylib"},
    {"-bundle", Shape::Flag, Use::Replace, "", "-bundle"},
    {"-static-pie", Shape::Flag, Use::Replace, "-static -pie --no-dynamic-linker", ""},
    {"-static", Shape::Flag, Use::Replace, "-static", "-static"},
    {"-pie", Shape::Flag, Use::Replace, "-pie", "-pie"},
    {"-no-pie", Shape::Flag, Use::Replace, "-no-pie", ""},
    {"-nopie", Shape::Flag, Use::Replace, "-no-pie", ""},
    {"-rdynamic", Shape::Flag, Use::Replace, "-export-dynamic", "-export_dynamic"},
    {"-r", Shape::Flag, Use::Pass, "", ""},
    {"-s", Shape::Flag, Use::Pass, "", ""},
    {"-pthread", Shape::Flag, Use::Replace, "-lpthread", ""},
    {"-m32", Shape::Flag, Use::Replace, "-m elf_i386", "-arch i386"},
    {"-m64", Shape::Flag, Use::Replace, "-m elf_x86_64", "-arch x86_64"},
    {"-mx32", Shape::Flag, Use::Replace, "-m elf32_x86_64", ""},
    {"-mmacosx-version-min=", Shape::Joined, Use::Replace, "", "-macos_version_min *"},
    {"-mmacos-version-min=", Shape::Joined, Use::Replace, "", "-macos_version_min *"},
    {"-miphoneos-version-min=", Shape::Joined, Use::Replace, "", "-ios_version_min *"},
    {"-mios-version-min=", Shape::Joined, Use::Replace, "", "-ios_version_min *"},
    {"-isysroot", Shape::Either, Use::Replace, "", "-syslibroot *"},
    {"--sysroot=", Shape::Joined, Use::Replace, "--sysroot=*", "-syslibroot *"},
    {"--sysroot", Shape::Separate, Use::Replace, "--sysroot=*", "-syslibroot *"},
    {"-rpath", Shape::Separate, Use::Pass, "", ""},
    {"-arch", Shape::Separate, Use::Replace, "", "-arch *"},
    {"-Xlinker", Shape::Separate, Use::Replace, "*", "*"},
    {"-L", Shape::Either, Use::Replace, "-L*", "-L*"},
    {"-l", Shape::Either, Use::Replace, "-l*", "-l*"},
    {"-F", Shape::Either, Use::Replace, "", "-F*"},
    {"-T", Shape::Either, Use::Pass, "", ""},
    {"-z", Shape::Either, Use::Pass, "", ""},
    {"-u", Shape::Either, Use::Pass, "", ""},
    {"-o", Shape::Either, Use::Pass, "", ""},
    {"-e", Shape::Separate, Use::Pass, "", ""},
    {"--entry=", Shape::Joined, Use::Replace, "-e *", "-e *"},
    {"-target", Shape::Separate, Use::Ignore, "", ""},
    {"-gcc-toolchain", Shape::Separate, Use::Ignore, "", ""},
    {"-imultilib", Shape::Separate, Use::Ignore, "", ""},
    {"-Xclang", Shape::Separate, Use::Ignore, "", ""},
    {"-Xpreprocessor", Shape::Separate, Use::Ignore, "", ""},
    {"-Xassembler", Shape::Separate, Use::Ignore, "", ""},
    {"-Xanalyzer", Shape::Separate, Use::Ignore, "", ""},
    {"-Xcompiler", Shape::Separate, Use::Ignore, "", ""},
    {"-Xcuda-ptxas", Shape::Separate, Use::Ignore, "", ""},
    {"-Xcuda-fatbinary", Shape::Separate, Use::Ignore, "", ""},
    {"-Xopenmp-target", Shape::Separate, Use::Ignore, "", ""},
    {"-Xarch_", Shape::Joined, Use::Ignore, "", ""},
    {"-mllvm", Shape::Separate, Use::Ignore, "", ""},
    {"-aux-info", Shape::Separate, Use::Ignore, "", ""},
    {"-dumpbase-ext", Shape::Separate, Use::Ignore, "", ""},
    {"-dumpbase", Shape::Separate, Use::Ignore, "", ""},
    {"-dumpdir", Shape::Separate, Use::Ignore, "", ""},
    {"-wrapper", Shape::Separate, Use::Ignore, "", ""},
    {"--param", Shape::Separate, Use::Ignore, "", ""},
    {"-serialize-diagnostics", Shape::Separate, Use::Ignore, "", ""},
    {"--serialize-diagnostics", Shape::Separate, Use::Ignore, "", ""},
    {"-working-directory", Shape::Separate, Use::Ignore, "", ""},
    {"-include-pch", Shape::Separate, Use::Ignore, "", ""},
    {"-include", Shape::Either, Use::Ignore, "", ""},
    {"-imacros", Shape::Either, Use::Ignore, "", ""},
    {"-isystem", Shape::Either, Use::Ignore, "", ""},
    {"-iquote", Shape::Either, Use::Ignore, "", ""},
    {"-idirafter", Shape::Either, Use::Ignore, "", ""},
    {"-iprefix", Shape::Either, Use::Ignore, "", ""},
    {"-iwithprefixbefore", Shape::Either, Use::Ignore, "", ""},
    {"-iwithprefix", Shape::Either, Use::Ignore, "", ""},
    {"-iframework", Shape::Either, Use::Ignore, "", ""},
    {"-ivfsoverlay", Shape::Either, Use::Ignore, "", ""},
    {"-cxx-isystem", Shape::Either, Use::Ignore, "", ""},
    {"-MF", Shape::Either, Use::Ignore, "", ""},
    {"-MT", Shape::Either, Use::Ignore, "", ""},
    {"-MQ", Shape::Either, Use::Ignore, "", ""},
    {"-MJ", Shape::Either, Use::Ignore, "", ""},
    {"-I", Shape::Either, Use::Ignore, "", ""},
    {"-D", Shape::Either, Use::Ignore, "", ""},
    {"-U", Shape::Either, Use::Ignore, "", ""},
    {"-B", Shape::Either, Use::Ignore, "", ""},
    {"-A", Shape::Either, Use::Ignore, "", ""},
};

// Only an Apple driver takes these.
constexpr std::string_view darwin_words[] = {"-framework",      "-arch",         "-dynamiclib", "-bundle",
                                             "-weak_framework", "-install_name", "-isysroot"};

template <size_t N>
bool is_one_of(std::string_view word, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

class Model {
 public:
  Model(Command &command, const std::vector<std::string> &words)
      : command_(command), words_(words), program_(classify_program(words[0])) {}

  void run() {
    read_target();
    for (at_ = 1; at_ < words_.size(); ++at_) read_word(words_[at_]);
    choose_linker();
    command_.linker_argv.insert(command_.linker_argv.begin(), command_.linker_path);
    command_.linker_argv.insert(command_.linker_argv.end(), linker_words_.begin(), linker_words_.end());
    if (sources_ > 0) tell("the command also compiles sources; their objects cannot be looked at");
    command_.defaults_unknown =
        std::ranges::none_of(words_, [](const std::string &word) { return word == "-nostdlib" || word == "-r"; });
    tell("the driver was not asked, and its start files and default libraries are not known");
  }

 private:
  void tell(std::string text) { command_.problems.push_back({words_[0], "", std::nullopt, std::move(text)}); }
  void add(std::string_view word) { linker_words_.emplace_back(word); }

  void read_target() {
    std::string triple;
    for (size_t i = 1; i < words_.size(); ++i) {
      constexpr std::string_view option = "--target=";
      if (words_[i].starts_with(option)) triple = words_[i].substr(option.size());
      if (words_[i] == "-target" && i + 1 < words_.size()) triple = words_[i + 1];
      if (command_.flavor == Flavor::Unknown && is_one_of(words_[i], darwin_words)) command_.flavor = Flavor::Darwin;
    }
    if (command_.flavor == Flavor::Unknown) command_.flavor = program_.flavor;
    if (triple.empty()) return;
    command_.target = target_from_triple(triple);
    command_.target.triple = {};
    Format format = command_.target.format;
    command_.flavor = format == Format::MachO                                        ? Flavor::Darwin
                      : format == Format::Wasm                                       ? Flavor::Wasm
                      : format == Format::Coff && triple.find("msvc") != triple.npos ? Flavor::Coff
                                                                                     : Flavor::Gnu;
    if (command_.flavor != Flavor::Darwin) return;
    add("-arch");
    add(triple.substr(0, triple.find('-')));
    if (command_.target.min_os == 0) return;
    std::string platform(platform_name(command_.target.platform));
    std::transform(platform.begin(), platform.end(), platform.begin(),
                   [](unsigned char c) { return c == ' ' ? '-' : static_cast<char>(std::tolower(c)); });
    std::string version = version_text(command_.target.min_os);
    for (std::string_view word : {std::string_view("-platform_version"), std::string_view(platform),
                                  std::string_view(version), std::string_view(version)})
      add(word);
  }

  void read_word(const std::string &word) {
    if (word.starts_with("-Wl,")) {
      add_parts(std::string_view(word).substr(4));
    } else if (word.starts_with("-x")) {
      read_language(word);
    } else if (word.size() < 2 || word[0] != '-') {
      read_input(word);
    } else if (command_.flavor == Flavor::Darwin && pass_to_ld64(word)) {
      return;  // before the rows: -undefined is not -u ndefined here
    } else if (const Row *row = find_row(word)) {
      read_row(*row, word);
    }
  }

  void add_parts(std::string_view parts) {
    while (!parts.empty()) {
      size_t end = std::min(parts.find(','), parts.size());
      add(parts.substr(0, end));
      parts.remove_prefix(std::min(end + 1, parts.size()));
    }
  }

  void read_language(const std::string &word) {
    std::string language = word.substr(2);
    if (language.empty() && at_ + 1 < words_.size()) language = words_[++at_];
    all_sources_ = language != "none";
  }

  void read_input(const std::string &word) {
    if (word.empty()) return;
    if (all_sources_ || is_source_file(word)) {
      ++sources_;
      // An input that is certainly not there: what it defines stays open.
      add(fmt::format("{}{})", compiled_mark, word));
    } else {
      add(word);
    }
  }

  static const Row *find_row(std::string_view word) {
    for (const Row &row : rows) {
      bool exact = row.shape == Shape::Flag || row.shape == Shape::Separate;
      if (exact ? word == row.name : word.starts_with(row.name)) return &row;
    }
    return nullptr;
  }

  void read_row(const Row &row, const std::string &word) {
    std::string value;
    if (row.shape != Shape::Flag) {
      value = row.shape == Shape::Separate ? "" : word.substr(row.name.size());
      bool next = row.shape == Shape::Separate || (row.shape == Shape::Either && value.empty());
      if (next) value = at_ + 1 < words_.size() ? words_[++at_] : "";
      // "-Xarch_arm64 -O3": the option for that architecture alone.
      if (row.name == "-Xarch_" && at_ + 1 < words_.size()) ++at_;
    }
    if (row.use == Use::Ignore) return;
    if (row.use == Use::Pass) {
      add(row.name);
      if (row.shape != Shape::Flag) add(value);
      return;
    }
    std::string_view parts = command_.flavor == Flavor::Darwin ? row.darwin : row.gnu;
    while (!parts.empty()) {
      size_t end = std::min(parts.find(' '), parts.size());
      std::string part(parts.substr(0, end));
      size_t star = part.find('*');
      if (star != part.npos) part.replace(star, 1, value);
      add(part);
      parts.remove_prefix(std::min(end + 1, parts.size()));
    }
  }

  // Clang hands many of ld64's options on as they are. Short names mean other things to it.
  bool pass_to_ld64(const std::string &word) {
    std::optional<Ld64Option> option = find_ld64_option(word);
    if (!option || option->name != word || word.size() < 4) return false;
    add(word);
    for (int n = 0; n < option->arguments && at_ + 1 < words_.size(); ++n) add(words_[++at_]);
    return true;
  }

  void choose_linker() {
    std::string choice;
    for (const std::string &word : words_) {
      for (std::string_view option : {"-fuse-ld=", "--ld-path="})
        if (word.starts_with(option)) choice = word.substr(option.size());
    }
    bool darwin = command_.flavor == Flavor::Darwin;
    std::string_view name = file_name(words_[0]);
    if (choice.find('/') != choice.npos) command_.linker_path = choice;
    else if ((choice == "lld" && darwin) || program_.kind == Linker::Lld)
      command_.linker_path = darwin                            ? "ld64.lld"
                             : command_.flavor == Flavor::Wasm ? "wasm-ld"
                             : command_.flavor == Flavor::Coff ? "lld-link"
                                                               : "ld.lld";
    else if (!choice.empty() && choice != "ld") command_.linker_path = "ld." + choice;
    else if (program_.flavor == Flavor::Gnu && name.ends_with("gcc"))
      command_.linker_path = std::string(name.substr(0, name.size() - 3)) + "ld";
    else command_.linker_path = "ld";
  }

  Command &command_;
  const std::vector<std::string> &words_;
  ProgramName program_;
  std::vector<std::string> linker_words_;
  size_t at_ = 0;
  size_t sources_ = 0;
  bool all_sources_ = false;  // -x LANGUAGE
};

}  // namespace

LtoMode lto_of_driver(const std::vector<std::string> &words, bool clang) {
  LtoMode mode = LtoMode::None;
  for (const std::string &word : words) {
    if (word == "-fno-lto") mode = LtoMode::None;
    if (word != "-flto" && !word.starts_with("-flto=")) continue;
    mode = !clang ? LtoMode::Gcc : word == "-flto=thin" ? LtoMode::Thin : LtoMode::Full;
  }
  return mode;
}

void model_driver(Command &command, const std::vector<std::string> &words) {
  command.linker_argv.clear();
  Model(command, words).run();
  std::string_view name = file_name(words[0]);
  bool clang = name.find("clang") != name.npos || name.find("zig") != name.npos || command.flavor == Flavor::Darwin ||
               command.flavor == Flavor::Wasm;
  command.lto = lto_of_driver(words, clang);
}

}  // namespace ldwhy
