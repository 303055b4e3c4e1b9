#include "project/cargo_cfg.h"

#include <algorithm>
#include <optional>

namespace ldwhy {
namespace {

constexpr int deepest = 64;

struct ArchRow {
  std::string_view prefix;  // of the triple's first part; the first row that fits counts
  std::string_view arch;
  std::string_view width;
  bool big = false;
};
constexpr ArchRow arch_rows[] = {
    {"aarch64_be", "aarch64", "64", true},
    {"aarch64", "aarch64", "64"},
    {"arm64_32", "aarch64", "32"},
    {"arm64ec", "arm64ec", "64"},
    {"arm64", "aarch64", "64"},
    {"armeb", "arm", "32", true},
    {"arm", "arm", "32"},
    {"thumbeb", "arm", "32", true},
    {"thumb", "arm", "32"},
    {"x86_64", "x86_64", "64"},
    {"i386", "x86", "32"},
    {"i486", "x86", "32"},
    {"i586", "x86", "32"},
    {"i686", "x86", "32"},
    {"powerpc64le", "powerpc64", "64"},
    {"powerpc64", "powerpc64", "64", true},
    {"powerpc", "powerpc", "32", true},
    {"riscv32", "riscv32", "32"},
    {"riscv64", "riscv64", "64"},
    {"s390x", "s390x", "64", true},
    {"sparc64", "sparc64", "64", true},
    {"sparcv9", "sparc64", "64", true},
    {"sparc", "sparc", "32", true},
    {"mipsisa32r6el", "mips32r6", "32"},
    {"mipsisa32r6", "mips32r6", "32", true},
    {"mipsisa64r6el", "mips64r6", "64"},
    {"mipsisa64r6", "mips64r6", "64", true},
    {"mips64el", "mips64", "64"},
    {"mips64", "mips64", "64", true},
    {"mipsel", "mips", "32"},
    {"mips", "mips", "32", true},
    {"loongarch64", "loongarch64", "64"},
    {"loongarch32", "loongarch32", "32"},
    {"wasm32", "wasm32", "32"},
    {"wasm64", "wasm64", "64"},
    {"csky", "csky", "32"},
    {"hexagon", "hexagon", "32"},
    {"m68k", "m68k", "32", true},
    {"msp430", "msp430", "16"},
    {"avr", "avr", "16"},
    {"bpfeb", "bpf", "64", true},
    {"bpfel", "bpf", "64"},
    {"nvptx64", "nvptx64", "64"},
    {"amdgcn", "amdgpu", "64"},
    {"xtensa", "xtensa", "32"},
};

struct SystemRow {
  std::string_view part;  // a part of the triple, or how it begins
  std::string_view os;
  std::string_view family;  // "unix", "windows", "wasm" or none
};
constexpr SystemRow system_rows[] = {
    {"linux", "linux", "unix"},
    {"darwin", "macos", "unix"},
    {"macosx", "macos", "unix"},
    {"ios", "ios", "unix"},
    {"tvos", "tvos", "unix"},
    {"watchos", "watchos", "unix"},
    {"visionos", "visionos", "unix"},
    {"windows", "windows", "windows"},
    {"cygwin", "cygwin", "unix"},
    {"freebsd", "freebsd", "unix"},
    {"netbsd", "netbsd", "unix"},
    {"openbsd", "openbsd", "unix"},
    {"dragonfly", "dragonfly", "unix"},
    {"solaris", "solaris", "unix"},
    {"illumos", "illumos", "unix"},
    {"android", "android", "unix"},
    {"fuchsia", "fuchsia", "unix"},
    {"haiku", "haiku", "unix"},
    {"redox", "redox", "unix"},
    {"hurd", "hurd", "unix"},
    {"aix", "aix", "unix"},
    {"nto", "nto", "unix"},
    {"vxworks", "vxworks", "unix"},
    {"espidf", "espidf", "unix"},
    {"horizon", "horizon", "unix"},
    {"vita", "vita", "unix"},
    {"emscripten", "emscripten", "unix"},
    {"wasip", "wasi", "wasm"},
    {"wasi", "wasi", "wasm"},
    {"l4re", "l4re", "unix"},
    {"rtems", "rtems", "unix"},
    {"nuttx", "nuttx", "unix"},
    {"uefi", "uefi", ""},
    {"hermit", "hermit", ""},
    {"cuda", "cuda", ""},
    {"xous", "xous", ""},
    {"zkvm", "zkvm", ""},
    {"none", "none", ""},
    {"unknown", "unknown", "wasm"},
    {"psp", "psp", ""},
    {"psx", "psx", ""},
    {"solid_asp3", "solid_asp3", ""},
    {"teeos", "teeos", ""},
    {"trusty", "trusty", ""},
    {"amdhsa", "amdhsa", ""},
    {"sgx", "unknown", ""},
    {"lynxos178", "lynxos178", "unix"},
    {"helenos", "helenos", ""},
    {"qurt", "qurt", "unix"},
    {"switch", "horizon", ""},
    {"vex", "vexos", ""},
    {"managarm", "managarm", "unix"},
    {"motor", "motor", ""},
    {"3ds", "horizon", "unix"},
};

void add_environment(std::string_view triple, std::string_view os, CfgValues &values) {
  constexpr std::string_view known[] = {"gnu",    "musl", "msvc",  "uclibc", "ohos", "newlib",
                                        "relibc", "sgx",  "mlibc", "v5",     "sim",  "macabi"};
  struct Fixed {
    std::string_view os, environment;
  };
  constexpr Fixed by_os[] = {{"espidf", "newlib"}, {"vita", "newlib"}, {"rtems", "newlib"}, {"redox", "relibc"},
                             {"hurd", "gnu"},      {"l4re", "uclibc"}, {"vxworks", "gnu"}};
  std::string_view last = triple.substr(triple.rfind('-') + 1);
  std::string_view environment;
  for (std::string_view name : known)
    if (last.starts_with(name)) environment = name;
  for (const Fixed &row : by_os)
    if (row.os == os) environment = row.environment;
  if (size_t wasi = triple.find("-wasip"); wasi != triple.npos) environment = triple.substr(wasi + 5, 2);
  else if (os == "wasi") environment = "p1";
  // Before Apple's own processors, these ran in the simulator alone.
  if ((os == "ios" || os == "tvos") && (triple.starts_with("x86_64") || triple.starts_with("i386")) &&
      environment.empty())
    environment = "sim";
  if (os == "nto")
    environment = triple.contains("qnx700")   ? "nto70"
                  : triple.contains("qnx800") ? "nto80"
                  : triple.contains("iosock") ? "nto71_iosock"
                                              : "nto71";
  if (triple.contains("-3ds")) environment = "newlib";
  values.emplace_back("target_env", environment);
}

// Recursive descent, no deeper than `deepest`; nothing where the text is no expression.
class Expression {
 public:
  Expression(std::string_view text, const CfgValues &values) : text_(text), values_(values) {}
  bool whole() {
    std::optional<bool> result = value(0);
    skip();
    return result.value_or(false) && text_.empty();
  }

