#include "facts/attribution.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "facts/definitions.h"
#include "facts/link_line.h"
#include "facts/references.h"
#include "name/abi.h"
#include "name/known_names.h"
#include "name/provider_words.h"

namespace ldwhy {
namespace {

// So many names of one library are no chance.
constexpr size_t enough_company = 3;

// How many of the names that are missing with it the library has.
size_t company(std::string_view library, const Facts &facts) {
  auto found = facts.company.find(library);
  return found == facts.company.end() ? 0 : found->second;
}

}  // namespace

std::map<std::string_view, size_t> count_company(std::span<const Case> cases) {
  std::map<std::string_view, size_t> counts;
  for (const Case &c : cases) {
    if (!is_undefined_case(c)) continue;
    std::set<std::string_view> libraries;
    for (const Provider &provider : providers_of(c.parts)) libraries.insert(provider.library);
    for (std::string_view library : libraries) ++counts[library];
  }
  return counts;
}

std::optional<Attribution> attribute(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || facts.flavor == Flavor::Wasm || c.known || c.library_own) return std::nullopt;
  Providers found = providers_of(c.parts);
  if (found.empty()) return std::nullopt;
  bool linked = std::ranges::any_of(found, [&](const Provider &p) { return names_library(p.library, facts); });
  if (linked) return std::nullopt;
  std::vector<std::pair<size_t, const Provider *>> counted;
  for (const Provider &provider : found) counted.emplace_back(company(provider.library, facts), &provider);
  std::ranges::stable_sort(counted, std::greater(), [](const auto &entry) { return entry.first; });
  Attribution answer{.provider = *counted.front().second, .by_scope = found.by_scope};
  for (size_t i = 1; i < counted.size(); ++i)
    if (counted[i].second->library != answer.provider.library) answer.others.push_back(*counted[i].second);
  // Code of the same prefix or namespace uses it: then this may be the library itself being built.
  answer.likely = (found.own || counted.front().first >= enough_company) && !used_by_its_own_kind(c);
  return answer;
}

Evidence provider_evidence(const Provider &provider, const std::string &text) {
  Evidence evidence{"provider",
                    "",
                    "",
                    fmt::format("{} ({})", text, package_words(provider)),
                    {{"library", std::string(provider.library)}}};
  auto add = [&](const char *name, std::string_view value) {
    if (!value.empty()) evidence.detail.emplace_back(name, value);
  };
  add("debian", provider.debian);
  add("pkg_config", provider.pkg_config);
  add("cmake_package", provider.cmake_package);
  add("cmake_target", provider.cmake_target);
  add("homebrew", provider.homebrew);
  add("vcpkg", provider.vcpkg);
  add("conan", provider.conan);
  add("crate", provider.crate);
  return evidence;
}

}  // namespace ldwhy
