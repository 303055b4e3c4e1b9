#!/bin/sh
# Fuzzes everything that reads what others wrote.
#
#   scripts/fuzz.sh [SECONDS-A-TARGET] [TARGET...]      (archive, elf, ...; none: all)
#
# Builds in build-fuzz (or $FUZZ_BUILD), where also stay: seeds/, made on the spot by the
# compilers at hand; corpus/, what earlier runs found worth keeping; findings/, inputs that
# crash, hang or leak. Exit status 1 where a target found something, 2 where none can be built.
set -u
cd "$(dirname "$0")/.."
build=${FUZZ_BUILD:-build-fuzz}
seconds=${FUZZ_SECONDS:-60}
case ${1:-} in [0-9]*) seconds=$1; shift ;; esac

# libFuzzer comes with LLVM's clang; GCC and Apple's clang are without it.
first_of() { for tool; do command -v "$tool" && return; done; return 1; }
mkdir -p "$build" || exit 2
build=$(cd "$build" && pwd)
echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char *, unsigned long) { return 0; }' >"$build/probe.cc"
cxx=
for candidate in ${CXX:-} clang++-22 clang++-19 /opt/homebrew/opt/llvm/bin/clang++ /usr/local/opt/llvm/bin/clang++ clang++; do
  if "$candidate" -fsanitize=fuzzer "$build/probe.cc" -o "$build/probe" 2>/dev/null; then cxx=$candidate; break; fi
done
if [ -z "$cxx" ]; then
  echo "fuzz: no compiler here has libFuzzer (Apple's clang has not: brew install llvm); set CXX to one" >&2
  exit 2
fi

cmake -S . -B "$build" -G Ninja -DCMAKE_CXX_COMPILER="$cxx" -DLDWHY_FUZZ=ON -DLDWHY_TESTS=OFF >"$build/configure.log" 2>&1 ||
  { cat "$build/configure.log"; exit 2; }
all=$(cd fuzz && for source in *_fuzz.cc; do echo "${source%_fuzz.cc}"; done)
targets=${*:-$all}
programs=
for target in $targets; do programs="$programs ${target}_fuzz"; done
# shellcheck disable=SC2086  # a list of words
cmake --build "$build" --target $programs || exit 2

scripts/fuzz_seeds.sh "$build/seeds" || exit 2

table=$(printf '%-10s %12s %10s  %s' target executions 'a second' findings)
status=0
for target in $targets; do
  corpus=$build/corpus/$target findings=$build/findings/$target log=$build/$target.log
  mkdir -p "$corpus" "$findings" "$build/seeds/$target"
  echo "fuzz: $target for $seconds seconds"
  "$build/fuzz/${target}_fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$findings/" "$corpus" "$build/seeds/$target" >"$log" 2>&1
  ended=$?
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
  found=none
  if [ "$ended" != 0 ]; then
    status=1
    found=$(sed -n 's/.*Test unit written to //p' "$log" | head -1)
    found="${found:-see $log}"
    grep -m1 -E 'ERROR: |runtime error: |SUMMARY: ' "$log"
  fi
  table="$table
$(printf '%-10s %12s %10s  %s' "$target" "${executions:--}" "${rate:--}" "$found")"
done
echo "$table"
exit $status
