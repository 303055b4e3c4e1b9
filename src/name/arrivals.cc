// The releases are those of the versions that the libraries themselves give such names (objdump
// -T libstdc++.so.6: GLIBCXX_3.4.29 came with GCC 11, _3.4.30 with 12, _3.4.31 with 13;
// libc.so.6: GLIBC_2.38 and so on). Of functions that were inline before, only the names that
// headers began to call are here, not new parts of the library that a program calls itself.
// Android's levels are those of bionic's libc.map.txt ("introduced="); OpenSSL's renamed functions
// those of its change logs for 1.1.0 and 3.0.
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

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> all) {
  return std::ranges::find(all, name) != all.end();
}

struct Level {
  unsigned level;
  std::string_view names;  // a blank between each, and around them
};
constexpr Level android_levels[] = {
    {21,
     " accept4 dprintf vdprintf epoll_create1 epoll_pwait inotify_init1 signalfd timerfd_create mmap64 stpcpy stpncpy "
     "rand srand random "
     "srandom atof strtof strtold signal sigemptyset sigaddset sigfillset sigismember sigdelset tcgetattr tcsetattr "
     "cfmakeraw cfsetspeed "
     "getpagesize quick_exit at_quick_exit __strncpy_chk2 __stpncpy_chk2 __FD_SET_chk __FD_CLR_chk __FD_ISSET_chk "
     "__read_chk __recvfrom_chk "
     "statvfs fstatvfs sendfile64 fallocate posix_fadvise posix_fallocate "},
    {23,
     " stdin stdout stderr __cxa_thread_atexit_impl mempcpy wmempcpy open_memstream open_wmemstream fmemopen "
     "posix_madvise telldir seekdir "
     "rand_r sethostname error error_at_line __poll_chk __ppoll_chk __pread_chk __pread64_chk __readlink_chk "
     "__readlinkat_chk "},
    {24,
     " getifaddrs freeifaddrs if_nameindex if_freenameindex preadv pwritev preadv64 pwritev64 lockf lockf64 strchrnul "
     "fopen64 fseeko64 "
     "ftello64 freopen64 fgetpos64 fsetpos64 tmpfile64 getgrgid_r getgrnam_r in6addr_any in6addr_loopback __fread_chk "
     "__fwrite_chk "
     "__getcwd_chk __pwrite_chk __pwrite64_chk __write_chk "},
    {26,
     " catopen catgets catclose ctermid futimes lutimes mblen nl_langinfo nl_langinfo_l getpwent setpwent endpwent "
     "getgrent msgget "
     "msgsnd semget semop shmat shmget shmctl shmdt strtod_l strtof_l strtol_l towctrans wctrans getdomainname "
     "setdomainname "
     "process_vm_readv sync_file_range __sendto_chk __send_chk "},
    {28,
     " getrandom getentropy iconv iconv_open iconv_close glob globfree hcreate hsearch posix_spawn posix_spawnp syncfs "
     "aligned_alloc "
     "fexecve pthread_setschedprio pthread_attr_setinheritsched swab sem_timedwait_monotonic_np endhostent "
     "getlogin_r "},
    {29, " timespec_get getloadavg reallocarray android_fdsan_close_with_tag "},
    {30,
     " memfd_create renameat2 pthread_cond_clockwait pthread_mutex_clocklock sem_clockwait __mempcpy_chk mlock2 "
     "statx "},
};

// As the headers of Apple's kits have it (API_AVAILABLE), and its compiler's calls.
struct AppleRelease {
  std::string_view release;
  std::string_view names;  // as above, without underscores in front
};
constexpr AppleRelease apple_releases[] = {
    {"10.9", " sincos_stret sincosf_stret sincospi_stret sincospif_stret "},
    {"10.10",
     " openat fstatat fdopendir unlinkat mkdirat linkat symlinkat readlinkat faccessat fchmodat fchownat renameat "},
    {"10.12",
     " clock_gettime clock_getres clock_settime getentropy os_unfair_lock_lock os_unfair_lock_unlock "
     "os_unfair_lock_trylock mkostemp "
     "mkostemps os_log_impl os_log_create os_log_default "},
    {"10.13", " utimensat futimens open_memstream open_wmemstream fmemopen "},
    {"10.14.4", " objc_alloc_init "},
    {"10.15",
     " chkstk_darwin aligned_alloc timespec_get objc_opt_self objc_opt_class objc_opt_new objc_opt_isKindOfClass "
     "objc_opt_respondsToSelector "},
    {"11", " darwin_check_fd_set_overflow pthread_jit_write_protect_np preadv pwritev "},
    {"15.4", " strchrnul "},
};

