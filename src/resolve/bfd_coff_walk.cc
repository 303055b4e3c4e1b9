// How GNU ld resolves names for PE (binutils 2.40, found out by trials; ld manual, "WIN32
// (cygwin/mingw)").
//
// Archives are searched once, where they stand, along their index, as often as that brings new
// names; a common symbol brings nothing in. Of sections with one name and one COMDAT name the first
// is kept, whatever the objects ask for, with a warning at most. A weak external is worth nothing:
// a reference to it from another object stays undefined. When all files are read, names are tried
// without or with their stdcall ending, DLLs on the line serve what is left, and a name whose
// __imp_NAME is there is imported by way of it. Missing is what a relocation then refers to.
#include <algorithm>
#include <ranges>

#include "input/coff_section_uses.h"
#include "resolve/coff_walk.h"
#include "resolve/ir_reader.h"

namespace ldwhy {
namespace {

constexpr std::string_view slot_mark = "__imp_";

class BfdCoffWalk : CoffWalk {
  enum class State : uint8_t { Absent, Undefined, UndefinedWeak, Defined, DefinedWeak, Common };
  using SectionOf = std::pair<ObjectId, uint32_t>;
  struct Entry {
    State state = State::Absent;
    bool absolute = false;
    bool by_option = false;  // --defsym: gives way to the next definition
    bool discarded = false;  // a copy of it was dropped: archives are not searched for it any more
    ObjectId holder = no_object;
    ObjectId asker = no_object;
    uint64_t value = 0;
  };

 public:
  explicit BfdCoffWalk(const Link &link) : CoffWalk(link) {
    result_.one_pass = true;
    table_.resize(index_->bound());
  }

  Resolved run() {
    const Command &command = link_.command;
    for (const std::string &name : command.undefined_roots) want(name);
    if (!command.entry.empty()) want(command.entry);
    for (uint32_t input = 0; input < link_.inputs.size(); ++input) {
      define_by_options(command.inputs[input].argument);
      int group = command.inputs[input].group;
      uint32_t end = input + 1;
      while (group >= 0 && end < link_.inputs.size() && command.inputs[end].group == group) ++end;
      size_t before = 0;
      do {
        before = undefined_added_;
        for (uint32_t i = input; i < end; ++i) {
          want_exports(i);
          add_input(i);
        }
      } while (group >= 0 && before != undefined_added_);
      input = end - 1;
    }
    define_by_options(static_cast<uint32_t>(command.linker_argv.size()));
    if (ended_) return finish();
    want_exports(link_.inputs.size());
    if (command.coff.stdcall_fixup) fix_stdcalls();
    import_from_images();
    report_unresolved();
    if (result_.unresolved.empty() && !has_duplicates()) report_out_of_range();
    report_lost_names();
    for (const std::string &name : exported_symbols()) check_export(name);
    for (const std::string &name : exports_) check_export(coff_c_name(link_, name));
    return finish();
  }

 private:
  Entry &entry(Name name) {
    if (name >= table_.size()) table_.resize(index_->bound());
    return table_[name];
  }
  Entry *find(std::string_view text) {
    std::optional<Name> name = index_->find(text);
    if (!name) return nullptr;
    Entry &known = entry(*name);
    return known.state == State::Absent ? nullptr : &known;
  }

  void want(std::string_view text) {
    Name name = index_->find(text).value_or(no_name);
    if (name == no_name) name = index_->intern_copy(std::string(text));
    need(name, no_object);
  }

  // A module-definition file asks for what it exports, where it stands.
  void want_exports(size_t before) {
    for (const CoffOptions::ModuleFile &definitions : link_.command.coff.module_definitions) {
      if (definitions.before != before) continue;
      for (const std::string &name : exported_by(definitions))
        if (!find(name)) want(name);
    }
  }

