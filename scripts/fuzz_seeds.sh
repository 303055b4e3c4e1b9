#!/bin/sh
# Makes a few small inputs a fuzz target, with the compilers at hand: scripts/fuzz_seeds.sh FOLDER.
# What a missing tool would make is left out.
set -u
seeds=$1
mkdir -p "$seeds"
cd "$seeds" || exit 1
for target in elf macho coff pe wasm bitcode archive tbd script module_definition log asm command link cargo; do mkdir -p $target; done
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# One file with what matters: global, local, weak, common, hidden, undefined, TLS, assembly.
cat >"$work/a.c" <<'C'
__asm__(".text\nprivate_asm:\n.globl global_asm\nglobal_asm:\n.long 0\n");
extern int missing(void);
__attribute__((weak)) int weak(void) { return missing(); }
__attribute__((visibility("hidden"))) int hidden = 3;
__thread int per_thread;
static int kept(int x) { return x + hidden + per_thread; }
int foo(int x) { return kept(x) + weak(); }
C
sed 1d "$work/a.c" >"$work/b.c"  # for WebAssembly, whose assembly is another
cat >"$work/m.cc" <<'C'
extern "C" int foo(int);
int bar(char *);
inline int twice(int x) { return 2 * x; }
int main() { char c; return foo(twice(3)) + bar(&c); }
C

try() { "$@" 2>/dev/null; }
triples="x86_64-linux-gnu i386-linux-gnu aarch64-linux-gnu armv7-linux-gnueabihf s390x-linux-gnu mips-linux-gnu"
for version in 22 19 14; do
  clang=clang-$version
  command -v $clang >/dev/null || continue
  for triple in $triples; do
    try $clang -target $triple -O1 -fPIC -c "$work/a.c" -o elf/a-$triple-$version.o
  done
  try $clang -O1 -g -gz -ffunction-sections -c "$work/m.cc" -o elf/m-$version.o
  for triple in arm64-apple-macos11 x86_64-apple-macos10.14; do
    try $clang -target $triple -O1 -c "$work/a.c" -o macho/a-$triple-$version.o
    try $clang -target $triple -O1 -c "$work/m.cc" -o macho/m-$triple-$version.o
    try $clang -target $triple -O1 -flto=thin -c "$work/a.c" -o bitcode/a-$triple-$version.o
  done
  for triple in x86_64-pc-windows-msvc i686-w64-windows-gnu arm64ec-pc-windows-msvc; do
    try $clang -target $triple -O1 -c "$work/a.c" -o coff/a-$triple-$version.o
  done
  try $clang -target x86_64-pc-windows-msvc -g -Xclang -fembed-bitcode=all -c "$work/m.cc" -o coff/m-$version.o
  try $clang -target wasm32 -O1 -c "$work/b.c" -o wasm/a-$version.o
  try $clang -target wasm64 -g -c "$work/m.cc" -o wasm/m-$version.o
  try $clang -flto -ffat-lto-objects -c "$work/a.c" -o elf/a-fat-$version.o
  try $clang -target arm64-apple-macos11 -fembed-bitcode=all -c "$work/a.c" -o macho/a-embedded-$version.o
  try $clang -O1 -flto -c "$work/a.c" -o bitcode/a-full-$version.o
  try $clang -O1 -flto=thin -c "$work/m.cc" -o bitcode/m-thin-$version.o
done
try gcc -O1 -c "$work/a.c" -o elf/a-gcc.o
try gcc -O1 -flto -fno-fat-lto-objects -c "$work/a.c" -o elf/a-gcc-slim.o
echo 'V1 { global: foo; local: *; };' >"$work/map"
try gcc -shared -nostdlib -fPIC -O1 "$work/a.c" -Wl,--version-script="$work/map" -Wl,-soname,liba.so.1 -Wl,-z,noseparate-code -o elf/liba.so
echo '#[no_mangle] pub extern "C" fn foo(x: i32) -> i32 { x }' >"$work/r.rs"
try rustc --crate-type=lib --emit=obj -Cpanic=abort -o elf/r.o "$work/r.rs"
try ld64.lld-22 -dylib -arch arm64 -platform_version macos 11 11 -undefined dynamic_lookup macho/a-arm64-apple-macos11-22.o -o macho/liba.dylib

for gcc in x86_64-w64-mingw32-gcc i686-w64-mingw32-gcc; do
  command -v $gcc >/dev/null || continue
  try $gcc -O1 -fcommon -c "$work/m.cc" -o coff/m-$gcc.o
  try $gcc -O1 -Wa,-mbig-obj -c "$work/a.c" -o coff/a-$gcc.o
  try $gcc -O1 -flto -fno-fat-lto-objects -c "$work/a.c" -o coff/a-slim-$gcc.o
