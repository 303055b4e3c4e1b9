// The table is made by scripts/known_names.py from the libraries themselves. Each word of it
// is a name: the first character says how many characters it has in common with the one
// before ('0': none), the rest follows. Sanitizers share one family: what follows the
// underscores is the name of the one to switch on.
#include "name/known_names.h"

#include <algorithm>
#include <string>
#include <vector>

namespace ldwhy {
namespace {

struct NameTable {
  std::string_view family;
  std::string_view names;
};
constexpr NameTable tables[] = {
#include "name/known_names.inc"
};

using enum FamilyKind;
constexpr NameFamily families[] = {
    // Prefixes that begin another's come after it.
    {"asan", RunTime, "AddressSanitizer's run-time library", "asan clang_rt.asan", "-fsanitize=address", "__asan_"},
    {"hwasan", RunTime, "HWAddressSanitizer's run-time library", "hwasan clang_rt.hwasan", "-fsanitize=hwaddress",
     "__hwasan_"},
    {"lsan", RunTime, "LeakSanitizer's run-time library", "lsan clang_rt.lsan asan clang_rt.asan", "-fsanitize=leak",
     "__lsan_"},
    {"tsan", RunTime, "ThreadSanitizer's run-time library", "tsan clang_rt.tsan", "-fsanitize=thread", "__tsan_"},
    {"msan", RunTime, "MemorySanitizer's run-time library", "clang_rt.msan", "-fsanitize=memory", "__msan_"},
    {"ubsan", RunTime, "UndefinedBehaviorSanitizer's run-time library", "ubsan clang_rt.ubsan_standalone",
     "-fsanitize=undefined", "__ubsan_"},
    {"memprof", RunTime, "the heap profiler's run-time library", "clang_rt.memprof", "-fmemory-profile", "__memprof_"},
    {"rtsan", RunTime, "RealtimeSanitizer's run-time library", "clang_rt.rtsan", "-fsanitize=realtime", "__rtsan_"},
    {"dfsan", RunTime, "DataFlowSanitizer's run-time library", "clang_rt.dfsan", "-fsanitize=dataflow", "__dfs"},
    {"cfi", RunTime, "the run-time library of control-flow integrity", "clang_rt.cfi clang_rt.cfi_diag",
     "-fsanitize=cfi", "__cfi_"},
    {"xray", RunTime, "XRay's run-time library", "clang_rt.xray", "-fxray-instrument", "__xray_"},
    {"fuzzer", RunTime, "libFuzzer", "clang_rt.fuzzer", "-fsanitize=fuzzer", "LLVMFuzzerRunDriver"},
    {"sanitizer", RunTime, "the sanitizers' run-time libraries",
     "asan tsan ubsan lsan clang_rt.asan clang_rt.tsan clang_rt.ubsan_standalone",
     "the same -fsanitize= option as for compiling", "__sanitizer_"},
    {"atomic", RunTime, "the helpers for atomic operations on large or odd types", "atomic clang_rt.atomic", "-latomic",
     "__atomic_"},
    {"gcov", RunTime, "GCC's coverage library", "gcov", "--coverage", "__gcov_"},
    {"profile", RunTime, "Clang's profile library", "clang_rt.profile profiler_builtins",
     "-fprofile-instr-generate (or --coverage)", "__llvm_profile_"},
    {"openmp", RunTime, "the OpenMP run-time library", "gomp omp iomp5", "-fopenmp", "GOMP_"},
    {"kmpc", RunTime, "LLVM's OpenMP run-time library", "omp iomp5", "-fopenmp", "__kmpc_"},
    {"objc", RunTime, "the Objective-C run-time library", "objc", "-lobjc", "objc_"},
    {"fortran", RunTime, "GNU Fortran's run-time library", "gfortran", "-lgfortran", "_gfortran_"},
    {"quadmath", RunTime, "the mathematics of 128-bit floating point", "quadmath", "-lquadmath", ""},
    {"itm", RunTime, "the transactional memory library", "itm", "-litm", "_ITM_"},
    {"sync", RunTime, "the compiler's helpers for atomic operations (__sync_…)", "gcc",
     "-latomic, or compile for a processor that has them (-march=)", "__sync_"},
    {"ssp", RunTime, "the stack protector", "ssp ssp_nonshared", "-fstack-protector", "__stack_chk_"},
    {"unwind", RunTime, "the stack unwinder", "gcc_s gcc_eh unwind", "-lgcc_s (or -lunwind)", "_Unwind_"},
    {"vcruntime-newer", RunTime, "the C++ run-time library of a newer Visual Studio toolset",
     "msvcprt msvcprtd libcpmt libcpmtd", "the toolset that the objects were compiled with, or a newer one",
     "__std_ _Thrd_sleep_for _Cnd_timedwait_for __CxxFrameHandler4 __GSHandlerCheck_EH4", true},
    {"vcruntime", RunTime, "Microsoft's C++ run-time library", "vcruntime vcruntimed libvcruntime msvcrt",
     "vcruntime.lib",
     "__CxxFrameHandler _CxxThrowException __GSHandlerCheck _RTC_ __security_ __report_ __guard_ __vcrt_ __acrt_ "
     "__scrt_",
     true},
    {"mingw-run-time", RunTime, "the run-time libraries of MinGW's GCC", "mingwex gcc",
     "MinGW's own linker, or the library as its DLL", "__mingw_ ___chkstk_ms", true},
    {"aeabi", RunTime, "the helpers of the ARM run-time ABI", "gcc clang_rt.builtins compiler_builtins",
     "-lgcc (or compiler-rt's builtins)", "__aeabi_"},
    {"apple-builtins", RunTime, "compiler-rt for Apple's systems", "clang_rt.osx clang_rt.ios",
     "the compiler's libclang_rt.osx.a (or ios)", "__isPlatform"},
    {"outline-atomics", RunTime, "the compiler's helpers for atomic operations on 64-bit ARM (-moutline-atomics)",
     "gcc clang_rt.builtins compiler_builtins", "-lgcc or compiler-rt's builtins, or compile with -mno-outline-atomics",
     "__aarch64_"},
    {"swift-compat", RunTime, "Swift's compatibility libraries",
     "swiftCompatibility50 swiftCompatibility51 swiftCompatibility56",
     "the toolchain's folder usr/lib/swift/PLATFORM on the search path", "_swift_FORCE_LOAD_$_"},
    {"druntime", RunTime, "D's run-time library (druntime, Phobos)",
     "phobos2 druntime phobos2-ldc druntime-ldc gphobos gdruntime", "ldc2, dmd or gdc in place of cc for the link",
     "_d_ _Dmodule_ref"},
    {"wasm-eh", RunTime, "WebAssembly's exceptions", "unwind c++abi",
     "-fwasm-exceptions (or -fexceptions), the same for every object, library and the link",
     "__cpp_exception __c_longjmp __wasm_lpad_context"},
    {"builtins", RunTime, "the compiler's helpers (libgcc, compiler-rt)", "gcc clang_rt.builtins compiler_builtins",
     "-lgcc (or compiler-rt's builtins)", "__hexagon_"},
    {"cxxabi", CxxRunTime, "the C++ run-time library", "stdc++ c++ c++abi supc++",
     "-lstdc++ (or -lc++), which g++ and clang++ add", "__cxa_"},
    {"m", System, "the mathematics library", "m", "-lm", ""},
    {"pthread", System, "the threads library", "pthread", "-pthread", "pthread_"},
    {"dl", System, "the library that loads others", "dl", "-ldl", ""},
    {"rt", System, "the real-time library", "rt", "-lrt", ""},
    {"util", System, "the terminals library", "util", "-lutil", ""},
    {"resolv", System, "the name resolver", "resolv", "-lresolv", "res_9_"},
    {"crypt", System, "the password hashing library", "crypt", "-lcrypt", ""},
    {"ws2_32", System, "Windows Sockets", "ws2_32", "-lws2_32", "WSA", true},
    {"winmm", System, "Windows multimedia", "winmm", "-lwinmm", "", true},
    {"iphlpapi", System, "Windows IP helpers", "iphlpapi", "-liphlpapi", "", true},
    {"bcrypt", System, "Windows cryptography", "bcrypt", "-lbcrypt", "BCrypt", true},
    {"ncrypt", System, "Windows key storage", "ncrypt", "-lncrypt", "NCrypt", true},
    {"crypt32", System, "Windows certificates", "crypt32", "-lcrypt32", "Cert", true},
    {"dbghelp", System, "Windows debugging helpers", "dbghelp", "-ldbghelp", "", true},
    {"version", System, "Windows version information", "version", "-lversion", "", true},
    {"userenv", System, "Windows user profiles", "userenv", "-luserenv", "", true},
    {"shlwapi", System, "the Windows shell's helpers", "shlwapi", "-lshlwapi", "", true},
    {"psapi", System, "Windows process information", "psapi", "-lpsapi", "", true},
    {"secur32", System, "Windows security", "secur32", "-lsecur32", "", true},
    {"imm32", System, "Windows input methods", "imm32", "-limm32", "", true},
    {"oleaut32", System, "OLE automation", "oleaut32", "-loleaut32", "", true},
    {"ole32", System, "OLE and COM", "ole32", "-lole32", "", true},
    {"gdi32", System, "Windows graphics", "gdi32", "-lgdi32", "", true},
    {"comdlg32", System, "Windows dialogs", "comdlg32", "-lcomdlg32", "", true},
    {"winhttp", System, "Windows HTTP", "winhttp", "-lwinhttp", "WinHttp", true},
    {"opengl32", System, "OpenGL", "opengl32", "-lopengl32", "", true},
    {"dwmapi", System, "the Windows desktop's manager", "dwmapi", "-ldwmapi", "", true},
    {"cudart", System, "CUDA's run-time library", "cudart cudart_static", "-lcudart",
     "__cudaRegister __cudaUnregister __cudaPushCall __cudaPopCall cudaMalloc cudaMemcpy cudaMemset cudaFree "
     "cudaLaunch cudaStream cudaEvent cudaDeviceSync "
     "cudaGetDevice cudaGetLastError cudaGetErrorString cudaSetDevice"},
    {"cudadevrt", System, "CUDA's run-time library for code on the device", "cudadevrt", "-lcudadevrt",
     "cudaGetParameterBuffer cudaLaunchDevice"},
    {"cudnn", System, "NVIDIA's library of neural networks", "cudnn", "-lcudnn", "cudnn"},
    {"cufft", System, "CUDA's Fourier transforms", "cufft", "-lcufft", "cufft"},
    {"curand", System, "CUDA's random numbers", "curand", "-lcurand", "curand"},
    {"cusparse", System, "CUDA's sparse matrices", "cusparse", "-lcusparse", "cusparse"},
    {"cusolver", System, "CUDA's linear systems", "cusolver", "-lcusolver", "cusolver"},
    {"nvrtc", System, "CUDA's run-time compiler", "nvrtc", "-lnvrtc", "nvrtc"},
    {"nvml", System, "NVIDIA's management library", "nvidia-ml", "-lnvidia-ml",
     "nvmlDevice nvmlInit nvmlShutdown nvmlSystem"},
    {"nccl", System, "NVIDIA's library of collective operations", "nccl", "-lnccl",
     "ncclComm ncclAll ncclGroup ncclGet ncclReduce ncclBroadcast"},
    {"cuda", System, "CUDA's driver", "cuda", "-lcuda",
     "cuInit cuCtx cuDeviceGet cuDevicePrimary cuModule cuMemAlloc cuMemcpy cuMemFree cuLaunchKernel cuStream "
     "cuGetError cuFuncSet"},
    {"cublas", System, "CUDA's BLAS", "cublas", "-lcublas",
     "cublasCreate cublasDestroy cublasSet cublasGet cublasS cublasD cublasGemm cublasLt"},
    {"ntdll", System, "Windows' native interface", "ntdll", "-lntdll",
     "Rtl Ldr NtQuery NtCreate NtOpen NtSet NtRead NtWrite NtDevice ZwQuery", true},
    {"advapi32", System, "Windows' registry, services and tokens", "advapi32", "-ladvapi32",
     "Reg CryptAcquire CryptGen CryptRelease OpenProcessToken", true},
    {"user32", System, "Windows' windows and messages", "user32", "-luser32",
     "MessageBox CreateWindow DefWindowProc GetMessage SendMessage", true},
    {"shell32", System, "the Windows shell", "shell32", "-lshell32", "SHGet ShellExecute SHCreate CommandLineToArgv",
     true},
    {"setupapi", System, "Windows device installation", "setupapi", "-lsetupapi", "SetupDi", true},
    {"hid", System, "Windows input devices", "hid", "-lhid", "HidD_ HidP_", true},
    {"cfgmgr32", System, "Windows' configuration manager", "cfgmgr32", "-lcfgmgr32", "CM_Get", true},
    {"rpcrt4", System, "Windows' remote calls", "rpcrt4", "-lrpcrt4", "Uuid RpcString", true},
    {"wininet", System, "Windows' Internet functions", "wininet", "-lwininet", "Internet HttpOpen HttpSend", true},
    {"d3d11", System, "Direct3D 11", "d3d11", "-ld3d11", "D3D11Create", true},
    {"dxgi", System, "DXGI", "dxgi", "-ldxgi", "CreateDXGI", true},
    {"pdh", System, "Windows performance counters", "pdh", "-lpdh", "Pdh", true},
    {"dnsapi", System, "Windows DNS", "dnsapi", "-ldnsapi", "Dns", true},
    {"wtsapi32", System, "Windows' terminal services", "wtsapi32", "-lwtsapi32", "WTS", true},
    {"legacy-stdio", System, "the C library's functions as old Visual Studio had them", "legacy_stdio_definitions",
     "legacy_stdio_definitions.lib", "_vsnprintf _snprintf __vsnprintf", true},
    {"comctl32", System, "Windows' common controls", "comctl32", "-lcomctl32", "", true},
    {"netapi32", System, "Windows' network management", "netapi32", "-lnetapi32", "", true},
    {"mpr", System, "Windows' network connections", "mpr", "-lmpr", "", true},
    {"msimg32", System, "Windows' images", "msimg32", "-lmsimg32", "", true},
    {"uxtheme", System, "Windows' themes", "uxtheme", "-luxtheme", "", true},
    {"wintrust", System, "Windows' signature checks", "wintrust", "-lwintrust", "", true},
    {"powrprof", System, "Windows' power management", "powrprof", "-lpowrprof", "", true},
    {"avrt", System, "Windows' multimedia scheduling", "avrt", "-lavrt", "", true},
    {"kernel32", System, "Windows' own functions", "kernel32", "-lkernel32", "", true},
    {"uuid", System, "the identifiers of COM's classes and interfaces", "uuid strmiids dxguid",
     "-luuid (or -ldxguid, -lstrmiids)", "IID_ CLSID_ FOLDERID_ GUID_", true},
    {"iconv", System, "the library that converts character sets", "iconv", "-liconv", "iconv libiconv"},
    {"llvm", System, "LLVM's C interface", "LLVM LLVMCore", "what llvm-config --ldflags --libs prints", "LLVM"},
    // '$' ends a whole name.
    {"execinfo", System, "the library of stack traces, a part of the C library on GNU systems and Apple's only",
     "execinfo", "-lexecinfo", "backtrace$ backtrace_symbols$ backtrace_symbols_fd$"},
    {"clapack-blas", System, "the BLAS of CLAPACK", "blas f2cblas cblaswr", "-lblas, as it was built with that CLAPACK",
     "f2c_"},
    {"md", System, "the BSDs' library of message digests", "md", "-lmd", "_libmd_"},
    {"intl", System, "gettext's library of translations, a part of the C library on GNU systems only", "intl", "-lintl",
     "libintl_"},
    {"cblas", System, "the C interface of BLAS", "cblas blas openblas mkl_rt gslcblas",
     "-lopenblas (or -lcblas, -lblas)", "cblas_"},
    {"lapacke", System, "the C interface of LAPACK", "lapacke openblas mkl_rt", "-llapacke (or -lopenblas)",
     "LAPACKE_"},
    {"ifort", System, "Intel Fortran's run-time libraries", "ifcore ifcoremt ifport imf svml irc intlc",
     "ifort or ifx as the driver of the link (or -lifcore -lifport -limf -lsvml -lirc)",
     "for_write_seq for_read_seq for_write_int for_read_int for_write_dir for_read_dir for_stop_core for_alloc_alloc "
     "for_allocate for_dealloc "
     "for_cpystr for_concat for_open for_close for_inquire for_trim for_adjust __svml_ __intel_ _intel_fast_ "
     "__libm_sse2_"},
    {"mkl", System, "Intel's Math Kernel Library", "mkl_rt mkl_intel_lp64 mkl_core", "-lmkl_rt",
     "mkl_ MKL_ DftiCreate DftiCommit DftiCompute DftiFree vslNewStream vslDeleteStream vdRng"},
    {"android-log", System, "Android's log", "log", "-llog", "__android_log_"},
    {"android", System, "Android's native interface", "android nativewindow", "-landroid",
     "ANativeWindow_ AAsset ALooper_ ASensor AConfiguration_ AInputEvent_ AInputQueue_ AKeyEvent_ AMotionEvent_ "
     "ANativeActivity_ AChoreographer_ "
     "AHardwareBuffer_ ASharedMemory_ AStorageManager_"},
    {"jnigraphics", System, "Android's bitmaps", "jnigraphics", "-ljnigraphics", "AndroidBitmap_"},
    {"opensles", System, "OpenSL ES, Android's sound", "OpenSLES", "-lOpenSLES",
     "slCreateEngine slQueryNum slQuerySupported SL_IID_"},
    {"aaudio", System, "Android's AAudio", "aaudio", "-laaudio", "AAudioStream AAudio_"},
    {"mediandk", System, "Android's media codecs", "mediandk", "-lmediandk",
     "AMediaCodec AMediaFormat AMediaExtractor AMediaMuxer AImageReader AImage_"},
    {"camera2ndk", System, "Android's cameras", "camera2ndk", "-lcamera2ndk", "ACamera"},
    {"synchronization", System, "Windows synchronization", "synchronization", "-lsynchronization", "", true},
};

const NameFamily *find_family(std::string_view id) {
  for (const NameFamily &family : families)
    if (family.id == id) return &family;
  return nullptr;
}

const NameFamily *family_of_prefix(std::string_view name) {
  for (const NameFamily &family : families) {
    std::string_view prefixes = family.reserved;
    while (!prefixes.empty()) {
      std::string_view prefix = prefixes.substr(0, prefixes.find(' '));
      bool whole = prefix.ends_with('$') && name.size() == prefix.size() - 1;
      if (whole ? prefix.starts_with(name) : name.starts_with(prefix)) return &family;
      prefixes.remove_prefix(std::min(prefix.size() + 1, prefixes.size()));
    }
  }
  return nullptr;
}

// All names of the tables, to be looked up: made when the first missing name is.
class Listed {
 public:
  Listed() {
    for (const NameTable &table : tables) read(table);
  }

