// An ELF link as its linker goes through it. The parts that look at it one after the other:
// a walk over the inputs (elf_walk.cc, elf_reach.cc), then what is missing (elf_missing.cc), then
// what is defined twice (elf_duplicates.cc). Where the linkers differ is in ElfRules.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "input/version_script.h"
#include "resolve/elf_linkers.h"
#include "resolve/resolve.h"
#include "resolve/symbol_index.h"

namespace ldwhy {

// What holds a name: the rank of its definition.
enum class Hold : uint8_t { Nothing, Shared, Common, Weak, Strong };

struct ElfName {
  Hold hold = Hold::Nothing;
  bool needed : 1 = false;         // an object or an option refers to it, not weakly
  bool wanted : 1 = false;         // needed, and nothing provides it so far
  bool referred : 1 = false;       // an object refers to it, not weakly
  bool needed_weakly : 1 = false;
  bool needed_shared : 1 = false;  // a shared library does
  bool shared_first : 1 = false;   // before any object did
  bool seen_shared : 1 = false;    // a shared library refers to it, if only weakly
  bool bound_weakly : 1 = false;   // an object's weak reference met a shared library's definition
  bool closed : 1 = false;         // its visibility says: this image must define it
  bool hidden : 1 = false;         // its definition here is not for others
  bool weak_library : 1 = false;   // a shared library's weak reference was the first of all
  bool only_later : 1 = false;     // archives that were passed no longer serve it
  bool lost : 1 = false;           // a definition of it went with a lost group
  bool seen_hidden : 1 = false;    // a reference or a definition says that it is not for others
  bool assigned : 1 = false;       // --defsym, a script
  bool provided : 1 = false;       // … but only where nothing else defines it
};

class ElfLink {
 public:
  using Name = SymbolIndex::Name;

  ElfLink(const Link &link, const ElfRules &rules);

  const Link &link;
  const Command &command;
  const ElfRules &rules;
  ElfRules::Archives::Commons commons;
  std::unique_ptr<SymbolIndex> owned;
  SymbolIndex &index;
  Resolution result;
  std::vector<ElfName> names;            // by Name
  std::vector<uint32_t> turns;           // by ObjectId: the how-manieth object of the link; 0: none
  std::vector<ObjectId> entered;         // in that order
  // --gc-sections: names that nothing has and sections that stay refer to, where that was looked at.
  std::optional<std::set<Name>> kept_needs;
  std::vector<ObjectId> first_object;    // by input; one more at the end
  std::map<Name, std::string> asked_by;  // -u and such, for people
  std::map<Name, Name> renamed;          // --wrap, where it comes after the walk
  VersionScript script;                  // all nodes of the version scripts
  bool ended = false;                    // in the middle of the walk
  std::optional<Name> met_in_loaded;     // ended the link in a library that another one loads
  std::map<Name, std::string_view> default_versions;  // of plain names that LLD takes for NAME@@VERSION
  std::vector<Name> dropped;             // that a lost group held until all inputs were read
  std::optional<Objection> ending_relocation;
  std::vector<Objection> refused_positions;  // relocations that an image loaded anywhere cannot hold
  std::vector<std::string> discarded;    // references to what went with lost groups, for people
  std::set<Name> must_exist;             // an error where nothing defines them

  ElfName &operator[](Name name) { return names[name]; }
  // Asks for the memory of a name that will be looked at some steps after list[at].
  void prefetch(std::span<const Name> list, size_t at) const {
    constexpr size_t ahead = 8;
    if (at + ahead < list.size()) __builtin_prefetch(&names[list[at + ahead]]);
  }
  // Of a global symbol of an object's table.
  std::optional<Name> name_of(const Symbol &symbol) const;
  bool is_shared(ObjectId id) const { return shared_[id]; }
  bool is_usable(ObjectId id) const;
  // Inputs whose members are taken only when needed.
  bool is_searched(uint32_t input) const;
  // Whether options forbid shared libraries where this object stands.
  bool is_static(ObjectId id) const;
  bool is_executable() const;
  // Whether a name is NAME@VERSION, or means that: LLD takes a plain name for NAME@@VERSION where any
  // member on the line has that, taken or not.
  bool means_version(Name name) const {
    return index[name].text().find('@') != std::string_view::npos || default_versions.contains(name);
  }
  bool means_versions() const { return !default_versions.empty(); }
  // A version script hides the name.
  bool is_made_local(std::string_view name) const;
  // --exclude-libs: what the archive's members define is hidden.
  bool is_excluded(ObjectId id) const;
  // Marks an object as part of the link: its groups are its own where no other object has them.
  void enter(ObjectId id, Fate fate);
  // Whether another object has this one's COMDAT group of that signature.
  bool loses_group(ObjectId id, std::string_view signature) const;
  bool loses_groups(ObjectId id) const { return loses_groups_[id]; }
  // What an object defines only in groups that it loses: the link goes on as if it referred to it.
  template <class F>
  void for_each_lost(ObjectId id, F visit) const {
    for (uint32_t place : lost_[id]) visit(index.defines(id)[place]);
  }
  // What the object defines, once it is entered.
  void define_all(ObjectId id);
  // Once all inputs are read: takes the names away that lost groups held until then.
  void drop_lost();
  // A reference says that no other image may define the name.
  void close(Name name);

 private:
  void take_options();
  void find_default_versions();
  void read_version_scripts();
  void claim_groups(ObjectId id);
  void define(Name name, ObjectId id, const SymbolIndex::Traits &traits, bool lost);
  bool lost_groups_hold_;

  std::deque<std::string> made_names_;  // that no input has
  std::vector<ObjectId> group_owners_;    // by Name, of signatures
  std::vector<std::vector<uint32_t>> lost_;  // by ObjectId: places in its definitions, ascending
  std::vector<bool> loses_groups_;        // by ObjectId
  std::vector<bool> shared_;              // by ObjectId
  struct LostHolder {
    Name name;
    ObjectId id;
    bool weak;
  };
  std::vector<LostHolder> held_by_lost_;  // what lost groups hold until all inputs are read
};

void walk_elf(ElfLink &link);
void reach_elf(ElfLink &link);
void report_missing_elf(ElfLink &link);
// GNU ld reads the libraries that those of the line load (DT_NEEDED). Where one of them has a name
// that objects miss, the first such name in the library's own table ends the link ("DSO missing
// from command line"), or is served by it under --copy-dt-needed-entries (elf_loaded.cc).
std::optional<SymbolIndex::Name> meet_loaded_elf(ElfLink &link);
void report_duplicates_elf(ElfLink &link);
bool has_duplicates_elf(ElfLink &link);
// The linker defines the name itself where no input does, or makes references to it needless.
bool elf_makes(const ElfLink &link, std::string_view name);
// Versions that nobody defines, shared libraries where there may be none. Takes away what the
// linker does not get to say then.
void object_elf(ElfLink &link);

// resolve() for ELF, but for what LTO adds.
Resolved resolve_elf(const Link &link);

}  // namespace ldwhy
