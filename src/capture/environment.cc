#include "capture/environment.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "capture/shims.h"

extern char **environ;

namespace ldwhy {
namespace {

bool is_named(std::string_view variable, std::string_view name) {
  return variable.size() > name.size() && variable[name.size()] == '=' && variable.starts_with(name);
}

// Edits are separated by spaces; '#' asks clang to be silent about them.
std::string without_clang_prefix(std::string_view overrides) {
  std::string kept;
  while (!overrides.empty()) {
    size_t space = overrides.find(' ');
    std::string_view word = overrides.substr(0, space);
    overrides.remove_prefix(space == overrides.npos ? overrides.size() : space + 1);
    if (word.empty() || word == "#" || in_shims(word)) continue;
    if (!kept.empty()) kept += ' ';
    kept += word;
  }
  return kept;
}

}  // namespace

ProcessEnvironment::ProcessEnvironment() {
  for (char **variable = environ; *variable; ++variable) variables_.emplace_back(*variable);
}

std::vector<std::string>::iterator ProcessEnvironment::find(std::string_view name) {
  return std::ranges::find_if(variables_, [&](const std::string &variable) { return is_named(variable, name); });
}

std::string_view ProcessEnvironment::get(std::string_view name) const {
  for (const std::string &variable : variables_)
    if (is_named(variable, name)) return std::string_view(variable).substr(name.size() + 1);
  return {};
}

bool ProcessEnvironment::has(std::string_view name) const {
  return std::ranges::any_of(variables_, [&](const std::string &variable) { return is_named(variable, name); });
}

void ProcessEnvironment::set(std::string_view name, std::string_view value) {
  std::string variable = fmt::format("{}={}", name, value);
  std::vector<std::string>::iterator old = find(name);
  if (old != variables_.end()) *old = std::move(variable);
  else variables_.push_back(std::move(variable));
}

void ProcessEnvironment::remove(std::string_view name) {
  std::vector<std::string>::iterator old = find(name);
  if (old != variables_.end()) variables_.erase(old);
}

void ProcessEnvironment::remove_ours() {
  remove(session_variable);
  remove(outer_variable);
  remove(linker_variable);
  remove(proof_variable);
  if (in_shims(get("RUSTC_WRAPPER"))) remove("RUSTC_WRAPPER");
  if (in_shims(get("PATH"))) set("PATH", without_shims(get("PATH")));
  if (in_shims(get("COMPILER_PATH"))) {
    std::string rest = without_shims(get("COMPILER_PATH"));
    if (rest.empty()) remove("COMPILER_PATH");
    else set("COMPILER_PATH", rest);
  }
  if (in_shims(get("CCC_OVERRIDE_OPTIONS"))) {
    std::string rest = without_clang_prefix(get("CCC_OVERRIDE_OPTIONS"));
    if (rest.empty()) remove("CCC_OVERRIDE_OPTIONS");
    else set("CCC_OVERRIDE_OPTIONS", rest);
  }
}

char *const *ProcessEnvironment::block() {
  block_.clear();
  for (std::string &variable : variables_) block_.push_back(variable.data());
  block_.push_back(nullptr);
  return block_.data();
}

std::string with_clang_prefix(std::string_view overrides, std::string_view prefix) {
  return fmt::format("# {}{}^-B{}", overrides, overrides.empty() ? "" : " ", prefix);
}

}  // namespace ldwhy
