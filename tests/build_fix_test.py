#!/usr/bin/env python3
"""Broken builds as people have them, told, tried, mended and put back. usage: build_fix_test.py LDWHY

Each build is a real one that fails: make, CMake, Meson and Go as they are installed. After `fix --apply`
it passes, and after `fix --undo` every byte is as it was.
"""
import json, os, shutil, stat, subprocess, sys, tempfile, unittest
from pathlib import Path

LDWHY = str(Path(sys.argv.pop(1)).resolve())
MAIN = "int helper(int);\nint main(int n, char **v) { return helper(n); }\n"
HELPER = "int helper(int n) { return n; }\n"


class Build(unittest.TestCase):
    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="ldwhy-build-")).resolve()
        self.addCleanup(shutil.rmtree, self.root)
        self.work = self.root / "work"
        self.environment = {**os.environ, "XDG_CACHE_HOME": str(self.root / "cache"), "NO_COLOR": "1", "GOFLAGS": "-mod=mod",
                            "GOCACHE": str(self.root / "gocache")}

    def write(self, name, text):
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def call(self, *words, folder="."):
        return subprocess.run(words, cwd=self.work / folder, env=self.environment, capture_output=True, text=True, timeout=300)

    def ldwhy(self, *words, folder="."):
        return self.call(LDWHY, *words, folder=folder)

    def failing(self, *build, folder="."):
        """The text of the diagnosis."""
        run = self.ldwhy("--", *build, folder=folder)
        self.assertNotEqual(run.returncode, 0, run.stdout)
        return run.stderr[run.stderr.index("\nldwhy: "):]

    def mended(self, path, contents, *build, number=1, build_folder="."):
        """The remedy works when tried, the file is as told after it, the build passes, and undo restores it."""
        before = path.read_bytes() if path.exists() else None
        listed = json.loads(self.ldwhy("fix", "--try", "--format=json").stdout)
        self.assertEqual(listed["remedies"][number - 1]["verified"], "passed", listed["remedies"])
        applied = self.ldwhy("fix", "--apply", str(number))
        self.assertEqual(applied.returncode, 0, applied.stdout + applied.stderr)
        self.assertEqual(path.read_text(), contents)
        self.assertEqual(self.call(*build, folder=build_folder).returncode, 0)
        self.assertEqual(self.ldwhy("fix", "--undo").returncode, 0)
        self.assertEqual(path.read_bytes() if path.exists() else None, before)


