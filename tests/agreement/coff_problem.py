"""Random small links for Windows: how they are made up and written to files.

A problem is plain data, so that any part of it can be left out:
    {"family": "msvc" | "mingw", "arch": "x86_64" | "i686", "parts": [PART…], "options": [[WORD…]…]}
A PART is one of
    {"object": UNIT}
    {"archive": NAME, "units": [UNIT…], "by": "llvm-lib" | "ar", "how": "" | "-l" | "whole" | "default"}
    {"imports": NAME, "code": [row…], "data": [name…], "by": "llvm-lib" | "dlltool" | "llvm-dlltool", "how": "" | "-l"}
    {"dll": NAME, "code": […], "data": […]}     linked by LLD; MinGW takes it as an input
    {"lazy": [UNIT…]}                           --start-lib … --end-lib
    {"group": [PART…]}                          --start-group … --end-group
    {"definition": [row…]}                      a module-definition file
and UNIT is {"name", "definitions", "needs", "directives": [text…], "gas": bool, "big": bool, "bitcode":
compiler or false}. A name with a decoration ("?alpha@@YAXXZ", "@beta@8") is written as it is; all
others get the underscore of 32-bit x86 ("alpha@4": "_alpha@4"). A row is a line of a
module-definition file.
"""
import re
import subprocess

POOL = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"]
MADE = {"msvc": ["__ImageBase", "__guard_flags", "__guard_iat_table", "__safe_se_handler_table", "_tls_index"],
        "mingw": ["__ImageBase", "__image_base__", "__RUNTIME_PSEUDO_RELOC_LIST__", "__CTOR_LIST__", "__bss_start__",
                  "__data_end__", "__section_alignment__", "__tls_start__", "_end", "__dso_handle", "__end__"]}
DECORATED = {"msvc": ["?alpha@@YAXXZ", "?beta@@YAHH@Z", "?main@@YAHXZ"], "i686": ["alpha@4", "beta@8", "@alpha@4", "@gamma@8", "main@0"]}
CHOICES = ["discard", "discard", "discard", "one_only", "same_size", "same_contents", "largest"]


# --- Making up.

def reference(r, pool, family):
    name = r.choice(MADE[family]) if r.random() < 0.01 else r.choice(pool)
    return {"name": name, "how": r.choices(["call", "imp", "weak", "only named"], [70, 14, 10, 3])[0]}


def needs(r, pool, family, share):
    made = []
    while r.random() < share:
        made.append(reference(r, pool, family))
    return made


def definition(r, name, pool, f):
    kind = r.choices(["plain", "comdat", "weak", "common", "absolute", "static"], [60, f["comdat"], f["weak"], f["common"], 0 if f["family"] == "mingw" else 2, 3])[0]
    made = {"name": name, "kind": kind, "needs": needs(r, pool, f["family"], 0.4), "choice": r.choice(CHOICES),
            "size": r.choice([0, 0, 0, 8]), "children": []}
    if kind == "comdat" and r.random() < 0.2:
        made["children"] = r.sample(pool, 1)
    made["second"] = r.choice(pool) if kind == "comdat" and r.random() < 0.06 else ""
    return made


def directive(r, pool, family, libraries):
    name, other = r.sample(pool, 2)
    rows = [("-include:{0}", 3), ("-export:{0}", 3), ("-alternatename:{0}={1}", 3), ("-failifmismatch:KEY=" + r.choice("ab"), 1),
            ("-export:{0},DATA", 1), ("-export:out={0}", 1), ("-entry:other", 0.3), ("-subsystem:windows", 0.5), ("-merge:.rdata=.text", 0.5),
            ("-nodefaultlib:lib" + r.choice("0123"), 0.7), ("-nodefaultlib", 0.2), ("/EXPORT:{0} /INCLUDE:{1}", 1), ("-stack:65536", 0.3),
            ("-section:.mine,rw", 0.3),
            ("-defaultlib:" + r.choice(libraries or ["gone"]), 4 if libraries or r.random() < 0.05 else 0)]
    if family == "mingw":
        rows = [rows[1], ("-exclude-symbols:{0}", 1), ("-aligncomm:{0},3", 1), ("-export:{0},data", 1), ("-export:out={0}", 0.4)]
    text = r.choices([row[0] for row in rows], [row[1] for row in rows])[0]
    return {"text": text, "names": [name, other]}


