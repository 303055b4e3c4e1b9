// The way of a line: its end and its frames go; a command is kept; a line that holds none of
// the dialects' words, and that no open complaint waits for, is only counted; the others are
// offered to the dialects in turn. So the cost of a log is one search over its bytes, and
// what is kept is what was said.
//
// Where a link ends is said by its driver ("collect2: error: …") or build tool ("make: ***"),
// or shows in the next link's command. Drivers and linkers both speak at the end, hence
// failed() may still reach a link that is already closed.
#include <algorithm>
#include <cstring>
#include <utility>

#include "log/frame.h"
#include "log/ignore.h"
#include "log/log.h"
#include "log/loose.h"
#include "log/parse.h"
#include "log/separate.h"
#include "log/word_search.h"

namespace ldwhy {
namespace {

constexpr size_t references_kept = 100;
constexpr size_t notes_kept = 100;
constexpr size_t not_understood_kept = 1000;
constexpr size_t complaints_kept = 10000;  // of one link
constexpr size_t links_kept = 1000;
constexpr size_t loose_kept = 200;        // lines for the last resort
constexpr size_t longest_loose = 2000;
constexpr size_t stretch = 64 << 10;
constexpr size_t longest_line = 64 << 20;  // what stands further right is not read
// How far behind a link's end a driver's last words are still its.
constexpr uint32_t afterword_lines = 8;

const WordSearch &dialect_words() {
  static const WordSearch search = [] {
    WordSearch words;
    for (const LogDialect *dialect : log_dialects()) {
      for (std::string_view word : dialect->words) words.add(word);
    }
    for (std::string_view word : loose_words()) words.add(word);
    return words;
  }();
  return search;
}

LineFate offer(LogState &state, std::string_view line, std::span<const LogDialect *const> dialects) {
  for (const LogDialect *dialect : dialects) {
    LineFate fate = dialect->read(state, line);
    if (fate != LineFate::NotMine) return fate;
  }
  return LineFate::NotMine;
}

// The dialects that read every line come first, then those that wait for words.
struct Dialects {
  std::vector<const LogDialect *> of_all_lines, of_words;
  Dialects() {
    for (const LogDialect *dialect : log_dialects())
      (dialect->words.empty() ? of_all_lines : of_words).push_back(dialect);
  }
};

constexpr size_t narrowest_console = 79;

// Whether a name ends before its closing quote or bracket.
bool is_cut(std::string_view name) {
  if (name.starts_with('`')) return true;
  if (contains(name, "operator") || contains(name, "->")) return false;
  auto more = [&](char open, char close) { return std::ranges::count(name, open) > std::ranges::count(name, close); };
  return more('(', ')') || more('<', '>');
}

// "rust-lld" is any port: its command may say which, else ELF, whose words are the shared ones.
Flavor lld_flavor(const LoggedLink &link) {
  for (const LoggedCommand &command : link.commands) {
    for (size_t i = 0; i + 1 < command.argv.size(); ++i) {
      if (command.argv[i] != "-flavor") continue;
      const std::string &name = command.argv[i + 1];
      if (name == "darwin" || name == "ld64.lld") return Flavor::Darwin;
      if (name == "link" || name == "lld-link") return Flavor::Coff;
      if (name == "wasm" || name == "wasm-ld") return Flavor::Wasm;
    }
  }
  return Flavor::Gnu;
}

}  // namespace

class LogReader::Impl {
 public:
  explicit Impl(Offer offer) : words_(dialect_words()), offer_(offer) {
    state_.link = &link_;
    state_.log = &log_;
  }

  void feed(std::string_view piece) {
    for (; !piece.empty(); piece.remove_prefix(std::min(stretch, piece.size()))) feed_stretch(piece.substr(0, stretch));
  }

  ReadLog finish() {
    if (begun_) read(cut_line_);
    if (!held_.empty()) take_fate(held_, held_);
    state_.next_link();
    if (nobody_complained()) read_loosely();
    separate_links(log_.links);
    return std::move(log_);
  }

