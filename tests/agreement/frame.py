"""Runs links with real linkers and through ldwhy's model, and compares what they say.

A source of links (elf.py, coff.py, ...) yields Case objects; run() has every linker of a case
link it in the case's folder, reads what is undefined, what is defined twice and which archive
members were taken, asks ldwhy the same, and counts. Every disagreement is printed with what is
needed to see it again. A disagreement that docs/agreement.md explains is passed in `explained`.
"""
import dataclasses
import json
import os
import pathlib
import re
import signal
import subprocess


LONGEST = 60  # seconds that a linker may take
TOO_LONG = "ended after a minute"


@dataclasses.dataclass
class Case:
    name: str                    # "elf seed 17"
    folder: pathlib.Path         # where the inputs are and the linkers run
    argv: list                   # the options and inputs, without the program
    linkers: list                # names in LINKERS
    extraction: bool = True      # compare archive members, where the linker can tell


@dataclasses.dataclass
class Said:
    """What a linker said, or what ldwhy foresees."""
    undefined: set
    duplicate: set
    extracted: set = None        # None: the linker did not tell
    other: bool = False          # failed, for something else than symbols
    text: str = ""
    discarded: set = dataclasses.field(default_factory=set)  # referred to, and gone with a section
    tells_all: bool = True       # of the members that it took

    def crashed(self):
        """A linker's own fault: what it would have said is not known."""
        return self.text == TOO_LONG or bool(re.search(r"PLEASE submit a bug report|internal error in|Assertion `|Segmentation fault", self.text))


@dataclasses.dataclass
class Linker:
    program: object              # a name, or (argv) -> name
    undefined: list              # patterns with the symbol in group 1
    duplicate: list
    options: list = dataclasses.field(default_factory=list)
    extraction: callable = None  # (folder, text) -> set of "libx.a(y.o)", or None
    output: list = dataclasses.field(default_factory=lambda: ["-o", "/dev/null"])
    tells: callable = lambda member: True  # whether the linker would name this member, were it taken
    tells_all: bool = True       # LLD 14's --why-extract leaves out what common symbols brought in


LLD_UNDEFINED = [r"^\S*lld\S*: error: undefined (?:\w+ )*symbol: (.+)$", r"^\S*lld\S*: error: undefined reference.*: (\S+)$",
                 r"error: .*undefined reference to (\S+) \[--no-allow-shlib-undefined\]", r"error: (?:\S+: )?symbol not found: (\S+)", r"non-exported symbol '(.+?)' in '.*' is referenced by DSO", r"^\S*wasm-ld\S*: error: .*: undefined symbol: (.+)$"]
LLD_DUPLICATE = [r"^\S*lld\S*: error: duplicate symbol: (.+)$", r"^\S*wasm-ld\S*: error: duplicate symbol: (.+)$"]
DISCARDED = [r"error: relocation refers to a (?:symbol in a )?discarded section: (\S+)", r"^[`'](.+?)' referenced in section",
             r"refers to (?:local|global) symbol \"(.*?)\" ?.*which is defined in a discarded section"]
WASM_UNDEFINED = [r"^\S*wasm-ld\S*: error: .*: undefined symbol: (.+)$",
                  r"^\S*wasm-ld\S*: error: symbol exported via --export not found: (.+)$",
                  r"^\S*wasm-ld\S*: error: entry symbol not defined \(pass --no-entry to suppress\): (.+)$"]
BFD_UNDEFINED = [r"(?<!: warning): undefined reference to [`'](.+?)'(?:;.*)?$", r"undefined reference to symbol '([^'@]+)",
                 r"(?:hidden|protected|internal) symbol [`'](.+?)' isn't defined", r"required symbol [`'](.+?)' not defined", r"un(?:defined|resolvable) symbol [`'](.+?)' referenced in expression",
                 r"(?:hidden|protected|internal|local) symbol [`'](.+?)' in .* is referenced by DSO"]
BFD_DUPLICATE = [r": multiple definition of [`'](.+?)'"]


def why_extract(folder, text):
    """LLD's and mold's --why-extract=FILE: reference, member and symbol a line."""
    path = folder / "why.txt"
    if not path.exists():
        return None
    rows = path.read_text().splitlines()[1:]
    return {row.split("\t")[1] for row in rows if "(" in row.split("\t")[1]}


def why_load(folder, text):
    """ld64.lld's -why_load: what asked for the member, and the member."""
    rows = re.findall(r"^(.+) forced load of (\S+\(\S+\))$", text, re.M)
    return {member for reason, member in rows if reason not in ("-force_load", "-all_load")}


def traced(folder, text):
    """wasm-ld's --trace: every file as it is read; whole.txt has the inputs that are taken anyway."""
    whole = (folder / "whole.txt").read_text().split() if (folder / "whole.txt").exists() else []
    rows = re.findall(r"^(\S+\.a\(\S+\))$", text, re.M)
    return {row for row in rows if row.split("(")[0] not in whole}


