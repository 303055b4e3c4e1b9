// ELF objects: relocatable files, shared libraries and programs. Symbols, relocations and
// section groups follow the gABI ("System V ABI", chapter 4, "Symbol Table", "Relocation",
// "Section Groups"), with the GNU extensions (unique and indirect-function symbols,
// symbol versions) and LLVM's section of dependent libraries ("Extensions", LLVM manual).
//
// A relocatable file is read by its one SHT_SYMTAB. A linked file has two tables: the
// dynamic one, which other files may use, and the full one, unless stripped, which also
// tells what the file keeps to itself.
//
// Damage is reported by the walks over symbols and references. What only adds to them (a
// file's own name, its producer, its kind) is told as far as it can be read.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "input/elf_dynamic.h"
#include "input/elf_file.h"
#include "input/elf_marks.h"
#include "input/embedded_ir.h"
#include "input/enclosing_symbols.h"
#include "input/input.h"
#include "input/name_allowance.h"

namespace ldwhy {
namespace {

struct ArchRow {
  uint16_t machine;
  uint8_t bits;  // of the file's class; 0: both
  bool big_endian;
  bool any_endian;
  Arch arch;
};
constexpr ArchRow arch_rows[] = {
    {elf::EM_X86_64, 0, false, false, Arch::X86_64},
    {elf::EM_386, 32, false, false, Arch::I386},
    {elf::EM_AARCH64, 0, false, true, Arch::Arm64},
    {elf::EM_ARM, 32, false, true, Arch::Arm},
    {elf::EM_RISCV, 64, false, true, Arch::Riscv64},
    {elf::EM_RISCV, 32, false, true, Arch::Riscv32},
    {elf::EM_PPC64, 64, true, false, Arch::Ppc64},
    {elf::EM_PPC64, 64, false, false, Arch::Ppc64le},
    {elf::EM_PPC, 32, false, true, Arch::Ppc},
    {elf::EM_MIPS, 64, false, true, Arch::Mips64},
    {elf::EM_MIPS, 32, false, true, Arch::Mips},
    {elf::EM_MIPS_RS3_LE, 32, false, false, Arch::Mips},
    {elf::EM_S390, 64, true, false, Arch::S390x},
    {elf::EM_SPARC, 32, true, false, Arch::Sparc},
    {elf::EM_SPARC32PLUS, 32, true, false, Arch::Sparc},
    {elf::EM_SPARCV9, 64, true, false, Arch::Sparc64},
    {elf::EM_LOONGARCH, 64, false, false, Arch::LoongArch64},
    {elf::EM_BPF, 64, false, true, Arch::Bpf},
    {elf::EM_AVR, 32, false, false, Arch::Avr},
    {elf::EM_AMDGPU, 64, false, false, Arch::Amdgpu},
};
constexpr uint16_t EM_NONE = 0;
constexpr uint32_t EF_MIPS_ABI2 = 0x20;  // n32: the 64-bit architecture with 32-bit addresses

Target target_of(const ElfFile &file) {
  Target target;
  target.format = Format::Elf;
  target.bits = file.is_64() ? 64 : 32;
  target.big_endian = file.endian() == Endian::Big;
  target.machine = file.machine();
  if (file.machine() == EM_NONE) return target;
  target.arch = Arch::Other;
  for (const ArchRow &row : arch_rows)
    if (row.machine == file.machine() && (row.bits == 0 || row.bits == target.bits) &&
        (row.any_endian || row.big_endian == target.big_endian))
      target.arch = row.arch;
  if (target.arch == Arch::Mips && (file.flags() & EF_MIPS_ABI2)) target.arch = Arch::Mips64;
  return target;
}

// A position-independent program is an ET_DYN like a library. Linkers have marked it since
// about 2015; before, only its wish for a loader tells, which some libraries that can be
// run (libc.so.6) share: those have a name for others to load them by.
bool is_program(const ElfFile &file) try {
  ElfDynamic dynamic(file);
  bool named = false;
  for (const ElfDynamicEntry &entry : dynamic.entries()) {
    if (entry.tag == elf::DT_FLAGS_1 && (entry.value & elf::DF_1_PIE)) return true;
    named |= entry.tag == elf::DT_SONAME;
  }
  if (named) return false;
  for (uint32_t index = 0; index < file.segment_count(); ++index)
    if (file.segment(index).type == elf::PT_INTERP) return true;
  return false;
} catch (const Malformed &) {
  return false;
}

// GCC's slim LTO objects have no code, only its own IR in sections, and a marker symbol,
// nearly alone in the symbol table: so a look at a few symbols tells for all objects.
bool is_gcc_slim_lto(const ElfFile &file, uint32_t table_index) try {
  constexpr uint64_t most_markers = 4;
  constexpr std::string_view marker("__gnu_lto_slim\0", 15);
  ElfSymbolTable table = file.symbol_table(table_index);
  uint64_t count = table.entries.size() / file.symbol_size();
  uint64_t first_global = file.section(table_index).info;
  if (first_global > count || count - first_global > most_markers) return false;
  bool marked = false;
  for (uint64_t index = first_global; index < count; ++index) {
    uint32_t name = table.entries.u32(index * file.symbol_size(), file.endian());
    marked |= table.strings.from(name).starts_with(marker);
  }
  if (!marked) return false;
  for (uint32_t index = 1; index < file.section_count(); ++index)
    if (file.section_name(file.section(index)).starts_with(".gnu.lto_")) return true;
  return false;
} catch (const Malformed &) {
  return false;
}

// "name@VERSION" and "name@@VERSION" in a full symbol table: what .symver asks for, and how
// linkers note the versions of dynamic symbols.
void split_version(Symbol &symbol) {
  size_t at = symbol.name.find('@');
  if (at == 0 || at == symbol.name.npos) return;
  bool is_default = symbol.name.substr(at).starts_with("@@");
  std::string_view version = symbol.name.substr(at + (is_default ? 2 : 1));
  if (version.empty()) return;
  symbol.version = version;
  symbol.default_version = is_default;
  symbol.name = symbol.name.substr(0, at);
}

// The parts of st_shndx, st_info and st_other that become fields of a Symbol.
constexpr Binding binding_of(uint8_t info) {
  constexpr uint8_t local = 0, weak = 2;
  return info >> 4 == local ? Binding::Local : info >> 4 == weak ? Binding::Weak : Binding::Global;
}
constexpr std::array<SymbolType, 16> types = {SymbolType::None,
                                              SymbolType::Object,
                                              SymbolType::Function,
                                              SymbolType::Section,
                                              SymbolType::File,
                                              SymbolType::Object /* STT_COMMON */,
                                              SymbolType::Tls,
                                              SymbolType::None,
                                              SymbolType::None,
                                              SymbolType::None,
                                              SymbolType::IndirectFunction};
constexpr SymbolType type_of(uint8_t info) { return types[info & 15]; }
constexpr std::array<Visibility, 4> visibilities = {Visibility::Default, Visibility::Internal, Visibility::Hidden,
                                                    Visibility::Protected};
constexpr Visibility visibility_of(uint8_t other) { return visibilities[other & 3]; }
SymbolState state_of_reserved(uint32_t section, uint16_t machine) {
  constexpr uint32_t SHN_X86_64_LCOMMON = 0xff02, SHN_MIPS_SCOMMON = 0xff03, SHN_MIPS_SUNDEFINED = 0xff04;
  if (section == elf::SHN_COMMON) return SymbolState::Common;
  if (machine == elf::EM_X86_64 && section == SHN_X86_64_LCOMMON) return SymbolState::Common;
  if (machine == elf::EM_MIPS && section == SHN_MIPS_SCOMMON) return SymbolState::Common;
  if (machine == elf::EM_MIPS && section == SHN_MIPS_SUNDEFINED) return SymbolState::Undefined;
  return SymbolState::Defined;
}

// Whether a symbol's section is in a COMDAT group. SHF_GROUP says that it is in some group;
// groups without the COMDAT flag are kept whole by linkers, but never thrown away as
// doubles. To tell them apart takes a walk over all groups: done only for strong symbols,
// since doubles of weak and local ones are no conflict anyway.
class ComdatSections {
 public:
  explicit ComdatSections(const ElfFile &file) : file_(file) {}

