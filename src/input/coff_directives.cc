// .drectve ("PE Format", "The .drectve Section"): options for the linker, in the words of its
// command line: separated by blanks, a double quote around what has blanks. Compilers put the
// quotes inside a word as well, /EXPORT:"name",DATA. The text may start with the three bytes by
// which Windows marks UTF-8, and compilers fill it up with NULs.
#include "input/coff_directives.h"

namespace ldwhy::coff {

Directives::Directives(std::string_view section) {
  constexpr std::string_view utf8_mark = "\xef\xbb\xbf";
  constexpr std::string_view blanks(" \t\r\n\0", 5);
  if (section.starts_with(utf8_mark)) section.remove_prefix(utf8_mark.size());
  bool quoted = false;
  size_t begin = 0;
  auto end_word = [&] {
    if (unquoted_.size() > begin) ends_.push_back(unquoted_.size());
    begin = unquoted_.size();
  };
  for (char c : section) {
    if (c == '"') quoted = !quoted;
    else if (!quoted && blanks.find(c) != blanks.npos) end_word();
    else unquoted_ += c;
  }
  end_word();
}

std::vector<std::string_view> Directives::words() const {
  std::vector<std::string_view> words;
  size_t begin = 0;
  for (size_t end : ends_) {
    words.push_back(std::string_view(unquoted_).substr(begin, end - begin));
    begin = end;
  }
  return words;
}

}  // namespace ldwhy::coff
