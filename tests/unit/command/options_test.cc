// The option tables against the linkers' own --help: whatever a linker lists must be known,
// with the right appetite for the next word.
#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

#include "command/command.h"
#include "command/gnu_options.h"
#include "command/ld64_options.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

// One option as --help prints it.
struct Listed {
  std::string dashes, name;
  std::string rest;  // "=<value>", " FILE", ""
};

std::vector<Listed> listed_options(const std::string &help) {
  std::vector<Listed> result;
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    size_t indent = line.find_first_not_of(' ');
    if (indent == std::string::npos || indent == 0 || indent > 6 || line[indent] != '-') continue;
    std::string head = line.substr(indent);
    size_t gap = head.find("  ");
    if (gap != std::string::npos) head.resize(gap);
    std::regex option(R"((--?)([A-Za-z()][A-Za-z0-9_+()-]*)([^,]*))");
    for (std::sregex_iterator at(head.begin(), head.end(), option), end; at != end; ++at) {
      bool start = at->position() == 0 || head[static_cast<size_t>(at->position()) - 1] == ' ';
      if (start) result.push_back({(*at)[1], (*at)[2], (*at)[3]});
    }
    // "--[no-]leading-underscore" names two.
    std::smatch both;
    if (std::regex_search(head, both, std::regex(R"(--\[([a-z-]+)\]([a-z-]+))"))) {
      result.push_back({"--", both[2], ""});
      result.push_back({"--", both[1].str() + both[2].str(), ""});
    }
  }
  return result;
}

struct GnuLinker {
  const char *program;
  Linker kind;
  size_t at_least;  // options listed, so that a test of nothing fails
};
class GnuHelp : public ::testing::TestWithParam<GnuLinker> {};

TEST_P(GnuHelp, EveryListedOptionIsKnown) {
  const GnuLinker &linker = GetParam();
  testing::Workshop shop;
  std::vector<Listed> options = listed_options(shop.output(std::string(linker.program) + " --help 2>&1"));
  EXPECT_GT(options.size(), linker.at_least);
  for (const Listed &listed : options) {
    // "--lto-O<opt-level>"
    std::string name = listed.name + (listed.rest.starts_with("<") ? "2" : "");
    std::optional<GnuOption> option =
        listed.name.size() == 1 ? find_gnu_letter(listed.name[0], linker.kind) : find_gnu_option(name, linker.kind);
    ASSERT_TRUE(option) << linker.program << " " << listed.dashes << listed.name;
    EXPECT_TRUE(option->accepted) << linker.program << " " << listed.dashes << listed.name;
  }
}

// The linker complains of /nonexistent/V only where the option left it as an input.
TEST_P(GnuHelp, FormsAreWhatTheLinkerDoes) {
  const GnuLinker &linker = GetParam();
  testing::Workshop shop;
  size_t compared = 0;
  for (const char *name : {"defsym",
                           "soname",
                           "rpath",
                           "gc-sections",
                           "whole-archive",
                           "build-id",
                           "hash-style",
                           "version-script",
                           "eh-frame-hdr",
                           "as-needed",
                           "wrap",
                           "undefined",
                           "unresolved-symbols",
                           "export-dynamic-symbol",
                           "no-undefined",
                           "plugin-opt",
                           "Map",
                           "section-start",
                           "Ttext",
                           "exclude-libs",
                           "sort-section",
                           "dependency-file",
                           "error-handling-script",
                           "emit-relocs",
                           "trace-symbol",
                           "sysroot",
                           "no-dynamic-linker",
                           "dynamic-linker",
                           "image-base",
                           "default-script",
                           "package-metadata",
                           "compress-debug-sections",
                           "init",
                           "fini",
                           "auxiliary",
                           "warn-common",
                           "print-gc-sections"}) {
    std::optional<GnuOption> option = find_gnu_option(name, linker.kind);
    if (!option || !option->accepted) continue;
    std::string said =
        shop.output(std::string(linker.program) + " -m elf_x86_64 --" + name + " /nonexistent/V /nonexistent/P 2>&1");
    if (said.find("nrecognized option") != said.npos || said.find("unknown arg") != said.npos) continue;
    bool input =
        said.find("cannot open /nonexistent/V") != said.npos || said.find("cannot find /nonexistent/V") != said.npos;
    // Else it stopped at the value, before any input; mold stops at the first that is not there.
    bool went_on = said.find("/nonexistent/P") != said.npos;
    if (!went_on && !(input && linker.kind == Linker::Mold)) continue;
    EXPECT_EQ(option->form == GnuOption::Form::Value, !input) << name << "\n" << said;
    ++compared;
  }
  EXPECT_GT(compared, 15u);
}

