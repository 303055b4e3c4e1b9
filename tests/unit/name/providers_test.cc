// The provider index against the libraries that are installed here: each of them is in Debian
// 12, so the index must know what they export.
#include "name/providers.h"

#include <chrono>
#include <random>
#include <set>

#include "name/provider_words.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

Providers of(std::string_view name, Format format = Format::Elf) { return providers_of(parse_name(name, format)); }

bool names(const Providers &found, std::string_view library) {
  for (const Provider &provider : found)
    if (provider.library == library) return true;
  return false;
}

// What llvm-nm lists of the library that -lNAME finds; C++ names that are made anew wherever they are
// used are nobody's.
std::set<std::string> exported(const std::string &library) {
  testing::Workshop shop;
  std::string path = shop.output("gcc -print-file-name=lib" + library + ".so");
  path = path.substr(0, path.find('\n'));
  std::set<std::string> names;
  if (path.find('/') == path.npos) return names;
  std::istringstream lines(shop.output("llvm-nm-22 -P -D --defined-only " + path));
  std::string name, kind, rest;
  while (lines >> name >> kind && std::getline(lines, rest)) {
    bool weak_cxx = name.starts_with("_Z") && std::string("WVu").find(kind) != std::string::npos;
    bool older = name.find('@') != name.npos && name.find("@@") == name.npos;
    if (kind != "A" && !weak_cxx && !older && name != "_init" && name != "_fini")
      names.insert(name.substr(0, name.find('@')));
  }
  return names;
}

// How many of a library's names the index gives to it.
double share_known(const std::string &library, const std::set<std::string> &all) {
  size_t known = 0;
  for (const std::string &name : all) known += names(of(name), library);
  return all.empty() ? -1 : static_cast<double>(known) / static_cast<double>(all.size());
}

TEST(Providers, KnowWhatInstalledLibrariesExport) {
  size_t looked_at = 0;
  for (const char *library :
       {"z", "xxhash", "ssl", "crypto", "sqlite3", "expat", "xml2", "lzma", "bz2", "pq", "uuid", "readline", "ffi"}) {
    std::set<std::string> all = exported(library);
    if (all.empty()) continue;  // not installed
    ++looked_at;
    EXPECT_GE(share_known(library, all), 0.97) << library;
  }
  EXPECT_GE(looked_at, 2u) << "zlib and xxHash are installed for building this";
}

TEST(Providers, KnowCxxLibrariesByFunctionAndByClass) {
  for (const char *library : {"fmt", "yaml-cpp"}) {
    std::set<std::string> all = exported(library);
    ASSERT_FALSE(all.empty()) << library;
    // The instances of the standard library's templates that they export belong to nobody.
    std::erase_if(all, [](const std::string &name) {
      std::string scope = class_of(parse_name(name, Format::Elf));
      return scope.starts_with("std::") || !name.starts_with("_Z");
    });
    EXPECT_GE(share_known(library, all), 0.95) << library;
  }
  Providers load = of("_ZN4YAML8LoadFileERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE");
  ASSERT_TRUE(names(load, "yaml-cpp"));
  EXPECT_FALSE(load.by_scope);
  Providers newer = of("_ZN7QString12notYetThere1Ei");
  ASSERT_FALSE(newer.empty());
  EXPECT_TRUE(newer.by_scope);
  EXPECT_TRUE(names(newer, "Qt5Core"));
  // As linkers print them.
  EXPECT_TRUE(names(providers_of(parse_printed("YAML::LoadFile(std::string const&)", Format::Unknown)), "yaml-cpp"));
  EXPECT_TRUE(names(of("_ZTV7QWidget"), "Qt5Widgets"));
  EXPECT_TRUE(
      names(of("_ZN5boost10filesystem6detail6statusERKNS0_4pathEPNS_6system10error_codeE"), "boost_filesystem"));
}

