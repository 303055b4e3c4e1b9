#include "pipeline/messages.h"

#include <map>

#include "command/command.h"
#include "log/log.h"
#include "name/name.h"
#include "remedy/remedy.h"
#include "survey/survey.h"

namespace ldwhy {

LoggedLink run_for_messages(const Link &link, double seconds) {
  LoggedLink result;
  ScratchFolder scratch("ldwhy-link");
  if (scratch.path().empty()) return result;
  // What only the driver knows how to link it must link itself.
  const Command &command = link.command;
  LinkRun run =
      run_link(command, runs_alone(command) ? command.linker_argv : command.argv, {}, scratch.path(), seconds);
  if (!run.started) return result;
  ReadLog log = read_log(run.messages);
  for (LoggedLink &one : log.links) {
    if (result.complaints.empty()) result = std::move(one);
    else result.complaints.insert(result.complaints.end(), one.complaints.begin(), one.complaints.end());
  }
  result.failed = run.status != 0;
  if (!result.failed) result.complaints.clear();
  return result;
}

std::vector<std::string> object_names(const std::vector<Complaint> &messages, const Link &link,
                                      const Resolution &resolution) {
  Format format = link.command.target.format;
  std::map<std::string, std::string> known;  // as printed, in any form, to the object file's
  for (const Unresolved &missing : resolution.unresolved) {
    known.emplace(missing.name, missing.name);
    known.emplace(canonical(demangle(missing.name, format)), missing.name);
    known.emplace(std::string(parse_name(missing.name, format).raw), missing.name);
    // LLD for Windows prints __imp_NAME so.
    constexpr std::string_view slot = "__imp_";
    if (format == Format::Coff && missing.name.starts_with(slot))
      known.emplace(canonical("__declspec(dllimport) " + demangle(missing.name.substr(slot.size()), format)),
                    missing.name);
  }
  std::vector<std::string> names(messages.size()), printed;
  std::vector<size_t> open;
  for (size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].symbol.empty()) continue;
    if (auto found = known.find(canonical(messages[i].symbol)); found != known.end()) {
      names[i] = found->second;
    } else {
      printed.push_back(messages[i].symbol);
      open.push_back(i);
    }
  }
  if (!printed.empty()) {
    std::vector<std::string> found = names_of_printed(link, printed);
    for (size_t i = 0; i < open.size(); ++i) names[open[i]] = found[i];
  }
  return names;
}

}  // namespace ldwhy
