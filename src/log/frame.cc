// Frames, outermost first as they are met: colours (ECMA-48, 5.4: CSI … final byte; OSC …
// BEL, and APC, with which Buildkite marks times), time stamps (ISO 8601 in GitHub, GitLab, Azure and Jenkins logs), Docker BuildKit's
// step numbers, prefixes of one line ("[build] ", "| ", "12>"), and rustc's notes. Each is
// recognised by its first bytes, so that a line without frames costs next to nothing.
#include "log/frame.h"

#include <algorithm>
#include <array>

#include "log/parse.h"

namespace ldwhy {

using namespace std::string_view_literals;
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

size_t count_digits(std::string_view text, size_t from = 0) {
  size_t i = from;
  while (i < text.size() && is_digit(text[i])) ++i;
  return i - from;
}

void strip_colours(std::string_view line, std::string &plain) {
  plain.clear();
  for (size_t i = 0; i < line.size();) {
    if (line[i] != '\x1b') {
      size_t next = std::min(line.find('\x1b', i), line.size());
      plain.append(line.substr(i, next - i));
      i = next;
      continue;
    }
    ++i;
    if (i < line.size() && line[i] == '[') {
      ++i;
      while (i < line.size() && (line[i] < '@' || line[i] > '~')) ++i;
      if (i < line.size()) ++i;
    } else if (i < line.size() && (line[i] == ']' || line[i] == '_' || line[i] == 'P')) {
      while (i < line.size() && line[i] != '\a' && line[i] != '\x1b') ++i;
      if (i < line.size() && line[i] == '\a') ++i;
      else if (i + 1 < line.size() && line[i + 1] == '\\') i += 2;
    } else if (i < line.size()) {
      ++i;
    }
  }
}

// "2024-05-01T10:20:30.1234567Z " and its like at the front; 0: none.
size_t iso_stamp(std::string_view line) {
  if (line.size() < 20 || line[4] != '-' || line[7] != '-' || (line[10] != 'T' && line[10] != ' ') || line[13] != ':' ||
      line[16] != ':' || count_digits(line) != 4) {
    return 0;
  }
  size_t i = 19;
  if (line[i] == '.' || line[i] == ',') i += 1 + count_digits(line, i + 1);
  if (i < line.size() && line[i] == 'Z') {
    ++i;
  } else if (i + 5 < line.size() && (line[i] == '+' || line[i] == '-') && is_digit(line[i + 1])) {
    i += 1 + count_digits(line, i + 1);
    if (i < line.size() && line[i] == ':') i += 1 + count_digits(line, i + 1);
  }
  return i;
}

// "10:20:30" or "10:20:30.123" at the front; 0: none.
size_t clock_stamp(std::string_view line) {
  if (line.size() < 9 || line[2] != ':' || line[5] != ':' || count_digits(line) != 2 || count_digits(line, 3) != 2 ||
      count_digits(line, 6) != 2) {
    return 0;
  }
  size_t i = 8;
  if (line[i] == '.' || line[i] == ',') i += 1 + count_digits(line, i + 1);
  return i;
}

std::string_view drop(std::string_view line, size_t count, size_t blanks = 1) {
  line.remove_prefix(std::min(count, line.size()));
  while (blanks-- > 0 && line.starts_with(' ')) line.remove_prefix(1);
  return line;
}

bool take(std::string_view &line, std::string_view prefix) {
  if (!line.starts_with(prefix)) return false;
  line.remove_prefix(prefix.size());
  return true;
}

bool peel_digit(std::string_view &line) {
  if (size_t stamp = iso_stamp(line)) {
    if (line.substr(stamp).starts_with(": [")) {  // Stack, which adds its own source's place
      if (size_t place = line.rfind(" @("); place != line.npos && place > stamp && line.ends_with(')'))
        line = line.substr(0, place);
      size_t level = line.find("] ", stamp);
      line = drop(line, level == line.npos ? stamp + 1 : level + 2, 0);
      return true;
    }
    if (stamp < line.size() && line[stamp] != ' ') return false;
    line = drop(line, stamp);
    // GitLab adds the stream: "00O " out, "01E " err, "+" for a line that goes on.
    if (line.size() > 3 && is_digit(line[0]) && (line[2] == 'O' || line[2] == 'E') &&
        (line[3] == ' ' || line[3] == '+')) {
      line.remove_prefix(4);
    }
    return true;
  }
  if (size_t stamp = clock_stamp(line)) {  // Jenkins' timestamper
    if (stamp >= line.size() || line[stamp] != ' ') return false;
    line = drop(line, stamp, 2);
    return true;
  }
  size_t digits = count_digits(line);
  if (digits < line.size() && line[digits] == '>' && digits <= 4) {  // MSBuild's project number
    line.remove_prefix(digits + 1);
    return true;
  }
  // BuildKit repeats the last lines of a failed step: "34.56 text".
  if (digits < line.size() && line[digits] == '.' && digits <= 6) {
    size_t fraction = count_digits(line, digits + 1);
    size_t end = digits + 1 + fraction;
    if (fraction >= 2 && fraction <= 3 && end < line.size() && line[end] == ' ') {
      line.remove_prefix(end + 1);
      return true;
    }
  }
  return false;
}

bool peel_bracket(std::string_view &line) {
  if (take(line, "[build] ") || take(line, "[command]")) return true;
  std::string_view inside = line.substr(1);
  size_t stamp = iso_stamp(inside);
  if (!stamp) stamp = clock_stamp(inside);
  if (!stamp || stamp >= inside.size() || inside[stamp] != ']') return false;
  line = inside.substr(stamp + 1);
  // TeamCity: "[12:00:00]W:\t [Step 1/3] text".
  if (line.starts_with('[')) return true;
  size_t mark = line.substr(0, 3).find(":\t");
  if (mark != line.npos) line = line.substr(mark + 2);
  line = drop(line, 0, 2);
  return true;
}

bool peel_docker(std::string_view &line) {  // "#12 34.56 text"
  size_t digits = count_digits(line, 1);
  size_t at = 1 + digits;
  if (line.starts_with("##")) {
    if (take(line, "##[error]") || take(line, "##[warning]")) return true;
    if (!line.starts_with("##vso[task.logissue ")) return false;
    size_t close = line.find(']');
    line = close == line.npos ? line : line.substr(close + 1);
    return close != line.npos;
  }
  if (!digits || at >= line.size() || line[at] != ' ') return false;
  size_t seconds = count_digits(line, at + 1);
  size_t dot = at + 1 + seconds;
  if (!seconds || dot >= line.size() || line[dot] != '.') return false;
  size_t end = dot + 1 + count_digits(line, dot + 1);
  if (end < line.size() && line[end] != ' ') return false;
  line = drop(line, end);
  return true;
}

bool is_name_byte(char c) {
  static constexpr std::array<bool, 256> known = [] {
    std::array<bool, 256> all{};
    for (char letter = 'a'; letter <= 'z'; ++letter) all[static_cast<unsigned char>(letter)] = true;
    for (char letter = 'A'; letter <= 'Z'; ++letter) all[static_cast<unsigned char>(letter)] = true;
    for (char other : {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '-', '_', '.', '+'})
      all[static_cast<unsigned char>(other)] = true;
    return all;
  }();
  return known[static_cast<unsigned char>(c)];
}

// "name> text": Nix and several monorepo tools; "service_1  | text": compose.
bool peel_name(std::string_view &line) {
  size_t i = 0;
  while (i < line.size() && i < 64 && is_name_byte(line[i])) ++i;
  if (i == 0 || i + 1 >= line.size()) return false;
  if (line[i] == '>' && line[i + 1] == ' ') {
    line.remove_prefix(i + 2);
    return true;
  }
  size_t bar = i;
  while (bar < line.size() && line[bar] == ' ' && bar < 80) ++bar;
  if (bar > i && bar + 1 < line.size() && line[bar] == '|' && line[bar + 1] == ' ' &&
      line.substr(0, i).find_first_of("_-") != line.npos) {
    line.remove_prefix(bar + 2);
    return true;
  }
  return false;
}

// "::error file=x.c,line=3::text"
bool peel_github_command(std::string_view &line) {
  if (!line.starts_with("::error") && !line.starts_with("::warning")) return false;
  size_t close = line.find("::", 2);
  if (close == line.npos) return false;
  line = line.substr(close + 2);
  return true;
}

// ":info:build text": MacPorts' log of a port
bool peel_macports(std::string_view &line) {
  for (std::string_view level : {":info:", ":error:", ":notice:", ":debug:", ":warn:", ":msg:"}) {
    if (!line.starts_with(level)) continue;
    size_t end = level.size();
    while (end < line.size() && line[end] >= 'a' && line[end] <= 'z') ++end;
    if (end == level.size() || end >= line.size() || line[end] != ' ') return false;
    line.remove_prefix(end + 1);
    return true;
  }
  return false;
}

// "(16:14:14) text": Bazel with --show_timestamps
bool peel_parenthesis(std::string_view &line) {
  size_t stamp = clock_stamp(line.substr(1));
  if (!stamp || line.substr(stamp + 1, 2) != ") ") return false;
  line = line.substr(stamp + 3);
  return true;
}

// "**Description**: text": a row of a list as an issue's form has it
bool peel_emphasis(std::string_view &line) {
  // make's own "*** [target] Error 1" is none.
  if (!line.starts_with("**") || line.size() < 3 || line[2] == '*' || line[2] == '\\' || line[2] == ' ') return false;
  size_t close = line.substr(0, 40).find("**:", 2);
  if (close != line.npos && close > 2) {
    line = trim(line.substr(close + 3));
  } else {  // all of it in bold, or the first line of what is
    line.remove_prefix(2);
    if (line.ends_with("**")) line.remove_suffix(2);
  }
  return true;
}

// Frames behind blanks: Nix's and rattler's tails, MSBuild's project number.
bool peel_indented(std::string_view &line) {
  size_t blanks = line.find_first_not_of(' ');
  if (blanks == line.npos || blanks > 40) return false;
  std::string_view text = line.substr(blanks);
  if (take(text, "> ") || take(text, "│ ")) {
    line = text;
    return true;
  }
  size_t digits = count_digits(text);
  if (!digits || digits > 4 || digits >= text.size() || text[digits] != '>') return false;
  line = text.substr(digits + 1);
  return true;
}

bool peel_once(std::string_view &line) {
  if (line.empty()) return false;
  char first = line.front();
  if (is_digit(first)) return peel_digit(line);
  switch (first) {
    case '[': return peel_bracket(line);
    case '#': return peel_docker(line);
    case '|': return take(line, "| ");
    case '\xe2':
      return take(line, "│ ") || take(line, "│") || take(line, "❌  ") || take(line, "❌ ") || take(line, "⚠️  ") ||
             take(line, "⚠️ ");
    case '>':  // a quotation; not Gradle's "> Task :app:build"
      return !line.starts_with("> Task ") && take(line, "> ");
    case ' ': return peel_indented(line);
    case ':': return peel_github_command(line) || peel_macports(line);
    case '(': return peel_parenthesis(line);
    case '*': return peel_emphasis(line);
    case 'C':
      if (take(line, "C/C++: ")) return true;  // Gradle
      break;
    case 'E':
      if (take(line, "Error (Xcode): ")) return true;  // Flutter
      break;
    case '\xef': return take(line, "\xef\xbb\xbf");  // byte order mark
    case 'n':
      if (take(line, "npm ERR! ") || take(line, "npm error ")) return true;
      break;
    case 'g':
      if (take(line, "gyp ERR! ")) return true;
      break;
    case 'o':
      if (take(line, "out: ")) return true;
      break;
    case 'e':
      if (take(line, "err: ")) return true;
      break;
    case 'r':
      if (take(line, "remote: ")) return true;
      break;
    default: break;
  }
  // `gh run view --log`: job, step and text, tabs between.
  size_t tab = line.substr(0, 200).find('\t');
  if (tab != line.npos) {
    size_t second = line.substr(0, 400).find('\t', tab + 1);
    if (second != line.npos && iso_stamp(line.substr(second + 1))) {
      line.remove_prefix(second + 1);
      return true;
    }
  }
  return is_name_byte(first) && peel_name(line);
}

size_t leading_blanks(std::string_view line) {
  size_t i = line.find_first_not_of(' ');
  return i == line.npos ? line.size() : i;
}

}  // namespace

