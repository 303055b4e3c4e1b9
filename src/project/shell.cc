// POSIX.1-2017, Shell Command Language 2.9 (commands), 2.10 (grammar), read by recursive
// descent with a depth limit; loops over known words are followed word by word.
#include "project/shell.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/files.h"
#include "base/text.h"
#include "project/shell_lexer.h"
#include "project/shell_scope.h"
#include "project/shell_words.h"

namespace ldwhy {
namespace {

constexpr int most_depth = 60;
constexpr size_t most_rounds = 32;  // of one `for`

// Whether what is read now runs: for sure, perhaps, or not.
enum class Run : uint8_t { Yes, Maybe, No };

Run weaker(Run run, Truth truth) {
  if (run == Run::No || truth == Truth::No) return Run::No;
  return run == Run::Yes && truth == Truth::Yes ? Run::Yes : Run::Maybe;
}

using Words = std::initializer_list<std::string_view>;

bool is_one_of(std::string_view word, Words words) { return std::ranges::find(words, word) != words.end(); }

class Runner {
 public:
  Runner(Shell &shell, std::string_view script, const Place &first, Shell::Sink sink)
      : shell_(shell), scope_(shell), tokens_(shell_tokens(script)), first_(first), sink_(sink) {}

  void run() {
    while (!at_end() && !stopped_) {
      size_t before = at_;
      list({}, Run::Yes);
      if (at_ == before) ++at_;  // a stray `fi` or bracket
    }
  }

 private:
  using Kind = ShellToken::Kind;

  const ShellToken &token() const { return tokens_[at_]; }
  bool at_end() const { return token().kind == Kind::End || shell_.steps == 0; }
  bool is_operator(std::string_view text) const { return token().kind == Kind::Operator && token().text == text; }
  bool is_word(std::string_view text) const { return token().kind == Kind::Word && token().text == text; }
  void skip_newlines() {
    while (token().kind == Kind::Newline) ++at_;
  }
  Place here() const { return {first_.file, first_.line + token().line}; }

  // Commands up to one of `stops`, a closing bracket, or the end. The truth of the last one.
  Truth list(Words stops, Run run) {
    Truth last = Truth::Yes;
    while (!at_end()) {
      if (stopped_) run = Run::No;
      const ShellToken &next = token();
      if (next.kind == Kind::Newline || is_operator(";") || is_operator("&")) {
        ++at_;
        continue;
      }
      if (next.kind == Kind::Word && is_one_of(next.text, stops)) break;
      if (next.kind == Kind::Operator && (next.text == ")" || next.text.starts_with(";;") || next.text == ";&")) break;
      size_t before = at_;
      last = and_or(run);
      if (at_ == before) ++at_;
    }
    return last;
  }

  Truth and_or(Run run) {
    Truth truth = outcome(run);
    size_t mark = scope_.changes();
    bool tracking = scope_.tracking;
    while (is_operator("&&") || is_operator("||")) {
      bool both = is_operator("&&");
      ++at_;
      skip_newlines();
      // What comes after `||` runs where something failed, which commands are taken not to do.
      Truth go = both ? truth : negated(truth);
      Run next = weaker(run, go);
      if (next == Run::Maybe && run == Run::Yes) scope_.tracking = true;
      Truth right = outcome(next);
      if (go == Truth::Yes) truth = right;
      else if (go == Truth::Unknown) truth = Truth::Unknown;
    }
    if (scope_.tracking != tracking) {
      scope_.tracking = tracking;
      scope_.forget(scope_.undo(mark));
    }
    return truth;
  }

  // Programs are taken to succeed where `&&` or `||` asks, but those that are run to ask.
  Truth outcome(Run run) {
    Truth truth = pipeline(run);
    bool asked = is_operator("&&") || is_operator("||");
    return asked && ran_ && truth == Truth::Unknown ? Truth::Yes : truth;
  }

  Truth pipeline(Run run) {
    ran_ = false;
    bool negate = false;
    while (is_word("!")) {
      negate = true;
      ++at_;
    }
    Truth truth = command(run);
    while (is_operator("|") || is_operator("|&")) {
      ++at_;
      skip_newlines();
      command(run);
      truth = Truth::Unknown;
    }
    return negate ? negated(truth) : truth;
  }

  Truth command(Run run) {
    if (depth_ >= most_depth) {
      at_ = tokens_.size() - 1;
      return Truth::Unknown;
    }
    ++depth_;
    Truth truth = Truth::Unknown;
    if (is_operator("(")) group(")", run);
    else if (is_word("{")) group("}", run);
    else if (is_word("if")) if_clause(run);
    else if (is_word("for") || is_word("select")) for_clause(run);
    else if (is_word("while") || is_word("until")) while_clause(run);
    else if (is_word("case")) case_clause(run);
    else if (!function_definition()) truth = simple(run);
    --depth_;
    return truth;
  }

