#include "resolve/elf_positions.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "resolve/format_rules.h"

namespace ldwhy {
namespace {

constexpr uint64_t SHF_WRITE = 0x1, SHF_ALLOC = 0x2;

enum class Form : uint8_t {
  Other,
  Narrow,    // the address, in a field that the program loader does not fill
  Full,      // the address, which the loader fills in where it can write
  Distance,  // from the place to the symbol
  FullDistance,  // … which the loader fills in where it can write
  FixedTls,  // from the thread pointer, as in a program
};
// Which linkers mind a kind: found out by linking it with each (tests/agreement/positions.py). A kind
// that was not tried with a linker is not foreseen of it.
using Makers = uint8_t;
constexpr Makers maker(ElfRules::Maker which) { return static_cast<Makers>(1u << static_cast<unsigned>(which)); }
constexpr Makers lld = maker(ElfRules::Maker::Lld), mold = maker(ElfRules::Maker::Mold);
constexpr Makers both = lld | mold, all = both | maker(ElfRules::Maker::GnuLd) | maker(ElfRules::Maker::Gold);

struct Kind {
  Arch arch;
  uint32_t type;
  Form form;
  std::string_view name;
  Makers makers;
};
// System V ABI supplements: AMD64, Intel386, AArch64 ("ELF for the Arm 64-bit Architecture"), RISC-V.
constexpr Kind kinds[] = {
    {Arch::X86_64, 1, Form::Full, "R_X86_64_64", all},
    {Arch::X86_64, 2, Form::Distance, "R_X86_64_PC32", all},
    {Arch::X86_64, 10, Form::Narrow, "R_X86_64_32", all},
    {Arch::X86_64, 11, Form::Narrow, "R_X86_64_32S", all},
    {Arch::X86_64, 12, Form::Narrow, "R_X86_64_16", all},
    {Arch::X86_64, 13, Form::Distance, "R_X86_64_PC16", all},
    {Arch::X86_64, 14, Form::Narrow, "R_X86_64_8", all},
    {Arch::X86_64, 15, Form::Distance, "R_X86_64_PC8", all},
    {Arch::X86_64, 23, Form::FixedTls, "R_X86_64_TPOFF32", all},
    // The program loader fills in distances as well; GNU's linkers leave it all to that.
    {Arch::I386, 1, Form::Full, "R_386_32", lld},
    {Arch::I386, 2, Form::FullDistance, "R_386_PC32", lld},
    {Arch::I386, 2, Form::Distance, "R_386_PC32", mold},
    {Arch::I386, 17, Form::FixedTls, "R_386_TLS_LE", both},
    {Arch::Arm64, 257, Form::Full, "R_AARCH64_ABS64", lld},
    {Arch::Arm64, 258, Form::Narrow, "R_AARCH64_ABS32", lld},
    {Arch::Arm64, 261, Form::Distance, "R_AARCH64_PREL32", lld},
    {Arch::Arm64, 269, Form::Narrow, "R_AARCH64_MOVW_UABS_G3", lld},
    // From page to page; what is added then lies within the page.
    {Arch::Arm64, 275, Form::Distance, "R_AARCH64_ADR_PREL_PG_HI21", both},
    {Arch::Arm64, 277, Form::Distance, "R_AARCH64_ADD_ABS_LO12_NC", lld},
    {Arch::Arm64, 286, Form::Distance, "R_AARCH64_LDST64_ABS_LO12_NC", lld},
    {Arch::Arm64, 549, Form::FixedTls, "R_AARCH64_TLSLE_ADD_TPREL_HI12", both},
    {Arch::Riscv64, 1, Form::Narrow, "R_RISCV_32", both},
    {Arch::Riscv64, 2, Form::Full, "R_RISCV_64", lld},
    {Arch::Riscv64, 23, Form::Distance, "R_RISCV_PCREL_HI20", lld},
    {Arch::Riscv64, 26, Form::Narrow, "R_RISCV_HI20", both},
    {Arch::Riscv64, 27, Form::Narrow, "R_RISCV_LO12_I", lld},
    {Arch::Riscv64, 29, Form::FixedTls, "R_RISCV_TPREL_HI20", both},
};

const Kind *kind_of(const ElfLink &elf, uint32_t type) {
  const Kind *kind = std::ranges::find_if(kinds, [&](const Kind &row) {
    return row.arch == elf.command.target.arch && row.type == type && (row.makers & maker(elf.rules.maker));
  });
  return kind == std::end(kinds) ? nullptr : kind;
}

Form form_of(const ElfLink &elf, uint32_t type) {
  const Kind *kind = kind_of(elf, type);
  return kind ? kind->form : Form::Other;
}

bool has_word(const Command &command, std::string_view word) {
  return std::ranges::any_of(command.linker_argv, [&](std::string_view given) {
    return given.starts_with('-') && (given.substr(1) == word || (given.starts_with("--") && given.substr(2) == word));
  });
}

// The last of "-z text", "-z notext".
bool allows_text_relocations(const Command &command) {
  bool allows = false;
  for (size_t i = 0; i < command.linker_argv.size(); ++i) {
    std::string_view word = command.linker_argv[i];
    if (word == "-z" && i + 1 < command.linker_argv.size()) word = command.linker_argv[i + 1];
    else if (word.starts_with("-z")) word.remove_prefix(2);
    else continue;
    if (word == "text") allows = false;
    if (word == "notext") allows = true;
  }
  return allows;
}

}  // namespace

PositionCheck::PositionCheck(const ElfLink &elf, std::set<SymbolIndex::Name> missed)
    : elf_(elf),
      rules_(elf.rules.positions),
      missed_(std::move(missed)),
      shared_(elf.command.output_kind == Output::Shared),
      has_libraries_(std::ranges::any_of(elf.entered, [&](ObjectId id) { return elf.is_shared(id); })),
      symbolic_(has_word(elf.command, "Bsymbolic")),
      symbolic_functions_(has_word(elf.command, "Bsymbolic-functions")),
      text_relocations_(allows_text_relocations(elf.command)) {}

bool PositionCheck::applies(const Command &command) {
  // A script may throw away what holds them; most linkers make warnings of them where errors are.
  if (!command.linker_scripts.empty() || (command.errors_are_warnings && command.linker != Linker::Bfd)) return false;
  if (has_word(command, "z") && std::ranges::count(command.linker_argv, "noreloc-overflow")) return false;
  if (std::ranges::count(command.linker_argv, "-znoreloc-overflow")) return false;
  bool movable = command.output_kind == Output::Shared || command.output_kind == Output::Pie ||
                 command.output_kind == Output::StaticPie;
  if (!movable || (command.target.arch == Arch::X86_64 && command.target.bits != 64)) return false;
  Makers minds = maker(elf_rules_for(command).maker);
  return std::ranges::any_of(kinds,
                             [&](const Kind &row) { return row.arch == command.target.arch && (row.makers & minds); });
}

SymbolIndex::Traits PositionCheck::traits_of(SymbolIndex::Name name) const {
  SymbolIndex::Traits traits;
  ObjectId provider = elf_.index.provider(name);
  elf_.index.for_each_offer(name, [&](const SymbolIndex::Offer &offer) {
    if (offer.object == provider) traits = offer;
  });
  return traits;
}

// Another image's definition may take this one's place when the program starts.
bool PositionCheck::is_open(SymbolIndex::Name name, const SymbolIndex::Traits &traits) const {
  const ElfName &held = elf_.names[name];
  // A dynamic list says which names other images may define.
  if (!shared_ || !elf_.command.export_files.empty() || traits.own || held.hidden || held.closed || symbolic_ ||
      (symbolic_functions_ && traits.function))
    return false;
  return !elf_.is_made_local(elf_.index[name].text());
}

std::optional<PositionCheck::Target> PositionCheck::defined_target(SymbolIndex::Name name) const {
  using enum ElfRules::Positions::Target;
  SymbolIndex::Traits traits = traits_of(name);
  if (elf_.names[name].hold == Hold::Shared) return traits.function ? LibraryFunction : LibraryData;
  if (traits.absolute) return Absolute;
  if (is_open(name, traits)) return traits.function ? OpenFunction : OpenData;
  return Here;
}

std::optional<PositionCheck::Target> PositionCheck::target_of(const Part &part, const Use &use) const {
  using enum ElfRules::Positions::Target;
  SymbolIndex::Name name = part.names[use.symbol];
  if (name == SymbolIndex::none) return part.file.symbols[use.symbol].section == 0 ? Absolute : Here;
  const ElfName &held = elf_.names[name];
  if (held.assigned || elf_makes(elf_, elf_.index[name].text())) return std::nullopt;
  if (held.hold == Hold::Shared && held.closed) return std::nullopt;
  if (held.hold != Hold::Nothing) return defined_target(name);
  if (held.needed && rules_.undefined_first && missed_.contains(name)) return std::nullopt;
  if (held.needed) return Missing;
  return held.closed ? HiddenWeak : Weak;
}

// 32-bit x86 reaches the table through which a program calls a library's functions by a register.
bool PositionCheck::is_far_function(Target target) const {
  return !shared_ && elf_.command.target.arch == Arch::I386 && rules_.functions_by_register &&
         target == Target::LibraryFunction;
}

bool PositionCheck::refuses_address(const Part &part, const Use &use) const {
  std::optional<Target> target = target_of(part, use);
  if (!target) return false;
  if (is_far_function(*target)) return true;
  if (!rules_.narrow[shared_ ? 0 : 1].has(*target)) return false;
  if (shared_) return true;
  const Symbol &symbol = part.file.symbols[use.symbol];
  // … but a function's address is its place in a table, which 32-bit x86 reaches by a register.
  bool function = symbol.type == SymbolType::Function && elf_.command.target.arch != Arch::I386;
  bool typed = function || symbol.type == SymbolType::Object;
  bool shown = symbol.visibility == Visibility::Default;
  if (*target == Target::Here && typed && shown && rules_.takes_typed && rules_.takes_typed(elf_.command)) return false;
  return *target != Target::Weak || has_libraries_ || !rules_.weak_beside_libraries ||
         !rules_.weak_beside_libraries(elf_.command);
}

bool PositionCheck::refuses_distance(const Part &part, const Use &use) const {
  const ElfSections::Section &section = part.file.sections[use.section];
  Form form = form_of(elf_, use.type);
  bool filled = form == Form::FullDistance;
  if ((form != Form::Distance && !filled) || !(section.flags & SHF_ALLOC)) return false;
  if (filled && text_relocations_) return false;
  if ((section.flags & SHF_WRITE) && (filled || !rules_.distance_in_data)) return false;
  std::optional<Target> target = target_of(part, use);
  if (target && is_far_function(*target)) return true;
  if (!target || !rules_.distance[shared_ ? 0 : 1].has(*target)) return false;
  bool beside =
      !shared_ && *target == Target::Weak && rules_.weak_beside_libraries && rules_.weak_beside_libraries(elf_.command);
  return !beside || has_libraries_;
}

bool PositionCheck::refuses(const Part &part, const Use &use) const {
  const ElfSections::Section &section = part.file.sections[use.section];
  if (!(section.flags & SHF_ALLOC)) return false;
  switch (form_of(elf_, use.type)) {
    case Form::Narrow: return refuses_address(part, use);
    case Form::Full:
      return rules_.full_in_code && !text_relocations_ && !(section.flags & SHF_WRITE) && refuses_address(part, use);
    case Form::Distance:
    case Form::FullDistance: return !rules_.distance_later && refuses_distance(part, use);
    case Form::FixedTls: return shared_;
    case Form::Other: return false;
  }
  return false;
}

Objection PositionCheck::objection_to(const Part &part, const Use &use) const {
  const Symbol &symbol = part.file.symbols[use.symbol];
  const Kind *kind = kind_of(elf_, use.type);
  std::string relocation(kind ? kind->name : "");
  std::string_view what = symbol.name.empty() && symbol.section < part.file.sections.size()
                              ? part.file.sections[symbol.section].name
                              : symbol.name;
  Objection objection;
  objection.code = form_of(elf_, use.type) == Form::FixedTls ? "tls" : "relocation-pic";
  objection.text =
      fmt::format("{}: relocation {} against {}`{}' can not be used when making {}; recompile with {}",
                  elf_.link.name_of(part.object), relocation, symbol.binding == Binding::Local ? "" : "symbol ", what,
                  shared_ ? "a shared object" : "a PIE object", shared_ ? "-fPIC" : "-fPIE");
  if (symbol.binding != Binding::Local) objection.symbol = symbol.name;
  objection.notes = {std::move(relocation)};
  objection.object = part.object;
  return objection;
}

std::optional<Objection> PositionCheck::refuse(const Part &part, const Use &use) {
  if (form_of(elf_, use.type) == Form::Other || !refuses(part, use)) return std::nullopt;
  if (!said_.emplace(part.object, use.symbol).second) return std::nullopt;
  return objection_to(part, use);
}

}  // namespace ldwhy
