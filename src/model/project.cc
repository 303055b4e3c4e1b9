#include "model/project.h"

#include <algorithm>

namespace ldwhy {
namespace {

constexpr uint32_t unreached = UINT32_MAX;

std::vector<std::vector<uint32_t>> dependents(const std::vector<Package> &packages) {
  std::vector<std::vector<uint32_t>> of(packages.size());
  for (uint32_t i = 0; i < packages.size(); ++i)
    for (uint32_t dependency : packages[i].dependencies)
      if (dependency < packages.size()) of[dependency].push_back(i);
  return of;
}

// Edges from each package down to `package`.
std::vector<uint32_t> distances(const std::vector<std::vector<uint32_t>> &of, uint32_t package) {
  std::vector<uint32_t> distance(of.size(), unreached);
  std::vector<uint32_t> queue = {package};
  distance[package] = 0;
  for (size_t next = 0; next < queue.size(); ++next)
    for (uint32_t above : of[queue[next]])
      if (distance[above] == unreached) {
        distance[above] = distance[queue[next]] + 1;
        queue.push_back(above);
      }
  return distance;
}

}  // namespace

// Members that other members use say nothing of who wants the package, so paths start at
// those that no other member leads to; in a ring of members, at all of them.
std::vector<std::vector<std::string>> PackageGraph::paths_to(uint32_t package, size_t most) const {
  std::vector<std::vector<std::string>> paths;
  if (package >= packages.size() || most == 0) return paths;
  std::vector<std::vector<uint32_t>> of = dependents(packages);
  std::vector<uint32_t> distance = distances(of, package);
  std::vector<uint32_t> starts, members;
  for (uint32_t i = 0; i < packages.size(); ++i) {
    if (!packages[i].member || distance[i] == unreached) continue;
    members.push_back(i);
    if (std::ranges::none_of(of[i], [&](uint32_t above) { return above != i && packages[above].member; }))
      starts.push_back(i);
  }
  if (starts.empty()) starts = members;
  std::ranges::stable_sort(starts, {}, [&](uint32_t start) { return distance[start]; });

  struct Step {
    uint32_t package;
    size_t next = 0;  // index into its dependencies
  };
  std::vector<Step> path;
  for (uint32_t start : starts) {
    path.assign(1, {start});
    while (!path.empty() && paths.size() < most) {
      Step &step = path.back();
      if (step.package == package) {
        std::vector<std::string> &names = paths.emplace_back();
        for (const Step &taken : path) names.push_back(packages[taken.package].name);
        path.pop_back();
        continue;
      }
      const std::vector<uint32_t> &below = packages[step.package].dependencies;
      uint32_t wanted = distance[step.package] - 1;
      while (step.next < below.size() && (below[step.next] >= packages.size() || distance[below[step.next]] != wanted))
        ++step.next;
      if (step.next == below.size()) path.pop_back();
      else path.push_back({below[step.next++]});
    }
  }
  return paths;
}

std::vector<uint32_t> PackageGraph::find(std::string_view ecosystem, std::string_view name) const {
  auto key = [](const Package &package) {
    return std::pair<std::string_view, std::string_view>(package.ecosystem, package.name);
  };
  auto found = std::ranges::equal_range(packages, std::pair(ecosystem, name), {}, key);
  std::vector<uint32_t> indexes;
  for (auto package = found.begin(); package != found.end(); ++package)
    indexes.push_back(static_cast<uint32_t>(package - packages.begin()));
  return indexes;
}

const Setting *Build::find(std::string_view setting) const {
  for (const Setting &candidate : settings)
    if (candidate.name == setting && candidate.package.empty()) return &candidate;
  return nullptr;
}

const Build *find_build(const Project &project, const Build &like) {
  for (const Build &build : project.builds)
    if (build.where == like.where && build.system == like.system && build.profile == like.profile &&
        build.target == like.target)
      return &build;
  return nullptr;
}

}  // namespace ldwhy
