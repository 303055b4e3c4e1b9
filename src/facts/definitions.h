// Where a symbol is defined, among the objects of the link and the files around it.
#pragma once

#include <string>
#include <vector>

#include "facts/facts.h"

namespace ldwhy {

bool is_undefined_case(const Case &c);
bool in_link(const Facts &facts, ObjectId id);          // Taken or Extracted
bool on_line(const Sighting &sighting);
bool is_shared(const Sighting &sighting);               // shared library or stub
// On the link line, and named there by the user, not by a compiler driver.
bool is_own(const Sighting &sighting, const Facts &facts);

// Sightings of the exact name that a linker could bind to if it looked there.
std::vector<const Sighting *> exact_definitions(const Case &c, bool global_only = true);
// Sightings of a name that could be meant: defined where others can use it, for this target.
std::vector<const Sighting *> near_definitions(const Case &c, Relation relation);

// Whether the place is in a file of the name's language: C and assembly, or C++.
bool of_its_language(const SourcePlace &place, const Case &c, const Facts &facts);
// Whether the project's sources define the name, for other files to use, in its own language.
bool defined_in_sources(const Case &c, const Facts &facts);

// "libx.a(y.o)"
std::string place_of(const Sighting &sighting);
Evidence definition_evidence(const Sighting &sighting, std::string text);

}  // namespace ldwhy
