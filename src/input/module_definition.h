// Module-definition files (.def): what a DLL exports, under which names and numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"

namespace ldwhy {

struct ModuleExport {
  std::string name;       // as others import it
  std::string internal;   // "name=internal": the symbol it is taken from; empty: the same
  std::string forwarded;  // "name=dll.symbol": the other DLL's export; empty: none
  std::string dll_name;   // "name==dll_name": what the DLL's table has in its place (GNU, LLVM)
  std::optional<uint16_t> ordinal;
  bool no_name = false;     // NONAME: by number only
  bool data = false;        // DATA, and CONSTANT, which stood for it once
  bool constant = false;    // CONSTANT
  bool is_private = false;  // PRIVATE: not in the import library
  uint32_t line = 0;        // from 1

  // The symbol that objects must define for it, without a prefix; empty: a forwarder.
  const std::string &symbol() const { return internal.empty() && forwarded.empty() ? name : internal; }
};

// "[import=]dll.name" of a GNU IMPORTS list.
struct ModuleImport {
  std::string symbol;  // empty: the same as `name`
  std::string dll;
  std::string name;  // or a number
  uint32_t line = 0;
};

struct ModuleDefinition {
  std::string name;         // of LIBRARY or NAME; empty: not said
  bool is_library = false;  // LIBRARY
  std::vector<ModuleExport> exports;
  std::vector<ModuleImport> imports;
};

// The Problem has the offset and, in its text, the line.
Result<ModuleDefinition> read_module_definition(std::string_view text);

}  // namespace ldwhy
