#!/usr/bin/env python3
"""How fast and in how much memory `ldwhy explain` reads build logs of hundreds of megabytes.

usage: log_speed.py LDWHY [--size=MB] [--folder=DIR] [--keep]
Writes three logs of the given size (500 MB unless told) and reads each from a file and from a
pipe. A log mixes what builds print: progress, compile lines, warnings, configure checks, test
output; one link fails in the middle and one near the end.
  plain     as a terminal would show it
  framed    with time stamps and colours, as CI services store it
  commands  link commands of 200 KB, nearly all of which succeed
Prints for each: megabytes a second of processor time, and the anonymous and the whole
resident memory at their highest (whole: with the pages of the file that are mapped).
"""
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

COMPILE = ("/usr/bin/c++ -DNDEBUG -DPROJECT_{n} -D_FILE_OFFSET_BITS=64 -I/src/app/include -I/src/app/third_party/lib{n}/include "
           "-I/src/app/build/generated -I/src/app/src/dir{n} -isystem /usr/include/x86_64-linux-gnu/lib{n} -O2 -g -std=c++20 "
           "-Wall -Wextra -Wno-unused-parameter -fPIC -fvisibility=hidden -fstack-protector-strong -MD -MT "
           "src/dir{n}/CMakeFiles/lib{n}.dir/file{n}.cc.o -MF src/dir{n}/CMakeFiles/lib{n}.dir/file{n}.cc.o.d "
           "-o src/dir{n}/CMakeFiles/lib{n}.dir/file{n}.cc.o -c /src/app/src/dir{n}/file{n}.cc")
# What is printed, and how often of a hundred lines.
LINES = [
    (12, "[{n}/9000] Building CXX object src/dir{n}/CMakeFiles/lib{n}.dir/file{n}.cc.o"),
    (6, "[{n}/9000] " + COMPILE),
    (6, COMPILE),
    (5, "  CC      drivers/net/ethernet/vendor{n}/main.o"),
    (5, "gcc -DHAVE_CONFIG_H -I. -I../include -O2 -MT file{n}.o -MD -MP -c -o file{n}.o ../src/file{n}.c"),
    (4, "-- Performing Test HAVE_FEATURE_{n} - Success"),
    (4, "checking for function_{n}... yes"),
    (4, "   Compiling crate-{n} v0.{n}.1"),
    (6, "test module_{n}::tests::it_works ... ok"),
    (6, "[ RUN      ] Suite{n}.Case"),
    (6, "[       OK ] Suite{n}.Case (0 ms)"),
    (4, "        Start {n}: test_case_{n}"),
    (4, " {n}/900 Test #{n}: test_case_{n} ............   Passed    0.0{n} sec"),
    (2, "In file included from /src/app/src/dir{n}/file{n}.cc:12:"),
    (3, "/src/app/src/dir{n}/file{n}.cc:{n}:9: warning: unused variable 'error_{n}' [-Wunused-variable]"),
    (3, "  {n} |     int error_{n} = compute(first, second, third);"),
    (3, "      |         ^~~~~~~"),
    (1, "/usr/bin/c++ -O2 -o bin/tool{n} src/dir{n}/main.cc.o lib/libbase{n}.a lib/libnet{n}.a -lpthread -ldl"),
    (1, "ar qc lib/libbase{n}.a src/dir{n}/file{n}.cc.o src/dir{n}/other{n}.cc.o"),
    (1, "make[3]: Entering directory '/src/app/build/dir{n}'"),
    (1, "make[3]: Leaving directory '/src/app/build/dir{n}'"),
    (6, "Downloading package-{n} from https://example.org/pool/main/p/package-{n}.tar.gz"),
    (4, "2.{n} seconds elapsed; the cache holds {n} entries, {n} of them stale"),
    (3, ""),
]
FAILURE = """/usr/bin/c++ -O2 -o bin/app main.o libmid.a
/usr/bin/ld: main.o: in function `main':
main.cc:(.text+0x{n}): undefined reference to `missing_{n}'
collect2: error: ld returned 1 exit status
make: *** [Makefile:2: bin/app] Error 1"""


