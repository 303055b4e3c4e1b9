// What was typed: parsed here, acted on in commands.cc.
#pragma once

#include <string>
#include <vector>

namespace ldwhy {

struct Options {
  std::string command;               // "run", "link", …
  std::vector<std::string> words;    // its own arguments: a log, a symbol and files, an id
  std::vector<std::string> trailing; // after "--": the build, or the link
  std::string format = "text";
  std::string output;                // -o; empty: standard output
  std::string color = "auto";
  std::string flavor;                // link: --flavor
  bool quiet = false;
  bool verbose = false;
  bool try_remedies = false;         // link, explain: --try
  bool no_try = false;               // run: --no-try
  bool all = false;                  // check: findings that do not hold too; fix: try all
  std::string advisories;            // check, fix, advisory: a folder of further ones
  std::string target, profile, rustc, clang, linker, lto;  // check, fix: what-if
  bool no_outputs = false;           // check: --no-outputs
  int apply = 0;                     // fix: --apply N
  bool dry_run = false, undo = false, no_build = false;   // fix
};

struct ParsedOptions {
  Options options;
  bool stop = false;                 // help or version was printed, or the call is wrong
  int status = 0;                    // exit status where `stop`
};
ParsedOptions parse_options(int argc, char **argv);

// The whole program but for standing in for linkers. Returns the exit status.
int run_cli(int argc, char **argv);

}  // namespace ldwhy
