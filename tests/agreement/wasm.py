#!/usr/bin/env python3
"""Random small WebAssembly links, run with wasm-ld 14, 19 and 22 and through ldwhy's model.

A problem: {"parts", "options"}. A part is one of
    {"object": UNIT}
    {"archive": NAME, "units": [UNIT…], "how": "" | "-l" | "--whole-archive", "index": bool,
     "imports": [NAME…], "twice": bool, "thin": bool}   `imports`: a list libNAME.imports beside it
    {"lazy": [UNIT…]}                  --start-lib … --end-lib
    {"dylib": UNIT}                    linked by wasm-ld 22 with -shared
and UNIT is {"name", "bitcode", "definitions", "imports", "features"}: the names of `imports` have an
import_name in this object; `bitcode` is the compiler, or false. Names f… are functions without
parameters, but that a reference may take them to have one; d… are data, g… globals, x… tags, t…
tables.
"""
import subprocess
import sys

import trials

NAME = "wasm"
LINKERS = ["wasm-ld-14", "wasm-ld-19", "wasm-ld-22"]
FUNCTIONS = ["falpha", "fbeta", "fgamma", "fdelta", "fepsilon", "fzeta", "feta"]
DATA = ["dtheta", "diota", "dkappa", "dlambda"]
ODD = ["gmu", "gnu", "xxi", "tpi"]
MADE = ["__heap_base", "__heap_end", "__data_end", "__global_base", "__memory_base", "__table_base", "__dso_handle",
        "__stack_low", "__stack_high", "__wasm_first_page_end"]


# --- Making up.

def reference(r, pool):
    name = r.choice(MADE) if r.random() < 0.02 else r.choice(pool)
    return {"name": name, "weak": r.random() < 0.1, "takes": r.random() < 0.02, "address": r.random() < 0.06, "mistaken": r.random() < 0.003}


def definition(r, name, pool):
    kind = r.choices(["plain", "weak", "hidden", "weak-hidden", "local", "comdat"], [58, 16, 8, 3, 5, 10])[0]
    needs = []
    while r.random() < 0.45:
        needs.append(reference(r, pool))
    # A constructor runs and is needed for that; wasm-ld asks that it be a function.
    return {"name": name, "kind": kind, "needs": needs, "kept": r.random() < 0.05, "exported": r.random() < 0.05 and name[0] == "f",
            "initializer": r.random() < 0.05 and name[0] == "f", "retained": r.random() < 0.03 and name[0] == "d"}


def unit(r, name, count, pool):
    made = [definition(r, each, pool) for each in r.sample(pool, min(count, len(pool)))]
    bitcode = r.random() < 0.06 and r.choices(["clang-14", "clang-14 -flto=thin", "clang-19"], [80, 15, 5])[0]
    features = [r.choice("++-") + r.choice(["atomics", "shared-mem", "simd128"])] if r.random() < 0.02 else []
    return {"name": name, "bitcode": bitcode, "definitions": made, "imports": [], "features": features}


def part(r, number, pool):
    kind = r.choices(["object", "archive", "lazy", "dylib"], [40, 55, 5, 1])[0]
    if kind == "object":
        return {"object": unit(r, f"o{number}", r.randint(0, 3), pool)}
    if kind == "archive":
        units = [unit(r, f"a{number}m{i}", r.randint(1, 3), pool) for i in range(r.randint(1, 4))]
        return {"archive": f"lib{number}", "units": units, "how": r.choices(["", "-l", "--whole-archive"], [50, 38, 12])[0],
                "index": r.random() > 0.03, "imports": [r.choice(pool)] if r.random() < 0.05 else [],
                "twice": r.random() < 0.06, "thin": r.random() < 0.05}
    if kind == "dylib":
        made = unit(r, f"s{number}", r.randint(1, 3), [name for name in pool if name[0] == "f"])
        for each in made["definitions"]:
            each["needs"] = []
        return {"dylib": {**made, "bitcode": False, "features": []}}
    return {"lazy": [unit(r, f"z{number}m{i}", r.randint(1, 2), pool) for i in range(2)]}


