"""Random ELF link problems: how they are made up, written to files, and made smaller.

A problem is plain data, so that any part of it can be left out:
    {"parts": […], "linkers": […], "argv": […]}
where a part is one of
    ["object", UNIT]
    ["archive", NAME, [UNIT…], {"thin": …, "index": …}]
    ["shared", NAME, UNIT, {"needs": [NAME…], "versions": {NAME: [name…]}, "local": [name…]}]
    ["between", OPEN, [part…], CLOSE]        --start-group … --end-group, --whole-archive, …
    ["option", WORD…]
    ["file", NAME, TEXT]                     a script beside the inputs; named by an option
and UNIT is {"name", "defines": [DEFINITION…], "needs": [REFERENCE…]}: `needs` stand in a section
of their own that everything keeps, a definition's own needs in the definition's section.
"""
import copy
import subprocess

LINKERS = ["bfd", "gold", "lld-14", "lld-19", "lld-22", "mold"]
BIG = LINKERS[:-1]  # with a full language of scripts
NAMES = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "mu", "nu", "xi", "pi",
         "rho", "sigma", "tau", "phi"]
DATA = {"iota", "kappa", "mu", "nu", "xi", "pi", "tau"}  # the rest are functions


# --- Making up.

def maybe_wrapped(r, name, f):
    """Where a problem wraps a name, its other two names are used too."""
    return r.choice([name, name, "__wrap_" + name, "__real_" + name]) if name == f["wrapped"] else name


def reference(r, name, f):
    name = maybe_wrapped(r, name, f)
    weak = r.random() < f["weak"] / 2
    return {"name": name, "weak": weak,
            "visibility": "hidden" if r.random() < f["hidden"] / 2 else "protected" if r.random() < f["hidden"] / 12 else "",
            "version": r.choice(["V1", "V2", "V9"]) if r.random() < f["versions"] / 8 and not weak else ""}


def definition(r, name, f):
    name = maybe_wrapped(r, name, f)
    kind = "plain"
    if r.random() < f["comdat"]:
        kind = "comdat"
    elif name in DATA and r.random() < f["common"]:
        kind = "common"
    elif r.random() < f["absolute"]:
        kind = "absolute"
    binding = "weak" if r.random() < f["weak"] else "unique" if r.random() < f["unique"] else "global"
    if kind in ("common", "absolute") and binding == "unique":
        binding = "global"
    if kind == "common":
        binding = "global"
    visibility = ""
    if r.random() < f["hidden"] * 0.6:
        visibility = r.choice(["hidden", "hidden", "protected", "internal"])
    if binding == "unique":
        visibility = ""
    needs = []
    if kind not in ("common", "absolute"):
        while r.random() < 0.35:
            needs.append(reference(r, r.choice(NAMES), f))
    version = ""
    if kind == "plain" and not visibility and r.random() < f["symver"]:
        version = r.choice(["@V1", "@@V1", "@@V2"])
    return {"name": name, "kind": kind, "binding": binding, "visibility": visibility, "needs": needs,
            "value": r.choice([4096, 4096, 8192]), "version": version}


def unit(r, name, f, defines, needs, pool=NAMES):
    chosen = r.sample(pool, min(len(pool), r.randint(*defines)))
    return {"name": name, "defines": [definition(r, c, f) for c in chosen],
            "needs": [reference(r, r.choice(pool), f) for _ in range(r.randint(*needs))]}


def features(r):
    """How likely each trait of symbols is in this problem; most problems have few."""
    odds = {"weak": (0.35, 0.3), "hidden": (0.2, 0.35), "common": (0.25, 0.7), "comdat": (0.3, 0.5), "absolute": (0.06, 0.3),
            "unique": (0.05, 0.3), "versions": (0.15, 0.6), "symver": (0.05, 0.2)}
    chosen = {trait: amount if r.random() < odd else 0 for trait, (odd, amount) in odds.items()}
    return chosen | {"wrapped": r.choice(NAMES) if r.random() < 0.06 else ""}


