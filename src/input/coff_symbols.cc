// The symbol table of a COFF file ("PE Format", "COFF Symbol Table", "Auxiliary Symbol
// Records"). What a symbol is follows from three fields:
//
//   section  storage class   meaning
//   > 0      external        defined; in a COMDAT section where the section's flag says so
//   > 0      static          the file's own; with an auxiliary record, the section itself
//   0        external        undefined, or common where it has a value, which is its size
//   0        weak external   another symbol of the table stands in where nothing else is found
//   -1       any             absolute: the value is no address (@feat.00 tells link.exe what the
//                            object was compiled for)
//   -2       file            the source file's name, in the auxiliary records
//
// A name of Arm64EC code has an x86_64 twin, one an anti-dependency of the other: "f" of "#f"
// where the object defines f; where it only calls f, "f" of "#f" and that of a stub of its own,
// "#f$exit_thunk", for the case that f is x86_64 code. Then "f" is what the object needs.
//
// Compilers write a weak definition as a weak external that a symbol of another name, with the
// code, stands in for; and a weak reference as one for which an absolute zero does. So the first
// is told here as defined and the second as undefined.
#include <fmt/format.h>

#include <vector>

#include "input/coff_file.h"
#include "input/name_allowance.h"

namespace ldwhy::coff {
namespace {

constexpr Endian little = Endian::Little;

enum StorageClass : uint8_t {
  ClassExternal = 2,
  ClassStatic = 3,
  ClassFunction = 101,  // .bf, .ef: where a function's lines begin and end
  ClassFile = 103,
  ClassSection = 104,
  ClassWeakExternal = 105,
};
constexpr uint16_t function_type_mask = 0x30, function_type = 0x20;
constexpr uint8_t select_no_duplicates = 1;

WeakSearch search_of(uint32_t characteristics) {
  constexpr uint32_t last = static_cast<uint32_t>(WeakSearch::AntiDependency);
  return characteristics <= last ? static_cast<WeakSearch>(characteristics) : WeakSearch::None;
}

}  // namespace

class SymbolWalk {
 public:
  SymbolWalk(const File &file, bool relocatable)
      : file_(file),
        table_(file.symbols_),
        size_(file.symbol_size()),
        entries_(table_.size() / size_),
        relocatable_(relocatable),
        allowance_(file.bytes_) {
    find_traits();
  }

  void run(FunctionRef<void(const Symbol &)> sink) {
    // Names stand in no order: without this, each would be waited for.
    constexpr uint64_t ahead = 12;
    for (uint64_t index = 0; index < entries_;) {
      uint64_t at = index * size_;
      if (index + ahead < entries_) file_.strings_.prefetch(table_.u32(at + ahead * size_ + 4, little));
      uint64_t auxiliary = table_.u8(at + size_ - 1);
      if (auxiliary >= file_.symbol_count_ - index)
        table_.fail(at + size_ - 1, fmt::format("expected a symbol's auxiliary entries, {} of "
                                                "them, inside the symbol table",
                                                auxiliary));
      Symbol symbol = read(at, auxiliary);
      symbol.index = static_cast<uint32_t>(index);
      sink(symbol);
      index += 1 + auxiliary;
    }
    if (entries_ < file_.symbol_count_)
      table_.fail(entries_ * size_, fmt::format("expected {} more symbols, found the end of the "
                                                "file",
                                                file_.symbol_count_ - entries_));
  }

 private:
  // What symbols of a section have in common.
  enum Trait : uint8_t { Code = 1, ThreadLocal = 2, Comdat = 4, NoDuplicates = 8 };

  void find_traits() {
    traits_.resize(file_.section_count_ + size_t{1});
    for (uint32_t number = 1; number <= file_.section_count_; ++number) {
      constexpr uint64_t header = 40, flags_at = 36;
      uint64_t at = (uint64_t{number} - 1) * header;
      uint32_t flags = file_.sections_.u32(at + flags_at, little);
      uint8_t &traits = traits_[number];
      if (flags & (ContainsCode | IsExecutable)) traits |= Code;
      if (flags & IsComdat) traits |= Comdat;
      if (file_.sections_.from(at).starts_with(".tls")) traits |= ThreadLocal;
    }
  }
  uint8_t &traits_of(uint32_t section) { return traits_[section < traits_.size() ? section : 0]; }

