#include "base/words.h"

#include <gtest/gtest.h>

#include "real_objects.h"

namespace ldwhy {
namespace {

using Words = std::vector<std::string>;

TEST(Words, Split) {
  EXPECT_EQ(split_words("cc -o x  a.o\t'b c.o' \"d\\\"e\" f\\ g"),
            (Words{"cc", "-o", "x", "a.o", "b c.o", "d\"e", "f g"}));
  EXPECT_EQ(split_words(" \"/usr/bin/ld\" \"-o\" \"\" \"a\\\\b\""), (Words{"/usr/bin/ld", "-o", "", "a\\b"}));
  EXPECT_EQ(split_words("a \\\n b"), (Words{"a", "b"}));
  EXPECT_EQ(split_words("a'b'\"c\"d"), (Words{"abcd"}));
  EXPECT_EQ(split_words("'never closed"), (Words{"never closed"}));
  EXPECT_EQ(split_words("\"a\\b\""), (Words{"a\\b"}));
  EXPECT_EQ(split_words(""), Words{});
  EXPECT_EQ(split_words("end\\"), (Words{"end\\"}));
}

TEST(Words, QuoteIsTheInverse) {
  for (const Words &words :
       {Words{"cc", "-o", "a b"}, Words{"it's", "\"", "$HOME", "`x`", "\\", ""}, Words{"", "a"}, Words{"a\nb"}}) {
    EXPECT_EQ(split_words(quote_words(words)), words) << quote_words(words);
  }
  EXPECT_EQ(quote_words({"cc", "-Wl,-rpath=/x", "a b"}), "cc -Wl,-rpath=/x 'a b'");
}

TEST(Words, AsTheShellDoes) {
  testing::Workshop shop;
  for (const std::string line :
       {"a 'b c' \"d e\" f\\ g", "\"x\\$y\" 'a\\b' \"c\\\\d\" e\\'f", "-DA=\\\"b\\\" '' \"\""}) {
    shop.write("words.sh", "for w in " + line + "; do printf '%s\\n' \"$w\"; done\n");
    std::string expected;
    for (const std::string &word : split_words(line)) expected += word + "\n";
    EXPECT_EQ(shop.output("sh words.sh"), expected) << line;
  }
}

}  // namespace
}  // namespace ldwhy
