// Objects of another architecture or platform among those that one link may take.
//
// A linker refuses them, or passes them by with a warning and then misses what they define.
// What belongs together is a matter of folders (search.cc): one profile of one target of
// cargo's, one CMake build folder, else one folder. Where the place says what it is for, or
// the caller does, that decides; else the majority. Left alone is what is different on
// purpose: files whose names say the architecture, code for other processors that a
// program carries as data (BPF, GPU, microcontrollers), programs, and what build scripts made for
// themselves.
#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "base/text.h"
#include "check/hazards.h"

namespace ldwhy {
namespace {

constexpr size_t most_named = 20;

struct Item {
  uint32_t file = 0;
  std::string member;            // of a mixed archive
  Target target;
  std::vector<Target> slices;    // universal files
  size_t count = 1;              // members of this target
};

using Key = std::tuple<Format, Arch, Platform, uint8_t, bool, uint32_t>;
Key key_of(const Target &t) {
  return {t.format, t.arch, t.platform, t.bits, t.big_endian, t.arch == Arch::Other ? t.machine : 0};
}

bool is_payload(const Target &target) {
  return target.arch == Arch::Bpf || target.arch == Arch::Amdgpu || target.arch == Arch::Avr;
}
bool is_known(const Target &target) { return target.format != Format::Unknown && target.arch != Arch::Unknown; }

// "out/x86_64/fiber.o" is for x86_64 on purpose.
bool names_its_target(std::string_view path, const Target &target) {
  std::string lower = lower_case(path);
  auto word = [&](std::string_view name) {
    auto inside = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    for (size_t at = lower.find(name); at != lower.npos; at = lower.find(name, at + 1)) {
      size_t end = at + name.size();
      if ((at == 0 || !inside(lower[at - 1])) && (end == lower.size() || !inside(lower[end]))) return true;
    }
    return false;
  };
  constexpr std::array<std::string_view, 24> names = {"x86_64", "amd64",   "x86-64",  "x64",    "i386",    "i486",
                                                      "i586",   "i686",    "x86",     "arm64",  "aarch64", "arm64e",
                                                      "arm",    "armv7",   "armv6",   "armv7a", "armv7k",  "armv7s",
                                                      "armhf",  "riscv64", "riscv32", "wasm32", "wasm",    "wasm64"};
  for (std::string_view name : names)
    if ((arch_from_name(name) == target.arch || (name == "wasm" && target.format == Format::Wasm) ||
         (name == "armhf" && target.arch == Arch::Arm)) &&
        word(name))
      return true;
  if (target.bits == 32 && (word("32") || word("x32") || word("m32"))) return true;
  if (std::string_view arch = arch_name(target.arch); word(lower_case(arch))) return true;
  std::string platform = lower_case(platform_name(target.platform));
  if (platform.ends_with(" simulator")) return word("simulator") || word("sim");
  return !platform.empty() && word(platform);
}

// One item a file; archives with members for several targets give one for each target.
std::vector<Item> items_of(const OutputFile &file, uint32_t number, bool with_shared) {
  std::vector<Item> items;
  if (file.input.slices.size() > 0) {
    items.push_back({number, "", {}, file.input.slices});
    for (Target &slice : items[0].slices) slice = detached(slice);
    return items;
  }
  std::map<Key, size_t> known;
  for (const Member &member : file.input.members) {
    if (!member.object || !is_known(member.object->target()) || is_payload(member.object->target())) continue;
    ObjectKind kind = member.object->kind();
    if (kind == ObjectKind::Executable || kind == ObjectKind::Stub || (kind == ObjectKind::Shared && !with_shared))
      continue;
    Target target = detached(member.object->target());
    auto [at, is_new] = known.try_emplace(key_of(target), items.size());
    if (is_new) items.push_back({number, std::string(member.name), target, {}});
    else ++items[at->second].count;
  }
  return items;
}

// What most are for; nothing where two are equally frequent.
std::optional<Target> majority(const std::vector<Item> &items, bool by_members) {
  std::map<Key, std::pair<size_t, Target>> counts;
  for (const Item &item : items) {
    if (!item.slices.empty()) continue;
    auto &[count, target] = counts[key_of(item.target)];
    count += by_members ? item.count : 1;
    target = item.target;
  }
  std::optional<Target> best;
  size_t most = 0;
  for (const auto &[key, entry] : counts) {
    if (entry.first == most) best.reset();
    if (entry.first > most) most = entry.first, best = entry.second;
  }
  return best;
}

bool fits(const Target &want, const Item &item) {
  if (item.slices.empty()) return difference(want, item.target).empty();
  return std::ranges::any_of(item.slices, [&](const Target &slice) { return difference(want, slice).empty(); });
}

std::string list_targets(const std::vector<Target> &targets) {
  std::string text;
  for (size_t i = 0; i < targets.size(); ++i)
    text += fmt::format("{}{}", i == 0 ? "" : i + 1 == targets.size() ? " and " : ", ", describe(targets[i]));
  return text;
}

class GroupCheck {
 public:
  GroupCheck(const HazardContext &context, const OutputGroup &group, std::vector<uint32_t> files)
      : context_(context), group_(group), files_(std::move(files)) {}

