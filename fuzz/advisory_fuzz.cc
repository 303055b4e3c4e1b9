// Advisory files: parsed, their examples run, and a fixed build judged by them.
#include <cstdint>
#include <string>
#include <string_view>

#include "advisory/advisory.h"
#include "advisory/example.h"

using namespace ldwhy;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string_view text(reinterpret_cast<const char *>(data), size);
  (void)check_advisory(text, "fuzz.md");
  Result<Advisory> advisory = parse_advisory(text, "fuzz.md");
  if (!advisory) return 0;
  Build build;
  build.system = "cargo";
  build.profile = "release";
  build.target = "aarch64-apple-darwin";
  for (const auto &[name, value] : {std::pair("lto", "thin"), std::pair("codegen-units", "16"),
                                    std::pair("rustflags", "-C lto=fat -Clink-arg=-fuse-ld=lld")}) {
    Setting setting;
    setting.name = name;
    setting.source.value = value;
    build.settings.push_back(setting);
  }
  build.versions["rustc"] = {"nightly-2025-09-14", {}};
  PackageGraph packages;
  for (const AdvisoryPackage &wanted : advisory->packages) {
    Package package;
    package.ecosystem = wanted.ecosystem;
    package.name = wanted.name;
    package.version = "38.0.3";
    packages.packages.push_back(package);
  }
  (void)judge(*advisory, build, packages);
  Complaint complaint;
  complaint.symbol = "__ZN3one6switchE";
  complaint.text = "ld64.lld: error: undefined symbol: one::switch";
  complaint.references.push_back({"libone.rlib", "one.o", "_main", "", 0});
  (void)has_signature(*advisory, complaint, "one::switch");
  return 0;
}
