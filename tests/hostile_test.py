#!/usr/bin/env python3
"""Inputs that nobody wants, end to end: damaged, lying, foreign or not even files.

    tests/hostile_test.py LDWHY [unittest's arguments]

Each is one of several inputs of a link whose other inputs have a real fault. The run
must end soon and small, say which input is bad and what was expected there, and still
explain the fault of the others.
"""
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

LDWHY = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else ""
SECONDS = 5
MEGABYTES = 300


def first_of(*programs):
    return next((found for found in map(shutil.which, programs) if found), "")


CLANG = first_of("clang-22", "clang-19", "clang-14", "clang")
AR = first_of("llvm-ar-22", "llvm-ar-19", "llvm-ar-14", "llvm-ar")
LLD = first_of("ld.lld-22", "ld.lld-19", "ld.lld-14", "ld.lld")

ELF, DARWIN = "x86_64-linux-gnu", "arm64-apple-macos11"
LINKS = {
    ELF: ["ld.lld", "main.o", "util.o"],
    DARWIN: ["ld64.lld", "-arch", "arm64", "-platform_version", "macos", "11.0", "11.0", "main.o", "util.o"],
}
# main needs what util keeps to itself: a fault that is explained whatever else is there.
MAIN = "int helper(void);\nint main(void) { return helper(); }\n"
UTIL = "__attribute__((used)) static int helper(void) { return 1; }\nint other(void) { return 2; }\n"
VICTIM = """
extern int far_away(int);
int common_thing;
static int near(int x) { return far_away(x) + common_thing; }
int victim(int x) { return near(x); }
"""
TBD = """--- !tapi-tbd
tbd-version:     4
targets:         [ x86_64-macos, arm64-macos ]
install-name:    '/usr/lib/libvictim.dylib'
exports:
  - targets:         [ x86_64-macos, arm64-macos ]
    symbols:         [ _victim ]
...
"""
SCRIPT = "/* GNU ld script */\nOUTPUT_FORMAT(elf64-x86-64)\nGROUP ( victim.o AS_NEEDED ( victim.so ) )\n"


def run(*words, **options):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)


class Outcome:
    def __init__(self, status, output, errors, seconds, megabytes):
        self.status, self.output, self.errors = status, output, errors
        self.seconds, self.megabytes = seconds, megabytes
        self.report = json.loads(output) if output.startswith(b"{") else None

    def problems(self):
        return self.report["problems"] if self.report else [self.errors.decode()]