std::string_view Frames::peel(std::string_view line, bool may_have_colours) {
  // rustc shows the carriage returns of Windows' linkers so.
  if (line.ends_with("␍")) line.remove_suffix(std::string_view("␍").size());
  if (may_have_colours && line.find('\x1b') != line.npos) {
    strip_colours(line, plain_);
    line = plain_;
  }
  for (int nested = 0; nested < 4 && peel_once(line); ++nested) {
  }
  size_t blanks = leading_blanks(line);
  std::string_view text = line.substr(blanks);
  if (text.starts_with("= note: ") || text.starts_with("= help: ")) {
    note_indent_ = blanks + 8;
    return text.substr(8);
  }
  if (note_indent_) {
    if (blanks >= note_indent_) return line.substr(note_indent_);
    if (!text.empty()) note_indent_ = 0;
  }
  return line;
}

std::string_view peel_tag(std::string_view line) {
  std::string_view text = trim(line);
  while (text.starts_with('[')) {
    size_t close = text.substr(0, 64).find(']');
    if (close == text.npos || (close + 1 < text.size() && text[close + 1] != ' ')) break;
    std::string_view inside = text.substr(1, close - 1);
    bool named = !inside.empty() && std::ranges::all_of(inside, [](char c) {
      return is_name_byte(c) || c == ' ' || c == '/' || c == ':';
    });
    // Numbers are a build's progress, which tells where a link starts.
    if (!named || inside.find_first_not_of("0123456789/% ") == inside.npos) break;
    line = text = text.substr(std::min(close + 2, text.size()));
  }
  return line;
}