def unit(r, name, count, pool, f, libraries=()):
    names = r.sample(pool, min(count, len(pool)))
    made = {"name": name, "definitions": [definition(r, each, pool, f) for each in names],
            "needs": needs(r, pool, f["family"], 0.35), "directives": [], "gas": f["family"] == "mingw" and r.random() < 0.3,
            "big": r.random() < 0.05, "bitcode": r.random() < f["bitcode"] and r.choice(["clang-14", "clang-14 -flto=thin"])}
    if r.random() < f["directives"]:
        made["directives"].append(directive(r, pool, f["family"], list(libraries)))
    return made


def features(r, family):
    choose = lambda odd, amount: amount if r.random() < odd else 0
    return {"family": family, "comdat": choose(0.4, 40), "weak": choose(0.35, 30), "common": choose(0.3, 20),
            "directives": choose(0.3, 0.3), "bitcode": choose(0.15, 0.4), "rows": choose(0.3, 0.3)}


def row(r, name, pool, f):
    """Of a module-definition file; `name` is exported, or imported."""
    if r.random() >= f["rows"]:
        return name
    return r.choice(["{0} = {1}", "{0}={1}", "{0} @7", "{0} @8 NONAME", "{0} PRIVATE", "{0} = other.dll.{1}"]).format(name, r.choice(pool))


def part(r, number, pool, f, deep=True):
    mingw = f["family"] == "mingw"
    kind = r.choices(["object", "archive", "imports", "dll", "lazy", "group"],
                     [30, 42, 14, 5 if mingw else 0.3, 0 if mingw else 4, 6 if mingw and deep else 0])[0]
    libraries = [f"lib{i}" for i in range(number + 2)] if not mingw else []
    if kind == "object":
        return {"object": unit(r, f"o{number}", r.randint(0, 3), pool, f, libraries)}
    if kind == "archive":
        units = [unit(r, f"a{number}m{i}", r.randint(1, 3), pool, f, libraries) for i in range(r.randint(1, 4))]
        how = r.choices(["", "-l", "whole", "default"], [60, 25 if mingw else 0, 8, 0 if mingw else 22])[0]
        by = r.choices(["llvm-lib", "ar"], [20, 80] if mingw else [80, 20])[0]
        return {"archive": f"lib{number}", "units": units, "by": by, "how": how}
    names = r.sample(pool, min(len(pool), r.randint(1, 4)))
    cut = r.choice([0, 0, 1])
    if kind == "imports":
        by = r.choice(["llvm-lib", "dlltool", "llvm-dlltool"]) if mingw else r.choice(["llvm-lib", "llvm-lib", "llvm-dlltool", "dlltool"])
        rows = [row(r, each, pool, f) for each in names[cut:]]
        return {"imports": f"imp{number}", "code": rows, "data": names[:cut], "by": by, "how": "-l" if mingw and r.random() < 0.3 else ""}
    if kind == "dll":
        # Without decorations, which its module-definition file would have to spell otherwise.
        names = [name for name in names if name.isalpha()] or [pool[0]]
        return {"dll": f"dll{number}", "code": names[cut:], "data": names[:cut], "how": "-l" if r.random() < 0.3 else ""}
    if kind == "group":
        return {"group": [part(r, number * 10 + i, pool, f, False) for i in range(r.randint(1, 3))]}
    return {"lazy": [unit(r, f"z{number}m{i}", r.randint(1, 2), pool, f) for i in range(2)]}


