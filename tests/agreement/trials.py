"""Runs a source of random link problems seed by seed, and makes disagreements smaller.

A source is a module with NAME, LINKERS, generate(random) -> problem and build(problem, folder) ->
argv. A problem is plain data of dicts and lists, so that any element of its lists can be left out;
build() makes what is left, whatever that is. `explained(problem, linker, found)` of the source
tells the classes of disagreement that docs/agreement.md explains; it gives their name or None.

    SOURCE.py PREDICT [--seeds A-B] [--only LINKER] [--show N] [--shrink N] [--folder F]
"""
import argparse
import copy
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import frame  # noqa: E402


def without_one(data):
    """Copies of the data with one element of one list left out, or one mark of one dict unset."""
    if isinstance(data, list):
        for i in range(len(data)):
            yield data[:i] + data[i + 1:]
        for i, part in enumerate(data):
            for smaller in without_one(part):
                yield data[:i] + [smaller] + data[i + 1:]
    elif isinstance(data, dict):
        for key, part in data.items():
            if part is True:
                yield {**data, key: False}
            for smaller in without_one(part):
                yield {**data, key: smaller}


def shrunk(problem, differs, most=400):
    tried, again = 0, True
    while again and tried < most:
        again = False
        for smaller in without_one(problem):
            tried += 1
            if tried > most:
                break
            if differs(smaller):
                problem, again = smaller, True
                break
    return problem


def kinds(found):
    return {text.split(":")[0] for text in found}


class Trials:
    def __init__(self, source, options, home):
        self.source, self.options, self.home = source, options, home
        self.model = frame.Model(options.predict)

    def case(self, problem, folder):
        folder.mkdir(parents=True)
        argv = self.source.build(problem, folder)
        return frame.Case(self.source.NAME, folder, argv, self.source.LINKERS)

    def compare(self, name, case):
        linker = frame.LINKERS[name]
        said = frame.run_linker(linker, case)
        if said.crashed():
            return said, None
        foreseen = self.model.foresee(linker, case)
        for one in (said, foreseen):
            one.extracted = one.extracted and {name.removeprefix("./") for name in one.extracted}
        return said, frame.differences(said, foreseen, case)

    def make_smaller(self, problem, name, found):
        with tempfile.TemporaryDirectory() as scratch:
            count = iter(range(10 ** 9))

            def differs(candidate):
                try:
                    case = self.case(candidate, pathlib.Path(scratch) / str(next(count)))
                    return bool(kinds(self.compare(name, case)[1] or []) & kinds(found))
                except (subprocess.CalledProcessError, KeyError, IndexError):
                    return False
            return shrunk(copy.deepcopy(problem), differs)

    def show(self, seed, name, found, problem, case, said):
        print(f"DIFFERS {self.source.NAME} seed {seed}, {name}: {'; '.join(found)}")
        print(f"    {' '.join(case.argv)}")
        lines = said.text.splitlines()
        print("    " + "\n    ".join(([line for line in lines if "error" in line] or lines)[:8]))
        if self.options.shrink > 0:
            self.options.shrink -= 1
            small = self.make_smaller(problem, name, found)
            print(f"    smallest: {small}")
            again = self.case(small, self.home / f"small-{seed}-{name}")
            print(f"    {again.folder}: {' '.join(again.argv)}")
        sys.stdout.flush()

    def run(self, first, last):
        counts, open_ones, known_ones = {}, 0, {}
        for seed in range(first, last + 1):
            problem = self.source.generate(random.Random(seed))
            case = self.case(problem, self.home / str(seed))
            for name in case.linkers:
                if self.options.only and name not in self.options.only:
                    continue
                said, found = self.compare(name, case)
                if found is None:  # the linker crashed
                    continue
                total = counts.setdefault(name, [0, 0, 0])
                total[0] += 1
                known = self.source.explained(problem, name, found) if found else None
                total[1] += not found
                total[2] += known is not None
                if known:
                    known_ones[known] = known_ones.get(known, 0) + 1
                elif found:
                    open_ones += 1
                    if open_ones <= self.options.show:
                        self.show(seed, name, found, problem, case, said)
            if not self.options.folder:
                shutil.rmtree(case.folder)
        print(f"{'linker':14} {'links':>6} {'agree':>6} {'explained':>9}  share")
        for name, (links, agree, known) in counts.items():
            print(f"{name:14} {links:6} {agree:6} {known:9}  {agree / links:.2%}")
        for known, times in known_ones.items():
            print(f"explained: {known}: {times}")
        return 1 if open_ones else 0


def main(source, needs):
    parser = argparse.ArgumentParser()
    parser.add_argument("predict")
    parser.add_argument("--seeds", default="1-40")
    parser.add_argument("--only", action="append")
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--shrink", type=int, default=0)
    parser.add_argument("--folder", help="keep the files here")
    options = parser.parse_args()
    missing = [tool for tool in needs if not shutil.which(tool)]
    if missing:
        print(f"skipped: no {', '.join(missing)}")
        return 77
    first, last = (int(part) for part in options.seeds.split("-"))
    with tempfile.TemporaryDirectory() as scratch:
        return Trials(source, options, pathlib.Path(options.folder or scratch)).run(first, last)
