#!/usr/bin/env python3
"""How time grows with the size of a link, and what a second processor gains.

usage: growth.py LDWHY [ROUNDS [MOST-MILLIONS]]

Links are made for it: one object is compiled, and copied with the letters of its names that stand
for the copy's number exchanged, so that no two copies share a name but those that all call. Main
calls one name that none defines. Prints medians in tables: by objects (1,000 symbols each), by
symbols (100,000 an object), and for ThinLTO bitcode. 50 million symbols need 3 GB of disk.
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from large_link import measure, statistics

MARK = b"Q0000Q"  # in each name of the copied object
LLD = "ld.lld-22"


def assembly(symbols):
    """Half of them definitions, a tenth references to a common name, the rest to the copy's own."""
    lines = [".text"]
    for i in range(symbols // 2):
        name = f"_ZN7library{MARK.decode()}8function{i:06}Ev"
        lines += [f".globl {name}", f"{name}:", f" call shared_{i % 1000}" if i % 10 == 0 else " ret"]
    lines += [f".quad _ZN7library{MARK.decode()}8function{i:06}Ev" for i in range(0, symbols // 2, 100)]
    return "\n".join(lines + [f"local_{MARK.decode()}_{i}: nop" for i in range(symbols // 2 - symbols // 20)]) + "\n"


def source(functions):
    return "".join(f"extern int shared_{i % 100}(int);\nint {MARK.decode()}_function_{i}(int x) "
                   f"{{ return shared_{i % 100}(x) * {i}; }}\n" for i in range(functions))


def copies(folder, template, count):
    """Paths of `count` objects, each made once."""
    paths = []
    contents = None
    for i in range(count):
        path = Path(folder, f"{template}-{i}.o")
        if not path.exists():
            contents = contents or Path(folder, f"{template}.o").read_bytes()
            path.write_bytes(contents.replace(MARK, b"Q%04xQ" % i))
        paths.append(path.name)
    return paths


def run(folder, programs, rounds):
    rows = {name: [] for name in programs}
    for round_ in range(rounds + 1):
        for name, (command, environment) in programs.items():
            os.environ.update(environment)
            result = measure(command, folder)
            for variable in environment:
                del os.environ[variable]
            if round_:
                rows[name].append(result)
    return {name: [statistics.median(column) for column in zip(*results)] for name, results in rows.items()}


def report(title, folder, sizes, rounds, linker):
    print(f"\n{title}\n\n| objects | symbols | ldwhy s | one processor s | gain | {linker[0]} s | ratio | resident | private |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for template, count, symbols in sizes:
        Path(folder, "args").write_text("\n".join(["main.o", "shared.o", *copies(folder, template, count), "-o", "out"]))
        ldwhy = [LDWHY, "link", "--", "ld.lld-22", "@args"]
        told = run(folder, {"ldwhy": (ldwhy, {}), "one": (ldwhy, {"LDWHY_THREADS": "1"}), "linker": ([*linker, "@args"], {})}, rounds)
        ours, one, theirs = told["ldwhy"], told["one"], told["linker"]
        print(f"| {count} | {count * symbols:,} | {ours[0]:.3f} | {one[0]:.3f} | {one[0] / ours[0]:.2f} | {theirs[0]:.3f} | "
              f"{ours[0] / theirs[0]:.2f} | {ours[2] / theirs[2]:.2f} | {ours[3] / max(theirs[3], 1):.2f} |", flush=True)


def main():
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    most = float(sys.argv[3]) if len(sys.argv) > 3 else 50
    with tempfile.TemporaryDirectory(prefix="ldwhy-growth-", dir=os.environ.get("TMPDIR")) as folder:
        def compile_(name, text, *options):
            Path(folder, name).write_text(text)
            subprocess.run(["clang-22", "-c", *options, name, "-o", Path(name).stem + ".o"], cwd=folder, check=True)

        compile_("small.s", assembly(1000))
        compile_("big.s", assembly(100_000))
        compile_("module.c", source(1000), "-O1", "-flto=thin")
        compile_("main.c", "int nowhere_at_all(void);\nint _start(void) { return nowhere_at_all(); }\n")
        compile_("shared.c", "".join(f"int shared_{i}(int x) {{ return x; }}\n" for i in range(1000)))
        report("Objects of 1,000 symbols", folder, [("small", n, 1000) for n in (10, 50, 200, 1000, 5000)], rounds, [LLD])
        report("Objects of 100,000 symbols", folder, [("big", round(10 * n), 100_000) for n in (1, 5, 20, 50) if n <= most], rounds, [LLD])
        # LLD compiles all modules before it says what is missing; told to stop after the thin link,
        # it still resolves all symbols first.
        report("ThinLTO modules of 1,100 symbols", folder, [("module", n, 1100) for n in (100, 500, 2000)], rounds,
               [LLD, "--thinlto-index-only", "--thinlto-jobs=1"])


if __name__ == "__main__":
    LDWHY = str(Path(sys.argv[1]).resolve())
    main()
