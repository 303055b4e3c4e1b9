// What a program's name says about it.
//
// Names have up to three parts: the target that a cross tool works for, the tool, and its
// version: "aarch64-linux-gnu-gcc-12". The tool is looked for at the end, after the version
// was cut off; longer names come first, since "clang++" also ends in no other tool's name but
// "ld64.lld" ends in "lld".
#include <algorithm>
#include <cctype>

#include "command/command.h"

namespace ldwhy {
namespace {

struct Tool {
  std::string_view name;
  bool driver;
  Flavor flavor;
  Linker kind;
};
constexpr Tool tools[] = {
    {"cc", true, Flavor::Unknown, Linker::Unknown},
    {"c++", true, Flavor::Unknown, Linker::Unknown},
    {"c89", true, Flavor::Unknown, Linker::Unknown},
    {"c99", true, Flavor::Unknown, Linker::Unknown},
    {"gcc", true, Flavor::Unknown, Linker::Unknown},
    {"g++", true, Flavor::Unknown, Linker::Unknown},
    {"gfortran", true, Flavor::Unknown, Linker::Unknown},
    {"gdc", true, Flavor::Unknown, Linker::Unknown},
    {"gnatlink", true, Flavor::Unknown, Linker::Unknown},
    {"clang", true, Flavor::Unknown, Linker::Unknown},
    {"clang++", true, Flavor::Unknown, Linker::Unknown},
    {"clang-cl", true, Flavor::Coff, Linker::Unknown},
    {"cl", true, Flavor::Coff, Linker::Unknown},
    {"flang", true, Flavor::Unknown, Linker::Unknown},
    {"flang-new", true, Flavor::Unknown, Linker::Unknown},
    {"icx", true, Flavor::Unknown, Linker::Unknown},
    {"icpx", true, Flavor::Unknown, Linker::Unknown},
    {"hipcc", true, Flavor::Unknown, Linker::Unknown},
    {"mpicc", true, Flavor::Unknown, Linker::Unknown},
    {"mpicxx", true, Flavor::Unknown, Linker::Unknown},
    {"mpic++", true, Flavor::Unknown, Linker::Unknown},
    {"mpifort", true, Flavor::Unknown, Linker::Unknown},
    {"zig", true, Flavor::Unknown, Linker::Lld},
    {"emcc", true, Flavor::Wasm, Linker::Lld},
    {"em++", true, Flavor::Wasm, Linker::Lld},
    {"nvcc", true, Flavor::Unknown, Linker::Unknown},
    {"swiftc", true, Flavor::Unknown, Linker::Unknown},
    {"ldc2", true, Flavor::Unknown, Linker::Unknown},
    {"dmd", true, Flavor::Unknown, Linker::Unknown},
    {"ghc", true, Flavor::Unknown, Linker::Unknown},
    {"ifx", true, Flavor::Unknown, Linker::Unknown},
    {"mpif90", true, Flavor::Unknown, Linker::Unknown},
    {"rustc", true, Flavor::Unknown, Linker::Unknown},
    {"ld", false, Flavor::Unknown, Linker::Unknown},
    {"ld.bfd", false, Flavor::Gnu, Linker::Bfd},
    {"ld.gold", false, Flavor::Gnu, Linker::Gold},
    {"gold", false, Flavor::Gnu, Linker::Gold},
    {"ld.lld", false, Flavor::Gnu, Linker::Lld},
    {"lld", false, Flavor::Unknown, Linker::Lld},
    {"rust-lld", false, Flavor::Unknown, Linker::Lld},
    {"ld64.lld", false, Flavor::Darwin, Linker::Lld},
    {"ld64.lld.darwinnew", false, Flavor::Darwin, Linker::Lld},
    {"ld64", false, Flavor::Darwin, Linker::AppleLd64},
    {"ld-classic", false, Flavor::Darwin, Linker::AppleLd64},
    {"ld-prime", false, Flavor::Darwin, Linker::AppleLdPrime},
    {"wasm-ld", false, Flavor::Wasm, Linker::Lld},
    {"wasm-component-ld", false, Flavor::Wasm, Linker::Lld},
    {"lld-link", false, Flavor::Coff, Linker::Lld},
    {"link", false, Flavor::Coff, Linker::LinkExe},
    {"mold", false, Flavor::Gnu, Linker::Mold},
    {"ld.mold", false, Flavor::Gnu, Linker::Mold},
    {"sold", false, Flavor::Darwin, Linker::Unknown},
    {"wild", false, Flavor::Gnu, Linker::Wild},
    {"ld.wild", false, Flavor::Gnu, Linker::Wild},
};

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)); }

