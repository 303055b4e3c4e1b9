#include "pipeline/shown_names.h"

#include "command/compiled_sources.h"

namespace ldwhy {
namespace {

constexpr std::string_view detour = "/../";
constexpr std::string_view path_ends = " \t\n'\"`():,;=";
constexpr size_t most_messages = 200;  // headlines are made of the first ones

}  // namespace

ShownNames::ShownNames(const Command &command, const Files &files) : files_(files) {
  for (CompiledSource &made : compiled_sources(command))
    sources_.emplace_back(std::move(made.object), std::move(made.source));
}

// Without its detours, where that names the same file: a folder on the way may be a link.
const std::string &ShownNames::shortened(const std::string &path) {
  auto [entry, fresh] = short_paths_.try_emplace(path, path);
  if (!fresh) return entry->second;
  std::string straight = normal_path(path);
  std::optional<std::pair<uint64_t, uint64_t>> file = files_.identity(path);
  if (file && file == files_.identity(straight)) entry->second = std::move(straight);
  return entry->second;
}

void ShownNames::shorten_in(std::string &text) {
  for (size_t at = text.find(detour); at != text.npos; at = text.find(detour, at)) {
    size_t before = text.find_last_of(path_ends, at), end = std::min(text.find_first_of(path_ends, at), text.size());
    size_t begin = before == text.npos ? 0 : before + 1;
    std::string path = text.substr(begin, end - begin);
    // "-L/usr/lib/…"
    size_t root = path.starts_with("-L") ? 2 : 0;
    if (path.compare(root, 1, "/") != 0) {
      at = end;
      continue;
    }
    const std::string &straight = shortened(path.substr(root));
    text.replace(begin + root, path.size() - root, straight);
    at = begin + root + straight.size();
  }
}

void ShownNames::replace_in(std::string &text) {
  for (const auto &[object, source] : sources_)
    for (size_t at = text.find(object); at != text.npos; at = text.find(object, at + source.size()))
      text.replace(at, object.size(), source);
  shorten_in(text);
}

void ShownNames::put_into(Diagnosis &diagnosis) {
  replace_in(diagnosis.summary);
  replace_in(diagnosis.explanation);
  replace_in(diagnosis.next);
  for (Evidence &evidence : diagnosis.evidence) {
    replace_in(evidence.file);
    replace_in(evidence.text);
    for (auto &[name, value] : evidence.detail) replace_in(value);
  }
  for (Remedy &remedy : diagnosis.remedies) {
    replace_in(remedy.title);
    replace_in(remedy.outcome);
  }
}

void ShownNames::put_into(LinkReport &report) {
  for (Diagnosis &diagnosis : report.diagnoses) put_into(diagnosis);
  for (Alternative &other : report.alternatives) {
    replace_in(other.summary);
    replace_in(other.check);
  }
  for (Problem &problem : report.problems) {
    replace_in(problem.file);
    replace_in(problem.text);
  }
  for (size_t i = 0; i < std::min(report.messages.size(), most_messages); ++i) {
    std::string text = report.messages[i].text;
    shorten_in(text);
  }
  report.known_as = sources_;
  for (const auto &[path, straight] : short_paths_)
    if (path != straight) report.known_as.emplace_back(path, straight);
}

}  // namespace ldwhy
