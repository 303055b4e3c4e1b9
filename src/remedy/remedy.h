// Remedies: what to change, what it costs, and a way to try it. One file a family
// of changes; list.cc holds the table, cheapest first. A trial changes nothing but
// a scratch folder: the link is run again there, its output redirected, with other
// words on its command line or copies of inputs in the place of the originals.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "cause/cause.h"
#include "name/providers.h"

namespace ldwhy {

// What a remedy may look at.
struct RemedyContext {
  const Facts &facts;
  const Files &files;
};

// A changed link, ready to run. Made in, and valid as long as, a scratch folder.
struct Trial {
  std::vector<std::string> argv;   // the linker's, its program first
};

// Makes changed copies of inputs for a trial. Programs that it runs are the linker's own
// companions (llvm-dis, opt, clang, objcopy), never anything of the project.
class TrialBench {
 public:
  TrialBench(const Link &link, std::string folder) : link_(link), folder_(std::move(folder)) {}
  const Link &link() const { return link_; }
  const std::string &folder() const { return folder_; }

  // The linker's words, its program first, as they were; changes start from these.
  std::vector<std::string> words() const { return link_.command.linker_argv; }
  // The path of a companion tool of the linker's own release, else one on PATH; empty: none.
  std::string tool(const std::string &name) const;
  // The newest release's on PATH, for formats that tools have learnt late.
  std::string newest_tool(const std::string &name) const;
  // Runs a tool in the scratch folder; false where it fails.
  bool run(const std::vector<std::string> &argv) const;
  // A fresh path in the scratch folder that keeps the file's name.
  std::string fresh(const std::string &name);
  // The object's bytes as a file of their own; empty where they cannot be written.
  std::string extract(ObjectId id);
  // Words with the object replaced by `path`: the file itself, or its archive in a copy.
  bool replace(std::vector<std::string> &words, ObjectId id, const std::string &path);

 private:
  const Link &link_;
  std::string folder_;
  int count_ = 0;
  std::vector<std::pair<uint32_t, std::string>> archives_;  // inputs already copied
};

struct RemedyKind {
  const char *id;
  const char *cost;    // what the user gives up
  // Words, commands and edits. `verified` is left to the trial.
  void (*describe)(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy);
  // Null: cannot be tried by linking again. Nothing: not in this link.
  std::optional<Trial> (*prepare)(const RemedySeed &seed, const RemedyContext &context, TrialBench &bench);
  // The trial is not the change itself, but one with the same effect that not every linker
  // can make: that it fails says nothing.
  bool stand_in = false;
};
std::span<const RemedyKind *const> remedy_kinds();
// instructions.cc: those that are told in words only, and are never tried.
std::span<const RemedyKind *const> instructions();
const RemedyKind *find_remedy(std::string_view id);

// In the linker's words, past the last that the user, not the driver, put there.
size_t end_of_user_inputs(const Command &command);
// How a driver or the linker itself is told of a library: "-lz" where it is on the search path.
std::string library_word(const std::string &path, const Command &command);

// How CMake and make name a library that is in the provider index, as edits.
void add_build_lines(const Provider &provider, Remedy &remedy);

// Input files that stand in for vanished ones: absolute original path to the copy's.
using SavedFiles = std::map<std::string, std::string>;

// Told before each trial: which one, of how many, and its title.
using TrialProgress = std::function<void(size_t number, size_t count, const std::string &title)>;

struct TrialOptions {
  bool enabled = false;
  SavedFiles saved;
  double seconds_each = 120;
  double seconds_all = 300;
  TrialProgress progress;
};

// Works out the remedies of each diagnosis and, where asked to, tries them. `symbols` are
// those that must be gone for a trial to pass. Certainty stays as it is: a change that makes the
// link pass is not always the one that was meant.
void find_remedies(Judgement &judgement, std::vector<Diagnosis> &diagnoses, const RemedyContext &context,
                   const TrialOptions &options);

// Runs a link in `folder` with its outputs redirected there; what the linker said.
struct LinkRun {
  bool started = false;
  int status = -1;
  std::string messages;   // standard error and output
  bool timed_out = false;
};
LinkRun run_link(const Command &command, std::vector<std::string> words, const SavedFiles &saved,
                 const std::string &folder, double seconds);

}  // namespace ldwhy