  void run(std::vector<Finding> &findings) {
    std::optional<Target> want = wanted();
    if (skipped_) return;
    std::vector<Item> items;
    for (uint32_t number : files_) {
      const OutputFile &file = context_.outputs.files[number];
      if (group_.kind == OutputGroup::Kind::BuildScript && !goes_into_the_link(file)) continue;
      std::vector<Item> of_file = items_of(file, number, stated_);
      if (of_file.size() > 1 && !mixed_archive(file, of_file, findings)) continue;
      items.insert(items.end(), of_file.begin(), of_file.end());
    }
    if (!want) want = majority(items, false);
    if (want) odd_ones(*want, items, findings);
    else without_majority(items, findings);
    missing_slices(items, findings);
  }

 private:
  std::optional<Target> wanted() {
    const Target asked = target_of_triple(context_.request.target);
    bool place_says = group_.expected.arch != Arch::Unknown || group_.expected.platform != Platform::Unknown;
    if (asked.arch != Arch::Unknown) {
      // What stands in another target's folder is not meant for this one.
      skipped_ = place_says && !difference(asked, group_.expected).empty() && group_.kind != OutputGroup::Kind::Given;
      stated_ = true;
      said_by_ = context_.request.target;
      return asked;
    }
    if (!place_says) return std::nullopt;
    stated_ = group_.kind == OutputGroup::Kind::Cargo;
    said_by_ = group_.expected_by;
    return group_.expected;
  }

  // Build scripts tell cargo which libraries to link in their output.
  bool goes_into_the_link(const OutputFile &file) {
    if (!links_read_) {
      links_read_ = true;
      if (Result<FileRef> output = context_.files.open(join_path(group_.folder, "output")))
        links_ = (*output)->bytes().text(), output_ = *output;
    }
    std::string_view name = file_name(file.path);
    if (name.starts_with("lib") && name.ends_with(".a")) name = name.substr(3, name.size() - 5);
    else if (name.ends_with(".lib")) name.remove_suffix(4);
    else return false;
    for (size_t at = links_.find("rustc-link-lib="); at != links_.npos; at = links_.find("rustc-link-lib=", at + 1)) {
      std::string_view line = links_.substr(at, links_.find('\n', at) - at);
      while (line.ends_with('\r')) line.remove_suffix(1);
      if (line.substr(line.rfind('=') + 1) == name) return true;
    }
    return false;
  }

  // False: all that is different in it is so on purpose.
  bool mixed_archive(const OutputFile &file, std::vector<Item> &items, std::vector<Finding> &findings) {
    std::optional<Target> want = majority(items, true);
    if (!want) want = items.front().target;
    Finding finding;
    size_t odd = 0, all = 0;
    for (const Item &item : items) {
      all += item.count;
      if (fits(*want, item) || names_its_target(item.member, item.target)) continue;
      odd += item.count;
      finding.evidence.push_back(
          {"target",
           file.shown,
           item.member,
           fmt::format("built for {}{}", describe(item.target),
                       item.count > 1 ? fmt::format(", with {} members more", item.count - 1) : ""),
           {}});
    }
    std::erase_if(items, [&](const Item &item) { return !fits(*want, item); });
    if (odd == 0) return !items.empty();
    finding.state = Affected::Affected;
    finding.title = fmt::format("{} of {} members of {} {} for another target than the rest, {}", odd, all, file.shown,
                                odd == 1 ? "is" : "are", describe(*want));
    finding.target = describe(*want);
    finding.place.file = file.shown;
    finding.remedies.push_back(make_remedy(
        "rebuild-for-target", fmt::format("delete {} and build it again, for {} only", file.shown, describe(*want))));
    findings.push_back(std::move(finding));
    return true;
  }

