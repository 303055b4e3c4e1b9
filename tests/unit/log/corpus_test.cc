// The public corpus of real failures: $LDWHY_CORPUS, or ../../shared/corpus beside the source
// tree. Every case's log must be read, and the symbols that its log shows must be among the
// complaints.
#include <cctype>
#include <filesystem>

#include "logs.h"

namespace ldwhy::testing {
namespace {

namespace fs = std::filesystem;

fs::path corpus_folder() {
  if (const char *given = std::getenv("LDWHY_CORPUS")) return given;
  for (fs::path up : {"../shared/corpus", "../../shared/corpus"}) {
    if (fs::is_directory(up)) return up;
  }
  return {};
}

std::string contents(const fs::path &path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The strings of `symbols = [ … ]`; TOML's escapes are not used there but for \" and \\.
std::vector<std::string> toml_symbols(const std::string &text) {
  std::vector<std::string> symbols;
  size_t at = text.find("\nsymbols = [");
  if (at == std::string::npos) return symbols;
  for (size_t i = at + 12; i < text.size() && text[i] != ']'; ++i) {
    if (text[i] != '"') continue;
    std::string symbol;
    for (++i; i < text.size() && text[i] != '"'; ++i) {
      if (text[i] == '\\') ++i;
      symbol += text[i];
    }
    symbols.push_back(symbol);
  }
  return symbols;
}

TEST(Corpus, EveryCaseIsRead) {
  fs::path folder = corpus_folder();
  if (folder.empty()) GTEST_SKIP() << "no corpus";
  size_t cases = 0;
  for (const fs::directory_entry &entry : fs::directory_iterator(folder)) {
    if (!entry.is_directory()) continue;
    SCOPED_TRACE(entry.path().filename().string());
    ++cases;
    std::string text = contents(entry.path() / "log.txt");
    ReadLog log = read_log(text);
    expect_lines_add_up(log, text);
    // Offering every line to every dialect finds nothing more.
    LogReader every(LogReader::Offer::EveryLine);
    every.feed(text);
    ReadLog unfiltered = every.finish();
    EXPECT_EQ(unfiltered.understood, log.understood);
    EXPECT_EQ(unfiltered.not_understood, log.not_understood);
    EXPECT_EQ(told(unfiltered), told(log));
    bool complains = false;
    for (const LoggedLink &link : log.links) {
      for (const Complaint &complaint : link.complaints) {
        complains = true;
        EXPECT_NE(complaint.code, "other-error") << complaint.text;
        EXPECT_GT(complaint.line, 0u);
        EXPECT_GE(complaint.line_end, complaint.line);
      }
    }
    EXPECT_TRUE(complains);
    for (const std::string &symbol : toml_symbols(contents(entry.path() / "case.toml"))) {
      if (text.find(symbol) == std::string::npos) continue;
      bool found = false;
      for (const LoggedLink &link : log.links) {
        for (const Complaint &complaint : link.complaints) {
          // Versions and Rust's hashes follow the name.
          bool continues =
              complaint.symbol.starts_with(symbol) &&
              (complaint.symbol.size() == symbol.size() || complaint.symbol.compare(symbol.size(), 3, "::h") == 0 ||
               complaint.symbol[symbol.size()] == '@');
          found = found || continues;
        }
      }
      EXPECT_TRUE(found) << symbol;
    }
  }
  EXPECT_GT(cases, 0u);
}

}  // namespace
}  // namespace ldwhy::testing
