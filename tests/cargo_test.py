#!/usr/bin/env python3
"""`ldwhy -- cargo build` with every cargo of this machine. rustc deletes its temporary folder
when a link fails, so only what was saved lets a remedy be tried. Remedies are in
Cargo's terms, and following them by the letter makes the build pass.

    tests/cargo_test.py LDWHY [unittest's arguments]
"""
import json, os, shutil, subprocess, sys, tempfile, unittest
from pathlib import Path

MANIFEST = '[package]\nname = "engine-room"\nversion = "0.1.0"\nedition = "2021"\n'
MAIN = """extern "C" {
    fn start_engine(speed: i32) -> i32;
}

fn main() {
    println!("{}", unsafe { start_engine(3) });
}
"""
ENGINE = "int start_engine(int speed) { return speed + 1; }\n"
SEARCH = 'println!("cargo:rustc-link-search=native={}/lib", std::env::var("CARGO_MANIFEST_DIR").unwrap());'


def cargos():
    """The folders of PATH that hold a cargo and its rustc."""
    found = {}
    for folder in os.environ["PATH"].split(":"):
        if all(os.access(Path(folder, name), os.X_OK) for name in ("cargo", "rustc")):
            found.setdefault(os.path.realpath(Path(folder, "cargo")), folder)
    return sorted(found.values())


def every_cargo(test):
    def run(self):
        folders = cargos()
        if not folders:
            self.skipTest("no cargo here")
        for folder in folders:
            with self.subTest(cargo=folder), tempfile.TemporaryDirectory(prefix="cargo-test-") as work:
                self.work = Path(work).resolve() / "room"
                self.environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "COLUMNS": "80", "LC_ALL": "C",
                                    "NO_COLOR": "1", "XDG_CACHE_HOME": f"{work}/cache"}
                for name in ("RUSTFLAGS", "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET"):
                    self.environment.pop(name, None)
                test(self)
    return run


