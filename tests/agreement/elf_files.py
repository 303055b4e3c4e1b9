"""Writes ELF link problems (problem.py) to files with real tools, and makes them smaller."""
import subprocess

from problem import DATA

SECTIONS = {  # where a definition may stand, beside a data section of its own
    "set_one": "set_one,\"aw\",@progbits",
    "set_two": "set_two,\"aw\",@progbits",
    "init": ".init_array,\"aw\",@init_array",
    "retained": ".data.{name},\"awR\",@progbits",
    "linkonce": ".gnu.linkonce.d.{name},\"aw\",@progbits",
}
CLANG = "clang-14"
GCC = ["gcc-12", "-B/usr/bin"]


# --- Command lines.

def library_words(part):
    """How a command names a library: by its path, or by -l and the folders of -L."""
    name, details = part[1], part[3] if len(part) == 4 else part[4]
    if details["by"] == "-l":
        return ["-l" + name.removeprefix("lib").rsplit(".", 1)[0]]
    if details["by"] == "-l:":
        return ["-l:" + name]
    return [details["place"] + name]


def argv_of(parts):
    words = []
    for part in parts:
        if part[0] == "object":
            words.append(part[1]["name"] + ".o")
        elif part[0] == "joined":
            words.append(part[1])
        elif part[0] in ("archive", "shared", "script"):
            words += library_words(part)
        elif part[0] == "between":
            words += [part[1], *argv_of(part[2]), part[3]]
        elif part[0] == "option":
            words += part[1:]
    return words


# --- Objects.

class Assembly:
    """The text of one object."""

    def __init__(self, unit):
        self.unit, self.lines, self.renamed = unit, [], set()
        self.defined = {d["name"] for d in unit["defines"] if not d["version"]}

    def refer(self, need):
        name = need["name"]
        if need["version"]:
            alias = f"{name}_at_{need['version']}"
            if alias not in self.renamed:
                self.lines.append(f".symver {alias}, {name}@{need['version']}")
            self.renamed.add(alias)
            name = alias
        if need["weak"] and name not in self.defined:
            self.lines.append(f".weak {name}")
        if need["visibility"] and name not in self.defined:
            self.lines.append(f".{need['visibility']} {name}")
        self.lines.append(f".quad {name}")

    def section_of(self, d):
        if d["kind"] == "comdat":
            return f".data.{d['name']},\"awG\",@progbits,{d['group'] or d['name']},comdat"
        return SECTIONS.get(d["place"], ".data.{name},\"aw\",@progbits").format(name=d["name"])

    def define(self, d):
        name = d["name"] if not d["version"] else f"{d['name']}_impl"
        if d["kind"] == "common":
            self.lines.append(f".comm {name},8,8")
        elif d["kind"] == "absolute":
            self.lines += [f".{'weak' if d['binding'] == 'weak' else 'globl'} {name}", f"{name} = {d['value']}"]
        elif d["kind"] == "ifunc":
            self.lines += [f".section .text.{name},\"ax\",@progbits", f".{'weak' if d['binding'] == 'weak' else 'globl'} {name}",
                           f".type {name}, @gnu_indirect_function", f"{name}: ret"]
        else:
            kind = "@gnu_unique_object" if d["binding"] == "unique" else "@object" if d["name"] in DATA else "@function"
            self.lines += [f".section {self.section_of(d)}", f".{'weak' if d['binding'] == 'weak' else 'globl'} {name}",
                           f".type {name}, {kind}", f"{name}:", f"{name}_inside:", ".quad 0"]
            for need in d["needs"]:
                self.refer(need)
            self.lines.append(f".size {name}, .-{name}")
            if d["version"]:
                self.lines.append(f".symver {name}, {d['name']}{d['version']}")
        if d["visibility"]:
            self.lines.append(f".{d['visibility']} {name}")

    def text(self):
        unit = self.unit
        for d in unit["defines"]:
            self.define(d)
        if unit.get("entry"):
            self.lines += [".section .text,\"ax\",@progbits", ".globl _start", ".type _start, @function", "_start:",
                           "lea wants(%rip), %rax", "ret"]
        inside = [d["name"] for d in unit["defines"] if d["name"] in unit["inside"] and d["kind"] in ("plain", "comdat") and not d["version"]]
        if unit["needs"] or inside or unit.get("entry"):
            self.lines += [".section .data.wants,\"aw\",@progbits", "wants: .quad 0"]
        for need in unit["needs"]:
            self.refer(need)
        for name in inside:
            self.lines.append(f".quad {name}_inside")
        if unit["notes"]:
            self.lines.append(".section .notes,\"\",@progbits")
        for need in unit["notes"]:
            self.refer(need)
        return "\n".join([*self.lines, ".section .note.GNU-stack,\"\",@progbits", ""])


