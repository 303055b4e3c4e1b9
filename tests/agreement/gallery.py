#!/usr/bin/env python3
"""The gallery's links: those for ELF run with every ELF linker, also those that a case does not name,
those for Mach-O and MinGW with the case's own.

    gallery.py PREDICT [CAUSE | PATH.case | +LINKER]...
"""
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/agreement")]
import coff_linkers  # noqa: E402, F401
import frame  # noqa: E402
import gallery  # noqa: E402


def prepared(case, linker, folder):
    """Builds the case's inputs for a linker; None where the tools cannot."""
    for name, content in case["files"].items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    if linker.startswith("ld64"):
        (folder / "sdk/usr/lib").mkdir(parents=True)
        (folder / "sdk/usr/lib/libSystem.tbd").write_text(gallery.SDK)
    try:
        built = gallery.shell(gallery.fill(case["build"], linker), folder)
    except Exception:
        return None
    words = gallery.fill(case["link"], linker).split()
    simple = not any(mark in word for word in words for mark in "{}$;|&<>'\"")
    return words if built.returncode == 0 and simple else None


def linkers_to_try(case, only):
    named = gallery.linkers_of(case)
    elf = gallery.GROUPS["elf"]
    tried = (elf if set(named) & set(elf) else []) + [name for name in named if name not in elf]
    return [name for name in tried if not only or name in only]


def messages_of(name):
    """The linker of frame.py whose messages are those of the gallery's linker."""
    return frame.LINKERS["ld64.lld-" + name.split("-")[1] if name.startswith("ld64") else "mingw-bfd" if name == "mingw" else name]


def main():
    predict, *wanted = sys.argv[1:]
    only = [word[1:] for word in wanted if word[0] == "+"]
    wanted = [word for word in wanted if word[0] != "+"]
    paths = sorted((ROOT / "gallery").glob("*/*.case"))
    model, counts, open_ones = frame.Model(predict), {}, 0
    for path in paths:
        if wanted and path.parent.name not in wanted and str(path) not in wanted:
            continue
        case = gallery.read_case(path)
        # The model says nothing of these beforehand: too little memory, a full disk, a crash.
        if not case.get("foreseen", True) or not case.get("agree", True) or case.get("needs"):
            continue
        for name in linkers_to_try(case, only):
            with tempfile.TemporaryDirectory(prefix="ldwhy-agreement-") as scratch:
                folder = pathlib.Path(scratch)
                words = prepared(case, name, folder)
                if not words:
                    continue
                linker = messages_of(name)
                plain = frame.Linker(words[0], linker.undefined, linker.duplicate, output=linker.output)
                link = frame.Case(f"{path.parent.name}/{path.stem}", folder, words[1:], [name], extraction=False)
                said, foreseen = frame.run_linker(plain, link), model.foresee(plain, link)
                if said.crashed():
                    continue
                darwin = name.startswith("ld64")
                windows = name.startswith("lld-link")
                said.undefined, foreseen.undefined = (gallery.demangled(s.undefined, darwin, windows) for s in (said, foreseen))
                said.duplicate, foreseen.duplicate = (gallery.demangled(s.duplicate, darwin, windows) for s in (said, foreseen))
                found = frame.differences(said, foreseen, link)
                total = counts.setdefault(name, [0, 0])
                total[0] += 1
                total[1] += not found
                if found:
                    open_ones += 1
                    print(f"DIFFERS {link.name}, {name}: {'; '.join(found)}\n    {' '.join(words)}")
                    print("    " + "\n    ".join(said.text.splitlines()[:4]))
    print(f"{'linker':14} {'links':>6} {'agree':>6}  share")
    for name, (links, agree) in sorted(counts.items()):
        print(f"{name:14} {links:6} {agree:6}  {agree / links:.2%}")
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
