// The JSON document "ldwhy.report/1". Its top level is the first failed link; further
// ones of the same build are in "other_links", in the same form.
#include <nlohmann/json.hpp>

#include "ldwhy_version.h"
#include "report/report.h"

namespace ldwhy {
namespace {

using Json = nlohmann::ordered_json;

Json message_json(const Complaint &complaint) {
  Json references = Json::array();
  for (const ReferencePlace &place : complaint.references) {
    Json reference{{"file", place.file}, {"member", place.member}, {"function", place.function}, {"offset", place.offset}};
    if (!place.source.empty()) reference["source"] = place.source;
    references.push_back(std::move(reference));
  }
  Json message{{"kind", complaint_kind_name(complaint.kind)},
               {"severity", complaint.severity == Severity::Error ? "error" : "warning"},
               {"symbol", complaint.symbol},
               {"text", complaint.text},
               {"line", complaint.line},
               {"references", std::move(references)}};
  if (complaint.more_references) message["more_references"] = complaint.more_references;
  if (!complaint.subject.empty()) message["subject"] = complaint.subject;
  if (!complaint.notes.empty()) message["notes"] = complaint.notes;
  if (complaint.predicted) message["predicted"] = true;
  return message;
}

Json diagnosis_json(const Diagnosis &diagnosis) {
  Json symbols = Json::array(), evidence = Json::array(), remedies = Json::array();
  for (const SymbolName &symbol : diagnosis.symbols)
    symbols.push_back({{"name", symbol.name}, {"demangled", symbol.demangled}});
  for (const Evidence &item : diagnosis.evidence) {
    Json detail = Json::object();
    for (const auto &[key, value] : item.detail) detail[key] = value;
    evidence.push_back({{"kind", item.kind}, {"file", item.file}, {"member", item.member}, {"text", item.text}, {"detail", detail}});
  }
  for (const Remedy &remedy : diagnosis.remedies) {
    Json edits = Json::array();
    for (const Edit &edit : remedy.edits) edits.push_back({{"file", edit.file}, {"diff", edit.diff}});
    Json entry{{"id", remedy.id}, {"title", remedy.title}, {"cost", remedy.cost}, {"verified", verified_name(remedy.verified)},
               {"commands", remedy.commands}, {"edits", std::move(edits)}};
    if (!remedy.outcome.empty()) entry["outcome"] = remedy.outcome;
    remedies.push_back(std::move(entry));
  }
  return {{"cause", diagnosis.cause},
          {"certainty", certainty_name(diagnosis.certainty)},
          {"symbols", std::move(symbols)},
          {"summary", diagnosis.summary},
          {"explanation", diagnosis.explanation},
          {"evidence", std::move(evidence)},
          {"advisories", diagnosis.advisories},
          {"remedies", std::move(remedies)},
          {"next", diagnosis.next}};
}

void add_link(Json &document, const LinkReport &link) {
  document["status"] = status_name(link.status);
  document["link"] = {{"directory", link.directory}, {"command", link.command}, {"linker", link.linker},
                      {"linker_version", link.linker_version}, {"flavor", link.flavor}, {"target", link.target},
                      {"lto", link.lto}, {"inputs", link.inputs}};
  for (const char *key : {"messages", "diagnoses", "alternatives", "problems", "looked_at"}) document[key] = Json::array();
  for (const Complaint &complaint : link.messages) document["messages"].push_back(message_json(complaint));
  for (const Diagnosis &diagnosis : link.diagnoses) document["diagnoses"].push_back(diagnosis_json(diagnosis));
  for (const Alternative &other : link.alternatives) {
    Json entry{{"cause", other.cause}, {"certainty", certainty_name(other.certainty)}, {"summary", other.summary}};
    if (!other.check.empty()) entry["check"] = other.check;
    document["alternatives"].push_back(std::move(entry));
  }
  for (const Problem &problem : link.problems) document["problems"].push_back(to_string(problem));
  document["looked_at"] = link.looked_at;
}

std::string render(const Report &report, const ReportStyle &) {
  Json document;
  document["schema"] = "ldwhy.report/1";
  document["version"] = LDWHY_VERSION;
  add_link(document, report.links.empty() ? LinkReport{} : report.links.front());
  document["other_links"] = Json::array();
  for (size_t i = 1; i < report.links.size(); ++i) {
    Json other;
    add_link(other, report.links[i]);
    document["other_links"].push_back(std::move(other));
  }
  // Names are bytes; what is not UTF-8 is replaced rather than refused.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

extern const ReportFormat json_report{"json", "JSON, schema ldwhy.report/1", render};

}  // namespace ldwhy
