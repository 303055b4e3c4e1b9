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
#include "log/parse.h"
#include "log/word_search.h"

namespace ldwhy {
namespace {

constexpr size_t references_kept = 100;
constexpr size_t notes_kept = 100;
constexpr size_t not_understood_kept = 1000;
// How far behind a link's end a driver's last words are still its.
constexpr uint32_t afterword_lines = 8;

const WordSearch &dialect_words() {
  static const WordSearch search = [] {
    WordSearch words;
    for (const LogDialect *dialect : log_dialects()) {
      for (std::string_view word : dialect->words) words.add(word);
    }
    return words;
  }();
  return search;
}

// To the dialects that read every line, or to those that wait for words.
LineFate offer(LogState &state, std::string_view line, bool every_line) {
  for (const LogDialect *dialect : log_dialects()) {
    if (every_line != dialect->words.empty()) continue;
    LineFate fate = dialect->read(state, line);
    if (fate != LineFate::NotMine) return fate;
  }
  return LineFate::NotMine;
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

class Reader {
 public:
  explicit Reader(const WordSearch &words) : words_(words) {
    state_.link = &link_;
    state_.log = &log_;
  }

  void read(std::string_view line) {
    ++log_.lines;
    state_.line = static_cast<uint32_t>(log_.lines);
    // A terminal's progress line is overwritten: what counts stands after the last return.
    while (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find('\r') != line.npos) line.remove_prefix(line.rfind('\r') + 1);
    line = frames_.peel(line);
    if (trim(line).empty()) {
      state_.open = nullptr;
      ++log_.ignored;
      return;
    }
    LineFate fate = fate_of(line);
    if (fate == LineFate::NotMine) {
      state_.open = nullptr;
      count_rest(line);
      return;
    }
    ++log_.understood;
    if (state_.open && fate == LineFate::Understood) state_.open->line_end = state_.line;
    if (link_.first_line) link_.last_line = state_.line;
    if (fate == LineFate::LinkEnds) {
      state_.failed();
      state_.next_link();
    }
  }

  ReadLog finish() {
    state_.next_link();
    return std::move(log_);
  }

 private:
  LineFate fate_of(std::string_view line) {
    state_.compiles = false;
    LineFate fate = offer(state_, line, true);
    if (fate != LineFate::NotMine || state_.compiles) return fate;
    if (!state_.open && !has_words(line)) return LineFate::NotMine;
    if (is_compiler_message(line)) return LineFate::NotMine;
    line = peel_msbuild(line);
    fate = offer(state_, line, false);
    if (fate == LineFate::NotMine && state_.open) {
      // It may be the start of something that looked like a continuation.
      state_.open = nullptr;
      if (has_words(line)) fate = offer(state_, line, false);
    }
    return fate;
  }

  // "ld: " is too short for the search, and always stands at the front.
  bool has_words(std::string_view line) const {
    return words_.any_in(line) || trim(line.substr(0, 64)).starts_with("ld: ");
  }

  void count_rest(std::string_view line) {
    if (state_.compiles || !ignored_as(line).empty()) {
      ++log_.ignored;
      return;
    }
    ++log_.not_understood_count;
    if (log_.not_understood.size() < not_understood_kept)
      log_.not_understood.push_back(state_.line);
  }

  const WordSearch &words_;
  ReadLog log_;
  LoggedLink link_;
  LogState state_;
  Frames frames_;
};

}  // namespace

Complaint &LogState::begin(ComplaintKind kind, Severity severity, std::string_view code,
                           std::string_view text) {
  if (!link->first_line) link->first_line = line;
  link->last_line = line;
  if (severity == Severity::Error) link->failed = true;
  open = &link->complaints.emplace_back();
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
  const auto [known, is_new] = complaint_of.try_emplace(std::move(key), link->complaints.size());
  if (is_new) {
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
  if (open->references.size() < references_kept)
    open->references.push_back(std::move(reference));
  else
    ++open->more_references;
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
  if (link->linker == Linker::Lld && link->flavor == Flavor::Unknown)
    link->flavor = lld_flavor(*link);
  if (!link->complaints.empty() || link->failed) log->links.push_back(std::move(*link));
  *link = {};
  open = nullptr;
  place = {};
  complaint_of.clear();
}

void LogState::next_failed_link() {
  next_link();
  link->failed = true;
  link->first_line = link->last_line = line;
}

ReadLog read_log(std::string_view text) {
  Reader reader(dialect_words());
  while (!text.empty()) {
    const void *end = std::memchr(text.data(), '\n', text.size());
    size_t length =
        end ? static_cast<size_t>(static_cast<const char *>(end) - text.data()) : text.size();
    reader.read(text.substr(0, length));
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return reader.finish();
}

}  // namespace ldwhy