LINKERS = {
    "bfd": Linker("ld.bfd", BFD_UNDEFINED, BFD_DUPLICATE, ["--no-demangle"]),
    "gold": Linker("ld.gold", [r": error: .*?undefined reference to '(.+?)'", r": error: (?:hidden|protected|internal) symbol '(.+?)' is not defined locally", r"undefined symbol '(.+?)' referenced in expression",
                                r"hidden symbol '(.+?)' in .* is referenced by DSO"],
                   [r": (?:error: .*)?multiple definition of '(.+?)'"], ["--no-demangle"]),
    "mold": Linker("mold", [r"mold: \w+: (?:--[a-z-]+: )?undefined symbol: (?:\S+\.(?:o|so|a\(\S+\)): )?(.+)$"], [r"mold: error: duplicate symbol: .*: ([^\s:]+)$"],
                   ["--no-demangle"]),
    **{f"lld-{v}": Linker(f"ld.lld-{v}", LLD_UNDEFINED, LLD_DUPLICATE,
                          ["--no-demangle", "--error-limit=0", "--why-extract=why.txt"], why_extract, tells_all=v != 14) for v in (14, 19, 22)},
    **{f"ld64.lld-{v}": Linker(f"ld64.lld-{v}", LLD_UNDEFINED, LLD_DUPLICATE, ["--error-limit=0", "-why_load"], why_load)
       for v in (14, 19, 22)},
    **{f"wasm-ld-{v}": Linker(f"wasm-ld-{v}", WASM_UNDEFINED, LLD_DUPLICATE, ["--no-demangle", "--error-limit=0", "--trace"],
                              traced) for v in (14, 19, 22)},
}


def plain(name):
    """Without an ELF version: some linkers print it, some do not."""
    return name if name.startswith("?") else re.sub(r"(?<=.)@+[A-Za-z_][A-Za-z0-9_.]*$", "", name)


def program(linker, case):
    return linker.program(case.argv) if callable(linker.program) else linker.program


def run_linker(linker, case):
    why = case.folder / "why.txt"
    why.unlink(missing_ok=True)
    with subprocess.Popen([program(linker, case), *linker.options, *case.argv, *linker.output], cwd=case.folder,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True) as run:
        try:
            text = run.communicate(timeout=LONGEST)[0].decode(errors="replace")
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)  # with what it has started: compilers, for LTO
            return Said(set(), set(), text=TOO_LONG)
    said = read_said(linker, text, run.returncode != 0)
    if linker.extraction and run.returncode == 0:
        said.extracted = linker.extraction(case.folder, text)
    return said


def read_said(linker, text, failed):
    find = lambda patterns: {plain(m) for p in patterns for m in re.findall(p, text, re.M)}
    said = Said(find(linker.undefined), find(linker.duplicate), text=text, discarded=find(DISCARDED), tells_all=linker.tells_all)
    if not failed:
        said.undefined, said.duplicate, said.discarded = set(), set(), set()  # warnings
    said.other = failed and not (said.undefined or said.duplicate or said.discarded)
    return said


class Model:
    """ldwhy's predictions: one process of tests/agreement/predict.cc."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def foresee(self, linker, case):
        request = {"directory": str(case.folder), "argv": [program(linker, case), *case.argv]}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return Said(set(map(plain, answer["undefined"])), set(map(plain, answer["duplicate"])), {m.removeprefix("./") for m in answer["extracted"] if linker.tells(m)},
                    bool(set(answer["errors"]) - {"section-discarded"}), json.dumps(answer),
                    set(answer["errors"]) & {"section-discarded"})


def differences(real, model, case):
    found = []
    # Linkers call what went with a section undefined or discarded; ldwhy says undefined of global names.
    real.undefined = real.undefined | (real.discarded & model.undefined)
    if bool(real.discarded - model.undefined) != bool(model.discarded):
        found.append("discarded, foreseen in vain" if model.discarded else f"discarded, not foreseen: {', '.join(sorted(real.discarded))}")
    for field in ("undefined", "duplicate"):
        said, foreseen = getattr(real, field), getattr(model, field)
        if said - foreseen:
            found.append(f"{field}, not foreseen: {', '.join(sorted(said - foreseen))}")
        if foreseen - said:
            found.append(f"{field}, foreseen in vain: {', '.join(sorted(foreseen - said))}")
    # Linkers name archive members only, and files as they were named to them.
    home = str(case.folder) + "/"
    model.extracted = {name.removeprefix(home) for name in model.extracted if "(" in name}
    real.extracted = real.extracted and {name.removeprefix(home) for name in real.extracted}
    if real.extracted and not any("/" in name.split("(")[0] for name in real.extracted):
        model.extracted = {re.sub(r"^[^(]*/", "", name) for name in model.extracted}  # LLD for Windows leaves folders out
    if case.extraction and real.extracted is not None and real.extracted != model.extracted and (
            real.tells_all or not real.extracted < model.extracted):
        found.append(f"taken by the linker only: {sorted(real.extracted - model.extracted)}, "
                     f"by ldwhy only: {sorted(model.extracted - real.extracted)}")
    if real.other != (model.other and not (model.undefined or model.duplicate or model.discarded)):
        found.append("fails for something else" if real.other else "another failure foreseen in vain")
    return found


def run(cases, predict, explained=lambda case, linker, found: False, show=20):
    """Returns the exit status: 1 where a disagreement is not explained."""
    model = Model(predict)
    counts, shown, open_ones = {}, 0, 0
    for case in cases:
        for name in case.linkers:
            linker = LINKERS[name]
            real = run_linker(linker, case)
            if real.crashed():
                continue
            found = differences(real, model.foresee(linker, case), case)
            total = counts.setdefault(name, [0, 0, 0])
            total[0] += 1
            if not found:
                total[1] += 1
            elif explained(case, name, found):
                total[2] += 1
            else:
                open_ones += 1
                if shown < show:
                    shown += 1
                    print(f"DIFFERS {case.name}, {name}: {'; '.join(found)}")
                    print(f"    in {case.folder}: {linker.program} {' '.join(case.argv)}")
                    print("    " + "\n    ".join(real.text.splitlines()[:6]))
    print(f"{'linker':14} {'links':>6} {'agree':>6} {'explained':>9}  share")
    for name, (links, agree, known) in counts.items():
        print(f"{name:14} {links:6} {agree:6} {known:9}  {agree / links:.2%}")
    return 1 if open_ones else 0