done
printf '\0\0\377\377\0\0\144\206\0\0\0\0\014\0\0\0\0\0\004\0foo\0foo.dll\0' >coff/import
printf '\0\0\377\377\0\0\101\246\0\0\0\0\015\0\0\0\0\0\004\0#foo\0foo.dll\0' >coff/import-arm64ec
cat >module_definition/a.def <<'T'
LIBRARY "a.dll" BASE=0x10000 ; where it is loaded
EXPORTS
  foo @1 NONAME
  bar=inner DATA
  @fast@4 @ 7 PRIVATE
  far = KERNEL32.Sleep
  seen == really CONSTANT
IMPORTS
  mine = user32.dll.theirs
STACKSIZE 4096
T
printf 'LIBRARY a\nEXPORTS\n foo @7\n twin=foo\n far=KERNEL32.Sleep\n hidden @9 NONAME\n' >"$work/a.def"
for triple in x86_64-pc-windows-msvc i686-w64-windows-gnu; do
  try lld-link-22 /dll /noentry /force /def:"$work/a.def" coff/a-$triple-22.o /out:pe/$triple.dll
done
echo 'int seven = 7; static int six(void) { return 6; } int foo(void) { return six() + seven; }' >"$work/d.c"
try x86_64-w64-mingw32-gcc -shared -nostdlib -e foo "$work/d.c" -o pe/mingw.dll
rm -f pe/*.lib
try wasm-ld-22 -shared --experimental-pic --unresolved-symbols=import-dynamic wasm/a-22.o -o wasm/a.so
try wasm-ld-22 --no-entry --allow-undefined --export=foo wasm/a-22.o -o wasm/a.wasm

ar=$(command -v llvm-ar-22 || command -v llvm-ar || command -v ar)
object() { ls "$@" 2>/dev/null | head -1; }
one=$(object elf/a-x86_64-linux-gnu-*.o elf/a-gcc.o macho/*.o) two=$(object elf/m-*.o elf/a-gcc.o macho/*.o)
apple=$(object macho/a-arm64*.o)
cp "$one" "$work/a_name_longer_than_sixteen.o"
try ar rcs archive/gnu.a "$work/a_name_longer_than_sixteen.o" "$two"
try "$ar" --format=bsd -rcs archive/bsd.a "$work/a_name_longer_than_sixteen.o"
[ -z "$apple" ] || try "$ar" --format=darwin -rcs archive/darwin.a "$apple"
(cd "$work" && cp "$seeds/$two" b 2>/dev/null; cp a_name_longer_than_sixteen.o a; try ar rcsT thin.a a b)
cp "$work/thin.a" archive/ 2>/dev/null
try llvm-lipo-22 -create macho/a-arm64-apple-macos11-22.o macho/a-x86_64-apple-macos10.14-22.o -output archive/fat.o

cat >tbd/v4.tbd <<'T'
--- !tapi-tbd
tbd-version:     4
targets:         [ x86_64-macos, arm64-macos ]
install-name:    '/usr/lib/libSystem.B.dylib'
current-version: 1292
reexported-libraries:
  - targets:     [ x86_64-macos ]
    libraries:   [ '/usr/lib/system/libc.dylib' ]
exports:
  - targets:         [ x86_64-macos, arm64-macos ]
    symbols:         [ _foo, '$ld$hide$os10.4$_bar', 'R8289209$_close' ]
    weak-symbols:    [ "_weak" ]
    objc-classes:    [ NSFoo ]
...
T
cat >tbd/v3.tbd <<'T'
--- !tapi-tbd-v3
archs:           [ armv7, arm64 ]
platform:        ios
install-name:    /usr/lib/libz.dylib
exports:
  - archs:           [ armv7, arm64 ]
    symbols:         [ _inflate ]
...
T
cat >tbd/v5.tbd <<'T'
{"tapi_tbd_version": 5, "main_library": {"target_info": [{"target": "arm64-macos", "min_deployment": "11"}],
 "install_names": [{"name": "/usr/lib/liba.dylib"}],
 "exported_symbols": [{"targets": ["arm64-macos"], "text": {"global": ["_foo"], "objc_class": ["A"]}, "data": {"weak": ["_w"]}}]}}
T
cat >script/libc.so <<'T'
/* GNU ld script */
OUTPUT_FORMAT(elf64-x86-64)
SEARCH_DIR("=/usr/lib")
GROUP ( /lib/libc.so.6 "b" AS_NEEDED ( -lm ) )
INPUT(a, b)
T
cat >script/map <<'T'
V1 { global: foo; extern "C++" { "ns::bar(int)"; ns::*; }; local: *; };
V2 { global: baz*[a-z]; } V1;
T
printf '{ foo; extern "C" { bar; }; };\n' >script/list

