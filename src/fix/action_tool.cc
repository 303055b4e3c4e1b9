// upgrade-tool: the line that names the tool's version gets the new one. What is installed on this
// machine is the user's: there is only the command.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "edit/edit.h"
#include "edit/text_lines.h"
#include "fix/place_edit.h"

namespace ldwhy {
namespace {

bool is_version_byte(char c) { return std::isdigit(static_cast<unsigned char>(c)) || c == '.'; }

// Where `version` stands on the line, but not in a longer number.
TextResult replace_version(std::string_view text, uint32_t line, std::string_view version, std::string_view with) {
  std::optional<std::pair<size_t, size_t>> range = line_range(text, line);
  if (!range) return refuse(fmt::format("there is no line {}", line));
  std::optional<size_t> found;
  for (size_t at = range->first; (at = text.find(version, at)) < range->second; ++at) {
    size_t end = at + version.size();
    bool longer =
        (at > range->first && is_version_byte(text[at - 1])) || (end < range->second && is_version_byte(text[end]));
    if (longer) continue;
    if (found) return refuse(fmt::format("line {} has {} more than once; edit it by hand", line, version));
    found = at;
  }
  if (!found) return refuse(fmt::format("line {} has no {}", line, version));
  return splice(text, *found, *found + version.size(), with);
}

// As many numbers as there were: "1.95" for "1.90", where "1.95.0" is wanted.
std::string as_precise_as(std::string_view old, std::string_view wanted) {
  auto dots = [](std::string_view text) { return static_cast<size_t>(std::count(text.begin(), text.end(), '.')); };
  std::string version(wanted);
  while (dots(version) > dots(old) && version.ends_with(".0")) version.resize(version.size() - 2);
  return version;
}

std::string install_command(std::string_view tool, std::string_view version) {
  if (tool == "rustc") return fmt::format("rustup toolchain install {}", version);
  if (tool == "ndk") return fmt::format("sdkmanager --install \"ndk;{}\"", version);
  if (tool == "xcode") return fmt::format("xcodes install {}", version);
  return "";
}

void plan_upgrade_tool(const AdvisoryRemedy &wanted, const PlanContext &context, PlannedChange &planned) {
  PlanEdits edits(context, planned);
  const std::string &tool = wanted.arguments.at("tool"), &version = wanted.arguments.at("version");
  auto known = context.build.versions.find(tool);
  bool in_file =
      known != context.build.versions.end() && is_in_file(known->second.place) && known->second.place.line > 0;
  if (!in_file) {
    if (std::string command = install_command(tool, version); !command.empty()) edits.tell(command);
    return edits.refuse_plan(fmt::format("no file of the project's says which {} is used: install it yourself", tool));
  }
  const Fact &now = known->second;
  bool numbered =
      std::isdigit(static_cast<unsigned char>(now.value[0])) && std::ranges::all_of(now.value, is_version_byte);
  if (!numbered) {
    if (tool == "rustc") edits.tell("rustup update");
    return edits.refuse_plan(
        fmt::format("{} says '{}', which is no version: update it yourself", now.place.file, now.value));
  }
  std::string with = as_precise_as(now.value, version);
  edits.change(now.place.file,
               [&](std::string_view text) { return replace_version(text, now.place.line, now.value, with); });
}

}  // namespace

extern const PlanAction upgrade_tool{"upgrade-tool", plan_upgrade_tool};

}  // namespace ldwhy
