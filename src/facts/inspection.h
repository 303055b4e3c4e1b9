// Commands for people: which tool shows what a file of the link's format holds, quoted for a shell.
// "OBJECT" stands where the log names no file.
#pragma once

#include <string>
#include <string_view>

#include "facts/facts.h"

namespace ldwhy {

std::string quoted(std::string_view word);
// MinGW's linker is GNU's, its files are Windows'.
Format format_at_hand(const Facts &facts);
// "libx.a" of "libx.a(y.o)": tools take the archive. Apple's new linker numbers members as well:
// "libx.a[3](y.o)".
std::string file_of(std::string_view place);
// The file that the complaint is about, without a member's name; empty: none is named.
std::string file_meant(const Case &c);
// The files that the complaint names, at most four; the usual ones where it names none.
std::string files_named(const Case &c, const Facts &facts);
// The driver of the command that the log shows, for questions that only it can answer.
std::string driver_of(const Facts &facts);
std::string linker_program(const Facts &facts);

// What shows which machine and system a file ("libx.a(y.o)") is built for.
std::string show_target(const std::string &place, const Facts &facts);
// Which of the files named define or use the symbol.
std::string show_definers(const Case &c, const Facts &facts);
// All that is known of a symbol in this link; empty: the case has none.
std::string symbol_command(const Case &c, const Facts &facts);

}  // namespace ldwhy
