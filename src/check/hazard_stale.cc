// Outputs that are older than what they were made from, or whose source is gone.
//
// Told only where a depfile proves it. Its relative names count from the folder in which the
// compiler ran: where the rule's target is the end of the object's path, that is what stands
// before it; cargo runs rustc in the workspace's root. A missing file counts only where its
// folder is still there, since whole trees get moved and build containers go away. Two files
// whose times are less than a second apart may be in any order: file systems and copies
// round.
#include <array>
#include <mutex>
#include <unordered_map>

#include <fmt/format.h>

#include "base/parallel.h"
#include "base/words.h"
#include "check/depfile.h"
#include "check/hazards.h"
#include "check/search.h"

namespace ldwhy {
namespace {

constexpr int64_t second = 1'000'000'000;
constexpr size_t most_named = 10;
constexpr size_t largest_depfile = 8 << 20;

// Times of sources and headers: asked for once, since thousands of depfiles name the same.
class Times {
 public:
  explicit Times(const Files &files) : files_(files) {}
  std::optional<int64_t> of(const std::string &path) {
    Shard &shard = shards_[std::hash<std::string>()(path) % shards_.size()];
    std::lock_guard lock(shard.mutex);
    auto [known, is_new] = shard.times.try_emplace(path);
    if (is_new) known->second = files_.modified(path);
    return known->second;
  }

