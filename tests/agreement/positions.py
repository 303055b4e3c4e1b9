#!/usr/bin/env python3
"""Relocations of x86-64 in images that are loaded anywhere: every kind that compilers emit, to every
kind of symbol, in code and data, by the linkers and by ldwhy.

usage: positions.py PREDICT [--all]

--all: also the kinds that only assembly has.
"""
import argparse
import itertools
import pathlib
import shutil
import subprocess
import sys
import tempfile

import frame

USUAL = {"32": ".long {}", "32S": "mov ${}, %rax", "64": ".quad {}", "PC32": ".long {} - ."}
RARE = {"8": ".byte {}", "16": ".short {}", "PC8": ".byte {} - .", "PC16": ".short {} - .", "GOTPCREL": ".long {}@GOTPCREL"}
TLS = {"TPOFF32": "lea {}@tpoff(%rax), %rax"}
FUNCTION, VARIABLE = ".type {0}, @function\n.text\n{0}: ret\n.size {0}, 1\n", ".type {0}, @object\n.data\n{0}: .long 0\n.size {0}, 4\n"
SYMBOLS = {"local": VARIABLE, "local_function": FUNCTION,
           **{f"{word}_{kind}": f".globl {{0}}\n.{word} {{0}}\n" + text for word in ("hidden", "protected")
              for kind, text in (("function", FUNCTION), ("variable", VARIABLE))},
           "function": ".globl {0}\n" + FUNCTION, "variable": ".globl {0}\n" + VARIABLE, "shared": ".comm {0}, 4, 4\n",
           "library_function": "", "library_variable": "", "weak": ".weak {0}\n", "hidden_weak": ".weak {0}\n.hidden {0}\n", "missing": ""}
VARIABLE_TLS = "{0}: .long 0\n.type {0}, @object\n.size {0}, 4\n"
THREAD_LOCAL = {"thread_local": ".section .tdata, \"awT\", @progbits\n" + VARIABLE_TLS,
                "thread_local_shown": ".globl {0}\n.section .tdata, \"awT\", @progbits\n" + VARIABLE_TLS}
SECTIONS = {"code": ".section .text.x, \"ax\"", "constants": ".section .rodata.x, \"a\"", "data": ".section .data.x, \"aw\""}
OUTPUTS = {"shared": ["-shared"], "program": ["-pie"], "fixed": [], "symbolic": ["-shared", "-Bsymbolic"], "defs": ["-shared", "-z", "defs"],
           "notext": ["-shared", "-z", "notext"]}
LINKERS = ["bfd", "gold", "mold", "lld-14", "lld-19", "lld-22"]
LIBRARY = ".globl library_function, library_variable\n" + FUNCTION.format("library_function") + VARIABLE.format("library_variable")


def assemble(folder, name, text):
    path = folder / f"{name}.s"
    path.write_text(text + ".section .note.GNU-stack, \"\", @progbits\n")
    return subprocess.run(["as", path.name, "-o", f"{name}.o"], cwd=folder, capture_output=True).returncode == 0


def cases(folder, everything):
    assemble(folder, "library", LIBRARY)
    subprocess.run(["ld.bfd", "-shared", "library.o", "-o", "library.so"], cwd=folder, check=True)
    plain = itertools.product(USUAL | (RARE if everything else {}), SYMBOLS, SECTIONS)
    for relocation, symbol, section in itertools.chain(plain, itertools.product(TLS, THREAD_LOCAL, ["code"])):
        rare = relocation in RARE or relocation == "32S"
        if rare and section != "code":
            continue
        name = f"{relocation}-{symbol}-{section}"
        use = (USUAL | RARE | TLS)[relocation].format(symbol)
        definition = (SYMBOLS | THREAD_LOCAL)[symbol].format(symbol)
        text = f".globl _start\n.text\n_start: ret\n{definition}{SECTIONS[section]}\nhere: {use}\n.quad 0\n"
        if not assemble(folder, name, text):
            continue
        for output, words in OUTPUTS.items():
            if output in ("shared", "program") and not symbol.startswith("library"):
                yield frame.Case(f"{name}, {output}", folder, [*words, f"{name}.o"], LINKERS, extraction=False)
            if everything or output in ("shared", "program"):
                yield frame.Case(f"{name}, {output}, beside a library", folder, [*words, f"{name}.o", "library.so"], LINKERS, extraction=False)


def out_of_reach(case, linker, found):
    """Not about where an image is loaded: the place is too narrow for any address, or a table of GNU ld's is."""
    fixed = case.name.split(", ")[1] == "fixed"
    narrow = case.name.startswith(("8-", "16-", "PC8-", "PC16-"))
    moved = linker == "bfd" and case.name.startswith("64-protected") and "program" in case.name
    copied = linker == "bfd" and fixed and case.name.startswith(("32-library", "64-library"))
    return narrow and found == ["fails for something else"] or moved or copied


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("predict")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    if missing := [tool for tool in ["as", *(frame.LINKERS[name].program for name in LINKERS)] if not shutil.which(tool)]:
        print(f"skipped: no {', '.join(missing)}")
        return 77
    with tempfile.TemporaryDirectory() as scratch:
        return frame.run(cases(pathlib.Path(scratch), options.all), options.predict, out_of_reach)


if __name__ == "__main__":
    sys.exit(main())