  void body_of_group(std::string_view close, Run run) {
    ++at_;
    if (close == ")") list({}, run);
    else list({close}, run);
    if (is_operator(close) || is_word(close)) ++at_;
  }

  // { … } and ( … ). Where the output goes stands at the end, so the end is looked for first.
  void group(std::string_view close, Run run) {
    size_t start = at_;
    auto [found, fresh] = group_ends_.try_emplace(start, 0);
    if (fresh) {
      body_of_group(close, Run::No);
      group_ends_[start] = at_;
    }
    at_ = group_ends_[start];
    std::string output = redirects();
    size_t end = at_;
    if (run == Run::No) return;
    at_ = start;
    std::string outer = group_output_;
    if (!output.empty()) group_output_ = output;
    if (close == ")") {
      std::map<std::string, ShellVariable> variables = shell_.variables;
      std::string directory = shell_.directory;
      body_of_group(close, run);
      shell_.variables = std::move(variables);
      shell_.directory = directory;
      stopped_ = false;
    } else {
      body_of_group(close, run);
    }
    group_output_ = outer;
    at_ = end;
  }

  // Redirections after a compound command; the file that standard output goes to.
  std::string redirects() {
    std::string output;
    while (token().kind == Kind::Redirect) {
      bool writes = is_one_of(token().text, {">", ">>", "1>", "1>>", "&>", "&>>"});
      ++at_;
      if (token().kind != Kind::Word) continue;
      if (writes) output = expand_text(token().text, shell_);
      ++at_;
    }
    return output;
  }

  // Reads a branch that may not run; the names that it sets are added to `touched`.
  void branch(Words stops, Run run, std::set<std::string> &touched) {
    if (run != Run::Maybe) {
      list(stops, run);
      return;
    }
    size_t mark = scope_.changes();
    bool tracking = scope_.tracking;
    std::string directory = shell_.directory;
    scope_.tracking = true;
    list(stops, run);
    scope_.tracking = tracking;
    shell_.directory = directory;
    touched.merge(scope_.undo(mark));
  }

  void if_clause(Run run) {
    Run left = run;
    std::set<std::string> touched;
    ++at_;
    for (;;) {
      Truth truth = list({"then"}, left);
      if (is_word("then")) ++at_;
      Run now = weaker(left, truth);
      branch({"elif", "else", "fi"}, now, touched);
      left = weaker(left, negated(truth));
      if (is_word("elif")) {
        ++at_;
        continue;
      }
      if (is_word("else")) {
        ++at_;
        branch({"fi"}, left, touched);
      }
      break;
    }
    if (is_word("fi")) ++at_;
    redirects();
    if (run != Run::No) scope_.forget(touched);
  }

  void for_clause(Run run) {
    ++at_;
    std::string name(token().text);
    Place place = here();
    std::vector<std::string> words;
    if (token().kind == Kind::Word) ++at_;
    skip_newlines();
    bool known = is_word("in");
    if (known) ++at_;
    while (token().kind == Kind::Word && !is_word("do")) {
      for (std::string &word : expand_word(token().text, shell_)) words.push_back(std::move(word));
      ++at_;
    }
    while (!at_end() && !is_word("do")) ++at_;
    if (!at_end()) ++at_;
    for (const std::string &word : words) known = known && !has_unknown(word) && word.find('*') == word.npos;
    size_t body = at_;
    if (run == Run::No || !known || words.size() > most_rounds) {
      if (run != Run::No) scope_.assign(name, {"$" + name}, place, false, false);
      list({"done"}, run);
    } else if (words.empty()) {
      list({"done"}, Run::No);
    } else {
      for (const std::string &word : words) {
        at_ = body;
        scope_.assign(name, {word}, place, false, true);
        list({"done"}, run);
        if (shell_.steps == 0) break;
      }
    }
    if (is_word("done")) ++at_;
    redirects();
  }

  void while_clause(Run run) {
    ++at_;
    list({"do"}, run);
    if (is_word("do")) ++at_;
    std::set<std::string> touched;
    branch({"done"}, weaker(run, Truth::Unknown), touched);
    if (is_word("done")) ++at_;
    redirects();
    if (run != Run::No) scope_.forget(touched);
  }

