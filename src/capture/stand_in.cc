// The program under a linker's name. A link that passes costs one extra process and
// touches no file; everything dear happens after a failure.
//
// gcc's linker is caught twice over: gcc calls our collect2, which runs the real one
// with our real-ld before it, so that the capsule has the exact program and arguments
// of the linker itself. Once a collect2 is seen to do so, its stand-in only starts it.
// Until then, and where the linker is not found or another is built in, collect2 is
// watched too, and its own failure makes a capsule where no inner one came.
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "capture/capsule.h"
#include "capture/capture.h"
#include "capture/environment.h"
#include "capture/platform.h"
#include "capture/rustc.h"
#include "capture/search.h"
#include "capture/shims.h"
#include "capture/supervise.h"
#include "command/command.h"
#include "log/log.h"

namespace ldwhy {
namespace {

constexpr int most_ancestors = 8;

// Variables that decide what a link does, or that tell what was being built.
constexpr std::array kept_names{
    std::string_view("LIBRARY_PATH"),
    std::string_view("COMPILER_PATH"),
    std::string_view("LD_LIBRARY_PATH"),
    std::string_view("LD_RUN_PATH"),
    std::string_view("LIB"),
    std::string_view("SDKROOT"),
    std::string_view("LANG"),
    std::string_view("GNUTARGET"),
    std::string_view("LDEMULATION"),
    std::string_view("GCC_EXEC_PREFIX"),
    std::string_view("CARGO_PKG_NAME"),
    std::string_view("CARGO_PKG_VERSION"),
    std::string_view("CARGO_MANIFEST_DIR"),
    std::string_view("CARGO_CRATE_NAME"),
    std::string_view("CARGO_BIN_NAME"),
};

bool is_kept(std::string_view variable) {
  std::string_view name = variable.substr(0, variable.find('='));
  return std::ranges::find(kept_names, name) != kept_names.end() || name.starts_with("LC_") ||
         name.starts_with("COLLECT_") || name.ends_with("_DEPLOYMENT_TARGET");
}

// A driver's call that makes no object only, and asks nothing only.
bool may_link(char **argv) {
  std::vector<std::string> words;
  for (char **word = argv; *word; ++word) words.emplace_back(*word);
  words.front() = file_name(words.front());
  // zig's other commands are no compiler's.
  if (words.front() == "zig" && (words.size() < 2 || (words[1] != "cc" && words[1] != "c++"))) return false;
  return std::ranges::none_of(words, [](const std::string &word) {
    return word == "-c" || word == "-E" || word == "-S" || word == "-###" || word == "--version" ||
           word.starts_with("-print-") || word.starts_with("-dump");
  });
}

// What a driver says where its link failed, and not the compiler before it.
bool tells_of_link(const std::string &messages) {
  return std::ranges::any_of(read_log(messages).links, [](const LoggedLink &link) { return !link.complaints.empty(); });
}

class StandIn {
 public:
  StandIn(Calling calling, char **argv) : calling_(std::move(calling)), argv_(argv) {
    session_ = environment_.get(session_variable);
    outer_ = environment_.get(outer_variable);
    known_linker_ = environment_.get(linker_variable);
    std::string proof(environment_.get(proof_variable));
    environment_.remove_ours();
    // A server that a build started may outlive the run that started the build.
    if (!session_.empty() && ::access(session_.c_str(), W_OK) != 0) session_.clear();
    if (!proof.empty() && !session_.empty()) write_file_atomically(proof, "");
  }

  int run() {
    Search search(calling_, environment_, session_);
    std::optional<std::string> found =
        known_linker_.empty() ? search.program() : std::optional(std::move(known_linker_));
    if (!found) return not_found();
    program_ = std::move(*found);
    if (in_shims(argv_[0])) argv_[0] = program_.data();
    // `mold -run` is no link but a whole build.
    bool whole_build = calling_.name.starts_with("mold") && argv_[1] &&
                       (!std::strcmp(argv_[1], "-run") || !std::strcmp(argv_[1], "--run"));
    bool driver = is_linking_driver(calling_.name);
    if (session_.empty() || whole_build || (driver && !may_link(argv_))) return replace();

    id_ = new_capsule_id();
    if (!outer_.empty()) id_ = fmt::format("{}-{}", outer_, ::getpid());
    if (calling_.name == "collect2" && catch_inner(search)) return replace();
    bool keep_output = driver || calling_.name.starts_with("lld-link");
    Result<Supervised> result = supervise(program_, argv_, environment_.block(), keep_output);
    if (!result) return replace();
    bool of_link = !inner_capsule_exists() && (!driver || tells_of_link(result->messages));
    if (result->wait_status != 0 && !result->interrupted && of_link) save(*result);
    end_like(result->wait_status);
  }

