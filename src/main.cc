// One program under many names: called as a linker it stands in for it
// (capture/capture.h), called as ldwhy it is the command line.
#include "capture/capture.h"
#include "cli/options.h"

int main(int argc, char **argv) {
  if (ldwhy::is_stand_in(argv[0])) return ldwhy::stand_in(argc, argv);
  return ldwhy::run_cli(argc, argv);
}
