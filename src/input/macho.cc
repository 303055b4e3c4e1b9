// Mach-O objects, dylibs and executables (<mach-o/loader.h>, <mach-o/nlist.h>,
// <mach-o/reloc.h>, <mach/machine.h>).
//
// A header is followed by load commands, each with its size. They say where everything else is:
// segments with their sections, the symbol table (LC_SYMTAB), the platform, the libraries to
// load, and in a linked image the trie of exported names. All offsets count from the header, so
// a slice of a universal file is read like a file of its own. Opening walks the load commands
// once; symbols and relocations are read in place when they are asked for.
//
// Which symbols a dylib exports is decided by its export trie; its symbol table is for debuggers
// and may lack names or have more of them. Images older than the trie have only the table.
#include "input/macho.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "input/embedded_ir.h"
#include "input/input.h"
#include "input/macho_exports.h"
#include "input/macho_frame.h"
#include "input/macho_symbols.h"

namespace ldwhy {
namespace {

using namespace macho;

enum LoadCommand : uint32_t {
  LC_SYMTAB = 0x2,
  LC_LOAD_DYLIB = 0xc,
  LC_ID_DYLIB = 0xd,
  LC_LOAD_WEAK_DYLIB = 0x80000018,
  LC_REEXPORT_DYLIB = 0x8000001f,
  LC_LAZY_LOAD_DYLIB = 0x20,
  LC_DYLD_INFO = 0x22,
  LC_DYLD_INFO_ONLY = 0x80000022,
  LC_LOAD_UPWARD_DYLIB = 0x80000023,
  LC_VERSION_MIN_MACOSX = 0x24,
  LC_VERSION_MIN_IPHONEOS = 0x25,
  LC_LINKER_OPTION = 0x2d,
  LC_VERSION_MIN_TVOS = 0x2f,
  LC_VERSION_MIN_WATCHOS = 0x30,
  LC_BUILD_VERSION = 0x32,
  LC_DYLD_EXPORTS_TRIE = 0x80000033,
};

enum FileType : uint32_t {
  MH_OBJECT = 1,
  MH_EXECUTE = 2,
  MH_DYLIB = 6,
  MH_BUNDLE = 8,
  MH_DYLIB_STUB = 9,
};

enum CpuType : uint32_t {
  CPU_X86 = 7,
  CPU_X86_64 = 0x01000007,
  CPU_ARM = 12,
  CPU_ARM64 = 0x0100000c,
  CPU_ARM64_32 = 0x0200000c,
  CPU_POWERPC = 18,
  CPU_POWERPC64 = 0x01000012,
};

// section flags: the type is the low byte.
constexpr uint32_t section_zero_filled = 0x1, section_large_zero_filled = 0xc;
constexpr uint32_t section_instructions = 0x80000000 | 0x400;  // pure, some
constexpr uint32_t section_coalesced = 0x0b;
constexpr uint32_t section_no_dead_strip = 0x10000000;
constexpr uint32_t section_thread_first = 0x11, section_thread_last = 0x15;

// The names of a trie stand in it in pieces, so they add up to more than it has.
constexpr uint64_t export_name_multiple = 16;

// A symbol table entry has one byte for the section.
constexpr size_t most_sections_with_symbols = 255;

SymbolType type_in(const Section &section) {
  uint32_t kind = section.flags & 0xff;
  if (kind >= section_thread_first && kind <= section_thread_last) return SymbolType::Tls;
  return section.flags & section_instructions ? SymbolType::Function : SymbolType::Object;
}

std::string_view tool_name(uint32_t tool) {
  switch (tool) {
    case 1: return "clang";
    case 2: return "swift";
    case 3: return "ld";
    case 4: return "lld";
  }
  return "tool";
}

class MachO final : public Object {
 public:
  explicit MachO(Bytes bytes)
      : Object(ObjectKind::Relocatable, {}, bytes), frame_(bytes), wide_(frame_.is_wide()), endian_(frame_.endian()) {
    read_header();
    frame_.each_command([&](uint32_t command, Bytes body) { read_command(command, body); });
  }

