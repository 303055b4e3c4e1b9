// GNU make manual, 6.1 (references), 8 (functions): those that need no file and no program.
#include <algorithm>

#include "base/words.h"
#include "project/make_file.h"

namespace ldwhy {

// Variables that name each other double themselves at every step, so all is counted.
struct MakeFile::Budget {
  size_t references = 5'000, bytes = 1 << 17;
  int depth = 0;
};

namespace {

constexpr int most_depth = 40;

std::string_view trim(std::string_view text) {
  size_t start = text.find_first_not_of(" \t");
  if (start == text.npos) return "";
  return text.substr(start, text.find_last_not_of(" \t") - start + 1);
}

// The length of a reference whose text starts with `(` or `{`, brackets included.
size_t reference_length(std::string_view text) {
  char open = text[0], close = open == '(' ? ')' : '}';
  size_t depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == open) ++depth;
    else if (text[i] == close && --depth == 0) return i + 1;
  }
  return text.size();
}

std::vector<std::string_view> arguments_of(std::string_view text) {
  std::vector<std::string_view> arguments;
  size_t start = 0;
  int depth = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    char c = i < text.size() ? text[i] : ',';
    if (c == '(' || c == '{') ++depth;
    if (c == ')' || c == '}') --depth;
    if (i < text.size() && (c != ',' || depth > 0)) continue;
    arguments.push_back(text.substr(start, i - start));
    start = i + 1;
  }
  return arguments;
}

bool fits_pattern(std::string_view pattern, std::string_view word) {
  size_t percent = pattern.find('%');
  if (percent == pattern.npos) return pattern == word;
  std::string_view front = pattern.substr(0, percent), back = pattern.substr(percent + 1);
  return word.size() >= front.size() + back.size() && word.starts_with(front) && word.ends_with(back);
}

std::string filtered(const std::string &patterns, const std::string &text, bool keep) {
  std::vector<std::string> wanted = split_words(patterns);
  std::string out;
  for (const std::string &word : split_words(text)) {
    bool fits = std::ranges::any_of(wanted, [&](const std::string &pattern) { return fits_pattern(pattern, word); });
    if (fits == keep) out += (out.empty() ? "" : " ") + word;
  }
  return out;
}