 private:
  // What most stretches do not hold need not be looked for in their lines.
  void feed_stretch(std::string_view text) {
    bool colours = text.find('\x1b') != text.npos, returns = text.find('\r') != text.npos;
    has_colours_ = colours || (begun_ && cut_line_.find('\x1b') != text.npos);
    has_returns_ = returns || (begun_ && cut_line_.find('\r') != text.npos);
    while (!text.empty()) {
      const void *found = std::memchr(text.data(), '\n', text.size());
      if (!found) return keep(text);
      size_t length = static_cast<size_t>(static_cast<const char *>(found) - text.data());
      if (begun_) {
        keep(text.substr(0, length));
        read(cut_line_);
        cut_line_.clear();
        begun_ = false;
        has_colours_ = colours;
        has_returns_ = returns;
      } else {
        read(text.substr(0, length));
      }
      text.remove_prefix(length + 1);
    }
  }

  void keep(std::string_view part) {
    begun_ = true;
    cut_line_.append(part.substr(0, longest_line - std::min(longest_line, cut_line_.size())));
  }

  void read(std::string_view line) {
    ++log_.lines;
    state_.line = static_cast<uint32_t>(log_.lines);
    if (has_returns_) {
      // A terminal's progress line is overwritten: what counts stands after the last return.
      while (line.ends_with('\r')) line.remove_suffix(1);
      if (line.find('\r') != line.npos) line.remove_prefix(line.rfind('\r') + 1);
    }
    line = frames_.peel(line, has_colours_);
    std::string_view text = trim(line);
    if (!held_.empty() && completes_held(text)) return;
    if (text.empty()) {
      state_.open = nullptr;
      state_.table = LogState::Table::None;
      ++log_.ignored;
      return;
    }
    if (std::exchange(name_is_cut_, false) && complete_name(line)) {
      ++log_.understood;
      return;
    }
    if (size_t at = text.find(escaped_output); at != text.npos && text.find("\\r\\n", at) != text.npos) {
      read_escaped(text.substr(at + escaped_output.size()));
      return;
    }
    if (is_cut_at_place(text)) {
      held_ = text;
      return;
    }
    take_fate(line, text);
  }

  bool completes_held(std::string_view text) {
    std::string whole = std::exchange(held_, {});
    bool its_rest = text.starts_with("multiple definition of ") || text.starts_with("undefined reference to ");
    if (its_rest) {
      whole += ' ';
      whole += text;
      ++log_.understood;
    } else {
      --state_.line;
    }
    take_fate(whole, whole);
    state_.line = static_cast<uint32_t>(log_.lines);
    return its_rest;
  }

  void take_fate(std::string_view line, std::string_view text) {
    LineFate fate = fate_of(line, text);
    name_is_cut_ =
        fate == LineFate::Understood && line.size() >= narrowest_console && state_.open && is_cut(state_.open->symbol);
    if (fate == LineFate::NotMine) {
      state_.open = nullptr;
      state_.table = LogState::Table::None;
      count_rest(text);
      return;
    }
    ++log_.understood;
    account(fate);
  }

  // "ld: main.o:main.c:7:": a commit's message has lines of so many characters.
  static bool is_cut_at_place(std::string_view text) {
    if (!text.ends_with(':') || text.size() < 8) return false;
    char last = text[text.size() - 2];
    return (last == ')' || (last >= '0' && last <= '9')) && (text.starts_with("ld: ") || contains(text, "/ld: "));
  }

  bool nobody_complained() const {
    return std::ranges::none_of(log_.links, [](const LoggedLink &link) {
      return std::ranges::any_of(link.complaints,
                                 [](const Complaint &complaint) { return complaint.severity == Severity::Error; });
    });
  }

  // The sentences that the dialects did not know as lines, as the last failed link's.
  void read_loosely() {
    if (loose_.empty()) return;
    if (!log_.links.empty()) {
      link_ = std::move(log_.links.back());
      log_.links.pop_back();
    }
    for (const auto &[number, sentence] : loose_) {
      state_.line = number;
      if (offer(state_, sentence, dialects_.of_words) == LineFate::NotMine) continue;
      ++log_.understood;
      --log_.not_understood_count;
      std::erase(log_.not_understood, number);
    }
    state_.next_link();
  }

