// What an alarm says, and what real linkers do with the same files. tests/check_objects_test.py has
// the larger matrix.
#include "check/hazards.h"

#include <gtest/gtest.h>

#include <set>

#include "real_objects.h"

namespace ldwhy {
namespace {

class Hazards : public ::testing::Test {
 protected:
  ObjectsResult check(std::vector<std::string> names) {
    request_.paths.clear();
    for (const std::string &name : names) request_.paths.push_back(shop_.path(name));
    request_.shown_root = shop_.path("");
    request_.shown_root.pop_back();
    return check_objects(request_, DiskFiles());
  }
  // "affected local-definition", one each.
  std::vector<std::string> said(const ObjectsResult &result) {
    std::vector<std::string> all;
    for (const Finding &finding : result.findings)
      all.push_back(std::string(affected_name(finding.state)) + " " + finding.cause);
    return all;
  }
  void fiber(const std::string &name, const std::string &flags) {
    shop_.write("fiber.c",
                "__asm__(\".text\\n_fiber_switch:\\n ret\\n\");\n"
                "void fiber_switch(void *top) __attribute__((visibility(\"hidden\")));\n"
                "void resume(void *p) { fiber_switch(p); }\n");
    shop_.run("clang-22 -O2 -c fiber.c -o " + name + " " + flags);
  }
  testing::Workshop shop_;
  ObjectsRequest request_;
};

using Said = std::vector<std::string>;

TEST(HazardTable, NamesEachOnce) {
  std::set<std::string> titles;
  for (const Hazard *hazard : hazards()) {
    EXPECT_NE(std::string(hazard->cause), "");
    EXPECT_TRUE(titles.insert(hazard->title).second);
  }
}

TEST_F(Hazards, PrivateAssemblyIsToldInTheBuildsOwnNames) {
  fiber("fiber.o", "--target=arm64-apple-macos11 -flto=thin");
  shop_.write("main.c", "void resume(void *); int main(void) { resume(0); return 0; }\n");
  shop_.run("clang-22 -O2 --target=arm64-apple-macos11 -flto=thin -c main.c");
  ObjectsResult result = check({"fiber.o", "main.o"});
  ASSERT_EQ(said(result), Said{"affected local-definition"});
  const Finding &finding = result.findings[0];
  EXPECT_EQ(finding.title,
            "_fiber_switch is private to the assembly in fiber.o, and ThinLTO may copy resume, which needs it, into "
            "other modules");
  EXPECT_EQ(finding.place.file, "fiber.o");
  EXPECT_EQ(finding.target, "arm64-apple-macosx11.0.0");
  std::vector<std::string> texts;
  for (const Evidence &evidence : finding.evidence) texts.push_back(evidence.file + ": " + evidence.text);
  EXPECT_EQ(
      texts,
      (Said{"fiber.o: module assembly defines _fiber_switch without .globl (line 2 of the assembly)",
            "fiber.o: resume may be copied: notEligibleToImport: 0, 2 instructions",
            "fiber.o: resume refers to _fiber_switch", "main.o: main calls resume",
            "fiber.o: arm64-apple-macosx11.0.0: object files prefix names with '_', which hides _fiber_switch from "
            "LLVM's own check",
            "fiber.o: links without LTO and with full LTO; fails once ThinLTO copies resume into another module"}));
  std::vector<std::string> remedies;
  for (const Remedy &remedy : finding.remedies) {
    remedies.push_back(remedy.id);
    EXPECT_EQ(remedy.verified, Verified::NotTried);
    EXPECT_NE(remedy.cost, "");
  }
  EXPECT_EQ(remedies, (Said{"make-global", "noinline-caller", "file-without-lto", "full-lto", "no-lto"}));
}

TEST_F(Hazards, WhatIfDecides) {
  fiber("fiber.o", "--target=arm64-apple-macos11 -flto=thin");
  for (const auto &[lto, state] : {std::pair("thin", "affected"), {"full", "not-affected"}, {"none", "not-affected"}}) {
    request_.lto = lto;
    EXPECT_EQ(said(check({"fiber.o"})), Said{std::string(state) + " local-definition"}) << lto;
  }
  fiber("fiber.o", "--target=i686-windows-gnu -flto=thin");
  for (const auto &[lto, state] : {std::pair("thin", "affected"), {"full", "affected"}, {"none", "not-affected"}}) {
    request_.lto = lto;
    EXPECT_EQ(said(check({"fiber.o"})), Said{std::string(state) + " local-definition"}) << lto;
  }
}

TEST_F(Hazards, AGlobalDefinitionElsewhereHelps) {
  fiber("fiber.o", "--target=arm64-apple-macos11 -flto=thin");
  shop_.write("other.s", ".globl _fiber_switch\n_fiber_switch: ret\n");
  shop_.run("clang-22 --target=arm64-apple-macos11 -c other.s");
  EXPECT_EQ(said(check({"fiber.o", "other.o"})), Said{});
}

TEST_F(Hazards, ALooseObjectThatNobodyCallsIsNoAlarm) {
  shop_.run("mkdir out");
  fiber("out/fiber.o", "--target=arm64-apple-macos11 -flto=thin");
  shop_.write("main.c", "int main(void) { return 0; }\n");
  shop_.run("clang-22 -O2 --target=arm64-apple-macos11 -flto=thin -c main.c -o out/main.o");
  EXPECT_EQ(said(check({"out"})), Said{"unknown local-definition"});
  EXPECT_EQ(said(check({"out/fiber.o"})), Said{"affected local-definition"});
}

TEST_F(Hazards, EmbeddedBitcodeWithoutSummaryIsNotCertain) {
  fiber("fiber.o", "--target=x86_64-apple-macos11 -fembed-bitcode");
  EXPECT_EQ(said(check({"fiber.o"})), Said{"unknown local-definition"});
  fiber("fiber.o", "--target=x86_64-linux-gnu -fembed-bitcode");
  EXPECT_EQ(said(check({"fiber.o"})), Said{});
}

TEST_F(Hazards, BitcodeNewerThanTheLinker) {
  shop_.write("main.c", "int main(void) { return 0; }\n");
  shop_.run("clang-22 -flto -O2 -c main.c -o new.o; clang-14 -flto -O2 -c main.c -o old.o");
  request_.reader_llvm = "14.0.6";
  EXPECT_NE(shop_.output("ld.lld-14 -e main new.o -o app 2>&1; echo $?").find("1"), std::string::npos);
  EXPECT_EQ(said(check({"new.o", "old.o"})), Said{"affected lto-unreadable"});
  EXPECT_EQ(check({"new.o"}).findings[0].title,
            "new.o holds bitcode of LLVM 22, which a linker with LLVM 14.0.6 cannot read");
  EXPECT_EQ(said(check({"old.o"})), Said{});
  request_.reader_llvm = "22.1.8";
  shop_.run("ld.lld-22 -e main old.o -o app");
  EXPECT_EQ(said(check({"new.o", "old.o"})), Said{});
  request_.reader_llvm = "";
  EXPECT_EQ(said(check({"new.o", "old.o"})), Said{"unknown lto-unreadable"});
}

TEST_F(Hazards, SlimGccObjectsForLld) {
  shop_.write("part.c", "int part(void) { return 0; }\n");
  shop_.write("main.c", "int part(void); int main(void) { return part(); }\n");
  shop_.run("gcc -O2 -flto -c part.c && gcc -O2 -c main.c");
  EXPECT_NE(shop_.output("ld.lld-22 -e main main.o part.o -o app 2>&1").find("undefined symbol: part"),
            std::string::npos);
  request_.linker = "ld.lld";
  EXPECT_EQ(said(check({"part.o", "main.o"})), Said{"affected lto-unreadable"});
  request_.linker = "mold";
  EXPECT_EQ(said(check({"part.o", "main.o"})), Said{});
  request_.linker = "";
  EXPECT_EQ(said(check({"part.o", "main.o"})), Said{"unknown lto-unreadable"});
  shop_.run("gcc -O2 -flto -ffat-lto-objects -c part.c && ld.lld-22 -e main main.o part.o -o app");
  EXPECT_EQ(said(check({"part.o", "main.o"})), Said{});
}

TEST_F(Hazards, GivenFilesForTwoTargets) {
  shop_.write("a.c", "int a;\n");
  shop_.run(
      "clang-22 --target=arm64-apple-macos11 -c a.c -o a.o; clang-22 --target=arm64-apple-ios14-simulator -c a.c -o "
      "b.o;"
      "clang-22 --target=arm64-apple-macos13 -c a.c -o c.o");
  EXPECT_EQ(said(check({"a.o", "b.o"})), Said{"affected wrong-target"});
  EXPECT_EQ(said(check({"a.o", "c.o"})), Said{});
  request_.target = "aarch64-apple-ios-sim";
  EXPECT_EQ(said(check({"b.o"})), Said{});
  ObjectsResult result = check({"a.o", "b.o"});
  ASSERT_EQ(said(result), Said{"affected wrong-target"});
  EXPECT_EQ(result.findings[0].evidence[0].text, "built for arm64 macOS 11.0.0: platform macOS, not iOS simulator");
}

TEST_F(Hazards, WhatIsDifferentOnPurposeIsLeftAlone) {
  shop_.write("a.c", "int a;\n");
  shop_.run(
      "for i in 1 2 3 4 5 6; do clang-22 --target=x86_64-linux-gnu -c a.c -o a$i.o; done;"
      "clang-22 --target=i386-linux-gnu -c a.c -o a-i386.o; clang-22 --target=i386-linux-gnu -c a.c -o boot32.o;"
      "clang-22 --target=i386-linux-gnu -c a.c -o vdso-32.o; clang-22 --target=bpf -c a.c -o probe.o");
  ObjectsResult result = check({"."});
  ASSERT_EQ(said(result), Said{"affected wrong-target"});
  EXPECT_EQ(result.findings[0].evidence.size(), 1u);
  EXPECT_EQ(result.findings[0].evidence[0].file, "./boot32.o");
}

TEST_F(Hazards, DamagedFilesAreTold) {
  shop_.write("a.c", "int a;\n");
  shop_.run("gcc -c a.c -o whole.o && head -c 100 whole.o > cut.o && : > empty.o && echo words > words.lib");
  ObjectsResult result = check({"."});
  EXPECT_EQ(result.objects, 1u);
  std::set<std::string> files;
  for (const ProjectProblem &problem : result.problems) files.insert(problem.place.file);
  EXPECT_EQ(files, (std::set<std::string>{"./cut.o", "./empty.o"}));
}

TEST_F(Hazards, SurvivesDamage) {
  fiber("fiber.o", "--target=arm64-apple-macos11 -flto=thin");
  std::string whole = shop_.read("fiber.o");
  uint32_t random = 12345;
  auto next = [&] { return random = random * 1664525 + 1013904223; };
  for (int round = 0; round < 400; ++round) {
    std::string damaged = whole;
    for (int i = 0; i < 4; ++i) damaged[next() % damaged.size()] = static_cast<char>(next() >> 16);
    if (round % 4 == 0) damaged.resize(next() % damaged.size());
    MemoryFiles files;
    files.add("/x.o", damaged);
    ObjectsRequest request;
    request.paths = {"/x.o"};
    (void)check_objects(request, files);
  }
}

}  // namespace
}  // namespace ldwhy
