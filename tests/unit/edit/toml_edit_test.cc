#include <gtest/gtest.h>
#include <toml++/toml.h>

#include <random>
#include <sstream>

#include "edit/edit.h"
#include "edit/toml_scan.h"

namespace ldwhy {
namespace {

const TomlKey release_lto = {"profile", "release", "lto"};

std::string set(std::string_view text, const TomlKey &key, std::string_view value) {
  TextResult result = set_toml(text, key, value);
  return result ? *result : "refused: " + result.error().text;
}

std::string removed(std::string_view text, const TomlKey &key) {
  TextResult result = remove_toml(text, key);
  return result ? *result : "refused: " + result.error().text;
}

TEST(SetToml, ReplacesAValueAndNothingElse) {
  EXPECT_EQ(set("# top\n[package]\nname = \"a\"   # the name\n\n[profile.release] # fast\n"
                "  lto   =   true\t# was \"thin\"\n\n\n[[bin]]\nlto = 1\n",
                release_lto, "\"fat\""),
            "# top\n[package]\nname = \"a\"   # the name\n\n[profile.release] # fast\n"
            "  lto   =   \"fat\"\t# was \"thin\"\n\n\n[[bin]]\nlto = 1\n");
}

TEST(SetToml, KeepsLineEndsByteOrderMarkAndAMissingLastLineEnd) {
  EXPECT_EQ(set("\xEF\xBB\xBF[profile.release]\r\nlto = 'thin'\r\ndebug = 1", release_lto, "false"),
            "\xEF\xBB\xBF[profile.release]\r\nlto = false\r\ndebug = 1");
  EXPECT_EQ(set("[profile.release]\r\ndebug = 1\r\n\r\n[x]\r\n", release_lto, "false"),
            "[profile.release]\r\ndebug = 1\r\nlto = false\r\n\r\n[x]\r\n");
  EXPECT_EQ(set("[profile.release]\r\ndebug = 1", release_lto, "false"),
            "[profile.release]\r\ndebug = 1\r\nlto = false");
  EXPECT_EQ(set("[a]\nb = 1", release_lto, "false"), "[a]\nb = 1\n\n[profile.release]\nlto = false");
  EXPECT_EQ(set("\xEF\xBB\xBF", {"a"}, "1"),
            "\xEF\xBB\xBF"
            "a = 1\n");
}

TEST(SetToml, FindsDottedQuotedAndInlineKeys) {
  EXPECT_EQ(set("profile.release.lto = \"thin\" # x\n", release_lto, "false"), "profile.release.lto = false # x\n");
  EXPECT_EQ(set("profile . \"release\" . 'lto' = true\n", release_lto, "false"),
            "profile . \"release\" . 'lto' = false\n");
  EXPECT_EQ(set("[profile]\nrelease.lto = true\ndev.lto = true\n", release_lto, "false"),
            "[profile]\nrelease.lto = false\ndev.lto = true\n");
  EXPECT_EQ(set("[profile]\nrelease = { lto = \"thin\", codegen-units = 1 }\n", release_lto, "false"),
            "[profile]\nrelease = { lto = false, codegen-units = 1 }\n");
  EXPECT_EQ(set("profile = {release={lto=true}}\n", release_lto, "false"), "profile = {release={lto=false}}\n");
  EXPECT_EQ(set("[\"profile\".'rel\"x']\n\"l\\u0074o\" = true\n", {"profile", "rel\"x", "lto"}, "false"),
            "[\"profile\".'rel\"x']\n\"l\\u0074o\" = false\n");
}

TEST(SetToml, ReplacesValuesOverLines) {
  EXPECT_EQ(
      set("[build]\nrustflags = [\n  \"-a]\", # ]\n  '-b',\n] # end\njobs = 1\n", {"build", "rustflags"}, "[\"-c\"]"),
      "[build]\nrustflags = [\"-c\"] # end\njobs = 1\n");
  EXPECT_EQ(set("a = \"\"\"x\n\\\"\"\" y = 1\n\"\"\"\"\" # q\nb = 1\n", {"a"}, "2"), "a = 2 # q\nb = 1\n");
  EXPECT_EQ(set("a = '''x\n' = 1\n'''\nb = 1\n", {"b"}, "2"), "a = '''x\n' = 1\n'''\nb = 2\n");
  EXPECT_EQ(set("a = 1979-05-27 07:32:00 # t\n", {"a"}, "2"), "a = 2 # t\n");
}

TEST(SetToml, AddsAKeyAtTheEndOfItsTablesOwnLines) {
  EXPECT_EQ(set("[profile.release]\n\tdebug = 1 # d\n\n# about y\n[y]\n", release_lto, "false"),
            "[profile.release]\n\tdebug = 1 # d\n\tlto = false\n\n# about y\n[y]\n");
  EXPECT_EQ(set("[profile.release]\ndebug = 1\n# more of it\n\n[y]\n", release_lto, "false"),
            "[profile.release]\ndebug = 1\n# more of it\nlto = false\n\n[y]\n");
  EXPECT_EQ(set("[profile.release]\ndebug = 1\n# about y\n[y]\n", release_lto, "false"),
            "[profile.release]\ndebug = 1\nlto = false\n# about y\n[y]\n");
  EXPECT_EQ(set("  [profile.release] # none yet\n[y]\n", release_lto, "false"),
            "  [profile.release] # none yet\n  lto = false\n[y]\n");
  EXPECT_EQ(set("[profile.release.package.x]\na = 1\n\n[profile.release]\nb = 1\n[profile]\n", release_lto, "false"),
            "[profile.release.package.x]\na = 1\n\n[profile.release]\nb = 1\nlto = false\n[profile]\n");
}

TEST(SetToml, AddsToInlineAndDottedTables) {
  EXPECT_EQ(set("[profile]\nrelease = { debug = 1 } # r\n", release_lto, "false"),
            "[profile]\nrelease = { debug = 1, lto = false } # r\n");
  EXPECT_EQ(set("[profile]\nrelease = {}\n", release_lto, "false"), "[profile]\nrelease = { lto = false }\n");
  EXPECT_EQ(set("profile = { dev = { a = [1, {lto = 3}] } }\n", release_lto, "false"),
            "profile = { dev = { a = [1, {lto = 3}] }, release.lto = false }\n");
  EXPECT_EQ(set("[profile]\n  release.debug = 1\ndev.debug = 2\n", release_lto, "false"),
            "[profile]\n  release.debug = 1\n  release.lto = false\ndev.debug = 2\n");
  EXPECT_EQ(set("build.jobs = 1\nnet.git = true\n", {"build", "target"}, "\"x\""),
            "build.jobs = 1\nbuild.target = \"x\"\nnet.git = true\n");
}

TEST(SetToml, AddsATableAfterItsKin) {
  EXPECT_EQ(set("[package]\nname = \"a\"\n\n[profile.dev]\nx = 1\n\n[features]\nd = []\n", release_lto, "false"),
            "[package]\nname = \"a\"\n\n[profile.dev]\nx = 1\n\n[profile.release]\nlto = false\n\n"
            "[features]\nd = []\n");
  EXPECT_EQ(set("[package]\nname = \"a\"\n\n[[bin]]\nname = \"b\"\n", release_lto, "\"thin\""),
            "[package]\nname = \"a\"\n\n[[bin]]\nname = \"b\"\n\n[profile.release]\nlto = \"thin\"\n");
  EXPECT_EQ(set("[a]\nx = 1\n\n", release_lto, "false"), "[a]\nx = 1\n\n[profile.release]\nlto = false\n");
  EXPECT_EQ(set("[profile.release.package.x]\na = 1\n", release_lto, "false"),
            "[profile.release.package.x]\na = 1\n\n[profile.release]\nlto = false\n");
  EXPECT_EQ(set("", release_lto, "false"), "[profile.release]\nlto = false\n");
  EXPECT_EQ(set("[target.x]\na = 1\n", {"target", "cfg(unix)", "linker"}, "\"cc\""),
            "[target.x]\na = 1\n\n[target.\"cfg(unix)\"]\nlinker = \"cc\"\n");
  EXPECT_EQ(set("[profile.release]\nlto = true\n", {"profile", "release", "package", "a.b'c", "lto"}, "1"),
            "[profile.release]\nlto = true\n\n[profile.release.package.\"a.b'c\"]\nlto = 1\n");
  EXPECT_EQ(set("[profile]\nrelease.debug = 1\n", {"profile", "release", "package", "x", "opt-level"}, "1"),
            "[profile]\nrelease.debug = 1\n\n[profile.release.package.x]\nopt-level = 1\n");
}

TEST(SetToml, AddsAKeyOfNoTableAboveTheFirstHeader) {
  EXPECT_EQ(set("# licence\n\n# about a\n[a]\n", {"x"}, "1"), "# licence\n\nx = 1\n\n# about a\n[a]\n");
  EXPECT_EQ(set("y = 2\n\n[a]\n", {"x"}, "1"), "y = 2\nx = 1\n\n[a]\n");
  EXPECT_EQ(set("# nothing\n", {"x"}, "1"), "# nothing\nx = 1\n");
}

TEST(SetToml, RefusesWhatItCannotDoForCertain) {
  EXPECT_EQ(set("[profile.release]\nlto = 1\nlto = 2\n", release_lto, "3").substr(0, 33),
            "refused: line 3: this is not TOML");
  EXPECT_EQ(set("[profile.release]\nlto.x = 1\n", release_lto, "3"),
            "refused: profile.release.lto is a table, not a single value");
  EXPECT_EQ(set("[profile]\nrelease = {lto = {a = 1}}\n", release_lto, "3"),
            "refused: profile.release.lto is a table, not a single value");
  EXPECT_EQ(set("[[profile]]\nrelease = {lto = 1}\n", release_lto, "3"),
            "refused: profile is an array of tables: which of them is meant cannot be said");
  EXPECT_EQ(set("[profile]\nrelease = 1\n", release_lto, "3"),
            "refused: profile.release is a value, so it has no key lto");
  EXPECT_EQ(set("a = 1\n", {"a"}, "1\nb = 2"), "refused: this is no TOML value: 1\nb = 2");
  EXPECT_EQ(set("a = 1\n", {"a"}, "1 # c"), "refused: this is no TOML value: 1 # c");
  EXPECT_EQ(set("a = 1\n", {"a"}, ""), "refused: this is no TOML value: ");
  EXPECT_EQ(set("a = 1\n", {}, "1"), "refused: no key was given");
}

TEST(AppendToml, AddsAWord) {
  auto appended = [](std::string_view text, std::string_view word) {
    TextResult result = append_toml(text, {"build", "rustflags"}, word);
    return result ? *result : "refused: " + result.error().text;
  };
  EXPECT_EQ(appended("build.rustflags = [\"-a\"] # c\n", "-b"), "build.rustflags = [\"-a\", \"-b\"] # c\n");
  EXPECT_EQ(appended("[build]\nrustflags = [ ]\n", "-b"), "[build]\nrustflags = [\"-b\"]\n");
  EXPECT_EQ(appended("[build]\nrustflags = [\n  '-a', # a ]\n]\n", "-b"),
            "[build]\nrustflags = [\n  '-a',\n  \"-b\", # a ]\n]\n");
  EXPECT_EQ(appended("[build]\nrustflags = \"-a\"\n", "-b"), "[build]\nrustflags = \"-a -b\"\n");
  EXPECT_EQ(appended("[build]\nrustflags = ''\n", "-b"), "[build]\nrustflags = '-b'\n");
  EXPECT_EQ(appended("[build]\njobs = 1\n", "-b"), "refused: there is no list of words build.rustflags");
}

TEST(RemoveToml, TakesTheLineWithItsComment) {
  EXPECT_EQ(removed("# above\n[profile.release]\n# of lto\nlto = true # why\ndebug = 1\n", release_lto),
            "# above\n[profile.release]\n# of lto\ndebug = 1\n");
  EXPECT_EQ(removed("[profile.release]\r\nlto = true", release_lto), "[profile.release]");
  EXPECT_EQ(removed("a = [\n 1,\n] # x\nb = 2\n", {"a"}), "b = 2\n");
  EXPECT_EQ(removed("profile.release.lto = 1\n", release_lto), "");
}

TEST(RemoveToml, TakesAnElementOfAnInlineTableWithItsComma) {
  EXPECT_EQ(removed("profile.release = { lto = 1, a = 2 }\n", release_lto), "profile.release = { a = 2 }\n");
  EXPECT_EQ(removed("profile.release = { a = 2, lto = 1 }\n", release_lto), "profile.release = { a = 2 }\n");
  EXPECT_EQ(removed("profile.release = { a = 2, lto = 1, b = 3 }\n", release_lto),
            "profile.release = { a = 2, b = 3 }\n");
  EXPECT_EQ(removed("profile.release = { lto = 1 }\n", release_lto), "profile.release = {}\n");
}

TEST(RemoveToml, RefusesWhatIsNotThere) {
  EXPECT_EQ(removed("[profile.release]\n", release_lto), "refused: there is no value profile.release.lto");
  EXPECT_EQ(removed("[profile.release]\na = 1\n", {"profile", "release"}),
            "refused: profile.release is a table, not a single value");
}

// Texts made by chance, of every way to write a key.
class Maker {
 public:
  explicit Maker(uint32_t seed) : random_(seed) {}
  size_t below(size_t count) { return random_() % count; }