ODD_OPTIONS = [  # (odds, words, linkers that know it; None: all)
    (0.12, ["--gc-sections"], None),
    (0.04, ["--no-gc-sections"], None),
    (0.05, ["--allow-multiple-definition"], None),
    (0.03, ["-z", "muldefs"], ["bfd", "gold", "lld-14", "lld-19", "lld-22", "mold"]),
    (0.05, ["-z", "defs"], None),
    (0.03, ["--no-undefined"], None),
    (0.03, ["-z", "undefs"], ["bfd", "lld-14", "lld-19", "lld-22"]),
    (0.04, ["--noinhibit-exec"], ["bfd", "gold", "lld-14", "lld-19", "lld-22"]),
    (0.03, ["--unresolved-symbols=ignore-all"], None),
    (0.02, ["--unresolved-symbols=report-all"], None),
    (0.02, ["--unresolved-symbols=ignore-in-object-files"], None),
    (0.02, ["--unresolved-symbols=ignore-in-shared-libs"], None),
    (0.03, ["--warn-unresolved-symbols"], None),
    (0.02, ["--error-unresolved-symbols"], None),
    (0.05, ["--allow-shlib-undefined"], None),
    (0.06, ["--no-allow-shlib-undefined"], None),
    (0.06, ["--export-dynamic"], None),
    (0.03, ["-Bsymbolic"], None),
    (0.03, ["--warn-common"], None),
    (0.03, ["--exclude-libs", "ALL"], None),
    (0.04, ["--copy-dt-needed-entries"], ["bfd"]),
    (0.03, ["--fortran-common"], ["lld-14", "lld-19", "lld-22"]),
    (0.03, ["--no-fortran-common"], ["lld-14", "lld-19", "lld-22"]),
]
NAMED_OPTIONS = [  # (odds, word, linkers), with a name
    (0.07, "--undefined={}", None),
    (0.03, "--require-defined={}", ["bfd", "mold"]),
    (0.03, "--export-dynamic-symbol={}", None),
    (0.03, "--ignore-unresolved-symbol={}", ["bfd"]),
    (0.05, "--defsym={}=4096", None),
    (0.02, "--defsym={0}={1}", BIG),  # mold 1.10 crashes where the second is missing
    (0.02, "--entry={}", None),
]


def options_of(r, shared, linkers):
    parts = []
    for odds, words, known in ODD_OPTIONS:
        if r.random() < odds:
            parts.append(["option", *words])
            linkers[:] = [l for l in linkers if known is None or l in known]
    for odds, word, known in NAMED_OPTIONS:
        if r.random() < odds:
            parts.append(["option", word.format(r.choice(NAMES), r.choice(NAMES))])
            linkers[:] = [l for l in linkers if known is None or l in known]
    if shared and r.random() < 0.2:
        local = r.choice(["*", r.choice(NAMES)])
        parts.append(["file", "map.ver", f"V1 {{ global: {r.choice(NAMES)}; {r.choice(NAMES)}; local: {local}; }};\n"])
        parts.append(["option", "--version-script=map.ver"])
    if r.random() < 0.04:
        line, known = r.choice([("PROVIDE({} = 4096);", BIG), ("{} = 4096;", BIG), ("{0} = {1};", BIG),
                                ("PROVIDE_HIDDEN({} = 8192);", BIG), ("EXTERN({});", BIG)])
        linkers[:] = [l for l in linkers if l in known]
        parts.append(["file", "extra.ld", line.format(r.choice(NAMES), r.choice(NAMES)) + "\n"])
        parts.append(["option", "extra.ld"])
    return parts


def shared_library(r, number, f, earlier):
    own = unit(r, f"s{number}", {**f, "symver": 0, "comdat": 0, "absolute": 0}, (0, 4), (0, 2))
    for d in own["defines"]:
        d["version"] = ""
    own["needs"] = [n | {"version": ""} for n in own["needs"]]
    for d in own["defines"]:
        d["needs"] = [n | {"version": ""} for n in d["needs"]]
    details = {"needs": [], "versions": {}, "local": []}
    if earlier and r.random() < 0.35:
        details["needs"] = [r.choice(earlier)]
    names = [d["name"] for d in own["defines"]]
    if names and r.random() < max(f["versions"], 0.1):
        for name in names:
            details["versions"].setdefault(r.choice(["V1", "V2"]), []).append(name)
        if r.random() < 0.3:
            for d in own["defines"]:
                if d["kind"] == "plain" and d["binding"] != "unique" and not d["visibility"] and r.random() < 0.5:
                    d["version"] = r.choice(["@V1", "@@V1", "@V2"])
                    for list_ in details["versions"].values():
                        if d["name"] in list_:
                            list_.remove(d["name"])
            details["versions"].setdefault("V1", [])
            details["versions"].setdefault("V2", [])
    return ["shared", f"libs{number}.so", own, details]


def archive(r, number, f):
    members = [unit(r, f"m{number}{chr(97 + i)}", f, (1, 3), (0, 2)) for i in range(r.randint(1, 4))]
    return ["archive", f"liba{number}.a", members, {"thin": r.random() < 0.08, "index": r.random() > 0.03}]


