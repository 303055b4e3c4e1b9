// Remedies that only a person, a compiler or an installer can carry out: what to do, in words.
#include <array>

#include <fmt/format.h>

#include "base/words.h"
#include "remedy/remedy.h"

namespace ldwhy {
namespace {

struct Instruction {
  const char *id;
  const char *cost;
  const char *title;     // {path}, {symbol} are the seed's
  const char *command;   // null: none
};
constexpr Instruction rows[] = {
    {"name-once", "none", "link {path} once", nullptr},
    {"one-version", "a build file's change", "link one of the two copies only: make everything use the same {path}",
     nullptr},
    {"declare-extern", "a source change", "declare {symbol} `extern` in the header, and define it in one source file",
     nullptr},
    {"define-in-source", "a source change",
     "only declare {symbol} in the header, and move its body into one source file", nullptr},
    {"common-data", "hides the same mistake elsewhere",
     "compile with -fcommon, as compilers did before GCC 10 and clang 11", "CFLAGS=-fcommon"},
    {"mark-inline", "a source change", "mark {symbol} inline (C: static inline) in the header", nullptr},
    {"fetch-lfs", "a download", "fetch the real {path}: git lfs pull",
     "git lfs install && git lfs pull --include={path}"},
    {"fetch-again", "a download", "download {path} again, and check that the server sends the file itself",
     "curl -fLO URL"},
    {"unpack", "none", "unpack {path} and link what is in it", nullptr},
    {"name-object", "none", "link what is built from {path}, not {path} itself", nullptr},
    {"build-again", "one build of that file", "remove {path} and build it again", "rm {path}"},
    {"newer-library", "one more thing to install, here and where the program runs",
     "link with a {path} that has version {symbol}", nullptr},
    {"build-on-oldest", "that code has to be built again",
     "build {path} on (or for) the oldest system that it is to run on", nullptr},
    {"compile-again", "that code has to be compiled again", "compile {path} again, with the headers of this system",
     nullptr},
    {"retain-section", "a source change",
     "mark what is in {symbol} __attribute__((used, retain)) (Rust: #[used(linker)])", nullptr},
    {"keep-in-script", "none",
     "give {symbol} a place in the linker script: name it in an output section, before /DISCARD/", nullptr},
    {"same-flags", "everything has to be compiled again", "compile {path} as the rest is compiled ({symbol})", nullptr},
    {"matching-linker", "one more tool to install", "link with LLD {symbol} or newer",
     "-fuse-ld=lld --ld-path=ld.lld-{symbol}"},
    {"plugin-linker", "none", "link with GNU ld, gold or mold, and by way of {symbol}, which passes its plugin",
     "{symbol} -flto -fuse-ld=bfd"},
    {"mark-used", "a source change",
     "mark {symbol} __attribute__((used)), so that LTO keeps it (Rust: #[used], #[no_mangle])", nullptr},
    {"drop-static", "a source change",
     "drop `static` from {symbol}: what assembly names must be visible to other objects", nullptr},
    {"one-partition", "a longer link, which uses one processor",
     "let GCC's LTO make one part of the program (-flto-partition=none)", "gcc -flto -flto-partition=none"},
    {"unique-label", "a source change",
     "make {symbol} a label that each copy of the text has anew: \"1:\", or a name with %= in it", nullptr},
    {"one-text", "a source change",
     "write the assembly that defines {symbol} once: in an assembly file (.S), or in one source file", nullptr},
    {"top-level-asm", "a source change",
     "move what defines {symbol} out of the function: into a top-level asm statement, or an assembly file (.S)",
     nullptr},
    {"install-kit", "one more thing to install",
     "install the development kit for {symbol}, and tell the driver where it is (--sysroot, -isysroot, SDKROOT, LIB)",
     nullptr},
    {"compile-pic", "that code has to be compiled again",
     "compile {path} with -fPIC (CMake: POSITION_INDEPENDENT_CODE ON), or use the shared library", nullptr},
    {"same-prototype", "a source change",
     "declare {symbol} in one header, with its parameters, and include it wherever it is called", nullptr},
    {"same-declaration", "a source change",
     "declare {symbol} in one header, thread-local or not, and include it on both sides", nullptr},
    {"tls-model", "that code has to be compiled again", "compile {path} with -fPIC and without -ftls-model=local-exec",
     nullptr},
    {"code-model", "slightly larger code; all objects compiled again",
     "compile everything for a larger reach ({symbol}), or make the image smaller", nullptr},
    {"make-smaller", "slower code, or less of it",
     "build for size (-Os, LTO, no unwind tables), or correct the region's length", nullptr},
    {"edit-version-script", "none", "correct {path}{symbol}", nullptr},
    {"report-crash", "a report",
     "report it to the linker's makers with a reproducer (LLD --reproduce=repro.tar, mold --repro, Apple ld "
     "-debug_snapshot)",
     nullptr},
    {"fewer-jobs", "a slower build",
     "link fewer programs at once (-j1; Ninja: a link pool), with less debug information (-g1, -gsplit-dwarf) or more "
     "memory",
     nullptr},
    {"install-linker", "one more tool to install", "install {symbol}, or correct the setting that names it", nullptr},
    {"make-folder", "none", "make the folder {path} first", "mkdir -p {path}"},
    {"free-space", "none", "make room on the disk of {path}", "df -h {path}"},
    {"other-output", "none", "remove or stop what is at {path}, or write to another path", nullptr},
    {"deployment-target", "older systems are left out, or that code is compiled again",
     "use one deployment target for all (MACOSX_DEPLOYMENT_TARGET): compile {path} for the link's, or link for "
     "{symbol}",
     nullptr},
};

std::string filled(std::string_view pattern, const RemedySeed &seed, bool quoted) {
  std::string text(pattern);
  auto put = [&](std::string_view hole, const std::string &value) {
    for (size_t at = text.find(hole); at != text.npos; at = text.find(hole, at + value.size()))
      text.replace(at, hole.size(), value);
  };
  put("{path}", quoted && !seed.path.empty() ? quote_words({seed.path}) : seed.path);
  put("{symbol}", seed.symbol);
  return text;
}

void describe(const RemedySeed &given, const RemedyContext &, Remedy &remedy) {
  for (const Instruction &row : rows) {
    if (remedy.id != row.id) continue;
    RemedySeed seed = given;
    if (remedy.id == "edit-version-script" && !seed.symbol.empty())
      seed.symbol = fmt::format(": remove {}, or define it", seed.symbol);
    if (seed.path.empty()) seed.path = remedy.id == "free-space" ? "." : "the code";
    if (seed.symbol.empty())
      seed.symbol = remedy.id == "edit-version-script" ? ""
                    : remedy.id == "deployment-target" ? "its system"
                                                       : "as the rest";
    remedy.title = filled(row.title, seed, false);
    if (row.command) remedy.commands.push_back(filled(row.command, seed, true));
  }
}

}  // namespace

std::span<const RemedyKind *const> instructions() {
  constexpr size_t count = std::size(rows);
  static const std::array<RemedyKind, count> kinds = [] {
    std::array<RemedyKind, count> made{};
    for (size_t i = 0; i < count; ++i) made[i] = {rows[i].id, rows[i].cost, describe, nullptr, false};
    return made;
  }();
  static const std::array<const RemedyKind *, count> all = [] {
    std::array<const RemedyKind *, count> pointers{};
    for (size_t i = 0; i < count; ++i) pointers[i] = &kinds[i];
    return pointers;
  }();
  return all;
}

}  // namespace ldwhy
