// The link's command and the libraries that it names.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "facts/facts.h"

namespace ldwhy {

// The words of the link command that the log shows; none where it shows none.
std::span<const std::string> shown_words(const Facts &facts);
// For Facts::command.
std::string command_to_show(const Facts &facts);
// -flto and its like among the words of the command that is known.
bool says_lto(const Facts &facts);
bool for_windows(const Facts &facts);

// "GNU ld", "LLD" …
std::string linker_words(const Facts &facts);
// A linker on PATH that takes the same commands, other than the one that ran; null: none.
const LinkerProgram *other_linker(const Facts &facts);

// Whether the shown command, or the link line, names one of these libraries ("m pthread").
bool names_library(std::string_view libraries, const Facts &facts);
// "ssl" of "libssl.so"; empty where the file is not named like a library.
std::string link_name(std::string_view path);
// Whether an input is a library of that very name.
bool has_library_called(std::string_view name, const Link &link);
// Whether Go's linker ran the link, since a package uses cgo.
bool linked_by_go(const Link &link);
// How the link line names a family's library: "-lkernel32"; for link.exe, "kernel32.lib".
std::string link_word(const NameFamily &family, const Facts &facts);

}  // namespace ldwhy
