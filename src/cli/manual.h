// The manual pages of docs/causes/, embedded at build time (cmake/embed_manual.cmake).
#pragma once

#include <optional>
#include <string_view>

namespace ldwhy {

// Markdown text of a page, by id.
std::optional<std::string_view> manual_page(std::string_view id);

}  // namespace ldwhy
