// set-linker. Compilers that start the linker choose it by -fuse-ld=NAME (GCC manual, "Link
// Options"); without it they take their default, which is what "ld" stands for. rustc's own
// LLD is no program that a compiler finds: cargo names it as the linker of a target.
#include <fmt/format.h>

#include <optional>
#include <vector>

#include "base/words.h"
#include "edit/edit.h"
#include "fix/flag_lists.h"
#include "fix/place_edit.h"

namespace ldwhy {
namespace {

std::string short_name(std::string_view linker) {
  if (linker == "ld") return "";
  for (std::string_view prefix : {"ld64.", "ld."})
    if (linker.starts_with(prefix)) return std::string(linker.substr(prefix.size()));
  return std::string(linker);
}

// The words that choose a linker now, as they stand in the list: "-C link-arg=-fuse-ld=lld".
std::string choosing_words(const std::string &list) {
  std::vector<std::string> words = split_words(list);
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i].find("-fuse-ld=") == std::string::npos) continue;
    bool parted = i > 0 && (words[i - 1] == "-C" || words[i - 1] == "--codegen");
    return parted ? words[i - 1] + " " + words[i] : words[i];
  }
  return "";
}

// Changes -fuse-ld= in the list; nothing where it is not there.
std::optional<bool> change_choice(PlanEdits &edits, const SettingSource &list, const std::string &name) {
  std::string now = choosing_words(list.value);
  if (now.empty()) return std::nullopt;
  std::string after = name.empty() ? "" : now.substr(0, now.find("-fuse-ld=")) + "-fuse-ld=" + name;
  if (now == after) {
    edits.refuse_plan(fmt::format("{} is there already", now));
    return false;
  }
  return change_flag(edits, list, now, after);
}

void set_for_cargo(PlanEdits &edits, const std::string &linker, const std::string &name) {
  const Build &build = edits.context().build;
  const Setting *flags = build.find("rustflags"), *program = build.find("linker");
  if (linker == "rust-lld") {
    if (program && !program->source.place.file.empty()) {
      change_value(edits, program->source, linker);
      return;
    }
    if (build.target.empty()) return edits.refuse_plan("the target is not known");
    edits.change(
        cargo_config_file(edits),
        [&](std::string_view text) { return set_toml(text, {"target", build.target, "linker"}, toml_value(linker)); },
        true);
    return;
  }
  if (flags && change_choice(edits, flags->source, name)) return;
  if (!name.empty()) return add_to_list(edits, "ldflags", "-fuse-ld=" + name);
  if (program && !program->source.place.file.empty()) {
    change_value(edits, program->source, "cc");
    return;
  }
  edits.refuse_plan("the compiler's default linker is used already");
}

void plan_set_linker(const AdvisoryRemedy &wanted, const PlanContext &context, PlannedChange &planned) {
  PlanEdits edits(context, planned);
  const std::string &linker = wanted.arguments.at("linker");
  std::string name = short_name(linker);
  if (context.build.system == "cargo") return set_for_cargo(edits, linker, name);
  if (const Setting *setting = context.build.find("linker"); setting && !setting->source.place.file.empty()) {
    std::string flag = source_words(setting->source).flag;
    if (flag.starts_with("-fuse-ld="))
      change_flag(edits, setting->source, flag, name.empty() ? "" : "-fuse-ld=" + name);
    else change_value(edits, setting->source, linker);
    return;
  }
  if (name.empty()) return edits.refuse_plan("the compiler's default linker is used already");
  add_to_list(edits, "ldflags", "-fuse-ld=" + name);
}

}  // namespace

extern const PlanAction set_linker{"set-linker", plan_set_linker};

}  // namespace ldwhy