def inputs(r, f):
    parts = [["object", unit(r, f"o{i}", f, (0, 3), (0, 2))] for i in range(r.randint(0, 3))]
    parts += [archive(r, i, f) for i in range(r.choice([0, 1, 1, 2, 2, 3]))]
    libraries = []
    for i in range(r.choice([0, 0, 0, 1, 1, 2])):
        part = shared_library(r, i, f, [l[1] for l in libraries])
        libraries.append(part)
    hidden_away = [l for l in libraries if r.random() < 0.12]  # there, but not on the line
    r.shuffle(parts)
    for library in libraries:
        if library not in hidden_away:
            parts.insert(r.randint(0, len(parts)), library)
    for part in parts:
        if part[0] != "object" and r.random() < 0.08:  # named twice
            parts.insert(r.randint(0, len(parts)), copy.deepcopy(part))
    return parts, hidden_away


def wrapped_inputs(r, parts, linkers):
    """Groups, --whole-archive, --as-needed, --start-lib around runs of inputs."""
    around = [(0.3, "--start-group", "--end-group", ("archive",), None),
              (0.1, "--whole-archive", "--no-whole-archive", ("archive",), None),
              (0.3, "--as-needed", "--no-as-needed", ("shared",), None),
              (0.08, "--start-lib", "--end-lib", ("object",), ["gold", "lld-14", "lld-19", "lld-22", "mold"])]
    for odds, opens, closes, kinds, known in around:
        if r.random() >= odds:
            continue
        at = [i for i, p in enumerate(parts) if p[0] in kinds]
        if not at:
            continue
        start = r.choice(at)
        end = start + 1
        while end < len(parts) and parts[end][0] in ("archive", "shared", "object") and r.random() < 0.6:
            if opens == "--start-lib" and parts[end][0] != "object":
                break
            end += 1
        parts[start:end] = [["between", opens, parts[start:end], closes]]
        linkers[:] = [l for l in linkers if known is None or l in known]
    return parts


def main_unit(r, f):
    unit_ = unit(r, "main", f, (0, 2), (1, 4))
    unit_["entry"] = True
    return unit_


def generate(r):
    f = features(r)
    linkers = list(LINKERS)
    kind = r.choices(["exec", "pie", "shared", "relocatable"], [60, 15, 23, 2])[0]
    parts, aside = inputs(r, f)
    main = ["object", main_unit(r, f)]
    parts.insert(0 if r.random() < 0.7 else r.randint(0, len(parts)), main)
    parts = wrapped_inputs(r, parts, linkers)
    head = {"exec": [], "pie": [["option", "-pie"]], "shared": [["option", "-shared"]], "relocatable": [["option", "-r"]]}[kind]
    if kind == "exec" and r.random() < 0.1 and '"shared"' not in str(parts).replace("'", '"'):
        head = [["option", "-static"]]
    if f["wrapped"]:
        head.append(["option", "--wrap=" + f["wrapped"]])
    for _ in range(1 if r.random() < 0.5 else 0):
        head += options_of(r, kind == "shared", linkers)
    problem = {"parts": [["aside", *a[1:]] for a in aside] + head + parts, "linkers": linkers}
    problem["argv"] = argv_of(problem["parts"])
    return problem


# --- Writing.

def argv_of(parts):
    words = []
    for part in parts:
        if part[0] == "object":
            words.append(part[1]["name"] + ".o")
        elif part[0] in ("archive", "shared"):
            words.append(part[1])
        elif part[0] == "between":
            words += [part[1], *argv_of(part[2]), part[3]]
        elif part[0] == "option":
            words += part[1:]
    return words


