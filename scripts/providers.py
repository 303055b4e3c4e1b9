#!/usr/bin/env python3
"""Makes src/name/providers.bin: which library defines a name, and which package brings it.

usage: providers.py [--work DIR] [--packages N] [--output FILE]     make it (Debian 12)
       providers.py --list [--output FILE]                           show what is in it

What is read: the N development packages of Debian 12 that most source packages build with
(Build-Depends), the run-time packages that their libX.so lead to, and the list of all files
of the release, for the names of libraries beyond those. Packages are unpacked below DIR
(/tmp/providers), never installed; apt's own configuration stays as it is. What a library
defines comes from its dynamic symbol table, or from its archive where there is no shared
library; pkg-config and CMake names from the package's own files. What other package managers
call it stands in providers_table.py, by hand. The format is told in src/name/providers.cc.
"""
import argparse, collections, gzip, json, re, shutil, struct, subprocess, sys, urllib.request
from pathlib import Path

import providers_table as table

TRIPLET = "x86_64-linux-gnu"
MIRROR = "http://deb.debian.org/debian"
SUITE = "bookworm"
LIBRARY_FOLDERS = (f"usr/lib/{TRIPLET}/", "usr/lib/")
# Alternatives: the link to them on the search path is made when the package is installed.
ALTERNATIVES = {f"usr/lib/{TRIPLET}/{folder}/": names for folder, names in
                {"blas": {"blas"}, "lapack": {"lapack"}, "openmpi/lib": {"mpi"}, "atlas": {"atlas"},
                 "openblas-pthread": {"openblas"}, "hdf5/serial": {"hdf5", "hdf5_hl"}}.items()}
# Other languages' packages hold no libraries that a linker is told of by -l.
NOT_FOR_C = re.compile(r"^(golang-|librust-|libghc-|node-|r-|python-|ruby-|php)|-ocaml-dev$|^libstd-rust-dev$|^dh-")
# Names that every library has, or that programs have.
COMMON = {"_init", "_fini", "_edata", "_end", "__bss_start", "__bss_start__", "_bss_end__", "__bss_end__", "__end__", "main",
          "__data_start", "data_start", "__dso_handle", "__TMC_END__", "DllMain"}
# The system's own libraries, and the run-time tables', have their names already.
SYSTEM = ["libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1", "libresolv.so.2", "libcrypt.so.1",
          "libmvec.so.1", "libanl.so.1", "libstdc++.so.6", "libgcc_s.so.1", "libatomic.so.1", "libgomp.so.1", "libquadmath.so.0",
          "libgfortran.so.5", "libobjc.so.4", "libitm.so.1", "libasan.so.8", "libtsan.so.2", "libubsan.so.1", "liblsan.so.0"]
SYSTEM_PACKAGES = re.compile(r"^(libc6|libc6-.*|libgcc-.*|libstdc\+\+-.*|libgfortran-.*|libobjc-.*|gcc-.*|g\+\+-.*|gfortran-.*|"
                             r"libgomp.*|libclang-rt-.*|lib.*-cross|.*-dbg|libhwasan.*|lib[nx]32.*|lib32.*|lib64.*|"
                             r"libc\+\+(abi)?-\d+-dev|libunwind-\d+-dev|libomp-\d+-dev|musl-dev|dietlibc-dev)$")
MOST_QUALIFIED = 5000   # C++ functions a library; beyond that only its classes and namespaces
MOST_LIBRARIES = 3      # a name of more unrelated libraries says nothing


