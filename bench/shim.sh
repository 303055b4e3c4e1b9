#!/bin/sh
# What standing in for the linker costs a link that passes: a trivial link with and
# without ldwhy, in turns. The limit is 3 ms, for the difference of the medians; where
# the machine is busy with other things (the load is more than its processors), for the
# difference of the processor times.
#   bench/shim.sh [LDWHY] [ROUNDS]
set -eu
ldwhy=${1:-build/ldwhy}
rounds=${2:-200}
limit_us=3000
case $ldwhy in /*) ;; *) ldwhy=$PWD/$ldwhy ;; esac

work=$(mktemp -d "${TMPDIR:-/tmp}/ldwhy-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME="$work/cache"
cd "$work"
echo 'int main(void) { return 0; }' >main.c

# The links run inside one build, as they do in life: `measure` is that build.
cat >measure.py <<'PYTHON'
import os, shutil, statistics, sys, time

rounds, name, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
ours = dict(os.environ)
plain = {k: v for k, v in ours.items() if not k.startswith("LDWHY_")}
for variable in ("PATH", "COMPILER_PATH", "CCC_OVERRIDE_OPTIONS"):
    kept = [e for e in plain.get(variable, "").split(":") if "/ldwhy/shims/" not in e]
    plain.pop(variable, None)
    if kept and kept != [""]:
        plain[variable] = ":".join(kept)

def once(environment):
    start = time.perf_counter_ns()
    child = os.posix_spawn(program, command, environment)
    _, status, usage = os.wait4(child, 0)
    assert status == 0, command
    wall = (time.perf_counter_ns() - start) / 1000
    return wall, (usage.ru_utime + usage.ru_stime) * 1e6

program = shutil.which(command[0])
samples = {"without": [], "with": []}
for i in range(rounds + 5):
    for label, environment in (("without", plain), ("with", ours)):
        taken = once(environment)
        if i >= 5:  # the first fill caches
            samples[label].append(taken)
medians = {k: [statistics.median(column) for column in zip(*v)] for k, v in samples.items()}
extra = [a - b for a, b in zip(medians["with"], medians["without"])]
print(f"{name}: without {medians['without'][0]:.0f} us, with {medians['with'][0]:.0f} us, "
      f"extra {extra[0]:.0f} us (processor time {extra[1]:.0f} us)")
busy = os.getloadavg()[0] > (os.cpu_count() or 1)
with open("extra", "a") as file:
    file.write(f"{extra[1 if busy else 0]:.0f}\n")
PYTHON

: >extra
measure() {
  name=$1
  shift
  command -v "$1" >/dev/null || return 0
  "$1" -c main.c -o "$1.o"
  "$ldwhy" run -- python3 measure.py "$rounds" "$name" "$@" "$1.o" -o program
}
measure "gcc, GNU ld" gcc
measure "gcc, mold" gcc -fuse-ld=mold
measure "clang, lld" clang-22 -fuse-ld=lld
measure "clang, mold" clang-22 -fuse-ld=mold

worst=$(sort -n extra | tail -n 1)
if [ "$worst" -gt "$limit_us" ]; then
  echo "too slow: $worst us, limit $limit_us us" >&2
  exit 1
fi
