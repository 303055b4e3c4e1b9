#!/usr/bin/env python3
"""What `ldwhy check` foresees of build outputs, against what real linkers then do with them.

usage: check_objects_test.py LDWHY

An alarm must come true and silence must be kept: every variant is compiled for Mach-O, ELF
and COFF by several releases of clang, and by rustc for Mach-O, and linked. `affected` must
mean that the link fails; where nothing is found it must pass.
"""
import concurrent.futures, json, os, re, shutil, subprocess, sys, tempfile, time
from pathlib import Path

import gallery

LDWHY = str(Path(sys.argv[1]).resolve())

HEAD = """
__asm__(".text\\n.p2align 2\\n" GLOBL PREFIX "fiber_switch:\\n ret\\n");
void fiber_switch(void *top) __attribute__((visibility("hidden")));
extern volatile int count;
volatile int count;
"""
MAIN = """
void resume(void *, int);
int ENTRY(void) { resume(0, 0); return 0; }
"""
LONG = "count++; count += 3; count ^= 5; " * 40

# name: (source, what ThinLTO does to it on a target whose names have a prefix, GLOBL)
VARIANTS = {
    "plain": ("void resume(void *p, int i) { fiber_switch(p); }", "affected", ""),
    "address-taken": ("void *volatile where; void resume(void *p, int i) { where = (void *)fiber_switch; }", "affected", ""),
    "always-inline": ("__attribute__((always_inline)) void resume(void *p, int i) { %s fiber_switch(p); }" % LONG, "affected", ""),
    "through-static": ("static void inner(void *p, int i) { if (i > 5) inner(p, i - 1); count++; fiber_switch(p); }"
                       "void resume(void *p, int i) { inner(p, i); count++; inner(p, i + 1); }", "affected", ""),
    "constant-table": ("static void other(void *p) { count++; } static void (*const table[])(void *) = {fiber_switch, other};"
                       "void resume(void *p, int i) { table[i](p); }", "unknown", ""),
    "noinline": ("__attribute__((noinline)) void resume(void *p, int i) { fiber_switch(p); }", None, ""),
    "noinline-static": ("static __attribute__((noinline)) void inner(void *p) { fiber_switch(p); count++; }"
                        "void resume(void *p, int i) { inner(p); inner(p); }", None, ""),
    "too-long": ("void resume(void *p, int i) { %s fiber_switch(p); }" % LONG, None, ""),
    "weak": ("__attribute__((weak)) void resume(void *p, int i) { fiber_switch(p); }", None, ""),
    "unreferenced": ("void resume(void *p, int i) { count++; }", None, ""),
    "global": ("void resume(void *p, int i) { fiber_switch(p); }", None, ".globl "),
}
DARWIN = "ld64.lld-{v} -arch {arch} -platform_version macos 11.0 11.0 -syslibroot sdk -lSystem main.o fiber.o -o app"
# name: (clang's triple, prefix, link command)
TARGETS = {
    "arm64-macos": ("arm64-apple-macos11", "_", DARWIN.replace("{arch}", "arm64")),
    "x86_64-macos": ("x86_64-apple-macos11", "_", DARWIN.replace("{arch}", "x86_64")),
    "x86_64-elf": ("x86_64-linux-gnu", "", "ld.lld-{v} -e main main.o fiber.o -o app"),
    "i686-windows": ("i686-windows-gnu", "_",
                     "lld-link-{v} /machine:x86 /subsystem:console /entry:mainCRTStartup /nodefaultlib /safeseh:no main.o fiber.o /out:app"),
    "x86_64-windows": ("x86_64-windows-gnu", "", "lld-link-{v} /machine:x64 /subsystem:console /entry:mainCRTStartup /nodefaultlib main.o fiber.o /out:app"),
}
REDUCED = ("plain", "noinline", "unreferenced", "global")


class Failure(Exception):
    pass


