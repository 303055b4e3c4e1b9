// The advisories compiled in: format, examples, and what the whole base must keep.
#include "advisory/embedded.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "advisory/advisory.h"
#include "advisory/catalogue.h"
#include "advisory/example.h"
#include "cause/cause.h"

namespace ldwhy {
namespace {

TEST(Embedded, EveryExampleComesOutAsItSays) {
  EXPECT_GE(embedded_advisories().size(), 35u);
  for (const EmbeddedAdvisory &page : embedded_advisories())
    for (const Problem &problem : check_advisory(page.text, std::string(page.id) + ".md"))
      ADD_FAILURE() << to_string(problem);
}

TEST(Embedded, LoadsAndIsWhole) {
  MemoryFiles none;
  Result<AdvisoryBase> base = AdvisoryBase::load("", none);
  ASSERT_TRUE(base) << to_string(base.error());
  ASSERT_EQ(base->all().size(), embedded_advisories().size());
  std::set<std::string> titles;
  for (size_t i = 0; i < base->all().size(); ++i) {
    const Advisory &advisory = base->all()[i];
    EXPECT_EQ(advisory.id, embedded_advisories()[i].id);
    EXPECT_TRUE(titles.insert(advisory.title).second) << advisory.id << ": a title twice";
    EXPECT_TRUE(advisory.body.starts_with("# ")) << advisory.id;
    for (std::string_view section :
         {"\n## What you see\n", "\n## Why\n", "\n## Who is affected\n", "\n## What to do\n"})
      EXPECT_NE(advisory.body.find(section), std::string::npos) << advisory.id << section;
    EXPECT_EQ(base->find(advisory.id), &advisory);
  }
  EXPECT_EQ(base->find("LINK-1999-0001"), nullptr);
}

TEST(Catalogue, HasEveryCauseThatCanBeFound) {
  for (const Cause *cause : causes()) EXPECT_TRUE(is_cause_id(cause->id)) << cause->id;
  EXPECT_FALSE(is_cause_id("bad-luck"));
}

TEST(Embedded, TheFoundingAdvisory) {
  MemoryFiles none;
  Result<AdvisoryBase> base = AdvisoryBase::load("", none);
  ASSERT_TRUE(base);
  const Advisory *founding = base->find("LINK-2025-0001");
  ASSERT_NE(founding, nullptr);
  EXPECT_EQ(founding->cause, "local-definition");
  std::vector<std::string> remedies;
  for (const AdvisoryRemedy &remedy : founding->remedies) {
    std::string line = remedy.id;
    for (const auto &[name, value] : remedy.arguments) line += " " + name + "=" + value;
    remedies.push_back(line);
  }
  EXPECT_EQ(remedies, (std::vector<std::string>{"upgrade-package package=wasmtime version=38.0.4",
                                                "upgrade-tool tool=rustc version=1.95.0", "set-lto value=fat",
                                                "set-lto value=off"}));
  for (std::string_view question : {"safe to switch LTO off", "Whose bug is it", "only at link time"})
    EXPECT_NE(founding->body.find(question), std::string::npos) << question;
}

// Signatures must be specific: complaints that everybody meets belong to no advisory.
TEST(Embedded, EverydayComplaintsMatchNothing) {
  MemoryFiles none;
  Result<AdvisoryBase> base = AdvisoryBase::load("", none);
  ASSERT_TRUE(base);
  for (const char *symbol : {"main", "_main", "foo", "open64", "printf", "_Z3foov", "pthread_create",
                             "std::string::append", "_objc_msgSend", "WinMain", "__imp_foo"}) {
    Complaint complaint;
    complaint.symbol = symbol;
    complaint.text = std::string("ld: undefined reference to `") + symbol + "'";
    complaint.references.push_back({"main.o", "", "main", "main.c:3", 0});
    for (const Advisory *advisory : match_signatures(*base, complaint, symbol))
      ADD_FAILURE() << symbol << " is claimed by " << advisory->id;
  }
}

TEST(Embedded, MatchingIsFast) {
  MemoryFiles none;
  Result<AdvisoryBase> base = AdvisoryBase::load("", none);
  ASSERT_TRUE(base);
  Complaint complaint;
  complaint.symbol = "_ZN4some8mangled4name17h0123456789abcdefE";
  complaint.text = "ld.lld: error: undefined symbol: some::mangled::name";
  complaint.references.push_back({"libsome-0123456789abcdef.rlib", "some.0.rcgu.o", "f", "", 0});
  size_t matched = 0;
  auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 1000; ++i) matched += match_signatures(*base, complaint, "some::mangled::name").size();
  std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(matched, 0u);
  EXPECT_LT(taken.count(),
            2.0);  // about 0.03 s when optimised; sanitizers and busy machines are slow
}

}  // namespace
}  // namespace ldwhy
