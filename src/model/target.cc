#include "model/target.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace ldwhy {
namespace {

struct ArchRow {
  Arch arch;
  const char *name;     // the first row of an arch has the name to print
  uint8_t bits;
  bool big_endian;
};
constexpr ArchRow arch_rows[] = {
    {Arch::X86_64, "x86_64", 64, false},
    {Arch::X86_64, "amd64", 64, false},
    {Arch::X86_64, "x86-64", 64, false},
    {Arch::X86_64, "x86_64h", 64, false},
    {Arch::X86_64, "x64", 64, false},
    {Arch::I386, "i386", 32, false},
    {Arch::I386, "i486", 32, false},
    {Arch::I386, "i586", 32, false},
    {Arch::I386, "i686", 32, false},
    {Arch::I386, "x86", 32, false},
    {Arch::Arm64, "arm64", 64, false},
    {Arch::Arm64, "aarch64", 64, false},
    {Arch::Arm64e, "arm64e", 64, false},
    {Arch::Arm64_32, "arm64_32", 32, false},
    {Arch::Arm64ec, "arm64ec", 64, false},
    {Arch::Arm, "arm", 32, false},
    {Arch::Arm, "armv7", 32, false},
    {Arch::Arm, "armv6", 32, false},
    {Arch::Arm, "armv7s", 32, false},
    {Arch::Arm, "armv7k", 32, false},
    {Arch::Arm, "armv7a", 32, false},
    {Arch::Arm, "thumbv7", 32, false},
    {Arch::Arm, "thumbv7em", 32, false},
    {Arch::Arm, "thumbv6m", 32, false},
    {Arch::Riscv64, "riscv64", 64, false},
    {Arch::Riscv64, "riscv64gc", 64, false},
    {Arch::Riscv32, "riscv32", 32, false},
    {Arch::Riscv32, "riscv32imc", 32, false},
    {Arch::Ppc64, "powerpc64", 64, true},
    {Arch::Ppc64, "ppc64", 64, true},
    {Arch::Ppc64le, "powerpc64le", 64, false},
    {Arch::Ppc64le, "ppc64le", 64, false},
    {Arch::Ppc, "powerpc", 32, true},
    {Arch::Ppc, "ppc", 32, true},
    {Arch::Mips, "mips", 32, true},
    {Arch::Mips, "mipsel", 32, false},
    {Arch::Mips64, "mips64", 64, true},
    {Arch::Mips64, "mips64el", 64, false},
    {Arch::S390x, "s390x", 64, true},
    {Arch::Sparc, "sparc", 32, true},
    {Arch::Sparc64, "sparc64", 64, true},
    {Arch::Sparc64, "sparcv9", 64, true},
    {Arch::LoongArch64, "loongarch64", 64, false},
    {Arch::Wasm32, "wasm32", 32, false},
    {Arch::Wasm64, "wasm64", 64, false},
    {Arch::Bpf, "bpf", 64, false},
    {Arch::Avr, "avr", 32, false},
    {Arch::Amdgpu, "amdgcn", 64, false},
};

struct PlatformRow {
  Platform platform;
  const char *name;
  const char *triple_os;  // as in triples, with the environment for simulators
};
constexpr PlatformRow platform_rows[] = {
    {Platform::MacOS, "macOS", "macos"},
    {Platform::IOS, "iOS", "ios"},
    {Platform::TvOS, "tvOS", "tvos"},
    {Platform::WatchOS, "watchOS", "watchos"},
    {Platform::BridgeOS, "bridgeOS", "bridgeos"},
    {Platform::MacCatalyst, "Mac Catalyst", "ios-macabi"},
    {Platform::IOSSimulator, "iOS simulator", "ios-simulator"},
    {Platform::TvOSSimulator, "tvOS simulator", "tvos-simulator"},
    {Platform::WatchOSSimulator, "watchOS simulator", "watchos-simulator"},
    {Platform::DriverKit, "DriverKit", "driverkit"},
    {Platform::VisionOS, "visionOS", "xros"},
    {Platform::VisionOSSimulator, "visionOS simulator", "xros-simulator"},
};

// "11.0" or "11.0.1" as 16.8.8 bits; what does not fit is cut.
uint32_t packed_version(std::string_view text) {
  std::array<uint32_t, 3> parts{};
  size_t part = 0;
  for (char c : text) {
    if (c == '.' && ++part < 3) continue;
    if (c < '0' || c > '9') break;
    parts[part] = std::min<uint32_t>(parts[part] * 10 + static_cast<uint32_t>(c - '0'), 0xffff);
  }
  return parts[0] << 16 | std::min<uint32_t>(parts[1], 255) << 8 | std::min<uint32_t>(parts[2], 255);
}

}  // namespace

std::string_view arch_name(Arch arch) {
  for (const ArchRow &row : arch_rows)
    if (row.arch == arch) return row.name;
  return "unknown architecture";
}

Arch arch_from_name(std::string_view name) {
  for (const ArchRow &row : arch_rows)
    if (row.name == name) return row.arch;
  return Arch::Unknown;
}

std::string_view platform_name(Platform platform) {
  for (const PlatformRow &row : platform_rows)
    if (row.platform == platform) return row.name;
  return "";
}

