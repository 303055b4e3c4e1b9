// The options of Apple's linkers and of ld64.lld, grouped by how many words they take.
//
// Names are exact and take their arguments as words of their own; only a few (-lNAME, -LDIR)
// are joined. Follows ld(1) of Xcode, the option parsers' behaviour of ld64-954 and
// `ld64.lld --help-hidden` of LLD 14 to 22. Where LLD and ld64 count differently (LLD ignores
// some options that it does not know, and not their argument), ld64's count stands.
#include "command/ld64_options.h"

#include <algorithm>
#include <unordered_map>

namespace ldwhy {
namespace {

struct Group {
  int arguments;
  std::string_view names;  // separated by blanks
};
constexpr Group groups[] = {
    {0,
     "--bp-compression-sort-startup-functions --call-graph-profile-sort "
     "--check-category-conflicts --compression-sort-startup-functions --cs-profile-generate "
     "--dead-strip-duplicates --deduplicate-literals --deduplicate-strings --disable_verify "
     "--end-lib --help --help-hidden --lto-debug-pass-manager --lto-emit-llvm "
     "--lto-legacy-pass-manager --no-bp-compression-sort-startup-functions "
     "--no-call-graph-profile-sort --no-color-diagnostics "
     "--no-compression-sort-startup-functions --no-deduplicate-strings "
     "--no-lto-legacy-pass-manager --no-pgo-warn-mismatch "
     "--no-separate-cstring-literal-sections --no-tail-merge-strings "
     "--no-warn-duplicate-rpath --no-warn-dylib-install-name "
     "--no-warn-thin-archive-missing-members --pgo-warn-mismatch --print-dylib-search "
     "--separate-cstring-literal-sections --start-lib --strict-auto-link "
     "--tail-merge-strings --verbose-bp-section-orderer --version --warn-duplicate-rpath "
     "--warn-dylib-install-name --warn-thin-archive-missing-members -add_source_version "
     "-add_split_seg_info -adhoc_codesign -all_load -allow_dead_duplicates "
     "-allow_heap_execute -allow_simulator_linking_to_macosx_dylibs -allow_stack_execute "
     "-allow_sub_type_mismatches -application_extension -arch_errors_fatal -arch_multiple "
     "-b -bind_at_load -bitcode_bundle -bitcode_hide_symbols -bitcode_verify -bundle "
     "-classic_linker -const_selrefs -d -data_const -data_in_code_info -dead_strip "
     "-dead_strip_dylibs -debug_snapshot -debug_variant -demangle -dependent_dr_info -dylib "
     "-dylinker -dynamic -encryptable -execute -export_dynamic -fallback_ldprime "
     "-fatal_warnings -fixup_chains -fixup_chains_section -fixup_chains_section_vm "
     "-fixup_chains_steal_pointers -flat_namespace -flto-codegen-only -force_cpusubtype_ALL "
     "-force_flat_namespace -force_load_swift_libs -function_starts -fvmlib "
     "-headerpad_max_install_names -help -i -ignore_auto_link -ignore_optimization_hints "
     "-implicit_pagezero -init_offsets -interposable -keep_dwarf_unwind "
     "-keep_private_externs -keep_relocs -kernel -kext -kexts_use_stubs -ld64 -ld_classic "
     "-ld_new -lto_softload_runtime_symbols -M -m -make_mergeable "
     "-mark_dead_strippable_dylib -merge_zero_fill_sections -multi_module -new_linker "
     "-no-deduplicate-symbol-strings -no_adhoc_codesign -no_application_extension "
     "-no_arch_warnings -no_auth_data -no_branch_islands -no_compact_linkedit "
     "-no_compact_unwind -no_const_selrefs -no_data_const -no_data_in_code_info "
     "-no_dead_strip_inits_and_terms -no_deduplicate -no_dependent_dr_info -no_dtrace_dof "
     "-no_dwarf_unwind -no_eh_labels -no_encryption -no_exported_symbols -no_fixup_chains "
     "-no_function_starts -no_huge -no_implicit_dylibs -no_inits -no_keep_dwarf_unwind "
     "-no_kext_objects -no_lto_softload_runtime_symbols -no_merged_libraries_hook "
     "-no_new_main -no_objc_category_merging -no_objc_relative_method_lists -no_order_data "
     "-no_order_inits -no_pie -no_shared_cache_eligible -no_source_version -no_uuid "
     "-no_warn_duplicate_libraries -no_warn_inits -no_warn_unused_dylibs -no_weak_exports "
     "-no_weak_imports -no_zero_fill_sections -noall_load -nofixprebinding -nomultidefs "
     "-noprebind -noprebind_all_twolevel_modules -noseglinkedit -not_for_dyld_shared_cache "
     "-ObjC -objc_category_merging -objc_gc -objc_gc_compaction -objc_gc_only "
     "-objc_relative_method_lists -objc_stubs_fast -objc_stubs_small -order_file_statistics "
     "-page_align_data_atoms -pause -pie -prebind -prebind_all_twolevel_modules "
     "-prebind_allow_overlap -preload -print_statistics -private_bundle -r -random_uuid "
     "-read_only_stubs -rebase_section -remove_swift_reflection_metadata_sections "
     "-reproducible -root_safe -run_init_lazily -s -S -save-temps -search_dylibs_first "
     "-search_in_sparse_frameworks -search_paths_first -sectorder_detail -seglinkedit "
     "-setuid_safe -Si -simulator_support -single_module -slow_stubs -Sn -Sp -static -t "
     "-text_exec -threaded_starts_section -trace_symbol_layout -twolevel_namespace "
     "-twolevel_namespace_hints -v -verbose_deduplicate -verbose_optimization_hints "
     "-version_details -version_load_command -w -warn_commons -warn_compact_unwind "
     "-warn_duplicate_libraries -warn_stabs -warn_unused_dylibs -warn_weak_exports "
     "-whatsloaded -why_load -whyload -X -x -Z"},
    {1,
     "-A -add_ast_path -add_linker_option -alias_list -allowable_client -arch "
     "-assert_weak_framework -assert_weak_library -bitcode_process_mode -bitcode_symbol_map "
     "-bridgeos_version_min -bundle_loader -cache_path_lto -client_name -commons "
     "-compatibility_version -current_version -delay_framework -delay_library "
     "-dependency_info -dirty_data_list -dot -driverkit_version_min -dtrace -dyld_env "
     "-dylib_compatibility_version -dylib_current_version -dylib_file -dylib_install_name "
     "-dylinker_install_name -e -executable_path -exported_symbol -exported_symbols_list "
     "-exported_symbols_order -filelist -final_output -flavor -force_load "
     "-force_symbol_not_weak -force_symbol_weak -force_symbols_coalesce_list "
     "-force_symbols_not_weak_list -force_symbols_weak_list -framework -headerpad "
     "-image_base -image_suffix -init -install_name -interposable_list "
     "-ios_simulator_version_min -ios_version_min -iosmac_version_min -iphoneos_version_min "
     "-kext_objects_dir -lazy_framework -lazy_library -load_hidden -lto_library "
     "-maccatalyst_version_min -macos_version_min -macosx_version_min -map "
     "-max_default_common_align -max_relative_cache_size_lto -mcpu -merge_framework "
     "-merge_library -mllvm -multiply_defined -multiply_defined_unused -needed_framework "
     "-needed_library -no_merge_framework -no_merge_library "
     "-non_global_symbols_no_strip_list -non_global_symbols_strip_list -o -objc_abi_version "
     "-objc_class_ro_signing_mismatch -object_path_lto -order_file -oso_prefix "
     "-pagezero_size -prune_after_lto -prune_interval_lto -read_only_relocs "
     "-reexport_framework -reexport_library -reexported_symbols_list -rpath -sdk_version "
     "-sect_diff_relocs -seg1addr -seg_addr_table -seg_addr_table_filename -segalign "
     "-segment_order -segs_read_only_addr -segs_read_write_addr -snapshot_dir "
     "-source_version -stack_addr -stack_size -sub_library -sub_umbrella -syslibroot "
     "-tvos_version_min -U -u -uikitformac_version_min -umbrella -unaligned_pointers "
     "-undefined -unexported_symbol -unexported_symbols_list -upward_framework "
     "-upward_library -watchos_version_min -weak_framework -weak_library "
     "-weak_reference_mismatches -why_live -Y"},
    {2,
     "-add_empty_section -alias -move_to_ro_segment -move_to_rw_segment -rename_segment "
     "-section_order -sectobjectsymbols -seg_page_size -segaddr"},
    {3, "-platform_version -sectalign -sectcreate -sectorder -segcreate -segprot"},
    {4, "-rename_section"},
};

// LLD's own, "--name=VALUE"; some also stand alone.
constexpr std::string_view equals_names =
    "--bp-compression-sort --bp-startup-sort --codegen-data-generate-path "
    "--color-diagnostics --compression-sort --cs-profile-path --error-limit --icf "
    "--ignore-auto-link-option --irpgo-profile --irpgo-profile-sort --load-pass-plugin "
    "--lto-newpm-passes --print-symbol-order --read-workers --reproduce --slop_scale "
    "--thinlto-cache-policy --thinlto-jobs --threads --time-trace --time-trace-file "
    "--time-trace-granularity";

// The name and what follows it are one word: "-lz", "-weak-lz", "-O2".
constexpr std::string_view prefixes[] = {
    "-l",       "-weak-l",     "-needed-l",        "-reexport-l",    "-upward-l", "-hidden-l", "-lazy-l",
    "-merge-l", "-no_merge-l", "-delay-l",         "-assert_weak-l", "-L",        "-F",        "-O",
    "-y",       "-i",          "--keep-icf-stabs", "--lto-O",        "--lto-CGO",
};

using Counts = std::unordered_map<std::string_view, int>;

Counts make_table() {
  Counts table;
  auto add = [&](std::string_view names, int count) {
    for (size_t at = 0; at < names.size();) {
      size_t end = std::min(names.find(' ', at), names.size());
      table.emplace(names.substr(at, end - at), count);
      at = end + 1;
    }
  };
  for (const Group &group : groups) add(group.names, group.arguments);
  add(equals_names, 0);
  return table;
}

}  // namespace

std::optional<Ld64Option> find_ld64_option(std::string_view word) {
  static const Counts table = make_table();
  size_t equals = word.starts_with("--") ? word.find('=') : word.npos;
  Counts::const_iterator found = table.find(word.substr(0, equals));
  if (found != table.end()) return Ld64Option{word.substr(0, equals), "", equals == word.npos ? found->second : 0};
  // The longest prefix wins, so that -lazy-lz is not the library "azy-lz".
  std::string_view best;
  for (std::string_view prefix : prefixes)
    if (word.starts_with(prefix) && prefix.size() > best.size()) best = prefix;
  if (best.empty()) return std::nullopt;
  std::string_view rest = word.substr(best.size());
  return Ld64Option{best, rest, rest.empty() ? 1 : 0};
}

}  // namespace ldwhy
