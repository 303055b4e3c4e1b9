#include "report/report.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ldwhy {
namespace {

LinkReport sample() {
  LinkReport link;
  link.status = Status::Diagnosed;
  link.directory = "/src/app";
  link.command = {"cc", "main.o", "-o", "app"};
  link.linker = "ld.bfd";
  link.linker_version = "2.40";
  link.flavor = "gnu";
  link.target = "x86_64 ELF";
  link.lto = "none";
  link.inputs = 2;
  Complaint complaint;
  complaint.symbol = "_Z4saveii";
  complaint.text = "main.o: undefined reference to `save(int, int)'";
  complaint.line = 3;
  complaint.references.push_back({"main.o", "", "main", "main.cc:7", 12});
  link.messages.push_back(complaint);
  Diagnosis diagnosis;
  diagnosis.cause = "language-linkage";
  diagnosis.certainty = Certainty::Proven;
  diagnosis.symbols = {{"_Z4saveii", "save(int, int)"}};
  diagnosis.message = 0;
  diagnosis.summary = "save.o defines it as a C function (save), and main.o asks for its C++ name";
  diagnosis.explanation = "C++ and C give the same function different names in object files.";
  diagnosis.evidence = {{"definition", "libsave.a", "save.o", "defines save", {{"symbol", "save"}}},
                        {"absence", "", "", "no other input defines it", {}}};
  Remedy works{.id = "extern-c", .title = "declare save as extern \"C\"", .cost = "none", .verified = Verified::Passed};
  works.edits.push_back({"save.h", "-int save(int, int);\n+extern \"C\" int save(int, int);\n"});
  Remedy fails{.id = "other",
               .title = "something else",
               .cost = "much",
               .verified = Verified::Failed,
               .outcome = "save(int, int) is still missing",
               .commands = {"cc main.o -lsave"}};
  diagnosis.remedies = {works, fails};
  diagnosis.next = "ldwhy cause language-linkage";
  link.diagnoses.push_back(diagnosis);
  link.alternatives.push_back({"object-missing", Certainty::Likely, "nothing defines it", "ldwhy symbol save a.o"});
  link.problems.push_back({"bad.o", "", 64, "expected a section header table"});
  return link;
}

std::string text_of(const LinkReport &link, const ReportStyle &style) {
  return find_report_format("text")->render({{link}}, style);
}

TEST(TextReport, KeepsTheTabsOfDiffsAndNothingElseThatDrivesATerminal) {
  LinkReport link = sample();
  link.diagnoses[0].remedies[0].edits = {{"Makefile", "-\tcc -o a\n+\tcc \x1b[2J-o a\t-lz\n"}};
  std::string text = text_of(link, {});
  EXPECT_NE(text.find("         -\tcc -o a\n         +\tcc \\x1b[2J-o a\t-lz\n"), std::string::npos) << text;
}

TEST(TextReport, HeadlinesNameWhatPeopleKnow) {
  LinkReport link = sample();
  link.messages[0].kind = ComplaintKind::Layout;
  link.messages[0].text = "/usr/bin/ld.bfd: error: /tmp/ccQz81Xk.o: relocation against `save(int, int)'";
  link.known_as = {{"/tmp/ccQz81Xk.o", "main.c"}};
  EXPECT_NE(text_of(link, {}).find("error[language-linkage]: main.c: relocation against `save(int, int)'\n"),
            std::string::npos);
}

TEST(TextReport, EachHeadlineIsOfItsOwnMessage) {
  LinkReport link = sample();
  Complaint library;
  library.kind = ComplaintKind::Input;
  for (const char *name : {"one", "two"}) {
    library.text = fmt::format("ld.bfd: error: cannot find -l{}", name);
    link.messages.push_back(library);
    Diagnosis &diagnosis = link.diagnoses.emplace_back();
    diagnosis.cause = "library-not-found";
    diagnosis.message = link.messages.size() - 1;
  }
  std::string text = text_of(link, {});
  EXPECT_NE(text.find("error[library-not-found]: cannot find -lone\n"), std::string::npos) << text;
  EXPECT_NE(text.find("error[library-not-found]: cannot find -ltwo\n"), std::string::npos) << text;
}

TEST(TextReport, SaysWhereALinkRanThatIsNotWhereTheReaderIs) {
  EXPECT_TRUE(text_of(sample(), {.folder = "/src"}).starts_with("ldwhy: 1 linker error in app (ld.bfd 2.40"));
  EXPECT_TRUE(text_of(sample(), {.folder = "/src/app"}).starts_with("ldwhy: 1 linker error (ld.bfd 2.40"));
}

TEST(TextReport, IsPlainWhereColourIsOff) {
  EXPECT_EQ(text_of(sample(), {}), R"(ldwhy: 1 linker error (ld.bfd 2.40, x86_64 ELF)

error[language-linkage]: undefined symbol `save(int, int)`
  save.o defines it as a C function (save), and main.o asks for its C++ name.

  proof
    libsave.a(save.o)  defines save
    elsewhere          no other input defines it

  why
    C++ and C give the same function different names in object files.

  remedies (tried by linking again in a scratch folder)
    1. [works] declare save as extern "C"
       cost: none
         -int save(int, int);
         +extern "C" int save(int, int);
    2. [fails] something else
       save(int, int) is still missing
       cost: much
         cc main.o -lsave

  next: ldwhy cause language-linkage

  less likely, but possible
    object-missing: nothing defines it
    to decide: ldwhy symbol save a.o

  could not be read
    bad.o: offset 0x40: expected a section header table

)");
}

TEST(TextReport, ColourChangesNoLetter) {
  std::string plain = text_of(sample(), {}), painted = text_of(sample(), {.color = true});
  std::string stripped;
  for (size_t i = 0; i < painted.size(); ++i) {
    if (painted[i] == '\x1b') i = painted.find('m', i);
    else stripped += painted[i];
  }
  EXPECT_NE(painted, plain);
  EXPECT_EQ(stripped, plain);
}

TEST(TextReport, WrapsProseButNeverCommandsOrDiffs) {
  LinkReport link = sample();
  std::string command = "cc " + std::string(200, 'x');
  link.diagnoses[0].remedies[1].commands = {command};
  link.diagnoses[0].explanation = "words ";
  for (int i = 0; i < 40; ++i) link.diagnoses[0].explanation += "more words ";
  std::string text = text_of(link, {.width = 60});
  EXPECT_NE(text.find("         " + command + "\n"), std::string::npos);
  size_t start = text.find("  why\n") + 6;
  for (size_t at = start; text[at] == ' ';) {
    size_t end = text.find('\n', at);
    EXPECT_LE(end - at, 60u);
    at = end + 1;
  }
}

TEST(TextReport, CutsCommandsOfHundredsOfInputs) {
  LinkReport link = sample();
  std::string command = "ld.lld main.o";
  for (int i = 0; i < 300; ++i) command += " lib/part" + std::to_string(i) + ".a";
  command += " -o app libadded.so";
  link.diagnoses[0].remedies[1].commands = {command};
  std::string text = text_of(link, {.width = 80});
  EXPECT_EQ(text.find(command), std::string::npos);
  EXPECT_NE(text.find("ld.lld main.o lib/part0.a "), std::string::npos);
  EXPECT_NE(text.find(" words (-v shows all) … "), std::string::npos);
  EXPECT_NE(text.find(" lib/part299.a -o app libadded.so\n"), std::string::npos);
  EXPECT_NE(text_of(link, {.width = 80, .verbose = true}).find(command), std::string::npos);
}

TEST(TextReport, ShowsThreeNamesAndCountsTheRest) {
  LinkReport link = sample();
  link.diagnoses[0].symbols = {{"a", "a"}, {"b", "b"}, {"c", "c"}, {"d", "d"}, {"e", "e"}};
  EXPECT_NE(text_of(link, {}).find("undefined symbols `a`, `b`, `c` and 2 more"), std::string::npos);
}

TEST(TextReport, NamesCannotDriveTheTerminal) {
  LinkReport link = sample();
  link.diagnoses[0].symbols[0].demangled = "evil\x1b[2Jname";
  EXPECT_EQ(text_of(link, {}).find('\x1b'), std::string::npos);
}

TEST(TextReport, SaysSoWhereNothingFits) {
  LinkReport link = sample();
  link.status = Status::Unexplained;
  link.diagnoses.clear();
  link.alternatives.clear();
  link.problems.clear();
  link.looked_at = {"2 inputs with 2 objects and 9 symbols on the link line"};
  EXPECT_EQ(text_of(link, {}), R"(ldwhy: 1 linker error (ld.bfd 2.40, x86_64 ELF)

unexplained: no cause that ldwhy knows fits this failure
    main.o: undefined reference to `save(int, int)'

  what was looked at
    2 inputs with 2 objects and 9 symbols on the link line

)");
}

TEST(JsonReport, HasEveryFieldOfTheContract) {
  nlohmann::json document = nlohmann::json::parse(find_report_format("json")->render({{sample(), sample()}}, {}));
  EXPECT_EQ(document["schema"], "ldwhy.report/1");
  EXPECT_EQ(document["status"], "diagnosed");
  for (const char *key : {"directory", "command", "linker", "linker_version", "flavor", "target", "lto", "inputs"})
    EXPECT_TRUE(document["link"].contains(key)) << key;
  const nlohmann::json &message = document["messages"][0];
  EXPECT_EQ(message["kind"], "undefined-symbol");
  EXPECT_EQ(message["line"], 3);
  EXPECT_EQ(message["references"][0]["offset"], 12);
  EXPECT_FALSE(message.contains("predicted"));
  const nlohmann::json &diagnosis = document["diagnoses"][0];
  EXPECT_EQ(diagnosis["certainty"], "proven");
  EXPECT_EQ(diagnosis["symbols"][0]["demangled"], "save(int, int)");
  EXPECT_EQ(diagnosis["evidence"][0]["detail"]["symbol"], "save");
  EXPECT_EQ(diagnosis["remedies"][0]["verified"], "passed");
  EXPECT_EQ(diagnosis["remedies"][1]["commands"][0], "cc main.o -lsave");
  EXPECT_EQ(document["alternatives"][0]["cause"], "object-missing");
  EXPECT_EQ(document["other_links"].size(), 1u);
}

TEST(JsonReport, ReplacesBytesThatAreNotUtf8) {
  LinkReport link = sample();
  link.diagnoses[0].symbols[0].name = "a\xff\xfe";
  EXPECT_NO_THROW(nlohmann::json::parse(find_report_format("json")->render({{link}}, {})));
}

TEST(ReportFormats, HaveUniqueIds) {
  for (const ReportFormat *format : report_formats()) EXPECT_EQ(find_report_format(format->id), format);
}

}  // namespace
}  // namespace ldwhy
