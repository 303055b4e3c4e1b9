// GNU make manual, 9.8 (summary of options), 3.2 (names of makefiles), 9.5 (overriding variables).
#include "project/make_call.h"

#include <algorithm>

#include "project/shell_words.h"

namespace ldwhy {

MakeCall read_make_call(const std::vector<std::string> &argv, const Place &place) {
  MakeCall call;
  constexpr std::string_view valued[] = {"-I", "-o", "-W", "--include-dir", "--old-file", "--what-if"};
  for (size_t i = 1; i < argv.size(); ++i) {
    const std::string &word = argv[i];
    auto next = [&] { return i + 1 < argv.size() ? argv[++i] : std::string(); };
    ShellAssignment assignment;
    if (word == "-C" || word == "--directory") call.folders.push_back(next());
    else if (word.starts_with("--directory=")) call.folders.push_back(word.substr(12));
    else if (word.starts_with("-C")) call.folders.push_back(word.substr(2));
    else if (word == "-f" || word == "--file" || word == "--makefile") call.file = next();
    else if (word.starts_with("--file=")) call.file = word.substr(7);
    else if (word.starts_with("-f") && word.size() > 2) call.file = word.substr(2);
    else if (word == "-e" || word == "--environment-overrides") call.environment_first = true;
    else if (std::ranges::find(valued, word) != std::end(valued)) ++i;
    else if (word == "-j" || word == "-l") {
      // The number may stand apart.
      if (i + 1 < argv.size() &&
          (argv[i + 1].find_first_not_of("0123456789.") == std::string::npos || has_unknown(argv[i + 1])))
        ++i;
    } else if (word.starts_with('-')) continue;
    else if (read_assignment(word, assignment) && !assignment.append)
      call.variables.push_back({assignment.name, std::string(assignment.value), place});
    else call.goals.push_back(word);
  }
  return call;
}

std::string find_makefile(const std::string &folder, const std::string &file, const Files &files) {
  if (!file.empty()) {
    std::string path = normal_path(join_path(folder, file));
    return files.is_file(path) ? path : "";
  }
  for (const char *name : {"GNUmakefile", "makefile", "Makefile"}) {
    std::string path = join_path(folder, name);
    if (files.is_file(path)) return path;
  }
  return "";
}

}  // namespace ldwhy
