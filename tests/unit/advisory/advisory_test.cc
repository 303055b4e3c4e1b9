// Reading advisory files, and judging builds by them.
#include "advisory/advisory.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "advisory/example.h"

namespace ldwhy {
namespace {

const std::string good = R"(```toml
id = "LINK-2025-9001"
title = "a title"
date = "2025-10-20"
cause = "local-definition"
fixed-in = ["one 1.2.0"]
sources = ["https://example.org/1"]
when = '''
all(
  target("*-apple-*"),
  lto("thin"),
)
'''

[[package]]
ecosystem = "crates"
name = "one"
versions = ">=1.0.0, <1.2.0"

[[package]]
ecosystem = "crates"
name = "one-internal"
versions = ">=1.0.0, <1.2.0"

[[signature]]
kind = "undefined-symbol"
symbols = ["*one_switch*"]

[[remedy]]
id = "upgrade-package"
title = "upgrade one"
cost = "none"
verified = "git"
package = "one"
version = "1.2.0"

[verified]
"everything" = "lab"

[[example]]
expect = "affected"
packages = ["one 1.1.0"]
target = "aarch64-apple-darwin"
settings = { lto = "thin" }

[[example]]
expect = "not-affected"
packages = ["one 1.2.0"]
target = "aarch64-apple-darwin"
settings = { lto = "thin" }

[[words]]
match = true
log = "ld64.lld: error: undefined symbol: _one_switch"

[[words]]
match = false
log = "ld64.lld: error: undefined symbol: _two_switch"
```

# A title

Text.
)";

std::string with(std::string_view before, std::string_view after) {
  std::string text = good;
  size_t at = text.find(before);
  EXPECT_NE(at, text.npos) << before;
  return at == text.npos ? text : text.replace(at, before.size(), after);
}

uint32_t line_of(const std::string &text, std::string_view words) {
  return 1 + static_cast<uint32_t>(std::count(text.begin(), text.begin() + text.find(words), '\n'));
}

TEST(Parse, AllFields) {
  Result<Advisory> advisory = parse_advisory(good, "LINK-2025-9001.md");
  ASSERT_TRUE(advisory) << to_string(advisory.error());
  EXPECT_EQ(advisory->id, "LINK-2025-9001");
  EXPECT_EQ(advisory->title, "a title");
  EXPECT_EQ(advisory->date, "2025-10-20");
  EXPECT_EQ(advisory->cause, "local-definition");
  ASSERT_EQ(advisory->packages.size(), 2u);
  EXPECT_EQ(advisory->packages[1].name, "one-internal");
  ASSERT_EQ(advisory->signatures.size(), 1u);
  ASSERT_EQ(advisory->remedies.size(), 1u);
  EXPECT_EQ(advisory->remedies[0].arguments.at("version"), "1.2.0");
  EXPECT_EQ(advisory->fixed_in, std::vector<std::string>{"one 1.2.0"});
  ASSERT_EQ(advisory->verified.size(), 1u);
  EXPECT_EQ(advisory->verified[0].how, "lab");
  EXPECT_EQ(advisory->body, "# A title\n\nText.\n");
  EXPECT_EQ(advisory->file, "LINK-2025-9001.md");
  for (const Problem &problem : check_advisory(good, "x")) ADD_FAILURE() << to_string(problem);
}

// The change, and a word of the line that the problem must name.
TEST(Parse, ProblemsHaveTheirLine) {
  const std::pair<std::string, std::string> rows[] = {
      {with("id = \"LINK-2025-9001\"", "id = \"LINK-25-1\""), "id = "},
      {with("title = \"a title\"\n", ""), "```toml"},
      {with("date = \"2025-10-20\"", "date = \"2025-13-20\""), "date = "},
      {with("date = \"2025-10-20\"", "date = \"2025-02-30\""), "date = "},
      {with("date = \"2025-10-20\"", "date = \"2024\""), "date = "},
      {with("date = \"2025-10-20\"", "date = \"2025-1\""), "date = "},
      {with("\"local-definition\"", "\"local-defintion\""), "cause = "},
      {with("https://example.org", "http://example.org"), "sources = "},
      {with("fixed-in = [", "fixed-im = ["), "fixed-im"},
      {with("lto(\"thin\"),", "lto(\"thick\"),"), "lto(\"thick\")"},
      {with("target(\"*-apple-*\")", "targett(\"*-apple-*\")"), "targett"},
      {with(">=1.0.0, <1.2.0", ">=1.0.0 <1.2.0"), "versions = "},
      {with("kind = \"undefined-symbol\"", "kind = \"undefined\""), "kind = "},
      {with("symbols = [\"*one_switch*\"]\n", ""), "[[signature]]"},
      {with("symbols = [\"*one_switch*\"]", "symbols = []"), "symbols = "},
      {with("id = \"upgrade-package\"", "id = \"upgrade\""), "id = \"upgrade\""},
      {with("version = \"1.2.0\"", "versoin = \"1.2.0\""), "versoin"},
      {with("package = \"one\"\n", ""), "[[remedy]]"},
      {with("verified = \"git\"", "verified = \"true\""), "verified = "},
      {with("\"everything\" = \"lab\"", "\"everything\" = \"sure\""), "\"everything\""},
      {with("cost = \"none\"", "cost = 0"), "cost = "},
      {with("[verified]", "[verified"), "[verified"},
  };
  for (const auto &[text, words] : rows) {
    Result<Advisory> advisory = parse_advisory(text, "a.md");
    ASSERT_FALSE(advisory) << words;
    EXPECT_EQ(advisory.error().file, "a.md");
    std::string expected = "line " + std::to_string(line_of(text, words)) + ": ";
    EXPECT_TRUE(advisory.error().text.starts_with(expected)) << expected << advisory.error().text;
  }
}

