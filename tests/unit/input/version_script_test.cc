// Version scripts and dynamic lists, against what linkers do with the same files.
#include "input/version_script.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <random>
#include <set>

#include "real_objects.h"

namespace ldwhy {
namespace {

using testing::Workshop;

std::vector<std::string> texts_of(const std::vector<VersionPattern> &patterns) {
  std::vector<std::string> texts;
  for (const VersionPattern &pattern : patterns)
    texts.push_back(fmt::format("{}{}{}", pattern.text, pattern.quoted ? "\"" : "", pattern.cxx ? "+" : ""));
  return texts;
}

using Names = std::vector<std::string>;

TEST(VersionScript, ReadsNodesLabelsAndLanguages) {
  Result<VersionScript> script = read_version_script(R"map(
    # a comment
    V1.0 {
      global:
        plain; wild*; "exact*";
        extern "C++" { ns::f*; "ns::g(int)"; operator?new };
        extern "C" { c_name; };
      local: /* the rest */ *;
    };
    V2 { after_no_label; local: global; extern; } V1.0 V0;
  )map");
  ASSERT_TRUE(script) << script.error().text;
  ASSERT_EQ(script->nodes.size(), 2u);
  const VersionNode &first = script->nodes[0];
  EXPECT_EQ(first.name, "V1.0");
  EXPECT_EQ(first.line, 3u);
  EXPECT_EQ(texts_of(first.global),
            (Names{"plain", "wild*", "exact*\"", "ns::f*+", "ns::g(int)\"+", "operator?new+", "c_name"}));
  EXPECT_EQ(first.global[0].line, 5u);
  EXPECT_EQ(first.global[3].line, 6u);
  EXPECT_EQ(texts_of(first.local), Names{"*"});
  EXPECT_TRUE(first.inherits.empty());
  const VersionNode &second = script->nodes[1];
  EXPECT_EQ(second.name, "V2");
  EXPECT_EQ(texts_of(second.global), Names{"after_no_label"});
  EXPECT_EQ(texts_of(second.local), (Names{"global", "extern"}));
  EXPECT_EQ(second.inherits, (Names{"V1.0", "V0"}));
}

TEST(VersionScript, ReadsDynamicLists) {
  Result<std::vector<VersionPattern>> list =
      read_dynamic_list("{ malloc; \"free\"; extern \"C++\" { ns::*; }; };\n{ last; };");
  ASSERT_TRUE(list);
  EXPECT_EQ(texts_of(*list), (Names{"malloc", "free\"", "ns::*+", "last"}));
}

TEST(VersionScript, NamesTheLineOfAMistake) {
  struct Mistake {
    const char *text;
    const char *problem;
  };
  for (const Mistake &mistake :
       {Mistake{"V1 {\n global: a\n};", "line 3: expected \";\" after a symbol, found \"}\""},
        Mistake{"V1 { a; }", "line 1: expected \";\" after a version's \"}\", found the end of the file"},
        Mistake{"V1 { a;", "line 1: expected a symbol or \"}\", found the end of the file"},
        Mistake{"V1\nglobal: a;", "line 2: expected \"{\" to open a version, found \"global\""},
        Mistake{"{\n hidden: a; };", "line 2: expected global or local before \":\", found \"hidden\""},
        Mistake{"{ extern \"C++\" a; };", "line 1: expected \"{\" after extern and its language, found \"a\""},
        Mistake{"}", "line 1: expected \"{\" to open a version, found \"}\""}}) {
    Result<VersionScript> script = read_version_script(mistake.text);
    ASSERT_FALSE(script) << mistake.text;
    EXPECT_EQ(script.error().text, mistake.problem);
    EXPECT_TRUE(script.error().offset);
  }
}

TEST(VersionScript, GlobsAsTheSystemDoes) {
  // All short patterns and names over small alphabets.
  const std::string letters = "ab*?[]!-^";
  std::mt19937 random(1);
  int matches = 0;
  for (int round = 0; round < 200000; ++round) {
    std::string pattern, name;
    for (unsigned n = random() % 7; n > 0; --n) pattern += letters[random() % letters.size()];
    for (unsigned n = random() % 5; n > 0; --n) name += "ab-]"[random() % 4];
    // What a bracket means that is closed at once, or never, is the system's own affair, as
    // is a range that runs backwards.
    if (pattern.find('[') != pattern.npos &&
        !(pattern.find("[a]") != pattern.npos || pattern.find("[!a]") != pattern.npos ||
          pattern.find("[a-b]") != pattern.npos || pattern.find("[^b]") != pattern.npos))
      continue;
    if (std::count(pattern.begin(), pattern.end(), '[') > 1) continue;
    bool expected = ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
    matches += expected;
    ASSERT_EQ(glob_matches(pattern, name), expected) << pattern << " " << name;
  }
  EXPECT_GT(matches, 1000);
  EXPECT_TRUE(glob_matches("a\\*b", "a*b"));
  EXPECT_FALSE(glob_matches("a\\*b", "axb"));
  EXPECT_TRUE(glob_matches("[]a]", "]"));
  EXPECT_TRUE(glob_matches("[", "["));
  EXPECT_TRUE(glob_matches("*", ""));
}

TEST(VersionScript, GlobsHostilePatternsInTime) {
  std::string pattern, name(20000, 'a');
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(glob_matches(pattern + "b", name));
  EXPECT_FALSE(glob_matches("*" + std::string(5000, '['), name));
  EXPECT_TRUE(glob_matches(pattern + "*", name));
}

// What a linker made of each function of a library: "name@@VERSION", or nothing.
std::set<std::string> exported_by(const Workshop &shop, const std::string &linker) {
  shop.run(fmt::format("ld.{} -shared --version-script=v.map f.o -o libf.so", linker));
  std::istringstream in(shop.output("llvm-nm-22 -D --defined-only --format=just-symbols libf.so"));
  std::set<std::string> names;
  for (std::string name; in >> name;)
    if (name[0] != 'V') names.insert(name);
  return names;
}

TEST(VersionScript, ChoosesAsLinkersChoose) {
  const Names functions = {"apple",    "apple_pie", "apple_tart", "banana", "banana_split", "cherry_1",
                           "cherry_2", "cherry_x",  "date",       "elder",  "fig_inner",    "fig_outer"};
  Workshop shop;
  std::string source;
  for (const std::string &name : functions) source += fmt::format("void {}(void) {{}}\n", name);
  source += "void spaced(void) __asm__(\"_ZN2ns1fEi\"); void spaced(void) {}\n";
  source += "void spaced2(void) __asm__(\"_ZN2ns1gEi\"); void spaced2(void) {}\n";
  shop.write("f.c", source);
  shop.run("gcc -fPIC -c f.c -o f.o");
  for (const char *text : {"{ global: apple; banana*; local: *; };", "{ global: apple*; local: apple_pie; };",
                           "{ global: *; local: apple*; cherry_[0-9]; };", "{ global: apple_pie; local: apple*; };",
                           "{ global: \"apple*\"; date; local: *; };",
                           "V1 { global: apple*; local: *; }; V2 { global: apple_pie; banana; } V1;",
                           "V1 { global: cherry_*; }; V2 { global: *_1; apple; local: f*; };",
                           "V1 { global: cherry_?; local: *; }; V2 { global: cherry_2; } V1;",
                           "V1 { global: extern \"C++\" { ns::f*; \"ns::g(int)\" }; local: *; };",
                           "V1 { global: extern \"C++\" { \"ns::f*\"; }; apple; local: *; };"}) {
    Result<VersionScript> script = read_version_script(text);
    ASSERT_TRUE(script) << text;
    shop.write("v.map", text);
    std::set<std::string> expected;
    auto add = [&](const std::string &name, const std::string &demangled) {
      std::optional<VersionMatch> match = find_version(*script, name, demangled);
      if (match && match->is_local) return;
      bool versioned = match && !match->node->name.empty();
      expected.insert(versioned ? name + "@@" + match->node->name : name);
    };
    for (const std::string &name : functions) add(name, name);
    add("_ZN2ns1fEi", "ns::f(int)");
    add("_ZN2ns1gEi", "ns::g(int)");
    EXPECT_EQ(exported_by(shop, "bfd"), expected) << text;
    // lld expands wildcards in quotes, outside of extern.
    if (std::string_view(text).find("\"apple*\"") != std::string_view::npos) continue;
    EXPECT_EQ(exported_by(shop, "lld-22 --undefined-version"), expected) << text;
  }
}

TEST(VersionScript, SurvivesDamage) {
  const std::string whole =
      "V1 { global: a; b*; \"c\"; extern \"C++\" { n::x; \"y z\" }; local: *; } ; V2 { d; } V1; # "
      "end";
  std::mt19937 random(1);
  int read = 0;
  for (size_t length = 0; length <= whole.size(); ++length)
    read += read_version_script(whole.substr(0, length)).has_value();
  for (int round = 0; round < 20000; ++round) {
    std::string flipped = whole;
    for (int flips = 1 + static_cast<int>(random() % 3); flips > 0; --flips)
      flipped[random() % flipped.size()] = static_cast<char>(random() % 256);
    Result<VersionScript> script = read_version_script(flipped);
    if (script) ++read;
    else EXPECT_LE(script.error().offset.value(), flipped.size());
  }
  EXPECT_GT(read, 100);
}

}  // namespace
}  // namespace ldwhy
