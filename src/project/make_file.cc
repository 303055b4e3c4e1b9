// GNU make manual, 3.7 (how a makefile is parsed), 6.5-6.14 (assignments, origins), 7.2
// (conditionals).
#include "project/make_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/words.h"
#include "project/build_words.h"

namespace ldwhy {
namespace {

constexpr size_t most_bytes = 4 << 20;
constexpr int most_nesting = 20;  // includes
constexpr size_t most_files = 200;
constexpr size_t most_variables = 20'000;
constexpr size_t most_rules = 20'000;
constexpr size_t most_conditions = 100;
constexpr size_t most_pieces = 5'000;

std::string_view trim(std::string_view text) {
  size_t start = text.find_first_not_of(" \t\r");
  if (start == text.npos) return "";
  return text.substr(start, text.find_last_not_of(" \t\r") - start + 1);
}

// Where a comment starts: a `#` without a backslash.
std::string_view without_comment(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == '#' && (i == 0 || text[i - 1] != '\\')) return text.substr(0, i);
  return text;
}

// Takes `word` and a blank off the front.
bool take_word(std::string_view &text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  std::string_view rest = text.substr(word.size());
  if (!rest.empty() && rest[0] != ' ' && rest[0] != '\t' && rest[0] != '(') return false;
  text = trim(rest);
  return true;
}

// Where, outside of $(…), one of the characters stands first.
size_t find_outside(std::string_view text, std::string_view wanted) {
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '(' || c == '{') ++depth;
    else if ((c == ')' || c == '}') && depth > 0) --depth;
    else if (depth == 0 && wanted.find(c) != wanted.npos) return i;
  }
  return text.npos;
}

constexpr std::string_view operators[] = {":::=", "::=", ":=", "?=", "+=", "!=", "="};

}  // namespace

MakeFile::MakeFile(const MakeInput &input, const Files &files)
    : files_(files), folder_(parent_path(input.path)), host_(input.host) {
  using Origin = MakeVariable::Origin;
  for (const auto &[name, value] : std::initializer_list<std::pair<const char *, const char *>>{
           {"CC", "cc"}, {"CXX", "g++"}, {"LD", "ld"}, {"AR", "ar"}, {"RM", "rm -f"}, {"MAKE", "make"}}) {
    MakeVariable &variable = variables[name];
    variable.origin = Origin::Default;
    variable.pieces = {{value, {}}};
  }
  auto give = [&](const Variable &given, Origin origin, const char *where) {
    MakeVariable &variable = variables[given.name];
    for (const FlagPiece &old : variable.pieces)
      if (variable.origin != Origin::Default) {
        SettingSource loser = old.source;
        loser.value = old.text;
        loser.why = "a variable on make's command line wins over the environment";
        variable.losers.push_back(std::move(loser));
      }
    variable.origin = origin;
    variable.expanded = has_unknown(given.value) && origin == Origin::Environment;
    variable.exported = true;
    variable.pieces = {{given.value, {"", given.place, given.name + where, ""}}};
  };
  for (const Variable &variable : input.environment)
    if (!variable.value.empty() || is_build_variable(variable.name))
      give(variable, input.environment_first ? Origin::EnvironmentFirst : Origin::Environment, " in the environment");
  for (const Variable &variable : input.command_line) give(variable, Origin::CommandLine, " on make's command line");
  read(input.path, input.shown, 0);
}