def msvc_options(r, pool):
    made, chance = [], lambda share: r.random() < share
    if chance(0.7): made.append([r.choice(["/subsystem:console", "/subsystem:console", "/subsystem:windows"])])
    entry = r.choices(["main", "", "other"], [70, 20, 10])[0]
    if entry: made.append(["/entry:" + (r.choice(pool) if entry == "other" else "main")])
    if chance(0.2):
        made.append(["/dll"])
        if chance(0.6): made.append(["/noentry"])
    while chance(0.1): made.append(["/include:", r.choice(pool)])
    while chance(0.08): made.append(["/export:", r.choice(pool)])
    if chance(0.04): made.append(["/export:", r.choice(pool), r.choice(["=", ",DATA", ",@5,NONAME", ",PRIVATE"])])
    if made and made[-1][-1] == "=": made[-1].append(r.choice(pool))
    if chance(0.03): made.append([r.choice(["/merge:.rdata=.text", "/debug", "/opt:noicf", "/functionpadmin", "/machine:", "/noimplib"])])
    if chance(0.03): made.append(["/delayload:imp" + r.choice("01234") + ".dll"])
    while chance(0.1): made.append(["/alternatename:", r.choice(pool), "=", r.choice(pool)])
    if chance(0.05): made.append(["/force"])
    if chance(0.03): made.append(["/force:multiple"])
    if chance(0.03): made.append(["/force:unresolved"])
    if chance(0.05): made.append(["/nodefaultlib:lib" + r.choice("0123")])
    if chance(0.02): made.append(["/nodefaultlib"])
    if chance(0.03): made.append(["/wholearchive"])
    if chance(0.2): made.append(["/opt:ref"])
    if chance(0.03): made.append(["/opt:noref"])
    # What projects pass and what changes nothing of names; some versions do not know all of it.
    while chance(0.08):
        made.append([r.choice(["/nologo", "/incremental:no", "/manifest:no", "/ltcg", "/nxcompat", "/dynamicbase", "/largeaddressaware",
                               "/release", "/opt:icf", "/opt:ref,icf", "/ignore:4217", "/tsaware", "/version:1.2", "/base:0x10000000",
                               "/errorreport:none", "/guard:cf", "/dynamicbase:no", "/highentropyva:no", "/stack:0x200000", "/wx",
                               "/debug:full", "/map:out.map", "/implib:out.lib", "/noexp", "/pdb:out.pdb", "/brepro", "/fixed", "/profile"])])
    return made


def mingw_options(r, pool):
    made, chance = [], lambda share: r.random() < share
    if chance(0.8): made.append(["-e", "main"])
    elif chance(0.5): made.append(["-e", r.choice(pool)])
    if chance(0.15): made.append(["-shared"])
    while chance(0.1): made.append(["-u", r.choice(pool)])
    if chance(0.08): made.append(["--disable-auto-import"])
    if chance(0.05): made.append(["--allow-multiple-definition"])
    if chance(0.06): made.append(["--export-all-symbols"])
    if chance(0.04): made.append(["--exclude-all-symbols"])
    if chance(0.05): made.append(["--subsystem", r.choice(["windows", "console"])])
    if chance(0.04): made.append(["--enable-stdcall-fixup"])
    if chance(0.05): made.append([r.choice(["-Bstatic", "-Bdynamic", "-static"])])
    if chance(0.05): made.append([r.choice(["--gc-sections", "--no-gc-sections", "--kill-at", "--enable-auto-import", "--dynamicbase", "--no-seh"])])
    if chance(0.03): made.append(["--require-defined=", r.choice(pool)])
    if chance(0.02): made.append(["--exclude-symbols=" + r.choice(pool)])
    if chance(0.02): made.append([r.choice(["--enable-runtime-pseudo-reloc", "--disable-runtime-pseudo-reloc"])])
    if chance(0.02): made.append(["--defsym=", r.choice([name for name in pool if "@" not in name]), "=0x1000"])
    while chance(0.08):
        made.append(r.choice([["--out-implib", "out.dll.a"], ["--out-implib=out.dll.a"], ["--output-def", "out.def"], ["--enable-auto-image-base"],
                              ["--large-address-aware"], ["--nxcompat"], ["--high-entropy-va"], ["--no-insert-timestamp"], ["--tsaware"],
                              ["-s"], ["-S"], ["--strip-all"], ["--stack", "1000000"], ["--no-undefined"], ["--as-needed"], ["--sort-common"],
                              ["--push-state", "--pop-state"], ["--print-gc-sections"], ["-O2"], ["--fatal-warnings"], ["--warn-common"],
                              ["--no-dynamicbase"], ["--disable-dynamicbase"], ["--image-base", "0x10000000"], ["-z", "defs"], ["-static"],
                              ["--major-subsystem-version", "6"], ["--build-id"], ["--no-demangle"], ["--disable-reloc-section"], ["-x"],
                              ["--file-alignment", "4096"], ["--section-alignment=4096"], ["--rpath", "."], ["--unresolved-symbols=report-all"],
                              ["--unresolved-symbols=ignore-all"], ["--no-fatal-warnings"], ["--icf=all"], ["--error-limit=0"], ["--warn-once"]]))
    return made