  std::string document() {
    line_end_ = below(4) == 0 ? "\r\n" : "\n";
    std::string text = below(8) == 0 ? "\xEF\xBB\xBF" : "";
    lines(text);
    for (size_t tables = below(5); tables > 0; --tables) {
      text += std::string(below(6) == 0 ? "  " : "") + "[" + header() + "]" + comment() + line_end_;
      lines(text);
    }
    if (below(4) == 0 && text.ends_with(line_end_)) text.resize(text.size() - line_end_.size());
    return text;
  }
  std::string name() {
    static const char *const names[] = {"lto", "release", "profile", "dev", "a-b", "x y", "d.e", "q\"q"};
    return names[below(std::size(names))];
  }
  std::string value(int depth = 0) {
    static const char *const values[] = {"1",   "true",       "\"thin\"", "'lit # ]'",       "\"e\\\"s # }\"",
                                         "1.5", "1979-05-27", "inf",      "\"\"\"m\nn\"\"\""};
    size_t kind = below(std::size(values) + (depth < 2 ? 3 : 0));
    if (kind < std::size(values)) return values[kind];
    if (kind == std::size(values)) return "[\n  1, # one ]\n  2,\n]";
    if (kind == std::size(values) + 1) return "[" + value(2) + ", " + value(2) + "]";
    std::string text = "{ ";
    for (size_t i = 0, count = below(3); i < count; ++i)
      text += (i ? ", " : "") + std::string("k") + std::to_string(i) + " = " + value(depth + 1);
    return text + " }";
  }

