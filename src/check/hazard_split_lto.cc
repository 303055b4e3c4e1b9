// ThinLTO modules of which some were split for whole-program type information
// (-fsplit-lto-unit, which -fsanitize=cfi and on some systems -fwhole-program-vtables imply) and
// some not (LLVM, "Type Metadata"; clang, -fsplit-lto-unit). LLD then stops: with "inconsistent
// LTO Unit splitting" where a module tests types, else with a conflict of the module flag
// EnableSplitLTOUnit as soon as a function is copied between the two kinds. rustc's modules
// carry no such flag, so there only type tests conflict.
#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "base/parallel.h"
#include "check/hazards.h"
#include "name/rust_units.h"

namespace ldwhy {
namespace {

struct Side {
  std::vector<std::pair<const OutputFile *, const Member *>> modules;
  bool flagged = false;     // one of them at least was made by clang
};
struct GroupSides {
  Side split, whole;
  bool tests_types = false;
};

bool tests_types(const ir::Module &module) {
  return std::ranges::any_of(module.globals, [](const ir::Global &global) {
    return global.declaration && (global.name == "llvm.type.test" || global.name.starts_with("llvm.type.checked.load"));
  });
}

std::vector<GroupSides> collect(const Outputs &outputs) {
  std::vector<GroupSides> groups(outputs.groups.size());
  std::mutex mutex;
  parallel_for(outputs.files.size(), [&](size_t i) {
    const OutputFile &file = outputs.files[i];
    for (const Member &member : file.input.members) {
      if (!member.object || member.object->kind() != ObjectKind::Bitcode) continue;
      const ir::Module *module = member.object->module();
      if (!module || module->lto != ir::Lto::Thin) continue;
      bool types = tests_types(*module);
      std::lock_guard lock(mutex);
      GroupSides &group = groups[file.group];
      Side &side = module->enable_split_lto_unit ? group.split : group.whole;
      side.modules.emplace_back(&file, &member);
      side.flagged |= !codegen_unit(member.name.empty() ? file.path : member.name);
      group.tests_types |= types;
    }
  });
  return groups;
}

std::vector<Finding> find(const HazardContext &context) {
  std::vector<Finding> findings;
  for (GroupSides &group : collect(context.outputs)) {
    if (group.split.modules.empty() || group.whole.modules.empty()) continue;
    Finding finding;
    bool sure = group.tests_types || (group.split.flagged && group.whole.flagged);
    finding.state = context.request.lto == "none" ? Affected::NotAffected
                    : sure                        ? Affected::Affected
                                                  : Affected::Unknown;
    auto count = [](const Side &side) { return side.modules.size(); };
    finding.title = fmt::format("{} of {} ThinLTO modules {} compiled with -fsplit-lto-unit, the others without",
                                count(group.split), count(group.split) + count(group.whole),
                                count(group.split) == 1 ? "is" : "are");
    for (Side *side : {&group.split, &group.whole}) {
      std::ranges::sort(side->modules, {},
                        [](const auto &entry) { return std::pair(entry.first->shown, entry.second->name); });
      const auto &[file, member] = side->modules.front();
      finding.evidence.push_back({"lto-unit",
                                  file->shown,
                                  std::string(member->name),
                                  side == &group.split ? "EnableSplitLTOUnit: 1" : "EnableSplitLTOUnit: 0",
                                  {{"modules", std::to_string(count(*side))}}});
    }
    finding.evidence.push_back({"lto-unit",
                                "",
                                "",
                                group.tests_types
                                    ? "type tests are made: a linker stops with \"inconsistent LTO Unit splitting\""
                                    : "a linker stops once ThinLTO copies a function from one kind into the other",
                                {}});
    finding.place.file = finding.evidence.front().file;
    finding.remedies.push_back(
        make_remedy("same-lto-flags", "compile all files with -fsplit-lto-unit, or all with -fno-split-lto-unit"));
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace

extern const Hazard split_lto_hazard{"lto-unit-mismatch",
                                     "ThinLTO modules that were split beside modules that were not", find};

}  // namespace ldwhy
