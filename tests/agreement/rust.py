#!/usr/bin/env python3
"""Links that rustc makes, each with one word taken away or one object named twice, by the linkers and by ldwhy.

usage: rust.py PREDICT FOLDER [--most N]

A small program and library of the standard library's threads, hash tables and panics, as program, cdylib, with and
without optimization, LTO, unwinding, and linked to the standard library as a shared one; as a static library in a C
program; and a crate that brings C code in an archive (libz-sys, which cargo fetches). `rustc` keeps its objects, and a
`ld` notes its words. It is no part of the test suite; docs/agreement.md has what it printed.
"""
import argparse
import os
import pathlib
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
    "fat": ["-O", "-Clto=fat"], "shared-std": ["-Cprefer-dynamic"], "static": ["-Ctarget-feature=+crt-static"],
    "cdylib": ["--crate-type=cdylib"], "cdylib-thin": ["--crate-type=cdylib", "-O", "-Clto=thin"],
}
C_PROGRAM = """
unsigned long entry(unsigned long n);
int main(int argc, char **argv) { return entry(argc) == 0; }
"""
MANIFEST = """
[package]
name = "packed"
version = "0.1.0"
edition = "2021"
[dependencies]
libz-sys = { version = "1", features = ["static"] }
"""
PACKED = """
fn main() {
    let text = std::env::args().next().unwrap();
    println!("{}", unsafe { libz_sys::crc32(0, text.as_ptr(), text.len() as u32) });
}
"""
NOTE = """#!/bin/sh
printf '%s\\n' "$@" > "$LINK_WORDS"
exec /usr/bin/ld "$@"
"""


def build_plain(name, home, flags, run):
    (home / "source.rs").write_text(LIBRARY if name.startswith("cdylib") else PROGRAM)
    run(["rustc", "--edition=2021", "-Csave-temps", *flags, *KINDS[name], "source.rs"])


def build_static_library(name, home, flags, run):
    (home / "source.rs").write_text(LIBRARY)
    (home / "main.c").write_text(C_PROGRAM)
    lto = ["-O", "-Clto=fat"] if name.endswith("fat") else []
    run(["rustc", "--edition=2021", "--crate-type=staticlib", *lto, "source.rs"])
    run(["gcc", "-c", "main.c"])
    run(["gcc", *[flag.removeprefix("-Clink-arg=") for flag in flags if flag.startswith("-Clink-arg")], "main.o", "libsource.a", "-lpthread", "-ldl", "-lm"])


def build_packed(name, home, flags, run):
    (home / "src").mkdir(exist_ok=True)
    (home / "Cargo.toml").write_text(MANIFEST)
    (home / "src/main.rs").write_text(PACKED)
    run(["cargo", "rustc", "--quiet", "--", "-Csave-temps", *flags])


BUILDERS = {**{name: build_plain for name in KINDS}, "static-library": build_static_library, "static-library-fat": build_static_library,
            "c-archive": build_packed}


def build(name, folder, builders):
    """Where a kind is linked, and the words of its link."""
    home, tools = folder / name, folder / "tools"
    home.mkdir(parents=True, exist_ok=True)
    tools.mkdir(exist_ok=True)
    (tools / "ld").write_text(NOTE)
    (tools / "ld").chmod(0o755)
    words = home / "words"
    if not words.exists():
        flags = ["-Clinker=gcc", "-Clinker-features=-lld", f"-Clink-arg=-B{tools}"]
        run = lambda argv: subprocess.run(argv, cwd=home, env=os.environ | {"LINK_WORDS": str(words)}, capture_output=True, check=True)
        builders[name](name, home, flags, run)
    return home, packages.without_output(words.read_text().splitlines())


def cases(folder, most, builders):
    for name in builders:
        home, words = build(name, folder, builders)
        places = [i for i, word in enumerate(words) if word.endswith((".o", ".a", ".rlib", ".so")) or word.startswith(("-l", "--version-script"))
                  or word in ("--as-needed", "--gc-sections", "-pie", "-shared", "-static")]
        changes = list(packages.without_each(words, places, most, name))
        own = [word for word in words if word.endswith(".o") and "crt" not in word]
        if own:
            changes.append((f"{own[0]} twice", words + own[:1]))
        yield from packages.with_changes(name, home, words, changes, packages.LINKERS)


def main(builders):
    parser = argparse.ArgumentParser()
    parser.add_argument("predict")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--most", type=int, default=5)
    options = parser.parse_args()
    os.environ["LC_ALL"] = "C"
    return frame.run(cases(options.folder.resolve(), options.most, builders), options.predict)


if __name__ == "__main__":
    sys.exit(main(BUILDERS))
