#!/usr/bin/env python3
"""Every object, library and archive of this machine, as the readers and as LLVM's tools tell it.

    tests/readers_test.py DUMP_SYMBOLS [--all] [unittest's arguments]

A sample is compared, chosen by the hash of each path; with --all, everything (minutes).
What the two tell differently on purpose is in DIFFERENCES, each kind with its reason: a row
that is none of these is a failure. Figures are printed at the end.
"""
import bisect
import collections
import concurrent.futures
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

DUMP = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else ""
ALL = "--all" in sys.argv and not sys.argv.remove("--all")
SAMPLE_BYTES = 48 << 20
SAMPLE_FILES = 300


def first_of(stem):
    return next(filter(None, map(shutil.which, (f"{stem}-22", f"{stem}-19", stem))), "")


NM, READELF, READOBJ, CLANG = map(first_of, ("llvm-nm", "llvm-readelf", "llvm-readobj", "clang"))


def output(*words, **options):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def roots():
    found = ["/usr/lib", "/usr/lib32", "/usr/libx32", "/usr/libexec", "/usr/local/lib", "/opt/homebrew/lib"]
    found += glob.glob("/usr/*-w64-mingw32") + glob.glob("/usr/*-linux-gnu*")
    for rustc in filter(None, map(shutil.which, ("rustc", "rustc-web"))):
        found.append(output(rustc, "--print", "sysroot").stdout.decode().strip())
    return [root for root in dict.fromkeys(found) if os.path.isdir(root)]


MAGIC = {
    b"\x7fELF": "elf", b"!<ar": "archive", b"!<th": "archive", b"\0asm": "wasm", b"BC\xc0\xde": "bitcode",
    b"\xde\xc0\x17\x0b": "bitcode", b"\xcf\xfa\xed\xfe": "macho", b"\xce\xfa\xed\xfe": "macho", b"\0\0\xff\xff": "coff",
}


def kind_of(magic, name):
    if magic[:2] == b"MZ":
        return "pe"
    # COFF has no magic number but its machine's.
    is_coff = name.endswith((".o", ".obj")) and magic[:2] in (b"\x64\x86", b"\x4c\x01", b"\x64\xaa", b"\xc4\x01")
    return MAGIC.get(magic) or ("coff" if is_coff else "")


def kind_of_file(path):
    """That of an archive is its first object's: "elf archive"."""
    with open(path, "rb") as file:
        kind = kind_of(file.read(4), path)
        at = 8
        while kind == "archive":
            file.seek(at)
            header = file.read(60)
            if len(header) < 60:
                return ""
            size = int(header[48:58])
            if not header.startswith((b"/ ", b"//", b"/SYM64/", b"__.SYMDEF", b"/<")):
                file.seek(int(header[3:16]) if header.startswith(b"#1/") else 0, os.SEEK_CUR)
                if first := kind_of(file.read(4), "member.o"):
                    return first + " archive"
            at += 60 + size + size % 2
        return kind


def object_files():
    """{kind: [(path, size)]} of all files below the roots, each once."""
    found, seen = collections.defaultdict(list), set()
    for root in roots():
        for folder, _, names in os.walk(root):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.islink(path) or not os.path.isfile(path):
                    continue
                status = os.stat(path)
                if (status.st_dev, status.st_ino) in seen:
                    continue
                seen.add((status.st_dev, status.st_ino))
                if kind := kind_of_file(path):
                    found[kind].append((path, status.st_size))
    return found


def sample(files, most_bytes, most_files):
    """The first in the order of their paths' hashes, as long as there is room; all with --all."""
    if ALL:
        return sorted(path for path, _ in files)
    chosen = []
    for path, size in sorted(files, key=lambda file: hashlib.sha256(file[0].encode()).digest()):
        if size <= most_bytes and len(chosen) < most_files:
            chosen.append(path)
            most_bytes -= size
    return sorted(chosen)


