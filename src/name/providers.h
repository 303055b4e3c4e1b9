// Names that belong to libraries in common use: which library defines them, and what
// package managers and build systems call that library. Made from Debian 12's packages by
// scripts/providers.py, so it says what such a library has, never what is on this system.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "name/name.h"

namespace ldwhy {

// Empty where it is not known, or there is none.
struct Provider {
  std::string_view library;        // "ssl": -lssl
  std::string_view debian;         // the package with what linking needs: "libssl-dev"
  bool static_only = false;        // there is libX.a and no libX.so
  std::string_view pkg_config;     // a module
  std::string_view cmake_package;  // for find_package: "OpenSSL", "Boost COMPONENTS filesystem"
  std::string_view cmake_target;   // "OpenSSL::SSL"
  std::string_view homebrew, vcpkg, conan;
  std::string_view crate;          // Rust's usual binding: "openssl-sys"
};

// The likeliest first.
struct Providers {
  static constexpr size_t most = 4;
  std::array<Provider, most> all;
  size_t count = 0;
  // The name, or what it begins with, is these libraries' own: others would hardly choose it.
  bool own = false;
  // Of C++: the class or namespace is theirs; whether they have this very function is not known.
  bool by_scope = false;

  const Provider *begin() const { return all.data(); }
  const Provider *end() const { return all.data() + count; }
  bool empty() const { return count == 0; }
};

// The index, in bytes that scripts/providers.py wrote.
class ProviderIndex {
 public:
  // Malformed where the bytes are no index.
  explicit ProviderIndex(Bytes bytes);

  Providers find(std::string_view key) const;        // as scripts/providers.py spells keys
  Providers named(std::string_view library) const;   // by the X of -lX
  uint32_t libraries() const { return libraries_; }
  uint32_t names() const { return names_; }

 private:
  Provider provider(uint32_t number) const;
  std::string_view line(uint32_t number) const;

  uint32_t libraries_ = 0, sets_ = 0, names_ = 0;
  Bytes directory_, starts_, set_table_, name_table_, text_;
};

// The one that is part of the program.
const ProviderIndex &provider_index();
Bytes provider_bytes();   // its file, providers.bin

// Which libraries define it. Versioned and decorated names: parsed as they are.
Providers providers_of(const ParsedName &name);
// Which packages bring libX.so or libX.a; here `own` says nothing.
Providers providers_named(std::string_view library);

}  // namespace ldwhy