 private:
  // Becomes the real program; returns only where that can't be done.
  int replace() {
    ::execve(program_.c_str(), argv_, environment_.block());
    int error = errno;
    fmt::print(stderr, "{}: {}\n", program_, std::strerror(error));
    return error == ENOENT ? 127 : 126;
  }

  // clang would have found nothing either and said so in its own words.
  int not_found() {
    if (calling_.by == CalledBy::Clang) {
      if (std::optional<RunningProgram> driver = running_program(::getppid())) {
        std::vector<char *> words;
        for (std::string &word : driver->argv) words.push_back(word.data());
        words.push_back(nullptr);
        ::execve(driver->file.c_str(), words.data(), environment_.block());
      }
    }
    fmt::print(stderr, "{}: command not found\n", calling_.name);
    return 127;
  }

  // True where the linker's own stand-in will see all that is to be seen.
  bool catch_inner(const Search &search) {
    // Its caller wants to see which linker it runs: it gets to see the real one.
    for (char **word = argv_ + 1; *word; ++word)
      if (!std::strcmp(*word, "-v")) return false;
    bool special = false;
    std::optional<std::string> linker = search.linker_of_collect2(program_, argv_, special);
    if (!linker) return false;
    linker_ = *linker;
    if (special || calling_.folder.empty()) return false;
    std::string path = collect2_shims(calling_.folder);
    if (std::string_view rest = environment_.get("COMPILER_PATH"); !rest.empty()) (path += ':') += rest;
    environment_.set("COMPILER_PATH", path);
    environment_.set(session_variable, session_);
    environment_.set(outer_variable, id_);
    environment_.set(linker_variable, linker_);
    std::string proof =
        fmt::format("{}/answers/{:016x}-runs-ours", session_, XXH3_64bits(program_.data(), program_.size()));
    if (::access(proof.c_str(), F_OK) == 0) return true;
    environment_.set(proof_variable, proof);
    return false;
  }

  bool inner_capsule_exists() const {
    if (calling_.name != "collect2") return false;
    std::string start = id_ + '-';
    return std::ranges::any_of(DiskFiles().list(session_ + "/capsules"),
                               [&](const std::string &name) { return name.starts_with(start); });
  }

  void save(Supervised &result) {
    environment_.remove_ours();
    Capsule capsule;
    capsule.id = id_;
    if (char *directory = ::getcwd(nullptr, 0)) {
      capsule.directory = directory;
      ::free(directory);
    }
    capsule.program = linker_.empty() ? program_ : linker_;
    capsule.argv.push_back(linker_.empty() ? argv_[0] : linker_);
    for (char **word = argv_ + 1; *word; ++word) capsule.argv.emplace_back(*word);
    if (!is_linking_driver(calling_.name)) capsule.driver = calling_driver();
    std::ranges::copy_if(environment_.variables(), std::back_inserter(capsule.environment), is_kept);
    capsule.status = shell_status(result.wait_status);
    capsule.messages = std::move(result.messages);
    capsule.seconds = result.seconds;
    // A link that can't be kept fails all the same, and in its own words.
    write_capsule(capsule, session_ + "/capsules");
  }

  static std::vector<std::string> calling_driver() {
    pid_t ancestor = ::getppid();
    for (int i = 0; i < most_ancestors && ancestor > 1; ++i) {
      std::optional<RunningProgram> program = running_program(ancestor);
      if (!program || program->argv.empty()) break;
      if (classify_program(program->argv[0]).driver) return program->argv;
      ancestor = program->parent;
    }
    return {};
  }

  Calling calling_;
  char **argv_;
  ProcessEnvironment environment_;   // becomes the real program's
  std::string session_;       // empty: nobody wants capsules
  std::string outer_;         // the collect2 stand-in's capsule id
  std::string known_linker_;  // what that stand-in found
  std::string program_;       // what we stand in for
  std::string linker_;        // collect2: the linker that it runs
  std::string id_;
};

}  // namespace

bool is_stand_in(const char *argv0) { return calling_of(started_as(argv0)).has_value(); }

int stand_in(int argc, char **argv) {
  if (argc < 1) return 127;
  std::optional<Calling> calling = calling_of(started_as(argv[0]));
  if (!calling) return 127;
  if (calling->by == CalledBy::Cargo) return run_rustc(*calling, argv);
  return StandIn(std::move(*calling), argv).run();
}

}  // namespace ldwhy
