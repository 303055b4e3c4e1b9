// The least program that can be its own stand-in, for tests of capture/ alone:
//   fake_main run -- BUILD…      runs the build; one line a capsule to $CAPTURE_LIST
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "capture/capture.h"

int main(int argc, char **argv) {
  if (ldwhy::is_stand_in(argv[0])) return ldwhy::stand_in(argc, argv);
  if (argc < 4 || std::string_view(argv[1]) != "run") return 2;
  ldwhy::RunOutcome outcome = ldwhy::run_build({.build = {argv + 3, argv + argc}});
  const char *path = std::getenv("CAPTURE_LIST");
  std::FILE *list = path ? std::fopen(path, "w") : nullptr;
  if (!list) return outcome.exit_status;
  for (const ldwhy::Capsule &capsule : outcome.capsules)
    std::fprintf(list, "capsule %s %s %d %zu %s\n", capsule.folder.c_str(), capsule.program.c_str(), capsule.status,
                 capsule.saved.size(), capsule.output.c_str());
  for (const ldwhy::Capsule &probe : outcome.probes) std::fprintf(list, "probe %s\n", probe.folder.c_str());
  if (outcome.problem) std::fprintf(list, "problem %s\n", to_string(*outcome.problem).c_str());
  std::fclose(list);
  return outcome.exit_status;
}
