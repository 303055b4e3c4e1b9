// COFF objects for Windows and UEFI, as compilers write them ("PE Format", "Special Sections",
// "COFF Relocations (Object Only)"). The tables are read by coff_file.cc and coff_symbols.cc.
//
// An object has no magic number but its machine's number in the first two bytes. Those of
// machines that no tool writes objects for any more are not taken, since they are as likely to
// be text. Objects of Microsoft's link-time code generation (cl /GL) start like a bigobj with
// another identifier; nobody but link.exe can read them.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "input/coff_directives.h"
#include "input/coff_file.h"
#include "input/embedded_ir.h"
#include "input/enclosing_symbols.h"
#include "input/input.h"

namespace ldwhy {
namespace {

constexpr Endian little = Endian::Little;
using coff::relocation_size;

// COFF symbols have no size, so one reaches to the next of its section; labels inside functions
// and what only debuggers look at do not count.
std::vector<Symbol> owners_among(const std::vector<Symbol> &symbols) {
  std::vector<Symbol> owners;
  for (const Symbol &symbol : symbols)
    if (symbol.fallback == no_symbol && symbol.type != SymbolType::None) owners.push_back(symbol);
  return owners;
}

class CoffObject final : public Object {
 public:
  explicit CoffObject(Bytes bytes) : Object(ObjectKind::Relocatable, {}, bytes), file_(bytes) {
    target_ = coff::target_of_machine(file_.machine());
    if (is_gcc_slim_lto()) kind_ = ObjectKind::GccSlimLto;
  }

  std::vector<std::string_view> linker_options() const override {
    std::call_once(directives_once_, [&] { directives_.emplace(contents_of(".drectve").text()); });
    return directives_->words();
  }
  // GCC leaves its name in .rdata$zzz; the others in debugging information only.
  std::string_view producer() const override {
    std::string_view text = contents_of(".rdata$zzz").text();
    return text.substr(0, text.find('\0'));
  }
  std::vector<ComdatSection> comdat_sections() const override {
    try {
      return file_.comdat_sections();
    } catch (const Malformed &) {
      return {};
    }
  }
  EmbeddedIr embedded_ir() const override {
    return ir_.get(*this, [&] {
      std::vector<IrSection> found;
      for (uint32_t number = 1; number <= file_.section_count(); ++number)
        if (std::string_view name = file_.section_name(number); is_ir_section(name))
          found.push_back({name, file_.contents(file_.section(number))});
      return found;
    });
  }

 protected:
  void visit_symbols(SymbolSink sink) const override { file_.visit_symbols(sink, true); }
  void visit_references(ReferenceSink sink) const override;

 private:
  // Empty: there is no such section, or it is damaged.
  Bytes contents_of(std::string_view name) const {
    try {
      for (uint32_t number = 1; number <= file_.section_count(); ++number)
        if (file_.section_name(number) == name) return file_.contents(file_.section(number));
    } catch (const Malformed &) {
    }
    return {};
  }
  bool is_gcc_slim_lto() const;

  coff::File file_;
  LazyIr ir_;
  mutable std::once_flag directives_once_;
  mutable std::optional<coff::Directives> directives_;
};

// As in ELF: sections of IR, and the marker symbol, which stands last.
bool CoffObject::is_gcc_slim_lto() const try {
  std::string_view name = file_.last_symbol_name();
  if (target_.arch == Arch::I386 && name.starts_with('_')) name.remove_prefix(1);
  if (name != "__gnu_lto_slim") return false;
  for (uint32_t number = 1; number <= file_.section_count(); ++number)
    if (file_.section_name(number).starts_with(gcc_symbols_prefix)) return true;
  return false;
} catch (const Malformed &) {
  return false;
}

// Relocations that hold an address, which moves with the image ("COFF Relocations", "Type Indicators").
bool is_address(Arch arch, uint16_t type) {
  switch (arch) {
    case Arch::X86_64: return type == 1 || type == 2;     // ADDR64, ADDR32
    case Arch::I386: return type == 6;                    // DIR32
    case Arch::Arm64: return type == 1 || type == 14;     // ADDR32, ADDR64
    case Arch::Arm: return type == 1;                     // ADDR32
    default: return false;
  }
}

void CoffObject::visit_references(ReferenceSink sink) const {
  std::vector<Symbol> symbols;
  file_.visit_symbols([&](const Symbol &symbol) { symbols.push_back(symbol); }, true);
  std::vector<const Symbol *> by_index(file_.symbol_count());
  for (const Symbol &symbol : symbols) by_index[symbol.index] = &symbol;
  std::vector<Symbol> owners = owners_among(symbols);
  EnclosingSymbols enclosing(owners, target_.arch);
  uint64_t bytes_left = bytes_.size();
  for (uint32_t number = 1; number <= file_.section_count(); ++number) {
    coff::Section section = file_.section(number);
    Bytes relocations = file_.relocations(section);
    if (relocations.size() > bytes_left)
      relocations.fail(0, "expected relocations of sections apart, found tables that overlap");
    bytes_left -= relocations.size();
    if (relocations.empty()) continue;
    std::string_view name = file_.section_name(number);
    for (uint64_t at = 0; at < relocations.size(); at += relocation_size) {
      uint32_t index = relocations.u32(at + 4, little);
      if (index >= by_index.size() || !by_index[index])
        relocations.fail(at + 4, fmt::format("expected a relocation against one of {} symbols, "
                                             "found number {}",
                                             by_index.size(), index));
      const Symbol &symbol = *by_index[index];
      if (symbol.name.empty() || symbol.type == SymbolType::Section) continue;
      uint32_t offset = relocations.u32(at, little) - section.address;
      bool absolute = is_address(target_.arch, relocations.u16(at + 8, little));
      RelocationForm form = absolute ? RelocationForm::Absolute : RelocationForm::Other;
      sink({symbol.name, enclosing.find(number, offset), name, offset, form, number});
    }
  }
}

// The identifiers behind the two words 0 and 0xffff, their version and machine, and a time.
constexpr uint64_t identifier_at = 12, identifier_size = 16;
constexpr std::string_view anonymous_magic("\0\0\xff\xff", 4);
constexpr std::string_view big_identifier("\xc7\xa1\xba\xd1\xee\xba\xa9\x4b\xaf\x20\xfa\xf6\x6a\xa4\xdc\xb8",
                                          identifier_size);

bool claims_coff(Bytes bytes) {
  constexpr uint64_t header_size = 20, optional_size_at = 16;
  if (bytes.starts_with(anonymous_magic))
    return bytes.size() >= 6 && bytes.u16(4, little) != 0;  // 0: a short import object
  return bytes.size() >= header_size && coff::is_known_machine(bytes.u16(0, little)) &&
         bytes.u16(optional_size_at, little) == 0;
}

std::unique_ptr<Object> open_coff(Bytes bytes) {
  if (bytes.starts_with(anonymous_magic) &&
      bytes.text(identifier_at, identifier_size, "an identifier") != big_identifier)
    bytes.fail(identifier_at,
               "expected a COFF object, found one of Microsoft's link-time code generation "
               "(cl /GL), which only link.exe can read");
  return std::make_unique<CoffObject>(bytes);
}

}  // namespace

const ObjectFormat coff_format = {"coff", "COFF object", claims_coff, open_coff};

}  // namespace ldwhy
