// Cargo projects: two manifests, configurations, a lock file, a toolchain file, a build script,
// and what a CI job sets and calls, as parts of the input between bytes 0x1e.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/words.h"
#include "project/project.h"

namespace {

constexpr const char *paths[] = {
    "/p/Cargo.toml",     "/p/m/Cargo.toml", "/p/.cargo/config.toml", "/p/Cargo.lock",     "/p/.cargo/include.toml",
    "/p/rust-toolchain", "/p/m/build.rs",   "/h/.cargo/config",      "/p/m/n/Cargo.toml", "/p/rust-toolchain.toml"};

std::string_view next_part(std::string_view &rest) {
  size_t end = rest.find('\x1e');
  std::string_view part = rest.substr(0, end);
  rest = end == rest.npos ? "" : rest.substr(end + 1);
  return part;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string_view rest(reinterpret_cast<const char *>(data), size);
  ldwhy::MemoryFiles files;
  ldwhy::ProjectOptions options;
  options.home = "/h";
  options.ask_tools = false;
  std::string_view words = next_part(rest), flags = next_part(rest);
  for (const char *path : paths)
    if (std::string_view part = next_part(rest); !part.empty()) files.add(path, std::string(part));
  files.add("/p/m/src/main.rs", "");
  for (const char *folder : {"/p", "/p/m/n"}) {
    options.folder = folder;
    std::optional<std::string> root = ldwhy::cargo_kind.root(folder, files);
    if (!root) continue;
    ldwhy::Project project;
    project.root = *root;
    project.sites.resize(2);
    project.sites[0].environment.push_back({"RUSTFLAGS", std::string(flags), {"environment", 0}});
    project.sites[1].where = "ci";
    project.sites[1].environment.push_back({"CARGO_ENCODED_RUSTFLAGS", std::string(flags), {"ci", 1}});
    project.sites[1].calls.push_back({ldwhy::split_words(words), "", {"ci", 2}});
    ldwhy::cargo_kind.read(*root, {options, files}, project);
    for (uint32_t i = 0; i < project.packages.packages.size() && i < 8; ++i) {
      for (const std::vector<std::string> &path : project.packages.paths_to(i))
        if (path.empty() || path.back() != project.packages.packages[i].name) std::abort();
      for (uint32_t below : project.packages.packages[i].dependencies)
        if (below >= project.packages.packages.size()) std::abort();
    }
    for (const ldwhy::Build &build : project.builds)
      if (!build.find("lto") || !build.find("rustflags")) std::abort();
  }
  return 0;
}
