#include "project/cargo_script.h"

#include <fmt/format.h>

namespace ldwhy {
namespace {

constexpr size_t most_settings = 200;  // of one script

struct Key {
  std::string_view name;
  std::string_view setting;
  std::string_view option;  // before the value
};
constexpr Key keys[] = {
    {"rustc-link-arg", "link-args", ""},
    {"rustc-link-arg-bins", "link-args", ""},
    {"rustc-link-arg-bin", "link-args", ""},
    {"rustc-link-arg-tests", "link-args", ""},
    {"rustc-link-arg-examples", "link-args", ""},
    {"rustc-link-arg-benches", "link-args", ""},
    {"rustc-link-arg-cdylib", "link-args", ""},
    {"rustc-cdylib-link-arg", "link-args", ""},
    {"rustc-link-lib", "link-args", "-l"},
    {"rustc-link-search", "link-args", "-L"},
    {"rustc-flags", "link-args", ""},
    {"rustc-env", "rustc-env", ""},
};

// Up to the quote that ends the string, or the line's end.
std::string_view until_quote(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return text.substr(0, i);
    if (text[i] == '\\') {
      if (i + 1 < text.size() && text[i + 1] == 'n') return text.substr(0, i);
      ++i;
    }
  }
  return text;
}

void scan_line(std::string_view line, const Place &place, const std::string &package, std::vector<Setting> &settings) {
  for (size_t at = line.find("cargo:"); at != line.npos; at = line.find("cargo:", at)) {
    at += 6;
    std::string_view said = until_quote(line.substr(at));
    if (said.starts_with(':')) said.remove_prefix(1);
    size_t equals = said.find('=');
    if (equals == said.npos) continue;
    for (const Key &key : keys) {
      if (said.substr(0, equals) != key.name || settings.size() >= most_settings) continue;
      Setting &setting = settings.emplace_back();
      setting.name = key.setting;
      setting.package = package;
      setting.source = {fmt::format("{}{}", key.option, said.substr(equals + 1)), place,
                        fmt::format("build script (read, not run): cargo:{}", said), ""};
    }
  }
}

}  // namespace

std::vector<Setting> scan_build_script(std::string_view text, const std::string &shown, const std::string &package) {
  std::vector<Setting> settings;
  uint32_t number = 0;
  while (!text.empty()) {
    ++number;
    size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == text.npos ? "" : text.substr(end + 1);
    size_t start = line.find_first_not_of(" \t");
    if (start == line.npos || line.substr(start).starts_with("//")) continue;
    scan_line(line, {shown, number}, package, settings);
  }
  return settings;
}

}  // namespace ldwhy
