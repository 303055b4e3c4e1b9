// IR that the linker cannot read.
//
// LLVM reads the bitcode of older releases, never of newer ones; what counts is the release
// of the LLVM inside the linker (for LLD and Apple's the linker's own, for GNU ld and gold
// the plugin's). GCC's slim LTO objects hold no machine code at all: only GNU ld, gold and
// mold, with GCC's plugin, see what they define. The names that bitcode's makers leave are
// LLVM's "LLVM22.1.8", with a vendor's words behind; Apple counts otherwise and is left out.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "check/hazards.h"

namespace ldwhy {
namespace {

constexpr size_t most_named = 10;

// 22 of "LLVM22.1.8-rust-1.95.0-stable" and "22.1.8"; 0: not one of LLVM's.
uint32_t major_of(std::string_view text) {
  if (text.starts_with("LLVM")) text.remove_prefix(4);
  uint32_t number = 0;
  for (char c : text) {
    if (c < '0' || c > '9') break;
    number = std::min<uint32_t>(number * 10 + static_cast<uint32_t>(c - '0'), 9999);
  }
  return number;
}

struct Place {
  const OutputFile *file;
  const Member *member;
};

struct GroupIr {
  std::map<uint32_t, std::vector<Place>> by_llvm;   // major release
  std::vector<Place> gcc;
};

std::vector<GroupIr> collect(const Outputs &outputs) {
  std::vector<GroupIr> groups(outputs.groups.size());
  for (const OutputFile &file : outputs.files)
    for (const Member &member : file.input.members) {
      if (!member.object) continue;
      GroupIr &group = groups[file.group];
      if (member.object->kind() == ObjectKind::GccSlimLto) group.gcc.push_back({&file, &member});
      if (member.object->kind() != ObjectKind::Bitcode) continue;
      if (uint32_t major = major_of(member.object->producer())) group.by_llvm[major].push_back({&file, &member});
    }
  return groups;
}

void name_places(const std::vector<Place> &places, const char *kind, std::vector<Evidence> &evidence) {
  for (size_t i = 0; i < places.size() && i < most_named; ++i)
    evidence.push_back({kind,
                        places[i].file->shown,
                        std::string(places[i].member->name),
                        fmt::format("made by {}", places[i].member->object->producer()),
                        {}});
  if (places.size() > most_named)
    evidence.push_back({kind, "", "", fmt::format("and {} more", places.size() - most_named), {}});
}

void newer_than_reader(const GroupIr &group, uint32_t reader, const HazardContext &context,
                       std::vector<Finding> &findings) {
  std::vector<Place> newer;
  uint32_t newest = 0;
  for (const auto &[major, places] : group.by_llvm)
    if (major > reader) newer.insert(newer.end(), places.begin(), places.end()), newest = major;
  if (newer.empty()) return;
  Finding finding;
  finding.state = Affected::Affected;
  std::string what = newer.size() == 1 ? fmt::format("{} holds", name_of(*newer[0].file, *newer[0].member))
                                       : fmt::format("{} objects hold", newer.size());
  finding.title = fmt::format("{} bitcode of LLVM {}, which a linker with LLVM {} cannot read", what, newest,
                              context.request.reader_llvm);
  finding.place.file = newer[0].file->shown;
  name_places(newer, "producer", finding.evidence);
  finding.remedies.push_back(make_remedy("matching-linker", fmt::format("link with LLD {} or newer", newest)));
  finding.remedies.push_back(make_remedy("file-without-lto", "compile these files without LTO"));
  findings.push_back(std::move(finding));
}

void several_releases(const GroupIr &group, std::vector<Finding> &findings) {
  if (group.by_llvm.size() < 2) return;
  Finding finding;
  finding.state = Affected::Unknown;
  uint32_t newest = group.by_llvm.rbegin()->first;
  std::string releases;
  for (const auto &[major, places] : group.by_llvm) {
    releases += fmt::format("{}{}", releases.empty() ? "" : major == newest ? " and " : ", ", major);
    name_places({places.front()}, "producer", finding.evidence);
  }
  finding.title = fmt::format(
      "bitcode of LLVM {} stands side by side: only a linker with LLVM {} or newer reads all of it", releases, newest);
  finding.place.file = group.by_llvm.rbegin()->second.front().file->shown;
  finding.remedies.push_back(make_remedy("matching-linker", fmt::format("link with LLD {} or newer", newest)));
  findings.push_back(std::move(finding));
}

enum class ReadsGcc : uint8_t { Yes, No, Unknown };
ReadsGcc reads_gcc(std::string_view linker) {
  std::string name = lower_case(linker);
  if (name.empty()) return ReadsGcc::Unknown;
  for (std::string_view other : {"lld", "apple", "ld64", "ld-prime", "ld-classic", "link.exe", "wild", "wasm"})
    if (name.find(other) != name.npos) return ReadsGcc::No;
  return ReadsGcc::Yes;
}

void gcc_slim(const GroupIr &group, const HazardContext &context, std::vector<Finding> &findings) {
  ReadsGcc reads = reads_gcc(context.request.linker);
  if (group.gcc.empty() || reads == ReadsGcc::Yes) return;
  Finding finding;
  finding.state = reads == ReadsGcc::No ? Affected::Affected : Affected::Unknown;
  std::string what = group.gcc.size() == 1 ? fmt::format("{} holds", name_of(*group.gcc[0].file, *group.gcc[0].member))
                                           : fmt::format("{} objects hold", group.gcc.size());
  finding.title = fmt::format("{} GCC's LTO code only, no machine code: {} sees nothing defined there", what,
                              reads == ReadsGcc::No ? context.request.linker : std::string("LLD or Apple's linker"));
  finding.place.file = group.gcc[0].file->shown;
  name_places(group.gcc, "gcc-lto", finding.evidence);
  if (!group.by_llvm.empty())
    finding.evidence.push_back(
        {"producer", "", "", "LLVM bitcode stands beside it: hardly any linker run reads both", {}});
  finding.remedies.push_back(make_remedy("fat-objects", "add -ffat-lto-objects to GCC's flags, or drop -flto"));
  finding.remedies.push_back(
      make_remedy("matching-linker", "link with GNU ld, gold or mold through gcc, which passes its plugin"));
  findings.push_back(std::move(finding));
}

std::vector<Finding> find(const HazardContext &context) {
  std::vector<Finding> findings;
  uint32_t reader = major_of(context.request.reader_llvm);
  for (const GroupIr &group : collect(context.outputs)) {
    if (reader) newer_than_reader(group, reader, context, findings);
    else several_releases(group, findings);
    gcc_slim(group, context, findings);
  }
  return findings;
}

}  // namespace

extern const Hazard unreadable_ir_hazard{"lto-unreadable", "compiler IR that the linker cannot read", find};

}  // namespace ldwhy
