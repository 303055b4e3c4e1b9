// The class of lld_coff_walk.cc and lld_coff_symbols.cc.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "resolve/coff_walk.h"

namespace ldwhy {

class LldCoffWalk : CoffWalk {
  enum class State : uint8_t { Absent, Undefined, Lazy, Defined, Common, Absolute, ImportSlot, ImportStub };
  struct Entry {
    State state = State::Absent;
    bool comdat = false;
    bool weak = false;           // bitcode: gives way
    bool loading = false;        // its member is on the way
    bool has_alias = false;
    bool root = false;
    bool deferred = false;       // may be missing until LTO is done
    Name alias = no_name;        // with has_alias: a symbol of the object itself where there is no name
    ObjectId alias_of = no_object;
    ObjectId holder = no_object; // who defines it, or would
    ObjectId asker = no_object;
    uint32_t section = 0;
    uint64_t value = 0;          // absolute: the value; common: the size
  };
  struct Task {
    uint32_t input = 0;          // with no object
    ObjectId object = no_object;
  };
  enum class Part : uint8_t { Kept, Pending, Dropped };  // of a section
  enum class Stage : uint8_t { BeforeLto, End };
  struct Wrapped {
    Name name, real, wrap;
  };
  // One object, while its table is gone through.
  struct Reading {
    const CoffRows &object;
    ObjectId id;
    std::map<uint32_t, Part> parts = {};        // COMDAT sections
    std::set<uint32_t> leaderless = {};         // sections whose next symbol leads them
    std::vector<const CoffRow *> later = {}, weak = {};
  };

 public:
  explicit LldCoffWalk(const Link &link);
  Resolved run();

 private:
  Entry &entry(Name name);
  static bool is_defined(const Entry &entry) { return entry.state >= State::Defined; }
  bool failed() const { return has_duplicates() || !result_.objections.empty(); }
  bool is_older_than(int major) const;
  bool is_machine_known() const;
  // As the linker spells a C name.
  std::string c_name(std::string_view name) const;
  bool is_link_exe() const { return link_.command.linker == Linker::LinkExe; }

  // Files.
  void queue_command_inputs();
  void queue_input(uint32_t input);
  bool is_left_out(uint32_t input) const;
  bool lacks_input() const;
  bool run_queue();
  void add_input(uint32_t input);
  // A DLL itself serves MinGW as its import library would.
  void add_image(uint32_t input);
  void offer(Name name, ObjectId id);
  void load(ObjectId id, ObjectId by, Name name);
  // Before LLD 20 an object between /start-lib and /end-lib is read where it stands, for what is
  // wanted by then; for what is wanted later its names stay mere offers.
  bool comes_too_late(ObjectId id) { return input_of(id).kind == InputKind::Object && is_older_than(20); }
  void import_from_image(ObjectId id, Name name);
  bool ends_at_bitcode(ObjectId id);
  void take(ObjectId id, Fate fate);
  // The table that ends an import library has such symbols; LLD could not read it before 20 or so.
  bool refers_to_foreign_section(ObjectId id);

  // An object's symbols.
  void add_symbols(ObjectId id);
  void add_placed(Reading &reading, const CoffRow &row);
  void add_postponed(Reading &reading);
  void need(Name name, ObjectId by, bool weak);
  Entry &settle(Name name, State state, ObjectId id);
  void define(const CoffRow &row, ObjectId id, Part part);
  void define_common(const CoffRow &row, ObjectId id);
  void define_absolute(const CoffRow &row, ObjectId id);
  // False: another has it.
  bool define_import(Name name, ObjectId id, State state);
  // True where this object's copy of the section is kept.
  bool define_leader(const CoffRow &row, const ComdatSection *comdat, ObjectId id);
  bool agree(const ComdatSection &first, const ComdatSection &second) const;
  void set_alias(const CoffRow &row, const CoffRows &object, ObjectId id);

  // What objects ask of the linker.
  void read_directives(ObjectId id);
  void obey_directive(std::string_view word, ObjectId id);

  // What the linker itself asks for.
  Name want_name(std::string_view text, ObjectId by);
  Name want_root(std::string_view text);
  // "main" may be there under a C++ or a calling convention's name.
  Name find_mangled(std::string_view wanted);
  bool has_program(std::string_view name);
  void use_mangled(Name name);
  // False: the link ends here.
  bool choose_entry();
  std::string default_entry(bool dll);
  void ask_for_exports();
  void ask_for_delay_helper();
  bool is_seen_from_outside(Name name);
  void ask_for_constructors();
  // MinGW's -u brings a member in where there is one, and is no error else.
  void ask_for_offered();
  void add_alternate(std::string_view name, std::string_view other);
  void add_alternates();
  // --wrap: NAME's references are to mean __wrap_NAME, and __real_NAME's NAME.
  void ask_for_wrapped();
  Name meant(Name name) const;
  // MinGW: a name that only __imp_NAME can serve brings that in.
  void load_for_imports();
  // "_f@4" and "@f@4" may be served by "_f".
  void use_undecorated(Name name);

  // The end.
  // The defined symbol that stands in for an undefined one.
  Name alias_of(Name name);
  bool makes(Name name) { return lld_coff_makes(link_, text(name), mingw_); }

  // LTO (lld_coff_lto.cc).
  void compile_bitcode();
  void find_kept_uses();
  bool is_full_lto(ObjectId id) const;
  std::optional<Name> merged_import(ObjectId id, std::string_view symbol);
  // What nobody calls by its own name.
  bool is_dropped_by_lto(Name name);
  bool loses_alias(Name name, Name other);
  // Whether what LTO leaves of a module refers to the name.
  bool is_kept_use(ObjectId id, Name name) const { return !knows_uses_ || kept_uses_.contains({id, name}); }

  bool is_weak_in_bitcode(ObjectId id, Name name);
  bool alias_comes_first(Name plain, std::string_view slot);
  bool has_slot(std::string_view wanted, Stage stage);
  bool is_resolved(Name name, Stage stage);
  bool has_bitcode() const;
  // False: the link ends here.
  bool check_before_lto();
  void report_unresolved(Stage stage);
  bool slot_is_used(Name stub);
  void report_never_loaded();
  // What LLD finds out only when it writes the image: an import that an object has a definition of
  // too, imports that only MinGW's runtime could put right.
  void report_broken_imports();

  std::vector<Entry> table_;
  std::deque<Task> queue_;
  std::set<ObjectId> loaded_;
  std::set<std::string> visited_;
  std::set<std::pair<ObjectId, uint32_t>> dropped_;  // sections
  std::set<std::string, std::less<>> without_;       // /nodefaultlib
  std::vector<Definition> alternate_names_;
  struct Exported {
    std::string symbol;
    bool named = false;  // by an option or a module-definition file
  };
  std::vector<Exported> exports_;
  std::vector<Wrapped> wrapped_;
  std::set<Name> undecorated_;  // names that a plain one serves
  std::set<std::pair<ObjectId, Name>> kept_uses_;  // of bitcode, once it is compiled
  bool knows_uses_ = false;
  std::map<std::string, size_t, std::less<>> places_;  // of names in LLD's table
  std::string subsystem_;
  Name entry_ = no_name;
  std::vector<Name> replaced_imports_;
  bool assumes_x64_ = false;
  bool ended_ = false;  // by an error that stops LLD at once
};

}  // namespace ldwhy
