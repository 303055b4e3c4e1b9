// Where CI and this machine differ. Only what decides links is compared, and only builds
// of one profile; a difference in the target is what CI is for, and no remark.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "check/check.h"

namespace ldwhy {
namespace {

constexpr std::array<std::string_view, 5> deciding_settings{"lto", "codegen-units", "linker", "rustflags", "link-args"};

std::string place_text(const SettingSource &source) {
  if (source.place.file.empty()) return source.text;
  if (source.place.line == 0) return fmt::format("{}, {}", source.place.file, source.text);
  return fmt::format("{}:{}", source.place.file, source.place.line);
}

std::string value_text(const Setting *setting) {
  return setting && !setting->source.value.empty() ? setting->source.value : "not set";
}

void compare(const Build &here, const Build &there, std::vector<Remark> &remarks) {
  auto add = [&](std::string text, const Place &place) {
    bool known = std::ranges::any_of(remarks, [&](const Remark &r) { return r.text == text; });
    if (!known) remarks.push_back({"site-differs", std::move(text), place});
  };
  for (std::string_view name : deciding_settings) {
    const Setting *mine = here.find(name), *theirs = there.find(name);
    if (value_text(mine) == value_text(theirs)) continue;
    // The defaults of two systems are no decision of the project's.
    if ((!mine || mine->source.place.file.empty()) && (!theirs || theirs->source.place.file.empty())) continue;
    add(fmt::format("{} of profile {} is {} in {}{}, but {} here{}", name, here.profile, value_text(theirs),
                    there.where, theirs ? fmt::format(" ({})", place_text(theirs->source)) : "", value_text(mine),
                    mine ? fmt::format(" ({})", place_text(mine->source)) : ""),
        theirs ? theirs->source.place : mine->source.place);
  }
  for (const auto &[tool, version] : there.versions) {
    auto mine = here.versions.find(tool);
    if (mine == here.versions.end() || mine->second.value == version.value) continue;
    // A channel name says which series, not which release: nothing to compare.
    if (version.value.find_first_of("0123456789") == version.value.npos) continue;
    add(fmt::format("{} is {} in {} ({}:{}), but {} here", tool, version.value, there.where, version.place.file,
                    version.place.line, mine->second.value),
        version.place);
  }
}

}  // namespace

std::vector<Remark> compare_sites(const Project &project) {
  std::vector<Remark> remarks;
  for (const Build &there : project.builds) {
    if (there.where == "local") continue;
    const Build *here = nullptr;
    for (const Build &build : project.builds)
      if (build.where == "local" && build.system == there.system && build.profile == there.profile &&
          (!here || build.target == there.target))
        here = &build;
    if (here) compare(*here, there, remarks);
  }
  return remarks;
}

}  // namespace ldwhy