class Release:
    """Package lists of the release, got with an apt configuration of our own."""

    def __init__(self, work):
        self.work = work
        base = work / "apt"
        for folder in ("lists/partial", "cache/archives/partial", "parts"):
            (base / folder).mkdir(parents=True, exist_ok=True)
        (base / "sources.list").write_text("".join(
            f"{kind} [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] {MIRROR} {SUITE} main\n" for kind in ("deb", "deb-src")))
        (base / "status").touch()
        self.options = [f"-oDir::Etc::SourceList={base}/sources.list", f"-oDir::Etc::SourceParts={base}/parts",
                        f"-oDir::State::Lists={base}/lists", f"-oDir::Cache={base}/cache", f"-oDir::State::status={base}/status",
                        "-oAPT::Sandbox::User=root"]
        if not list((base / "lists").glob("*Packages*")):
            subprocess.run(["apt-get", *self.options, "-qq", "update"], check=True)
        self.packages = {p["Package"]: p for p in self.paragraphs("Packages", ("Package", "Source", "Depends", "Section"))}
        for package in self.packages.values():
            package["Source"] = package.get("Source", package["Package"]).split(" ")[0]
        self.owners = self.contents()

    def paragraphs(self, kind, fields):
        query = ["apt-get", *self.options, "indextargets", "--format", "$(FILENAME)", f"Identifier: {kind}"]
        wanted = re.compile(rf"^({'|'.join(fields)}): *(.*(?:\n .*)*)", re.M)
        for name in subprocess.run(query, check=True, capture_output=True, text=True).stdout.split():
            text = subprocess.run(["/usr/lib/apt/apt-helper", "cat-file", name], check=True, capture_output=True, text=True).stdout
            for paragraph in text.split("\n\n"):
                found = {m[1]: m[2].replace("\n", " ") for m in wanted.finditer(paragraph)}
                if found:
                    yield found

    def popularity(self):
        """How many source packages name each development package first in a dependency."""
        counts = collections.Counter()
        for source in self.paragraphs("Sources", ("Build-Depends", "Build-Depends-Arch")):
            names = {words(item) for field in source.values() for item in field.split(",")}
            counts.update(name for name in names if name.endswith("-dev") and not NOT_FOR_C.search(name))
        return counts

    def contents(self):
        """Library file to the packages that have it."""
        path = self.work / "Contents-amd64.gz"
        if not path.exists():
            urllib.request.urlretrieve(f"{MIRROR}/dists/{SUITE}/main/Contents-amd64.gz", path)
        owners = collections.defaultdict(list)
        with gzip.open(path, "rt") as lines:
            for line in lines:
                if "lib" in line and (".so" in line or ".a " in line):
                    file, _, packages = line.rstrip().rpartition(" ")
                    if re.search(r"\.(so[.\d]*|a)$", file.rstrip()):
                        owners[file.rstrip()] += [name.split("/")[-1] for name in packages.split(",")]
        return owners

    def depends(self, name):
        return [words(item) for item in self.packages[name].get("Depends", "").split(",") if item.strip()]

    def facts(self, names):
        """What the packages hold, each unpacked once."""
        store = self.work / "facts"
        store.mkdir(exist_ok=True)
        missing = [n for n in names if n in self.packages and not (store / f"{n}.json").exists()]
        for start in range(0, len(missing), 20):
            some = missing[start:start + 20]
            debs = self.work / "debs"
            shutil.rmtree(debs, ignore_errors=True)
            debs.mkdir()
            subprocess.run(["apt-get", *self.options, "-qq", "download", *some], cwd=debs, check=True)
            for deb in debs.iterdir():
                name = deb.name.split("_")[0]
                tree = self.work / "tree"
                shutil.rmtree(tree, ignore_errors=True)
                subprocess.run(["dpkg-deb", "-x", deb, tree], check=True)
                (store / f"{name}.json").write_text(json.dumps(read_package(tree)))
                shutil.rmtree(tree)
            shutil.rmtree(debs)
            print(f"{start + len(some)} of {len(missing)} packages read", file=sys.stderr)
        return {n: json.loads((store / f"{n}.json").read_text()) for n in names if n in self.packages}


def words(item):
    """The package of "libfoo-dev:any (>= 1) [amd64] | libbar-dev"."""
    return re.split(r"[ (\[:<]", item.split("|")[0].strip())[0]


# ---- one package

