// GNU make manual, 5.1 "Recipe Syntax", 10.2 "Catalogue of Built-In Rules" (linking a single object
// file: $(CC) $(LDFLAGS) n.o $(LOADLIBES) $(LDLIBS)).
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/words.h"
#include "edit/text_lines.h"
#include "fix/link_edit.h"
#include "fix/makefile_rule.h"

namespace ldwhy {
namespace {

using Place = std::expected<size_t, std::string>;

bool refers_to(std::string_view recipe, std::string_view name) {
  return std::ranges::any_of(references_in(recipe), [&](const MakeReference &r) { return r.name == name; });
}

std::string why_no_link(const MakefileRule &rule, std::string_view program) {
  if (!rule.rule()) return fmt::format("it has no rule for {} by that name", program);
  if (rule.unclear()) return "more than one line of the rule could be the link";
  if (rule.has_recipe() && !rule.link()) return "no line of its rule is plainly the link";
  return "";
}

// Where words are added: to the variable of libraries that the link uses, else to its line.
Place place_to_add(const MakefileRule &rule) {
  const MakefileLine *link = rule.link();
  for (std::string_view name : {"LDLIBS", "LIBS", "LOADLIBES"}) {
    if (link && !refers_to(link->text, name)) continue;
    if (const MakefileLine *line = rule.last_assignment(name)) return line->end;
  }
  if (link) return link->end;
  return std::unexpected("the rule has no recipe, and no LDLIBS is set to add to");
}

// Written since the build failed.
bool names_all(std::string_view text, size_t end, const std::vector<std::string> &words) {
  size_t begin = line_begin(text, end);
  std::string_view line = text.substr(begin, end - begin);
  return std::ranges::all_of(words, [&](const std::string &word) { return find_word(line, word).has_value(); });
}

// With the blanks before it.
std::string cut(std::string_view text, size_t begin, size_t end) {
  while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t') && text[begin - 1] != '\n') {
    if (text[begin - 1] == '\t' && (begin == 1 || text[begin - 2] == '\n')) break;
    --begin;
  }
  return splice(text, begin, end, "");
}

// A variable of the link's whose value has the word.
struct Holder {
  MakeReference reference;    // in the link's line
  const MakefileLine *assignment = nullptr;
  size_t at = 0;              // the word, in the assignment
};
std::optional<Holder> find_holder(const MakefileRule &rule, std::string_view word) {
  for (const MakeReference &reference : references_in(rule.link()->text)) {
    const MakefileLine *assignment = rule.last_assignment(reference.name);
    if (!assignment) continue;
    if (std::optional<size_t> at = find_word(assignment->text, word, value_begin(assignment->text)))
      return Holder{reference, assignment, *at};
  }
  return std::nullopt;
}

bool libraries_only(const MakefileLine &assignment) {
  std::vector<std::string> words = split_words(assignment.text.substr(value_begin(assignment.text)));
  return std::ranges::all_of(words, [](const std::string &word) {
    return word.starts_with("-l") || word.starts_with("-L") || word.ends_with(".a");
  });
}

// The word, or the variable that holds it, goes to the end of the link's line.
std::expected<std::string, std::string> moved(std::string_view text, const MakefileRule &rule,
                                              const std::string &word) {
  const MakefileLine *link = rule.link();
  if (!link) return std::unexpected("the rule has no recipe");
  if (std::optional<size_t> at = find_word(link->text, word)) {
    if (link->begin + *at + word.size() == link->end)
      return std::unexpected(fmt::format("{} stands last in its line already", word));
    std::string after = splice(text, link->end, link->end, " " + word);
    return cut(after, link->begin + *at, link->begin + *at + word.size());
  }
  std::optional<Holder> holder = find_holder(rule, word);
  if (!holder) return splice(text, link->end, link->end, " " + word);
  if (libraries_only(*holder->assignment) && holder->reference.end < link->text.size()) {
    std::string reference(link->text.substr(holder->reference.begin, holder->reference.end - holder->reference.begin));
    std::string after = splice(text, link->end, link->end, " " + reference);
    return cut(after, link->begin + holder->reference.begin, link->begin + holder->reference.end);
  }
  size_t begin = holder->assignment->begin + holder->at;
  // Where other rules use the variable too, they keep the word.
  bool keeps = rule.uses_of(holder->reference.name) > 1;
  bool before = holder->assignment->begin < link->begin;
  std::string after(text);
  if (!keeps && !before) after = cut(after, begin, begin + word.size());
  after = splice(after, link->end, link->end, " " + word);
  if (!keeps && before) after = cut(after, begin, begin + word.size());
  return after;
}

}  // namespace

std::expected<FileChange, std::string> edit_makefile(const LinkEdit &edit, const Files &files) {
  std::expected<OpenMakefile, std::string> opened = open_makefile(edit.directory, edit.output, files);
  if (!opened) return std::unexpected(opened.error());
  MakefileRule rule(opened->text, opened->program);
  std::string name(file_name(opened->path));
  if (std::string why = why_no_link(rule, opened->program); !why.empty())
    return std::unexpected(fmt::format("{}: {}", name, why));
  std::string after;
  if (edit.moves && edit.words.size() == 1) {
    std::expected<std::string, std::string> text = moved(opened->text, rule, edit.words.front());
    if (!text) return std::unexpected(fmt::format("{}: {}", name, text.error()));
    after = *text;
  } else {
    Place at = place_to_add(rule);
    if (!at) return std::unexpected(fmt::format("{}: {}", name, at.error()));
    if (names_all(opened->text, *at, edit.words))
      return std::unexpected(fmt::format("{} names it by now: build once more", name));
    after = splice(opened->text, *at, *at, " " + quote_words(edit.words));
  }
  return FileChange{opened->path, std::string(opened->text), after, false};
}

}  // namespace ldwhy
