// One object: a relocatable file, an archive member, a shared library, a stub or
// a bitcode module. A reader (input/*.cc) derives from it; nothing is read before
// it is asked for, and nothing is copied.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/function_ref.h"
#include "base/problem.h"
#include "model/ir_module.h"
#include "model/symbol.h"
#include "model/target.h"

namespace ldwhy {

enum class ObjectKind : uint8_t {
  Relocatable,  // .o: native code
  Shared,       // .so, .dylib
  Executable,
  Stub,         // .tbd: a shared library's names only
  Bitcode,      // LLVM IR for LTO
  GccSlimLto,   // GCC IR only, no code
  Import,       // COFF short import object: one name of a DLL, which a link takes like code
};

class Object;

// Compiler IR that stands beside native code in the same file, or alone in a wrapping that
// linkers read only with the compiler's plugin.
struct EmbeddedIr {
  const Object *object = nullptr;  // of kind Bitcode or GccSlimLto; null: none, or damaged
  std::string_view section;        // ".llvm.lto", ".llvmbc", "__LLVM,__bitcode", ".gnu.lto_.symtab.…"
};

// What a relocation writes, as far as it decides where the code may be loaded.
enum class RelocationForm : uint8_t {
  Other,     // by way of a table, a full address, or not known
  Absolute,  // the address, in a field too narrow for the loader to set
  Distance,  // the distance to the symbol
  FixedTls,  // the distance from the thread pointer, fixed by the link: for programs only
  Tls,       // a thread-local variable's place, found at run time
  Call,      // Mach-O: a branch, which may go by way of a stub
};

// One use of a symbol by a relocation.
struct Reference {
  std::string_view symbol;    // the name referred to
  std::string_view function;  // the defined symbol whose range holds the place; may be empty
  std::string_view section;
  uint64_t offset = 0;        // bytes from the start of the section
  RelocationForm form = RelocationForm::Other;
  uint32_t section_number = 0;  // as symbols number it
};

// COFF: which of the sections that several objects bring for one name a link keeps
// ("PE Format", "COMDAT Sections"). The first symbol in the section after the section's own is
// that name.
enum class ComdatChoice : uint8_t {
  None,          // by the section's name alone (.gnu.linkonce)
  NoDuplicates,
  Any,
  SameSize,
  SameContents,
  Associative,   // goes with another section
  Largest,
};
struct ComdatSection {
  uint32_t number = 0;          // symbols' section number
  ComdatChoice choice = ComdatChoice::None;
  uint32_t associated = 0;      // with Associative: the other section's number
  uint64_t size = 0;            // in the file, filled up
  uint64_t told_size = 0;       // as the section's symbol tells it
  std::string_view name;
  std::string_view contents;
};

// Where a definition's bytes are, for telling copies of one definition from two different ones.
struct DefinitionBytes {
  bool known = false;
  bool zero_filled = false;   // data that starts as zero, and has no bytes in the file
  std::string_view bytes;     // of its section from the symbol on; to its end where the size is known
};

using SymbolSink = FunctionRef<void(const Symbol &)>;
using ReferenceSink = FunctionRef<void(const Reference &)>;

class Object {
 public:
  virtual ~Object() = default;
  Object(const Object &) = delete;
  Object &operator=(const Object &) = delete;

  ObjectKind kind() const noexcept { return kind_; }
  const Target &target() const noexcept { return target_; }
  Bytes bytes() const noexcept { return bytes_; }

  // Every symbol in table order: local, global, undefined; for a shared library the dynamic
  // table first (Symbol::dynamic), then the full one where it exists. Where the table is
  // damaged the sink has had what stands before the damage, and the Problem (without file
  // name) says where it is.
  std::optional<Problem> for_each_symbol(SymbolSink sink) const {
    return guarded([&] { visit_symbols(sink); });
  }
  // The same for who asks for names only: symbols of sections and files may be left out, which are
  // a third of most tables.
  std::optional<Problem> for_each_name(SymbolSink sink) const {
    return guarded([&] { visit_names(sink); });
  }
  // Every relocation against a symbol that has a name. Costs a walk over all relocations.
  std::optional<Problem> for_each_reference(ReferenceSink sink) const {
    return guarded([&] { visit_references(sink); });
  }