class Make(Build):
    def test_a_library_that_stands_too_early_moves(self):
        self.write("main.c", "double cos(double);\nint main(int n, char **v) { return (int)cos(n); }\n")
        makefile = self.write("Makefile", "app: main.c\n\tgcc -Wl,--as-needed -lm -o app main.c\n")
        told = self.failing("make")
        self.assertIn("stands before main.c on the link line", " ".join(told.split()))
        self.assertNotIn("/tmp/cc", told.replace(str(self.root), ""))
        self.assertIn("\n         -\tgcc -Wl,--as-needed -lm -o app main.c\n         +\tgcc -Wl,--as-needed -o app main.c -lm\n", told)
        self.assertTrue(told.endswith("next: ldwhy fix\n\n"), told)
        self.mended(makefile, "app: main.c\n\tgcc -Wl,--as-needed -o app main.c -lm\n", "make", "-B")

    def test_a_source_that_the_makefile_forgets(self):
        self.write("main.c", MAIN)
        self.write("helper.c", HELPER)
        makefile = self.write("Makefile", "SRCS = main.c\nOBJS = $(SRCS:.c=.o)\napp: $(OBJS)\n\t$(CC) -o $@ $(OBJS)\n")
        self.assertIn("helper.c:1 defines it", self.failing("make"))
        self.mended(makefile, "SRCS = main.c helper.c\nOBJS = $(SRCS:.c=.o)\napp: $(OBJS)\n\t$(CC) -o $@ $(OBJS)\n", "make")

    def test_static_libraries_that_need_each_other_come_in_one_remedy(self):
        for name, body in (("one", "int two(void); int one(void) { return two(); }"), ("two", "int three(void); int two(void) { return three(); }"),
                           ("three", "int three(void) { return 0; }")):
            self.write(f"{name}.c", body + "\n")
            subprocess.run(["gcc", "-c", f"{name}.c"], cwd=self.work, check=True)
            subprocess.run(["ar", "rcs", f"lib{name}.a", f"{name}.o"], cwd=self.work, check=True)
            for left in (f"{name}.c", f"{name}.o"):
                (self.work / left).unlink()
        self.write("main.c", "int one(void);\nint main(void) { return one(); }\n")
        makefile = self.write("Makefile", "app: main.o\n\tgcc -static -o app main.o -L.\n")
        told = self.failing("make")
        self.assertIn("1. [works] add -lone -ltwo -lthree to the link, in this order\n       the link succeeds\n", told)
        self.mended(makefile, "app: main.o\n\tgcc -static -o app main.o -L. -lone -ltwo -lthree\n", "make", "-B")

    def test_the_projects_own_copy_of_an_installed_library(self):
        self.write("main.c", MAIN)
        self.write("helper.c", HELPER)
        self.write("other.c", "int other(void) { return 0; }\n")
        subprocess.run("gcc -shared -fPIC -o libown.so helper.c && mkdir inst && mv libown.so inst/", shell=True, cwd=self.work, check=True)
        self.write("Makefile", "app: main.o libown.a\n\tgcc -o app main.o -L. -Wl,-Bstatic -lown -Wl,-Bdynamic -Linst\n"
                               "libown.a: other.o\n\tar rcs $@ other.o\n")
        told = self.failing("make")
        self.assertIn("helper.c:1 defines it", told)
        self.assertIn("another copy of a library that the link line names", " ".join(told.split()))
        self.assertIn("evidence (likely, not proven)", told)
        self.assertIn("\n         +app: main.o helper.o libown.a\n", told)

    def test_what_the_project_declares_is_no_librarys(self):
        self.write("main.c", MAIN)
        self.write("Makefile", "app: main.o\n\tgcc -o app main.o\n")
        told = " ".join(self.failing("make").split())
        self.assertIn("write the definition, or build the file that has it (main.c:1 declares it)", told)
        self.assertNotIn("install", told)

    def test_a_build_that_was_mended_is_forgotten(self):
        self.write("main.c", MAIN)
        self.write("Makefile", "app: main.o\n\tgcc -o app main.o\n")
        self.failing("make")
        self.assertEqual(self.ldwhy("fix").returncode, 1)
        self.write("main.c", "int main(void) { return 0; }\n")
        self.assertEqual(self.ldwhy("--", "make").returncode, 0)
        self.assertIn("nothing to fix was found", self.ldwhy("fix").stdout)

    def test_an_object_that_make_does_not_know_to_be_old(self):
        self.write("helper.c", "int other(int n) { return n; }\n")
        subprocess.run(["gcc", "-c", "helper.c"], cwd=self.work, check=True)
        os.utime(self.work / "helper.o", (1, 1))
        self.write("helper.c", HELPER)
        self.write("main.c", MAIN)
        self.write("Makefile", "app: main.o helper.o\n\tgcc -o app main.o helper.o\nhelper.o:\n\tgcc -c helper.c\n")
        told = self.failing("make")
        self.assertIn("error[stale-artifact]", told)
        self.assertIn("helper.o is older than its source helper.c", " ".join(told.split()))

    def test_a_link_by_hand_is_typed_again(self):
        self.write("main.c", "double cos(double);\nint main(int n, char **v) { return (int)cos(n); }\n")
        self.assertIn("next: gcc main.c -o app -lm\n", self.failing("gcc", "main.c", "-o", "app"))


