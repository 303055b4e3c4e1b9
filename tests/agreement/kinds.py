#!/usr/bin/env python3
"""Real packages' sources, built for kinds of links that their own builds do not make, by the linkers and by ldwhy.

usage: kinds.py PREDICT FOLDER [--packages NAME,…] [--kinds NAME,…] [--most N]

A kind is a compiler, its flags and the linkers that can link what it makes: LTO of GCC and clang,
dropped sections, static programs, sanitizers, MinGW, WebAssembly, Mach-O. Of each package a program
is linked from its objects, from an archive of them and against a shared library of them, by words
that the driver gives its linker; then one of them is taken away, or one object is named twice.
Sources come from packages.py and stay in FOLDER, as does what is built. It needs the network and
much time, so it is no part of the test suite; docs/agreement.md has what it printed. A kind whose
tools are not there is skipped: Mach-O's needs the headers and libSystem.tbd that the Python package
`ziglang` ships.
"""
import argparse
import dataclasses
import importlib.util
import os
import pathlib
import random
import re
import shlex
import shutil
import subprocess
import sys

import coff_linkers  # noqa: F401
import frame
import packages

GCC = "/usr/lib/gcc/x86_64-linux-gnu/12"


@dataclasses.dataclass
class Package:
    library: list                # patterns of the library's sources, below the unpacked package
    program: list                # those of one program's
    flags: str = ""
    wide: bool = False           # C++
    tells: tuple = ()            # names that a linker version script exports


@dataclasses.dataclass
class Kind:
    c: str
    cxx: str
    ar: str
    linkers: list
    flags: str = ""
    link: str = ""
    shapes: tuple = ("objects", "archive")
    frees: str = ""              # what a shared library is linked with
    words: object = None         # (inputs, shape) -> words, where no driver is asked
    keeps_plugin: bool = False


PACKAGES = {
    "bzip2": Package(["blocksort.c", "huffman.c", "crctable.c", "randtable.c", "compress.c", "decompress.c", "bzlib.c"], ["bzip2.c"],
                     tells=("BZ2_*",)),
    "zlib": Package(["adler32.c", "crc32.c", "deflate.c", "inf*.c", "trees.c", "zutil.c", "compress.c", "uncompr.c", "gz*.c"],
                    ["test/minigzip.c"], "-I. -DHAVE_UNISTD_H", tells=("gz*", "deflate*", "inflate*")),
    "lz4": Package(["lib/*.c"], ["programs/*.c"], "-Ilib -DXXH_NAMESPACE=LZ4_", tells=("LZ4*",)),
    "lua5.4": Package(["src/l*.c", "!src/lua.c", "!src/luac.c"], ["src/lua.c"], "-Isrc -DLUA_USE_C89 -I{home}", tells=("lua_*", "luaL_*")),
    "tinyxml2": Package(["tinyxml2.cpp"], ["xmltest.cpp"], wide=True),
    "pugixml": Package(["src/pugixml.cpp"], ["tests/main.cpp", "tests/test.cpp", "tests/allocator.cpp", "tests/test_write.cpp",
                                             "tests/test_document.cpp", "tests/helpers.cpp", "tests/writer_string.cpp"], "-Isrc", wide=True),
    "libjsoncpp": Package(["src/lib_json/*.cpp"], ["src/jsontestrunner/main.cpp"], "-Iinclude", wide=True),
    "leveldb": Package(["util/*.cc", "table/*.cc", "db/*.cc", "!*_test.cc", "!db/leveldbutil.cc", "!util/env_windows.cc",
                        "!util/testutil.cc"], ["db/leveldbutil.cc"], "-I. -Iinclude -DLEVELDB_PLATFORM_POSIX=1 -DHAVE_SNAPPY=0 -DHAVE_CRC32C=0 -std=c++17",
                       wide=True),
}

ELF = ["bfd", "gold", "mold", "lld-14", "lld-19", "lld-22"]
LLD = ["lld-14", "lld-19", "lld-22"]
MINGW = ["mingw-bfd", "mingw-lld-14", "mingw-lld-19", "mingw-lld-22"]
ALL = ("objects", "archive", "shared", "against")


def zig_headers():
    found = importlib.util.find_spec("ziglang")
    for each in [pathlib.Path(found.origin).parent] if found else sorted(pathlib.Path("/").glob(os.environ.get("ZIGLANG", "none"))):
        return each / "lib"
    return None


