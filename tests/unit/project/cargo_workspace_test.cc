// Which root and which members a folder has: against `cargo metadata`, and where cargo gives up.
#include "project/cargo_workspace.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "real_objects.h"

namespace ldwhy {
namespace {

struct Layout {
  const char *name;
  const char *here;  // the folder cargo is run in
  std::vector<std::pair<const char *, const char *>> files;  // manifests; [package] is added where NAME stands first
};

std::string manifest(const std::string &text) {
  if (!text.starts_with("@")) return text;
  size_t end = text.find('\n');
  return fmt::format("[package]\nname = \"{}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{}", text.substr(1, end - 1),
                     text.substr(std::min(end, text.size() - 1) + 1));
}

const std::vector<Layout> layouts = {
    {"alone", ".", {{".", "@a\n"}}},
    {"in a folder below", "src", {{".", "@a\n"}}},
    {"virtual with a pattern",
     ".",
     {{".", "[workspace]\nmembers = [\"crates/*\", \"tool\"]\nresolver = \"2\"\n"},
      {"crates/a", "@a\n"},
      {"crates/b", "@b\n"},
      {"tool", "@tool\n"},
      {"other", "@other\n"}}},
    {"from a member",
     "crates/a",
     {{".", "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"2\"\n"}, {"crates/a", "@a\n"}, {"crates/b", "@b\n"}}},
    {"root package with path dependencies",
     ".",
     {{".", "@root\n[workspace]\n[dependencies]\na = { path = \"a\" }\n"},
      {"a", "@a\n[dev-dependencies]\nb = { path = \"../b\" }\n"},
      {"b", "@b\n"},
      {"c", "@c\n"}}},
    {"dependencies of a target",
     ".",
     {{".",
       "@root\n[workspace]\n[target.'cfg(unix)'.dependencies]\na = { path = \"a\" "
       "}\n[build-dependencies]\nb = { path = \"b\" }\n"},
      {"a", "@a\n"},
      {"b", "@b\n"}}},
    {"excluded",
     ".",
     {{".", "[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"crates/b\"]\nresolver = \"2\"\n"},
      {"crates/a", "@a\n[dependencies]\nb = { path = \"../b\" }\n"},
      {"crates/b", "@b\n"}}},
    {"from an excluded one",
     "crates/b",
     {{".", "[workspace]\nmembers = [\"crates/a\"]\nexclude = [\"crates/b\"]\nresolver = \"2\"\n"},
      {"crates/a", "@a\n"},
      {"crates/b", "@b\n"}}},
    {"pointer to the root",
     "far/a",
     {{"root", "[workspace]\nmembers = [\"../far/a\"]\nresolver = \"2\"\n"},
      {"far/a", "@a\nworkspace = \"../../root\"\n"}}},
    {"inherited path dependency",
     ".",
     {{".",
       "[workspace]\nmembers = [\"a\"]\nresolver = \"2\"\n[workspace.dependencies]\nb = { path = "
       "\"deep/b\" }\n"},
      {"a", "@a\n[dependencies]\nb.workspace = true\n"},
      {"deep/b", "@b\n"}}},
    {"outside without a pointer",
     "root",
     {{"root", "@root\n[workspace]\n[dependencies]\na = { path = \"../a\" }\n"}, {"a", "@a\n"}}},
    {"no workspace, a path dependency", ".", {{".", "@root\n[dependencies]\na = { path = \"a\" }\n"}, {"a", "@a\n"}}},
    {"two levels of a pattern",
     ".",
     {{".", "[workspace]\nmembers = [\"*/crate-[ab]\"]\nresolver = \"2\"\n"},
      {"x/crate-a", "@a\n"},
      {"y/crate-b", "@b\n"},
      {"y/crate-c", "@c\n"}}},
    {"a ring of path dependencies",
     ".",
     {{".", "@root\n[workspace]\n[dependencies]\na = { path = \"a\" }\n"},
      {"a", "@a\n[dev-dependencies]\nroot = { path = \"..\" }\n"}}},
};

Project read(const std::string &folder, CargoWorkspace &workspace, const Files &files) {
  ProjectOptions options;
  options.folder = folder;
  Project project;
  std::optional<std::string> root = find_cargo_root(folder, files);
  if (!root) return project;
  project.root = *root;
  workspace = read_cargo_workspace(*root, {options, files}, project);
  return project;
}

TEST(CargoWorkspace, TheSameAsCargo) {
  testing::Workshop probe;
  std::string cargo = probe.output("rustup which cargo 2>/dev/null || command -v cargo");
  while (cargo.ends_with('\n')) cargo.pop_back();
  if (cargo.empty()) GTEST_SKIP() << "no cargo here";
  for (const Layout &layout : layouts) {
    SCOPED_TRACE(layout.name);
    testing::Workshop shop;
    for (const auto &[folder, text] : layout.files) {
      shop.write(fmt::format("{}/Cargo.toml", folder), manifest(text));
      shop.write(fmt::format("{}/src/lib.rs", folder), "");
    }
    std::string said =
        shop.output(fmt::format("cd {} && RUSTC={}/rustc {} metadata --offline --no-deps --format-version 1 2>err",
                                layout.here, cargo.substr(0, cargo.rfind('/')), cargo));
    nlohmann::json metadata = nlohmann::json::parse(said, nullptr, false);
    ASSERT_FALSE(metadata.is_discarded()) << shop.output("cat */err err 2>/dev/null");
    std::set<std::string> theirs, ours;
    for (const nlohmann::json &package : metadata["packages"]) theirs.insert(package["manifest_path"]);
    CargoWorkspace workspace;
    std::string here = normal_path(shop.path(layout.here));
    while (here.ends_with('/')) here.pop_back();
    Project project = read(here, workspace, DiskFiles());
    for (const CargoManifest &member : workspace.members) ours.insert(member.path);
    EXPECT_EQ(ours, theirs);
    EXPECT_EQ(project.root, metadata["workspace_root"].get<std::string>());
    for (const ProjectProblem &problem : project.problems) ADD_FAILURE() << problem.place.file << ": " << problem.text;
    // What each one makes.
    for (const nlohmann::json &package : metadata["packages"])
      for (const CargoManifest &member : workspace.members) {
        if (member.name != package["name"]) continue;
        EXPECT_EQ(member.version, package["version"]);
        EXPECT_EQ(member.crate_types, "lib");
      }
  }
}

TEST(CargoWorkspace, KindsOfCrates) {
  testing::Workshop probe;
  std::string cargo = probe.output("rustup which cargo 2>/dev/null || command -v cargo");
  while (cargo.ends_with('\n')) cargo.pop_back();
  if (cargo.empty()) GTEST_SKIP() << "no cargo here";
  struct Kind {
    const char *manifest;
    std::vector<const char *> sources;
    const char *expected;
    uint32_t line;
  };
  for (const Kind &kind :
       {Kind{"@a\n", {"src/main.rs"}, "bin", 0}, Kind{"@a\n", {"src/lib.rs", "src/main.rs"}, "lib,bin", 0},
        Kind{"@a\n[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n", {"src/lib.rs"}, "cdylib,rlib", 6},
        Kind{"@a\n[lib]\nproc-macro = true\n", {"src/lib.rs"}, "proc-macro", 5},
        Kind{"@a\n", {"src/bin/x.rs"}, "bin", 0},
        Kind{"@a\n[[bin]]\nname = \"z\"\npath = \"z.rs\"\n", {"z.rs"}, "bin", 5},
        Kind{"@a\n", {"src/bin/y/main.rs"}, "bin", 0},
        Kind{"@a\nautobins = false\n", {"src/lib.rs", "src/main.rs"}, "lib", 0},
        Kind{"@a\n[lib]\ncrate-type = [\"staticlib\"]\n", {"src/lib.rs", "build.rs"}, "staticlib", 6}}) {
    testing::Workshop shop;
    shop.write("Cargo.toml", manifest(kind.manifest));
    for (const char *source : kind.sources) shop.write(source, "fn main() {}\n");
    CargoWorkspace workspace;
    std::string here = shop.path("");
    here.pop_back();
    read(here, workspace, DiskFiles());
    ASSERT_EQ(workspace.members.size(), 1u);
    EXPECT_EQ(workspace.members[0].crate_types, kind.expected);
    EXPECT_EQ(workspace.members[0].crate_types_place.line, kind.line) << kind.manifest;
    nlohmann::json metadata = nlohmann::json::parse(
        shop.output(cargo + " metadata --offline --no-deps --format-version 1 2>err"), nullptr, false);
    ASSERT_FALSE(metadata.is_discarded()) << shop.read("err");
    std::set<std::string> theirs, ours;
    bool script = false;
    for (const nlohmann::json &target : metadata["packages"][0]["targets"])
      for (const nlohmann::json &type : target["crate_types"]) {
        if (target["kind"][0] == "custom-build") script = true;
        else theirs.insert(type);
      }
    std::string types = workspace.members[0].crate_types;
    for (size_t at = 0; at < types.size();) {
      size_t end = std::min(types.find(',', at), types.size());
      ours.insert(types.substr(at, end - at));
      at = end + 1;
    }
    EXPECT_EQ(ours, theirs);
    EXPECT_EQ(!workspace.members[0].build_script.empty(), script);
  }
}

TEST(CargoWorkspace, WhatCargoRefuses) {
  struct Bad {
    const char *name, *here;
    std::vector<std::pair<const char *, const char *>> files;
    const char *file;
    uint32_t line;
    const char *text;
    size_t members;
  };
  for (const Bad &bad : {
           Bad{"missing member",
               "/p",
               {{"/p/Cargo.toml", "[workspace]\nmembers = [\n \"a\",\n \"gone\",\n]\n"}, {"/p/a/Cargo.toml", "@a\n"}},
               "Cargo.toml",
               4,
               "'gone'",
               1},
           Bad{"missing path dependency",
               "/p",
               {{"/p/Cargo.toml", "@root\n[workspace]\n[dependencies]\nx = { path = \"x\" }\n"}},
               "Cargo.toml",
               7,
               "'x'",
               1},
           Bad{"broken member",
               "/p",
               {{"/p/Cargo.toml", "[workspace]\nmembers = [\"*\"]\n"},
                {"/p/a/Cargo.toml", "@a\n"},
                {"/p/b/Cargo.toml", "[package\nname = 1"}},
               "b/Cargo.toml",
               1,
               "not TOML",
               1},
           Bad{"broken root", "/p", {{"/p/Cargo.toml", "[workspace]\nmembers = [\n"}}, "Cargo.toml", 3, "not TOML", 0},
           Bad{"two workspaces",
               "/p",
               {{"/p/Cargo.toml", "[workspace]\nmembers = [\"a\"]\n"}, {"/p/a/Cargo.toml", "@a\n[workspace]\n"}},
               "a/Cargo.toml",
               5,
               "[workspace] of its own",
               1},
           Bad{"not a member",
               "/p/b",
               {{"/p/Cargo.toml", "[workspace]\nmembers = [\"a\"]\n"},
                {"/p/a/Cargo.toml", "@a\n"},
                {"/p/b/Cargo.toml", "@b\n"}},
               "b/Cargo.toml",
               0,
               "as a member",
               2},
           Bad{"pointer to no workspace",
               "/p/a",
               {{"/p/Cargo.toml", "@root\n"}, {"/p/a/Cargo.toml", "@a\nworkspace = \"..\"\n"}},
               "a/Cargo.toml",
               0,
               "no [workspace]",
               2},
           Bad{"pointers in a ring",
               "/p/a",
               {{"/p/b/Cargo.toml", "@b\nworkspace = \"../a\"\n"}, {"/p/a/Cargo.toml", "@a\nworkspace = \"../b\"\n"}},
               "/p/a/Cargo.toml",
               0,
               "no [workspace]",
               2},
       }) {
    SCOPED_TRACE(bad.name);
    MemoryFiles files;
    for (const auto &[path, text] : bad.files) files.add(path, manifest(text));
    CargoWorkspace workspace;
    Project project = read(bad.here, workspace, files);
    ASSERT_EQ(project.problems.size(), 1u);
    EXPECT_EQ(project.problems[0].place.file, bad.file);
    EXPECT_EQ(project.problems[0].place.line, bad.line);
    EXPECT_NE(project.problems[0].text.find(bad.text), std::string::npos) << project.problems[0].text;
    EXPECT_EQ(workspace.members.size(), bad.members);
  }
}

TEST(CargoWorkspace, HostileMembers) {
  MemoryFiles files;
  std::string many;
  for (int i = 0; i < 30'000; ++i) many += fmt::format("\"m{}\",", i);
  std::string long_pattern;
  for (int i = 0; i < 100'000; ++i) long_pattern += "*/";
  files.add("/p/Cargo.toml",
            "[workspace]\nmembers = [\"**\", \"" + long_pattern + "\", \"**/**/**/*\", " + many + "]\n");
  for (int i = 0; i < 50; ++i) files.add(fmt::format("/p/d{}/e/f/g/Cargo.toml", i), manifest(fmt::format("@m{}\n", i)));
  CargoWorkspace workspace;
  read("/p", workspace, files);
  EXPECT_EQ(workspace.members.size(), 50u);

  MemoryFiles huge;
  huge.add("/p/Cargo.toml", "[workspace]\n#" + std::string(3 << 20, 'x'));
  Project project = read("/p", workspace, huge);
  ASSERT_EQ(project.problems.size(), 1u);
  EXPECT_NE(project.problems[0].text.find("bytes"), std::string::npos);
}

}  // namespace
}  // namespace ldwhy
