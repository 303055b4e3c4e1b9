// An archive's members refer to what other libraries define, and those to more. Which these are
// shows when the link is resolved once more with the library added, and so on until nothing new
// is missing. The order is that of linkers that read the line once: a library stands behind all
// that need it.
#include "pipeline/complete_libraries.h"

#include <algorithm>

#include "base/words.h"
#include "command/command.h"
#include "facts/cases.h"
#include "input/load.h"
#include "name/rust_units.h"
#include "pipeline/messages.h"
#include "remedy/remedy.h"
#include "resolve/resolve.h"
#include "survey/survey.h"

namespace ldwhy {
namespace {

constexpr int most_rounds = 8;
constexpr size_t most_libraries = 24;
constexpr uint64_t most_bytes = 4ull << 30;  // resolved again in each round

bool adds_library(const RemedySeed &seed) { return std::string_view(seed.remedy) == "add-library"; }

std::vector<std::string> libraries_offered(const Judgement &judgement) {
  std::vector<std::string> paths;
  for (const Judgement::Entry &entry : judgement.diagnoses)
    for (const RemedySeed &seed : entry.verdict.remedies)
      if (adds_library(seed) && std::ranges::find(paths, seed.path) == paths.end()) paths.push_back(seed.path);
  return paths;
}

// The libraries, of those added and of others, that have what a link with `words` still misses.
std::vector<std::string> wanted_next(const Link &link, const std::vector<std::string> &words, const Files &files) {
  CommandRequest request{.directory = link.command.directory,
                         .argv = link.command.linker_argv,
                         .flavor = std::string(flavor_name(link.command.flavor)),
                         .ask_driver = false};
  size_t at = end_of_user_inputs(link.command);
  request.argv.insert(request.argv.begin() + static_cast<ptrdiff_t>(at), words.begin(), words.end());
  Link longer = load_link(understand_command(request, files), files);
  Resolved resolved = resolve(longer);
  std::vector<Complaint> messages = foresee_messages(longer, resolved);
  std::vector<std::string> names = object_names(messages, longer, resolved.resolution), missing;
  for (const std::string &name : names)
    if (!name.empty()) missing.push_back(name);
  Survey found = survey(longer, missing, files, {.index = resolved.index.get()});
  Facts facts = facts_of(longer, resolved.resolution, found, nullptr);
  std::vector<Case> cases = make_cases(messages, names, facts);
  std::vector<std::string> libraries;
  for (const Case &c : cases)
    for (const char *cause : {"library-not-linked", "archive-order", "runtime-missing"})
      if (std::optional<Verdict> verdict = find_cause(cause)->examine(c, facts);
          verdict && !verdict->remedies.empty()) {
        const RemedySeed &seed = verdict->remedies.front();
        bool passed_by = std::string_view(seed.remedy) == "move-library-last";
        std::string path = passed_by ? longer.input_of(seed.object).path : adds_library(seed) ? seed.path : "";
        if (path.empty()) continue;
        if (std::ranges::find(libraries, path) == libraries.end()) libraries.push_back(path);
        break;
      }
  return libraries;
}

}  // namespace

void offer_all_libraries(Judgement &judgement, const Link &link, const Files &files) {
  std::vector<std::string> paths = libraries_offered(judgement);
  bool archive = std::ranges::any_of(paths, [](const std::string &path) { return path.ends_with(".a"); });
  if (paths.empty() || (paths.size() == 1 && !archive)) return;
  if (link.bytes > most_bytes || linked_by_rustc(link) || !runs_alone(link.command)) return;

  std::vector<std::string> words;
  for (const std::string &path : paths) words.push_back(library_word(path, link.command));
  for (int round = 0; round < most_rounds; ++round) {
    std::vector<std::string> next;
    for (const std::string &path : wanted_next(link, words, files)) next.push_back(library_word(path, link.command));
    if (next.empty()) break;
    // What is needed again, by one that stands behind it, goes behind that one.
    std::erase_if(words, [&](const std::string &word) { return std::ranges::find(next, word) != next.end(); });
    words.insert(words.end(), next.begin(), next.end());
    if (words.size() > most_libraries || round + 1 == most_rounds) return;
  }
  if (words.size() < 2) return;
  for (Judgement::Entry &entry : judgement.diagnoses)
    for (RemedySeed &seed : entry.verdict.remedies)
      if (adds_library(seed)) {
        seed = {.remedy = "add-libraries", .symbol = seed.symbol, .other = quote_words(words)};
        return;
      }
}

}  // namespace ldwhy