  // --defsym counts where it stands: archives are not searched for its name any more, and what
  // defined it before is forgotten.
  void define_by_options(uint32_t before) {
    const std::vector<std::string> &words = link_.command.linker_argv;
    for (; next_word_ < before && next_word_ < words.size(); ++next_word_) {
      constexpr std::string_view option = "defsym";
      std::string_view word = words[next_word_];
      size_t dashes = word.starts_with("--") ? 2 : word.starts_with('-') ? 1 : 0;
      if (dashes == 0 || !word.substr(dashes).starts_with(option)) continue;
      std::string_view rest = word.substr(dashes + option.size());
      if (rest.empty() && next_word_ + 1 < words.size()) rest = words[next_word_ + 1];
      else if (rest.starts_with('=')) rest.remove_prefix(1);
      else continue;
      std::string_view name = rest.substr(0, rest.find('='));
      if (name.size() == rest.size()) continue;
      Name defined = index_->intern_copy(std::string(name));
      Entry fresh;
      fresh.state = State::Defined;
      fresh.absolute = fresh.by_option = true;
      entry(defined) = fresh;
    }
  }

  void add_input(uint32_t input) {
    const InputArg &argument = link_.command.inputs[input];
    ObjectId first = first_object_[input], end = first_object_[input + 1];
    switch (link_.inputs[input].kind) {
      case InputKind::Archive:
        if (!argument.whole_archive) return search(input);
        for (ObjectId id = first; id < end; ++id) take(id, Fate::Taken);
        break;
      case InputKind::Object: take(first, Fate::Taken); break;
      case InputKind::Shared:
        if (result_.fates[first] != Fate::NotNeeded) break;
        result_.fates[first] = Fate::Taken;
        images_.push_back(first);
        break;
      default: break;
    }
  }

  // Along the index, again while a member brought new names.
  void search(uint32_t input) {
    std::vector<std::pair<std::string_view, ObjectId>> names =
        index_of_archive(link_.inputs[input], first_object_[input], false);
    std::vector<bool> done(names.size());
    for (bool again = true; again;) {
      again = false;
      ObjectId last = no_object;
      bool taken = false;
      for (size_t i = 0; i < names.size(); ++i) {
        auto [name, id] = names[i];
        if (done[i]) continue;
        if (taken && id == last) {
          done[i] = true;
          continue;
        }
        Entry *known = find(name);
        if (!known && link_.command.coff.auto_import && name.starts_with(slot_mark))
          known = find(name.substr(slot_mark.size()));
        if (!known) continue;
        if (known->state != State::Undefined && known->state != State::Common) {
          done[i] = known->state != State::UndefinedWeak;
          continue;
        }
        last = id;
        taken = false;
        // A common symbol has the member opened, too.
        if (known->state == State::Common && !reads_ir(link_.command, link_.object(id)->kind()))
          return take(id, Fate::Extracted);
        if (known->state != State::Undefined || known->discarded || result_.fates[id] != Fate::NotNeeded) continue;
        size_t before = undefined_added_;
        result_.extracted_by[id] = known->asker;
        result_.extracted_for[id] = name;
        take(id, Fate::Extracted);
        taken = true;
        for (size_t mark = i + 1; mark-- > 0 && names[mark].second == id;) done[mark] = true;
        again |= before != undefined_added_;
      }
    }
  }

  void take(ObjectId id, Fate fate) {
    if (result_.fates[id] != Fate::NotNeeded) return;
    result_.fates[id] = fate;
    const Object &object = *link_.object(id);
    if (ended_ || !reads_ir(link_.command, object.kind())) {
      if (!ended_) object_to("wrong-format", link_.name_of(id) + ": file not recognized: file format not recognized");
      ended_ = true;
      return;
    }
    const CoffRows &entries = rows(id);
    link_sections(entries, id);
    for (const CoffRow &row : entries.rows) add_symbol(row, id);
    if (object.kind() == ObjectKind::Import) {
      std::string_view dll = object.shared_name();
      want("__IMPORT_DESCRIPTOR_" + std::string(dll.substr(0, dll.rfind('.'))));
    }
    for (std::string_view word : object.linker_options()) {
      CoffDirective directive = read_directive(word);
      if (directive.name == "export") exports_.push_back(read_export(directive.value).symbol);
    }
  }

  // Drops the sections that an earlier object has brought.
  void link_sections(const CoffRows &entries, ObjectId id) {
    for (const ComdatSection &section : entries.comdats) {
      if (section.choice == ComdatChoice::NoDuplicates || section.choice == ComdatChoice::Associative) continue;
      std::string name(section.name), comdat = comdat_name(entries, section);
      if (!linked_sections_.insert({std::move(name), std::move(comdat)}).second) dropped_.insert({id, section.number});
    }
  }