def generate(r, family):
    f = features(r, family)
    pool = POOL[:r.randint(4, len(POOL))]
    arch = r.choices(["x86_64", "i686"], [85, 15])[0]
    if r.random() < 0.25:
        pool += DECORATED.get(family, []) + (DECORATED["i686"] if arch == "i686" else [])
    wraps = family == "mingw" and r.random() < 0.08
    if wraps:
        pool += ["__wrap_" + pool[0], "__real_" + pool[0]]
    main = unit(r, "main", r.randint(0, 2), pool, f)
    main["definitions"].insert(0, {"name": "main", "kind": "plain", "needs": needs(r, pool, family, 0.7), "choice": "discard",
                                   "size": 0, "children": [], "second": ""})
    parts = [{"object": main}] if r.random() < 0.96 else []
    parts += [part(r, i, pool, f) for i in range(r.randint(1, 5))]
    if r.random() < 0.06: parts.append({"definition": [row(r, each, pool, f) for each in r.sample(pool, 2)]})
    if r.random() < 0.15: r.shuffle(parts)
    options = msvc_options(r, pool) if family == "msvc" else mingw_options(r, pool)
    if wraps:
        options.append(["--wrap=" + pool[0]] if r.random() < 0.7 else ["--wrap", pool[0]])
    return {"family": family, "arch": arch, "parts": parts, "options": options}


# --- Writing.

