#!/usr/bin/env python3
"""Makes src/name/known_names.inc: which support library has which name.

usage: known_names.py > src/name/known_names.inc
The names are read from the libraries themselves (Debian 12: gcc, gcc-multilib, gfortran,
libobjc-12-dev, gcc-mingw-w64, libclang-rt-22-dev, libc++-22-dev, libomp-22-dev). A pattern keeps
the names that compilers and programs ask for and drops the library's own helpers. Families
and their advice stand in src/name/known_names.cc.
"""
import glob, re, subprocess, sys

GCC = "/usr/lib/gcc/x86_64-linux-gnu/12"
LLVM = "/usr/lib/llvm-22/lib"
RT = LLVM + "/clang/22/lib/linux/libclang_rt."
MINGW = "/usr/lib/gcc/x86_64-w64-mingw32/12-win32"
WINDOWS = "/usr/x86_64-w64-mingw32/lib"
LIBC = "/lib/x86_64-linux-gnu"

SANITIZER = [RT + name + "-x86_64.a" for name in
             ("asan", "ubsan_standalone", "tsan", "msan", "hwasan", "memprof", "rtsan", "dfsan", "cfi_diag", "safestack",
              "xray", "fuzzer", "stats", "nsan", "tysan")] + [GCC + f"/lib{n}.a" for n in ("asan", "tsan", "ubsan", "lsan")]

# family: (pattern of names to keep, files)
FAMILIES = {
    "builtins": (r"_{2,3}(?!bid|gcov|register_|deregister_|.*frame_info|gthread|unw|gcc_personality|llvm)[a-z]\w*$",
                 [GCC + "/libgcc.a", GCC + "/32/libgcc.a", MINGW + "/libgcc.a", RT + "builtins-x86_64.a", RT + "builtins-i386.a"]),
    "unwind": (r"_Unwind_\w+$|__(de)?register_frame\w*$|__gcc_personality_v0$|unw_\w+$",
               [GCC + "/libgcc_eh.a", GCC + "/libgcc.a", LLVM + "/libunwind.a", MINGW + "/libgcc_eh.a"]),
    "atomic": (r"__atomic_\w+$|atomic_flag_\w+$", [GCC + "/libatomic.a", GCC + "/32/libatomic.a"]),
    "gcov": (r"__gcov_\w+$", [GCC + "/libgcov.a"]),
    "profile": (r"(__llvm_profile_|__llvm_|llvm_gcda_|llvm_gcov_)\w+$", [RT + "profile-x86_64.a"]),
    "sanitizer": (r"__(asan|lsan|ubsan|tsan|msan|hwasan|memprof|rtsan|dfsan|dfsw|nsan|tysan|cfi|safestack|sanitizer|xray)_\w+$|"
                  r"__tsan_\w+$|LLVMFuzzer\w+$", SANITIZER),
    "openmp": (r"(GOMP|GOACC|omp|acc|__kmpc|kmpc|kmp|ompx?|ompt)_\w+$", [GCC + "/libgomp.a", LLVM + "/libomp.so"]),
    "objc": (r"(_*objc|class|sel|object|method|protocol|ivar|property)_\w+$", [GCC + "/libobjc.a"]),
    "fortran": (r"_gfortran_(?!\w*internal)\w+$", [GCC + "/libgfortran.a"]),
    "quadmath": (r"[a-z0-9]+q$|(strtoflt128|quadmath_snprintf)$", [GCC + "/libquadmath.a"]),
    "itm": (r"_ITM_\w+$", [GCC + "/libitm.a"]),
    "cxxabi": (r"__cxa_\w+$|__gxx_\w+$|__dynamic_cast$|_Zn[wa]\w+$|_Zd[la]\w+$|_ZT[VI]N10__cxxabiv1\w+$|_ZT[IV]St\d+\w+$|"
               r"_ZSt\d+(terminate|unexpected|get_terminate|set_terminate|uncaught_exceptions?|current_exception)\w*$",
               [GCC + "/libsupc++.a", LLVM + "/libc++abi.a"]),
    "ssp": (r"__stack_chk_\w+$", [GCC + "/libssp_nonshared.a", MINGW + "/libssp.a"]),
    "vcruntime": (r"[_A-Za-z?]\S*$", [WINDOWS + "/libvcruntime140_app.a"]),
    "m": (r"(?!.*f(16|32|64|128)x?$|__)[a-z]\w*$", [LIBC + "/libm.so.6"]),
    "resolv": (r"(res_|__res_|ns_|__ns_|dn_|__dn_|__b64|hstrerror|inet_net)\w*$", [LIBC + "/libresolv.so.2"]),
    "crypt": (r"crypt\w*$", [LIBC + "/libcrypt.so.1"]),
}
# What glibc 2.34 took into libc.so.6 has a default version GLIBC_2.34 beside older ones; where
# it was before, its name tells. Older systems, and static libraries built on them, need these.
MOVED = {
    "pthread": r"(pthread_|sem_|mtx_|cnd_|thrd_|tss_|call_once)\w*$",
    "dl": r"dl\w+$",
    "rt": r"(aio_|lio_|mq_|shm_|timer_)\w+$",
    "util": r"(openpty|forkpty|login|login_tty|logout|logwtmp)$",
    "resolv": r"(res_|__res_|ns_|__ns_|dn_|__dn_|inet_net)\w*$",
}
for library in ("ws2_32", "winmm", "iphlpapi", "bcrypt", "ncrypt", "crypt32", "dbghelp", "version", "userenv", "shlwapi", "psapi",
                "secur32", "imm32", "oleaut32", "ole32", "gdi32", "comdlg32", "winhttp", "opengl32", "dwmapi", "synchronization",
                "comctl32", "user32", "advapi32", "shell32", "setupapi", "hid", "cfgmgr32", "rpcrt4", "wininet", "dnsapi", "wtsapi32",
                "pdh", "netapi32", "mpr", "msimg32", "uxtheme", "wintrust", "powrprof", "avrt", "kernel32"):
    FAMILIES[library] = (r"[A-Za-z]\w*$", [f"{WINDOWS}/lib{library}.a"])


