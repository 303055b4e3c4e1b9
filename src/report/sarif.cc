// SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"), as code scanning views
// take it: each result needs a place in the repository, so paths are relative to
// %SRCROOT% (3.14.14), and a result whose first place is outside gets the first one inside.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "ldwhy_version.h"
#include "report/json_parts.h"
#include "report/report.h"

namespace ldwhy {
namespace {

// RFC 3986, 2.1: what a path may hold that a URI may not.
std::string uri_path(std::string_view path) {
  std::string uri;
  for (unsigned char c : path) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 std::string_view("-._~/+@").contains(static_cast<char>(c));
    if (plain) uri += static_cast<char>(c);
    else uri += fmt::format("%{:02X}", c);
  }
  return uri;
}

bool inside(const Place &place) {
  return !place.file.empty() && place.file[0] != '/' && place.file != "environment" && place.file != "command line" &&
         !place.file.starts_with("../");
}

class Run {
 public:
  // `below`: the project's folder as seen from the repository's, "" or "a/b/".
  explicit Run(std::string below) : below_(std::move(below)) {}

  Json location(const Place &place) const {
    Json physical{{"artifactLocation", {{"uri", uri_path(below_ + place.file)}, {"uriBaseId", "%SRCROOT%"}}}};
    if (place.line) physical["region"] = {{"startLine", place.line}};
    return {{"physicalLocation", std::move(physical)}};
  }

  void add(const std::string &rule, std::string_view title, std::string_view help, Json result) {
    auto [entry, added] = rules_.try_emplace(rule, rule_list_.size());
    if (added)
      rule_list_.push_back({{"id", rule}, {"shortDescription", {{"text", title}}}, {"help", {{"text", help}}}});
    Json whole{{"ruleId", rule}, {"ruleIndex", entry->second}};
    whole.update(result);
    results_.push_back(std::move(whole));
  }

  std::string render() {
    Json driver{
        {"name", "ldwhy"}, {"version", LDWHY_VERSION}, {"semanticVersion", LDWHY_VERSION}, {"rules", rule_list_}};
    Json run{{"tool", {{"driver", std::move(driver)}}},
             {"originalUriBaseIds", {{"%SRCROOT%", {{"description", {{"text", "The root of the repository."}}}}}}},
             {"columnKind", "utf16CodeUnits"},
             {"results", results_}};
    Json document{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                  {"version", "2.1.0"},
                  {"runs", Json::array({run})}};
    return dump_json(document);
  }

 private:
  std::string below_;
  std::map<std::string, size_t> rules_;
  Json rule_list_ = Json::array();
  Json results_ = Json::array();
};

std::string finding_message(const Finding &finding) {
  std::string text = finding.title + ".";
  if (!finding.target.empty() || !finding.profile.empty())
    text += fmt::format(" Build: {}{}{} ({}).", finding.profile.empty() ? "" : "profile " + finding.profile,
                        finding.profile.empty() || finding.target.empty() ? "" : ", ", finding.target,
                        finding.where == "local" ? "this machine" : finding.where);
  for (const Condition &condition : finding.conditions)
    text += fmt::format(" {}: {}{}.",
                        condition.state == State::Met      ? "Met"
                        : condition.state == State::NotMet ? "Not met"
                                                           : "Unknown",
                        condition.text, condition.seen.empty() ? "" : fmt::format(" ({})", condition.seen));
  if (!finding.remedies.empty()) text += fmt::format(" Remedy: {}.", finding.remedies.front().title);
  return text;
}

void add_finding(const Finding &finding, Run &run) {
  std::string rule = finding.cause.empty() ? finding.advisory : finding.cause;
  Json result{{"level", finding.state == Affected::Affected ? "error" : "warning"},
              {"message", {{"text", finding_message(finding)}}}};
  Place where = finding.place;
  if (!inside(where))
    for (const Condition &condition : finding.conditions)
      if (inside(condition.place)) {
        where = condition.place;
        break;
      }
  result["locations"] = Json::array();
  if (inside(where)) result["locations"].push_back(run.location(where));
  Json related = Json::array();
  for (const Condition &condition : finding.conditions) {
    if (!inside(condition.place)) continue;
    Json place = run.location(condition.place);
    place["id"] = related.size() + 1;
    place["message"] = {{"text", condition.text}};
    related.push_back(std::move(place));
  }
  if (!related.empty()) result["relatedLocations"] = std::move(related);
  // The same finding of the next run has the same fingerprint (3.27.17).
  result["partialFingerprints"] = {
      {"ldwhyFinding/v1", fmt::format("{}|{}|{}|{}|{}|{}", rule, finding.package, finding.target, finding.profile,
                                      finding.where, where.file)}};
  std::string page =
      finding.cause.empty() ? fmt::format("ldwhy advisory {}", rule) : fmt::format("ldwhy cause {}", rule);
  run.add(rule, finding.title, fmt::format("`{}` has the whole story.", page), std::move(result));
}

std::string render_check(const CheckReport &report, const ReportStyle &) {
  Run run(report.below);
  for (const Finding &finding : report.findings)
    if (finding.state != Affected::NotAffected) add_finding(finding, run);
  return run.render();
}

// "main.c:12" of a linker's message.
Place source_place(const std::string &source) {
  size_t colon = source.rfind(':');
  if (colon == source.npos) return {source, 0};
  uint32_t line = 0;
  for (char c : source.substr(colon + 1)) {
    if (c < '0' || c > '9' || line > 100'000'000) return {source, 0};
    line = line * 10 + static_cast<uint32_t>(c - '0');
  }
  return {source.substr(0, colon), line};
}

// The first place that a complaint of what is diagnosed names.
Place place_in_source(const Diagnosis &diagnosis, const LinkReport &link) {
  auto is_meant = [&](const Complaint &complaint) {
    auto is_symbol = [&](const SymbolName &symbol) {
      return complaint.symbol == symbol.name || complaint.symbol == symbol.demangled;
    };
    return diagnosis.symbols.empty() || std::ranges::any_of(diagnosis.symbols, is_symbol);
  };
  for (const Complaint &complaint : link.messages)
    for (const ReferencePlace &place : complaint.references)
      if (!place.source.empty() && is_meant(complaint)) return source_place(place.source);
  return {};
}

std::string render_links(const Report &report, const ReportStyle &) {
  Run run("");
  for (const LinkReport &link : report.links)
    for (const Diagnosis &diagnosis : link.diagnoses) {
      std::string text = diagnosis.summary + ".";
      for (const SymbolName &symbol : diagnosis.symbols)
        text += fmt::format(" {}", symbol.demangled.empty() ? symbol.name : symbol.demangled);
      Json result{{"level", diagnosis.certainty == Certainty::Possible ? "warning" : "error"},
                  {"message", {{"text", fmt::format("{} ({})", text, certainty_name(diagnosis.certainty))}}},
                  {"locations", Json::array()}};
      Place where = place_in_source(diagnosis, link);
      if (where.file.empty() && !diagnosis.evidence.empty()) where = {diagnosis.evidence.front().file, 0};
      if (inside(where)) result["locations"].push_back(run.location(where));
      run.add(diagnosis.cause, diagnosis.summary, fmt::format("`ldwhy cause {}` has the whole story.", diagnosis.cause),
              std::move(result));
    }
  return run.render();
}

std::string render_fix(const FixReport &, const ReportStyle &) { return Run("").render(); }

}  // namespace

extern const ReportFormat sarif_report{"sarif", "SARIF 2.1.0, for code scanning views", render_links, render_check,
                                       render_fix};

}  // namespace ldwhy