def read_package(tree):
    facts = {"links": {}, "shared": {}, "static": {}, "scripts": {}, "pkgconfig": {}, "cmake": {}}
    declared = set()
    for path in sorted(tree.rglob("*")):
        name = str(path.relative_to(tree))
        if name.startswith("usr/include/") and path.is_file() and not path.is_symlink():
            declared.update(re.findall(r"\b[A-Za-z_]\w{2,}", path.read_text(errors="replace")))
            continue
        if not re.match(r"(usr/)?(lib|share)/", name):
            continue
        if path.is_symlink() and re.search(r"\.so(\.|$)", name):
            target = path.readlink()
            facts["links"][name] = str(target).lstrip("/") if target.is_absolute() else normal(f"{Path(name).parent}/{target}")
        elif name.endswith(".pc") and path.is_file():
            facts["pkgconfig"][path.stem] = pkgconfig_libraries(path.read_text(errors="replace"))
        elif path.is_symlink() or not path.is_file():
            continue
        elif re.search(r"/lib[^/]*\.so[.\d]*$", name) or re.search(r"/lib[^/]*-[\d.]+\.so$", name):
            head = path.open("rb").read(4096)
            if head[:4] == b"\x7fELF":
                facts["shared"][name] = symbols(["-D"], path)
            elif b"INPUT" in head or b"GROUP" in head:
                facts["scripts"][name] = re.findall(r"[^\s()]*\.so[.\d]*|-l[^\s()]+", head.decode(errors="replace"))
        elif re.search(r"/lib[^/]*\.a$", name) and path.stat().st_size < 80 << 20:
            facts["static"][name] = symbols(["--extern-only"], path)
        elif name.endswith(".cmake") and path.stat().st_size < 1 << 20:
            for library, found in cmake_targets(path).items():
                facts["cmake"].setdefault(library, []).extend(found)
    facts["declared"] = sorted(declared)
    return facts


def normal(path):
    parts = []
    for part in path.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def symbols(options, path):
    """Names that a link could bind to, not what C++ makes anew wherever it is used."""
    output = subprocess.run(["llvm-nm-22", "-P", "--defined-only", *options, path], capture_output=True, text=True, errors="replace").stdout
    kept = set()
    for line in output.splitlines():
        fields = line.split(" ")
        if len(fields) < 2 or fields[1] not in "TDBRWViuGSC" or len(fields[1]) != 1:
            continue
        name, _, version = fields[0].partition("@")
        weak = fields[1] in "WVu" and name.startswith("_Z")
        older = version and not version.startswith("@")
        if not weak and not older and name not in COMMON and name.isascii():
            kept.add(name)
    return sorted(kept)


def pkgconfig_libraries(text):
    variables = dict(re.findall(r"^(\w+)=(.*)$", text, re.M))
    libs = " ".join(re.findall(r"^Libs:(.*)$", text, re.M))
    for _ in range(5):
        libs = re.sub(r"\$\{(\w+)\}", lambda m: variables.get(m[1], ""), libs)
    return re.findall(r"(?:^|\s)-l(\S+)", libs)


def cmake_targets(path):
    """libX of an imported target's location, to (name for find_package, target)."""
    text = path.read_text(errors="replace")
    folder = path.parent
    configs = [p.name for p in folder.glob("*onfig.cmake")]
    packages = [m[1] for c in configs if (m := re.match(r"(.+?)(?:Config|-config)\.cmake$", c))]
    if not packages:
        return {}
    package = next((p for p in packages if path.name.lower().startswith(p.lower())), packages[0])
    found = collections.defaultdict(list)
    for target, file in re.findall(r"set_target_properties\(\s*([\w:.+-]+)\s+PROPERTIES[^)]*?IMPORTED_LOCATION\w*\s+\"[^\"]*/lib([^/\"]+?)\.(?:so|a)[.\d]*\"",
                                   text):
        found[file].append((package, target))
    # Qt's: one target a file, its library named in a call.
    targets = set(re.findall(r"add_library\(\s*(Qt\d::\w+)\s+SHARED\s+IMPORTED", text))
    files = set(re.findall(r"\"lib(Qt\d\w+)\.so[.\d]*\"", text))
    if len(targets) == 1 and len(files) == 1:
        found[files.pop()].append((package, targets.pop()))
    return found


# ---- names

