// The rows of ElfRules. docs/agreement.md tells how each was found out.
#include <iterator>

#include "resolve/elf_linkers.h"

namespace ldwhy {
namespace {

using Search = ElfRules::Archives::Search;
using Commons = ElfRules::Archives::Commons;
using ThreadLocal = ElfRules::ThreadLocal;
using Unloaded = ElfRules::Missing::Unloaded;

template <int version>
bool since(const Command &command) {
  return command.linker_major(22) >= version;
}
template <int version>
bool before(const Command &command) {
  return command.linker_major(22) < version;
}
bool always(const Command &) { return true; }

using enum ElfRules::Positions::Target;
using Targets = ElfRules::Positions::Targets;
constexpr Targets all_addresses = {Here,        OpenFunction, OpenData,   LibraryFunction,
                                   LibraryData, Weak,         HiddenWeak, Missing};
constexpr Targets all_others = {OpenFunction, OpenData, LibraryFunction, LibraryData, Weak, HiddenWeak, Missing};

// LLD's default changed with version 15.
Commons commons_of_lld(const Command &command) {
  return command.fortran_common.value_or(before<15>(command)) ? Commons::Extract : Commons::Stay;
}

constexpr ElfRules gnu_ld = {
    .applies = [](const Command &c) { return c.linker == Linker::Bfd || c.linker == Linker::Unknown; },
    .archives = {.search = Search::OnePass,
                 .commons = [](const Command &) { return Commons::ExtractData; },
                 .ends_without_index = true},
    .libraries = {.drop_early = true,
                  .miss_names = true,
                  .miss_hidden = [](const Command &c) { return c.output_kind != Output::Shared; },
                  .miss_hidden_always = true,
                  .spell_versions = true,
                  .load_others = true,
                  .keep_hidden_by_script = true,
                  .refused_when_static = true,
                  .refused_after_static = true},
    .versions = {.refused = true, .end_in_table = true},
    .missing = {.ends_at_expression = true,
                .ends_in_hash_order = true,
                .ends_at_relocation = true,
                .unloaded = Unloaded::Checked},
    .positions = {.narrow = {all_addresses, all_addresses},
                  .distance = {all_others, {LibraryFunction, Weak, HiddenWeak}},
                  .distance_later = true,
                  .said_alone = true},
    .duplicates = {.unless_equal = true},
    .groups = {.bar = true, .mind_locals = true, .linkonce = true},
    .thread_local_names = [](const Command &) { return ThreadLocal::Ends; },
    .assigns_early = true,
    .static_is_closed = always,
    .fixed_is_closed = true,
    .collects_unloaded = true,
};

constexpr ElfRules gold = {
    .applies = [](const Command &c) { return c.linker == Linker::Gold; },
    .maker = ElfRules::Maker::Gold,
    .archives = {.search = Search::OnePass, .groups_for_objects = true},
    .libraries = {.miss_names = true,
                  .after_objects = true,
                  .pass_hidden = true,
                  .keep_hidden_by_script = true,
                  .refused_when_static = true,
                  .refuse_copying = true},
    .versions = {.refused = true, .goes_on_after = true, .refuse_contradictions = true},
    .missing = {.binds_closed = true, .warns_of_closed = true, .roots_are_weak = true, .unloaded = Unloaded::Checked},
    .positions = {.narrow = {all_addresses, {Here, LibraryFunction, LibraryData}},
                  .distance = {all_others, {LibraryFunction}},
                  .distance_in_data = true},
    .duplicates = {.unless_equal = true},
    .groups = {.missed = true, .mind_locals = true, .linkonce = true},
    .thread_local_names = [](const Command &) { return ThreadLocal::Refused; },
    .assigns_early = true,
    .forgives_all = true,
};

constexpr ElfRules mold = {
    .applies = [](const Command &c) { return c.linker == Linker::Mold || c.linker == Linker::Wild; },
    .maker = ElfRules::Maker::Mold,
    .archives = {.search = Search::Reachable,
                 .commons = [](const Command &) { return Commons::Extract; },
                 .reads_once = true},
    .versions = {.apart = true, .script_exports = true},
    .missing = {.binds_closed = true,
                .allows_closed = true,
                .protected_stays_open = true,
                .first_reference_counts = true,
                .ends_at_required = true,
                .unloaded = Unloaded::CheckedLast},
    .positions = {.narrow = {{Here, OpenFunction, OpenData, LibraryFunction, LibraryData, Weak, Missing},
                             {Here, LibraryFunction, LibraryData}},
                  .distance = {{OpenData, LibraryData, Weak, HiddenWeak, Missing, Absolute},
                               {Weak, HiddenWeak, Absolute}},
                  .distance_in_data = true,
                  .undefined_first = true,
                  .said_alone = true},
    .duplicates = {.in_relocatable = true, .ir_gives_way = true, .after_collecting = true},
    .warnings_count = true,
};

constexpr ElfRules lld = {
    .applies = always,
    .maker = ElfRules::Maker::Lld,
    .archives = {.search = Search::Remembered,
                 .commons = commons_of_lld,
                 .weak_takes_back = true,
                 .real_extracts = since<15>},
    .libraries = {.miss_names = true,
                  .miss_hidden = since<18>,
                  .spell_versions = true,
                  .first_counts = true,
                  .refused_when_static = true,
                  .refused_after_static = true},
    .versions = {.missed = true,
                 .apart = true,
                 .from_archives = true,
                 .script_must_exist = [](const Command &c) { return !c.undefined_version.value_or(before<16>(c)); }},
    .positions = {.narrow = {{Here, OpenFunction, OpenData, LibraryFunction, LibraryData, Weak, Missing}, {Here, Weak}},
                  .distance = {{OpenFunction, OpenData, LibraryFunction, LibraryData, Weak, Missing}, {Weak}},
                  .full_in_code = true,
                  .distance_in_data = true,
                  .undefined_first = true,
                  .functions_by_register = true,
                  .weak_beside_libraries = since<20>,
                  .takes_typed = before<15>},
    .duplicates = {.unless_equal = true, .stay_errors = before<15>, .before_wrapping = before<15>},
    .groups = {.hold = since<15>, .mind_locals = true},
    .thread_local_names =
        [](const Command &c) { return before<15>(c) ? ThreadLocal::RefusedDefinition : ThreadLocal::Free; },
    .common_over_weak = true,
    .static_is_closed = since<20>,
};

}  // namespace

const ElfRules &elf_rules_for(const Command &command) {
  static constexpr const ElfRules *rows[] = {&gnu_ld, &gold, &mold, &lld};
  for (const ElfRules *row : rows)
    if (row->applies(command)) return *row;
  return lld;
}

}  // namespace ldwhy