def shell(command, folder, **environment):
    return subprocess.run(["sh", "-ec", command], cwd=folder, text=True, capture_output=True, errors="replace", timeout=300,
                          env={**os.environ, "LC_ALL": "C", **environment})


def make(command, folder, **environment):
    done = shell(command, folder, **environment)
    if done.returncode:
        raise Failure(f"{command}: {done.stderr.strip()[-600:]}")
    return done.stdout


def look(folder, *arguments):
    done = subprocess.run([LDWHY, "check", "--format=json", *arguments], cwd=folder, text=True, capture_output=True, timeout=120)
    if done.returncode not in (0, 1):
        raise Failure(f"ldwhy check {arguments}: status {done.returncode}: {done.stderr}")
    report = json.loads(done.stdout)
    affected = any(f["state"] == "affected" for f in report["findings"])
    if affected != (done.returncode == 1):
        raise Failure(f"ldwhy check {arguments}: status {done.returncode}, but affected is {affected}")
    return report["findings"]


def states(findings, cause):
    return [f["state"] for f in findings if f.get("cause") == cause]


def expect(what, found, wanted):
    if found != wanted:
        raise Failure(f"{what}: found {found}, expected {wanted}")


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def put_sdk(folder):
    write(folder, "sdk/usr/lib/libSystem.tbd", gallery.SDK)


def foreseen(target, name, lto):
    """What must be found for a variant: a state or None."""
    expected = VARIANTS[name][1]
    if target.endswith("windows"):
        referenced = name not in ("unreferenced", "global")
        return "affected" if referenced and lto != "none" else None
    if target.endswith("elf") or lto == "none":
        return None
    if lto == "thin":
        return expected
    return None if name in ("unreferenced", "global", "noinline", "weak") else "unknown"


def compiled(folder, release, target, name, lto):
    triple, prefix, link = TARGETS[target]
    body, _, directive = VARIANTS[name]
    globl = f"{directive}{prefix}fiber_switch\\n" if directive else ""
    write(folder, "fiber.c", f'#define GLOBL "{globl}"\n#define PREFIX "{prefix}"\n{HEAD}\n{body}\n')
    write(folder, "main.c", MAIN)
    put_sdk(folder)
    mode = "" if lto == "none" else f"-flto={lto}"
    entry = "mainCRTStartup" if target.endswith("windows") else "main"
    make(f"clang-{release} --target={triple} -O2 -w {mode} -DENTRY={entry} -c fiber.c main.c", folder)
    linked = shell(link.replace("{v}", str(release)), folder).returncode == 0
    expected = foreseen(target, name, lto)
    found = states(look(folder, "."), "local-definition")
    expect("check", found, [expected] if expected else [])
    if expected == "affected" and linked:
        raise Failure("an alarm, but the link passes")
    if expected is None and not linked:
        raise Failure("no alarm, but the link fails")
    if lto == "full" and target.endswith("macos") and not linked:
        raise Failure("the link with full LTO fails")
    if lto == "thin" and expected == "affected" and target.endswith("macos"):
        expect("check --lto=full", states(look(folder, "--lto=full", "."), "local-definition"), ["not-affected"])
        make("llvm-ar-22 rcs libfiber.a fiber.o && rm fiber.o", folder)
        expect("check of an archive", states(look(folder, "libfiber.a"), "local-definition"), ["affected"])


def thin_cases():
    for release in (14, 19, 22):
        for target in TARGETS:
            if target.endswith("windows") and not shutil.which(f"lld-link-{release}"):
                continue
            for name in VARIANTS:
                if name not in REDUCED and (release, target) not in ((22, "arm64-macos"), (14, "x86_64-macos")):
                    continue
                for lto in ("thin", "full", "none"):
                    if lto == "none" and (release != 22 or name != "plain"):
                        continue
                    yield f"clang-{release} {target} {name} {lto}", lambda f, a=(release, target, name, lto): compiled(f, *a)