TEST(Parse, OddFiles) {
  for (const std::string &text :
       {std::string(), std::string("# A page"), std::string("```toml\n"), std::string("```toml"),
        std::string("```toml\n```\n"), std::string("```toml\nid = 1\n```")})
    EXPECT_FALSE(parse_advisory(text, "a.md")) << text;
  std::string windows;
  for (char c : good) windows += c == '\n' ? "\r\n" : std::string(1, c);
  Result<Advisory> advisory = parse_advisory(windows, "a.md");
  ASSERT_TRUE(advisory) << to_string(advisory.error());
  EXPECT_TRUE(advisory->body.starts_with("# A title"));
}

TEST(Parse, DamagedFilesAreProblemsOrAdvisories) {
  for (size_t length = 0; length < good.size(); ++length) (void)parse_advisory(good.substr(0, length), "a.md");
  uint32_t random = 1;
  for (int i = 0; i < 2000; ++i) {
    std::string text = good;
    for (int flips = 0; flips < 3; ++flips) {
      random = random * 1664525 + 1013904223;
      text[(random >> 8) % text.size()] = static_cast<char>(random >> 24);
    }
    (void)check_advisory(text, "a.md");
  }
}

TEST(Examples, WrongOnesAreFound) {
  const std::pair<std::string, std::string> rows[] = {
      {with("expect = \"affected\"", "expect = \"not-affected\""), "is affected, not not-affected"},
      {with("packages = [\"one 1.2.0\"]", "packages = [\"one 1.1.0\"]"), "is affected, not not-affected"},
      {with("match = false", "match = true"), "do not match"},
      {with("_two_switch", "_one_switch"), "words match"},
      {with("ld64.lld: error: undefined symbol: _two_switch", "nothing"), "no linker's complaint"},
      {with("[[words]]\nmatch = false\nlog = \"ld64.lld: error: undefined symbol: _two_switch\"\n", ""),
       "at least one [[words]]"},
      {with("settings = { lto = \"thin\" }", "setting = { lto = \"thin\" }"), "no key 'setting'"},
  };
  for (const auto &[text, words] : rows) {
    std::string all;
    for (const Problem &problem : check_advisory(text, "a.md")) all += to_string(problem) + "\n";
    EXPECT_NE(all.find(words), all.npos) << words << "\n" << all;
  }
}

Package crate(std::string name, std::string version) {
  Package package;
  package.ecosystem = "crates";
  package.name = std::move(name);
  package.version = std::move(version);
  package.place = {"Cargo.lock", 5};
  return package;
}

Build mac_build() {
  Build build;
  build.system = "cargo";
  build.target = "aarch64-apple-darwin";
  Setting lto;
  lto.name = "lto";
  lto.source.value = "thin";
  build.settings = {lto};
  return build;
}

TEST(Judge, OneAnswerForEachLockedVersion) {
  Advisory advisory = *parse_advisory(good, "a.md");
  PackageGraph graph;
  graph.packages = {crate("one", "0.9.0"), crate("one", "1.1.0"), crate("one-internal", "1.1.0")};
  std::vector<Judged> judged = judge(advisory, mac_build(), graph);
  ASSERT_EQ(judged.size(), 2u);
  EXPECT_EQ(judged[0].package, 0);
  EXPECT_EQ(judged[0].state, Affected::NotAffected);
  EXPECT_EQ(judged[1].package, 1);
  EXPECT_EQ(judged[1].state, Affected::Affected);
  ASSERT_EQ(judged[1].conditions.size(), 3u);
  EXPECT_EQ(judged[1].conditions[0].text, "one 1.0.0 to before 1.2.0");
  EXPECT_EQ(judged[1].conditions[0].seen, "1.1.0");
  EXPECT_EQ(judged[1].conditions[0].place.line, 5u);
  graph.packages = {crate("one-internal", "1.1.0")};
  EXPECT_EQ(judge(advisory, mac_build(), graph).size(), 1u);
}

TEST(Judge, NothingWithoutThePackage) {
  Advisory advisory = *parse_advisory(good, "a.md");
  PackageGraph graph;
  graph.packages = {crate("two", "1.1.0")};
  EXPECT_TRUE(judge(advisory, mac_build(), graph).empty());
}

