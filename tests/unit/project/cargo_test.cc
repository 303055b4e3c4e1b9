// What is in force, where each value was read, and what lost to it and why.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/words.h"
#include "project/cargo_call.h"
#include "project/cargo_cfg.h"
#include "project/cargo_script.h"
#include "project/project.h"
#include "project/toolchain.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

const std::string app = "[package]\nname = \"app\"\nversion = \"0.1.0\"\n";

// A project in memory; /p is the root, /home/u the user's home folder.
struct Bench {
  MemoryFiles files;
  ProjectOptions options;
  std::vector<BuildSite> sites = std::vector<BuildSite>(1);

  Bench(std::initializer_list<std::pair<const char *, std::string>> all) {
    for (const auto &[path, text] : all) files.add(path, text);
    options.folder = "/p";
    options.home = "/home/u";
    options.ask_tools = false;
    sites[0].host = "x86_64-unknown-linux-gnu";
  }
  void set(const char *name, const char *value) { sites[0].environment.push_back({name, value, {"environment", 0}}); }
  BuildSite &ci(const std::string &words, const std::string &folder = "") {
    BuildSite &site = sites.emplace_back();
    site.where = fmt::format("ci.yml: job{}", sites.size() - 1);
    site.host = "aarch64-apple-darwin";
    site.calls.push_back({split_words(words), folder, {"ci.yml", 20}});
    return site;
  }
  Project read() const {
    Project project;
    project.root = "/p";
    project.sites = sites;
    cargo_kind.read("/p", {options, files}, project);
    return project;
  }
};

const Build *build_of(const Project &project, std::string_view profile, std::string_view where = "local",
                      std::string_view target = "") {
  for (const Build &build : project.builds)
    if (build.profile == profile && build.where == where && (target.empty() || build.target == target)) return &build;
  return nullptr;
}

std::string said(const SettingSource &source) {
  return fmt::format("{} [{}] {}:{}", source.value, source.text, source.place.file, source.place.line);
}
std::vector<std::string> said(const Setting *setting) {
  if (!setting) return {"none"};
  std::vector<std::string> all = {said(setting->source)};
  for (const SettingSource &lost : setting->overridden) {
    all.push_back(said(lost));
    EXPECT_FALSE(lost.why.empty()) << all.back();
  }
  return all;
}
using Lines = std::vector<std::string>;

std::vector<std::string> remarks(const Project &project, std::string_view kind) {
  std::vector<std::string> all;
  for (const Remark &remark : project.remarks)
    if (remark.kind == kind) all.push_back(fmt::format("{}:{}", remark.place.file, remark.place.line));
  return all;
}

TEST(Cargo, EverySourceOfLtoInOrder) {
  Bench bench{{"/p/Cargo.toml", app + "[profile.release]\ncodegen-units = 1\nlto = false\n"},
              {"/p/.cargo/config.toml", "[profile.release]\nlto = \"off\"\n"},
              {"/.cargo/config.toml", "\n\nprofile.release.lto = \"fat\"\n"},
              {"/home/u/.cargo/config.toml", "[profile]\nrelease = { lto = true }\n"}};
  bench.set("CARGO_PROFILE_RELEASE_LTO", "thin");
  bench.set("RUSTFLAGS", "-C lto=fat");
  Project project = bench.read();
  EXPECT_EQ(
      said(build_of(project, "release")->find("lto")),
      (Lines{"fat [RUSTFLAGS: -C lto=fat] environment:0", "thin [CARGO_PROFILE_RELEASE_LTO] environment:0",
             "off [profile.release.lto] .cargo/config.toml:2", "fat [profile.release.lto] /.cargo/config.toml:3",
             "true [profile.release.lto] /home/u/.cargo/config.toml:2", "false [profile.release.lto] Cargo.toml:6"}));
  EXPECT_EQ(said(build_of(project, "release")->find("codegen-units")),
            (Lines{"1 [profile.release.codegen-units] Cargo.toml:5"}));
  EXPECT_EQ(said(build_of(project, "dev")->find("lto")), (Lines{"fat [RUSTFLAGS: -C lto=fat] environment:0"}));
  EXPECT_TRUE(project.problems.empty());
}

