// Two kinds of link pass by the shims of COMPILER_PATH:
// - A linker driver that is clang prefers the folder of linkers that rustc names (-B).
//   Ours must stand before it, and clang can be told so from outside
//   (CCC_OVERRIDE_OPTIONS, which every other driver ignores). Only rustc's children get
//   it, because in compilations it would show in recorded command lines.
// - For bare machines and WebAssembly rustc runs its own rust-lld, and looks in its
//   sysroot first; but it takes another path from -C linker.
// Follows the Cargo book, "Configuration" (hierarchical structure, build.rustc-wrapper)
// and the rustc book, "Codegen Options" (linker).
#include "capture/rustc.h"

#include <errno.h>
#include <fmt/format.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "base/files.h"
#include "base/process.h"

namespace ldwhy {
namespace {

constexpr std::array lld_targets{
    std::string_view("wasm32-"),
    std::string_view("wasm64-"),
    std::string_view("thumbv"),
    std::string_view("armv"),
    std::string_view("armebv"),
    std::string_view("riscv"),
    std::string_view("aarch64-unknown-none"),
    std::string_view("x86_64-unknown-none"),
    std::string_view("loongarch64-unknown-none"),
    std::string_view("loongarch32-unknown-none"),
};

// Targets whose links rustc hands to rust-lld itself.
bool links_with_rust_lld(std::string_view target) {
  if (target.find("emscripten") != target.npos || target.find("wasip2") != target.npos) return false;
  if (target.ends_with("-uefi")) return true;
  if (!target.starts_with("wasm") && target.find("-none") == target.npos) return false;
  return std::ranges::any_of(lld_targets, [&](std::string_view start) { return target.starts_with(start); });
}

bool hints_at_need(std::string_view text) {
  for (std::string_view word : {"clang", "wasm32-", "wasm64-", "-none", "-uefi"})
    if (text.find(word) != text.npos) return true;
  return false;
}

// Cargo's configuration as one text: what matters is whether certain words are in it.
std::string cargo_configuration(std::string directory, const ProcessEnvironment &environment) {
  std::vector<std::string> folders;
  while (!directory.empty()) {
    folders.push_back(join_path(directory, ".cargo"));
    if (directory == "/") break;
    directory = parent_path(directory);
  }
  if (environment.has("CARGO_HOME")) folders.emplace_back(environment.get("CARGO_HOME"));
  else folders.push_back(join_path(environment.get("HOME"), ".cargo"));
  std::string text;
  for (const std::string &folder : folders) {
    for (const char *name : {"config.toml", "config"}) {
      if (Result<FileRef> file = DiskFiles().open(join_path(folder, name))) text += (*file)->bytes().text();
    }
  }
  return text;
}

bool default_driver_is_clang() {
  std::optional<std::string> driver = find_program("cc");
  char resolved[PATH_MAX];
  return driver && ::realpath(driver->c_str(), resolved) && file_name(resolved).find("clang") != std::string_view::npos;
}

// The value of "-C linker=X" is in the way, whichever way it is spelled.
bool names_linker(std::string_view word) {
  return word.starts_with("linker=") || word.starts_with("-Clinker=") || word.starts_with("--codegen=linker=");
}

}  // namespace

bool wants_rustc_wrapper(const std::vector<std::string> &build, const std::string &directory,
                         const ProcessEnvironment &environment) {
  if (environment.has("RUSTC_WRAPPER") || environment.has("CARGO_BUILD_RUSTC_WRAPPER")) return false;
  std::string configuration = cargo_configuration(directory, environment);
  if (configuration.find("rustc-wrapper") != std::string::npos) return false;
  if (hints_at_need(configuration) || std::ranges::any_of(build, hints_at_need)) return true;
  for (const std::string &variable : environment.variables()) {
    std::string_view name = std::string_view(variable).substr(0, variable.find('='));
    if ((name.starts_with("CARGO_") || name == "RUSTFLAGS") && hints_at_need(variable)) return true;
  }
#ifdef __APPLE__
  return false;  // rustc names no folder of linkers there
#else
  return default_driver_is_clang();
#endif
}

int run_rustc(const Calling &calling, char **argv) {
  if (!argv[1]) return 127;
  constexpr const char *name = "CCC_OVERRIDE_OPTIONS";
  const char *old = ::getenv(name);
  ::setenv(name, with_clang_prefix(old ? old : "", clang_prefix(calling.folder)).c_str(), 1);

  std::vector<char *> words;
  bool own_linker = false;
  std::string_view target;
  for (char **word = argv + 1; *word; ++word) {
    words.push_back(*word);
    std::string_view text = *word;
    if (text == "--target" && word[1]) target = word[1];
    if (text.starts_with("--target=")) target = text.substr(std::strlen("--target="));
    own_linker = own_linker || names_linker(text);
  }
  std::string linker = fmt::format("-Clinker={}", rust_lld_shim(calling.folder));
  if (!own_linker && links_with_rust_lld(target)) words.push_back(linker.data());
  words.push_back(nullptr);
  ::execvp(words[0], words.data());
  int error = errno;
  fmt::print(stderr, "{}: {}\n", words[0], std::strerror(error));
  return error == ENOENT ? 127 : 126;
}

}  // namespace ldwhy
