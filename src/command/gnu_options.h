// The options of the GNU-style linkers: which exist, and which take an argument.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/command.h"

namespace ldwhy {

struct GnuOption {
  enum class Form : uint8_t {
    Flag,      // stands alone
    Value,     // "--name VALUE" or "--name=VALUE"; letters: "-nVALUE" or "-n VALUE"
    Optional,  // "--name" or "--name=VALUE": never takes the next word
  };
  Form form = Form::Flag;
  bool accepted = true;   // false: an option of another GNU-style linker, not of this one
  std::string_view name;  // without dashes; letters: the long option they stand for
};

// Names of two characters or more, dashes and "=VALUE" removed.
std::optional<GnuOption> find_gnu_option(std::string_view name, Linker linker);
std::optional<GnuOption> find_gnu_letter(char letter, Linker linker);

// Whether LLD of this version takes the word in its MinGW mode, whose options are few.
bool is_lld_mingw_option(std::string_view word, int lld);

// Whether GNU ld for PE takes an option, which GNU ld for ELF does or does not.
bool is_bfd_pe_option(std::string_view name, bool of_elf);

}  // namespace ldwhy