TEST(Cargo, AnotherMachineHasOnlyTheProjectsFiles) {
  Bench bench{{"/p/Cargo.toml", app},
              {"/p/.cargo/config.toml", "[profile.release]\nlto = \"off\"\n"},
              {"/.cargo/config.toml", "[profile.release]\ncodegen-units = 1\n"},
              {"/home/u/.cargo/config.toml", "[profile.release]\nopt-level = 1\n"},
              {"/p/rust-toolchain.toml", "[toolchain]\nchannel = \"1.90.0\"\n"}};
  bench.set("CARGO_PROFILE_RELEASE_LTO", "thin");
  BuildSite &site = bench.ci("cargo build --release");
  site.environment.push_back({"CARGO_PROFILE_RELEASE_PANIC", "abort", {"ci.yml", 5}});
  Project project = bench.read();
  const Build *build = build_of(project, "release", site.where);
  ASSERT_TRUE(build);
  EXPECT_EQ(build->target, "aarch64-apple-darwin");
  EXPECT_EQ(said(build->find("lto")), (Lines{"off [profile.release.lto] .cargo/config.toml:2"}));
  EXPECT_EQ(said(build->find("codegen-units")), (Lines{"16 [rustc's default] :0"}));
  EXPECT_EQ(said(build->find("opt-level")), (Lines{"3 [cargo's default] :0"}));
  EXPECT_EQ(said(build->find("panic")), (Lines{"abort [CARGO_PROFILE_RELEASE_PANIC] ci.yml:5"}));
  EXPECT_EQ(build->versions.at("rustc").value, "1.90.0");
  EXPECT_EQ(build->versions.at("rustc").place.line, 2u);
  EXPECT_EQ(build->versions.at("llvm").value, "20");
  EXPECT_EQ(said(build_of(project, "release")->find("opt-level")),
            (Lines{"1 [profile.release.opt-level] /home/u/.cargo/config.toml:2"}));
}

TEST(Cargo, FlagsThatAreHidden) {
  Bench bench{{"/p/Cargo.toml", app},
              {"/p/.cargo/config.toml",
               "[build]\nrustflags = [\n  \"-C\", "
               "\"lto=thin\",\n]\n[target.x86_64-unknown-linux-gnu]\nrustflags = "
               "\"-Clink-arg=-fuse-ld=lld\"\nlinker = \"clang\"\n"
               "[target.'cfg(unix)']\nrustflags = [\"-Clink-arg=-s\",\n \"-C\",\n \"linker=gcc\"]\n"}};
  Project project = bench.read();
  const Build *build = build_of(project, "dev");
  EXPECT_EQ(said(build->find("rustflags")),
            (Lines{"-Clink-arg=-fuse-ld=lld -Clink-arg=-s -C linker=gcc "
                   "[target.x86_64-unknown-linux-gnu.rustflags + target.'cfg(unix)'.rustflags] "
                   ".cargo/config.toml:6",
                   "-C lto=thin [build.rustflags] .cargo/config.toml:2"}));
  EXPECT_EQ(said(build->find("linker")),
            (Lines{"gcc [target.'cfg(unix)'.rustflags: -C linker=gcc] .cargo/config.toml:10",
                   "clang [target.x86_64-unknown-linux-gnu.linker] .cargo/config.toml:7"}));
  EXPECT_EQ(build->find("link-args")->source.value, "-fuse-ld=lld -s");
  EXPECT_EQ(said(build->find("lto")), (Lines{"false [cargo's default] :0"}));
  EXPECT_EQ(remarks(project, "hidden-flags"), (Lines{".cargo/config.toml:2"}));

  bench.set("RUSTFLAGS", "");
  project = bench.read();
  EXPECT_EQ(said(build_of(project, "dev")->find("rustflags")),
            (Lines{" [RUSTFLAGS] environment:0",
                   "-Clink-arg=-fuse-ld=lld [target.x86_64-unknown-linux-gnu.rustflags] "
                   ".cargo/config.toml:6",
                   "-Clink-arg=-s -C linker=gcc [target.'cfg(unix)'.rustflags] .cargo/config.toml:9",
                   "-C lto=thin [build.rustflags] .cargo/config.toml:2"}));
  EXPECT_EQ(remarks(project, "hidden-flags"),
            (Lines{".cargo/config.toml:6", ".cargo/config.toml:9", ".cargo/config.toml:2"}));
}

