#include "fix/plan.h"

#include <gtest/gtest.h>

#include "edit/journal.h"
#include "project/project.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

constexpr const char *target = "x86_64-unknown-linux-gnu";

// A project on the disk, read and planned on as `ldwhy fix` does.
class PlanTest : public ::testing::Test {
 protected:
  PlanTest() {
    shop_.write("p/Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
    shop_.write("p/src/main.rs", "fn main() {}\n");
    options_.folder = shop_.path("p");
    options_.home = shop_.path("home");
    options_.ask_tools = false;
    options_.target = target;
  }

  void environment(const std::string &name, const std::string &value) {
    options_.environment.push_back({name, value, {"environment", 0}});
  }

  // `where`: a part of the build's site.
  PlannedChange planned(const std::string &id, std::map<std::string, std::string> arguments,
                        const std::string &profile = "release", const std::string &where = "local") {
    DiskFiles files;
    project_ = read_project(options_, files);
    AdvisoryRemedy wanted{id, "title", "cost", std::move(arguments), "git"};
    for (const Build &build : project_.builds)
      if (build.profile == profile && build.where.find(where) != std::string::npos)
        return plan(wanted, {project_, build, files, "", ""});
    ADD_FAILURE() << "no build " << profile << " " << where;
    return {};
  }

  // The diff of a plan that has no refusal; else "refused: …".
  static std::string said(const PlannedChange &change) {
    if (!change.refusal.empty()) return "refused: " + change.refusal;
    std::string text;
    for (const Edit &edit : change.remedy.edits) {
      text += edit.file + "\n";
      bool body = false;
      for (size_t at = 0; at < edit.diff.size();) {
        size_t end = edit.diff.find('\n', at);
        std::string line = edit.diff.substr(at, end - at);
        body = body || line.starts_with("@@");
        if (body && (line[0] == '+' || line[0] == '-')) text += line + "\n";
        at = end + 1;
      }
    }
    return text;
  }

  testing::Workshop shop_;
  ProjectOptions options_;
  Project project_;
};

TEST_F(PlanTest, SetsLtoWhereTheManifestGivesIt) {
  shop_.write("p/Cargo.toml", shop_.read("p/Cargo.toml") + "\n[profile.release]\nlto = \"thin\"  # fast\n");
  EXPECT_EQ(said(planned("set-lto", {{"value", "fat"}})),
            "Cargo.toml\n-lto = \"thin\"  # fast\n+lto = \"fat\"  # fast\n");
  EXPECT_EQ(said(planned("set-lto", {{"value", "thin"}})), "refused: lto is thin already");
}

TEST_F(PlanTest, SetsLtoInTheProfileThatIsInherited) {
  shop_.write("p/Cargo.toml", shop_.read("p/Cargo.toml") +
                                  "\n[profile.dist]\ninherits = \"release\"\n[profile]\nrelease = { lto = true }\n");
  EXPECT_EQ(said(planned("set-lto", {{"value", "off"}}, "dist")),
            "Cargo.toml\n-release = { lto = true }\n+release = { lto = \"off\" }\n");
  EXPECT_EQ(said(planned("set-lto", {{"value", "fat"}}, "dist")), "refused: lto is true already");
}

TEST_F(PlanTest, SetsLtoWhereTheConfigurationGivesIt) {
  shop_.write("p/Cargo.toml", shop_.read("p/Cargo.toml") + "\n[profile.release]\nlto = false\n");
  shop_.write("p/.cargo/config.toml", "profile.release.lto = 'thin'\n");
  EXPECT_EQ(said(planned("set-lto", {{"value", "fat"}})),
            ".cargo/config.toml\n-profile.release.lto = 'thin'\n+profile.release.lto = \"fat\"\n");
}

TEST_F(PlanTest, SetsLtoInRustflagsOfTheConfiguration) {
  shop_.write("p/.cargo/config.toml", "[build]\nrustflags = [\n  \"-Dwarnings\",\n  \"-C\", \"lto=thin\", # fast\n]\n");
  EXPECT_EQ(said(planned("set-lto", {{"value", "fat"}})),
            ".cargo/config.toml\n-  \"-C\", \"lto=thin\", # fast\n+  \"-C\", \"lto=fat\", # fast\n");
}

TEST_F(PlanTest, AddsAProfileWhereNothingSetsIt) {
  EXPECT_EQ(said(planned("set-lto", {{"value", "fat"}})), "Cargo.toml\n+\n+[profile.release]\n+lto = \"fat\"\n");
}

TEST_F(PlanTest, TellsOfVariablesOfThisShell) {
  environment("RUSTFLAGS", "-g -Clto=thin");
  PlannedChange change = planned("set-lto", {{"value", "fat"}});
  EXPECT_EQ(change.refusal, "RUSTFLAGS is set in this shell and not in a file of the project's");
  EXPECT_EQ(change.remedy.commands, std::vector<std::string>{"export RUSTFLAGS='-g -Clto=fat'"});
  change = planned("remove-flag", {{"flag", "-Clto=thin"}, {"where", "rustflags"}});
  EXPECT_EQ(change.remedy.commands, std::vector<std::string>{"export RUSTFLAGS=-g"});
}

TEST_F(PlanTest, TellsOfProfileVariablesOfThisShell) {
  environment("CARGO_PROFILE_RELEASE_LTO", "thin");
  PlannedChange change = planned("set-lto", {{"value", "fat"}});
  EXPECT_EQ(change.remedy.commands, std::vector<std::string>{"export CARGO_PROFILE_RELEASE_LTO=fat"});
}

TEST_F(PlanTest, EditsWorkflows) {
  shop_.write("p/.github/workflows/ci.yml",
              "on: push\nenv:\n  RUSTFLAGS: -Clto=thin # all\njobs:\n  build:\n    runs-on: "
              "ubuntu-22.04\n    steps:\n"
              "      - run: cargo build --release\n  dist:\n    runs-on: ubuntu-22.04\n    env:\n  "
              "    RUSTFLAGS: \"-g\"\n"
              "      CARGO_PROFILE_RELEASE_LTO: thin\n    steps:\n      - run: |\n          cargo "
              "build --release\n");
  EXPECT_EQ(said(planned("set-lto", {{"value", "fat"}}, "release", "build")),
            ".github/workflows/ci.yml\n-  RUSTFLAGS: -Clto=thin # all\n+  RUSTFLAGS: -Clto=fat # all\n");
  EXPECT_EQ(said(planned("remove-flag", {{"flag", "-Clto=thin"}}, "release", "build")),
            ".github/workflows/ci.yml\n-  RUSTFLAGS: -Clto=thin # all\n+  RUSTFLAGS: \"\" # all\n");
  EXPECT_EQ(said(planned("set-lto", {{"value", "off"}}, "release", "dist")),
            ".github/workflows/ci.yml\n-      CARGO_PROFILE_RELEASE_LTO: thin\n+      "
            "CARGO_PROFILE_RELEASE_LTO: \"off\"\n");
  EXPECT_EQ(said(planned("add-flag", {{"flag", "-lgcc"}, {"where", "ldflags"}}, "release", "dist")),
            ".github/workflows/ci.yml\n-      RUSTFLAGS: \"-g\"\n+      RUSTFLAGS: \"-g "
            "-Clink-arg=-lgcc\"\n");
}

TEST_F(PlanTest, EditsScripts) {
  shop_.write("p/.envrc", "# direnv\nexport RUSTFLAGS=\"-g \\\n  -C lto=thin\"\n");
  environment("RUSTFLAGS", "-g -C lto=thin");
  EXPECT_EQ(said(planned("set-lto", {{"value", "fat"}})), ".envrc\n-  -C lto=thin\"\n+  -C lto=fat\"\n");
  shop_.write("p/build.sh", "#!/bin/sh\nset -e\nexport CARGO_PROFILE_RELEASE_LTO=thin\ncargo build --release\n");
  EXPECT_EQ(said(planned("set-lto", {{"value", "fat"}}, "release", "build.sh")),
            "build.sh\n-export CARGO_PROFILE_RELEASE_LTO=thin\n+export CARGO_PROFILE_RELEASE_LTO=fat\n");
}

TEST_F(PlanTest, SetsProfileKeysAndPackagesProfiles) {
  EXPECT_EQ(said(planned("set-profile", {{"key", "panic"}, {"value", "abort"}}, "dev")),
            "Cargo.toml\n+\n+[profile.dev]\n+panic = \"abort\"\n");
  EXPECT_EQ(said(planned("package-profile", {{"package", "*"}, {"key", "opt-level"}, {"value", "3"}}, "dev")),
            "Cargo.toml\n+\n+[profile.dev.package.\"*\"]\n+opt-level = 3\n");
}

TEST_F(PlanTest, AddsFlags) {
  EXPECT_EQ(said(planned("add-flag", {{"flag", "-Clinker-features=-lld"}, {"where", "rustflags"}})),
            ".cargo/config.toml\n+[target.x86_64-unknown-linux-gnu]\n+rustflags = "
            "[\"-Clinker-features=-lld\"]\n");
  EXPECT_EQ(said(planned("add-flag", {{"flag", "-pthread"}, {"where", "cflags"}})),
            ".cargo/config.toml\n+[env]\n+CFLAGS = \"-pthread\"\n+CXXFLAGS = \"-pthread\"\n");
  shop_.write("p/.cargo/config.toml", "[build]\nrustflags = [\"-g\"]\n");
  EXPECT_EQ(said(planned("add-flag", {{"flag", "-Wl,-ld_classic"}, {"where", "ldflags"}})),
            ".cargo/config.toml\n-rustflags = [\"-g\"]\n+rustflags = [\"-g\", "
            "\"-Clink-arg=-Wl,-ld_classic\"]\n");
  EXPECT_EQ(said(planned("add-flag", {{"flag", "-L$(brew --prefix llvm)/lib"}, {"where", "ldflags"}})),
            "refused: -L$(brew --prefix llvm)/lib is for a shell, which does not read the project's "
            "files");
}

TEST_F(PlanTest, RemovesFlags) {
  shop_.write("p/.cargo/config.toml", "[build]\nrustflags = [\"-g\", \"-Clinker-plugin-lto\"]\n");
  EXPECT_EQ(said(planned("remove-flag", {{"flag", "-Clinker-plugin-lto"}, {"where", "rustflags"}})),
            ".cargo/config.toml\n-rustflags = [\"-g\", \"-Clinker-plugin-lto\"]\n+rustflags = "
            "[\"-g\"]\n");
  EXPECT_EQ(said(planned("remove-flag", {{"flag", "-Cno"}})), "refused: no file was found that has -Cno");
}

TEST_F(PlanTest, ChoosesLinkers) {
  shop_.write("p/.cargo/config.toml", "[build]\nrustflags = [\"-C\", \"link-arg=-fuse-ld=mold\"]\n");
  EXPECT_EQ(said(planned("set-linker", {{"linker", "ld.lld"}})),
            ".cargo/config.toml\n-rustflags = [\"-C\", \"link-arg=-fuse-ld=mold\"]\n+rustflags = "
            "[\"-C\", \"link-arg=-fuse-ld=lld\"]\n");
  EXPECT_EQ(said(planned("set-linker", {{"linker", "ld"}})),
            ".cargo/config.toml\n-rustflags = [\"-C\", \"link-arg=-fuse-ld=mold\"]\n+rustflags = []\n");
  EXPECT_EQ(said(planned("set-linker", {{"linker", "rust-lld"}})),
            ".cargo/config.toml\n+\n+[target.x86_64-unknown-linux-gnu]\n+linker = \"rust-lld\"\n");
}

TEST_F(PlanTest, UpgradesToolsWhereAFileNamesThem) {
  EXPECT_EQ(said(planned("upgrade-tool", {{"tool", "xcode"}, {"version", "16.2"}})),
            "refused: no file of the project's says which xcode is used: install it yourself");
  shop_.write("p/rust-toolchain.toml", "[toolchain]\nchannel = \"1.90\" # for now\n");
  EXPECT_EQ(said(planned("upgrade-tool", {{"tool", "rustc"}, {"version", "1.95.0"}})),
            "rust-toolchain.toml\n-channel = \"1.90\" # for now\n+channel = \"1.95\" # for now\n");
  shop_.write("p/rust-toolchain.toml", "[toolchain]\nchannel = \"stable\"\n");
  PlannedChange change = planned("upgrade-tool", {{"tool", "rustc"}, {"version", "1.95.0"}});
  EXPECT_EQ(change.refusal, "rust-toolchain.toml says 'stable', which is no version: update it yourself");
  EXPECT_EQ(change.remedy.commands, std::vector<std::string>{"rustup update"});
}

TEST_F(PlanTest, PlansCommandsAndWords) {
  PlannedChange change = planned("clean", {{"what", "wasmtime"}});
  EXPECT_EQ(change.refusal, "");
  EXPECT_EQ(change.commands_to_run, (std::vector<std::vector<std::string>>{{"cargo", "clean", "-p", "wasmtime"}}));
  EXPECT_EQ(said(planned("advice", {})), "refused: it needs a decision that only you can make");
  change = planned("unheard-of", {});
  EXPECT_EQ(change.refusal, "it needs a decision that only you can make");
  EXPECT_EQ(change.remedy.title, "title");
}

TEST_F(PlanTest, KnowsEveryAction) {
  for (const char *id : {"upgrade-package", "upgrade-tool", "set-lto", "set-profile", "package-profile", "set-linker",
                         "remove-flag", "add-flag", "clean", "advice"}) {
    size_t found = 0;
    for (const PlanAction *action : plan_actions()) found += std::string(action->id) == id;
    EXPECT_EQ(found, 1u) << id;
  }
}

TEST_F(PlanTest, EditsMakefiles) {
  shop_.run("rm p/Cargo.toml");
  shop_.write("p/Makefile",
              "CC = clang\nCFLAGS = -O2 -flto=thin # lto\nLDFLAGS += -fuse-ld=mold\nall:\n\t$(CC) "
              "$(CFLAGS) $(LDFLAGS) main.c\n");
  EXPECT_EQ(said(planned("set-lto", {{"value", "fat"}}, "")),
            "Makefile\n-CFLAGS = -O2 -flto=thin # lto\n+CFLAGS = -O2 -flto=full # lto\n");
  EXPECT_EQ(said(planned("set-lto", {{"value", "off"}}, "")),
            "Makefile\n-CFLAGS = -O2 -flto=thin # lto\n+CFLAGS = -O2 # lto\n");
  EXPECT_EQ(said(planned("set-linker", {{"linker", "ld"}}, "")), "Makefile\n-LDFLAGS += -fuse-ld=mold\n+LDFLAGS +=\n");
  EXPECT_EQ(said(planned("add-flag", {{"flag", "-lgcc"}, {"where", "ldflags"}}, "")),
            "Makefile\n-LDFLAGS += -fuse-ld=mold\n+LDFLAGS += -fuse-ld=mold -lgcc\n");
}

class CmakePlanTest : public PlanTest {
 protected:
  CmakePlanTest() {
    shop_.run("rm p/Cargo.toml");
    options_.target.clear();
  }
  PlannedChange plan_first(const std::string &id, std::map<std::string, std::string> arguments) {
    DiskFiles files;
    project_ = read_project(options_, files);
    AdvisoryRemedy wanted{id, "title", "cost", std::move(arguments), "git"};
    for (const Build &build : project_.builds)
      if (build.system == "cmake") return plan(wanted, {project_, build, files, "", ""});
    ADD_FAILURE() << "no build";
    return {};
  }
};

TEST_F(CmakePlanTest, SwitchesLtoOff) {
  shop_.write("p/CMakeLists.txt",
              "cmake_minimum_required(VERSION 3.20)\nproject(x C "
              "CXX)\nset(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON) # fast\n"
              "add_executable(x main.c)\n");
  EXPECT_EQ(said(plan_first("set-lto", {{"value", "off"}})),
            "CMakeLists.txt\n-set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON) # "
            "fast\n+set(CMAKE_INTERPROCEDURAL_OPTIMIZATION OFF) # fast\n");
}

TEST_F(CmakePlanTest, ChangesFlags) {
  shop_.write("p/CMakeLists.txt",
              "cmake_minimum_required(VERSION 3.20)\nproject(x C CXX)\nset(CMAKE_C_FLAGS \"-O2 "
              "-flto=thin\")\n"
              "add_executable(x main.c)\n");
  EXPECT_EQ(said(plan_first("set-lto", {{"value", "off"}})),
            "CMakeLists.txt\n-set(CMAKE_C_FLAGS \"-O2 -flto=thin\")\n+set(CMAKE_C_FLAGS \"-O2\")\n");
  EXPECT_EQ(said(plan_first("add-flag", {{"flag", "-lgcc"}, {"where", "ldflags"}})),
            "CMakeLists.txt\n+set(CMAKE_EXE_LINKER_FLAGS \"${CMAKE_EXE_LINKER_FLAGS} -lgcc\")\n"
            "+set(CMAKE_SHARED_LINKER_FLAGS \"${CMAKE_SHARED_LINKER_FLAGS} -lgcc\")\n");
}

TEST_F(CmakePlanTest, EditsPresets) {
  shop_.write("p/CMakeLists.txt", "cmake_minimum_required(VERSION 3.20)\nproject(x C)\nadd_executable(x main.c)\n");
  shop_.write("p/CMakePresets.json",
              "{\n  \"version\": 3,\n  \"configurePresets\": [\n    { \"name\": \"r\", "
              "\"generator\": \"Ninja\",\n      \"binaryDir\": \"b\",\n"
              "      \"cacheVariables\": {\n        \"CMAKE_INTERPROCEDURAL_OPTIMIZATION\": "
              "\"ON\"\n      } }\n  ]\n}\n");
  EXPECT_EQ(said(plan_first("set-lto", {{"value", "off"}})),
            "CMakePresets.json\n-        \"CMAKE_INTERPROCEDURAL_OPTIMIZATION\": \"ON\"\n"
            "+        \"CMAKE_INTERPROCEDURAL_OPTIMIZATION\": \"OFF\"\n");
}

TEST_F(CmakePlanTest, SwitchesAPropertyOff) {
  shop_.write("p/CMakeLists.txt",
              "cmake_minimum_required(VERSION 3.20)\nproject(x C)\nadd_executable(x main.c)\n"
              "set_target_properties(x PROPERTIES\n  INTERPROCEDURAL_OPTIMIZATION ON)\n");
  EXPECT_EQ(said(plan_first("set-lto", {{"value", "off"}})),
            "CMakeLists.txt\n-  INTERPROCEDURAL_OPTIMIZATION ON)\n+  INTERPROCEDURAL_OPTIMIZATION "
            "OFF)\n");
  EXPECT_EQ(said(plan_first("set-lto", {{"value", "fat"}})),
            "refused: INTERPROCEDURAL_OPTIMIZATION is a switch: it cannot say fat");
}

TEST_F(PlanTest, EditsMesonBuildFiles) {
  shop_.run("rm p/Cargo.toml");
  shop_.write("p/meson.build",
              "project('x', 'c',\n  default_options: ['b_lto=true', "
              "'buildtype=release'])\nexecutable('x', 'main.c')\n");
  EXPECT_EQ(said(planned("set-lto", {{"value", "off"}}, "release")),
            "meson.build\n-  default_options: ['b_lto=true', 'buildtype=release'])\n+  "
            "default_options: ['b_lto=false', 'buildtype=release'])\n");
}

// A registry of two small crates in a folder, as cargo knows it (The Cargo Book, "Source
// Replacement", local registry sources).
class PackageTest : public PlanTest {
 protected:
  void make_registry() {
    for (const char *version : {"38.0.3", "38.0.4", "39.0.0"}) {
      std::string name = std::string("engine-") + version;
      std::string helper = std::string("=") + version;
      add_crate("fiber", version, "");
      add_crate("engine", version, "fiber = \"" + helper + "\"\n");
    }
    shop_.write("home/.cargo/config.toml",
                "[source.crates-io]\nreplace-with = \"here\"\n[source.here]\nlocal-registry = \"" +
                    shop_.path("registry") + "\"\n");
    ::setenv("CARGO_HOME", shop_.path("home/.cargo").c_str(), 1);
  }
  void add_crate(const std::string &name, const std::string &version, const std::string &dependencies) {
    std::string folder = "make/" + name + "-" + version;
    shop_.write(folder + "/Cargo.toml", "[package]\nname = \"" + name + "\"\nversion = \"" + version +
                                            "\"\nedition = \"2021\"\n[dependencies]\n" + dependencies);
    shop_.write(folder + "/src/lib.rs", "");
    shop_.run("mkdir -p registry/index && tar -C make -czf registry/" + name + "-" + version + ".crate " + name + "-" +
              version);
    std::string sum = shop_.output("sha256sum registry/" + name + "-" + version + ".crate").substr(0, 64);
    std::string needs =
        dependencies.empty()
            ? ""
            : R"({"name":"fiber","req":"=)" + version +
                  R"(","features":[],"optional":false,"default_features":true,"target":null,"kind":"normal"})";
    std::string folder_of_index = "registry/index/" + name.substr(0, 2) + "/" + name.substr(2, 2);
    shop_.run("mkdir -p " + folder_of_index);
    std::string file = folder_of_index + "/" + name;
    shop_.write(file, (std::filesystem::exists(shop_.path(file)) ? shop_.read(file) : "") + R"({"name":")" + name +
                          R"(","vers":")" + version + R"(","deps":[)" + needs + R"(],"cksum":")" + sum +
                          R"(","features":{},"yanked":false})" + "\n");
  }
  // A workspace with a member by a path beside it.
  void make_workspace(const std::string &requirement) {
    make_registry();
    shop_.write("p/Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"2\"\n");
    shop_.run("rm -r p/src");
    shop_.write("p/crates/app/Cargo.toml",
                "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = "
                "\"2021\"\n\n[dependencies]\nbeside = { path = \"../../../beside\" }\n"
                "wasm = { package = \"engine\", version = \"" +
                    requirement + "\" } # pinned\n");
    shop_.write("p/crates/app/src/main.rs", "fn main() {}\n");
    shop_.write("beside/Cargo.toml", "[package]\nname = \"beside\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
    shop_.write("beside/src/lib.rs", "");
    shop_.run("cd p && cargo -q generate-lockfile --offline");
    shop_.run("cd p && cargo -q update --offline -p engine --precise 38.0.3");
    before_ = state();
  }
  std::string state() const {
    return shop_.output("cd p && find . ../beside | sort && find . ../beside -type f | sort | xargs sha256sum");
  }
  ~PackageTest() override { ::unsetenv("CARGO_HOME"); }
  std::string before_;
};

