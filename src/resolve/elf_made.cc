// Names that ELF linkers define themselves where no input does: by their default scripts (GNU ld), or
// by themselves. Found out on x86-64 by linking objects that refer to each (GNU ld 2.40, gold 1.16,
// LLD 14 to 22, mold 1.10), alone, with a shared library, -static, -pie, -shared and --export-dynamic.
// Of other processors' names GNU ld's scripts for them tell; all linkers are taken to follow.
#include <algorithm>

#include "resolve/elf_link.h"

namespace ldwhy {
namespace {

// In which outputs.
enum class Where : uint8_t {
  Never,
  Always,
  Programs,  // not in shared libraries
  Fixed,     // programs for one address
  Loaded,    // with a table for the loader
  Alone,     // without
};

enum class Machines : uint8_t { Any, X86, Rel, Arm, Mips, Ppc64, Riscv, Sparc };

struct Made {
  std::string_view name;
  Where gnu_ld = Where::Always, gold = Where::Always, lld = Where::Always, mold = Where::Always;
  Machines machines = Machines::Any;
};

constexpr Where never = Where::Never, always = Where::Always, programs = Where::Programs, fixed = Where::Fixed;

constexpr Made made[] = {
    {"_GLOBAL_OFFSET_TABLE_"},
    {"__ehdr_start"},
    {"_end"},
    {"end"},
    {"_edata"},
    {"edata"},
    {"_etext"},
    {"etext"},
    {"__bss_start"},
    {"_TLS_MODULE_BASE_"},
    {"__etext", always, always, never, never},
    {"__dso_handle", never, never},
    {"__executable_start", programs},
    {"_DYNAMIC", Where::Loaded, Where::Loaded, Where::Loaded},
    {"__init_array_start", programs},
    {"__init_array_end", programs},
    {"__fini_array_start", programs},
    {"__fini_array_end", programs},
    {"__preinit_array_start", programs},
    {"__preinit_array_end", programs},
    {"__rela_iplt_start", fixed, Where::Alone, fixed},
    {"__rela_iplt_end", fixed, Where::Alone, fixed},
    {"__rel_iplt_start", fixed, Where::Alone, fixed, always, Machines::Rel},
    {"__rel_iplt_end", fixed, Where::Alone, fixed, always, Machines::Rel},
    {"__GNU_EH_FRAME_HDR", never, never, never},
    {"_PROCEDURE_LINKAGE_TABLE_", never, never, never},
    {"_PROCEDURE_LINKAGE_TABLE_", always, always, always, always, Machines::Sparc},
    // In programs a thread's variables have fixed places, and calls of these are taken out.
    {"__tls_get_addr", programs, always, programs, programs, Machines::X86},
    {"__tls_get_addr", programs, programs, programs, programs, Machines::Ppc64},
    {"___tls_get_addr", programs, always, programs, programs, Machines::X86},
    {"__bss_start__", always, never, never, never, Machines::Arm},
    {"__bss_end__", always, never, never, never, Machines::Arm},
    {"_bss_end__", always, never, never, never, Machines::Arm},
    {"__end__", always, never, never, never, Machines::Arm},
    {"__data_start", always, never, never, never, Machines::Arm},
    {"__exidx_start", always, always, always, always, Machines::Arm},
    {"__exidx_end", always, always, always, always, Machines::Arm},
    {"_gp_disp", always, always, always, always, Machines::Mips},
    {"__gnu_local_gp", always, always, always, always, Machines::Mips},
    {".TOC.", always, always, always, always, Machines::Ppc64},
    {"__global_pointer$", always, always, always, always, Machines::Riscv},
};

bool is_for(Machines machines, Arch arch) {
  switch (machines) {
    case Machines::Any: return true;
    case Machines::X86: return arch == Arch::X86_64 || arch == Arch::I386;
    case Machines::Rel: return arch == Arch::I386 || arch == Arch::Arm || arch == Arch::Mips;
    case Machines::Arm: return arch == Arch::Arm || arch == Arch::Arm64;
    case Machines::Mips: return arch == Arch::Mips || arch == Arch::Mips64;
    case Machines::Ppc64: return arch == Arch::Ppc64 || arch == Arch::Ppc64le;
    case Machines::Riscv: return arch == Arch::Riscv64 || arch == Arch::Riscv32;
    case Machines::Sparc: return arch == Arch::Sparc || arch == Arch::Sparc64;
  }
  return false;
}

// Whether the output has a table for the loader. GNU ld makes none for a library that --as-needed
// drops; LLD made one for --export-dynamic before version 19 or so.
bool is_loaded(const ElfLink &elf) {
  const Command &command = elf.command;
  if (command.output_kind != Output::Executable) return true;
  bool lld = elf.rules.maker == ElfRules::Maker::Lld;
  if (lld && command.export_dynamic && command.linker_major(22) < 17) return true;
  if (elf.rules.libraries.drop_early)
    return std::ranges::any_of(elf.entered, [&](ObjectId id) { return elf.is_shared(id); });
  for (ObjectId id = 0; id < elf.link.objects.size(); ++id)
    if (elf.is_usable(id) && elf.is_shared(id)) return true;
  return false;
}

Where column_of(const Made &row, ElfRules::Maker maker) {
  switch (maker) {
    case ElfRules::Maker::GnuLd: return row.gnu_ld;
    case ElfRules::Maker::Gold: return row.gold;
    case ElfRules::Maker::Lld: return row.lld;
    case ElfRules::Maker::Mold: return row.mold;
  }
  return Where::Never;
}

bool is_there(const ElfLink &elf, Where where) {
  switch (where) {
    case Where::Never: return false;
    case Where::Always: return true;
    case Where::Programs: return elf.is_executable();
    case Where::Fixed: return elf.command.output_kind == Output::Executable;
    case Where::Loaded: return is_loaded(elf);
    case Where::Alone: return !is_loaded(elf);
  }
  return false;
}

}  // namespace

bool elf_makes(const ElfLink &link, std::string_view name) {
  // What a script in the default one's place defines without being asked is not read.
  bool scripted = !link.command.linker_scripts.empty();
  return std::ranges::any_of(made, [&](const Made &row) {
    if (row.name != name) return false;
    return scripted ||
           (is_for(row.machines, link.command.target.arch) && is_there(link, column_of(row, link.rules.maker)));
  });
}

}  // namespace ldwhy
