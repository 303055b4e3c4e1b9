#!/usr/bin/env python3
"""Object files that break one rule of their format each.

    tests/malformed_test.py DUMP_SYMBOLS [unittest's arguments]

Each case takes a sound file made on the spot and changes one field. Whatever is asked of
it, the readers must end within a second, with little memory, and say at which place of
the file something else was expected. Cases marked HARMLESS break what no reader looks at.
"""
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unittest

DUMP = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else ""
SECONDS, BASE_MEGABYTES, FILE_MULTIPLE = 1, 64, 4
HARMLESS = None
SAYS = r"!(\(.*\): )?offset 0x[0-9a-f]+: .*expected"


def first_of(stem):
    return next(filter(None, map(shutil.which, (f"{stem}-22", f"{stem}-19", f"{stem}-14", stem))), "")


CLANG, LLD = first_of("clang"), first_of("ld.lld")
TOP64, TOP32 = 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFF

SOURCE = """
extern int far_away(int);
int common_thing;
static int near(int x) { return far_away(x) + common_thing; }
int victim(int x) { return near(x); }
int second(int x) { return victim(x) + near(2); }
"""
# One group that is no COMDAT, with a strong symbol, and one that is.
ASSEMBLY = """
.section .text.grouped,"axG",@progbits,signature
.globl in_group
in_group: .long 0
.section .text.once,"axG",@progbits,once,comdat
.weak once
once: .long 0
"""
VERSIONS = "V1 { global: victim; };\nV2 { global: second; } V1;\n"


class Patch:
    """A copy of a file in which fields can be set."""

    def __init__(self, contents):
        self.bytes = bytearray(contents)

    def get(self, form, at):
        return struct.unpack_from("<" + form, self.bytes, at)[0]

    def set(self, form, at, value):
        struct.pack_into("<" + form, self.bytes, at, value)
        return self


class Elf(Patch):
    """ELF of 64 bits, little-endian (gABI, chapters 4 and 5)."""

    HEADER = {"type": ("H", 16), "phoff": ("Q", 32), "shoff": ("Q", 40), "phentsize": ("H", 54), "phnum": ("H", 56),
              "shentsize": ("H", 58), "shnum": ("H", 60), "shstrndx": ("H", 62)}
    SECTION = {"name": ("I", 0), "type": ("I", 4), "flags": ("Q", 8), "addr": ("Q", 16), "offset": ("Q", 24), "size": ("Q", 32),
               "link": ("I", 40), "info": ("I", 44), "entsize": ("Q", 56)}
    SEGMENT = {"type": ("I", 0), "offset": ("Q", 8), "vaddr": ("Q", 16), "filesz": ("Q", 32)}

    def header(self, field, value):
        form, at = self.HEADER[field]
        return self.set(form, at, value)

    def section_at(self, name):
        start, count, names = self.get("Q", 40), self.get("H", 60), self.get("H", 62)
        strings = self.get("Q", start + names * 64 + 24)
        for number in range(count):
            text = strings + self.get("I", start + number * 64)
            if self.bytes[text : self.bytes.index(0, text)].decode() == name:
                return start + number * 64
        raise KeyError(name)

    def section(self, name, field, value):
        form, at = self.SECTION[field]
        return self.set(form, self.section_at(name) + at, value)

    def begin(self, name):
        return self.get("Q", self.section_at(name) + 24)

    def size(self, name):
        return self.get("Q", self.section_at(name) + 32)

    def contents(self, name, form, at, value):
        return self.set(form, self.begin(name) + (at if at >= 0 else self.size(name) + at), value)

    def segment(self, kind, field, value):
        start = self.get("Q", 32)
        for number in range(self.get("H", 56)):
            if self.get("I", start + number * 56) == kind:
                form, at = self.SEGMENT[field]
                return self.set(form, start + number * 56 + at, value)
        raise KeyError(kind)

    def tag(self, tag, value):
        """Sets an entry of the dynamic array."""
        for at in range(self.begin(".dynamic"), self.begin(".dynamic") + self.size(".dynamic"), 16):
            if self.get("Q", at) == tag:
                return self.set("Q", at + 8, value)
        raise KeyError(tag)

    def without_sections(self):
        return self.header("shoff", 0).header("shnum", 0).header("shstrndx", 0)