TEST_F(PackageTest, ChangesTheLockFileAloneWhereTheManifestAllowsIt) {
  make_workspace("38.0");
  PlannedChange change = planned("upgrade-package", {{"package", "engine"}, {"version", "38.0.4"}});
  ASSERT_EQ(change.refusal, "");
  ASSERT_EQ(change.changes.size(), 1u) << said(change);
  std::string text = said(change);
  EXPECT_TRUE(text.starts_with("Cargo.lock\n-version = \"38.0.3\"\n+version = \"38.0.4\"\n")) << text;
  EXPECT_EQ(change.remedy.commands, std::vector<std::string>{"cargo update -p engine@38.0.3 --precise 38.0.4"});
  EXPECT_TRUE(change.commands_to_run.empty());
  EXPECT_EQ(state(), before_) << "planning touched the project";

  // Applied, it is what cargo itself takes as up to date; taken back, all is as it was.
  Journal journal(shop_.path("undo"), project_.root);
  ASSERT_FALSE(journal.apply("upgrade", change.changes));
  shop_.run("cd p && cargo metadata --locked --offline --format-version 1 | grep -q 'engine@38.0.4'");
  ASSERT_TRUE(journal.undo());
  EXPECT_EQ(state(), before_);
}

TEST_F(PackageTest, EditsARequirementThatForbidsIt) {
  make_workspace("=38.0.3");
  PlannedChange change = planned("upgrade-package", {{"package", "engine"}, {"version", "38.0.4"}});
  std::string text = said(change);
  EXPECT_TRUE(
      text.starts_with("crates/app/Cargo.toml\n-wasm = { package = \"engine\", version = \"=38.0.3\" } # pinned\n"
                       "+wasm = { package = \"engine\", version = \"=38.0.4\" } # pinned\nCargo.lock\n"))
      << text;
  EXPECT_EQ(state(), before_);
  Journal journal(shop_.path("undo"), project_.root);
  ASSERT_FALSE(journal.apply("upgrade", change.changes));
  shop_.run("cd p && cargo metadata --locked --offline --format-version 1 | grep -q 'engine@38.0.4'");
}

