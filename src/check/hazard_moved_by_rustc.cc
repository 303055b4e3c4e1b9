// rustc's native objects where a crate's assembly keeps a symbol to itself.
//
// Bitcode tells exactly (hazard_private_assembly.cc), but cargo's rlibs have none unless
// the profile asks for LTO. Two things can still be seen. Where one codegen unit of a crate
// refers to a symbol that only another unit of the same crate defines, as a local one, the
// reference was separated from the assembly already, and no link can find it. And on
// Mach-O, where LLVM's protection does not work, a global function that refers to a local
// symbol with a plain name may be copied away once the crate is built with ThinLTO; local
// symbols of rustc's own have mangled or generated names, so a plain one comes from
// assembly.
#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "base/parallel.h"
#include "check/hazards.h"
#include "name/name.h"
#include "name/rust_units.h"

namespace ldwhy {
namespace {

struct Suspect {
  uint32_t file = 0, member = 0;   // where the local definition is
  std::string symbol;
  std::string function;            // a global function beside it that refers to it
  std::string separated;           // member that refers to it from outside; empty: none
};

bool is_plain(std::string_view name, Format format) {
  if (format == Format::MachO) {
    if (!name.starts_with('_')) return false;  // labels of the compiler's: l_anon…, ltmp0, GCC_except_table0
    name.remove_prefix(1);
  }
  if (name.empty() || name.find_first_of(".$") != name.npos) return false;
  constexpr std::array<std::string_view, 6> generated = {"_ZN",        "_R",   "OUTLINED_FUNCTION",
                                                         "__unnamed_", "anon", "GCC_"};
  return std::ranges::none_of(generated, [&](std::string_view start) { return name.starts_with(start); });
}

struct Unit {
  std::string identity;
  uint32_t member;
};

void find_separated(const OutputFile &file, uint32_t number, const std::vector<Unit> &units,
                    std::vector<Suspect> &found) {
  std::map<std::string_view, std::vector<const Unit *>> locals;
  std::set<std::string_view> globals;
  const std::vector<Member> &members = file.input.members;
  for (const Unit &unit : units)
    (void)members[unit.member].object->for_each_symbol([&](const Symbol &symbol) {
      if (!is_defined(symbol) || symbol.name.empty()) return;
      bool code = symbol.type == SymbolType::Function || symbol.type == SymbolType::None;
      if (symbol.binding != Binding::Local) globals.insert(symbol.name);
      else if (code && is_plain(symbol.name, members[unit.member].object->target().format))
        locals[symbol.name].push_back(&unit);
    });
  if (locals.empty()) return;
  for (const Unit &unit : units)
    (void)members[unit.member].object->for_each_symbol([&](const Symbol &symbol) {
      if (is_defined(symbol) || globals.contains(symbol.name)) return;
      auto local = locals.find(symbol.name);
      if (local == locals.end()) return;
      for (const Unit *home : local->second)
        if (home->identity == unit.identity && home->member != unit.member) {
          found.push_back({number, home->member, std::string(symbol.name), "", std::string(members[unit.member].name)});
          return;
        }
    });
}

// For a library to be: rlibs only, since rustc made the rest of the program's choices elsewhere.
void find_movable(const OutputFile &file, uint32_t number, const std::vector<Unit> &units,
                  std::vector<Suspect> &found) {
  if (!file.path.ends_with(".rlib")) return;
  for (const Unit &unit : units) {
    const Object &object = *file.input.members[unit.member].object;
    if (object.target().format != Format::MachO || object.embedded_ir().object) continue;
    std::set<std::string_view> locals, globals;
    (void)object.for_each_symbol([&](const Symbol &symbol) {
      if (!is_defined(symbol)) return;
      if (symbol.binding != Binding::Local) globals.insert(symbol.name);
      else if (symbol.type == SymbolType::Function && is_plain(symbol.name, Format::MachO)) locals.insert(symbol.name);
    });
    if (locals.empty()) continue;
    (void)object.for_each_reference([&](const Reference &reference) {
      if (!globals.contains(reference.function)) return;
      auto local = locals.find(reference.symbol);
      if (local == locals.end()) return;
      found.push_back({number, unit.member, std::string(*local), std::string(reference.function), ""});
      locals.erase(local);
    });
  }
}

std::vector<Suspect> find_suspects(const Outputs &outputs) {
  std::vector<std::vector<Suspect>> by_file(outputs.files.size());
  parallel_for(outputs.files.size(), [&](size_t i) {
    const OutputFile &file = outputs.files[i];
    if (file.input.kind != InputKind::Archive) return;
    std::vector<Unit> units;
    for (uint32_t m = 0; m < file.input.members.size(); ++m) {
      const Member &member = file.input.members[m];
      if (!member.object || member.object->kind() != ObjectKind::Relocatable) continue;
      if (std::optional<CodegenUnit> unit = codegen_unit(member.name)) units.push_back({unit->identity, m});
    }
    if (units.empty()) return;
    find_separated(file, static_cast<uint32_t>(i), units, by_file[i]);
    find_movable(file, static_cast<uint32_t>(i), units, by_file[i]);
  });
  std::vector<Suspect> all;
  std::set<std::pair<uint32_t, std::string>> seen;  // a separated symbol is not told again as movable
  for (std::vector<Suspect> &found : by_file)
    for (Suspect &suspect : found)
      if (seen.insert({suspect.file, suspect.symbol}).second) all.push_back(std::move(suspect));
  return all;
}

// Suspects whose symbol some file defines for all are none.
void clear_defined(const Outputs &outputs, std::vector<Suspect> &suspects) {
  std::set<std::string, std::less<>> wanted, defined;
  for (const Suspect &suspect : suspects) wanted.insert(suspect.symbol);
  std::mutex mutex;
  parallel_for(outputs.files.size(), [&](size_t i) {
    for (const Member &member : outputs.files[i].input.members) {
      if (!member.object) continue;
      (void)member.object->for_each_symbol([&](const Symbol &symbol) {
        if (!is_defined(symbol) || symbol.binding == Binding::Local || !wanted.contains(symbol.name)) return;
        std::lock_guard lock(mutex);
        defined.insert(std::string(symbol.name));
      });
    }
  });
  std::erase_if(suspects, [&](const Suspect &suspect) { return defined.contains(suspect.symbol); });
}

Finding finding_of(const Suspect &suspect, const HazardContext &context) {
  const OutputFile &file = context.outputs.files[suspect.file];
  const Member &member = file.input.members[suspect.member];
  Format format = member.object->target().format;
  std::string symbol = demangle(suspect.symbol, format), crate = codegen_unit(member.name)->crate;
  Finding finding;
  finding.place.file = file.shown;
  finding.target = describe(member.object->target());
  finding.package = crate;
  finding.evidence.push_back({"definition",
                              file.shown,
                              std::string(member.name),
                              fmt::format("defines {} as a local symbol (nm shows t)", symbol),
                              {{"symbol", suspect.symbol}}});
  Remedy global = make_remedy(
      "make-global", fmt::format("make {} global, but private to the image, in crate {}'s assembly", symbol, crate));
  global.edits.push_back({"", fmt::format("+.globl {0}\n{1}", suspect.symbol,
                                          format == Format::MachO ? fmt::format("+.private_extern {}\n", suspect.symbol)
                                          : format == Format::Elf ? fmt::format("+.hidden {}\n", suspect.symbol)
                                                                  : "")});
  finding.remedies.push_back(std::move(global));
  if (!suspect.separated.empty()) {
    finding.state = Affected::Affected;
    finding.title = fmt::format("crate {}'s codegen units were separated from {}, which its assembly keeps to itself",
                                crate, symbol);
    finding.evidence.push_back(
        {"reference", file.shown, suspect.separated, fmt::format("refers to {}, which it cannot see", symbol), {}});
    finding.evidence.push_back(
        {"absence", "", "", "no file looked at defines it globally: a link that takes this unit fails", {}});
    finding.remedies.push_back(
        make_remedy("one-codegen-unit", fmt::format("compile crate {} in one codegen unit", crate)));
    return finding;
  }
  const std::string &lto = context.request.lto;
  finding.state = lto == "full" || lto == "none" ? Affected::NotAffected : Affected::Unknown;
  std::string function = demangle(suspect.function, format);
  finding.title = fmt::format(
      "{} is private to crate {}'s object; under lto = \"thin\" rustc may copy {}, which needs it, elsewhere", symbol,
      crate, function);
  finding.evidence.push_back({"reference",
                              file.shown,
                              std::string(member.name),
                              fmt::format("{}, a global function, refers to it", function),
                              {{"function", suspect.function}}});
  finding.evidence.push_back(
      {"lto",
       file.shown,
       std::string(member.name),
       "links as it is; whether ThinLTO would copy the function is not recorded, since the file holds no bitcode",
       {}});
  finding.remedies.push_back(make_remedy("noinline-caller", fmt::format("mark {} #[inline(never)]", function)));
  finding.remedies.push_back(make_remedy("full-lto", "use lto = \"fat\" in the place of \"thin\""));
  return finding;
}

std::vector<Finding> find(const HazardContext &context) {
  std::vector<Suspect> suspects = find_suspects(context.outputs);
  if (suspects.empty()) return {};
  clear_defined(context.outputs, suspects);
  std::vector<Finding> findings;
  for (const Suspect &suspect : suspects) findings.push_back(finding_of(suspect, context));
  return findings;
}

}  // namespace

extern const Hazard moved_by_rustc_hazard{
    "local-definition", "a crate's assembly keeps a symbol to itself that its codegen units need", find};

}  // namespace ldwhy
