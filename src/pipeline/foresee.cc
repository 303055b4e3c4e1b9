// The linker's errors, foreseen from the model of the link.
#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "input/embedded_ir.h"
#include "name/name.h"
#include "pipeline/messages.h"
#include "resolve/ir_reader.h"
#include "resolve/table_inputs.h"

namespace ldwhy {
namespace {

Complaint foreseen(const Link &link, ComplaintKind kind, std::string code, std::string_view what) {
  Complaint complaint;
  complaint.kind = kind;
  complaint.code = std::move(code);
  complaint.text = fmt::format("{}: error: {}", file_name(link.command.linker_path), what);
  complaint.predicted = true;
  return complaint;
}

ReferencePlace place_of(const Link &link, ObjectId id) {
  ReferencePlace place;
  place.file = link.input_name(link.objects[id].input);
  place.member = link.member_of(id).name;
  return place;
}

Complaint foreseen_input(const Link &link, std::string code, uint32_t input, std::string_view what) {
  std::string name = link.input_name(input);
  Complaint complaint = foreseen(link, ComplaintKind::Input, std::move(code), fmt::format("{}{}", name, what));
  complaint.subject = std::move(name);
  return complaint;
}

// What inputs that cannot be linked leave to be said.
enum class Absence : uint8_t { None, Missing, Incompatible };

// Inputs that cannot be linked: linkers stop at these. Where one is absent nothing can be said of
// undefined symbols either: it would define some, and nobody knows which. Of a damaged file the
// rest of the link is still worth telling, since mending it comes first anyway.
Absence foresee_inputs(const Link &link, std::vector<Complaint> &complaints) {
  Absence absence = Absence::None;
  for (uint32_t i = 0; i < link.inputs.size(); ++i) {
    const InputArg &argument = link.command.inputs[i];
    const Input &input = link.inputs[i];
    if (argument.compiled || argument.autolinked || (argument.weak && input.kind == InputKind::Missing)) continue;
    if (input.kind == InputKind::Missing) {
      bool library = argument.kind == InputArg::Kind::Library, framework = argument.kind == InputArg::Kind::Framework;
      Complaint complaint =
          foreseen(link, ComplaintKind::Input,
                   library     ? "cannot-find-library"
                   : framework ? "cannot-find-framework"
                               : "cannot-open",
                   library     ? fmt::format("cannot find -l{}", argument.text)
                   : framework ? fmt::format("framework not found {}", argument.text)
                               : fmt::format("cannot open {}: No such file or directory", argument.text));
      complaint.subject = argument.text;
      complaints.push_back(std::move(complaint));
      if (absence == Absence::None) absence = Absence::Missing;
    } else if (input.kind == InputKind::Unreadable) {
      // GNU ld and LLD take an empty file for an empty linker script.
      Linker linker = link.command.linker;
      if (input.likeness == Likeness::Empty && link.command.flavor == Flavor::Gnu &&
          (linker == Linker::Bfd || linker == Linker::Lld))
        continue;
      complaints.push_back(foreseen_input(link, "wrong-format", i, ": file format not recognized"));
    } else if (input.kind == InputKind::Archive && !input.has_index && !input.members.empty() &&
               !argument.whole_archive && (link.command.linker == Linker::Bfd || link.command.linker == Linker::Gold)) {
      complaints.push_back(foreseen_input(link, "no-index", i, ": archive has no index; run ranlib to add one"));
    } else if (input.kind == InputKind::Archive && !input.problems.empty()) {
      complaints.push_back(foreseen_input(link, "wrong-format", i, ": malformed archive"));
    } else if (input.kind == InputKind::Object && !input.members.empty() && !input.members[0].refused.empty() &&
               (link.command.flavor == Flavor::Gnu || link.command.flavor == Flavor::Coff)) {
      complaints.push_back(foreseen_input(link, "incompatible", i,
                                          fmt::format(" is incompatible with {}", describe(link.command.target))));
      absence = Absence::Incompatible;
    }
  }
  return absence;
}

// How an ELF linker takes archives whose members are built for another target.
struct ForeignMembers {
  bool met_unasked = false;  // met where the archive is read; else where a missing name brings one in
  bool end_link = false;     // before anything else is said
  bool serve = false;        // they define names all the same
};
ForeignMembers foreign_members(const Command &command, Arch arch) {
  bool late_lld = command.linker == Linker::Lld && command.linker_major(22) >= 15,
       mold = command.linker == Linker::Mold;
  // GNU ld and gold know a machine's other kind of program (32 bits), and go on.
  bool related = command.target.arch == Arch::X86_64 && arch == Arch::I386;
  bool gnu = command.linker == Linker::Bfd || command.linker == Linker::Gold;
  return {late_lld || mold, !gnu || !related, command.linker == Linker::Bfd && related};
}

// Such archives of an ELF link. Returns true where what is undefined is not said; takes the names that
// are served from what is missing.
bool foresee_foreign_members(const Link &link, std::vector<Unresolved> &missing, std::vector<Complaint> &complaints) {
  if (link.command.flavor != Flavor::Gnu || link.command.target.format != Format::Elf) return false;
  bool ends = false;
  for (ObjectId id = 0; id < link.objects.size(); ++id) {
    uint32_t input = link.objects[id].input;
    const Object *object = link.object(id);
    if (link.inputs[input].kind != InputKind::Archive || !object || link.member_of(id).refused.empty()) continue;
    ForeignMembers rule = foreign_members(link.command, object->target().arch);
    std::set<std::string_view> offered;
    (void)object->for_each_symbol([&](const Symbol &symbol) {
      if (is_defined(symbol) && symbol.binding != Binding::Local) offered.insert(symbol.name);
    });
    auto is_offered = [&](const Unresolved &unresolved) { return offered.contains(unresolved.name); };
    if (!rule.met_unasked && !link.command.inputs[input].whole_archive && std::ranges::none_of(missing, is_offered))
      continue;
    Complaint complaint =
        foreseen(link, ComplaintKind::Input, "incompatible",
                 fmt::format("{} is incompatible with {}", link.name_of(id), describe(link.command.target)));
    complaint.subject = link.name_of(id);
    complaints.push_back(std::move(complaint));
    if (rule.serve) std::erase_if(missing, is_offered);
    ends |= rule.end_link;
  }
  return ends;
}

// mold ends at GCC's LTO code that no plugin reads, wanted or not.
bool foresee_unread_lto(const Link &link, std::vector<Complaint> &complaints) {
  if (link.command.linker != Linker::Mold || reads_ir(link.command, ObjectKind::GccSlimLto)) return false;
  for (ObjectId id = 0; id < link.objects.size(); ++id) {
    const Object *object = link.object(id);
    if (!object || object->kind() != ObjectKind::GccSlimLto) continue;
    complaints.push_back(
        foreseen_input(link, "lto-plugin", link.objects[id].input,
                       ": don't know how to handle this LTO object file because no -plugin option was given"));
    return true;
  }
  return false;
}

// GNU ld says of each input what it finds in it before it ends for those that are not there; so does LLD
// for Windows, but for libraries that its MinGW driver looked for.
bool reads_on_without_inputs(const Link &link) {
  const Command &command = link.command;
  bool coff = command.flavor == Flavor::Coff || command.target.format == Format::Coff;
  if (!coff || command.linker != Linker::Lld)
    return coff ? rules_for(command).id == std::string_view("bfd")
                : command.linker == Linker::Bfd && command.flavor == Flavor::Gnu;
  for (uint32_t i = 0; i < link.inputs.size(); ++i)
    if (link.inputs[i].kind == InputKind::Missing && command.inputs[i].kind != InputArg::Kind::File) return false;
  return true;
}

// What LLD's ports for Mach-O and WebAssembly do not take. Returns true where they stop at that.
bool foresee_refused(const Link &link, std::vector<Complaint> &complaints) {
  RefusedInputs refused = refused_inputs(link);
  for (const RefusedInput &input : refused.inputs)
    complaints.push_back(foreseen_input(link, input.code, input.input, input.text));
  return refused.ends_link;
}

// "2.40" as two numbers; nothing where there are no two.
std::optional<std::pair<int, int>> release_of(std::string_view version) {
  std::pair<int, int> release;
  const char *end = version.data() + version.size();
  auto [point, error] = std::from_chars(version.data(), end, release.first);
  if (error != std::errc() || point == end || *point != '.') return std::nullopt;
  if (std::from_chars(point + 1, end, release.second).ec != std::errc()) return std::nullopt;
  return release;
}

// Whether the tables have every option of the linker: of releases later than these they do not.
bool knows_options(const Command &command) {
  if (command.linker == Linker::Lld) return command.linker_major(99) <= 22 || command.flavor != Flavor::Gnu;
  if (command.flavor != Flavor::Gnu) return false;
  std::optional<std::pair<int, int>> release = release_of(command.linker_version);
  switch (command.linker) {
    case Linker::Bfd: return release && *release <= std::pair(2, 40);
    case Linker::Gold: return release && *release <= std::pair(1, 16);
    case Linker::Mold: return release && *release <= std::pair(1, 10);
    default: return false;
  }
}

// GNU ld and gold take the plugin's options only behind the plugin. What they say; empty: nothing.
std::string_view misused_option(const Command &command) {
  bool bfd = command.linker == Linker::Bfd, gold = command.linker == Linker::Gold;
  if (command.flavor != Flavor::Gnu || !(bfd || gold)) return "";
  for (std::string_view word : command.linker_argv) {
    if (word.starts_with("--")) word.remove_prefix(1);
    if (word == "-plugin" || word.starts_with("-plugin=")) return "";
    if (word == "-plugin-opt" || word.starts_with("-plugin-opt="))
      return bfd ? "bad -plugin-opt option" : "--plugin-opt requires --plugin.";
  }
  return "";
}

// An option that a linker does not know ends the link. Returns true then. With one dash GNU-style
// linkers may take a word for a letter and its value.
bool foresee_options(const Link &link, std::vector<Complaint> &complaints) {
  const Command &command = link.command;
  if (std::string_view refusal = misused_option(command); !refusal.empty()) {
    complaints.push_back(foreseen(link, ComplaintKind::Tool, "bad-option", refusal));
    return true;
  }
  bool mingw = command.flavor == Flavor::Gnu && command.target.format == Format::Coff;
  bool port =
      command.linker == Linker::Lld && (command.flavor == Flavor::Wasm || command.flavor == Flavor::Darwin || mingw);
  if (command.flavor == Flavor::Coff || !(port || knows_options(command))) return false;
  for (const std::string &word : command.unknown_options) {
    if (!port && !word.starts_with("--") && !word.starts_with("-z")) continue;
    Complaint complaint = foreseen(link, ComplaintKind::Tool, "bad-option", fmt::format("unknown argument: {}", word));
    complaint.subject = word;
    complaints.push_back(std::move(complaint));
  }
  if (command.flavor == Flavor::Wasm)
    for (const Problem &problem : command.problems)
      complaints.push_back(foreseen(link, ComplaintKind::Tool, "bad-option", problem.text));
  return !complaints.empty();
}

// Objects that open, but whose symbol table is damaged. Of archive members linkers say so only
// when they take them.
void foresee_damage(const Link &link, const std::vector<Problem> &problems, std::vector<Complaint> &complaints) {
  for (const Problem &problem : problems) {
    if (!problem.member.empty()) continue;
    Complaint complaint =
        foreseen(link, ComplaintKind::Input, "wrong-format", fmt::format("{}: damaged symbol table", problem.file));
    complaint.subject = problem.file;
    complaints.push_back(std::move(complaint));
  }
}

void foresee_objections(const Link &link, const Resolution &resolution, std::vector<Complaint> &complaints) {
  for (const Objection &objection : resolution.objections) {
    bool symbol = objection.code == "entry-missing" || objection.code == "export-missing";
    static constexpr std::string_view of_layout[] = {"section-discarded", "unresolvable-relocation", "relocation-pic",
                                                     "tls"};
    bool layout = std::ranges::find(of_layout, objection.code) != std::end(of_layout);
    ComplaintKind kind = symbol   ? ComplaintKind::UndefinedSymbol
                         : layout ? ComplaintKind::Layout
                                  : ComplaintKind::Input;
    Complaint &complaint = complaints.emplace_back(foreseen(link, kind, objection.code, objection.text));
    complaint.symbol = objection.symbol;
    complaint.notes = objection.notes;
    complaint.subject = objection.file;
    if (objection.object == no_object) continue;
    complaint.subject = link.name_of(objection.object);
    complaint.references.push_back(place_of(link, objection.object));
  }
}

// Where an input is missing GNU ld reads on to the end of the group at hand, or the next: the first
// input that it does not come to.
uint32_t end_of_inputs_read(const Link &link) {
  uint32_t count = static_cast<uint32_t>(link.inputs.size()), at = 0;
  auto is_missing = [&](uint32_t i) {
    return link.inputs[i].kind == InputKind::Missing && !link.command.inputs[i].weak;
  };
  while (at < count && !is_missing(at)) ++at;
  while (at < count && link.command.inputs[at].group < 0) ++at;
  if (at == count) return count;
  int group = link.command.inputs[at].group;
  while (at < count && link.command.inputs[at].group == group) ++at;
  return at;
}

void foresee_duplicates(const Link &link, const Resolution &resolution, std::vector<Complaint> &complaints) {
  uint32_t end = link.command.linker == Linker::Bfd ? end_of_inputs_read(link) : UINT32_MAX;
  for (const Duplicate &duplicate : resolution.duplicates) {
    auto is_read = [&](ObjectId id) { return link.objects[id].input < end; };
    if (std::ranges::count_if(duplicate.definers, is_read) < 2 && !std::ranges::all_of(duplicate.definers, is_read))
      continue;
    Complaint complaint =
        foreseen(link, ComplaintKind::DuplicateSymbol, "duplicate",
                 fmt::format("duplicate symbol: {}", demangle(duplicate.name, link.command.target.format)));
    complaint.symbol = duplicate.name;
    for (size_t i = 0; i < duplicate.definers.size(); ++i) {
      complaint.references.push_back(place_of(link, duplicate.definers[i]));
      if (i < duplicate.sources.size()) complaint.references.back().source = duplicate.sources[i];
    }
    complaints.push_back(std::move(complaint));
  }
}

void foresee_undefined(const Link &link, const std::vector<Unresolved> &unresolved,
                       std::vector<Complaint> &complaints) {
  Format format = link.command.target.format;
  for (const Unresolved &missing : unresolved) {
    bool asked_by_option =
        missing.referrers.empty() && (missing.asked_by.starts_with('-') || missing.asked_by.starts_with('/'));
    Complaint complaint = foreseen(link, ComplaintKind::UndefinedSymbol,
                                   missing.not_exported  ? "hidden-referenced"
                                   : missing.from_shared ? "shlib-undefined"
                                   : asked_by_option     ? "export-missing"
                                                         : "undefined",
                                   fmt::format("undefined symbol: {}", demangle(missing.name, format)));
    complaint.symbol = missing.name;
    for (const Use &use : missing.uses) {
      ReferencePlace place = place_of(link, use.object);
      place.function = use.function.empty() ? "" : demangle(use.function, format);
      place.offset = use.offset;
      place.source = use.source;
      complaint.references.push_back(std::move(place));
    }
    for (ObjectId id : missing.referrers) {
      if (complaint.references.size() >= 100) break;
      bool known = std::ranges::any_of(missing.uses, [&](const Use &use) { return use.object == id; });
      if (!known) complaint.references.push_back(place_of(link, id));
    }
    complaints.push_back(std::move(complaint));
  }
}

// Whether the linker reads, by GCC's plugin, objects with assembly that ldwhy does not read: what
// that defines is not known, so what is undefined cannot be foreseen.
bool holds_opaque_lto(const Link &link) {
  if (!reads_ir(link.command, ObjectKind::GccSlimLto)) return false;
  for (ObjectId id = 0; id < link.objects.size(); ++id) {
    const Object *object = link.object(id);
    if (!object || object->kind() != ObjectKind::GccSlimLto) continue;
    // The names of functions and variables are in a table; those of module-level assembly are not.
    if (holds_gcc_assembly(*object)) return true;
  }
  return false;
}

}  // namespace

// A command whose inputs do not exist yet, or that is no link, cannot be foreseen.
std::string why_unforeseeable(const Command &command) {
  if (std::ranges::any_of(command.inputs, &InputArg::compiled))
    return "the command compiles sources first; compile them with -c and name the objects, or use --try";
  if (!command.inputs.empty()) return "";
  return command.problems.empty() ? "the command links nothing" : to_string(command.problems.front());
}

std::vector<Complaint> foresee_messages(const Link &link, const Resolved &resolved) {
  const Resolution &resolution = resolved.resolution;
  std::vector<Complaint> complaints;
  if (foresee_options(link, complaints)) return complaints;
  // gold makes warnings of all errors then.
  if (link.command.errors_are_warnings && link.command.linker == Linker::Gold) return complaints;
  Absence absence = foresee_inputs(link, complaints);
  bool ends = foresee_refused(link, complaints) || foresee_unread_lto(link, complaints);
  if (ends || (absence != Absence::None && !rules_for(link.command).goes_on_without_inputs)) {
    if (reads_on_without_inputs(link) && absence != Absence::Incompatible)
      foresee_duplicates(link, resolution, complaints);
    return complaints;
  }
  foresee_damage(link, resolved.problems, complaints);
  foresee_objections(link, resolution, complaints);
  std::vector<Unresolved> unresolved = resolution.unresolved;
  bool foreign = foresee_foreign_members(link, unresolved, complaints);
  if (foreign && link.command.linker == Linker::Mold) return complaints;
  foresee_duplicates(link, resolution, complaints);
  if (foreign || (!resolution.duplicates.empty() && rules_for(link.command).stops_at_duplicates)) return complaints;
  if (holds_opaque_lto(link)) return complaints;
  foresee_undefined(link, unresolved, complaints);
  return complaints;
}

void withdraw_uncertain(const Link &link, LinkReport &report) {
  const Command &command = link.command;
  if (holds_opaque_lto(link))
    report.problems.push_back(
        {"", "", std::nullopt,
         "inputs hold assembly in GCC's LTO code, which ldwhy does not read: undefined symbols are not "
         "foreseen (--try asks the linker)"});
  if (!command.defaults_unknown) return;
  size_t taken =
      std::erase_if(report.messages, [](const Complaint &c) { return c.kind == ComplaintKind::UndefinedSymbol; });
  if (taken == 0) return;
  std::string why = fmt::format(
      "which libraries {} adds is not known, so undefined symbols cannot be foreseen "
      "(--try runs the link)",
      command.driver);
  if (report.messages.empty()) report.unusable = why;
  else report.problems.push_back({command.driver, "", std::nullopt, why});
}

}  // namespace ldwhy