def names(path):
    tool = ["nm", "-D", "--defined-only", path] if ".so" in path else ["nm", "-g", "--defined-only", path]
    output = subprocess.run(tool, capture_output=True, text=True, check=False).stdout
    for line in output.splitlines():
        words = line.split()
        if len(words) == 3 and words[1] in "TtDdBbRrWwVvCciIA":
            yield words[2]


def plain(name, path):
    """Without a version and, of import libraries, without the pointer's prefix."""
    name = name.split("@")[0]
    return name.removeprefix("__imp_") if path.startswith(WINDOWS) else name


def shortened(name, last):
    """How many characters of the name before it begin this one ('0' and up), and the rest."""
    shared = 0
    while shared < min(len(name), len(last), 40) and name[shared] == last[shared]:
        shared += 1
    return chr(ord("0") + shared) + name[shared:]


def main():
    found = {}
    for family, (pattern, paths) in FAMILIES.items():
        kept = set()
        for path in paths:
            if not glob.glob(path):
                sys.exit(f"{path} is not there: install its package")
            kept |= {name for name in (plain(n, path) for n in names(path)) if re.match(pattern, name)}
        found[family] = kept
    defaults, older = set(), set()
    for name in names(LIBC + "/libc.so.6"):
        base, _, version = name.partition("@")
        (defaults if version == "@GLIBC_2.34" else older).add(base)
    older |= {name.removeprefix("__") for name in older}   # <resolv.h> has macros: res_query was __res_query
    for family, pattern in MOVED.items():
        found[family] = found.get(family, set()) | {name for name in defaults & older if re.match(pattern, name)}
    print("// Made by scripts/known_names.py from the libraries themselves: do not edit.")
    for family, kept in found.items():
        print(f'{{"{family}",')
        line, last = "", ""
        for name in sorted(kept):
            word = shortened(name, last)
            if len(line) + len(word) > 108:
                print(f' "{line}"')
                line = ""
            line += word + " "
            last = name
        print(f' "{line}"}},')


if __name__ == "__main__":
    main()
