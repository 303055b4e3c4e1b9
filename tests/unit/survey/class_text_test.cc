#include "survey/class_text.h"

#include <gtest/gtest.h>

namespace ldwhy {
namespace {

std::string key_line(std::string_view text, std::string_view name) {
  std::optional<ClassText> found = find_class(text, name);
  if (!found || !found->key_function) return "";
  return std::string(text.substr(*found->key_function, text.find(';', *found->key_function) - *found->key_function));
}

TEST(FindClass, NamesTheKeyFunction) {
  EXPECT_EQ(key_line("class Shape;\nclass Shape : public Base {\npublic:\n  Shape();\n  virtual ~Shape() {}\n"
                     "  virtual int edges() = 0; // none\n  int area() const override;\n  virtual int last();\n};",
                     "Shape"),
            "int area() const override");
  EXPECT_EQ(key_line("struct Shape { virtual ~Shape() = default; virtual int area(); };", "Shape"),
            "virtual int area()");
  EXPECT_EQ(key_line("struct Shape { virtual int area() { return 0; } };", "Shape"), "");
  EXPECT_EQ(key_line("struct Shapes { virtual int area(); };", "Shape"), "");
  EXPECT_EQ(key_line("void f(struct Shape *s) { virtual int area(); }", "Shape"), "");
  EXPECT_EQ(key_line("struct A { struct B { virtual void inner(); }; virtual void outer(); };", "A"),
            "virtual void outer()");
}

TEST(FindClass, SeesQtMacro) {
  std::optional<ClassText> found =
      find_class("class Dialog : public QDialog {\n  Q_OBJECT\npublic:\n  Dialog();\n};", "Dialog");
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->meta_object);
  EXPECT_FALSE(find_class("class Dialog {\n// Q_OBJECT\n};", "Dialog")->meta_object);
}

TEST(FindClass, SurvivesNonsense) {
  for (const char *text :
       {"class A", "class A {", "class A { \"", "class A { /*", "class A { (", "class A { virtual", "struct A {}"})
    (void)find_class(text, "A");
}

}  // namespace
}  // namespace ldwhy