class Writer:
    def __init__(self, problem, folder):
        self.folder, self.family, self.arch = folder, problem["family"], problem["arch"]
        self.mingw, self.x86 = self.family == "mingw", self.arch == "i686"
        self.triple = f"{self.arch}-windows-{'gnu' if self.mingw else 'msvc'}"
        self.wholes = []

    def run(self, *words):
        subprocess.run(words, cwd=self.folder, check=True, capture_output=True)

    def symbol(self, name):
        return "_" + name if self.x86 and name[0] not in "?@" else name

    def quoted(self, name):
        return f'"{self.symbol(name)}"' if re.search("[?@]", name) else self.symbol(name)

    def code(self, needs):
        lines = []
        for need in needs:
            # The assembler cannot call an absolute symbol of its own.
            if need["name"] in self.absolute:
                continue
            if need["how"] == "weak":
                lines.append(f".weak {self.quoted(need['name'])}")
            if need["how"] == "only named":
                lines.append(f".globl {self.quoted(need['name'])}")
            elif need["how"] == "imp":
                slot = f"__imp_{self.symbol(need['name'])}"
                lines.append(f' call *"{slot}"' + ("" if self.x86 else "(%rip)"))
            else:
                lines.append(f" call {self.quoted(need['name'])}")
        return lines + [" ret"]

    def definition(self, each, gas):
        name, kind = self.quoted(each["name"]), each["kind"]
        if kind == "common":
            return [f".comm {name},{4 + each['size']}"]
        if kind == "absolute":
            return [f".globl {name}", f"{name} = {16 + each['size']}"]
        lines = [".text"]
        if kind == "comdat":
            section = f".text${each['name']}" if self.mingw else ".text"
            if gas:
                choice = "discard" if each["choice"] == "largest" else each["choice"]
                lines = [f'.section {section},"x"', f".linkonce {choice}", f".globl {name}"]
            else:
                lines = [f'.section {section},"xr",{each["choice"]},{name}', f".globl {name}"]
        elif kind == "weak":
            lines.append(f".weak {name}")
        elif kind == "plain":
            lines.append(f".globl {name}")
        lines += [f"{name}:"] + [" nop"] * each["size"]
        if each["second"] and each["second"] != each["name"]:
            second = self.quoted(each["second"])
            lines += [f".globl {second}", f"{second}:"]
        lines += self.code(each["needs"])
        for child in each["children"] if kind == "comdat" and not gas else []:
            lines += [f'.section .xdata$c,"dr",associative,{name}', f" {'.quad' if self.mingw and not self.x86 else '.long'} {self.quoted(child)}" +
                      ("@IMGREL" if not self.x86 and not self.mingw else "")]
        return lines

    def compile(self, unit):
        if unit.get("bitcode"):
            return self.compile_bitcode(unit)
        gas = unit["gas"] or unit.get("big", False)
        lines, known = [], set()
        self.absolute = {each["name"] for each in unit["definitions"] if each["kind"] == "absolute"}
        for each in unit["definitions"]:
            if each["name"] in known or (each["second"] and each["second"] in known):
                continue
            known |= {each["name"], each["second"]}
            lines += self.definition(each, gas)
        lines += [".text", f"local_{unit['name']}:"] + self.code(unit["needs"])
        for each in unit["directives"]:
            # MinGW's compilers leave the underscore of 32-bit x86 away in exports.
            bare = self.mingw and "xport" in each["text"]
            text = each["text"].format(*(name if bare else self.symbol(name) for name in each["names"]))
            lines += ['.section .drectve,"yn"', f'.ascii " {text} "']
        # A symbol that is defined and weak is a weak definition.
        path = f"{unit['name']}.{'o' if self.mingw else 'obj'}"
        (self.folder / (path + ".s")).write_text("\n".join(lines) + "\n")
        llvm = ["llvm-mc-22", f"-triple={self.triple}", "-filetype=obj", path + ".s", "-o", path]
        try:
            big = ["-mbig-obj"] if unit.get("big") else []
            self.run(*([f"{self.arch}-w64-mingw32-as", *big, path + ".s", "-o", path] if gas else llvm))
        except subprocess.CalledProcessError:
            # What an assembler does not take is of no interest here.
            (self.folder / (path + ".s")).write_text(".text\n")
            self.run(*llvm)
        return path

    def compile_bitcode(self, unit):
        """The same in C, as far as that can say it."""
        plain = lambda name: re.fullmatch("[a-z_]+", name)
        definitions = {each["name"]: each for each in unit["definitions"] if plain(each["name"])}
        lines = []
        for need in [need for each in [*definitions.values(), unit] for need in each["needs"]]:
            if plain(need["name"]) and need["name"] not in definitions and need["name"] not in lines:
                lines.append(need["name"])
        outside = {need["name"]: need["how"] for each in [*definitions.values(), unit] for need in each["needs"]}
        marks = {"imp": "__declspec(dllimport) ", "weak": "__attribute__((weak)) "}
        lines = [f"{marks.get(outside[name], '')}void {name}(void);" for name in lines]
        kinds = {"weak": "__attribute__((weak)) ", "comdat": "__attribute__((weak)) ", "static": "__attribute__((used)) static "}
        before = set()
        for name, each in definitions.items():
            before.add(name)
            # What calls itself without end lets the compiler drop what stands behind.
            calls = [need["name"] for need in each["needs"] if plain(need["name"]) and need["name"] not in before]
            lines = [f"{kinds.get(each['kind'], '')}void {name}(void);" if name != "main" else "int main(void);", *lines]
            lines.append(f"{kinds.get(each['kind'], '')}{'int' if name == 'main' else 'void'} {name}(void) {{ {' '.join(call + '();' for call in calls)} }}")
        path = f"{unit['name']}.{'o' if self.mingw else 'obj'}"
        (self.folder / (path + ".c")).write_text("\n".join(lines) + "\n")
        compiler, *options = unit["bitcode"].split()
        self.run(compiler, f"--target={self.triple}", "-flto", *options, "-O1", "-fno-builtin", "-c", path + ".c", "-o", path)
        return path

    def archive(self, part):
        members = [self.compile(unit) for unit in part["units"]]
        name = part["archive"] + (".a" if self.mingw else ".lib")
        (self.folder / name).unlink(missing_ok=True)
        if not members or part["by"] == "ar":
            self.run(f"{self.arch}-w64-mingw32-ar", "rcs", name, *members)
        else:
            self.run("llvm-lib-22", f"/out:{name}", f"/machine:{'x86' if self.x86 else 'x64'}", *members)
        return name

    def definition_file(self, name, part):
        rows = [f" {each}" for each in part["code"]] + [f" {each} DATA" for each in part["data"]]
        path = f"{name}.def"
        (self.folder / path).write_text(f"LIBRARY {name}.dll\nEXPORTS\n" + "\n".join(rows) + "\n")
        return path

    def imports(self, part):
        definition = self.definition_file(part["imports"], part)
        name = part["imports"] + (".dll.a" if self.mingw else ".lib")
        machine = "i386" if self.x86 else "i386:x86-64"
        if part["by"] == "llvm-lib":
            self.run("llvm-lib-22", f"/def:{definition}", f"/out:{name}", f"/machine:{'x86' if self.x86 else 'x64'}")
        elif part["by"] == "dlltool":
            self.run(f"{self.arch}-w64-mingw32-dlltool", "-d", definition, "-l", name, "-m", machine, "-D", part["imports"] + ".dll")
        else:
            self.run("llvm-dlltool-22", "-d", definition, "-l", name, "-m", machine, "-D", part["imports"] + ".dll")
        return name

    def dll(self, part):
        lines = [".text"] + [line for each in part["code"] for line in (f".globl {self.symbol(each)}", f"{self.symbol(each)}: ret")]
        lines += [".data"] + [line for each in part["data"] for line in (f".globl {self.symbol(each)}", f"{self.symbol(each)}: .long 1")]
        definition = self.definition_file(part["dll"], part)
        (self.folder / "dll.s").write_text("\n".join(lines) + "\n")
        self.run("llvm-mc-22", f"-triple={self.triple}", "-filetype=obj", "dll.s", "-o", "dll.o")
        safe = ["/safeseh:no"] if self.x86 else []
        self.run("lld-link-22", "/dll", "/noentry", f"/def:{definition}", "dll.o", f"/out:{part['dll']}.dll", "/implib:unused.lib", *safe)
        return part["dll"] + ".dll"

    def words(self, part):
        if "object" in part:
            return [self.compile(part["object"])]
        if "archive" in part:
            name, how = self.archive(part), part["how"]
            if how == "-l":
                return ["-L.", f"-l:{name}" if "m" in part["archive"] else "-l" + part["archive"][3:]]
            if how == "whole":
                return ["--whole-archive", name, "--no-whole-archive"] if self.mingw else [f"/wholearchive:{name}"]
            if how == "default":
                return [f"/defaultlib:{name}"]
            return [name]
        if "imports" in part:
            name = self.imports(part)
            if part.get("how") == "-l":
                (self.folder / name).rename(self.folder / f"lib{name}")
                return ["-L.", f"-l{part['imports']}"]
            return [name]
        if "dll" in part:
            return ["-L.", f"-l{part['dll']}"] if part.get("how") == "-l" and self.dll(part) else [self.dll(part)]
        if "group" in part:
            return ["--start-group", *(word for inner in part["group"] for word in self.words(inner)), "--end-group"]
        if "definition" in part:
            path = self.definition_file("exports", {"code": part["definition"], "data": []})
            (self.folder / path).write_text("EXPORTS\n" + "\n".join(part["definition"]) + "\n")
            return [path] if self.mingw else [f"/def:{path}"]
        words = [self.compile(unit) for unit in part["lazy"]]
        if not words:
            return []
        return ["--start-lib", *words, "--end-lib"] if self.mingw else ["/start-lib", *words, "/end-lib"]

    def option(self, words):
        if not self.mingw:
            # Names that options take as they are; /export and /entry add the underscore.
            if words[0] in ("/include:", "/alternatename:"):
                return ["".join([words[0]] + [w if w == "=" else self.symbol(w) for w in words[1:]])]
            return ["".join(words) + (("x86" if self.x86 else "x64") if words[0] == "/machine:" else "")]
        if words[0] in ("-e", "-u"):
            return [words[0], self.symbol(words[1])] if len(words) > 1 else []
        if words[0] in ("--defsym=", "--require-defined="):
            return [words[0] + self.symbol(words[1]) + "".join(words[2:])] if len(words) > 1 else []
        return words


def build(problem, folder):
    writer = Writer(problem, folder)
    argv = []
    if writer.mingw:
        argv += ["-m", "i386pe" if writer.x86 else "i386pep"]
    elif writer.x86:
        argv += ["/safeseh:no"]
    for words in problem["options"]:
        argv += writer.option(words)
    for part in problem["parts"]:
        argv += writer.words(part)
    return argv
