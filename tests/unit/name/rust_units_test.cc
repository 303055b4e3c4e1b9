#include "name/rust_units.h"

#include <gtest/gtest.h>

namespace ldwhy {
namespace {

// Names seen in archives and target folders of rustc 1.95 and 1.96.
TEST(CodegenUnit, OfALibraryArchive) {
  std::optional<CodegenUnit> unit = codegen_unit("libapp.app.fe0306b30afd3160-cgu.0.rcgu.o");
  ASSERT_TRUE(unit);
  EXPECT_EQ(unit->crate, "app");
  EXPECT_EQ(unit->identity, "app.fe0306b30afd3160");
  EXPECT_EQ(unit->number, "0");
  EXPECT_FALSE(unit->after_lto);
}

TEST(CodegenUnit, AfterThinLtoOverAllCrates) {
  std::optional<CodegenUnit> unit =
      codegen_unit("thin/libapp.a(libapp.core.core.1eb95a942f2852f8-cgu.07.rcgu.o.rcgu.o)");
  ASSERT_TRUE(unit);
  EXPECT_EQ(describe(*unit), "crate core's codegen unit 07");
  EXPECT_TRUE(unit->after_lto);
}

TEST(CodegenUnit, OfCargoWithAHashOfTheInvocation) {
  std::optional<CodegenUnit> unit = codegen_unit(
      "target/release/deps/engine_room-ee16b6b1a37a75a1.engine_room.27b4478a33e638b9-cgu.3.0e00jfv.rcgu.o");
  ASSERT_TRUE(unit);
  EXPECT_EQ(unit->identity, "engine_room.27b4478a33e638b9");
  EXPECT_EQ(unit->number, "3");
}

TEST(CodegenUnit, OfAnIncrementalBuild) {
  std::optional<CodegenUnit> unit =
      codegen_unit("deps/nowhere-ee379341e7f9379f.bji9ml390vejpb0nezjvnp65r.0tpfd1e.rcgu.o");
  ASSERT_TRUE(unit);
  EXPECT_EQ(unit->crate, "nowhere");
  EXPECT_EQ(unit->identity, "nowhere-ee379341e7f9379f");
  EXPECT_EQ(unit->number, "bji9ml390vejpb0nezjvnp65r");
}

TEST(CodegenUnit, IsNothingElse) {
  for (const char *name :
       {"", "main.o", "rcgu.o", ".rcgu.o", ".rcgu.o.rcgu.o", "libx.a(y.o)", "x.rcgu.o", "symbols.o", "()"})
    EXPECT_FALSE(codegen_unit(name)) << name;
}

}  // namespace
}  // namespace ldwhy