class Drivers(Build):
    """zig and emcc link where nobody can stand in for their linkers: they are caught themselves."""
    def stand_for(self, name, script):
        path = self.root / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(path.stat().st_mode | stat.S_IEXEC)
        self.environment["PATH"] = f"{self.root / 'bin'}:{os.environ['PATH']}"

    def test_a_driver_inside_make(self):
        self.stand_for("emcc", 'case "$*" in *-c*) touch main.o; exit 0;; *broken*) echo "broken.c:1:1: error: expected identifier" >&2; exit 1;; esac\n'
                               'echo "wasm-ld: error: main.o: undefined symbol: helper" >&2\n'
                               'echo "emcc: error: \'/opt/wasm-ld main.o\' failed (returned 1)" >&2\nexit 1\n')
        self.write("main.c", MAIN)
        self.write("helper.c", HELPER)
        self.write("Makefile", "app: main.o\n\temcc -o app main.o\nmain.o: main.c\n\temcc -c main.c\nbad:\n\temcc broken.c -o bad\n")
        self.assertIn("undefined symbol `helper`", self.failing("make"))
        # The compiler's own errors are no link's.
        self.assertNotIn("ldwhy:", self.ldwhy("--", "make", "bad").stderr)
        told = self.ldwhy("-v", "--", "make", "bad").stderr
        self.assertIn("\nldwhy: no linker was seen to fail in this build (should one have failed unseen: make bad 2>&1 | ldwhy explain)\n", told)
        self.assertNotIn("error[", told)


@unittest.skipUnless(shutil.which("cmake"), "no cmake")
class CMake(Build):
    def setUp(self):
        super().setUp()
        self.write("src/main.c", MAIN)
        self.write("src/helper.c", HELPER)
        self.lists = self.write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.13)\nproject(app C)\nadd_executable(${PROJECT_NAME}\n  src/main.c\n  )\n")
        subprocess.run(["cmake", "-B", "build"], cwd=self.work, check=True, capture_output=True)

    def test_a_source_that_no_target_lists(self):
        told = self.failing("make", folder="build")
        self.assertIn("\n         --- a/CMakeLists.txt\n", told)
        # Asked for at the project's root, though it failed below.
        self.mended(self.lists, self.lists.read_text().replace("src/main.c\n", "src/main.c\n  src/helper.c\n"), "make", build_folder="build")

    def test_a_collected_source_is_collected_again(self):
        self.lists.write_text("cmake_minimum_required(VERSION 3.13)\nproject(app C)\nfile(GLOB S src/*.c)\nadd_executable(app ${S})\n")
        (self.work / "src/helper.c").unlink()
        subprocess.run(["cmake", "-B", "build"], cwd=self.work, check=True, capture_output=True)
        self.write("src/helper.c", HELPER)
        told = " ".join(self.failing("cmake", "--build", "build").split())
        self.assertIn("CMakeLists.txt:3 collects the sources when cmake runs: run cmake once more, and build", told)


@unittest.skipUnless(shutil.which("meson") and shutil.which("ninja"), "no meson")
class Meson(Build):
    def test_a_library_and_a_source(self):
        self.write("main.c", "double cos(double);\n" + MAIN.replace("helper(n)", "helper((int)cos(n))"))
        self.write("helper.c", HELPER)
        build = self.write("meson.build", "project('app', 'c')\nexecutable('app', 'main.c')\n")
        subprocess.run(["meson", "setup", "b"], cwd=self.work, check=True, capture_output=True)
        self.failing("ninja", "-C", "b")
        for number in (1, 2):
            self.ldwhy("fix", "--apply", str(number), "--no-build")
        self.assertEqual(build.read_text(), "project('app', 'c')\nexecutable('app', 'main.c', 'helper.c', link_args: ['-lm'])\n")
        self.assertEqual(self.call("ninja", "-C", "b").returncode, 0)


@unittest.skipUnless(shutil.which("go"), "no go")
class Go(Build):
    def test_a_library_that_cgo_was_not_told_of(self):
        self.write("go.mod", "module app\ngo 1.18\n")
        source = self.write("main.go", 'package main\n\n// double cos(double);\nimport "C"\n\nfunc main() { println(C.cos(0)) }\n')
        if self.call("go", "vet", "./...").returncode != 0:
            self.skipTest("go does not work here")
        told = self.failing("go", "build", ".")
        self.assertIn("tell cgo of it: #cgo LDFLAGS: -lm", told)
        self.assertNotIn("_cgo_.o", told)
        self.assertEqual(self.ldwhy("fix", "--apply", "1").returncode, 0)
        self.assertIn("\n// #cgo LDFLAGS: -lm\n// double cos(double);\n", source.read_text())


if __name__ == "__main__":
    unittest.main()