 private:
  void skip() { text_.remove_prefix(std::min(text_.find_first_not_of(" \t\r\n"), text_.size())); }
  bool take(char c) {
    skip();
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::string_view word() {
    skip();
    size_t size = 0;
    while (size < text_.size() && (text_[size] == '_' || (text_[size] >= '0' && text_[size] <= '9') ||
                                   ((text_[size] | 0x20) >= 'a' && (text_[size] | 0x20) <= 'z')))
      ++size;
    std::string_view name = text_.substr(0, size);
    text_.remove_prefix(size);
    return name;
  }
  bool has(std::string_view name, std::string_view value) const {
    return std::ranges::find(values_, std::pair(name, value)) != values_.end();
  }
  std::optional<bool> list(std::string_view name, int depth) {
    bool all = true, any = false;
    size_t count = 0;
    while (!take(')')) {
      std::optional<bool> item = value(depth + 1);
      if (!item) return std::nullopt;
      all = all && *item;
      any = any || *item;
      ++count;
      if (take(',')) continue;
      if (!take(')')) return std::nullopt;
      break;
    }
    if (name == "all") return all;
    if (name == "any") return any;
    return count == 1 ? std::optional(!any) : std::nullopt;
  }
  std::optional<bool> value(int depth) {
    std::string_view name = word();
    if (name.empty() || depth > deepest) return std::nullopt;
    if (name == "all" || name == "any" || name == "not")
      if (take('(')) return list(name, depth);
    if (!take('=')) return name == "true" || (name != "false" && has(name, ""));
    if (!take('"')) return std::nullopt;
    size_t end = text_.find('"');
    if (end == text_.npos) return std::nullopt;
    std::string_view text = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    return has(name, text);
  }

  std::string_view text_;
  const CfgValues &values_;
};

}  // namespace

CfgValues cfg_values(std::string_view triple) {
  CfgValues values;
  size_t dash = triple.find('-');
  if (dash == triple.npos) return values;
  std::string_view first = triple.substr(0, dash);
  const ArchRow *arch =
      std::ranges::find_if(arch_rows, [&](const ArchRow &row) { return first.starts_with(row.prefix); });
  if (arch == std::end(arch_rows)) return values;
  bool half = triple.ends_with("x32") || triple.ends_with("_ilp32") || triple.ends_with("abin32");
  values.emplace_back("target_arch", arch->arch);
  values.emplace_back("target_pointer_width", half ? "32" : arch->width);
  values.emplace_back("target_endian", arch->big ? "big" : "little");

  std::string_view rest = triple.substr(dash + 1);
  size_t next = rest.find('-');
  std::string_view vendor = next == rest.npos ? "unknown" : rest.substr(0, next);
  const SystemRow *system = nullptr;
  // Later parts say more: "unknown-linux-android" is Android, "unknown-linux-gnu" is Linux.
  for (size_t start = 0; start < rest.size();) {
    std::string_view part = rest.substr(start, rest.find('-', start) - start);
    for (const SystemRow &row : system_rows)
      if (part.starts_with(row.part) && (row.os != "unknown" || start > 0 || next == rest.npos)) {
        if (!(row.os == "none" && system)) system = &row;
        break;
      }
    start += part.size() + 1;
  }
  std::string_view os = system ? system->os : "unknown";
  std::string_view family = system ? system->family : "";
  if (arch->arch.starts_with("wasm")) {
    if (family == "unix") values.emplace_back("target_family", "wasm");
    else family = "wasm";
  } else if (family == "wasm") {
    family = "";
  }
  constexpr std::string_view no_vendors[] = {"linux", "none", "nuttx", "rtems", "wali", "lynx"};
  if (vendor.starts_with("wasi") || std::ranges::find(no_vendors, vendor) != std::end(no_vendors)) vendor = "unknown";
  if (vendor.starts_with("esp")) vendor = "espressif";
  values.emplace_back("target_vendor", vendor);
  values.emplace_back("target_os", os);
  if (!family.empty()) values.emplace_back("target_family", family);
  if (family == "unix" || family == "windows") values.emplace_back(family, "");
  add_environment(triple, os, values);
  return values;
}

bool cfg_holds(std::string_view expression, const CfgValues &values) {
  if (!expression.starts_with("cfg(") || !expression.ends_with(')')) return false;
  return Expression(expression.substr(4, expression.size() - 5), values).whole();
}

}  // namespace ldwhy
