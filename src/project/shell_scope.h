// The variables of a shell while a script is read: assignments that can be taken back where a
// branch perhaps does not run.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "project/shell.h"
#include "project/shell_words.h"

namespace ldwhy {

class ShellScope {
 public:
  explicit ShellScope(Shell &shell) : shell_(shell) {}
  bool tracking = false;    // changes are noted down, for undo
  bool export_all = false;  // set -a

  void assign(const std::string &name, std::vector<std::string> words, const Place &place, bool exported, bool known);
  // The value that an assignment gives; whether it is known is seen in it.
  std::vector<std::string> assigned(const ShellAssignment &assignment) const;
  // export X=y Y, declare and the like: `raw`, the command's words, since an assignment's value is
  // not split.
  void declare(bool exported, const std::vector<std::string_view> &raw, const Place &place);

  size_t changes() const { return changes_.size(); }
  // Takes the changes since `mark` back; the names.
  std::set<std::string> undo(size_t mark);
  // These are not known from here on.
  void forget(const std::set<std::string> &names);

  void change_directory(const std::vector<std::string> &argv);  // cd, pushd
  void leave_directory();                                       // popd
  // Takes programs that only run another off the front (`env X=y`, `sudo -E`, `time`).
  static void take_wrappers(std::vector<std::string> &argv, std::vector<Variable> &prefix, const Place &place);

 private:
  // What a variable was before a branch that may not run.
  struct Change {
    std::string name;
    bool was_there = false;
    ShellVariable old;
  };
  void remember(const std::string &name);

  Shell &shell_;
  std::vector<Change> changes_;
  std::vector<std::string> folders_;
};

}  // namespace ldwhy