def options(r, pool):
    made = []
    chance = lambda share: r.random() < share
    if chance(0.12): made.append(["--no-entry"])
    if chance(0.06): made.append([r.choice(["-e", "--entry"]), r.choice([n for n in pool if n[0] == "f"])])
    if chance(0.25): made.append(["--no-gc-sections"])
    while chance(0.12): made.append([f"--export={r.choice(pool + MADE[:1])}"])
    while chance(0.08): made.append(["--export-if-defined=" + r.choice(pool)])
    if chance(0.06): made.append(["--export-all"])
    if chance(0.06): made.append([r.choice(["--export-dynamic", "-E"])])
    if chance(0.04): made.append(["--allow-undefined"])
    if chance(0.05): made.append(["--import-undefined"])
    if chance(0.05): made.append(["LIST", "--allow-undefined-file=names.txt", *r.sample(pool, 2)])
    if chance(0.04): made.append(["--unresolved-symbols=" + r.choice(["ignore-all", "report-all"])])
    while chance(0.1): made.append([r.choice(["-u", "--undefined"]), r.choice(pool)])
    if chance(0.03): made.append(["--warn-unresolved-symbols"])
    if chance(0.04): made.append(["--fatal-warnings"])
    if chance(0.05): made.append([r.choice(["-shared", "-pie"])] + ["--experimental-pic"] * (r.random() < 0.7))
    if chance(0.03): made.append([r.choice(["--allow-multiple-definition", "-zmuldefs", "--noinhibit-exec"])])
    if chance(0.03): made.append(["--shared-memory", "--max-memory=1048576"])
    if chance(0.03): made.append([r.choice(["--no-check-features", "--strip-all", "--import-memory", "--export-table", "--growable-table"])])
    if chance(0.01): made.append([r.choice(["--defsym=falpha=0", "--start-group", "--stack-first"])])
    if chance(0.04): made = [each for each in made if not each[0].startswith(("-e", "--entry", "-u", "--undefined"))] + [["-r"]]
    if chance(0.05):
        wrapped = r.choice([n for n in pool if n[0] == "f"])
        made = [each for each in made if not each[-1].endswith(wrapped)] + [[f"--wrap={wrapped}"]]
    return made


def units(problem):
    for part in problem["parts"]:
        yield from [part[kind] for kind in ("object", "dylib") if kind in part] + part.get("units", []) + part.get("lazy", [])


def generate(r):
    pool = FUNCTIONS[:r.randint(2, len(FUNCTIONS))] + DATA[:r.randint(1, len(DATA))]
    if r.random() < 0.12:
        pool += r.sample(ODD, r.randint(1, 2))
    main = unit(r, "main", r.randint(0, 2), pool)
    main["definitions"].insert(0, {"name": "_start", "kind": "plain", "kept": False, "exported": False, "initializer": False, "retained": False,
                                   "needs": [reference(r, pool) for _ in range(r.randint(0, 4))]})
    parts = [{"object": main}] if r.random() < 0.96 else []
    parts += [part(r, i, pool) for i in range(r.randint(1, 5))]
    # wasm-ld asks that all objects say the same of an import.
    if r.random() < 0.15:
        imported = r.choice([name for name in pool if name[0] == "f"])
        for each in units({"parts": parts}):
            if all(definition["name"] != imported for definition in each["definitions"]):
                each["imports"] = [imported]
    if r.random() < 0.15:
        r.shuffle(parts)
    chosen = options(r, pool)
    if any(option[0] in ("-shared", "-pie") for option in chosen):
        for each in units({"parts": parts}):
            each["pic"] = r.random() < 0.8
    return {"parts": parts, "options": chosen}


# --- Writing.

def declarations(unit):
    """What the object says of the names that it needs from elsewhere; undefined symbols in random order."""
    known = {each["name"] for each in unit["definitions"]}
    needed = {}
    for each in unit["definitions"]:
        for need in each["needs"]:
            if need["name"] not in known:
                needed[need["name"]] = needed.get(need["name"], True) and need["weak"]
    return needed


