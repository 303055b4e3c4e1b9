#!/usr/bin/env python3
"""Times ldwhy against the linkers on a large real link with one symbol missing.

usage: large_link.py LDWHY [ROUNDS]

One C++ object against all libclang* and libLLVM* archives of LLVM 22. The programs
take turns, so that a slow minute of the machine hits all of them. Prints medians:
wall seconds, processor seconds, peak resident memory and peak anonymous (private)
memory, sampled every millisecond.
"""
import glob, os, platform, statistics, subprocess, sys, tempfile, threading, time
from pathlib import Path

LLVM = "/usr/lib/llvm-22"
SOURCE = """#include "clang/Frontend/CompilerInstance.h"
#include "clang/FrontendTool/Utils.h"
void not_there_at_all(int);
int main(int argc, char **argv) {
  clang::CompilerInstance instance;
  not_there_at_all(argc);
  return clang::ExecuteCompilerInvocation(&instance);
}
"""


def measure(command, folder):
    """Wall and processor seconds, peak resident and anonymous kilobytes."""
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    private, done = [0], threading.Event()

    def sample():
        while not done.is_set():
            try:
                for line in open(f"/proc/{child.pid}/status"):
                    if line.startswith("RssAnon:"):
                        private[0] = max(private[0], int(line.split()[1]))
            except OSError:
                return
            time.sleep(0.001)

    sampler = threading.Thread(target=sample)
    sampler.start()
    _, _, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    done.set()
    sampler.join()
    child.returncode = 0
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, private[0]


def table(title, programs, rounds, folder):
    results = {name: [] for name in programs}
    for round_ in range(rounds + 1):
        for name, command in programs.items():
            result = measure(command, folder)
            if round_:  # the first warms the page cache
                results[name].append(result)
    medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in results.items()}
    print(f"\n{title} (medians of {rounds})\n")
    print("| program | wall s | processor s | peak resident MB | peak private MB |\n| --- | --- | --- | --- | --- |")
    for name, (wall, cpu, resident, private) in medians.items():
        print(f"| {name} | {wall:.3f} | {cpu:.3f} | {resident / 1024:.0f} | {private / 1024:.0f} |")
    first, *others = medians
    for other in others:
        ratios = [a / b if b else 0 for a, b in zip(medians[first], medians[other])]
        print(f"{first} / {other}: wall {ratios[0]:.2f}, processor {ratios[1]:.2f}, resident {ratios[2]:.2f}, private {ratios[3]:.2f}")
    return medians


def main():
    ldwhy = str(Path(sys.argv[1]).resolve())
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    archives = sorted(glob.glob(f"{LLVM}/lib/libclang*.a") + glob.glob(f"{LLVM}/lib/libLLVM*.a"))
    if not archives:
        sys.exit(f"no archives in {LLVM}/lib: install llvm-22-dev and libclang-22-dev")
    with tempfile.TemporaryDirectory(prefix="ldwhy-bench-") as folder:
        Path(folder, "main.cc").write_text(SOURCE)
        subprocess.run(["g++", "-std=c++17", "-O1", f"-I{LLVM}/include", "-c", "main.cc"], cwd=folder, check=True)
        size = sum(os.path.getsize(path) for path in archives)
        system = "/usr/lib/x86_64-linux-gnu"
        libraries = [path for name in ("libz3.so", "libz3.so.4", "libzstd.so", "libzstd.so.1", "libz.so", "libxml2.so.2")
                     if os.path.exists(path := f"{system}/{name}")]
        Path(folder, "args").write_text(" ".join(
            [f"{system}/crt1.o", "main.o", "--start-group", *archives, "--end-group", "-L/usr/lib/gcc/x86_64-linux-gnu/12",
             f"-L{system}", "-lstdc++", "-lm", *libraries, "-lgcc_s", "-lc", "-o", "out"]))
        print(f"{len(archives)} archives, {size / 1e6:.0f} MB; {os.cpu_count()} processors, {platform.processor() or platform.machine()}, "
              f"load {os.getloadavg()[0]:.1f}")
        table("Time to say why the large link fails", {
            "ldwhy link": [ldwhy, "link", "--", "ld.lld-22", "@args"],
            "ld.lld-22": ["ld.lld-22", "@args"],
            "mold": ["mold", "@args"]}, rounds, folder)
        table("One symbol, looked up in all archives", {
            "ldwhy symbol": [ldwhy, "symbol", "_ZN4llvm4errsEv", *archives],
            "nm -A": ["sh", "-c", "for a in \"$@\"; do nm -A \"$a\"; done", "sh", *archives]}, min(rounds, 3), folder)
        table("Start-up", {"ldwhy --version": [ldwhy, "--version"], "true": ["true"]}, rounds, folder)


if __name__ == "__main__":
    main()
