#!/usr/bin/env python3
"""A build run through ldwhy must be the same build: the same bytes on its output, the
same exit status, the same files; and every failing link must leave a capsule. Here with
make, CMake and cargo; capture_linker_test.py has the odd cases.

    tests/capture_test.py PROGRAM [unittest's arguments]     (see capture_build.py)
"""
import os
import re
import shutil
import subprocess

from capture_build import BAD, GOOD, Build, main, needs


class Make(Build):
    def project(self, source, driver="gcc"):
        self.write("main.c", source)
        self.write("other.c", "int other(void) { return 1; }\n")
        self.write("Makefile", f"""CC = {driver}
program: main.o other.o
\t$(CC) $(LDFLAGS) main.o other.o -o program
main.o other.o: %.o: %.c
\t$(CC) -c $< -o $@
""")

    @needs("make", "gcc")
    def test_passing(self):
        self.project(GOOD)
        self.same(["make"])
        self.assertEqual(self.caught(), [])
        self.assertEqual(self.sessions(), [])

    @needs("make", "gcc")
    def test_failing(self):
        self.project(BAD)
        result = self.same(["make"])
        self.assertEqual(result.returncode, 2)
        capsule = self.only_capsule()
        self.assertEqual(os.path.basename(capsule["program"]), "ld")
        self.assertEqual(capsule["argv"][0], capsule["program"])
        self.assertEqual(capsule["status"], 1)
        self.assertIn(b"undefined reference to `missing'", capsule["messages"])
        self.assertIn(capsule["messages"], result.stderr)
        self.assertEqual(os.path.basename(capsule["driver"][0]), "gcc")
        saved = {os.path.basename(s["path"]) for s in capsule["saved"]}
        self.assertEqual(saved, {"main.o", "other.o"})
        self.assertEqual(capsule["output"], os.path.join(self.work, "program"))
        self.assertFalse(capsule["probe"])

    @needs("make", "gcc")
    def test_failing_on_one_stream(self):
        self.project(BAD)
        self.same(["make"], one_stream=True)
        self.only_capsule()

    @needs("make", "gcc", "ld.mold")
    def test_mold(self):
        self.project(BAD)
        self.same(["make", "LDFLAGS=-fuse-ld=mold"])
        self.assertEqual(os.path.basename(self.only_capsule()["program"]), "ld.mold")
        self.project(GOOD)
        self.same(["make", "LDFLAGS=-fuse-ld=mold"])

    @needs("make", "clang-22")
    def test_clang(self):
        for linker in ("lld", "bfd", "gold"):
            with self.subTest(linker=linker):
                self.project(BAD, "clang-22")
                self.same(["make", f"LDFLAGS=-fuse-ld={linker}"])
                self.assertEqual(os.path.basename(self.only_capsule()["program"]), f"ld.{linker}")
                self.project(GOOD, "clang-22")
                self.same(["make", f"LDFLAGS=-fuse-ld={linker}"])
                self.assertEqual(self.caught(), [])

    @needs("make", "clang-22")
    def test_clang_prefers_its_own_folders(self):
        """A linker that only -B leads to must stay the one that runs."""
        self.project(GOOD, "clang-22")
        self.write("own/ld.lld", "#!/bin/sh\necho own linker >&2\nexit 3\n", 0o755)
        self.same(["make", "LDFLAGS=-fuse-ld=lld -Bown/"])

    @needs("make", "gcc")
    def test_missing_linker(self):
        self.project(GOOD)
        self.same(["make", "LDFLAGS=-fuse-ld=lld"] if not shutil.which("ld.lld")
                  else ["make", "LDFLAGS=-fuse-ld=nosuch"])

    @needs("make", "gcc")
    def test_parallel_failures(self):
        self.write("a.c", BAD)
        self.write("b.c", BAD.replace("missing", "absent"))
        self.write("Makefile", "all: a b\na b: %: %.o\n\tgcc $< -o $@\n"
                               "a.o b.o: %.o: %.c\n\tgcc -c $< -o $@\n")
        result = self.once(True, ["make", "-j2", "-k", "-Otarget"])
        self.assertEqual(result.returncode, 2)
        outputs = {os.path.basename(c["output"]) for c in self.caught()}
        self.assertEqual(outputs, {"a", "b"})
        for capsule in self.caught():
            self.assertEqual(len(capsule["saved"]), 1)

    @needs("gcc")
    def test_temporary_object_is_saved(self):
        self.write("main.c", BAD)
        self.assertEqual(self.once(True, ["gcc", "main.c", "-o", "program"]).returncode, 1)
        (saved,) = self.only_capsule()["saved"]
        self.assertFalse(os.path.exists(saved["path"]))
        copy = os.path.join(self.only_capsule()["folder"], "saved", saved["copy"])
        symbols = subprocess.run(["nm", copy], capture_output=True, text=True, check=True).stdout
        self.assertIn("U missing", symbols)

    @needs("gcc")
    def test_response_file_is_saved(self):
        self.write("main.c", BAD)
        self.write("link.rsp", "main.o '-o' program\n")
        self.once(True, ["sh", "-c", "gcc -c main.c && gcc @link.rsp && true"])
        # gcc hands response files on as new ones, in its temporary folder.
        self.assertIn("main.o", {os.path.basename(s["path"]) for s in self.only_capsule()["saved"]})
        self.once(True, ["sh", "-c", "gcc -c main.c && ld @link.rsp"])
        self.assertEqual({os.path.basename(s["path"]) for s in self.only_capsule()["saved"]},
                         {"main.o", "link.rsp"})

    @needs("gcc")
    def test_second_try_that_passes_is_no_failure(self):
        self.write("main.c", GOOD)
        self.write("try.sh", "gcc -c main.c\ngcc main.o -Wl,--nonsense -o program || "
                             "gcc main.o -o program\nexit 9\n")
        self.assertEqual(self.once(True, ["sh", "try.sh"]).returncode, 9)
        self.assertEqual(self.caught(), [])

    def test_nothing_shows_in_search_results(self):
        """What configure scripts write down must not change."""
        self.same(["sh", "-c", "gcc -print-prog-name=ld; gcc -print-prog-name=ld.gold; "
                               "clang-22 -print-search-dirs 2>&1 | grep -v programs"])