@unittest.skipUnless(CLANG and AR and LLD, "needs clang, llvm-ar and lld")
class Hostile(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.made = tempfile.mkdtemp(prefix="ldwhy-hostile.")
        with open(LDWHY, "rb") as program:
            cls.sanitized = b"__asan_init" in program.read()
        for name, text in (("main.c", MAIN), ("util.c", UTIL), ("victim.c", VICTIM)):
            with open(os.path.join(cls.made, name), "w") as file:
                file.write(text)
        for triple in LINKS:
            folder = os.path.join(cls.made, triple)
            os.mkdir(folder)
            for name in ("main", "util", "victim"):
                run(CLANG, "-target", triple, "-O1", "-fPIC", "-c", f"../{name}.c", "-o", f"{name}.o", cwd=folder)
            for name in ("full", "thin"):
                run(CLANG, "-target", triple, "-O1", f"-flto={name}", "-c", "../victim.c", "-o", f"{name}.bc.o", cwd=folder)
            run(AR, "rcs", "victim.a", "victim.o", "util.o", cwd=folder)
        folder = os.path.join(cls.made, ELF)
        run(AR, "rcs", "--thin", "thin.a", "victim.o", cwd=folder)
        run(LLD, "-shared", "victim.o", "-o", "victim.so", cwd=folder)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.made, ignore_errors=True)

    def setUp(self):
        self.work = tempfile.mkdtemp(prefix="ldwhy-hostile.")
        self.addCleanup(shutil.rmtree, self.work, ignore_errors=True)

    def place(self, triple):
        """The link's own files in the work folder."""
        for name in os.listdir(os.path.join(self.made, triple)):
            shutil.copy(os.path.join(self.made, triple, name), self.work)

    def good(self, triple, name):
        with open(os.path.join(self.made, triple, name), "rb") as file:
            return file.read()

    def path(self, name):
        return os.path.join(self.work, name)

    def write(self, name, contents):
        with open(self.path(name), "wb") as file:
            file.write(contents.encode() if isinstance(contents, str) else contents)

    def ldwhy(self, *words, stdin=None):
        """Runs it, and holds it to what is promised of every run."""
        streams = [tempfile.TemporaryFile(), tempfile.TemporaryFile()]
        start = time.monotonic()
        child = subprocess.Popen([LDWHY, *words], cwd=self.work, stdin=stdin or subprocess.DEVNULL,
                                 stdout=streams[0], stderr=streams[1])
        try:
            while True:
                pid, wait_status, usage = os.wait4(child.pid, os.WNOHANG)
                if pid:
                    break
                self.assertLess(time.monotonic() - start, 6 * SECONDS, f"hangs: {words}")
                time.sleep(0.001)
        except AssertionError:
            child.kill()
            child.wait()
            raise
        child.returncode = os.waitstatus_to_exitcode(wait_status)
        seconds = time.monotonic() - start
        output, errors = ((stream.seek(0), stream.read(), stream.close())[1] for stream in streams)
        megabytes = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
        told = f"{words}\n{errors.decode(errors='replace')[:2000]}"
        self.assertIn(child.returncode, (0, 1, 2), told)
        self.assertNotRegex(errors, b"Sanitizer|runtime error|terminate called|what\\(\\)", told)
        if child.returncode == 2:
            self.assertEqual(errors.count(b"\n"), 1, told)
            self.assertTrue(errors.startswith(b"ldwhy: "), told)
        if not self.sanitized:
            self.assertLess(seconds, SECONDS, told)
            self.assertLess(megabytes, MEGABYTES, told)
        return Outcome(child.returncode, output, errors, seconds, megabytes)

    def link(self, triple, name, *more):
        return self.ldwhy("link", "--format=json", "--", *LINKS[triple], name, *more)

    def assert_explained(self, outcome, what=""):
        """The fault of the good inputs is told as if the bad one were not there."""
        self.assertEqual(outcome.status, 1, what)
        causes = {symbol["name"].lstrip("_"): d["cause"] for d in outcome.report["diagnoses"] for symbol in d["symbols"]}
        self.assertEqual(causes.get("helper"), "local-definition", f"{what}: {outcome.report and outcome.report['diagnoses']}")

    def assert_named(self, outcome, name, words, what=""):
        """One line names the file and says what was expected or found there."""
        lines = [line for line in outcome.problems() if name in line]
        self.assertTrue(lines, f"{what}: {outcome.problems()}")
        self.assertTrue(any(re.search(words, line) for line in lines), f"{what}: {lines}")

    def unsure(self, outcome, what=""):
        """Nothing is proven of a symbol that the unread input could define."""
        for diagnosis in outcome.report["diagnoses"]:
            if diagnosis["symbols"]:
                self.assertNotEqual(diagnosis["certainty"], "proven", what)


