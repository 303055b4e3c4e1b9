// GitLab's documentation, "CI/CD YAML syntax reference": variables, default, extends,
// !reference, include:local, parallel:matrix, image, before_script, script.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "project/build_words.h"
#include "project/project.h"
#include "project/runner.h"
#include "project/shell_words.h"
#include "project/site_builder.h"
#include "project/yaml.h"

namespace ldwhy {
namespace {

constexpr size_t most_files = 50;
constexpr int most_nesting = 10;           // extends, !reference
constexpr size_t most_combinations = 200;  // GitLab's own limit of parallel
constexpr size_t most_jobs = 1000;

// A key's value and the file it stands in.
struct Found {
  const YamlNode *node = nullptr;
  std::string file;
  explicit operator bool() const { return node != nullptr; }
};

// Keys of the file itself; all others are jobs.
bool is_global(std::string_view key) {
  constexpr std::string_view keys[] = {"default",  "include", "stages",        "variables",    "workflow", "image",
                                       "services", "cache",   "before_script", "after_script", "spec"};
  return std::ranges::find(keys, key) != std::end(keys);
}

class PipelineReader {
 public:
  PipelineReader(const ProjectContext &context, Project &project) : context_(context), project_(project) {}

  void read(const std::string &path) {
    load(path);
    std::set<std::string> done;
    size_t jobs = 0;
    // A job that stands in several files is one, the later file's keys first.
    for (const Document &document : documents_)
      for (const YamlEntry &entry : document.root->entries)
        if (!is_global(entry.key) && !entry.key.starts_with('.') && entry.value->is_map() && ++jobs <= most_jobs &&
            done.insert(entry.key).second)
          read_job(entry.key, {document.file, entry.line});
  }

 private:
  struct Document {
    Yaml root;
    std::string file;
  };
  using Combination = std::vector<std::pair<std::string, const YamlNode *>>;

  void load(const std::string &path) {
    if (documents_.size() >= most_files || !loaded_.insert(path).second) return;
    Result<FileRef> file = context_.files.open(path);
    if (!file) return;
    std::string shown = context_.shown(path, project_);
    Result<std::vector<Yaml>> parsed = parse_yaml((*file)->bytes().text());
    if (!parsed) {
      project_.problems.push_back({{shown, 0}, parsed.error().text});
      return;
    }
    for (const Yaml &root : *parsed) {
      if (!root->is_map()) continue;
      // Included files come first: what this one says counts over them.
      if (const YamlNode *include = root->find("include")) load_includes(*include);
      documents_.push_back({root, shown});
    }
  }

  void load_includes(const YamlNode &include) {
    std::vector<std::string> names;
    auto note = [&](const YamlNode &node) {
      if (node.is_scalar()) names.push_back(node.text);
      for (const YamlNode *local : scalars_of(node.find("local"))) names.push_back(local->text);
    };
    note(include);
    for (const Yaml &item : include.items) note(*item);
    for (std::string &name : names) {
      if (name.find("://") != name.npos || name.find('*') != name.npos) continue;
      while (name.starts_with('/')) name.erase(0, 1);
      load(normal_path(join_path(project_.root, name)));
    }
  }

  // The last file that has the key at the top.
  Found top(std::string_view key) const {
    for (auto document = documents_.rbegin(); document != documents_.rend(); ++document)
      if (const YamlNode *node = document->root->find(key)) return {node, document->file};
    return {};
  }

  // A key of a job: its own, else of what it extends, the last named first.
  Found inherited(const std::string &job, std::string_view key, int nesting = 0) const {
    if (nesting > most_nesting) return {};
    for (auto document = documents_.rbegin(); document != documents_.rend(); ++document) {
      const YamlNode *node = document->root->find(job);
      if (node && node->find(key)) return {node->find(key), document->file};
    }
    std::vector<std::string> bases = bases_of(job);
    for (auto base = bases.rbegin(); base != bases.rend(); ++base)
      if (Found found = inherited(*base, key, nesting + 1)) return found;
    return {};
  }

  std::vector<std::string> bases_of(const std::string &job) const {
    std::vector<std::string> bases;
    for (auto document = documents_.rbegin(); document != documents_.rend() && bases.empty(); ++document)
      if (const YamlNode *node = document->root->find(job))
        for (const YamlNode *base : scalars_of(node->find("extends"))) bases.push_back(base->text);
    return bases;
  }

  // A key of a job, else of `default:`, else at the top.
  Found key_of(const std::string &job, std::string_view key) const {
    if (Found found = inherited(job, key)) return found;
    Found defaults = top("default");
    if (defaults && defaults.node->find(key)) return {defaults.node->find(key), defaults.file};
    return top(key);
  }

  void add_variables(const Found &map, std::vector<Variable> &variables) const {
    if (!map) return;
    for (const YamlEntry &entry : map.node->entries) {
      const YamlNode *value = entry.value->is_map() ? entry.value->find("value") : entry.value.get();
      if (value && !value->is_map() && !value->is_sequence())
        variables.push_back({entry.key, value->text, {map.file, value->line}});
    }
  }

  // Variables of what a job extends come before its own, which win.
  void add_job_variables(const std::string &job, std::vector<Variable> &variables, int nesting = 0) const {
    if (nesting > most_nesting) return;
    for (const std::string &base : bases_of(job)) add_job_variables(base, variables, nesting + 1);
    for (const Document &document : documents_) {
      const YamlNode *node = document.root->find(job);
      if (node && node->find("variables")) add_variables({node->find("variables"), document.file}, variables);
    }
  }