FIBER = """#![no_std]
core::arch::global_asm!(".p2align 2", %s "_fiber_switch:", "ret");
unsafe extern "C" { fn fiber_switch(top: *mut u8); }
%s
pub fn resume(top: *mut u8) { unsafe { fiber_switch(top) } }
"""
APP = """#![no_std]
#[unsafe(no_mangle)]
pub extern "C" fn run(top: *mut u8) { fiber::resume(top) }
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
"""


def rust_crate(folder, rustc, globl, attribute, flags, expected):
    """An rlib for aarch64-apple-darwin, then a program with it under rustc's ThinLTO."""
    write(folder, "fiber.rs", FIBER % (globl, attribute))
    write(folder, "app.rs", APP)
    write(folder, "main.c", "void run(void *);\nint main(void) { run(0); return 0; }\n")
    put_sdk(folder)
    make(f"{rustc} --crate-type=rlib {flags} fiber.rs", folder)
    found = states(look(folder, "libfiber.rlib"), "local-definition")
    expect("check", found, [expected] if expected else [])
    if expected == "unknown":
        return
    plugin = "linker-plugin" in flags
    make(f"{rustc} --crate-type=staticlib {flags if plugin else '-Clto=thin'} --extern fiber=libfiber.rlib app.rs", folder)
    make("clang-22 --target=arm64-apple-macos11 -O2 -c main.c", folder)
    link = "ld64.lld-22 -arch arm64 -platform_version macos 11.0 11.0 -syslibroot sdk -lSystem main.o libapp.a -o app"
    linked = shell(link, folder).returncode == 0
    if linked == (expected == "affected"):
        raise Failure(f"check says {found}, and the link {'passes' if linked else 'fails'}")


def rust_units(folder, environment):
    """One crate in several units: rustc separates them without being asked."""
    case = gallery.read_case(gallery.ROOT / "gallery/local-definition/rust-codegen-units-macho.case")
    for name, text in case["files"].items():
        write(folder, name, text)
    make(gallery.fill(case["build"], "ld64-22-arm64"), folder, **environment)
    expect("check", states(look(folder, "libapp.a"), "local-definition"), ["affected"])


def rust_elf(folder):
    """On ELF the names agree, and LLVM forbids the copy."""
    write(folder, "fiber.rs", (FIBER % ("", "")).replace("_fiber_switch", "fiber_switch"))
    make("rustc --edition=2024 -Copt-level=3 -Cembed-bitcode=yes --crate-type=rlib fiber.rs", folder)
    expect("check", look(folder, "libfiber.rlib"), [])


def rust_cases():
    environment = gallery.rust_core()
    rustc = environment["RUST_DARWIN"]
    for name, arguments in {
        "embedded": ("", "", "", "affected"),
        "linker-plugin": ("", "", "-Clinker-plugin-lto", "affected"),
        "no bitcode": ("", "", "-Cembed-bitcode=no", "unknown"),
        "inline(never)": ("", "#[inline(never)]", "", None),
        "global": ('".globl _fiber_switch", ".private_extern _fiber_switch",', "", "", None),
    }.items():
        yield f"rustc {name}", lambda f, a=arguments: rust_crate(f, rustc, *a)
    yield "rustc codegen units", lambda f: rust_units(f, environment)
    yield "rustc elf", rust_elf


def mixed_folder(folder):
    for i in range(6):
        write(folder, f"part{i}.c", f"int part{i};\n")
        make(f"clang-22 --target={'x86_64' if i == 3 else 'arm64'}-apple-macos11 -c part{i}.c", folder)
    findings = look(folder, ".")
    expect("states", states(findings, "wrong-target"), ["affected"])
    expect("odd one", [e["file"] for e in findings[0]["evidence"]], ["part3.o"])
    make("mkdir x86_64 && mv part3.o x86_64", folder)
    expect("architectures apart", look(folder, "."), [])
    expect("--target", states(look(folder, "--target=x86_64-apple-darwin", "part0.o", "x86_64/part3.o"), "wrong-target"), ["affected"])


