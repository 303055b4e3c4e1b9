// rlibs of another rustc than the rest: rustc refuses a crate that another release compiled
// (E0514). The release stands at the head of the metadata, behind the mark "rust" and a
// format number (rustc's rmeta, METADATA_HEADER); the text is followed by the byte 0xc1.
//
// Cargo's hashes tell such files apart, and it never links one with the other; there they are
// what an older toolchain left. What the release in use is, cargo notes in .rustc_info.json;
// elsewhere the newest file tells.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/parallel.h"
#include "base/words.h"
#include "check/hazards.h"
#include "input/input.h"

namespace ldwhy {
namespace {

constexpr size_t most_named = 10;
constexpr size_t head_size = 8192, version_within = 64, longest_version = 160;

// "1.95.0 (59807616e 2026-04-14)"
std::string version_in(std::string_view metadata) {
  metadata = metadata.substr(0, head_size);
  constexpr std::string_view mark("rust\0\0\0", 7), name = "rustc ";
  size_t at = metadata.find(mark);
  if (at == metadata.npos) return "";
  size_t start = metadata.substr(at, version_within).find(name);
  if (start == std::string_view::npos) return "";
  std::string version;
  for (char c : metadata.substr(at + start + name.size(), longest_version)) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) break;
    version += c;
  }
  return version;
}

std::string version_of(const OutputFile &file) {
  if (!file.path.ends_with(".rlib") || !file.input.file || !is_archive(file.input.file->bytes())) return "";
  for (const ArchiveMember &member : read_archive(file.input.file->bytes()).members)
    if (member.name.ends_with(".rmeta") || member.name == "rust.metadata.bin") return version_in(member.bytes.text());
  return "";
}

struct Rlib {
  const OutputFile *file;
  std::string version;
};

std::string newest(const std::vector<Rlib> &rlibs, const Files &files) {
  const Rlib *best = nullptr;
  int64_t best_time = 0;
  for (const Rlib &rlib : rlibs) {
    int64_t time = files.modified(rlib.file->path).value_or(0);
    if (!best || time > best_time) best = &rlib, best_time = time;
  }
  return best->version;
}

std::vector<Finding> find(const HazardContext &context) {
  const Outputs &outputs = context.outputs;
  std::vector<std::string> versions(outputs.files.size());
  parallel_for(versions.size(), [&](size_t i) { versions[i] = version_of(outputs.files[i]); });
  std::map<uint32_t, std::vector<Rlib>> groups;
  for (size_t i = 0; i < versions.size(); ++i)
    if (!versions[i].empty()) groups[outputs.files[i].group].push_back({&outputs.files[i], versions[i]});
  std::vector<Finding> findings;
  for (const auto &[number, rlibs] : groups) {
    const OutputGroup &group = outputs.groups[number];
    bool cargo = group.kind == OutputGroup::Kind::Cargo;
    std::string current = cargo && !group.rustc.empty() ? group.rustc : newest(rlibs, context.files);
    std::vector<const Rlib *> others;
    for (const Rlib &rlib : rlibs)
      if (rlib.version != current) others.push_back(&rlib);
    if (others.empty()) continue;
    Finding finding;
    finding.state = cargo ? Affected::Unknown : Affected::Affected;
    finding.title = fmt::format("{} of {} rlibs{} {} of another rustc than {}", others.size(), rlibs.size(),
                                group.kind == OutputGroup::Kind::Given ? "" : " in " + group.shown,
                                others.size() == 1 ? "is" : "are", current);
    finding.place.file = others[0]->file->shown;
    std::vector<std::string> remove{"rm"};
    for (size_t i = 0; i < others.size(); ++i) {
      remove.push_back(others[i]->file->path);
      if (i < most_named)
        finding.evidence.push_back({"producer",
                                    others[i]->file->shown,
                                    "",
                                    fmt::format("compiled by rustc {}", others[i]->version),
                                    {{"rustc", others[i]->version}}});
    }
    if (others.size() > most_named)
      finding.evidence.push_back({"producer", "", "", fmt::format("and {} more", others.size() - most_named), {}});
    finding.evidence.push_back({"stale",
                                "",
                                "",
                                cargo ? "cargo tells them apart and does not use them: they are left over"
                                      : "rustc refuses crates of another release (E0514)",
                                {}});
    Remedy clean =
        make_remedy("clean-artifact",
                    fmt::format("delete {}", others.size() == 1 ? others[0]->file->shown
                                                                : fmt::format("these {} files only", others.size())));
    clean.cost = cargo ? "none" : "they are built again";
    clean.commands.push_back(quote_words(remove));
    finding.remedies.push_back(std::move(clean));
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace

extern const Hazard other_rustc_hazard{"stale-artifact", "crates of another rustc", find};

}  // namespace ldwhy
