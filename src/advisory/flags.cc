// Spellings: rustc's book, "Codegen Options" (-C link-arg, linker, linker-features); GCC and clang
// manuals, -fuse-ld and --ld-path. That rustc links x86_64-unknown-linux-gnu with rust-lld since
// 1.90.0 is in the release's notes.
#include "advisory/flags.h"

#include <algorithm>

#include "advisory/version.h"
#include "base/files.h"
#include "base/text.h"
#include "base/words.h"

namespace ldwhy {
namespace {

std::string_view kind_of(const Setting &setting) {
  std::string name = lower_case(setting.name);
  auto has = [&](std::string_view part) { return name.find(part) != name.npos; };
  if (has("rustflags")) return "rustflags";
  if (has("ldflags") || has("linker_flags") || has("link_args") || has("link-args")) return "ldflags";
  if (has("cflags") || has("cxxflags") || has("cppflags") || has("c_flags") || has("cxx_flags") || has("c_args") ||
      has("cpp_args"))
    return "cflags";
  return {};
}

std::vector<std::string> words_of(const Setting &setting) {
  std::string text = setting.source.value;
  std::ranges::replace(text, '\x1f', ' ');  // CARGO_ENCODED_RUSTFLAGS
  std::vector<std::string> words, joined;
  words = split_words(text);
  for (size_t i = 0; i < words.size(); ++i) {
    bool pair = words[i] == "-C" || words[i] == "-Z" || words[i] == "--codegen";
    if (pair && i + 1 < words.size()) {
      joined.push_back((words[i] == "-Z" ? "-Z" : "-C") + words[i + 1]);
      ++i;
    } else if (words[i].starts_with("--codegen=")) {
      joined.push_back("-C" + words[i].substr(10));
    } else {
      joined.push_back(std::move(words[i]));
    }
  }
  return joined;
}

// The linker's or driver's words inside rustc's; none: it is not about them.
std::vector<std::string> link_words(const std::string &word) {
  for (std::string_view option : {"-Clink-arg=", "-Clink-args=", "-Zpre-link-arg=", "-Zpre-link-args="})
    if (word.starts_with(option)) return split_words(word.substr(option.size()));
  return {};
}

// "ld.lld", or a cross toolchain's "aarch64-linux-gnu-ld.lld".
bool is_called(std::string_view name, std::string_view stem) {
  return name == stem || (name.ends_with(stem) && name[name.size() - stem.size() - 1] == '-');
}

// "/usr/bin/ld.lld-19" without folder, version and ".exe".
std::string program_name(std::string_view program) {
  std::string name = lower_case(file_name(program));
  if (name.ends_with(".exe")) name.resize(name.size() - 4);
  size_t dash = name.rfind('-');
  bool version =
      dash != name.npos && dash + 1 < name.size() && name.find_first_not_of("0123456789.", dash + 1) == name.npos;
  if (version) name.resize(dash);
  return name;
}

// The linker by a program's name or the word of -fuse-ld; empty: a driver, or not known.
std::string linker_name(std::string_view program, std::string_view target) {
  std::string name = program_name(program);
  bool apple = target.find("-apple-") != target.npos;
  if (name == "lld") {
    if (apple) return "ld64.lld";
    if (target.ends_with("-msvc")) return "lld-link";
    return target.starts_with("wasm") ? "wasm-ld" : "ld.lld";
  }
  if (name == "ld64" || name == "ld-classic" || name == "ld-prime" || (name == "ld" && apple)) return "apple-ld";
  if (name == "link") return "link.exe";
  struct Known {
    std::string_view called, linker;
  };
  constexpr Known all[] = {
      {"ld64.lld", "ld64.lld"},
      {"ld.lld", "ld.lld"},
      {"lld-link", "lld-link"},
      {"wasm-ld", "wasm-ld"},
      {"rust-lld", "rust-lld"},
      {"wild", "wild"},
      {"ld.mold", "mold"},
      {"ld64.mold", "mold"},
      {"mold", "mold"},
      {"ld.gold", "gold"},
      {"gold", "gold"},
      {"ld.bfd", "ld"},
      {"bfd", "ld"},
      {"ld", "ld"},
  };
  for (const Known &known : all)
    if (is_called(name, known.called)) return std::string(known.linker);
  return {};
}

std::optional<LinkerInUse> by_flags(const Build &build) {
  std::optional<LinkerInUse> chosen;  // the last flag counts
  for (FlagWord &flag : flag_words(build, "ldflags")) {
    for (std::string_view option : {"-fuse-ld=", "--ld-path="}) {
      if (!flag.word.starts_with(option)) continue;
      std::string name = linker_name(std::string_view(flag.word).substr(option.size()), build.target);
      if (!name.empty()) chosen = {name, flag.word, flag.place};
    }
  }
  return chosen;
}

std::optional<LinkerInUse> by_default(const Build &build) {
  std::string_view target = build.target;
  if (target.find("-apple-") != target.npos) return LinkerInUse{"apple-ld", "apple-ld by default", {}};
  if (target.ends_with("-windows-msvc")) return LinkerInUse{"link.exe", "link.exe by default", {}};
  bool cargo = build.system == "cargo";
  if (cargo && target.starts_with("wasm32-")) return LinkerInUse{"rust-lld", "rust-lld by default", {}};
  if (target.find("-linux") == target.npos || target.find("android") != target.npos) return std::nullopt;
  if (!cargo || target != "x86_64-unknown-linux-gnu") return LinkerInUse{"ld", "GNU ld by default", {}};
  for (const FlagWord &flag : flag_words(build, "rustflags"))
    if (flag.word.starts_with("-Clinker-features=") && flag.word.find("-lld") != flag.word.npos)
      return LinkerInUse{"ld", flag.word, flag.place};
  auto rustc = build.versions.find("rustc");
  if (rustc == build.versions.end()) return std::nullopt;
  std::optional<VersionRange> version = tool_versions("rustc", rustc->second.value);
  static const VersionSet with_lld = *VersionSet::parse(">=1.90.0");
  State state = version ? with_lld.holds(*version) : State::Unknown;
  if (state == State::Unknown) return std::nullopt;
  if (state == State::NotMet) return LinkerInUse{"ld", "GNU ld by default", {}};
  return LinkerInUse{"rust-lld", "rust-lld by default", rustc->second.place};
}

}  // namespace

std::vector<FlagWord> flag_words(const Build &build, std::string_view kind) {
  std::vector<FlagWord> flags;
  for (const Setting &setting : build.settings) {
    std::string_view of = kind_of(setting);
    if (of.empty() || !setting.package.empty()) continue;
    bool wanted = kind.empty() || of == kind;
    if (!wanted && !(kind == "ldflags" && of == "rustflags")) continue;
    for (std::string &word : words_of(setting)) {
      if (of == "rustflags")
        for (std::string &inner : link_words(word)) flags.push_back({std::move(inner), setting.source.place});
      if (wanted) flags.push_back({std::move(word), setting.source.place});
    }
  }
  return flags;
}

std::optional<LinkerInUse> linker_in_use(const Build &build) {
  std::optional<LinkerInUse> flags = by_flags(build);
  const Setting *setting = build.find("linker");
  if (setting && !setting->source.value.empty()) {
    const SettingSource &source = setting->source;
    std::string name = linker_name(source.value, build.target);
    // A driver chooses by its flags; a linker ignores those that are for drivers.
    if (!name.empty()) return LinkerInUse{name, source.value, source.place};
  }
  if (flags) return flags;
  return by_default(build);
}

}  // namespace ldwhy