def darwin_words(inputs, shape, folder):
    sdk = folder / "sdk/usr/lib"
    if not sdk.exists():
        sdk.mkdir(parents=True)
        stub = (zig_headers() / "libc/darwin/libSystem.tbd").read_text()
        # Targets that LLD 22 does not know yet make the whole stub unreadable for it.
        (sdk / "libSystem.tbd").write_text(re.sub(r",\s*arm64e\.x1-\w+", "", stub))
    extra = ["-dylib", "-install_name", "@rpath/libx.dylib"] if shape == "shared" else ["-dead_strip"] if shape == "archive" else []
    return ["-dynamic", "-arch", "arm64", "-platform_version", "macos", "11.0.0", "11.0.0", "-syslibroot", str(folder / "sdk"),
            *extra, *inputs, "-lSystem"]


def darwin_flags():
    lib = zig_headers()
    return (f"--target=arm64-apple-macos11 -nostdinc -isystem {lib}/include -isystem {lib}/libc/include/any-darwin-any"
            if lib else "")


def msvc_words(inputs, shape, folder):
    """MinGW's objects and libraries, linked by LLD as link.exe would."""
    gcc = subprocess.run(["x86_64-w64-mingw32-gcc", "-print-libgcc-file-name"], capture_output=True, text=True).stdout.strip()
    shared = ["/dll", "/noentry"] if shape == "shared" else ["/entry:mainCRTStartup", "/subsystem:console", "/usr/x86_64-w64-mingw32/lib/crt2.o"]
    libraries = [f"/usr/x86_64-w64-mingw32/lib/lib{name}.a" for name in ("mingw32", "mingwex", "msvcrt", "kernel32", "advapi32", "shell32", "user32")]
    return ["/machine:x64", "/lldmingw", *shared, *inputs, *libraries, gcc]


KINDS = {
    "gcc-dropped": Kind("gcc", "g++", "ar", ELF, "-fPIC -ffunction-sections -fdata-sections", "-Wl,--gc-sections", ALL),
    "gcc-hidden": Kind("gcc", "g++", "ar", ELF, "-fPIC -fvisibility=hidden", "", ("shared", "against"), "-Wl,-z,defs -Wl,--version-script={script}"),
    "gcc-static": Kind("gcc", "g++", "ar", ELF, "", "-static"),
    "gcc-static-pie": Kind("gcc", "g++", "ar", ELF, "-fPIE", "-static-pie"),
    "gcc-sanitized": Kind("gcc", "g++", "ar", ELF, "-fPIC -fsanitize=address,undefined -g -gz", "-fsanitize=address,undefined", ALL),
    "gcc-slim": Kind("gcc", "g++", "gcc-ar", ELF, "-fPIC -flto", "-flto", ALL, keeps_plugin=True),
    "gcc-fat": Kind("gcc", "g++", "gcc-ar", ELF, "-fPIC -flto -ffat-lto-objects", "-flto", ALL, keeps_plugin=True),
    "gcc-fat-unread": Kind("gcc", "g++", "ar", ELF, "-fPIC -flto -ffat-lto-objects", "-fno-lto", ALL),
    "gcc-coverage": Kind("gcc", "g++", "ar", ELF, "-fPIC --coverage", "--coverage", ALL),
    "clang-thin": Kind("clang-14", "clang++-14", "llvm-ar-14", LLD, "-fPIC -flto=thin -ffunction-sections", "-flto=thin -fuse-ld=lld -Wl,--gc-sections", ALL),
    "clang-full": Kind("clang-14", "clang++-14", "llvm-ar-14", LLD, "-fPIC -flto", "-flto -fuse-ld=lld", ALL),
    "clang-newer": Kind("clang-22", "clang++-22", "llvm-ar-22", LLD, "-fPIC -flto=thin", "-flto=thin -fuse-ld=lld", ALL),
    "clang-profiled": Kind("clang-22", "clang++-22", "ar", ELF, "-fPIC -fprofile-instr-generate -fcoverage-mapping", "-fprofile-instr-generate", ALL),
    "clang-sanitized": Kind("clang-22", "clang++-22", "ar", ELF, "-fPIC -fsanitize=address,undefined", "-fsanitize=address,undefined"),
    "clang-cfi": Kind("clang-22", "clang++-22", "llvm-ar-22", LLD[2:], "-fPIC -flto=thin -fvisibility=hidden -fsanitize=cfi -fsplit-lto-unit", "-flto=thin -fuse-ld=lld -fsanitize=cfi"),
    "mingw": Kind("x86_64-w64-mingw32-gcc", "x86_64-w64-mingw32-g++", "x86_64-w64-mingw32-ar", MINGW, "", "", ALL),
    "mingw-dropped": Kind("x86_64-w64-mingw32-gcc", "x86_64-w64-mingw32-g++", "x86_64-w64-mingw32-ar", MINGW, "-ffunction-sections -fdata-sections -Wa,-mbig-obj",
                          "-Wl,--gc-sections -static", ALL),
    "mingw-32": Kind("i686-w64-mingw32-gcc", "", "i686-w64-mingw32-ar", MINGW, "", "", ALL),
    "mingw-clang": Kind("clang-14 --target=x86_64-w64-windows-gnu", "", "llvm-ar-14", MINGW, "-g", "", ALL),
    "mingw-thin": Kind("clang-14 --target=x86_64-w64-windows-gnu", "", "llvm-ar-14", MINGW[1:], "-flto=thin", "-fuse-ld=lld -flto=thin"),
    "lld-link": Kind("x86_64-w64-mingw32-gcc", "", "x86_64-w64-mingw32-ar", ["lld-link-14", "lld-link-19", "lld-link-22"], "-ffunction-sections", words=msvc_words,
                     shapes=("objects", "archive", "shared")),
    "wasi": Kind("clang-14 --target=wasm32-wasi", "clang++-14 --target=wasm32-wasi -fno-exceptions", "llvm-ar-14", ["wasm-ld-14", "wasm-ld-19", "wasm-ld-22"],
                 "-D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_PROCESS_CLOCKS", "-lwasi-emulated-signal"),
    "wasi-thin": Kind("clang-14 --target=wasm32-wasi", "clang++-14 --target=wasm32-wasi -fno-exceptions", "llvm-ar-14", ["wasm-ld-14", "wasm-ld-19", "wasm-ld-22"],
                      "-flto=thin -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_PROCESS_CLOCKS", "-flto=thin -lwasi-emulated-signal"),
    "darwin": Kind("clang-22 " + darwin_flags(), "", "llvm-ar-22", ["ld64.lld-14", "ld64.lld-19", "ld64.lld-22"], "-g", words=darwin_words,
                   shapes=("objects", "archive", "shared", "against")),
    "darwin-thin": Kind("clang-14 " + darwin_flags(), "", "llvm-ar-14", ["ld64.lld-14", "ld64.lld-19", "ld64.lld-22"], "-flto=thin", words=darwin_words,
                        shapes=("objects", "archive", "shared")),
}


