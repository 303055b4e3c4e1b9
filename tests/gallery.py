#!/usr/bin/env python3
"""Runs the gallery: builds each broken link with real tools and checks what ldwhy says.

usage: gallery.py LDWHY [CAUSE | PATH.case]...

A case is one file: a TOML head between two lines `+++`, then parts `--- file NAME`
and `--- build`. gallery/README.md describes the head. For every linker that a case
names the real link is run, and then:
  - ldwhy foresees the same set of undefined symbols that the linker printed;
  - the first diagnosis has the case's cause, certainty and symbols;
  - the remedy that the case names passes when tried, where it can be tried;
  - where the link passes, ldwhy finds nothing.
"""
import concurrent.futures, fcntl, hashlib, json, os, re, shutil, subprocess, sys, tempfile, tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINKERS = {
    "bfd": {"cc": "gcc -fuse-ld=bfd", "c++": "g++ -fuse-ld=bfd", "ld": "ld.bfd"},
    "gold": {"cc": "gcc -fuse-ld=gold", "c++": "g++ -fuse-ld=gold", "ld": "ld.gold"},
    "mold": {"cc": "gcc -fuse-ld=mold", "c++": "g++ -fuse-ld=mold", "ld": "mold"},
}
LINKERS["mingw"] = {"cc": "x86_64-w64-mingw32-gcc", "c++": "x86_64-w64-mingw32-g++", "ld": "x86_64-w64-mingw32-ld"}
for release in (14, 19, 22):
    LINKERS[f"lld-{release}"] = {"cc": f"clang-{release} -fuse-ld=lld", "c++": f"clang++-{release} -fuse-ld=lld",
                                 "ld": f"ld.lld-{release}"}
    windows, wasm = f"clang-{release} --target=x86_64-pc-windows-msvc", f"clang-{release} --target=wasm32-unknown-unknown"
    LINKERS[f"lld-link-{release}"] = {"compile": windows, "ld": f"lld-link-{release}"}
    LINKERS[f"wasm-ld-{release}"] = {"compile": wasm, "ld": f"wasm-ld-{release}"}
    for arch in ("arm64", "x86_64"):
        darwin = f"clang-{release} --target={arch}-apple-macos11"
        LINKERS[f"ld64-{release}-{arch}"] = {
            "cc": f"{darwin} -fuse-ld=lld -isysroot sdk", "c++": f"{darwin} -fuse-ld=lld -isysroot sdk", "compile": darwin,
            "ld": f"ld64.lld-{release} -arch {arch} -platform_version macos 11.0 11.0 -syslibroot sdk -lSystem"}
GROUPS = {
    "elf": ["bfd", "gold", "mold", "lld-14", "lld-19", "lld-22"],
    "one-pass": ["bfd", "gold"], "all-seen": ["mold", "lld-14", "lld-19", "lld-22"],
    "lld": ["lld-14", "lld-19", "lld-22"],
    "lld-link": ["lld-link-14", "lld-link-19", "lld-link-22"], "wasm-ld": ["wasm-ld-14", "wasm-ld-19", "wasm-ld-22"],
    "darwin": [name for name in LINKERS if name.startswith("ld64-")],
}
SDK = """--- !tapi-tbd
tbd-version: 4
targets: [ x86_64-macos, arm64-macos ]
install-name: '/usr/lib/libSystem.B.dylib'
current-version: 1311
exports:
  - targets: [ x86_64-macos, arm64-macos ]
    symbols: [ dyld_stub_binder, _printf, _puts, _malloc, _free, _memcpy, _memset, _abort, _exit,
               ___stack_chk_fail, ___stack_chk_guard ]
...
"""


class Failure(Exception):
    pass


def read_case(path):
    text = path.read_text()
    _, head, body = text.split("+++\n", 2)
    case = tomllib.loads(head)
    case["path"], case["files"], case["build"] = path, {}, ""
    for part in re.split(r"^--- ", body, flags=re.M)[1:]:
        title, content = part.split("\n", 1)
        if title.startswith("file "):
            case["files"][title[5:].strip()] = content
        elif title.strip() == "build":
            case["build"] = content
        else:
            raise Failure(f"{path}: unknown part {title!r}")
    return case


def linkers_of(case):
    names = []
    for name in case["linkers"]:
        names += GROUPS.get(name, [name])
    return [name for name in names if name not in case.get("except", [])]


def fill(text, linker):
    values = dict(LINKERS[linker])
    values.setdefault("compile", values.get("cc", "").split(" ")[0])
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    return text


def shell(command, folder, environment={}):
    return subprocess.run(["sh", "-ec", command], cwd=folder, text=True, capture_output=True, errors="replace",
                          timeout=300, env={**os.environ, "LC_ALL": "C", "NO_COLOR": "1", **environment})