 private:
  std::string written(const std::string &name) {
    bool special = name.find_first_of(" .\"") != name.npos;
    return special || below(6) == 0 ? "'" + name + "'" : name;
  }
  std::string header() {
    std::string text = written(name());
    for (size_t more = below(3); more > 0; --more) text += "." + written(name());
    return text;
  }
  std::string comment() { return below(4) == 0 ? "  # \"c\" = [" : ""; }
  void lines(std::string &text) {
    for (size_t count = below(5); count > 0; --count) {
      if (below(5) == 0) text += line_end_;
      if (below(6) == 0) text += "# comment" + line_end_;
      text += std::string(below(4) == 0 ? "\t" : "") + (below(4) == 0 ? header() : written(name()));
      text += (below(4) == 0 ? "=" : " = ") + value() + comment() + line_end_;
    }
  }

  std::mt19937 random_;
  std::string line_end_;
};

std::string canonical(const toml::table &document) {
  std::ostringstream text;
  text << toml::json_formatter(document);
  return text.str();
}

void insert_at(toml::table &document, const TomlKey &key, const toml::table &value) {
  toml::table *table = &document;
  for (size_t i = 0; i + 1 < key.size(); ++i) {
    if (!table->contains(key[i])) table->insert(key[i], toml::table());
    table = table->get(key[i])->as_table();
    ASSERT_TRUE(table);
  }
  table->insert_or_assign(key.back(), *value.get("v"));
}

TEST(SetToml, ReadsBackAsBeforeButForTheKeyInTextsMadeByChance) {
  size_t edited = 0, restored = 0, taken_back = 0;
  for (uint32_t seed = 0; seed < 6000; ++seed) {
    Maker maker(seed);
    std::string text = maker.document();
    toml::parse_result before = toml::parse(text);
    if (!before) continue;
    TomlKey key;
    for (size_t parts = 1 + maker.below(3); parts > 0; --parts) key.push_back(maker.name());
    std::string value = maker.value();
    TextResult after = set_toml(text, key, value);
    if (!after) continue;
    ++edited;
    toml::table expected = before.table();
    insert_at(expected, key, toml::parse("v = " + value).table());
    toml::parse_result read = toml::parse(*after);
    ASSERT_TRUE(read) << text << "\n----\n" << *after;
    ASSERT_EQ(canonical(read.table()), canonical(expected)) << text << "\n----\n" << *after;

    Result<TomlScan> scan = scan_toml(text);
    ASSERT_TRUE(scan);
    const TomlEntry *old = nullptr;
    for (const TomlEntry &entry : scan->entries)
      if (entry.path == key) old = &entry;
    if (old && value[0] != '{') {
      ++restored;
      std::string written = text.substr(old->value_begin, old->value_end - old->value_begin);
      ASSERT_EQ(set(*after, key, written), text);
    } else if (!old && value[0] != '{') {
      // Taking a key out of where it was added leaves the old text, but for a table that is new.
      std::string without = removed(*after, key);
      if (!after->contains("]\n" + key.back()) && without == text) ++taken_back;
    }
  }
  EXPECT_GT(edited, 1500u);
  EXPECT_GT(restored, 100u);
  EXPECT_GT(taken_back, 100u);
}

TEST(ScanToml, EndsOnDamagedText) {
  std::string text =
      "\xEF\xBB\xBF# c\n[a.'b']\nx = \"q\\\"\"\ny = [1, {z = '''m\n'''}, ]\nd.e = {f = 1979-05-27 "
      "07:32:00}\n"
      "[[g]]\nh = \"\"\"a\\\"\"\"\"\n";
  ASSERT_TRUE(set_toml(text, {"a", "b", "x"}, "1"));
  std::mt19937 random(7);
  for (size_t size = 0; size < text.size(); ++size) {
    (void)scan_toml(text.substr(0, size));
    (void)set_toml(text.substr(0, size), {"a", "b", "x"}, "1");
  }
  for (int round = 0; round < 4000; ++round) {
    std::string damaged = text;
    for (int flips = 0; flips < 3; ++flips) damaged[random() % damaged.size()] = "[]{}\"'=#,.\n\\x"[random() % 13];
    (void)scan_toml(damaged);
    (void)set_toml(damaged, {"a", "b", "x"}, "1");
  }
  EXPECT_FALSE(scan_toml("a = " + std::string(100000, '[')));
}

}  // namespace
}  // namespace ldwhy