  Symbol read(uint64_t at, uint64_t auxiliary) {
    Symbol symbol;
    uint8_t storage = table_.u8(at + size_ - 2);
    bool is_function = (table_.u16(at + size_ - 4, little) & function_type_mask) == function_type;
    int32_t section = file_.section_number(at);
    symbol.name = name(at, storage == ClassFile ? auxiliary : 0);
    symbol.value = table_.u32(at + 8, little);
    if (storage != ClassExternal && storage != ClassWeakExternal) symbol.binding = Binding::Local;
    if (is_function) symbol.type = SymbolType::Function;
    if (storage == ClassFile) {
      symbol.type = SymbolType::File;
      symbol.state = SymbolState::Defined;
    } else if (storage == ClassSection && section == NoSection) {
      symbol.type = SymbolType::Section;  // another object's, wanted by name
    } else if (section > 0) {
      symbol.section = static_cast<uint32_t>(section);
      if (symbol.section > file_.section_count_ && relocatable_)
        table_.fail(at, fmt::format("expected a symbol in one of {} sections, found number {}", file_.section_count_,
                                    symbol.section));
      describe_defined(symbol, at, storage, auxiliary);
    } else if (section != NoSection) {
      symbol.state = SymbolState::Defined;
    } else if (storage == ClassExternal && symbol.value != 0 && relocatable_) {
      symbol.state = SymbolState::Common;
      symbol.type = SymbolType::Object;
      symbol.size = symbol.value;
      symbol.value = 0;  // the alignment is the linker's to choose, or -aligncomm's
    } else if (storage == ClassWeakExternal && auxiliary > 0) {
      describe_weak(symbol, at + size_);
    }
    return symbol;
  }

  void describe_defined(Symbol &symbol, uint64_t at, uint8_t storage, uint64_t auxiliary) {
    symbol.state = SymbolState::Defined;
    uint8_t &traits = traits_of(symbol.section);
    bool names_section =
        storage == ClassStatic && auxiliary > 0 && symbol.value == 0 && symbol.type != SymbolType::Function;
    if (names_section || storage == ClassSection) {
      symbol.type = SymbolType::Section;
      constexpr uint64_t selection_at = 14;
      // The section's own symbol stands before all others of the section.
      if (auxiliary > 0 && at + 2 * size_ <= table_.size() &&
          table_.u8(at + size_ + selection_at) == select_no_duplicates)
        traits |= NoDuplicates;
      return;
    }
    if (storage == ClassWeakExternal) symbol.binding = Binding::Weak;
    if (traits & ThreadLocal) symbol.type = SymbolType::Tls;
    else if (storage == ClassExternal || storage == ClassStatic)
      symbol.type = traits & Code ? SymbolType::Function : SymbolType::Object;
    symbol.comdat = symbol.binding != Binding::Local && (traits & Comdat) && !(traits & NoDuplicates);
  }

  void describe_weak(Symbol &symbol, uint64_t at) {
    symbol.binding = Binding::Weak;
    symbol.fallback = table_.u32(at, little, "a weak external's record");
    symbol.weak_search = search_of(table_.u32(at + 4, little, "a weak external's record"));
    if (symbol.fallback >= entries_) return;
    uint64_t other = symbol.fallback * size_;
    int32_t section = file_.section_number(other);
    uint32_t value = table_.u32(other + 8, little);
    if (symbol.weak_search == WeakSearch::AntiDependency) {
      if (section == NoSection) symbol.binding = Binding::Global;
      if (name(other, 0).ends_with("$exit_thunk")) return;
    }
    if (section <= 0 && (section != AbsoluteSection || value == 0)) return;
    symbol.state = SymbolState::Defined;
    symbol.section = section > 0 ? static_cast<uint32_t>(section) : 0;
    symbol.value = value;
    if (symbol.type == SymbolType::None && section > 0)
      symbol.type = traits_of(symbol.section) & Code ? SymbolType::Function : SymbolType::Object;
  }

  std::string_view name(uint64_t at, uint64_t file_entries) {
    if (file_entries > 0) return table_.padded(at + size_, file_entries * size_, "a source file's name");
    if (table_.u32(at, little) != 0) return table_.padded(at, 8);
    uint32_t place = table_.u32(at + 4, little);
    if (place == 0) return {};
    std::string_view text = file_.long_name(place, "a symbol's name");
    allowance_.spend(file_.strings_, place, text.size());
    return text;
  }

  const File &file_;
  const Bytes table_;
  const uint64_t size_;
  const uint64_t entries_;  // that the file holds
  const bool relocatable_;
  NameAllowance allowance_;
  std::vector<uint8_t> traits_;  // by section number
};

void File::visit_symbols(FunctionRef<void(const Symbol &)> sink, bool relocatable) const {
  SymbolWalk(*this, relocatable).run(sink);
}

}  // namespace ldwhy::coff
