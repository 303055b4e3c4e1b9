#!/usr/bin/env python3
"""The command line as the contract has it: exit status, streams, help. usage: cli_test.py LDWHY"""
import json, os, subprocess, sys, tempfile, unittest
from pathlib import Path

LDWHY = str(Path(sys.argv.pop(1)).resolve())


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="ldwhy-cli-")
        self.addCleanup(self.folder.cleanup)
        self.environment = {**os.environ, "XDG_CACHE_HOME": self.folder.name + "/cache", "NO_COLOR": "1"}
        Path(self.folder.name, "main.c").write_text("void absent(void);\nint main(void) { absent(); return 0; }\n")
        Path(self.folder.name, "ok.c").write_text("int main(void) { return 0; }\n")
        subprocess.run(["gcc", "-c", "main.c", "ok.c"], cwd=self.folder.name, check=True)

    def run_it(self, *arguments, text=None):
        return subprocess.run([LDWHY, *arguments], cwd=self.folder.name, env=self.environment, input=text,
                              capture_output=True, text=True, timeout=120)

    def test_version_and_help(self):
        self.assertEqual(self.run_it("--version").stdout, "ldwhy 0.1.0\n")
        shown = self.run_it("--help")
        self.assertEqual(shown.returncode, 0)
        for command in ("run", "explain", "link", "symbol", "cause"):
            self.assertIn(f"\n  {command}", shown.stdout)

    def test_a_wrong_call_is_one_line_and_status_2(self):
        for arguments in (["nonsense"], ["link"], ["link", "--flavor=x", "--", "ld"], ["run"], ["symbol"], ["symbol", "x"],
                          ["explain", "no-such-log"], ["cause", "no-such-cause"], ["--format=xml", "--", "true"],
                          ["symbol", "main", "no-such-file"], ["link", "--", "gcc", "main.c"], ["link", "--", "gcc", "--version"]):
            with self.subTest(arguments):
                result = self.run_it(*arguments)
                self.assertEqual(result.returncode, 2, result)
                self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
                self.assertTrue(result.stderr.startswith("ldwhy: "), result.stderr)

    def test_words_that_are_no_command_are_told_what_was_meant(self):
        for arguments, meant in ((["make", "-j4"], "to run a build: ldwhy -- make -j4"),
                                 (["build.log"], "to diagnose from a saved log: ldwhy explain build.log"),
                                 (["link", "gcc", "main.o"], "the link goes after --: ldwhy link -- gcc main.o")):
            Path(self.folder.name, "build.log").write_text("")
            with self.subTest(arguments):
                self.assertEqual(self.run_it(*arguments).stderr, f"ldwhy: {meant}\n")
        self.assertEqual(self.run_it("help").stdout, self.run_it("--help").stdout)

    def test_a_log_from_a_pipe(self):
        os.mkfifo(Path(self.folder.name, "pipe"))
        writer = subprocess.Popen(["sh", "-c", "echo \"ld: main.o: undefined reference to \\`absent'\" > pipe"], cwd=self.folder.name)
        self.assertIn("`absent`", self.run_it("explain", "pipe").stdout)
        writer.wait()

    def test_a_log_without_objects_names_the_build_to_run_again(self):
        words = "/usr/bin/ld: gone.o: in function `main':\ngone.c:(.text+0x5): undefined reference to `absent'\ncollect2: error: ld returned 1 exit status\n"
        for log, following in ((words, "ldwhy symbol absent ."), (words + "make: *** [Makefile:2: app] Error 1\n", "ldwhy -- make"),
                               ("gcc -o app gone.o\n" + words, "ldwhy -- gcc -o app gone.o")):
            with self.subTest(log):
                self.assertIn(f"\n  next: {following}\n", self.run_it("explain", text=log).stdout)

    def test_a_symbol_in_a_folder(self):
        shown = self.run_it("symbol", "absent", ".")
        self.assertIn("main.o: undefined here", shown.stdout)
        os.mkdir(Path(self.folder.name, "bare"))
        self.assertEqual(self.run_it("symbol", "absent", "bare").returncode, 2)

    def test_link_status(self):
        self.assertEqual(self.run_it("link", "--", "gcc", "ok.o", "-o", "ok").returncode, 0)
        failing = self.run_it("link", "--", "gcc", "main.o", "-o", "app")
        self.assertEqual(failing.returncode, 1)
        self.assertIn("error[object-missing]: undefined symbol `absent`", failing.stdout)
        self.assertFalse(Path(self.folder.name, "app").exists())

    def test_lines_of_the_source_come_from_debug_information(self):
        source = "void absent(void);\nstatic void inner(void) {\n  absent();\n}\nint twice(void) { return 0; }\nint main(void) { inner(); return 0; }\n"
        for name in ("first.c", "second.c"):
            Path(self.folder.name, name).write_text(source if name == "first.c" else "\nint twice(void) { return 1; }\n")
        subprocess.run(["gcc", "-g", "-c", "first.c", "second.c"], cwd=self.folder.name, check=True)
        self.assertIn("inner refers to it (first.c:3)", self.run_it("link", "--", "gcc", "first.o").stdout)
        report = json.loads(self.run_it("link", "--format=json", "--", "gcc", "first.o").stdout)
        self.assertEqual([r["source"] for m in report["messages"] for r in m["references"]], ["first.c:3"])
        sarif = json.loads(self.run_it("link", "--format=sarif", "--", "gcc", "first.o").stdout)
        place = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        self.assertEqual((place["artifactLocation"]["uri"], place["region"]["startLine"]), ("first.c", 3))
        report = json.loads(self.run_it("link", "--format=json", "--", "gcc", "first.o", "second.o").stdout)
        twice = next(m for m in report["messages"] if m["kind"] == "duplicate-symbol")
        self.assertEqual([r["source"] for r in twice["references"]], ["first.c:5", "second.c:2"])
        plain = json.loads(self.run_it("link", "--format=json", "--", "gcc", "main.o").stdout)
        self.assertNotIn("source", plain["messages"][0]["references"][0])

    def test_link_runs_nothing_of_the_link_and_try_leaves_the_folder_alone(self):
        before = sorted(os.listdir(self.folder.name))
        self.run_it("link", "--", "gcc", "main.o", "-o", "app")
        self.run_it("link", "--try", "--", "gcc", "main.o", "-Wl,-Map=app.map", "-o", "app")
        self.run_it("link", "--try", "--", "gcc", "ok.o", "-o", "app")
        self.assertEqual(sorted(os.listdir(self.folder.name)), before)

    def test_run_keeps_streams_and_status(self):
        for status in (0, 3):
            result = self.run_it("--", "sh", "-c", f"echo out; echo err >&2; exit {status}")
            self.assertEqual((result.returncode, result.stdout, result.stderr), (status, "out\n", "err\n"))

    def test_run_explains_after_the_build(self):
        result = self.run_it("--", "gcc", "main.o", "-o", "app")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout, "")
        words, _, report = result.stderr.partition("\nldwhy: ")
        self.assertIn("undefined reference to `absent'", words)
        self.assertIn("error[object-missing]: undefined symbol `absent`", report)

    def test_run_json_goes_to_standard_output_or_to_a_file(self):
        shown = json.loads(self.run_it("run", "--format=json", "--", "gcc", "main.o", "-o", "app").stdout)
        self.assertEqual(shown["diagnoses"][0]["cause"], "object-missing")
        self.assertNotIn("predicted", shown["messages"][0])
        self.run_it("--format=json", "-o", "report.json", "--", "gcc", "main.o", "-o", "app")
        written = json.loads(Path(self.folder.name, "report.json").read_text())
        self.assertEqual(written["diagnoses"][0]["symbols"][0]["name"], "absent")
        nothing = json.loads(self.run_it("--format=json", "--", "true").stdout)
        self.assertEqual(nothing["status"], "no-failure")

    def test_a_compile_error_is_not_a_link(self):
        Path(self.folder.name, "bad.c").write_text("int main(void) { return }\n")
        result = self.run_it("--", "gcc", "bad.c", "-o", "bad")
        self.assertEqual(result.returncode, 1)
        self.assertNotIn("ldwhy", result.stderr)

    def test_explain_reads_standard_input(self):
        log = "/usr/bin/ld: main.o: in function `main':\nmain.c:(.text+0x5): undefined reference to `absent'\ncollect2: error: ld returned 1 exit status\n"
        for arguments in (["explain"], ["explain", "-"]):
            result = self.run_it(*arguments, text=log)
            self.assertEqual(result.returncode, 1)
            self.assertIn("`absent`", result.stdout)
        self.assertEqual(self.run_it("explain", text="all is well\n").returncode, 0)
        listed = json.loads(self.run_it("explain", "--format=json", text=log).stdout)
        self.assertEqual({d["certainty"] for d in listed["diagnoses"]}, {"possible"})

    def test_symbol(self):
        shown = self.run_it("symbol", "absent", "main.o", "ok.o")
        self.assertEqual(shown.returncode, 1)
        self.assertIn("main.o: undefined here", shown.stdout)
        self.assertIn("no definition", shown.stdout)
        facts = json.loads(self.run_it("symbol", "--format=json", "main", "ok.o").stdout)
        self.assertEqual(facts["facts"][0]["kind"], "definition")
        self.assertEqual(self.run_it("symbol", "quite_unknown", "ok.o").returncode, 0)

    def test_every_cause_has_its_page(self):
        for line in self.run_it("cause").stdout.splitlines():
            page = self.run_it("cause", line.split()[0])
            self.assertEqual(page.returncode, 0)
            self.assertTrue(page.stdout.startswith(f"# {line.split()[0]}\n"))


if __name__ == "__main__":
    unittest.main()
