// Meson's build files, by their text (Meson reference manual: executable(), library(), files(),
// "Syntax"): strings stand in single quotes, a call's arguments in brackets, lists in square ones.
#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "command/question.h"
#include "edit/text_lines.h"
#include "fix/link_edit.h"

namespace ldwhy {
namespace {

constexpr int most_depth = 8;
constexpr size_t most_files = 500;

struct Token {
  enum class Kind : uint8_t { Name, String, Mark } kind;
  std::string_view text;     // a string's without its quotes
  size_t begin, end;
};

std::vector<Token> tokens_of(std::string_view text) {
  auto in_name = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  std::vector<Token> tokens;
  for (size_t i = 0; i < text.size();) {
    size_t begin = i;
    if (text[i] == '#') {
      i = std::min(text.find('\n', i), text.size());
    } else if (text[i] == '\'') {
      std::string_view quote = text.substr(i).starts_with("'''") ? "'''" : "'";
      size_t close = text.find(quote, i + quote.size());
      while (close != text.npos && quote.size() == 1 && text[close - 1] == '\\') close = text.find('\'', close + 1);
      if (close == text.npos) return tokens;
      i = close + quote.size();
      tokens.push_back(
          {Token::Kind::String, text.substr(begin + quote.size(), close - begin - quote.size()), begin, i});
    } else if (in_name(text[i])) {
      while (i < text.size() && in_name(text[i])) ++i;
      tokens.push_back({Token::Kind::Name, text.substr(begin, i - begin), begin, i});
    } else {
      ++i;
      if (text[begin] > ' ') tokens.push_back({Token::Kind::Mark, text.substr(begin, 1), begin, i});
    }
  }
  return tokens;
}

// The tokens between the brackets that begin at tokens[open].
std::pair<size_t, size_t> inside(const std::vector<Token> &tokens, size_t open) {
  int depth = 0;
  for (size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i].kind != Token::Kind::Mark) continue;
    if (tokens[i].text == "(" || tokens[i].text == "[") ++depth;
    if (tokens[i].text == ")" || tokens[i].text == "]") --depth;
    if (depth == 0) return {open + 1, i};
  }
  return {open + 1, open + 1};
}

struct BuildFile {
  std::string path;
  FileRef file;
  std::string_view text;
  std::vector<Token> tokens;

  bool is(size_t i, std::string_view mark) const {
    return i < tokens.size() && tokens[i].kind == Token::Kind::Mark && tokens[i].text == mark;
  }
};

void find_files(const std::string &folder, int depth, const Files &files, std::vector<BuildFile> &found) {
  std::string path = join_path(folder, "meson.build");
  Result<FileRef> file = files.open(path);
  if (!file || found.size() >= most_files) return;
  std::string_view text = (*file)->bytes().text();
  found.push_back({path, *file, text, tokens_of(text)});
  for (const std::string &name : files.list(folder))
    if (std::string below = join_path(folder, name); depth > 0 && !name.starts_with('.') && files.is_directory(below))
      find_files(below, depth - 1, files, found);
}

// A call that makes the target: its arguments.
struct Call {
  const BuildFile *file = nullptr;
  size_t first = 0, last = 0;
};
std::optional<Call> find_call(std::string_view target, const std::vector<BuildFile> &all) {
  constexpr std::array makers = {"executable",     "library",        "static_library",
                                 "shared_library", "both_libraries", "shared_module"};
  for (const BuildFile &file : all)
    for (size_t i = 0; i + 2 < file.tokens.size(); ++i) {
      if (file.tokens[i].kind != Token::Kind::Name || std::ranges::find(makers, file.tokens[i].text) == makers.end())
        continue;
      if (!file.is(i + 1, "(") || file.tokens[i + 2].kind != Token::Kind::String || file.tokens[i + 2].text != target)
        continue;
      if (auto [first, last] = inside(file.tokens, i + 1); last > first) return Call{&file, first, last};
    }
  return std::nullopt;
}

