// GCC manual, "Optimize Options" (-flto), "Link Options" (-fuse-ld); Clang, "ThinLTO" and
// "Command Line Argument Reference"; MSVC, /GL.
#include "project/flags.h"

#include <algorithm>
#include <cstddef>

#include "base/files.h"
#include "base/text.h"

namespace ldwhy {
namespace {

struct FlagWord {
  std::string_view word;
  const FlagPiece *piece;
};

// The words of all pieces; a word does not reach from one piece into the next.
std::vector<FlagWord> words_of(const FlagText &flags) {
  std::vector<FlagWord> words;
  for (const FlagPiece &piece : flags) {
    std::string_view text = piece.text;
    while (!text.empty()) {
      size_t start = text.find_first_not_of(" \t\n;\"'");
      if (start == text.npos) break;
      size_t end = std::min(text.find_first_of(" \t\n;\"'", start), text.size());
      words.push_back({text.substr(start, end - start), &piece});
      text.remove_prefix(end);
    }
  }
  return words;
}

SettingSource source_of(const FlagWord &word, std::string value) {
  SettingSource source = word.piece->source;
  source.value = std::move(value);
  std::string flag(word.word);
  source.text = source.text.empty() ? flag : source.text + ": " + flag;
  return source;
}

// "none", "thin", "full" or "gcc"; empty where the word is about something else.
std::string lto_of_word(std::string_view word, CompilerKind compiler) {
  if (word == "-fno-lto" || word == "/GL-") return "none";
  if (word == "/GL" || word == "-GL" || word == "/LTCG" || word.starts_with("/LTCG:INC"))
    return compiler == CompilerKind::Msvc || compiler == CompilerKind::Unknown ? "full" : "";
  if (word == "-flto=thin") return "thin";
  if (word == "-flto=full") return "full";
  bool plain = word == "-flto" || (word.starts_with("-flto=") && word.size() > 6);
  if (!plain) return "";
  return compiler == CompilerKind::Gcc ? "gcc" : "full";
}

// Makes a setting of the sources, the last being the one in force.
Setting last_wins(std::string name, std::vector<SettingSource> sources, const char *why) {
  Setting setting;
  setting.name = std::move(name);
  if (sources.empty()) return setting;
  setting.source = std::move(sources.back());
  sources.pop_back();
  for (auto at = sources.rbegin(); at != sources.rend(); ++at)
    if (at->value != setting.source.value) add_overridden(setting, *at, why);
  return setting;
}

}  // namespace

std::string joined(const FlagText &text) {
  std::string all;
  for (const FlagPiece &piece : text) all += piece.text;
  return all;
}

CompilerKind compiler_kind(std::string_view name) {
  // Of `ccache clang` or "clang -m32" the word that names a compiler counts.
  std::string all = lower_case(name);
  for (std::string_view rest = all; !rest.empty();) {
    size_t end = std::min(rest.find_first_of(" ;"), rest.size());
    std::string_view word = file_name(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (word.find("clang-cl") != word.npos) return CompilerKind::Clang;
    if (word.find("clang") != word.npos || word == "zig") return CompilerKind::Clang;
    if (word == "gnu" || word.find("gcc") != word.npos || word.find("g++") != word.npos) return CompilerKind::Gcc;
    if (word == "msvc" || word == "cl" || word == "cl.exe") return CompilerKind::Msvc;
  }
  return CompilerKind::Unknown;
}

CompilerKind default_compiler(std::string_view host) {
  if (host.find("apple") != host.npos || host.find("freebsd") != host.npos) return CompilerKind::Clang;
  if (host.find("msvc") != host.npos) return CompilerKind::Msvc;
  if (host.find("linux") != host.npos || host.find("windows-gnu") != host.npos) return CompilerKind::Gcc;
  return CompilerKind::Unknown;
}

Setting lto_of_flags(const FlagText &flags, CompilerKind compiler) {
  std::vector<SettingSource> sources;
  for (const FlagWord &word : words_of(flags)) {
    std::string value = lto_of_word(word.word, compiler);
    if (!value.empty()) sources.push_back(source_of(word, std::move(value)));
  }
  Setting setting = last_wins("lto", std::move(sources), "a later flag on the command line wins");
  if (setting.source.value.empty()) setting.source.value = "none";
  return setting;
}

Setting linker_of_flags(const FlagText &flags) {
  std::vector<SettingSource> sources;
  for (const FlagWord &word : words_of(flags)) {
    for (std::string_view option : {"-fuse-ld=", "--ld-path="})
      if (word.word.starts_with(option) && word.word.size() > option.size())
        sources.push_back(source_of(word, std::string(word.word.substr(option.size()))));
  }
  return last_wins("linker", std::move(sources), "a later flag on the command line wins");
}

Setting flags_setting(std::string name, const FlagText &text) {
  Setting setting;
  setting.name = std::move(name);
  for (const FlagPiece &piece : text)
    if (piece.text.find_first_not_of(" \t\n") != std::string::npos) setting.source = piece.source;
  std::string all = joined(text);
  size_t start = all.find_first_not_of(" \t\n");
  if (start == all.npos) start = all.size();
  all.erase(0, start);
  while (all.ends_with(' ') || all.ends_with('\n')) all.pop_back();
  setting.source.value = std::move(all);
  return setting;
}

void add_overridden(Setting &setting, SettingSource source, std::string why) {
  source.why = std::move(why);
  setting.overridden.push_back(std::move(source));
}

void add_setting(Build &build, Setting setting) {
  if (setting.source.value.empty() && setting.overridden.empty()) return;
  if (setting.profile.empty()) setting.profile = build.profile;
  if (setting.target.empty()) setting.target = build.target;
  build.settings.push_back(std::move(setting));
}

}  // namespace ldwhy
