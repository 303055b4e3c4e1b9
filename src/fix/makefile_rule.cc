// GNU make manual, 4.1 "Rule Syntax", 5.1 "Recipe Syntax", 6.1 "Basics of Variable References".
#include "fix/makefile_rule.h"

#include <algorithm>

#include "base/words.h"

namespace ldwhy {
namespace {

std::vector<MakefileLine> logical_lines(std::string_view text) {
  std::vector<MakefileLine> lines;
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

// "LDLIBS = -lm", "LIBS += …": the variable's name.
std::string_view assigned(std::string_view line) {
  size_t equals = line.find('=');
  if (equals == line.npos || line.starts_with('\t') || line.starts_with('#')) return {};
  std::string_view name = line.substr(0, equals);
  while (!name.empty() && (name.back() == ' ' || name.back() == ':' || name.back() == '+' || name.back() == '?'))
    name.remove_suffix(1);
  return name.find_first_of(" \t$:#") == name.npos ? name : std::string_view();
}

// "app: LDLIBS = -lz", but not "app: $(SRC:.c=.o)".
bool sets_variable(std::string_view after_colon) {
  int depth = 0;
  for (char c : after_colon) {
    if (c == '(' || c == '{') ++depth;
    if (c == ')' || c == '}') --depth;
    if (c == '=' && depth == 0) return true;
  }
  return false;
}

bool is_word_end(std::string_view line, size_t at) {
  return at >= line.size() || line[at] == ' ' || line[at] == '\t' || line[at] == '\\' || line[at] == '\n';
}

}  // namespace

MakefileRule::MakefileRule(std::string_view text, std::string_view program) : text_(text), lines_(logical_lines(text)) {
  find_rule(program);
  if (rule_) find_link();
}

void MakefileRule::find_rule(std::string_view program) {
  for (size_t i = 0; i < lines_.size(); ++i) {
    std::string_view line = lines_[i].text;
    size_t colon = line.find(':');
    if (colon == line.npos || line.starts_with('\t') || line.starts_with('#') || line.substr(colon).starts_with(":="))
      continue;
    // "TARGET = app" and "$(TARGET): …".
    bool named = find_word(line.substr(0, colon), program).has_value();
    for (const MakeReference &reference : references_in(line.substr(0, colon)))
      if (const MakefileLine *value = last_assignment(reference.name))
        named = named || split_words(value->text.substr(value_begin(value->text))) == std::vector{std::string(program)};
    if (!named || sets_variable(line.substr(colon))) continue;
    bool has_recipe = i + 1 < lines_.size() && lines_[i + 1].text.starts_with('\t');
    // Of several the one with a recipe makes it.
    if (rule_ && !has_recipe) continue;
    rule_ = &lines_[i];
  }
}

void MakefileRule::find_link() {
  for (const MakefileLine *line = rule_ + 1; line != lines_.data() + lines_.size(); ++line) {
    if (!line->text.empty() && !line->text.starts_with('\t')) break;
    if (line->text.empty()) continue;
    has_recipe_ = true;
    bool archives = line->text.find("$(AR)") != std::string_view::npos || line->text.starts_with("\tar ");
    bool links = line->text.find("-o") != std::string_view::npos && line->text.find(" -c ") == std::string_view::npos;
    if (!archives && !links) continue;
    unclear_ = link_ != nullptr;
    link_ = line;
  }
}

const MakefileLine *MakefileRule::last_assignment(std::string_view name) const {
  const MakefileLine *found = nullptr;
  for (const MakefileLine &line : lines_)
    if (assigned(line.text) == name && line.text.find('#') == std::string_view::npos) found = &line;
  return found;
}

size_t MakefileRule::uses_of(std::string_view name) const {
  std::vector<MakeReference> all = references_in(text_);
  return static_cast<size_t>(std::ranges::count(all, name, &MakeReference::name));
}

std::expected<OpenMakefile, std::string> open_makefile(const std::string &directory, const std::string &output,
                                                       const Files &files) {
  for (const char *name : {"GNUmakefile", "makefile", "Makefile"}) {
    std::string path = join_path(directory, name);
    if (!files.is_file(path)) continue;
    Result<FileRef> file = files.open(path);
    if (!file) return std::unexpected(to_string(file.error()));
    std::string program = output.starts_with(directory + "/") ? output.substr(directory.size() + 1) : output;
    return OpenMakefile{path, *file, (*file)->bytes().text(), program};
  }
  return std::unexpected("there is no makefile where the link ran");
}

std::optional<size_t> find_word(std::string_view line, std::string_view word, size_t from) {
  for (size_t at = line.find(word, from); at != line.npos; at = line.find(word, at + 1))
    if ((at == 0 || is_word_end(line, at - 1) || line[at - 1] == '=') && is_word_end(line, at + word.size())) return at;
  return std::nullopt;
}

std::vector<MakeReference> references_in(std::string_view line) {
  std::vector<MakeReference> found;
  for (size_t at = line.find('$'); at != line.npos && at + 1 < line.size(); at = line.find('$', at + 1)) {
    char open = line[at + 1];
    if (open == '$') {
      ++at;
      continue;
    }
    if (open != '(' && open != '{') continue;
    size_t close = line.find(open == '(' ? ')' : '}', at);
    if (close == line.npos) break;
    std::string_view name = line.substr(at + 2, close - at - 2);
    if (name.find_first_of(" \t$") == name.npos) found.push_back({name, at, close + 1});
  }
  return found;
}

size_t value_begin(std::string_view assignment) {
  return std::min(assignment.find_first_not_of(" \t", assignment.find('=') + 1), assignment.size());
}

}  // namespace ldwhy
