// Cargo's target folder (The Cargo Book, "Build Cache"): TARGET/[TRIPLE/]PROFILE/deps holds
// the libraries, PROFILE/build/NAME-HASH/out what build scripts made; without --target, and
// for build scripts and procedural macros always, code is for the host. TARGET/.rustc_info.json
// has what `rustc -vV` last said. What stands in PROFILE itself are second names (hard links)
// of files in deps.
#include "check/search.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

namespace ldwhy {
namespace {

constexpr size_t max_depth = 32;
constexpr size_t max_folders = 50'000;
constexpr size_t max_files = 200'000;

constexpr std::array<std::string_view, 8> endings = {".o", ".obj", ".a", ".rlib", ".lib", ".so", ".dylib", ".bc"};
bool is_output_name(std::string_view name) {
  return std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

// Never build outputs, and large.
bool is_skipped(std::string_view name) {
  return name == ".git" || name == ".hg" || name == ".svn" || name == "node_modules" || name == ".fingerprint";
}

std::string parent_of(const std::string &path) {
  std::string parent(parent_path(path));
  return parent == path ? "" : parent;
}

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    size_t slash = path.find('/');
    if (slash != 0) parts.emplace_back(path.substr(0, slash));
    path.remove_prefix(slash == path.npos ? path.size() : slash + 1);
  }
  return parts;
}

// The text between `before` and the next line end of a JSON string.
std::string text_after(std::string_view text, std::string_view before) {
  size_t at = text.find(before);
  if (at == text.npos) return "";
  text.remove_prefix(at + before.size());
  return std::string(text.substr(0, std::min(text.find('\\'), text.find('"'))));
}

// Xcode's products (Release-iphonesimulator) and intermediates (Objects-normal/arm64).
Target xcode_target(const std::vector<std::string> &parts, std::string &by) {
  struct Row {
    std::string_view ending;
    Platform platform;
  };
  constexpr Row rows[] = {{"-iphoneos", Platform::IOS},           {"-iphonesimulator", Platform::IOSSimulator},
                          {"-appletvos", Platform::TvOS},         {"-appletvsimulator", Platform::TvOSSimulator},
                          {"-watchos", Platform::WatchOS},        {"-watchsimulator", Platform::WatchOSSimulator},
                          {"-xros", Platform::VisionOS},          {"-xrsimulator", Platform::VisionOSSimulator},
                          {"-maccatalyst", Platform::MacCatalyst}};
  Target target;
  for (size_t i = 0; i < parts.size(); ++i) {
    for (const Row &row : rows)
      if (parts[i].ends_with(row.ending))
        target.platform = row.platform, by = fmt::format("as the folder's name {} says", parts[i]);
    if (i > 0 && parts[i - 1] == "Objects-normal" && arch_from_name(parts[i]) != Arch::Unknown)
      target.arch = arch_from_name(parts[i]), by = fmt::format("as the folder's name Objects-normal/{} says", parts[i]);
  }
  return target;
}

}  // namespace

std::string shown_path(const std::string &path, const std::string &root) {
  if (root.empty() || root == "/") return path;
  std::string folder = root.ends_with('/') ? root : root + "/";
  if (path.starts_with(folder)) return path.substr(folder.size());
  return path == root ? "." : path;
}

std::vector<std::string> find_outputs(const std::string &folder, const Files &files, bool &cut) {
  struct Place {
    std::string path;
    size_t depth;
  };
  std::vector<std::string> found;
  std::vector<Place> queue{{folder, 0}};
  std::set<std::string> visited{real_path(folder)};
  for (size_t next = 0; next < queue.size(); ++next) {
    Place place = queue[next];
    std::vector<std::string> names = files.list(place.path);
    auto has = [&](const char *name) { return std::ranges::binary_search(names, name); };
    bool profile = has("deps") && (has(".fingerprint") || has(".cargo-lock"));
    for (const std::string &name : names) {
      if (is_skipped(name) || (profile && name == "incremental")) continue;
      std::string path = join_path(place.path, name);
      if (is_output_name(name) && !(profile && !name.ends_with(".o")) && files.is_file(path)) {
        if (found.size() == max_files) return cut = true, found;
        found.push_back(path);
      } else if (files.is_directory(path) && visited.insert(real_path(path)).second) {
        bool deep = place.depth + 1 > max_depth || queue.size() >= max_folders;
        if (deep) cut = true;
        else queue.push_back({path, place.depth + 1});
      }
    }
  }
  return found;
}