void MakeFile::read(const std::string &path, const std::string &shown, int nesting) {
  if (nesting > most_nesting || read_.size() >= most_files || !read_.insert(path).second) return;
  Result<FileRef> file = files_.open(path);
  if (!file) return;
  if ((*file)->bytes().size() > most_bytes) {
    problems.push_back(fmt::format("{}: more than {} bytes", shown, most_bytes));
    return;
  }
  std::string_view text = (*file)->bytes().text();
  size_t open = conditions_.size();
  bool outer_define = std::exchange(in_define_, false);
  in_rule_ = false;
  uint32_t number = 0;
  while (!text.empty() && lines_left_) {
    Line line{"", number + 1};
    for (;;) {
      size_t end = text.find('\n');
      std::string_view part = text.substr(0, end);
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
      ++number;
      if (part.ends_with('\r')) part.remove_suffix(1);
      bool more = part.ends_with('\\') && !part.ends_with("\\\\") && !text.empty();
      bool recipe = in_rule_ && (line.text.empty() ? part : std::string_view(line.text)).starts_with('\t');
      if (more && !recipe) {
        part.remove_suffix(1);
        while (part.ends_with(' ') || part.ends_with('\t')) part.remove_suffix(1);
      }
      // A recipe's lines are joined by the shell, all others by one blank (manual, 3.1.1).
      if (line.text.empty()) line.text = part;
      else line.text += (recipe ? "\n" : " ") + std::string(recipe ? part : trim(part));
      if (!more) break;
    }
    --lines_left_;
    read_line(line, shown, nesting);
  }
  conditions_.resize(std::min(conditions_.size(), open));
  in_define_ = outer_define;
}

void MakeFile::read_line(const Line &line, const std::string &shown, int nesting) {
  if (line.text.starts_with('\t') && in_rule_ && !in_define_) {
    if (branch_truth() != Truth::No && !rules.empty()) rules.back().recipe.push_back({line.text.substr(1), line.line});
    return;
  }
  std::string_view text = trim(without_comment(line.text));
  if (in_define_) {
    if (text == "endef") in_define_ = false;
    return;
  }
  if (text.empty() || directive(text)) return;
  if (branch_truth() == Truth::No) return;
  Place place{shown, line.line};
  std::string_view rest = text;
  if (take_word(rest, "include")) return include(rest, false, shown, nesting);
  if (take_word(rest, "-include") || take_word(rest, "sinclude")) return include(rest, true, shown, nesting);
  if (assignment(text, place)) {
    in_rule_ = false;
    return;
  }
  if (rule(text, place)) in_rule_ = true;
}

bool MakeFile::directive(std::string_view text) {
  std::string_view rest = text;
  for (std::string_view word : {"ifeq", "ifneq", "ifdef", "ifndef"})
    if (take_word(rest, word)) {
      open_condition(text);
      return true;
    }
  if (take_word(rest, "else")) {
    else_condition(rest);
    return true;
  }
  if (take_word(rest, "endif")) {
    if (!conditions_.empty()) conditions_.pop_back();
    return true;
  }
  if (take_word(rest, "define") && !rest.empty()) {
    in_define_ = true;
    return true;
  }
  return take_word(rest, "undefine") || take_word(rest, "vpath") || text == "endef";
}

void MakeFile::open_condition(std::string_view text) {
  if (conditions_.size() >= most_conditions) return;
  Condition condition;
  condition.now = branch_truth() == Truth::No ? Truth::No : condition_truth(text);
  condition.decided = condition.now == Truth::Yes;
  condition.perhaps = condition.now == Truth::Unknown;
  condition.text = text;
  conditions_.push_back(std::move(condition));
}

void MakeFile::else_condition(std::string_view text) {
  if (conditions_.empty()) return;
  Condition &condition = conditions_.back();
  bool decided = condition.decided, perhaps = condition.perhaps;
  condition.now = Truth::No;  // not part of the outer truth while the new one is judged
  if (decided) return;
  Condition saved = condition;
  conditions_.pop_back();
  Truth truth = branch_truth() == Truth::No ? Truth::No : text.empty() ? Truth::Yes : condition_truth(text);
  saved.decided = truth == Truth::Yes && !perhaps;
  saved.perhaps = perhaps || truth == Truth::Unknown;
  saved.now = truth == Truth::Yes && perhaps ? Truth::Unknown : truth;
  saved.text = text.empty() ? "else of " + saved.text : std::string(text);
  conditions_.push_back(std::move(saved));
}

