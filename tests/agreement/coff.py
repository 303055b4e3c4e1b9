#!/usr/bin/env python3
"""Random small links for Windows with lld-link 14, 19 and 22, and through ldwhy's model."""
import sys

import coff_linkers  # noqa: F401
import coff_problem
import trials

NAME = "coff"
LINKERS = ["lld-link-14", "lld-link-19", "lld-link-22"]


def generate(r):
    return coff_problem.generate(r, "msvc")


build = coff_problem.build


def explained(problem, linker, found):
    """Nothing is explained away."""


if __name__ == "__main__":
    sys.exit(trials.main(sys.modules[__name__], ["lld-link-14", "lld-link-19", "lld-link-22", "llvm-mc-22", "llvm-lib-22",
                                                 "llvm-dlltool-22", "x86_64-w64-mingw32-ar", "i686-w64-mingw32-ar"]))
