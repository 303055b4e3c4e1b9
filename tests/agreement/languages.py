#!/usr/bin/env python3
"""Links of Fortran programs and of Go programs that call C, as rust.py's of Rust.

usage: languages.py PREDICT FOLDER [--most N]

Programs of two files each, in Fortran plain, optimized, static and with OpenMP, and in Go with its runtime in one
object and C code beside it. It is no part of the test suite; docs/agreement.md has what it printed.
"""
import sys

import rust

MODULE = """
module sums
contains
  subroutine add(values, total)
    real, intent(in) :: values(:)
    real, intent(out) :: total
    integer :: i
    total = 0
    !$omp parallel do reduction(+:total)
    do i = 1, size(values)
      total = total + values(i)
    end do
  end subroutine
end module
"""
PROGRAM = """
program main
  use sums
  real :: values(4), total, square(2,2)
  read (*,*) values
  square = matmul(reshape(values, [2,2]), reshape(values, [2,2]))
  call add(values, total)
  write (*,*) total, sum(square)
end program
"""
FORTRAN = {"fortran": [], "fortran-optimized": ["-O2"], "fortran-static": ["-static"], "fortran-static-library": ["-static-libgfortran"],
           "fortran-openmp": ["-fopenmp"]}
GO = """
package main
// #include <stdlib.h>
// #include <math.h>
// #cgo LDFLAGS: -lm
// extern void shout(char *);
// static double root(double x) { return sqrt(x); }
import "C"
import ("fmt"; "net"; "unsafe")
//export answer
func answer(n C.int) C.int { return n + 1 }
func main() {
	text := C.CString("text")
	defer C.free(unsafe.Pointer(text))
	C.shout(text)
	hosts, _ := net.LookupHost("localhost")
	fmt.Println(C.root(2), hosts)
}
"""
GO_C = """
#include <stdio.h>
int answer(int);
void shout(char *text) { printf("%s %d\\n", text, answer(1)); }
"""
GO_FORMS = {"go": [], "go-pie": ["-buildmode=pie"], "go-library": ["-buildmode=c-shared"]}


def tools_of(flags):
    return [flag.removeprefix("-Clink-arg=") for flag in flags if flag.startswith("-Clink-arg=")]


def build_fortran(name, home, flags, run):
    (home / "sums.f90").write_text(MODULE)
    (home / "main.f90").write_text(PROGRAM)
    run(["gfortran", *FORTRAN[name], "-c", "sums.f90", "main.f90"])
    run(["gfortran", *FORTRAN[name], *tools_of(flags), "main.o", "sums.o"])


def build_go(name, home, flags, run):
    (home / "main.go").write_text(GO)
    (home / "shout.c").write_text(GO_C)
    (home / "go.mod").write_text("module example\n\ngo 1.18\n")
    (home / "objects").mkdir(exist_ok=True)
    run(["go", "build", *GO_FORMS[name], "-o", "out", f"-ldflags=-linkmode=external -tmpdir={home}/objects '-extldflags={' '.join(tools_of(flags))}'"])


if __name__ == "__main__":
    sys.exit(rust.main({**{name: build_fortran for name in FORTRAN}, **{name: build_go for name in GO_FORMS}}))