  bool contains(uint32_t section, Binding binding) {
    if (!(file_.section_flags(section) & elf::SHF_GROUP)) return false;
    if (binding != Binding::Global) return true;
    if (!known_) find_plain_groups();
    return !std::binary_search(in_plain_groups_.begin(), in_plain_groups_.end(), section);
  }

 private:
  void find_plain_groups() {
    constexpr uint32_t GRP_COMDAT = 1;
    known_ = true;
    for (uint32_t index = 1; index < file_.section_count(); ++index) {
      if (file_.section_type(index) != elf::SHT_GROUP) continue;
      Bytes group = file_.contents(file_.section(index));
      if (group.u32(0, file_.endian(), "the flags of a section group") & GRP_COMDAT) continue;
      uint64_t members = group.size() / 4 - 1;
      // Sections are in one group at most.
      if (in_plain_groups_.size() + members > file_.section_count())
        group.fail(0, "expected a section group with fewer members");
      for (uint64_t member = 1; member <= members; ++member) {
        uint32_t section = group.u32(member * 4, file_.endian());
        if (section >= file_.section_count())
          group.fail(member * 4, fmt::format("expected a section group of some of {} sections, "
                                             "found number {}",
                                             file_.section_count(), section));
        in_plain_groups_.push_back(section);
      }
    }
    std::sort(in_plain_groups_.begin(), in_plain_groups_.end());
  }

