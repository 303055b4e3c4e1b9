#include "check/hazards.h"

#include <algorithm>

#include "remedy/remedy.h"

namespace ldwhy {

extern const Hazard private_assembly_hazard, moved_by_rustc_hazard, mixed_targets_hazard, stale_hazard,
    other_rustc_hazard, unreadable_ir_hazard, split_lto_hazard;

std::span<const Hazard *const> hazards() {
  static const Hazard *const table[] = {
      &private_assembly_hazard, &moved_by_rustc_hazard, &mixed_targets_hazard, &unreadable_ir_hazard,
      &split_lto_hazard,        &other_rustc_hazard,    &stale_hazard,
  };
  return table;
}

Remedy make_remedy(const char *id, std::string title, std::vector<std::string> commands) {
  const RemedyKind *kind = find_remedy(id);
  return {.id = id, .title = std::move(title), .cost = kind ? kind->cost : "", .commands = std::move(commands)};
}

ObjectsResult check_objects(const ObjectsRequest &request, const Files &files) {
  Outputs outputs = open_outputs(request, files);
  ObjectsResult result;
  result.files = outputs.files.size();
  result.objects = outputs.objects;
  result.problems = outputs.problems;
  HazardContext context{outputs, request, files};
  for (const Hazard *hazard : hazards())
    for (Finding &finding : hazard->find(context)) {
      finding.cause = hazard->cause;
      result.findings.push_back(std::move(finding));
    }
  auto rank = [](const Finding &finding) {
    return finding.state == Affected::Affected ? 0 : finding.state == Affected::Unknown ? 1 : 2;
  };
  std::ranges::stable_sort(result.findings, [&](const Finding &a, const Finding &b) {
    return rank(a) != rank(b) ? rank(a) < rank(b) : a.place.file < b.place.file;
  });
  return result;
}

}  // namespace ldwhy
