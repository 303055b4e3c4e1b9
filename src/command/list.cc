#include "command/command.h"

namespace ldwhy {

std::span<const CommandDialect *const> command_dialects() {
  static const CommandDialect *const dialects[] = {&gnu_ld_command, &ld64_command, &wasm_ld_command, &lld_link_command};
  return dialects;
}

}  // namespace ldwhy
