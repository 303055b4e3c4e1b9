#!/usr/bin/env python3
"""Scores `ldwhy explain` on the logs of real failures whose true cause is known.

usage: corpus_test.py LDWHY CORPUS [--verbose]
CORPUS has one folder a case: case.toml (cause, also_accept) and log.txt. Prints top-1, top-3,
unexplained and wrong `proven`; fails where a floor below is not reached, so that nothing
that was understood once is lost again. Without the folder there is nothing to score.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import tomllib

FLOOR_TOP1, FLOOR_TOP3 = 0.95, 1.0


def ranking(ldwhy, log):
    """The causes that ldwhy names, best first, and whether any is called proven."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run([ldwhy, "explain", "--format=json", str(log.resolve())], capture_output=True, cwd=folder, timeout=60)
    document = json.loads(run.stdout)
    causes, proven = [], []
    links = [document] + document["other_links"]
    for part in ("diagnoses", "alternatives"):
        for link in links:
            for entry in link[part]:
                if entry["cause"] not in causes:
                    causes.append(entry["cause"])
                if entry["certainty"] == "proven":
                    proven.append(entry["cause"])
    return causes, proven, document["status"]


def main():
    ldwhy, corpus = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    verbose = "--verbose" in sys.argv
    cases = sorted(corpus.glob("*/case.toml"))
    if not cases:
        print(f"no corpus at {corpus}: nothing to score")
        return 77  # ctest: skipped
    top1 = top3 = unexplained = wrong = 0
    for path in cases:
        case = tomllib.loads(path.read_text())
        accepted = {case["cause"], *case.get("also_accept", [])}
        causes, proven, status = ranking(str(ldwhy), path.parent / "log.txt")
        first, third = bool(accepted & set(causes[:1])), bool(accepted & set(causes[:3]))
        top1 += first
        top3 += third
        unexplained += not causes
        wrong += bool(set(proven) - accepted)
        if verbose or set(proven) - accepted:
            mark = "top-1" if first else "top-3" if third else "MISS "
            print(f"{mark}  {path.parent.name}: {case['cause']}  got {', '.join(causes[:4]) or status}")
    count = len(cases)
    print(f"corpus: {count} cases, top-1 {top1} ({top1 / count:.0%}), top-3 {top3} ({top3 / count:.0%}), "
          f"unexplained {unexplained}, wrong proven {wrong}")
    return 1 if wrong or top1 / count < FLOOR_TOP1 or top3 / count < FLOOR_TOP3 else 0


if __name__ == "__main__":
    sys.exit(main())