def sources(source, patterns):
    found = []
    for pattern in patterns:
        if pattern[0] == "!":
            dropped = set(source.glob(pattern[1:] if "/" in pattern else "**/" + pattern[1:]))
            found = [path for path in found if path not in dropped]
        else:
            found += sorted(source.glob(pattern))
    return found


def compiled(kind, package, source, paths, folder):
    made = []
    compiler = kind.cxx if package.wide else kind.c
    for path in paths:
        output = folder / (path.stem + ".o")
        if not output.exists():
            run = subprocess.run([*compiler.split(), "-O1", "-w", *package.flags.replace("{home}", str(folder)).split(), *kind.flags.split(), "-c", str(path), "-o", str(output)],
                                 cwd=source, capture_output=True, text=True, timeout=600)
            if run.returncode:
                (folder / (path.stem + ".failed")).write_text(run.stderr)
                continue
        made.append(output.name)
    return made


def driver_words(kind, package, inputs, shape, folder):
    """What the driver tells its linker."""
    options = kind.link.split()
    if shape == "shared":
        script = folder / "exports.map"
        script.write_text("V1 { global: " + "; ".join(package.tells or ["_Z*"]) + "; local: *; };\n")
        options = ["-shared", *[word for word in options if "static" not in word], *kind.frees.replace("{script}", str(script)).split()]
    run = subprocess.run([*(kind.cxx if package.wide else kind.c).split(), "-###", "-o", "out", *inputs, *options], cwd=folder, capture_output=True, text=True)
    line = [line for line in run.stderr.splitlines() if line.startswith(" ") and "-o" in shlex.split(line)][-1]
    return stripped(shlex.split(line)[1:], kind.keeps_plugin)


def stripped(words, keeps_plugin):
    """Without the output and, unless GCC's LTO is wanted, its plugin."""
    if not keeps_plugin:
        return [word for word in packages.without_output(words) if word != "-fno-lto"]
    at = words.index("-o")
    return [word for word in words[:at] + words[at + 2:] if not word.startswith(("-flto", "-fno-lto"))]  # those are for collect2


