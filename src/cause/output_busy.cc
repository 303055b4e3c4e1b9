// The image cannot be written: the disk is full, the folder is not there, the file is a folder, is
// running, or belongs to someone else.
#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "base/words.h"
#include "cause/cause.h"
#include "facts/complaints.h"

namespace ldwhy {
namespace {

constexpr uint64_t nearly_full = 16 << 20;

// A linker that maps its output dies of a bus error on a full disk.
bool bus_error(const Case &c) {
  return has_code(c, {"crash"}) && (says(c, "Bus error") || says(c, "signal 7") || says(c, "SIGBUS"));
}

bool is_image(std::string_view name) {
  return name.ends_with(".exe") || name.ends_with(".dll") || name.ends_with(".pdb") || name.ends_with(".EXE") ||
         name.ends_with(".DLL");
}

// What cannot be opened is the output itself: link.exe has one number for both.
bool cannot_open_output(const Case &c, const Facts &facts) {
  if (!has_code(c, {"cannot-open", "cannot-find-library"})) return false;
  if (is_image(c.complaint->subject)) return true;
  return facts.link && !facts.link->command.output.empty() && c.complaint->subject == facts.link->command.output;
}

bool concerns(const Case &c, const Facts &facts) {
  return has_code(c, {"write-failed"}) || bus_error(c) || cannot_open_output(c, facts);
}

bool says_full(const Case &c) {
  return says(c, "No space left") || says(c, "Disk full") || says(c, "disk full") || says(c, "IO failure");
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!concerns(c, facts)) return std::nullopt;
  const OutputPlace &place = facts.survey->surroundings.output;
  std::string path = place.path.empty() ? "the output" : place.path;
  bool full_now = place.free_bytes && *place.free_bytes < nearly_full;
  if (bus_error(c) && !full_now) return std::nullopt;
  Verdict verdict = verdict_from_words(c, "", "");
  verdict.group = "output";
  std::string space =
      place.free_bytes ? fmt::format("{} free on the disk of {}", bytes_text(*place.free_bytes), place.folder) : "";
  if (!place.folder_exists) {
    verdict.certainty = Certainty::Proven;
    verdict.summary = fmt::format("{} cannot be written: the folder {} does not exist", path, place.folder);
    verdict.explanation = "Linkers do not make folders. The step that makes it did not run, or the path is wrong.";
    verdict.evidence.push_back({"absence", place.folder, "", "no such folder", {}});
    verdict.remedies.push_back({.remedy = "make-folder", .path = std::string(parent_path(place.path))});
    return verdict;
  }
  if (says_full(c) || (bus_error(c) && full_now)) {
    verdict.certainty = full_now ? Certainty::Proven : Certainty::Likely;
    verdict.summary =
        fmt::format("the disk was full when {} was written{}", path, full_now ? "" : "; there is room again now");
    verdict.explanation =
        bus_error(c)
            ? "The linker maps its output into memory; when the disk has no room for a page, the system stops it "
              "with a bus error. It is no fault of the linker."
            : "The image could not be written to the end. Debug information makes outputs many times as large as the "
              "code.";
    if (!space.empty())
      verdict.evidence.push_back({"machine", place.folder, "", space, {{"free", std::to_string(*place.free_bytes)}}});
    verdict.remedies.push_back({.remedy = "free-space", .path = place.folder});
    return verdict;
  }
  bool agrees = !place.obstacle.empty();
  verdict.certainty = agrees ? Certainty::Proven : Certainty::Likely;
  bool folder = place.obstacle == "Is a directory",
       running = place.obstacle == "Text file busy" || says(c, "Text file busy");
  verdict.summary = folder    ? fmt::format("{} is a folder, so no image of that name can be written", path)
                    : running ? fmt::format("{} is running, and a running program cannot be overwritten", path)
                    : agrees  ? fmt::format("{} cannot be written: {}", path, place.obstacle)
                              : fmt::format("{} could not be written; nothing is in its way now", path);
  verdict.explanation =
      folder ? "An earlier step made a folder of that name, or a variable that should hold the program's name is empty."
      : running ? "Stop the program (or the debugger, virus scanner or server that holds it) and link again."
      : agrees  ? "The file or its folder belongs to another user, as after a build by root or in a container, or is "
                  "read-only."
               : "The obstacle was there for a moment: a program that was still running, a virus scanner, a full disk, "
                 "another build.";
  verdict.evidence.push_back({"output", path, "", agrees ? place.obstacle : "can be written now", {}});
  if (!space.empty()) verdict.evidence.push_back({"machine", place.folder, "", space, {}});
  verdict.remedies.push_back({.remedy = "other-output", .path = path});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (bus_error(c)) return Suspicion{60, "a bus error of a linker is most often a full disk", "df ."};
  if (!concerns(c, facts)) return std::nullopt;
  if (says_full(c)) return Suspicion{95, "the disk was full when the image was written", "df ."};
  const std::string &file = c.complaint->subject;
  return Suspicion{85,
                   fmt::format("{} cannot be written: it is in use, or the folder is missing or not writable",
                               file.empty() ? "the output" : file),
                   ""};
}

std::string decide(const Case &c, const Facts &) {
  if (says(c, "No space") || says(c, "isk full")) return "df -h .";
  std::string file = c.complaint->subject;
  if (file.empty()) return "df -h .";
  std::string folder(parent_path(file));
  return fmt::format("ls -ld {}; df -h .", quote_words({file, folder.empty() ? "." : folder}));
}

}  // namespace

extern const Cause output_busy{"output-busy", "the image cannot be written", examine, suspect, decide};

}  // namespace ldwhy