def program_text(unit):
    """The same in C, for units that are compiled to bitcode or with GCC's LTO: data only."""
    lines, declared = [], set()

    def declare(need):
        if need["name"] in declared:
            return
        declared.add(need["name"])
        marks = (["weak"] if need["weak"] else []) + ([f"visibility(\"{need['visibility']}\")"] if need["visibility"] else [])
        lines.append("extern void *{}[]{};".format(need["name"], "".join(f" __attribute__(({mark}))" for mark in marks)))
    own = {d["name"] for d in unit["defines"]}
    for d in unit["defines"]:
        marks = (["weak"] if d["binding"] == "weak" else []) + ([f"visibility(\"{d['visibility']}\")"] if d["visibility"] else [])
        lines.append("extern void *{}[{}]{};".format(d["name"], len(d["needs"]) + 1, "".join(f" __attribute__(({mark}))" for mark in marks)))
    for need in [n for d in unit["defines"] for n in d["needs"]] + unit["needs"]:
        if need["name"] not in own:
            declare(need)
    for d in unit["defines"]:
        lines.append("void *{}[] = {{{}}};".format(d["name"], ", ".join([n["name"] for n in d["needs"]] + ["0"])))
    if unit["needs"]:
        lines.append("__attribute__((used)) static void *wants[] = {{{}}};".format(", ".join(n["name"] for n in unit["needs"])))
    return "\n".join([*lines, ""])


COMPILERS = {"clang": [CLANG, "-flto"], "clang thin": [CLANG, "-flto=thin"], "gcc slim": [*GCC, "-flto"],
             "gcc fat": [*GCC, "-flto", "-ffat-lto-objects"]}


def run(folder, *words):
    subprocess.run(words, cwd=folder, check=True, capture_output=True)


def write_unit(unit, folder):
    name = unit["name"] + ".o"
    if (folder / name).exists():
        return
    if unit["made_by"]:
        (folder / f"{unit['name']}.c").write_text(program_text(unit))
        run(folder, *COMPILERS[unit["made_by"]], "-O1", "-fPIC", "-c", f"{unit['name']}.c", "-o", name)
        return
    subprocess.run(["as", "-o", name, "-"], cwd=folder, input=Assembly(unit).text().encode(), check=True, capture_output=True)


# --- Libraries and scripts.

def write_shared(part, folder, paths):
    _, name, unit, details = part
    if (folder / paths[name]).exists():
        return
    write_unit(unit, folder)
    words = ["ld.bfd", "-shared", "-soname", name, "-o", paths[name], unit["name"] + ".o", "--no-as-needed"]
    if details["versions"]:
        script = "".join(f"{version} {{ {'global: ' if names else ''}{' '.join(n + ';' for n in names)} }};\n"
                         for version, names in sorted(details["versions"].items()))
        (folder / f"{name}.ver").write_text(script)
        words += ["--version-script", f"{name}.ver"]
    if details["runpath"]:
        words += ["--enable-new-dtags", "-rpath", "$ORIGIN/" + details["runpath"]]
    run(folder, *words, *[paths[n] for n in details["needs"] if n in paths and (folder / paths[n]).exists()])