  void read_job(const std::string &name, const Place &place) {
    Found script = inherited(name, "script");
    if (!script) return;
    for (const Combination &combination : combinations(name)) {
      if (project_.sites.size() > most_jobs) return;
      BuildSite site;
      site.place = place;
      std::string label;
      for (const auto &[key, value] : combination) label += (label.empty() ? "" : ", ") + value->text;
      site.where = place.file + ": " + name + (label.empty() ? "" : " (" + label + ")");
      add_variables(top("variables"), site.environment);
      size_t global = site.environment.size();
      add_job_variables(name, site.environment);
      for (const auto &[key, value] : combination)
        site.environment.push_back({key, value->text, {place.file, value->line}});
      bool own = std::any_of(site.environment.begin() + static_cast<std::ptrdiff_t>(global), site.environment.end(),
                             [](const Variable &variable) { return is_build_variable(variable.name); });
      expand_variables(site.environment);
      set_host(name, site);
      SiteBuilder builder(context_, project_, std::move(site));
      if (own) builder.expect_builds();
      for (const auto &[key, value] : combination) builder.add_target(value->text, {place.file, value->line});
      run_scripts(name, builder);
      builder.finish();
    }
  }

  // A variable may name those before it.
  static void expand_variables(std::vector<Variable> &variables) {
    Shell shell;
    for (Variable &variable : variables) {
      if (variable.value.find('$') != std::string::npos)
        variable.value = expand_text("\"" + variable.value + "\"", shell);
      shell.give(variable);
    }
  }

  void set_host(const std::string &name, BuildSite &site) const {
    std::vector<std::string> labels;
    if (Found tags = key_of(name, "tags"))
      for (const YamlNode *tag : scalars_of(tags.node)) labels.push_back(tag->text);
    site.host = host_of_runner(labels);
    Found image = key_of(name, "image");
    if (!image) return;
    // An image without tags that say otherwise runs on the shared machines, x86-64 Linux.
    if (site.host.empty() && labels.empty()) site.host = "x86_64-unknown-linux-gnu";
    const YamlNode *text = image.node->is_map() ? image.node->find("name") : image.node;
    if (!text) return;
    Shell shell;
    for (const Variable &variable : site.environment) shell.give(variable);
    note_image(expand_text("\"" + text->text + "\"", shell), {image.file, text->line}, site);
  }

  // before_script and script run in one shell.
  void run_scripts(const std::string &name, SiteBuilder &builder) {
    SiteStep step;
    for (const char *key : {"before_script", "script"}) {
      Found script = std::string_view(key) == "script" ? inherited(name, key) : key_of(name, key);
      if (!script) continue;
      add_lines(*script.node, script.file, step, 0);
    }
    builder.run(step);
  }

  void add_lines(const YamlNode &node, const std::string &file, SiteStep &step, int nesting) const {
    if (nesting > most_nesting || step.script.size() > (1 << 20) || step.more.size() > 1000) return;
    if (node.tag == "!reference") {
      if (node.items.size() != 2 || !node.items[0]->is_scalar()) return;
      Found found = inherited(node.items[0]->text, node.items[1]->text);
      if (found) add_lines(*found.node, found.file, step, nesting + 1);
      return;
    }
    if (node.is_scalar()) {
      Place place{file, node.text_line};
      if (step.script.empty()) step.place = place;
      Place &start = step.more.empty() ? step.place : step.more.back().second;
      std::string &part = step.more.empty() ? step.script : step.more.back().first;
      uint32_t at = start.line + static_cast<uint32_t>(std::ranges::count(part, '\n'));
      // Blank lines keep the count; a line of another file, or of an earlier place, starts a part.
      bool ahead = file == start.file && node.text_line >= at && node.text_line - at < 10'000;
      if (ahead) part.append(node.text_line - at, '\n');
      else step.more.emplace_back("", place);
      std::string &last = step.more.empty() ? step.script : step.more.back().first;
      last += node.text;
      if (!last.ends_with('\n')) last += '\n';
    }
    for (const Yaml &item : node.items) add_lines(*item, file, step, nesting + 1);
  }

  // parallel:matrix: each entry's lists multiplied, entries one after the other.
  std::vector<Combination> combinations(const std::string &name) const {
    Found parallel = inherited(name, "parallel");
    const YamlNode *matrix = parallel ? parallel.node->find("matrix") : nullptr;
    std::vector<Combination> all;
    if (matrix)
      for (const Yaml &entry : matrix->items) {
        std::vector<Combination> some(1);
        for (const YamlEntry &axis : entry->entries) {
          std::vector<Combination> grown;
          for (const Combination &one : some)
            for (const YamlNode *value : scalars_of(axis.value.get())) {
              if (grown.size() >= most_combinations) break;
              grown.push_back(one);
              grown.back().emplace_back(axis.key, value);
            }
          some = std::move(grown);
        }
        all.insert(all.end(), some.begin(), some.end());
      }
    if (all.empty()) all.emplace_back();
    if (all.size() > most_combinations) all.resize(most_combinations);
    return all;
  }

  const ProjectContext &context_;
  Project &project_;
  std::vector<Document> documents_;
  std::set<std::string> loaded_;
};

void read_gitlab(const ProjectContext &context, Project &project) {
  for (const char *name : {".gitlab-ci.yml", ".gitlab-ci.yaml"}) {
    std::string path = join_path(project.root, name);
    if (context.files.is_file(path)) PipelineReader(context, project).read(path);
  }
}

}  // namespace

const SiteSource gitlab_source = {"gitlab", read_gitlab};

}  // namespace ldwhy
