// What ldwhy foresees of many links, in one process: the other half of the tests that run the
// linkers themselves.
//
// Reads one link a line, {"directory": "/…", "argv": ["ld.lld", …]}, and answers each with one
// line: {"undefined": […], "duplicate": […], "errors": [codes…], "extracted": ["libx.a(y.o)", …]},
// names as object files spell them, sorted. Exit status 0 at the end of the input.
#include <algorithm>
#include <iostream>
#include <string>

#include <nlohmann/json.hpp>

#include "command/command.h"
#include "input/load.h"
#include "pipeline/messages.h"
#include "resolve/resolve.h"

using namespace ldwhy;

namespace {

nlohmann::json foresee(const nlohmann::json &request) {
  DiskFiles files;
  CommandRequest wanted;
  wanted.directory = request.at("directory");
  wanted.argv = request.at("argv");
  Link link = load_link(understand_command(wanted, files), files);
  Resolved resolved = resolve(link);
  if (link.command.linker_version.empty()) link.command.linker_version = query_linker_version(link.command);
  nlohmann::json answer = {{"undefined", nlohmann::json::array()},
                           {"duplicate", nlohmann::json::array()},
                           {"errors", nlohmann::json::array()},
                           {"extracted", nlohmann::json::array()}};
  for (const Complaint &complaint : foresee_messages(link, resolved)) {
    if (complaint.severity != Severity::Error) continue;
    // GNU ld has other words for an export of what is not there, and spells the name in its own way.
    bool names_symbol = !complaint.symbol.empty() && complaint.text.find("cannot export") == std::string::npos;
    if (complaint.kind == ComplaintKind::UndefinedSymbol && names_symbol)
      answer["undefined"].push_back(complaint.symbol);
    else if (complaint.kind == ComplaintKind::DuplicateSymbol) answer["duplicate"].push_back(complaint.symbol);
    else answer["errors"].push_back(complaint.code);
  }
  for (ObjectId id = 0; id < link.objects.size(); ++id)
    if (resolved.resolution.fates[id] == Fate::Extracted) answer["extracted"].push_back(link.name_of(id));
  for (nlohmann::json &list : answer) std::sort(list.begin(), list.end());
  return answer;
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) std::cout << foresee(nlohmann::json::parse(line)).dump() << std::endl;
}