def write_archive(part, folder):
    _, name, members, details = part
    for member in members:
        write_unit(member, folder)
    path = details["place"] + name
    if (folder / path).exists():
        return
    files = [m["name"] + ".o" for m in members]
    plain = not any(m["made_by"] for m in members)
    run(folder, "ar" if plain else "llvm-ar-22", "rc" + ("" if details["index"] else "S") + ("T" if details["thin"] else ""), path, *files)


def write_script(part, folder):
    _, name, kind, parts, details = part
    words = " ".join(argv_of(parts))
    text = {"INPUT": f"INPUT({words})", "GROUP": f"GROUP({words})", "AS_NEEDED": f"INPUT(AS_NEEDED({words}))"}[kind]
    (folder / (details["place"] + name)).write_text(f"/* a script */\n{text}\n")


def flat(parts):
    for part in parts:
        if part[0] == "between":
            yield from flat(part[2])
        elif part[0] == "unnamed":
            yield from flat([part[1]])
        elif part[0] == "script":
            yield from flat(part[3])
            yield part
        else:
            yield part


def build(problem, folder):
    problem["argv"] = argv_of(problem["parts"])
    parts = list(flat(problem["parts"]))
    for place in ("lib1", "lib2", "lib3"):
        (folder / place).mkdir(exist_ok=True)
    paths = {p[1]: p[3]["place"] + p[1] for p in parts if p[0] == "shared"}
    for part in sorted((p for p in parts if p[0] == "shared"), key=lambda p: p[1]):
        write_shared(part, folder, paths)
    for part in parts:
        if part[0] == "object":
            write_unit(part[1], folder)
        elif part[0] == "joined":
            for unit in part[2]:
                write_unit(unit, folder)
            run(folder, "ld.bfd", "-r", "-o", part[1], *[u["name"] + ".o" for u in part[2]])
        elif part[0] == "archive":
            write_archive(part, folder)
        elif part[0] == "script":
            write_script(part, folder)
        elif part[0] == "file":
            (folder / part[1]).write_text(part[2])


# --- Making smaller.

PLAIN = (("visibility", ""), ("version", ""), ("weak", False), ("thin", False), ("index", True), ("binding", "global"),
         ("kind", "plain"), ("versions", {}), ("place", ""), ("by", "path"), ("group", ""), ("made_by", ""), ("runpath", ""))


def smaller(value):
    """Every way to leave one part out, the biggest first."""
    if isinstance(value, list):
        for i in range(len(value)):
            if isinstance(value[i], (list, dict)):
                yield value[:i] + value[i + 1:]
                if isinstance(value[i], list) and value[i] and value[i][0] in ("between", "script"):
                    yield value[:i] + value[i][2 if value[i][0] == "between" else 3] + value[i + 1:]
                if isinstance(value[i], list) and value[i] and value[i][0] == "joined":
                    yield value[:i] + [["object", unit] for unit in value[i][2]] + value[i + 1:]
        for i in range(len(value)):
            for less in smaller(value[i]):
                yield value[:i] + [less] + value[i + 1:]
    elif isinstance(value, dict):
        for key, plain in PLAIN:
            if value.get(key, plain) != plain:
                yield value | {key: plain}
        for key in ("defines", "needs", "notes"):
            if key in value:
                for less in smaller(value[key]):
                    yield value | {key: less}
        if value.get("inside"):
            yield value | {"inside": []}


def is_whole(parts):
    """Whether parts still have their own shape after something was left out."""
    sizes = {"object": 2, "archive": 4, "shared": 4, "unnamed": 2, "between": 4, "file": 3, "joined": 3, "script": 5}
    return all(isinstance(p, list) and p and (p[0] == "option" or len(p) == sizes[p[0]]) and
               (p[0] != "between" or is_whole(p[2])) and (p[0] != "script" or is_whole(p[3])) for p in parts)


def shrunk(problem, differs, limit=400):
    current, tries, changed = problem, 0, True
    while changed and tries < limit:
        changed = False
        for parts in smaller(current["parts"]):
            if not is_whole(parts):
                continue
            tries += 1
            candidate = current | {"parts": parts, "argv": argv_of(parts)}
            if differs(candidate):
                current, changed = candidate, True
                break
            if tries >= limit:
                break
    return current