for linker in ld.bfd ld.gold ld.lld-22 ld.lld-14 mold ld64.lld-22; do
  command -v $linker >/dev/null || continue
  input=$two
  [ $linker = ld64.lld-22 ] && input="-arch arm64 -platform_version macos 11 11 $apple"
  # shellcheck disable=SC2086  # a list of words
  { echo "$linker $input -lnowhere -o x"; $linker $input -o x; $linker $input -lnowhere -o x; } >log/$linker.log 2>&1
done
rm -f x
{ echo "make: Entering directory '/w'"; try gcc -v "$two" -o x; gcc "$two" -o x; echo "make: *** [Makefile:2: x] Error 1"; } >log/make.log 2>&1
sed -n 's/^__asm__("\(.*\)");/\1/p' "$work/a.c" | sed 's/\\n/\n/g' >asm/plain.s
try gcc -O1 -S "$work/a.c" -o asm/gcc.s
try clang-22 -target arm64-apple-macos11 -O1 -S "$work/a.c" -o asm/apple.s

number=0
for words in '-o x main.o -L. -lx --start-group a.a b.a --end-group' '-shared -soname=l -z defs --version-script map a.o' \
  '-flavor gnu --as-needed -l:libx.a -Bstatic @y' '-arch arm64 -platform_version macos 11 12 -lSystem -framework Foundation' \
  '-O2 -Wl,-rpath,/x,-z,now -fuse-ld=lld -flto=thin a.o' '-target arm64-apple-macos11 -Xlinker -dead_strip a.o'; do
  printf "\\$(printf %03o $number)%s" "$words" >command/words-$number
  number=$((number + 1))
done

# A link is one byte of choices, two 16-bit lengths, and the files a, b, c one after another.
byte() { printf "\\$(printf %03o $(($1 % 256)))"; }
link() {  # NAME CHOICES FILE FILE FILE
  for file in "$3" "$4" "$5"; do [ -s "$file" ] || return; done
  first=$(wc -c <"$3") second=$(wc -c <"$4")
  { byte "$2"; byte "$first"; byte $((first / 256)); byte "$second"; byte $((second / 256)); cat "$3" "$4" "$5"; } >link/"$1"
}
printf 'INPUT ( a ) GROUP ( c -lx AS_NEEDED ( b ) )' >"$work/script"
for linker in 0 1 2 3; do
  link gnu-$linker $((linker + 0)) "$two" archive/gnu.a elf/a-gcc.o
  link shared-$linker $((linker + 160)) "$two" elf/liba.so archive/gnu.a
  link script-$linker $((linker + 15)) "$two" "$work/script" archive/thin.a
done
link lto 2 bitcode/m-thin-22.o bitcode/a-full-22.o archive/gnu.a
link darwin 4 macho/m-arm64-apple-macos11-22.o archive/darwin.a tbd/v4.tbd
link darwin-lto 4 macho/m-arm64-apple-macos11-22.o bitcode/a-arm64-apple-macos11-22.o macho/liba.dylib
link darwin-fat 4 macho/m-x86_64-apple-macos10.14-22.o archive/fat.o tbd/v3.tbd
find . -type f -size 0 -delete
find . -type f -size +64k -delete

# Cargo projects: parts between bytes 0x1e (fuzz/cargo_fuzz.cc says which).
printf '%s\036' 'cargo +1.90 build --release --target a --config profile.release.lto="fat"' '-C lto=fat -g' \
  '[workspace]
members = ["m", "m/*"]
[workspace.dependencies]
n = { path = "m/n", features = ["f"] }
[profile.x]
inherits = "release"
lto = "thin"
[profile.x.package."*"]
opt-level = 2' '[package]
name = "m"
version = "0.1.0"
[lib]
crate-type = ["cdylib"]
[dependencies]
n = { workspace = true, features = ["g"] }
[profile.release]
lto = true' 'include = ["include.toml"]
[build]
rustflags = ["-C", "lto=thin"]
[target.'"'cfg(all(unix, not(windows)))'"']
linker = "clang"
rustflags = "-g"
[env]
A = { value = "b", force = true }' 'version = 4
[[package]]
name = "m"
version = "0.1.0"
dependencies = ["n 1.0.0 (r+x)"]
[[package]]
name = "n"
version = "1.0.0"
source = "r+x#1"' '[build]
target = ["host-tuple"]' '1.90' 'fn main() { println!("cargo:rustc-link-arg=-x\n"); }' '[profile.dev]
lto = "off"' '[package]
name = "n"
workspace = "../.."' '[toolchain]
channel = "1.80"' >cargo/workspace
