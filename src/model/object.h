// One object: a relocatable file, an archive member, a shared library, a stub or
// a bitcode module. A reader (input/*.cc) derives from it; nothing is read before
// it is asked for, and nothing is copied.
#pragma once

#include <optional>
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
  GccSlimLto,   // ELF with GCC IR only, no code
};

// One use of a symbol by a relocation.
struct Reference {
  std::string_view symbol;    // the name referred to
  std::string_view function;  // the defined symbol whose range holds the place; may be empty
  std::string_view section;
  uint64_t offset = 0;        // bytes from the start of the section
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
  // Every relocation against a symbol that has a name. Costs a walk over all relocations.
  std::optional<Problem> for_each_reference(ReferenceSink sink) const {
    return guarded([&] { visit_references(sink); });
  }

  // A shared library's own name (DT_SONAME, LC_ID_DYLIB, install-name) and those it loads
  // (DT_NEEDED; LC_LOAD_DYLIB) or re-exports. Empty for the rest; damaged: empty.
  virtual std::string_view shared_name() const { return {}; }
  virtual std::vector<std::string_view> needed() const { return {}; }
  virtual std::vector<std::string_view> reexported() const { return {}; }
  // Linker options that the object itself carries (LC_LINKER_OPTION, .deplibs).
  virtual std::vector<std::string_view> linker_options() const { return {}; }
  // Stubs and universal files serve several targets: whether one of them is `want`.
  virtual bool serves(const Target &want) const { return difference(want, target_).empty(); }
  // The parsed module of a Bitcode object, else null. Owned by the object, made on first
  // call (safe from several threads); null also where it cannot be parsed.
  virtual const ir::Module *module() const { return nullptr; }
  // Who made it: ".comment", bitcode identification, Apple build tools. Empty: not recorded.
  virtual std::string_view producer() const { return {}; }

 protected:
  Object(ObjectKind kind, Target target, Bytes bytes) : kind_(kind), target_(target), bytes_(bytes) {}
  virtual void visit_symbols(SymbolSink sink) const = 0;
  virtual void visit_references(ReferenceSink) const {}

  ObjectKind kind_;
  Target target_;
  Bytes bytes_;

 private:
  template <class F> static std::optional<Problem> guarded(F body) {
    try {
      body();
      return std::nullopt;
    } catch (const Malformed &error) {
      return Problem{"", "", error.offset(), error.what()};
    }
  }
};

}  // namespace ldwhy
