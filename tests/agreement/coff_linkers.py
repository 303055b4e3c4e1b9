"""The linkers for Windows: what they say, and how they tell which members they take."""
import re

import frame

LLD_UNDEFINED = [r"^\S*lld\S*: error: (?:<root>: )?undefined symbol: (.+)$"]
LLD_DUPLICATE = [r"^\S*lld\S*: error: duplicate symbol: (.+)$"]
BFD_UNDEFINED = [r"(?<!: warning): undefined reference to [`'](.+?)'$", r"required symbol [`'](.+?)' not defined"]
BFD_DUPLICATE = [r": multiple definition of [`'](.+?)'"]


def loaded(folder, text):
    """LLD's /verbose."""
    return {f"{archive}({member})" for archive, member in re.findall(r"Loaded (\S+)\((\S+)\) for (?!<whole-archive>)", text)}


def is_loaded(member):
    """Imports and objects between /start-lib and /end-lib come in without a word."""
    return "(" in member and not member.endswith(".dll)")


def map_file(folder, text):
    """GNU ld's map begins with the members and what they were taken for."""
    path = folder / "out.map"
    if not path.exists():
        return None
    taken, lines = set(), path.read_text(errors="replace").splitlines()
    if not lines or not lines[0].startswith("Archive member included"):
        return taken
    for line in lines[1:]:
        if line and not line.startswith(" "):
            found = re.match(r"(\S+\(.+?\))(?:\s|$)", line)
            if not found:
                break
            last = found[1].removeprefix("./")
            taken.add(last)
        if "(--whole-archive)" in line:
            taken.discard(last)
    return taken


frame.LINKERS |= {
    **{f"lld-link-{v}": frame.Linker(f"lld-link-{v}", LLD_UNDEFINED, LLD_DUPLICATE, ["/errorlimit:0", "/demangle:no", "/verbose"],
                                     loaded, ["/out:out.exe"], is_loaded) for v in (14, 19, 22)},
    **{f"mingw-lld-{v}": frame.Linker(f"ld.lld-{v}", LLD_UNDEFINED, LLD_DUPLICATE,
                                      ["--no-demangle", "--verbose", "-Xlink=-errorlimit:0"], loaded, ["-o", "out.exe"],
                                      is_loaded)
       for v in (14, 19, 22)},
    "mingw-bfd": frame.Linker(lambda argv: f"{'i686' if 'i386pe' in argv else 'x86_64'}-w64-mingw32-ld", BFD_UNDEFINED, BFD_DUPLICATE, ["--no-demangle", "-Map=out.map"], map_file,
                              ["-o", "out.exe"]),
}
