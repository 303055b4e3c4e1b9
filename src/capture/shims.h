// The folder of links to this program through which linkers are caught.
//
// Each caller looks for its linker in a way of its own, and each gets a place that
// only it can see, so that nothing else notices (`gcc -print-prog-name=ld` and what
// configure scripts make of it stay as they were):
//   gcc/collect2    gcc runs collect2, looked up in COMPILER_PATH's folders
//   inner/real-ld   collect2 looks for this name before all others, in COMPILER_PATH;
//                   set by the collect2 stand-in alone
//   clang-NAME      clang takes an entry of COMPILER_PATH that is no folder as the
//                   first letters of a path: ".../clang-" and "ld.lld"
//   path/NAME       found through PATH by whoever calls a linker by its bare name;
//                   only names that PATH has anyway; so are drivers whose linker is a part
//                   of them, or stands where nobody can stand in for it
//   rustc/ldwhy-rustc  cargo runs it as RUSTC_WRAPPER (rustc.cc)
//   rust-lld/rust-lld  that one names it to rustc as its linker
// The folder's name is a hash of its contents and it is never removed: a configure
// script may write down a linker's path, and that path must go on working, with or
// without a session.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/problem.h"

namespace ldwhy {

// "ld", "ld.lld-19", "x86_64-w64-mingw32-ld"…
bool is_linker_name(std::string_view name);

// "zig", "emcc": drivers that are caught themselves.
bool is_linking_driver(std::string_view name);

// Whom the stand-in was called by, which says where the real program is.
enum class CalledBy : uint8_t { Search, Gcc, Collect2, Clang, Cargo };
struct Calling {
  CalledBy by = CalledBy::Search;
  std::string name;    // the program stood in for: "ld.lld"
  std::string folder;  // the shim folder; empty: a link that somebody else made
};
// Nothing where `path` (started_as) is no stand-in's.
std::optional<Calling> calling_of(std::string_view path);

// Makes (or finds) the folder, under `cache`, for the linkers that PATH has now.
Result<std::string> make_shims(const std::string &cache, const std::string &program);

std::string path_shims(std::string_view folder);
std::string compiler_path_shims(std::string_view folder);
std::string collect2_shims(std::string_view folder);
std::string clang_prefix(std::string_view folder);
std::string rustc_shim(std::string_view folder);
std::string rust_lld_shim(std::string_view folder);

// Whether a path lies in a shim folder, ours or another ldwhy's.
bool in_shims(std::string_view path);
// A colon-separated list without the entries that do.
std::string without_shims(std::string_view list);

}  // namespace ldwhy
