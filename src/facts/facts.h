// What is known of a failed link, as the causes read it: what the linker complains of, each with what
// the model of the link and the search around it found; or, of a pasted log, the words alone.
//
// Beside it stand the questions that several causes ask, a file a subject. Like the causes they open
// no files and know no format.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/complaint.h"
#include "model/diagnosis.h"
#include "model/link.h"
#include "model/sighting.h"
#include "name/known_names.h"
#include "name/name.h"

namespace ldwhy {

// One thing the linker complains of, with what was found about it.
struct Case {
  const Complaint *complaint = nullptr;    // never null
  const Unresolved *unresolved = nullptr;  // null: not missing by the model, or no objects
  const Wanted *wanted = nullptr;          // null: no objects, or not about a symbol
  std::string name;                        // the symbol in object-file spelling
  std::string shown;                       // for people: demangled
  ParsedName parts;                        // the name taken apart, as printed where it stands in a log
  // What the name tells by itself; asked once, since every cause wants to know.
  std::optional<KnownName> known = std::nullopt;  // a support or system library's; Windows' only in links for Windows
  bool library_own = false;  // of the C++ standard library
};

// All that is known of a failed link. Every pointer may be null: from a pasted log
// alone there are no objects.
struct Facts {
  const Link *link = nullptr;
  const Resolution *resolution = nullptr;
  const Survey *survey = nullptr;
  const LoggedLink *log = nullptr;
  std::vector<const Complaint *> passed_over;  // of the log: inputs of another target, ignored
  std::vector<const Complaint *> asides;  // of the log: what was said of inputs, the first of it
  Flavor flavor = Flavor::Unknown;
  Linker linker = Linker::Unknown;
  Format format = Format::Unknown;
  LtoMode lto = LtoMode::None;
  std::span<const Case> cases = {};  // the first of this link: what missing names have in common
  std::map<std::string_view, size_t> company = {};  // how many of them each library of the index has
  std::string command = {};  // the link's, quoted for a shell; empty: not known, or not to be typed
  std::optional<bool> windows = std::nullopt;  // what for_windows() found, where it was asked already
};

}  // namespace ldwhy
