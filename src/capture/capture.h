// Running a build and catching its failing link.
//
// The failing link is caught by standing where its linker should be: a folder of
// links to this very program, named after linkers, is put where compiler drivers
// look first (shims.h). Called by such a name the program is a stand-in: it runs
// the real linker, hands every byte and the exit status through, and only where
// the link fails keeps what is needed to explain it: the arguments, the messages
// and the input files, which rustc and gcc delete a moment later. One failed link
// is a capsule: a folder with `capsule.json`, `messages` and the saved files.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/problem.h"

namespace ldwhy {

// Whether the program was started under a linker's name; main asks before anything else.
bool is_stand_in(const char *argv0);
// Runs what the name stands for and ends as it ends.
int stand_in(int argc, char **argv);

struct Capsule {
  std::string id;                        // unique in its session, grows with time
  std::string folder;                    // where this capsule stands
  std::string directory;                 // where the linker ran; absolute
  std::vector<std::string> argv;         // the linker's own, as it was called
  std::string program;                   // the real linker
  std::vector<std::string> driver;       // the compiler's command that called it; empty: not known
  std::vector<std::string> environment;  // "NAME=value": the variables that links depend on
  std::string output;                    // the path it was to write; absolute; empty: not known
  int status = 0;                        // exit status; 128 + signal where a signal ended it
  std::string messages;                  // what it wrote, as it came
  std::map<std::string, std::string> saved;  // original absolute path -> saved copy
  double seconds = 0;                        // how long it ran
  bool probe = false;  // a configure-time test link, whose failure is an answer
};
Result<Capsule> read_capsule(const std::string &folder);

struct RunOptions {
  std::vector<std::string> build;  // the command, as a shell would get it
};
struct RunOutcome {
  int exit_status = 0;             // the build's own; 128 + signal; 126, 127 as a shell's
  std::vector<Capsule> capsules;   // failed links, oldest first; none where the build passed
  std::vector<Capsule> probes;     // failed configure-time tests of a build that failed
  std::string messages;            // of a build that is one driver's call, where no link was caught
  std::optional<Problem> problem;  // why nothing could be caught (the build ran all the same)
};
// Runs the build with our own standard streams, in our process group, and waits.
RunOutcome run_build(const RunOptions &options);

// The newest failing build that was run in a folder, else below it.
struct FailedBuild {
  std::string directory;             // where it was run; empty: there is none
  std::vector<std::string> command;  // empty: not known
  std::vector<Capsule> capsules;     // its failed links
};
FailedBuild newest_failed_build(const std::string &folder);

// The disk as it was when the link failed: saved files are opened from their copies.
class CapsuleFiles final : public Files {
 public:
  explicit CapsuleFiles(const Capsule &capsule);
  Result<FileRef> open(const std::string &path) const override;
  bool is_file(const std::string &path) const override;
  bool is_directory(const std::string &path) const override;
  std::optional<std::pair<uint64_t, uint64_t>> identity(const std::string &path) const override;
  std::vector<std::string> list(const std::string &folder) const override;
  std::optional<int64_t> modified(const std::string &path) const override;
  std::string write_obstacle(const std::string &path) const override { return disk_.write_obstacle(absolute(path)); }
  std::optional<uint64_t> free_bytes(const std::string &folder) const override {
    return disk_.free_bytes(absolute(folder));
  }

 private:
  std::string absolute(const std::string &path) const;
  std::string directory_;
  std::map<std::string, std::string> saved_;
  DiskFiles disk_;
};

}  // namespace ldwhy