def identifiers(mangled):
    """("ns::Class", "member") of an Itanium name (ABI 5.1.2, 5.1.3), as far as plain identifiers
    go; member is empty for constructors, operators and instances; None for local names."""
    match = re.match(r"_Z(?:T[VTIS]|GV)?(N[rVK]*[RO]?)?(St)?", mangled)
    position, parts = match.end(), ["std"] if match[2] else []
    table_of = mangled.startswith(("_ZT", "_ZGV"))
    complete = False
    while (length := re.compile(r"\d+").match(mangled, position)):
        start = length.end()
        position = start + int(length[0])
        parts.append(mangled[start:position])
        if not match[1] or mangled[position:position + 1] == "E" or mangled[position:position + 1] == "B":
            complete = True
            break
    if not parts or any(p.startswith("_GLOBAL__N") for p in parts) or not (match[1] or len(parts) == 1):
        return None
    if table_of:   # of a class: _ZTV, _ZTI; a variable's guard has a member as its last part
        return "::".join(parts), ""
    after = mangled[position:position + 1]
    if match[1] and not complete:   # what follows is a constructor, an operator or arguments
        return ("::".join(parts[:-1]), parts[-1]) if after == "I" and len(parts) > 1 else ("::".join(parts), "")
    return "::".join(parts[:-1]), parts[-1]


def keys_of(names):
    """Names as they are looked up: C as they are, C++ as scope::member and as scope::."""
    plain, qualified, scopes = set(), set(), set()
    for name in names:
        if not name.startswith("_Z"):
            if not re.match(r"_R|\?|.*\$|__imp_|\.", name) and "17h" not in name[-20:]:
                plain.add(name)
            continue
        taken = identifiers(name)
        if not taken or taken[0].split("::")[0] in ("std", "__gnu_cxx", "__cxxabiv1"):
            continue
        scope, member = taken
        if member:
            qualified.add(f"{scope}::{member}")
        while scope:
            scopes.add(scope + "::")
            scope = scope.rpartition("::")[0]
    if len(qualified) > MOST_QUALIFIED:
        qualified = {q for q in qualified if q.startswith("::")}
    return plain | qualified, scopes


def family(key):
    """What a library's own names have in common: "png", "curl", "Q", "boost::filesystem"."""
    if "::" in key:
        first = key.strip(":").split("::")[0]
        if key.strip(":") != first and not key.startswith("::"):
            return first + "::"
        key = first
    stem = key.lstrip("_")
    part = re.match(r"[A-Z](?=[A-Z][a-z])|[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+", stem)
    found = part[0] if part else stem
    if len(found) == 1 and stem[1:2] == "_":
        found += "_"
    return found


MASK = (1 << 64) - 1


def hash_of(key):
    """FNV-1a, its bits mixed at the end as MurmurHash3 does."""
    value = 0xcbf29ce484222325
    for byte in key.encode():
        value = (value ^ byte) * 0x100000001b3 & MASK
    value ^= value >> 33
    value = value * 0xff51afd7ed558ccd & MASK
    value ^= value >> 33
    value = value * 0xc4ceb9fe1a85ec53 & MASK
    return value ^ value >> 33


# ---- the release's libraries

class Library:
    def __init__(self, name, package, source, rank):
        self.name, self.package, self.source, self.rank = name, package, source, rank
        self.keys, self.scopes, self.declared = set(), set(), set()
        self.file, self.static = "", False
        self.fields = {}

    def order(self):
        return (self.package not in table.PREFERRED, self.rank, len(self.name), self.name)


def link_name(file):
    """("ssl", folder) of a file that -lssl could find."""
    folder, _, base = usr(file).rpartition("/")
    match = re.match(r"lib([^/]+)\.(so|a)$", base)
    if not match:
        return None
    if folder + "/" in LIBRARY_FOLDERS or match[1] in ALTERNATIVES.get(folder + "/", ()):
        return match[1]
    return None


def is_development(release, name):
    package = release.packages.get(name)
    return package and not SYSTEM_PACKAGES.match(name) and not NOT_FOR_C.search(name) and \
        (name.endswith("-dev") or package["Section"].endswith("libdevel"))