def mixed_archive(folder):
    for name, triple in (("a", "arm64-apple-ios15"), ("b", "arm64-apple-ios15"), ("c", "arm64-apple-ios15-simulator")):
        write(folder, f"{name}.c", f"int {name};\n")
        make(f"clang-22 --target={triple} -c {name}.c", folder)
    make("llvm-ar-22 rcs libx.a a.o b.o c.o && rm *.o", folder)
    findings = look(folder, "libx.a")
    expect("states", states(findings, "wrong-target"), ["affected"])
    expect("member", [e["member"] for e in findings[0]["evidence"]], ["c.o"])


def universal_files(folder):
    for name, archs in (("a", "arm64 x86_64"), ("b", "arm64 x86_64"), ("c", "arm64")):
        write(folder, f"{name}.c", f"int {name};\n")
        for arch in archs.split():
            make(f"clang-22 --target={arch}-apple-macos11 -c {name}.c -o {name}.{arch}.tmp", folder)
        make("llvm-lipo-22 -create " + " ".join(f"{name}.{arch}.tmp" for arch in archs.split()) + f" -output {name}.o", folder)
    found = look(folder, ".")
    expect("slices", [(f["state"], f["evidence"][0]["file"]) for f in found], [("unknown", "c.o")])
    found = look(folder, "--target=x86_64-apple-darwin", "a.o", "b.o", "c.o")
    expect("wanted slice", [f["evidence"][0]["file"] for f in found if f["state"] == "affected"], ["c.o"])


def cargo_target(folder):
    """A build script that ignores the target, beside host code in its own place."""
    write(folder, "Cargo.toml", '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nmac = { path = "mac" }\n')
    write(folder, "src/lib.rs", "mac::unit!();\n")
    write(folder, "mac/Cargo.toml", '[package]\nname = "mac"\nversion = "0.1.0"\nedition = "2021"\n[lib]\nproc-macro = true\n')
    write(folder, "mac/src/lib.rs", "#[proc_macro]\npub fn unit(_: proc_macro::TokenStream) -> proc_macro::TokenStream { Default::default() }\n")
    write(folder, "build.rs", """
use std::process::Command;
fn run(words: &[&str]) { assert!(Command::new(words[0]).args(&words[1..]).status().unwrap().success()); }
fn main() {
    let out = std::env::var("OUT_DIR").unwrap();
    std::fs::write(format!("{out}/x.c"), "int x;").unwrap();
    for (name, target) in [("wrong", "aarch64-linux-gnu"), ("tool", "aarch64-linux-gnu"), ("right", "x86_64-linux-gnu")] {
        run(&["clang-22", &format!("--target={target}"), "-c", &format!("{out}/x.c"), "-o", &format!("{out}/{name}.o")]);
        run(&["ar", "rcs", &format!("{out}/lib{name}.a"), &format!("{out}/{name}.o")]);
    }
    println!("cargo:rustc-link-search=native={out}");
    println!("cargo:rustc-link-lib=static=wrong");
    println!("cargo:rustc-link-lib=static:+whole-archive=right");
}
""")
    make("cargo build -q --offline --target x86_64-unknown-linux-gnu 2>log || true; cargo build -q --offline --release 2>>log || true", folder)
    findings = look(folder, "target")
    # rustc packs the library into the rlib, where it is no better.
    odd = [(f["state"], re.sub("-.*", "", Path(e["file"]).name), e["member"]) for f in findings for e in f["evidence"]]
    expect("odd ones", sorted(odd), [("affected", "libapp", "wrong.o")] * 2 + [("affected", "libwrong.a", "")] * 2)


