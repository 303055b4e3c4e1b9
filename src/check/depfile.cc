#include "check/depfile.h"

namespace ldwhy {
namespace {

// Reads words of one rule: blanks separate, "\ " and "\#" stand for themselves, "$$" for "$",
// a backslash before a line end for a blank.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}
  bool at_end() const { return at_ == text_.size(); }

  // False at the end of a line; a colon that ends a word is left to the caller in `colon`.
  bool next(std::string &word, bool &colon) {
    word.clear();
    colon = false;
    skip_blanks();
    while (at_ < text_.size()) {
      char c = text_[at_];
      char after = at_ + 1 < text_.size() ? text_[at_ + 1] : '\n';
      if (c == '\\' && (after == '\n' || after == '\r')) break;
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') break;
      if (c == ':' && (after == ' ' || after == '\t' || after == '\n' || after == '\r')) {
        ++at_;
        colon = true;
        return true;
      }
      bool escape = (c == '\\' && (after == ' ' || after == '#')) || (c == '$' && after == '$');
      word += escape ? after : c;
      at_ += escape ? 2 : 1;
    }
    return !word.empty();
  }
  void next_line() {
    size_t end = text_.find('\n', at_);
    at_ = end == text_.npos ? text_.size() : end + 1;
  }
  bool at_comment() const { return at_ < text_.size() && text_[at_] == '#'; }

 private:
  void skip_blanks() {
    for (; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      bool joined = c == '\\' && at_ + 1 < text_.size() && (text_[at_ + 1] == '\n' || text_[at_ + 1] == '\r');
      if (joined) at_ += text_[at_ + 1] == '\r' && at_ + 2 < text_.size() ? 2 : 1;
      else if (c != ' ' && c != '\t' && c != '\r') return;
    }
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

std::vector<DepRule> read_depfile(std::string_view text) {
  std::vector<DepRule> rules;
  Words words(text);
  std::string word;
  bool colon;
  while (!words.at_end()) {
    if (words.at_comment()) {
      words.next_line();
      continue;
    }
    DepRule rule;
    bool in_targets = true;
    while (words.next(word, colon)) {
      if (!word.empty()) (in_targets ? rule.targets : rule.needs).push_back(word);
      if (colon) in_targets = false;
    }
    words.next_line();
    if (!rule.targets.empty() && !rule.needs.empty()) rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace ldwhy