  // Of a symbol that this object defines. Damaged, or not told by the format: not known.
  DefinitionBytes definition(const Symbol &symbol) const {
    DefinitionBytes found;
    if (guarded([&] { found = find_definition(symbol); })) return {};
    return found;
  }

  // A shared library's own name (DT_SONAME, LC_ID_DYLIB, install-name; a DLL's export
  // directory, and the DLL of an Import) and those it loads (DT_NEEDED; LC_LOAD_DYLIB; a DLL's
  // import directory; dylink.0) or re-exports. Empty for the rest; damaged: empty.
  virtual std::string_view shared_name() const { return {}; }
  virtual std::vector<std::string_view> needed() const { return {}; }
  virtual std::vector<std::string_view> reexported() const { return {}; }
  // Shared libraries: bytes that hold the name of every symbol that others may use, for a quick
  // look whether one can be there at all. Empty: not in one place, or not known.
  virtual std::string_view exported_name_bytes() const { return {}; }
  // Linker options that the object itself carries (LC_LINKER_OPTION, .deplibs; COFF: the words
  // of .drectve, quotes removed).
  virtual std::vector<std::string_view> linker_options() const { return {}; }
  // WebAssembly: what the code needs of the machine, each with its mark ("+atomics": used,
  // "-shared-mem": must not be used beside it). Empty: not recorded.
  virtual std::vector<std::string> features() const { return {}; }
  // Stubs and universal files serve several targets: whether one of them is `want`.
  virtual bool serves(const Target &want) const { return difference(want, target_).empty(); }
  // What the code promises to the image it becomes part of: "ibt", "shstk" (x86 control-flow
  // protection), "bti", "pac" (arm64), "stack-note" (says what stack it needs), "exec-stack"
  // (needs an executable one). Empty: none, or not recorded.
  virtual std::vector<std::string_view> marks() const { return {}; }
  // The parsed module of a Bitcode object, else null. Owned by the object, made on first
  // call (safe from several threads); null also where it cannot be parsed.
  virtual const ir::Module *module() const { return nullptr; }
  // Bitcode: the asm statements inside functions, of which no symbol table knows what they
  // define or refer to. Read anew by each call; what stands behind damage is left out.
  virtual std::vector<ir::FunctionAsm> inline_assembly() const { return {}; }
  // The IR that the file's native code was made from, where the compiler left it in a section:
  // -ffat-lto-objects (".llvm.lto"; GCC's), -fembed-bitcode and rustc's -Cembed-bitcode
  // (".llvmbc", "__LLVM,__bitcode"); also the IR of a GccSlimLto. It is an Object of its own:
  // for_each_symbol tells the IR's symbols as the compiler's plugin tells them to linkers, and
  // module() is there where it is LLVM's. Owned by this object, made on first call (safe from
  // several threads). Only ".llvm.lto" and GCC's are ever looked at by linkers.
  virtual EmbeddedIr embedded_ir() const { return {}; }
  // Mach-O: sections are kept or dropped whole, not cut at symbols.
  virtual bool keeps_sections_whole() const { return false; }
  // COFF: the sections of which a link takes one copy, by number.
  virtual std::vector<ComdatSection> comdat_sections() const { return {}; }
  // Who made it: ".comment", bitcode identification, Apple build tools, the
  // WebAssembly section "producers". Empty: not recorded.
  virtual std::string_view producer() const { return {}; }

 protected:
  Object(ObjectKind kind, Target target, Bytes bytes) : kind_(kind), target_(target), bytes_(bytes) {}
  virtual void visit_symbols(SymbolSink sink) const = 0;
  virtual void visit_names(SymbolSink sink) const { visit_symbols(sink); }
  virtual void visit_references(ReferenceSink) const {}
  virtual DefinitionBytes find_definition(const Symbol &) const { return {}; }

  ObjectKind kind_;
  Target target_;
  Bytes bytes_;

 private:
  template <class F>
  static std::optional<Problem> guarded(F body) {
    try {
      body();
      return std::nullopt;
    } catch (const Malformed &error) {
      return Problem{"", "", error.offset(), error.what()};
    }
  }
};

}  // namespace ldwhy
