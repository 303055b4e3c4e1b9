// The options of the linkers for MinGW, as far as they are not those of ELF; found out by giving each of
// some 600 names to them. LLD's MinGW mode (ld.lld -m i386pep; 14, 19 and 22) knows far fewer than LLD for
// ELF, and some that that one does not. GNU ld (2.40) for PE lacks what ELF's emulations add.
#include <algorithm>

#include "command/gnu_options.h"

namespace ldwhy {
namespace {

// A release that did not take a name, and one that did, are five apart: which of those between was
// the first is not known.
struct Names {
  int since;         // release of LLD
  bool short_too;    // with one dash as well as with two
  std::string_view names;
};
constexpr Names long_names[] = {
    {0, true,
     "Bdynamic Bstatic Map Xlink allow-multiple-definition appcontainer as-needed build-id delayload demangle "
     "disable-auto-image-base disable-auto-import disable-dynamicbase disable-high-entropy-va disable-no-seh "
     "disable-nxcompat disable-runtime-pseudo-reloc disable-stdcall-fixup disable-tsaware dynamicbase "
     "enable-auto-image-base enable-auto-import enable-runtime-pseudo-reloc enable-stdcall-fixup end-group entry "
     "exclude-all-symbols export-all-symbols fatal-warnings file-alignment gc-sections heap help high-entropy-va "
     "icf image-base insert-timestamp kill-at large-address-aware major-image-version major-os-version "
     "major-subsystem-version minor-image-version minor-os-version minor-subsystem-version mllvm "
     "no-allow-multiple-definition no-demangle no-dynamicbase no-fatal-warnings no-gc-sections "
     "no-insert-timestamp no-seh no-undefined no-whole-archive nxcompat out-implib output-def pdb "
     "pic-executable plugin plugin-opt reproduce require-defined section-alignment shared "
     "stack start-group strip-all strip-debug subsystem sysroot tsaware undefined verbose version "
     "whole-archive wrap"},
    {0, false, "full-shutdown thinlto-cache-dir"},
    {15, true,
     "disable-reloc-section dll enable-reloc-section error-limit exclude-symbols guard-cf guard-longjmp "
     "no-guard-cf no-guard-longjmp rpath sort-common"},
    {15, false,
     "lto-CGO lto-O lto-cs-profile-file lto-cs-profile-generate lto-emit-asm lto-sample-profile "
     "thinlto-cache-policy thinlto-emit-imports-files thinlto-index-only thinlto-jobs "
     "thinlto-object-suffix-replace thinlto-prefix-replace threads"},
    {20, true, "dll-search-prefix functionpadmin"},
    {20, false, "dependent-load-flag fat-lto-objects no-fat-lto-objects undefined-glob"},
};
constexpr std::string_view one_dash_names[] = {"###", "S", "call_shared", "dn", "dy", "non_shared", "s", "static", "v"};
constexpr std::string_view letters_with_value = "LOelmou";
constexpr std::string_view joined_names[] = {"lto-CGO", "lto-O"};  // the value follows at once

constexpr std::string_view bfd_elf_names =
    "Bgroup audit base_file be8 bss-plt cmse-implib compact-branches compress-debug-sections depaudit "
    "directory disable-large-address-aware disable-linker-version disable-new-dtags dotsyms eh-frame-hdr "
    "emit-stub-syms enable-extra-pe-debug enable-linker-version enable-new-dtags error-execstack "
    "error-rwx-segments fix-arm1176 fix-cortex-a53-835769 fix-cortex-a53-843419 fix-cortex-a8 "
    "fix-stm32l4xx-629360 fix-v4bx fix-v4bx-interworking flavor got hash-style ignore-branch-isa in-implib "
    "insn32 large-address-aware ld-generated-unwind-info long-plt mips-got-size no-apply-dynamic-relocs "
    "no-compact-branches no-dotsyms no-eh-frame-hdr no-emit-stub-syms no-enum-size-warning "
    "no-error-execstack no-error-rwx-segments no-fix-arm1176 no-fix-cortex-a8 no-ignore-branch-isa no-insn32 "
    "no-ld-generated-unwind-info no-merge-exidx-entries no-multi-toc no-opd-optimize no-pic-fixup "
    "no-plt-localentry no-plt-static-chain no-plt-thread-safe no-power10-stubs no-ppc476-workaround "
    "no-print-map-locals no-relax-gp no-rosegment no-save-restore-funcs no-tls-get-addr-optimize "
    "no-tls-optimize no-toc-optimize no-toc-sort no-warn-alternate-em no-wchar-size-warning "
    "non-overlapping-opd package-metadata pic-veneer plt-align plt-localentry plt-static-chain "
    "plt-thread-safe plugin-save-temps power10-stubs ppc476-workaround print-map-locals relax-gp "
    "remap-inputs remap-inputs-file rosegment save-restore-funcs sdata-got section-ordering-file secure-plt "
    "stub-group-size target1-abs target1-rel target2 thumb-entry tls-get-addr-optimize tls-optimize use-blx "
    "vfp11-denorm-fix z";
constexpr std::string_view bfd_pe_names = "no-dynamicbase no-high-entropy-va no-nxcompat pdb";

bool holds(std::string_view names, std::string_view name) {
  for (size_t at = names.find(name); at != names.npos; at = names.find(name, at + 1)) {
    size_t end = at + name.size();
    if ((at == 0 || names[at - 1] == ' ') && (end == names.size() || names[end] == ' ')) return true;
  }
  return false;
}

}  // namespace

bool is_lld_mingw_option(std::string_view word, int lld) {
  bool two = word.starts_with("--");
  std::string_view body = word.substr(std::min<size_t>(two ? 2 : 1, word.size()));
  std::string_view name = body.substr(0, body.find('='));
  for (std::string_view joined : joined_names)
    if (body.starts_with(joined)) name = joined;
  for (const Names &row : long_names) {
    if (row.since > lld || !(two || row.short_too)) continue;
    if (!name.empty() && holds(row.names, name)) return true;
  }
  if (two || body.empty()) return false;
  return std::ranges::find(one_dash_names, body) != std::end(one_dash_names) ||
         letters_with_value.find(body[0]) != body.npos;
}

bool is_bfd_pe_option(std::string_view name, bool of_elf) {
  return of_elf ? !holds(bfd_elf_names, name) : holds(bfd_pe_names, name);
}

}  // namespace ldwhy