def elf_objects(object_, grouped, _):
    new = lambda: Elf(object_)
    for field, value in (("shoff", TOP64), ("shoff", 1 << 40), ("shoff", len(object_) - 1), ("shentsize", 0), ("shentsize", 1),
                         ("shnum", 0xFEFF), ("shstrndx", 0xFE00), ("type", 4), ("type", 0), ("type", 0xFFFF)):
        yield f"header {field} {value:#x}", new().header(field, value), SAYS
    yield "class 3", new().set("B", 4, 3), SAYS
    yield "byte order 0", new().set("B", 5, 0), SAYS
    yield "unknown machine", new().set("H", 18, 0x7777), HARMLESS
    for count in (TOP64, TOP32, 1 << 33, 100000):
        yield f"e_shnum 0, section 0 counts {count:#x}", new().header("shnum", 0).set("Q", new().get("Q", 40) + 32, count), SAYS
    yield "names' number in section 0", new().header("shstrndx", 0xFFFF).set("I", new().get("Q", 40) + 40, 77777), SAYS
    yield "program headers out of the file", new().header("phoff", TOP64).header("phnum", 1).header("phentsize", 56), SAYS
    yield "program headers of size 0", new().header("phoff", 64).header("phnum", 1).header("phentsize", 0), SAYS
    for field, value in (("link", 0xFFFFFF), ("entsize", 0), ("entsize", 1), ("entsize", TOP64), ("size", TOP64), ("size", 1 << 40),
                         ("offset", TOP64 - 23), ("offset", 1 << 40)):
        yield f".symtab {field} {value:#x}", new().section(".symtab", field, value), SAYS
    yield ".symtab of no whole entries", new().section(".symtab", "size", new().size(".symtab") - 5), HARMLESS
    yield ".strtab without contents", new().section(".strtab", "type", 8), SAYS
    yield ".strtab size 0", new().section(".strtab", "size", 0), SAYS
    yield ".strtab offset overflows", new().section(".strtab", "offset", TOP64), SAYS
    for value in (TOP32, 0x10000):
        yield f"symbol's name at {value:#x}", new().contents(".symtab", "I", -24, value), SAYS
    yield "strings without an end", new().contents(".symtab", "I", -24, new().size(".strtab") - 2).section(".strtab", "size", new().size(".strtab") - 1), SAYS
    yield "symbol of a section that is not there", new().contents(".symtab", "H", -24 + 6, 0x7000), SAYS
    yield "symbol in SHN_XINDEX without a table", new().contents(".symtab", "H", -24 + 6, 0xFFFF), SAYS
    for field, value in (("info", 0xFFFFFF), ("size", TOP64), ("offset", TOP64)):
        yield f".rela.text {field} {value:#x}", new().section(".rela.text", field, value), SAYS
    yield ".rela.text link", new().section(".rela.text", "link", 0xFFFFFF), HARMLESS
    yield "relocation against symbol 2^32-1", new().contents(".rela.text", "Q", 8, 0xFFFFFFFF00000002), SAYS
    yield ".comment without an end", new().section(".comment", "size", 3), HARMLESS
    yield "compressed section without a header", new().section(".comment", "flags", 0x800), HARMLESS
    new = lambda: Elf(grouped)
    yield "group's member is no section", new().contents(".group", "I", 4, 0xFFFFFF), SAYS
    yield "group of no flags", new().section(".group", "size", 0), SAYS
    yield "group of 3 bytes", new().section(".group", "size", 3), SAYS
    yield "group larger than the file", new().section(".group", "size", 1 << 40), SAYS
    yield "group's signature", new().section(".group", "info", 0xFFFFFF), HARMLESS
    yield "two tables of section numbers", new().section(".group", "type", 18).contents(".symtab", "H", -24 + 6, 0xFFFF), SAYS