// Cuts "-22" or "-4.9.3" off the end; nothing else, so that "clang-cl" stays whole.
std::string cut_version(std::string &name) {
  size_t dash = name.rfind('-');
  if (dash == name.npos || dash == 0 || dash + 1 == name.size()) return "";
  std::string version = name.substr(dash + 1);
  bool number = is_digit(version[0]) && is_digit(version.back()) &&
                std::all_of(version.begin(), version.end(), [](char c) { return is_digit(c) || c == '.'; });
  if (!number) return "";
  name.resize(dash);
  return version;
}

// ".../llvm-22/bin/ld.lld": the folder has the version where the name has none.
std::string version_of_folder(std::string_view path) {
  constexpr std::string_view stem = "/llvm-";
  size_t at = path.rfind(stem);
  if (at == path.npos) return "";
  std::string_view rest = path.substr(at + stem.size());
  size_t end = 0;
  while (end < rest.size() && (is_digit(rest[end]) || rest[end] == '.')) ++end;
  return std::string(rest.substr(0, end));
}

}  // namespace

ProgramName classify_program(std::string_view path) {
  ProgramName result;
  // Logs of other systems are read here too, hence both separators.
  size_t slash = path.find_last_of("/\\");
  std::string name(slash == path.npos ? path : path.substr(slash + 1));
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  bool windows = lower.ends_with(".exe");
  if (windows) name = lower.substr(0, lower.size() - 4);
  std::string version = cut_version(name);
  const Tool *best = nullptr;
  for (const Tool &tool : tools) {
    bool whole = name == tool.name;
    bool ends =
        name.ends_with(tool.name) && name.size() > tool.name.size() && name[name.size() - tool.name.size() - 1] == '-';
    if (!whole && !ends) continue;
    if (!best || tool.name.size() > best->name.size()) best = &tool;
  }
  if (!best) return result;
  // POSIX has a `link` too, which makes hard links.
  if (best->kind == Linker::LinkExe && !windows) return result;
  result.driver = best->driver;
  result.linker = !best->driver;
  result.flavor = best->flavor;
  result.kind = best->kind;
  result.version = std::move(version);
  if (result.version.empty() && result.kind == Linker::Lld) result.version = version_of_folder(path);
  if (result.flavor != Flavor::Unknown || name.size() == best->name.size()) return result;
  std::string_view prefix = std::string_view(name).substr(0, name.size() - best->name.size() - 1);
  bool darwin = prefix.find("apple") != prefix.npos || prefix == "o64" || prefix == "o32" || prefix == "oa64";
  if (darwin) result.flavor = Flavor::Darwin;
  else if (prefix.find("msvc") != prefix.npos) result.flavor = Flavor::Coff;
  else if (prefix.starts_with("wasm")) result.flavor = Flavor::Wasm;
  else if (prefix.find('-') != prefix.npos) result.flavor = Flavor::Gnu;
  if (!result.linker || result.kind != Linker::Unknown) return result;
  // A cross `ld` is GNU's, and that of the free Apple tool chain is ld64.
  if (result.flavor == Flavor::Gnu) result.kind = Linker::Bfd;
  if (result.flavor == Flavor::Darwin) result.kind = Linker::AppleLd64;
  return result;
}

}  // namespace ldwhy