class Damaged(Hostile):
    BINARY = [(ELF, "victim.o"), (ELF, "victim.so"), (ELF, "full.bc.o"), (ELF, "thin.bc.o"), (ELF, "victim.a"),
              (ELF, "thin.a"), (DARWIN, "victim.o"), (DARWIN, "thin.bc.o"), (DARWIN, "victim.a"), (DARWIN, "fat")]

    def contents(self, triple, name):
        return self.fat() if name == "fat" else self.good(triple, name)

    def fat(self, offset=4096, size=None, count=1, magic=0xCAFEBABE):
        """One slice; the header may lie."""
        slice = self.good(DARWIN, "victim.o")
        head = struct.pack(">7I", magic, count, 0x0100000C, 0, offset, len(slice) if size is None else size, 12)
        return head.ljust(4096, b"\0") + slice

    def try_bytes(self, triple, contents, what):
        self.write("bad", contents)
        outcome = self.link(triple, "bad")
        self.assert_explained(outcome, what)
        return outcome

    def test_the_good_ones_are_good(self):
        # Else the tests below would prove nothing.
        for triple, name in self.BINARY:
            self.place(triple)
            with self.subTest(triple=triple, name=name):
                outcome = self.try_bytes(triple, self.contents(triple, name), name)
                self.assertEqual(outcome.report["problems"], [])
                helper = [d for d in outcome.report["diagnoses"] if d["cause"] == "local-definition"]
                self.assertEqual(helper[0]["certainty"], "proven")

    def member_starts(self, archive):
        starts = [8]
        while starts[-1] + 60 <= len(archive):
            header = archive[starts[-1] : starts[-1] + 60]
            stored = header[:1] == b"/" and header[1:2] in b" /" or not archive.startswith(b"!<thin>")
            size = int(header[48:58]) if stored else 0
            starts.append(starts[-1] + 60 + size + size % 2)
        return starts

    def test_truncated(self):
        for triple, name in self.BINARY:
            self.place(triple)
            whole = self.contents(triple, name)
            for length in sorted({1, 3, 4, 7, 8, 16, 20, 27, 33, 63, 64, 67, 68, 100, 200, len(whole) // 4,
                                  len(whole) // 3, len(whole) // 2, len(whole) * 3 // 4, len(whole) - 60, len(whole) - 5}):
                what = f"{triple} {name} cut at {length} of {len(whole)}"
                with self.subTest(what):
                    outcome = self.try_bytes(triple, whole[:length], what)
                    if name.endswith(".a") and length in self.member_starts(whole):
                        continue  # an archive of fewer members
                    self.assert_named(outcome, "bad", "expected|ends", what)
                    self.unsure(outcome, what)

    def test_wrong_magic(self):
        for triple, name in self.BINARY:
            self.place(triple)
            whole = self.contents(triple, name)
            for head in (b"\0\0\0\0", b"\x7fELG", b"\xff\xff\xff\xff", b"MZ\x90\0"):
                with self.subTest(name=name, head=head):
                    outcome = self.try_bytes(triple, head + whole[4:], name)
                    self.assert_named(outcome, "bad", "expected an object file, found")
                    self.unsure(outcome)

    def test_every_word_of_the_head_lies(self):
        # Counts, offsets and sizes stand there; each claims everything, nothing, or itself.
        for triple, name in self.BINARY:
            self.place(triple)
            whole = self.contents(triple, name)
            for at in range(4, 132, 4):
                for value in (0xFFFFFFFF, at):
                    with self.subTest(name=name, at=at, value=value):
                        self.try_bytes(triple, whole[:at] + struct.pack("<I", value) + whole[at + 4:], f"{name} at {at}")

    def sections(self, whole):
        """(header's offset, type) of the sections of a 64-bit ELF file."""
        table, = struct.unpack_from("<Q", whole, 40)
        count, = struct.unpack_from("<H", whole, 60)
        return [(table + 64 * i, struct.unpack_from("<I", whole, table + 64 * i + 4)[0]) for i in range(count)]

    def test_elf_tables(self):
        self.place(ELF)
        for name in ("victim.o", "victim.so"):
            whole = self.good(ELF, name)
            for header, kind in self.sections(whole):
                if kind == 0:
                    continue
                table = struct.unpack_from("<Q", whole, 40)[0]
                for field, value in ((24, 0), (24, table), (24, 2 ** 64 - 8), (32, 2 ** 63), (32, 2 ** 32),
                                     (40, 0xFFFFFFFF), (40, 1), (56, 0), (56, 1), (56, 2 ** 40)):
                    what = f"{name}: header {header:#x}, field {field} is {value:#x}"
                    with self.subTest(what):
                        damaged = bytearray(whole)
                        struct.pack_into("<I" if field == 40 else "<Q", damaged, header + field, value)
                        outcome = self.try_bytes(ELF, damaged, what)
                        if kind == 2 and field == 32:  # a symbol table larger than the file
                            self.assert_named(outcome, "bad", "offset 0x[0-9a-f]+: .*expected", what)
                            self.unsure(outcome, what)

    def commands(self, whole):
        """(offset, command) of the load commands of a 64-bit Mach-O file."""
        count, = struct.unpack_from("<I", whole, 16)
        at, found = 32, []
        for _ in range(count):
            command, size = struct.unpack_from("<2I", whole, at)
            found.append((at, command))
            at += size
        return found

    def test_macho_tables(self):
        self.place(DARWIN)
        whole = self.good(DARWIN, "victim.o")
        symtab = next(at for at, command in self.commands(whole) if command == 2)
        for field, value, noticed in ((4, 0, True), (4, 4, True), (4, 0xFFFFFFF8, True), (8, 0, False), (8, 0xFFFFFFF0, True),
                                      (12, 0xFFFFFFFF, True), (16, 0, False), (16, 0xFFFFFF00, True), (20, 0xFFFFFFFF, True)):
            with self.subTest(field=field, value=value):
                damaged = bytearray(whole)
                struct.pack_into("<I", damaged, symtab + field, value)
                outcome = self.try_bytes(DARWIN, damaged, f"field {field} is {value:#x}")
                if noticed:
                    self.assert_named(outcome, "bad", "offset 0x[0-9a-f]+: .*expected")
                    self.unsure(outcome)

    def test_universal_headers(self):
        self.place(DARWIN)
        for lie in ({"count": 0xFFFFFFFF}, {"count": 1000}, {"offset": 0xFFFFFF00}, {"size": 0xFFFFFFFF},
                    {"magic": 0xCAFEBABF}):
            with self.subTest(lie):
                outcome = self.try_bytes(DARWIN, self.fat(**lie), str(lie))
                self.assert_named(outcome, "bad", "expected")
        for lie in ({"offset": 0}, {"offset": 0, "size": 4}):  # itself, again and again
            with self.subTest(lie):
                self.assert_named(self.try_bytes(DARWIN, self.fat(**lie), str(lie)), "bad", "expected")

    def header(self, name, size):
        return f"{name:<16}{0:<12}{0:<6}{0:<6}{644:<8}{size:<10}`\n".encode()

    def test_archives(self):
        self.place(ELF)
        member = self.good(ELF, "victim.o")
        good = self.header("victim.o/", len(member)) + member
        for what, body, words in (
                ("size beyond the end", self.header("x.o/", 9999999999) + member, "expected"),
                ("size that is no number", self.header("x.o/", "12x") + member, "expected"),
                ("negative size", self.header("x.o/", -1) + member, "expected"),
                ("long name without a table", self.header("/123", len(member)) + member, "expected"),
                ("long name beyond the table", self.header("//", 4) + b"a/\n\n" + self.header("/999999", len(member)) + member, "expected"),
                ("BSD name longer than the member", self.header("#1/99999", len(member)) + member, "expected"),
                ("no end of header", good[:58] + b"xx" + good[60:], "expected"),
                ("damaged member", self.header("x.o/", 100) + member[:100] + good, r"bad\(x.o\): offset"),
                ("text as a member", self.header("x.o/", 6) + b"hello\n" + good, r"bad\(x.o\).*expected.*text")):
            with self.subTest(what):
                outcome = self.try_bytes(ELF, b"!<arch>\n" + body, what)
                self.assert_named(outcome, "bad", words, what)
                self.unsure(outcome, what)
        # An index that lies is passed over, as linkers that read the members do.
        for index in (struct.pack(">I", 0xFFFFFFFF), struct.pack(">2I", 1, 0xFFFFFFFF) + b"victim\0\0",
                      struct.pack(">2I", 1, 8) + b"victim", struct.pack(">2I", 1000000, 8)):
            with self.subTest(index=index):
                self.try_bytes(ELF, b"!<arch>\n" + self.header("/", len(index)) + index + good, "index")

    def test_groups_that_overlap(self):
        """Thousands of section groups, each of which claims the same millions of members."""
        self.place(ELF)
        good = bytearray(self.good(ELF, "victim.o"))
        table, = struct.unpack_from("<Q", good, 40)
        count, = struct.unpack_from("<H", good, 60)
        sections = [good[table + 64 * i:table + 64 * (i + 1)] for i in range(count)]
        members = struct.pack("<I", 1) * 2000000
        symbols = next(i for i, section in enumerate(sections) if struct.unpack_from("<I", section, 4)[0] == 2)
        group = struct.pack("<IIQQQQIIQQ", 0, 17, 0, 0, len(good), len(members), symbols, 0, 4, 4)
        struct.pack_into("<Q", sections[0], 32, count + 20000)
        struct.pack_into("<Q", good, 40, len(good) + len(members))
        struct.pack_into("<H", good, 60, 0)
        self.try_bytes(ELF, bytes(good) + members + b"".join(sections) + group * 20000, "groups")

    def test_thin_archives(self):
        self.place(ELF)
        for what, name in (("itself", "bad"), ("nothing", "nowhere.o"), ("a folder", "."), ("a device", "/dev/zero")):
            with self.subTest(what):
                body = f"{name}/\n".encode()
                body += b"\n" * (len(body) & 1)
                contents = b"!<thin>\n" + self.header("//", len(body)) + body + self.header("/0", 1000)
                outcome = self.try_bytes(ELF, contents, what)
                self.assert_named(outcome, "bad", re.escape(name), what)

    def test_text_formats(self):
        for triple, text in ((DARWIN, TBD), (ELF, SCRIPT)):
            self.place(triple)
            for name in ("victim.", "AS_NEED", "vict", "nothing.a"):  # what half a script may name
                self.write(name, b"!<arch>\n")
            for length in range(0, len(text), 9):
                with self.subTest(triple=triple, length=length):
                    self.try_bytes(triple, text[:length].encode(), f"cut at {length}")
        for triple, text in ((ELF, "INPUT ( bad )"), (ELF, "GROUP ( bad bad AS_NEEDED ( bad ) )"),
                             (ELF, "GROUP (" * 100000), (ELF, "INPUT ( " + "nothing.a " * 20000 + ")"), (ELF, "/*" * 100000),
                             (DARWIN, TBD.replace("[", "[" * 50000)), (DARWIN, TBD + "--- !tapi-tbd\n" * 20000),
                             (DARWIN, '{"tapi_tbd_version": 5, "main_library": ' + "[" * 100000),
                             (DARWIN, "--- !tapi-tbd\n" + " " * 100000 + "a: &a [*a, *a]\n")):
            self.place(triple)
            with self.subTest(text=text[:60]):
                self.try_bytes(triple, text.encode(), text[:60])


class NoFiles(Hostile):
    def setUp(self):
        super().setUp()
        self.place(ELF)

    def expect(self, name, words, *more):
        outcome = self.link(ELF, name, *more)
        self.assert_explained(outcome, name)
        self.assert_named(outcome, name, words)
        self.unsure(outcome)

    def test_empty(self):
        self.write("bad", b"")
        self.expect("bad", "expected an object file, found an empty file")

    def test_folder(self):
        os.mkdir(self.path("bad"))
        self.expect("bad", "not a regular file")

    def test_pipe(self):
        os.mkfifo(self.path("bad"))
        self.expect("bad", "not a regular file")

    def test_socket(self):
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.path("bad"))
            self.expect("bad", "not a regular file|No such device")

    def test_device(self):
        self.expect("/dev/zero", "not a regular file")

    def test_links_in_a_circle(self):
        os.symlink("bad", self.path("bad"))
        self.expect("bad", "Too many levels")

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_unreadable(self):
        self.write("bad", self.good(ELF, "victim.o"))
        os.chmod(self.path("bad"), 0)
        self.expect("bad", "Permission denied")

    def test_git_lfs_pointer(self):
        self.write("bad", "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12345\n")
        self.expect("bad", "Git LFS pointer")

    def test_text(self):
        self.write("bad", "Not Found\n")
        self.expect("bad", "expected an object file, found text")

    def test_web_page(self):
        self.write("bad", "<!DOCTYPE html><html><body>404</body></html>\n")
        self.expect("bad", "found an HTML page")

    def test_several(self):
        os.mkfifo(self.path("bad"))
        self.write("worse", b"\x7fELF" + b"\xff" * 300)
        outcome = self.link(ELF, "bad", "worse")
        self.assert_explained(outcome)
        self.assert_named(outcome, "bad", "not a regular file")
        self.assert_named(outcome, "worse", "expected")

    def test_missing(self):
        # Linkers stop, and nobody knows what it would define.
        outcome = self.link(ELF, "nowhere.o")
        self.assertEqual(outcome.status, 1)
        self.assertEqual([d["cause"] for d in outcome.report["diagnoses"]], ["library-not-found"])
        # A script that names a library like itself.
        self.write("bad", "INPUT ( -lbad )")
        outcome = self.link(ELF, "bad")
        self.assertEqual([(d["cause"], d["certainty"]) for d in outcome.report["diagnoses"]], [("library-not-found", "proven")])


class Commands(Hostile):
    def setUp(self):
        super().setUp()
        self.place(ELF)

    def test_response_file_that_names_itself(self):
        self.write("args", "main.o util.o @args")
        outcome = self.ldwhy("link", "--format=json", "--", "ld.lld", "@args")
        self.assert_explained(outcome)
        self.assert_named(outcome, "args", "response file")

    def test_response_files_of_every_kind(self):
        os.mkfifo(self.path("pipe"))
        self.write("noise", os.urandom(100000))
        self.write("long", "x" * 3000000)
        self.write("two", "@two @two @two @two")
        for name in ("pipe", "noise", "long", "two", "nowhere", ".", "/dev/zero"):
            with self.subTest(name):
                self.ldwhy("link", "--format=json", "--", "ld.lld", "main.o", "util.o", "@" + name)

    def test_library_path_that_is_a_file(self):
        self.assert_explained(self.ldwhy("link", "--format=json", "--", "ld.lld", "main.o", "util.o", "-Lmain.o", "-L/dev/null"))

    def test_option_files(self):
        os.mkfifo(self.path("pipe"))
        self.write("noise", bytes(range(256)) * 1000)
        for option in ("--version-script=", "--dynamic-list=", "-T", "--retain-symbols-file=", "--symbol-ordering-file=",
                       "--just-symbols=", "--sysroot=", "-rpath-link="):
            for name in ("pipe", "noise", ".", "nowhere"):
                with self.subTest(option + name):
                    self.ldwhy("link", "--format=json", "--", "ld.lld", "main.o", "util.o", option + name)
        for option in ("-exported_symbols_list", "-filelist", "-order_file", "-syslibroot", "-force_load"):
            for name in ("pipe", "noise", ".", "nowhere"):
                with self.subTest(option + " " + name):
                    self.ldwhy("link", "--format=json", "--", *LINKS[DARWIN], option, name)

    def test_odd_words(self):
        for words in ([""], ["ld.lld"], ["ld.lld", ""], ["ld.lld", "-o"], ["ld.lld", "-l"], ["ld.lld", "-L"], ["ld.lld", "@"],
                      ["ld.lld", "\xff\xfe", "\x1b[31m"], ["ld.lld", *["--start-group"] * 1000], ["x" * 100000],
                      ["ld64.lld", "-arch"], ["ld64.lld", "-framework"], ["/", "main.o"], ["nosuchprogram", "main.o"]):
            with self.subTest(words=words[:3]):
                self.ldwhy("link", "--format=json", "--", *words)

    def test_symbol(self):
        whole = self.good(ELF, "victim.o")
        os.mkfifo(self.path("pipe"))
        for name, contents in (("empty", b""), ("half", whole[: len(whole) // 2]), ("noise", bytes(range(256)) * 40),
                               ("text", b"hello\n"), ("whole", whole)):
            self.write(name, contents)
        for name in ("empty", "half", "noise", "text", "pipe"):
            with self.subTest(name):
                outcome = self.ldwhy("symbol", "victim", name)
                self.assertEqual(outcome.status, 2)
                self.assertIn(name.encode(), outcome.errors)
                # What can be read is told all the same, with the other's fault.
                outcome = self.ldwhy("symbol", "victim", name, "whole")
                if outcome.status != 2:
                    self.assertIn(b"whole: global", outcome.output)
                    self.assertIn(name.encode() + b": ", outcome.output)

    def test_symbol_names(self):
        for name in ("", "_Z", "_Z" + "N" * 10000, "_ZN" + "3foo" * 5000 + "Ev", "?" * 1000, "$", "_R" + "N" * 1000, "\x1b[31m",
                     "(" * 10000, "a::" * 10000, "operator<<"):
            with self.subTest(name[:20]):
                self.ldwhy("symbol", name, "victim.o")

    def test_hostile_names_inside(self):
        # What a file says must not drive a terminal.
        self.write("name.s", '.globl main\nmain:\n call "\x1b[2Jevil\rname"\n')
        run(CLANG, "-target", ELF, "-c", "name.s", "-o", "name.o", cwd=self.work)
        outcome = self.ldwhy("link", "--", "ld.lld", "name.o")
        self.assertEqual(outcome.status, 1)
        self.assertIn(b"evil", outcome.output)
        self.assertNotIn(b"\x1b", outcome.output)
        self.assertNotIn(b"\r", outcome.output)
        self.assertEqual(self.ldwhy("symbol", "\x1b[2Jevil\rname", "name.o").output.count(b"\x1b"), 0)


class Logs(Hostile):
    ERROR = b"ld.lld: error: undefined symbol: helper\n>>> referenced by main.c\n>>>               main.o:(main)\n"

    def explain(self, contents):
        self.write("log", contents)
        return self.ldwhy("explain", "--format=json", "log")

    def assert_found(self, outcome):
        self.assertEqual(outcome.status, 1)
        self.assertIn("helper", [m["symbol"] for m in outcome.report["messages"]])

    def test_noise(self):
        self.assertEqual(self.explain(b"").status, 0)
        self.assertIn(self.explain(os.urandom(1 << 20)).status, (0, 1))
        self.assertIn(self.explain(self.good(ELF, "victim.so")).status, (0, 1))
        self.assert_found(self.explain(os.urandom(1 << 16) + b"\n" + self.ERROR + os.urandom(1 << 16)))

    def test_no_line_ends(self):
        self.assertEqual(self.explain(b"a" * (20 << 20)).status, 0)
        self.assertIn(self.explain(b"ld.lld: error: undefined symbol: " * 200000).status, (0, 1))
        self.assert_found(self.explain(b"( ' \" ` : " * 1000000 + b"\n" + self.ERROR))

    def test_only_line_ends(self):
        self.assertEqual(self.explain(b"\n" * (4 << 20)).status, 0)
        self.assertEqual(self.explain(b"\r" * (4 << 20)).status, 0)

    def test_nul_bytes(self):
        self.assertEqual(self.explain(b"\0" * (4 << 20)).status, 0)
        self.assert_found(self.explain(b"\0\0\0\n" + self.ERROR + b"\0" * 1000))

    def test_many_errors(self):
        log = b"".join(b"ld.lld: error: undefined symbol: f%d\n>>> referenced by main.o:(main)\n" % i for i in range(20000))
        self.assertEqual(self.explain(log).status, 1)

    def test_terminal_codes(self):
        outcome = self.explain(b"\x1b[31m" + self.ERROR.replace(b"helper", b"hel\x1b[2Jper"))
        self.assertNotIn(b"\x1b", outcome.output)
        self.assertNotIn(b"\x1b", self.ldwhy("explain", "log").output)

    def test_no_log(self):
        os.mkfifo(self.path("pipe"))
        for name in (".", "nowhere", "pipe"):
            with self.subTest(name):
                outcome = self.ldwhy("explain", name)
                self.assertEqual(outcome.status, 2)
                self.assertIn(name.encode(), outcome.errors)


if __name__ == "__main__":
    unittest.main()
