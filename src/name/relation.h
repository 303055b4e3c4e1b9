// How a name that was found relates to a name that is wanted.
#pragma once

#include <optional>
#include <string_view>

#include "model/sighting.h"
#include "name/name.h"

namespace ldwhy {

// Nothing where the two have only their identifier in common and nothing suggests that
// one was meant for the other. Both names are of `format`.
std::optional<Relation> relate(const ParsedName &wanted, std::string_view found, Format format);

// "sgemm" of "sgemm64" and "sgemm_64": how libraries with 64-bit integers mark their names.
std::string_view without_64(std::string_view name);

}  // namespace ldwhy
