// One job of a CI file, or one script, on its way to a BuildSite.
//
// Its steps are read in order with the variables that hold there. Where the variables that a
// build reads differ between calls, the calls become sites of their own ("FILE: JOB / STEP"),
// since a BuildSite has one environment for all of its calls.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "project/project.h"
#include "project/shell.h"

namespace ldwhy {

enum class ShellDialect : uint8_t { Posix, PowerShell, Cmd };

struct SiteStep {
  std::string name;                   // for people; may be empty
  std::vector<Variable> environment;  // the step's own
  std::string script;
  Place place;  // of the script's first line
  // What the same shell reads after the script, from elsewhere.
  std::vector<std::pair<std::string, Place>> more;
  std::string directory;  // from the root
  ShellDialect dialect = ShellDialect::Posix;
};

class SiteBuilder {
 public:
  // `site` says where; its environment, host and tools may be filled by then or later.
  SiteBuilder(const ProjectContext &context, Project &project, BuildSite site);
  BuildSite site;

  // A variable of all steps from here on ($GITHUB_ENV, an action's doing).
  void set_later(Variable variable);
  // The value that a variable has for a step; nullptr where none is set.
  const Variable *variable(std::string_view name) const;
  // A toolchain that this step makes the one in use, or only installs.
  void use_tool(const std::string &tool, Fact fact);
  void install_tool(const std::string &tool, Fact fact);
  void add_target(const std::string &triple, const Place &place);

  void run(const SiteStep &step);
  // A call that an action makes.
  void call(const SiteStep &step, ToolCall call);
  // The job is a site even if no call is found in it.
  void expect_builds() { relevant_ = true; }
  // Calls of something else than make, which only calls further.
  bool calls_tools() const;
  // Whether anything was seen that a build needs. Else there is no site to append.
  bool builds() const;
  void finish();

 private:
  struct Group {
    std::vector<Variable> overlay;                // beyond site.environment
    std::map<std::string, std::string> relevant;  // what of it a build reads
    std::string step;
    uint32_t line = 0;
    std::vector<ToolCall> calls;
  };
  void note(Shell &shell, const ShellCommand &command, const SiteStep &step);
  void note_call(const ShellCommand &command, const SiteStep &step);
  void note_rustup(const ShellCommand &command);
  void note_output(const ShellCommand &command);
  void set_lines(std::string_view text, const Place &place);
  bool follow(Shell &shell, const ShellCommand &command, const SiteStep &step);
  void follow_script(Shell &shell, const std::string &path, const std::vector<std::string> &arguments,
                     const SiteStep &step);
  void follow_recipes(Shell &shell, const ShellCommand &command, const SiteStep &step);
  void file_call(ToolCall call, std::vector<Variable> overlay, const SiteStep &step);

  const ProjectContext &context_;
  Project &project_;
  std::vector<Variable> later_;
  std::vector<Group> groups_;
  std::string printed_;  // what the last echo wrote, for `echo … | tee`
  size_t steps_ = 60'000;
  bool relevant_ = false;
};

}  // namespace ldwhy