std::string_view format_name(Format format) {
  switch (format) {
    case Format::Elf: return "ELF";
    case Format::MachO: return "Mach-O";
    case Format::Coff: return "COFF";
    case Format::Wasm: return "WebAssembly";
    case Format::Unknown: break;
  }
  return "unknown format";
}

std::string version_text(uint32_t packed) {
  return fmt::format("{}.{}.{}", packed >> 16, packed >> 8 & 255, packed & 255);
}

Target target_from_triple(std::string_view triple) {
  Target target;
  target.triple = triple;
  size_t dash = triple.find('-');
  std::string_view arch = triple.substr(0, dash);
  std::string_view rest = dash == triple.npos ? "" : triple.substr(dash);
  for (const ArchRow &row : arch_rows) {
    if (row.name != arch) continue;
    target.arch = row.arch;
    target.bits = row.bits;
    target.big_endian = row.big_endian;
  }
  auto has = [&](std::string_view word) { return rest.find(word) != rest.npos; };
  bool simulator = has("-simulator");
  // Longest names first: "darwin" stands for macOS where nothing else is said.
  struct Os {
    const char *word;
    Platform device, simulated;
  };
  constexpr Os systems[] = {
      {"-driverkit", Platform::DriverKit, Platform::DriverKit},
      {"-bridgeos", Platform::BridgeOS, Platform::BridgeOS},
      {"-watchos", Platform::WatchOS, Platform::WatchOSSimulator},
      {"-macosx", Platform::MacOS, Platform::MacOS},
      {"-macos", Platform::MacOS, Platform::MacOS},
      {"-tvos", Platform::TvOS, Platform::TvOSSimulator},
      {"-xros", Platform::VisionOS, Platform::VisionOSSimulator},
      {"-ios", Platform::IOS, Platform::IOSSimulator},
      {"-darwin", Platform::MacOS, Platform::MacOS},
  };
  for (const Os &os : systems) {
    size_t at = rest.find(os.word);
    if (at == rest.npos) continue;
    target.format = Format::MachO;
    target.platform = has("-macabi") ? Platform::MacCatalyst : simulator ? os.simulated : os.device;
    // A darwin number is the kernel's version, not the system's.
    if (std::string_view(os.word) != "-darwin")
      target.min_os = packed_version(rest.substr(at + std::string_view(os.word).size()));
    break;
  }
  if (target.format == Format::Unknown) {
    if (has("windows") || has("mingw") || has("cygwin") || has("-win32") || has("-uefi")) target.format = Format::Coff;
    else if (target.arch == Arch::Wasm32 || target.arch == Arch::Wasm64) target.format = Format::Wasm;
    else if (has("-macho")) target.format = Format::MachO;
    else if (target.arch != Arch::Unknown) target.format = Format::Elf;
  }
  if (target.format == Format::Coff) {
    if (has("-gnu") || has("mingw") || has("cygwin")) target.environment = Environment::Gnu;
    else if (has("-windows") || has("-win32"))
      target.environment = Environment::Msvc;  // what "-windows" alone means, too
  }
  if (has("gnux32") || has("gnu_ilp32")) target.bits = 32;
  return target;
}

std::string describe(const Target &target) {
  std::string text =
      target.arch == Arch::Other ? fmt::format("machine {}", target.machine) : std::string(arch_name(target.arch));
  if (target.arch == Arch::X86_64 && target.bits == 32) text += " (x32)";
  if (target.platform != Platform::Unknown) {
    text += fmt::format(" {}", platform_name(target.platform));
    if (target.min_os) text += " " + version_text(target.min_os);
  }
  if (target.format != Format::Unknown && target.platform == Platform::Unknown)
    text += fmt::format(" {}", format_name(target.format));
  if (target.environment != Environment::Unknown)
    text += target.environment == Environment::Msvc ? " (MSVC)" : " (MinGW)";
  return text;
}

namespace {

bool fits(const Target &want, const Target &have) {
  if (want.arch == Arch::Unknown || have.arch == Arch::Unknown) return true;
  if (want.arch == Arch::Other && want.machine != have.machine) return false;
  bool emulated = want.arch == Arch::Arm64ec && have.arch == Arch::X86_64;
  return want.arch == have.arch || emulated;
}

}  // namespace

std::string difference(const Target &want, const Target &have) {
  if (want.format != Format::Unknown && have.format != Format::Unknown && want.format != have.format)
    return fmt::format("file format {}, not {}", format_name(have.format), format_name(want.format));
  if (!fits(want, have)) return fmt::format("architecture {}, not {}", arch_name(have.arch), arch_name(want.arch));
  if (want.bits && have.bits && want.bits != have.bits) return fmt::format("{}-bit, not {}-bit", have.bits, want.bits);
  if (want.arch != Arch::Unknown && have.arch != Arch::Unknown && want.big_endian != have.big_endian)
    return have.big_endian ? "big-endian, not little-endian" : "little-endian, not big-endian";
  if (want.platform != Platform::Unknown && have.platform != Platform::Unknown && want.platform != have.platform)
    return fmt::format("platform {}, not {}", platform_name(have.platform), platform_name(want.platform));
  return "";
}

}  // namespace ldwhy