TEST(Cargo, ProfilesThatCargoIgnores) {
  Bench bench{{"/p/Cargo.toml", "[workspace]\nmembers = [\"k\"]\n"},
              {"/p/k/Cargo.toml", app + "\n[profile.release]\nlto = \"thin\"\n"},
              {"/p/k/.cargo/config.toml", ""},
              {"/p/k/src/main.rs", ""}};
  Project project = bench.read();
  EXPECT_EQ(said(build_of(project, "release")->find("lto")),
            (Lines{"false [cargo's default] :0", "thin [profile.release.lto] k/Cargo.toml:6"}));
  EXPECT_EQ(remarks(project, "ignored-profile"), (Lines{"k/Cargo.toml:5"}));
  EXPECT_EQ(remarks(project, "ignored-config"), (Lines{"k/.cargo/config.toml:0"}));
  bench.options.folder = "/p/k";
  EXPECT_TRUE(remarks(bench.read(), "ignored-config").empty()) << "it is read from there";
}

TEST(Cargo, ProfileProblems) {
  struct Bad {
    std::string profiles, text;
    uint32_t line;
    bool fatal = true;
  };
  for (const Bad &bad :
       {Bad{"[profile.x]\ninherits = \"y\"\n[profile.y]\ninherits = \"x\"\n", "inherits itself", 7},
        Bad{"[profile.x]\nlto = true\n", "does not say", 0},
        Bad{"[profile.x]\ninherits = \"z\"\n", "'z' is not defined", 0},
        Bad{"[profile.x]\ninherits = \"x\"\n", "inherits itself", 5},
        Bad{"[profile.x]\ninherits = \"dev\"\n[profile.x.package.a]\nlto = true\n", "no 'lto'", 7, false}}) {
    Bench bench{{"/p/Cargo.toml", app + bad.profiles}};
    bench.options.profile = "x";
    Project project = bench.read();
    ASSERT_EQ(project.problems.size(), 1u) << bad.profiles;
    EXPECT_NE(project.problems[0].text.find(bad.text), std::string::npos) << project.problems[0].text;
    EXPECT_EQ(project.problems[0].place.line, bad.line) << bad.profiles;
    EXPECT_EQ(project.builds.empty(), bad.fatal);
  }
}

TEST(Cargo, OverridesForPackages) {
  Bench bench{{"/p/Cargo.toml", app + "[profile.release.package.serde]\nopt-level = "
                                      "2\n[profile.release.package.\"*\"]\ncodegen-units = "
                                      "1\n[profile.release.build-override]\nopt-level = 3\n[profile.x]\ninherits = "
                                      "\"release\"\n[profile.x.package.serde]\nopt-level = 1\n"}};
  Project project = bench.read();
  std::vector<std::string> all;
  for (const Setting &setting : build_of(project, "x")->settings)
    if (!setting.package.empty())
      all.push_back(fmt::format("{} {} {}:{} over {}", setting.package, setting.name, setting.source.value,
                                setting.source.place.line, setting.overridden.size()));
  EXPECT_EQ(
      all, (Lines{"* codegen-units 1:7 over 0", "serde opt-level 1:13 over 1", "build-override opt-level 3:9 over 0"}));
}