  void case_clause(Run run) {
    ++at_;
    std::string subject = token().kind == Kind::Word ? expand_text(token().text, shell_) : "";
    while (!at_end() && !is_word("in")) ++at_;
    if (is_word("in")) ++at_;
    Run left = run;
    std::set<std::string> touched;
    for (;;) {
      skip_newlines();
      if (at_end() || is_word("esac")) break;
      Truth truth = Truth::No;
      if (is_operator("(")) ++at_;
      while (!at_end() && !is_operator(")") && token().kind != Kind::Newline) {
        if (token().kind == Kind::Word) {
          std::string pattern = expand_text(token().text, shell_);
          Truth fits = pattern == "*"                                 ? Truth::Yes
                       : has_unknown(subject) || has_unknown(pattern) ? Truth::Unknown
                       : glob_match(pattern, subject)                 ? Truth::Yes
                                                                      : Truth::No;
          if (fits == Truth::Yes || (fits == Truth::Unknown && truth == Truth::No)) truth = fits;
        }
        ++at_;
      }
      if (!at_end()) ++at_;
      branch({"esac"}, weaker(left, truth), touched);
      left = weaker(left, negated(truth));
      if (token().kind == Kind::Operator && token().text != "(") ++at_;
    }
    if (is_word("esac")) ++at_;
    redirects();
    if (run != Run::No) scope_.forget(touched);
  }

  // name() { … }: remembered, and followed where it is called.
  bool function_definition() {
    size_t start = at_;
    bool keyword = is_word("function");
    if (keyword) ++at_;
    std::string name(token().text);
    bool brackets = token().kind == Kind::Word && at_ + 2 < tokens_.size() && tokens_[at_ + 1].kind == Kind::Operator &&
                    tokens_[at_ + 1].text == "(" && tokens_[at_ + 2].kind == Kind::Operator &&
                    tokens_[at_ + 2].text == ")";
    if (!keyword && !brackets) return false;
    at_ += brackets ? 3 : 1;
    at_ = std::min(at_, tokens_.size() - 1);
    skip_newlines();
    if (!is_word("{") && !is_operator("(")) {
      at_ = start;
      return false;
    }
    functions_[name] = at_;
    command(Run::No);
    return true;
  }

  void call_function(size_t body, std::vector<std::string> arguments, Run run) {
    size_t back = at_;
    std::swap(shell_.arguments, arguments);
    bool known = shell_.arguments_known;
    shell_.arguments_known = true;
    at_ = body;
    command(run);
    at_ = back;
    shell_.arguments = std::move(arguments);
    shell_.arguments_known = known;
  }

  struct Simple {
    std::vector<ShellAssignment> assignments;
    std::vector<std::string> argv;
    std::vector<std::string_view> raw;  // of the words of argv's command line, unexpanded
    std::string output, input;
    Place start, place;  // of the first word, and of the program's name
  };

  Simple read_simple() {
    Simple simple;
    simple.start = simple.place = here();
    std::string_view closing = is_word("[[") ? "]]" : "";
    while (!at_end() && token().kind != Kind::Newline) {
      const ShellToken &next = token();
      if (next.kind == Kind::Operator && closing.empty()) break;
      if (next.kind == Kind::Redirect && closing.empty()) {
        read_redirect(simple);
        continue;
      }
      ShellAssignment assignment;
      if (simple.raw.empty() && read_assignment(next.text, assignment)) {
        simple.assignments.push_back(assignment);
      } else {
        // The call stands where its program does, after the assignments.
        if (simple.raw.empty()) simple.place = here();
        simple.raw.push_back(next.text);
        if (next.kind != Kind::Word || !closing.empty()) simple.argv.push_back(expand_text(next.text, shell_));
        else
          for (std::string &word : expand_word(next.text, shell_)) simple.argv.push_back(std::move(word));
      }
      ++at_;
      if (!closing.empty() && next.text == closing) break;
    }
    return simple;
  }

  void read_redirect(Simple &simple) {
    const ShellToken &redirect = token();
    ++at_;
    if (token().kind != Kind::Word) return;
    if (is_one_of(redirect.text, {">", ">>", "1>", "1>>", "&>", "&>>"}))
      simple.output = expand_text(token().text, shell_);
    else if (redirect.text == "<<" || redirect.text == "<<-")
      simple.input = redirect.quoted_body ? redirect.body : expand_here_document(redirect.body);
    else if (redirect.text == "<<<") simple.input = expand_text(token().text, shell_);
    ++at_;
  }

  // Quotes mean nothing in a here-document, so they are taken out of the expansion's sight.
  std::string expand_here_document(std::string_view body) {
    std::string text;
    size_t i = 0;
    while (i < body.size()) {
      if (body[i] == '$') {
        size_t length = expansion_length(body.substr(i));
        text += expand_text(body.substr(i, length), shell_);
        i += length;
      } else {
        text += body[i++];
      }
    }
    return text;
  }

