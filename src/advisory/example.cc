#include "advisory/example.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "advisory/advisory.h"
#include "advisory/head.h"
#include "log/log.h"
#include "name/name.h"

namespace ldwhy {
namespace {

Format format_of(Flavor flavor) {
  if (flavor == Flavor::Darwin) return Format::MachO;
  if (flavor == Flavor::Coff) return Format::Coff;
  return flavor == Flavor::Wasm ? Format::Wasm : Format::Elf;
}

class ExampleChecker {
 public:
  ExampleChecker(const Advisory &advisory, std::string_view head, const std::string &file)
      : advisory_(advisory), file_(file), head_(head, file) {}

  std::vector<Problem> check() {
    const TomlNode &table = *head_.root();  // it has been parsed before
    std::vector<const TomlNode *> examples = head_.tables(table, "example");
    for (const TomlNode *example : examples) check_build(*example);
    for (const TomlNode *words : head_.tables(table, "words")) check_words(*words);
    bool judged = !advisory_.packages.empty() || advisory_.when;
    if (judged && (struck_ == 0 || spared_ == 0))
      fail(1, "at least one [[example]] must be affected (or unknown) and one not-affected");
    if (!judged && !examples.empty()) fail(1, "an [[example]] needs [[package]] or 'when'");
    if (!advisory_.signatures.empty() && (claimed_ == 0 || passed_ == 0))
      fail(1, "at least one [[words]] must match and one must not");
    if (!judged && advisory_.signatures.empty()) fail(1, "nothing can ever lead to this advisory");
    if (head_.problem()) problems_.push_back(*head_.problem());
    return std::move(problems_);
  }

 private:
  void fail(uint32_t line, const std::string &text) {
    problems_.push_back({file_, "", std::nullopt, fmt::format("line {}: {}", line, text)});
  }

  std::map<std::string, std::string> pairs(const TomlNode &example, std::string_view key) {
    std::map<std::string, std::string> all;
    if (const TomlNode *table = head_.table(example, key))
      for (const TomlNode &node : *table) all[std::string(node.key)] = head_.text(*table, node.key, true);
    return all;
  }

  PackageGraph packages(const TomlNode &example) {
    PackageGraph graph;
    const TomlNode *features = head_.table(example, "features");
    for (const std::string &words : head_.texts(example, "packages")) {
      Package &package = graph.packages.emplace_back();
      size_t blank = words.find(' ');
      package.name = words.substr(0, blank);
      if (blank != words.npos) package.version = words.substr(blank + 1);
      package.ecosystem = "crates";
      for (const AdvisoryPackage &wanted : advisory_.packages)
        if (wanted.name == package.name) package.ecosystem = wanted.ecosystem;
      if (!features || !features->find(package.name)) continue;
      package.features_known = true;
      package.features = head_.texts(*features, package.name);
    }
    std::ranges::sort(graph.packages, {}, [](const Package &package) {
      return std::tie(package.ecosystem, package.name, package.version);
    });
    return graph;
  }

  void check_build(const TomlNode &example) {
    head_.only(example,
               {"note", "expect", "packages", "features", "system", "target", "host", "profile", "settings", "tools"});
    std::string expected = head_.text(example, "expect", true);
    PackageGraph graph = packages(example);
    Build build;
    build.system = head_.text(example, "system", false);
    if (build.system.empty()) build.system = "cargo";
    build.target = head_.text(example, "target", false);
    build.host = head_.text(example, "host", false);
    build.profile = head_.text(example, "profile", false);
    for (const auto &[name, value] : pairs(example, "settings"))
      build.settings.push_back({name, "", "", "", {value, {}, "", ""}, {}});
    for (const auto &[name, value] : pairs(example, "tools")) build.versions[name] = {value, {}};
    Affected state = Affected::NotAffected;
    for (const Judged &judged : judge(advisory_, build, graph)) {
      if (judged.state == Affected::Affected) state = judged.state;
      if (judged.state == Affected::Unknown && state == Affected::NotAffected) state = judged.state;
    }
    (state == Affected::NotAffected ? spared_ : struck_) += 1;
    if (affected_name(state) != expected)
      fail(HeadReader::line_of(example), fmt::format("the example is {}, not {}", affected_name(state), expected));
  }

  void check_words(const TomlNode &words) {
    head_.only(words, {"note", "log", "match"});
    std::string log = head_.text(words, "log", true);
    bool expected = head_.truth(words, "match").value_or(false);
    bool matched = false;
    size_t complaints = 0;
    for (const LoggedLink &link : read_log(log).links)
      for (const Complaint &complaint : link.complaints) {
        ++complaints;
        std::string readable = demangle(complaint.symbol, format_of(link.flavor));
        matched |= has_signature(advisory_, complaint, readable);
      }
    (matched ? claimed_ : passed_) += 1;
    if (complaints == 0) fail(HeadReader::line_of(words), "these words are no linker's complaint");
    else if (matched != expected)
      fail(HeadReader::line_of(words), matched ? "these words match" : "these words do not match");
  }

  const Advisory &advisory_;
  std::string file_;
  HeadReader head_;
  std::vector<Problem> problems_;
  int struck_ = 0, spared_ = 0, claimed_ = 0, passed_ = 0;
};

}  // namespace

std::vector<Problem> check_advisory(std::string_view text, const std::string &file) {
  Result<Advisory> advisory = parse_advisory(text, file);
  if (!advisory) return {std::move(advisory.error())};
  return ExampleChecker(*advisory, split_advisory(text, file)->head, file).check();
}

}  // namespace ldwhy
