#!/bin/sh
# All measurements: the large link against the linkers, and what a passing link pays for capture.
set -eu
folder=$(dirname "$0")
python3 "$folder/large_link.py" "$1"
"$folder/shim.sh" "$1"
