#include "check/machine_tools.h"

#include <algorithm>
#include <array>

#include "base/parallel.h"
#include "base/process.h"
#include "command/command.h"
#include "project/ask_tool.h"

namespace ldwhy {
namespace {

struct Tool {
  const char *program;
  const char *option;
  const char *name;      // in the report; null: as its words say
};
constexpr std::array<Tool, 8> tools{{{"cc", "--version", nullptr},
                                     {"clang", "--version", "clang"},
                                     {"ld", "--version", nullptr},
                                     {"ld.lld", "--version", "ld.lld"},
                                     {"ld.gold", "--version", "gold"},
                                     {"mold", "--version", "mold"},
                                     {"xcrun", "--show-sdk-version", "macos-sdk"},
                                     {"xcodebuild", "-version", "xcode"}}};

// The first number with a point in it that is not in parentheses: "gcc (Debian 12.2.0-14) 12.2.0".
std::string first_version(std::string_view text) {
  std::string_view line = text.substr(0, text.find('\n'));
  int depth = 0;
  for (size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '(') ++depth;
    if (line[at] == ')') --depth;
    if (depth != 0 || line[at] < '0' || line[at] > '9') continue;
    size_t end = std::min(line.find_first_not_of("0123456789.", at), line.size());
    std::string_view number = line.substr(at, end - at);
    if (number.find('.') != number.npos) return std::string(number);
    at = end;
  }
  return "";
}

std::string linker_by_words(std::string_view words, std::string &version) {
  Linker kind = Linker::Unknown;
  version = read_linker_version(words, &kind);
  switch (kind) {
    case Linker::Bfd: return "ld";
    case Linker::Gold: return "gold";
    case Linker::Lld: return "ld.lld";
    case Linker::Mold: return "mold";
    case Linker::Wild: return "wild";
    case Linker::AppleLd64:
    case Linker::AppleLdPrime: return "apple-ld";
    default: return "";
  }
}

std::pair<std::string, Fact> ask(const Tool &tool) {
  std::optional<std::string> path = find_program(tool.program);
  if (!path) return {};
  std::string words = ask_tool(*path, tool.option), version;
  std::string name = tool.name ? tool.name : "";
  if (std::string_view(tool.program) == "ld") {
    // Apple's says it after -v.
    if (words.empty()) words = ask_tool(*path, "-v");
    name = linker_by_words(words, version);
  } else if (std::string_view(tool.program) == "cc") {
    name = words.find("clang") != words.npos ? "clang" : "gcc";
    version = first_version(words);
  } else {
    std::string ignored = linker_by_words(words, version);
    if (version.empty()) version = first_version(words);
  }
  if (name.empty() || version.empty()) return {};
  return {name, {version, {*path, 0}}};
}

}  // namespace

std::vector<std::pair<std::string, Fact>> machine_tools() {
  std::array<std::pair<std::string, Fact>, tools.size()> answers;
  parallel_for(tools.size(), [&](size_t i) { answers[i] = ask(tools[i]); });
  std::vector<std::pair<std::string, Fact>> found;
  for (std::pair<std::string, Fact> &answer : answers) {
    bool told = std::ranges::any_of(found, [&](const auto &other) { return other.first == answer.first; });
    if (!answer.first.empty() && !told) found.push_back(std::move(answer));
  }
  return found;
}

}  // namespace ldwhy
