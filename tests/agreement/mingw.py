#!/usr/bin/env python3
"""Random small links for MinGW with GNU ld and with LLD 14, 19 and 22, and through ldwhy's model."""
import sys

import coff_linkers  # noqa: F401
import coff_problem
import trials

NAME = "mingw"
LINKERS = ["mingw-bfd", "mingw-lld-14", "mingw-lld-19", "mingw-lld-22"]


def generate(r):
    return coff_problem.generate(r, "mingw")


build = coff_problem.build


def explained(problem, linker, found):
    """Nothing is explained away."""


if __name__ == "__main__":
    sys.exit(trials.main(sys.modules[__name__], ["x86_64-w64-mingw32-ld", "i686-w64-mingw32-ld", "ld.lld-14", "ld.lld-19",
                                                 "ld.lld-22", "llvm-mc-22", "llvm-lib-22", "llvm-dlltool-22",
                                                 "x86_64-w64-mingw32-as"]))
