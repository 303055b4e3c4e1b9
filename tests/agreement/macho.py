#!/usr/bin/env python3
"""Random small Mach-O links, run with ld64.lld 14, 19 and 22 and through ldwhy's model.

A problem: {"arch", "parts", "options"}. A part is one of
    {"object": UNIT}
    {"archive": NAME, "units": [UNIT…], "how": "" | "-force_load" | "-hidden-l" | …, "index": bool}
    {"dylib": UNIT}                    linked by ld64.lld from an object
    {"stub": NAME, "version": 3|4|5, "names", "weak", "reexports": [LIBRARY…]}
    {"lazy": [UNIT…]}                  --start-lib … --end-lib
and UNIT is {"name", "whole", "bitcode", "definitions", "needs", "autolinks"}: `needs` stand in data
of their own; `autolinks` are names of archives and stubs, which are there but (how "auto") may not be
on the line.
"""
import json
import subprocess
import sys

import trials

NAME = "macho"
LINKERS = ["ld64.lld-14", "ld64.lld-19", "ld64.lld-22"]
TRIPLES = {"arm64": "arm64-apple-macos11", "x86_64": "x86_64-apple-macos11"}
POOL = ["_alpha", "_beta", "_gamma", "_delta", "_epsilon", "_zeta", "_eta", "_theta", "_iota", "_kappa"]
SYSTEM = ["dyld_stub_binder", "_malloc", "_free", "_memcpy", "_memset", "_bzero"]
MADE = ["___dso_handle", "__mh_execute_header", "__mh_dylib_header", "section$start$__DATA$__mine",
        "segment$end$__TEXT", "_objc_msgSend$run"]


# --- Making up.

def reference(r, pool):
    name = r.choice(MADE) if r.random() < 0.01 else r.choice(pool)
    return {"name": name, "weak": r.random() < 0.08, "how": r.choice(["call", "call", "got", "data"])}


def definition(r, name, pool):
    kind = r.choices(["plain", "weak", "hidden", "weak-hidden", "common", "local", "weak-auto"], [60, 16, 8, 3, 6, 5, 2])[0]
    needs = []
    while r.random() < 0.45:
        needs.append(reference(r, pool))
    return {"name": name, "kind": kind, "needs": needs, "kept": r.random() < 0.05, "alternate": r.random() < 0.06,
            "initializer": r.random() < 0.03, "place": r.choices(["", "no_dead_strip", "live_support"], [94, 3, 3])[0],
            "personality": r.choice(pool) if r.random() < 0.02 else ""}


def unit(r, name, count, pool):
    names = r.sample(pool, min(count, len(pool)))
    whole = r.random() < 0.1
    made = [definition(r, each, pool) for each in names]
    for each in made:
        # A whole section goes where one weak definition in it goes.
        if whole and each["kind"].startswith("weak"):
            each["kind"] = "plain"
    needs = []
    while r.random() < 0.3:
        needs.append({**reference(r, pool), "how": "data"})
    bitcode = r.random() < 0.06 and r.choice(["thin", "thin", "thin", "full"])
    autolinks = [r.choice(["lib0", "lib1", "lib2", "s0", "s1", "s2", "s3", "gone"])] if r.random() < 0.06 else []
    return {"name": name, "whole": whole, "bitcode": bitcode, "class": r.random() < 0.04, "category": r.random() < 0.02, "definitions": made,
            "needs": needs, "autolinks": autolinks}