TEST(Cargo, CallsOfSites) {
  Bench bench{{"/p/Cargo.toml", app + "[profile.ship]\ninherits = \"release\"\n"},
              {"/p/.cargo/config.toml", "[alias]\nship = \"build --profile ship\"\n"},
              {"/p/fuzz/Cargo.toml", "[workspace]\n[package]\nname = \"fuzz\"\n"},
              {"/p/.git/HEAD", ""}};
  BuildSite &one = bench.ci("cargo +1.82 build --release --target aarch64-apple-darwin --target=x86_64-apple-darwin");
  one.calls.push_back({{"cargo", "build", "--release", "--target", "x86_64-apple-darwin"}, "", {"ci.yml", 21}});
  one.calls.push_back({{"cargo", "ship"}, "", {"ci.yml", 22}});
  one.calls.push_back({{"cargo", "check", "--release"}, "", {"ci.yml", 23}});
  one.calls.push_back({{"cargo", "build"}, "fuzz", {"ci.yml", 24}});
  one.calls.push_back({{"RUSTFLAGS=-g", "cargo", "test"}, "", {"ci.yml", 25}});
  one.calls.push_back({{"make"}, "", {"ci.yml", 26}});
  one.tools["rustc"] = {"1.70.0", {"ci.yml", 3}};
  std::string where = one.where;
  Project project = bench.read();
  std::vector<std::string> all;
  for (const Build &build : project.builds)
    if (build.where == where)
      all.push_back(fmt::format("{} {} {} {}", build.profile, build.target, build.versions.at("rustc").value,
                                build.versions.at("llvm").value));
  EXPECT_EQ(all, (Lines{"release aarch64-apple-darwin 1.82 19", "release x86_64-apple-darwin 1.82 19",
                        "release x86_64-apple-darwin 1.70.0 16", "ship aarch64-apple-darwin 1.70.0 16",
                        "test aarch64-apple-darwin 1.70.0 16"}));
  EXPECT_EQ(said(build_of(project, "test", where)->find("debug")), (Lines{"2 [RUSTFLAGS: -g] ci.yml:25"}));
  EXPECT_EQ(build_of(project, "test", where)->find("split-debuginfo")->source.value, "unpacked");
}

TEST(Cargo, WhatIf) {
  Bench bench{{"/p/Cargo.toml", app},
              {"/p/rust-toolchain", "1.80.1\n"},
              {"/p/.cargo/config.toml", "[build]\ntarget = \"wasm32-wasip1\"\n"}};
  bench.ci("cargo build");
  EXPECT_EQ(build_of(bench.read(), "dev")->target, "wasm32-wasip1");
  EXPECT_EQ(build_of(bench.read(), "dev")->versions.at("rustc").value, "1.80.1");
  bench.options.target = "aarch64-apple-darwin";
  bench.options.profile = "release";
  bench.options.rustc = "1.95.0";
  bench.options.linker = "mold=2.1";
  Project project = bench.read();
  ASSERT_EQ(project.builds.size(), 1u);
  EXPECT_EQ(project.builds[0].target, "aarch64-apple-darwin");
  EXPECT_EQ(project.builds[0].versions.at("llvm").value, "22");
  EXPECT_EQ(said(project.builds[0].find("linker")), (Lines{"mold [--linker] command line:0"}));
}

TEST(Cargo, Toolchains) {
  struct Case {
    std::string file, text, channel;
    uint32_t line;
  };
  for (const Case &one :
       {Case{"/p/rust-toolchain.toml", "[toolchain]\ncomponents = []\nchannel = \"nightly-2025-01-01\"\n",
             "nightly-2025-01-01", 3},
        Case{"/p/rust-toolchain", "[toolchain]\nchannel = \"stable\"\n", "stable", 2},
        Case{"/rust-toolchain", "  1.77\n\n", "1.77", 1}}) {
    Bench bench{{"/p/Cargo.toml", app}, {one.file.c_str(), one.text}};
    const Fact fact = build_of(bench.read(), "dev")->versions.at("rustc");
    EXPECT_EQ(fact.value, one.channel);
    EXPECT_EQ(fact.place.line, one.line);
    bench.set("RUSTUP_TOOLCHAIN", "1.66.0");
    EXPECT_EQ(build_of(bench.read(), "dev")->versions.at("rustc").place.file, "environment");
  }
  Bench bench{{"/p/Cargo.toml", app},
              {"/home/u/.rustup/settings.toml", "[overrides]\n\"/p\" = \"1.71.0-x86_64-unknown-linux-gnu\"\n"},
              {"/rust-toolchain", "1.77"}};
  EXPECT_EQ(build_of(bench.read(), "dev")->versions.at("rustc").value, "1.71.0-x86_64-unknown-linux-gnu");
  Bench both{{"/p/Cargo.toml", app},
             {"/p/rust-toolchain", "1.77"},
             {"/p/rust-toolchain.toml", "[toolchain]\nchannel = \"1.78\"\n"}};
  EXPECT_EQ(build_of(both.read(), "dev")->versions.at("rustc").value, "1.77");
}