class CMake(Build):
    # Logs of a configure run hold temporary names and times.
    IGNORE = (r"\.ninja_log$", r"\.ninja_deps$", r"CMakeOutput\.log$", r"CMakeError\.log$",
              r"CMakeConfigureLog", r"CMakeFiles/[^/]*/CompilerId", r"TargetDirectories")

    def project(self, source, probe="exit", more=""):
        self.write("main.c", source)
        self.write("CMakeLists.txt", f"""cmake_minimum_required(VERSION 3.20)
project(sample C)
include(CheckFunctionExists)
check_function_exists({probe} HAVE_IT)
{more}
add_library(part STATIC part.c)
add_executable(program main.c)
target_link_libraries(program part)
""")
        self.write("part.c", "int part(void) { return 2; }\n")
        self.script = ["sh", "-c", "cmake -G Ninja -S . -B out && ninja -j1 -C out"]

    def same_build(self):
        normal = lambda text: re.sub(rb"\(\d+\.\d+s\)", b"", text)
        return self.same(self.script, self.IGNORE, normal)

    @needs("cmake", "ninja")
    def test_passing(self):
        self.project(GOOD)
        self.assertEqual(self.same_build().returncode, 0)
        self.assertEqual(self.caught(), [])

    @needs("cmake", "ninja")
    def test_failing(self):
        self.project(BAD)
        self.assertNotEqual(self.same_build().returncode, 0)
        capsule = self.only_capsule()
        self.assertEqual(capsule["directory"], os.path.join(self.work, "out"))
        self.assertIn("libpart.a", {os.path.basename(s["path"]) for s in capsule["saved"]})

    @needs("cmake", "ninja", "clang-22")
    def test_clang(self):
        self.environment["CC"] = "clang-22"
        self.project(BAD)
        self.assertNotEqual(self.same_build().returncode, 0)
        self.only_capsule()
        self.project(GOOD)
        self.assertEqual(self.same_build().returncode, 0)

    @needs("cmake", "ninja")
    def test_failing_probe_of_a_passing_build(self):
        self.project(GOOD, probe="no_such_function")
        self.assertEqual(self.same_build().returncode, 0)
        self.assertEqual(self.caught() + self.caught("probe"), [])
        self.assertEqual(self.sessions(), [])

    @needs("cmake", "ninja")
    def test_failing_probe_of_a_build_that_fails_otherwise(self):
        self.project("this is no C\n", probe="no_such_function")
        self.assertNotEqual(self.same_build().returncode, 0)
        self.assertEqual(self.caught(), [])
        self.assertEqual(len(self.caught("probe")), 1)


