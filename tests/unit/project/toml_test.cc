// Our reader of TOML against Python's: on texts of every kind, on the manifests of this machine,
// and on thousands of damaged ones.
#include "project/toml.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "real_objects.h"

namespace ldwhy {
namespace {

const char *const texts[] = {
    "a = 1\nb = \"two\"\n\n[c]\nd = true\n[c.e]\nf = [1, 2, 3]\n",
    "a.b.c = 'x'\na.b.d = 2\n[t]\nx.y = { z = 1, w.v = \"q\" }\n",
    "[[p]]\nname = \"one\"\n[[p]]\nname = \"two\"\ndeps = [\n \"a\",\n # comment\n \"b\", "
    "\n]\n[p.sub]\nk = 1\n[[p.list]]\n[[p.list]]\nz=1\n",
    "s = \"\"\"\nfirst\n  second \\\n   joined\n\"quoted\" \"\" end\"\"\"\nl = '''\nraw \\n 'x' "
    "'''\nn = 5\n",
    "e = \"tab\\t nl\\n quote\\\" back\\\\ u\\u00e9 U\\U0001F600 del\\u007f\"\n\"quoted key\" = "
    "1\n'lit.key' = 2\n1234 = 3\n\"\" = 4\n",
    "i = [+1, -2, 0, 1_000, 0xff_00, 0o17, 0b101]\nf = [1.5, -0.1, 6.02e23, 1e-3, inf, -inf, nan, "
    "3.14_15]\n",
    "d = [1979-05-27T07:32:00Z, 1979-05-27 07:32:00, 1979-05-27, 07:32:00.5]\n",
    "[target.'cfg(all(unix, not(target_os = \"macos\")))']\nrustflags = ['-C', "
    "\"link-arg=-fuse-ld=lld\"]\n[target.x86_64-unknown-linux-gnu]\nlinker = \"clang\"\n",
    "[dependencies]\nserde = { version = \"1\", features = [\"derive\", \"std\"], default-features "
    "= false }\nlog.workspace = true\n",
    "# line ends of another kind\r\na = 1\r\n[b]\r\nc = 'x'\r\nd = [\r\n1,\r\n]\r\n",
    "[a.b.c]\nd = 1\n[a]\ne = 2\n[a.b]\nf = 3\n",
    "# only a comment",
    "",
    "\n\n\n",
    "a = [[1, 2], [\"x\", [true]]]\nb = {}\nc = []\n",
    "[x]\n[y]\n[x.z]\n[[x.w]]\n",
    "q = \"\"\"\"quoted\"\"\"\"\nr = ''''a''''\nm = \"\"\"\\\n   \\\n  z\"\"\"\n",
};

std::string hex(std::string_view text) {
  std::string out;
  for (char c : text) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

// A tree as text, keys in order.
std::string dump(const TomlNode &node) {
  std::string out;
  if (node.is_table()) {
    std::map<std::string, std::string> sorted;
    for (const TomlNode &child : node) {
      sorted[std::string(child.key)] = dump(child);
      EXPECT_EQ(node.find(child.key), &child);
    }
    for (const auto &[key, value] : sorted) out += hex(key) + ":" + value + ",";
    return "{" + out + "}";
  }
  if (node.is_array()) {
    for (const TomlNode &item : node) out += dump(item) + ",";
    return "[" + out + "]";
  }
  if (node.is_string()) return "s" + hex(node.text);
  if (node.kind == TomlKind::Boolean) return std::string(node.text);
  return node.kind == TomlKind::Integer ? "int" : node.kind == TomlKind::Float ? "float" : "time";
}

// The same of Python's reader: a line for each text, "-" where it is refused. One process for all.
std::vector<std::string> python_trees(const std::vector<std::string> &all) {
  testing::Workshop shop;
  std::string input;
  for (const std::string &text : all) input += hex(text) + "\n";
  shop.write("texts", input);
  shop.write("dump.py", R"(
import sys, tomllib
def dump(v):
    if isinstance(v, dict):
        return "{" + "".join(k.hex() + ":" + dump(x) + "," for k, x in sorted((k.encode(), x) for k, x in v.items())) + "}"
    if isinstance(v, list): return "[" + "".join(dump(x) + "," for x in v) + "]"
    if isinstance(v, str): return "s" + v.encode().hex()
    if isinstance(v, bool): return "true" if v else "false"
    return "int" if isinstance(v, int) else "float" if isinstance(v, float) else "time"
for line in open("texts"):
    try:
        print(dump(tomllib.loads(bytes.fromhex(line).decode())))
    except Exception:
        print("-")
)");
  std::istringstream output(shop.output("python3 dump.py"));
  std::vector<std::string> trees;
  for (std::string line; std::getline(output, line);) trees.push_back(line);
  return trees;
}

// How many texts Python takes; we must take those too, with the same tree.
size_t compare(const std::vector<std::string> &all) {
  std::vector<std::string> trees = python_trees(all);
  EXPECT_EQ(trees.size(), all.size());
  size_t taken = 0, wrong = 0;
  for (size_t i = 0; i < trees.size() && wrong < 10; ++i) {
    std::expected<Toml, TomlError> ours = Toml::parse(all[i]);
    if (trees[i] == "-") continue;
    ++taken;
    std::string tree = ours ? dump(ours->root()) : fmt::format("line {}: {}", ours.error().line, ours.error().text);
    EXPECT_EQ(tree, trees[i]) << all[i];
    wrong += tree != trees[i];
  }
  return taken;
}

TEST(Toml, TheSameTreesAsPython) {
  std::vector<std::string> all(std::begin(texts), std::end(texts));
  EXPECT_EQ(compare(all), all.size());
}

TEST(Toml, ManifestsOfThisMachine) {
  std::vector<std::string> all;
  std::error_code ignored;
  for (const char *root : {"/usr/src", "/usr/share/cargo"}) {
    if (!std::filesystem::is_directory(root, ignored)) continue;
    for (const std::filesystem::directory_entry &entry : std::filesystem::recursive_directory_iterator(root, ignored)) {
      std::string name = entry.path().filename();
      if (name != "Cargo.toml" && name != "Cargo.lock") continue;
      if (all.size() >= 300) break;
      std::ostringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      all.push_back(text.str());
    }
  }
  if (all.empty()) GTEST_SKIP() << "no manifests here";
  compare(all);
}

TEST(Toml, DamagedTexts) {
  std::mt19937 random(7);
  std::vector<std::string> all;
  for (const char *original : texts) {
    std::string text = original;
    for (size_t cut = 0; cut <= text.size(); ++cut) all.push_back(text.substr(0, cut));
    for (int i = 0; i < 300 && !text.empty(); ++i) {
      std::string damaged = text;
      const char bytes[] =
          "\"'[]{}.,=#\n\\ \xc3\x01"
          "a1-";
      for (int n = static_cast<int>(random() % 3); n >= 0; --n)
        damaged[random() % damaged.size()] = bytes[random() % (sizeof bytes - 1)];
      all.push_back(damaged);
    }
  }
  size_t taken = compare(all);
  EXPECT_GT(taken, 500u);
  EXPECT_GT(all.size() - taken, 500u);
}

TEST(Toml, Refused) {
  struct Bad {
    const char *text;
    uint32_t line;
  };
  for (const Bad &bad :
       {Bad{"a = 1\na = 2\n", 2}, Bad{"[a]\n[a]\n", 2}, Bad{"a = 1\n\nb\n", 3}, Bad{"a = \"x\nb = 1\n", 1},
        Bad{"a = [1,\n2\n", 3}, Bad{"a = wrong\n", 1}, Bad{"a = 1 b = 2\n", 1}, Bad{"x = {a = 1}\nx.b = 2\n", 2},
        Bad{"a = 1\n[a.b]\n", 2}, Bad{"a = [1]\n[[a]]\n", 2}, Bad{"ok = 1\nbad = \"\xff\"\n", 2}, Bad{"a = 01\n", 1},
        Bad{"<<<<<<< HEAD\n", 1}, Bad{"a = \"\\q\"\n", 1}, Bad{"[a\n", 1}, Bad{"= 1\n", 1}}) {
    std::expected<Toml, TomlError> result = Toml::parse(bad.text);
    ASSERT_FALSE(result) << bad.text;
    EXPECT_EQ(result.error().line, bad.line) << bad.text << ": " << result.error().text;
  }
}

TEST(Toml, DepthAndSize) {
  for (const std::string &deep : {std::string(1 << 20, '['), "a = " + std::string(1 << 20, '['),
                                  "a" + std::string(1 << 20, '.'), "x = " + std::string(1 << 20, '{')})
    EXPECT_FALSE(Toml::parse(deep));
  std::string dotted = "a";
  for (int i = 0; i < 1'000'000; ++i) dotted += ".a";
  EXPECT_FALSE(Toml::parse(dotted + " = 1\n"));
  std::string wide;
  for (int i = 0; i < 200'000; ++i) wide += fmt::format("key{} = {}\n", i, i);
  std::expected<Toml, TomlError> many = Toml::parse(wide);
  ASSERT_TRUE(many);
  ASSERT_TRUE(many->root().find("key199999"));
  EXPECT_EQ(many->root().find("key199999")->line, 200'000u);
  EXPECT_FALSE(many->root().find("key200000"));
}

TEST(Toml, WhatVersion11Adds) {
  std::expected<Toml, TomlError> result = Toml::parse("a = {\n  b = 1, # one\n  c = \"\\e\\x41\",\n}\n");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->root().find("a")->text_of("c"),
            "\x1b"
            "A");
  EXPECT_EQ(result->root().find("a")->find("c")->line, 3u);
}

}  // namespace
}  // namespace ldwhy
