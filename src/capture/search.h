// Which program a stand-in stands in for: the one its caller would have run.
#pragma once

#include <optional>
#include <string>

#include "capture/environment.h"
#include "capture/shims.h"

namespace ldwhy {

// `clean` is the environment without ours; `session` may be empty. Paths are spelled as
// the caller would have spelled them, because linkers put them before their messages.
class Search {
 public:
  Search(const Calling &calling, ProcessEnvironment &clean, std::string session)
      : calling_(calling), clean_(clean), session_(std::move(session)) {}

  // The real program of the calling's name.
  std::optional<std::string> program() const;
  // What the collect2 at `collect2`, called with these arguments, will run as its linker.
  // `special` is set where it is one of the two names that decide more than the path.
  std::optional<std::string> linker_of_collect2(const std::string &collect2, const char *const *argv,
                                                bool &special) const;

 private:
  std::optional<std::string> in_list(std::string_view list, const std::string &name) const;
  std::optional<std::string> by_clang() const;
  std::optional<std::string> by_gcc(const std::string &name) const;
  std::optional<std::string> answer(const std::string &program, std::vector<std::string> words, bool keep) const;

  const Calling &calling_;
  ProcessEnvironment &clean_;
  std::string session_;
};

// "-fuse-ld=lld" among arguments, the last one: "lld"; empty: none.
std::string_view chosen_linker(const char *const *argv);

}  // namespace ldwhy
