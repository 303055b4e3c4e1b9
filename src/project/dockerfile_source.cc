// Docker's documentation, "Dockerfile reference": FROM, ARG, ENV, WORKDIR, RUN (both forms,
// here-documents), line continuation and the escape directive.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/words.h"
#include "project/build_words.h"
#include "project/project.h"
#include "project/runner.h"
#include "project/shell_words.h"
#include "project/site_builder.h"

namespace ldwhy {
namespace {

constexpr size_t most_bytes = 1 << 20;
constexpr size_t most_stages = 100;

struct Instruction {
  std::string name;  // lower case
  std::string text;  // continuation lines with their line ends, for RUN
  uint32_t line = 0;
};

std::string_view trim(std::string_view text) {
  size_t start = text.find_first_not_of(" \t\r");
  if (start == text.npos) return "";
  return text.substr(start, text.find_last_not_of(" \t\r") - start + 1);
}

class Instructions {
 public:
  explicit Instructions(std::string_view text) : text_(text) {
    for (std::string_view rest = text; rest.starts_with('#');) {
      std::string_view line = rest.substr(0, rest.find('\n'));
      std::string_view directive = trim(line.substr(1));
      if (directive.starts_with("escape") && directive.ends_with('`')) escape_ = '`';
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
  }

  std::vector<Instruction> read() {
    std::vector<Instruction> all;
    while (!text_.empty()) {
      std::string_view line = next_line();
      if (trim(line).empty() || trim(line).starts_with('#')) continue;
      Instruction instruction;
      instruction.line = number_;
      std::string_view first = trim(line);
      size_t blank = std::min(first.find_first_of(" \t"), first.size());
      instruction.name = lower_case(first.substr(0, blank));
      std::string_view part = trim(first.substr(blank));
      for (;;) {
        bool more = part.ends_with(escape_);
        if (more) part.remove_suffix(1);
        instruction.text += part;
        if (!more || text_.empty()) break;
        do {
          instruction.text += more ? "\\\n" : "\n";
          part = next_line();
          // Comment lines inside an instruction are dropped, and so are blank ones.
        } while ((trim(part).starts_with('#') || trim(part).empty()) && !text_.empty());
        while (part.ends_with('\r') || part.ends_with(' ')) part.remove_suffix(1);
      }
      read_documents(instruction);
      all.push_back(std::move(instruction));
    }
    return all;
  }

 private:
  std::string_view next_line() {
    size_t end = text_.find('\n');
    std::string_view line = text_.substr(0, end);
    text_.remove_prefix(end == text_.npos ? text_.size() : end + 1);
    ++number_;
    return line;
  }

  // RUN <<EOF: the script is the document.
  void read_documents(Instruction &instruction) {
    size_t at = instruction.text.find("<<");
    if (instruction.name != "run" || at == std::string::npos) return;
    std::string delimiter = instruction.text.substr(at + 2);
    delimiter = delimiter.substr(delimiter.starts_with('-') ? 1 : 0);
    delimiter = delimiter.substr(0, delimiter.find_first_of(" \t\n"));
    std::erase_if(delimiter, [](char c) { return c == '"' || c == '\''; });
    if (delimiter.empty() || delimiter[0] < 'A') return;
    bool alone = trim(instruction.text.substr(0, at)).empty();
    if (alone) instruction.text.clear();
    instruction.text += '\n';
    while (!text_.empty()) {
      std::string_view line = next_line();
      if (alone && trim(line) == delimiter) break;
      instruction.text.append(line).push_back('\n');
      if (trim(line) == delimiter) break;
    }
  }

  std::string_view text_;
  char escape_ = '\\';
  uint32_t number_ = 0;
};

class ImageReader {
 public:
  ImageReader(const ProjectContext &context, Project &project, std::string shown)
      : context_(context), project_(project), shown_(std::move(shown)) {}

  void read(std::string_view text) {
    for (const Instruction &instruction : Instructions(text).read()) {
      Place place{shown_, instruction.line};
      if (instruction.name == "from") from(instruction, place);
      else if (instruction.name == "arg") argument(instruction, place);
      else if (instruction.name == "env") environment(instruction, place);
      else if (instruction.name == "run") run(instruction, place);
    }
    finish();
  }

 private:
  struct Stage {
    std::unique_ptr<SiteBuilder> builder;
    std::map<std::string, ShellVariable> arguments;  // ARG: variables of RUN too
  };

  std::string expanded(std::string_view text, const Stage *stage) const {
    Shell shell;
    shell.variables = stage ? stage->arguments : global_;
    if (stage)
      for (const Variable &variable : stage->builder->site.environment) shell.give(variable);
    return expand_text(text.find('"') == text.npos ? "\"" + std::string(text) + "\"" : std::string(text), shell);
  }

