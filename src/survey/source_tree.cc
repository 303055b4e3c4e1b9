// The project's own sources: do they declare or define a missing name? A name that
// nothing compiled defines is the project's own when its sources say so. Reads text
// around the identifier only; no language is parsed.
#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "base/parallel.h"
#include "name/name.h"
#include "survey/class_text.h"
#include "survey/survey.h"

namespace ldwhy {
namespace {

constexpr size_t most_files = 3000;
constexpr size_t most_bytes_each = 4 << 20;
constexpr int most_depth = 5;

bool is_source(std::string_view name) {
  for (std::string_view ending : {".c", ".cc", ".cpp", ".cxx", ".C", ".h", ".hh", ".hpp", ".hxx", ".inl", ".m", ".mm",
                                  ".s", ".S", ".asm", ".rs"})
    if (name.ends_with(ending)) return true;
  return false;
}

// Builds, and other people's code: what they declare is not the project's own.
bool is_foreign_folder(std::string_view name) {
  for (std::string_view foreign : {"node_modules", "target", "CMakeFiles", "third_party", "third-party", "thirdparty",
                                   "vendor", "vendored", "external", "extern", "deps", "subprojects", "_deps"})
    if (name == foreign) return true;
  return false;
}

void collect(const std::string &folder, int depth, const Files &files, std::set<std::string> &visited,
             std::vector<std::string> &found) {
  if (depth > most_depth || found.size() >= most_files || !visited.insert(folder).second) return;
  for (const std::string &name : files.list(folder)) {
    if (name.starts_with('.') || is_foreign_folder(name)) continue;
    std::string path = join_path(folder, name);
    if (is_source(name)) {
      if (found.size() < most_files && files.is_file(path)) found.push_back(path);
    } else if (name.find('.') == name.npos && files.is_directory(path)) {
      collect(path, depth + 1, files, visited, found);
    }
  }
}

bool is_word(char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

enum class Form : uint8_t {
  Use, Declaration, Definition,
  Private,  // a static function
};

// In Rust an extern block declares; a function with a body has this name in object files only
// where an attribute before it says so.
Form rust_form(std::string_view text, size_t at, std::string_view before, std::string_view after) {
  while (before.ends_with(' ')) before.remove_suffix(1);
  bool item = before.ends_with("fn") || before.ends_with("static") || before.ends_with("static mut");
  size_t stop = after.find_first_of(";{");
  if (!item || before.find("//") != before.npos || stop == after.npos) return Form::Use;
  std::string_view lead = text.substr(0, at);
  std::string_view attributes = lead.substr(lead.find_last_of(";}") + 1);  // npos + 1: all of it
  for (std::string_view mark : {"no_mangle", "export_name"})
    if (attributes.find(mark) != attributes.npos) return Form::Definition;
  size_t block = lead.rfind("extern");
  bool foreign = block != lead.npos && lead.find('}', block) == lead.npos;
  return foreign && after[stop] == ';' ? Form::Declaration : Form::Use;
}

// "struct name;", "using name = …": what follows names a type, not data.
bool names_type(std::string_view before) {
  std::string_view word = before.substr(0, before.find_first_of(" \t"));
  bool alone = before.find_first_not_of(" \t", word.size()) == before.npos;
  if (word == "typedef" || word == "using" || word == "namespace" || word == "return" || word == "goto") return true;
  return alone && (word == "struct" || word == "class" || word == "union" || word == "enum");
}

// What the text around an identifier is. A function: "type name(...) {" or ";", at the start of
// a statement, with a type before it; a label in assembly: "name:" at the line's start.
Form form_at(std::string_view text, size_t at, size_t length, std::string_view path, Format format) {
  size_t line_start = text.rfind('\n', at);
  line_start = line_start == text.npos ? 0 : line_start + 1;
  std::string_view before = text.substr(line_start, at - line_start);
  std::string_view after = text.substr(at + length);
  if (path.ends_with(".rs")) return rust_form(text, at, before, after);
  bool assembly = path.ends_with(".s") || path.ends_with(".S") || path.ends_with(".asm");
  if (assembly) {
    // Where C names begin with an underscore, a label without it is another name.
    bool alone = (before.empty() && format != Format::MachO) || before == "_";
    if (!alone || !after.starts_with(':')) return Form::Use;
    // Without .globl only its own file can use it.
    std::string name = before.empty() ? "" : "_";
    name += text.substr(at, length);
    bool global = text.find(".globl " + name) != text.npos || text.find(".global " + name) != text.npos ||
                  text.find(".globl\t" + name) != text.npos || text.find(".global\t" + name) != text.npos;
    return global ? Form::Definition : Form::Use;
  }
  for (std::string_view mark : {"//", "*", "#", "\"", "return ", "=", "(", ","}) {
    bool pointer = mark == "*" && before.find_first_not_of("/* \t") != before.npos;  // "char *name"
    if (!pointer && before.find(mark) != before.npos) return Form::Use;
  }
  // A static function is its own file's affair.
  bool is_private = before.starts_with("static ") || before.find(" static ") != before.npos;
  // A type name before the identifier, on this line or (GNU style) alone on the one above.
  size_t word = before.find_first_not_of(" \t");
  bool typed = word != before.npos;
  if (!typed && line_start > 1) {
    size_t above = text.rfind('\n', line_start - 2);
    std::string_view line = text.substr(above == text.npos ? 0 : above + 1, line_start - 1 - (above == text.npos ? 0 : above + 1));
    typed = before.empty() && !line.empty() && is_word(line.front()) && line.find_first_of(";(){}#") == line.npos;
  }
  if (!typed) return Form::Use;
  size_t next = after.find_first_not_of(" \t\r\n");
  if (next == after.npos || (is_private && after[next] != '(')) return Form::Use;
  bool outside = !before.empty() && is_word(before.front());  // not indented: no local variable
  if (after[next] == ';') {
    if (before.find("extern") != before.npos) return Form::Declaration;
    return outside && !names_type(before) ? Form::Definition : Form::Use;
  }
  if (after[next] == '=' && after.substr(next, 2) != "==") return outside && !names_type(before) ? Form::Definition : Form::Use;
  if (after[next] != '(') return Form::Use;
  int open = 0;
  size_t limit = std::min<size_t>(after.size(), next + 4000), end = next;
  for (; end < limit; ++end) {
    if (after[end] == '(') ++open;
    if (after[end] == ')' && --open == 0) break;
  }
  for (size_t i = end + 1; i < limit; ++i) {
    if (after[i] == ';') return is_private ? Form::Use : Form::Declaration;
    if (after[i] == '{') return is_private ? Form::Private : Form::Definition;
    if (after[i] == '}') break;
  }
  return Form::Use;
}

// The line around `at`.
SourcePlace place_at(std::string_view text, size_t at, const std::string &path, const std::string &directory) {
  size_t start = text.rfind('\n', at);
  start = start == text.npos ? 0 : start + 1;
  std::string line(text.substr(start, std::min<size_t>(text.find('\n', at), start + 120) - start));
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  line.erase(0, line.find_first_not_of(" \t"));
  std::string shown = path;
  if (shown.starts_with(directory + "/")) shown.erase(0, directory.size() + 1);
  uint32_t number = 1 + static_cast<uint32_t>(std::ranges::count(text.substr(0, at), '\n'));
  return {.name = "", .file = shown, .line = number, .text = line};
}

void look(const SurveyContext &context, const Quarry &, Survey &survey) {
  const Link &link = context.link;
  const Files &files = context.files;
  const Command &command = link.command;
  std::map<std::string_view, std::vector<size_t>> by_base;
  for (size_t i = 0; i < survey.wanted.size(); ++i) {
    const std::vector<Sighting> &sightings = survey.wanted[i].sightings;
    auto defines = [](const Sighting &s) { return s.relation == Relation::Exact && s.symbol.binding != Binding::Local; };
    bool found = std::ranges::any_of(sightings, defines);
    // What is defined twice may be defined in a header.
    bool twice = std::ranges::count_if(sightings, [&](const Sighting &s) {
      return defines(s) && s.object != no_object && s.kind != ObjectKind::Shared && s.kind != ObjectKind::Stub && is_defined(s.symbol);
    }) > 1;
    if (found && !twice) continue;
    ParsedName parsed = parse_name(survey.wanted[i].name, command.target.format);
    // C's names stand in sources as they are, underscores and all.
    by_base[parsed.scheme == Scheme::Plain ? parsed.raw : base_identifier(survey.wanted[i].name)].push_back(i);
  }
  if (by_base.empty() || by_base.size() > 200) return;
  std::vector<bool> tables(survey.wanted.size());
  for (size_t i = 0; i < survey.wanted.size(); ++i)
    tables[i] = parse_name(survey.wanted[i].name, command.target.format).table != ClassTable::None;
  auto is_table = [&](size_t index) { return tables[index]; };
  std::set<std::string> visited;
  std::vector<std::string> sources;
  collect(command.directory, 0, files, visited, sources);
  for (uint32_t i = 0; i < link.inputs.size(); ++i) {
    const InputArg &argument = command.inputs[i];
    if (argument.kind != InputArg::Kind::File || argument.automatic || link.inputs[i].kind != InputKind::Object) continue;
    collect(normal_path(join_path(command.directory, parent_path(link.inputs[i].path))), 0, files, visited, sources);
  }
  std::mutex mutex;
  parallel_for(sources.size(), [&](size_t i) {
    Result<FileRef> file = files.open(sources[i]);
    if (!file || (*file)->bytes().size() > most_bytes_each) return;
    std::string_view text = (*file)->bytes().text();
    for (const auto &[base, wanted] : by_base) {
      for (size_t at = text.find(base); at != text.npos; at = text.find(base, at + base.size())) {
        bool whole = (at == 0 || !is_word(text[at - 1])) && (at + base.size() >= text.size() || !is_word(text[at + base.size()]));
        if (!whole) continue;
        Form form = form_at(text, at, base.size(), sources[i], command.target.format);
        if (form == Form::Use) continue;
        SourcePlace place = place_at(text, at, sources[i], command.directory);
        place.definition = form == Form::Definition;
        std::lock_guard lock(mutex);
        for (size_t index : wanted) {
          if (is_table(index)) continue;
          place.name = survey.wanted[index].name;
          (form == Form::Private ? survey.private_sources : survey.sources).push_back(place);
        }
      }
      if (std::ranges::any_of(wanted, is_table)) {
        std::optional<ClassText> found = text.find(base) == text.npos ? std::nullopt : find_class(text, base);
        if (!found) continue;
        auto add = [&](std::optional<size_t> at, SourcePlace::Kind kind) {
          if (!at) return;
          SourcePlace place = place_at(text, *at, sources[i], command.directory);
          place.kind = kind;
          std::lock_guard lock(mutex);
          for (size_t index : wanted) {
            if (!is_table(index)) continue;
            place.name = survey.wanted[index].name;
            survey.sources.push_back(place);
          }
        };
        add(found->key_function, SourcePlace::Kind::KeyFunction);
        add(found->meta_object, SourcePlace::Kind::MetaObject);
      }
    }
  });
  for (std::vector<SourcePlace> *places : {&survey.sources, &survey.private_sources})
    std::ranges::sort(*places, [](const SourcePlace &a, const SourcePlace &b) {
      return std::tie(a.name, a.file, a.line) < std::tie(b.name, b.file, b.line);
    });
}

}  // namespace

extern const SurveySource source_tree_source{"source-tree", "declarations and definitions in the project's sources", true, look};

}  // namespace ldwhy