  void account(LineFate fate) {
    if (state_.open && fate == LineFate::Understood) state_.open->line_end = state_.line;
    if (link_.first_line) link_.last_line = state_.line;
    if (fate == LineFate::LinkEnds) {
      state_.failed();
      state_.next_link();
    }
  }

  // rustc shows a linker's output so where it is in a code page: many lines in one.
  static constexpr std::string_view escaped_output = "Non-UTF-8 output: ";
  void read_escaped(std::string_view text) {
    const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
    std::string line;
    const auto take_line = [&] {
      LineFate fate = trim(line).empty() ? LineFate::NotMine : fate_of(line, trim(line));
      if (fate != LineFate::NotMine) account(fate);
      state_.open = nullptr;
      line.clear();
    };
    for (size_t i = 0; i < text.size(); ++i) {
      char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
      if (next == 'x' && i + 3 < text.size() && digit(text[i + 2]) >= 0 && digit(text[i + 3]) >= 0) {
        line += static_cast<char>(digit(text[i + 2]) * 16 + digit(text[i + 3]));
        i += 3;
      } else if (next == 'n') {
        take_line();
        ++i;
      } else if (next == '\\' || next == '"' || next == '\'' || next == 'r') {
        if (next != 'r') line += next;
        ++i;
      } else {
        line += text[i];
      }
    }
    take_line();
    ++log_.understood;
  }

  // Copied from a console, a long line is several: the rest of a name stands on the next one.
  bool complete_name(std::string_view line) {
    if (!state_.open) return false;
    std::string &symbol = state_.open->symbol;
    bool quoted = symbol.starts_with('`');
    std::string_view rest = quoted ? line.substr(0, line.find('\'')) : line;
    if (quoted && rest.size() == line.size()) return false;
    std::string whole = symbol.substr(quoted ? 1 : 0);
    whole += rest;
    if (is_cut(whole)) return false;
    symbol = std::move(whole);
    state_.open->line_end = state_.line;
    return true;
  }

  LineFate fate_of(std::string_view line, std::string_view text) {
    state_.compiles = has_words_ = false;
    LineFate fate = offer(state_, line, dialects_.of_all_lines);
    if (fate != LineFate::NotMine || state_.compiles) return fate;
    has_words_ = has_words(text);
    if (!state_.open && state_.table == LogState::Table::None && !has_words_) return LineFate::NotMine;
    if (is_compiler_message(text)) return LineFate::NotMine;
    line = peel_codeblocks(peel_msbuild(peel_tag(line)), listed_);
    if (line.empty()) return LineFate::NotMine;  // a tag, and a blank line behind it
    fate = offer(state_, line, dialects_.of_words);
    if (fate == LineFate::NotMine && state_.open) {
      // It may be the start of something that looked like a continuation.
      state_.open = nullptr;
      if (has_words_) fate = offer(state_, line, dialects_.of_words);
    }
    return fate;
  }

  // "ld: " is too short for the search, and always stands at the front.
  bool has_words(std::string_view text) const {
    return offer_ == Offer::EveryLine || text.starts_with("ld: ") || words_.any_in(text);
  }

  void count_rest(std::string_view text) {
    if (state_.compiles || !ignored_as(text).empty()) {
      ++log_.ignored;
      return;
    }
    ++log_.not_understood_count;
    if (has_words_ && loose_.size() < loose_kept && text.size() <= longest_loose)
      if (std::string sentence = in_usual_form(text); !sentence.empty())
        loose_.emplace_back(state_.line, std::move(sentence));
    if (log_.not_understood.size() < not_understood_kept) log_.not_understood.push_back(state_.line);
  }

