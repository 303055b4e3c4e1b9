// The parts of a bitcode file and the records of a module: shared by the files
// that read bitcode (bitcode*.cc) and by nobody else.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/function_ref.h"
#include "input/bitstream.h"
#include "model/ir_module.h"
#include "model/symbol.h"

namespace ldwhy::bitcode {

// One MODULE_BLOCK. A file has several where the compiler split a module in two
// (-fsplit-lto-unit) or files were joined.
struct Part {
  BitCursor::Place module;
  Bytes names;  // the STRTAB that holds its names
  bool has_names = false;
};
struct Contents {
  std::vector<Part> parts;     // at least one
  std::string identification;  // of the first
  uint64_t epoch = 0;
};
// Throws Malformed where there is no module.
Contents find_contents(Bytes stream);

// LLVM, "Abbreviation of block and record numbers": those that matter here.
enum BlockId : uint32_t {
  ModuleBlock = 8,
  AttributeBlock = 9,
  AttributeGroupBlock = 10,
  ConstantsBlock = 11,
  FunctionBlock = 12,
  IdentificationBlock = 13,
  SummaryBlock = 20,
  StringTableBlock = 23,
  FullLtoSummaryBlock = 24,
};
enum ModuleCode : uint64_t {
  CodeVersion = 1,
  CodeTriple = 2,
  CodeDataLayout = 3,
  CodeAsm = 4,
  CodeSectionName = 5,
  CodeVariable = 7,
  CodeFunction = 8,
  CodeAliasOld = 9,
  CodeAlias = 14,
  CodeSourceFile = 16,
  CodeIFunc = 18,
};

struct GlobalRecord {
  ir::Global global;  // all but section, no_inline, naked and used
  SymbolType type = SymbolType::None;
  uint64_t alignment = 0;      // in bytes; 0: not stated
  uint64_t section = 0;        // 1 + index among the section name records; 0: none
  uint64_t attributes = 0;     // 1 + index among the attribute lists; 0: none
  uint64_t initializer = 0;    // variables: 1 + value number; 0: none
  bool compiler_only = false;  // never in an object file: "llvm." names, section llvm.metadata
};

struct ModuleSink {
  FunctionRef<void(const GlobalRecord &)> global;
  FunctionRef<void(const Record &)> text;  // triple, data layout, asm, section name, source file
  FunctionRef<void(BitCursor &, uint32_t)> block;  // must enter or skip it
};
enum class Until : uint8_t { FirstGlobal, FirstFunctionBody, End };
void walk_module(Bytes stream, const Part &part, Until until, const ModuleSink &sink);

// The asm statements of the functions that have bodies in the part (bitcode_functions.cc): the
// function's number among these bodies, and the text as an assembler gets it.
void for_each_inline_asm(Bytes stream, const Part &part, FunctionRef<void(size_t body, std::string text)> sink);

// Appends an assembly record's text, each module's part on lines of its own.
void add_assembly(std::string &text, const Record &record);

// The whole of a file's modules. `strings` takes what the file does not hold as bytes.
void load_module(Bytes stream, const Contents &contents, ir::Module &module, std::deque<std::string> &strings);

// For load_module (bitcode_summary.cc): enters the current block, reads it, leaves it.
// `base` is the index in module.globals of the value with number 0, `count` the part's globals.
void read_summary(BitCursor &cursor, uint32_t block, size_t base, size_t count, ir::Module &module);

}  // namespace ldwhy::bitcode
