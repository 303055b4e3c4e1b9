#include "facts/link_line.h"

#include <algorithm>

#include "base/files.h"
#include "base/words.h"
#include "command/command.h"
#include "name/rust_units.h"

namespace ldwhy {

std::span<const std::string> shown_words(const Facts &facts) {
  if (facts.link) return facts.link->command.argv;
  if (facts.log && !facts.log->commands.empty()) return facts.log->commands.back().argv;
  return {};
}

bool linked_by_go(const Link &link) {
  return std::ranges::any_of(link.command.inputs, [](const InputArg &input) {
    return file_name(input.text) == "go.o" && file_name(parent_path(input.text)).starts_with("go-link-");
  });
}

std::string command_to_show(const Facts &facts) {
  // Longer ones are not typed, and are copied for each missing name.
  constexpr size_t longest = 4000;
  const std::vector<std::string> *words = nullptr;
  // Nobody types rustc's or Go's link line, and its temporary folder is gone by now.
  if (facts.link)
    words = linked_by_rustc(*facts.link) || linked_by_go(*facts.link) ? nullptr : &facts.link->command.argv;
  else if (facts.log && !facts.log->commands.empty() && !facts.log->commands.back().shortened)
    words = &facts.log->commands.back().argv;
  if (!words || words->size() > longest) return "";
  std::string command = quote_words(*words);
  return command.size() > longest ? "" : command;
}

bool says_lto(const Facts &facts) {
  return std::ranges::any_of(shown_words(facts),
                             [](std::string_view word) { return word == "-flto" || word.starts_with("-flto="); });
}

bool for_windows(const Facts &facts) {
  if (facts.windows) return *facts.windows;
  if (facts.format == Format::Coff || facts.flavor == Flavor::Coff) return true;
  if (!facts.log) return false;
  // MinGW's linker is GNU's: its messages and commands name programs or prefixes of Windows.
  auto tells = [](std::string_view text) {
    return text.find("mingw") != text.npos || text.find("ld.exe") != text.npos || text.find(".dll") != text.npos;
  };
  // "inet_ntop@12": __stdcall, which no other system has.
  auto stdcall = [](std::string_view symbol) {
    size_t at = symbol.find('@', 1);
    return at != symbol.npos && at + 1 < symbol.size() && symbol.find_first_not_of("0123456789", at + 1) == symbol.npos;
  };
  return std::ranges::any_of(
             facts.log->complaints,
             [&](const Complaint &c) { return tells(c.text) || tells(c.symbol) || stdcall(c.symbol); }) ||
         std::ranges::any_of(shown_words(facts), tells);
}

std::string linker_words(const Facts &facts) { return std::string(linker_title(facts.linker)); }

const LinkerProgram *other_linker(const Facts &facts) {
  if (!facts.link || facts.flavor != Flavor::Gnu) return nullptr;
  Linker own = facts.linker;
  const LinkerProgram *best = nullptr;
  for (const LinkerProgram &program : facts.survey->surroundings.linkers) {
    ProgramName name = classify_program(program.name);
    // Cross linkers ("aarch64-linux-gnu-ld.bfd") link for other machines; gold is no longer kept up.
    bool usable = name.flavor == Flavor::Gnu && name.kind != own && name.kind != Linker::Unknown &&
                  name.kind != Linker::Gold && (program.name.starts_with("ld.") || program.name == "mold");
    if (usable && (!best || (name.kind == Linker::Lld && name.version > classify_program(best->name).version)))
      best = &program;
  }
  return best;
}

bool names_library(std::string_view libraries, const Facts &facts) {
  while (!libraries.empty()) {
    size_t end = std::min(libraries.find(' '), libraries.size());
    std::string_view name = libraries.substr(0, end);
    libraries.remove_prefix(std::min(end + 1, libraries.size()));
    auto is_it = [&](std::string_view file) {
      if (file.starts_with("lib")) file.remove_prefix(3);
      if (!file.starts_with(name)) return false;
      std::string_view rest = file.substr(name.size());
      return rest.starts_with(".") || rest.starts_with("-") || rest.starts_with("_");
    };
    std::span<const std::string> words = shown_words(facts);
    for (size_t i = 0; i < words.size(); ++i) {
      std::string_view word = words[i];
      if (word == "-l" && i + 1 < words.size() && words[i + 1] == name) return true;
      if (word.starts_with("-l") && word.substr(2) == name) return true;
      if (!word.starts_with('-') && is_it(file_name(word))) return true;
    }
    if (facts.link)
      for (uint32_t i = 0; i < facts.link->inputs.size(); ++i)
        if (is_it(file_name(facts.link->inputs[i].path))) return true;
  }
  return false;
}

std::string link_name(std::string_view path) {
  std::string_view name = file_name(path);
  if (!name.starts_with("lib")) return "";
  name.remove_prefix(3);
  // "libpython3.11.so", "libz.so.1"
  for (std::string_view ending : {".so", ".dylib", ".tbd", ".dll.a", ".a", ".dll"})
    if (size_t at = name.find(ending);
        at != name.npos && (at + ending.size() == name.size() || name[at + ending.size()] == '.'))
      return std::string(name.substr(0, at));
  size_t dot = name.find('.');
  return dot == name.npos ? "" : std::string(name.substr(0, dot));
}

bool has_library_called(std::string_view name, const Link &link) {
  return std::ranges::any_of(link.inputs, [&](const Input &input) {
    return (input.kind == InputKind::Archive || input.kind == InputKind::Shared) && link_name(input.path) == name;
  });
}

std::string link_word(const NameFamily &family, const Facts &facts) {
  bool microsoft = facts.linker == Linker::LinkExe || (facts.linker == Linker::Lld && facts.flavor == Flavor::Coff);
  std::string_view word = family.word;
  bool flag = family.windows && word.starts_with("-l") && word.find(' ') == word.npos;
  return microsoft && flag ? std::string(word.substr(2)) + ".lib" : std::string(word);
}

}  // namespace ldwhy
