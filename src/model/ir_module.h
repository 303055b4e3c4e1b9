// What ldwhy knows of one LLVM bitcode module: enough to tell what LTO will do
// with its symbols. Filled by input/bitcode.cc without LLVM's own reader.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/symbol.h"

namespace ldwhy::ir {

// Of the module's summary (LangRef, "ThinLTO Summary"): which LTO it was built for.
enum class Lto : uint8_t {
  None,  // no summary: taken into full LTO by linkers
  Thin,  // GLOBALVAL_SUMMARY block
  Full,  // FULL_LTO_GLOBALVAL_SUMMARY block
};

// LangRef, "Linkage Types".
enum class Linkage : uint8_t {
  External,
  AvailableExternally,
  LinkOnceAny,
  LinkOnceODR,
  WeakAny,
  WeakODR,
  Appending,
  Internal,
  Private,
  ExternalWeak,
  Common,
};

enum class GlobalKind : uint8_t { Function, Variable, Alias, IFunc };

struct Global {
  std::string_view name;         // IR name, in the string table; no object-file prefix
  std::string_view section;      // explicit section; empty: none
  GlobalKind kind = GlobalKind::Function;
  Linkage linkage = Linkage::External;
  Visibility visibility = Visibility::Default;
  bool declaration = false;
  bool thread_local_ = false;
  bool dll_import = false;
  bool dll_export = false;
  bool comdat = false;
  bool no_inline = false;        // function attribute noinline
  bool naked = false;            // function attribute naked
  bool used = false;             // named by llvm.used or llvm.compiler.used, where known
};

// A symbol that module-level assembly defines or refers to, in object-file spelling.
struct AsmSymbol {
  std::string_view name;
  bool defined = false;
  bool global = false;           // .globl / .global / .weak / .private_extern seen, or undefined
  bool hidden = false;           // .hidden or .private_extern seen
  bool weak = false;
  uint32_t line = 0;             // 1-based line of the assembly text where defined (else first seen)
};

// An asm statement inside a function.
struct FunctionAsm {
  std::string function;            // that holds it, in object-file spelling
  std::string text;                // as the assembler gets it, but for operands
};

// One value of the module summary.
struct Summary {
  uint32_t global = UINT32_MAX;  // index into Module::globals; UINT32_MAX: not of this module
  uint64_t guid = 0;
  GlobalKind kind = GlobalKind::Function;
  Linkage linkage = Linkage::External;
  bool not_eligible_to_import = false;
  bool live = false;
  bool dso_local = false;
  bool no_inline = false;        // FFlags NoInline
  bool always_inline = false;    // FFlags AlwaysInline
  bool constant = false;         // variables: never written
  bool read_only = false;        // variables: not written by this module
  uint32_t instructions = 0;     // functions: instruction count
  std::vector<uint32_t> calls;   // callees, as indexes into Module::globals where known
  std::vector<uint32_t> references;
};

struct Module {
  std::string_view identification;  // IDENTIFICATION_BLOCK: "LLVM22.1.8"
  uint64_t epoch = 0;
  std::string_view triple;
  std::string_view data_layout;
  std::string_view source_file;
  std::string module_asm;           // all MODULE_CODE_ASM text
  char global_prefix = 0;           // '_' on Mach-O and 32-bit x86 COFF (data layout "m:"), else 0
  Lto lto = Lto::None;
  bool enable_split_lto_unit = false;
  uint64_t newest_attribute = 0;    // the highest number of an attribute, which older LLVMs may not know
  std::vector<Global> globals;      // in value-number order: variables, functions, aliases, ifuncs
  std::vector<AsmSymbol> asm_symbols;
  std::vector<Summary> summaries;
};

// The module's symbol in object-file spelling: prefix added, "\1" honoured.
std::string object_name(const Module &module, std::string_view ir_name);

}  // namespace ldwhy::ir