def part(r, number, pool):
    kind = r.choices(["object", "archive", "dylib", "stub", "lazy", "filelist"], [30, 40, 10, 16, 4, 2])[0]
    names = lambda most: r.sample(pool, r.randint(1, most))
    if kind == "object":
        return {"object": unit(r, f"o{number}", r.randint(0, 3), pool)}
    if kind == "archive":
        units = [unit(r, f"a{number}m{i}", r.randint(1, 3), pool) for i in range(r.randint(1, 4))]
        how = r.choices(["", "-l", "-force_load", "-load_hidden", "-hidden-l", "-weak-l", "-needed-l", "auto"], [46, 28, 8, 4, 4, 4, 2, 4])[0]
        return {"archive": f"lib{number}", "units": units, "how": how, "index": r.random() > 0.03, "twice": r.random() < 0.06,
                "thin": r.random() < 0.03, "fat": r.random() < 0.04}
    if kind == "dylib":
        made = unit(r, f"d{number}", r.randint(1, 3), pool)
        made["bitcode"] = False
        return {"dylib": made, "loader": r.random() < 0.1, "how": r.choices(["", "-weak_library", "-needed_library", "-reexport_library"], [80, 8, 6, 6])[0]}
    if kind == "filelist":
        return {"filelist": [unit(r, f"f{number}m{i}", r.randint(1, 2), pool) for i in range(2)]}
    if kind == "stub":
        weak = names(2) if r.random() < 0.3 else []
        plain = [n for n in names(4) if n not in weak]
        inner = names(2) if r.random() < 0.3 else []
        hidden = [f"$ld$hide$os{r.choice(['11.0', '10.9'])}${r.choice(pool)}"] if r.random() < 0.1 else []
        hidden += [f"$ld$previous$/usr/lib/libold.dylib$$1$10.0${r.choice(['10.9', '12.0'])}${r.choice([''] + pool)}$"] if r.random() < 0.05 else []
        return {"stub": f"s{number}", "version": r.choice([3, 4, 5]), "names": plain + hidden, "weak": weak, "inner": inner,
                "outside": r.random() < 0.5, "how": r.choice(["", "-l", "-weak-l", "-needed-l", "-reexport-l", "-upward-l", "-framework",
                                                              "-weak_framework", "-needed_framework", "-weak_library", "auto"])}
    return {"lazy": [unit(r, f"z{number}m{i}", r.randint(1, 2), pool) for i in range(2)]}


def options(r, pool):
    made = []
    chance = lambda share: r.random() < share
    kind = r.choices([[], ["-dylib"], ["-bundle"]], [75, 18, 7])[0]
    if kind:
        made.append(kind)
    if chance(0.3): made.append(["-dead_strip"])
    if chance(0.05): made.append(["-all_load"])
    if chance(0.06): made.append(["-ObjC"])
    if chance(0.1): made.append(["-u", r.choice(pool)])
    while chance(0.1): made.append(["-U", r.choice(pool)])
    if chance(0.05) and not kind: made.append(["-e", r.choice(pool)])
    if chance(0.04): made.append(["-undefined", "dynamic_lookup"])
    if chance(0.03): made += [["-flat_namespace"], ["-undefined", r.choice(["suppress", "warning", "error"])]]
    exported = False
    while chance(0.08):
        made.append(["-exported_symbol", r.choice(pool + ["_*a", "_?eta"])])
        exported = True
    if chance(0.04):
        made.append(["LIST", "-exported_symbols_list", *r.sample(pool, 2), "# a word", "_z*"])
        exported = True
    if chance(0.05) and kind == ["-dylib"]: made.append(["-init", r.choice(pool)])
    if chance(0.03): made.append(["-ignore_auto_link"])
    if chance(0.03): made.append(["-no_implicit_dylibs"])
    if chance(0.03): made.append([r.choice(["-interposable", "-mark_dead_strippable_dylib", "-application_extension", "-bind_at_load"])])
    if chance(0.02): made.append(["ALIASES", "-alias_list", " ".join(r.sample(pool, 2))])
    if not exported and chance(0.02): made.append(["-no_exported_symbols"])
    if not exported and ["-no_exported_symbols"] not in made and chance(0.03): made.append(["LIST", "-unexported_symbols_list", *r.sample(pool, 2), "_z*"])
    if not exported and chance(0.06): made.append(["-unexported_symbol", r.choice(pool + ["_*a"])])
    if chance(0.05): made.append(["-alias", *r.sample(pool, 2)])
    if chance(0.04): made.append(["-export_dynamic"])
    if chance(0.03): made.append(["-fixup_chains"])
    if chance(0.05): made.append(["-dead_strip_dylibs"])
    if chance(0.05): made.append(["-search_dylibs_first"])
    return made


def generate(r):
    pool = POOL[:r.randint(4, len(POOL))]
    main = unit(r, "main", r.randint(0, 2), pool)
    main["definitions"].insert(0, {"name": "_main", "kind": "plain", "alternate": False, "kept": False, "initializer": False, "place": "", "personality": "",
                                   "needs": [reference(r, pool) for _ in range(r.randint(0, 4))]})
    main["whole"] = False
    parts = [{"object": main}] if r.random() < 0.97 else []
    parts += [part(r, i, pool) for i in range(r.randint(1, 5))]
    if r.random() < 0.15:
        r.shuffle(parts)
    return {"arch": r.choice(["arm64", "arm64", "x86_64"]), "parts": parts, "options": options(r, pool),
            "system": r.random() < 0.95}


# --- Writing.

CALLS = {"arm64": " bl {}", "x86_64": " callq {}"}
LOADS = {"arm64": " adrp x0, {0}@GOTPAGE\n ldr x0, [x0, {0}@GOTPAGEOFF]", "x86_64": " movq {}@GOTPCREL(%rip), %rax"}