  // The second symbol of the section; in GNU's form the one that the section's name ends in.
  std::string comdat_name(const CoffRows &entries, const ComdatSection &section) const {
    if (section.choice == ComdatChoice::None) return "";
    size_t dollar = section.name.find('$');
    size_t underscore = link_.command.target.arch == Arch::I386 ? 1 : 0;
    for (const CoffRow &row : entries.rows) {
      if (row.section != section.number || row.is_section || row.kind == CoffRow::Kind::WeakExternal) continue;
      bool named = dollar == section.name.npos ||
                   row.text.substr(std::min(underscore, row.text.size())) == section.name.substr(dollar + 1);
      if (named) return "=" + std::string(row.text);
    }
    return "";
  }

  // --wrap=NAME: what an object does not define itself, common symbols among it, is another name.
  Name meant(const CoffRow &row) {
    bool needs = row.kind == CoffRow::Kind::Undefined || row.kind == CoffRow::Kind::WeakExternal ||
                 row.kind == CoffRow::Kind::Common;
    if (!needs) return row.name;
    for (const std::string &plain : link_.command.wrapped) {
      if (row.text == coff_c_name(link_, plain)) return index_->intern_copy(coff_c_name(link_, "__wrap_" + plain));
      if (row.text == coff_c_name(link_, "__real_" + plain)) return index_->intern_copy(coff_c_name(link_, plain));
    }
    return row.name;
  }

  void add_symbol(const CoffRow &row, ObjectId id) {
    if (row.name == no_name) return;
    switch (row.kind) {
      case CoffRow::Kind::Undefined: need(meant(row), id); break;
      case CoffRow::Kind::WeakExternal:
        if (Entry &known = entry(meant(row)); known.state == State::Absent) {
          known.state = State::UndefinedWeak;
          known.asker = id;
        }
        break;
      case CoffRow::Kind::Common: define_common(meant(row), id); break;
      case CoffRow::Kind::Absolute:
      case CoffRow::Kind::Defined:
        if (!dropped_.contains({id, row.section})) {
          define(row, id);
          break;
        }
        need(row.name, id);
        entry(row.name).discarded = true;
        break;
      case CoffRow::Kind::Other: break;
    }
  }

  void need(Name name, ObjectId by) {
    Entry &known = entry(name);
    if (known.state != State::Absent && known.state != State::UndefinedWeak) return;
    known.state = State::Undefined;
    known.asker = by;
    undefined_.push_back(name);
    ++undefined_added_;
  }

  void define(const CoffRow &row, ObjectId id) {
    Entry &known = entry(row.name);
    bool absolute = row.kind == CoffRow::Kind::Absolute;
    if (row.weak &&
        (known.state == State::Defined || known.state == State::DefinedWeak || known.state == State::Common))
      return;
    if (known.state == State::Defined && !known.by_option) {
      bool harmless = known.absolute && absolute && known.value == row.value;
      if (!harmless) add_duplicate(row.name, known.holder, id);
      return;
    }
    known.by_option = false;
    known.state = row.weak ? State::DefinedWeak : State::Defined;
    known.absolute = absolute;
    known.value = row.value;
    known.holder = id;
  }

  void define_common(Name name, ObjectId id) {
    Entry &known = entry(name);
    if (known.state == State::Defined || known.state == State::Common) return;
    known.state = State::Common;
    known.holder = id;
    ++undefined_added_;
  }

  void settle(Name name, ObjectId holder) {
    entry(name).state = State::Defined;
    entry(name).holder = holder;
  }