class Cargo(unittest.TestCase):
    ldwhy = ""

    def project(self, build_script="", main=MAIN, library=False, source=False):
        self.write("Cargo.toml", MANIFEST)
        self.write("src/main.rs", main)
        if build_script:
            self.write("build.rs", f"fn main() {{\n    {build_script}\n}}\n")
        if library:
            self.write("lib/engine.c", ENGINE)
            for command in (["cc", "-c", "engine.c"], ["ar", "rc", "libengine.a", "engine.o"]):
                subprocess.run(command, cwd=self.work / "lib", check=True)
            for name in ("engine.c", "engine.o"):
                (self.work / "lib" / name).unlink()
        if source:
            self.write("native/engine.c", ENGINE)

    def write(self, name, text):
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def build(self, *words):
        return subprocess.run([*words, "cargo", "build", "--offline"], cwd=self.work, env=self.environment, text=True,
                              capture_output=True, timeout=300)

    def diagnose(self):
        """The report as JSON, and as text."""
        result = self.build(self.ldwhy, "--format=json", "-o", "report.json", "--")
        self.assertEqual(result.returncode, 101, result.stderr)
        self.assertNotIn("ldwhy:", result.stderr)
        report = json.loads((self.work / "report.json").read_text())
        again = self.build(self.ldwhy, "--")
        self.assertEqual(again.returncode, 101)
        text = again.stderr[again.stderr.index("\nldwhy: ") + 1:]
        for line in text.splitlines():
            # Names, commands, edits and the linker's own words are there to be copied: never broken.
            start = line.strip()
            diff = line.startswith(" " * 9)
            self.assertTrue(diff or len(line) <= 80 or " " not in start or start.startswith(("+", "error[", "next:")), line)
        self.assertEqual(len(report["diagnoses"]), 1, report)
        return report, report["diagnoses"][0], text

    def remedy(self, diagnosis, name):
        return next(r for r in diagnosis["remedies"] if r["id"] == name)

    def added_lines(self, remedy, place):
        edit = next(e["diff"] for e in remedy["edits"] if place in e["diff"])
        return "\n".join(line[1:].strip() for line in edit.splitlines() if line.startswith("+") and not line.startswith("+++"))

    def assert_reads_objects(self, diagnosis):
        used = [e for e in diagnosis["evidence"] if e["kind"] == "reference"]
        self.assertTrue(used)
        for evidence in used:
            self.assertIn(".rcgu.o", evidence["file"])
            self.assertEqual(evidence["detail"]["function"], "engine_room::main")

    def assert_tried_with_saved(self, report, remedy):
        """The link passed, run again with an input that is no longer there."""
        gone = [word for word in report["link"]["command"] if word.endswith(".o") and not os.path.exists(word)]
        self.assertEqual([os.path.basename(word) for word in gone], ["symbols.o"])
        self.assertEqual(remedy["verified"], "passed")
        self.assertEqual(report["problems"], [])

    @every_cargo
    def test_nowhere(self):
        self.project()
        report, diagnosis, text = self.diagnose()
        self.assertEqual((diagnosis["cause"], diagnosis["certainty"]), ("object-missing", "likely"))
        self.assertEqual([s["name"] for s in diagnosis["symbols"]], ["start_engine"])
        self.assertEqual(report["link"]["directory"], str(self.work))
        self.assertNotIn("predicted", report["messages"][0])
        self.assert_reads_objects(diagnosis)
        self.assertIn("src/main.rs:2", diagnosis["explanation"])
        self.assertIn("cargo:rustc-link-lib", self.remedy(diagnosis, "define-symbol")["title"])
        self.assertIn("undefined symbol `start_engine`", text)

    @every_cargo
    def test_source_not_built(self):
        self.project(source=True)
        _, diagnosis, _ = self.diagnose()
        self.assertEqual((diagnosis["cause"], diagnosis["certainty"]), ("object-missing", "proven"))
        self.assertIn("native/engine.c:1", diagnosis["summary"])
        added = self.added_lines(self.remedy(diagnosis, "define-symbol"), "build.rs")
        self.assertEqual(added, 'cc::Build::new().file("native/engine.c").compile("engine");')

    @every_cargo
    def test_library_not_named(self):
        self.project(SEARCH, library=True)
        report, diagnosis, _ = self.diagnose()
        self.assertEqual((diagnosis["cause"], diagnosis["certainty"]), ("library-not-linked", "proven"))
        self.assert_reads_objects(diagnosis)
        self.assertIn("lib/libengine.a", diagnosis["summary"])
        remedy = self.remedy(diagnosis, "add-library")
        self.assert_tried_with_saved(report, remedy)
        self.assertEqual(remedy["commands"], [])
        self.project(SEARCH + "\n    " + self.added_lines(remedy, "build.rs"))
        self.assertEqual(self.build().returncode, 0)
        self.project(SEARCH, self.added_lines(remedy, "extern block") + "\n" + MAIN)
        self.assertEqual(self.build().returncode, 0)

    @every_cargo
    def test_library_not_searched_for(self):
        named = 'println!("cargo:rustc-link-lib=engine");'
        self.project(named, library=True)
        _, diagnosis, _ = self.diagnose()
        self.assertEqual(diagnosis["cause"], "library-not-found")
        remedy = self.remedy(diagnosis, "add-search-path")
        self.assertEqual(remedy["verified"], "passed")
        self.project(named + "\n    " + self.added_lines(remedy, "build.rs"))
        self.assertEqual(self.build().returncode, 0)

    @every_cargo
    def test_passing(self):
        self.project(main='fn main() { println!("on"); }\n')
        plain = self.build()
        shutil.rmtree(self.work / "target")
        result = self.build(self.ldwhy, "--")
        self.assertEqual((plain.returncode, result.returncode), (0, 0))
        self.assertNotIn("ldwhy:", result.stdout + result.stderr)


if __name__ == "__main__":
    Cargo.ldwhy = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
