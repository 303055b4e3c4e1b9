// Where linkers for ELF differ: one row each, GNU ld, gold, mold and LLD (elf_linkers.cc). A walk or
// a check asks its row, never which linker it is.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "model/command.h"

namespace ldwhy {

struct ElfRules {
  using Asks = bool (*)(const Command &command);  // where an option or a version decides

  // Which members come in.
  struct Archives {
    enum class Search : uint8_t {
      OnePass,     // searched where they stand, once (GNU ld, gold)
      Remembered,  // what was passed by is asked at once when a name is needed later (LLD)
      Reachable,   // the best definition of each name on the whole line, then what that needs (mold)
    };
    Search search = Search::OnePass;
    // A common symbol brings in a member that really defines the name.
    enum class Commons : uint8_t { Stay, ExtractData, Extract };
    Commons (*commons)(const Command &command) = nullptr;
    // Groups are searched again only where objects refer to names that none referred to before.
    bool groups_for_objects = false;
    // An archive named twice is read once.
    bool reads_once = false;
    // An archive without an index ends the link where it stands.
    bool ends_without_index = false;
    // A weak reference that comes before an object's others takes back what libraries asked for.
    bool weak_takes_back = false;
    // LLD: __real_NAME brings in what defines NAME.
    Asks real_extracts = nullptr;
  };

  // What shared libraries may need, and when they are in the link.
  struct Libraries {
    // One under --as-needed is dropped where it stands if nothing before needs it.
    bool drop_early = false;
    // What they miss is an error (for programs, where nothing allows it).
    bool miss_names = false;
    // … but is said only where no object misses the same.
    bool after_objects = false;
    // What they need must not be hidden in the program.
    Asks miss_hidden = nullptr;
    // … even where an option allows them to miss names.
    bool miss_hidden_always = false;
    // A name that they miss is said with the version that they want.
    bool spell_versions = false;
    // A weak reference of one that comes before all others makes other libraries' weak.
    bool first_counts = false;
    // What they load is found and searched as well.
    bool load_others = false;
    // What stands hidden in their tables of dynamic symbols is not theirs to offer.
    bool pass_hidden = false;
    // What they refer to or have too stays under --gc-sections, though a version script hides it.
    bool keep_hidden_by_script = false;
    // None may be in a static link.
    bool refused_when_static = false;
    // One that is named by its path after -Bstatic is refused.
    bool refused_after_static = false;
    // Those that they load must be on the line under --copy-dt-needed-entries, which is not supported.
    bool refuse_copying = false;
  };

  // NAME@VERSION and version scripts.
  struct Versions {
    // References to versions that no library has are errors, whatever allows missing names.
    bool missed = false;
    // In a shared library such references are errors of their own kind.
    bool refused = false;
    // In the table of dynamic symbols such references end the link.
    bool end_in_table = false;
    // What is missing or double is said although something else is refused.
    bool goes_on_after = false;
    // Default versions are names apart from others that end in the same version.
    bool apart = false;
    // Where any member on the line defines NAME@@VERSION, taken or not, the plain name means that.
    bool from_archives = false;
    // A version script may not make a name both global and local.
    bool refuse_contradictions = false;
    // Names of a version script that nothing defines are errors.
    Asks script_must_exist = nullptr;
    // Names that a version script shows are roots of --gc-sections in programs too.
    bool script_exports = false;
  };

  struct Missing {
    // What must be defined here may be bound to a shared library all the same; it is missed then.
    bool binds_closed = false;
    // Options that allow missing names allow those too that must be defined here.
    bool allows_closed = false;
    // What no library has need not be defined here where its visibility is only protected.
    bool protected_stays_open = false;
    // --warn-unresolved-symbols makes warnings of those too that must be defined here.
    bool warns_of_closed = false;
    // A weak reference that comes first makes those after it weak.
    bool first_reference_counts = false;
    // What options ask for is missed only where an object needs it too.
    bool roots_are_weak = false;
    // A missing name of --require-defined, or of an expression, ends the link.
    bool ends_at_required = false, ends_at_expression = false;
    // Names are looked at in the order of a hash table, up to the first that ends the link.
    bool ends_in_hash_order = false;
    // A relocation that nothing can be done about ends the link where it stands.
    bool ends_at_relocation = false;
    // References in sections that no program loads must find a definition too.
    enum class Unloaded : uint8_t { Free, Checked, CheckedLast };
    Unloaded unloaded = Unloaded::Free;  // CheckedLast: once the rest is found in order
  };