const Token *last_source(const BuildFile &file, size_t first, size_t last) {
  const Token *found = nullptr;
  for (size_t i = first; i < last; ++i)
    if (file.tokens[i].kind == Token::Kind::String && is_source_file(file.tokens[i].text)) found = &file.tokens[i];
  return found;
}

std::expected<FileChange, std::string> add_source(const Call &call, const LinkEdit &edit) {
  const BuildFile &file = *call.file;
  const Token *last = last_source(file, call.first + 1, call.last);
  // "executable('app', sources)": where the name is given its value.
  for (size_t i = call.first + 1; i < call.last && !last; ++i) {
    if (file.tokens[i].kind != Token::Kind::Name || file.is(i + 1, ":") || file.is(i + 1, "(")) continue;
    for (size_t at = 0; at + 1 < call.first; ++at) {
      if (file.tokens[at].kind != Token::Kind::Name || file.tokens[at].text != file.tokens[i].text ||
          !file.is(at + 1, "="))
        continue;
      size_t open = at + 2;
      while (open < at + 5 && !file.is(open, "(") && !file.is(open, "[")) ++open;
      if (open == at + 5) continue;
      auto [first, end] = inside(file.tokens, open);
      if (const Token *found = last_source(file, first, end)) last = found;
    }
  }
  if (!last) return std::unexpected("meson.build names no source of the target's");
  std::string word = fmt::format("'{}'", relative_path(edit.source, std::string(parent_path(file.path))));
  size_t line = line_begin(file.text, last->begin);
  std::string_view before = file.text.substr(line, last->begin - line);
  bool alone = before.find_first_not_of(" 	") == before.npos;
  size_t next = file.text.find_first_not_of(" \t", last->end), end = past_line(file.text, last->end);
  bool comma = next != file.text.npos && file.text[next] == ',';
  size_t rest = comma ? file.text.find_first_not_of(" \t", next + 1) : file.text.npos;
  // A comment stays with the source that it stands beside.
  if (alone && rest < end && (file.text[rest] == '#' || ends_line(file.text, rest)))
    return FileChange{file.path, std::string(file.text),
                      insert_lines(file.text, end, fmt::format("{}{},", before, word)), false};
  std::string added = alone ? fmt::format(",{}{}{}", line_end_of(file.text), before, word) : ", " + word;
  return FileChange{file.path, std::string(file.text), splice(file.text, last->end, last->end, added), false};
}

std::expected<FileChange, std::string> add_words(const Call &call, const LinkEdit &edit) {
  const BuildFile &file = *call.file;
  std::string words;
  for (const std::string &word : edit.words) words += fmt::format("{}'{}'", words.empty() ? "" : ", ", word);
  for (size_t i = call.first; i + 2 < call.last; ++i) {
    if (file.tokens[i].text != "link_args" || !file.is(i + 1, ":")) continue;
    if (!file.is(i + 2, "[")) return std::unexpected("link_args is no plain list");
    size_t close = inside(file.tokens, i + 2).second, end = file.tokens[close - 1].end;
    return FileChange{file.path, std::string(file.text),
                      splice(file.text, end, end, (close == i + 3 ? "" : ", ") + words), false};
  }
  size_t end = file.tokens[call.last - 1].end;
  const char *comma = file.is(call.last - 1, ",") ? "" : ",";
  return FileChange{file.path, std::string(file.text),
                    splice(file.text, end, end, fmt::format("{} link_args: [{}]", comma, words)), false};
}

}  // namespace

std::expected<FileChange, std::string> edit_meson_target(const LinkEdit &edit, const Files &files) {
  std::vector<BuildFile> all;
  find_files(edit.root, most_depth, files, all);
  std::optional<Call> archive, program = find_call(target_name(edit.output), all);
  if (!edit.source.empty() && !edit.archive.empty()) archive = find_call(target_name(edit.archive), all);
  if (archive) program = archive;
  if (!program) return std::unexpected(fmt::format("no meson.build makes a target {}", target_name(edit.output)));
  return edit.source.empty() ? add_words(*program, edit) : add_source(*program, edit);
}

}  // namespace ldwhy