  // The family of the table that has the name; of one library's table that holds several
  // families, the prefix tells.
  const NameFamily *find(std::string_view name) const {
    for (size_t slot = first_slot(name); slots_[slot].length != 0; slot = (slot + 1) % slots_.size()) {
      if (std::string_view(text_).substr(slots_[slot].at, slots_[slot].length) != name) continue;
      const NameFamily *family = slots_[slot].family;
      const NameFamily *own = family ? family_of_prefix(name) : nullptr;
      bool narrower = own && own->kind == family->kind && !own->windows;
      return narrower ? own : family;
    }
    return nullptr;
  }

 private:
  struct Slot {
    uint32_t at = 0, length = 0;  // in `text_`; no length: free
    const NameFamily *family = nullptr;
  };

  size_t first_slot(std::string_view name) const { return std::hash<std::string_view>()(name) % slots_.size(); }

  void read(const NameTable &table) {
    const NameFamily *family = find_family(table.family);
    size_t before = text_.size();
    std::string_view rest = table.names;
    while (!rest.empty()) {
      size_t end = rest.find(' ');
      std::string_view word = rest.substr(0, end);
      rest.remove_prefix(end + 1);
      size_t at = text_.size();
      text_.append(text_, before, static_cast<size_t>(word.front() - '0'));
      text_ += word.substr(1);
      add(static_cast<uint32_t>(at), family);
      before = at;
    }
  }

