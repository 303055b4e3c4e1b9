#!/usr/bin/env python3
"""Links that rustc makes, each with one word taken away or one object named twice, by the linkers and by ldwhy.

usage: rust.py PREDICT FOLDER [--most N]

A small program and library of the standard library's threads, hash tables and panics, as program, cdylib, with and
without optimization, LTO, unwinding, and linked to the standard library as a shared one. `rustc` keeps its objects,
and a `ld` notes its words. It is no part of the test suite; docs/agreement.md has what it printed.
"""
import argparse
import os
import pathlib
import random
import subprocess
import sys

import frame
import packages

LIBRARY = """
use std::collections::HashMap;
#[no_mangle]
pub extern "C" fn entry(n: u64) -> u64 {
    let mut all = HashMap::new();
    for i in 0..n { all.insert(i, i.to_string()); }
    all.values().map(|text| text.len() as u64).sum()
}
"""
PROGRAM = LIBRARY + """
use std::io::Read;
fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    println!("{}", std::thread::spawn(move || entry(text.len() as u64)).join().unwrap());
}
"""
KINDS = {
    "plain": [], "units": ["-O", "-Ccodegen-units=4"], "abort": ["-O", "-Cpanic=abort"], "thin": ["-O", "-Clto=thin"],
    "shared-std": ["-Cprefer-dynamic"], "static": ["-Ctarget-feature=+crt-static"], "cdylib": ["--crate-type=cdylib"],
}
NOTE = """#!/bin/sh
printf '%s\\n' "$@" > "$LINK_WORDS"
exec /usr/bin/ld "$@"
"""


def build(name, folder):
    """The words of the link of a kind."""
    home, tools = folder / name, folder / "tools"
    home.mkdir(parents=True, exist_ok=True)
    tools.mkdir(exist_ok=True)
    (tools / "ld").write_text(NOTE)
    (tools / "ld").chmod(0o755)
    words = home / "words"
    if not words.exists():
        (home / "source.rs").write_text(LIBRARY if name == "cdylib" else PROGRAM)
        subprocess.run(["rustc", "--edition=2021", "-Csave-temps", "-Clinker=gcc", "-Clinker-features=-lld", f"-Clink-arg=-B{tools}", *KINDS[name],
                        "source.rs"], cwd=home, env=os.environ | {"LINK_WORDS": str(words)}, capture_output=True, check=True)
    return home, packages.without_output(words.read_text().splitlines())


def cases(folder, most):
    for name in KINDS:
        home, words = build(name, folder)
        yield frame.Case(f"{name}, as it is", home, words, packages.LINKERS)
        chosen = [i for i, word in enumerate(words) if word.endswith((".o", ".rlib", ".so")) or word.startswith(("-l", "--version-script"))
                  or word in ("--as-needed", "--gc-sections", "-pie", "-shared", "-static")]
        random.Random(name).shuffle(chosen)
        for i in chosen[:most]:
            yield frame.Case(f"{name} without {words[i]}", home, words[:i] + words[i + 1:], packages.LINKERS)
        own = [word for word in words if word.endswith(".rcgu.o")]
        if own:
            yield frame.Case(f"{name}, {own[0]} twice", home, words + own[:1], packages.LINKERS)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("predict")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--most", type=int, default=5)
    options = parser.parse_args()
    os.environ["LC_ALL"] = "C"
    return frame.run(cases(options.folder.resolve(), options.most), options.predict)


if __name__ == "__main__":
    sys.exit(main())
