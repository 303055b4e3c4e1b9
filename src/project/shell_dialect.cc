// The forms of PowerShell and of cmd that build scripts use, turned into a POSIX shell's: CI
// runs `run:` lines with these on Windows.
#include <algorithm>

#include "base/text.h"
#include "project/shell.h"

namespace ldwhy {
namespace {

std::string_view trim(std::string_view text) {
  size_t start = text.find_first_not_of(" \t\r");
  if (start == text.npos) return "";
  return text.substr(start, text.find_last_not_of(" \t\r") - start + 1);
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// Calls `turn` with each line; the lines it returns, joined again.
template <class Turn>
std::string each_line(std::string_view script, Turn turn) {
  std::string out;
  while (!script.empty()) {
    size_t end = script.find('\n');
    out += turn(script.substr(0, end));
    if (end == script.npos) break;
    out += '\n';
    script.remove_prefix(end + 1);
  }
  return out;
}

// $env:NAME becomes $NAME; backslashes are letters there.
std::string powershell_words(std::string_view line) {
  std::string out;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      out += "\\\\";
    } else if (lower_case(line.substr(i, 5)) == "$env:") {
      out += '$';
      i += 4;
    } else if (lower_case(line.substr(i, 6)) == "${env:") {
      out += "${";
      i += 5;
    } else {
      out += line[i];
    }
  }
  return out;
}

std::string powershell_line(std::string_view line) {
  std::string_view text = trim(line);
  bool joined = text.ends_with('`');
  if (joined) text.remove_suffix(1);
  std::string out;
  size_t equals = text.find('=');
  if (lower_case(text.substr(0, 5)) == "$env:" && equals != text.npos && is_name(trim(text.substr(5, equals - 5)))) {
    out = "export " + std::string(trim(text.substr(5, equals - 5))) + "=" +
          powershell_words(trim(text.substr(equals + 1)));
  } else {
    // `& "program" …` calls a program.
    if (text.starts_with("& ")) text.remove_prefix(2);
    out = powershell_words(text);
  }
  if (joined) out += '\\';
  return out;
}

// %NAME% becomes ${NAME}; backslashes are letters there too, and ^ joins lines.
std::string cmd_line(std::string_view line) {
  std::string_view text = trim(line);
  bool joined = text.ends_with('^');
  if (joined) text.remove_suffix(1);
  if (text.starts_with('@')) text.remove_prefix(1);
  std::string_view value;
  std::string out;
  if (lower_case(text.substr(0, 4)) == "set ") {
    value = trim(text.substr(4));
    if (value.starts_with('"') && value.ends_with('"') && value.size() > 1) value = value.substr(1, value.size() - 2);
    size_t equals = value.find('=');
    if (equals != value.npos && is_name(value.substr(0, equals)))
      out = "export " + std::string(value.substr(0, equals)) + "=\"";
    else value = {};
    if (!value.empty()) text = value.substr(equals + 1);
  }
  for (size_t i = 0; i < text.size(); ++i) {
    size_t end = text[i] == '%' ? text.find('%', i + 1) : text.npos;
    if (text[i] == '\\') {
      out += "\\\\";
    } else if (end != text.npos && is_name(text.substr(i + 1, end - i - 1))) {
      out += "${" + std::string(text.substr(i + 1, end - i - 1)) + "}";
      i = end;
    } else {
      out += text[i];
    }
  }
  if (!value.empty()) out += '"';
  if (joined) out += '\\';
  return out;
}

}  // namespace

std::string from_powershell(std::string_view script) { return each_line(script, powershell_line); }

std::string from_cmd(std::string_view script) { return each_line(script, cmd_line); }

}  // namespace ldwhy
