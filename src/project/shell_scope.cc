// POSIX.1-2017, Shell Command Language 2.9.1 (assignments), 2.14 (export, unset); bash's
// declare and arrays.
#include "project/shell_scope.h"

#include <algorithm>

#include "base/files.h"

namespace ldwhy {
namespace {

constexpr size_t most_variables = 5000;
constexpr size_t most_value = 1 << 16;
constexpr size_t most_words = 1000;

}  // namespace

std::set<std::string> ShellScope::undo(size_t mark) {
  std::set<std::string> names;
  while (changes_.size() > mark) {
    Change change = std::move(changes_.back());
    changes_.pop_back();
    names.insert(change.name);
    ShellVariable &now = shell_.variables[change.name];
    ShellVariable old = change.was_there ? std::move(change.old) : ShellVariable{};
    if (!change.was_there) {
      old.known = false;
      old.words = {"$" + change.name};
      old.place = now.place;
    }
    // What the branch exported is exported afterwards too, perhaps.
    old.exported = old.exported || now.exported;
    now = std::move(old);
  }
  return names;
}

void ShellScope::forget(const std::set<std::string> &names) {
  for (const std::string &name : names) {
    remember(name);
    ShellVariable &variable = shell_.variables[name];
    variable.known = variable.given = false;
    variable.words = {"$" + name};
  }
}

void ShellScope::remember(const std::string &name) {
  if (!tracking) return;
  auto found = shell_.variables.find(name);
  Change change{name, found != shell_.variables.end(), {}};
  if (change.was_there) change.old = found->second;
  changes_.push_back(std::move(change));
}

void ShellScope::assign(const std::string &name, std::vector<std::string> words, const Place &place, bool exported,
                        bool known) {
  if (!shell_.variables.contains(name) && shell_.variables.size() >= most_variables) return;
  remember(name);
  ShellVariable &variable = shell_.variables[name];
  variable.words = std::move(words);
  variable.place = place;
  variable.exported = variable.exported || exported || export_all;
  variable.given = false;
  variable.known = known;
}

std::vector<std::string> ShellScope::assigned(const ShellAssignment &assignment) const {
  std::vector<std::string> words;
  bool array = assignment.value.starts_with('(');
  if (array) words = expand_array(assignment.value, shell_);
  else words = {expand_text(assignment.value, shell_)};
  if (!assignment.append) return words;
  auto old = shell_.variables.find(assignment.name);
  std::vector<std::string> before;
  if (old != shell_.variables.end()) before = old->second.words;
  if (array) {
    before.insert(before.end(), words.begin(), words.end());
    if (before.size() > most_words) before.resize(most_words);
    return before;
  }
  std::string text = before.empty() ? "$" + assignment.name : before.front();
  if (text.size() < most_value) text += words.front();
  return {text};
}

void ShellScope::declare(bool exported, const std::vector<std::string_view> &raw, const Place &place) {
  for (std::string_view word : raw)
    if (word.starts_with('-') && word.find('x') != word.npos) exported = true;
  for (size_t i = 1; i < raw.size(); ++i) {
    if (raw[i].starts_with('-')) continue;
    ShellAssignment assignment;
    std::string text;
    if (raw[i].starts_with('"') || raw[i].starts_with('\'')) {  // export "X=y"
      text = expand_text(raw[i], shell_);
      size_t equals = text.find('=');
      if (equals != text.npos) assign(text.substr(0, equals), {text.substr(equals + 1)}, place, exported, true);
    } else if (read_assignment(raw[i], assignment)) {
      assign(assignment.name, assigned(assignment), place, exported, true);
    } else if (exported) {
      text = raw[i];
      auto found = shell_.variables.find(text);
      if (found == shell_.variables.end()) continue;
      remember(text);
      found->second.exported = true;
    }
  }
}

void ShellScope::change_directory(const std::vector<std::string> &argv) {
  if (argv[0] == "pushd") folders_.push_back(shell_.directory);
  std::string target;
  for (size_t i = 1; i < argv.size(); ++i)
    if (!argv[i].starts_with('-')) target = argv[i];
  if (target.empty()) return;
  for (std::string_view root :
       {"$GITHUB_WORKSPACE", "${GITHUB_WORKSPACE}", "${{ github.workspace }}", "$CI_PROJECT_DIR", "${CI_PROJECT_DIR}"})
    if (target.starts_with(root)) {
      shell_.directory.clear();
      target.erase(0, root.size());
      while (target.starts_with('/')) target.erase(0, 1);
    }
  if (target.empty()) return;
  std::string path = target.starts_with('/') ? target : normal_path(join_path(shell_.directory, target));
  while (path.ends_with('/') && path.size() > 1) path.pop_back();
  shell_.directory = path == "." || path.size() > 4096 ? "" : path;
}

void ShellScope::leave_directory() {
  if (folders_.empty()) return;
  shell_.directory = std::move(folders_.back());
  folders_.pop_back();
}

void ShellScope::take_wrappers(std::vector<std::string> &argv, std::vector<Variable> &prefix, const Place &place) {
  constexpr std::string_view wrappers[] = {"env",     "sudo",     "time",   "nice",   "nohup", "exec",
                                           "command", "xvfb-run", "stdbuf", "ionice", "uvx",   "scan-build"};
  constexpr std::string_view valued[] = {"-u", "-n", "--user", "-C", "-o"};
  while (!argv.empty() && std::ranges::find(wrappers, file_name(argv[0])) != std::end(wrappers)) {
    size_t skip = 1;
    while (skip < argv.size()) {
      ShellAssignment assignment;
      if (argv[skip].starts_with('-')) {
        skip += std::ranges::find(valued, argv[skip]) != std::end(valued) ? 2 : 1;
      } else if (read_assignment(argv[skip], assignment)) {
        prefix.push_back({assignment.name, std::string(assignment.value), place});
        ++skip;
      } else {
        break;
      }
    }
    argv.erase(argv.begin(), argv.begin() + static_cast<std::ptrdiff_t>(std::min(skip, argv.size())));
  }
}

}  // namespace ldwhy