def rust_with_sources():
    """The rustc whose own library sources are installed: only they fit it."""
    for folder in os.environ["PATH"].split(":"):
        rustc = Path(folder) / "rustc"
        if not os.access(rustc, os.X_OK):
            continue
        asked = [subprocess.run([rustc, *words], text=True, capture_output=True) for words in (["-vV"], ["--print", "sysroot"])]
        library = Path(asked[1].stdout.strip()) / "lib/rustlib/src/rust/library"
        if not any(answer.returncode for answer in asked) and (library / "core/src/lib.rs").exists():
            return str(rustc), asked[0].stdout, library
    raise Failure("no rustc on PATH has its library sources (Debian: rustc-web and rust-web-src; make setup installs them)")


def rust_core(target="aarch64-apple-darwin"):
    """$RUST_DARWIN, a rustc for `target` with its core library, which no package has. Built once, kept in the user's cache."""
    rustc, version, library = rust_with_sources()
    flags = ["--edition=2024", f"--target={target}", "-Cpanic=abort", "-Copt-level=3", "-Cembed-bitcode=yes"]
    key = hashlib.sha256("\n".join([version, str(library), *flags]).encode()).hexdigest()[:12]
    release = re.search(r"^release: (\S+)", version, re.M)[1]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ldwhy-tests" / f"rustc-{release}-{key}"
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (cache / target).exists():
            building = cache / "building"
            shutil.rmtree(building, ignore_errors=True)
            building.mkdir()
            for crate, source in (("core", "core"), ("compiler_builtins", "compiler-builtins/compiler-builtins")):
                built = subprocess.run(
                    [rustc, *flags, "--crate-type=rlib", f"--crate-name={crate}", "--cap-lints=allow",
                     "--cfg", f'feature="{crate.replace("_", "-")}"', "-L", building, "--out-dir", building, library / source / "src/lib.rs"],
                    text=True, capture_output=True, timeout=800, env={**os.environ, "RUSTC_BOOTSTRAP": "1"})
                if built.returncode:
                    raise Failure(f"building {crate} for {target} fails: {built.stderr.strip()[-500:]}")
            building.rename(cache / target)
    return {"RUST_DARWIN": " ".join([rustc, *flags, "-L", str(cache / target)])}


# What the field `needs` of a case may name: variables for its build.
NEEDS = {"rust-core": rust_core}


UNDEFINED = [re.compile(p) for p in (
    r"undefined reference to [`'](?P<s>.*)'$", r"error: undefined (?:hidden |protected |internal )?symbol: (?P<s>.*)$",
    r"mold: error: undefined symbol: .*?: (?P<s>\S+)$", r"undefined reference to symbol '(?P<s>[^'@]*)",
    r"undefined reference to (?P<s>\S+) \[--no-allow-shlib-undefined\]$",
    r"relocation refers to a (?:symbol in a )?discarded section: (?P<s>\S+)$",
    r"undefined reference: (?P<s>.*)$", r"undefined symbol: (?P<s>.*)$",
    r"symbol exported via --export not found: (?P<s>.*)$", r"cannot export (?P<s>\S+): symbol not defined$", r"entry symbol not defined \(pass --no-entry to suppress\): (?P<s>.*)$")]


def printed_symbols(text):
    found = set()
    for line in text.splitlines():
        for pattern in UNDEFINED:
            if match := pattern.search(line.strip()):
                found.add(match["s"].split("@@")[0])
                break
    return found


def demangled_for_windows(names):
    """As lld-link prints names."""
    shown = set()
    for name in names:
        plain = name.removeprefix("__imp_")
        if plain.startswith("?"):
            plain = subprocess.run(["llvm-undname-22", plain], text=True, capture_output=True).stdout.split("\n")[1]
        shown.add(("__declspec(dllimport) " if name.startswith("__imp_") else "") + plain)
    return shown


def demangled(names, darwin, windows=False):
    if not names:
        return set()
    if windows:
        return demangled_for_windows(names)
    # Some drivers have Mach-O linkers print names without their underscore.
    plain = [name.removeprefix("_") if darwin else name for name in sorted(names)]
    result = subprocess.run(["llvm-cxxfilt-22"], input="\n".join(plain), text=True, capture_output=True)
    # Old demanglers put a blank between two closing brackets.
    return {re.sub(r"> (?=>)", ">", name) for name in result.stdout.split("\n")} - {""}


def run_ldwhy(ldwhy, arguments, folder):
    result = subprocess.run([ldwhy, *arguments], cwd=folder, text=True, capture_output=True, timeout=300)
    if result.returncode not in (0, 1):
        raise Failure(f"ldwhy {' '.join(arguments)}: exit status {result.returncode}: {result.stderr.strip()}")
    try:
        return json.loads(result.stdout), result.returncode
    except ValueError:
        raise Failure(f"ldwhy printed no JSON: {result.stdout[:200]} {result.stderr[:200]}")