  Truth simple(Run run) {
    if (shell_.steps) --shell_.steps;
    Simple simple = read_simple();
    if (run == Run::No) return Truth::No;
    if (simple.output.empty()) simple.output = group_output_;
    if (simple.argv.empty()) {
      for (const ShellAssignment &assignment : simple.assignments) {
        std::vector<std::string> words = scope_.assigned(assignment);
        scope_.assign(assignment.name, std::move(words), simple.place, false, true);
      }
      return Truth::Yes;
    }
    return call(simple, run);
  }

  Truth call(Simple &simple, Run run) {
    std::vector<Variable> prefix;
    for (const ShellAssignment &assignment : simple.assignments)
      prefix.push_back({assignment.name, fmt::format("{}", fmt::join(scope_.assigned(assignment), " ")), simple.start});
    scope_.take_wrappers(simple.argv, prefix, simple.place);
    if (simple.argv.empty()) return Truth::Unknown;
    const std::string &name = simple.argv[0];
    if (name == "[" || name == "[[" || name == "test") return test(simple);
    if (name == "true" || name == ":") return Truth::Yes;
    if (name == "false") return Truth::No;
    auto function = functions_.find(name);
    if (function != functions_.end()) {
      call_function(function->second, {simple.argv.begin() + 1, simple.argv.end()}, run);
      return Truth::Unknown;
    }
    if (builtin(simple, run)) return Truth::Yes;
    emit(std::move(simple), std::move(prefix), run);
    return Truth::Unknown;
  }

  void emit(Simple &&simple, std::vector<Variable> &&prefix, Run run) {
    ran_ = !is_one_of(file_name(simple.argv[0]),
                      {"grep", "egrep", "fgrep", "which", "type", "hash", "diff", "cmp", "pgrep", "command", "git"});
    ShellCommand command;
    for (const auto &[name, variable] : shell_.variables)
      if (variable.exported && !variable.given) command.environment.push_back({name, variable.value(), variable.place});
    command.environment.insert(command.environment.end(), prefix.begin(), prefix.end());
    command.argv = std::move(simple.argv);
    command.directory = shell_.directory;
    command.output = std::move(simple.output);
    command.input = std::move(simple.input);
    command.place = simple.place;
    command.certain = run == Run::Yes;
    sink_(shell_, command);
  }

  Truth test(const Simple &simple) {
    std::vector<std::string> arguments(simple.argv.begin() + 1, simple.argv.end());
    if (simple.argv[0] != "test" && !arguments.empty()) arguments.pop_back();
    return test_truth(arguments);
  }

  bool builtin(const Simple &simple, Run run) {
    const std::string &name = simple.argv[0];
    if (is_one_of(name, {"export", "declare", "typeset", "readonly", "local"})) {
      scope_.declare(simple.argv[0] == "export", simple.raw, simple.place);
    } else if (name == "unset") {
      for (size_t i = 1; i < simple.argv.size(); ++i) scope_.assign(simple.argv[i], {""}, simple.place, false, true);
    } else if (name == "cd" || name == "pushd") {
      scope_.change_directory(simple.argv);
    } else if (name == "popd") {
      scope_.leave_directory();
    } else if (name == "set") {
      for (size_t i = 1; i < simple.argv.size(); ++i)
        if (simple.argv[i] == "-a" || simple.argv[i] == "-o" || simple.argv[i] == "+a")
          scope_.export_all =
              simple.argv[i] == "-a" || (simple.argv.size() > i + 1 && simple.argv[i + 1] == "allexport");
    } else if (name == "shift") {
      if (!shell_.arguments.empty()) shell_.arguments.erase(shell_.arguments.begin());
    } else if (name == "exit") {
      if (run == Run::Yes) stopped_ = true;
    } else {
      return name == "return" || name == "local";
    }
    return true;
  }

  Shell &shell_;
  ShellScope scope_;
  std::vector<ShellToken> tokens_;
  Place first_;
  Shell::Sink sink_;
  size_t at_ = 0;
  int depth_ = 0;
  bool stopped_ = false;
  bool ran_ = false;  // the last command was a program's call, which is taken to succeed
  std::string group_output_;
  std::map<std::string, size_t> functions_;
  std::map<size_t, size_t> group_ends_;
};

}  // namespace

std::string ShellVariable::value() const { return fmt::format("{}", fmt::join(words, " ")); }

void Shell::give(const Variable &variable) {
  ShellVariable &mine = variables[variable.name];
  mine.words = {variable.value};
  mine.place = variable.place;
  mine.exported = mine.given = true;
  mine.known = !has_unknown(variable.value);
}

void Shell::run(std::string_view script, const Place &first, Sink sink) { Runner(*this, script, first, sink).run(); }

}  // namespace ldwhy
