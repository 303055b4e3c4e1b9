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

}  // namespace ldwhy
