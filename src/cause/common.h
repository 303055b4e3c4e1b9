// Questions that several causes ask.
#pragma once

#include <string>
#include <vector>

#include "cause/cause.h"

namespace ldwhy {

bool is_undefined_case(const Case &c);
bool in_link(const Facts &facts, ObjectId id);          // Taken or Extracted
bool on_line(const Sighting &sighting);
bool is_shared(const Sighting &sighting);               // shared library or stub
// Sightings of the exact name that a linker could bind to if it looked there.
std::vector<const Sighting *> exact_definitions(const Case &c, bool global_only = true);

// Sightings of a name that could be meant: defined where others can use it, for this target.
std::vector<const Sighting *> near_definitions(const Case &c, Relation relation);
// On the link line, and named there by the user, not by a compiler driver.
bool is_own(const Sighting &sighting, const Facts &facts);

// What the words of all complaints have in common, for suspicions.
bool same_class_missing(const Case &c, const Facts &facts, size_t least);
// The reference stands in code of the same namespace, class or C prefix: both are the project's.
bool used_by_its_own_kind(const Case &c);
// The names that the linker itself suggests ("did you mean").
std::vector<std::string> suggestions(const Complaint &complaint);
// The words of the link command that the log shows; none where it shows none.
std::span<const std::string> shown_words(const Facts &facts);
// Whether the shown command, or the link line, names one of these libraries ("m pthread").
bool names_library(std::string_view libraries, const Facts &facts);
// "ssl" of "libssl.so"; empty where the file is not named like a library.
std::string link_name(std::string_view path);
// Whether an input is a library of that very name.
bool has_library_called(std::string_view name, const Link &link);
bool for_windows(const Facts &facts);
// How the link line names a family's library: "-lkernel32"; for link.exe, "kernel32.lib".
std::string link_word(const NameFamily &family, const Facts &facts);

// Whether the place is in a file of the name's language: C and assembly, or C++.
bool of_its_language(const SourcePlace &place, const Case &c, const Facts &facts);
// Whether the project's sources define the name, for other files to use, in its own language.
bool defined_in_sources(const Case &c, const Facts &facts);

// "main.o", "main.o and util.o", "main.o, util.o and 3 more".
std::string list_names(const std::vector<std::string> &names, size_t most = 3);
std::vector<std::string> referrer_names(const Case &c, const Facts &facts);

// "main.o: function main refers to it", one each, from the objects or else from the log.
void add_reference_evidence(const Case &c, const Facts &facts, std::vector<Evidence> &evidence, size_t most = 3);
Evidence definition_evidence(const Sighting &sighting, std::string text);
// "main refers to it (main.c:12)"; without a source the text alone.
std::string with_source(std::string text, std::string_view source);
// "libx.a(y.o)"
std::string place_of(const Sighting &sighting);

// For Facts::command.
std::string command_to_show(const Facts &facts);
// The command that shows all that is known of a symbol in this link; empty: the case has none.
std::string symbol_command(const Case &c, const Facts &facts);

// Inputs and archive members that ldwhy could not read, or not to the end: they may define
// anything.
std::vector<std::string> unread_inputs(const Facts &facts);

// Facts::passed_over of a log.
std::vector<const Complaint *> inputs_passed_over(const LoggedLink &log);

// Facts::asides of a log.
std::vector<const Complaint *> said_of_inputs(const LoggedLink &log);

// "GNU ld", "LLD" …
std::string linker_words(const Facts &facts);

}  // namespace ldwhy