std::string_view peel_msbuild(std::string_view line) {
  if (line.ends_with(']')) {
    size_t open = line.rfind(" [");
    if (open != line.npos && contains(line.substr(open), "proj")) line = line.substr(0, open);
  }
  for (std::string_view mark : {"): error : "sv, "): warning : "sv}) {
    size_t at = line.find(mark);
    if (at == line.npos) continue;
    size_t open = line.rfind('(', at);
    if (open != line.npos && open + 1 < at &&
        line.substr(open + 1, at - open - 1).find_first_not_of("0123456789,") == line.npos) {
      return line.substr(at + mark.size());
    }
  }
  return line;
}

std::string_view peel_codeblocks(std::string_view line, std::string &plain) {
  if (!line.ends_with('|')) return line;
  size_t file = line.find('|');
  size_t number = line.find('|', file + 1);
  if (number == line.npos || number + 1 >= line.size() || line.find('|', number + 1) + 1 != line.size()) return line;
  std::string_view digits = line.substr(file + 1, number - file - 1);
  if (digits.find_first_not_of("0123456789") != digits.npos) return line;
  plain = line.substr(0, file);
  if (!digits.empty()) plain.append(":").append(digits);
  if (!plain.empty()) plain += ": ";
  plain += line.substr(number + 1, line.size() - number - 2);
  return plain;
}

}  // namespace ldwhy