def batches(paths, most_bytes=64 << 20):
    batch, size = [], 0
    for path in paths:
        batch.append(path)
        size += os.path.getsize(path)
        if size > most_bytes or len(batch) == 200:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def ours(mode, paths):
    return output(DUMP, mode, input="".join(path + "\n" for path in paths).encode()).stdout


# One letter for each state and binding, whatever the section: see dump_symbols.cc. For llvm-nm,
# u is a GNU unique symbol, N a debugging section itself (which is local) or else anything there,
# and i an indirect function, but in COFF a section of imports.
ELF_LETTERS = [(rb"(?<=: )((?:\.\S+)?) N", rb"\1 d"), (rb" [TBRSGAu]", b" D"), (rb" [tbrsgna]", b" d"), (rb" V", b" W"), (rb" v", b" w")]
LETTERS = [(rb" [TBRSGAI]", b" D"), (rb" [tbrsgnNai]", b" d"), (rb" V", b" W"), (rb" v", b" w")]


def nm_rows(paths, is_elf, which):
    """What llvm-nm says, in our letters; values and sizes of ELF only, which ours count alike."""
    ran = output(NM, "-A", "--format=posix", "--no-sort", "--no-demangle", *which, *paths)
    text = ran.stdout
    if not is_elf:
        text = re.sub(rb" (.) [0-9a-f-]+ [0-9a-f]*$", rb" \1", text, flags=re.M)
    tail = rb"(?= [0-9a-f]+ [0-9a-f]*$)" if is_elf else rb"$"
    for letters, letter in ELF_LETTERS if is_elf else LETTERS:
        text = re.sub(letters + tail, letter, text, flags=re.M)
    return text, ran.stderr


def only_vague_letters(mine, theirs):
    def is_like(row, vague):
        begin, end = re.match(rb"(.*) [N?]((?: [0-9a-f]+ [0-9a-f]*)?)$", vague).groups() if re.search(rb" [N?]( |$)", vague) else (vague, b"")
        return row.startswith(begin + b" ") and row.endswith(end) and len(row) == len(begin) + 2 + len(end)

    return len(mine) == len(theirs) and all(a == b or is_like(a, b) for a, b in zip(mine, theirs))


# Where both are right and say it differently.
DIFFERENCES = {
    # N for all in a section that is not loaded, ? for symbols of sections of no kind that it
    # knows: Rust's metadata in a library, assembly in .gnu_debuglink's like, and static leavings
    # without section in images that GNU ld has stripped.
    "letter that says no binding": only_vague_letters,
}


def by_file(text):
    """{file: [row]}"""
    files = collections.defaultdict(list)
    for line in text.split(b"\n"):
        if line:
            file, _, row = line.partition(b": ")
            files[file].append(row)
    return files


def readelf_rows(paths):
    """The rows of "dump_symbols columns" from llvm-readelf."""
    rows = []
    name = paths[0].encode()
    for line in output(READELF, "--symbols", "--wide", *paths).stdout.split(b"\n"):
        if line.startswith(b"File: "):
            name = re.sub(rb"\((.*)\)$", rb"[\1]", line[6:])
        # "Num: Value Size Type Bind Vis [other] Ndx Name"; linked files' own names have versions.
        if row := re.match(rb" *(\d+): ([0-9a-f]+) +(\d+) (\w+) +(\w+) +(\w+) +(?:\[.*?\] )?(\w+) ?(.*)$", line):
            number, value, size, kind, binding, visibility, section, symbol = row.groups()
            if number != b"0":
                kind = {b"COMMON": b"OBJECT"}.get(kind, kind)
                binding = {b"UNIQUE": b"GLOBAL"}.get(binding, binding)
                symbol = re.sub(rb"(@.*) \(\d+\)$", rb"\1", symbol)
                value = value.lstrip(b"0") or b"0"
                rows.append(b"%s: %s %s %s %s %s %s %s %s" % (name, number, value, size, kind, binding, visibility, section, symbol))
    return b"".join(row + b"\n" for row in rows)


