#include "name/relation.h"

#include <gtest/gtest.h>

#include "name/abi.h"
#include "name/known_names.h"

namespace ldwhy {
namespace {

std::optional<Relation> between(const char *wanted, const char *found, Format format = Format::Elf) {
  return relate(parse_name(wanted, format), found, format);
}

TEST(Relate, FindsTheSameEntityUnderAnotherAbi) {
  const char *cxx11 = "_Z5greetRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE";
  const char *old = "_Z5greetRKSs";
  const char *libcxx = "_Z5greetRKNSt3__112basic_stringIcNS_11char_traitsIcEENS_9allocatorIcEEEE";
  for (const char *a : {cxx11, old, libcxx})
    for (const char *b : {cxx11, old, libcxx})
      EXPECT_EQ(between(a, b), a == b ? Relation::Exact : Relation::Abi) << a << " " << b;
  EXPECT_EQ(between("_Z5titleB5cxx11i", "_Z5titlei"), Relation::Abi);
  EXPECT_EQ(between("_ZN3FooC1ERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE", "_ZN3FooC1ERKSs"),
            Relation::Abi);
  EXPECT_EQ(between("_Z5greetRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE", "_Z5greetRKi"),
            Relation::Signature);
  // Types that only libc++ marks.
  EXPECT_EQ(between("_Z3sumRKSt6vectorIiSaIiEE", "_Z3sumRKNSt3__16vectorIiNS_9allocatorIiEEEE"), Relation::Abi);
}

TEST(Relate, FindsOtherInstancesAndCompanions) {
  EXPECT_EQ(between("_ZN5StackIdE4pushEd", "_ZN5StackIiE4pushEi"), Relation::Instance);
  EXPECT_EQ(between("_ZN5StackIdEC1Ev", "_ZN5StackIiEC1Ev"), Relation::Instance);
  EXPECT_EQ(between("_Z7largestIdET_S0_S0_", "_Z7largestIiET_S0_S0_"), Relation::Instance);
  EXPECT_EQ(between("_ZTI6Logger", "_ZTV6Logger"), Relation::Companion);
  EXPECT_EQ(between("_ZTV5Shape", "_ZN5ShapeC2Ev"), Relation::Companion);
  EXPECT_EQ(between("_ZN5ShapeC2Ev", "_ZTV5Shape"), std::nullopt);
  EXPECT_EQ(between("_ZTV5Shape", "_ZTV6Circle"), std::nullopt);
}

TEST(Relate, FindsDecorationAndImports) {
  EXPECT_EQ(between("scale", "scale_"), Relation::Decoration);
  EXPECT_EQ(between("sgemm_64_", "sgemm_"), Relation::Decoration);
  EXPECT_EQ(between("sgemm64__", "sgemm_64_"), Relation::Decoration);
  EXPECT_EQ(between("dgemm_", "DGEMM"), Relation::Decoration);
  EXPECT_EQ(between("read_a", "READ_A"), std::nullopt);
  EXPECT_EQ(between("__imp_foo", "foo", Format::Coff), Relation::Import);
  EXPECT_EQ(between("foo", "__imp_foo", Format::Coff), Relation::Import);
  EXPECT_EQ(between("?f@A@@QEAAXH@Z", "?f@B@@QEAAXH@Z", Format::Coff), Relation::Scope);
  EXPECT_EQ(between("?f@@YAXVMotion@@@Z", "?f@@YAXUMotion@@@Z", Format::Coff), Relation::Signature);
}

TEST(KnownName, TellsTheLibrary) {
  auto family = [](const char *name, Format format = Format::Elf) {
    std::optional<KnownName> known = known_name(parse_printed(name, format));
    return std::string(known ? known->family->id : "");
  };
  EXPECT_EQ(family("__atomic_load_16"), "atomic");
  EXPECT_EQ(family("___udivti3", Format::MachO), "builtins");
  EXPECT_EQ(family("GOMP_parallel"), "openmp");
  EXPECT_EQ(family("__asan_report_load4"), "asan");
  EXPECT_EQ(family("__ubsan_handle_a_check_to_come"), "ubsan");
  EXPECT_EQ(family("cos"), "m");
  EXPECT_EQ(family("pthread_create"), "pthread");
  EXPECT_EQ(family("dlopen"), "dl");
  EXPECT_EQ(family("_imp__WSACleanup@0"), "ws2_32");
  EXPECT_EQ(family("operator new(unsigned long)"), "cxxabi");
  EXPECT_EQ(family("__cxa_throw"), "cxxabi");
  EXPECT_EQ(family("vtable for __cxxabiv1::__class_type_info"), "cxxabi");
  EXPECT_EQ(family("_gfortran_st_write"), "fortran");
  for (const char *own : {"parse_config", "start", "ns::cos(double)", "my_atomic_load_16", "main"})
    EXPECT_EQ(family(own), "") << own;
}

}  // namespace
}  // namespace ldwhy
