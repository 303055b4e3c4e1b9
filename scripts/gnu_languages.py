#!/usr/bin/env python3
"""Makes src/log/bfd_rows.inc and src/log/bfd_words.inc: GNU ld's sentences in other languages.

usage: gnu_languages.py [FOLDER]
Reads binutils' message catalogues (Debian 12: binutils-common, /usr/share/locale) and writes, of
the sentences that failed links print most, each translation as a pattern, and of each pattern
one stretch of words by which a line is found. FOLDER: where to write (src/log).
"""
import glob, pathlib, re, struct, sys

# kind, what the holes mean, and how binutils' versions have spelt the sentence in English
SENTENCES = [
    ("Function", "pq", ["%pB: in function `%pT':\n", "%pB: In function `%pT':\n", "%B: In function `%T':\n"]),
    ("More", "pq", ["%X%P: %D: more undefined references to `%pT' follow\n", "%X%P: %pB: more undefined references to `%pT' follow\n",
                    "%X%D: more undefined references to `%T' follow\n"]),
    ("DsoMissing", "pq", ["%pB: undefined reference to symbol '%s'", "%B: undefined reference to symbol '%s'"]),
    ("Undefined", "pq", ["%X%P: %C: undefined reference to `%pT'\n", "%X%P: %pB: undefined reference to `%pT'\n",
                         "%X%C: undefined reference to `%T'\n", "%X%B: undefined reference to `%T'\n"]),
    ("Duplicate", "pq", ["%X%P: %C: multiple definition of `%pT'", "%X%C: multiple definition of `%T'\n"]),
    ("FirstDefined", "p", ["; %D: first defined here", "%D: first defined here\n"]),
    ("Skipping", "fl", ["%P: skipping incompatible %s when searching for %s\n"]),
    ("CannotFind", "l..", ["%P: cannot find %s (%s): %E\n"]),
    ("CannotFind", "l.", ["%P: cannot find %s: %E\n", "%X%P: cannot find %s: %E\n"]),
    ("CannotFind", "l", ["%P: cannot find %s\n", "%F%P: cannot find %s\n"]),
    ("NotRecognized", "fn", ["%F%P: %pB: file not recognized: %E\n", "%F%B: file not recognized: %E\n"]),
    ("Adding", "fn", ["%F%P: %pB: error adding symbols: %E\n", "%F%B: error adding symbols: %E\n"]),
]
REASONS = [("DsoNamed", ["DSO missing from command line"]), ("WrongFormat", ["file in wrong format", "File in wrong format"]),
           ("NoIndex", ["archive has no index; run ranlib to add one", "Archive has no index; run ranlib to add one"])]
QUOTES = "`'\"‘’“”„«»"


def catalogue(path):
    data = pathlib.Path(path).read_bytes()
    count, originals, translations = struct.unpack("<3I", data[8:20])
    texts = {}
    for i in range(count):
        pair = []
        for table in (originals, translations):
            length, offset = struct.unpack("<2I", data[table + 8 * i:table + 8 * i + 8])
            pair.append(data[offset:offset + length])
        texts[pair[0]] = pair[1]
    charset = re.search(rb"charset=(\S+)", texts.get(b"", b""))
    name = charset[1].decode() if charset else "utf-8"
    return {key.decode("utf-8", "replace"): value.decode(name, "replace") for key, value in texts.items()}


def pattern_of(text, holes):
    """The translation with holes, and their meanings in its own order."""
    text = text.strip().replace("\xa0", " ").replace("\u202f", " ")
    text = re.sub(r"^(%[FX])*(%(1\$)?P ?: ?)?", "", text)
    text = re.sub(r"^; ", "", text)
    order, count = [], 0
    for hole in re.finditer(r"%(?:(\d)\$)?(pB|pT|[BCDTEsX])", text):
        count += 1
        order.append(int(hole[1]) - 2 if hole[1] else count - 1)  # 1$ is the program
    if sorted(order) != list(range(len(holes))):
        return None
    text = re.sub(r"%(\d\$)?(pB|pT|[BCDTEsX])", "{}", text)
    # Quotes go with the hole, but for languages that hang an ending on them.
    text = re.sub(rf"[{QUOTES}] ?{{}} ?[{QUOTES}](?=[\s:：;,.)]|$|[^\x00-\x7f])", "{}", text)
    return text, "".join(holes[i] for i in order)


def stretch_of(pattern):
    """The longest literal part: what finds the line."""
    # French has no-break spaces before its colons.
    parts = [part.strip() for part in re.split(r"{}|[:：]", pattern)]
    best = max(parts, key=lambda part: len(part.encode()))
    return best if len(best.encode()) >= 5 else None


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent / "src/log")
    head = "// Made by scripts/gnu_languages.py from binutils' catalogues: do not edit.\n"
    rows, words = [], []
    for path in sorted(glob.glob("/usr/share/locale/*/LC_MESSAGES/ld.mo")):
        texts = catalogue(path)
        # A country's language falls back to the language.
        own = pathlib.Path(path).parent.parent
        for folder_of in (own.with_name(own.name.split("_")[0]), own):
            library = folder_of / "LC_MESSAGES/bfd.mo"
            texts = {**(catalogue(library) if library.exists() else {}), **texts}
        mine = []
        reasons = {kind: texts[key].replace("\xa0", " ").strip() for kind, keys in REASONS for key in keys if texts.get(key)}
        for kind, holes, keys in SENTENCES:
            for key in keys:
                made = pattern_of(texts[key], holes) if texts.get(key) else None
                if not made:
                    continue
                pattern, order = made
                if kind in ("NotRecognized", "Adding") and pattern.endswith("{}"):
                    # A catalogue may have one half of the message only.
                    for reason, keys_of_reason in REASONS:
                        for said in [reasons.get(reason), *keys_of_reason]:
                            if said:
                                mine.append((pattern[:-2] + said, reason, "f"))
                if kind == "Duplicate":
                    first = next((texts[k] for k in ("; %D: first defined here",) if texts.get(k)), None)
                    if first:
                        mine.append((pattern + "; " + pattern_of(first, "p")[0], kind, order + "p"))
                mine.append((pattern, kind, order))
        for row in mine:
            if row not in rows:
                rows.append(row)
                word = stretch_of(row[0])
                if word and word not in words:
                    words.append(word)
    escape = lambda text: text.replace("\\", "\\\\").replace('"', '\\"')
    (folder / "bfd_rows.inc").write_text(head + "".join(f'{{"{escape(p)}", GnuWords::{k}, "{o}"}},\n' for p, k, o in rows))
    (folder / "bfd_words.inc").write_text(head + "".join(f'"{escape(word)}",\n' for word in words))


if __name__ == "__main__":
    main()