def libraries_by_package(release):
    """Package to the names that it makes usable with -l."""
    found = collections.defaultdict(set)
    for file, packages in release.owners.items():
        name = link_name(file)
        if name:
            for package in packages:
                if is_development(release, package):
                    found[package].add(name)
    return found


def without_version(package):
    return re.sub(r"-?\d[\d.]*(?=-|$)", "", package)


def akin(release, one, other):
    """Whether one package only stands for the other: of one source, but for a version in its name."""
    sources = [re.sub(r"-defaults$|[\d.]+$", "", release.packages[p]["Source"]) for p in (one, other)]
    return sources[0] == sources[1] or without_version(one) == without_version(other)


def choose(release, having, count):
    """The packages most built with, packages that only name others replaced by these."""
    ranks, chosen, replaced = {}, [], {}
    for name in [*(n for n, _ in release.popularity().most_common(2 * count)), *table.ALSO]:
        if len(chosen) >= count and name not in table.ALSO:
            continue
        if name not in release.packages:
            continue
        members = [name] if name in having else []
        if not members:
            below = [d for d in release.depends(name) if d in release.packages]
            below += [d for b in below if b.endswith("-dev") and b not in having for d in release.depends(b) if d in release.packages]
            members = [d for d in below if d in having and (akin(release, name, d) or name in table.FOLLOWED)]
            replaced.update({d: name for d in members if without_version(d) == without_version(name) and len(name) < len(d)})
        for member in members:
            if member not in ranks:
                ranks[member] = len(ranks)
                chosen.append(member)
    return chosen, ranks, replaced


def script_parts(facts, file):
    folder = file.rpartition("/")[0]
    return [usr(part.lstrip("/")) if part.startswith("/") else f"{folder}/{part}"
            for part in facts["scripts"][file] if not part.startswith("-l")]


def resolve_link(everything, file, depth=0):
    """The files with symbols that a linker name leads to: by links, or by a script that names them."""
    for one in everything:
        if file in one["shared"]:
            return [file]
        if file in one["links"] and depth < 5:
            return resolve_link(everything, one["links"][file], depth + 1)
        if file in one["scripts"] and depth < 5:
            return [f for part in script_parts(one, file) for f in resolve_link(everything, part, depth + 1)]
    return []


def usr(path):
    return path if path.startswith("usr/") else "usr/" + path


def read_libraries(release, having, chosen, ranks):
    development = release.facts(chosen)
    targets = {}
    for name, facts in development.items():
        wanted = [t for f, t in facts["links"].items() if link_name(f)]
        for file in facts["scripts"]:
            wanted += script_parts(facts, file)
        owners = {o for t in wanted for form in (t, t.removeprefix("usr/"), usr(t)) for o in release.owners.get(form, [])}
        below = [d for d in release.depends(name) if d in release.packages]
        targets[name] = sorted(owners & set(below) or owners)[:12]
    run_time = release.facts(sorted({o for owners in targets.values() for o in owners}))
    for facts in [*development.values(), *run_time.values()]:
        for kind in ("shared", "links", "scripts", "static"):   # /lib is a link to /usr/lib
            facts[kind] = {usr(f): usr(v) if kind == "links" else v for f, v in facts[kind].items()}
    libraries = []
    for package, facts in development.items():
        source = release.packages[package]["Source"]
        source = "qt" if re.match(r"qt(\d|[a-z]+-opensource)|qt6-", source) else re.sub(r"[\d.]+$", "", source)
        everything = [facts, *(run_time[o] for o in targets[package] if o in run_time)]
        for name in sorted(having[package]):
            library = Library(name, package, source, ranks[package])
            library.declared = facts["declared"]
            folders = [*LIBRARY_FOLDERS, *(f for f, names in ALTERNATIVES.items() if name in names)]
            for folder in folders:
                found = resolve_link(everything, f"{folder}lib{name}.so")
                defined = {s for f in found for one in everything for s in one["shared"].get(f, [])}
                if not found and f"{folder}lib{name}.a" in facts["static"]:
                    found, defined = [f"lib{name}.a"], set(facts["static"][f"{folder}lib{name}.a"])
                    library.static = not any(f"{f}lib{name}.so" in release.owners for f in folders)
                if found:
                    library.file = found[0]
                    library.keys, library.scopes = keys_of(defined)
                    break
            library.fields = fields_of(name, package, facts)
            libraries.append(library)
    return libraries


