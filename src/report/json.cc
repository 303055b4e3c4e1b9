// The JSON documents. The top level of "ldwhy.report/1" is the first failed link; further
// ones of the same build are in "other_links", in the same form.
#include "ldwhy_version.h"
#include "report/json_parts.h"
#include "report/report.h"

namespace ldwhy {
namespace {

Json message_json(const Complaint &complaint) {
  Json references = Json::array();
  for (const ReferencePlace &place : complaint.references) {
    Json reference{
        {"file", place.file}, {"member", place.member}, {"function", place.function}, {"offset", place.offset}};
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
  Json symbols = Json::array();
  for (const SymbolName &symbol : diagnosis.symbols)
    symbols.push_back({{"name", symbol.name}, {"demangled", symbol.demangled}});
  return {{"cause", diagnosis.cause},
          {"certainty", certainty_name(diagnosis.certainty)},
          {"symbols", std::move(symbols)},
          {"summary", diagnosis.summary},
          {"explanation", diagnosis.explanation},
          {"evidence", evidence_json(diagnosis.evidence)},
          {"advisories", diagnosis.advisories},
          {"remedies", remedies_json(diagnosis.remedies)},
          {"next", diagnosis.next}};
}

void add_link(Json &document, const LinkReport &link) {
  document["status"] = status_name(link.status);
  document["link"] = {{"directory", link.directory},
                      {"command", link.command},
                      {"linker", link.linker},
                      {"linker_version", link.linker_version},
                      {"flavor", link.flavor},
                      {"target", link.target},
                      {"lto", link.lto},
                      {"inputs", link.inputs}};
  for (const char *key : {"messages", "diagnoses", "alternatives", "problems", "looked_at"})
    document[key] = Json::array();
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

std::string render_report(const Report &report, const ReportStyle &) {
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
  return dump_json(document);
}

Json source_json(const SettingSource &source) {
  Json entry{{"value", source.value}, {"source", place_json(source.place)}, {"text", source.text}};
  if (!source.why.empty()) entry["why"] = source.why;
  return entry;
}

Json setting_json(const SiteSettings &at) {
  const Setting &setting = at.setting;
  Json overridden = Json::array();
  for (const SettingSource &source : setting.overridden) overridden.push_back(source_json(source));
  Json entry{{"name", setting.name},
             {"profile", setting.profile},
             {"target", setting.target},
             {"value", setting.source.value},
             {"source", place_json(setting.source.place)},
             {"text", setting.source.text},
             {"where", at.where}};
  if (!setting.package.empty()) entry["package"] = setting.package;
  entry["overridden"] = std::move(overridden);
  return entry;
}

Json finding_json(const Finding &finding) {
  Json entry;
  if (finding.cause.empty()) entry["advisory"] = finding.advisory;
  else entry["cause"] = finding.cause;
  entry["state"] = affected_name(finding.state);
  entry["title"] = finding.title;
  entry["package"] = finding.package;
  entry["package_version"] = finding.package_version;
  entry["target"] = finding.target;
  entry["profile"] = finding.profile;
  entry["where"] = finding.where;
  entry["source"] = place_json(finding.place);
  entry["paths"] = finding.paths;
  entry["conditions"] = Json::array();
  for (const Condition &condition : finding.conditions)
    entry["conditions"].push_back({{"text", condition.text},
                                   {"state", state_name(condition.state)},
                                   {"seen", condition.seen},
                                   {"source", place_json(condition.place)}});
  if (!finding.evidence.empty()) entry["evidence"] = evidence_json(finding.evidence);
  entry["remedies"] = remedies_json(finding.remedies);
  return entry;
}

Json problems_json(const std::vector<ProjectProblem> &problems) {
  Json list = Json::array();
  for (const ProjectProblem &problem : problems)
    list.push_back({{"text", problem.text}, {"source", place_json(problem.place)}});
  return list;
}

std::string render_check(const CheckReport &report, const ReportStyle &) {
  Json document;
  document["schema"] = "ldwhy.check/1";
  document["version"] = LDWHY_VERSION;
  document["root"] = report.root;
  document["systems"] = report.systems;
  for (const char *key : {"toolchain", "settings", "findings", "remarks"}) document[key] = Json::array();
  for (const auto &[name, fact] : report.toolchain)
    document["toolchain"].push_back({{"name", name}, {"version", fact.value}, {"source", place_json(fact.place)}});
  for (const SiteSettings &at : report.settings) document["settings"].push_back(setting_json(at));
  for (const Finding &finding : report.findings) document["findings"].push_back(finding_json(finding));
  for (const Remark &remark : report.remarks)
    document["remarks"].push_back({{"kind", remark.kind}, {"text", remark.text}, {"source", place_json(remark.place)}});
  document["problems"] = problems_json(report.problems);
  document["packages"] = report.packages;
  document["files"] = report.files;
  return dump_json(document);
}

std::string render_fix(const FixReport &report, const ReportStyle &) {
  Json document;
  document["schema"] = "ldwhy.fix/1";
  document["version"] = LDWHY_VERSION;
  document["root"] = report.root;
  document["affected"] = report.affected;
  document["remedies"] = Json::array();
  size_t number = 0;
  for (const FixEntry &entry : report.remedies) {
    Json remedy = remedy_json(entry.remedy);
    remedy["number"] = ++number;
    remedy["about"] = entry.about;
    if (!entry.refusal.empty()) remedy["refusal"] = entry.refusal;
    document["remedies"].push_back(std::move(remedy));
  }
  document["applied"] = report.applied < 0 ? Json(nullptr) : Json(report.applied + 1);
  document["written"] = report.written;
  document["undone"] = report.undone;
  document["validation"] = Json::array();
  for (const Validation &done : report.validation)
    document["validation"].push_back({{"text", done.text}, {"state", state_name(done.state)}, {"seen", done.seen}});
  document["problems"] = problems_json(report.problems);
  document["shows"] = report.shows;
  document["next"] = report.next;
  return dump_json(document);
}

}  // namespace

extern const ReportFormat json_report{"json", "JSON: ldwhy.report/1, ldwhy.check/1, ldwhy.fix/1", render_report,
                                      render_check, render_fix};

}  // namespace ldwhy
