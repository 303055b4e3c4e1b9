// What the assembler says inside an LTO link: LLD's own, and GNU as, which GCC's LTO runs.
#include "logs.h"

namespace ldwhy::testing {
namespace {

class AssemblerInLto : public ::testing::Test {
 protected:
  void SetUp() override {
    shop_.write("one.c",
                "__asm__(\".text\\nstub: .quad 0\");\nvoid stub(void), *volatile p;\nvoid one(void) { p = stub; }\n");
    shop_.write("two.c",
                "__asm__(\".text\\nstub: .quad 0\");\nvoid stub(void), one(void);\nint main(void) { one(); return stub "
                "== 0; }\n");
  }
  Workshop shop_;
};

TEST_F(AssemblerInLto, Lld) {
  for (const char *release : {"14", "22"}) {
    SCOPED_TRACE(release);
    shop_.run(std::string("clang-") + release + " -O2 -flto -c one.c two.c");
    OneLink read(shop_.output(std::string("ld.lld-") + release + " one.o two.o -e main -o out 2>&1"), false);
    const Complaint &twice = read.complaint("asm-redefined", "stub");
    EXPECT_EQ(twice.kind, ComplaintKind::DuplicateSymbol);
    EXPECT_EQ(twice.severity, Severity::Error);
    EXPECT_EQ(read.link.linker, Linker::Lld);
  }
}

TEST_F(AssemblerInLto, Gcc) {
  shop_.run("gcc -O2 -flto -c one.c two.c");
  OneLink read(shop_.output("LC_ALL=C gcc -O2 -flto one.o two.o -o out 2>&1"), false);
  const Complaint &twice = read.complaint("asm-redefined", "stub");
  EXPECT_EQ(twice.kind, ComplaintKind::DuplicateSymbol);
  EXPECT_TRUE(read.link.failed);
}

}  // namespace
}  // namespace ldwhy::testing
