// Makefiles as GNU make would read them: variables with where each part of a value stands, and
// rules. No shell is run; what is not known stays as written.
//
// GNU make manual: 3 (makefiles, include), 6 (variables), 7 (conditionals), 8 (functions).
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "project/flags.h"
#include "project/shell_words.h"

namespace ldwhy {

struct MakeVariable {
  // In the order in which they win (manual, 6.10 and 6.14).
  enum class Origin : uint8_t { Default, Environment, File, EnvironmentFirst, CommandLine, Override };
  Origin origin = Origin::File;
  bool expanded = false;  // `:=`: the pieces are text, nothing in them is expanded any more
  bool exported = false;
  FlagText pieces;
  std::vector<SettingSource> losers;
};

struct MakeRule {
  std::vector<std::string> targets, needs;
  struct Line {
    std::string text;  // not expanded
    uint32_t line = 0;
  };
  std::vector<Line> recipe;
  std::string file;  // as shown
};

// VAR of one target: `debug: CFLAGS += -g`.
struct MakeTargetVariable {
  std::string target, name, operation;
  FlagPiece piece;
};

struct MakeInput {
  std::string path, shown;  // absolute, and for people
  std::vector<Variable> environment, command_line;
  bool environment_first = false;  // make -e
  std::string host;                // for $(shell uname)
};

class MakeFile {
 public:
  MakeFile(const MakeInput &input, const Files &files);

  std::map<std::string, MakeVariable> variables;
  std::vector<MakeRule> rules;
  std::vector<MakeTargetVariable> target_variables;
  std::vector<std::string> problems;  // one line each

  // A text with its references put in, each part with its place. `plain`: the source of what stands
  // in the text itself.
  FlagText expand(std::string_view text, const SettingSource &plain = {}) const;
  std::string expand_to_text(std::string_view text) const { return joined(expand(text)); }
  // The value of a variable; empty where it is not set.
  FlagText value(const std::string &name) const;

 private:
  struct Condition {
    Truth now = Truth::Yes;  // of this branch
    bool decided = false;    // an earlier branch was taken
    bool perhaps = false;    // an earlier branch may have been taken
    std::string text;
  };
  struct Budget;
  struct Line {
    std::string text;
    uint32_t line;
  };
  void read(const std::string &path, const std::string &shown, int nesting);
  void read_line(const Line &line, const std::string &shown, int nesting);
  bool directive(std::string_view text);
  void open_condition(std::string_view text);
  void else_condition(std::string_view text);
  Truth condition_truth(std::string_view text) const;
  Truth branch_truth() const;
  std::string branch_text() const;
  void include(std::string_view text, bool optional, const std::string &shown, int nesting);
  bool assignment(std::string_view text, const Place &place);
  bool rule(std::string_view text, const Place &place);
  void assign(const std::string &name, std::string_view operation, std::string_view value, const Place &place,
              bool override);
  void target_assign(const std::string &targets, std::string_view text, const Place &place);
  FlagPiece piece(const std::string &name, std::string_view value, const Place &place) const;
  void expand_into(std::string_view text, const SettingSource &plain, Budget &budget, FlagText &out) const;
  void expand_reference(std::string_view inner, const SettingSource &plain, Budget &budget, FlagText &out) const;
  bool expand_function(std::string_view inner, const SettingSource &plain, Budget &budget, FlagText &out) const;

  const Files &files_;
  std::string folder_, host_;
  std::vector<Condition> conditions_;
  std::set<std::string> read_;
  bool in_rule_ = false, in_define_ = false;
  size_t lines_left_ = 200'000;
  mutable size_t bytes_left_ = 64 << 20;  // that all expansions together may still make
};

}  // namespace ldwhy
