#include "name/declaration.h"

#include <gtest/gtest.h>

namespace ldwhy {
namespace {

TEST(ReadDeclaration, FindsThePartsOfFunctions) {
  Declaration d = read_declaration("void ns::Stack<int, std::less<int> >::push<double>(double, int (*)(char)) const &");
  EXPECT_EQ(d.scope, "ns::Stack<int, std::less<int> >");
  EXPECT_EQ(d.base, "push");
  EXPECT_EQ(d.arguments, "<double>");
  EXPECT_EQ(d.parameters, "(double, int (*)(char))");
  EXPECT_EQ(d.qualifiers, "const &");
}

TEST(ReadDeclaration, KnowsWhatOnlyLooksLikeBrackets) {
  EXPECT_EQ(read_declaration("(anonymous namespace)::start(int)").scope, "(anonymous namespace)");
  EXPECT_EQ(read_declaration("(anonymous namespace)::start(int)").base, "start");
  EXPECT_EQ(read_declaration("ns::Less::operator()(int, int) const").base, "operator()");
  EXPECT_EQ(read_declaration("ns::Less::operator()(int, int) const").parameters, "(int, int)");
  EXPECT_EQ(read_declaration("operator<<(std::ostream&, Widget const&)").base, "operator<<");
  EXPECT_EQ(read_declaration("ns::operator new(unsigned long)").base, "operator new");
  EXPECT_EQ(read_declaration("ns::Widget::operator bool() const").base, "operator bool");
  EXPECT_EQ(read_declaration("f(int)::counter").scope, "f(int)");
  EXPECT_EQ(read_declaration("f(int)::counter").base, "counter");
}

TEST(ReadDeclaration, KnowsTables) {
  EXPECT_EQ(read_declaration("vtable for ns::Shape").table, ClassTable::Vtable);
  EXPECT_EQ(read_declaration("vtable for ns::Shape").scope, "ns");
  EXPECT_EQ(read_declaration("vtable for ns::Shape").base, "Shape");
  EXPECT_EQ(read_declaration("typeinfo for Shape").table, ClassTable::Typeinfo);
  EXPECT_EQ(read_declaration("const ns::Shape::`vftable'").table, ClassTable::Vtable);
  EXPECT_EQ(read_declaration("const ns::Shape::`vftable'").base, "Shape");
  EXPECT_TRUE(read_declaration("guard variable for f()::x").special);
}

TEST(ReadDeclaration, SurvivesNonsense) {
  for (const char *text : {"", "(", ")", "<", "a<", "operator", "operator ", "a::", "::", "vtable for ", "`vftable'",
                           "f(::", "~", " ", "((((((("})
    EXPECT_LE(read_declaration(text).base.size(), 12u) << text;
}

TEST(ParsePrinted, TakesMangledAndDemangledNames) {
  for (const char *text : {"_ZN3app5setupEi", "app::setup(int)"}) {
    ParsedName name = parse_printed(text, Format::Elf);
    EXPECT_EQ(name.scheme, Scheme::Itanium) << text;
    EXPECT_EQ(name.scope, "app") << text;
    EXPECT_EQ(name.base, "setup") << text;
    EXPECT_EQ(name.parameters, "(int)") << text;
  }
  EXPECT_EQ(parse_printed("a::b::h0123456789abcdef", Format::MachO).scheme, Scheme::Rust);
  EXPECT_EQ(parse_printed("a::b::h0123456789abcdef", Format::MachO).demangled, "a::b");
  EXPECT_EQ(parse_printed("read_file", Format::Elf).scheme, Scheme::Plain);
}

TEST(ParseName, KnowsImportPointersAndMicrosoftNames) {
  ParsedName name = parse_name("__imp_?value@Meter@ns@@QEBAHVPoint@@@Z", Format::Coff);
  EXPECT_TRUE(name.imported);
  EXPECT_EQ(name.scope, "ns::Meter");
  EXPECT_EQ(name.base, "value");
  EXPECT_EQ(name.parameters, "(class Point)");
  EXPECT_TRUE(parse_printed("_imp__WSACleanup@0", Format::Coff).imported);
}

TEST(ParseName, TellsTemplateArguments) {
  EXPECT_EQ(parse_name("_Z7largestIdET_S0_S0_", Format::Elf).arguments, "<double>");
  EXPECT_EQ(parse_name("_Z7largestIdET_S0_S0_", Format::Elf).base, "largest");
  EXPECT_EQ(class_of(parse_name("_ZTVN2ns5ShapeE", Format::Elf)), "ns::Shape");
  EXPECT_EQ(without_arguments("std::map<int, std::less<int> >::at"), "std::map::at");
  EXPECT_EQ(without_arguments("a::operator<"), "a::operator<");
}

TEST(BaseIdentifier, LeavesOutTagsAndTables) {
  EXPECT_EQ(base_identifier("_ZN2ns5titleB5cxx11Ei"), "title");
  EXPECT_EQ(base_identifier("_ZTVN2ns5ShapeE"), "Shape");
  EXPECT_EQ(base_identifier("_ZTI5Shape"), "Shape");
}

}  // namespace
}  // namespace ldwhy