  const ElfFile &file_;
  std::vector<uint32_t> in_plain_groups_;  // sorted
  bool known_ = false;
};

class ElfObject final : public Object {
 public:
  ElfObject(const ElfFile &file, ObjectKind kind, uint32_t full_table)
      : Object(kind, target_of(file), file.bytes()), file_(file), full_table_(full_table) {}

  std::string_view shared_name() const override {
    std::vector<std::string_view> names = dynamic_strings(elf::DT_SONAME);
    return kind_ == ObjectKind::Shared && !names.empty() ? names.front() : std::string_view();
  }
  std::vector<std::string_view> needed() const override { return dynamic_strings(elf::DT_NEEDED); }
  std::string_view exported_name_bytes() const override;
  std::vector<std::string_view> linker_options() const override;
  std::string_view producer() const override;
  std::vector<std::string_view> marks() const override { return elf_marks(file_); }
  EmbeddedIr embedded_ir() const override {
    return ir_.get(*this, [&] { return ir_sections(); });
  }

 protected:
  void visit_symbols(SymbolSink sink) const override { visit_tables<true>(sink); }
  void visit_names(SymbolSink sink) const override { visit_tables<false>(sink); }
  void visit_references(ReferenceSink sink) const override;
  DefinitionBytes find_definition(const Symbol &symbol) const override;

 private:
  bool is_linked() const { return kind_ == ObjectKind::Shared || kind_ == ObjectKind::Executable; }
  // `WithSections`: the symbols of sections and files, too.
  template <bool WithSections>
  void visit_tables(SymbolSink sink) const;
  template <bool WithSections>
  void visit_table(const ElfSymbolTable &table, const ElfDynamicSymbols *dynamic, SymbolSink sink) const {
    if (file_.is_64()) visit_entries<true, WithSections>(table, dynamic, sink);
    else visit_entries<false, WithSections>(table, dynamic, sink);
  }
  template <bool Is64, bool WithSections>
  void visit_entries(const ElfSymbolTable &table, const ElfDynamicSymbols *dynamic, SymbolSink sink) const;
  Bytes extended_sections(uint32_t table) const;
  void visit_relocations(const ElfSection &relocations, const std::vector<Symbol> &symbols,
                         const EnclosingSymbols &enclosing, ReferenceSink sink) const;
  std::vector<std::string_view> dynamic_strings(uint64_t tag) const;
  std::vector<IrSection> ir_sections() const;

