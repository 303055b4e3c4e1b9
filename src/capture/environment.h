// The environment that a stand-in found and the one that the real program gets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ldwhy {

// The session folder, where failed links are kept. Set for the whole build.
inline constexpr std::string_view session_variable = "LDWHY_SESSION";
// From the collect2 stand-in to that of the linker it runs: its capsule's id, and the linker.
inline constexpr std::string_view outer_variable = "LDWHY_OUTER";
inline constexpr std::string_view linker_variable = "LDWHY_LINKER";
// Likewise: a file to make, which says that this collect2 runs the linker that we offer it.
inline constexpr std::string_view proof_variable = "LDWHY_PROOF";

class ProcessEnvironment {
 public:
  ProcessEnvironment();  // a copy of ours

  std::string_view get(std::string_view name) const;  // empty: not set
  bool has(std::string_view name) const;
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  // Takes out what run_build and stand-ins put in.
  void remove_ours();

  const std::vector<std::string> &variables() const { return variables_; }
  // For execve; valid until the next change.
  char *const *block();

 private:
  std::vector<std::string>::iterator find(std::string_view name);
  std::vector<std::string> variables_;
  std::vector<char *> block_;
};

// CCC_OVERRIDE_OPTIONS, by which clang edits its own arguments: with our folder
// first among its -B options (`clang_prefix` of shims.h).
std::string with_clang_prefix(std::string_view overrides, std::string_view prefix);

}  // namespace ldwhy