  void odd_ones(const Target &want, const std::vector<Item> &items, std::vector<Finding> &findings) {
    Finding finding;
    size_t odd = 0;
    for (const Item &item : items) {
      const OutputFile &file = context_.outputs.files[item.file];
      if (fits(want, item)) continue;
      bool stated = !said_by_.empty();
      if (!stated && (!item.slices.empty() || names_its_target(file.shown, item.target))) continue;
      if (++odd == 1) finding.place.file = file.shown;
      if (odd > most_named) continue;
      std::string text =
          item.slices.empty()
              ? fmt::format("built for {}: {}", describe(item.target), difference(want, item.target))
              : fmt::format("a universal file for {}, without {}", list_targets(item.slices), arch_name(want.arch));
      finding.evidence.push_back(
          {"target",
           file.shown,
           "",
           text,
           {{"built-for", item.slices.empty() ? describe(item.target) : list_targets(item.slices)}}});
    }
    if (odd == 0) return;
    if (odd > most_named)
      finding.evidence.push_back({"target", "", "", fmt::format("and {} files more", odd - most_named), {}});
    bool sure = !said_by_.empty() || group_.kind == OutputGroup::Kind::Given || odd * 4 <= items.size();
    finding.state = sure ? Affected::Affected : Affected::Unknown;
    std::string where =
        group_.kind == OutputGroup::Kind::Given ? "of the given files" : fmt::format("in {}", group_.shown);
    finding.title = fmt::format("{} of {} objects and libraries {} {} not for {}{}", odd, items.size(), where,
                                odd == 1 ? "is" : "are", describe(want),
                                said_by_.empty()                      ? ", which most are for"
                                : said_by_ == context_.request.target ? ""
                                                                      : fmt::format(", {}", said_by_));
    finding.target = describe(want);
    finding.remedies.push_back(make_remedy(
        "rebuild-for-target", fmt::format("build {} for {}", odd == 1 ? finding.place.file : "them", describe(want))));
    findings.push_back(std::move(finding));
  }

  void without_majority(const std::vector<Item> &items, std::vector<Finding> &findings) {
    Finding finding;
    std::vector<Target> kinds;
    for (const Item &item : items) {
      const OutputFile &file = context_.outputs.files[item.file];
      if (!item.slices.empty() || names_its_target(file.shown, item.target)) continue;
      bool known =
          std::ranges::any_of(kinds, [&](const Target &kind) { return difference(kind, item.target).empty(); });
      if (known) continue;
      kinds.push_back(item.target);
      finding.evidence.push_back({"target", file.shown, "", fmt::format("built for {}", describe(item.target)), {}});
    }
    if (kinds.size() < 2) return;
    bool given = group_.kind == OutputGroup::Kind::Given;
    finding.state = given ? Affected::Affected : Affected::Unknown;
    finding.place.file = finding.evidence.front().file;
    finding.title = fmt::format("{} built for {}: no link can take all of them",
                                given ? "the given files are" : group_.shown + " holds objects", list_targets(kinds));
    finding.remedies.push_back(
        make_remedy("rebuild-for-target", "build all for one target, or each target in a folder of its own"));
    findings.push_back(std::move(finding));
  }

  // Among universal files of one folder, those that have fewer architectures than the others.
  void missing_slices(const std::vector<Item> &items, std::vector<Finding> &findings) {
    std::map<std::vector<Arch>, std::vector<const Item *>> by_slices;
    for (const Item &item : items) {
      std::vector<Arch> archs;
      for (const Target &slice : item.slices) archs.push_back(slice.arch);
      std::ranges::sort(archs);
      if (!archs.empty()) by_slices[archs].push_back(&item);
    }
    const auto fullest = std::ranges::max_element(
        by_slices, {}, [](const auto &entry) { return std::pair(entry.second.size(), entry.first.size()); });
    if (fullest == by_slices.end() || fullest->second.size() < 2) return;
    for (const auto &[archs, with] : by_slices)
      for (const Item *item : with) {
        std::string missing;
        for (Arch arch : fullest->first)
          if (std::ranges::find(archs, arch) == archs.end())
            missing += (missing.empty() ? "" : ", ") + std::string(arch_name(arch));
        if (missing.empty()) continue;
        const OutputFile &file = context_.outputs.files[item->file];
        Finding finding;
        finding.state = Affected::Unknown;
        finding.title =
            fmt::format("{} has no code for {}, which the other universal files beside it have", file.shown, missing);
        finding.place.file = file.shown;
        finding.evidence.push_back({"target",
                                    file.shown,
                                    "",
                                    fmt::format("a universal file for {}", list_targets(item->slices)),
                                    {{"missing", missing}}});
        finding.remedies.push_back(
            make_remedy("rebuild-for-target", fmt::format("build {} for {} too", file.shown, missing)));
        findings.push_back(std::move(finding));
      }
  }

  const HazardContext &context_;
  const OutputGroup &group_;
  std::vector<uint32_t> files_;
  bool skipped_ = false;
  bool stated_ = false;       // shared libraries must fit too
  std::string said_by_;       // who says what the files are for; empty: nobody
  bool links_read_ = false;
  std::string_view links_;
  FileRef output_;
};

std::vector<Finding> find(const HazardContext &context) {
  std::vector<std::vector<uint32_t>> files(context.outputs.groups.size());
  for (uint32_t i = 0; i < context.outputs.files.size(); ++i) files[context.outputs.files[i].group].push_back(i);
  std::vector<Finding> findings;
  for (size_t g = 0; g < files.size(); ++g)
    if (!files[g].empty()) GroupCheck(context, context.outputs.groups[g], std::move(files[g])).run(findings);
  return findings;
}

}  // namespace

extern const Hazard mixed_targets_hazard{"wrong-target",
                                         "objects of another architecture or platform than their neighbours", find};

}  // namespace ldwhy