std::string replaced(std::string text, const std::string &from, const std::string &to) {
  if (from.empty()) return text;
  for (size_t at = text.find(from); at != text.npos && text.size() < 100'000; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// What `uname` says on a host; empty where that is not known.
std::string uname(std::string_view command, std::string_view host) {
  command = trim(command.substr(0, command.find("2>")));
  if (host.empty()) return "";
  if (command == "uname" || command == "uname -s" || command == "sh -c 'uname -s'") {
    if (host.find("linux") != host.npos) return "Linux";
    if (host.find("apple") != host.npos) return "Darwin";
  }
  if (command == "uname -m" || command == "uname -p") {
    std::string_view arch = host.substr(0, host.find('-'));
    if (host.find("apple") != host.npos && arch == "aarch64") return "arm64";
    return std::string(arch);
  }
  return "";
}

}  // namespace

FlagText MakeFile::expand(std::string_view text, const SettingSource &plain) const {
  Budget budget;
  budget.bytes = std::min(budget.bytes, bytes_left_);
  size_t start = budget.bytes;
  FlagText out;
  expand_into(text, plain, budget, out);
  bytes_left_ -= start - budget.bytes;
  return out;
}

FlagText MakeFile::value(const std::string &name) const { return expand("$(" + name + ")"); }

void MakeFile::expand_into(std::string_view text, const SettingSource &plain, Budget &budget, FlagText &out) const {
  auto add = [&](std::string_view part) {
    if (part.empty() || budget.bytes < part.size()) return;
    budget.bytes -= part.size();
    if (!out.empty() && out.back().source.place.file == plain.place.file &&
        out.back().source.place.line == plain.place.line && out.back().source.text == plain.text)
      out.back().text += part;
    else out.push_back({std::string(part), plain});
  };
  while (!text.empty()) {
    size_t dollar = text.find('$');
    add(text.substr(0, dollar));
    if (dollar == text.npos || dollar + 1 >= text.size()) return;
    text.remove_prefix(dollar + 1);
    if (text[0] == '$') {
      // A shell's own `$`.
      add("$");
      text.remove_prefix(1);
    } else if (text[0] == '(' || text[0] == '{') {
      size_t length = reference_length(text);
      expand_reference(text.substr(1, length - std::min<size_t>(2, length)), plain, budget, out);
      text.remove_prefix(length);
    } else {
      expand_reference(text.substr(0, 1), plain, budget, out);
      text.remove_prefix(1);
    }
  }
}

void MakeFile::expand_reference(std::string_view inner, const SettingSource &plain, Budget &budget,
                                FlagText &out) const {
  auto leave = [&] {
    if (budget.bytes < inner.size() + 3) return;
    budget.bytes -= inner.size() + 3;
    out.push_back({"$(" + std::string(inner) + ")", plain});
  };
  if (budget.references == 0 || budget.depth >= most_depth) return leave();
  --budget.references;
  ++budget.depth;
  if (!expand_function(inner, plain, budget, out)) {
    FlagText named;
    expand_into(inner, plain, budget, named);
    std::string name = joined(named);
    auto found = variables.find(name);
    if (found != variables.end()) {
      for (const FlagPiece &piece : found->second.pieces) {
        if (!found->second.expanded) expand_into(piece.text, piece.source, budget, out);
        else if (budget.bytes >= piece.text.size()) {
          budget.bytes -= piece.text.size();
          out.push_back(piece);
        }
      }
    } else if (name.find_first_of(" $:,") != name.npos || (name.size() == 1 && !(name[0] >= 'A' && name[0] <= 'Z'))) {
      leave();  // a function, a substitution, $@ and its kin
    }
  }
  --budget.depth;
}

bool MakeFile::expand_function(std::string_view inner, const SettingSource &plain, Budget &budget,
                               FlagText &out) const {
  size_t blank = inner.find_first_of(" \t");
  if (blank == inner.npos) return false;
  std::string_view name = inner.substr(0, blank), rest = trim(inner.substr(blank));
  std::vector<std::string_view> arguments = arguments_of(rest);
  auto text = [&](size_t i) {
    FlagText part;
    if (i < arguments.size()) expand_into(arguments[i], plain, budget, part);
    return joined(part);
  };
  auto give = [&](std::string_view value) {
    if (budget.bytes < value.size()) return true;
    budget.bytes -= value.size();
    out.push_back({std::string(value), plain});
    return true;
  };
  if (name == "shell") {
    std::string answer = uname(rest, host_);
    return !answer.empty() && give(answer);
  }
  if (name == "strip") {
    expand_into(rest, plain, budget, out);
    return true;
  }
  if (name == "if") {
    std::string condition = text(0);
    if (has_unknown(condition)) return false;
    size_t branch = trim(condition).empty() ? 2 : 1;
    if (branch < arguments.size()) expand_into(arguments[branch], plain, budget, out);
    return true;
  }
  if (name == "filter" || name == "filter-out" || name == "findstring") {
    std::string pattern = text(0), all = text(1);
    if (has_unknown(pattern) || has_unknown(all)) return false;
    if (name == "findstring") return give(all.find(pattern) == all.npos ? "" : pattern);
    return give(filtered(pattern, all, name == "filter"));
  }
  if (name == "subst") {
    std::string all = text(2);
    return !has_unknown(all) && give(replaced(all, text(0), text(1)));
  }
  if (name == "origin") {
    auto found = variables.find(text(0));
    if (found == variables.end()) return give("undefined");
    constexpr std::string_view names[] = {"default",      "environment", "file", "environment override",
                                          "command line", "override"};
    return give(names[static_cast<size_t>(found->second.origin)]);
  }
  return false;
}

}  // namespace ldwhy
