// Relocation types are those of the processors' ABI supplements (x86-64 psABI 4.4; i386 psABI
// 4.4; "ELF for the Arm 64-bit Architecture", 5.7; RISC-V ELF psABI, "Relocations"). Marks stand
// in the notes of section .note.gnu.property ("Linux Extensions to gABI", 2.1.7; x86-64 psABI
// 4.1.2; for arm64 as above, 6.2), and in the presence and flags of .note.GNU-stack.
#include "input/elf_marks.h"

namespace ldwhy {
namespace {

struct Range {
  uint16_t machine;
  uint32_t first, last;
  RelocationForm form;
};
using enum RelocationForm;
constexpr Range ranges[] = {
    {elf::EM_X86_64, 10, 12, Absolute},   // 32, 32S, 16
    {elf::EM_X86_64, 14, 14, Absolute},   // 8
    {elf::EM_X86_64, 2, 2, Distance},     // PC32
    {elf::EM_X86_64, 18, 18, FixedTls},   // TPOFF64
    {elf::EM_X86_64, 23, 23, FixedTls},   // TPOFF32
    {elf::EM_X86_64, 19, 22, Tls},        // TLSGD … GOTTPOFF
    {elf::EM_X86_64, 34, 35, Tls},        // GOTPC32_TLSDESC, TLSDESC_CALL
    {elf::EM_386, 1, 1, Absolute},        // 32
    {elf::EM_386, 2, 2, Distance},        // PC32
    {elf::EM_386, 17, 17, FixedTls},      // TLS_LE
    {elf::EM_386, 34, 34, FixedTls},      // TLS_LE_32
    {elf::EM_386, 15, 16, Tls},           // TLS_IE, TLS_GOTIE
    {elf::EM_386, 18, 19, Tls},           // TLS_GD, TLS_LDM
    {elf::EM_AARCH64, 258, 259, Absolute},  // ABS32, ABS16
    {elf::EM_AARCH64, 263, 272, Absolute},  // MOVW_UABS_G0 … MOVW_SABS_G2
    {elf::EM_AARCH64, 273, 277, Distance},  // LD_PREL_LO19 … ADD_ABS_LO12_NC
    {elf::EM_AARCH64, 512, 543, Tls},       // TLSGD … TLSIE
    {elf::EM_AARCH64, 544, 559, FixedTls},  // TLSLE
    {elf::EM_AARCH64, 560, 573, Tls},       // TLSDESC …
    {elf::EM_RISCV, 1, 1, Absolute},        // 32
    {elf::EM_RISCV, 26, 26, Absolute},      // HI20
    {elf::EM_RISCV, 23, 23, Distance},      // PCREL_HI20
    {elf::EM_RISCV, 21, 22, Tls},           // TLS_GOT_HI20, TLS_GD_HI20
    {elf::EM_RISCV, 29, 32, FixedTls},      // TPREL_HI20 … TPREL_ADD
};

constexpr uint32_t NT_GNU_PROPERTY_TYPE_0 = 5;
constexpr uint32_t GNU_PROPERTY_X86_FEATURE_1_AND = 0xc0000002;
constexpr uint32_t GNU_PROPERTY_AARCH64_FEATURE_1_AND = 0xc0000000;

void add_properties(const ElfFile &file, Bytes notes, std::vector<std::string_view> &marks) {
  const Endian endian = file.endian();
  const uint64_t align = file.word_size();
  uint64_t at = 0;
  while (at + 12 <= notes.size()) {
    uint64_t name_size = notes.u32(at, endian), size = notes.u32(at + 4, endian);
    uint32_t type = notes.u32(at + 8, endian);
    uint64_t start = at + 12 + ((name_size + 3) & ~uint64_t{3});
    uint64_t end = start + size;
    if (end > notes.size()) return;
    for (uint64_t place = start; type == NT_GNU_PROPERTY_TYPE_0 && place + 12 <= end;) {
      uint32_t property = notes.u32(place, endian);
      uint64_t data_size = notes.u32(place + 4, endian);
      uint32_t bits = notes.u32(place + 8, endian);
      bool x86 = property == GNU_PROPERTY_X86_FEATURE_1_AND;
      bool arm = property == GNU_PROPERTY_AARCH64_FEATURE_1_AND && file.machine() == elf::EM_AARCH64;
      if (x86 && (bits & 1)) marks.push_back("ibt");
      if (x86 && (bits & 2)) marks.push_back("shstk");
      if (arm && (bits & 1)) marks.push_back("bti");
      if (arm && (bits & 2)) marks.push_back("pac");
      place += 8 + ((data_size + align - 1) & ~(align - 1));
    }
    at = (end + align - 1) & ~(align - 1);
  }
}

}  // namespace

RelocationForm elf_relocation_form(uint16_t machine, uint32_t type) {
  for (const Range &range : ranges)
    if (range.machine == machine && type >= range.first && type <= range.last) return range.form;
  return RelocationForm::Other;
}

std::vector<std::string_view> elf_marks(const ElfFile &file) {
  constexpr uint64_t SHF_EXECINSTR = 4;
  std::vector<std::string_view> marks;
  try {
    for (uint32_t index = 1; index < file.section_count(); ++index) {
      ElfSection section = file.section(index);
      std::string_view name = file.section_name(section);
      if (name == ".note.GNU-stack") marks.push_back(section.flags & SHF_EXECINSTR ? "exec-stack" : "stack-note");
      else if (name == ".note.gnu.property") add_properties(file, file.contents(section), marks);
    }
  } catch (const Malformed &) {
  }
  return marks;
}

}  // namespace ldwhy