  Dialects dialects_;
  bool has_colours_ = false, has_returns_ = false;
  bool has_words_ = false;  // the line that was offered last
  const WordSearch &words_;
  Offer offer_;
  std::string cut_line_;  // the start of a line that the last piece did not end
  bool begun_ = false;
  std::string held_;  // a message's line without what it says
  ReadLog log_;
  LoggedLink link_;
  LogState state_;
  Frames frames_;
  std::vector<std::pair<uint32_t, std::string>> loose_;  // by line, for read_loosely()
  std::string listed_;        // a line of Code::Blocks' list, in the usual form
  bool name_is_cut_ = false;  // the open complaint's, at the end of the line before
};

Complaint &LogState::begin(ComplaintKind kind, Severity severity, std::string_view code, std::string_view text) {
  if (!link->first_line) link->first_line = line;
  link->last_line = line;
  if (severity == Severity::Error) link->failed = true;
  if (link->complaints.size() < complaints_kept) {
    open = &link->complaints.emplace_back();
  } else {
    ++link->more_complaints;
    spare = {};
    open = &spare;
  }
  open->kind = kind;
  open->severity = severity;
  open->code = code;
  open->text = trim(text);
  open->line = open->line_end = line;
  return *open;
}

Complaint &LogState::begin_or_reopen(ComplaintKind kind, Severity severity, std::string_view code,
                                     std::string_view symbol, std::string_view text) {
  std::string key(code);
  key += severity == Severity::Error ? '\n' : '\t';
  key += symbol;
  const auto known = complaint_of.find(key);
  if (known == complaint_of.end()) {
    if (link->complaints.size() < complaints_kept) complaint_of.emplace(std::move(key), link->complaints.size());
    begin(kind, severity, code, text).symbol = symbol;
  } else {
    open = &link->complaints[known->second];
    open->line_end = line;
  }
  return *open;
}

void LogState::refer(ReferencePlace reference) {
  if (!open) return;
  open->line_end = line;
  if (open->references.size() < references_kept) open->references.push_back(std::move(reference));
  else ++open->more_references;
}

void LogState::note(std::string_view text) {
  if (!open) return;
  open->line_end = line;
  text = trim(text);
  bool is_new = std::find(open->notes.begin(), open->notes.end(), text) == open->notes.end();
  if (is_new && open->notes.size() < notes_kept) open->notes.emplace_back(text);
}

void LogState::speaks(Linker linker, Flavor flavor) {
  if (link->linker == Linker::Unknown) link->linker = linker;
  if (link->flavor == Flavor::Unknown) link->flavor = flavor;
}

void LogState::failed() {
  bool nothing_new = link->complaints.empty() && link->commands.empty() && !link->failed;
  if (nothing_new && !log->links.empty() && line - log->links.back().last_line <= afterword_lines) {
    log->links.back().failed = true;
    log->links.back().last_line = line;
    return;
  }
  link->failed = true;
  if (!link->first_line) link->first_line = line;
  link->last_line = line;
}

void LogState::next_link() {
  if (!link->complaints.empty() || link->failed) {
    split_commands();
    if (link->linker == Linker::Lld && link->flavor == Flavor::Unknown) link->flavor = lld_flavor(*link);
    if (log->links.size() < links_kept) log->links.push_back(std::move(*link));
    else ++log->more_links;
  }
  command_texts.clear();
  *link = {};
  open = nullptr;
  place = {};
  table = Table::None;
  complaint_of.clear();
}

void LogState::next_failed_link() {
  next_link();
  link->failed = true;
  link->first_line = link->last_line = line;
}

LogReader::LogReader(Offer offer) : impl_(std::make_unique<Impl>(offer)) {}
LogReader::~LogReader() = default;
LogReader::LogReader(LogReader &&) noexcept = default;
LogReader &LogReader::operator=(LogReader &&) noexcept = default;
void LogReader::feed(std::string_view piece) { impl_->feed(piece); }
ReadLog LogReader::finish() { return impl_->finish(); }

ReadLog read_log(std::string_view text) {
  LogReader reader;
  reader.feed(text);
  return reader.finish();
}

}  // namespace ldwhy
