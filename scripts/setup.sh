#!/bin/sh
# Installs what building, testing and showing ldwhy needs, and says what it does.
# Debian 12: apt, with sudo where not root. macOS: Homebrew (this branch has not been
# run by us). LDWHY_SETUP=no skips it.
set -eu
[ "${LDWHY_SETUP:-yes}" = no ] && exit 0

build="g++ cmake ninja-build libfmt-dev libxxhash-dev nlohmann-json3-dev libcli11-dev libyaml-cpp-dev zlib1g-dev libzstd-dev llvm-22-dev"
tests="libgtest-dev libtomlplusplus-dev python3 make binutils gcc-multilib mold clang-14 lld-14 llvm-14 clang-19 lld-19 llvm-19
       clang-22 clang-format-22 lld-22 llvm-22 libclang-22-dev rustc-web cargo-web rust-web-src time util-linux
       gfortran libc++-22-dev gcc-mingw-w64-x86-64-win32 g++-mingw-w64-x86-64-win32 gcc-mingw-w64-i686-win32
       wasi-libc libc++-14-dev-wasm32"

debian() {
  missing=""
  for package in $build $tests; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
  done
  [ -z "$missing" ] && return 0
  sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  echo "setup: installing with apt:$missing"
  log=$(mktemp)
  # shellcheck disable=SC2086
  if ! { $sudo apt-get update && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y \
         --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -20 "$log"
    rm -f "$log"
    echo "setup: apt could not install what is needed" >&2
    return 1
  fi
  rm -f "$log"
}

macos() {
  command -v brew >/dev/null || { echo "setup: Homebrew is needed (https://brew.sh)" >&2; return 1; }
  for formula in cmake ninja fmt xxhash nlohmann-json cli11 tomlplusplus yaml-cpp zstd llvm lld googletest; do
    brew list --formula "$formula" >/dev/null 2>&1 && continue
    echo "setup: brew install $formula"
    brew install "$formula"
  done
}

case "$(uname -s)" in
  Darwin) macos ;;
  Linux)
    if command -v apt-get >/dev/null; then debian; else
      echo "setup: no apt-get here; install the equivalents of: $build $tests" >&2
    fi ;;
  *) echo "setup: this system is not known; see README.md for what is needed" >&2 ;;
esac