def needed_rows(paths):
    rows, name = [], paths[0].encode()
    for line in output(READELF, "--dynamic", "--wide", *paths).stdout.split(b"\n"):
        if line.startswith(b"File: "):
            name = line[6:]
        if row := re.search(rb"\((NEEDED|SONAME)\) .*: \[(.*)\]$", line):
            rows.append(b"%s: %s %s\n" % (name, {b"NEEDED": b"needs", b"SONAME": b"name"}[row[1]], row[2]))
    return b"".join(rows)


def our_needed_rows(paths):
    return b"".join(re.findall(rb"^.*: (?:needs|name) .*\n", ours("facts", paths), re.M))


def readobj_relocations(paths):
    """{file: [(section, offset, symbol's name, symbol's number or None)]}"""
    files, name, section = collections.defaultdict(list), paths[0].encode(), b""
    relocation = {}
    for line in output(READOBJ, "--relocations", "--expand-relocs", *paths).stdout.split(b"\n"):
        key, _, value = line.strip().partition(b": ")
        if key == b"File":
            name = re.sub(rb"\((.*)\)$", rb"[\1]", value)
        elif header := re.match(rb"  Section (?:\(\d+\) )?(.*) {$", line):
            section = re.sub(rb"^\.rela?(?=[._])", b"", header[1])
        elif key == b"Relocation {":
            relocation = {}
        elif key in (b"Offset", b"Symbol", b"SymbolIndex"):
            relocation[key] = value
        elif line == b"    }" and b"Symbol" in relocation:
            symbol, number = relocation[b"Symbol"], relocation.get(b"SymbolIndex")
            if not number and (numbered := re.match(rb"(.*) \((\d+)\)$", symbol)):
                symbol, number = numbered.groups()
            files[name].append((section, int(relocation[b"Offset"], 16), symbol, number))
    return files


def section_numbers(paths):
    """{file: {section's name: [number]}} of ELF files."""
    files, name = collections.defaultdict(lambda: collections.defaultdict(list)), paths[0].encode()
    for line in output(READELF, "--sections", "--wide", *paths).stdout.split(b"\n"):
        if line.startswith(b"File: "):
            name = re.sub(rb"\((.*)\)$", rb"[\1]", line[6:])
        elif row := re.match(rb" *\[ *(\d+)\] (\S+) +[A-Z]", line):
            files[name][row[2]].append(row[1])
    return files


