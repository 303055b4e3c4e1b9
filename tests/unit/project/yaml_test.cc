#include "project/yaml.h"

#include <gtest/gtest.h>

namespace ldwhy {
namespace {

Yaml one(std::string_view text) {
  Result<std::vector<Yaml>> documents = parse_yaml(text);
  if (!documents || documents->empty()) return nullptr;
  return documents->front();
}

TEST(Yaml, knows_the_line_of_keys_and_values) {
  Yaml root = one("a: 1\nb:\n  c: \"two\"\n\n  d:\n    - x\n    - y\n");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->entry("b")->line, 2u);
  EXPECT_EQ(root->find("b")->find("c")->line, 3u);
  EXPECT_FALSE(root->find("b")->find("c")->plain);
  EXPECT_EQ(root->find("b")->find("d")->items[1]->line, 7u);
  EXPECT_EQ(root->find("nothing"), nullptr);
}

TEST(Yaml, counts_a_block_from_its_first_line) {
  Yaml root = one("run: |\n  first\n  second\nname: x\nfolded: &a >-\n  text\n");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->find("run")->text, "first\nsecond\n");
  EXPECT_EQ(root->find("run")->text_line, 2u);
  EXPECT_EQ(root->find("name")->text_line, 4u);
  EXPECT_EQ(root->find("folded")->text_line, 6u);
}

TEST(Yaml, follows_aliases_and_merges) {
  Yaml root = one("base: &base\n  A: 1\n  B: 2\njob:\n  <<: *base\n  B: 3\nlist: [*base, *base]\n");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->find("job")->text_of("A"), "1");
  EXPECT_EQ(root->find("job")->text_of("B"), "3");
  EXPECT_TRUE(same_yaml(*root->find("list")->items[0], *root->find("list")->items[1]));
}

TEST(Yaml, keeps_tags) {
  Yaml root = one("script:\n  - !reference [.setup, script]\n  - !!str x\n");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->find("script")->items[0]->tag, "!reference");
}

TEST(Yaml, says_in_one_line_what_is_wrong) {
  Result<std::vector<Yaml>> bad = parse_yaml("a: 1\nb: [1, 2\nc: 3\n");
  ASSERT_FALSE(bad);
  EXPECT_TRUE(bad.error().text.starts_with("line ")) << bad.error().text;
  EXPECT_EQ(bad.error().text.find('\n'), std::string::npos);
}

TEST(Yaml, stops_at_a_bomb) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    std::string alias = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + alias;
    for (int k = 0; k < 8; ++k) bomb += ", " + alias;
    bomb += "]\n";
  }
  Result<std::vector<Yaml>> read = parse_yaml(bomb);
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().text.find("more than 200000 values"), std::string::npos) << read.error().text;
}

TEST(Yaml, stops_at_depth_size_and_circles) {
  EXPECT_NE(parse_yaml(std::string(150, '[') + std::string(150, ']')).error().text.find("deeper than 100"),
            std::string::npos);
  EXPECT_TRUE(parse_yaml(std::string(90, '[') + std::string(90, ']')));
  EXPECT_NE(parse_yaml(std::string((4 << 20) + 1, ' ')).error().text.find("bytes"), std::string::npos);
  EXPECT_FALSE(parse_yaml("a: &x [1, *x]\n"));
}

TEST(Yaml, reads_several_documents) {
  Result<std::vector<Yaml>> two = parse_yaml("spec: 1\n---\njob: 2\n");
  ASSERT_TRUE(two);
  ASSERT_EQ(two->size(), 2u);
  EXPECT_EQ((*two)[1]->text_of("job"), "2");
}

}  // namespace
}  // namespace ldwhy