  // Relocations in an image that is loaded anywhere (elf_positions.h). Pairs: in shared libraries, in
  // programs.
  struct Positions {
    enum class Target : uint8_t {
      Here,             // defined in this image, which will use that definition
      OpenFunction,
      OpenData,        // … but may use another image's
      LibraryFunction,
      LibraryData,  // a shared library's
      Weak,
      HiddenWeak,  // nobody's, and need not be anyone's
      Missing,
      Absolute,          // a number
    };
    struct Targets {
      uint16_t bits = 0;
      constexpr Targets() = default;
      constexpr Targets(std::initializer_list<Target> targets) {
        for (Target target : targets) bits = static_cast<uint16_t>(bits | 1u << static_cast<unsigned>(target));
      }
      constexpr bool has(Target target) const { return bits >> static_cast<unsigned>(target) & 1; }
    };
    // Addresses in fields too narrow for the loader, and distances, to these are refused.
    Targets narrow[2] = {}, distance[2] = {};
    // Full addresses in what cannot be written are refused like narrow ones.
    bool full_in_code = false;
    // Distances are refused also in what can be written.
    bool distance_in_data = false;
    // They are looked at when the output is written, and the first one ends the link there.
    bool distance_later = false;
    // What is missing, where that is an error, is said as such only.
    bool undefined_first = false;
    // What is missing is not said beside these.
    bool said_alone = false;
    // Programs for 32-bit x86: addresses of libraries' functions, and distances to them, are refused.
    bool functions_by_register = false;
    // Programs: weak references are minded only beside shared libraries.
    Asks weak_beside_libraries = nullptr;
    // Programs: addresses of functions and variables that others may see are taken.
    Asks takes_typed = nullptr;
  };

  struct Duplicates {
    // Names may be defined twice in an object that is made of others.
    bool in_relocatable = false;
    // Two absolute symbols of one value are no duplicates.
    bool unless_equal = false;
    // Compilers' own code that a plugin reads gives way to whatever has the name before it.
    bool ir_gives_way = false;
    // Sections are collected before duplicates are looked for.
    bool after_collecting = false;
    // --noinhibit-exec leaves them errors.
    Asks stay_errors = nullptr;
    // They are found while inputs are read, and end the link before --wrap is applied.
    Asks before_wrapping = nullptr;
  };

  // COMDAT groups that another object has.
  struct Groups {
    // What stands in one still holds its name until all inputs are read, and brings in nothing;
    // else it is a reference from the beginning.
    Asks hold = nullptr;
    // No archive is asked for names that they defined.
    bool bar = false;
    // References to such names are errors whatever allows missing ones.
    bool missed = false;
    // References to local symbols in them are errors.
    bool mind_locals = false;
    // A section .gnu.linkonce.KIND.NAME is a group NAME.
    bool linkonce = false;
  };

  // Names that are thread-local in some inputs only (elf_thread_local.cc).
  enum class ThreadLocal : uint8_t {
    Free,
    Refused,            // each is said
    RefusedDefinition,  // those of a plain definition that comes behind a reference
    Ends,               // the first one ends the link
  };

  // Which column of the table of names that linkers define themselves (elf_made.cc).
  enum class Maker : uint8_t { GnuLd, Gold, Lld, Mold };

  Asks applies;
  Maker maker = Maker::GnuLd;
  Archives archives;
  Libraries libraries;
  Versions versions;
  Missing missing;
  Positions positions;
  Duplicates duplicates;
  Groups groups;
  ThreadLocal (*thread_local_names)(const Command &) = [](const Command &) { return ThreadLocal::Free; };
  // A common symbol takes the place of a weak definition.
  bool common_over_weak = false;
  // --defsym and scripts define their names before archives are searched.
  bool assigns_early = false;
  // Programs under -static export nothing, whatever --export-dynamic says.
  Asks static_is_closed = nullptr;
  // So does a program that needs no library and is loaded where it says.
  bool fixed_is_closed = false;
  // Sections that no program loads are collected where nothing else of their object stays.
  bool collects_unloaded = false;
  // --noinhibit-exec makes warnings of all errors.
  bool forgives_all = false;
  // --fatal-warnings: symbols that change their type, and shown names that nothing has, are errors.
  bool warnings_count = false;
};
const ElfRules &elf_rules_for(const Command &command);

}  // namespace ldwhy