def quoted(name):
    return f'"{name}"' if "$" in name else name


def section_of(each, data):
    if each.get("place") == "no_dead_strip":
        return f".section {'__DATA' if data else '__TEXT'},__kept,regular,no_dead_strip\n.p2align 3"
    if data:
        return ".section __DATA,__data\n.p2align 3"
    if each.get("place") == "live_support":
        return ".section __TEXT,__aid,regular,live_support\n.p2align 2"
    return ".section __TEXT,__text,regular,pure_instructions\n.p2align 2"


def assembly(unit, arch):
    """Definitions with data references stand in data, the others in code."""
    lines, known = [], {each["name"] for each in unit["definitions"]}
    for each in unit["definitions"]:
        name, kind = each["name"], each["kind"]
        if kind == "common":
            lines.append(f".comm {name},{8 << (len(name) % 3)},3")
            continue
        data = bool(each["needs"]) and all(need["how"] == "data" for need in each["needs"])
        lines.append(section_of(each, data))
        if kind != "local":
            lines.append(f".globl {name}")
        if kind.endswith("hidden"):
            lines.append(f".private_extern {name}")
        if kind.startswith("weak"):
            lines.append(f".weak_def_can_be_hidden {name}" if kind == "weak-auto" else f".weak_definition {name}")
        if each["kept"]:
            lines.append(f".no_dead_strip {name}")
        if each["alternate"] and not kind.startswith("weak"):
            lines.append(f".alt_entry {name}")
        lines.append(f"{name}:")
        personality = each.get("personality") and not data
        if personality:
            lines.append(f".cfi_startproc\n.cfi_personality 155, {each['personality']}")
        for need in each["needs"]:
            how = "data" if data else "got" if need["how"] == "data" else need["how"]
            lines.append({"data": " .quad {}", "call": CALLS[arch], "got": LOADS[arch]}[how].format(quoted(need["name"])))
            if need["weak"] and need["name"] not in known:
                lines.append(f".weak_reference {quoted(need['name'])}")
        lines.append(" .quad 0" if data else " ret")
        if personality:
            lines.append(".cfi_endproc")
    for each in unit["definitions"]:
        if each.get("initializer") and each["kind"] != "common":
            lines.append(f".section __DATA,__mod_init_func,mod_init_funcs\n.p2align 3\n .quad {each['name']}")
    if unit["needs"]:
        lines.append(".section __DATA,__data\n.p2align 3\n" + f"_own_of_{unit['name']}:")
        lines += [f" .quad {quoted(need['name'])}" for need in unit["needs"]]
    if unit.get("class"):
        lines.append(f".section __DATA,__objc_data\n.globl _OBJC_CLASS_$_{unit['name']}\n_OBJC_CLASS_$_{unit['name']}:\n .quad 0")
    if unit.get("category"):
        name = f"__OBJC_$_CATEGORY_{unit['name']}"
        lines.append(f".section __DATA,__objc_const\n{name}:\n .quad 0\n.section __DATA,__objc_catlist,regular,no_dead_strip\n.p2align 3\n .quad {name}")
    for name in unit.get("autolinks", []):
        lines.append(f'.linker_option "-l{name[3:] if name.startswith("lib") else name}"')
    if not unit["whole"]:
        lines.append(".subsections_via_symbols")
    return "\n".join(lines) + "\n"


def source(unit):
    """The same in C, for bitcode."""
    lines, known = [], set()
    for each in unit["definitions"]:
        known.add(each["name"])
    outside = {}
    for each in unit["definitions"] + [unit]:
        for need in each["needs"]:
            if need["name"] not in known and "$" not in need["name"]:
                outside.setdefault(need["name"], False)
                outside[need["name"]] |= need["weak"]
    for name in outside:
        lines.append(f"extern void {name[1:]}(void);")
    for each in unit["definitions"]:
        marks = {"weak": "__attribute__((weak)) ", "hidden": '__attribute__((visibility("hidden"))) ',
                 "weak-hidden": '__attribute__((weak, visibility("hidden"))) '}.get(each["kind"], "")
        lines.append(f"{marks}void {each['name'][1:]}(void);")
    before = set()
    for each in unit["definitions"]:
        before.add(each["name"])
        # What calls itself without end lets the compiler drop what stands behind.
        calls = " ".join(f"{need['name'][1:]}();" for need in each["needs"] if "$" not in need["name"] and need["name"] not in before)
        lines.append(f"void {each['name'][1:]}(void) {{ {calls} }}")
    return "\n".join(lines) + "\n"


def run(folder, *words):
    subprocess.run(words, cwd=folder, check=True, capture_output=True)