def alike(module, name):
    plain = re.sub(r"[^a-z0-9]", "", module.lower())
    wanted = re.sub(r"[^a-z0-9]", "", name.lower())
    return plain in (wanted, "lib" + wanted) or "lib" + plain == wanted


def fields_of(name, package, facts):
    """What build systems call the library."""
    modules = {m: libs for m, libs in facts["pkgconfig"].items() if name in libs}
    best = sorted(modules, key=lambda m: (m not in (name, "lib" + name), not alike(m, name), modules[m].index(name), len(modules[m]), len(m), m))
    targets = [tuple(t) for f, found in facts["cmake"].items() if f == name for t in found]
    targets.sort(key=lambda t: ("::" not in t[1], "static" in t[1].lower(), len(t[1]), t))
    known = table.names_of(name, package)
    package_and_target = known.get("cmake") or (" ".join(targets[0]) if targets else "")
    return {"pkgconfig": known.get("pkgconfig") or (best[0] if best else ""), "cmake": package_and_target,
            **{k: known.get(k, "") for k in ("brew", "vcpkg", "conan", "crate")}}


# ---- the index

def one_of_each_file(libraries):
    """Several names for one file in one package: the one that build systems use, else the shortest."""
    groups = collections.defaultdict(list)
    for library in libraries:
        groups[library.package, library.file or library.name].append(library)
    for group in groups.values():
        group.sort(key=lambda l: (l.name not in table.NAMES, not l.fields["pkgconfig"], len(l.name), l.name))
        for other in group[1:]:
            other.keys, other.scopes = set(), set()
    packages = collections.defaultdict(list)
    for library in libraries:
        packages[library.package].append(library)
    for library in libraries:   # a second build of the same, for static links
        for other in packages[library.package]:
            if library.static and not other.static and library.keys and other.keys and \
                    10 * len(library.keys & other.keys) > 9 * min(len(library.keys), len(other.keys)):
                library.keys, library.scopes = set(), set()


def system_names():
    found = set()
    for file in SYSTEM:
        for folder in (f"/lib/{TRIPLET}/", f"/usr/lib/{TRIPLET}/", "/usr/lib/gcc/x86_64-linux-gnu/12/"):
            if Path(folder + file).exists():
                found.update(symbols(["-D"], folder + file))
                break
    return found


def index(libraries):
    """Key to (whether it can only be this library's, libraries), the likeliest first."""
    system = system_names()
    definers, sources = collections.defaultdict(list), collections.defaultdict(set)
    for library in libraries:
        for key in library.keys | library.scopes:
            if key not in system:
                definers[key].append(library)
                sources[key].add(library.source)
    families = collections.Counter()
    in_source = collections.Counter()
    for key in definers:
        families[family(key)] += 1
        for source in sources[key]:
            in_source[family(key), source] += 1
    declared = {l.package: set(l.declared) for l in libraries}
    entries = {}
    for key, found in definers.items():
        scope = key.endswith("::")
        if len(sources[key]) > MOST_LIBRARIES or (scope and len(found) > MOST_LIBRARIES):
            continue
        found.sort(key=Library.order)
        kin = family(key)
        share = max(in_source[kin, s] for s in sources[key])
        # A copy of another's code that got out.
        found = [l for l in found if 10 * in_source[kin, l.source] >= share]
        best = found[0]
        own = 2 * share >= families[kin] and share >= (2 if "::" not in key else 5 if "::" in key.strip(":") else 10)
        public = any(key.rpartition("::")[2] in declared[l.package] for l in found)
        if "::" not in key and not own and not public:
            continue
        sure = own or (public and len(key) >= 6 and best.rank < 200)
        entries[key] = (sure, tuple(found[:4]))
    return entries


