// Source lines of the places that a report names, from debug information (input/debug_lines.h).
// Read last, and of these objects only: a link's debug information is far larger than its symbols.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/parallel.h"
#include "input/debug_lines.h"
#include "resolve/resolve.h"

namespace ldwhy {
namespace {

// One missing library can be referred to by every object of a link, and a reader looks at a few.
constexpr size_t most_objects = 500;

// What is to be found in one object, and where it goes.
struct Questions {
  std::vector<CodePlace> places;
  std::vector<std::string *> answers;  // parallel
  std::map<std::string_view, std::string *> definitions;
};
using Asked = std::map<ObjectId, Questions>;

// Null: of this object nothing is asked any more.
Questions *questions_to(const Link &link, Asked &asked, ObjectId id) {
  const Object *object = link.object(id);
  if (!object || object->kind() != ObjectKind::Relocatable) return nullptr;
  if (auto known = asked.find(id); known != asked.end()) return &known->second;
  return asked.size() < most_objects ? &asked[id] : nullptr;
}

void answer(const Object &object, Questions &questions) {
  if (!questions.definitions.empty())
    (void)object.for_each_name([&](const Symbol &symbol) {
      if (symbol.state != SymbolState::Defined || symbol.binding == Binding::Local) return;
      auto wanted = questions.definitions.find(symbol.name);
      if (wanted == questions.definitions.end()) return;
      std::optional<CodePlace> place = code_place(object, symbol);
      if (!place) return;
      questions.places.push_back(*place);
      questions.answers.push_back(wanted->second);
    });
  std::vector<SourceLine> lines = source_lines(object, questions.places);
  for (size_t i = 0; i < lines.size(); ++i)
    if (lines[i].line != 0) *questions.answers[i] = fmt::format("{}:{}", lines[i].file, lines[i].line);
}

}  // namespace

void find_source_lines(const Link &link, Resolution &resolution) {
  Asked asked;
  for (Unresolved &unresolved : resolution.unresolved)
    for (Use &use : unresolved.uses)
      if (Questions *questions = questions_to(link, asked, use.object)) {
        questions->places.push_back({use.section_number, use.offset});
        questions->answers.push_back(&use.source);
      }
  for (Duplicate &duplicate : resolution.duplicates) {
    duplicate.sources.resize(duplicate.definers.size());
    for (size_t i = 0; i < duplicate.definers.size(); ++i)
      if (Questions *questions = questions_to(link, asked, duplicate.definers[i]))
        questions->definitions.emplace(duplicate.name, &duplicate.sources[i]);
  }
  std::vector<std::pair<const ObjectId, Questions> *> rows;
  for (auto &row : asked) rows.push_back(&row);
  parallel_for(rows.size(), [&](size_t i) { answer(*link.object(rows[i]->first), rows[i]->second); });
}

}  // namespace ldwhy
