#include "advisory/catalogue.h"

#include <algorithm>

namespace ldwhy {
namespace {

constexpr std::string_view cause_ids[] = {
    // undefined symbols
    "library-not-linked",
    "archive-order",
    "object-missing",
    "language-linkage",
    "abi-mismatch",
    "signature-mismatch",
    "not-exported",
    "local-definition",
    "lto-dropped",
    "wrong-target",
    "lto-unreadable",
    "stale-artifact",
    "vtable-typeinfo",
    "not-instantiated",
    "symbol-version",
    "runtime-missing",
    "no-entry-point",
    "decoration",
    "dso-indirect",
    "inline-asm-definition",
    "dllimport-mismatch",
    "section-discarded",
    // duplicate symbols
    "header-definition",
    "linked-twice",
    "tentative-definition",
    "asm-duplicate",
    // inputs
    "library-not-found",
    "wrong-format",
    "target-mismatch",
    "lto-version-mismatch",
    "lto-unit-mismatch",
    "sdk-missing",
    "version-script",
    "image-marks",
    // layout
    "needs-pic",
    "out-of-range",
    "tls-mismatch",
    "region-overflow",
    // tools
    "linker-crash",
    "out-of-memory",
    "bad-option",
    "linker-not-found",
    "output-busy",
    "deployment-target",
    "command-too-long",
};

constexpr std::string_view verifications[] = {"git", "doc", "lab", "reported", "unknown"};

constexpr RemedyAction actions[] = {
    {"upgrade-package", " package version ", ""},
    {"upgrade-tool", " tool version ", ""},
    {"set-lto", " value ", ""},
    {"set-profile", " key value ", ""},
    {"package-profile", " package key value ", ""},
    {"set-linker", " linker ", ""},
    {"remove-flag", " flag ", " where "},
    {"add-flag", " flag where ", ""},
    {"clean", " what ", ""},
    {"advice", "", ""},
};

}  // namespace

bool is_cause_id(std::string_view id) { return std::ranges::find(cause_ids, id) != std::end(cause_ids); }

bool is_verification(std::string_view word) {
  return std::ranges::find(verifications, word) != std::end(verifications);
}

const RemedyAction *find_remedy_action(std::string_view id) {
  const RemedyAction *action = std::ranges::find(actions, id, &RemedyAction::id);
  return action == std::end(actions) ? nullptr : action;
}

}  // namespace ldwhy