  std::string_view shared_name() const override {
    std::vector<std::string_view> names = library_names({LC_ID_DYLIB});
    return names.empty() ? std::string_view() : names.front();
  }
  std::vector<std::string_view> needed() const override {
    return library_names({LC_LOAD_DYLIB, LC_LOAD_WEAK_DYLIB, LC_LAZY_LOAD_DYLIB, LC_LOAD_UPWARD_DYLIB});
  }
  std::vector<std::string_view> reexported() const override { return library_names({LC_REEXPORT_DYLIB}); }
  std::vector<std::string_view> linker_options() const override;
  std::string_view producer() const override { return producer_; }
  bool keeps_sections_whole() const override { return !cut_at_symbols_; }
  EmbeddedIr embedded_ir() const override {
    return ir_.get(*this, [&] {
      std::vector<IrSection> found;
      for (const Section &section : sections_)
        if (section.segment == "__LLVM" && section.name == "__bitcode")
          found.push_back({"__LLVM,__bitcode", bytes_.slice(section.contents_at, section.size)});
      return found;
    });
  }
  bool serves(const Target &want) const override {
    if (difference(want, target_).empty()) return true;
    Target other = target_;
    other.platform = second_platform_;
    return second_platform_ != Platform::Unknown && difference(want, other).empty();
  }

 protected:
  void visit_symbols(SymbolSink sink) const override;
  void visit_references(ReferenceSink sink) const override;
  // Entries have no size, so of the bytes only the begin would be known.
  DefinitionBytes find_definition(const Symbol &symbol) const override {
    if (symbol.section == 0 || symbol.section > sections_.size()) return {};
    uint32_t kind = sections_[symbol.section - 1].flags & 0xff;
    return {true, kind == section_zero_filled || kind == section_large_zero_filled, {}};
  }

 private:
  void read_header();
  void read_command(uint32_t command, Bytes body);
  void read_platform(Platform platform, uint32_t min_os);
  std::vector<std::string_view> library_names(std::initializer_list<uint32_t> commands) const;
  SymbolTable symbol_table() const { return {bytes_, wide_, endian_, symbols_.value_or(Table()), strings_}; }
  Symbol symbol_from(const Nlist &entry, std::string_view name) const;
  bool is_branch(uint32_t type) const;
  const Section *section_at(uint64_t address) const;
  const ExportTrie &exports() const;
  const std::vector<std::string> &section_names() const;
  void visit_exports(SymbolSink sink) const;

  Frame frame_;
  const bool wide_;
  const Endian endian_;
  bool cut_at_symbols_ = false;
  std::vector<Section> sections_;
  std::optional<Table> symbols_;  // the size counts entries
  Table strings_;
  std::optional<Table> export_trie_;
  uint64_t text_address_ = 0;  // where the image's header is: what the trie's addresses count from
  Platform second_platform_ = Platform::Unknown;  // of a library for macOS and Mac Catalyst
  std::string producer_;
  LazyIr ir_;