def links(name, kind_name, folder):
    """(shape, directory, words) of each link of a package of a kind."""
    kind, package = KINDS[kind_name], PACKAGES[name]
    if not shutil.which(kind.c.split()[0]) or package.wide and not kind.cxx or "darwin" in kind_name and not zig_headers():
        return
    source = packages.fetch(name, folder)
    home = folder / name / "kinds" / kind_name
    home.mkdir(parents=True, exist_ok=True)
    (home / "lua5.4-deb-multiarch.h").write_text('#define DEB_HOST_MULTIARCH "any"\n')
    library = compiled(kind, package, source, sources(source, package.library), home)
    program = compiled(kind, package, source, sources(source, package.program), home)
    if not program or not library:
        print(f"{name}, {kind_name}: not compiled", file=sys.stderr)
        return
    archive, shared = home / "libmade.a", home / ("libshared.so" if "mingw" not in kind_name else "libshared.dll")
    if not archive.exists():
        subprocess.run([*kind.ar.split(), "rcs", archive.name, *library], cwd=home, check=True)
    for shape in kind.shapes:
        inputs = {"objects": [*program, *library], "archive": [*program, archive.name], "shared": library,
                  "against": [*program, shared.name]}[shape]
        if shape == "against" and not made_shared(kind, package, library, shared, home):
            continue
        yield shape, home, kind.words(inputs, shape, home) if kind.words else driver_words(kind, package, inputs, shape, home)


def made_shared(kind, package, library, output, home):
    if output.exists():
        return True
    if kind.words:
        words = [frame.program(frame.LINKERS[kind.linkers[-1]], None), *kind.words(library, "shared", home)]
    else:
        words = [*(kind.cxx if package.wide else kind.c).split(), "-shared", *kind.link.split(), *library]
    return subprocess.run([*words, "-o", output.name], cwd=home, capture_output=True).returncode == 0


def removable(words):
    flags = {"-dead_strip", "-dylib", "--dll", "/dll", "/lldmingw", "-plugin"}
    more = [i for i, word in enumerate(words) if word in flags or word.lower().startswith("--export-dynamic") or word.startswith("--version-script")
            or word.startswith(("/entry:", "--dynamic-list")) or word.endswith((".obj", ".dll", ".dylib"))]
    return sorted(set(packages.removable(words) + more))


def changed(words, most):
    """The link with one word less, or one object twice: at most `most`, chosen by the words alone."""
    seed = " ".join(word.rpartition("/")[2] for word in words if not word.startswith("-plugin-opt="))  # one names a new file each time
    yield from packages.without_each(words, removable(words), most, seed)
    objects = [word for word in words if word.endswith(".o") and "/" not in word]
    if len(objects) > 1:
        twice = random.Random(seed).choice(objects)
        yield f"{twice} twice", words + [twice]


def c_names():
    """The functions of the C library, and what compilers call of it beside: what LTO may come to call, or not to."""
    listed = subprocess.run(["nm", "-D", "--defined-only", "--format=posix", "/lib/x86_64-linux-gnu/libc.so.6"], capture_output=True, text=True).stdout
    return {line.split("@")[0].split()[0] for line in listed.splitlines()} | {"__stack_chk_guard", "__stack_chk_fail"}


def called_by_lto(kind, found):
    """Which of the C library's functions the compiler's code calls in the end, no table of IR tells."""
    if "-flto" not in kind.flags:
        return False
    names = {name.removeprefix("_") if "arm64-apple" in kind.c else name for text in found for name in text.partition(": ")[2].split(", ")}
    return all(text.startswith("undefined, ") for text in found) and names <= c_names()


def cases(names, kinds, folder, most):
    for kind in kinds:
        for name in names:
            try:
                for shape, home, words in links(name, kind, folder):
                    yield from packages.with_changes(f"{name}, {kind}, {shape}", home, words, changed(words, most), KINDS[kind].linkers)
            except (subprocess.SubprocessError, OSError, ValueError, IndexError) as error:
                print(f"{name}, {kind}: {error}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("predict")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--packages", default=",".join(PACKAGES))
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--most", type=int, default=5)
    options = parser.parse_args()
    os.environ |= {"LC_ALL": "C", "COLLECT_GCC": "gcc", "COLLECT_LTO_WRAPPER": GCC + "/lto-wrapper", "COLLECT_GCC_OPTIONS": "'-flto' '-O1' '-w' '-fPIC'"}
    status = 0
    folder = options.folder.resolve()
    for kind in options.kinds.split(","):
        print(f"== {kind}", flush=True)
        status |= frame.run(cases(options.packages.split(","), [kind], folder, options.most), options.predict,
                            lambda case, linker, found, kind=KINDS[kind]: called_by_lto(kind, found))
    return status


if __name__ == "__main__":
    sys.exit(main())
