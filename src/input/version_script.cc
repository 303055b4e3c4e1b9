// The grammar (ld manual, "VERSION Command"):
//
//   script   = { [ NAME ] "{" { item } "}" { NAME } ";" }
//   item     = ( "global" | "local" ) ":" | patterns ";"
//   patterns = PATTERN | "extern" NAME "{" patterns { ";" patterns } [ ";" ] "}"
//
// A node that names others after its "}" inherits from them. Dynamic lists have the same
// grammar, without names and labels.

#include "input/version_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "input/script_lexer.h"

namespace ldwhy {
namespace {

constexpr size_t npos = std::string_view::npos;

struct GlobStep {
  size_t next = npos;  // pattern position after the element
  bool matches = false;
};

// Matches one character with the element of the pattern at `at`, which is not "*".
// `last_bracket` is where the last "]" of the pattern stands: a "[" behind it is itself.
GlobStep match_element(std::string_view pattern, size_t at, size_t last_bracket, char c) {
  if (pattern[at] == '?') return {at + 1, true};
  if (pattern[at] == '\\' && at + 1 < pattern.size()) return {at + 2, pattern[at + 1] == c};
  if (pattern[at] != '[' || last_bracket == npos || at + 1 >= last_bracket) return {at + 1, pattern[at] == c};
  size_t from = at + 1;
  bool inverted = pattern[from] == '!' || pattern[from] == '^';
  if (inverted) ++from;
  // A "]" that stands first is a member.
  size_t end = pattern.find(']', from + 1);
  if (end == npos) return {at + 1, pattern[at] == c};
  bool member = false;
  for (size_t i = from; i < end; ++i) {
    if (i + 2 < end && pattern[i + 1] == '-') {
      member |= pattern[i] <= c && c <= pattern[i + 2];
      i += 2;
    } else {
      member |= pattern[i] == c;
    }
  }
  return {end + 1, member != inverted};
}

class VersionReader {
 public:
  explicit VersionReader(std::string_view text) : text_(text), lexer_(text, "{};:,") {}

  Result<VersionScript> read() {
    while (lexer_.peek().kind != ScriptToken::Kind::End)
      if (!read_node()) return std::unexpected(problem_);
    return std::move(script_);
  }

 private:
  bool read_node() {
    VersionNode &node = script_.nodes.emplace_back();
    node.line = line_of(lexer_.peek());
    if (lexer_.peek().is_name()) node.name = lexer_.next().text;
    if (!expect("{", "to open a version") || !read_body(node)) return false;
    while (lexer_.peek().is_name()) node.inherits.emplace_back(lexer_.next().text);
    return expect(";", "after a version's \"}\"");
  }

  bool read_body(VersionNode &node) {
    std::vector<VersionPattern> *patterns = &node.global;
    std::vector<bool> cxx_of_externs;  // one for each open extern
    for (;;) {
      ScriptToken token = lexer_.next();
      if (token.is("}")) {
        if (cxx_of_externs.empty()) return true;
        cxx_of_externs.pop_back();
        if (!end_pattern(!cxx_of_externs.empty())) return false;
      } else if (!token.is_name()) {
        return fail(token, "expected a symbol or \"}\"");
      } else if (token.is_word("extern") && lexer_.peek().is_name()) {
        cxx_of_externs.push_back(lexer_.next().text == "C++");
        if (!expect("{", "after extern and its language")) return false;
      } else if (cxx_of_externs.empty() && token.kind == ScriptToken::Kind::Word && lexer_.skip(":")) {
        if (token.text != "global" && token.text != "local")
          return fail(token, "expected global or local before \":\"");
        patterns = token.text == "global" ? &node.global : &node.local;
      } else {
        patterns->push_back({std::string(token.text), token.kind == ScriptToken::Kind::Quoted,
                             !cxx_of_externs.empty() && cxx_of_externs.back(), line_of(token)});
        if (!end_pattern(!cxx_of_externs.empty())) return false;
      }
    }
  }