class Readers(unittest.TestCase):
    figures = collections.Counter()

    @classmethod
    def setUpClass(cls):
        cls.files = object_files()

    @classmethod
    def tearDownClass(cls):
        for what, count in sorted(cls.figures.items()):
            print(f"{what:32} {count:>10}")

    def compare(self, title, paths, mine, theirs, in_order=True):
        """Whole batches first, since almost all agree; then file by file."""
        for batch in batches(paths):
            with concurrent.futures.ThreadPoolExecutor() as pool:
                a, b = (future.result() for future in [pool.submit(mine, batch), pool.submit(theirs, batch)])
            complaints = b""
            if isinstance(b, tuple):
                b, complaints = b
            self.figures[f"{title}: files"] += len(batch)
            self.figures[f"{title}: rows"] += b.count(b"\n")
            if a == b:
                continue
            rows_a, rows_b = by_file(a), by_file(b)
            for file in sorted(rows_a.keys() | rows_b.keys()):
                self.compare_rows(title, file, rows_a[file], rows_b[file], complaints, in_order)

    def compare_rows(self, title, file, mine, theirs, complaints, in_order):
        unreadable = [row for row in mine if row.startswith(b"!")]
        if unreadable and not theirs:
            # Neither can read it.
            member = re.sub(rb"\[(.*)\]$", rb"(\1)", file)
            self.assertIn(member, complaints, f"{title}: {file}: {unreadable}")
            self.figures[f"{title}: read by neither"] += 1
            return
        if mine == theirs or (not in_order and sorted(mine) == sorted(theirs)):
            return
        for label, is_so in DIFFERENCES.items():
            if is_so(mine, theirs):
                self.figures[f"{title}: {label}"] += 1
                return
        only_mine = list((collections.Counter(mine) - collections.Counter(theirs)).elements())
        only_theirs = list((collections.Counter(theirs) - collections.Counter(mine)).elements())
        self.fail(f"{title}: {file}: {len(mine)} rows, {len(theirs)} wanted; only ours: {only_mine[:5]}, "
                  f"only theirs: {only_theirs[:5]}{'' if only_mine or only_theirs else '; another order'}")

    def tables(self, title, kinds, which, is_elf=False, in_order=True, most_bytes=SAMPLE_BYTES):
        paths = sample([file for kind in kinds for file in self.files[kind]], most_bytes, SAMPLE_FILES)
        self.compare(title, paths, lambda batch: ours("nm", batch), lambda batch: nm_rows(batch, is_elf, which), in_order)

    def test_elf_tables(self):
        self.tables("ELF", ["elf"], ["--debug-syms"], is_elf=True)

    def test_elf_archives(self):
        self.tables("ELF archives", ["elf archive"], ["--debug-syms"], is_elf=True)

    def test_coff(self):
        self.tables("COFF", ["coff", "coff archive", "pe"], ["--debug-syms"])

    def test_wasm(self):
        self.tables("WebAssembly", ["wasm", "wasm archive"], [])

    def test_bitcode(self):
        # Ours are in the module's own order, llvm-nm's in that of the table for linkers.
        self.tables("bitcode", ["bitcode", "bitcode archive"], [], in_order=False)

    def test_elf_dynamic_tables(self):
        paths = sample(self.files["elf"], SAMPLE_BYTES, SAMPLE_FILES)
        self.compare("dynamic ELF", paths, lambda batch: ours("dynamic", batch), lambda batch: nm_rows(batch, True, ["-D"]))

    def test_elf_columns(self):
        """Numbers, types, bindings, visibilities and sections, which llvm-nm does not tell."""
        paths = sample(self.files["elf"] + self.files["elf archive"], SAMPLE_BYTES // 3, SAMPLE_FILES)
        self.compare("ELF columns", paths, lambda batch: ours("columns", batch), readelf_rows)

    def test_needed_libraries(self):
        paths = sample(self.files["elf"], SAMPLE_BYTES // 3, SAMPLE_FILES)
        self.compare("needed libraries", paths, our_needed_rows, needed_rows, in_order=False)

    def test_relocations(self):
        """Which symbol each place refers to, and the function around it."""
        kinds = {"elf archive": 8 << 20, "coff archive": 3 << 20, "wasm archive": 2 << 20}
        for kind, most_bytes in kinds.items():
            small = [file for file in self.files[kind] if file[1] < 4 << 20]
            for batch in batches(sample(small, most_bytes, 60)):
                self.compare_references(kind, batch)
        if sum(map(len, self.files.values())) > 1000:
            self.assertGreater(self.figures["relocations: objects"], 300)

    def compare_references(self, kind, paths):
        mine, theirs = by_file(ours("references", paths)), readobj_relocations(paths)
        numbers = section_numbers(paths) if kind == "elf archive" else {}
        symbols = {file: [row.split(b" ", 7) for row in rows] for file, rows in by_file(ours("columns", paths)).items()}
        self.assertLessEqual(mine.keys(), theirs.keys())
        for file, relocations in theirs.items():
            rows = [row.split(b"\t") for row in mine.get(file, [])]
            own = symbols.get(file, [])
            if len({row[0] for row in own}) < len(own):
                continue  # two members of one name cannot be told apart here
            # Against a section, or a symbol without a name: no reference.
            sections = {row[0] for row in own if row[3] == b"SECTION"}
            section_names = {row[7] for row in own if row[3] == b"SECTION"}
            wanted = [(section, offset, symbol) for section, offset, symbol, number in relocations
                      if symbol not in (b"", b"-") and (number not in sections if number else symbol not in section_names)]
            self.assertEqual([(section, int(offset, 16), symbol) for section, offset, symbol, _ in rows], wanted, file)
            self.figures["relocations: objects"] += 1
            self.figures["relocations: rows"] += len(rows)
            if kind == "elf archive":
                self.check_functions(file, rows, own, numbers[file])

    def check_functions(self, file, rows, symbols, numbers):
        """A named function begins before the place and holds it, if any does; where none is named, none does."""
        symbols_of = collections.defaultdict(list)  # {section's number: [(begin, end, name)]}
        for _, value, size, kind, _, _, section, name in symbols:
            if kind not in (b"SECTION", b"FILE") and section.isdigit() and name and not name.startswith(b"$"):
                symbols_of[section].append((int(value, 16), int(value, 16) + int(size), name))
        for section, offset, _, function in rows:
            # Sections in groups may share a name.
            if len(numbers[section]) == 1:
                place = int(offset, 16)
                before = [one for one in symbols_of[numbers[section][0]] if one[0] <= place]
                holding = {name for _, end, name in before if place < end}
                expected = holding or {name for begin, end, name in before if begin == end} or {b""}
                self.assertTrue(function in expected or not (holding or function), f"{file}: {section}+{offset} in {function}")
                self.figures["relocations: functions"] += 1


# Every kind of entry that Apple's assemblers write, once.
APPLE_ASSEMBLY = """
.private_extern _private
_private: .long 0
.weak_definition _weak
.globl _weak
_weak: .long 1
.weak_def_can_be_hidden _hideable
.globl _hideable
_hideable: .long 2
.globl _second
.alt_entry _second
_second: .long 4
.weak_reference _wanted_weakly
.long _wanted_weakly
.comm _common, 16, 5
.globl _absolute
_absolute = 0x1234
.no_dead_strip _private
"""
APPLE_SOURCES = {
    "plain.c": "int common; static int kept = 3; extern int other; int foo(void) { return other + kept + common; }\n"
               "extern int maybe __attribute__((weak_import)); int *at = &maybe;\n",
    "classes.cc": "struct S { virtual ~S(); }; S::~S() {} inline int twice(int x) { return x * 2; }\n"
                  "__attribute__((visibility(\"hidden\"))) int hidden = 3;\n"
                  "int g() { static int n = twice(2); return n + hidden; }\n",
    "entries.s": APPLE_ASSEMBLY,
}
APPLE_TRIPLES = [
    "arm64-apple-macos11", "arm64e-apple-macos12", "x86_64-apple-macos10.14", "x86_64h-apple-macos11",
    "i386-apple-macos10.6", "armv7-apple-ios7", "armv7k-apple-watchos2", "arm64_32-apple-watchos5",
    "arm64-apple-ios14-simulator", "x86_64-apple-ios14-macabi", "arm64-apple-tvos13", "arm64-apple-xros1",
]


def darwin_nm_rows(path):
    """(name, value, state, binding, visibility) of "llvm-nm -m", in table order."""
    rows = []
    for line in output(NM, "-m", "--no-sort", path).stdout.decode().splitlines():
        place, words, name = re.match(r"([0-9a-f]* *\(.*?\)(?: \(alignment .*?\))?) (.*?)(\S+)$", line).groups()
        value = int(place.split()[0], 16) if place[0] != " " else 0
        state = "undefined" if "(undefined)" in place else "common" if "(common)" in place else "defined"
        if "alignment" in place:
            value = 2 ** int(place.rsplit("^")[1].rstrip(")"))
        binding = "LOCAL" if "non-external" in words else "WEAK" if "weak" in words.split() else "GLOBAL"
        rows.append((name, value, state, binding, "HIDDEN" if "private external" in words else "DEFAULT"))
    return rows


def darwin_rows(path):
    rows = []
    states = {b"UND": "undefined", b"COM": "common"}
    for row in by_file(ours("columns", [path]))[path.encode()]:
        _, value, _, _, binding, visibility, section, name = row.split(b" ", 7)
        rows.append((name.decode(), int(value, 16), states.get(section, "defined"), binding.decode(), visibility.decode()))
    return rows


class Workshop(unittest.TestCase):
    SOURCES = {}

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ldwhy-readers.")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for name, text in self.SOURCES.items():
            with open(self.path(name), "w") as file:
                file.write(text)

    def path(self, name):
        return os.path.join(self.folder, name)

    def make(self, *words):
        return output(*words, cwd=self.folder).returncode == 0

    def rows(self, mode, name):
        """Ours, without the file's own name."""
        return by_file(ours(mode, [self.path(name)]))[self.path(name).encode()]


@unittest.skipUnless(CLANG and NM, "needs clang and llvm-nm")
class MachO(Workshop):
    """Debian has hardly a Mach-O file, so they are made."""

    SOURCES = APPLE_SOURCES

    def test_objects(self):
        made = 0
        for clang in {os.path.basename(CLANG), "clang-14"} if shutil.which("clang-14") else {CLANG}:
            for triple in APPLE_TRIPLES:
                for source in APPLE_SOURCES:
                    path = os.path.join(self.folder, f"{clang}-{triple}-{source}.o")
                    if not self.make(clang, "-target", triple, "-fcommon", "-c", source, "-o", path):
                        continue
                    if kind_of_file(path) != "macho":
                        continue  # a system that this compiler does not know yet
                    made += 1
                    with self.subTest(path):
                        self.assertEqual(darwin_rows(path), darwin_nm_rows(path))
                        mine = [row.split(b"\t")[:3] for row in by_file(ours("references", [path]))[path.encode()]]
                        self.assertEqual([(section.split(b",")[1], int(offset, 16), symbol) for section, offset, symbol in mine],
                                         [row[:3] for row in readobj_relocations([path])[path.encode()]])
        self.assertGreater(made, 24)
        Readers.figures["Mach-O: files made"] = made

    @unittest.skipUnless(shutil.which("ld64.lld-22") and shutil.which("llvm-objdump-22"), "needs ld64.lld and llvm-objdump")
    def test_exports(self):
        for version in (("macos", "10.14"), ("macos", "14.0")):  # with and without chained fixups
            path = os.path.join(self.folder, "libx.dylib")
            objects = []
            for source in APPLE_SOURCES:
                objects.append(source + ".o")
                self.assertTrue(self.make(CLANG, "-target", "x86_64-apple-macos10.14", "-c", source, "-o", objects[-1]))
            self.assertTrue(self.make("ld64.lld-22", "-dylib", "-arch", "x86_64", "-platform_version", version[0], version[1], "14.0",
                                      "-undefined", "dynamic_lookup", *objects, "-o", path))
            told = output("llvm-objdump-22", "--macho", "--exports-trie", path).stdout
            theirs = [(name, int(address, 16), b"weak_def" in flags)
                      for address, name, flags in re.findall(rb"^0x([0-9A-F]+) +(\S+)(.*)$", told, re.M)]
            mine = [row.split(b" ", 7) for row in by_file(ours("columns", [path]))[path.encode()]][: len(theirs)]
            self.assertGreater(len(theirs), 8)
            self.assertEqual([(row[7], int(row[1], 16), row[4] == b"WEAK") for row in mine], theirs)


@unittest.skipUnless(CLANG and NM, "needs clang and llvm-nm")
class RareForms(Workshop):
    SOURCES = {
        "a.c": "extern int far_away(int); int common; static int near(int x) { return far_away(x) + common; }\n"
               "int victim(int x) { return near(x); } int second(int x) { return victim(x) + near(2); }\n",
        "map": "V1 { global: victim; };\nV2 { global: second; } V1;\n",
        "a.def": "LIBRARY a.dll\nEXPORTS\n victim\n second DATA\n third @7 NONAME\n",
    }

    def test_compressed_sections(self):
        made = 0
        for method in ("zlib", "zstd"):
            if not self.make(CLANG, "-g", f"-gz={method}", "-target", "x86_64-linux-gnu", "-c", "a.c", "-o", "z.o"):
                continue
            made += b"C" in output(READELF, "--sections", "--wide", self.path("z.o")).stdout.split(b".debug_info", 1)[1].split(b"\n")[0]
            path = self.path("z.o")
            self.assertEqual(ours("nm", [path]), nm_rows([path], True, ["--debug-syms"])[0])
            mine = [row.split(b"\t")[:3] for row in self.rows("references", "z.o")]
            theirs = [row[:3] for row in readobj_relocations([path])[path.encode()] if row[2] and not row[2].startswith(b".")]
            self.assertEqual([(section, int(offset, 16), symbol) for section, offset, symbol in mine], theirs)
        self.assertTrue(made)

    @unittest.skipUnless(first_of("ld.lld") and first_of("llvm-strip"), "needs lld and llvm-strip")
    def test_without_section_headers(self):
        """The hash tables tell how many symbols there are."""
        self.assertTrue(self.make(CLANG, "-target", "x86_64-linux-gnu", "-fPIC", "-c", "a.c", "-o", "a.o"))
        for style in ("sysv", "gnu", "both"):
            self.assertTrue(self.make(first_of("ld.lld"), "-shared", f"--hash-style={style}", "--version-script=map", "-soname=liba.so.1",
                                      "--allow-shlib-undefined", "a.o", "-o", "liba.so"))
            self.assertTrue(self.make(first_of("llvm-strip"), "--strip-sections", "liba.so", "-o", "bare.so"))
            self.assertEqual(output(READELF, "--sections", self.path("bare.so")).stdout.count(b".dynsym"), 0)
            whole = self.rows("dynamic", "liba.so")
            self.assertTrue([row for row in whole if row.startswith(b"second@@V2 D")], whole)
            self.assertEqual(self.rows("dynamic", "bare.so"), whole)
            self.assertEqual([row for row in self.rows("facts", "bare.so") if row.startswith(b"name")], [b"name liba.so.1"])

    @unittest.skipUnless(first_of("llvm-lib") and first_of("llvm-dlltool"), "needs llvm-lib and llvm-dlltool")
    def test_coff_archives(self):
        self.assertTrue(self.make(CLANG, "-target", "x86_64-pc-windows-msvc", "-c", "a.c", "-o", "a.obj"))
        self.assertTrue(self.make(first_of("llvm-lib"), "/out:a.lib", "a.obj"))
        self.assertTrue(self.make(first_of("llvm-dlltool"), "-m", "i386:x86-64", "-d", "a.def", "-l", "import.lib"))
        for name in ("a.lib", "import.lib"):
            def named(text):
                return sorted(line for line in text.split(b"\n") if line[-1:] not in b"d?")

            mine = named(ours("nm", [self.path(name)]))
            self.assertEqual(mine, named(nm_rows([self.path(name)], False, ["--debug-syms"])[0]))
            self.assertTrue(any(row.endswith(b": victim D") for row in mine), mine)

    def test_more_sections_than_16_bits_count(self):
        with open(self.path("many.s"), "w") as file:
            file.writelines(f'.section .text.f{i},"ax",@progbits\n.globl f{i}\nf{i}: .long 0\n' for i in range(66000))
        self.assertTrue(self.make(CLANG, "-target", "x86_64-linux-gnu", "-c", "many.s", "-o", "many.o"))
        self.assertEqual(ours("columns", [self.path("many.o")]), readelf_rows([self.path("many.o")]))


if __name__ == "__main__":
    unittest.main()