  void add(uint32_t at, const NameFamily *family) {
    std::string_view name = std::string_view(text_).substr(at);
    size_t slot = first_slot(name);
    while (slots_[slot].length != 0) {
      // The first table that has a name counts.
      if (std::string_view(text_).substr(slots_[slot].at, slots_[slot].length) == name) return;
      slot = (slot + 1) % slots_.size();
    }
    slots_[slot] = {at, static_cast<uint32_t>(name.size()), family};
  }

  // Each word follows a blank, but for the last of a table, which has one too.
  static constexpr size_t count_names() {
    size_t count = 0;
    for (const NameTable &table : tables)
      for (char c : table.names) count += c == ' ';
    return count;
  }

  std::string text_;
  std::vector<Slot> slots_ = std::vector<Slot>(2 * count_names() + 1);
};

// C++'s own, in the words of demanglers.
bool is_cxx_run_time(const ParsedName &name) {
  if (name.scheme != Scheme::Itanium) return false;
  if (class_of(name).starts_with("__cxxabiv1")) return true;
  return name.scope.empty() && (name.base.starts_with("operator new") || name.base.starts_with("operator delete"));
}

// Names of D's own modules: "_D4core…", "_D3std…", "_D6object…", "_D10TypeInfo_k…".
bool is_d_run_time(const ParsedName &name) {
  std::string_view raw = name.raw;
  if (raw.starts_with("__D")) raw.remove_prefix(1);
  if (!raw.starts_with("_D") || raw.size() < 4 || raw[2] < '0' || raw[2] > '9') return false;
  raw.remove_prefix(2);
  raw.remove_prefix(std::min(raw.find_first_not_of("0123456789"), raw.size()));
  bool module = raw.starts_with("core") || raw.starts_with("std") || raw.starts_with("object") || raw.starts_with("rt");
  char after = 0;
  for (std::string_view own : {"core", "std", "object", "rt"})
    if (raw.starts_with(own) && raw.size() > own.size()) after = raw[own.size()];
  return raw.starts_with("TypeInfo") || (module && after >= '0' && after <= '9');
}

}  // namespace

std::optional<KnownName> known_name(const ParsedName &name) {
  static const Listed listed;
  std::string_view raw = name.raw;
  auto look_up = [&](std::string_view text) -> std::optional<KnownName> {
    const NameFamily *family = listed.find(text);
    return family ? std::optional(KnownName{family, true}) : std::nullopt;
  };
  if (std::optional<KnownName> known = look_up(raw)) return known;
  // Printed as in C, though the format has an underscore more.
  if (name.prefixed)
    if (std::optional<KnownName> known = look_up("_" + std::string(raw));
        known && known->family->kind == FamilyKind::RunTime)
      return known;
  if (is_cxx_run_time(name)) return KnownName{find_family("cxxabi"), false};
  if (name.scheme == Scheme::Microsoft && name.demangled.find("type_info::") != std::string::npos)
    return KnownName{find_family("vcruntime"), false};
  if (name.scheme != Scheme::Rust && is_d_run_time(name)) return KnownName{find_family("druntime"), false};
  if (name.scheme != Scheme::Plain) return std::nullopt;
  // nvcc's names for what that library registers hold its file's.
  if (raw.find("_cuda_device_runtime_") != raw.npos) return KnownName{find_family("cudadevrt"), false};
  // Printed with an object format's underscore, or as __stdcall ("WSACleanup@0").
  std::string_view bare = raw.substr(0, raw.find('@', 1));
  if (bare.starts_with('@')) bare.remove_prefix(1);  // __fastcall: "@__security_check_cookie@4"
  for (std::string_view text : {bare, bare.starts_with('_') ? bare.substr(1) : bare})
    if (std::optional<KnownName> known = look_up(text)) return known;
  for (std::string_view text : {bare, bare.starts_with('_') ? bare.substr(1) : bare})
    if (const NameFamily *family = family_of_prefix(text)) return KnownName{family, false};
  return std::nullopt;
}

}  // namespace ldwhy