def check(ldwhy, case, linker):
    folder = Path(tempfile.mkdtemp(prefix="ldwhy-gallery-"))
    try:
        for name, content in case["files"].items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content)
        if linker.startswith("ld64"):
            (folder / "sdk/usr/lib").mkdir(parents=True)
            (folder / "sdk/usr/lib/libSystem.tbd").write_text(SDK)
        built = shell(fill(case["build"], linker), folder, case["environment"])
        if built.returncode:
            raise Failure(f"the build itself fails: {built.stderr.strip()}")
        command = fill(case["link"], linker)
        real = shell(command, folder)
        passes = case.get("passes", False)
        if (real.returncode == 0) != passes:
            raise Failure(f"the real link {'fails' if passes else 'passes'}: {command}\n{real.stderr.strip()[:500]}")

        foreseen = case.get("foreseen", True)
        report, status = run_ldwhy(ldwhy, ["link", "--format=json", "--", *command.split()], folder) if foreseen or passes else (None, 1)
        if passes:
            if report["status"] != "no-failure" or status != 0:
                raise Failure(f"the link passes, but ldwhy says {report['status']}: {json.dumps(report['messages'])[:300]}")
            return
        darwin, windows = linker.startswith("ld64"), linker.startswith("lld-link")
        if foreseen and case.get("agree", True):
            said = demangled(printed_symbols(real.stderr + real.stdout), darwin, windows)
            told = demangled({m["symbol"] for m in report["messages"] if m["kind"] == "undefined-symbol"}, darwin, windows)
            if said != told:
                raise Failure(f"undefined symbols differ: the linker says {sorted(said)}, ldwhy {sorted(told)}\n{real.stderr.strip()[:500]}")
        if foreseen:
            judge(case, report, "foreseen")
        if case.get("tried", True):
            tried, _ = run_ldwhy(ldwhy, ["link", "--try", "--format=json", "--", *command.split()], folder)
            judge(case, tried, "with the linker's own words")
            for wanted in [] if linker in case.get("untried", []) else case.get("remedies", []):
                verified = {r["id"]: r["verified"] for d in tried["diagnoses"] for r in d["remedies"]}
                if verified.get(wanted) != "passed":
                    raise Failure(f"remedy {wanted} is {verified.get(wanted)}: {verified}")
        log = folder / "build.log"
        log.write_text(command + "\n" + real.stderr + real.stdout)
        explained, _ = run_ldwhy(ldwhy, ["explain", "--format=json", "build.log"], folder)
        judge(case, explained, "explained from the log beside the objects")
        alone = Path(tempfile.mkdtemp(prefix="ldwhy-gallery-"))
        shutil.move(log, alone / "build.log")
        listed, _ = run_ldwhy(ldwhy, ["explain", "--format=json", "build.log"], alone)
        shutil.rmtree(alone)
        if any(d["certainty"] == "proven" for d in listed["diagnoses"]):
            raise Failure("proven from the log alone")
        possible = [d["cause"] for d in listed["diagnoses"]] + [a["cause"] for a in listed["alternatives"]]
        if case.get("from_log", False) and case["cause"] not in possible:
            raise Failure(f"from the log alone {case['cause']} is not among {possible}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def judge(case, report, how):
    if not report["diagnoses"]:
        raise Failure(f"{how}: {report['status']}, no diagnosis; messages {json.dumps(report['messages'])[:400]}")
    first = report["diagnoses"][0]
    if first["cause"] != case["cause"]:
        raise Failure(f"{how}: cause {first['cause']} ({first['certainty']}), not {case['cause']}: {first['summary']}")
    certainty = case.get("certainty", "proven")
    if how == "foreseen":
        certainty = case.get("foreseen_certainty", certainty)
    if first["certainty"] != certainty:
        raise Failure(f"{how}: {first['certainty']}, not {certainty}: {first['summary']}")
    names = {n for s in first["symbols"] for n in (s["name"], s["demangled"])}
    missing = [s for s in case.get("symbols", []) if s not in names]
    if missing:
        raise Failure(f"{how}: symbols {missing} are not among {sorted(names)}")


def main():
    ldwhy = str(Path(sys.argv[1]).resolve())
    wanted = sys.argv[2:]
    cases = []
    for path in sorted((ROOT / "gallery").glob("*/*.case")):
        if not wanted or path.parent.name in wanted or str(path) in wanted or any(Path(w).resolve() == path for w in wanted):
            cases.append(read_case(path))
    made = {}
    for case in cases:
        case["environment"] = {}
        for need in case.get("needs", []):
            if need not in made:
                made[need] = NEEDS[need]()
            case["environment"] |= made[need]
    jobs = [(case, linker) for case in cases for linker in linkers_of(case)]
    failed = 0

    def attempt(job):
        try:
            check(ldwhy, *job)
        except (Failure, subprocess.TimeoutExpired) as error:
            return str(error)
        return None

    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for (case, linker), error in zip(jobs, pool.map(attempt, jobs)):
            name = f"{case['path'].parent.name}/{case['path'].stem} [{linker}]"
            if error:
                failed += 1
                print(f"FAIL {name}: {error}")
            else:
                print(f"ok   {name}")
    print(f"{len(jobs) - failed} passed, {failed} failed")
    return 1 if failed or not jobs else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"gallery.py: {failure}")
