// Who refers to a symbol, from the objects or else from the log.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"

namespace ldwhy {

// "main.o", "main.o and util.o", "main.o, util.o and 3 more".
std::string list_names(const std::vector<std::string> &names, size_t most = 3);
std::vector<std::string> referrer_names(const Case &c, const Facts &facts);
// The reference stands in code of the same namespace, class or C prefix: both are the project's.
bool used_by_its_own_kind(const Case &c);

// "main.o: function main refers to it", one each.
void add_reference_evidence(const Case &c, const Facts &facts, std::vector<Evidence> &evidence, size_t most = 3);
// "main refers to it (main.c:12)"; without a source the text alone.
std::string with_source(std::string text, std::string_view source);

}  // namespace ldwhy