DECLARED = {"f": ".functype {} () -> ()", "g": ".globaltype {}, i32", "x": ".tagtype {} i32", "t": ".tabletype {}, funcref"}
USED = {"f": " call {}", "d": " i32.const {}\n drop", "g": " global.get {}\n drop", "x": " i32.const 0\n throw {}", "t": " table.size {}\n drop"}


def undefined(unit):
    lines, takes = [], {need["name"] for each in unit["definitions"] for need in each["needs"] if need.get("takes")}
    for name, weak in declarations(unit).items():
        if name[0] == "f" and name in takes:
            lines.append(f".functype {name} (i32) -> ()")
        elif name[0] in DECLARED:
            lines.append(DECLARED[name[0]].format(name))
        if weak and name[0] in "fd":
            lines.append(f".weak {name}")
        if name in unit["imports"]:
            lines += [f".import_module {name}, host", f".import_name {name}, {name}"]
    return lines, takes


def use(need, known, takes, pic):
    name, kind = need["name"], need["name"][0] if need["name"][0] in USED else "d"
    if need.get("mistaken") and kind == "f" and name not in known:
        kind = "d"
    if need.get("address") and kind == "f":
        kind = "d"
    parameter = " i32.const 0\n" if kind == "f" and name in takes - known else ""
    return parameter + ((" global.get {}@GOT\n drop" if pic and kind == "d" and name[0] in "df" else USED[kind]).format(name))


def body(each, known, takes, pic):
    name = each["name"]
    if name[0] in "gxt":
        return [f"{name}:"]
    if name[0] == "d":
        needs = [need["name"] for need in each["needs"] if need["name"][0] not in "gxt"]
        return [f"{name}:", *[f" .int32 {need}" for need in needs], " .int32 1", f" .size {name}, {4 * len(needs) + 4}"]
    return [f"{name}:", f" .functype {name} () -> ()", *[use(need, known, takes, pic) for need in each["needs"]], " end_function"]


def assembly(unit):
    lines, takes = undefined(unit)
    known = {each["name"] for each in unit["definitions"]}
    lines += [DECLARED["f" if name[0] == "_" else name[0]].format(name) for name in sorted(known) if name[0] != "d"]
    for each in unit["definitions"]:
        name, kind = each["name"], each["kind"]
        if name[0] in "gxt":
            kind = "plain"
        group = f'G",@,{name},comdat' if kind == "comdat" else '",@'
        retained = "R" if each.get("retained") else ""
        if name[0] not in "gxt":
            lines.append(f'.section .{"data" if name[0] == "d" else "text"}.{name},"{retained}{group}')
        if kind != "local":
            lines.append(f".{'weak' if kind.startswith('weak') or kind == 'comdat' else 'globl'} {name}")
        if kind.endswith("hidden"):
            lines.append(f".hidden {name}")
        if each["kept"]:
            lines.append(f".no_dead_strip {name}")
        if each["exported"]:
            lines.append(f".export_name {name}, {name}_out")
        if name[0] not in "gxt":
            lines.append(f".type {name},@{'object' if name[0] == 'd' else 'function'}")
        lines += body(each, known, takes, unit.get("pic"))
    first = [each["name"] for each in unit["definitions"] if each["initializer"]]
    if first:
        lines += ['.section .init_array,"",@\n.p2align 2', *[f" .int32 {name}" for name in first]]
    if unit["features"]:
        lines += ['.section .custom_section.target_features,"",@', f" .int8 {len(unit['features'])}"]
        lines += [f" .int8 {ord(each[0])}\n .int8 {len(each) - 1}\n .ascii \"{each[1:]}\"" for each in unit["features"]]
    return "\n".join(lines) + "\n"


