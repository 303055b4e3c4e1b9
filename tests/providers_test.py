#!/usr/bin/env python3
"""Libraries that are not installed: what ldwhy says of their names, with objects and from a log alone.

usage: providers_test.py LDWHY
"""
import json, subprocess, sys, tempfile
from pathlib import Path

SOURCE = """
typedef struct _modbus modbus_t;
extern modbus_t *modbus_new_tcp(const char *address, int port);
int main(void) { return modbus_new_tcp("127.0.0.1", 502) == 0; }
"""
failures = []


def expect(what, seen):
    if not seen:
        failures.append(what)


def run(ldwhy, folder, *words, **options):
    result = subprocess.run([ldwhy, *words], cwd=folder, capture_output=True, text=True, timeout=120, **options)
    return json.loads(result.stdout)


def details(diagnosis):
    return next((dict(e["detail"]) for e in diagnosis["evidence"] if e["kind"] == "provider"), {})


def main():
    ldwhy = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "main.c").write_text(SOURCE)
        subprocess.run(["gcc", "-c", "main.c"], cwd=folder, check=True)

        missing = run(ldwhy, folder, "link", "--format=json", "--", "gcc", "main.o", "-o", "app")["diagnoses"][0]
        expect("the cause is that a library is not linked", missing["cause"] == "library-not-linked")
        expect("the index alone proves nothing", missing["certainty"] == "likely")
        expect("the library's names", details(missing) == {"library": "modbus", "debian": "libmodbus-dev", "pkg_config": "libmodbus"})
        install = next((r for r in missing["remedies"] if r["id"] == "install-library"), {"commands": [], "title": "", "edits": []})
        expect("install, then add the flag", install["title"] == "install libmodbus-dev, and add -lmodbus to the link" and
               install["commands"] == ["sudo apt install libmodbus-dev", "gcc main.o -o app -lmodbus"])
        expect("CMake by way of pkg-config", any("pkg_check_modules(LIB REQUIRED IMPORTED_TARGET libmodbus)" in e["diff"] for e in install["edits"]))

        absent = run(ldwhy, folder, "link", "--format=json", "--", "gcc", "main.o", "-lmodbus", "-o", "app")["diagnoses"][0]
        expect("-lX: not found", absent["cause"] == "library-not-found" and details(absent).get("debian") == "libmodbus-dev")
        expect("-lX: the package", any("sudo apt install libmodbus-dev" in r["commands"] for r in absent["remedies"]))

        log = "/usr/bin/ld: app.o: in function `main':\napp.c:(.text+0x5): undefined reference to `SSL_CTX_new'\ncollect2: error: ld returned 1 exit status\n"
        told = run(ldwhy, folder, "explain", "--format=json", "-", input=log)["diagnoses"][0]
        expect("from a log", told["cause"] == "library-not-linked" and told["certainty"] == "possible")
        expect("from a log: every name", all(word in told["summary"] for word in
                                             ("-lssl", "libssl-dev", "openssl@3", "OpenSSL::SSL", "pkg-config libssl", "openssl-sys")))

        log = "/usr/bin/ld: cannot find -lssl: No such file or directory\ncollect2: error: ld returned 1 exit status\n"
        told = run(ldwhy, folder, "explain", "--format=json", "-", input=log)["diagnoses"][0]
        expect("from a log: -lX", told["cause"] == "library-not-found" and "libssl-dev" in told["summary"])

        # On the line already, it does not have the name: another version, or another name.
        log = "gcc main.o -lssl -o app\n/usr/bin/ld: main.o: undefined reference to `SSL_CTX_new'\ncollect2: error: ld returned 1 exit status\n"
        told = run(ldwhy, folder, "explain", "--format=json", "-", input=log)
        expect("a library that is named is not said to be missing",
               not any("-lssl (" in d["summary"] for d in told["diagnoses"] + told["alternatives"]))
    print("\n".join(failures) or "libraries that are not installed are named")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
