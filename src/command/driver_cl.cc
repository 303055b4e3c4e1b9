// Drivers that take Microsoft's options, cl and clang-cl, where they are not asked ("Compiler
// options listed by category" in Microsoft's compiler reference; clang's manual, "clang-cl").
//
// An option begins with "/" or "-". Few take the next word, and what stands behind /link goes to
// the linker. Run-time libraries are named by the objects themselves.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "command/driver.h"

namespace ldwhy {
namespace {

// Options of compiling whose value may be the next word.
constexpr std::string_view with_value[] = {"I",      "D",     "U",      "FI",         "imsvc",      "external:I",
                                           "Xclang", "mllvm", "target", "winsysroot", "vctoolsdir", "winsdkdir"};
constexpr std::string_view library_endings[] = {".obj", ".o", ".lib", ".a", ".res", ".def", ".rlib", ".lo"};

bool has_library_ending(std::string_view word) {
  std::string lower = lower_case(word);
  return std::ranges::any_of(library_endings, [&](std::string_view ending) { return lower.ends_with(ending); });
}

class ClModel {
 public:
  ClModel(Command &command, const std::vector<std::string> &words) : command_(command), words_(words) {}

  void run() {
    command_.linker_path = "link.exe";
    for (at_ = 1; at_ < words_.size() && !behind_link_; ++at_) read(words_[at_]);
    for (; at_ < words_.size(); ++at_) passed_.push_back(words_[at_]);
    command_.linker_argv = {command_.linker_path};
    command_.linker_argv.insert(command_.linker_argv.end(), linker_words_.begin(), linker_words_.end());
    command_.linker_argv.insert(command_.linker_argv.end(), passed_.begin(), passed_.end());
    command_.defaults_unknown = true;
    command_.problems.push_back(
        {words_[0], "", std::nullopt, "the driver was not asked, and its default libraries are not known"});
  }

 private:
  void read(std::string_view word) {
    // A path may begin with a slash too.
    bool option = word.size() > 1 && (word[0] == '-' || (word[0] == '/' && !names_file(word)));
    if (!option) {
      add_input(word);
      return;
    }
    std::string_view name = word.substr(1);
    if (name == "link") behind_link_ = true;
    else if (name == "LD" || name == "LDd") linker_words_.emplace_back("/dll");
    else if (name == "Zi" || name == "Z7" || name == "ZI") linker_words_.emplace_back("/debug");
    else if (name.starts_with("Fe")) add_output(name.substr(2));
    else if (name == "o") add_output("");
    else if (name.starts_with("Tc") || name.starts_with("Tp")) add_source(name.size() > 2 ? name.substr(2) : next());
    else if (name.starts_with("fuse-ld=")) command_.linker_path = linker_named(name.substr(8));
    else if (std::ranges::find(with_value, name) != std::end(with_value)) next();
  }

  static bool names_file(std::string_view word) {
    return word.find('/', 1) != word.npos && (has_library_ending(word) || is_source_file(word)) &&
           !word.starts_with("/F");
  }
  static std::string linker_named(std::string_view choice) {
    return choice == "lld" ? "lld-link" : choice == "link" ? "link.exe" : std::string(choice);
  }
  std::string_view next() { return at_ + 1 < words_.size() ? std::string_view(words_[++at_]) : ""; }
  void add_output(std::string_view value) {
    if (value.starts_with(':')) value.remove_prefix(1);
    linker_words_.push_back(fmt::format("/out:{}", value.empty() ? next() : value));
  }
  void add_source(std::string_view name) { linker_words_.push_back(fmt::format("{}{})", compiled_mark, name)); }
  void add_input(std::string_view word) {
    if (is_source_file(word)) add_source(word);
    else linker_words_.emplace_back(word);
  }

  Command &command_;
  const std::vector<std::string> &words_;
  std::vector<std::string> linker_words_, passed_;
  size_t at_ = 0;
  bool behind_link_ = false;
};

}  // namespace

void model_cl_driver(Command &command, const std::vector<std::string> &words) {
  command.flavor = Flavor::Coff;
  ClModel(command, words).run();
}

}  // namespace ldwhy