def make_object(unit, arch, folder):
    if unit["bitcode"]:
        (folder / f"{unit['name']}.c").write_text(source(unit))
        run(folder, "clang-14", f"--target={TRIPLES[arch]}", f"-flto={unit['bitcode']}", "-O1", "-fno-builtin", "-c", f"{unit['name']}.c",
            "-o", f"{unit['name']}.o")
    else:
        (folder / f"{unit['name']}.s").write_text(assembly(unit, arch))
        assemble = ["llvm-mc-22", f"-triple={TRIPLES[arch]}", "-filetype=obj", f"{unit['name']}.s", "-o", f"{unit['name']}.o"]
        if subprocess.run(assemble, cwd=folder, capture_output=True).returncode:
            # What an assembler does not take is of no interest here.
            (folder / f"{unit['name']}.s").write_text(".subsections_via_symbols\n")
            run(folder, *assemble)
    return f"{unit['name']}.o"


def stub_text(name, version, names, weak, inner, outside):
    listed = lambda words: ", ".join(f"'{word}'" for word in words)
    install, below = f"/usr/lib/lib{name}.dylib", f"/usr/lib/libinner{name}.dylib"
    if version == 5:
        exports = [{"data": {"global": names, "weak": weak}}] if names or weak else []
        library = {"target_info": [{"target": "arm64-macos"}, {"target": "x86_64-macos"}], "install_names": [{"name": install}],
                   "exported_symbols": exports}
        text = {"tapi_tbd_version": 5, "main_library": library}
        if inner:
            library["reexported_libraries"] = [{"names": [below]}]
            if not outside:
                text["libraries"] = [{**library, "install_names": [{"name": below}], "exported_symbols": [{"data": {"global": inner}}],
                                      "reexported_libraries": []}]
        return json.dumps(text)
    head = "archs: [ arm64, x86_64 ]\nplatform: macosx\n" if version == 3 else "tbd-version: 4\ntargets: [ arm64-macos, x86_64-macos ]\n"
    mark = "--- !tapi-tbd-v3\n" if version == 3 else "--- !tapi-tbd\n"
    per = "archs: [ arm64, x86_64 ]" if version == 3 else "targets: [ arm64-macos, x86_64-macos ]"
    reexports = ""
    if inner and version == 4:
        reexports = f"reexported-libraries:\n  - {per}\n    libraries: [ '{below}' ]\n"
    text = f"{mark}{head}install-name: '{install}'\n{reexports}exports:\n  - {per}\n    symbols: [ {listed(names)} ]\n"
    if weak:
        text += f"    {'weak-def-symbols' if version == 3 else 'weak-symbols'}: [ {listed(weak)} ]\n"
    if inner and version == 3:
        text += f"    re-exports: [ '{below}' ]\n"
    if inner and not outside:
        text += f"{mark}{head}install-name: '{below}'\nexports:\n  - {per}\n    symbols: [ {listed(inner)} ]\n"
    return text + "...\n"


def write_stub(part, folder):
    name, how = part["stub"], part["how"]
    text = stub_text(name, part["version"], part["names"], part["weak"], part["inner"], part["outside"])
    if part["inner"] and part["outside"]:
        (folder / "sdk/usr/lib" / f"libinner{name}.tbd").write_text(stub_text(f"inner{name}", 4, part["inner"], [], [], False))
    if how.endswith("framework"):
        place = folder / f"{name}.framework"
        place.mkdir()
        (place / f"{name}.tbd").write_text(text)
        return [how, name]
    (folder / f"lib{name}.tbd").write_text(text)
    if how == "auto":
        return []
    return [f"lib{name}.tbd"] if not how else [how, f"lib{name}.tbd"] if how.endswith("library") else [f"{how}{name}"]


