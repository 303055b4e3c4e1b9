// Each set's backup is complete on the disk before the first file is written. So after a crash in
// between, `undo` finds files of both kinds, as before and as after, and takes both.
#include "edit/journal.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/files.h"

namespace ldwhy {
namespace {

using Json = nlohmann::json;

constexpr size_t kept_sets = 20;

struct Entry {
  std::string path;  // links followed
  std::string before;
  std::string after_digest;
  bool created = false;
  std::vector<std::string> made_folders;  // the innermost last
};

struct Manifest {
  ChangeSet set;
  std::vector<Entry> entries;
};

Problem about(const std::string &path, std::string text) { return {path, "", std::nullopt, std::move(text)}; }

std::string digest(std::string_view bytes) {
  XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("{}:{:016x}{:016x}", bytes.size(), hash.high64, hash.low64);
}

bool anything_at(const std::string &path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0;
}

Result<std::string> read_whole(const std::string &path) {
  Result<FileRef> file = DiskFiles().open(path);
  if (!file) return std::unexpected(file.error());
  return std::string((*file)->bytes().text());
}

std::string now() {
  time_t seconds = ::time(nullptr);
  struct tm parts;
  char text[32];
  ::gmtime_r(&seconds, &parts);
  ::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

// The folders above a new file that are not there yet, the outermost first.
std::vector<std::string> missing_folders(const std::string &path) {
  std::vector<std::string> missing;
  for (std::string folder(parent_path(path)); folder.size() > 1 && !anything_at(folder); folder = parent_path(folder))
    missing.insert(missing.begin(), folder);
  return missing;
}

Result<Entry> check(const FileChange &change) {
  if (change.created) {
    if (anything_at(change.path)) return std::unexpected(about(change.path, "is there already"));
    return Entry{change.path, "", digest(change.after), true, missing_folders(change.path)};
  }
  std::string path = real_path(change.path);
  if (!DiskFiles().is_file(path)) return std::unexpected(about(change.path, "is no file any more"));
  Result<std::string> bytes = read_whole(path);
  if (!bytes) return std::unexpected(bytes.error());
  if (*bytes != change.before)
    return std::unexpected(about(change.path, "was changed since it was read; nothing was written"));
  return Entry{path, change.before, digest(change.after), false, {}};
}

// ---- Sets on the disk ----

Result<std::string> manifest_text(const Manifest &manifest) {
  Json files = Json::array();
  for (const Entry &entry : manifest.entries)
    files.push_back({{"path", entry.path},
                     {"after", entry.after_digest},
                     {"created", entry.created},
                     {"made_folders", entry.made_folders}});
  Json json = {{"title", manifest.set.title}, {"time", manifest.set.time}, {"files", files}};
  // A name that is no UTF-8 comes out changed, and then can't be undone.
  std::string text = json.dump(1, ' ', false, Json::error_handler_t::replace);
  Json back = Json::parse(text, nullptr, false);
  for (size_t i = 0; i < manifest.entries.size(); ++i)
    if (back["files"][i]["path"] != manifest.entries[i].path)
      return std::unexpected(about(manifest.entries[i].path, "has a name that is not UTF-8"));
  return text;
}

std::string text_of(const Json &json, const char *key) {
  auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

Result<Manifest> read_manifest(const std::string &folder) {
  std::string path = join_path(folder, "manifest.json");
  Result<std::string> text = read_whole(path);
  if (!text) return std::unexpected(text.error());
  Json json = Json::parse(*text, nullptr, false);
  if (!json.is_object() || !json.contains("files") || !json["files"].is_array())
    return std::unexpected(about(path, "is damaged"));
  Manifest manifest;
  manifest.set.title = text_of(json, "title");
  manifest.set.time = text_of(json, "time");
  for (const Json &file : json["files"]) {
    if (!file.is_object() || text_of(file, "path").empty()) return std::unexpected(about(path, "is damaged"));
    Entry entry{text_of(file, "path"), "", text_of(file, "after"), false, {}};
    entry.created = file.contains("created") && file["created"] == true;
    if (file.contains("made_folders"))
      for (const Json &made : file["made_folders"])
        if (made.is_string()) entry.made_folders.push_back(made.get<std::string>());
    manifest.set.files.push_back(entry.path);
    manifest.entries.push_back(std::move(entry));
  }
  return manifest;
}

void remove_all(const std::string &path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

std::string backup_path(const std::string &folder, size_t index) {
  return join_path(folder, fmt::format("{}.before", index));
}

std::optional<Problem> save(const std::string &folder, const Manifest &manifest) {
  Result<std::string> text = manifest_text(manifest);
  if (!text) return text.error();
  for (size_t i = 0; i < manifest.entries.size(); ++i)
    if (!manifest.entries[i].created)
      if (std::optional<Problem> problem = write_file_atomically(backup_path(folder, i), manifest.entries[i].before))
        return problem;
  return write_file_atomically(join_path(folder, "manifest.json"), *text);
}

// ---- The project's files ----

void remove_created(const Entry &entry) {
  ::unlink(entry.path.c_str());
  // Only folders that are empty go.
  for (size_t i = entry.made_folders.size(); i-- > 0;) ::rmdir(entry.made_folders[i].c_str());
}

// Writes `bytes[i]` to each entry's file, a null pointer meaning that it goes; on failure the files
// already written get `old[i]` back.
using Contents = std::vector<const std::string *>;

std::optional<Problem> put(const Entry &entry, const std::string *bytes) {
  if (!bytes) {
    remove_created(entry);
    return std::nullopt;
  }
  if (entry.created)
    if (std::optional<Problem> problem = make_folders(std::string(parent_path(entry.path)))) return problem;
  return write_file_atomically(entry.path, *bytes);
}

std::optional<Problem> put_all(const std::vector<Entry> &entries, const Contents &bytes, const Contents &old) {
  for (size_t i = 0; i < entries.size(); ++i) {
    std::optional<Problem> problem = put(entries[i], bytes[i]);
    if (!problem) continue;
    if (!old[i]) remove_created(entries[i]);
    for (size_t k = 0; k < i; ++k)
      if (std::optional<Problem> worse = put(entries[k], old[k]))
        return about(worse->file,
                     fmt::format("could not be put back ({}) after {} failed", worse->text, to_string(*problem)));
    return problem;
  }
  return std::nullopt;
}

}  // namespace

Journal::Journal(const std::string &folder, const std::string &root) {
  std::string real = real_path(root);
  folder_ = join_path(folder, fmt::format("{:016x}", XXH3_64bits(real.data(), real.size())));
}

std::vector<std::string> Journal::numbers() const {
  std::vector<std::string> numbers = DiskFiles().list(folder_);
  std::erase_if(numbers, [](const std::string &name) {
    return name.size() != 8 || !std::ranges::all_of(name, [](unsigned char c) { return std::isdigit(c); });
  });
  return numbers;
}

std::optional<Problem> Journal::apply(const std::string &title, const std::vector<FileChange> &changes) const {
  Manifest manifest{{title, now(), {}}, {}};
  Contents before, after;
  for (const FileChange &change : changes) {
    Result<Entry> entry = check(change);
    if (!entry) return entry.error();
    for (const Entry &other : manifest.entries)
      if (other.path == entry->path) return about(change.path, "would be changed twice");
    manifest.entries.push_back(std::move(*entry));
    before.push_back(change.created ? nullptr : &change.before);
    after.push_back(&change.after);
  }
  std::vector<std::string> old = numbers();
  if (std::optional<Problem> problem = make_folders(folder_)) return problem;
  // What was in a project's files is for its owner's eyes alone.
  ::chmod(folder_.c_str(), 0700);
  int number = old.empty() ? 1 : std::atoi(old.back().c_str()) + 1;
  std::string folder = join_path(folder_, fmt::format("{:08}", number));
  if (::mkdir(folder.c_str(), 0700) != 0) return about(folder, std::strerror(errno));
  std::optional<Problem> problem = save(folder, manifest);
  if (!problem) problem = put_all(manifest.entries, after, before);
  if (problem) {
    remove_all(folder);
    return problem;
  }
  for (size_t i = 0; i + kept_sets <= old.size(); ++i) remove_all(join_path(folder_, old[i]));
  return std::nullopt;
}

Result<ChangeSet> Journal::undo() const {
  std::vector<std::string> all = numbers();
  if (all.empty()) return std::unexpected(about("", "there is no change of ldwhy's to take back"));
  std::string folder = join_path(folder_, all.back());
  Result<Manifest> manifest = read_manifest(folder);
  if (!manifest) return std::unexpected(manifest.error());
  std::vector<Entry> entries;  // those to put back
  std::vector<std::string> current;
  for (size_t i = 0; i < manifest->entries.size(); ++i) {
    Entry &entry = manifest->entries[i];
    if (!entry.created) {
      Result<std::string> before = read_whole(backup_path(folder, i));
      if (!before) return std::unexpected(before.error());
      entry.before = std::move(*before);
    }
    if (entry.created && !anything_at(entry.path)) continue;
    Result<std::string> now = read_whole(entry.path);
    if (!now) return std::unexpected(now.error());
    if (!entry.created && *now == entry.before) continue;
    if (digest(*now) != entry.after_digest)
      return std::unexpected(about(entry.path, "was changed since; nothing was taken back"));
    entries.push_back(entry);
    current.push_back(std::move(*now));
  }
  Contents before, after;
  for (size_t i = 0; i < entries.size(); ++i) {
    before.push_back(entries[i].created ? nullptr : &entries[i].before);
    after.push_back(&current[i]);
  }
  if (std::optional<Problem> problem = put_all(entries, before, after)) return std::unexpected(*problem);
  remove_all(folder);
  return manifest->set;
}

std::vector<ChangeSet> Journal::sets() const {
  std::vector<ChangeSet> sets;
  std::vector<std::string> all = numbers();
  for (size_t i = all.size(); i-- > 0;)
    if (Result<Manifest> manifest = read_manifest(join_path(folder_, all[i]))) sets.push_back(std::move(manifest->set));
  return sets;
}

}  // namespace ldwhy
