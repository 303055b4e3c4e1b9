// The names that linkers for Windows define themselves, found out by linking objects that refer to
// each (LLD 14 to 22; GNU ld 2.40, whose PE linker script and options define most of its own).
#include <algorithm>

#include "resolve/coff_rows.h"
#include "resolve/coff_walk.h"
#include "resolve/format_rules.h"

namespace ldwhy {
namespace {

// In the form of C.
constexpr std::string_view lld_c_names[] = {"__ImageBase",           "__enclave_config",      "__guard_fids_count",
                                            "__guard_fids_table",    "__guard_flags",         "__guard_iat_count",
                                            "__guard_iat_table",     "__guard_longjmp_count", "__guard_longjmp_table",
                                            "__guard_eh_cont_count", "__guard_eh_cont_table"};
constexpr std::string_view lld_mingw_c_names[] = {"__CTOR_LIST__", "__DTOR_LIST__", "__RUNTIME_PSEUDO_RELOC_LIST__",
                                                  "__RUNTIME_PSEUDO_RELOC_LIST_END__"};
constexpr std::string_view lld_data_names[] = {"__bss_start__", "__bss_end__", "__data_start__", "__data_end__"};

constexpr std::string_view bfd_names[] = {"__CTOR_LIST__",
                                          "___CTOR_LIST__",
                                          "__DTOR_LIST__",
                                          "___DTOR_LIST__",
                                          "__IAT_start__",
                                          "__IAT_end__",
                                          "__RUNTIME_PSEUDO_RELOC_LIST__",
                                          "___RUNTIME_PSEUDO_RELOC_LIST__",
                                          "__RUNTIME_PSEUDO_RELOC_LIST_END__",
                                          "___RUNTIME_PSEUDO_RELOC_LIST_END__",
                                          "__rt_psrelocs_start",
                                          "__rt_psrelocs_end",
                                          "___crt_xc_start__",
                                          "___crt_xc_end__",
                                          "___crt_xi_start__",
                                          "___crt_xi_end__",
                                          "___crt_xl_start__",
                                          "___crt_xp_start__",
                                          "___crt_xp_end__",
                                          "___crt_xt_start__",
                                          "___crt_xt_end__",
                                          "___tls_start__",
                                          "___tls_end__",
                                          "__bss_start__",
                                          "__bss_end__",
                                          "__data_start__",
                                          "__data_end__",
                                          "__end__",
                                          "_end",
                                          "end",
                                          "etext",
                                          "__image_base__"};
constexpr std::string_view bfd_numbers[] = {"__rt_psrelocs_size",
                                            "__dll__",
                                            "__dll_characteristics__",
                                            "__file_alignment__",
                                            "__section_alignment__",
                                            "__loader_flags__",
                                            "__major_image_version__",
                                            "__minor_image_version__",
                                            "__major_os_version__",
                                            "__minor_os_version__",
                                            "__major_subsystem_version__",
                                            "__minor_subsystem_version__",
                                            "__subsystem__",
                                            "__size_of_heap_commit__",
                                            "__size_of_heap_reserve__",
                                            "__size_of_stack_commit__",
                                            "__size_of_stack_reserve__"};

template <size_t N>
bool is_one_of(std::string_view name, const std::string_view (&names)[N]) {
  return std::ranges::find(names, name) != std::end(names);
}

std::vector<Root> coff_roots(const Link &link) {
  std::vector<Root> roots;
  for (const std::string &name : link.command.undefined_roots) roots.push_back({name, "/include", true});
  return roots;
}

bool coff_makes(const Link &link, std::string_view name) {
  const Command &command = link.command;
  return command.flavor == Flavor::Gnu && command.linker != Linker::Lld
             ? bfd_coff_makes(link, name)
             : lld_coff_makes(link, name, is_mingw_link(command));
}

bool coff_tolerates(const Command &, std::string_view) { return false; }

}  // namespace

bool lld_coff_makes(const Link &link, std::string_view name, bool mingw) {
  bool x86 = link.command.target.arch == Arch::I386;
  // An alias that MinGW's form of the command brings.
  if (link.command.flavor == Flavor::Gnu && name == "__image_base__") return true;
  if (mingw && is_one_of(name, lld_data_names)) return link.command.linker_major(99) >= 20;
  if (x86 && !name.starts_with('_')) return false;
  if (x86) name.remove_prefix(1);
  if (x86 && (name == "__safe_se_handler_table" || name == "__safe_se_handler_count")) return true;
  return is_one_of(name, lld_c_names) || (mingw && is_one_of(name, lld_mingw_c_names));
}

std::vector<std::string> lld_coff_made_names(const Link &link) {
  bool x86 = link.command.target.arch == Arch::I386, mingw = link.command.flavor == Flavor::Gnu;
  std::vector<std::string> names;
  auto add = [&](std::string_view name) { names.push_back((x86 ? "_" : "") + std::string(name)); };
  for (std::string_view name : lld_c_names) add(name);
  if (x86) add("__safe_se_handler_table");
  if (x86) add("__safe_se_handler_count");
  if (mingw)
    for (std::string_view name : lld_mingw_c_names) add(name);
  return names;
}

bool bfd_coff_makes(const Link &link, std::string_view name) {
  bool x86 = link.command.target.arch == Arch::I386;
  if (name == (x86 ? "___ImageBase" : "__ImageBase") || (x86 && name == "_etext")) return true;
  // A section's own name stands for its start.
  return is_one_of(name, bfd_names) || is_one_of(name, bfd_numbers) || name.starts_with('.');
}

bool bfd_coff_numbers(std::string_view name) { return is_one_of(name, bfd_numbers); }

std::string_view bfd_coff_home(std::string_view name) {
  if (name == "_end" || name == "end" || name == "__end__") return ".endjunk";
  if (name == "___tls_start__" || name == "___tls_end__") return ".tls";
  return name.starts_with("___crt_x") && is_one_of(name, bfd_names) ? ".CRT" : "";
}

const FormatRules coff_rules = {Format::Coff, coff_roots, coff_makes, coff_tolerates};

}  // namespace ldwhy
