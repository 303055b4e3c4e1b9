// The options of the GNU-style linkers: GNU ld, gold, LLD's ELF and MinGW drivers, mold.
//
// What matters first is which options take the word after them: a reader that is wrong
// about one takes a value for an input file. The table groups names by the form of their
// argument and by the linkers that take them so; it follows the linkers' own --help, their
// manuals ("Command-line Options" in the ld manual) and trials: GNU ld and gold 2.40, LLD
// 14 to 22, mold 1.10 to 2.4, with the options that later GNU ld releases announce.
// What an option means is in gnu_ld.cc.
#include "command/gnu_options.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace ldwhy {
namespace {

using Form = GnuOption::Form;

struct Group {
  Form form;
  std::string_view linkers;  // b: GNU ld, g: gold, l: LLD, m: mold
  std::string_view names;    // separated by blanks
};
constexpr Group groups[] = {
    {Form::Flag, "bglm",
     "allow-multiple-definition allow-shlib-undefined as-needed Bdynamic be8 Bno-symbolic "
     "Bshareable Bstatic Bsymbolic Bsymbolic-functions dc disable-new-dtags discard-all "
     "discard-locals discard-none dn dp dy EB eh-frame-hdr EL emit-relocs enable-new-dtags "
     "end-group error-unresolved-symbols export-dynamic fatal-warnings gc-sections help "
     "long-plt nmagic no-add-needed no-allow-shlib-undefined no-apply-dynamic-relocs "
     "no-as-needed no-copy-dt-needed-entries no-demangle no-eh-frame-hdr no-export-dynamic "
     "no-fatal-warnings no-gc-sections no-keep-memory no-omagic no-pie no-print-gc-sections "
     "no-relax no-rosegment no-undefined no-undefined-version no-whole-archive "
     "noinhibit-exec nostdlib omagic pic-executable pie pop-state print-map push-state "
     "relax relocatable rosegment secure-plt shared start-group static stats strip-all "
     "strip-debug trace undefined-version version warn-common warn-execstack "
     "warn-shared-textrel warn-unresolved-symbols whole-archive"},
    {Form::Flag, "b",
     "accept-unknown-input-arch bss-plt compact-branches compat-implib ctf-variables "
     "default-imported-symver disable-auto-image-base disable-forceinteg "
     "disable-large-address-aware disable-linker-version disable-long-section-names "
     "disable-multiple-abs-defs disable-no-bind disable-no-isolation disable-no-seh "
     "disable-wdmdriver dotsyms embedded-relocs enable-extra-pe-debug "
     "enable-extra-pep-debug enable-linker-version enable-long-section-names "
     "enable-non-contiguous-regions-warnings error-execstack error-rwx-segments "
     "force-exe-suffix forceinteg gc-keep-exported ignore-branch-isa insn32 "
     "leading-underscore no-accept-unknown-input-arch no-bind no-compact-branches "
     "no-ctf-variables no-dotsyms no-error-execstack no-error-rwx-segments "
     "no-ignore-branch-isa no-insn32 no-isolation no-leading-underscore no-multi-toc "
     "no-opd-optimize no-pic-fixup no-ppc476-workaround no-print-map-discarded "
     "no-print-map-locals no-save-restore-funcs no-strip-discarded no-warn-alternate-em "
     "no-warn-rwx-segments non-overlapping-opd plugin-save-temps print-map-discarded "
     "print-map-locals print-sysroot qmagic reduce-memory-overheads save-restore-funcs "
     "sdata-got strip-discarded support-old-code target-help traditional-format Ur use-blx "
     "warn-alternate-em warn-rwx-segments warn-section-align wdmdriver"},
    {Form::Flag, "l",
     "android-memtag-heap android-memtag-stack appcontainer "
     "bp-compression-sort-startup-functions branch-to-branch check-dynamic-relocations "
     "debug-names dependent-libraries fat-lto-objects fortran-common guard-cf guard-longjmp "
     "ignore-function-address-equality lto-basic-block-address-map lto-emit-llvm "
     "lto-legacy-pass-manager lto-pgo-warn-mismatch lto-unique-basic-block-section-names "
     "lto-validate-all-vtables-have-type-infos lto-whole-program-visibility "
     "no-branch-to-branch no-check-dynamic-relocations no-color-diagnostics no-debug-names "
     "no-dependent-libraries no-dynamicbase no-execute-only no-fat-lto-objects "
     "no-fortran-common no-guard-cf no-guard-longjmp no-high-entropy-va no-kill-at "
     "no-lto-basic-block-address-map no-lto-pgo-warn-mismatch "
     "no-lto-unique-basic-block-section-names no-lto-validate-all-vtables-have-type-infos "
     "no-lto-whole-program-visibility no-nxcompat no-optimize-bb-jumps no-pcrel-optimize "
     "no-tsaware no-warn-backrefs no-warn-ifunc-textrel no-warn-symbol-ordering "
     "no-xosegment optimize-bb-jumps pcrel-optimize thinlto-emit-index-files unique "
     "verbose-bp-section-orderer vs-diagnostics warn-backrefs warn-ifunc-textrel "
     "warn-symbol-ordering xosegment"},
    {Form::Flag, "g",
     "ctors-in-init-array emit-stub-syms incremental incremental-changed incremental-full "
     "incremental-startup-unchanged incremental-unchanged incremental-unknown "
     "incremental-update keep-files-mapped map-whole-files no-cref no-detect-odr-violations "
     "no-fix-cortex-a53-835769 no-fix-cortex-a53-843419 no-incremental no-keep-files-mapped "
     "no-long-plt no-map-whole-files no-pipeline-knowledge no-posix-fallocate "
     "no-stub-group-multi no-text-reorder no-warn-constructors no-warn-drop-version "
     "no-warn-shared-textrel posix-fallocate preread-archive-symbols strip-debug-gdb "
     "strip-debug-non-line strip-lto-sections stub-group-multi text-reorder threads "
     "toc-sort warn-drop-version warn-search-mismatch weak-unresolved-symbols"},
    {Form::Flag, "bl",
     "add-stdcall-alias call_shared cmse-implib disable-auto-import disable-dynamicbase "
     "disable-high-entropy-va disable-nxcompat disable-reloc-section "
     "disable-runtime-pseudo-reloc disable-stdcall-fixup disable-tsaware dll dynamicbase "
     "enable-auto-import enable-non-contiguous-regions enable-reloc-section "
     "enable-runtime-pseudo-reloc enable-stdcall-fixup exclude-all-symbols "
     "export-all-symbols force-group-allocation high-entropy-va insert-timestamp kill-at "
     "large-address-aware no-insert-timestamp no-relax-gp no-seh non_shared nxcompat "
     "print-memory-usage relax-gp tsaware warn-duplicate-exports"},
    {Form::Flag, "bg",
     "add-needed Bgroup copy-dt-needed-entries dynamic-list-cpp-new "
     "dynamic-list-cpp-typeinfo dynamic-list-data fix-arm1176 fix-v4bx "
     "fix-v4bx-interworking ld-generated-unwind-info no-emit-stub-syms no-enum-size-warning "
     "no-fix-arm1176 no-fix-cortex-a8 no-ld-generated-unwind-info no-plt-localentry "
     "no-plt-static-chain no-plt-thread-safe no-tls-get-addr-optimize no-tls-optimize "
     "no-toc-sort no-warn-search-mismatch no-wchar-size-warning plt-localentry "
     "plt-static-chain plt-thread-safe print-output-format Qy tls-get-addr-optimize "
     "tls-optimize warn-multiple-gp"},
    {Form::Flag, "m",
     "be32 color-diagnostics detach fork no-build-id no-detach no-fork no-icf "
     "no-legacy-pass-manager no-quick-exit no-separate-debug-file nodefaultlibs nopie perf "
     "print-dependencies quick-exit relocatable-merge-sections repro reverse-sections run "
     "save-temps start-stop zero-to-bss"},
    {Form::Flag, "lm",
     "Bsymbolic-non-weak Bsymbolic-non-weak-functions demangle disable-verify execute-only "
     "ignore-data-address-equality lto-cs-profile-generate lto-debug-pass-manager "
     "lto-emit-asm no-call-graph-profile-sort no-lto-legacy-pass-manager no-nmagic "
     "no-use-android-relr-tags opt-remarks-with-hotness sort-common "
     "thinlto-emit-imports-files use-android-relr-tags"},
    {Form::Flag, "glm",
     "apply-dynamic-relocs end-lib fix-cortex-a53-843419 gdb-index mmap-output-file "
     "no-gdb-index no-mmap-output-file no-print-icf-sections no-warn-common "
     "print-icf-sections start-lib verbose"},
    {Form::Flag, "bgl",
     "check-sections cref fix-cortex-a8 no-check-sections no-define-common "
     "no-merge-exidx-entries no-power10-stubs no-toc-optimize no-warn-mismatch pic-veneer "
     "target1-abs target1-rel"},
    {Form::Flag, "gl",
     "define-common detect-odr-violations gnu-unique merge-exidx-entries "
     "no-allow-multiple-definition no-ctors-in-init-array no-gnu-unique toc-optimize"},
    {Form::Flag, "bgm", "fix-cortex-a53-835769 no-warn-execstack print-gc-sections warn-constructors"},
    {Form::Flag, "blm", "no-dynamic-linker no-warnings warn-once"},
    {Form::Flag, "bm", "default-symver warn-textrel"},
    {Form::Flag, "gm", "no-pic-executable no-threads"},
    {Form::Value, "bglm",
     "auxiliary compress-debug-sections defsym dependency-file dynamic-linker dynamic-list "
     "entry exclude-libs export-dynamic-symbol filter fini flavor format hash-style init "
     "library library-path Map oformat output plugin plugin-opt retain-symbols-file rpath "
     "rpath-link script section-start soname sort-section sysroot Tbss Tdata trace-symbol "
     "Ttext Ttext-segment undefined unresolved-symbols version-script wrap"},
    {Form::Value, "l",
     "android-memtag-mode call-graph-ordering-file compress-sections delayload error-limit "
     "irpgo-profile load-pass-plugin lto-known-safe-vtables pack-dyn-relocs pdb "
     "print-symbol-order reproduce rsp-quoting shuffle-sections symbol-ordering-file "
     "thinlto-distributor-arg thinlto-remote-compiler-arg "
     "thinlto-remote-compiler-prepend-arg threads time-trace-granularity "
     "warn-backrefs-exclude why-live Xlink"},
    {Form::Value, "m",
     "directory discard-section dynamic-list-data filler lto-cs-profile-file lto-obj-path "
     "lto-partitions lto-pseudo-probe-for-profiling lto-sample-profile no-discard-section "
     "package-metadata physical-image-base section-align section-order "
     "spare-program-headers thinlto-cache-dir thinlto-jobs thinlto-object-suffix-replace "
     "thinlto-prefix-replace unique"},
    {Form::Value, "b",
     "architecture base_file ctf-share-types dll-search-prefix exclude-modules-for-implib "
     "flto-partition got gpsize hash-size ignore-unresolved-symbol major-image-version "
     "minor-image-version mri-script remap-inputs-file task-link thumb-entry Tldata-segment "
     "version-exports-section vfp11-denorm-fix"},
    {Form::Value, "bl",
     "default-script dT error-handling-script exclude-symbols file-alignment heap in-implib "
     "major-os-version major-subsystem-version minor-os-version minor-subsystem-version "
     "mips-got-size out-implib output-def remap-inputs section-alignment stack subsystem"},
    {Form::Value, "g",
     "build-id-chunk-size-for-treehash build-id-min-file-size-for-treehash debug "
     "hash-bucket-empty-fraction icf-iterations incremental-base incremental-patch optimize "
     "print-symbol-counts rosegment-gap thread-count-final thread-count-initial "
     "thread-count-middle"},
    {Form::Value, "lm",
     "chroot mllvm opt-remarks-filename opt-remarks-format opt-remarks-hotness-threshold "
     "opt-remarks-passes thinlto-cache-policy undefined-glob"},
    {Form::Value, "bg", "assert section-ordering-file stub-group-size Trodata-segment"},
    {Form::Value, "bm", "audit depaudit max-cache-size require-defined"},
    {Form::Value, "bgl", "just-symbols orphan-handling target2"},
    {Form::Value, "blm", "export-dynamic-symbol-list image-base"},
    {Form::Value, "bgm", "fuse-ld spare-dynamic-tags"},
    {Form::Value, "gl", "keep-unique split-stack-adjust-size"},
    {Form::Value, "glm", "icf"},
    {Form::Value, "gm", "thread-count"},
    {Form::Optional, "l",
     "bp-compression-sort bp-startup-sort call-graph-profile-sort color-diagnostics "
     "functionpadmin lto lto-aa-pipeline lto-basic-block-sections lto-cs-profile-file "
     "lto-newpm-passes lto-obj-path lto-partitions lto-sample-profile print-archive-stats "
     "print-gc-sections randomize-section-padding remap-inputs-file save-temps "
     "thinlto-cache-dir thinlto-distributor thinlto-jobs thinlto-object-suffix-replace "
     "thinlto-prefix-replace thinlto-remote-compiler thinlto-single-module time-trace "
     "time-trace-file why-extract"},
    {Form::Optional, "b",
     "emit-stub-syms enable-auto-image-base fix-cortex-a53-843419 fix-stm32l4xx-629360 flto "
     "map-whole-files no-map-whole-files ppc476-workaround split-by-file split-by-reloc "
     "unique verbose"},
    {Form::Optional, "m", "pack-dyn-relocs separate-debug-file shuffle-sections threads"},
    {Form::Optional, "bg", "demangle plt-align sort-common"},
    {Form::Optional, "bgl", "package-metadata power10-stubs"},
    {Form::Optional, "bglm", "build-id"},
    {Form::Optional, "lm", "thinlto-index-only"},
};

struct Letter {
  char letter;
  Form form;
  std::string_view linkers;
  std::string_view name;  // the long option that it stands for; empty: without effect here
};
constexpr Letter letters[] = {
    {'a', Form::Value, "b", ""},
    {'A', Form::Value, "b", ""},
    {'b', Form::Value, "bgl", "format"},
    {'c', Form::Value, "b", ""},
    {'C', Form::Value, "m", "directory"},
    {'d', Form::Flag, "bgl", ""},
    {'e', Form::Value, "bglm", "entry"},
    {'E', Form::Flag, "bglm", "export-dynamic"},
    {'f', Form::Value, "bglm", ""},
    {'F', Form::Value, "bglm", ""},
    {'g', Form::Flag, "bgl", ""},
    {'G', Form::Flag, "g", "shared"},
    {'G', Form::Value, "bl", ""},
    {'h', Form::Value, "bglm", ""},
    {'i', Form::Flag, "bg", "relocatable"},
    {'I', Form::Value, "bgm", "dynamic-linker"},
    {'l', Form::Value, "bglm", "library"},
    {'L', Form::Value, "bglm", "library-path"},
    {'m', Form::Value, "bglm", "m"},
    {'M', Form::Flag, "bglm", ""},
    {'n', Form::Flag, "bgl", "nmagic"},
    {'N', Form::Flag, "bglm", "omagic"},
    {'o', Form::Value, "bglm", "output"},
    {'O', Form::Value, "bglm", ""},
    {'p', Form::Flag, "g", ""},
    {'P', Form::Value, "bm", ""},
    {'q', Form::Flag, "bglm", ""},
    {'r', Form::Flag, "bglm", "relocatable"},
    {'R', Form::Value, "bglm", "R"},
    {'s', Form::Flag, "bglm", ""},
    {'S', Form::Flag, "bglm", ""},
    {'t', Form::Flag, "bglm", ""},
    {'T', Form::Value, "bglm", "script"},
    {'u', Form::Value, "bglm", "undefined"},
    {'v', Form::Flag, "bglm", ""},
    {'V', Form::Flag, "bglm", ""},
    {'w', Form::Flag, "blm", ""},
    {'x', Form::Flag, "bglm", ""},
    {'X', Form::Flag, "bglm", ""},
    {'y', Form::Value, "bglm", ""},
    {'Y', Form::Value, "bg", ""},
    {'z', Form::Value, "bglm", "z"},
    {'(', Form::Flag, "bglm", "start-group"},
    {')', Form::Flag, "bglm", "end-group"},
};

// One digit or word joined to the name: "--lto-O2".
constexpr std::string_view joined_names[] = {"lto-O", "lto-CGO"};

char linker_mark(Linker linker) {
  switch (linker) {
    case Linker::Bfd: return 'b';
    case Linker::Gold: return 'g';
    case Linker::Lld: return 'l';
    case Linker::Mold: return 'm';
    default: return 0;
  }
}

bool takes(std::string_view linkers, Linker linker) {
  char mark = linker_mark(linker);
  return mark == 0 || linkers.find(mark) != linkers.npos;
}

using NameTable = std::unordered_map<std::string_view, std::vector<const Group *>>;

NameTable make_table() {
  NameTable table;
  for (const Group &group : groups) {
    for (size_t at = 0; at < group.names.size();) {
      size_t end = std::min(group.names.find(' ', at), group.names.size());
      table[group.names.substr(at, end - at)].push_back(&group);
      at = end + 1;
    }
  }
  return table;
}

}  // namespace

std::optional<GnuOption> find_gnu_option(std::string_view name, Linker linker) {
  static const NameTable table = make_table();
  NameTable::const_iterator found = table.find(name);
  if (found == table.end()) {
    for (std::string_view joined : joined_names)
      if (name.starts_with(joined) && name.size() == joined.size() + 1)
        return GnuOption{Form::Flag, linker_mark(linker) == 0 || linker == Linker::Lld || linker == Linker::Mold, name};
    return std::nullopt;
  }
  for (const Group *group : found->second)
    if (takes(group->linkers, linker)) return GnuOption{group->form, true, found->first};
  return GnuOption{found->second.front()->form, false, found->first};
}

std::optional<GnuOption> find_gnu_letter(char letter, Linker linker) {
  const Letter *other = nullptr;
  for (const Letter &row : letters) {
    if (row.letter != letter) continue;
    if (takes(row.linkers, linker)) return GnuOption{row.form, true, row.name};
    other = &row;
  }
  if (!other) return std::nullopt;
  return GnuOption{other->form, false, other->name};
}

}  // namespace ldwhy
