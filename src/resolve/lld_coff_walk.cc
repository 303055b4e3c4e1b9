// How LLD's port for Windows resolves names (lld-link, ld.lld -m i386pep; LLD 14 to 22, found out
// by trials), and, as far as Microsoft's documentation tells, link.exe.
//
// There is one table, in which a name is in one state, and a queue of files. An archive enters the
// names of its index as Lazy where the table has nothing; where a name is wanted, its member joins
// the queue. So what the line offers first is taken, and archives are remembered. Objects' symbols
// change states in the order of their tables. The libraries that objects ask for join the queue
// when their object is read, /defaultlib's follow after all; then the entry point, exports and
// alternate names are asked for, again and again until nothing new comes.
//
// A weak external is Undefined with an alias: a library brings nothing in for it, and where it is
// not defined in the end its alias stands in. With Microsoft's conventions two different aliases
// of one name are a duplicate; in the MinGW form the first counts.
//
// link.exe takes the objects first, and looks for what a library's member needs in that library
// and those after it before it begins at the first again ("LIB Files as Linker Input").
#include "resolve/lld_coff_walk.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "resolve/ir_reader.h"

namespace ldwhy {

LldCoffWalk::LldCoffWalk(const Link &link) : CoffWalk(link) {
  table_.resize(index_->bound());
  for (const std::string &name : link.command.coff.without_libraries) without_.insert(name);
  for (const Definition &alternate : link.command.coff.alternate_names) add_alternate(alternate.name, alternate.value);
  subsystem_ = link.command.coff.subsystem;
}

Resolved LldCoffWalk::run() {
  bool any = std::ranges::any_of(link_.command.inputs,
                                 [](const InputArg &input) { return !input.default_library && !input.autolinked; });
  if (!any && !is_link_exe()) object_to("bad-option", "no input files");
  if (failed()) return finish();
  for (const std::string &name : gnu_words_ ? link_.command.required_roots : link_.command.undefined_roots)
    want_root(name);
  queue_command_inputs();
  if (!is_older_than(15)) run_queue();
  if (failed() || (lacks_input() && !is_older_than(15))) return finish();
  for (uint32_t input = 0; input < link_.inputs.size(); ++input)
    if (link_.command.inputs[input].default_library && !is_left_out(input)) queue_input(input);
  run_queue();
  if (failed() || lacks_input()) return finish();
  assumes_x64_ = !gnu_words_ && !is_machine_known();
  if (assumes_x64_) underscores_ = false;
  for (std::string &name : exported_symbols()) exports_.push_back({std::move(name), true});
  if (!choose_entry()) return finish();
  ask_for_delay_helper();
  do {
    if (entry_ != no_name) use_mangled(entry_);
    ask_for_exports();
    add_alternates();
    std::string load_config = coff_c_name(link_, "_load_config_used");
    if (find_mangled(load_config) != no_name) want_root(load_config);
    if (gnu_words_) ask_for_offered();
  } while (run_queue());
  ask_for_wrapped();
  if (mingw_) load_for_imports();
  if (!result_.objections.empty() || !check_before_lto()) return finish();
  compile_bitcode();
  report_unresolved(Stage::End);
  if (!failed() && result_.unresolved.empty()) ask_for_constructors();
  if (!failed() && result_.unresolved.empty()) {
    report_never_loaded();
    report_broken_imports();
  }
  return finish();
}

LldCoffWalk::Entry &LldCoffWalk::entry(Name name) {
  if (name >= table_.size()) table_.resize(index_->bound());
  return table_[name];
}

bool LldCoffWalk::has_bitcode() const {
  for (ObjectId id = 0; id < link_.objects.size(); ++id)
    if (is_in(id) && link_.object(id)->kind() == ObjectKind::Bitcode) return true;
  return false;
}

// An object, or the option, tells it; else x64 is assumed, and what archives hold does not count.
bool LldCoffWalk::is_machine_known() const {
  for (ObjectId id = 0; id < link_.objects.size(); ++id)
    if (is_in(id)) return true;
  return std::ranges::any_of(link_.command.linker_argv,
                             [](const std::string &word) { return read_directive(word).name == "machine"; });
}

std::string LldCoffWalk::c_name(std::string_view name) const {
  return assumes_x64_ ? std::string(name) : coff_c_name(link_, name);
}

bool LldCoffWalk::is_older_than(int major) const {
  return link_.command.linker == Linker::Lld && link_.command.linker_major(99) < major;
}

void LldCoffWalk::queue_command_inputs() {
  auto queue_if = [&](FunctionRef<bool(uint32_t)> chosen) {
    for (uint32_t input = 0; input < link_.inputs.size(); ++input) {
      const InputArg &argument = link_.command.inputs[input];
      if (!argument.default_library && !argument.autolinked && chosen(input)) queue_input(input);
    }
  };
  if (is_link_exe()) {
    queue_if([&](uint32_t input) { return link_.inputs[input].kind != InputKind::Archive; });
    queue_if([&](uint32_t input) { return link_.inputs[input].kind == InputKind::Archive; });
  } else {
    queue_if([](uint32_t) { return true; });
  }
}

void LldCoffWalk::queue_input(uint32_t input) {
  // One file named twice is read once.
  const std::string &path = link_.inputs[input].path;
  if (!path.empty() && !visited_.insert(lower_case(path)).second) return;
  queue_.push_back({input, no_object});
}

// The files that are there are read all the same.
bool LldCoffWalk::lacks_input() const {
  for (uint32_t input = 0; input < link_.inputs.size(); ++input)
    if (link_.inputs[input].kind == InputKind::Missing && !link_.command.inputs[input].autolinked) return true;
  return false;
}

bool LldCoffWalk::is_left_out(uint32_t input) const {
  if (without_.contains("*")) return true;
  const InputArg &argument = link_.command.inputs[input];
  std::string name = lower_case(argument.text);
  if (file_name(name).find('.') == std::string::npos) name += ".lib";
  return without_.contains(name) || without_.contains(lower_case(argument.path));
}

bool LldCoffWalk::run_queue() {
  bool any = !queue_.empty();
  while (!queue_.empty()) {
    Task task = queue_.front();
    queue_.pop_front();
    if (task.object == no_object) add_input(task.input);
    else take(task.object, Fate::Extracted);
  }
  return any;
}

void LldCoffWalk::add_input(uint32_t input) {
  const InputArg &argument = link_.command.inputs[input];
  ObjectId first = first_object_[input], end = first_object_[input + 1];
  switch (link_.inputs[input].kind) {
    case InputKind::Archive:
      if (argument.whole_archive) {
        for (ObjectId id = first; id < end; ++id) take(id, Fate::Taken);
      } else {
        for (auto [name, id] : index_of_archive(link_.inputs[input], first, true)) offer(index_->intern(name), id);
      }
      break;
    case InputKind::Shared: add_image(input); break;
    case InputKind::Object:
      if (argument.lazy) {
        if (!link_.object(first) || ends_at_bitcode(first)) break;
        for (const CoffRow &row : rows(first).rows)
          if (row.name != no_name && row.kind >= CoffRow::Kind::Common) offer(row.name, first);
      } else {
        take(first, Fate::Taken);
      }
      break;
    default:
      if (argument.autolinked)
        result_.objections.push_back(
            {.code = "cannot-find-library", .text = "could not open '" + argument.text + "'", .file = argument.text});
      break;
  }
}

bool LldCoffWalk::ends_at_bitcode(ObjectId id) {
  std::string_view refusal = refusal_of_bitcode(link_.command, *link_.object(id));
  if (refusal.empty()) return false;
  result_.objections.push_back(
      {.code = "newer-bitcode", .text = fmt::format("{}: {}", link_.name_of(id), refusal), .object = id});
  ended_ = true;
  return true;
}

void LldCoffWalk::add_image(uint32_t input) {
  ObjectId id = first_object_[input];
  if (!mingw_) {
    object_to("wrong-format",
              link_.input_name(input) + ": bad file type. Did you specify a DLL instead of an import library?");
    return;
  }
  if (result_.fates[id] == Fate::Refused) return;
  for (const CoffRow &row : rows(id).rows)
    if (row.name != no_name && (row.is_code || row.text.starts_with("__imp_"))) offer(row.name, id);
}

void LldCoffWalk::offer(Name name, ObjectId id) {
  Entry &known = entry(name);
  if (known.state == State::Absent) {
    known.state = State::Lazy;
    known.holder = id;
  } else if (known.state == State::Undefined && !known.has_alias && !known.loading) {
    known.loading = true;
    load(id, known.asker, name);
  }
}

void LldCoffWalk::load(ObjectId id, ObjectId by, Name name) {
  const Input &input = input_of(id);
  if (input.kind == InputKind::Shared) return import_from_image(id, name);
  if (result_.fates[id] != Fate::NotNeeded || !loaded_.insert(id).second) return;
  result_.extracted_by[id] = by;
  result_.extracted_for[id] = text(name);
  if (input.kind == InputKind::Archive) queue_.push_back({0, id});
  else take(id, Fate::Extracted);
}

void LldCoffWalk::import_from_image(ObjectId id, Name name) {
  constexpr std::string_view mark = "__imp_";
  result_.fates[id] = Fate::Taken;
  std::string_view wanted = text(name);
  std::string plain(wanted.starts_with(mark) ? wanted.substr(mark.size()) : wanted);
  for (const CoffRow &row : rows(id).rows) {
    if (row.name == no_name) continue;
    if (row.text == std::string(mark) + plain) define_import(row.name, id, State::ImportSlot);
    if (row.text == plain && row.is_code) define_import(row.name, id, State::ImportStub);
  }
}

void LldCoffWalk::take(ObjectId id, Fate fate) {
  if (result_.fates[id] == Fate::Taken || result_.fates[id] == Fate::Extracted) return;
  const Member &member = link_.member_of(id);
  if (!member.object || ended_) return;
  if (!member.refused.empty()) {
    object_to("incompatible", link_.name_of(id) + ": " + member.refused);
    return;
  }
  result_.fates[id] = fate;
  if (member.object->kind() == ObjectKind::Import) {
    // The slot is told first; without it there is no stub.
    for (const CoffRow &row : rows(id).rows)
      if (!define_import(row.name, id, row.text.starts_with("__imp_") ? State::ImportSlot : State::ImportStub)) break;
    return;
  }
  if (ends_at_bitcode(id)) return;
  if (refers_to_foreign_section(id)) {
    object_to("wrong-format", link_.name_of(id) + ": a symbol should not refer to special section 0");
    ended_ = true;
    return;
  }
  add_symbols(id);
  read_directives(id);
}

bool LldCoffWalk::refers_to_foreign_section(ObjectId id) {
  if (!is_older_than(20)) return false;
  return std::ranges::any_of(rows(id).rows, [](const CoffRow &row) { return row.is_section && row.section == 0; });
}

// Exports and roots are taken first, whatever stands before them.
void LldCoffWalk::read_directives(ObjectId id) {
  const std::vector<std::string_view> words = link_.object(id)->linker_options();
  for (std::string_view word : words) {
    CoffDirective directive = read_directive(word);
    if (directive.name == "include") {
      want_root(directive.value);
    } else if (directive.name == "export") {
      CoffExport exported = read_export(directive.value);
      bool bare = mingw_ && link_.command.target.arch == Arch::I386 && !is_decorated(exported.symbol, true);
      if (!exported.forwarded) exports_.push_back({(bare ? "_" : "") + exported.symbol, false});
    }
  }
  auto links = std::ranges::equal_range(link_.autolinks, id, {}, &Autolink::by);
  for (const Autolink &autolink : links)
    if (!is_left_out(autolink.input)) queue_input(autolink.input);
  for (std::string_view word : words) obey_directive(word, id);
}

void LldCoffWalk::obey_directive(std::string_view word, ObjectId id) {
  CoffDirective directive = read_directive(word);
  std::string_view value = directive.value;
  if (directive.name == "include" || directive.name == "export") return;
  if (directive.name == "alternatename") {
    size_t equals = value.find('=');
    if (equals != value.npos) add_alternate(value.substr(0, equals), value.substr(equals + 1));
  } else if (!is_link_exe() && is_refused_directive(word, link_.command.linker_major(99))) {
    object_to("wrong-format", std::string(word) + " is not allowed in .drectve (" + link_.name_of(id) + ")");
  } else if (directive.name == "failifmismatch") {
    check_mismatch(value, id);
  } else if (directive.name == "entry") {
    entry_ = want_root(coff_c_name(link_, value));
  } else if (directive.name == "subsystem") {
    subsystem_ = lower_case(value.substr(0, value.find(',')));
  } else if (directive.name == "nodefaultlib") {
    std::string name = lower_case(value);
    without_.insert(name.find('.') == std::string::npos ? name + ".lib" : name);
  }
}

LldCoffWalk::Name LldCoffWalk::want_name(std::string_view text, ObjectId by) {
  Name name = index_->find(text).value_or(no_name);
  if (name == no_name) name = index_->intern_copy(std::string(text));
  need(name, by, false);
  return name;
}

LldCoffWalk::Name LldCoffWalk::want_root(std::string_view text) {
  Name name = want_name(text, no_object);
  entry(name).root = true;
  return name;
}

LldCoffWalk::Name LldCoffWalk::find_mangled(std::string_view wanted) {
  if (std::optional<Name> name = index_->find(wanted)) {
    const Entry &known = entry(*name);
    if (known.state == State::Lazy || is_defined(known)) return *name;
    if (known.state == State::Undefined)
      if (Name other = alias_of(*name); other != no_name) return other;
  }
  bool x86 = link_.command.target.arch == Arch::I386;
  if (x86 && !wanted.starts_with('_')) return no_name;
  std::string plain(x86 ? wanted.substr(1) : wanted);
  std::vector<std::string> starts;
  if (x86) starts = {"_" + plain + "@", "@" + plain + "@", plain + "@@"};
  starts.push_back("?" + plain + "@@Y");
  for (const std::string &start : starts) {
    Name best = no_name;
    index_->for_each_name([&](Name name) {
      if (name < table_.size() && table_[name].state != State::Absent && text(name).starts_with(start) &&
          (best == no_name || text(name) < text(best)))
        best = name;
    });
    if (best != no_name) return best;
  }
  return no_name;
}

bool LldCoffWalk::has_program(std::string_view name) {
  Name found = find_mangled(c_name(name));
  return found != no_name && (entry(found).state != State::Undefined || alias_of(found) != no_name);
}

void LldCoffWalk::use_mangled(Name name) {
  if (entry(name).state != State::Undefined) return;
  Name other = find_mangled(text(name));
  if (other == no_name || other == name) return;
  need(other, no_object, false);
  entry(name).has_alias = true;
  entry(name).alias = other;
}

bool LldCoffWalk::choose_entry() {
  const Command &command = link_.command;
  bool dll = command.output_kind == Output::Shared;
  if (subsystem_.empty() && !dll && !mingw_) {
    bool console = has_program("main") || has_program("wmain");
    bool windows = has_program("WinMain") || has_program("wWinMain");
    subsystem_ = console ? "console" : windows ? "windows" : "";
    if (subsystem_.empty()) {
      object_to("entry-missing", "subsystem must be defined");
      return false;
    }
  }
  // The option counts for more than what objects ask for.
  if (command.entry.empty() && (entry_ != no_name || command.no_entry)) return true;
  // MinGW's drivers write the underscore of 32-bit x86 themselves.
  bool spelled = gnu_words_ && command.entry.starts_with('_');
  entry_ = want_root(command.entry.empty() ? default_entry(dll) : spelled ? command.entry : c_name(command.entry));
  return true;
}

std::string LldCoffWalk::default_entry(bool dll) {
  bool x86 = link_.command.target.arch == Arch::I386 && !assumes_x64_;
  if (dll) {
    if (mingw_ && link_.command.linker_major(99) >= 20) return x86 ? "_DllMainCRTStartup@12" : "DllMainCRTStartup";
    return x86 ? "__DllMainCRTStartup@12" : "_DllMainCRTStartup";
  }
  bool windows = subsystem_ == "windows";
  std::string_view plain = windows ? "WinMain" : "main", wide = windows ? "wWinMain" : "wmain";
  bool is_wide = !mingw_ && has_program(wide) && !has_program(plain);
  return c_name(std::string(is_wide ? wide : plain) + "CRTStartup");
}

// What loads a DLL at its first use is MinGW's or Microsoft's runtime's.
void LldCoffWalk::ask_for_delay_helper() {
  bool delays = std::ranges::any_of(link_.command.linker_argv, [](const std::string &word) {
    return lower_case(word.substr(0, std::min<size_t>(word.size(), 11))).ends_with("delayload:");
  });
  if (delays && !mingw_)
    want_root(link_.command.target.arch == Arch::I386 ? "___delayLoadHelper2@8" : "__delayLoadHelper2");
}

// Whether LTO has to keep a definition in bitcode. MinGW's DLLs that do not say what they export
// export everything, but for what they import themselves.
bool LldCoffWalk::is_seen_from_outside(Name name) {
  if (name == entry_ || entry(name).root) return true;
  const std::vector<std::string> &words = link_.command.linker_argv;
  auto says = [&](std::string_view word) { return std::ranges::find(words, word) != words.end(); };
  bool exports_all = says("--export-all-symbols") || (link_.command.output_kind == Output::Shared && exports_.empty());
  if (mingw_ && exports_all && !says("--exclude-all-symbols") && !index_->find("__imp_" + std::string(text(name))))
    return true;
  for (ObjectId id = 0; id < link_.objects.size(); ++id) {
    if (!is_in(id) || link_.object(id)->kind() != ObjectKind::Relocatable) continue;
    if (std::ranges::any_of(rows(id).rows, [&](const CoffRow &row) { return row.name == name; })) return true;
  }
  return false;
}

// The compiler has a program's main call __main, which runs constructors; bitcode is compiled only
// where nothing else is missing.
void LldCoffWalk::ask_for_constructors() {
  if (!mingw_) return;
  std::optional<Name> program = index_->find(coff_c_name(link_, "main"));
  if (!program || entry(*program).state != State::Defined) return;
  ObjectId holder = entry(*program).holder;
  if (link_.object(holder)->kind() != ObjectKind::Bitcode || !is_seen_from_outside(*program)) return;
  Name constructors = want_name(coff_c_name(link_, "__main"), holder);
  run_queue();
  report_unresolved(Stage::End);
  if (is_resolved(constructors, Stage::End)) return;
  Unresolved &unresolved = result_.unresolved.emplace_back();
  unresolved.name = text(constructors);
  unresolved.referrers.push_back(holder);
}

void LldCoffWalk::ask_for_exports() {
  for (size_t i = 0; i < exports_.size(); ++i) {
    Name name = want_root(exports_[i].symbol);
    // What objects themselves export they spell in full.
    if (exports_[i].named) use_mangled(name);
  }
}

void LldCoffWalk::ask_for_offered() {
  for (const std::string &root : link_.command.undefined_roots) {
    std::optional<Name> name = index_->find(root);
    if (name && entry(*name).state == State::Lazy) want_root(root);
  }
}

void LldCoffWalk::add_alternate(std::string_view name, std::string_view other) {
  for (const Definition &known : alternate_names_) {
    if (known.name != name) continue;
    if (known.value != other) {
      object_to("other-error", "/alternatename: conflicts: " + std::string(name) + "=" + std::string(other));
      ended_ = true;
    }
    return;
  }
  alternate_names_.push_back({std::string(name), std::string(other)});
}

void LldCoffWalk::add_alternates() {
  for (const Definition &alternate : alternate_names_) {
    std::optional<Name> name = index_->find(alternate.name);
    if (!name || entry(*name).state != State::Undefined || entry(*name).has_alias) continue;
    Name other = index_->intern_copy(alternate.value);
    need(other, no_object, false);
    entry(*name).has_alias = true;
    entry(*name).alias = other;
  }
}

void LldCoffWalk::ask_for_wrapped() {
  std::set<std::string_view> seen;
  for (const std::string &plain : link_.command.wrapped) {
    std::optional<Name> name = index_->find(coff_c_name(link_, plain));
    if (!seen.insert(plain).second || !name || entry(*name).state == State::Absent) continue;
    Wrapped wrapped{*name, want_name(coff_c_name(link_, "__real_" + plain), no_object),
                    want_name(coff_c_name(link_, "__wrap_" + plain), no_object)};
    entry(wrapped.name).deferred = entry(wrapped.real).deferred = true;
    wrapped_.push_back(wrapped);
  }
  if (!wrapped_.empty()) run_queue();
}

LldCoffWalk::Name LldCoffWalk::meant(Name name) const {
  for (const Wrapped &wrapped : wrapped_) {
    if (name == wrapped.name) return wrapped.wrap;
    if (name == wrapped.real) return wrapped.name;
  }
  return name;
}

void LldCoffWalk::load_for_imports() {
  const CoffOptions &options = link_.command.coff;
  bool stdcall = options.stdcall_fixup && link_.command.target.arch == Arch::I386;
  std::vector<Name> undefined;
  index_->for_each_name([&](Name name) {
    if (name < table_.size() && table_[name].state == State::Undefined && !table_[name].has_alias)
      undefined.push_back(name);
  });
  for (Name name : undefined) {
    std::string wanted(text(name));
    if (stdcall) use_undecorated(name);
    if (!options.auto_import || wanted.starts_with("__imp_")) continue;
    std::optional<Name> slot = index_->find("__imp_" + wanted);
    if (slot && entry(*slot).state == State::Lazy) need(*slot, entry(name).asker, false);
  }
  run_queue();
}

void LldCoffWalk::use_undecorated(Name name) {
  std::string_view wanted = text(name), base = wanted;
  if (base.starts_with('_') || base.starts_with('@')) base.remove_prefix(1);
  std::string plain = "_" + std::string(base.substr(0, base.find('@')));
  std::optional<Name> other = index_->find(plain);
  if (plain == wanted || !other || entry(*other).state <= State::Undefined) return;
  need(*other, entry(name).asker, false);
  entry(name).has_alias = true;
  entry(name).alias = *other;
  undecorated_.insert(name);
}

Resolved walk_lld_coff(const Link &link) { return LldCoffWalk(link).run(); }

}  // namespace ldwhy
