#include "advisory/expression.h"

#include <gtest/gtest.h>

#include "advisory/flags.h"

namespace ldwhy {
namespace {

Setting setting(std::string name, std::string value) {
  Setting made;
  made.name = std::move(name);
  made.source = {std::move(value), {"Cargo.toml", 7}, "", ""};
  return made;
}

struct Fixture {
  Build build;
  PackageGraph packages;
  int32_t package = -1;

  JudgedExpression judge(std::string_view text) const {
    std::expected<std::shared_ptr<const Expression>, ExpressionError> parsed = parse_expression(text);
    EXPECT_TRUE(parsed) << text << ": " << (parsed ? "" : parsed.error().text);
    if (!parsed) return {};
    return judge_expression(**parsed, {build, packages, package});
  }
  State state(std::string_view text) const {
    State all = State::Met;
    for (const Condition &condition : judge(text).conditions) all = all_of(all, condition.state);
    return all;
  }
};

Fixture sample() {
  Fixture made;
  made.build.system = "cargo";
  made.build.profile = "release";
  made.build.target = "aarch64-apple-darwin";
  made.build.host = "x86_64-unknown-linux-gnu";
  made.build.settings = {setting("lto", "thin"), setting("codegen-units", "16"), setting("panic", "abort"),
                         setting("rustflags", "-C lto=fat -Clink-arg=-fuse-ld=mold")};
  made.build.versions = {{"rustc", {"1.90.0", {"rust-toolchain.toml", 2}}}};
  made.packages.packages = {{"crates", "wasmtime", "38.0.3", "", {"Cargo.lock", 9}, {}, false, {}, false}};
  return made;
}

// Kleene's tables, with u for what cannot be said.
TEST(Expression, ThreeValues) {
  Fixture at = sample();
  const std::string met = "target(\"*-apple-*\")", not_met = "target(\"*-linux-*\")", unknown = "glibc(\">2.30\")";
  struct Row {
    std::string left, right;
    State all, any;
  };
  const Row rows[] = {
      {met, met, State::Met, State::Met},
      {met, not_met, State::NotMet, State::Met},
      {met, unknown, State::Unknown, State::Met},
      {not_met, not_met, State::NotMet, State::NotMet},
      {not_met, unknown, State::NotMet, State::Unknown},
      {unknown, unknown, State::Unknown, State::Unknown},
  };
  for (const Row &row : rows)
    for (bool swap : {false, true}) {
      std::string both = swap ? row.right + ", " + row.left : row.left + ", " + row.right;
      EXPECT_EQ(at.state("all(" + both + ")"), row.all) << both;
      EXPECT_EQ(at.state("not(not(all(" + both + ")))"), row.all) << both;
      EXPECT_EQ(at.state("any(" + both + ")"), row.any) << both;
    }
  EXPECT_EQ(at.state("not(" + met + ")"), State::NotMet);
  EXPECT_EQ(at.state("not(" + not_met + ")"), State::Met);
  EXPECT_EQ(at.state("not(" + unknown + ")"), State::Unknown);
}

TEST(Expression, ConditionsOfAnAllAreListed) {
  JudgedExpression judged = sample().judge(
      "all(target(\"*-apple-*\"), all(lto(\"thin\"), rustc(\"<1.95.0\")), any(lto(\"fat\"), "
      "lto(\"off\")))");
  ASSERT_EQ(judged.conditions.size(), 4u);
  EXPECT_EQ(judged.conditions[0].text, "built for *-apple-*");
  EXPECT_EQ(judged.conditions[0].seen, "aarch64-apple-darwin");
  EXPECT_EQ(judged.conditions[1].text, "LTO is thin");
  EXPECT_EQ(judged.conditions[1].place.line, 7u);
  EXPECT_EQ(judged.conditions[2].text, "rustc older than 1.95.0");
  EXPECT_EQ(judged.conditions[2].seen, "1.90.0");
  EXPECT_EQ(judged.conditions[2].place.file, "rust-toolchain.toml");
  EXPECT_EQ(judged.conditions[3].text, "LTO is fat or LTO is off");
  EXPECT_EQ(judged.conditions[3].state, State::NotMet);
}

TEST(Expression, Predicates) {
  Fixture at = sample();
  const std::pair<const char *, State> rows[] = {
      {"target(\"x86_64-*\", \"aarch64-apple-darwin\")", State::Met},
      {"target(\"aarch64-apple-ios\")", State::NotMet},
      {"host(\"*-linux-*\")", State::Met},
      {"system(\"cmake\")", State::NotMet},
      {"profile(\"rel*\")", State::Met},
      {"lto(\"thin\", \"fat\")", State::Met},
      {"lto(\"off\")", State::NotMet},
      {"codegen-units(\">1\")", State::Met},
      {"codegen-units(\"<2\")", State::NotMet},
      {"setting(\"panic\", \"abort\")", State::Met},
      {"setting(\"panic\", \"unwind\")", State::NotMet},
      {"setting(\"strip\", \"true\")", State::Unknown},
      {"flag(\"-Clto*\")", State::Met},
      {"flag(\"-Clto*\", in = \"rustflags\")", State::Met},
      {"flag(\"-Clto*\", in = \"cflags\")", State::NotMet},
      {"flag(\"-fuse-ld=*\", in = \"ldflags\")", State::Met},
      {"linker(\"mold\")", State::Met},
      {"linker(\"apple-ld\")", State::NotMet},
      {"rustc(\"<1.95.0\")", State::Met},
      {"rustc(\"<1.90.0\")", State::NotMet},
      {"rustc(\"<1.95.0\", unknown = \"1.90.*\")", State::Unknown},
      {"tool(\"rustc\", \"1.90.0\")", State::Met},
      {"clang(\">1\")", State::Unknown},
      {"package(\"wasmtime\")", State::Met},
      {"package(\"wasmtime\", \">=38.0.0, <38.0.4\")", State::Met},
      {"package(\"wasmtime\", \"<38.0.0\")", State::NotMet},
      {"package(\"wasmtime\", \"<38.0.0\", unknown = \"38.0.3\")", State::Unknown},
      {"package(\"wasmer\")", State::NotMet},
      {"package(\"wasmtime\", ecosystem = \"npm\")", State::NotMet},
      {"feature(\"wasmtime\", \"async\")", State::Unknown},
      {"feature(\"wasmer\", \"async\")", State::NotMet},
      {"crate-type(\"cdylib\")", State::NotMet},
      {"unseen(\"it rains\")", State::Unknown},
  };
  for (const auto &[text, expected] : rows) EXPECT_EQ(at.state(text), expected) << text;
}

TEST(Expression, Features) {
  Fixture at = sample();
  at.packages.packages[0].features_known = true;
  at.packages.packages[0].features = {"async"};
  at.packages.packages.push_back({"crates", "wasmtime", "41.0.0", "", {}, {}, false, {"stack-switching"}, true});
  EXPECT_EQ(at.state("feature(\"wasmtime\", \"stack-switching\")"), State::Met);
  at.package = 0;  // judging 38.0.3: the other version's features are not its own
  EXPECT_EQ(at.state("feature(\"wasmtime\", \"stack-switching\")"), State::NotMet);
  EXPECT_EQ(at.state("feature(\"wasmtime\", \"async\")"), State::Met);
}

TEST(Expression, LtoSpellings) {
  const std::pair<const char *, const char *> rows[] = {
      {"true", "fat"},         {"fat", "fat"}, {"full", "fat"}, {"y", "fat"},    {"yes", "fat"},   {"on", "fat"},
      {"off", "off"},          {"n", "off"},   {"no", "off"},   {"none", "off"}, {"thin", "thin"}, {"gcc", "gcc"},
      {"false", "thin-local"},
  };
  for (const auto &[written, meant] : rows) {
    Fixture at;
    at.build.settings = {setting("lto", written)};
    for (const char *word : {"thin", "fat", "off", "gcc", "thin-local"})
      EXPECT_EQ(at.state(std::string("lto(\"") + word + "\")"),
                std::string_view(word) == meant ? State::Met : State::NotMet)
          << written << " " << word;
  }
  Fixture at;
  EXPECT_EQ(at.state("lto(\"thin\")"), State::Unknown);
  at.build.settings = {setting("lto", "thick")};
  EXPECT_EQ(at.state("lto(\"thin\")"), State::Unknown);
}

TEST(Expression, CrateTypes) {
  Fixture at;
  at.build.settings = {setting("crate-type", "[\"rlib\", \"cdylib\"]")};
  EXPECT_EQ(at.state("crate-type(\"cdylib\")"), State::Met);
  EXPECT_EQ(at.state("crate-type(\"dylib\")"), State::NotMet);
  // Of one member of several.
  at.build.settings[0].package = "app";
  at.build.settings.push_back(setting("crate-type", "dylib"));
  at.build.settings[1].package = "plugin";
  EXPECT_EQ(at.state("crate-type(\"cdylib\")"), State::Met);
  EXPECT_EQ(at.state("crate-type(\"dylib\")"), State::Met);
  EXPECT_EQ(at.state("crate-type(\"staticlib\")"), State::NotMet);
  at.build.settings.clear();
  EXPECT_EQ(at.state("crate-type(\"cdylib\")"), State::Unknown);
  at.build.system = "cargo";
  EXPECT_EQ(at.state("crate-type(\"cdylib\")"), State::NotMet);
}

TEST(Linker, InUse) {
  struct Row {
    const char *system, *target, *linker, *flags_name, *flags, *rustc, *expected;
  };
  const Row rows[] = {
      {"cargo", "aarch64-apple-darwin", "", "", "", "", "apple-ld"},
      {"cargo", "aarch64-apple-darwin", "/opt/bin/ld64.lld-19", "", "", "", "ld64.lld"},
      {"cargo", "aarch64-apple-darwin", "clang", "rustflags", "-Clink-arg=-fuse-ld=lld", "", "ld64.lld"},
      {"cargo", "x86_64-pc-windows-msvc", "", "", "", "", "link.exe"},
      {"cargo", "x86_64-pc-windows-msvc", "rust-lld.exe", "", "", "", "rust-lld"},
      {"cargo", "x86_64-unknown-linux-gnu", "", "", "", "1.90.0", "rust-lld"},
      {"cargo", "x86_64-unknown-linux-gnu", "", "rustflags", "-C linker-features=-lld", "1.90.0", "ld"},
      {"cargo", "x86_64-unknown-linux-gnu", "", "", "", "1.89.0", "ld"},
      {"cargo", "x86_64-unknown-linux-gnu", "", "", "", "stable", ""},
      {"cargo", "aarch64-unknown-linux-gnu", "aarch64-linux-gnu-gcc", "", "", "1.95.0", "ld"},
      {"cargo", "wasm32-wasip1", "", "", "", "", "rust-lld"},
      {"cmake", "x86_64-linux-gnu", "", "LDFLAGS", "-fuse-ld=gold -fuse-ld=mold", "", "mold"},
      {"cmake", "x86_64-linux-gnu", "", "CMAKE_EXE_LINKER_FLAGS", "--ld-path=/usr/bin/wild", "", "wild"},
      {"cmake", "x86_64-linux-gnu", "ld.lld", "LDFLAGS", "-fuse-ld=gold", "", "ld.lld"},
      {"cmake", "", "", "", "", "", ""},
  };
  for (const Row &row : rows) {
    Build build;
    build.system = row.system;
    build.target = row.target;
    if (*row.linker) build.settings.push_back(setting("linker", row.linker));
    if (*row.flags) build.settings.push_back(setting(row.flags_name, row.flags));
    if (*row.rustc) build.versions["rustc"] = {row.rustc, {}};
    std::optional<LinkerInUse> linker = linker_in_use(build);
    EXPECT_EQ(linker ? linker->name : "", row.expected) << row.target << " " << row.linker << row.flags;
  }
}

TEST(Expression, Malformed) {
  const std::pair<const char *, size_t> rows[] = {
      {"", 0},
      {"all", 3},
      {"all(", 4},
      {"all()", 0},
      {"not(lto(\"thin\"), lto(\"fat\"))", 0},
      {"target(\"x\") lto(\"thin\")", 12},
      {"all(target(\"x\") lto(\"thin\"))", 16},
      {"targets(\"x\")", 0},
      {"target()", 0},
      {"target(\"\")", 9},
      {"target(\"x", 8},
      {"target(x)", 7},
      {"rustc(\"1.9\")", 6},
      {"rustc(\"<1.9.0\", unknown = \"?\")", 16},
      {"rustc(\"<1.9.0\", in = \"cflags\")", 16},
      {"rustc(\"<1.9.0\", \"<2.0.0\")", 0},
      {"lto(\"Thin\")", 0},
      {"lto(\"full\")", 0},
      {"flag(\"-x\", in = \"flags\")", 0},
      {"codegen-units(\"many\")", 14},
      {"all(lto(\"thin\"),, lto(\"fat\"))", 16},
  };
  for (const auto &[text, offset] : rows) {
    std::expected<std::shared_ptr<const Expression>, ExpressionError> parsed = parse_expression(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().offset, offset) << text << ": " << parsed.error().text;
  }
}

TEST(Expression, DepthIsBounded) {
  auto nested = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "not(";
    text += "lto(\"thin\")" + std::string(static_cast<size_t>(depth), ')');
    return text;
  };
  EXPECT_TRUE(parse_expression(nested(15)));
  EXPECT_FALSE(parse_expression(nested(16)));
  EXPECT_FALSE(parse_expression(nested(1'000'000)));
}

TEST(Glob, Matches) {
  EXPECT_TRUE(matches_glob("aarch64-apple-darwin", "*-apple-*"));
  EXPECT_TRUE(matches_glob("abc", "a?c"));
  EXPECT_TRUE(matches_glob("abcabd", "*abd"));
  EXPECT_TRUE(matches_glob("aaab", "*aab"));
  EXPECT_TRUE(matches_glob("", "*"));
  EXPECT_TRUE(matches_glob("x", "**"));
  EXPECT_TRUE(matches_glob("a.b.c", "a*?c"));
  EXPECT_FALSE(matches_glob("", "?"));
  EXPECT_FALSE(matches_glob("abc", "ab"));
  EXPECT_FALSE(matches_glob("abc", "b*"));
  EXPECT_FALSE(matches_glob("abc", "*b"));
  EXPECT_FALSE(matches_glob("ac", "a?c"));
  EXPECT_FALSE(matches_glob(std::string(3000, 'a'), "*a*a*a*a*b"));
}

}  // namespace
}  // namespace ldwhy