def elf_libraries(_, __, library):
    new = lambda: Elf(library)
    for field, value in (("link", 0xFFFFFF), ("entsize", 0), ("size", 1 << 40), ("offset", TOP64)):
        yield f".dynsym {field} {value:#x}", new().section(".dynsym", field, value), SAYS
    yield "versions of one symbol", new().section(".gnu.version", "size", 2), SAYS
    yield "no versions", new().section(".gnu.version", "size", 0), HARMLESS
    yield "versions out of the file", new().section(".gnu.version", "offset", TOP64), SAYS
    for at, form, value in ((12, "I", TOP32), (16, "I", 1), (16, "I", 4), (16, "I", TOP32), (16, "I", 0x7FFFFFF0)):
        yield f"definition's field {at} is {value:#x}", new().contents(".gnu.version_d", form, at, value), SAYS
    yield "definition with number 0x7fff", new().contents(".gnu.version_d", "H", 4, 0x7FFF), HARMLESS
    yield "definition's name", new().contents(".gnu.version_d", "I", 20, TOP32), SAYS
    yield "definitions cut", new().section(".gnu.version_d", "size", 18), SAYS
    for at, form, value in ((8, "I", TOP32), (12, "I", 1), (12, "I", TOP32), (24, "I", TOP32), (28, "I", 1 << 30)):
        yield f"need's field {at} is {value:#x}", new().contents(".gnu.version_r", form, at, value).contents(".gnu.version_r", "H", 2, 0xFFFF), SAYS
    yield "needs in a circle of one byte", new().contents(".gnu.version_r", "H", 2, 0xFFFF).contents(".gnu.version_r", "I", 28, 1), SAYS
    yield ".dynamic link", new().section(".dynamic", "link", 0xFFFFFF), HARMLESS
    yield ".dynamic without an end", new().section(".dynamic", "size", 17), HARMLESS
    bare = lambda: new().without_sections()
    yield "sound without sections", bare(), HARMLESS
    hash_at, gnu_at = new().begin(".hash"), new().begin(".gnu.hash")
    for count in (TOP32, 1 << 20, len(library)):
        yield f"DT_HASH counts {count:#x}", bare().set("I", hash_at + 4, count), SAYS
    for at, what in ((0, "buckets"), (4, "first symbol"), (8, "filter words")):
        for value in (TOP32, 1 << 24):
            file = new()
            file.set("Q", dynamic_entry(file, 4), 0x6FFFFF00).without_sections().set("I", gnu_at + at, value)
            yield f"DT_GNU_HASH {what} {value:#x}", file, SAYS
    file = new()
    end = gnu_at + file.size(".gnu.hash")
    file.set("Q", dynamic_entry(file, 4), 0x6FFFFF00)
    chains = end - 4 * (file.size(".dynsym") // 24 - file.get("I", gnu_at + 4))
    for at in range(chains, len(library) - 4, 4):
        file.set("I", at, file.get("I", at) & ~1) if at < end else None
    yield "DT_GNU_HASH chain without an end", file.without_sections(), SAYS
    for tag, name in ((6, "DT_SYMTAB"), (5, "DT_STRTAB"), (4, "DT_HASH"), (0x6FFFFFF0, "DT_VERSYM"), (0x6FFFFFFC, "DT_VERDEF"), (0x6FFFFFFE, "DT_VERNEED")):
        for value in (TOP64, 1 << 33):
            yield f"{name} at {value:#x}", new().tag(tag, value).without_sections(), SAYS
    yield "DT_STRSZ", new().tag(10, TOP64).without_sections(), HARMLESS
    yield "DT_STRSZ 0", new().tag(10, 0).without_sections(), SAYS
    yield "dynamic segment larger than the file", bare().segment(2, "filesz", TOP64), SAYS
    yield "dynamic segment out of the file", bare().segment(2, "offset", TOP64), SAYS
    yield "first segment out of the file", bare().segment(1, "offset", 1 << 40), SAYS


def dynamic_entry(file, tag):
    start = file.begin(".dynamic")
    return next(at for at in range(start, start + file.size(".dynamic"), 16) if file.get("Q", at) == tag)


class MachO(Patch):
    """64 bits (<mach-o/loader.h>)."""

    def command(self, kind):
        at = 32
        for _ in range(self.get("I", 16)):
            if self.get("I", at) == kind:
                return at
            at += self.get("I", at + 4)
        raise KeyError(kind)


def macho_objects(object_):
    new = lambda: MachO(object_)
    segment, symtab, version = new().command(0x19), new().command(2), new().command(0x32)
    for value in (0, 1, 99):
        yield f"file type {value}", new().set("I", 12, value), SAYS if value != 1 else HARMLESS
    yield "commands of 2^32-1", new().set("I", 16, TOP32), SAYS
    yield "commands' size", new().set("I", 20, TOP32), SAYS
    yield "commands' size 0", new().set("I", 20, 0), SAYS
    for size in (0, 4, 7, 0x7FFFFFF8, TOP32):
        yield f"command's size {size:#x}", new().set("I", symtab + 4, size), SAYS
    yield "command cut before its fields", new().set("I", 16, 1).set("I", 32, 2).set("I", 36, 8), SAYS
    yield "segment with 2^32-1 sections", new().set("I", segment + 64, TOP32), SAYS
    yield "segment with a section too many", new().set("I", segment + 64, new().get("I", segment + 64) + 20), SAYS
    for at, what in ((8, "symbols' offset"), (12, "count of symbols"), (16, "strings' offset"), (20, "strings' size")):
        yield what, new().set("I", symtab + at, TOP32 - 7), SAYS
    symbols = new().get("I", symtab + 8)
    yield "symbol's name", new().set("I", symbols, TOP32), SAYS
    yield "symbol's section", new().set("B", symbols + 4, 0x0F).set("B", symbols + 5, 250), SAYS
    section = segment + 72
    yield "relocations' offset", new().set("I", section + 56, TOP32), SAYS
    yield "count of relocations", new().set("I", section + 60, TOP32), SAYS
    relocations = new().get("I", section + 56)
    yield "relocation's symbol", new().set("I", relocations + 4, new().get("I", relocations + 4) | 0x08FFFFFF), SAYS
    yield "build version with 2^32-1 tools", new().set("I", version + 20, TOP32), SAYS


def macho_library(trie):
    """A dylib of a header, a segment and an export trie."""
    commands = struct.pack("<II16sQQQQIIII", 0x19, 72, b"__TEXT", 0, 0x4000, 0, 0x4000, 5, 5, 0, 0)
    commands += struct.pack("<IIII", 0x80000033, 16, 32 + 72 + 16, len(trie))
    return Patch(struct.pack("<IIIIIIII", 0xFEEDFACF, 0x100000C, 0, 6, 2, len(commands), 0, 0) + commands + trie)


def export_tries(_):
    yield "sound trie", macho_library(b"\0\1_a\0\6\2\0\x10\0"), HARMLESS
    yield "node that is its own child", macho_library(b"\0\1_a\0\0"), SAYS
    yield "two nodes in a circle", macho_library(b"\0\1a\0\5\0\1b\0\0"), SAYS
    yield "child out of the trie", macho_library(b"\0\1_a\0\x7f"), SAYS
    yield "child at 2^64-1", macho_library(b"\0\1_a\0" + b"\xff" * 9 + b"\1"), SAYS
    yield "number of 11 bytes", macho_library(b"\0\1_a\0" + b"\xff" * 11 + b"\1"), SAYS
    yield "terminal larger than the trie", macho_library(b"\x7f\0"), SAYS
    yield "edge without an end", macho_library(b"\0\1_a_____"), SAYS
    yield "children that are not there", macho_library(b"\0\xff_a\0\0"), SAYS
    yield "trie out of the file", macho_library(b"\0\0").set("I", 32 + 72 + 12, TOP32), SAYS
    yield "one node by way of two edges, again and again", macho_library(b"".join(
        b"\0\2a\0%cb\0%c" % (8 * n + 8, 8 * n + 8) for n in range(14)) + b"\2\0\x10\0"), SAYS


def coff_objects(object_):
    new = lambda: Patch(object_)
    sections, symbols, count = new().get("H", 2), new().get("I", 8), new().get("I", 12)
    strings = symbols + count * 18
    yield "sections of 0xfeff", new().set("H", 2, 0xFEFF), SAYS
    yield "symbols out of the file", new().set("I", 8, TOP32), SAYS
    yield "2^32-1 symbols", new().set("I", 12, TOP32), SAYS
    yield "a symbol too many", new().set("I", 12, count + 1000), SAYS
    at, named = symbols, []
    while at < strings:
        if new().get("I", at) == 0:
            named.append(at)
        last = at
        at += 18 * (1 + new().get("B", at + 17))
    yield "string table of 2^32-1 bytes", new().set("I", strings, TOP32), HARMLESS
    yield "string table of 0 bytes", new().set("I", strings, 0), SAYS
    yield "string table of 4 bytes", new().set("I", strings, 4), SAYS
    for value in (1, 3, TOP32):
        yield f"symbol's name at {value:#x}", new().set("I", named[0] + 4, value), SAYS
    yield "auxiliary entries past the end", new().set("B", last + 17, 255), SAYS
    yield "symbol's section", new().set("H", last + 12, 0x7FFF).set("B", last + 16, 2), SAYS
    with_relocations = next(at for at in range(20, 20 + sections * 40, 40) if new().get("H", at + 32))
    for name in (b"/9999999", b"//99////"):
        yield f"section's name {name}", new().set("8s", with_relocations, name), SAYS
    yield "section's name of no number", new().set("8s", with_relocations, b"/12x"), HARMLESS
    relocations = new().get("I", with_relocations + 24)
    yield "relocations out of the file", new().set("I", with_relocations + 24, TOP32), SAYS
    yield "65535 relocations", new().set("H", with_relocations + 32, 0xFFFF), SAYS
    flags = new().get("I", with_relocations + 36) | 0x01000000
    overflowing = lambda: new().set("H", with_relocations + 32, 0xFFFF).set("I", with_relocations + 36, flags)
    yield "2^32-1 relocations", overflowing().set("I", relocations, TOP32), SAYS
    yield "0 relocations by way of the first", overflowing().set("I", relocations, 0), HARMLESS
    yield "relocation's symbol", new().set("I", relocations + 4, TOP32), SAYS
    yield "relocation against an auxiliary entry", new().set("I", relocations + 4, 1), SAYS
    big = struct.pack("<HHHHI16sIIIIIII", 0, 0xFFFF, 2, 0x8664, 0, b"\xc7\xa1\xba\xd1\xee\xba\xa9\x4b\xaf\x20\xfa\xf6\x6a\xa4\xdc\xb8",
                      0, 0, 0, 0, 0, 0, 0)
    yield "bigobj cut", Patch(big[:50]), SAYS
    yield "bigobj with 2^32-1 sections", Patch(big).set("I", 44, TOP32), SAYS
    yield "bigobj with 2^32-1 symbols", Patch(big).set("I", 48, 56).set("I", 52, TOP32), SAYS
    yield "bigobj of link-time code generation", Patch(big).set("I", 12, 0), SAYS
    imports = struct.pack("<HHHHIIHH", 0, 0xFFFF, 0, 0x8664, 0, 12, 0, 4) + b"foo\0foo.dll\0"
    yield "sound import", Patch(imports), HARMLESS
    yield "import's size", Patch(imports).set("I", 12, TOP32), SAYS
    yield "import without names", Patch(imports).set("I", 12, 0), SAYS
    yield "import with one name", Patch(imports).set("I", 12, 4), SAYS
    yield "import of kind 3", Patch(imports).set("H", 18, 3), SAYS
    yield "import without an end", Patch(imports[:-1] + b"x"), SAYS


def leb(value):
    out = b""
    while True:
        value, low = value >> 7, value & 0x7F
        out += bytes([low | (0x80 if value else 0)])
        if not value:
            return out


def module(*sections):
    return b"\0asm\1\0\0\0" + b"".join(bytes([kind]) + leb(len(body)) + body for kind, body in sections)


def text(name):
    return leb(len(name)) + name


def linking(*subsections):
    return (0, text(b"linking") + b"\2" + b"".join(bytes([kind]) + leb(len(body)) + body for kind, body in subsections))


def wasm_objects(_):
    huge, overlong = leb(TOP32), b"\xff" * 11
    types, functions, code = (1, b"\1\x60\0\0"), (3, b"\1\0"), (10, b"\1\2\0\x0b")
    imports = (2, b"\1" + text(b"env") + text(b"f") + b"\0\0")
    symbols = b"\2\0\x10\0\0\0\1" + text(b"main")
    sound = (types, imports, functions, code, linking((8, symbols)))
    yield "sound", module(*sound), HARMLESS
    yield "version 2", b"\0asm\2\0\0\0", SAYS
    yield "component", b"\0asm\x0d\0\1\0", SAYS
    yield "no version", b"\0asm", SAYS
    yield "section's size", module() + b"\1" + huge, SAYS
    yield "section's size of 11 bytes", module() + b"\1" + overlong, SAYS
    yield "section's size above 32 bits", module() + b"\1" + leb(1 << 40), SAYS
    yield "section of kind 99", module((99, b"")), SAYS
    yield "two sections of one kind", module(types, types), SAYS
    yield "custom section's name", module((0, b"\x7fx")), SAYS
    yield "no custom section's name", module((0, b"")), SAYS
    yield "2^32-1 imports", module((2, huge)), SAYS
    yield "import of kind 9", module((2, b"\1\0\0\x09\0")), SAYS
    yield "import's name", module((2, b"\1" + huge)), SAYS
    yield "2^32-1 exports", module((7, huge)), SAYS
    yield "export's name", module((7, b"\1" + huge + b"x")), SAYS
    yield "linking of version 99", module((0, text(b"linking") + b"\x63")), SAYS
    yield "linking without a version", module((0, text(b"linking"))), SAYS
    yield "linking subsection's size", module((0, text(b"linking") + b"\2\x08" + huge)), SAYS
    for what, body in (("2^32-1 symbols", huge), ("symbol of kind 9", b"\1\x09\0\0"), ("symbol cut", b"\1\0"),
                       ("function that is not imported", b"\1\0\x10\x05"), ("function that is imported", b"\1\0\0\0\1x"),
                       ("symbol's name", b"\1\0\0\1" + huge), ("section that is not there", b"\1\3\2\x63"), ("data without a name", b"\1\1\0"),
                       ("data's offset of 11 bytes", b"\1\1\0\1x\0" + overlong)):
        yield what, module(*sound[:4], linking((8, body))), SAYS
    for what, body in (("2^32-1 groups", huge), ("group's members", b"\1\1x\0" + huge), ("group's name", b"\1" + huge)):
        yield what, module(*sound[:4], linking((7, body), (8, symbols))), SAYS
    for what, body in (("relocations of a section that is not there", b"\x63\0"), ("2^32-1 relocations", b"\3" + huge),
                       ("relocation's symbol", b"\3\1\0\0\x63"), ("relocation's symbol 2^32-1", b"\3\1\0\0" + huge),
                       ("relocation's place of 11 bytes", b"\3\1\0" + overlong)):
        yield what, module(*sound, (0, text(b"reloc.CODE") + body)), SAYS
    for what, body in (("2^32-1 functions", huge), ("function's size", b"\1" + huge)):
        yield what, module(types, imports, functions, (10, body), sound[4], (0, text(b"reloc.CODE") + b"\3\1\0\0\0")), SAYS
    yield "dylink's size", module((0, text(b"dylink.0") + b"\2" + huge)), SAYS
    yield "2^32-1 needed libraries", module((0, text(b"dylink.0") + b"\2\5" + huge)), SAYS


def member(name, contents, size=None):
    head = b"%-16s%-12d%-6d%-6d%-8d%-10s`\n" % (name, 0, 0, 0, 644, str(len(contents) if size is None else size).encode())
    return head + contents + b"\n" * (len(contents) & 1)


def archives(object_):
    magic, good = b"!<arch>\n", member(b"a.o/", object_)
    yield "header cut", magic + good[:59], SAYS
    yield "header without its end", magic + good[:58] + b"  " + good[60:], SAYS
    for size in ("99999999", "-1", "0x10", "", "1 2"):
        yield f"size \"{size}\"", magic + member(b"a.o/", object_, size), SAYS
    yield "long name without a table", magic + member(b"/0", object_), SAYS
    yield "long name behind the table", magic + member(b"//", b"a.o/\n") + member(b"/99", object_), SAYS
    yield "long name without an end", magic + member(b"//", b"aaaaaaaa") + member(b"/2", object_), SAYS
    yield "name of another length than its member", magic + member(b"#1/9999", b"x"), SAYS
    yield "archive in an archive", magic + member(b"b.a/", magic + good), SAYS
    yield "member that is empty", magic + member(b"a.o/", b""), SAYS
    yield "AIX", b"<bigaf>\n" + b"0" * 120, SAYS
    yield "universal file's slice", struct.pack(">7I", 0xCAFEBABE, 1, 7, 3, TOP32, TOP32, 0), SAYS
    yield "universal file without slices", struct.pack(">2I", 0xCAFEBABE, 0), SAYS
    yield "universal files in one another", struct.pack(">12I", 0xCAFEBABE, 2, 7, 3, 48, 40, 0, 7, 3, 50, 40, 0) + b"x" * 60, SAYS


def images(object_):
    new = lambda: Patch(object_)
    yield "header's place", new().set("I", 0x3C, len(object_) - 2), SAYS
    header = new().get("I", 0x3C) + 4
    exports = header + 20 + 112  # PE32+: the first data directory
    yield "optional header cut", new().set("H", header + 16, 20), HARMLESS
    yield "sections of 0xffff", new().set("H", header + 2, 0xFFFF), SAYS
    yield "exports at no section", new().set("I", exports, TOP32), SAYS
    place, size, pointer = (new().get("I", header + 20 + new().get("H", header + 16) + field) for field in (12, 8, 20))
    at = new().get("I", exports) - place + pointer
    section = header + 20 + new().get("H", header + 16)
    while not new().get("I", section + 12) <= new().get("I", exports) < new().get("I", section + 12) + new().get("I", section + 8):
        section += 40
    at = new().get("I", exports) - new().get("I", section + 12) + new().get("I", section + 20)
    for field, what in ((20, "2^32-1 exports"), (24, "2^32-1 names"), (28, "addresses"), (32, "names"), (36, "numbers")):
        yield what, new().set("I", at + field, TOP32), SAYS
    names = new().get("I", at + 32) - new().get("I", section + 12) + new().get("I", section + 20)
    numbers = new().get("I", at + 36) - new().get("I", section + 12) + new().get("I", section + 20)
    yield "export's name", new().set("I", names, TOP32), SAYS
    yield "export's number", new().set("H", numbers, 0xFFFF), SAYS


def others(object_):
    yield "wrapper out of the file", struct.pack("<5I", 0x0B17C0DE, 0, TOP32, TOP32, 7), SAYS
    yield "wrapper of nothing", struct.pack("<5I", 0x0B17C0DE, 0, 20, 0, 7), SAYS
    yield "bitcode of a magic number", b"BC\xc0\xde", SAYS
    yield "bitcode of ones", b"BC\xc0\xde" + b"\xff" * 64, SAYS
    yield "bitcode with a block of 2^32-1 words", b"BC\xc0\xde" + struct.pack("<II", 0x00000C35 | 0 << 16, TOP32) * 4, SAYS
    yield "stub without a name", b"--- !tapi-tbd\ntbd-version: 4\ntargets: [ arm64-macos ]\n...\n", SAYS
    yield "stub of version 9", b"--- !tapi-tbd\ntbd-version: 9\ninstall-name: a\n...\n", SAYS
    yield "stub that is no JSON", b'{"tapi_tbd_version": 5, "main_library": [', SAYS


@unittest.skipUnless(CLANG and LLD, "needs clang and lld")
class Malformed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.made = tempfile.TemporaryDirectory(prefix="ldwhy-malformed.")
        with open(DUMP, "rb") as program:
            cls.sanitized = b"__asan_init" in program.read()
        for name, contents in (("a.c", SOURCE), ("g.s", ASSEMBLY), ("map", VERSIONS), ("w.c", "int need(void); int victim(void) { return need(); }\n")):
            with open(cls.path(name), "w") as file:
                file.write(contents)

    @classmethod
    def tearDownClass(cls):
        cls.made.cleanup()

    @classmethod
    def path(cls, name):
        return os.path.join(cls.made.name, name)

    def make(self, name, *words):
        subprocess.run(words, check=True, cwd=self.made.name, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(self.path(name), "rb") as file:
            return file.read()

    def try_all(self, cases):
        count = 0
        for what, contents, words in cases:
            count += 1
            with self.subTest(what):
                self.try_one(contents.bytes if isinstance(contents, Patch) else contents, words)
        self.assertGreater(count, 5)

    def try_one(self, contents, words):
        with open(self.path("bad"), "wb") as file:
            file.write(contents)
        with open(self.path("out"), "w+b") as out:
            start = time.process_time(), time.monotonic()
            child = subprocess.Popen([DUMP, "all", "bad"], cwd=self.made.name, stdout=out, stderr=subprocess.STDOUT)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            told = out.read().decode(errors="replace")
        self.assertEqual(child.returncode, 0, told[-2000:])
        self.assertNotRegex(told, "Sanitizer|runtime error")
        if not self.sanitized:
            self.assertLess(usage.ru_utime + usage.ru_stime, SECONDS)
            most = BASE_MEGABYTES + FILE_MULTIPLE * len(contents) / (1 << 20)
            self.assertLess(usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10), most)
        problems = [line for line in told.splitlines() if re.match(r"\S+: !", line)]
        if words:
            self.assertRegex("\n".join(problems), words)
        else:
            self.assertEqual(problems, [])

    def elf_inputs(self):
        target = ["-target", "x86_64-linux-gnu"]
        object_ = self.make("a.o", CLANG, *target, "-O0", "-fPIC", "-fcommon", "-c", "a.c", "-o", "a.o")
        grouped = self.make("g.o", CLANG, *target, "-c", "g.s", "-o", "g.o")
        self.make("need.o", CLANG, *target, "-fPIC", "-c", "w.c", "-o", "need.o")
        with open(self.path("needed.c"), "w") as file:
            file.write("int far_away(int x) { return x; }\n")
        self.make("n.o", CLANG, *target, "-fPIC", "-c", "needed.c", "-o", "n.o")
        with open(self.path("nmap"), "w") as file:
            file.write("N1 { global: far_away; };\n")
        self.make("libn.so", LLD, "-shared", "--version-script=nmap", "n.o", "-o", "libn.so")
        library = self.make("liba.so", LLD, "-shared", "--hash-style=both", "--version-script=map", "a.o", "libn.so", "-o", "liba.so")
        return object_, grouped, library

    def test_elf_objects(self):
        self.try_all(elf_objects(*self.elf_inputs()))

    def test_elf_libraries(self):
        self.try_all(elf_libraries(*self.elf_inputs()))

    def test_macho(self):
        self.try_all(macho_objects(self.make("m.o", CLANG, "-target", "arm64-apple-macos11", "-c", "a.c", "-o", "m.o")))

    def test_export_tries(self):
        self.try_all(export_tries(None))

    def test_coff(self):
        self.try_all(coff_objects(self.make("c.o", CLANG, "-target", "x86_64-pc-windows-gnu", "-ffunction-sections", "-c", "a.c", "-o", "c.o")))

    @unittest.skipUnless(first_of("lld-link"), "needs lld-link")
    def test_images(self):
        self.make("d.o", CLANG, "-target", "x86_64-pc-windows-msvc", "-c", "a.c", "-o", "d.o")
        self.try_all(images(self.make("a.dll", first_of("lld-link"), "/dll", "/noentry", "/force", "/export:victim", "/export:second",
                                      "d.o", "/out:a.dll")))

    def test_wasm(self):
        self.try_all(wasm_objects(None))

    def test_archives(self):
        self.try_all(archives(self.elf_inputs()[0]))

    def test_others(self):
        self.try_all(others(None))


if __name__ == "__main__":
    unittest.main()
