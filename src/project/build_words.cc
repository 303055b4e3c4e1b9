// The Cargo Book, "Environment Variables" and "Configuration"; the rustc book, "Platform
// Support"; GNU make manual, "Variables Used by Implicit Rules"; cmake-env-variables(7).
#include "project/build_words.h"

#include <algorithm>

namespace ldwhy {
namespace {

bool is_any_of(std::string_view text, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, text) != names.end();
}

}  // namespace

bool is_build_variable(std::string_view name) {
  // Variables of the cc crate: TARGET_CFLAGS, CFLAGS_aarch64_apple_darwin.
  for (std::string_view prefix : {"TARGET_", "HOST_"})
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  if (name.starts_with("CARGO_"))
    return !is_any_of(name, {"CARGO_INCREMENTAL", "CARGO_HOME"}) &&
           std::ranges::none_of(
               std::initializer_list<std::string_view>{"CARGO_TERM_", "CARGO_NET_", "CARGO_REGISTR", "CARGO_HTTP_"},
               [&](std::string_view prefix) { return name.starts_with(prefix); });
  if (is_any_of(name,
                {"RUSTFLAGS", "RUSTC", "RUSTC_WRAPPER", "RUSTC_LINKER", "RUSTC_BOOTSTRAP", "RUSTUP_TOOLCHAIN", "LDLIBS",
                 "SDKROOT", "DEVELOPER_DIR", "MAKEFLAGS", "LIBRARY_PATH", "GOFLAGS", "MACOSX_DEPLOYMENT_TARGET",
                 "IPHONEOS_DEPLOYMENT_TARGET", "ANDROID_NDK_HOME", "ANDROID_NDK_ROOT", "LIBCLANG_PATH"}))
    return true;
  if (name.starts_with("CMAKE_") || name.starts_with("CGO_")) return true;
  for (std::string_view base : {"CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "CC", "CXX", "LD", "AR", "RANLIB", "NM"})
    if (name == base || (name.starts_with(base) && name[base.size()] == '_')) return true;
  return false;
}

bool is_build_tool(std::string_view name) {
  if (name.ends_with(".exe")) name.remove_suffix(4);
  return is_any_of(
      name, {"cargo", "cross", "maturin", "wasm-pack", "trunk", "rustc", "cmake", "meson", "ninja", "ninja-build",
             "make", "gmake", "mingw32-make", "xcodebuild", "swift", "go", "bazel", "cargo-ndk", "cargo-zigbuild"});
}

bool is_triple(std::string_view text) {
  if (text.size() > 64 || std::ranges::count(text, '-') < 1 || std::ranges::count(text, '-') > 4) return false;
  if (!std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
      }))
    return false;
  std::string_view arch = text.substr(0, text.find('-'));
  constexpr std::string_view arches[] = {
      "aarch64", "arm",   "thumb",  "i386",   "i586",        "i686", "x86_64", "riscv32", "riscv64", "powerpc", "mips",
      "s390x",   "sparc", "wasm32", "wasm64", "loongarch64", "bpf",  "m68k",   "nvptx64", "hexagon", "csky",    "avr"};
  bool known = std::ranges::any_of(arches, [&](std::string_view prefix) { return arch.starts_with(prefix); });
  if (!known) return false;
  // "x86_64-linux" and "x86_64-7z" name a machine, but no target.
  std::string_view rest = text.substr(arch.size() + 1);
  if (rest.starts_with("linux-android") || rest.starts_with("none") || rest.starts_with("wasi")) return true;
  std::string_view vendor = rest.substr(0, rest.find('-'));
  return vendor != rest && is_any_of(vendor, {"unknown", "pc", "apple", "uwp", "win7", "fortanix", "sun", "kmc",
                                              "nintendo", "sony", "openwrt", "unikraft", "wrs", "nvidia"});
}

std::vector<std::string> option_values(const std::vector<std::string> &argv, std::string_view option) {
  std::vector<std::string> values;
  for (size_t i = 0; i < argv.size(); ++i) {
    std::string_view word = argv[i];
    if (word == "--") break;
    if (word == option && i + 1 < argv.size()) values.push_back(argv[i + 1]);
    else if (word.size() > option.size() && word.starts_with(option) && word[option.size()] == '=')
      values.emplace_back(word.substr(option.size() + 1));
  }
  return values;
}

std::string plain_number(std::string_view text) {
  size_t point = text.find('.');
  bool digits = !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  if (!digits || point == 0 || point == text.npos || text.find('.', point + 1) != text.npos) return std::string(text);
  while (text.ends_with('0')) text.remove_suffix(1);
  if (text.ends_with('.')) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace ldwhy
