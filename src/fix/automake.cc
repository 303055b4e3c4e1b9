// Makefile.am, of which automake and configure make the makefile (automake manual, 8.1 "Building a
// program", 8.2 "Building a library"): PROGRAM_SOURCES, and PROGRAM_LDADD or LDADD, in the names of
// which all but letters, digits and "@" is "_".
#include <fmt/format.h>

#include "base/words.h"
#include "edit/text_lines.h"
#include "fix/link_edit.h"
#include "fix/makefile_rule.h"

namespace ldwhy {
namespace {

std::string canonical(std::string_view name) {
  std::string made(name);
  for (char &c : made) {
    bool kept = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '@';
    if (!kept) c = '_';
  }
  return made;
}

// "srcdir = ../src" of the makefile that configure wrote.
std::string source_folder(const LinkEdit &edit, const Files &files) {
  Result<FileRef> file = files.open(join_path(edit.directory, "Makefile"));
  if (!file) return "";
  MakefileRule makefile((*file)->bytes().text(), "");
  const MakefileLine *line = makefile.last_assignment("srcdir");
  if (!line) return "";
  std::vector<std::string> words = split_words(line->text.substr(value_begin(line->text)));
  return words.size() == 1 ? normal_path(join_path(edit.directory, words[0]) + "/.") : "";
}

}  // namespace

std::expected<FileChange, std::string> edit_automake(const LinkEdit &edit, const Files &files) {
  std::string folder = source_folder(edit, files);
  if (folder.ends_with('/')) folder.pop_back();
  std::string path = join_path(folder, "Makefile.am");
  Result<FileRef> file = folder.empty() ? std::unexpected(Problem{}) : files.open(path);
  if (!file) return std::unexpected("the makefile is written by configure");
  std::string_view text = (*file)->bytes().text();
  MakefileRule list(text, "");
  std::string program = canonical(file_name(edit.output));
  const MakefileLine *sources = list.last_assignment(program + "_SOURCES");
  std::string added = " " + (edit.source.empty() ? quote_words(edit.words) : relative_path(edit.source, folder));
  if (!edit.source.empty()) {
    if (std::string library = canonical(file_name(edit.archive)); !edit.archive.empty())
      for (const std::string &name : {library, library.substr(0, library.size() - 1) + "la"})
        if (const MakefileLine *own = list.last_assignment(name + "_SOURCES")) sources = own;
    if (!sources) return std::unexpected(fmt::format("Makefile.am has no {}_SOURCES", program));
    return FileChange{path, std::string(text), splice(text, sources->end, sources->end, added), false};
  }
  for (const std::string &name : {program + "_LDADD", std::string("LDADD")})
    if (const MakefileLine *words = list.last_assignment(name))
      return FileChange{path, std::string(text), splice(text, words->end, words->end, added), false};
  if (!sources) return std::unexpected(fmt::format("Makefile.am has no {}_SOURCES", program));
  std::string line = fmt::format("{}_LDADD ={}", program, added);
  return FileChange{path, std::string(text), insert_lines(text, past_line(text, sources->end), line), false};
}

}  // namespace ldwhy
