#!/usr/bin/env python3
"""Includes go one way (src/layers.txt), every cause has its page and its gallery, files stay readable."""
import re, sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
layers = [line for line in (ROOT / "src/layers.txt").read_text().splitlines() if line and not line.startswith("#")]
failures = []
for path in sorted((ROOT / "src").glob("*/*")):
    if path.suffix not in (".cc", ".h"):
        continue
    own = layers.index(path.parent.name)
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines, 1):
        include = re.match(r'#include "(\w+)/', line)
        if include and layers.index(include[1]) > own:
            failures.append(f"{path.relative_to(ROOT)}:{number}: {path.parent.name} may not include {include[1]}")
    limit = 300 if path.suffix == ".h" else 600
    if len(lines) > limit:
        failures.append(f"{path.relative_to(ROOT)}: {len(lines)} lines, more than {limit}")
causes = [p.stem.replace("_", "-") for p in (ROOT / "src/cause").glob("*.cc") if p.stem not in ("list", "group")]
for cause in causes:
    page = ROOT / f"docs/causes/{cause}.md"
    if not page.exists():
        failures.append(f"{cause}: no docs/causes/{cause}.md")
    elif [h for h in ("## What you see", "## Smallest example", "## Why", "## How ldwhy proves it", "## What to do")
          if h not in page.read_text()]:
        failures.append(f"{cause}: docs/causes/{cause}.md lacks a section")
    cases = [p.read_text() for p in (ROOT / f"gallery/{cause}").glob("*.case")]
    if not any(f'cause = "{cause}"' in text for text in cases):
        failures.append(f"{cause}: no gallery case")
    if not any("\ntwin = " in text for text in cases):
        failures.append(f"{cause}: no gallery case with a near twin")
for path in (ROOT / "gallery").glob("*/*.case"):
    if twin := re.search(r'^twin = "(.*)"$', path.read_text(), re.M):
        other = path.with_name(twin[1] + ".case")
        own_cause = re.search(r'^cause = "(.*)"$', path.read_text(), re.M)
        if not other.exists():
            failures.append(f"{path.relative_to(ROOT)}: its twin {twin[1]} is not there")
        elif own_cause and f'cause = "{own_cause[1]}"' in other.read_text():
            failures.append(f"{path.relative_to(ROOT)}: its twin has the same cause")
print("\n".join(failures) or f"{len(causes)} causes, {len(layers)} layers: in order")
sys.exit(1 if failures else 0)