TEST(Cargo, RustcOfThisMachine) {
  testing::Workshop shop;
  std::string told = shop.output("rustc -vV 2>/dev/null");
  if (told.empty()) GTEST_SKIP() << "no rustc here";
  ::setenv("XDG_CACHE_HOME", shop.path("cache").c_str(), 1);
  shop.write("Cargo.toml", app);
  ProjectOptions options;
  options.folder = shop.path("");
  options.folder.pop_back();
  options.home = std::getenv("HOME");
  for (int round = 0; round < 2; ++round) {  // asked, and remembered
    Project project = read_project(options, DiskFiles());
    ASSERT_FALSE(project.builds.empty());
    const Build &build = project.builds.front();
    EXPECT_NE(told.find("release: " + build.versions.at("rustc").value + "\n"), std::string::npos);
    EXPECT_NE(told.find("LLVM version: " + build.versions.at("llvm").value), std::string::npos);
    EXPECT_NE(told.find("host: " + build.target + "\n"), std::string::npos);
    EXPECT_EQ(shop.output("ls cache/ldwhy | grep -c tool-"), "1\n");
  }
  // A release's table entry is what its own compiler says.
  std::string release = told.substr(told.find("release: ") + 9);
  release = release.substr(0, release.find('\n'));
  std::string llvm = told.substr(told.find("LLVM version: ") + 14);
  EXPECT_EQ(llvm_of_rustc(release), llvm.substr(0, llvm.find('.')));
  EXPECT_EQ(llvm_of_rustc("1.90.0-nightly"), "");
  EXPECT_EQ(llvm_of_rustc("stable"), "");
  EXPECT_EQ(llvm_of_rustc("1.200.0"), "");
}

