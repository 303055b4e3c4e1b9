// The head of an advisory file: TOML between "```toml" on the first line and "```". Read
// strictly, since a misspelt key would be a condition that is silently not there: the first
// thing amiss is kept, with its line.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"
#include "project/toml.h"

namespace ldwhy {

struct SplitAdvisory {
  std::string_view head;  // from the file's second line
  std::string_view body;  // the page, Markdown
};
Result<SplitAdvisory> split_advisory(std::string_view text, const std::string &file);

class HeadReader {
 public:
  // `head` must outlive the reader.
  HeadReader(std::string_view head, std::string file);
  const std::optional<Problem> &problem() const { return problem_; }
  // Null where the TOML itself is wrong.
  const TomlNode *root() const { return document_ ? &document_->root() : nullptr; }

  // The line of the file, from 1: of a value's start, or of a byte of a string.
  static uint32_t line_of(const TomlNode &node) { return node.line + 1; }
  uint32_t line_of(const TomlNode &node, size_t offset) const;
  void fail(uint32_t line, const std::string &text);
  void fail(const TomlNode &node, const std::string &text) { fail(line_of(node), text); }

  // No keys but these.
  void only(const TomlNode &table, std::initializer_list<std::string_view> keys);
  // A string that is not empty; where it is not there, `required` decides.
  std::string text(const TomlNode &table, std::string_view key, bool required);
  std::vector<std::string> texts(const TomlNode &table, std::string_view key);
  std::optional<bool> truth(const TomlNode &table, std::string_view key);
  // The tables of [[key]], and the one of [key].
  std::vector<const TomlNode *> tables(const TomlNode &table, std::string_view key);
  const TomlNode *table(const TomlNode &table, std::string_view key);

 private:
  std::string_view head_;
  std::string file_;
  std::optional<Toml> document_;
  std::optional<Problem> problem_;
};

}  // namespace ldwhy
