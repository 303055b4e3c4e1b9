// Questions about symbols that are defined twice.
#pragma once

#include <string>
#include <vector>

#include "facts/facts.h"

namespace ldwhy {

bool is_duplicate_case(const Case &c);

struct Definer {
  const Sighting *sighting;
  const Object *object;
  DefinitionBytes definition;
  std::string source;  // "util.c:12"; empty: not known
};
// The objects of the link that define the symbol for others, as they stand on the line.
std::vector<Definer> definers_of(const Case &c, const Facts &facts);

// "defines it globally (util.c:12)"
Evidence definer_evidence(const Definer &definer, std::string text);

// The object says that it was made from C++: by its source's name, or by mangled names.
bool made_from_cxx(const Object &object);
// "a.o and b.o"
std::string places_of(const std::vector<Definer> &definers);
// In a header of the project's, as its sources show; null: not seen there.
const SourcePlace *header_definition_of(const Case &c, const Facts &facts);
bool is_header(std::string_view path);

}  // namespace ldwhy