  // "f@4" or "@f@4" may be served by "f", and "f" by an "f@4", "_f" by an "@f@4" too.
  // One after the other, in the order in which they were wanted: what was served can serve others.
  void fix_stdcalls() {
    for (Name name : undefined_) {
      if (entry(name).state != State::Undefined) continue;
      std::string wanted(text(name));
      size_t at = wanted.find('@', 1);
      if (at != std::string::npos || wanted[0] == '@') {
        if (wanted[0] == '@') wanted[0] = '_';
        Entry *plain = find(std::string_view(wanted).substr(0, at));
        if (plain && plain->state == State::Defined) settle(name, plain->holder);
        continue;
      }
      ObjectId holder = no_object;
      index_->for_each_name([&](Name other) {
        if (other >= table_.size() || table_[other].state != State::Defined) return;
        if (is_decoration_of(text(other), wanted)) holder = table_[other].holder;
      });
      if (holder != no_object) settle(name, holder);
    }
  }
  static bool is_decoration_of(std::string_view candidate, std::string_view plain) {
    if (candidate.size() <= plain.size() || candidate[plain.size()] != '@') return false;
    bool fastcall = candidate[0] == '@' && plain[0] == '_' && candidate.substr(1, plain.size() - 1) == plain.substr(1);
    return fastcall || candidate.starts_with(plain);
  }

  // What a DLL serves gets an object of its own, with the slot and, for code, the plain name; the last DLL
  // is asked first. A slot
  // that an import library or another DLL brought in is then there twice.
  void import_from_images() {
    for (ObjectId image : images_ | std::views::reverse) {
      for (const CoffRow &row : rows(image).rows) {
        if (row.name == no_name || row.text.starts_with(slot_mark)) continue;
        Name slot = index_->intern_copy(std::string(slot_mark) + std::string(row.text));
        bool wanted = entry(row.name).state == State::Undefined;
        if (!wanted && entry(slot).state != State::Undefined) continue;
        if (entry(slot).state == State::Defined) add_duplicate(slot, entry(slot).holder, image);
        else settle(slot, image);
        if (wanted && row.is_code) settle(row.name, image);
      }
    }
  }

  bool is_imported(Name name) {
    if (!link_.command.coff.auto_import) return false;
    Entry *slot = find(std::string(slot_mark) + std::string(text(name)));
    return slot && slot->state == State::Defined;
  }

  // --gc-sections: what the entry point and -u reach from section to section, and what the linker
  // script and GNU ld itself keep (trials; ld manual, "--gc-sections"). Tables of functions stay
  // whatever they describe, and keep nothing.
  static bool starts_with_one(std::string_view section, std::initializer_list<std::string_view> starts) {
    return std::ranges::any_of(starts, [&](std::string_view start) { return section.starts_with(start); });
  }
  static bool is_kept(std::string_view section) {
    return starts_with_one(section, {".ctors", ".dtors", ".vectors", ".CRT$", ".init", ".fini", ".jcr", ".tls"});
  }
  static bool only_stays(std::string_view section) {
    return starts_with_one(section, {".idata", ".pdata", ".xdata", ".rsrc"});
  }
  struct SectionEdges {
    std::vector<std::pair<SectionOf, std::string_view>> needs;  // from where, and what
    std::vector<std::pair<SectionOf, SectionOf>> own;           // inside an object, by no name
    std::vector<SectionOf> kept, staying;
  };
  SectionEdges section_edges() {
    SectionEdges edges;
    for (ObjectId id = 0; id < link_.objects.size(); ++id) {
      if (!is_in(id) || link_.object(id)->kind() != ObjectKind::Relocatable) continue;
      (void)link_.object(id)->for_each_reference([&](const Reference &reference) {
        SectionOf place{id, reference.section_number};
        edges.needs.emplace_back(place, reference.symbol);
        if (is_kept(reference.section)) edges.kept.push_back(place);
        if (only_stays(reference.section)) edges.staying.push_back(place);
      });
      for (auto [from, to] : read_coff_section_uses(*link_.object(id))) edges.own.push_back({{id, from}, {id, to}});
    }
    std::ranges::stable_sort(edges.needs, {}, [](const auto &edge) { return edge.first; });
    return edges;
  }
  // Where a name is defined as this object sees it.
  std::optional<SectionOf> place_of(std::string_view wanted, ObjectId by) {
    Entry *known = find(wanted);
    ObjectId holder = known && known->state >= State::Defined ? known->holder : by;
    if (holder == no_object) return std::nullopt;
    for (const CoffRow &row : rows(holder).rows)
      if (row.text == wanted && row.section != 0) return SectionOf{holder, row.section};
    return std::nullopt;
  }
  // A DLL without a word on what it exports offers everything.
  std::vector<std::string> all_exports() {
    std::vector<std::string> names = exported_symbols();
    for (const std::string &name : exports_) names.push_back(coff_c_name(link_, name));
    const std::vector<std::string> &words = link_.command.linker_argv;
    auto says = [&](std::string_view word) { return std::ranges::find(words, word) != words.end(); };
    bool all = says("--export-all-symbols") || (link_.command.output_kind == Output::Shared && names.empty());
    if (!all || says("--exclude-all-symbols")) return names;
    index_->for_each_name([&](Name name) {
      if (name < table_.size() && table_[name].state >= State::Defined && !text(name).starts_with(".weak."))
        names.emplace_back(text(name));
    });
    return names;
  }
  std::set<SectionOf> live_sections() {
    SectionEdges edges = section_edges();
    std::set<SectionOf> live(edges.kept.begin(), edges.kept.end());
    std::vector<SectionOf> queue(live.begin(), live.end());
    auto mark = [&](SectionOf place) {
      if (live.insert(place).second) queue.push_back(place);
    };
    auto reach = [&](std::string_view name, ObjectId by) {
      if (std::optional<SectionOf> place = place_of(name, by)) mark(*place);
    };
    for (const std::string &root : link_.command.undefined_roots) reach(root, no_object);
    for (const std::string &name : all_exports()) reach(name, no_object);
    reach(link_.command.entry.empty() ? coff_c_name(link_, "mainCRTStartup") : link_.command.entry, no_object);
    while (!queue.empty()) {
      SectionOf place = queue.back();
      queue.pop_back();
      auto from = [](const auto &edge) { return edge.first; };
      for (const auto &edge : std::ranges::equal_range(edges.needs, place, {}, from)) reach(edge.second, place.first);
      for (const auto &edge : std::ranges::equal_range(edges.own, place, {}, from)) mark(edge.second);
    }
    live.insert(edges.staying.begin(), edges.staying.end());
    return live;
  }

