// What we say is in force, against what cargo really hands to rustc: each case is a small project
// that cargo is run on, with a RUSTC_WRAPPER that writes the words down and ends the build there.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/words.h"
#include "project/project.h"
#include "project/toolchain.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

struct Case {
  const char *name;
  std::map<std::string, std::string> files;  // besides app/Cargo.toml's [package] and src/main.rs
  std::map<std::string, std::string> environment;
  std::vector<std::string> words;  // after "cargo"
};

const std::string triple = machine_triple();
std::string of_target(const char *key) { return fmt::format("[target.{}]\n{}\n", triple, key); }
std::string triple_variable(const char *key) {
  std::string name = fmt::format("CARGO_TARGET_{}_{}", triple, key);
  for (char &c : name) c = c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return name;
}

std::vector<Case> cases() {
  const std::string thin = "[profile.release]\nlto = \"thin\"\n";
  return {
      {"defaults of dev", {}, {}, {"build"}},
      {"defaults of release", {}, {}, {"build", "--release"}},
      {"defaults of test", {}, {}, {"test", "--no-run"}},
      {"defaults of bench", {}, {}, {"bench", "--no-run"}},
      {"manifest",
       {{"app/Cargo.toml", thin + "codegen-units = 1\nopt-level = \"s\"\ndebug = 1\npanic = "
                                  "\"abort\"\nstrip = \"symbols\"\n"}},
       {},
       {"build", "-r"}},
      {"lto true", {{"app/Cargo.toml", "[profile.dev]\nlto = true\n"}}, {}, {"build"}},
      {"lto off", {{"app/Cargo.toml", "[profile.dev]\nlto = \"off\"\ndebug = false\n"}}, {}, {"build"}},
      {"lto fat",
       {{"app/Cargo.toml", "[profile.release]\nlto = \"fat\"\nstrip = false\n"}},
       {},
       {"build", "--release"}},
      {"dotted keys",
       {{"app/Cargo.toml", "[profile]\nrelease.lto = \"thin\"\nrelease.codegen-units = 3\n"}},
       {},
       {"build", "--release"}},
      {"configuration before manifest",
       {{"app/Cargo.toml", thin}, {"app/.cargo/config.toml", "[profile.release]\nlto = \"fat\"\n"}},
       {},
       {"build", "--release"}},
      {"nearer configuration first",
       {{".cargo/config.toml", "[profile.release]\nlto = \"fat\"\ncodegen-units = 2\n"},
        {"app/.cargo/config.toml", "[profile.release]\nlto = \"off\"\n"}},
       {},
       {"build", "--release"}},
      {"home configuration last",
       {{"home/config.toml", "[profile.release]\nlto = \"fat\"\ncodegen-units = 5\n"},
        {"app/.cargo/config.toml", "[profile.release]\nlto = \"off\"\n"}},
       {},
       {"build", "--release"}},
      {"variable before configuration",
       {{"app/Cargo.toml", thin}, {"app/.cargo/config.toml", "[profile.release]\nlto = \"fat\"\n"}},
       {{"CARGO_PROFILE_RELEASE_LTO", "off"}, {"CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "7"}},
       {"build", "--release"}},
      {"--config before variable",
       {{"app/Cargo.toml", thin}},
       {{"CARGO_PROFILE_RELEASE_LTO", "off"}},
       {"build", "--release", "--config", "profile.release.lto=\"fat\""}},
      {"last --config first",
       {},
       {},
       {"--config", "profile.dev.lto=\"fat\"", "build", "--config=profile.dev.lto=\"thin\""}},
      {"--config file",
       {{"app/ci.toml", "[profile.dev]\nopt-level = 2\n[build]\nrustflags = [\"--cfg\", \"ci\"]\n"},
        {"app/.cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"near\"]\n"}},
       {{"CARGO_BUILD_RUSTFLAGS", "--cfg env"}},
       {"build", "--config", "ci.toml"}},
      {"custom profile",
       {{"app/Cargo.toml", thin + "[profile.fast-lto]\ninherits = \"release\"\ncodegen-units = 2\n"}},
       {},
       {"build", "--profile", "fast-lto"}},
      {"custom profile's variables",
       {{"app/Cargo.toml", thin + "[profile.fast-lto]\ninherits = \"release\"\n"}},
       {{"CARGO_PROFILE_FAST_LTO_LTO", "fat"}, {"CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "9"}},
       {"build", "--profile=fast-lto"}},
      {"own value before inherited variable",
       {{"app/Cargo.toml", "[profile.fast]\ninherits = \"release\"\nlto = \"thin\"\n"}},
       {{"CARGO_PROFILE_RELEASE_LTO", "fat"}},
       {"build", "--profile", "fast"}},
      {"profile of the configuration only",
       {{"app/.cargo/config.toml", "[profile.ci]\ninherits = \"release\"\nlto = \"thin\"\n"}},
       {},
       {"build", "--profile", "ci"}},
      {"inherits changed by configuration",
       {{"app/Cargo.toml", "[profile.x]\ninherits = \"release\"\n"},
        {"app/.cargo/config.toml", "[profile.x]\ninherits = \"dev\"\n"}},
       {},
       {"build", "--profile", "x"}},
      {"chain of three",
       {{"app/Cargo.toml",
         "[profile.a]\ninherits = \"b\"\n[profile.b]\ninherits = \"release\"\nlto = "
         "\"thin\"\n[profile.release]\nlto = \"fat\"\ncodegen-units = 4\n"}},
       {},
       {"build", "--profile", "a"}},
      {"test inherits dev",
       {{"app/Cargo.toml", "[profile.dev]\nopt-level = 1\npanic = \"abort\"\n[profile.test]\ncodegen-units = 8\n"}},
       {},
       {"test", "--no-run"}},
      {"test --release",
       {{"app/Cargo.toml", thin + "[profile.test]\nopt-level = 2\n[profile.bench]\nopt-level = 1\n"}},
       {},
       {"test", "--no-run", "--release"}},
      {"RUSTFLAGS",
       {{"app/Cargo.toml", thin}},
       {{"RUSTFLAGS", "-C lto=fat -C  codegen-units=3 -Clinker=gcc -C opt_level=1"}},
       {"build", "--release"}},
      {"RUSTFLAGS switch LTO off",
       {{"app/Cargo.toml", thin}},
       {{"RUSTFLAGS", "-Clto=fat -C lto=no"}},
       {"build", "--release"}},
      {"RUSTFLAGS hide configuration",
       {{"app/.cargo/config.toml",
         "[build]\nrustflags = [\"--cfg\", \"build\"]\n" + of_target("rustflags = [\"--cfg\", \"triple\"]")}},
       {{"RUSTFLAGS", "--cfg env"}},
       {"build"}},
      {"empty RUSTFLAGS hide configuration",
       {{"app/.cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"build\"]\n"}},
       {{"RUSTFLAGS", ""}},
       {"build"}},
      {"encoded flags before RUSTFLAGS",
       {},
       {{"RUSTFLAGS", "--cfg env"},
        {"CARGO_ENCODED_RUSTFLAGS",
         "--cfg\x1f"
         "feature=\"a b\""}},
       {"build"}},
      {"empty encoded flags", {}, {{"RUSTFLAGS", "--cfg env"}, {"CARGO_ENCODED_RUSTFLAGS", ""}}, {"build"}},
      {"triple and cfg joined",
       {{"app/.cargo/config.toml",
         of_target("rustflags = [\"--cfg\", \"triple\"]") +
             "[target.'cfg(unix)']\nrustflags = \"--cfg unixish\"\n[target.'cfg(all(target_os = "
             "\"linux\", not(windows)))']\nrustflags = [\"--cfg\", "
             "\"linuxish\"]\n[target.'cfg(windows)']\nrustflags = [\"--cfg\", "
             "\"windowish\"]\n[build]\nrustflags = [\"--cfg\", \"build\"]\n"}},
       {{triple_variable("RUSTFLAGS"), "--cfg  env"}},
       {"build"}},
      {"empty target flags leave build's",
       {{"app/.cargo/config.toml", of_target("rustflags = []") + "[build]\nrustflags = \"--cfg build\"\n"}},
       {},
       {"build"}},
      {"arrays of home too",
       {{"home/config.toml", "[build]\nrustflags = [\"--cfg\", \"home\"]\n"},
        {"app/.cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"near\"]\n"}},
       {},
       {"build"}},
      {"arrays of all files",
       {{".cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"upper\"]\n"},
        {"app/.cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"near\"]\n"}},
       {{"CARGO_BUILD_RUSTFLAGS", "--cfg env"}},
       {"build", "--config", "build.rustflags=[\"--cfg\", \"typed\"]"}},
      {"strings: the nearest",
       {{".cargo/config.toml", "[build]\nrustflags = \"--cfg upper\"\n"},
        {"app/.cargo/config.toml", "[build]\nrustflags = \"--cfg near\"\n"}},
       {{"CARGO_BUILD_RUSTFLAGS", "--cfg env"}},
       {"build"}},
      {"config beside config.toml",
       {{"app/.cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"newer\"]\n"},
        {"app/.cargo/config", "[build]\nrustflags = [\"--cfg\", \"older\"]\n"}},
       {},
       {"build"}},
      {"included files",
       {{"app/.cargo/config.toml",
         "include = [\"one.toml\", { path = \"two.toml\" }, { path = \"none.toml\", optional = "
         "true }]\n[build]\nrustflags = [\"--cfg\", \"near\"]\n"},
        {"app/.cargo/one.toml", "[build]\nrustflags = [\"--cfg\", \"one\"]\n[profile.dev]\nopt-level = 1\n"},
        {"app/.cargo/two.toml", "[build]\nrustflags = [\"--cfg\", \"two\"]\n[profile.dev]\nopt-level = 2\n"}},
       {},
       {"build"}},
      {"linker of the triple",
       {{"app/.cargo/config.toml", of_target("linker = \"clang\"") + "[target.'cfg(unix)']\nlinker = \"gcc\"\n"}},
       {},
       {"build"}},
      {"linker of a cfg",
       {{"app/.cargo/config.toml",
         "[target.'cfg(unix)']\nlinker = \"gcc\"\n[target.'cfg(windows)']\nlinker = \"lld\"\n"}},
       {},
       {"build"}},
      {"linker variable",
       {{"app/.cargo/config.toml", of_target("linker = \"clang\"")}},
       {{triple_variable("LINKER"), "gcc"}},
       {"build"}},
      {"linker of flags",
       {{"app/.cargo/config.toml",
         of_target("linker = \"clang\"\nrustflags = [\"-Clinker=gcc\", \"-Clink-arg=-fuse-ld=lld\"]")}},
       {},
       {"build"}},
      {"incremental off by variable",
       {{"app/Cargo.toml", "[profile.dev]\nincremental = true\n"}},
       {{"CARGO_INCREMENTAL", "0"}},
       {"build"}},
      {"incremental on by configuration",
       {{"app/.cargo/config.toml", "[build]\nincremental = true\n"}},
       {},
       {"build", "--release"}},
      {"target folder by variable",
       {{"app/.cargo/config.toml", "[build]\ntarget-dir = \"conf\"\n"}},
       {{"CARGO_TARGET_DIR", "var"}, {"CARGO_BUILD_TARGET_DIR", "buildvar"}},
       {"build", "--config", "build.target-dir=\"typed\""}},
      {"target folder by configuration",
       {{"app/.cargo/config.toml", "[build]\ntarget-dir = \"conf\"\n"}},
       {{"CARGO_BUILD_TARGET_DIR", "buildvar"}},
       {"build"}},
      {"target folder typed", {}, {{"CARGO_TARGET_DIR", "var"}}, {"build", "--target-dir", "typed"}},
      {"target by configuration",
       {{"app/.cargo/config.toml", "[build]\ntarget = \"" + triple + "\"\n"}},
       {},
       {"build"}},
      {"target by variable",
       {{"app/.cargo/config.toml", "[build]\ntarget = \"no-such-target\"\n"}},
       {{"CARGO_BUILD_TARGET", triple}},
       {"build"}},
      {"host-tuple", {{"app/.cargo/config.toml", "[build]\ntarget = [\"host-tuple\"]\n"}}, {}, {"build"}},
      {"alias",
       {{"app/.cargo/config.toml",
         "[alias]\nship = \"build --release --config profile.release.lto=true\"\nall = "
         "[\"ship\"]\n"}},
       {},
       {"all"}},
      {"package override leaves the member",
       {{"app/Cargo.toml",
         "[profile.release.package.\"*\"]\nopt-level = "
         "1\n[profile.release.build-override]\nopt-level = 2\n"}},
       {},
       {"build", "--release"}},
      {"[env] is not for cargo",
       {{"app/.cargo/config.toml", "[env]\nRUSTFLAGS = \"--cfg never\"\nCARGO_PROFILE_DEV_OPT_LEVEL = \"3\"\n"}},
       {},
       {"build"}},
      {"split debug information",
       {{"app/Cargo.toml", "[profile.dev]\nsplit-debuginfo = \"unpacked\"\ndebug = \"line-tables-only\"\n"}},
       {},
       {"build"}},
  };
}

// cargo behind rustup's proxy, which takes as long as all the rest.
std::string real_cargo() {
  testing::Workshop shop;
  std::string path = shop.output("rustup which cargo 2>/dev/null || command -v cargo");
  while (path.ends_with('\n')) path.pop_back();
  return path;
}

// The words of the compilation of `app`.
std::vector<std::string> run_cargo(const testing::Workshop &shop, const std::string &cargo, const Case &one) {
  shop.write("wrap.sh",
             "#!/bin/sh\ncase \" $* \" in *' --crate-name app '*) printf '%s\\n' \"$@\" > "
             "\"$LDWHY_LOG\"; exit 1;; esac\nexec \"$@\"\n");
  std::string rustc = cargo.substr(0, cargo.rfind('/')) + "/rustc";
  std::string command = fmt::format(
      "chmod +x wrap.sh && cd app && env -u RUSTUP_TOOLCHAIN RUSTC='{}' "
      "RUSTC_WRAPPER=\"$PWD/../wrap.sh\" LDWHY_LOG=\"$PWD/../log\" CARGO_HOME=\"$PWD/../home\"",
      rustc);
  for (const auto &[name, value] : one.environment) command += " " + quote_words({name + "=" + value});
  command += " " + quote_words({cargo}) + " " + quote_words(one.words) + " --offline > ../out 2>&1; true";
  shop.run(command);
  std::vector<std::string> words;
  std::string log = shop.read("log");
  for (size_t start = 0; start < log.size();) {
    size_t end = log.find('\n', start);
    words.push_back(log.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

std::optional<std::string> last_codegen(const std::vector<std::string> &words, std::string_view key) {
  std::optional<std::string> value;
  for (size_t i = 0; i < words.size(); ++i) {
    std::string word = words[i] == "-C" && i + 1 < words.size() ? words[i + 1]
                       : words[i].starts_with("-C")             ? words[i].substr(2)
                                                                : "";
    std::string name = word.substr(0, word.find('='));
    for (char &c : name)
      if (c == '_') c = '-';
    if (name == key) value = word.find('=') == word.npos ? "" : word.substr(word.find('=') + 1);
  }
  return value;
}

std::string one_spelling(std::string_view key, std::string value) {
  if (key == "lto") return value == "true" || value.empty() ? "fat" : value == "no" || value == "n" ? "off" : value;
  if (key == "debug")
    return value == "true" || value == "full"    ? "2"
           : value == "false" || value == "none" ? "0"
           : value == "limited"                  ? "1"
                                                 : value;
  if (key == "strip") return value == "true" ? "symbols" : value == "false" ? "none" : value;
  return value;
}

void compare(const Build &build, const std::vector<std::string> &words, const std::string &context) {
  SCOPED_TRACE(context);
  struct Row {
    const char *setting, *key, *absent;  // what it means that rustc is told nothing
  };
  for (const Row &row :
       {Row{"lto", "lto", "false"}, Row{"codegen-units", "codegen-units", nullptr}, Row{"opt-level", "opt-level", "0"},
        Row{"debug", "debuginfo", "0"}, Row{"panic", "panic", "unwind"}, Row{"strip", "strip", "none"},
        Row{"split-debuginfo", "split-debuginfo", nullptr}, Row{"linker", "linker", nullptr}}) {
    const Setting *setting = build.find(row.setting);
    ASSERT_TRUE(setting) << row.setting;
    std::optional<std::string> said = last_codegen(words, row.key);
    if (said)
      EXPECT_EQ(one_spelling(row.setting, setting->source.value), one_spelling(row.setting, *said)) << row.setting;
    else if (row.absent) EXPECT_EQ(one_spelling(row.setting, setting->source.value), row.absent) << row.setting;
    else EXPECT_EQ(setting->source.place.file, "") << row.setting << " is a default";
  }
  EXPECT_EQ(build.find("incremental")->source.value == "true", last_codegen(words, "incremental").has_value());
  // Flags are rustc's last words, and follow the folder of dependencies.
  std::string tail;
  size_t after = words.size();
  while (after > 0 && !words[after - 1].starts_with("dependency=")) --after;
  for (size_t i = after; i < words.size(); ++i) tail += (i > after ? " " : "") + words[i];
  EXPECT_EQ(build.find("rustflags")->source.value, tail);
  std::string folder = "/" + build.find("target-dir")->source.value + "/";
  ASSERT_GT(after, 0u);
  EXPECT_NE(words[after - 1].find(folder), std::string::npos) << words[after - 1];
}

TEST(CargoReal, WhatCargoHandsToRustc) {
  std::string cargo = real_cargo();
  if (cargo.empty()) GTEST_SKIP() << "no cargo here";
  for (const Case &one : cases()) {
    SCOPED_TRACE(one.name);
    testing::Workshop shop;
    std::string manifest = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    shop.write("app/src/main.rs", "fn main() {}\n");
    shop.write(".git/HEAD", "");
    bool home = false;
    for (const auto &[path, text] : one.files) {
      if (path == "app/Cargo.toml") manifest += text;
      else shop.write(path, text);
      home = home || path.starts_with("home/");
    }
    shop.write("app/Cargo.toml", manifest);
    shop.run("mkdir -p home");
    std::vector<std::string> words = run_cargo(shop, cargo, one);
    ASSERT_FALSE(words.empty()) << shop.read("out");

    DiskFiles files;
    ProjectOptions options;
    options.folder = shop.path("app");
    options.ask_tools = false;
    Project project;
    project.root = options.folder;
    BuildSite &local = project.sites.emplace_back();
    local.host = triple;
    local.environment.push_back({"CARGO_HOME", shop.path("home"), {"environment", 0}});
    for (const auto &[name, value] : one.environment) local.environment.push_back({name, value, {"environment", 0}});
    BuildSite site = local;
    site.where = "ci.yml: build";
    ToolCall call{{"cargo"}, "", {"ci.yml", 7}};
    call.argv.insert(call.argv.end(), one.words.begin(), one.words.end());
    site.calls.push_back(call);
    project.sites.push_back(site);
    cargo_kind.read(project.root, {options, files}, project);
    for (const ProjectProblem &problem : project.problems) ADD_FAILURE() << problem.place.file << ": " << problem.text;

    size_t remote = 0, compared = 0;
    std::string profile;
    for (const Build &build : project.builds)
      if (build.where == site.where) {
        ++remote;
        profile = build.profile;
        EXPECT_EQ(build.target, triple);
        if (!home) compare(build, words, "as a call of a CI job"), ++compared;
      }
    EXPECT_EQ(remote, 1u);
    // What nobody typed is what this machine would do.
    bool typed = fmt::format("{}", fmt::join(one.words, " ")).find("config") != std::string::npos ||
                 one.words[0] == "all" || one.words.back() == "typed" || profile == "test" || profile == "bench";
    for (const Build &build : project.builds)
      if (build.where == "local" && build.profile == profile && !typed)
        compare(build, words, "on this machine"), ++compared;
    EXPECT_GT(compared, 0u);
  }
}

TEST(CargoReal, FlagsThatBreakTheBuild) {
  std::string cargo = real_cargo();
  if (cargo.empty()) GTEST_SKIP() << "no cargo here";
  struct Break {
    const char *profile, *flags, *words;
    bool script;
  };
  for (const Break &one :
       {Break{"", "-C lto=thin", "build --release", false}, Break{"lto = \"off\"", "-Clto", "build --release", false},
        Break{"lto = \"thin\"", "-Clto=fat", "build --release", false},
        Break{"lto = \"thin\"", "-Clto=fat", "build --release", true},
        Break{"lto = true", "-Clto=fat", "build --release --target TRIPLE", true},
        Break{"", "-Clto=thin -Cembed-bitcode=yes", "build --release", true},
        Break{"", "-Clto=off", "build --release", true}, Break{"", "-Clinker-plugin-lto", "build --release", false}}) {
    testing::Workshop shop;
    shop.write("Cargo.toml", fmt::format("[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition "
                                         "= \"2021\"\n[profile.release]\n{}\n",
                                         one.profile));
    shop.write("src/main.rs", "fn main() {}\n");
    if (one.script) shop.write("build.rs", "fn main() {}\n");
    std::string words = one.words;
    if (size_t at = words.find("TRIPLE"); at != words.npos) words.replace(at, 6, triple);
    std::string rustc = cargo.substr(0, cargo.rfind('/')) + "/rustc";
    std::string status = shop.output(
        fmt::format("RUSTC={} RUSTFLAGS='{}' {} {} --offline >out 2>&1; echo $?", rustc, one.flags, cargo, words));
    bool broken = status != "0\n";

    DiskFiles files;
    ProjectOptions options;
    options.folder = shop.path("");
    options.folder.pop_back();
    options.ask_tools = false;
    Project project;
    project.root = options.folder;
    project.sites.resize(2);
    project.sites[1].where = "ci";
    project.sites[1].host = triple;
    project.sites[1].environment.push_back({"RUSTFLAGS", one.flags, {"ci.yml", 3}});
    project.sites[1].calls.push_back({split_words("cargo " + words), "", {"ci.yml", 9}});
    cargo_kind.read(project.root, {options, files}, project);
    bool foreseen = false;
    for (const Remark &remark : project.remarks) {
      if (remark.kind != "breaks-build") continue;
      foreseen = true;
      EXPECT_EQ(remark.place.file, "ci.yml");
      EXPECT_EQ(remark.place.line, 3u);
    }
    EXPECT_EQ(foreseen, broken) << one.profile << " / " << one.flags << " / " << words << "\n" << shop.read("out");
  }
}

}  // namespace
}  // namespace ldwhy