Grouping::Grouping(std::vector<OutputGroup> &groups, const Files &files, std::string shown_root)
    : groups_(groups), files_(files), shown_root_(std::move(shown_root)) {}

const Grouping::CargoRoot &Grouping::cargo_root(const std::string &folder) {
  auto known = cargo_roots_.find(folder);
  if (known != cargo_roots_.end()) return known->second;
  CargoRoot root;
  std::string info = join_path(folder, ".rustc_info.json");
  if (files_.is_file(info)) {
    root.folder = folder;
    if (Result<FileRef> file = files_.open(info)) {
      std::string_view text = (*file)->bytes().text();
      root.host = text_after(text, "\\nhost: ");
      root.rustc = text_after(text, "\"rustc ");
    }
  } else if (std::string parent = parent_of(folder); !parent.empty()) {
    root = cargo_root(parent);
  }
  return cargo_roots_[folder] = root;
}

const std::string &Grouping::cmake_root(const std::string &folder) {
  auto known = cmake_roots_.find(folder);
  if (known != cmake_roots_.end()) return known->second;
  std::string root;
  if (files_.is_file(join_path(folder, "CMakeCache.txt"))) root = folder;
  else if (std::string parent = parent_of(folder); !parent.empty()) root = cmake_root(parent);
  return cmake_roots_[folder] = root;
}

OutputGroup Grouping::describe_cargo(const std::string &folder, const CargoRoot &root) {
  std::vector<std::string> parts =
      split_path(std::string_view(folder).substr(std::min(folder.size(), root.folder.size())));
  OutputGroup group;
  group.kind = OutputGroup::Kind::Cargo;
  group.folder = root.folder;
  group.rustc = root.rustc;
  group.base = parent_of(root.folder);
  std::string triple = root.host;
  group.expected_by = "cargo's host";
  size_t profile = 0;
  if (!parts.empty()) {
    std::string below = join_path(root.folder, parts[0]);
    // A custom target's folder has the name of its JSON file.
    bool named_target = target_of_triple(parts[0]).arch != Arch::Unknown && parts[0].find('-') != std::string::npos;
    if (named_target || files_.is_file(join_path(below, "CACHEDIR.TAG"))) {
      triple = named_target ? parts[0] : "";
      group.expected_by = "as the folder's name says";
      profile = 1;
    }
  }
  for (size_t i = 0; i <= profile && i < parts.size(); ++i) group.folder = join_path(group.folder, parts[i]);
  if (parts.size() > profile + 2 && parts[profile + 1] == "build") {
    group.kind = OutputGroup::Kind::BuildScript;
    group.folder = join_path(join_path(group.folder, "build"), parts[profile + 2]);
  }
  if (!triple.empty()) group.expected = detached(target_of_triple(triple));
  return group;
}

OutputGroup Grouping::describe(const std::string &folder) {
  if (const CargoRoot &root = cargo_root(folder); !root.folder.empty()) return describe_cargo(folder, root);
  OutputGroup group;
  group.folder = folder;
  if (const std::string &root = cmake_root(folder); !root.empty()) {
    group.kind = OutputGroup::Kind::Tree;
    group.folder = root;
  }
  group.expected = xcode_target(split_path(folder), group.expected_by);
  // Several architectures stand side by side below one build folder of Xcode's.
  if (!group.expected_by.empty()) group.kind = OutputGroup::Kind::Folder, group.folder = folder;
  return group;
}

uint32_t Grouping::add(OutputGroup group) {
  group.shown = shown_path(group.folder, shown_root_);
  auto [known, is_new] = by_key_.try_emplace(group.folder, static_cast<uint32_t>(groups_.size()));
  if (is_new) groups_.push_back(std::move(group));
  return known->second;
}

uint32_t Grouping::group_of_folder(const std::string &folder) {
  auto known = by_folder_.find(folder);
  if (known != by_folder_.end()) return known->second;
  return by_folder_[folder] = add(describe(folder));
}

uint32_t Grouping::given() {
  OutputGroup group;
  group.kind = OutputGroup::Kind::Given;
  return add(std::move(group));
}

}  // namespace ldwhy
