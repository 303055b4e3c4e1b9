#!/usr/bin/env python3
"""Random small WebAssembly links, run with wasm-ld 14, 19 and 22 and through ldwhy's model.

A problem: {"parts", "options"}. A part is one of
    {"object": UNIT}
    {"archive": NAME, "units": [UNIT…], "how": "" | "-l" | "--whole-archive", "index": bool,
     "imports": [NAME…]}               the last is a list libNAME.imports beside it
    {"lazy": [UNIT…]}                  --start-lib … --end-lib
and UNIT is {"name", "bitcode", "definitions", "imports"}: the names of `imports` have an import_name
in this object. Names f… are functions without parameters, d… are data.
"""
import subprocess
import sys

import trials

NAME = "wasm"
LINKERS = ["wasm-ld-14", "wasm-ld-19", "wasm-ld-22"]
FUNCTIONS = ["falpha", "fbeta", "fgamma", "fdelta", "fepsilon", "fzeta", "feta"]
DATA = ["dtheta", "diota", "dkappa", "dlambda"]
MADE = ["__heap_base", "__heap_end", "__data_end", "__global_base", "__memory_base", "__table_base", "__dso_handle",
        "__stack_low", "__stack_high", "__wasm_first_page_end"]


# --- Making up.

def reference(r, pool):
    name = r.choice(MADE) if r.random() < 0.02 else r.choice(pool)
    return {"name": name, "weak": r.random() < 0.1}


def definition(r, name, pool):
    kind = r.choices(["plain", "weak", "hidden", "weak-hidden", "local", "comdat"], [58, 16, 8, 3, 5, 10])[0]
    needs = []
    while r.random() < 0.45:
        needs.append(reference(r, pool))
    # A constructor runs and is needed for that; wasm-ld asks that it be a function.
    return {"name": name, "kind": kind, "needs": needs, "kept": r.random() < 0.05, "exported": r.random() < 0.05 and name[0] == "f",
            "initializer": r.random() < 0.05 and name[0] == "f"}


def unit(r, name, count, pool):
    made = [definition(r, each, pool) for each in r.sample(pool, min(count, len(pool)))]
    return {"name": name, "bitcode": r.random() < 0.06, "definitions": made, "imports": []}


def part(r, number, pool):
    kind = r.choices(["object", "archive", "lazy"], [40, 55, 5])[0]
    if kind == "object":
        return {"object": unit(r, f"o{number}", r.randint(0, 3), pool)}
    if kind == "archive":
        units = [unit(r, f"a{number}m{i}", r.randint(1, 3), pool) for i in range(r.randint(1, 4))]
        return {"archive": f"lib{number}", "units": units, "how": r.choices(["", "-l", "--whole-archive"], [50, 38, 12])[0],
                "index": r.random() > 0.03, "imports": [r.choice(pool)] if r.random() < 0.05 else []}
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
    if chance(0.04): made = [each for each in made if not each[0].startswith(("-e", "--entry", "-u", "--undefined"))] + [["-r"]]
    if chance(0.05):
        wrapped = r.choice([n for n in pool if n[0] == "f"])
        made = [each for each in made if not each[-1].endswith(wrapped)] + [[f"--wrap={wrapped}"]]
    return made


def units(problem):
    for part in problem["parts"]:
        yield from [part["object"]] if "object" in part else part.get("units", []) + part.get("lazy", [])


def generate(r):
    pool = FUNCTIONS[:r.randint(2, len(FUNCTIONS))] + DATA[:r.randint(1, len(DATA))]
    main = unit(r, "main", r.randint(0, 2), pool)
    main["definitions"].insert(0, {"name": "_start", "kind": "plain", "kept": False, "exported": False, "initializer": False,
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
    return {"parts": parts, "options": options(r, pool)}


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


def assembly(unit):
    lines, needed = [], declarations(unit)
    for name, weak in needed.items():
        if name[0] == "f":
            lines.append(f".functype {name} () -> ()")
        if weak and not name.startswith("__"):
            lines.append(f".weak {name}")
        if name in unit["imports"]:
            lines += [f".import_module {name}, host", f".import_name {name}, {name}"]
    for each in unit["definitions"]:
        if each["name"][0] != "d":
            lines.append(f".functype {each['name']} () -> ()")
    for each in unit["definitions"]:
        name, kind = each["name"], each["kind"]
        group = f',"G",@,{name},comdat' if kind == "comdat" else ',"",@'
        lines.append(f".section .{'data' if name[0] == 'd' else 'text'}.{name}{group}")
        if kind != "local":
            lines.append(f".{'weak' if kind.startswith('weak') or kind == 'comdat' else 'globl'} {name}")
        if kind.endswith("hidden"):
            lines.append(f".hidden {name}")
        if each["kept"]:
            lines.append(f".no_dead_strip {name}")
        if each["exported"]:
            lines.append(f".export_name {name}, {name}_out")
        lines.append(f".type {name},@{'object' if name[0] == 'd' else 'function'}")
        lines.append(f"{name}:")
        if name[0] == "d":
            lines += [f" .int32 {need['name']}" for need in each["needs"]] + [" .int32 1", f" .size {name}, {4 * len(each['needs']) + 4}"]
        else:
            lines.append(f" .functype {name} () -> ()")
            for need in each["needs"]:
                lines.append(f" call {need['name']}" if need["name"][0] == "f" else f" i32.const {need['name']}\n drop")
            lines.append(" end_function")
    first = [each["name"] for each in unit["definitions"] if each["initializer"]]
    if first:
        lines += ['.section .init_array,"",@\n.p2align 2', *[f" .int32 {name}" for name in first]]
    return "\n".join(lines) + "\n"


def source(unit):
    """The same in C, for bitcode."""
    lines = []
    for name, weak in declarations(unit).items():
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
    for each in unit["definitions"]:
        name = each["name"]
        if name[0] == "d":
            lines.append(f"char {name} = 1;")
            continue
        uses = " ".join(f"{need['name']}();" if need["name"][0] == "f" else f"sink_of_{unit['name']} = &{need['name']};" for need in each["needs"])
        lines.append(f"{'static ' if each['kind'] == 'local' else ''}void {name}(void) {{ {uses} }}")
    return "\n".join(lines) + "\n"


def run(folder, *words):
    subprocess.run(words, cwd=folder, check=True, capture_output=True)


def make_object(unit, folder):
    name = unit["name"]
    if unit["bitcode"]:
        (folder / f"{name}.c").write_text(source(unit))
        run(folder, "clang-14", "--target=wasm32-unknown-unknown", "-flto", "-O1", "-fno-builtin", "-c", f"{name}.c", "-o", f"{name}.o")
    else:
        (folder / f"{name}.s").write_text(assembly(unit))
        run(folder, "llvm-mc-22", "-triple=wasm32-unknown-unknown", "-filetype=obj", f"{name}.s", "-o", f"{name}.o")
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
    name = part["archive"]
    members = [make_object(unit, folder) for unit in part["units"]]
    run(folder, "llvm-ar-22", "rc" if part["index"] else "rcS", f"{name}.a", *members)
    if part["imports"]:
        (folder / f"{name}.imports").write_text("# the host's\n" + "\n".join(part["imports"]) + "\n")
    if part["how"] == "--whole-archive":
        taken(folder, f"{name}.a")
        return ["--whole-archive", f"{name}.a", "--no-whole-archive"]
    return [f"-l{name[3:]}"] if part["how"] == "-l" else [f"{name}.a"]


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
