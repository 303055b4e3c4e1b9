#include "survey/source_form.h"

#include <gtest/gtest.h>

namespace ldwhy {
namespace {

Form form(std::string_view text, const SourceName &name, std::string_view path = "a.cc") {
  Form best = Form::Use;
  for (size_t at = text.find(name.identifier); at != text.npos; at = text.find(name.identifier, at + 1)) {
    bool starts = at == 0 || !is_word_character(text[at - 1]);
    size_t end = at + name.identifier.size();
    bool ends = end >= text.size() || !is_word_character(text[end]);
    if (starts && ends) best = std::max(best, form_at(text, at, name, path, Format::Elf));
  }
  return best;
}

TEST(FormAt, TellsFunctionsOfC) {
  EXPECT_EQ(form("int save(int slot)\n{\n}\n", {"save", "", false}, "a.c"), Form::Definition);
  EXPECT_EQ(form("API void\nsave (\n  int slot\n) {\n}\n", {"save", "", false}, "a.c"), Form::Definition);
  EXPECT_EQ(form("extern \"C\" int save(int slot) { return 0; }\n", {"save", "", false}), Form::Definition);
  EXPECT_EQ(form("int save(int);\n", {"save", "", false}, "a.c"), Form::Declaration);
  EXPECT_EQ(form("static int save(int x) { return x; }\n", {"save", "", false}, "a.c"), Form::Private);
}

TEST(FormAt, TakesCallsForUses) {
  for (const char *text :
       {"  save(1);\n", "  else save(1);\n", "  throw save(1);\n", "  file->save(1);\n", "  ns::save(a, b) == x; f({\n",
        "    : save(x) {\n", "  case 1: save(1);\n", "  return save(1);\n"})
    EXPECT_EQ(form(text, {"save", "", false}), Form::Use) << text;
  EXPECT_EQ(form("namespace ns {\n  ns::save(a, b) == \"x\"; if (x) {\n", {"save", "ns", false}), Form::Use);
}

TEST(FormAt, AsksForTheScope) {
  SourceName name{"init", "ns::A", false};
  EXPECT_EQ(form("void A::init() {}\n", name), Form::Definition);
  EXPECT_EQ(form("void ns::A::init() const {}\n", name), Form::Definition);
  EXPECT_EQ(form("template <class T> void A<T>::init() {}\n", name), Form::Definition);
  EXPECT_EQ(form("void B::init() {}\n", name), Form::Use);
  EXPECT_EQ(form("struct B { void init() {} };\n", name), Form::Use);
  EXPECT_EQ(form("struct A {\n  void init();\n};\n", name), Form::Declaration);
  EXPECT_EQ(form("void B::init() {}\n", {"init", "", false}), Form::Use);
}

TEST(FormAt, KnowsConstructorsAndDestructors) {
  SourceName constructor{"Saver", "Saver", false}, destructor{"Saver", "Saver", true};
  EXPECT_EQ(form("Saver::Saver(int x) : x_(x) {}\n", constructor), Form::Definition);
  EXPECT_EQ(form("Saver::Saver() = default;\n", constructor), Form::Definition);
  EXPECT_EQ(form("Saver::~Saver() {}\n", constructor), Form::Use);
  EXPECT_EQ(form("Saver::~Saver() {}\n", destructor), Form::Definition);
  EXPECT_EQ(form("Saver::Saver() {}\n", destructor), Form::Use);
  EXPECT_EQ(form("class Saver {\n  Saver() = default;\n};\n", constructor), Form::Use);
}

TEST(FormAt, ReadsRust) {
  SourceName name{"save", "", false};
  std::string_view guarded =
      "fn x() {}\n#[cfg(feature = \"disk\")]\n#[no_mangle]\npub extern \"C\" fn save(x: i32) -> i32 { x }\n";
  EXPECT_EQ(form(guarded, name, "a.rs"), Form::Definition);
  EXPECT_EQ(rust_condition(guarded, guarded.find("save")), "feature = \"disk\"");
  std::string_view bare = "pub extern \"C\" fn save(x: i32) -> i32 { x }\n";
  EXPECT_EQ(form(bare, name, "a.rs"), Form::Unmarked);
  EXPECT_EQ(rust_condition(bare, bare.find("save")), "");
  EXPECT_EQ(form("extern \"C\" {\n  fn save(x: i32) -> i32;\n}\n", name, "a.rs"), Form::Declaration);
  EXPECT_EQ(form("fn save(x: i32) -> i32 { x }\n", name, "a.rs"), Form::Use);
}

}  // namespace
}  // namespace ldwhy
