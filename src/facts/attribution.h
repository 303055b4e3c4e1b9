// Missing names that belong to a library in common use, by the provider index.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "facts/facts.h"
#include "name/providers.h"

namespace ldwhy {

struct Attribution {
  Provider provider;
  std::vector<Provider> others;   // that define it too, less likely meant
  bool by_scope = false;          // known by its class or namespace only
  bool likely = false;            // its name, or the company it is missing with, tells
};

// The library that a missing name most likely comes from. Nothing where none is known, where
// that library is on the link line already, or where a compiler or the system has the name.
std::optional<Attribution> attribute(const Case &c, const Facts &facts);

// For Facts::company.
std::map<std::string_view, size_t> count_company(std::span<const Case> cases);

// As evidence: "libssl defines SSL_new (Debian libssl-dev, …)", with each name as a detail.
Evidence provider_evidence(const Provider &provider, const std::string &text);

}  // namespace ldwhy
