"""Random ELF link problems, made up as plain data, so that any part of one can be left out:
    {"parts": […], "linkers": […], "argv": […]}
where a part is one of
    ["object", UNIT]
    ["joined", NAME, [UNIT…]]                one object that `ld -r` made of several
    ["archive", NAME, [UNIT…], LIBRARY | {"thin", "index"}]
    ["shared", NAME, UNIT, LIBRARY | {"needs": [NAME…], "versions": {NAME: [name…]}, "runpath"}]
    ["script", NAME, KIND, [part…], LIBRARY] a text in a library's place: INPUT, GROUP, AS_NEEDED
    ["unnamed", PART]                        a library that is there, but not on the line
    ["between", OPEN, [part…], CLOSE]        --start-group … --end-group, --whole-archive, …
    ["option", WORD…]
    ["file", NAME, TEXT]                     a script beside the inputs; named by an option
LIBRARY is {"place": folder, "by": "path" | "-l" | "-l:"}, and UNIT
    {"name", "defines": [DEFINITION…], "needs": [REFERENCE…], "notes": [REFERENCE…],
     "inside": [name…], "made_by": "" | "clang" | …}
`needs` stand in a section of their own that everything keeps, a definition's own needs in the
definition's section, `notes` in a section that no program loads; `inside` are own definitions
that the unit also refers to by a local symbol. elf_files.py writes all that.
"""
import copy

LINKERS = ["bfd", "gold", "lld-14", "lld-19", "lld-22", "mold"]
LLD = ["lld-14", "lld-19", "lld-22"]
BIG = LINKERS[:-1]  # with a full language of scripts
GCC_PLUGIN = "/usr/lib/gcc/x86_64-linux-gnu/12/liblto_plugin.so"
NAMES = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "mu", "nu", "xi", "pi",
         "rho", "sigma", "tau", "phi"]
DATA = {"iota", "kappa", "mu", "nu", "xi", "pi", "tau"}  # the rest are functions


def maybe_wrapped(r, name, f):
    """Where a problem wraps a name, its other two names are used too."""
    return r.choice([name, name, "__wrap_" + name, "__real_" + name]) if name == f["wrapped"] else name


def reference(r, name, f):
    name = maybe_wrapped(r, name, f)
    if r.random() < f["places"] / 4:
        name = r.choice(["__start_", "__stop_"]) + r.choice(["set_one", "set_two"])
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
    if kind == "plain" and name not in DATA and binding != "unique" and r.random() < f["ifunc"]:
        kind = "ifunc"
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
    if kind not in ("common", "absolute", "ifunc"):
        while r.random() < 0.35:
            needs.append(reference(r, r.choice(NAMES), f))
    version = ""
    if kind == "plain" and not visibility and r.random() < f["symver"]:
        version = r.choice(["@V1", "@@V1", "@@V2"])
    place = r.choice(["set_one", "set_one", "set_two", "init", "retained", "linkonce"]) if r.random() < f["places"] else ""
    group = r.choice(["group_one", "group_two", r.choice(NAMES)]) if r.random() < f["groups"] else ""
    return {"name": name, "kind": kind, "binding": binding, "visibility": visibility, "needs": needs,
            "value": r.choice([4096, 4096, 8192]), "version": version, "place": place, "group": group}


def unit(r, name, f, defines, needs, pool=NAMES):
    chosen = r.sample(pool, min(len(pool), r.randint(*defines)))
    defines = [definition(r, c, f) for c in chosen]
    return {"name": name, "defines": defines, "needs": [reference(r, r.choice(pool), f) for _ in range(r.randint(*needs))],
            "notes": [reference(r, r.choice(pool), f)] if r.random() < f["notes"] else [],
            "inside": [d["name"] for d in defines if r.random() < f["inside"]], "made_by": ""}


def features(r):
    """How likely each trait of symbols is in this problem; most problems have few."""
    odds = {"weak": (0.35, 0.3), "hidden": (0.2, 0.35), "common": (0.25, 0.7), "comdat": (0.3, 0.5), "absolute": (0.06, 0.3),
            "unique": (0.05, 0.3), "versions": (0.15, 0.6), "symver": (0.05, 0.2), "ifunc": (0.06, 0.3), "places": (0.12, 0.4),
            "groups": (0.1, 0.5), "notes": (0.05, 0.3), "inside": (0.05, 0.25), "searched": (0.2, 0.8)}
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
    (0.02, ["--exclude-libs", "liba0.a"], None),
    (0.03, ["-z", "start-stop-gc"], ["bfd", "lld-14", "lld-19", "lld-22"]),
    (0.03, ["-z", "nostart-stop-gc"], ["bfd", "lld-14", "lld-19", "lld-22"]),
    (0.02, ["--gc-keep-exported"], ["bfd"]),
    (0.02, ["-Bsymbolic-functions"], None),
    (0.03, ["-rpath-link", "lib3"], None),
    (0.02, ["-rpath", "lib3"], None),
    (0.02, ["--fatal-warnings"], None),
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


