// An input is built for a newer system than the link's. Mostly a warning that means nothing; it
// is the cause where the linker makes an error of it, or where that very input needs what the
// older system does not have.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "name/arrivals.h"

namespace ldwhy {
namespace {

// Warned of, among those who refer to the missing symbol.
const Complaint *warned_referrer(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c)) return nullptr;
  for (const Complaint *aside : facts.asides) {
    const Complaint &warning = *aside;
    if (warning.code != "newer-os" || warning.subject.empty()) continue;
    for (const ReferencePlace &place : c.complaint->references) {
      bool same = !place.file.empty() && warning.subject.find(place.file) != std::string::npos &&
                  warning.subject.find(place.member) != std::string::npos;
      if (same) return &warning;
    }
  }
  return nullptr;
}

// Names that the system's own libraries have since some release only.
bool of_the_system(std::string_view name) {
  constexpr std::string_view heads[] = {
      "___chkstk_darwin", "_objc_claim",      "_swift_", "___isPlatformVersion", "_os_", "_dispatch_",
      "_OBJC_CLASS_$_NS", "_OBJC_CLASS_$_UI", "_clock_", "__availability"};
  return std::ranges::any_of(heads, [&](std::string_view head) { return name.starts_with(head); });
}

std::optional<Verdict> newer_than_link(const Case &c, const Facts &facts) {
  ObjectId id = object_meant(c, facts);
  if (id == no_object) return std::nullopt;
  uint32_t want = facts.link->command.target.min_os, have = facts.link->object(id)->target().min_os;
  std::string name = facts.link->name_of(id);
  Verdict verdict = verdict_from_words(
      c,
      fmt::format("{} is built for {}, and this link is for {}", name, have ? version_text(have) : "a newer system",
                  want ? version_text(want) : "an older one"),
      "The deployment target is the oldest system that the program is to run on. An object that was compiled for a "
      "newer one may call "
      "what the older one lacks. Here the linker is told to take that for an error (-fatal_warnings, or its own "
      "rule).");
  if (want && have > want) verdict.certainty = Certainty::Proven;
  verdict.group = "os";
  verdict.evidence.push_back(
      {"input",
       name,
       "",
       fmt::format("its load command asks for {}", have ? version_text(have) : "an unknown release"),
       {}});
  if (want) verdict.evidence.push_back({"option", "", "", fmt::format("the link asks for {}", version_text(want)), {}});
  verdict.remedies.push_back({.remedy = "deployment-target", .symbol = have ? version_text(have) : "", .path = name});
  return verdict;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (has_code(c, {"newer-os"})) return newer_than_link(c, facts);
  if (!is_undefined_case(c) || !of_the_system(c.name) || !exact_definitions(c, false).empty()) return std::nullopt;
  const Complaint *warning = warned_referrer(c, facts);
  if (!warning) return std::nullopt;
  Verdict verdict = verdict_from_words(
      c,
      fmt::format("{} is built for a newer system than this link and needs {}, which the older one lacks",
                  warning->subject, c.shown),
      "The warning above belongs to this error: the object that needs the symbol is the one that was warned of.");
  verdict.group = "os";
  verdict.evidence.push_back({"message", "", "", warning->text, {}});
  verdict.remedies.push_back({.remedy = "deployment-target", .path = warning->subject});
  return verdict;
}

// By the names of tools, folders and targets in it.
bool for_android(const Facts &facts) {
  auto tells = [](std::string_view text) {
    for (std::string_view mark : {"android", "Android", "/ndk/", "\\ndk\\", "__ndk1"})
      if (text.find(mark) != text.npos) return true;
    return false;
  };
  if (std::ranges::any_of(shown_words(facts), tells)) return true;
  return std::ranges::any_of(facts.cases, [&](const Case &other) {
    return tells(other.complaint->text) || tells(other.complaint->symbol) ||
           std::ranges::any_of(other.complaint->references,
                               [&](const ReferencePlace &place) { return tells(place.file) || tells(place.source); });
  });
}

// Android's C library has it only since some API level, and the link is for an older one.
std::optional<Suspicion> newer_android(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || facts.flavor == Flavor::Darwin || facts.flavor == Flavor::Coff ||
      facts.flavor == Flavor::Wasm)
    return std::nullopt;
  unsigned level = android_level(c.parts);
  bool own = is_androids_own(c.parts) ||
             std::ranges::any_of(facts.cases, [](const Case &other) { return is_androids_own(other.parts); });
  if ((!level && !own) || (!own && !for_android(facts))) return std::nullopt;
  if (!level && !is_androids_own(c.parts)) return std::nullopt;
  return Suspicion{88,
                   level ? fmt::format("Android's C library has it since API level {}: the link is for an older one "
                                       "(minSdkVersion, ANDROID_PLATFORM, "
                                       "APP_PLATFORM) than its object was compiled for",
                                       level)
                         : "its object was compiled for a newer API level of Android than the link's (minSdkVersion, "
                           "ANDROID_PLATFORM, APP_PLATFORM)",
                   ""};
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (std::optional<Suspicion> android = newer_android(c, facts)) return android;
  std::string_view release = facts.flavor == Flavor::Darwin && is_undefined_case(c) ? apple_release(c.parts) : "";
  if (!release.empty())
    return Suspicion{
        76,
        fmt::format(
            "macOS has it since {}: it was compiled for that, and linked with an older kit or for an older system",
            release),
        "xcrun --show-sdk-version"};
  if (has_code(c, {"newer-os"}))
    return Suspicion{85, fmt::format("{} is built for a newer system than this link", c.complaint->subject), ""};
  const Complaint *warning = warned_referrer(c, facts);
  if (!warning) return std::nullopt;
  bool system = of_the_system(c.complaint->symbol);
  return Suspicion{system ? 90 : 20,
                   fmt::format("{} is built for a newer system than this link, and refers to it", warning->subject),
                   show_target(warning->subject, facts)};
}

std::string decide(const Case &c, const Facts &facts) {
  return c.complaint->subject.empty() ? "" : show_target(c.complaint->subject, facts);
}

}  // namespace

extern const Cause deployment_target{"deployment-target", "built for a newer system than the link's", examine, suspect,
                                     decide};

}  // namespace ldwhy
