// Cargo's version requirements (The Cargo Book, "Specifying Dependencies").
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ldwhy {

// Nothing where the requirement cannot be read.
std::optional<bool> requirement_allows(std::string_view requirement, std::string_view version);
// The requirement with another version in it, as precise as before: "=38.0.3" → "=38.0.4". Nothing
// where it is more than one comparison, or would still not allow the version.
std::optional<std::string> requirement_for(std::string_view requirement, std::string_view version);

}  // namespace ldwhy