TEST(Judge, WhatIsNotKnown) {
  Advisory advisory = *parse_advisory(good, "a.md");
  PackageGraph graph;
  graph.packages = {crate("one", "1.1.0")};
  Build build = mac_build();
  build.settings.clear();
  EXPECT_EQ(judge(advisory, build, graph)[0].state, Affected::Unknown);
  build = mac_build();
  build.target.clear();
  EXPECT_EQ(judge(advisory, build, graph)[0].state, Affected::Unknown);
  graph.packages = {crate("one", "not a version")};
  EXPECT_EQ(judge(advisory, mac_build(), graph)[0].state, Affected::Unknown);
  build.settings[0].source.value = "off";  // one condition that fails is enough
  EXPECT_EQ(judge(advisory, build, graph)[0].state, Affected::NotAffected);
}

TEST(Judge, AboutToolsOnlyWhereTheyAreInUse) {
  std::string text = good;
  size_t first = text.find("[[package]]"), end = text.find("[[signature]]");
  text.erase(first, end - first);
  std::string lto = "  lto(\"thin\"),\n";
  text.replace(text.find(lto), lto.size(), "  linker(\"mold\"),\n  mold(\"<2.0.0\"),\n");
  Advisory advisory = *parse_advisory(text, "a.md");
  Build build = mac_build();
  EXPECT_TRUE(judge(advisory, build, {}).empty());  // mold is not in use
  Setting linker;
  linker.name = "linker";
  linker.source.value = "mold";
  linker.source.place = {"Cargo.toml", 3};
  build.settings.push_back(linker);
  ASSERT_EQ(judge(advisory, build, {}).size(), 1u);
  EXPECT_EQ(judge(advisory, build, {})[0].state, Affected::Unknown);
  EXPECT_EQ(judge(advisory, build, {})[0].package, -1);
  build.versions["mold"] = {"1.10.1", {}};
  EXPECT_EQ(judge(advisory, build, {})[0].state, Affected::Affected);
  build.versions["mold"] = {"2.1.0", {}};
  EXPECT_TRUE(judge(advisory, build, {}).empty());
}

TEST(Signatures, AllPartsMustFit) {
  Advisory advisory = *parse_advisory(good, "a.md");
  advisory.signatures[0].references = {"*libone*"};
  advisory.signatures[0].text = "error: {} symbol: {}switch";
  Complaint complaint;
  complaint.symbol = "_one_switch";
  complaint.text = "ld64.lld: error: undefined symbol: _one_switch";
  complaint.references.push_back({"libone.rlib", "x.o", "", "", 0});
  EXPECT_TRUE(has_signature(advisory, complaint, ""));
  Complaint other = complaint;
  other.kind = ComplaintKind::DuplicateSymbol;
  EXPECT_FALSE(has_signature(advisory, other, ""));
  other = complaint;
  other.references[0].file = "main.o";
  EXPECT_FALSE(has_signature(advisory, other, ""));
  other = complaint;
  other.symbol = "_mangled";
  EXPECT_FALSE(has_signature(advisory, other, "one::other"));
  EXPECT_TRUE(has_signature(advisory, other, "one::one_switch"));
  other = complaint;
  other.text = "ld64.lld: error: symbol: switch";
  EXPECT_FALSE(has_signature(advisory, other, ""));
  other.notes = {"error: a symbol: b switch"};
  EXPECT_TRUE(has_signature(advisory, other, ""));
}

TEST(Base, FolderOfFurtherAdvisories) {
  MemoryFiles files;
  files.add("/more/LINK-2025-9001.md", good);
  files.add("/more/readme.txt", "no advisory");
  Result<AdvisoryBase> base = AdvisoryBase::load("/more", files);
  ASSERT_TRUE(base) << to_string(base.error());
  ASSERT_NE(base->find("LINK-2025-9001"), nullptr);
  EXPECT_EQ(base->find("LINK-2025-9001")->file, "/more/LINK-2025-9001.md");
  size_t built_in = base->all().size() - 1;

  // One of the same id takes the built-in one's place.
  std::string replacing = with("LINK-2025-9001", "LINK-2025-0001");
  files.add("/more/mine.md", replacing);
  base = AdvisoryBase::load("/more", files);
  ASSERT_TRUE(base) << to_string(base.error());
  EXPECT_EQ(base->all().size(), built_in + 1);
  EXPECT_EQ(base->find("LINK-2025-0001")->title, "a title");

  files.add("/more/twice.md", replacing);
  base = AdvisoryBase::load("/more", files);
  ASSERT_FALSE(base);
  EXPECT_EQ(to_string(base.error()), "/more/twice.md: line 1: LINK-2025-0001 is in /more/mine.md already");

  files.add("/bad/a.md", with("cause = \"local-definition\"", "cause = \"bad luck\""));
  base = AdvisoryBase::load("/bad", files);
  ASSERT_FALSE(base);
  EXPECT_EQ(to_string(base.error()), "/bad/a.md: line 5: 'bad luck' is not in the catalogue of causes");
}

}  // namespace
}  // namespace ldwhy
