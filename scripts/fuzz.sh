#!/bin/sh
# Fuzzes everything that reads what others wrote.
#
#   scripts/fuzz.sh [-j AT-ONCE] [SECONDS-A-TARGET] [TARGET...]      (archive, elf, ...; none: all)
#
# Builds in build-fuzz (or $FUZZ_BUILD), where also stay: seeds/, made on the spot by the
# compilers at hand; corpus/, what earlier runs found worth keeping; findings/, inputs that
# crash, hang or leak. Targets run one a processor, or as many at once as -j says: they then
# share the processors, and each still ends after its seconds. Exit status 1 where a target found
# something, 2 where they cannot be built, 77 where no compiler at hand has libFuzzer.
set -u
cd "$(dirname "$0")/.."
build=${FUZZ_BUILD:-build-fuzz}

# One target, for the xargs below.
if [ "${1:-}" = --run ]; then
  target=$2
  corpus=$build/corpus/$target findings=$build/findings/$target
  mkdir -p "$corpus" "$findings" "$build/seeds/$target"
  echo "fuzz: $target for $FUZZ_SECONDS seconds"
  "$build/fuzz/${target}_fuzz" -max_total_time="$FUZZ_SECONDS" -timeout=20 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$findings/" "$corpus" "$build/seeds/$target" >"$build/$target.log" 2>&1
  echo $? >"$build/$target.status"
  exit 0
fi

jobs=$(nproc 2>/dev/null || sysctl -n hw.ncpu)
at_once=$jobs
if [ "${1:-}" = -j ]; then at_once=$2; shift 2; fi
FUZZ_SECONDS=${FUZZ_SECONDS:-60}
case ${1:-} in [0-9]*) FUZZ_SECONDS=$1; shift ;; esac

# libFuzzer comes with LLVM's clang; GCC and Apple's clang are without it.
mkdir -p "$build" || exit 2
build=$(cd "$build" && pwd)
echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char *, unsigned long) { return 0; }' >"$build/probe.cc"
cxx=
for candidate in ${CXX:-} clang++-22 clang++-19 /opt/homebrew/opt/llvm/bin/clang++ /usr/local/opt/llvm/bin/clang++ clang++; do
  if "$candidate" -fsanitize=fuzzer "$build/probe.cc" -o "$build/probe" 2>/dev/null; then cxx=$candidate; break; fi
done
if [ -z "$cxx" ]; then
  echo "fuzz: no compiler here has libFuzzer (Apple's clang has not: brew install llvm); set CXX to one" >&2
  exit 77
fi

cmake -S . -B "$build" -G Ninja -DCMAKE_CXX_COMPILER="$cxx" -DLDWHY_FUZZ=ON -DLDWHY_TESTS=OFF -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_CXX_FLAGS_DEBUG='-O1 -gline-tables-only' >"$build/configure.log" 2>&1 || { cat "$build/configure.log"; exit 2; }
all=$(cd fuzz && for source in *_fuzz.cc; do echo "${source%_fuzz.cc}"; done)
targets=${*:-$all}
programs=
for target in $targets; do programs="$programs ${target}_fuzz"; done
# shellcheck disable=SC2086  # a list of words
cmake --build "$build" -j "$jobs" --target $programs >"$build/build.log" 2>&1 || { tail -50 "$build/build.log"; exit 2; }

scripts/fuzz_seeds.sh "$build/seeds" || exit 2

export FUZZ_SECONDS FUZZ_BUILD="$build"
for target in $targets; do rm -f "$build/$target.status"; done
# shellcheck disable=SC2086
printf '%s\n' $targets | xargs -P "$at_once" -n 1 scripts/fuzz.sh --run

status=0
printf '%-18s %12s %10s  %s\n' target executions 'a second' findings
for target in $targets; do
  log=$build/$target.log
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
  found=none
  if [ "$(cat "$build/$target.status" 2>/dev/null)" != 0 ]; then
    status=1
    found=$(sed -n 's/.*Test unit written to //p' "$log" | head -1)
    found="${found:-see $log}"
    grep -m1 -E 'ERROR: |runtime error: |SUMMARY: ' "$log"
  fi
  printf '%-18s %12s %10s  %s\n' "$target" "${executions:--}" "${rate:--}" "$found"
done
exit $status
