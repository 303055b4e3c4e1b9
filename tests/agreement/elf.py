#!/usr/bin/env python3
"""Random small ELF links, run with GNU ld, gold, ld.lld and mold and through ldwhy's model.

A seed makes a problem: a handful of objects (assembled from text), archives, shared libraries and
options over a dozen names, so that the names meet in every way the format has: strong, weak,
common, in groups, hidden, versioned, needed by a shared library, and so on. A disagreement is made
smaller, part by part, as long as the linker and ldwhy still differ in the same way.

    elf.py PREDICT [--seeds A-B] [--keep FOLDER] [--only LINKER] [--show N] [--shrink N]

With --keep, the files and what the linkers said stay in FOLDER, and the next run over the same
seeds asks only ldwhy again.
"""
import argparse
import copy
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import frame
from elf_files import argv_of, build, shrunk  # noqa: E402
from problem import generate  # noqa: E402

ALL = ["bfd", "gold", "lld-14", "lld-19", "lld-22", "mold"]


def case_of(seed, problem, folder):
    return frame.Case(f"elf seed {seed}", folder, problem["argv"], problem["linkers"])


def make(seed, folder):
    """The seed's problem, its files written. A library that does not link makes it another try."""
    if folder.exists() and not (folder / "attempt").exists():
        shutil.rmtree(folder)  # a run that was ended
    fresh = not folder.exists()
    for attempt in range(20):
        problem = generate(random.Random(f"{seed} {attempt}"))
        problem["argv"] = argv_of(problem["parts"])
        if not fresh and (folder / "attempt").read_text() == str(attempt):
            return problem
        if not fresh:
            continue
        try:
            folder.mkdir(parents=True)
            build(problem, folder)
            (folder / "attempt").write_text(str(attempt))
            return problem
        except subprocess.CalledProcessError:
            shutil.rmtree(folder)
    raise SystemExit(f"seed {seed}: no problem that can be built")


def remembered(case, name, folder):
    """What the linker said of this case, from an earlier run where there was one."""
    note = folder / f"said.{name}.json"
    if note.exists():
        fields = json.loads(note.read_text())
        said = frame.read_said(frame.LINKERS[name], fields["text"], fields["failed"])
        said.extracted = None if fields["extracted"] is None else set(fields["extracted"])
        return said
    said = frame.run_linker(frame.LINKERS[name], case)
    note.write_text(json.dumps({"extracted": None if said.extracted is None else sorted(said.extracted),
                                "failed": bool(said.other or said.undefined or said.duplicate), "text": said.text}))
    return said


def kinds(found):
    return {text.split(":")[0] for text in found}


def make_smaller(problem, name, found, model):
    """The smallest problem of which the linker and ldwhy still say different things."""
    with tempfile.TemporaryDirectory() as scratch:
        def differs(candidate, number=[0]):
            number[0] += 1
            folder = pathlib.Path(scratch) / str(number[0])
            folder.mkdir()
            try:
                build(candidate, folder)
            except subprocess.CalledProcessError:
                return False
            case = case_of(0, candidate, folder)
            again = frame.differences(frame.run_linker(frame.LINKERS[name], case), model.foresee(frame.LINKERS[name], case), case)
            return bool(again) and bool(kinds(again) & kinds(found))
        return shrunk(problem, differs)


def show_case(seed, name, found, problem, folder, said):
    print(f"DIFFERS elf seed {seed}, {name}: {'; '.join(found)}")
    print(f"    in {folder}: {frame.LINKERS[name].program} {' '.join(problem['argv'])}")
    print("    " + "\n    ".join(said.text.splitlines()[:6]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("predict")
    parser.add_argument("--seeds", default="1-60")
    parser.add_argument("--keep")
    parser.add_argument("--only", action="append")
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--shrink", type=int, default=0)
    options = parser.parse_args()
    tools = ["as", "ar", "llvm-ar-22", "clang-14", "gcc-12", *(frame.LINKERS[name].program for name in ALL)]
    if missing := [tool for tool in tools if not shutil.which(tool)]:
        print(f"skipped: no {', '.join(missing)}")
        return 77
    first, last = (int(part) for part in options.seeds.split("-"))
    scratch = None if options.keep else tempfile.TemporaryDirectory()
    home = pathlib.Path(options.keep or scratch.name)
    model = frame.Model(options.predict)
    counts, shown, open_ones, shrunk_ones = {}, 0, 0, 0
    for seed in range(first, last + 1):
        folder = home / str(seed)
        problem = make(seed, folder)
        case = case_of(seed, problem, folder)
        for name in problem["linkers"]:
            if options.only and name not in options.only:
                continue
            said = remembered(case, name, folder)
            if said.crashed():
                continue
            found = frame.differences(said, model.foresee(frame.LINKERS[name], case), case)
            total = counts.setdefault(name, [0, 0])
            total[0] += 1
            total[1] += not found
            if not found:
                continue
            open_ones += 1
            if shown < options.show:
                shown += 1
                show_case(seed, name, found, problem, folder, said)
            if shrunk_ones < options.shrink:
                shrunk_ones += 1
                small = make_smaller(copy.deepcopy(problem), name, found, model)
                print("    smallest: " + json.dumps(small["parts"]))
    print(f"{'linker':14} {'links':>6} {'agree':>6}  share")
    for name, (links, agree) in sorted(counts.items()):
        print(f"{name:14} {links:6} {agree:6}  {agree / links:.2%}")
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
