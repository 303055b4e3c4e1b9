// The rule of a makefile that links a program, by its text alone.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.h"

namespace ldwhy {

struct MakefileLine {
  size_t begin, end;      // continued lines included, without the last line end
  std::string_view text;
};

class MakefileRule {
 public:
  // `text` must outlive it; `program` as the rule names it.
  MakefileRule(std::string_view text, std::string_view program);

  const MakefileLine *rule() const { return rule_; }   // "app: main.o"; null: there is none
  const MakefileLine *link() const { return link_; }   // the recipe's line that links; null: none is plainly it
  bool has_recipe() const { return has_recipe_; }
  bool unclear() const { return unclear_; }            // more than one line could be the link
  const MakefileLine *last_assignment(std::string_view name) const;
  // How often the makefile uses a variable.
  size_t uses_of(std::string_view name) const;

 private:
  void find_rule(std::string_view program);
  void find_link();

  std::string_view text_;
  std::vector<MakefileLine> lines_;
  const MakefileLine *rule_ = nullptr, *link_ = nullptr;
  bool has_recipe_ = false, unclear_ = false;
};

struct OpenMakefile {
  std::string path;
  FileRef file;
  std::string_view text;
  std::string program;   // as its rule names it
};
std::expected<OpenMakefile, std::string> open_makefile(const std::string &directory, const std::string &output,
                                                       const Files &files);

// Where a whole word stands in a line, from `from` on.
std::optional<size_t> find_word(std::string_view line, std::string_view word, size_t from = 0);
// "$(NAME)" and "${NAME}" in a line, in order: names, and where each reference begins and ends.
struct MakeReference {
  std::string_view name;
  size_t begin = 0, end = 0;
};
std::vector<MakeReference> references_in(std::string_view line);
// The value's begin in "NAME = value".
size_t value_begin(std::string_view assignment);

}  // namespace ldwhy