def stale_objects(folder):
    write(folder, "src/a.c", '#include "a.h"\nint a;\n')
    write(folder, "src/b.c", '#include "a.h"\nint b;\n')
    write(folder, "src/c.c", "int c;\n")
    write(folder, "src/a.h", "\n")
    make("mkdir build; for f in a b c; do gcc -MMD -c src/$f.c -o build/$f.o; done", folder)
    expect("fresh", look(folder, "build"), [])
    later = time.time() + 60
    os.utime(folder / "src/b.c", (later, later))
    (folder / "src/c.c").unlink()
    found = look(folder, "build")
    expect("stale", sorted((f["state"], f["evidence"][0]["file"], f["evidence"][0]["detail"]["depends-on"]) for f in found),
           [("affected", "build/c.o", "src/c.c"), ("unknown", "build/b.o", "src/b.c")])
    os.utime(folder / "src/a.h", (later, later))
    expect("header", sorted(e["file"] for f in look(folder, "build") for e in f["evidence"] if e["file"]), ["build/a.o", "build/b.o", "build/c.o"])


def other_rustc(folder):
    """Two releases' rlibs: alarm where rustc itself refuses."""
    write(folder, "one.rs", "pub fn one() {}\n")
    write(folder, "two.rs", "pub fn two() {}\n")
    write(folder, "three.rs", "extern crate one; extern crate two; fn main() { one::one(); two::two(); }\n")
    other = gallery.rust_with_sources()[0]
    versions = {make(f"{rustc} -V", folder) for rustc in ("rustc", other)}
    make("rustc --crate-type=rlib one.rs && rustc --crate-type=rlib two.rs", folder)
    expect("one release", look(folder, "."), [])
    make("rustc -L . three.rs", folder)
    if len(versions) < 2:
        return
    make(f"{other} --crate-type=rlib two.rs", folder)
    expect("two releases", states(look(folder, "."), "stale-artifact"), ["affected"])
    if "E0514" not in shell("rustc -L . three.rs", folder).stderr:
        raise Failure("rustc does not refuse the other release's crate")


def split_units(folder):
    write(folder, "v.h", "struct B { virtual int f(); virtual ~B(); };\n")
    write(folder, "a.cc", '#include "v.h"\nint B::f() { return 1; }\nB::~B() {}\nvoid operator delete(void *, unsigned long) noexcept {}\n')
    write(folder, "b.cc", '#include "v.h"\nint main() { B b; return b.f(); }\n')
    for release in (19, 22):
        for first, second, fails in (("-fsplit-lto-unit", "-fno-split-lto-unit", True), ("-fsplit-lto-unit", "-fsplit-lto-unit", False),
                                     ("-fno-split-lto-unit", "-fno-split-lto-unit", False)):
            make(f"clang++-{release} -fno-rtti -flto=thin -O2 {first} -c a.cc && clang++-{release} -fno-rtti -flto=thin -O2 {second} -c b.cc", folder)
            linked = shell(f"ld.lld-{release} -e main a.o b.o -o app", folder).returncode == 0
            expect(f"link {release} {first} {second}", not linked, fails)
            expect(f"check {release} {first} {second}", states(look(folder, "."), "lto-unit-mismatch"), ["affected"] if fails else [])


def main():
    cases = [*thin_cases(), *rust_cases()]
    cases += [(f.__name__, f) for f in (mixed_folder, mixed_archive, universal_files, cargo_target, stale_objects, other_rustc, split_units)]
    wanted = sys.argv[2:]
    cases = [c for c in cases if not wanted or any(w in c[0] for w in wanted)]

    def attempt(case):
        folder = Path(tempfile.mkdtemp(prefix="ldwhy-check-"))
        try:
            case[1](folder)
        except (Failure, subprocess.TimeoutExpired, gallery.Failure) as failure:
            return str(failure)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for (name, _), error in zip(cases, pool.map(attempt, cases)):
            failed += error is not None
            if error:
                print(f"FAIL {name}: {error}")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