class Cargo(Build):
    def setUp(self):
        super().setUp()
        self.write("Cargo.toml", '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\n')
        self.environment["CARGO_TERM_COLOR"] = "never"

    def good(self):
        self.write("src/main.rs", 'fn main() { println!("hello"); }\n')

    def bad(self):
        self.write("src/main.rs", 'extern "C" { fn missing() -> i32; }\n'
                                  'fn main() { println!("{}", unsafe { missing() }); }\n')

    @staticmethod
    def normal(text):
        text = re.sub(rb"rustc[A-Za-z0-9]{6}", b"rustcXXXXXX", text)
        text = re.sub(rb"\.[a-z0-9]{7}\.rcgu", b".X.rcgu", text)
        return re.sub(rb"in \d+\.\d+s", b"", text)

    def same_build(self):
        ignore = (r"^target/(?!debug/app$)",)
        return self.same(["cargo", "build", "--offline"], ignore, self.normal)

    @needs("cargo")
    def test_passing(self):
        self.good()
        self.assertEqual(self.same_build().returncode, 0)
        self.assertEqual(self.caught(), [])

    @needs("cargo")
    def test_failing(self):
        self.bad()
        self.assertNotEqual(self.same_build().returncode, 0)
        capsule = self.only_capsule()
        objects = [s for s in capsule["saved"] if s["path"].endswith(".rcgu.o")]
        self.assertTrue(objects)
        for saved in objects:  # rustc has deleted its own
            self.assertTrue(os.path.exists(os.path.join(capsule["folder"], "saved", saved["copy"])))
        self.assertIn("CARGO_PKG_NAME=app", capsule["environment"])

    @needs("cargo", "clang-22")
    def test_clang_with_rustc_s_own_linker_folder(self):
        self.bad()
        folder = os.path.join(self.root, "bin")
        os.mkdir(folder)
        os.symlink(shutil.which("clang-22"), os.path.join(folder, "cc"))
        self.environment["PATH"] = folder + ":" + os.environ["PATH"]
        self.assertNotEqual(self.same_build().returncode, 0)
        self.assertIn("ld", os.path.basename(self.only_capsule()["program"]))

    @needs("cargo")
    def test_nothing_is_built_again(self):
        self.good()
        self.write(".cargo/config.toml", "# clang-\n")  # so that RUSTC_WRAPPER is set
        self.once(True, ["cargo", "build", "--offline"])
        for with_us in (False, True, False):
            result = subprocess.run(self.command(with_us, ["cargo", "build", "--offline"]),
                                    cwd=self.work, env=self.environment, capture_output=True)
            self.assertEqual(result.returncode, 0)
            self.assertNotIn(b"Compiling", result.stderr)

    @needs("rustc")
    def test_rust_lld(self):
        self.write("bare.rs", """#![feature(no_core, lang_items)]
#![no_core]
#![no_main]
#[lang = "pointee_sized"] pub trait PointeeSized {}
#[lang = "meta_sized"] pub trait MetaSized: PointeeSized {}
#[lang = "sized"] pub trait Sized: MetaSized {}
extern "C" { fn missing(); }
#[no_mangle] pub extern "C" fn _start() { unsafe { missing() } }
""")
        self.environment["RUSTC_BOOTSTRAP"] = "1"
        build = "$RUSTC_WRAPPER rustc --target x86_64-unknown-none -Cpanic=abort bare.rs"
        plain, ours = self.once(False, ["sh", "-c", build]), self.once(True, ["sh", "-c", build])
        if b"undefined symbol" not in plain.stderr:
            self.skipTest("this rustc has other language items")
        self.assertEqual(ours.returncode, plain.returncode)
        self.assertEqual(os.path.basename(self.only_capsule()["program"]), "rust-lld")
        self.assertEqual(self.only_capsule()["output"], os.path.join(self.work, "bare"))


if __name__ == "__main__":
    main()
