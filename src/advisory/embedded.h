// The advisories of advisories/, embedded at build time (cmake/embed_advisories.cmake).
#pragma once

#include <span>
#include <string_view>

namespace ldwhy {

struct EmbeddedAdvisory {
  std::string_view id;  // the file's name without ".md"
  std::string_view text;
};
std::span<const EmbeddedAdvisory> embedded_advisories();  // sorted by id

}  // namespace ldwhy