def version_script(r):
    local = r.choice(["*", "*", r.choice(NAMES)])
    first = f"{{ global: {r.choice(NAMES)}; {r.choice([r.choice(NAMES), '*a'])}; local: {local}; }}"
    if r.random() < 0.2:
        return first + ";\n"
    if r.random() < 0.6:
        return f"V1 {first};\n"
    return f"V1 {first};\nV2 {{ global: {r.choice(NAMES)}; {r.choice(['m?', r.choice(NAMES)])}; }} V1;\n"


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
    if r.random() < (0.2 if shared else 0.03):
        parts += [["file", "map.ver", version_script(r)], ["option", "--version-script=map.ver"]]
    if r.random() < 0.04:
        parts += [["file", "dynamic.list", f"{{ {r.choice(NAMES)}; {r.choice(['m*', r.choice(NAMES)])}; }};\n"],
                  ["option", "--dynamic-list=dynamic.list"]]
    if r.random() < 0.04:
        line, known = r.choice([("PROVIDE({} = 4096);", BIG), ("{} = 4096;", BIG), ("{0} = {1};", BIG),
                                ("PROVIDE_HIDDEN({} = 8192);", BIG), ("EXTERN({});", BIG)])
        linkers[:] = [l for l in linkers if l in known]
        parts.append(["file", "extra.ld", line.format(r.choice(NAMES), r.choice(NAMES)) + "\n"])
        parts.append(["option", "extra.ld"])
    return parts


def placed(r, f):
    """Where a library is, and how the line names it."""
    if r.random() >= f["searched"]:
        return {"place": "", "by": "path"}
    return {"place": r.choice(["lib1/", "lib2/"]), "by": r.choice(["path", "-l", "-l", "-l", "-l:"])}


def shared_library(r, number, f, earlier):
    own = unit(r, f"s{number}", {**f, "symver": 0, "comdat": 0, "absolute": 0, "notes": 0}, (0, 4), (0, 2))
    for d in own["defines"]:
        d["version"] = ""
    own["needs"] = [n | {"version": ""} for n in own["needs"]]
    for d in own["defines"]:
        d["needs"] = [n | {"version": ""} for n in d["needs"]]
    details = {"needs": [], "versions": {}, "runpath": "", **placed(r, f)}
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
    where = placed(r, f)
    thin = not where["place"] and r.random() < 0.08
    return ["archive", f"liba{number}.a", members, {"thin": thin, "index": r.random() > 0.03, **where}]


def twins(r, f, parts):
    """Libraries of the same name in the other folder or of the other kind, which -l may find first."""
    others = []
    for part in parts:
        if part[0] not in ("archive", "shared") or part[3]["by"] == "path" or r.random() < 0.6:
            continue
        stem = part[1].rsplit(".", 1)[0]
        if part[0] == "shared" or r.random() < 0.5:
            members = [unit(r, f"t{stem}", f, (1, 3), (0, 1))]
            other = ["archive", stem + ".a", members, {"thin": False, "index": True, "place": r.choice(["lib1/", "lib2/"]), "by": "-l"}]
        else:
            plain = {**f, "symver": 0, "comdat": 0, "absolute": 0, "notes": 0, "versions": 0}
            other = ["shared", stem + ".so", unit(r, f"t{stem}", plain, (1, 3), (0, 0)),
                     {"needs": [], "versions": {}, "runpath": "", "place": r.choice(["lib1/", "lib2/"]), "by": "-l"}]
        taken = {(p[1], p[3]["place"]) for p in parts + others if p[0] in ("archive", "shared")}
        if (other[1], other[3]["place"]) not in taken and not any(p[1] == other[1] for p in parts if p[0] == "shared"):
            others.append(other)
    return others


def compiled(r, parts, linkers):
    """Makes some objects and members bitcode, or GCC's intermediate code."""
    made_by, known = r.choice([("clang", LLD), ("clang", LLD), ("clang thin", LLD), ("gcc slim", ["bfd"]), ("gcc fat", ["bfd", "gold", *LLD, "mold"])])
    units = [p[1] for p in parts if p[0] == "object"] + [u for p in parts if p[0] == "archive" and not p[3]["thin"] for u in p[2]]
    for u in units:
        simple = all(d["kind"] == "plain" and not d["version"] and not d["place"] and d["binding"] != "unique" for d in u["defines"])
        needs = [n for d in u["defines"] for n in d["needs"]] + u["needs"]
        if not simple or u["notes"] or any(n["version"] or n["name"].startswith("__") for n in needs) or r.random() < 0.4:
            continue
        u["made_by"] = made_by
        u["inside"] = []
        linkers[:] = [l for l in linkers if l in known]
    return [["option", "-plugin", GCC_PLUGIN]] if made_by == "gcc slim" else []


