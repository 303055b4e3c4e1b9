// GNU make manual, 4.1 "Rule Syntax", 5.1 "Recipe Syntax", 10.2 "Catalogue of Built-In Rules"
// (linking a single object file: $(CC) $(LDFLAGS) n.o $(LOADLIBES) $(LDLIBS)).
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/words.h"
#include "edit/text_lines.h"
#include "fix/link_edit.h"

namespace ldwhy {
namespace {

struct Line {
  size_t begin, end;      // continued lines included, without the last line end
  std::string_view text;
};

std::vector<Line> logical_lines(std::string_view text) {
  std::vector<Line> lines;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = text.find('\n', begin);
    while (end != text.npos && end > begin && text[end - 1] == '\\') end = text.find('\n', end + 1);
    if (end == text.npos) end = text.size();
    size_t stop = end > begin && text[end - 1] == '\r' ? end - 1 : end;
    lines.push_back({begin, stop, text.substr(begin, stop - begin)});
    begin = end + 1;
  }
  return lines;
}

bool holds_word(std::string_view text, std::string_view word) {
  std::vector<std::string> words = split_words(text);
  return std::ranges::find(words, word) != words.end();
}

// "LDLIBS = -lm", "LIBS += …": the variable's name.
std::string_view assigned(std::string_view line) {
  size_t equals = line.find('=');
  if (equals == line.npos || line.starts_with('\t') || line.starts_with('#')) return {};
  std::string_view name = line.substr(0, equals);
  while (!name.empty() && (name.back() == ' ' || name.back() == ':' || name.back() == '+' || name.back() == '?')) name.remove_suffix(1);
  return name.find_first_of(" \t$:#") == name.npos ? name : std::string_view();
}

bool has_reference(std::string_view recipe, std::string_view name) {
  return recipe.find(fmt::format("$({})", name)) != recipe.npos || recipe.find(fmt::format("${{{}}}", name)) != recipe.npos;
}

class Makefile {
 public:
  Makefile(std::string_view text, std::string_view program) : lines_(logical_lines(text)), program_(program) {}

  // The offset at which words are added, or why none is sure.
  std::expected<size_t, std::string> place() const {
    std::optional<size_t> rule = rule_line();
    if (!rule) return std::unexpected(fmt::format("it has no rule for {} by that name", program_));
    const Line *link = nullptr;
    bool recipe = false;
    for (size_t i = *rule + 1; i < lines_.size() && (lines_[i].text.starts_with('\t') || lines_[i].text.empty()); ++i) {
      if (lines_[i].text.empty()) continue;
      recipe = true;
      if (lines_[i].text.find("-o") == std::string_view::npos || lines_[i].text.find(" -c ") != std::string_view::npos) continue;
      if (link) return std::unexpected(std::string("more than one line of the rule could be the link"));
      link = &lines_[i];
    }
    if (recipe && !link) return std::unexpected(std::string("no line of its rule is plainly the link"));
    for (std::string_view name : {"LDLIBS", "LIBS", "LOADLIBES"}) {
      if (link && !has_reference(link->text, name)) continue;
      if (const Line *line = last_assignment(name)) return line->end;
    }
    if (link) return link->end;
    return std::unexpected(std::string("the rule has no recipe, and no LDLIBS is set to add to"));
  }

 private:
  std::optional<size_t> rule_line() const {
    std::optional<size_t> found;
    for (size_t i = 0; i < lines_.size(); ++i) {
      std::string_view line = lines_[i].text;
      size_t colon = line.find(':');
      if (colon == line.npos || line.starts_with('\t') || line.starts_with('#') || line.substr(colon).starts_with(":=")) continue;
      if (!holds_word(line.substr(0, colon), program_) || line.find('=', colon) != line.npos) continue;
      if (found) {
        // Of several the one with a recipe makes it.
        bool has_recipe = i + 1 < lines_.size() && lines_[i + 1].text.starts_with('\t');
        if (!has_recipe) continue;
      }
      found = i;
    }
    return found;
  }

  const Line *last_assignment(std::string_view name) const {
    const Line *found = nullptr;
    for (const Line &line : lines_)
      if (assigned(line.text) == name && line.text.find('#') == std::string_view::npos) found = &line;
    return found;
  }

  std::vector<Line> lines_;
  std::string program_;
};

}  // namespace

std::expected<FileChange, std::string> edit_makefile(const LinkEdit &edit, const Files &files) {
  for (const char *name : {"GNUmakefile", "makefile", "Makefile"}) {
    std::string path = join_path(edit.directory, name);
    if (!files.is_file(path)) continue;
    Result<FileRef> file = files.open(path);
    if (!file) return std::unexpected(to_string(file.error()));
    std::string_view text = (*file)->bytes().text();
    std::string program = edit.output.starts_with(edit.directory + "/") ? edit.output.substr(edit.directory.size() + 1) : edit.output;
    std::expected<size_t, std::string> at = Makefile(text, program).place();
    if (!at) return std::unexpected(fmt::format("{}: {}", name, at.error()));
    return FileChange{path, std::string(text), splice(text, *at, *at, " " + quote_words(edit.words)), false};
  }
  return std::unexpected("there is no makefile where the link ran");
}

}  // namespace ldwhy