def write_index(path, libraries, entries):
    """The format: src/name/providers.cc."""
    records = sorted({(l.name, l.order(), l.package): l for l in libraries}.items(), key=lambda item: item[0])
    numbers = {id(l): i for i, (_, l) in enumerate(records)}
    text, starts = bytearray(), []
    for (name, _, package), library in records:
        starts.append(len(text))
        f = library.fields
        line = [name, package, "a" if library.static else "", f["pkgconfig"], f["cmake"], f["brew"], f["vcpkg"], f["conan"], f["crate"]]
        text += "\t".join(line).encode() + b"\n"
    starts.append(len(text))
    sets, rows = {}, []
    for key, (sure, found) in entries.items():
        members = tuple(numbers[id(l)] for l in found)
        number = sets.setdefault((sure, members), len(sets))
        value = hash_of(key)
        rows.append((value >> 14, number))   # 50 bits
    rows.sort()
    if len({v for v, _ in rows}) != len(rows) or len(sets) >= 1 << 14 or len(records) >= 1 << 15:
        sys.exit("two names share a hash, or there are too many libraries for the format")
    directory = [0] * 65537
    for value, _ in rows:
        directory[(value >> 34) + 1] += 1
    for i in range(65536):
        directory[i + 1] += directory[i]
    out = bytearray(b"LDWHYPI1" + struct.pack("<6I", len(records), len(sets), len(rows), len(text), 0, 0))
    out += struct.pack("<65537I", *directory)
    out += struct.pack(f"<{len(starts)}I", *starts)
    for sure, members in sets:
        padded = list(members) + [0x7fff] * (4 - len(members))
        out += struct.pack("<4H", padded[0] | (0x8000 if sure else 0), *padded[1:])
    for value, number in rows:
        out += ((value & (1 << 34) - 1) << 14 | number).to_bytes(6, "little")
    out += text
    Path(path).write_bytes(out)
    return len(records), len(sets), len(rows), len(out)


def all_libraries(release, having, libraries, ranks, replaced):
    """Those with symbols, and every other library that a package of the release brings."""
    known = {(l.name, l.package) for l in libraries}
    for package, names in having.items():
        for name in names:
            if (name, package) not in known:
                library = Library(name, package, "", len(ranks) + 1)
                library.fields = {"pkgconfig": "", "cmake": "", "brew": "", "vcpkg": "", "conan": "", "crate": "",
                                  **table.names_of(name, package)}
                libraries.append(library)
    for library in libraries:
        library.package = table.INSTEAD.get(library.package) or replaced.get(library.package, library.package)


def show(path):
    data = Path(path).read_bytes()
    libraries, sets, names, text = struct.unpack_from("<4I", data, 8)
    print(f"{libraries} libraries, {names} names, {sets} sets of libraries, {len(data)} bytes")
    print(data[len(data) - text:].decode(), end="")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, default=Path("/tmp/providers"))
    parser.add_argument("--packages", type=int, default=500)
    parser.add_argument("--output", default=Path(__file__).resolve().parent.parent / "src/name/providers.bin")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    if arguments.list:
        return show(arguments.output)
    if unknown := list(table.unknown_targets()):
        sys.exit("CMake's modules do not have " + ", ".join(unknown))
    release = Release(arguments.work)
    having = libraries_by_package(release)
    chosen, ranks, replaced = choose(release, having, arguments.packages)
    libraries = read_libraries(release, having, chosen, ranks)
    one_of_each_file(libraries)
    entries = index(libraries)
    if arguments.verbose:
        counts = collections.Counter(l.name for _, found in entries.values() for l in found[:1])
        print(counts.most_common(60))
    with_names = len({id(l) for _, found in entries.values() for l in found})
    all_libraries(release, having, libraries, ranks, replaced)
    records, sets, names, size = write_index(arguments.output, libraries, entries)
    print(f"{len(chosen)} packages read, {with_names} libraries with {names} names in {sets} sets; {records} libraries in all; {size} bytes")


if __name__ == "__main__":
    main()
