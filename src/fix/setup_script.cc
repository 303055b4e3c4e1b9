// Extension modules of Python (setuptools, "Building Extension Modules"): Extension("name",
// [sources], libraries=["z"], …) in setup.py. Strings and brackets are followed, nothing else of
// the language.
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "command/question.h"
#include "edit/text_lines.h"
#include "fix/link_edit.h"

namespace ldwhy {
namespace {

struct PythonToken {
  char kind;               // 's': a string, 'n': a name, else the mark itself
  std::string_view text;   // a string's without its quotes
  size_t begin, end;
};

std::vector<PythonToken> tokens_of(std::string_view text) {
  auto in_name = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  std::vector<PythonToken> tokens;
  for (size_t i = 0; i < text.size();) {
    size_t begin = i;
    if (text[i] == '#') {
      i = std::min(text.find('\n', i), text.size());
    } else if (text[i] == '"' || text[i] == '\'') {
      size_t quotes = i + 2 < text.size() && text[i + 1] == text[i] && text[i + 2] == text[i] ? 3 : 1;
      std::string_view quote = text.substr(i, quotes);
      size_t close = text.find(quote, i + quotes);
      while (close != text.npos && text[close - 1] == '\\') close = text.find(quote, close + 1);
      if (close == text.npos) return tokens;
      i = close + quotes;
      tokens.push_back({'s', text.substr(begin + quotes, close - begin - quotes), begin, i});
    } else if (in_name(text[i])) {
      while (i < text.size() && in_name(text[i])) ++i;
      tokens.push_back({'n', text.substr(begin, i - begin), begin, i});
    } else {
      ++i;
      if (text[begin] > ' ') tokens.push_back({text[begin], text.substr(begin, 1), begin, i});
    }
  }
  return tokens;
}

// The bracket that closes the one at `open`; nothing: none does.
std::optional<size_t> closing(const std::vector<PythonToken> &tokens, size_t open) {
  int depth = 0;
  for (size_t i = open; i < tokens.size(); ++i) {
    char c = tokens[i].kind;
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (depth == 0) return i;
  }
  return std::nullopt;
}

// "build/lib.linux/zz.cpython-311-x86_64-linux-gnu.so" is the module zz.
std::string_view module_name(std::string_view output) {
  std::string_view name = file_name(output);
  return name.substr(0, name.find('.'));
}

struct Call {
  size_t open = 0, close = 0;   // of its brackets
};
// The one that makes the module, else the only one.
std::expected<Call, std::string> find_extension(const std::vector<PythonToken> &tokens, std::string_view module) {
  std::vector<Call> calls;
  for (size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (tokens[i].text != "Extension" || tokens[i].kind != 'n' || tokens[i + 1].kind != '(') continue;
    std::optional<size_t> close = closing(tokens, i + 1);
    if (!close) continue;
    for (size_t name = i + 2; name < std::min(i + 5, *close); ++name) {
      std::string_view full = tokens[name].text;
      if (tokens[name].kind == 's' && full.substr(full.rfind('.') + 1) == module) return Call{i + 1, *close};
    }
    calls.push_back({i + 1, *close});
  }
  if (calls.size() == 1) return calls.front();
  return std::unexpected(calls.empty() ? "setup.py has no Extension()" : "setup.py has several Extension()");
}

}  // namespace

bool is_python_extension(const LinkEdit &edit, const Files &files) {
  std::string_view name = file_name(edit.output);
  bool module =
      name.find(".cpython-") != name.npos || name.find(".abi3.") != name.npos || name.find(".pypy") != name.npos;
  return module && files.is_file(join_path(edit.directory, "setup.py"));
}

std::expected<FileChange, std::string> edit_setup_script(const LinkEdit &edit, const Files &files) {
  std::string path = join_path(edit.directory, "setup.py");
  Result<FileRef> file = files.open(path);
  if (!file) return std::unexpected(to_string(file.error()));
  std::string_view text = (*file)->bytes().text();
  std::vector<PythonToken> tokens = tokens_of(text);
  std::expected<Call, std::string> call = find_extension(tokens, module_name(edit.output));
  if (!call) return std::unexpected(call.error());
  auto changed = [&](size_t at, const std::string &added) {
    return FileChange{path, std::string(text), splice(text, at, at, added), false};
  };
  if (!edit.source.empty()) {
    const PythonToken *last = nullptr;
    for (size_t i = call->open; i < call->close; ++i)
      if (tokens[i].kind == 's' && is_source_file(tokens[i].text)) last = &tokens[i];
    if (!last) return std::unexpected("Extension() names no source");
    return changed(last->end, fmt::format(", \"{}\"", relative_path(edit.source, edit.directory)));
  }
  std::string names;
  for (const std::string &word : edit.words) {
    if (!word.starts_with("-l")) return std::unexpected(fmt::format("{} is no library's name", word));
    names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", word.substr(2));
  }
  for (size_t i = call->open; i + 2 < call->close; ++i) {
    if (tokens[i].text != "libraries" || tokens[i + 1].kind != '=') continue;
    std::optional<size_t> end = tokens[i + 2].kind == '[' ? closing(tokens, i + 2) : std::nullopt;
    if (!end) return std::unexpected("libraries is no plain list");
    return changed(tokens[*end - 1].end, (*end == i + 3 ? "" : ", ") + names);
  }
  bool comma = tokens[call->close - 1].kind == ',';
  return changed(tokens[call->close - 1].end, fmt::format("{} libraries=[{}]", comma ? "" : ",", names));
}

}  // namespace ldwhy