TEST(Cargo, CfgsOfTargets) {
  testing::Workshop shop;
  size_t compared = 0;
  for (const char *target : {"x86_64-unknown-linux-gnu",
                             "aarch64-apple-darwin",
                             "x86_64-pc-windows-msvc",
                             "i686-pc-windows-gnu",
                             "wasm32-wasip1",
                             "wasm32-wasip2",
                             "wasm32-unknown-unknown",
                             "wasm32-unknown-emscripten",
                             "aarch64-linux-android",
                             "armv7-unknown-linux-musleabihf",
                             "thumbv7em-none-eabihf",
                             "aarch64-apple-ios-sim",
                             "aarch64-apple-ios-macabi",
                             "x86_64-apple-ios",
                             "x86_64-unknown-freebsd",
                             "riscv64gc-unknown-linux-gnu",
                             "powerpc64-unknown-linux-gnu",
                             "x86_64-unknown-linux-gnux32",
                             "x86_64-unknown-none",
                             "s390x-unknown-linux-gnu",
                             "x86_64-fortanix-unknown-sgx"}) {
    std::string told = shop.output(fmt::format("rustc --print cfg --target {} 2>/dev/null", target));
    if (told.empty()) continue;
    CfgValues values = cfg_values(target);
    for (const char *name : {"target_os", "target_arch", "target_family", "target_env", "target_vendor",
                             "target_pointer_width", "target_endian", "unix", "windows"}) {
      std::vector<std::string> theirs, ours;
      for (size_t at = 0; at < told.size(); at = told.find('\n', at) + 1) {
        std::string line = told.substr(at, told.find('\n', at) - at);
        if (line == name || line.starts_with(std::string(name) + "=")) theirs.push_back(line);
      }
      for (const auto &[key, value] : values)
        if (key == name)
          ours.push_back(key == "unix" || key == "windows" ? std::string(key) : fmt::format("{}=\"{}\"", key, value));
      std::ranges::sort(theirs);
      std::ranges::sort(ours);
      EXPECT_EQ(ours, theirs) << target;
      ++compared;
    }
  }
  if (compared == 0) GTEST_SKIP() << "no rustc here";

  CfgValues linux_values = cfg_values("x86_64-unknown-linux-gnu");
  for (const char *holds : {"cfg(unix)", "cfg(target_os = \"linux\")", "cfg(all())", "cfg(not(any()))",
                            "cfg(any(windows, all(unix, target_arch=\"x86_64\",)))", "cfg(not(windows))", "cfg(true)"})
    EXPECT_TRUE(cfg_holds(holds, linux_values)) << holds;
  for (const char *fails :
       {"cfg(windows)", "cfg(any())", "cfg(all(unix, windows))", "cfg(not(unix))", "cfg()", "cfg(unix", "unix",
        "cfg(not(unix, windows))", "cfg(unix) ", "cfg(target_feature = \"avx2\")", "cfg(false)", "cfg(a b)"})
    EXPECT_FALSE(cfg_holds(fails, linux_values)) << fails;
  std::string deep = "cfg(";
  for (int i = 0; i < 100'000; ++i) deep += "not(";
  EXPECT_FALSE(cfg_holds(deep + std::string(100'001, ')'), linux_values));
}

TEST(Cargo, BuildScripts) {
  Bench bench{{"/p/Cargo.toml", app},
              {"/p/src/main.rs", ""},
              {"/p/build.rs",
               "fn main() {\n    println!(\"cargo:rustc-link-arg=-Wl,-rpath,{}\", dir);\n    // "
               "println!(\"cargo:rustc-link-lib=never\");\n"
               "    println!(\"cargo::rustc-link-lib=static=z\"); "
               "println!(\"cargo:rustc-link-search=native=/opt\");\n"
               "    println!(\"cargo:rustc-env=V=1\");\n    println!(\"cargo:rerun-if-changed=x\");\n    "
               "let x = \"cargo:rustc-flags=-l q\\n\";\n}\n"}};
  Project project = bench.read();
  std::vector<std::string> all;
  for (const Setting &setting : build_of(project, "dev")->settings)
    if (setting.package == "app" && setting.name != "crate-type") {
      all.push_back(fmt::format("{} {} {}:{}", setting.name, setting.source.value, setting.source.place.file,
                                setting.source.place.line));
      EXPECT_TRUE(setting.source.text.starts_with("build script (read, not run): cargo:rustc-")) << setting.source.text;
    }
  EXPECT_EQ(all,
            (Lines{"link-args -Wl,-rpath,{} build.rs:2", "link-args -lstatic=z build.rs:4",
                   "link-args -Lnative=/opt build.rs:4", "rustc-env V=1 build.rs:5", "link-args -l q build.rs:7"}));
}

TEST(Cargo, ConfigurationProblems) {
  struct Bad {
    std::string config;
    const char *text;
    uint32_t line;
  };
  for (const Bad &bad : {Bad{"[build\n", "not TOML", 1}, Bad{"include = [\"a.toml\"]\n", "includes", 1},
                         Bad{"include = [\n\"none.toml\"]\n", "cannot be read", 0},
                         Bad{"[target.'cfg(unix)']\nlinker = \"a\"\n[target.'cfg(not(windows))']\nlinker = \"b\"\n",
                             "two linkers", 4}}) {
    Bench bench{{"/p/Cargo.toml", app},
                {"/p/.cargo/config.toml", bad.config},
                {"/p/.cargo/a.toml", "include = [\"config.toml\"]\n"}};
    Project project = bench.read();
    ASSERT_EQ(project.problems.size(), 1u) << bad.config;
    EXPECT_NE(project.problems[0].text.find(bad.text), std::string::npos) << project.problems[0].text;
    EXPECT_EQ(project.problems[0].place.line, bad.line);
    EXPECT_EQ(project.builds.size(), 2u) << "the rest goes on";
  }
  Bench mixed{{"/p/Cargo.toml", app},
              {"/p/.cargo/config.toml", "[build]\nrustflags = \"-g\"\n"},
              {"/.cargo/config.toml", "[build]\nrustflags = [\"-O\"]\n"}};
  Project project = mixed.read();
  ASSERT_EQ(project.problems.size(), 1u);
  EXPECT_NE(project.problems[0].text.find("refuses to join"), std::string::npos);
}

TEST(Cargo, EnvironmentTable) {
  Bench bench{{"/p/Cargo.toml", app},
              {"/p/.cargo/config.toml",
               "[env]\nMACOSX_DEPLOYMENT_TARGET = \"11.0\"\nCC = { value = \"clang\", force = true "
               "}\nRUSTFLAGS = \"-g\"\n"}};
  bench.set("MACOSX_DEPLOYMENT_TARGET", "12.0");
  bench.set("CC", "gcc");
  Project project = bench.read();
  EXPECT_EQ(said(build_of(project, "dev")->find("env.MACOSX_DEPLOYMENT_TARGET")),
            (Lines{"12.0 [MACOSX_DEPLOYMENT_TARGET] environment:0",
                   "11.0 [env.MACOSX_DEPLOYMENT_TARGET] .cargo/config.toml:2"}));
  EXPECT_EQ(said(build_of(project, "dev")->find("env.CC")),
            (Lines{"clang [env.CC] .cargo/config.toml:3", "gcc [CC] environment:0"}));
  EXPECT_EQ(remarks(project, "ignored-env"), (Lines{".cargo/config.toml:4"}));
}

TEST(Cargo, WordsOfCalls) {
  struct Call {
    const char *words, *profile, *targets;
  };
  auto no_aliases = [](std::string_view) { return std::vector<std::string>(); };
  for (const Call &one : {Call{"cargo build", "dev", ""},
                          Call{"cargo b -r", "release", ""},
                          Call{"/usr/bin/cargo run --release -- --profile x", "release", ""},
                          Call{"cargo install --path .", "release", ""},
                          Call{"cargo install --debug --path .", "dev", ""},
                          Call{"cargo test --profile ci", "ci", ""},
                          Call{"cargo nextest run --profile ci --cargo-profile fast", "fast", ""},
                          Call{"cargo nextest run", "test", ""},
                          Call{"cargo bench", "bench", ""},
                          Call{"cargo --locked -Z x build --target=a --target b", "dev", "a b "},
                          Call{"cross build --target c --release", "release", "c "},
                          Call{"cargo hack --feature-powerset build --release", "release", ""},
                          Call{"cargo ndk -t arm64-v8a build", "dev", ""},
                          Call{"env A=1 B=2 cargo build", "dev", ""},
                          Call{"cargo check --release", nullptr, ""},
                          Call{"cargo fmt", nullptr, ""},
                          Call{"cargo xtask dist", nullptr, ""},
                          Call{"cargo", nullptr, ""},
                          Call{"make", nullptr, ""},
                          Call{"", nullptr, ""},
                          Call{"cargo build --target", "dev", ""}}) {
    std::optional<CargoCall> call = understand_cargo_call({split_words(one.words), "", {"f", 1}}, no_aliases);
    ASSERT_EQ(call.has_value(), one.profile != nullptr) << one.words;
    if (!call) continue;
    EXPECT_EQ(call->profile, one.profile) << one.words;
    std::string targets;
    for (const Fact &target : call->targets) targets += target.value + " ";
    EXPECT_EQ(targets, one.targets) << one.words;
  }
  auto endless = [](std::string_view name) { return std::vector<std::string>{std::string(name)}; };
  EXPECT_FALSE(understand_cargo_call({{"cargo", "again"}, "", {}}, endless));
}

TEST(Cargo, LocksAndLimitsOfFiles) {
  Bench bench{{"/p/Cargo.toml", app + "[profile.release]\nlto = \"thin\"\n"},
              {"/p/.cargo/config.toml", "# " + std::string(3 << 20, 'x')},
              {"/p/Cargo.lock", std::string(17 << 20, '\n')}};
  Project project = bench.read();
  ASSERT_EQ(project.problems.size(), 2u);
  for (const ProjectProblem &problem : project.problems)
    EXPECT_NE(problem.text.find("bytes"), std::string::npos) << problem.text;
  EXPECT_EQ(build_of(project, "release")->find("lto")->source.value, "thin");
}

}  // namespace
}  // namespace ldwhy
