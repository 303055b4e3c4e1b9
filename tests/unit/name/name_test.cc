#include "name/name.h"

#include <gtest/gtest.h>

#include "name/arrivals.h"
#include "name/known_names.h"

namespace ldwhy {
namespace {

TEST(ParseName, TakesItaniumNamesApart) {
  ParsedName name = parse_name("_ZN5fiber9switch_toEPvi", Format::Elf);
  EXPECT_EQ(name.scheme, Scheme::Itanium);
  EXPECT_EQ(name.demangled, "fiber::switch_to(void*, int)");
  EXPECT_EQ(name.base, "switch_to");
  EXPECT_EQ(name.scope, "fiber");
  EXPECT_EQ(name.parameters, "(void*, int)");
}

TEST(ParseName, KnowsPrefixesAndVersions) {
  EXPECT_EQ(parse_name("__ZN1a1bEv", Format::MachO).demangled, "a::b()");
  EXPECT_EQ(parse_name("_fiber_switch", Format::MachO).raw, "fiber_switch");
  EXPECT_EQ(parse_name("round@@GLIBC_2.2.5", Format::Elf).raw, "round");
  EXPECT_EQ(demangle("_fiber_switch", Format::MachO), "_fiber_switch");
}

TEST(ParseName, DropsRustHashes) {
  ParsedName name = parse_name("_ZN4core3fmt5write17h0123456789abcdefE", Format::Elf);
  EXPECT_EQ(name.scheme, Scheme::Rust);
  EXPECT_EQ(name.demangled, "core::fmt::write");
  EXPECT_EQ(name.base, "write");
  EXPECT_EQ(parse_name("_RNvCs1234_7mycrate3foo", Format::Elf).base, "foo");
}

TEST(ParseName, MarksSpecialNames) {
  EXPECT_TRUE(parse_name("_ZTV3Foo", Format::Elf).special);
  EXPECT_EQ(parse_name("_ZTV3Foo", Format::Elf).demangled, "vtable for Foo");
}

TEST(ParsePrinted, ImportedByLld) {
  ParsedName name = parse_printed("__declspec(dllimport) shop::open(int)", Format::Coff);
  EXPECT_TRUE(name.imported);
  EXPECT_EQ(name.base, "open");
  EXPECT_EQ(name.scope, "shop");
}

TEST(Arrivals, OfNamesThatCompiledCodeAsksFor) {
  const auto arrival = [](std::string_view printed) { return arrival_of(parse_printed(printed, Format::Elf)); };
  ASSERT_TRUE(arrival("_ZSt28__throw_bad_array_new_lengthv"));
  EXPECT_EQ(arrival("std::__throw_bad_array_new_length()")->release, "GCC 11");
  EXPECT_EQ(arrival("__isoc23_strtol")->library, "glibc");
  EXPECT_FALSE(arrival("mine::__throw_bad_array_new_length()"));
  EXPECT_FALSE(arrival("strtol"));
  EXPECT_TRUE(is_glibc_only(parse_printed("__isoc99_sscanf", Format::Elf)));
  EXPECT_FALSE(is_glibc_only(parse_printed("sscanf", Format::Elf)));
  EXPECT_TRUE(is_debug_crt(parse_printed("_CrtDbgReport", Format::Coff)));
}

TEST(Arrivals, OtherSystemsAndReleases) {
  const auto printed = [](const char *name) { return parse_printed(name, Format::Elf); };
  EXPECT_EQ(android_level(printed("getrandom")), 28u);
  EXPECT_EQ(android_level(printed("getrando")), 0u) << "whole words only";
  EXPECT_TRUE(is_androids_own(printed("__fwrite_chk")));
  EXPECT_FALSE(is_androids_own(printed("__memcpy_chk"))) << "glibc has it too";
  EXPECT_EQ(system_told(printed("__errno_location")), "Linux");
  EXPECT_EQ(system_told(printed("errno_location")), "");
  ASSERT_TRUE(renewal_of(printed("SSL_library_init")));
  EXPECT_TRUE(renewal_of(printed("SSL_library_init"))->gone);
  EXPECT_EQ(renewal_of(printed("EVP_MAC_fetch"))->release, "3.0");
  EXPECT_FALSE(renewal_of(printed("SSL_new")));
}

TEST(ParseName, NotAllThatBeginsLikeRustIs) {
  EXPECT_EQ(parse_name("_RTC_CheckEsp", Format::Coff).scheme, Scheme::Plain);
  EXPECT_EQ(parse_name("_RNvCs1234_7mycrate3foo", Format::Elf).scheme, Scheme::Rust);
}

TEST(KnownNames, ByListAndByPrefix) {
  const auto family = [](std::string_view printed) {
    std::optional<KnownName> known = known_name(parse_printed(printed, Format::MachO));
    return std::string(known ? known->family->id : "");
  };
  EXPECT_EQ(family("_iconv_open"), "iconv");
  EXPECT_EQ(family("_libiconv_close"), "iconv");
  EXPECT_EQ(family("NetUserGetInfo"), "netapi32");
  EXPECT_EQ(family("shop_open"), "");
}

TEST(BaseIdentifier, IsTheSameForEveryFormOfAnEntity) {
  for (const char *name :
       {"foo", "_foo", "__Z3fooi", "_Z3fooi", "_Z3food", "_ZN2ns3fooEv", "foo@@V_1", "_foo@8", "?foo@@YAXXZ",
        "__imp_foo", "foo_", "_RNvCs1_1c3foo", "_RNvCsdjn4vFF6qqQ_6engine3foo", "_RNvNtCs9a_1c3bar3foo.llvm.123",
        "_RINvNtC1c3bar3foolNtC1c3QuxE", "_ZN2ns3foo17h0123456789abcdefE", "_ZN2ns3fooIiEEvT_"})
    EXPECT_EQ(base_identifier(name), "foo") << name;
}

TEST(BaseIdentifier, SurvivesNonsense) {
  for (const char *name : {"_", "___", "_Z", "_ZN", "_Z99999999999999999999999a", "?", "??", "@", "_R", "_ZN0E", "."})
    EXPECT_FALSE(base_identifier(name).empty()) << name;
}

TEST(BaseIdentifier, IsTheClassOfConstructorsAndDestructors) {
  EXPECT_EQ(base_identifier("_ZN4Json6WriterC1ESs"), "Writer");
  EXPECT_EQ(base_identifier("_ZN4Json6WriterC2ENSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"), "Writer");
  EXPECT_EQ(base_identifier("_ZN6WriterD0Ev"), "Writer");
  EXPECT_EQ(base_identifier("_ZN6WriterC1B5cxx11Ev"), "Writer");
  EXPECT_EQ(base_identifier("_ZN1D3C10Ev"), "C10");
}

}  // namespace
}  // namespace ldwhy