struct Told {
  std::string_view system;
  std::string_view names;  // as above
};
constexpr Told systems[] = {
    {"Linux",
     " __errno_location __assert_fail __ctype_b_loc __ctype_tolower_loc __ctype_toupper_loc stdin stdout stderr "},
    {"an Apple or BSD system",
     " __stdinp __stdoutp __stderrp __error __maskrune __assert_rtn _DefaultRuneLocale __sincos_stret dyld_stub_binder "
     "_NSGetEnviron _NSGetArgv _NSGetExecutablePath "},
    {"Cygwin or newlib",
     " __errno __getreent _impure_ptr __locale_ctype_ptr _ctype_ __swbuf_r __srget_r __assert_func "},
};

struct Renewed {
  Renewal renewal;
  std::string_view names;  // as above
};
constexpr Renewed renewals[] = {
    {{"OpenSSL", "1.1", true},
     " EVP_CIPHER_CTX_cleanup EVP_CIPHER_CTX_init EVP_MD_CTX_cleanup EVP_MD_CTX_init EVP_MD_CTX_create "
     "EVP_MD_CTX_destroy "
     "HMAC_CTX_init HMAC_CTX_cleanup SSL_library_init SSL_load_error_strings SSLv23_method SSLv23_client_method "
     "SSLv23_server_method SSLeay SSLeay_version CRYPTO_num_locks CRYPTO_set_locking_callback CRYPTO_set_id_callback "
     "CRYPTO_add_lock CRYPTO_lock ERR_load_crypto_strings ERR_free_strings "
     "EVP_cleanup ENGINE_cleanup OPENSSL_add_all_algorithms_noconf OPENSSL_add_all_algorithms_conf "
     "OpenSSL_add_all_ciphers "
     "OpenSSL_add_all_digests CRYPTO_cleanup_all_ex_data CONF_modules_free RAND_cleanup sk_num sk_value sk_free "
     "sk_pop_free sk_push sk_new_null sk_pop sk_new RSA_PKCS1_SSLeay RAND_SSLeay BN_CTX_init "
     "CRYPTO_malloc_init "},
    {{"OpenSSL", "1.1", false},
     " OPENSSL_init_ssl OPENSSL_init_crypto OPENSSL_sk_num OPENSSL_sk_value OPENSSL_sk_free OPENSSL_sk_pop_free "
     "OPENSSL_sk_push "
     "OPENSSL_sk_new_null TLS_method TLS_client_method TLS_server_method EVP_MD_CTX_new EVP_MD_CTX_free "
     "EVP_MD_CTX_reset "
     "EVP_CIPHER_CTX_reset HMAC_CTX_new HMAC_CTX_free OpenSSL_version OpenSSL_version_num BIO_meth_new BIO_meth_free "
     "BIO_set_data BIO_get_data BIO_set_init RSA_get0_key RSA_set0_key RSA_get0_factors DH_get0_key DH_get0_pqg "
     "DSA_get0_key "
     "EC_KEY_key2buf ECDSA_SIG_get0 ECDSA_SIG_set0 X509_getm_notAfter X509_getm_notBefore X509_get0_notAfter "
     "X509_STORE_CTX_get0_cert ASN1_STRING_get0_data EVP_PKEY_get0_RSA SSL_CTX_up_ref X509_up_ref EVP_PKEY_up_ref "},
    {{"OpenSSL", "3.0", true},
     " SSL_get_peer_certificate EVP_PKEY_size EVP_PKEY_bits EVP_PKEY_id EVP_PKEY_base_id EVP_MD_size EVP_MD_type "
     "EVP_MD_block_size "
     "EVP_CIPHER_key_length EVP_CIPHER_iv_length EVP_CIPHER_block_size EVP_CIPHER_nid EVP_CIPHER_flags "
     "EVP_MD_CTX_md_data "
     "FIPS_mode FIPS_mode_set ERR_put_error "},
    {{"OpenSSL", "3.0", false},
     " SSL_get1_peer_certificate EVP_PKEY_get_size EVP_PKEY_get_bits EVP_PKEY_get_id EVP_PKEY_get_base_id "
     "EVP_MD_get_size "
     "EVP_MD_get_type EVP_MD_get_block_size EVP_CIPHER_get_key_length EVP_CIPHER_get_iv_length "
     "EVP_CIPHER_get_block_size "
     "EVP_CIPHER_get_nid EVP_CIPHER_fetch EVP_MD_fetch EVP_MAC_fetch EVP_KDF_fetch EVP_PKEY_fromdata EVP_PKEY_Q_keygen "
     "ERR_new "
     "ERR_set_error ERR_set_debug OSSL_PROVIDER_load OSSL_PARAM_construct_end OSSL_PARAM_construct_utf8_string "
     "OSSL_DECODER_from_bio OSSL_LIB_CTX_new "},
};

