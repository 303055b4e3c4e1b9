// Pieces that more than one JSON document has (docs: contract of ldwhy.report/1).
#pragma once

#include <nlohmann/json.hpp>

#include "model/diagnosis.h"
#include "model/project.h"

namespace ldwhy {

using Json = nlohmann::ordered_json;

Json evidence_json(const std::vector<Evidence> &evidence);
Json remedies_json(const std::vector<Remedy> &remedies);
Json remedy_json(const Remedy &remedy);
Json place_json(const Place &place);     // {"file", "line"}
// Names are bytes; what is not UTF-8 is replaced rather than refused.
std::string dump_json(const Json &document);

}  // namespace ldwhy