TEST_F(PackageTest, GoesToANewMajorRelease) {
  make_workspace("38");
  PlannedChange change = planned("upgrade-package", {{"package", "engine"}, {"version", "39.0.0"}});
  ASSERT_EQ(change.refusal, "");
  ASSERT_EQ(change.changes.size(), 2u) << said(change);
  EXPECT_NE(change.changes[0].after.find("version = \"39\""), std::string::npos);
  EXPECT_NE(change.changes[1].after.find("version = \"39.0.0\""), std::string::npos);
  EXPECT_EQ(change.changes[1].after.find("version = \"38.0.3\""), std::string::npos);
}

TEST_F(PackageTest, LeavesTheCommandWhereCargoCannotDoItOffline) {
  make_workspace("38.0");
  PlannedChange change = planned("upgrade-package", {{"package", "engine"}, {"version", "38.0.9"}});
  EXPECT_EQ(change.refusal, "");
  EXPECT_TRUE(change.changes.empty());
  EXPECT_EQ(change.commands_to_run,
            (std::vector<std::vector<std::string>>{{"cargo", "update", "-p", "engine@38.0.3", "--precise", "38.0.9"}}));
  std::optional<Problem> problem = fetch_lock_change(change, project_);
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->text.find("ldwhy-mirror"), std::string::npos) << problem->text;
  EXPECT_NE(problem->text.find("engine"), std::string::npos) << problem->text;
  EXPECT_EQ(state(), before_);
}

TEST_F(PackageTest, RefusesWhatIsNotThere) {
  make_workspace("38.0");
  EXPECT_EQ(said(planned("upgrade-package", {{"package", "none"}, {"version", "1.0.0"}})),
            "refused: Cargo.lock has no none");
  EXPECT_EQ(said(planned("upgrade-package", {{"package", "engine"}, {"version", "38.0.3"}})),
            "refused: Cargo.lock has engine 38.0.3 or newer already");
  EXPECT_EQ(said(planned("upgrade-package", {{"package", "beside"}, {"version", "1.0.0"}})),
            "refused: beside 0.1.0 does not come from a registry: change where it comes from");
}

}  // namespace
}  // namespace ldwhy