 private:
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::string, std::optional<int64_t>> times;
  };
  const Files &files_;
  std::array<Shard, 16> shards_;
};

struct Stale {
  enum class Why : uint8_t { Fresh, Newer, Gone, SourceGone } why = Why::Fresh;
  std::string cause;      // the source or header
  std::string depfile;
};

std::vector<std::string> depfile_names(const OutputFile &file, const OutputGroup &group) {
  std::string_view name = file_name(file.path);
  std::string folder(parent_path(file.path));
  std::string_view stem = name.substr(0, name.rfind('.'));
  bool object = name.ends_with(".o") || name.ends_with(".obj");
  if (object)
    return {file.path + ".d", join_path(folder, fmt::format("{}.d", stem)),
            join_path(folder, fmt::format(".deps/{}.Po", stem))};
  if (group.kind != OutputGroup::Kind::Cargo) return {};
  if (stem.starts_with("lib")) stem.remove_prefix(3);
  return {join_path(folder, fmt::format("{}.d", stem))};
}

// The folder that relative names in the rule count from; nothing: this rule is not the file's.
std::optional<std::string> base_of(const DepRule &rule, const std::string &path, const OutputGroup &group) {
  for (const std::string &target : rule.targets) {
    std::string tidy = normal_path(target);
    if (tidy == path) return group.base;
    if (tidy.starts_with('/') || !path.ends_with("/" + tidy)) continue;
    return path.substr(0, path.size() - tidy.size() - 1);
  }
  return std::nullopt;
}

Stale judge(const OutputFile &file, const OutputGroup &group, const HazardContext &context, Times &times) {
  for (const std::string &name : depfile_names(file, group)) {
    if (!context.files.is_file(name)) continue;
    Result<FileRef> depfile = context.files.open(name);
    std::optional<int64_t> built = context.files.modified(file.path);
    if (!depfile || !built || (*depfile)->bytes().size() > largest_depfile) return {};
    std::string path = normal_path(join_path(real_path(std::string(parent_path(file.path))), file_name(file.path)));
    for (const DepRule &rule : read_depfile((*depfile)->bytes().text())) {
      std::optional<std::string> base = base_of(rule, path, group);
      if (!base) continue;
      Stale found;
      for (size_t i = 0; i < rule.needs.size(); ++i) {
        bool absolute = rule.needs[i].starts_with('/');
        if (base->empty() && !absolute) continue;
        std::string joined = absolute ? std::string() : *base + "/" + rule.needs[i];
        const std::string &need = absolute ? rule.needs[i] : joined;
        std::optional<int64_t> changed = times.of(need);
        bool gone = !changed && times.of(std::string(parent_path(need)));
        if (gone && i == 0) return {Stale::Why::SourceGone, need, name};
        if (gone && found.why == Stale::Why::Fresh) found = {Stale::Why::Gone, need, name};
        if (changed && *changed > *built + second && found.why == Stale::Why::Fresh)
          found = {Stale::Why::Newer, need, name};
      }
      return found;
    }
    return {};
  }
  return {};
}

struct Entry {
  const OutputFile *file;
  Stale stale;
};

Finding finding_of(const OutputGroup &group, const std::vector<Entry> &entries, bool orphans, size_t all,
                   const HazardContext &context) {
  Finding finding;
  bool cargo = group.kind == OutputGroup::Kind::Cargo;
  finding.state = orphans && !cargo ? Affected::Affected : Affected::Unknown;
  std::string where = group.kind == OutputGroup::Kind::Given ? "" : fmt::format(" in {}", group.shown);
  bool one = entries.size() == 1;
  std::string what = one ? entries[0].file->shown : fmt::format("{} of {} outputs{}", entries.size(), all, where);
  finding.title = orphans ? fmt::format("{} {} made from a source that is gone", what, one ? "was" : "were")
                          : fmt::format("{} {} older than what {} made from", what, one ? "is" : "are",
                                        one ? "it was" : "they were");
  finding.place.file = entries[0].file->shown;
  std::vector<std::string> remove{"rm"};
  for (size_t i = 0; i < entries.size() && i < most_named; ++i) {
    const auto &[file, stale] = entries[i];
    std::string source = shown_path(stale.cause, context.request.shown_root);
    finding.evidence.push_back(
        {"stale",
         file->shown,
         "",
         stale.why == Stale::Why::Newer ? fmt::format("{} changed after it was built", source)
                                        : fmt::format("{} is no longer there", source),
         {{"depends-on", source}, {"depfile", shown_path(stale.depfile, context.request.shown_root)}}});
  }
  for (const Entry &entry : entries) remove.push_back(entry.file->path);
  if (entries.size() > most_named)
    finding.evidence.push_back({"stale", "", "", fmt::format("and {} more", entries.size() - most_named), {}});
  finding.evidence.push_back({"stale",
                              "",
                              "",
                              cargo ? "cargo builds what it still needs again by itself"
                              : orphans
                                  ? "no build makes it again; what links it by a pattern such as *.o takes old code in"
                                  : "a build that reads the depfiles makes them again; a link alone takes old code in",
                              {}});
  Remedy clean = make_remedy("clean-artifact", one ? fmt::format("delete {}", entries[0].file->shown)
                                                   : fmt::format("delete these {} files only", entries.size()));
  clean.cost = "they are built again";
  clean.commands.push_back(quote_words(remove));
  finding.remedies.push_back(std::move(clean));
  return finding;
}

std::vector<Finding> find(const HazardContext &context) {
  const Outputs &outputs = context.outputs;
  Times times(context.files);
  std::vector<Stale> stale(outputs.files.size());
  parallel_for(outputs.files.size(), [&](size_t i) {
    stale[i] = judge(outputs.files[i], outputs.groups[outputs.files[i].group], context, times);
  });
  struct Group {
    std::vector<Entry> orphans, old;
    size_t all = 0;
  };
  std::vector<Group> groups(outputs.groups.size());
  for (size_t i = 0; i < stale.size(); ++i) {
    Group &group = groups[outputs.files[i].group];
    ++group.all;
    if (stale[i].why == Stale::Why::SourceGone) group.orphans.push_back({&outputs.files[i], stale[i]});
    else if (stale[i].why != Stale::Why::Fresh) group.old.push_back({&outputs.files[i], stale[i]});
  }
  std::vector<Finding> findings;
  for (size_t g = 0; g < groups.size(); ++g) {
    const Group &group = groups[g];
    if (!group.orphans.empty())
      findings.push_back(finding_of(outputs.groups[g], group.orphans, true, group.all, context));
    if (!group.old.empty()) findings.push_back(finding_of(outputs.groups[g], group.old, false, group.all, context));
  }
  return findings;
}

}  // namespace

extern const Hazard stale_hazard{"stale-artifact", "outputs older than their sources", find};

}  // namespace ldwhy