// As a word of a list with a blank on both sides.
bool stands_in(std::string_view names, std::string_view name) {
  for (size_t at = names.find(name); at != names.npos; at = names.find(name, at + 1))
    if (at > 0 && names[at - 1] == ' ' && at + name.size() < names.size() && names[at + name.size()] == ' ')
      return true;
  return false;
}

bool is_listed_name(const ParsedName &name) {
  return name.scheme == Scheme::Plain && !name.raw.empty() && name.raw.find(' ') == name.raw.npos;
}

}  // namespace

std::string_view apple_release(const ParsedName &name) {
  if (!is_listed_name(name)) return {};
  for (const AppleRelease &since : apple_releases)
    if (stands_in(since.names, without_underscores(name.raw))) return since.release;
  return {};
}

unsigned android_level(const ParsedName &name) {
  if (!is_listed_name(name)) return 0;
  for (const Level &level : android_levels)
    if (stands_in(level.names, name.raw)) return level.level;
  return 0;
}

bool is_androids_own(const ParsedName &name) {
  return name.scheme == Scheme::Plain &&
         is_one_of(name.raw, {"__strncpy_chk2", "__stpncpy_chk2", "__FD_SET_chk", "__FD_CLR_chk", "__FD_ISSET_chk",
                              "__fwrite_chk", "__write_chk", "__pwrite_chk", "__pwrite64_chk", "__umask_chk",
                              "__sendto_chk", "__strlen_chk", "__strchr_chk", "__strrchr_chk"});
}

std::string_view system_told(const ParsedName &name) {
  if (!is_listed_name(name)) return "";
  if (name.raw.starts_with("__isoc99_") || name.raw.starts_with("__isoc23_")) return "Linux";
  for (const Told &told : systems)
    if (stands_in(told.names, name.raw)) return told.system;
  return "";
}

std::optional<Renewal> renewal_of(const ParsedName &name) {
  if (!is_listed_name(name)) return std::nullopt;
  for (const Renewed &renewed : renewals)
    if (stands_in(renewed.names, name.raw)) return renewed.renewal;
  return std::nullopt;
}

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
    return is_one_of(
        text,
        {"open",    "openat",   "creat",   "fopen",     "freopen",         "fseeko",        "ftello",    "lseek",
         "stat",    "fstat",    "lstat",   "fstatat",   "readdir",         "scandir",       "truncate",  "ftruncate",
         "pread",   "pwrite",   "mmap",    "fallocate", "posix_fallocate", "posix_fadvise", "getrlimit", "setrlimit",
         "prlimit", "statfs",   "fstatfs", "statvfs",   "fstatvfs",        "sendfile",      "mkstemp",   "mkostemp",
         "tmpfile", "__fxstat", "__xstat", "__lxstat"});
  }
  return is_one_of(text, {"__rawmemchr", "__register_atfork", "__libc_malloc", "__libc_free", "gnu_get_libc_version",
                          "__sbrk", "__strdup", "__libc_memalign", "__libc_realloc", "__libc_calloc"});
}

bool is_ucrt_only(const ParsedName &name) {
  if (name.scheme != Scheme::Plain) return false;
  std::string_view text = without_underscores(name.raw);
  if (text.starts_with("stdio_common_v") || text.starts_with("acrt_iob_func")) return true;
  return is_one_of(text, {"p___argc", "p___argv", "p___wargv", "configure_narrow_argv", "configure_wide_argv",
                          "initialize_narrow_environment", "initialize_wide_environment",
                          "get_initial_narrow_environment", "get_initial_wide_environment", "crt_atexit",
                          "crt_at_quick_exit", "local_stdio_printf_options", "local_stdio_scanf_options"});
}

bool is_debug_crt(const ParsedName &name) {
  if (name.scheme != Scheme::Plain) return false;
  std::string_view text = without_underscores(name.raw);
  return text.starts_with("CrtDbg") || text.starts_with("CrtSetDbg") || text.starts_with("CrtSetReport") ||
         is_one_of(text, {"CrtCheckMemory", "CrtDumpMemoryLeaks", "CrtMemCheckpoint", "malloc_dbg", "calloc_dbg",
                          "realloc_dbg", "free_dbg", "aligned_malloc_dbg", "aligned_free_dbg", "strdup_dbg",
                          "wcsdup_dbg", "invalid_parameter"});
}

}  // namespace ldwhy