def assembly(unit_):
    lines, used = [], set()

    def refer(need):
        name = need["name"]
        if need["version"]:
            alias = f"{name}_at_{need['version']}"
            if alias not in used:
                lines.append(f".symver {alias}, {name}@{need['version']}")
            used.add(alias)
            name = alias
        if need["weak"] and name not in defined:
            lines.append(f".weak {name}")
        if need["visibility"] and name not in defined:
            lines.append(f".{need['visibility']} {name}")
        lines.append(f".quad {name}")

    defined = {d["name"] for d in unit_["defines"] if not d["version"]}
    for d in unit_["defines"]:
        name = d["name"] if not d["version"] else f"{d['name']}_impl"
        kind = "@object" if d["name"] in DATA else "@function"
        if d["kind"] == "common":
            lines.append(f".comm {name},8,8")
        elif d["kind"] == "absolute":
            lines += [f".{'weak' if d['binding'] == 'weak' else 'globl'} {name}", f"{name} = {d['value']}"]
        else:
            group = f",{d['name']},comdat" if d["kind"] == "comdat" else ""
            lines.append(f".section .data.{name},\"aw{'G' if group else ''}\",@progbits{group}")
            lines.append(f".{'weak' if d['binding'] == 'weak' else 'globl'} {name}")
            lines.append(f".type {name}, {'@gnu_unique_object' if d['binding'] == 'unique' else kind}")
            lines += [f"{name}:", ".quad 0"]
            for need in d["needs"]:
                refer(need)
            lines.append(f".size {name}, .-{name}")
            if d["version"]:
                lines.append(f".symver {name}, {d['name']}{d['version']}")
        if d["visibility"]:
            lines.append(f".{d['visibility']} {name}")
    if unit_.get("entry"):
        lines += [".section .text,\"ax\",@progbits", ".globl _start", ".type _start, @function", "_start:", "lea wants(%rip), %rax", "ret"]
    if unit_["needs"]:
        lines += [".section .data.wants,\"aw\",@progbits", "wants:"]
        for need in unit_["needs"]:
            refer(need)
    elif unit_.get("entry"):
        lines += [".section .data.wants,\"aw\",@progbits", "wants: .quad 0"]
    return "\n".join([*lines, ".section .note.GNU-stack,\"\",@progbits", ""])


def run(folder, *words):
    subprocess.run(words, cwd=folder, check=True, capture_output=True)


def write_unit(unit_, folder):
    path = folder / (unit_["name"] + ".o")
    if not path.exists():
        subprocess.run(["as", "-o", path.name, "-"], cwd=folder, input=assembly(unit_).encode(), check=True, capture_output=True)


def write_shared(part, folder):
    _, name, unit_, details = part
    if (folder / name).exists():
        return
    write_unit(unit_, folder)
    words = ["ld.bfd", "-shared", "-soname", name, "-o", name, unit_["name"] + ".o", "--no-as-needed"]
    if details["versions"]:
        script = "".join(f"{version} {{ {'global: ' if names else ''}{' '.join(n + ';' for n in names)} }};\n"
                         for version, names in sorted(details["versions"].items()))
        (folder / f"{name}.ver").write_text(script)
        words += ["--version-script", f"{name}.ver"]
    run(folder, *words, *[n for n in details["needs"] if (folder / n).exists()])


def build(problem, folder):
    problem["argv"] = argv_of(problem["parts"])
    flat = []

    def gather(parts):
        for part in parts:
            if part[0] == "between":
                gather(part[2])
            else:
                flat.append(["shared", *part[1:]] if part[0] == "aside" else part)
    gather(problem["parts"])
    for part in sorted((p for p in flat if p[0] == "shared"), key=lambda p: p[1]):
        write_shared(part, folder)
    for part in flat:
        if part[0] == "object":
            write_unit(part[1], folder)
        elif part[0] == "archive":
            for member in part[2]:
                write_unit(member, folder)
            if (folder / part[1]).exists():
                continue
            run(folder, "ar", "rc" + ("" if part[3]["index"] else "S") + ("T" if part[3]["thin"] else ""), part[1],
                *[m["name"] + ".o" for m in part[2]])
        elif part[0] == "file":
            (folder / part[1]).write_text(part[2])


# --- Making smaller.

def smaller(value):
    """Every way to leave one part out, the biggest first."""
    if isinstance(value, list):
        for i in range(len(value)):
            if isinstance(value[i], (list, dict)):
                yield value[:i] + value[i + 1:]
                if isinstance(value[i], list) and value[i] and value[i][0] == "between":
                    yield value[:i] + value[i][2] + value[i + 1:]
        for i in range(len(value)):
            for less in smaller(value[i]):
                yield value[:i] + [less] + value[i + 1:]
    elif isinstance(value, dict):
        for key, plain in (("visibility", ""), ("version", ""), ("weak", False), ("thin", False), ("index", True),
                           ("binding", "global"), ("kind", "plain"), ("versions", {})):
            if value.get(key, plain) != plain:
                yield value | {key: plain}
        for key in ("defines", "needs"):
            if key in value:
                for less in smaller(value[key]):
                    yield value | {key: less}


def is_whole(parts):
    """Whether parts still have their own shape after something was left out."""
    sizes = {"object": 2, "archive": 4, "shared": 4, "aside": 4, "between": 4, "file": 3}
    return all(isinstance(p, list) and (p[0] == "option" or len(p) == sizes[p[0]]) and
               (p[0] != "between" or is_whole(p[2])) for p in parts)


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
