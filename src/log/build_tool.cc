// What make, ninja, CMake, Bazel, Boost.Build and Xcode say around a link: where it starts,
// in which folder, and that it failed. They never complain themselves.
#include <cctype>

#include "base/match.h"
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {

using namespace std::string_view_literals;
namespace {

// GNU make in other languages: one word of each tells the direction.
void make_directory_translated(std::string_view line, bool &enters, bool &leaves) {
  for (std::string_view word :
       {"wird betreten"sv, "on entre dans"sv, "se entra en"sv, "进入"sv, "進入"sv, "入ります"sv, "вход в каталог"sv,
        "ingresso nella"sv, "Entrando"sv, "들어감"sv, "Wejście"sv, "Vstupuje"sv}) {
    enters = enters || (!leaves && contains(line, word));
  }
  for (std::string_view word : {"wird verlassen"sv, "on quitte"sv, "se sale del"sv, "离开"sv, "離開"sv, "から出ます"sv,
                                "выход из"sv, "uscita dalla"sv, "Saindo"sv, "나감"sv, "Opuszczenie"sv, "Opouští"sv}) {
    leaves = leaves || (!enters && contains(line, word));
  }
}

// "make[2]: Entering directory '/x'"; GNU make is translated, so the folder is told by its
// quotes and the direction by one word of each language.
bool make_directory(LogState &state, std::string_view line) {
  size_t colon = line.find(": ");
  if (colon == line.npos || colon > 40) colon = line.find(" : ");
  if (colon == line.npos || colon > 40) return false;
  std::string_view who = line.substr(0, line.find_first_of("[: "));
  if (!who.ends_with("make") && who != "ninja" && !who.ends_with("make.exe")) return false;
  std::string_view said = line.substr(colon);
  bool enters = said.starts_with(": Entering directory");
  bool leaves = !enters && said.starts_with(": Leaving directory");
  if (!enters && !leaves) make_directory_translated(line, enters, leaves);
  if (!enters && !leaves) return false;
  if (leaves) {
    if (!state.directories.empty()) state.directories.pop_back();
    return true;
  }
  size_t slash = line.find_first_of("/\\", colon);
  size_t quote = line.find_first_of("'`\"", colon);
  size_t start = quote != line.npos ? quote + 1 : slash;
  if (start == line.npos) return true;
  std::string_view folder = line.substr(start);
  folder = folder.substr(0, folder.find_first_of("'\"\n"));
  for (std::string_view closing : {"“"sv, "”"sv, "»"sv, "」"sv, "’"sv}) folder = folder.substr(0, folder.find(closing));
  if (who == "ninja") state.directories.clear();
  if (state.directories.size() < 256) state.directories.emplace_back(trim(folder));
  return true;
}

// "[100%] Linking CXX executable x", "[3/4] Linking target x", Xcode's "Ld /x normal arm64".
bool starts_link(std::string_view line) {
  std::string_view text = trim(line);
  if (text.starts_with('[')) {
    size_t close = text.find(']');
    if (close == text.npos || close > 24) return false;
    text = trim(text.substr(close + 1));
  }
  return text.starts_with("Linking ") || text.starts_with("FAILED: ") || text == "FAILED:" ||
         (text.starts_with("Ld ") && contains(text, " normal "));
}

// Who drives the build, by what it says of itself.
void name_tool(LogState &state, std::string_view line) {
  std::string_view tool = line.starts_with("ninja: ") ? "ninja"
                          : contains(line, "make: *** ") || contains(line, "]: *** ") || line.starts_with("make[")
                              ? "make"
                          : line.starts_with("ERROR: ") ? "bazel build"
                          : line.starts_with("Ld ")     ? "xcodebuild"
                                                        : "";
  if (!tool.empty() && (state.log->build_tool.empty() || tool == "ninja")) state.log->build_tool = tool;
}

LineFate read_tool(LogState &state, std::string_view line) {
  if (starts_link(line) || (line.starts_with("ERROR: ") && contains(line, ": Linking "))) {
    state.next_link();
    return LineFate::Understood;
  }
  if (make_directory(state, line)) {
    state.open = nullptr;
    return LineFate::Understood;
  }
  if (line.starts_with("...failed ")) {
    // Boost.Build shows the command after what it printed.
    if (!state.log->links.empty() && state.link->complaints.empty() && !state.link->commands.empty() &&
        state.log->links.back().commands.empty()) {
      state.split_commands();
      state.log->links.back().commands = std::move(state.link->commands);
      state.log->links.back().last_line = state.line;
    }
    state.next_link();
    return LineFate::Understood;
  }
  bool make_error = contains(line, ": *** [") || contains(line, " : *** [") || line.starts_with("*** [");
  if (make_error || line.starts_with("ninja: build stopped") || line.starts_with("ninja: error: ") ||
      contains(line, ": recipe for target '")) {
    // Where a log holds this and no more, that something failed is all there is to say.
    bool nothing_else = state.line == 1 && state.link->commands.empty();
    if (nothing_else) state.failed();
    state.next_link();
    return LineFate::Understood;
  }
  if (line.ends_with("not remade because of errors.") ||
      (contains(line, "make") && contains(line, ": *** "))) {  // "*** Deleting file", "*** Waiting for"
    state.open = nullptr;
    return LineFate::Understood;
  }
  return LineFate::NotMine;
}

LineFate read(LogState &state, std::string_view line) {
  line = trim(line);
  LineFate fate = read_tool(state, line);
  if (fate != LineFate::NotMine) name_tool(state, line);
  return fate;
}

constexpr std::string_view
    words[] = {"Linking",  "FAILED:",    " normal ",   "make:",        "make[",
               "ninja:",   "...failed ", ": *** ",     "*** [",        "recipe for target",
               "make.exe", "make : ",    ": error : ", "): warning : "};  // MSBuild's frame around others

}  // namespace

const LogDialect build_tool_dialect = {"build-tool", "build tools", read, words};

}  // namespace ldwhy
