// Enough of a file to know what it was built for: linkers look at no more when they pass over
// a library of the wrong kind. ELF gABI, "ELF Header"; <mach-o/loader.h>; "PE Format"; ar(5).
#include "command/peek_target.h"

namespace ldwhy {
namespace {

struct Machine {
  uint16_t number;
  Arch arch;
};
constexpr Machine elf_machines[] = {
    {2, Arch::Sparc},    {3, Arch::I386},      {6, Arch::I386},   {8, Arch::Mips},
    {20, Arch::Ppc},     {21, Arch::Ppc64},    {22, Arch::S390x}, {40, Arch::Arm},
    {43, Arch::Sparc64}, {62, Arch::X86_64},   {83, Arch::Avr},   {183, Arch::Arm64},
    {224, Arch::Amdgpu}, {243, Arch::Riscv64}, {247, Arch::Bpf},  {258, Arch::LoongArch64},
};

constexpr Machine coff_machines[] = {
    {0x14c, Arch::I386},     {0x1c4, Arch::Arm},      {0x8664, Arch::X86_64},
    {0xa641, Arch::Arm64ec}, {0xa64e, Arch::Arm64ec}, {0xaa64, Arch::Arm64},
};

Target elf_target(Bytes bytes) {
  Target target;
  target.format = Format::Elf;
  target.bits = bytes.u8(4) == 2 ? 64 : 32;
  target.big_endian = bytes.u8(5) == 2;
  target.machine = bytes.u16(18, target.big_endian ? Endian::Big : Endian::Little);
  target.arch = Arch::Other;
  for (const Machine &row : elf_machines)
    if (row.number == target.machine) target.arch = row.arch;
  if (target.arch == Arch::Riscv64 && target.bits == 32) target.arch = Arch::Riscv32;
  if (target.arch == Arch::Mips && target.bits == 64) target.arch = Arch::Mips64;
  if (target.arch == Arch::Ppc64 && !target.big_endian) target.arch = Arch::Ppc64le;
  return target;
}

Target macho_target(Bytes bytes) {
  Target target;
  target.format = Format::MachO;
  switch (bytes.u32(4, Endian::Little)) {
    case 7: target.arch = Arch::I386; break;
    case 0x01000007: target.arch = Arch::X86_64; break;
    case 12: target.arch = Arch::Arm; break;
    case 0x0100000c: target.arch = (bytes.u32(8, Endian::Little) & 0xffffff) == 2 ? Arch::Arm64e : Arch::Arm64; break;
    case 0x0200000c: target.arch = Arch::Arm64_32; break;
    default: break;
  }
  return target;
}

// "PE Format", "Machine Types". An object has its machine's number first; import objects, bigobj
// and images have it further in.
Target coff_target(Bytes bytes) {
  constexpr Endian little = Endian::Little;
  constexpr uint64_t signature_place_at = 0x3c, signature_size = 4;
  constexpr uint64_t header_size = 20, optional_size_at = 16;
  uint16_t machine = 0;
  if (bytes.starts_with(std::string_view("\0\0\xff\xff", 4))) {
    machine = bytes.u16(6, little);
  } else if (bytes.starts_with("MZ")) {
    machine = bytes.u16(bytes.u32(signature_place_at, little) + signature_size, little);
  } else if (bytes.size() >= header_size && bytes.u16(optional_size_at, little) == 0) {
    machine = bytes.u16(0, little);
  }
  Target target;
  for (const Machine &row : coff_machines) {
    if (row.number != machine) continue;
    target.format = Format::Coff;
    target.arch = row.arch;
    target.machine = machine;
    target.bits = row.arch == Arch::I386 || row.arch == Arch::Arm ? 32 : 64;
  }
  return target;
}

Target object_target(Bytes bytes) {
  if (bytes.starts_with("\x7f"
                        "ELF"))
    return elf_target(bytes);
  if (bytes.starts_with("\xcf\xfa\xed\xfe") || bytes.starts_with("\xce\xfa\xed\xfe")) return macho_target(bytes);
  return coff_target(bytes);
}

// The first member that is an object; index and name tables come before it.
Target archive_target(Bytes bytes) {
  constexpr uint64_t header_size = 60;
  constexpr int members_to_try = 4;
  uint64_t at = 8;
  for (int n = 0; n < members_to_try && at + header_size <= bytes.size(); ++n) {
    std::string_view name = bytes.text(at, 16);
    uint64_t size = 0;
    for (char c : bytes.text(at + 48, 10))
      if (c >= '0' && c <= '9') size = size * 10 + static_cast<uint64_t>(c - '0');
    Bytes member = bytes.from(at + header_size);
    // BSD: a long name stands at the head of the contents.
    if (name.starts_with("#1/")) {
      uint64_t length = 0;
      for (char c : name.substr(3))
        if (c >= '0' && c <= '9') length = length * 10 + static_cast<uint64_t>(c - '0');
      member = member.from(length);
    }
    Target target = object_target(member);
    if (target.format != Format::Unknown) return target;
    at += header_size + size + (size & 1);
  }
  return {};
}

}  // namespace

Target peek_target(Bytes bytes) {
  try {
    return bytes.starts_with("!<arch>\n") ? archive_target(bytes) : object_target(bytes);
  } catch (const Malformed &) {
    return {};
  }
}

}  // namespace ldwhy
