// Words in text of any kind: shell scripts, makefiles, Dockerfiles, CMake files, the strings of
// TOML, YAML and JSON. A word stands between blanks, quotes, brackets, the line's ends, or behind
// "=". What goes with a word that is taken out: a blank beside it, or, where it is all of an
// array's element, the quotes, the comma, and the line when nothing else is on it.
#include <fmt/format.h>

#include <optional>
#include <vector>

#include "base/text.h"
#include "edit/edit.h"
#include "edit/text_lines.h"

namespace ldwhy {
namespace {

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (size_t at = 0; (at = text.find_first_not_of(" \t", at)) != text.npos;) {
    size_t end = std::min(text.find_first_of(" \t", at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

// One appearance. The words of "-C lto=thin" may also be elements of an array, each in quotes.
struct Appearance {
  std::vector<std::pair<size_t, size_t>> words;
  char between_quotes = 0;  // the quote that each of several words stands in
  size_t begin() const { return words.front().first; }
  size_t end() const { return words.back().second; }
};

class Finder {
 public:
  Finder(std::string_view text, size_t begin, size_t end) : text_(text), begin_(begin), end_(end) {}

  std::vector<Appearance> find(const std::vector<std::string_view> &words) const {
    std::vector<Appearance> found;
    for (size_t at = begin_; (at = text_.find(words[0], at)) < end_; ++at) {
      if (!opens_word(at)) continue;
      if (std::optional<Appearance> one = match(at, words)) found.push_back(std::move(*one));
    }
    return found;
  }

 private:
  char at(size_t index) const { return index < text_.size() ? text_[index] : '\0'; }

  bool opens_word(size_t at) const {
    if (at == begin_) return true;
    char before = text_[at - 1];
    if (std::string_view(" \t\"'`=([{;|&<>").find(before) != std::string_view::npos) return true;
    if (before == ',') return in_plain_list(at);
    // The shell's "${NAME:-word}".
    return at >= begin_ + 2 && text_[at - 2] == ':' && (before == '-' || before == '+');
  }
  // "[a,b]" without blanks, as YAML has it; not "-Wl,a".
  bool in_plain_list(size_t at) const {
    size_t start = text_.find_last_of(" \t\n[\"'", at - 1);
    return start != text_.npos && text_[start] == '[';
  }
  bool closes_word(size_t end) const {
    if (ends_line(text_, end)) return true;
    char next = text_[end];
    if (std::string_view(" \t\"'`)]};|&<>").find(next) != std::string_view::npos) return true;
    if (next == ',') {
      char behind = at(end + 1);
      return ends_line(text_, end + 1) || std::string_view(" \t\"'`]}").find(behind) != std::string_view::npos ||
             in_plain_list(end);
    }
    char escaped = at(end + 1);
    return next == '\\' && (ends_line(text_, end + 1) || escaped == '"' || escaped == '\'' || escaped == 'n');
  }

  std::optional<Appearance> match(size_t begin, const std::vector<std::string_view> &words) const {
    Appearance appearance;
    size_t here = begin;
    for (size_t i = 0; i < words.size(); ++i) {
      if (i > 0) {
        std::optional<size_t> next = next_word(begin, here, appearance);
        if (!next) return std::nullopt;
        here = *next;
      }
      if (!text_.substr(here).starts_with(words[i])) return std::nullopt;
      appearance.words.emplace_back(here, here + words[i].size());
      here += words[i].size();
    }
    if (!closes_word(here)) return std::nullopt;
    if (appearance.between_quotes && at(here) != appearance.between_quotes) return std::nullopt;
    return appearance;
  }

  // From a word's end to the next word: over blanks, or over `", "`.
  std::optional<size_t> next_word(size_t begin, size_t end, Appearance &appearance) const {
    if (appearance.between_quotes == 0 && is_blank(at(end))) {
      while (is_blank(at(end))) ++end;
      return end;
    }
    char quote = at(end);
    if ((quote != '"' && quote != '\'') || begin == 0 || text_[begin - 1] != quote) return std::nullopt;
    if (appearance.words.size() > 1 && !appearance.between_quotes) return std::nullopt;
    size_t comma = text_.find_first_not_of(" \t\r\n", end + 1);
    if (comma == text_.npos || text_[comma] != ',') return std::nullopt;
    size_t next = text_.find_first_not_of(" \t\r\n", comma + 1);
    if (next == text_.npos || text_[next] != quote) return std::nullopt;
    appearance.between_quotes = quote;
    return next + 1;
  }

  std::string_view text_;
  size_t begin_, end_;
};

class Remover {
 public:
  Remover(std::string_view text, size_t begin, size_t end) : text_(text), begin_(begin), end_(end) {
    quoted_ = begin_ > 0 && end_ < text_.size() && (text_[begin_ - 1] == '"' || text_[begin_ - 1] == '\'') &&
              text_[end_] == text_[begin_ - 1];
    element_begin_ = begin_ - (quoted_ ? 1 : 0);
    element_end_ = end_ + (quoted_ ? 1 : 0);
  }

  std::string run() const {
    if (std::optional<std::string> without = without_line()) return *without;
    if (std::optional<std::string> without = without_element()) return *without;
    return without_word();
  }

 private:
  char at(size_t index) const { return index < text_.size() ? text_[index] : '\0'; }
  // The nearest byte that is no space, before or behind the element; npos: there is none.
  size_t before() const {
    return element_begin_ == 0 ? text_.npos : text_.find_last_not_of(" \t\r\n", element_begin_ - 1);
  }
  size_t behind() const { return text_.find_first_not_of(" \t\r\n", element_end_); }

  // An element alone on its line(s): `"-flto",  # why`, `- -flto`.
  std::optional<std::string> without_line() const {
    size_t begin = line_begin(text_, element_begin_), end = past_line(text_, element_end_);
    std::string_view head = text_.substr(begin, element_begin_ - begin);
    std::string_view tail = text_.substr(element_end_, end - element_end_);
    std::string_view indent = head.substr(0, std::min(head.find_first_not_of(" \t"), head.size()));
    std::string_view dash = head.substr(indent.size());
    size_t rest = std::min(tail.find_first_not_of(" \t\r\n"), tail.size());
    bool comma = rest < tail.size() && tail[rest] == ',';
    if (comma) rest = std::min(tail.find_first_not_of(" \t\r\n", rest + 1), tail.size());
    if (rest < tail.size() && tail[rest] != '#') return std::nullopt;
    if (dash.starts_with("- ") && words_of(dash).size() == 1 && !comma) return remove_lines(text_, begin, end);
    if (!dash.empty() || (!quoted_ && !comma)) return std::nullopt;
    std::string result = remove_lines(text_, begin, end);
    // JSON allows no comma before the bracket that closes.
    size_t last = before(), next = behind();
    if (!comma && last != text_.npos && text_[last] == ',' && next != text_.npos && text_[next] == ']')
      result.erase(last, 1);
    return result;
  }

  std::optional<std::string> without_element() const {
    size_t last = before(), next = behind();
    if (last == text_.npos || next == text_.npos) return std::nullopt;
    bool first = text_[last] == '[', only = text_[next] == ']';
    if ((!first && text_[last] != ',') || (!only && text_[next] != ',')) return std::nullopt;
    if (!only) {
      size_t end = next + 1;
      while (is_blank(at(end))) ++end;
      size_t begin = element_begin_;
      if (ends_line(text_, end))
        while (begin > last + 1 && is_blank(text_[begin - 1])) --begin;
      return splice(text_, begin, end, "");
    }
    return splice(text_, first ? element_begin_ : last, element_end_, "");
  }

  std::string without_word() const {
    bool blank_before = begin_ > 0 && is_blank(text_[begin_ - 1]);
    size_t end = end_, begin = begin_;
    while (is_blank(at(end))) ++end;
    size_t line = line_begin(text_, begin);
    bool indent_only = text_.find_first_not_of(" \t", line) == begin_;
    // Behind "NAME=" the blank parts the shell's words.
    bool assigned = begin_ > 0 && text_[begin_ - 1] == '=';
    if (assigned) return splice(text_, begin_, end_, "");
    if (end > end_ && !ends_line(text_, end)) return splice(text_, begin_, end, "");
    if (blank_before && !indent_only)
      while (begin > line && is_blank(text_[begin - 1])) --begin;
    return splice(text_, begin, end_, "");
  }

  std::string_view text_;
  size_t begin_, end_;
  bool quoted_ = false;
  size_t element_begin_ = 0, element_end_ = 0;
};

std::string replaced(std::string_view text, const Appearance &old, std::string_view after) {
  if (!old.between_quotes) return splice(text, old.begin(), old.end(), after);
  std::vector<std::string_view> words = words_of(after);
  if (words.size() != old.words.size()) {
    std::string between = fmt::format("{0}, {0}", old.between_quotes);
    return splice(text, old.begin(), old.end(), fmt::format("{}", fmt::join(words, between)));
  }
  std::string result(text);
  for (size_t i = words.size(); i-- > 0;)
    result.replace(old.words[i].first, old.words[i].second - old.words[i].first, words[i]);
  return result;
}

}  // namespace

TextResult replace_word(std::string_view text, uint32_t line, std::string_view before, std::string_view after) {
  std::vector<std::string_view> words = words_of(before);
  if (words.empty()) return refuse("no word was given");
  if (after.find('\n') != after.npos) return refuse("a word has no line end");
  std::optional<std::pair<size_t, size_t>> range = line_range(text, line);
  if (!range) return refuse(fmt::format("there is no line {}", line));
  std::vector<Appearance> found = Finder(text, range->first, range->second).find(words);
  if (found.empty()) return refuse(fmt::format("line {} has no {}", line, printable(before)));
  if (found.size() > 1)
    return refuse(fmt::format("line {} has {} more than once; edit it by hand", line, printable(before)));
  if (!words_of(after).empty()) return replaced(text, found.front(), after);
  return Remover(text, found.front().begin(), found.front().end()).run();
}

}  // namespace ldwhy
