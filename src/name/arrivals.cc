// The releases are those of the versions that the libraries themselves give such names (objdump
// -T libstdc++.so.6: GLIBCXX_3.4.29 came with GCC 11, _3.4.30 with 12, _3.4.31 with 13;
// libc.so.6: GLIBC_2.38 and so on). Of functions that were inline before, only the names that
// headers began to call are here, not new parts of the library that a program calls itself.
#include "name/arrivals.h"

#include <algorithm>

namespace ldwhy {
namespace {

struct Newcomer {
  std::string_view name;  // of C++: the last part, in namespace std or a class there
  bool cplusplus;
  Arrival arrival;
};
constexpr Newcomer newcomers[] = {
    {"__throw_bad_array_new_length", true, {"libstdc++", "GCC 11"}},
    {"_M_futex_wait_until_steady", true, {"libstdc++", "GCC 11"}},
    {"__istream_extract", true, {"libstdc++", "GCC 11"}},
    {"__glibcxx_assert_fail", true, {"libstdc++", "GCC 12"}},
    {"ios_base_library_init", true, {"libstdc++", "GCC 13"}},
    {"_M_replace_cold", true, {"libstdc++", "GCC 13"}},
    {"__libcpp_verbose_abort", true, {"libc++", "LLVM 15"}},
    {"__cxa_call_terminate", false, {"libstdc++", "GCC 14"}},
    {"fcntl64", false, {"glibc", "2.28"}},
    {"__libc_single_threaded", false, {"glibc", "2.32"}},
    {"_dl_find_object", false, {"glibc", "2.35"}},
    {"__memcmpeq", false, {"glibc", "2.35"}},
    {"arc4random", false, {"glibc", "2.36", false}},
    {"arc4random_buf", false, {"glibc", "2.36", false}},
    {"arc4random_uniform", false, {"glibc", "2.36", false}},
    {"strlcpy", false, {"glibc", "2.38", false}},
    {"strlcat", false, {"glibc", "2.38", false}},
};

// <charconv> had whole numbers only before, all of them inline.
bool is_floating_charconv(const ParsedName &name) {
  if (name.scope != "std" || (name.base != "to_chars" && name.base != "from_chars")) return false;
  return name.demangled.find("double") != std::string::npos || name.demangled.find("float") != std::string::npos;
}

std::string_view without_underscores(std::string_view name) {
  name.remove_prefix(std::min(name.find_first_not_of('_'), name.size()));
  return name;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> all) { return std::ranges::find(all, name) != all.end(); }

}  // namespace

std::optional<Arrival> arrival_of(const ParsedName &name) {
  bool own = name.scope == "std" || name.scope.starts_with("std::");
  if (name.scheme == Scheme::Itanium && is_floating_charconv(name)) return Arrival{"libstdc++", "GCC 11"};
  for (const Newcomer &newcomer : newcomers) {
    if (newcomer.cplusplus ? name.scheme == Scheme::Itanium && own && name.base == newcomer.name
                           : name.scheme == Scheme::Plain && name.raw == newcomer.name)
      return newcomer.arrival;
  }
  if (name.scheme == Scheme::Plain && name.raw.starts_with("__isoc23_")) return Arrival{"glibc", "2.38"};
  return std::nullopt;
}

bool is_glibc_only(const ParsedName &name) {
  if (name.scheme != Scheme::Plain) return false;
  std::string_view text = name.raw;
  if (text.starts_with("__isoc99_") || text.starts_with("__isoc23_")) return true;
  if (text.starts_with("__") && text.ends_with("_chk")) return true;
  if (text.ends_with("64")) {
    text.remove_suffix(2);
    return is_one_of(text, {"open", "openat", "creat", "fopen", "freopen", "fseeko", "ftello", "lseek", "stat", "fstat", "lstat",
                            "fstatat", "readdir", "scandir", "truncate", "ftruncate", "pread", "pwrite", "mmap", "fallocate",
                            "posix_fallocate", "posix_fadvise", "getrlimit", "setrlimit", "prlimit", "statfs", "fstatfs", "statvfs",
                            "fstatvfs", "sendfile", "mkstemp", "mkostemp", "tmpfile", "__fxstat", "__xstat", "__lxstat"});
  }
  return is_one_of(text, {"__rawmemchr", "__register_atfork", "__libc_malloc", "__libc_free", "gnu_get_libc_version", "__sbrk",
                          "__strdup", "__libc_memalign", "__libc_realloc", "__libc_calloc"});
}

bool is_ucrt_only(const ParsedName &name) {
  if (name.scheme != Scheme::Plain) return false;
  std::string_view text = without_underscores(name.raw);
  if (text.starts_with("stdio_common_v") || text.starts_with("acrt_iob_func")) return true;
  return is_one_of(text, {"p___argc", "p___argv", "p___wargv", "configure_narrow_argv", "configure_wide_argv",
                          "initialize_narrow_environment", "initialize_wide_environment", "get_initial_narrow_environment",
                          "get_initial_wide_environment", "crt_atexit", "crt_at_quick_exit", "local_stdio_printf_options",
                          "local_stdio_scanf_options"});
}

bool is_debug_crt(const ParsedName &name) {
  if (name.scheme != Scheme::Plain) return false;
  std::string_view text = without_underscores(name.raw);
  return text.starts_with("CrtDbg") || text.starts_with("CrtSetDbg") || text.starts_with("CrtSetReport") ||
         is_one_of(text, {"CrtCheckMemory", "CrtDumpMemoryLeaks", "CrtMemCheckpoint", "malloc_dbg", "calloc_dbg", "realloc_dbg",
                          "free_dbg", "aligned_malloc_dbg", "aligned_free_dbg", "strdup_dbg", "wcsdup_dbg", "invalid_parameter"});
}

}  // namespace ldwhy