Truth MakeFile::condition_truth(std::string_view text) const {
  std::string_view rest = text;
  if (take_word(rest, "ifdef") || take_word(rest, "ifndef")) {
    bool negate = text.starts_with("ifndef");
    std::string name = expand_to_text(rest);
    if (has_unknown(name)) return Truth::Unknown;
    auto found = variables.find(name);
    bool set = found != variables.end() && !joined(found->second.pieces).empty();
    return set != negate ? Truth::Yes : Truth::No;
  }
  bool negate = take_word(rest, "ifneq");
  if (!negate && !take_word(rest, "ifeq")) return Truth::Unknown;
  std::string left, right;
  if (rest.starts_with('(') && rest.ends_with(')')) {
    rest = rest.substr(1, rest.size() - 2);
    size_t comma = find_outside(rest, ",");
    if (comma == rest.npos) return Truth::Unknown;
    left = expand_to_text(trim(rest.substr(0, comma)));
    right = expand_to_text(trim(rest.substr(comma + 1)));
  } else {
    std::vector<std::string> words = split_words(rest);  // "a" 'b'
    if (words.size() != 2) return Truth::Unknown;
    left = expand_to_text(words[0]);
    right = expand_to_text(words[1]);
  }
  if (has_unknown(left) || has_unknown(right)) return Truth::Unknown;
  return (trim(left) == trim(right)) != negate ? Truth::Yes : Truth::No;
}

Truth MakeFile::branch_truth() const {
  Truth all = Truth::Yes;
  for (const Condition &condition : conditions_) {
    if (condition.now == Truth::No) return Truth::No;
    if (condition.now == Truth::Unknown) all = Truth::Unknown;
  }
  return all;
}

std::string MakeFile::branch_text() const {
  for (auto at = conditions_.rbegin(); at != conditions_.rend(); ++at)
    if (at->now == Truth::Unknown) return fmt::format(" (only if {})", at->text);
  return "";
}

void MakeFile::include(std::string_view text, bool optional, const std::string &shown, int nesting) {
  in_rule_ = false;
  for (const std::string &name : split_words(expand_to_text(text))) {
    if (has_unknown(name) || name.find('*') != name.npos) continue;
    std::string path = normal_path(join_path(folder_, name));
    if (!files_.is_file(path)) {
      if (!optional && problems.size() < 20)
        problems.push_back(fmt::format("{}: includes {}, which is not there", shown, name));
      continue;
    }
    size_t slash = shown.rfind('/');
    // Names are relative to the folder make runs in, which is the first makefile's.
    std::string base = nesting == 0 && slash != shown.npos ? shown.substr(0, slash + 1) : "";
    read(path, name.starts_with('/') ? name : base + name, nesting + 1);
  }
}

bool MakeFile::assignment(std::string_view text, const Place &place) {
  bool override = false, exported = false;
  for (bool again = true; again;) {
    again = false;
    std::string_view rest = text;
    if (take_word(rest, "override")) override = again = true, text = rest;
    else if (take_word(rest, "export")) exported = again = true, text = rest;
    else if (take_word(rest, "private")) again = true, text = rest;
    else if (take_word(rest, "unexport")) return true;
  }
  size_t at = find_outside(text, "=:?+!");
  std::string_view rest = at == text.npos ? std::string_view() : text.substr(at);
  for (std::string_view operation : operators) {
    if (!rest.starts_with(operation)) continue;
    std::string name = expand_to_text(trim(text.substr(0, at)));
    // "a b = c" is none, but a rule never has `=` before `:`.
    if (name.empty() || name.find_first_of(" \t") != name.npos) return !rest.starts_with(':');
    assign(name, operation, trim(rest.substr(operation.size())), place, override);
    auto made = variables.find(name);
    if (exported && made != variables.end()) made->second.exported = true;
    return true;
  }
  if (!exported) return false;
  for (const std::string &name : split_words(expand_to_text(text)))
    if (variables.size() < most_variables) variables[name].exported = true;
  return true;
}