def source(unit):
    """The same in C, for bitcode."""
    lines = []
    for name, weak in declarations(unit).items():
        if name[0] in "gxt":
            continue
        marks = ["weak"] * weak + [f'import_module("host"), import_name("{name}")'] * (name in unit["imports"])
        attribute = f" __attribute__(({', '.join(marks)}))" if marks else ""
        lines.append(f"extern void {name}(void){attribute};" if name[0] == "f" else f"extern char {name}{attribute};")
    for each in unit["definitions"]:
        marks = {"weak": "weak", "hidden": 'visibility("hidden")', "weak-hidden": 'weak, visibility("hidden")', "comdat": "weak",
                 "local": "used"}.get(each["kind"], "")
        marks = ", ".join([marks] * bool(marks) + ["used"] * each["kept"])
        static = "static " if each["kind"] == "local" else ""
        attribute = f" __attribute__(({marks}))" if marks else ""
        lines.append(f"{static}void {each['name']}(void){attribute};" if each["name"][0] != "d" else f"extern char {each['name']}{attribute};")
    lines.append("void *volatile sink_of_" + unit["name"] + ";")
    before = set()
    for each in unit["definitions"]:
        name = each["name"]
        before.add(name)
        if name[0] == "d":
            lines.append(f"char {name} = 1;")
            continue
        # What calls itself without end lets the compiler drop what stands behind.
        uses = " ".join(f"{need['name']}();" if need["name"][0] == "f" else f"sink_of_{unit['name']} = &{need['name']};"
                        for need in each["needs"] if need["name"][0] != "f" or need["name"] not in before)
        lines.append(f"{'static ' if each['kind'] == 'local' else ''}void {name}(void) {{ {uses} }}")
    return "\n".join(lines) + "\n"


def run(folder, *words):
    subprocess.run(words, cwd=folder, check=True, capture_output=True)


def make_object(unit, folder):
    name = unit["name"]
    odd = any(each["name"][0] in "gxt" or any(need["name"][0] in "gxt" for need in each["needs"]) for each in unit["definitions"])
    if unit["bitcode"] and not odd:
        (folder / f"{name}.c").write_text(source(unit))
        compiler, *options = unit["bitcode"].split()
        run(folder, compiler, "--target=wasm32-unknown-unknown", "-flto", *options, "-O1", "-fno-builtin", "-c", f"{name}.c", "-o", f"{name}.o")
    else:
        (folder / f"{name}.s").write_text(assembly(unit))
        run(folder, "llvm-mc-22", "-triple=wasm32-unknown-unknown", "-mattr=+exception-handling,+reference-types", "-filetype=obj",
            f"{name}.s", "-o", f"{name}.o")
    return f"{name}.o"


def taken(folder, name):
    """For frame.traced: an input that is taken without being needed."""
    with open(folder / "whole.txt", "a") as whole:
        whole.write(f"{name}\n")


def write_part(part, folder):
    if "object" in part:
        return [make_object(part["object"], folder)]
    if "lazy" in part:
        return ["--start-lib", *[make_object(unit, folder) for unit in part["lazy"]], "--end-lib"]
    if "dylib" in part:
        made = make_object(part["dylib"], folder)
        run(folder, "wasm-ld-22", "-shared", "--experimental-pic", made, "-o", f"lib{part['dylib']['name']}.so")
        return [f"lib{part['dylib']['name']}.so"]
    name = part["archive"]
    members = [make_object(unit, folder) for unit in part["units"]]
    run(folder, "llvm-ar-22", ("rc" if part["index"] else "rcS") + "T" * part["thin"], f"{name}.a", *members)
    if part["imports"]:
        (folder / f"{name}.imports").write_text("# the host's\n" + "\n".join(part["imports"]) + "\n")
    if part["how"] == "--whole-archive":
        taken(folder, f"{name}.a")
        return ["--whole-archive", f"{name}.a", "--no-whole-archive"]
    return ([f"-l{name[3:]}"] if part["how"] == "-l" else [f"{name}.a"]) * (1 + part["twice"])


def build(problem, folder):
    argv = ["-L."]
    for option in problem["options"]:
        if option and option[0] == "LIST":
            (folder / "names.txt").write_text("\n".join(option[2:]) + "\n")
            option = [option[1]]
        argv += option
    for part in problem["parts"]:
        argv += write_part(part, folder)
    return argv


def explained(problem, linker, found):
    return None


if __name__ == "__main__":
    sys.exit(trials.main(sys.modules["__main__"], ["llvm-mc-22", "llvm-ar-22", "clang-14", "wasm-ld-14", "wasm-ld-19", "wasm-ld-22"]))