def inputs(r, f):
    parts = [["object", unit(r, f"o{i}", f, (0, 3), (0, 2))] for i in range(r.randint(0, 3))]
    parts += [archive(r, i, f) for i in range(r.choice([0, 1, 1, 2, 2, 3]))]
    if r.random() < 0.04:
        parts.append(["joined", "joined.o", [unit(r, f"j{i}", {**f, "symver": 0}, (0, 3), (0, 2)) for i in range(2)]])
    libraries = []
    for i in range(r.choice([0, 0, 0, 1, 1, 2])):
        part = shared_library(r, i, f, [l[1] for l in libraries])
        libraries.append(part)
    hidden_away = [l for l in libraries if r.random() < 0.12]  # there, but not on the line
    for library in hidden_away:
        if r.random() < 0.5:
            library[3]["place"] = "lib3/"
    for library in libraries:
        if r.random() < 0.15:
            library[3]["runpath"] = r.choice(["lib3", "."])
    r.shuffle(parts)
    for library in libraries:
        if library not in hidden_away:
            parts.insert(r.randint(0, len(parts)), library)
    hidden_away += twins(r, f, parts)
    for part in parts:
        if part[0] in ("archive", "shared") and r.random() < 0.08:  # named twice
            parts.insert(r.randint(0, len(parts)), copy.deepcopy(part))
    return parts, hidden_away


def scripted(r, parts):
    """A run of libraries that a script names in their place."""
    at = [i for i, p in enumerate(parts) if p[0] in ("archive", "shared")]
    if not at or r.random() > 0.06:
        return parts
    start = r.choice(at)
    end = start + 1
    while end < len(parts) and parts[end][0] in ("archive", "shared") and r.random() < 0.6:
        end += 1
    where = r.choice([{"place": "", "by": "path"}, {"place": "lib1/", "by": "-l"}])
    kind = r.choice(["INPUT", "GROUP", "AS_NEEDED"])
    return parts[:start] + [["script", "libscript.so", kind, parts[start:end], where]] + parts[end:]


def wrapped_inputs(r, parts, linkers):
    """Groups, --whole-archive, --as-needed, --start-lib around runs of inputs."""
    around = [(0.3, "--start-group", "--end-group", ("archive",), None),
              (0.1, "--whole-archive", "--no-whole-archive", ("archive",), None),
              (0.3, "--as-needed", "--no-as-needed", ("shared",), None),
              (0.03, "-Bstatic", "-Bdynamic", ("archive", "shared"), None),
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
        inner = parts[start:end]
        if opens in ("--as-needed", "--whole-archive", "-Bstatic") and r.random() < 0.1:
            parts[start:end] = [["between", "--push-state", [["option", opens], *inner], "--pop-state"]]
        else:
            parts[start:end] = [["between", opens, inner, closes]]
        linkers[:] = [l for l in linkers if known is None or l in known]
    return parts


def main_unit(r, f):
    unit_ = unit(r, "main", f, (0, 2), (1, 4))
    unit_["entry"] = True
    return unit_


def generate(r):
    f = features(r)
    linkers = list(LINKERS)
    if f["inside"] and f["comdat"] == 0:
        f["comdat"] = 0.4
    kind = r.choices(["exec", "pie", "shared", "relocatable"], [60, 15, 23, 2])[0]
    parts, aside = inputs(r, f)
    main = ["object", main_unit(r, f)]
    parts.insert(0 if r.random() < 0.7 else r.randint(0, len(parts)), main)
    folders = [["option", "-Llib1"], ["option", "-Llib2"]]
    r.shuffle(folders)
    extra = compiled(r, parts, linkers) if r.random() < 0.04 else []
    parts = wrapped_inputs(r, scripted(r, parts), linkers)
    head = {"exec": [], "pie": [["option", "-pie"]], "shared": [["option", "-shared"]], "relocatable": [["option", "-r"]]}[kind]
    if kind == "exec" and r.random() < 0.1 and '"shared"' not in str(parts).replace("'", '"'):
        head = [["option", "-static"]]
    if f["wrapped"]:
        head.append(["option", "--wrap=" + f["wrapped"]])
    for _ in range(1 if r.random() < 0.5 else 0):
        head += options_of(r, kind == "shared", linkers)
    if f["searched"] or any(p[0] == "script" for p in parts):
        head = folders + head
    return {"parts": [["unnamed", a] for a in aside] + head + extra + parts, "linkers": linkers}