bool MakeFile::rule(std::string_view text, const Place &place) {
  size_t colon = find_outside(text, ":");
  if (colon == text.npos) return false;
  std::string targets = expand_to_text(text.substr(0, colon));
  std::string_view rest = text.substr(colon + 1);
  if (rest.starts_with(':')) rest.remove_prefix(1);
  rest = trim(rest);
  size_t equals = find_outside(rest, "=");
  size_t semicolon = find_outside(rest, ";");
  if (equals != rest.npos && (semicolon == rest.npos || equals < semicolon)) {
    target_assign(targets, rest, place);
    return false;
  }
  if (rules.size() >= most_rules) return false;
  MakeRule rule;
  rule.file = place.file;
  rule.targets = split_words(targets);
  std::string_view needs = rest.substr(0, semicolon);
  size_t static_pattern = find_outside(needs, ":");
  if (static_pattern != needs.npos) needs = needs.substr(static_pattern + 1);
  for (std::string &need : split_words(expand_to_text(needs)))
    if (need != "|") rule.needs.push_back(std::move(need));
  if (semicolon != rest.npos) rule.recipe.push_back({std::string(trim(rest.substr(semicolon + 1))), place.line});
  rules.push_back(std::move(rule));
  return true;
}

FlagPiece MakeFile::piece(const std::string &name, std::string_view value, const Place &place) const {
  return {std::string(value), {"", place, name + branch_text(), ""}};
}

void MakeFile::target_assign(const std::string &targets, std::string_view text, const Place &place) {
  for (std::string_view word : {"override", "export", "private"}) take_word(text, word);
  size_t at = find_outside(text, "=:?+!");
  if (at == text.npos) return;
  std::string_view rest = text.substr(at);
  for (std::string_view operation : operators) {
    if (!rest.starts_with(operation)) continue;
    std::string name(trim(text.substr(0, at)));
    for (const std::string &target : split_words(targets))
      if (target_variables.size() < most_variables)
        target_variables.push_back(
            {target, name, std::string(operation), piece(name, trim(rest.substr(operation.size())), place)});
    return;
  }
}

void MakeFile::assign(const std::string &name, std::string_view operation, std::string_view value, const Place &place,
                      bool override) {
  using Origin = MakeVariable::Origin;
  if (!variables.contains(name) && variables.size() >= most_variables) return;
  FlagPiece part = piece(name, value, place);
  auto found = variables.find(name);
  bool there = found != variables.end() && !(found->second.origin == Origin::File && found->second.pieces.empty());
  auto lose = [&](MakeVariable &variable, const FlagPiece &lost, const char *why) {
    SettingSource loser = lost.source;
    loser.value = lost.text;
    loser.why = why;
    if (variable.losers.size() < 100) variable.losers.push_back(std::move(loser));
  };
  if (operation == "?=" && there) {
    bool environment = found->second.origin == Origin::Environment || found->second.origin == Origin::EnvironmentFirst;
    lose(found->second, part,
         environment ? "?= leaves what the environment says" : "?= leaves the value that is there");
    return;
  }
  MakeVariable &variable = variables[name];
  if (there && variable.origin > Origin::File && !override) {
    lose(variable, part,
         variable.origin == Origin::CommandLine ? "make's command line wins"
         : variable.origin == Origin::Override  ? "an override directive wins"
                                                : "make -e lets the environment win");
    return;
  }
  bool expands = operation.ends_with(":=") || operation == "::=" || (operation == "+=" && variable.expanded);
  FlagText pieces{part};
  if (operation == "!=") pieces[0].text = "$(shell " + std::string(value) + ")";
  if (expands) pieces = expand(value, part.source);
  bool append = operation == "+=" && there;
  if (append) {
    if (variable.pieces.size() < most_pieces) {
      if (!variable.pieces.empty()) variable.pieces.push_back({" ", {}});
      variable.pieces.insert(variable.pieces.end(), pieces.begin(), pieces.end());
    }
  } else {
    const char *why = variable.origin == Origin::Environment ? "the makefile wins over the environment, but for make -e"
                                                             : "a later assignment wins";
    if (there && variable.origin != Origin::Default)
      for (const FlagPiece &old : variable.pieces)
        if (!trim(old.text).empty()) lose(variable, old, why);
    variable.pieces = std::move(pieces);
    variable.expanded = operation.ends_with(":=");
  }
  variable.origin = override ? Origin::Override : Origin::File;
}

}  // namespace ldwhy