  void report_unresolved() {
    std::map<Name, Unresolved> missing;
    std::map<Name, Name> called;  // what the linker calls it
    for (ObjectId id = 0; id < link_.objects.size(); ++id) {
      if (!is_in(id) || link_.object(id)->kind() == ObjectKind::Shared) continue;
      for (const CoffRow &row : rows(id).rows) {
        if (row.name == no_name) continue;
        Name name = meant(row);
        if (entry(name).state != State::Undefined || bfd_coff_makes(link_, text(name)) || is_allowed(text(name)))
          continue;
        Unresolved &unresolved = missing[row.name];
        unresolved.name = row.text;
        called[row.name] = name;
        if (unresolved.referrers.empty() || unresolved.referrers.back() != id) unresolved.referrers.push_back(id);
      }
    }
    std::set<SectionOf> live;
    if (link_.command.gc_sections) live = live_sections();
    find_places(missing, [&](ObjectId id, const Reference &reference) {
      SectionOf place{id, reference.section_number};
      return !dropped_.contains(place) && (!link_.command.gc_sections || live.contains(place));
    });
    bool imports = false;
    for (auto &[name, unresolved] : missing) {
      if (unresolved.uses.empty()) continue;
      if (is_imported(called[name])) imports = true;
      else add_unresolved(std::move(unresolved), text(called[name]));
    }
    if (imports && !link_.command.gc_sections) want_relocator();
    for (const std::string &name : link_.command.required_roots) {
      Entry *known = find(name);
      bool said = std::ranges::find(result_.unresolved, name, &Unresolved::name) != result_.unresolved.end();
      if (!said && (!known || known->state < State::Defined))
        result_.unresolved.push_back({.name = name, .asked_by = "--require-defined"});
    }
  }

  void add_unresolved(Unresolved &&unresolved, std::string_view name) {
    unresolved.name = name;
    auto known = std::ranges::find(result_.unresolved, name, &Unresolved::name);
    if (known == result_.unresolved.end()) {
      result_.unresolved.push_back(std::move(unresolved));
      return;
    }
    known->uses.insert(known->uses.end(), unresolved.uses.begin(), unresolved.uses.end());
    for (ObjectId id : unresolved.referrers)
      if (std::ranges::find(known->referrers, id) == known->referrers.end()) known->referrers.push_back(id);
  }

