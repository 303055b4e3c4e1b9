#include "resolve/thin_import.h"

#include <gtest/gtest.h>

namespace ldwhy {
namespace {

// entry (global) -> inner (static) -> switch (assembly's); table (constant) refers to switch too.
class ThinImport : public ::testing::Test {
 protected:
  ThinImport() {
    module_.global_prefix = '_';
    module_.globals = {{.name = "table", .kind = ir::GlobalKind::Variable, .linkage = ir::Linkage::Internal},
                       {.name = "entry"},
                       {.name = "inner", .linkage = ir::Linkage::Internal},
                       {.name = "switch", .declaration = true}};
    module_.asm_symbols = {{.name = "_switch", .defined = true}};
    module_.summaries = {{.global = 0, .kind = ir::GlobalKind::Variable, .linkage = ir::Linkage::Internal},
                         {.global = 1, .instructions = 10, .calls = {2}},
                         {.global = 2, .linkage = ir::Linkage::Internal, .instructions = 10, .calls = {3}}};
  }
  size_t uses() const { return thin::private_uses(module_).size(); }
  ir::Summary &entry() { return module_.summaries[1]; }
  ir::Summary &inner() { return module_.summaries[2]; }
  ir::Module module_;
};

TEST_F(ThinImport, FollowsCallsIntoStaticFunctions) {
  std::vector<thin::PrivateUse> found = thin::private_uses(module_);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].entry, &module_.summaries[1]);
  EXPECT_EQ(found[0].user, &module_.summaries[2]);
  EXPECT_FALSE(found[0].by_value);
}

TEST_F(ThinImport, StopsWhereLlvmStops) {
  entry().instructions = 101;
  EXPECT_EQ(uses(), 0u);
  entry().always_inline = true;
  EXPECT_EQ(uses(), 1u);
  inner().instructions = 71;  // 0.7 of 100 at the second level
  EXPECT_EQ(uses(), 0u);
  inner().instructions = 70;
  EXPECT_EQ(uses(), 1u);
  inner().no_inline = true;
  EXPECT_EQ(uses(), 0u);
  inner().no_inline = false;
  inner().not_eligible_to_import = true;
  EXPECT_EQ(uses(), 0u);
}

TEST_F(ThinImport, NobodyCallsMain) {
  module_.globals[1].name = "main";
  EXPECT_EQ(uses(), 0u);
}

TEST_F(ThinImport, AnInterposableFunctionStays) {
  module_.globals[1].linkage = entry().linkage = ir::Linkage::WeakAny;
  EXPECT_EQ(uses(), 0u);
  module_.globals[1].linkage = entry().linkage = ir::Linkage::WeakODR;
  EXPECT_EQ(uses(), 1u);
}

TEST_F(ThinImport, GlobalAssemblyIsSeenEverywhere) {
  module_.asm_symbols[0].global = true;
  EXPECT_EQ(uses(), 0u);
}

TEST_F(ThinImport, NamesMustAgreeInTheObjectFilesSpelling) {
  module_.global_prefix = 0;
  EXPECT_EQ(uses(), 0u);
  module_.asm_symbols[0].name = "switch";
  EXPECT_EQ(uses(), 1u);
}

TEST_F(ThinImport, ConstantsCarryTheirValues) {
  inner().calls = {};
  entry().references = {0};
  module_.summaries[0].references = {3};
  EXPECT_EQ(uses(), 0u);
  module_.summaries[0].read_only = true;
  std::vector<thin::PrivateUse> found = thin::private_uses(module_);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].by_value);
  module_.summaries[0].linkage = ir::Linkage::External;
  EXPECT_EQ(uses(), 0u);
  module_.summaries[0].constant = true;
  EXPECT_EQ(uses(), 1u);
}

TEST_F(ThinImport, EndsOnLoopsAndWildIndexes) {
  inner().calls = {3, 2, 1, 99};
  entry().references = {0, 99};
  module_.summaries.push_back({.global = 99, .calls = {1}});
  module_.summaries.push_back({.global = 1, .kind = ir::GlobalKind::Alias, .references = {1}});
  (void)thin::private_uses(module_);
}

}  // namespace
}  // namespace ldwhy