TEST(Providers, KnowWhatBuildSystemsAndPackageManagersCallThem) {
  Providers found = of("SSL_new");
  ASSERT_FALSE(found.empty());
  const Provider &ssl = found.all[0];
  EXPECT_TRUE(found.own);
  EXPECT_EQ(ssl.library, "ssl");
  EXPECT_EQ(ssl.debian, "libssl-dev");
  EXPECT_EQ(ssl.pkg_config, "libssl");
  EXPECT_EQ(ssl.cmake_package, "OpenSSL");
  EXPECT_EQ(ssl.cmake_target, "OpenSSL::SSL");
  EXPECT_EQ(package_words(ssl),
            "Debian libssl-dev, Homebrew openssl@3, vcpkg openssl, Conan openssl, Rust crate openssl-sys");
  EXPECT_EQ(cmake_lines(ssl), "find_package(OpenSSL REQUIRED)\ntarget_link_libraries(TARGET PRIVATE OpenSSL::SSL)\n");
  Providers boost = providers_named("boost_filesystem");
  ASSERT_FALSE(boost.empty());
  EXPECT_EQ(boost.all[0].debian, "libboost-filesystem-dev");
  EXPECT_EQ(
      cmake_lines(boost.all[0]),
      "find_package(Boost REQUIRED COMPONENTS filesystem)\ntarget_link_libraries(TARGET PRIVATE Boost::filesystem)\n");
  // The same names under other formats' prefixes.
  EXPECT_TRUE(names(of("_SSL_new", Format::MachO), "ssl"));
  EXPECT_TRUE(names(of("SSL_new@OPENSSL_3.0.0"), "ssl"));
}

TEST(Providers, KnowPackagesByTheNameOfTheLibrary) {
  for (auto [library, package] : {std::pair{"z", "zlib1g-dev"},
                                  {"ssl", "libssl-dev"},
                                  {"curl", "libcurl4-openssl-dev"},
                                  {"X11", "libx11-dev"},
                                  {"modbus", "libmodbus-dev"},
                                  {"ncurses", "libncurses-dev"}}) {
    Providers found = providers_named(library);
    ASSERT_FALSE(found.empty()) << library;
    EXPECT_EQ(found.all[0].debian, package);
    EXPECT_EQ(found.all[0].library, library);
  }
  for (const char *library : {"", "no_such_library", "zz", "ssll", "\xff"})
    EXPECT_TRUE(providers_named(library).empty()) << library;
}

TEST(Providers, LeaveAloneWhatIsNobodysOrTheSystems) {
  for (const char *name : {"main", "_init", "parse_config", "fiber_switch", "malloc", "printf", "pthread_create", "cos",
                           "dlopen", "__cxa_throw", "_Znwm", "_ZNSt6vectorIiSaIiEE9push_backERKi", "_ZSt4cout", "init",
                           "error", "debug", "usage", ""})
    EXPECT_TRUE(of(name).empty()) << name;
  EXPECT_TRUE(of("_ZN5boost3newEv").empty()) << "boost:: is many libraries'";
}

TEST(Providers, MeetNoNameByChance) {
  std::mt19937_64 random(7);
  std::string name(16, ' ');
  size_t hits = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    for (char &c : name) c = static_cast<char>('a' + random() % 26);
    hits += !provider_index().find(name).empty();
  }
  EXPECT_EQ(hits, 0u);
}

TEST(Providers, AreCompactAndFast) {
  EXPECT_LE(provider_bytes().size(), 3'000'000u);
  EXPECT_GE(provider_index().names(), 200'000u);
  EXPECT_GE(provider_index().libraries(), 1000u);
  auto start = std::chrono::steady_clock::now();
  size_t found = 0;
  for (int i = 0; i < 100'000; ++i)
    found += provider_index().find(i % 2 ? "SSL_CTX_set_verify" : "no_library_has_this_name").count;
  double each = std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() / 100'000;
  EXPECT_GT(found, 0u);
  EXPECT_LT(each, 20) << "microseconds, unoptimized and on a busy machine";
}

// The bytes are the program's own, but a file that was cut or damaged must not crash it.
TEST(Providers, SurviveDamage) {
  std::string whole(provider_bytes().text());
  std::mt19937 random(11);
  auto ask = [](std::string_view bytes) {
    try {
      ProviderIndex index{Bytes(bytes)};
      for (const char *name : {"SSL_new", "deflate", "QString::", "nothing"}) (void)index.find(name);
      for (const char *name : {"ssl", "a", "zzz"}) (void)index.named(name);
    } catch (const Malformed &) {
    }
  };
  for (size_t length = 0; length < 64; ++length) ask(std::string_view(whole).substr(0, length));
  for (int i = 0; i < 300; ++i) ask(std::string_view(whole).substr(0, random() % whole.size()));
  for (int i = 0; i < 300; ++i) {
    std::string damaged = whole;
    for (int j = 0; j < 20; ++j)
      damaged[random() % (j < 10 ? 40 : damaged.size())] ^= static_cast<char>(1 + random() % 255);
    ask(damaged);
  }
}

}  // namespace
}  // namespace ldwhy
