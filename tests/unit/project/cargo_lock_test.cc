// Cargo.lock of every version, and the paths by which a package comes in.
#include "project/cargo_lock.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "real_objects.h"

namespace ldwhy {
namespace {

const std::string index = "registry+https://github.com/rust-lang/crates.io-index";

Project read(const MemoryFiles &files) {
  ProjectOptions options;
  options.folder = "/p";
  options.ask_tools = false;
  Project project;
  project.root = "/p";
  project.sites.resize(1);
  cargo_kind.read("/p", {options, files}, project);
  return project;
}

Project with_lock(const std::string &lock,
                  const std::string &manifest = "[package]\nname = \"app\"\nversion = \"0.1.0\"\n") {
  MemoryFiles files;
  files.add("/p/Cargo.toml", manifest);
  files.add("/p/Cargo.lock", lock);
  return read(files);
}

// "app 0.1.0 member -> a 1.0.0, b 2.0.0"
std::vector<std::string> lines(const PackageGraph &graph) {
  std::vector<std::string> all;
  for (const Package &package : graph.packages) {
    std::vector<std::string> below;
    for (uint32_t dependency : package.dependencies)
      below.push_back(fmt::format("{} {}", graph.packages[dependency].name, graph.packages[dependency].version));
    all.push_back(fmt::format("{} {} {} -> {}", package.name, package.version,
                              package.member ? "member" : package.source, fmt::join(below, ", ")));
  }
  return all;
}

TEST(CargoLock, EveryVersion) {
  std::string one = "[root]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"a 1.0.0 (" + index +
                    ")\",\n \"b 2.0.0 (git+https://x.org/b?rev=1#abc)\",\n]\n\n"
                    "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"" +
                    index +
                    "\"\n\n"
                    "[[package]]\nname = \"b\"\nversion = \"2.0.0\"\nsource = "
                    "\"git+https://x.org/b?rev=1#abc\"\n\n"
                    "[metadata]\n\"checksum a 1.0.0 (" +
                    index + ")\" = \"00\"\n";
  std::string two = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"" + index +
                    "\"\nchecksum = \"00\"\n\n"
                    "[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"a\",\n "
                    "\"b 2.0.0 (git+https://x.org/b?rev=1)\",\n]\n\n"
                    "[[package]]\nname = \"b\"\nversion = \"2.0.0\"\nsource = "
                    "\"git+https://x.org/b?rev=1#abc\"\n";
  std::vector<std::string> expected = {"a 1.0.0 registry -> ", "app 0.1.0 member -> a 1.0.0, b 2.0.0",
                                       "b 2.0.0 git -> "};
  for (const std::string &lock : {one, two, "version = 3\n\n" + two, "# @generated\nversion = 4\n\n" + two}) {
    Project project = with_lock(lock);
    EXPECT_EQ(lines(project.packages), expected) << lock;
    EXPECT_TRUE(project.problems.empty());
  }
  Project project = with_lock(two);
  EXPECT_EQ(project.packages.packages[1].place.file, "Cargo.lock");
  EXPECT_EQ(project.packages.packages[1].place.line, 7u);
}

TEST(CargoLock, SeveralOfOneName) {
  Project project = with_lock(
      "version = 4\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"a 1.0.0\", "
      "\"a 2.0.0 (" +
      index + ")\", \"b 1.0.0\", \"c\", \"d\", \"e 1.0.0 (" + index +
      ")\"]\n"
      "[[package]]\nname = \"a\"\nversion = \"2.0.0\"\nsource = \"" +
      index + "\"\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"" + index +
      "\"\n"
      "[[package]]\nname = \"a\"\nversion = \"2.0.0\"\nsource = \"git+https://x.org/a#1\"\n"
      "[[package]]\nname = \"b\"\nversion = \"1.0.0\"\n[[package]]\nname = \"b\"\nversion = "
      "\"1.0.0\"\nsource = \"" +
      index +
      "\"\n"
      "[[package]]\nname = \"c\"\nversion = \"1.0.0\"\n[[package]]\nname = \"c\"\nversion = "
      "\"2.0.0\"\n[[package]]\nname = \"nobody\"\nversion = \"1.0.0\"\n");
  std::vector<std::string> all = lines(project.packages);
  // `c` could be either, `d` and `e` are not there: cargo takes none of these.
  EXPECT_EQ(all[3], "app 0.1.0 member -> a 1.0.0, a 2.0.0, b 1.0.0");
  const Package &app = project.packages.packages[3];
  EXPECT_EQ(project.packages.packages[app.dependencies[1]].source, "registry");
  EXPECT_EQ(project.packages.packages[app.dependencies[2]].source, "path");
  EXPECT_EQ(project.packages.find("crates", "a").size(), 3u);
  EXPECT_TRUE(project.packages.find("crates", "z").empty());
  EXPECT_TRUE(project.packages.find("pypi", "a").empty());
}

TEST(CargoLock, Paths) {
  MemoryFiles files;
  files.add("/p/Cargo.toml", "[workspace]\nmembers = [\"app\", \"host\", \"tool\"]\n");
  files.add("/p/app/Cargo.toml", "[package]\nname = \"app\"\n[dependencies]\nhost = { path = \"../host\" }\n");
  files.add("/p/host/Cargo.toml",
            "[package]\nname = \"host\"\n[dependencies]\nwasmtime = { version = \"38\", "
            "default-features = false, features = [\n \"cranelift\",\n \"runtime\"] }\n");
  files.add("/p/tool/Cargo.toml", "[package]\nname = \"tool\"\n");
  files.add("/p/Cargo.lock",
            "version = 4\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = "
            "[\"host\"]\n[[package]]\nname = \"host\"\nversion = \"0.1.0\"\ndependencies = "
            "[\"wasmtime\"]\n"
            "[[package]]\nname = \"tool\"\nversion = \"0.1.0\"\ndependencies = [\"x\", "
            "\"y\"]\n[[package]]\nname = \"x\"\nversion = \"1.0.0\"\nsource = \"r\"\ndependencies "
            "= [\"wasmtime\"]\n"
            "[[package]]\nname = \"y\"\nversion = \"1.0.0\"\nsource = \"r\"\ndependencies = "
            "[\"wasmtime\", \"z\"]\n[[package]]\nname = \"z\"\nversion = \"1.0.0\"\nsource = "
            "\"r\"\ndependencies = [\"wasmtime\"]\n"
            "[[package]]\nname = \"wasmtime\"\nversion = \"38.0.3\"\nsource = \"r\"\n");
  Project project = read(files);
  std::vector<uint32_t> found = project.packages.find("crates", "wasmtime");
  ASSERT_EQ(found.size(), 1u);
  std::vector<std::vector<std::string>> expected = {
      {"app", "host", "wasmtime"}, {"tool", "x", "wasmtime"}, {"tool", "y", "wasmtime"}};
  EXPECT_EQ(project.packages.paths_to(found[0]), expected);
  EXPECT_EQ(project.packages.paths_to(found[0], 1).size(), 1u);
  EXPECT_TRUE(project.packages.paths_to(99).empty());

  const Package &wasmtime = project.packages.packages[found[0]];
  EXPECT_FALSE(wasmtime.features_known);
  ASSERT_EQ(wasmtime.requested.size(), 2u);
  EXPECT_EQ(wasmtime.requested[0].member, "host");
  EXPECT_EQ(wasmtime.requested[0].feature, "cranelift");
  EXPECT_EQ(wasmtime.requested[0].place.file, "host/Cargo.toml");
  EXPECT_EQ(wasmtime.requested[0].place.line, 5u);
  EXPECT_EQ(wasmtime.requested[1].place.line, 6u);
  EXPECT_EQ(wasmtime.features, (std::vector<std::string>{"cranelift", "runtime"}));
}

TEST(CargoLock, RequestsThroughTheWorkspace) {
  MemoryFiles files;
  files.add("/p/Cargo.toml",
            "[workspace]\nmembers = [\"app\"]\n[workspace.dependencies]\nwt = { package = "
            "\"wasmtime\", version = \"38\", features = [\"async\"] }\n");
  files.add("/p/app/Cargo.toml",
            "[package]\nname = \"app\"\n[dependencies]\nwt = { workspace = true, features = "
            "[\"gc\"] }\n");
  files.add("/p/Cargo.lock",
            "version = 4\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = "
            "[\"wasmtime\"]\n[[package]]\nname = \"wasmtime\"\nversion = \"38.0.3\"\nsource = \"r\"\n");
  Project project = read(files);
  const Package &package = project.packages.packages[1];
  std::vector<std::string> all;
  for (const FeatureRequest &request : package.requested)
    all.push_back(fmt::format("{} {}:{}", request.feature, request.place.file, request.place.line));
  EXPECT_EQ(all, (std::vector<std::string>{"default app/Cargo.toml:4", "gc app/Cargo.toml:4", "async Cargo.toml:4"}));
}

TEST(CargoLock, TheSameAsCargo) {
  testing::Workshop shop;
  std::string cargo = shop.output("rustup which cargo 2>/dev/null || command -v cargo");
  while (cargo.ends_with('\n')) cargo.pop_back();
  if (cargo.empty()) GTEST_SKIP() << "no cargo here";
  shop.write("Cargo.toml", "[workspace]\nmembers = [\"m*\"]\nresolver = \"2\"\n");
  for (int i = 0; i < 6; ++i) {
    shop.write(fmt::format("m{}/src/lib.rs", i), "");
    std::string manifest =
        fmt::format("[package]\nname = \"m{0}\"\nversion = \"{0}.1.0\"\nedition = \"2021\"\n[dependencies]\n", i);
    for (int below = i + 1; below < 6; below += 2) manifest += fmt::format("m{0} = {{ path = \"../m{0}\" }}\n", below);
    shop.write(fmt::format("m{}/Cargo.toml", i), manifest);
  }
  nlohmann::json metadata =
      nlohmann::json::parse(shop.output(fmt::format("RUSTC={}/rustc {} metadata --offline --format-version 1 2>err",
                                                    cargo.substr(0, cargo.rfind('/')), cargo)),
                            nullptr, false);
  ASSERT_FALSE(metadata.is_discarded()) << shop.read("err");
  ProjectOptions options;
  options.folder = shop.path("");
  options.folder.pop_back();
  options.ask_tools = false;
  Project project = read_project(options, DiskFiles());
  ASSERT_EQ(project.packages.packages.size(), 6u);
  for (const nlohmann::json &node : metadata["resolve"]["nodes"]) {
    std::string id = node["id"];
    uint32_t number = static_cast<uint32_t>(id[id.find("/m") + 2] - '0');
    std::vector<std::string> theirs, ours;
    for (const nlohmann::json &dependency : node["deps"]) theirs.push_back(dependency["name"]);
    for (uint32_t below : project.packages.packages[number].dependencies)
      ours.push_back(project.packages.packages[below].name);
    std::ranges::sort(theirs);
    EXPECT_EQ(ours, theirs) << id;
    EXPECT_TRUE(project.packages.packages[number].member);
  }
}

TEST(CargoLock, NotUnderstood) {
  for (const auto &[lock, line] :
       std::vector<std::pair<std::string, uint32_t>>{{"version = 5\n[[package]]\nname = \"a\"\nversion = \"1\"\n", 1},
                                                     {"\nversion = \"x\"\n", 2},
                                                     {"version = 4\n<<<<<<< HEAD\n[[package]]\n", 2}}) {
    Project project = with_lock(lock);
    ASSERT_EQ(project.problems.size(), 1u) << lock;
    EXPECT_EQ(project.problems[0].place.file, "Cargo.lock");
    EXPECT_EQ(project.problems[0].place.line, line);
    EXPECT_TRUE(project.packages.packages.empty());
    EXPECT_FALSE(project.builds.empty()) << "the rest goes on";
  }
  MemoryFiles none;
  none.add("/p/Cargo.toml", "[package]\nname = \"app\"\n");
  Project project = read(none);
  ASSERT_EQ(project.remarks.size(), 1u);
  EXPECT_EQ(project.remarks[0].kind, "no-lock");
}

TEST(CargoLock, LargeAndStrange) {
  std::string chain = "version = 4\n";
  for (int i = 0; i < 20'000; ++i)
    chain += fmt::format("[[package]]\nname = \"{}\"\nversion = \"1.0.0\"\n{}dependencies = [\"p{}\"]\n",
                         i == 0 ? "app" : fmt::format("p{}", i), i == 0 ? "" : "source = \"r\"\n", i + 1);
  Project project = with_lock(chain);
  std::vector<uint32_t> last = project.packages.find("crates", "p19999");
  ASSERT_EQ(last.size(), 1u);
  std::vector<std::vector<std::string>> paths = project.packages.paths_to(last[0]);
  ASSERT_EQ(paths.size(), 1u);
  EXPECT_EQ(paths[0].size(), 20'000u);

  std::string same = "version = 4\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [";
  for (int i = 0; i < 20'000; ++i) same += "\"a 1.0.0 (s+x)\",";
  same += "]\n";
  for (int i = 0; i < 20'000; ++i)
    same += fmt::format("[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"s+{}\"\n", i);
  EXPECT_EQ(with_lock(same).packages.packages.size(), 20'001u);
}

}  // namespace
}  // namespace ldwhy
