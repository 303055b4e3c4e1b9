#!/bin/sh
# Shows ldwhy on a real failing link: a small fiber library, cross-compiled for arm64
# macOS under ThinLTO with Debian's clang and lld.
set -eu
ldwhy=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r "$(dirname "$0")/../gallery/demo/." "$folder"
cd "$folder"
say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }

say "cat fiber.c"
cat fiber.c
say "make            # the build, as it is: ThinLTO for arm64 macOS"
make 2>&1 || true
say "ldwhy -- make   # the same build, and why it failed"
"$ldwhy" -- make || true
say "ldwhy symbol _fiber_switch fiber.o main.o"
"$ldwhy" symbol _fiber_switch fiber.o main.o || true
say "patch fiber.c with the first remedy, and build again"
# The remedy's own diff, as ldwhy printed it.
"$ldwhy" --format=json -o report.json -- make >/dev/null 2>&1 || true
python3 - <<'PY'
import json
remedy = json.load(open("report.json"))["diagnoses"][0]["remedies"][0]
print(remedy["title"])
open("remedy.diff", "w").write(remedy["edits"][0]["diff"])
PY
patch -p1 <remedy.diff
make
