// The options of lld-link and link.exe.
#pragma once

#include <string>
#include <string_view>

#include "model/command.h"

namespace ldwhy {

// One word, taken apart; names are in small letters.
struct LinkExeWord {
  bool is_option = false;  // else a file
  bool known = true;
  std::string name;
  std::string value;       // behind the first colon (or "=", behind two dashes)
};
LinkExeWord read_link_exe_word(std::string_view word);

}  // namespace ldwhy