  void from(const Instruction &instruction, const Place &place) {
    finish();
    if (count_++ >= most_stages) return;
    std::vector<std::string> words = split_words(instruction.text);
    std::string platform, name;
    while (!words.empty() && words[0].starts_with("--")) {
      if (words[0].starts_with("--platform=")) platform = words[0].substr(11);
      words.erase(words.begin());
    }
    if (words.empty()) return;
    std::string image = expanded(words[0], nullptr);
    if (words.size() >= 3 && lower_case(words[1]) == "as") name = words[2];
    BuildSite site;
    site.place = place;
    site.where = shown_ + (name.empty() ? (count_ > 1 ? fmt::format(": stage {}", count_) : "") : ": " + name);
    site.host = platform.find("arm64") != platform.npos                       ? "aarch64-unknown-linux-gnu"
                : platform.empty() || platform.find("amd64") == platform.npos ? ""
                                                                              : "x86_64-unknown-linux-gnu";
    auto base = finished_.find(lower_case(image));
    if (base != finished_.end()) {
      site.environment = base->second.environment;
      site.tools = base->second.tools;
      site.host = base->second.host;
    } else {
      note_image(image, place, site);
    }
    stage_.builder = std::make_unique<SiteBuilder>(context_, project_, std::move(site));
    stage_.arguments.clear();
    name_ = lower_case(name);
  }

  void argument(const Instruction &instruction, const Place &place) {
    for (const std::string &word : split_words(instruction.text)) {
      size_t equals = word.find('=');
      std::string name = word.substr(0, equals);
      auto global = global_.find(name);
      ShellVariable variable;
      variable.place = place;
      variable.exported = true;
      if (equals != word.npos) variable.words = {expanded(word.substr(equals + 1), stage_.builder ? &stage_ : nullptr)};
      else if (stage_.builder && global != global_.end()) variable = global->second;
      else continue;
      variable.known = !has_unknown(variable.value());
      (stage_.builder ? stage_.arguments : global_)[name] = std::move(variable);
    }
  }

  void environment(const Instruction &instruction, const Place &place) {
    if (!stage_.builder) return;
    std::vector<std::string> words = split_words(instruction.text);
    std::vector<Variable> &variables = stage_.builder->site.environment;
    if (!words.empty() && words[0].find('=') == std::string::npos) {  // ENV NAME the rest
      std::string_view rest = trim(std::string_view(instruction.text).substr(words[0].size()));
      variables.push_back({words[0], expanded(rest, &stage_), place});
    } else {
      for (const std::string &word : words) {
        size_t equals = word.find('=');
        if (equals != word.npos)
          variables.push_back({word.substr(0, equals), expanded(word.substr(equals + 1), &stage_), place});
      }
    }
    if (!variables.empty() && is_build_variable(variables.back().name)) stage_.builder->expect_builds();
  }

  void run(const Instruction &instruction, const Place &place) {
    if (!stage_.builder) return;
    SiteStep step;
    step.place = place;
    step.name = fmt::format("line {}", place.line);
    step.script = instruction.text;
    // Options of RUN itself: --mount=…, --network=….
    while (trim(step.script).starts_with("--")) {
      std::string_view rest = trim(step.script);
      size_t end = std::min(rest.find_first_of(" \t\n"), rest.size());
      std::string_view left = rest.substr(end);
      if (left.starts_with(" \\\n")) ++step.place.line, left.remove_prefix(3);
      step.script = std::string(left);
    }
    if (step.script.starts_with('\n')) ++step.place.line, step.script.erase(0, 1);
    if (trim(step.script).starts_with('[')) {
      nlohmann::json words = nlohmann::json::parse(step.script, nullptr, false);
      if (words.is_array()) {
        std::vector<std::string> argv;
        for (const nlohmann::json &word : words)
          if (word.is_string()) argv.push_back(word.get<std::string>());
        step.script = quote_words(argv);
      }
    }
    for (const auto &[name, variable] : stage_.arguments)
      step.environment.push_back({name, variable.value(), variable.place});
    stage_.builder->run(step);
  }

  void finish() {
    if (!stage_.builder) return;
    if (!name_.empty()) finished_[name_] = stage_.builder->site;
    stage_.builder->finish();
    stage_.builder.reset();
  }

  const ProjectContext &context_;
  Project &project_;
  std::string shown_, name_;
  std::map<std::string, ShellVariable> global_;
  std::map<std::string, BuildSite> finished_;
  Stage stage_;
  size_t count_ = 0;
};

void read_dockerfiles(const ProjectContext &context, Project &project) {
  for (const char *folder : {"", ".devcontainer", "docker", ".docker", ".github"}) {
    std::string path = *folder ? join_path(project.root, folder) : project.root;
    for (const std::string &name : context.files.list(path)) {
      bool ours = name.starts_with("Dockerfile") || name.starts_with("Containerfile") ||
                  name.ends_with(".Dockerfile") || name.ends_with(".dockerfile");
      if (!ours || name.ends_with(".dockerignore")) continue;
      Result<FileRef> file = context.files.open(join_path(path, name));
      if (!file || (*file)->bytes().size() > most_bytes) continue;
      ImageReader(context, project, context.shown(join_path(path, name), project)).read((*file)->bytes().text());
    }
  }
}

}  // namespace

const SiteSource dockerfile_source = {"dockerfile", read_dockerfiles};

}  // namespace ldwhy