  mutable std::once_flag exports_once_, section_names_once_;
  mutable std::unique_ptr<ExportTrie> exports_;
  mutable std::vector<std::string> section_names_;
};

void MachO::read_header() {
  target_ = macho_target(bytes_.u32(4, endian_, "a Mach-O CPU type"), bytes_.u32(8, endian_, "a Mach-O CPU subtype"));
  target_.big_endian = endian_ == Endian::Big;
  if (target_.arch == Arch::Other) target_.bits = wide_ ? 64 : 32;
  uint32_t file_type = bytes_.u32(12, endian_, "a Mach-O file type");
  switch (file_type) {
    case MH_OBJECT: kind_ = ObjectKind::Relocatable; break;
    case MH_DYLIB:
    case MH_DYLIB_STUB: kind_ = ObjectKind::Shared; break;
    // A bundle is loaded by a running program; like an executable it offers nothing to a link.
    case MH_BUNDLE:
    case MH_EXECUTE: kind_ = ObjectKind::Executable; break;
    default:
      bytes_.fail(12, fmt::format("expected a Mach-O object, dylib, bundle or executable, "
                                  "found file type {}",
                                  file_type));
  }
  constexpr uint32_t subsections_by_symbols = 0x2000;
  cut_at_symbols_ = bytes_.u32(24, endian_, "Mach-O flags") & subsections_by_symbols;
}

void MachO::read_command(uint32_t command, Bytes body) {
  auto field = [&](uint64_t offset) { return body.u32(offset, endian_, "a load command's field"); };
  switch (command) {
    case LC_SEGMENT:
    case LC_SEGMENT_64:
      if (body.padded(8, 16, "a segment's name") == "__TEXT")
        text_address_ = command == LC_SEGMENT_64 ? body.u64(24, endian_) : body.u32(24, endian_);
      read_sections(body, endian_, sections_);
      break;
    case LC_SYMTAB:
      symbols_ = Table{field(8), field(12)};
      strings_ = {field(16), field(20)};
      break;
    case LC_DYLD_INFO:
    case LC_DYLD_INFO_ONLY: export_trie_ = Table{field(40), field(44)}; break;
    case LC_DYLD_EXPORTS_TRIE: export_trie_ = Table{field(8), field(12)}; break;
    case LC_VERSION_MIN_MACOSX: read_platform(Platform::MacOS, field(8)); break;
    case LC_VERSION_MIN_IPHONEOS: read_platform(Platform::IOS, field(8)); break;
    case LC_VERSION_MIN_TVOS: read_platform(Platform::TvOS, field(8)); break;
    case LC_VERSION_MIN_WATCHOS: read_platform(Platform::WatchOS, field(8)); break;
    case LC_BUILD_VERSION: {
      // Platform's enumerators stand in the order of Apple's numbers, which start at 1.
      uint32_t number = field(8);
      bool known = number <= static_cast<uint32_t>(Platform::VisionOSSimulator);
      read_platform(known ? static_cast<Platform>(number) : Platform::Unknown, field(12));
      if (field(20) > 0 && producer_.empty())
        producer_ = fmt::format("{} {}", tool_name(field(24)), version_text(field(28)));
      break;
    }
  }
}

void MachO::read_platform(Platform platform, uint32_t min_os) {
  // The older commands do not tell a simulator from a device; the processor does.
  bool intel = target_.arch == Arch::X86_64 || target_.arch == Arch::I386;
  if (intel && platform == Platform::IOS) platform = Platform::IOSSimulator;
  if (intel && platform == Platform::TvOS) platform = Platform::TvOSSimulator;
  if (intel && platform == Platform::WatchOS) platform = Platform::WatchOSSimulator;
  if (target_.platform != Platform::Unknown) {
    second_platform_ = platform;
    return;
  }
  target_.platform = platform;
  target_.min_os = min_os;
}

// All commands were found whole when the object was opened; a name that does not stand in its
// command is left out.
std::vector<std::string_view> MachO::library_names(std::initializer_list<uint32_t> commands) const {
  std::vector<std::string_view> names;
  frame_.each_command([&](uint32_t command, Bytes body) {
    if (std::find(commands.begin(), commands.end(), command) == commands.end()) return;
    if (body.size() < 12) return;
    uint32_t offset = body.u32(8, endian_);
    if (offset < body.size()) names.push_back(body.padded(offset, body.size() - offset));
  });
  return names;
}

std::vector<std::string_view> MachO::linker_options() const {
  std::vector<std::string_view> options;
  frame_.each_command([&](uint32_t command, Bytes body) {
    if (command != LC_LINKER_OPTION || body.size() < 12) return;
    uint32_t count = body.u32(8, endian_);
    uint64_t position = 12;
    for (uint32_t i = 0; i < count && position < body.size(); ++i) {
      options.push_back(body.padded(position, body.size() - position));
      position += options.back().size() + 1;
    }
  });
  return options;
}

void MachO::visit_symbols(SymbolSink sink) const {
  if (export_trie_ && kind_ != ObjectKind::Relocatable) visit_exports(sink);
  if (!symbols_) return;
  // Without a trie the table itself says what is exported. What an image takes from others is
  // in the table either way.
  bool table_exports = kind_ == ObjectKind::Shared && !export_trie_;
  SymbolTable table = symbol_table();
  for (size_t i = 0; i < table.size(); ++i) {
    Nlist entry = table.entry(i);
    if (entry.type & type_stab) continue;
    Symbol symbol = symbol_from(entry, table.name(entry));
    symbol.index = static_cast<uint32_t>(i);
    if (kind_ != ObjectKind::Relocatable)
      symbol.dynamic = !is_defined(symbol) ||
                       (table_exports && symbol.binding != Binding::Local && symbol.visibility == Visibility::Default);
    sink(symbol);
  }
}

Symbol MachO::symbol_from(const Nlist &entry, std::string_view name) const {
  Symbol symbol;
  symbol.name = name;
  symbol.value = entry.value;
  if (entry.type & type_private_extern) symbol.visibility = Visibility::Hidden;
  bool weak = false;
  switch (entry.type & type_mask) {
    case type_undefined:
      if (entry.value != 0 && kind_ == ObjectKind::Relocatable) {
        symbol.state = SymbolState::Common;
        symbol.type = SymbolType::Object;
        symbol.value = uint64_t{1} << (entry.desc >> 8 & 15);
        symbol.size = entry.value;
        break;
      }
      [[fallthrough]];
    case type_prebound: weak = entry.desc & desc_weak_reference; break;
    case type_absolute:
    case type_indirect: symbol.state = SymbolState::Defined; break;
    default: {
      symbol.state = SymbolState::Defined;
      symbol.section = entry.section;
      weak = entry.desc & desc_weak_definition;
      symbol.comdat = weak;
      if (entry.section > sections_.size() && kind_ == ObjectKind::Relocatable)
        bytes_.fail(0, fmt::format("expected a symbol in one of {} sections, found {} in number {}", sections_.size(),
                                   name, entry.section));
      if (entry.section == 0 || entry.section > sections_.size()) break;
      const Section &section = sections_[entry.section - 1];
      symbol.type = type_in(section);
      symbol.comdat |= (section.flags & 0xff) == section_coalesced;
      symbol.kept = section.flags & section_no_dead_strip;
    }
  }
  if (is_defined(symbol) && symbol.state != SymbolState::Common) {
    symbol.kept |= entry.desc & (desc_no_dead_strip | desc_referenced_dynamically);
    symbol.continues = entry.desc & desc_alternate_entry;
  }
  if (!(entry.type & type_extern) && is_defined(symbol)) symbol.binding = Binding::Local;
  else if (weak) symbol.binding = Binding::Weak;
  return symbol;
}

// <mach-o/x86_64/reloc.h>, <mach-o/arm64/reloc.h>, <mach-o/arm/reloc.h>.
bool MachO::is_branch(uint32_t type) const {
  switch (target_.machine) {
    case CPU_X86_64:
    case CPU_ARM64:
    case CPU_ARM64_32: return type == 2;
    case CPU_ARM: return type == 5 || type == 6;
    default: return false;
  }
}

const Section *MachO::section_at(uint64_t address) const {
  size_t count = std::min(sections_.size(), most_sections_with_symbols);
  for (size_t i = 0; i < count; ++i) {
    const Section &section = sections_[i];
    if (address >= section.address && address - section.address < section.size) return &section;
  }
  return nullptr;
}

const ExportTrie &MachO::exports() const {
  std::call_once(exports_once_, [&] {
    exports_ = std::make_unique<ExportTrie>(bytes_.slice(export_trie_->offset, export_trie_->size, "the export trie"),
                                            export_name_multiple * bytes_.size());
  });
  return *exports_;
}

void MachO::visit_exports(SymbolSink sink) const {
  const ExportTrie &trie = exports();
  for (size_t i = 0; i < trie.size(); ++i) {
    const ExportTrie::Entry &entry = trie.entry(i);
    Symbol symbol;
    symbol.name = trie.name(i);
    symbol.index = static_cast<uint32_t>(i);
    symbol.state = SymbolState::Defined;
    symbol.dynamic = true;
    if (entry.is_weak) symbol.binding = Binding::Weak;
    symbol.comdat = entry.is_weak;
    if (!entry.is_reexport) {
      symbol.value = entry.address + (entry.is_absolute ? 0 : text_address_);
      if (const Section *section = entry.is_absolute ? nullptr : section_at(symbol.value)) {
        symbol.section = static_cast<uint32_t>(section - sections_.data() + 1);
        symbol.type = type_in(*section);
      }
    }
    if (entry.is_thread_local) symbol.type = SymbolType::Tls;
    if (entry.is_resolver) symbol.type = SymbolType::IndirectFunction;
    sink(symbol);
  }
  if (trie.damage()) throw *trie.damage();
}

const std::vector<std::string> &MachO::section_names() const {
  std::call_once(section_names_once_, [&] {
    for (const Section &section : sections_)
      section_names_.push_back(fmt::format("{},{}", section.segment, section.name));
  });
  return section_names_;
}

void MachO::visit_references(ReferenceSink sink) const {
  if (kind_ != ObjectKind::Relocatable || !symbols_) return;
  SymbolTable table = symbol_table();
  std::vector<std::string_view> names(table.size());
  for (size_t i = 0; i < table.size(); ++i) names[i] = table.name(table.entry(i));
  Owners owners(table, names);
  const std::vector<std::string> &section_texts = section_names();

  uint64_t relocations_left = bytes_.size() / 8;
  for (size_t s = 0; s < sections_.size(); ++s) {
    const Section &section = sections_[s];
    Bytes entries = bytes_.table(section.relocations_at, section.relocations, 8, "relocations");
    if (section.relocations > relocations_left)
      entries.fail(0, "expected relocations of sections apart, found tables that overlap");
    relocations_left -= section.relocations;
    for (uint64_t i = 0; i < section.relocations; ++i) {
      uint32_t address = entries.u32(i * 8, endian_);
      uint32_t info = entries.u32(i * 8 + 4, endian_);
      // A scattered relocation (32-bit processors only) holds an address in place of a symbol.
      if (!wide_ && address & 0x80000000) continue;
      // The second word is a bit field, laid out from the other end in big-endian files.
      bool little = endian_ == Endian::Little;
      bool is_extern = little ? info >> 27 & 1 : info >> 4 & 1;
      uint32_t number = little ? info & 0xffffff : info >> 8;
      if (!is_extern) continue;
      if (number >= names.size())
        entries.fail(i * 8 + 4, fmt::format("expected a symbol's number below {}, found {}", names.size(), number));
      if (names[number].empty()) continue;
      uint32_t type = little ? info >> 28 : info & 0xf;
      sink({names[number], owners.at(s + 1, section.address + address), section_texts[s], address,
            is_branch(type) ? RelocationForm::Call : RelocationForm::Other, static_cast<uint32_t>(s + 1)});
    }
  }
}

bool claims_macho(Bytes bytes) {
  if (bytes.size() < 4) return false;
  uint32_t magic = bytes.u32(0, Endian::Little);
  return magic == 0xfeedface || magic == 0xfeedfacf || magic == 0xcefaedfe || magic == 0xcffaedfe;
}

std::unique_ptr<Object> open_macho(Bytes bytes) { return std::make_unique<MachO>(bytes); }

}  // namespace

Target macho_target(uint32_t cpu_type, uint32_t cpu_subtype) {
  Target target;
  target.format = Format::MachO;
  target.machine = cpu_type;
  target.arch = Arch::Other;
  // The high byte holds capabilities (pointer authentication's version, 64-bit libraries).
  uint32_t subtype = cpu_subtype & 0xffffff;
  switch (cpu_type) {
    case CPU_X86: target.arch = Arch::I386; break;
    case CPU_X86_64: target.arch = Arch::X86_64; break;
    case CPU_ARM: target.arch = Arch::Arm; break;
    case CPU_ARM64: target.arch = subtype == 2 ? Arch::Arm64e : Arch::Arm64; break;
    case CPU_ARM64_32: target.arch = Arch::Arm64_32; break;
    case CPU_POWERPC: target.arch = Arch::Ppc; break;
    case CPU_POWERPC64: target.arch = Arch::Ppc64; break;
  }
  target.bits = cpu_type & 0x01000000 ? 64 : 32;
  target.big_endian = target.arch == Arch::Ppc || target.arch == Arch::Ppc64;
  return target;
}

const ObjectFormat macho_format{"macho", "Mach-O object or dynamic library", claims_macho, open_macho};

}  // namespace ldwhy