  // The ";" after the last pattern may be left out inside extern only.
  bool end_pattern(bool in_extern) {
    if (in_extern && lexer_.peek().is("}")) return true;
    return expect(";", "after a symbol");
  }

  bool expect(std::string_view punctuation, std::string_view where) {
    if (lexer_.skip(punctuation)) return true;
    return fail(lexer_.peek(), fmt::format("expected \"{}\" {}", punctuation, where));
  }

  bool fail(const ScriptToken &found, std::string_view expected) {
    bool ended = found.kind == ScriptToken::Kind::End;
    problem_.offset = found.offset;
    problem_.text = fmt::format("line {}: {}, found {}", line_of(found), expected,
                                ended ? "the end of the file" : fmt::format("\"{}\"", found.text));
    return false;
  }

  // Tokens are asked about in the order of the text, so lines are counted once.
  uint32_t line_of(const ScriptToken &token) {
    size_t offset = static_cast<size_t>(token.offset);
    if (offset > counted_) {
      line_ += static_cast<uint32_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                                                text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
      counted_ = offset;
    }
    return line_;
  }

  std::string_view text_;
  ScriptLexer lexer_;
  VersionScript script_;
  Problem problem_;
  size_t counted_ = 0;
  uint32_t line_ = 1;
};

enum class Rank : uint8_t { None, Star, Glob, Exact };

Rank rank_of(const VersionPattern &pattern) {
  if (pattern.is_exact()) return Rank::Exact;
  return pattern.text == "*" ? Rank::Star : Rank::Glob;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view name) {
  size_t last_bracket = pattern.rfind(']');
  size_t in_pattern = 0;
  size_t in_name = 0;
  // Where to go on when the rest does not match: after the last "*", one character later.
  // Earlier stars never need another try, since the last one can take what they would.
  size_t retry_pattern = npos;
  size_t retry_name = 0;
  while (in_name < name.size() || in_pattern < pattern.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      retry_pattern = ++in_pattern;
      retry_name = in_name;
      continue;
    }
    if (in_pattern < pattern.size() && in_name < name.size()) {
      GlobStep step = match_element(pattern, in_pattern, last_bracket, name[in_name]);
      if (step.matches) {
        in_pattern = step.next;
        ++in_name;
        continue;
      }
    }
    if (retry_pattern == npos || retry_name >= name.size()) return false;
    in_pattern = retry_pattern;
    in_name = ++retry_name;
  }
  return true;
}

Result<VersionScript> read_version_script(std::string_view text) { return VersionReader(text).read(); }

Result<std::vector<VersionPattern>> read_dynamic_list(std::string_view text) {
  Result<VersionScript> script = read_version_script(text);
  if (!script) return std::unexpected(script.error());
  std::vector<VersionPattern> patterns;
  for (VersionNode &node : script->nodes)
    std::move(node.global.begin(), node.global.end(), std::back_inserter(patterns));
  return patterns;
}

std::optional<VersionMatch> find_version(const VersionScript &script, std::string_view name,
                                         std::string_view demangled) {
  VersionMatch best;
  Rank best_rank = Rank::None;
  auto consider = [&](const VersionNode &node, const VersionPattern &pattern, bool is_local) {
    Rank rank = rank_of(pattern);
    if (rank < best_rank) return;
    if (rank == best_rank && is_local && !best.is_local) return;
    if (!pattern.matches(pattern.cxx ? demangled : name)) return;
    best = {&node, &pattern, is_local};
    best_rank = rank;
  };
  for (const VersionNode &node : script.nodes) {
    for (const VersionPattern &pattern : node.global) consider(node, pattern, false);
    for (const VersionPattern &pattern : node.local) consider(node, pattern, true);
  }
  if (best_rank == Rank::None) return std::nullopt;
  return best;
}

}  // namespace ldwhy