  // Relocations in sections that are kept whatever --gc-sections does.
  void for_each_place(FunctionRef<void(ObjectId, const Reference &)> visit) {
    for (ObjectId id = 0; id < link_.objects.size(); ++id) {
      if (!is_in(id) || link_.object(id)->kind() != ObjectKind::Relocatable) continue;
      (void)link_.object(id)->for_each_reference([&](const Reference &reference) {
        if (!dropped_.contains({id, reference.section_number})) visit(id, reference);
      });
    }
  }

  // --defsym=NAME=NUMBER, and the numbers that GNU ld itself gives names: a 64-bit image is loaded where
  // code does not reach small numbers.
  void report_out_of_range() {
    if (link_.command.target.arch != Arch::X86_64) return;
    std::set<std::string_view> numbers;
    for (const Definition &definition : link_.command.definitions)
      if (!definition.value.empty() && definition.value[0] >= '0' && definition.value[0] <= '9')
        numbers.insert(definition.name);
    std::set<std::string_view> used;
    for_each_place([&](ObjectId, const Reference &reference) {
      if (!reference.section.starts_with(".text")) return;
      Entry *known = find(reference.symbol);
      bool own = !known || known->state < State::Defined;
      if (numbers.contains(reference.symbol) || (own && bfd_coff_numbers(reference.symbol)))
        used.insert(reference.symbol);
    });
    for (std::string_view name : used)
      object_to("out-of-range", "relocation truncated to fit against symbol " + std::string(name));
  }

  // Names that GNU ld's script has in an output section which stays empty here. Such a section goes
  // when the image has addresses to move.
  void report_lost_names() {
    const Command &command = link_.command;
    const std::vector<std::string> &words = command.linker_argv;
    bool fixed =
        command.output_kind != Output::Shared && std::ranges::find(words, "--disable-reloc-section") != words.end();
    if (fixed || !command.linker_scripts.empty()) return;
    bool moves = false;
    std::set<std::string_view> lost;
    for_each_place([&](ObjectId, const Reference &reference) {
      Entry *known = find(reference.symbol);
      bool defined = known && known->state >= State::Defined;
      moves |= reference.form == RelocationForm::Absolute && !(defined && known->absolute);
      if (std::string_view section = bfd_coff_home(reference.symbol);
          !defined && !section.empty() && !has_section(section))
        lost.insert(reference.symbol);
    });
    if (!moves) return;
    for (std::string_view name : lost)
      object_to("section-discarded", std::string(name) + ": defined in a discarded section");
  }
  bool has_section(std::string_view start) {
    for (ObjectId id = 0; id < link_.objects.size(); ++id)
      if (is_in(id) && std::ranges::any_of(rows(id).rows, [&](const CoffRow &row) {
            return row.is_section && row.text.starts_with(start);
          }))
        return true;
    return false;
  }

  // What is imported without the compiler's knowing is put right when the program starts, by a
  // function of MinGW's runtime. --gc-sections drops what asks for it.
  void want_relocator() {
    std::string name = coff_c_name(link_, "_pei386_runtime_relocator");
    Entry *known = find(name);
    if (known && known->state >= State::Defined) return;
    Unresolved &unresolved = result_.unresolved.emplace_back();
    unresolved.name = std::move(name);
    unresolved.asked_by = "automatic import";
  }

  void check_export(const std::string &name) {
    Entry *known = find(name);
    bool there = known && known->state >= State::Defined;
    if (!there)
      result_.objections.push_back(
          {.code = "export-missing", .text = "cannot export " + name + ": symbol not defined", .symbol = name});
  }

  std::vector<Entry> table_;
  std::vector<ObjectId> images_;
  std::set<std::pair<std::string, std::string>> linked_sections_;
  std::set<SectionOf> dropped_;
  std::vector<std::string> exports_;
  std::vector<Name> undefined_;  // names, as they came to be so
  size_t undefined_added_ = 0;
  uint32_t next_word_ = 0;  // of the command, that was not looked at for --defsym
  bool ended_ = false;  // by a file that it cannot read
};

}  // namespace

Resolved walk_bfd_coff(const Link &link) { return BfdCoffWalk(link).run(); }

}  // namespace ldwhy
