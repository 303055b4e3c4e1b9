#!/usr/bin/env python3
"""Relocations in images that are loaded anywhere: every kind that compilers emit, to every kind of
symbol, in code and data, by the linkers and by ldwhy.

usage: positions.py PREDICT [--all] [--machine NAME]...

--all: also the kinds that only assembly has. --machine: x86-64 (if none is named), i386, aarch64, riscv64.
"""
import argparse
import dataclasses
import itertools
import pathlib
import shutil
import subprocess
import sys
import tempfile

import frame

@dataclasses.dataclass
class Machine:
    assembler: list
    linkers: list
    usual: dict               # what each relocation is called here: the line that asks for it
    tls: dict
    code_only: tuple          # those that stand in instructions
    rare: dict = dataclasses.field(default_factory=dict)
    emulation: list = dataclasses.field(default_factory=list)  # options of the linkers
    library_by: str = "ld.lld-22"


USUAL = {"32": ".long {}", "32S": "mov ${}, %rax", "64": ".quad {}", "PC32": ".long {} - ."}
RARE = {"8": ".byte {}", "16": ".short {}", "PC8": ".byte {} - .", "PC16": ".short {} - .", "GOTPCREL": ".long {}@GOTPCREL"}
TLS = {"TPOFF32": "lea {}@tpoff(%rax), %rax"}
FUNCTION, VARIABLE = ".type {0}, @function\n.text\n.balign 8\n{0}: .long 0\n.size {0}, 4\n", ".type {0}, @object\n.data\n{0}: .long 0\n.size {0}, 4\n"
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
MOVABLE = ["mold", "lld-14", "lld-19", "lld-22"]  # that link for every machine
CLANG = ["clang-22", "-c", "-x", "assembler"]
MACHINES = {
    "x86-64": Machine(["as"], LINKERS, USUAL, TLS, ("32S", *RARE), RARE, library_by="ld.bfd"),
    "i386": Machine(["as", "--32"], LINKERS, {"32": ".long {}", "PC32": ".long {} - ."},
                    {"LE": ".long {}@ntpoff"}, ("GOTOFF",), {"GOTOFF": ".long {}@GOTOFF"}, emulation=["-m", "elf_i386"]),
    "aarch64": Machine([*CLANG, "--target=aarch64-linux-gnu"], MOVABLE,
                       {"page": "adrp x0, {}", "lo12": "add x0, x0, :lo12:{}", "ldst": "ldr x0, [x0, :lo12:{}]", "64": ".xword {}", "abs32": ".word {}",
                        "prel32": ".word {} - .", "movw": "movz x0, #:abs_g3:{}"},
                       {"tprel": "add x0, x0, :tprel_hi12:{}"}, ("page", "lo12", "ldst", "movw")),
    "riscv64": Machine([*CLANG, "--target=riscv64-linux-gnu"], MOVABLE,
                       {"hi20": "lui a0, %hi({})", "lo12": "addi a0, a0, %lo({})", "pcrel": "auipc a0, %pcrel_hi({})", "64": ".dword {}", "32": ".word {}"},
                       {"tprel": "lui a0, %tprel_hi({})"}, ("hi20", "lo12", "pcrel")),
}
LIBRARY = ".globl library_function, library_variable\n" + FUNCTION.format("library_function") + VARIABLE.format("library_variable")


def assemble(machine, folder, name, text):
    path = folder / f"{name}.s"
    path.write_text(text + ".section .note.GNU-stack, \"\", @progbits\n")
    return subprocess.run([*machine.assembler, path.name, "-o", f"{name}.o"], cwd=folder, capture_output=True).returncode == 0


def cases(machine, folder, everything):
    assemble(machine, folder, "library", LIBRARY)
    subprocess.run([machine.library_by, "-shared", "library.o", "-o", "library.so"], cwd=folder, check=True)
    plain = itertools.product(machine.usual | (machine.rare if everything else {}), SYMBOLS, SECTIONS)
    for relocation, symbol, section in itertools.chain(plain, itertools.product(machine.tls, THREAD_LOCAL, ["code"])):
        if relocation in machine.code_only and section != "code":
            continue
        name = f"{relocation}-{symbol}-{section}"
        use = (machine.usual | machine.rare | machine.tls)[relocation].format(symbol)
        definition = (SYMBOLS | THREAD_LOCAL)[symbol].format(symbol)
        text = f".globl _start\n.text\n_start: .long 0\n{definition}{SECTIONS[section]}\nhere: {use}\n.quad 0\n"
        if not assemble(machine, folder, name, text):
            continue
        for output, words in OUTPUTS.items():
            if output in ("shared", "program") and not symbol.startswith("library"):
                yield frame.Case(f"{name}, {output}", folder, [*machine.emulation, *words, f"{name}.o"], machine.linkers, extraction=False)
            if everything or output in ("shared", "program"):
                yield frame.Case(f"{name}, {output}, beside a library", folder, [*machine.emulation, *words, f"{name}.o", "library.so"], machine.linkers, extraction=False)


def out_of_reach(case, linker, found):
    """Not about where an image is loaded: the place is too narrow for any address, or a table of GNU ld's is."""
    fixed = case.name.split(", ")[1] == "fixed"
    narrow = case.name.startswith(("8-", "16-", "PC8-", "PC16-"))
    moved = linker == "bfd" and case.name.startswith(("64-protected", "32-protected")) and "program" in case.name
    copied = linker == "bfd" and fixed and case.name.startswith(("32-library", "64-library"))
    unknown = linker == "mold" and case.name.startswith("abs32-")  # mold 1.10 knows no such relocation, whatever the output
    return unknown or narrow and found == ["fails for something else"] or moved or copied


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("predict")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--machine", action="append", choices=list(MACHINES))
    options = parser.parse_args()
    machines = [MACHINES[name] for name in options.machine or ["x86-64"]]
    if missing := [tool for tool in ["as", "clang-22", *(frame.LINKERS[name].program for name in LINKERS)] if not shutil.which(tool)]:
        print(f"skipped: no {', '.join(missing)}")
        return 77
    with tempfile.TemporaryDirectory() as scratch:
        statuses = []
        for number, machine in enumerate(machines):
            folder = pathlib.Path(scratch) / str(number)
            folder.mkdir()
            statuses.append(frame.run(cases(machine, folder, options.all), options.predict, out_of_reach))
        return max(statuses)


if __name__ == "__main__":
    sys.exit(main())
