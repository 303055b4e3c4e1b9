// What machine and system an object is built for, and whether two agree.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ldwhy {

enum class Format : uint8_t { Unknown, Elf, MachO, Coff, Wasm };

enum class Arch : uint8_t {
  Unknown,
  X86_64,
  I386,
  Arm64,
  Arm64e,
  Arm64_32,
  Arm64ec,
  Arm,
  Riscv64,
  Riscv32,
  Ppc64,
  Ppc64le,
  Ppc,
  Mips,
  Mips64,
  S390x,
  Sparc,
  Sparc64,
  LoongArch64,
  Wasm32,
  Wasm64,
  Bpf,
  Avr,
  Amdgpu,
  Other,
};

// Apple platforms as in <mach-o/loader.h>, LC_BUILD_VERSION; elsewhere Unknown.
enum class Platform : uint8_t {
  Unknown,
  MacOS,
  IOS,
  TvOS,
  WatchOS,
  BridgeOS,
  MacCatalyst,
  IOSSimulator,
  TvOSSimulator,
  WatchOSSimulator,
  DriverKit,
  VisionOS,
  VisionOSSimulator,
};

// Whose C and C++ conventions (names, runtime, exceptions) Windows code follows, where the
// file tells: a COFF object does not.
enum class Environment : uint8_t { Unknown, Msvc, Gnu };

struct Target {
  Format format = Format::Unknown;
  Arch arch = Arch::Unknown;
  Platform platform = Platform::Unknown;
  Environment environment = Environment::Unknown;
  uint8_t bits = 0;            // 32 or 64; 0 unknown (x32 and ILP32: 32 with a 64-bit arch)
  bool big_endian = false;
  uint32_t machine = 0;        // the format's own number: e_machine, cputype; for Arch::Other
  uint32_t min_os = 0;         // Apple: deployment target, xxxx.yy.zz in 16.8.8 bits
  std::string_view triple;     // where the file spells one (bitcode); views the file
};

// From an LLVM triple ("arm64-apple-macosx11.0.0"); unknown parts stay Unknown.
Target target_from_triple(std::string_view triple);

// Short names as linkers spell them: "arm64", "x86_64", "i386".
std::string_view arch_name(Arch arch);
// Inverse, for -arch, -m and triples; accepts the usual aliases (aarch64, amd64, i686).
Arch arch_from_name(std::string_view name);
std::string_view platform_name(Platform platform);
std::string_view format_name(Format format);
std::string version_text(uint32_t packed);  // "11.0.0" from 16.8.8

// For people: "arm64 macOS 11.0.0 (Mach-O)", "x86_64 ELF".
std::string describe(const Target &target);

// Empty when an object for `have` may go into a link for `want`; else the field
// that differs, in words: "architecture x86_64, not arm64". Unknown agrees with all.
// A lower deployment target is no difference; nor are two environments, or x86_64 code in a
// link for arm64ec, which is made to run with it.
std::string difference(const Target &want, const Target &have);

}  // namespace ldwhy