  ElfFile file_;
  uint32_t full_table_;  // section number of the SHT_SYMTAB; 0: none
  LazyIr ir_;
};

DefinitionBytes ElfObject::find_definition(const Symbol &symbol) const {
  if (symbol.section == 0 || symbol.section >= file_.section_count() || kind_ != ObjectKind::Relocatable) return {};
  ElfSection section = file_.section(symbol.section);
  if (section.type == elf::SHT_NOBITS) return {true, true, {}};
  return {true, false, file_.contents(section).slice(symbol.value, symbol.size, "a definition").text()};
}

std::string_view ElfObject::exported_name_bytes() const try {
  if (kind_ != ObjectKind::Shared) return {};
  return ElfDynamicSymbols(file_).table().strings.text();
} catch (const Malformed &) {
  return {};
}

template <bool WithSections>
void ElfObject::visit_tables(SymbolSink sink) const {
  if (is_linked()) {
    ElfDynamicSymbols dynamic(file_);
    visit_table<WithSections>(dynamic.table(), &dynamic, sink);
  }
  if (full_table_ != 0) visit_table<WithSections>(file_.symbol_table(full_table_), nullptr, sink);
}

// The numbers of sections that do not fit st_shndx, one a symbol.
Bytes ElfObject::extended_sections(uint32_t table) const {
  for (uint32_t index = 1; index < file_.section_count(); ++index) {
    if (file_.section_type(index) != elf::SHT_SYMTAB_SHNDX) continue;
    ElfSection section = file_.section(index);
    if (section.link == table) return file_.contents(section);
  }
  return {};
}

template <bool Is64, bool WithSections>
void ElfObject::visit_entries(const ElfSymbolTable &table, const ElfDynamicSymbols *dynamic, SymbolSink sink) const {
  constexpr uint64_t entry_size = Is64 ? 24 : 16;
  const Endian endian = file_.endian();
  const Bytes entries = table.entries;
  NameAllowance allowance(bytes_);
  ComdatSections comdats(file_);
  std::optional<Bytes> extended;
  const uint64_t count = entries.size() / entry_size;
  const uint32_t section_count = file_.section_count();
  const bool linked = is_linked();
  // Few tables have "name@VERSION" names; one look at the strings spares one a symbol.
  bool has_versions = !dynamic && table.strings.text().find('@') != std::string_view::npos;
  bool after_files = false;
  // Names stand in no order: without this, each would be waited for.
  constexpr uint64_t ahead = 12;
  for (uint64_t index = 1; index < count; ++index) {
    uint64_t at = index * entry_size;
    if (index + ahead < count) table.strings.prefetch(entries.u32(at + ahead * entry_size, endian));
    uint32_t name = entries.u32(at, endian);
    uint8_t info = entries.u8(at + (Is64 ? 4 : 12));
    uint8_t other = entries.u8(at + (Is64 ? 5 : 13));
    uint32_t section = entries.u16(at + (Is64 ? 6 : 14), endian);
    Symbol symbol;
    symbol.type = type_of(info);
    bool is_place = symbol.type == SymbolType::Section || symbol.type == SymbolType::File;
    if (!WithSections && !linked && is_place) continue;
    symbol.name = table.strings.c_string(name, "a symbol's name");
    allowance.spend(table.strings, name, symbol.name.size());
    symbol.value = Is64 ? entries.u64(at + 8, endian) : entries.u32(at + 4, endian);
    symbol.size = Is64 ? entries.u64(at + 16, endian) : entries.u32(at + 8, endian);
    symbol.index = static_cast<uint32_t>(index);
    symbol.binding = binding_of(info);
    symbol.visibility = visibility_of(other);
    symbol.dynamic = dynamic != nullptr;
    // GNU ld lists what it made local after all files' own locals, behind a file without name.
    if (symbol.type == SymbolType::File) after_files = linked && symbol.name.empty();
    symbol.made_local = after_files && symbol.binding == Binding::Local;
    if (section == elf::SHN_XINDEX) {
      if (!extended) extended = extended_sections(table.section);
      symbol.section = extended->u32(index * 4, endian, "a symbol's section number");
      symbol.state = SymbolState::Defined;
    } else if (section < elf::SHN_LORESERVE) {
      symbol.section = section;
      symbol.state = section == elf::SHN_UNDEF ? SymbolState::Undefined : SymbolState::Defined;
    } else {
      symbol.state = state_of_reserved(section, file_.machine());
    }
    if (symbol.section >= section_count && symbol.section != 0 && !linked)
      entries.fail(
          at, fmt::format("expected a symbol in one of {} sections, found number {}", section_count, symbol.section));
    if (dynamic) {
      dynamic->set_version(symbol);
    } else {
      if (has_versions) split_version(symbol);
      if (symbol.section != 0 && symbol.binding != Binding::Local && !linked)
        symbol.comdat = comdats.contains(symbol.section, symbol.binding);
      if (symbol.type == SymbolType::Section && symbol.name.empty() && symbol.section < section_count) {
        symbol.name = file_.section_name(file_.section(symbol.section));
        allowance.spend(table.strings, name, symbol.name.size());
      }
    }
    sink(symbol);
  }
  if (entries.size() < table.claimed)
    entries.fail(entries.size(), fmt::format("expected {} more bytes of symbols, found the end of "
                                             "the file",
                                             table.claimed - entries.size()));
}

void ElfObject::visit_references(ReferenceSink sink) const {
  if (is_linked() || full_table_ == 0) return;
  std::vector<ElfSection> tables;
  uint64_t total = 0;
  for (uint32_t index = 1; index < file_.section_count(); ++index) {
    uint32_t type = file_.section_type(index);
    if (type != elf::SHT_REL && type != elf::SHT_RELA) continue;
    ElfSection section = file_.section(index);
    if (section.link != full_table_) continue;
    total += file_.contents(section).size();
    tables.push_back(section);
  }
  if (tables.empty()) return;
  if (total > bytes_.size()) bytes_.fail(0, "expected relocation tables that do not overlap");
  // Relocations name symbols by number, and one name may be asked for very often.
  std::vector<Symbol> symbols(1);
  visit_table<true>(file_.symbol_table(full_table_), nullptr, [&](const Symbol &symbol) { symbols.push_back(symbol); });
  EnclosingSymbols enclosing(symbols, target_.arch);
  for (const ElfSection &table : tables) visit_relocations(table, symbols, enclosing, sink);
}

void ElfObject::visit_relocations(const ElfSection &relocations, const std::vector<Symbol> &symbols,
                                  const EnclosingSymbols &enclosing, ReferenceSink sink) const {
  uint64_t words = relocations.type == elf::SHT_RELA ? 3 : 2;
  uint64_t entry_size = words * file_.word_size();
  Bytes contents = file_.contents(relocations);
  std::string_view section = file_.section_name(file_.section(relocations.info));
  // On 64-bit MIPS, r_info is a 32-bit symbol number and four bytes, whatever the byte
  // order ("64-bit ELF Object File Specification", 2.9).
  bool symbol_first = file_.is_64() && file_.machine() == elf::EM_MIPS;
  for (uint64_t at = 0; at + entry_size <= contents.size(); at += entry_size) {
    uint64_t info_at = at + file_.word_size();
    uint64_t info = file_.word(contents, info_at, "a relocation");
    uint64_t index = symbol_first ? contents.u32(info_at, file_.endian()) : file_.is_64() ? info >> 32 : info >> 8;
    if (index >= symbols.size())
      contents.fail(info_at, fmt::format("expected a relocation against one of {} symbols, found "
                                         "number {}",
                                         symbols.size(), index));
    const Symbol &symbol = symbols[index];
    if (symbol.name.empty() || symbol.type == SymbolType::Section) continue;
    uint64_t offset = file_.word(contents, at, "a relocation");
    uint32_t type = static_cast<uint32_t>(file_.is_64() ? info & 0xffffffff : info & 0xff);
    sink({symbol.name, enclosing.find(relocations.info, offset), section, offset,
          elf_relocation_form(file_.machine(), type), relocations.info});
  }
}

std::vector<std::string_view> ElfObject::dynamic_strings(uint64_t tag) const {
  std::vector<std::string_view> strings;
  if (!is_linked()) return strings;
  try {
    ElfDynamic dynamic(file_);
    for (const ElfDynamicEntry &entry : dynamic.entries())
      if (entry.tag == tag) strings.push_back(dynamic.string(entry.value));
  } catch (const Malformed &) {
  }
  return strings;
}

std::vector<IrSection> ElfObject::ir_sections() const {
  std::vector<IrSection> sections;
  for (uint32_t index = 1; index < file_.section_count(); ++index) {
    if (file_.section_flags(index) & elf::SHF_ALLOC) continue;
    ElfSection section = file_.section(index);
    std::string_view name = file_.section_name(section);
    if (is_ir_section(name)) sections.push_back({name, file_.contents(section)});
  }
  return sections;
}

std::vector<std::string_view> ElfObject::linker_options() const {
  std::vector<std::string_view> options;
  try {
    for (uint32_t index = 1; index < file_.section_count(); ++index) {
      if (file_.section_type(index) != elf::SHT_LLVM_DEPENDENT_LIBRARIES) continue;
      Cursor strings(file_.contents(file_.section(index)));
      while (!strings.at_end()) options.push_back(strings.c_string("a dependent library"));
    }
  } catch (const Malformed &) {
  }
  return options;
}

// The compiler's own words in .comment; in a linked file the first of several.
std::string_view ElfObject::producer() const {
  try {
    for (uint32_t index = 1; index < file_.section_count(); ++index) {
      uint64_t flags = file_.section_flags(index);
      if ((flags & elf::SHF_ALLOC) || !(flags & elf::SHF_STRINGS)) continue;
      ElfSection section = file_.section(index);
      if (file_.section_name(section) != ".comment") continue;
      Cursor strings(file_.contents(section));
      while (!strings.at_end())
        if (std::string_view text = strings.c_string("a comment"); !text.empty()) return text;
    }
  } catch (const Malformed &) {
  }
  return {};
}

bool claims_elf(Bytes bytes) { return bytes.starts_with("\177ELF"); }

std::unique_ptr<Object> open_elf(Bytes bytes) {
  ElfFile file(bytes);
  uint32_t full_table = file.last_section_of_type(elf::SHT_SYMTAB);
  ObjectKind kind = ObjectKind::Relocatable;
  switch (file.type()) {
    case elf::ET_REL:
      if (full_table != 0 && is_gcc_slim_lto(file, full_table)) kind = ObjectKind::GccSlimLto;
      break;
    case elf::ET_EXEC: kind = ObjectKind::Executable; break;
    case elf::ET_DYN: kind = is_program(file) ? ObjectKind::Executable : ObjectKind::Shared; break;
    default:
      bytes.fail(16,
                 fmt::format("expected an ELF object, library or program, found {}",
                             file.type() == elf::ET_CORE ? "a core dump" : fmt::format("ELF type {}", file.type())));
  }
  return std::make_unique<ElfObject>(file, kind, full_table);
}

}  // namespace

const ObjectFormat elf_format = {"elf", "ELF object or shared library", claims_elf, open_elf};

}  // namespace ldwhy