def write_part(part, arch, folder):
    if "object" in part:
        return [make_object(part["object"], arch, folder)]
    if "lazy" in part:
        return ["--start-lib", *[make_object(unit, arch, folder) for unit in part["lazy"]], "--end-lib"]
    if "filelist" in part:
        objects = [make_object(unit, arch, folder) for unit in part["filelist"]]
        (folder / f"{'-'.join(objects)}.list").write_text("".join(f"{name}\n" for name in objects))
        return ["-filelist", f"{'-'.join(objects)}.list"]
    if "archive" in part:
        name = part["archive"]
        members = [make_object(unit, arch, folder) for unit in part["units"]]
        thin = part.get("thin") and not part.get("fat")
        run(folder, "llvm-ar-22", ("rc" if part["index"] else "rcS") + "T" * bool(thin), f"{name}.a", *members)
        if part.get("fat") and members and part["index"] and not any(unit["bitcode"] for unit in part["units"]):
            other = make_object({**part["units"][0], "name": f"{name}other"}, "x86_64" if arch == "arm64" else "arm64", folder)
            run(folder, "llvm-ar-22", "rc", f"{name}o.a", other)
            run(folder, "llvm-lipo-22", "-create", f"{name}.a", f"{name}o.a", "-output", f"{name}.fat")
            (folder / f"{name}.fat").rename(folder / f"{name}.a")
        how = part["how"]
        if how == "auto":
            return []
        words = [f"{name}.a"] if not how else [f"{how}{name[3:]}"] if how.endswith("l") else [how, f"{name}.a"]
        return words + ([f"{name}.a"] if part["twice"] else [])
    if "dylib" in part:
        name = part["dylib"]["name"]
        made = make_object(part["dylib"], arch, folder)
        kind = ["-e", "___dso_handle", "-export_dynamic"] if part["loader"] else ["-dylib"]
        run(folder, "ld64.lld-22", "-arch", arch, "-platform_version", "macos", "11.0", "11.0", *kind, "-undefined",
            "dynamic_lookup", made, "libSystem.tbd", "-o", f"lib{name}.dylib")
        return ["-bundle_loader", f"lib{name}.dylib"] if part["loader"] else [part["how"], f"lib{name}.dylib"] if part.get("how") else [f"lib{name}.dylib"]
    return write_stub(part, folder)


def build(problem, folder):
    (folder / "sdk/usr/lib").mkdir(parents=True)
    (folder / "libSystem.tbd").write_text(stub_text("System", 4, SYSTEM, [], [], False))
    arch = problem["arch"]
    argv = ["-arch", arch, "-platform_version", "macos", "11.0", "11.0", "-syslibroot", "sdk", "-L.", "-F."]
    bundle = ["-bundle"] in problem["options"]
    for option in problem["options"]:
        if option and option[0] == "ALIASES":
            (folder / "aliases.txt").write_text("\n".join(option[2:]) + "\n")
            option = [option[1], "aliases.txt"]
        if option and option[0] == "LIST":
            (folder / "names.txt").write_text("\n".join(option[2:]) + "\n")
            option = [option[1], "names.txt"]
        argv += option
    loaders = 0
    for part in problem["parts"]:
        if part.get("loader"):
            part = {**part, "loader": bundle and loaders == 0}
            loaders += part["loader"]
        argv += write_part(part, arch, folder)
    return argv + (["-lSystem"] if problem["system"] else [])


def units(problem):
    for part in problem["parts"]:
        yield from [part[kind] for kind in ("object", "dylib") if kind in part]
        yield from part.get("units", []) + part.get("lazy", []) + part.get("filelist", [])


def names_in(found, start):
    """The names of the differences where all of them begin so; else None."""
    if not all(text.startswith(start) for text in found):
        return None
    return {name for text in found for name in text.split(": ", 1)[1].split(", ")}


def explained(problem, linker, found):
    """See docs/agreement.md, "Mach-O"."""
    vain, missed = names_in(found, "undefined, foreseen in vain: "), names_in(found, "undefined, not foreseen: ")
    definitions = [each for unit in units(problem) for each in unit["definitions"]]
    needed_by = lambda some: {need["name"] for each in some for need in each["needs"]}
    full = needed_by(each for unit in units(problem) if unit["bitcode"] == "full" for each in [*unit["definitions"], unit])
    if vain and vain <= full:
        return "bitcode without a summary"
    names = [each["name"] for each in definitions]
    aliases = {option[2]: option[1] for option in problem["options"] if option[0] == "-alias" and len(option) > 2 and option[2] in names}
    # LLD 19 takes the definition that the alias stands for away, and what it needs with it.
    if vain and vain <= needed_by(each for each in definitions if each["name"] in aliases.values()):
        return "an alias of a name that is defined too"
    if ["-dead_strip"] not in problem["options"]:
        return None
    if vain and aliases:
        return "an alias of a name that is defined too"
    if vain and vain <= {each["personality"] for each in definitions}:
        return "tables of dead code"
    kept_twice = [each for each in definitions if each["place"] == "no_dead_strip" and names.count(each["name"]) > 1]
    if missed and missed <= needed_by(kept_twice):
        return "a second definition in a section that must stay"
    return None


if __name__ == "__main__":
    sys.exit(trials.main(sys.modules["__main__"], ["llvm-mc-22", "llvm-ar-22", "clang-14", "ld64.lld-14", "ld64.lld-19", "ld64.lld-22"]))