INSTANTIATE_TEST_SUITE_P(
    Linkers, GnuHelp,
    ::testing::Values(GnuLinker{"ld.bfd", Linker::Bfd, 250}, GnuLinker{"ld.gold", Linker::Gold, 250},
                      GnuLinker{"mold", Linker::Mold, 120}, GnuLinker{"ld.lld-14", Linker::Lld, 200},
                      GnuLinker{"ld.lld-19", Linker::Lld, 220}, GnuLinker{"ld.lld-22", Linker::Lld, 230}),
    [](const ::testing::TestParamInfo<GnuLinker> &info) {
      std::string name = info.param.program;
      std::replace_if(name.begin(), name.end(), [](char c) { return c == '.' || c == '-'; }, '_');
      return name;
    });

class Ld64Help : public ::testing::TestWithParam<const char *> {};

TEST_P(Ld64Help, EveryListedOptionIsKnown) {
  testing::Workshop shop;
  std::vector<Listed> options = listed_options(shop.output(std::string(GetParam()) + " --help-hidden 2>&1"));
  EXPECT_GT(options.size(), 180u);
  for (const Listed &listed : options) {
    std::string word = listed.dashes + listed.name;
    // "-l<name>"; LLD 14 lists two flags so by mistake.
    bool joined = listed.rest.starts_with("<") && !word.ends_with("warn-dylib-install-name");
    if (joined) word += "1";
    std::optional<Ld64Option> option = find_ld64_option(word);
    ASSERT_TRUE(option) << word;
    // "-alias <a> <b>" takes two words; "--icf=[none,…]" none.
    size_t words = 0;
    std::smatch arguments;
    if (std::regex_search(listed.rest, arguments, std::regex(R"(^( <[^>]*>)+)")))
      words = static_cast<size_t>(std::count(arguments[0].first, arguments[0].second, '<'));
    // LLD lists these as ignored flags; ld64 takes a word after them.
    const std::set<std::string> as_ld64{"-bitcode_process_mode",
                                        "-force_symbols_weak_list",
                                        "-force_symbols_not_weak_list",
                                        "-add_linker_option",
                                        "-executable_path",
                                        "-force_symbol_weak",
                                        "-force_symbol_not_weak",
                                        "-force_symbols_coalesce_list",
                                        "-kext_objects_dir",
                                        "-snapshot_dir",
                                        "-source_version"};
    if (as_ld64.contains(word) || word == "-dyld_env" || word == "-dylib_file") words = 1;
    EXPECT_EQ(static_cast<size_t>(option->arguments), words) << word << listed.rest;
  }
}

INSTANTIATE_TEST_SUITE_P(Linkers, Ld64Help, ::testing::Values("ld64.lld-14", "ld64.lld-19", "ld64.lld-22"));

TEST(GnuOptions, BelongToTheirLinkers) {
  EXPECT_FALSE(find_gnu_option("icf", Linker::Bfd)->accepted);
  EXPECT_TRUE(find_gnu_option("icf", Linker::Lld)->accepted);
  EXPECT_FALSE(find_gnu_option("no-such-option", Linker::Unknown));
  // The same name with another appetite.
  EXPECT_EQ(find_gnu_option("threads", Linker::Gold)->form, GnuOption::Form::Flag);
  EXPECT_EQ(find_gnu_option("threads", Linker::Lld)->form, GnuOption::Form::Value);
  EXPECT_EQ(find_gnu_option("threads", Linker::Mold)->form, GnuOption::Form::Optional);
}

}  // namespace
}  // namespace ldwhy
