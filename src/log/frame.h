// What build systems and CI put around a tool's own words.
#pragma once

#include <string>
#include <string_view>

namespace ldwhy {

class Frames {
 public:
  // The line without its frames. The view is into `line` or into this object, and holds until
  // the next call. Leading blanks that no known frame accounts for stay.
  // Colours are looked for where there may be any.
  std::string_view peel(std::string_view line, bool may_have_colours = true);

 private:
  std::string plain_;       // the line without colours
  size_t note_indent_ = 0;  // inside one of rustc's notes: the column of its text
};

// Tags of one's own in front: "[linux-x64] text" of Jenkins' parallel branches, "[exec] text"
// of Ant, "[ERROR] text" of Maven. Too much like a message's own start to be looked for in lines
// that are not worth it.
std::string_view peel_tag(std::string_view line);

// MSBuild's frame: "C:\x.targets(12,3): error : TEXT [x.csproj]". Looked for only in lines
// that are worth it.
std::string_view peel_msbuild(std::string_view line);

// Code::Blocks' list of messages, "FILE|LINE|TEXT|", as "FILE:LINE: TEXT" in `plain`. Looked for
// only in lines that are worth it.
std::string_view peel_codeblocks(std::string_view line, std::string &plain);

}  // namespace ldwhy
