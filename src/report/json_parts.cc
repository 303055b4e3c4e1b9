#include "report/json_parts.h"

namespace ldwhy {

Json evidence_json(const std::vector<Evidence> &evidence) {
  Json list = Json::array();
  for (const Evidence &item : evidence) {
    Json detail = Json::object();
    for (const auto &[key, value] : item.detail) detail[key] = value;
    list.push_back(
        {{"kind", item.kind}, {"file", item.file}, {"member", item.member}, {"text", item.text}, {"detail", detail}});
  }
  return list;
}

Json remedy_json(const Remedy &remedy) {
  Json edits = Json::array();
  for (const Edit &edit : remedy.edits) edits.push_back({{"file", edit.file}, {"diff", edit.diff}});
  Json entry{{"id", remedy.id},
             {"title", remedy.title},
             {"cost", remedy.cost},
             {"verified", verified_name(remedy.verified)},
             {"commands", remedy.commands},
             {"edits", std::move(edits)}};
  if (!remedy.outcome.empty()) entry["outcome"] = remedy.outcome;
  return entry;
}

Json remedies_json(const std::vector<Remedy> &remedies) {
  Json list = Json::array();
  for (const Remedy &remedy : remedies) list.push_back(remedy_json(remedy));
  return list;
}

Json place_json(const Place &place) { return {{"file", place.file}, {"line", place.line}}; }

std::string dump_json(const Json &document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ldwhy
