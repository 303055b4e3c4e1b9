// The base of known bad combinations: reading it, judging a build by it, and finding the
// advisories that a linker's words point to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/problem.h"
#include "model/advisory.h"
#include "model/project.h"

namespace ldwhy {

// Reads one advisory file; the Problem's text has the line ("line 12: …").
Result<Advisory> parse_advisory(std::string_view text, const std::string &file);

class AdvisoryBase {
 public:
  // The advisories compiled in, and those of `folder` (empty: none) besides; one with an id
  // that is there already takes its place.
  static Result<AdvisoryBase> load(const std::string &folder, const Files &files);
  const std::vector<Advisory> &all() const { return all_; }
  const Advisory *find(std::string_view id) const;

 private:
  std::vector<Advisory> all_;  // sorted by id
};

struct Judged {
  Affected state = Affected::Unknown;
  int32_t package = -1;               // index into the graph; -1: about no package
  std::vector<Condition> conditions;  // the package's version first
};

// Judges one build. One answer for each version of its packages that is locked; nothing where
// the advisory is about packages and none of them is there, or about a build system, target or tool
// that plainly has nothing to do with this build.
std::vector<Judged> judge(const Advisory &advisory, const Build &build, const PackageGraph &packages);

// Whether a complaint has one of its signatures. `demangled`: its symbol's readable name.
bool has_signature(const Advisory &advisory, const Complaint &complaint, std::string_view demangled);
// The advisories whose signature a complaint has, by id.
std::vector<const Advisory *> match_signatures(const AdvisoryBase &base, const Complaint &complaint,
                                               std::string_view demangled);

}  // namespace ldwhy
