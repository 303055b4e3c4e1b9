// A source that no rule names. GNU make manual, 10.2: x.o is made of x.c by a built-in rule; 10.5.3
// and 6.3.1: patterns and substitution references make lists of objects out of lists of sources;
// 4.4.3: a wildcard finds the source by itself.
#include <algorithm>

#include <fmt/format.h>

#include "base/words.h"
#include "command/question.h"
#include "edit/text_lines.h"
#include "fix/link_edit.h"
#include "fix/makefile_rule.h"

namespace ldwhy {
namespace {

bool is_object(std::string_view word) { return word.ends_with(".o") || word.ends_with(".obj"); }
bool is_list_entry(std::string_view word) {
  return (is_object(word) || is_source_file(word)) && word.find('$') == word.npos;
}

std::string_view without_ending(std::string_view path) { return path.substr(0, path.rfind('.')); }

// The name that stands beside `last` for a new source: itself, or its object where objects are listed.
std::string entry_like(std::string_view last, const std::string &source, const Files &files,
                       const std::string &directory) {
  if (!is_object(last)) return source;
  std::string_view ending = last.substr(last.rfind('.'));
  // Objects lie beside their sources, or all in one folder.
  std::string beside = join_path(directory, std::string(without_ending(last)));
  bool in_place =
      std::ranges::any_of(std::initializer_list<const char *>{".c", ".cc", ".cpp", ".cxx", ".C", ".S", ".s"},
                          [&](const char *end) { return files.is_file(beside + end); });
  if (in_place) return std::string(without_ending(source)) + std::string(ending);
  std::string_view folder = parent_path(last);
  return (folder.empty() ? "" : std::string(folder) + "/") + std::string(without_ending(file_name(source))) +
         std::string(ending);
}

class SourceList {
 public:
  SourceList(const OpenMakefile &makefile, const LinkEdit &edit, const Files &files)
      : makefile_(makefile),
        rule_(makefile.text, makefile.program),
        edit_(edit),
        files_(files),
        source_(relative_path(edit.source, edit.directory)) {}

  std::expected<std::string, std::string> added() {
    if (!rule_.rule()) return std::unexpected(fmt::format("it has no rule for {} by that name", makefile_.program));
    // What the recipe itself lists is added there too; from the end, so that offsets hold.
    std::string after(makefile_.text);
    bool changed = false;
    if (rule_.link()) changed = add_to(*rule_.link(), 0, after);
    size_t needs = rule_.rule()->text.find(':') + 1;
    changed = add_to(*rule_.rule(), needs, after) || changed;
    if (!changed) return add_to_variables(needs);
    if (after == makefile_.text) return std::unexpected("it names the source already");
    return after;
  }

 private:
  // Behind the last object or source that the line names itself.
  bool add_to(const MakefileLine &line, size_t from, std::string &text) const {
    size_t end = 0;
    std::string last;
    for (const std::string &word : split_words(line.text.substr(from))) {
      if (!is_list_entry(word) || word == makefile_.program) continue;
      std::optional<size_t> at = find_word(line.text, word, from);
      if (!at || *at + word.size() < end) continue;
      end = *at + word.size();
      last = word;
    }
    if (end == 0) return false;
    std::string entry = entry_like(last, source_, files_, edit_.directory);
    // A rule may need what its recipe forgets.
    if (!find_word(line.text, entry, from)) text = splice(text, line.begin + end, line.begin + end, " " + entry);
    return true;
  }

  std::expected<std::string, std::string> add_to_variables(size_t needs) const {
    std::vector<std::string> names;
    for (const MakeReference &r : references_in(rule_.rule()->text.substr(needs))) names.emplace_back(r.name);
    if (rule_.link())
      for (const MakeReference &r : references_in(rule_.link()->text)) names.emplace_back(r.name);
    constexpr size_t most = 50;  // variables that name each other have no end
    for (size_t i = 0; i < names.size() && i < most; ++i) {
      // "$(SRCS:.c=.o)"
      const MakefileLine *assignment = rule_.last_assignment(names[i].substr(0, names[i].find(':')));
      if (!assignment) continue;
      size_t value = value_begin(assignment->text);
      std::string_view text = assignment->text.substr(value);
      if (text.find("$(wildcard ") != text.npos || text.find("$(shell find") != text.npos)
        return std::unexpected(fmt::format("{} collects the sources by itself: run make once more", names[i]));
      std::string after(makefile_.text);
      if (add_to(*assignment, value, after)) return after;
      for (const MakeReference &r : references_in(text)) names.emplace_back(r.name);
    }
    return std::unexpected("no list of objects or sources in it is plainly the program's");
  }

  const OpenMakefile &makefile_;
  MakefileRule rule_;
  const LinkEdit &edit_;
  const Files &files_;
  std::string source_;
};

}  // namespace

std::expected<FileChange, std::string> add_makefile_source(const LinkEdit &edit, const Files &files) {
  std::string output = edit.output;
  std::expected<OpenMakefile, std::string> opened = std::unexpected("");
  std::expected<std::string, std::string> after = std::unexpected("");
  // What an archive of the makefile's lacks belongs into it.
  if (!edit.archive.empty()) {
    opened = open_makefile(edit.directory, normal_path(join_path(edit.directory, edit.archive)), files);
    if (opened) after = SourceList(*opened, edit, files).added();
  }
  if (!after) {
    opened = open_makefile(edit.directory, output, files);
    if (!opened) return std::unexpected(opened.error());
    after = SourceList(*opened, edit, files).added();
  }
  if (!after) return std::unexpected(fmt::format("{}: {}", file_name(opened->path), after.error()));
  return FileChange{opened->path, std::string(opened->text), *after, false};
}

}  // namespace ldwhy
