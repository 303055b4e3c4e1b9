// What build systems and CI put around a tool's own words.
#pragma once

#include <string>
#include <string_view>

namespace ldwhy {

class Frames {
 public:
  // The line without its frames. The view is into `line` or into this object, and holds until
  // the next call. Leading blanks that no known frame accounts for stay.
  std::string_view peel(std::string_view line);

 private:
  std::string plain_;       // the line without colours
  size_t note_indent_ = 0;  // inside one of rustc's notes: the column of its text
};

// MSBuild's frame: "C:\x.targets(12,3): error : TEXT [x.csproj]". Looked for only in lines
// that are worth it.
std::string_view peel_msbuild(std::string_view line);

}  // namespace ldwhy
