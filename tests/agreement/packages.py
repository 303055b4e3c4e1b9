#!/usr/bin/env python3
"""The links of real packages, each with one word taken away, by the linkers and by ldwhy.

usage: packages.py PREDICT FOLDER [--packages NAME,…] [--most N]

Fetches Debian source packages into FOLDER (where their builds stay), builds them with a `ld`
that notes its words and where it runs, and then takes one object, library or flag away from each
noted link in turn: at most N of a link, chosen by its words alone. It needs the network, some
minutes and the packages' own build dependencies, so it is no part of the test suite;
docs/agreement.md has what it printed.
"""
import argparse
import os
import pathlib
import random
import subprocess
import sys

import frame

LINKERS = ["bfd", "gold", "mold", "lld-14", "lld-22"]
AUTOTOOLS = "./configure --disable-dependency-tracking CC='gcc -B{tools}' CXX='g++ -B{tools}' && make -j2"
CMAKE = ("cmake -S . -B out -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS=-B{tools} -DCMAKE_CXX_FLAGS=-B{tools} "
         "-DCMAKE_POLICY_VERSION_MINIMUM=3.5 {extra} && ninja -k0 -C out")
PACKAGES = {
    "bzip2": "make CC='gcc -B{tools}'",
    "zlib": "CC='gcc -B{tools}' ./configure && make -j2",
    "lz4": "make -j2 CC='gcc -B{tools}'",
    "libzstd": "make -j2 CC='gcc -B{tools}' -C programs && make -j2 CC='gcc -B{tools}' -C zlibWrapper",
    "expat": "(cd expat && ./buildconf.sh && {autotools}) || (cd expat && " + CMAKE.replace("{extra}", "") + ")",
    "xz-utils": AUTOTOOLS,
    "sed": AUTOTOOLS,
    "m4": AUTOTOOLS,
    "grep": AUTOTOOLS,
    "diffutils": AUTOTOOLS,
    "lua5.4": "make -C src linux CC='gcc -B{tools}' MYLDFLAGS=",
    "tinyxml2": CMAKE,
    "snappy": CMAKE.replace("{extra}", "-DSNAPPY_BUILD_BENCHMARKS=OFF -DSNAPPY_BUILD_TESTS=OFF"),
    "libjpeg-turbo": CMAKE.replace("{extra}", "-DWITH_SIMD=OFF"),
    "re2": "make -j2 CXX='g++ -B{tools}'",
    "brotli": CMAKE,
    "jq": AUTOTOOLS + " --disable-docs",
}

NOTE = """#!/bin/sh
folder=$(mktemp -d "{log}/link-XXXXXX")
pwd > "$folder/directory"
printf '%s\\n' "$@" > "$folder/words"
exec /usr/bin/ld "$@"
"""


def fetch(name, folder):
    """The unpacked source of a package, fetched once."""
    home = folder / name
    if not home.exists():
        home.mkdir(parents=True)
        site = subprocess.run(["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)", "Created-By: Packages"],
                              capture_output=True, text=True).stdout.split()
        sources = folder / "sources.list"
        lists = folder / "lists"
        options = ["-o", f"Dir::Etc::SourceList={sources}", "-o", "Dir::Etc::SourceParts=-", "-o", f"Dir::State::Lists={lists}"]
        if not sources.exists():
            sources.write_text(f"deb-src {site[0]} bookworm main\n")
            (lists / "partial").mkdir(parents=True)
            subprocess.run(["apt-get", *options, "update"], check=True, capture_output=True)
        subprocess.run(["apt-get", *options, "source", "--only-source", name], cwd=home, check=True, capture_output=True)
    return next((path for path in sorted(home.iterdir()) if path.is_dir() and path.name not in ("log", "tools", "kinds")), None)


def build(name, folder):
    """Links as (directory, words), of one package."""
    source = fetch(name, folder)
    log, tools = folder / name / "log", folder / name / "tools"
    if not log.exists():
        log.mkdir()
        tools.mkdir()
        (tools / "ld").write_text(NOTE.format(log=log))
        (tools / "ld").chmod(0o755)
        command = PACKAGES[name].replace("{autotools}", AUTOTOOLS).replace("{extra}", "").replace("{tools}", str(tools))
        run = subprocess.run(["sh", "-c", command], cwd=source, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=1800)
        (folder / name / "build.log").write_text(run.stdout + run.stderr)
    return [(pathlib.Path((link / "directory").read_text().strip()), (link / "words").read_text().splitlines())
            for link in sorted(log.iterdir())]


def is_whole(directory, words):
    """Every file that the link names is still there: configure and one-step compilations remove theirs."""
    return all((directory / word).exists() for word in words if word.endswith((".o", ".a", ".so")) and not word.startswith("-"))


def without_output(words):
    """The linkers write to nowhere; GCC's notes for its plugin are gone by now."""
    kept, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word in ("-o", "-plugin", "--build-id-dir"):
            skip = True
        elif not word.startswith("-plugin-opt="):
            kept.append(word)
    return kept


def removable(words):
    """Indices of words that can be taken away alone: inputs of the user's, and flags."""
    flags = {"--as-needed", "--no-as-needed", "--whole-archive", "-pie", "-shared", "--no-undefined", "--gc-sections", "-static",
             "--export-dynamic", "-Bsymbolic"}
    return [i for i, word in enumerate(words)
            if word in flags or word.startswith("-l") or (word.endswith((".o", ".a", ".so", ".lo")) and "/gcc/" not in word)
            or word.endswith(("crti.o", "crt1.o", "Scrt1.o"))]


def without_each(words, places, most, seed=None):
    """(what is changed, the words left): one of the places taken away in turn, at most `most`, chosen by the words alone."""
    chosen = list(places)
    random.Random(" ".join(words) if seed is None else seed).shuffle(chosen)
    for i in chosen[:most]:
        yield f"without {words[i]}", words[:i] + words[i + (2 if words[i] == "-plugin" else 1):]


def with_changes(label, directory, words, changes, linkers):
    """A link as it is, and each of its changes."""
    yield frame.Case(f"{label}, as it is", directory, words, linkers)
    for change, changed_words in changes:
        yield frame.Case(f"{label}, {change}", directory, changed_words, linkers)


def cases(names, folder, most):
    seen = set()
    for name in names:
        try:
            links = build(name, folder)
        except (subprocess.SubprocessError, OSError, StopIteration) as error:
            print(f"{name}: not built: {error}", file=sys.stderr)
            continue
        used = 0
        for directory, all_words in links:
            words = without_output(all_words)
            key = (str(directory), tuple(words))
            if key in seen or not is_whole(directory, words):
                continue
            seen.add(key)
            used += 1
            yield from with_changes(name, directory, words, without_each(words, removable(words), most), LINKERS)
        print(f"{name}: {used} links", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("predict")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--packages", default=",".join(PACKAGES))
    parser.add_argument("--most", type=int, default=12)
    options = parser.parse_args()
    os.environ["LC_ALL"] = "C"
    options.folder = options.folder.resolve()
    options.folder.mkdir(parents=True, exist_ok=True)
    return frame.run(cases(options.packages.split(","), options.folder, options.most), options.predict)


if __name__ == "__main__":
    sys.exit(main())
