// What a build left behind: its files, opened, and which of them belong together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "check/objects.h"
#include "model/link.h"

namespace ldwhy {

// Files that one link may take together.
struct OutputGroup {
  enum class Kind : uint8_t {
    Given,        // named one by one
    Cargo,        // one profile of one target of a cargo target folder
    BuildScript,  // what one build script of cargo's made, other programs' objects among them
    Tree,         // a CMake build folder
    Folder,
  };
  Kind kind = Kind::Folder;
  std::string folder;       // absolute; Given: empty
  std::string shown;
  Target expected;          // what the place itself says that they are for; may be unknown
  std::string expected_by;  // a clause for people: "as the folder's name says"
  std::string rustc;        // Cargo: version of the last run, "1.95.0 (59807616e 2026-04-14)"
  std::string base;         // Cargo: the folder that its depfiles' relative names start from
};

struct OutputFile {
  std::string path, shown;
  uint32_t group = 0;
  bool given = false;       // named by the caller, not found in a folder
  Input input;
};

struct Outputs {
  std::vector<OutputGroup> groups;
  std::vector<OutputFile> files;
  std::vector<ProjectProblem> problems;
  size_t objects = 0;

  Outputs() = default;
  Outputs(Outputs &&) = default;
  Outputs &operator=(Outputs &&) = default;
  ~Outputs();               // unmaps in parallel
};

Outputs open_outputs(const ObjectsRequest &request, const Files &files);

// "libfiber.rlib(fiber.o)"
std::string name_of(const OutputFile &file, const Member &member);
// A target without views into the file that it was read from.
Target detached(Target target);
// From a triple as rustc or clang spells it.
Target target_of_triple(std::string_view triple);

}  // namespace ldwhy
