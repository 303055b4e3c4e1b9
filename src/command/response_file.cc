// Files that hold arguments: "@file" of GNU and LLVM tools, "-filelist" of Apple's linkers.
//
// GNU's quoting is not the shell's: a backslash takes the next character as it is everywhere,
// also between single quotes (GCC manual, "@file"; libiberty's buildargv, and LLVM's GNU
// style, which agree in this). A line end is a blank like others. A file may name further
// files; depth, words, files and bytes are bounded, since a file that names itself, or a chain
// of files that each name the next one a thousand times, would never end.
#include "command/response_file.h"

#include <fmt/format.h>

#include <algorithm>

namespace ldwhy {
namespace {

constexpr size_t depth_limit = 16;
constexpr size_t word_limit = 4'000'000;
constexpr size_t file_limit = 10'000;
constexpr size_t byte_limit = 512 << 20;
constexpr size_t problem_limit = 100;

// Load commands of Mach-O begin so too ("-install_name @rpath/libx.dylib").
constexpr std::string_view load_paths[] = {"@rpath/", "@loader_path/", "@executable_path/"};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

class Expander {
 public:
  Expander(const std::string &directory, const Files &files, std::vector<Problem> &problems, Quoting quoting)
      : directory_(directory), files_(files), problems_(problems), quoting_(quoting) {}

  void add(const std::vector<std::string> &words) {
    for (const std::string &word : words) {
      if (full_) return;
      if (word.size() < 2 || word[0] != '@' || !expand(word)) keep(word);
    }
  }

  std::vector<std::string> take() { return std::move(words_); }

 private:
  void keep(const std::string &word) {
    if (words_.size() >= word_limit) {
      problem("", fmt::format("response files hold more than {} words", word_limit));
      full_ = true;
      return;
    }
    words_.push_back(word);
  }

  bool expand(const std::string &word) {
    std::string name = word.substr(1);
    std::string path = join_path(directory_, name);
    if (std::find(open_.begin(), open_.end(), path) != open_.end()) {
      // No file of such a name is meant, so the word does not stay: the rest can still be told.
      problem(name, "this response file names itself");
      return true;
    }
    if (open_.size() == depth_limit)
      return problem(name, fmt::format("response files name each other more than {} deep", depth_limit));
    Result<FileRef> file = files_.open(path);
    if (!file) return is_load_path(word) ? false : problem(name, "response file: " + file.error().text);
    bytes_ += (*file)->bytes().size();
    if (++opened_ > file_limit || bytes_ > byte_limit) return problem(name, "response files name too many others");
    open_.push_back(path);
    std::string_view text = (*file)->bytes().text();
    add(quoting_ == Quoting::Windows ? split_windows_response(text) : split_response(text));
    open_.pop_back();
    return true;
  }

  static bool is_load_path(std::string_view word) {
    return std::any_of(std::begin(load_paths), std::end(load_paths),
                       [&](std::string_view start) { return word.starts_with(start); });
  }

  // Says why the word stays as it is; each file once.
  bool problem(const std::string &name, std::string text) {
    if (problems_.size() >= problem_limit) return false;
    bool told =
        std::any_of(problems_.begin(), problems_.end(), [&](const Problem &known) { return known.file == name; });
    if (!told || name.empty()) problems_.push_back({name, "", std::nullopt, std::move(text)});
    return false;
  }

  const std::string &directory_;
  const Files &files_;
  std::vector<Problem> &problems_;
  Quoting quoting_;
  std::vector<std::string> open_;
  std::vector<std::string> words_;
  size_t opened_ = 0, bytes_ = 0;
  bool full_ = false;
};

}  // namespace

std::vector<std::string> split_response(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      word += text[++i];
      in_word = true;
    } else if (quote) {
      if (c == quote) quote = 0;
      else word += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
      in_word = true;
    } else if (is_blank(c)) {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (in_word) words.push_back(std::move(word));
  return words;
}

// Backslashes count only before a double quote: each two give one, and a last one takes the quote as
// it is. Inside quotes, two of them give one ("Parsing C++ command-line arguments"). The file may
// begin with the three bytes by which Windows marks UTF-8.
std::vector<std::string> split_windows_response(std::string_view text) {
  constexpr std::string_view utf8_mark = "\xef\xbb\xbf";
  if (text.starts_with(utf8_mark)) text.remove_prefix(utf8_mark.size());
  std::vector<std::string> words;
  std::string word;
  bool in_word = false, quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    size_t backslashes = 0;
    while (i + backslashes < text.size() && text[i + backslashes] == '\\') ++backslashes;
    size_t after = i + backslashes;
    bool before_quote = after < text.size() && text[after] == '"';
    if (backslashes > 0) {
      word.append(before_quote ? backslashes / 2 : backslashes, '\\');
      in_word = true;
      i = after - 1;
      if (before_quote && backslashes % 2 == 1) word += text[++i];
    } else if (text[i] == '"') {
      bool doubled = quoted && i + 1 < text.size() && text[i + 1] == '"';
      if (doubled) word += text[++i];
      else quoted = !quoted;
      in_word = true;
    } else if (!quoted && is_blank(text[i])) {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      word += text[i];
      in_word = true;
    }
  }
  if (in_word) words.push_back(std::move(word));
  return words;
}

std::vector<std::string> expand_response_files(const std::vector<std::string> &words, const std::string &directory,
                                               const Files &files, std::vector<Problem> &problems, Quoting quoting) {
  Expander expander(directory, files, problems, quoting);
  expander.add(words);
  return expander.take();
}

Result<std::vector<std::string>> read_file_list(std::string_view value, const std::string &directory,
                                                const Files &files) {
  // A comma is taken for the separator first, as ld64 does.
  size_t comma = value.rfind(',');
  std::string_view path = value.substr(0, comma);
  std::string_view folder = comma == value.npos ? "" : value.substr(comma + 1);
  Result<FileRef> file = files.open(join_path(directory, path));
  if (!file) return std::unexpected(file.error());
  std::vector<std::string> names;
  std::string_view text = (*file)->bytes().text();
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) names.push_back(join_path(folder, line));
  }
  return names;
}

}  // namespace ldwhy