def ordinary_block(rng, lines):
    shapes = rng.choices([line for _, line in LINES], [weight for weight, _ in LINES], k=lines)
    return [line.format(n=rng.randrange(10, 99)) for line in shapes]


def framed(lines, rng):
    out = []
    for number, line in enumerate(lines):
        stamp = f"2024-05-01T12:{number // 60 % 60:02}:{number % 60:02}.{rng.randrange(10**6):06}0Z "
        out.append(stamp + (line if rng.random() < 0.6 else "\x1b[36;1m" + line + "\x1b[0m"))
    return out


def command_block(rng):
    out = []
    for _ in range(10):
        n = rng.randrange(10, 99)
        objects = " ".join(f"src/dir{i % 97}/CMakeFiles/lib{n}.dir/some_rather_long_name_{i}.cc.o" for i in range(3300))
        out.append(f"/usr/bin/c++ -O2 -o bin/big{n} {objects} -Wl,--start-group lib/a.a lib/b.a -Wl,--end-group -lpthread")
        out += ordinary_block(rng, 20)
    return out


def write_log(path, kind, size):
    rng = random.Random(20240501)
    make = {"plain": lambda: ordinary_block(rng, 20000), "framed": lambda: framed(ordinary_block(rng, 20000), rng),
            "commands": lambda: command_block(rng)}[kind]
    blocks = [("\n".join(make()) + "\n").encode() for _ in range(3)]
    frame = (lambda text: "\n".join(framed(text.split("\n"), rng))) if kind == "framed" else (lambda text: text)
    failure = [(frame(FAILURE.format(n=n)) + "\n").encode() for n in (11, 22)]
    written, middle = 0, False
    with open(path, "wb") as out:
        while written < size:
            written += out.write(rng.choice(blocks))
            if not middle and written > size // 2:
                middle = True
                out.write(failure[0])
        out.write(failure[1])
        out.write(blocks[0][:100000].rpartition(b"\n")[0] + b"\n")


def memory_peaks(pid):
    """Polls until the program ends: anonymous and whole resident memory, in MB."""
    anonymous = whole = 0
    while True:
        try:
            fields = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
        except OSError:
            break
        if "VmRSS" not in fields:
            break
        anonymous = max(anonymous, int(fields["RssAnon"].split()[0]) / 1024)
        whole = max(whole, int(fields["VmHWM"].split()[0]) / 1024)
        time.sleep(0.005)
    return anonymous, whole


def measure(ldwhy, path, piped):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(path, "rb") as log:
        source = subprocess.Popen(["cat"], stdin=log, stdout=subprocess.PIPE) if piped else None
        run = subprocess.Popen([ldwhy, "explain", "--format=json", "-" if piped else str(path)],
                               stdin=source.stdout if piped else None, stdout=subprocess.PIPE)
        if source:
            source.stdout.close()
        anonymous, whole = memory_peaks(run.pid)
        answer = run.communicate()[0]
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if source:
            source.wait()
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = b"missing_11" in answer and b"missing_22" in answer
    return path.stat().st_size / 1e6 / seconds, anonymous, whole, found


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    ldwhy = str(pathlib.Path(sys.argv[1]).resolve())
    size, folder = 500, None
    for word in sys.argv[2:]:
        if word.startswith("--size="):
            size = int(word[7:])
        elif word.startswith("--folder="):
            folder = word[9:]
    if folder:
        os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for kind in ("plain", "framed", "commands"):
            path = pathlib.Path(folder or scratch) / f"{kind}.log"
            if not path.exists():
                write_log(path, kind, size * 1000000)
            for piped in (False, True):
                speed, anonymous, whole, found = measure(ldwhy, path, piped)
                print(f"{kind:9} {'pipe' if piped else 'file'}: {speed:7.0f} MB/s   anonymous {anonymous:6.1f} MB   "
                      f"resident {whole:6.1f} MB   {'both failures found' if found else 'A FAILURE MISSED'}", flush=True)
            if "--keep" not in sys.argv:
                path.unlink()


if __name__ == "__main__":
    main()
