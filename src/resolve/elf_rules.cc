// ELF: what GNU ld, gold, LLD and mold ask for, define and let pass (ld manual, "Options"
// and "Source Code Reference"; gABI chapter 4, "Special Sections").
#include <algorithm>
#include <cctype>

#include "resolve/format_rules.h"

namespace ldwhy {
namespace {

// The symbol that an expression is, or nothing where it is a number or more than one word.
std::string_view symbol_of(std::string_view expression) {
  while (expression.starts_with(' ')) expression.remove_prefix(1);
  bool word = std::ranges::all_of(expression, [](char c) {
    return c == '_' || c == '.' || c == '$' || std::isalnum(static_cast<unsigned char>(c));
  });
  bool symbol =
      word && !expression.empty() && expression != "." && !std::isdigit(static_cast<unsigned char>(expression[0]));
  return symbol ? expression : std::string_view();
}

// An executable's entry is not missed: these linkers warn, and take another.
std::vector<Root> elf_roots(const Link &link) {
  const Command &command = link.command;
  std::vector<Root> roots;
  for (const std::string &name : command.undefined_roots) roots.push_back({name, "-u"});
  for (const std::string &name : command.required_roots) roots.push_back({name, "--require-defined", true});
  for (const Definition &definition : command.definitions)
    if (std::string_view name = symbol_of(definition.value); !name.empty()) roots.push_back({name, "--defsym", true});
  if (command.output_kind != Output::Relocatable)
    roots.push_back({command.entry.empty() ? std::string_view("_start") : command.entry, "entry point"});
  return roots;
}

// Only executables must have everything.
bool elf_tolerates(const Command &command, std::string_view) {
  return command.output_kind == Output::Shared && !command.no_undefined;
}

}  // namespace

const FormatRules elf_rules = {Format::Elf, elf_roots, nullptr, elf_tolerates};

}  // namespace ldwhy
