#!/usr/bin/env python3
"""Programs that use a few names of the system's own libraries, by the linkers and by ldwhy.

usage: system_libraries.py PREDICT FOLDER [--seeds FIRST-LAST] [--linkers NAME,…]

A seed picks libraries of gcc's search folders, shared and static, names that they define, and objects that use these;
some libraries are left out of the line or stand in the wrong order, by path or by -l, in groups or whole; programs,
-pie, -static and -shared, with the options that decide what may be missing. What a seed makes depends on what is
installed, so it is no part of the test suite; docs/agreement.md has what it printed.
"""
import argparse
import os
import pathlib
import random
import subprocess
import sys

import frame

LINKERS = ["bfd", "gold", "mold", "lld-14", "lld-19", "lld-22"]
LARGEST = 60 << 20  # bytes of a library
OPTIONS = [(["--gc-sections"], .2), (["--as-needed"], .4), (["-z", "defs"], .3), (["--no-undefined"], .1), (["--export-dynamic"], .1),
           (["--no-allow-shlib-undefined"], .1), (["--allow-shlib-undefined"], .05), (["--copy-dt-needed-entries"], .05),
           (["-Bsymbolic"], .05), (["--exclude-libs", "ALL"], .05)]


def folder_of(file):
    printed = subprocess.run(["gcc", f"-print-file-name={file}"], capture_output=True, text=True, check=True).stdout
    return os.path.realpath(os.path.dirname(printed))


COMPILER, SYSTEM = folder_of("crtbegin.o"), folder_of("crt1.o")


def names_of(library):
    """What others can use of it, without versions."""
    table = ["-D"] if library.endswith(".so") else []
    rows = subprocess.run(["nm", "-g", "--defined-only", *table, library], capture_output=True, text=True, errors="replace").stdout
    words = [row.split() for row in rows.splitlines()]
    names = {word[2].split("@")[0] for word in words if len(word) == 3 and word[1] in "TWVDBRi"}
    return sorted(name for name in names if name and not name.startswith(("_init", "_fini", "__bss", "_end", "_edata", "main")))


def find_libraries():
    found = {}
    for folder in (COMPILER, SYSTEM):
        for path in sorted(pathlib.Path(folder).glob("lib*")):
            if path.suffix in (".a", ".so") and path.exists() and path.stat().st_size <= LARGEST:
                if names := names_of(str(path)):
                    found[str(path)] = names
    return found


def write_objects(rng, folder, wanted):
    count = rng.randint(1, 3)
    for number in range(count):
        mine = [name for name in wanted if count == 1 or rng.random() < .6]
        start = "main" if number == 0 else f"part{number}"
        rows = [".text", f".globl {start}", f"{start}:"]
        if number == 0:
            rows += [f" call part{other}@PLT" for other in range(1, count)]
        for name in mine:
            rows.append(f' call "{name}"@PLT' if rng.random() < .7 else f' movq "{name}"@GOTPCREL(%rip), %rax')
            if rng.random() < .1:
                rows.append(f' .weak "{name}"')
        rows += [" ret", '.section .note.GNU-stack,"",@progbits', ""]
        (folder / f"o{number}.s").write_text("\n".join(rows))
        subprocess.run(["as", f"o{number}.s", "-o", f"o{number}.o"], cwd=folder, check=True)
    return [f"o{number}.o" for number in range(count)]


def arrange(rng, objects, libraries):
    """As people write them, or in the wrong order."""
    words = [f"-l{pathlib.Path(library).stem[3:]}" if rng.random() < .6 else library for library in libraries]
    form = rng.choice(["plain"] * 5 + ["mixed", "mixed", "group", "whole", "between"])
    if form == "mixed":
        line = objects + words
        rng.shuffle(line)
        return line
    if form == "group":
        return [*objects, "--start-group", *words, "--end-group"]
    if form == "whole" and words:
        return [*objects, "--whole-archive", words[0], "--no-whole-archive", *words[1:]]
    if form == "between":
        return [*objects[:1], *words, *objects[1:]]
    return objects + words


def start_files(kind):
    end = {"shared": "S", "pie": "S", "static": "T", "program": ""}[kind]
    first = [] if kind == "shared" else [f"{SYSTEM}/Scrt1.o" if kind == "pie" else f"{SYSTEM}/crt1.o"]
    return [*first, f"{SYSTEM}/crti.o", f"{COMPILER}/crtbegin{end}.o"], [f"{COMPILER}/crtend{end.replace('T', '')}.o", f"{SYSTEM}/crtn.o"]


def make_case(seed, libraries, root, linkers):
    rng = random.Random(seed)
    folder = root / str(seed)
    folder.mkdir(parents=True, exist_ok=True)
    picked = rng.sample(sorted(libraries), rng.randint(1, 6))
    wanted = [name for library in picked for name in rng.sample(libraries[library], min(len(libraries[library]), rng.randint(1, 3)))]
    if rng.random() < .5:
        wanted += [rng.choice(libraries[rng.choice(sorted(libraries))]) for _ in range(2)]
    objects = write_objects(rng, folder, wanted)
    middle = arrange(rng, objects, [library for library in picked if rng.random() < .8])
    kind = rng.choice(["program", "program", "pie", "shared", "static"])
    options = [] if kind == "program" else [f"-{kind}"]
    if kind in ("program", "pie"):
        options += ["-dynamic-linker", "/lib64/ld-linux-x86-64.so.2"]
    for words, chance in [*OPTIONS, (["-u", rng.choice(wanted)], .1)]:
        options += words if rng.random() < chance else []
    support = ["--start-group", "-lgcc", "-lgcc_eh", "-lc", "--end-group"] if kind == "static" else \
        ["-lgcc", "--as-needed", "-lgcc_s", "--no-as-needed", "-lc", "-lgcc"]
    if rng.random() < .1:
        support.remove("-lc")
    if rng.random() < .5:
        support = ["-lstdc++", "-lm", *support]
    first, last = start_files(kind)
    argv = ["-m", "elf_x86_64", *options, *first, f"-L{COMPILER}", f"-L{SYSTEM}", *middle, *support, *last]
    return frame.Case(f"seed {seed}", folder, argv, linkers)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("predict")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seeds", default="1-100")
    parser.add_argument("--linkers", default=",".join(LINKERS))
    options = parser.parse_args()
    first, last = map(int, options.seeds.split("-"))
    libraries = find_libraries()
    cases = (make_case(seed, libraries, options.folder.resolve(), options.linkers.split(",")) for seed in range(first, last + 1))
    return frame.run(cases, str(pathlib.Path(options.predict).resolve()))


if __name__ == "__main__":
    sys.exit(main())
