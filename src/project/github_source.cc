// GitHub's documentation, "Workflow syntax for GitHub Actions", "Metadata syntax" (composite
// actions) and "Reuse workflows": env at its three levels, matrices, containers, run steps.
#include <fmt/format.h>

#include <algorithm>

#include "project/build_words.h"
#include "project/github_matrix.h"
#include "project/project.h"
#include "project/runner.h"
#include "project/site_builder.h"
#include "project/yaml.h"

namespace ldwhy {
namespace {

constexpr int most_nesting = 4;      // workflows or actions that call each other
constexpr size_t most_sites = 2000;  // of one project's workflows

Result<Yaml> load(const ProjectContext &context, Project &project, const std::string &path) {
  Result<FileRef> file = context.files.open(path);
  if (!file) return std::unexpected(file.error());
  Result<std::vector<Yaml>> documents = parse_yaml((*file)->bytes().text());
  std::string shown = context.shown(path, project);
  if (!documents) {
    project.problems.push_back({{shown, 0}, documents.error().text});
    return std::unexpected(documents.error());
  }
  if (documents->empty() || !documents->front()->is_map())
    return std::unexpected(Problem{shown, "", std::nullopt, "no map"});
  return documents->front();
}

class WorkflowReader {
 public:
  // `prefix`: "FILE: ", or "FILE: JOB / " for a workflow that a job calls.
  WorkflowReader(const ProjectContext &context, Project &project, const std::string &path, Yaml root,
                 std::string prefix, std::vector<ActionInput> inputs, int nesting)
      : context_(context),
        project_(project),
        root_(std::move(root)),
        prefix_(std::move(prefix)),
        file_(context.shown(path, project)),
        inputs_(std::move(inputs)),
        nesting_(nesting) {}

  void read() {
    const YamlNode *jobs = root_->find("jobs");
    if (!jobs) return;
    for (const YamlEntry &job : jobs->entries) {
      if (!job.value->is_map()) continue;
      const YamlNode *strategy = job.value->find("strategy");
      const YamlEntry *node = strategy ? strategy->entry("matrix") : nullptr;
      matrix_ = nullptr;
      builder_ = nullptr;
      matrix_known_ = true;
      Matrix matrix = expand_matrix(node ? node->value : nullptr, lookup_);
      if (matrix.cut)
        project_.problems.push_back({{file_, job.line}, "a matrix of more than 256 jobs; the rest is left out"});
      for (const MatrixJob &one : matrix.jobs) {
        if (project_.sites.size() >= most_sites) return;
        read_job(job, one, matrix.complete);
      }
    }
  }

 private:
  Place at(const YamlNode &node) const { return {file_, node.line}; }

  std::string substituted(std::string_view text) const { return substitute_expressions(text, lookup_); }
  std::string scalar(const YamlNode &node) const {
    std::string text = substituted(node.text);
    return node.plain && text == node.text ? plain_number(text) : text;
  }

  ExpressionValue look_up(const std::vector<std::string> &path) const {
    if (path.size() < 2) return {};
    if (path[0] == "matrix") return matrix_value(path);
    if (path[0] == "inputs") {
      const std::vector<ActionInput> &inputs = action_inputs_ ? *action_inputs_ : inputs_;
      for (const ActionInput &input : inputs)
        if (input.name == path[1]) return expression_string(input.fact.value);
      return {};
    }
    if (path[0] == "env") {
      for (const Variable &variable : step_environment_)
        if (variable.name == path[1]) return expression_string(variable.value);
      const Variable *variable = builder_ ? builder_->variable(path[1]) : nullptr;
      return variable ? expression_string(variable->value) : ExpressionValue();
    }
    if (path[0] == "runner" && builder_) return runner_value(path[1]);
    return {};
  }

  ExpressionValue matrix_value(const std::vector<std::string> &path) const {
    if (!matrix_) return {};
    const Yaml *found = matrix_->find(path[1]);
    if (!found) return matrix_known_ ? expression_node(nullptr) : ExpressionValue();
    Yaml node = *found;
    for (size_t i = 2; i < path.size() && node; ++i) {
      const YamlEntry *entry = node->entry(path[i]);
      node = entry ? entry->value : nullptr;
    }
    ExpressionValue value = expression_node(node);
    // A value may itself be an expression.
    if (!value.known() && node) return expression_string(substitute_expressions(node->text, no_matrix_));
    return value;
  }

  ExpressionValue runner_value(const std::string &name) const {
    const std::string &host = builder_->site.host;
    if (host.empty()) return {};
    if (name == "os")
      return expression_string(host.find("apple") != host.npos     ? "macOS"
                               : host.find("windows") != host.npos ? "Windows"
                                                                   : "Linux");
    if (name == "arch") return expression_string(host.starts_with("aarch64") ? "ARM64" : "X64");
    return {};
  }

  std::vector<Variable> variables(const YamlNode *node) const {
    std::vector<Variable> found;
    if (!node) return found;
    for (const YamlEntry &entry : node->entries)
      if (!entry.value->is_map() && !entry.value->is_sequence())
        found.push_back({entry.key, scalar(*entry.value), {file_, entry.value->line}});
    return found;
  }

  std::vector<ActionInput> inputs_of(const YamlNode *with) const {
    std::vector<ActionInput> found;
    for (Variable &variable : variables(with)) found.push_back({variable.name, {variable.value, variable.place}});
    return found;
  }

  void read_job(const YamlEntry &job, const MatrixJob &one, bool matrix_known) {
    const YamlNode &node = *job.value;
    matrix_ = &one;
    matrix_known_ = matrix_known;
    std::string label = one.label();
    BuildSite site;
    site.where = prefix_ + job.key + (label.empty() ? "" : " (" + substituted(label) + ")");
    site.place = {file_, job.line};
    SiteBuilder builder(context_, project_, std::move(site));
    builder_ = &builder;
    if (evaluate_condition(node.text_of("if"), lookup_) == Truth::No) return;
    if (const YamlNode *called = node.find("uses")) return call_workflow(*called, node, builder.site.where);

    runs_on(node, builder.site);
    builder.site.environment = variables(root_->find("env"));
    for (Variable &variable : variables(node.find("env"))) {
      if (is_build_variable(variable.name)) builder.expect_builds();
      builder.site.environment.push_back(std::move(variable));
    }
    if (const YamlNode *container = node.find("container")) read_container(*container, builder.site);
    for (const std::pair<std::string, Yaml> &value : one.values) note_triples(*value.second, builder);
    set_defaults(node);
    if (const YamlNode *steps = node.find("steps")) read_steps(*steps, 0);
    step_environment_.clear();
    builder.finish();
    builder_ = nullptr;
  }

  void runs_on(const YamlNode &node, BuildSite &site) {
    const YamlNode *runs_on = node.find("runs-on");
    if (runs_on && runs_on->is_map())
      runs_on = runs_on->find("labels") ? runs_on->find("labels") : runs_on->find("group");
    std::vector<std::string> labels;
    for (const YamlNode *label : scalars_of(runs_on)) labels.push_back(substituted(label->text));
    // A list may come out of the matrix.
    if (runs_on && runs_on->is_scalar() && labels.size() == 1 && labels[0].starts_with("${{") &&
        labels[0].ends_with("}}")) {
      ExpressionValue value = evaluate_expression(std::string_view(labels[0]).substr(3, labels[0].size() - 5), lookup_);
      if (value.kind == ExpressionValue::Kind::Node) {
        labels.clear();
        for (const YamlNode *label : scalars_of(value.node.get())) labels.push_back(label->text);
      }
    }
    site.host = host_of_runner(labels);
  }

  void read_container(const YamlNode &container, BuildSite &site) {
    const YamlNode *image = container.is_map() ? container.find("image") : &container;
    for (Variable &variable : variables(container.find("env"))) site.environment.push_back(std::move(variable));
    if (image) note_image(substituted(image->text), at(*image), site);
  }

  void note_triples(const YamlNode &node, SiteBuilder &builder) const {
    if (node.is_scalar()) builder.add_target(node.text, at(node));
    for (const YamlEntry &entry : node.entries)
      if (entry.value->is_scalar()) builder.add_target(entry.value->text, at(*entry.value));
  }

  void set_defaults(const YamlNode &job) {
    shell_.clear();
    directory_.clear();
    for (const YamlNode *level : {root_.get(), &job}) {
      const YamlNode *defaults = level->find("defaults");
      const YamlNode *run = defaults ? defaults->find("run") : nullptr;
      if (!run) continue;
      if (run->find("shell")) shell_ = substituted(run->text_of("shell"));
      if (run->find("working-directory")) directory_ = substituted(run->text_of("working-directory"));
    }
  }

  void read_steps(const YamlNode &steps, int nesting) {
    for (const Yaml &step : steps.items)
      if (step->is_map()) read_step(*step, nesting);
  }

  void read_step(const YamlNode &node, int nesting) {
    // A composite action's steps have the variables of the step that uses it.
    std::vector<Variable> outer = step_environment_;
    for (Variable &variable : variables(node.find("env")))
      step_environment_.insert(step_environment_.begin(), std::move(variable));
    if (evaluate_condition(node.text_of("if"), lookup_) != Truth::No) {
      SiteStep step;
      step.environment = step_environment_;
      std::ranges::reverse(step.environment);
      step.directory = node.find("working-directory") ? substituted(node.text_of("working-directory")) : directory_;
      if (step.directory.starts_with("${{ github.workspace }}")) step.directory.erase(0, 23);
      step.directory = normal_path(step.directory.starts_with("./") ? step.directory.substr(2) : step.directory);
      while (step.directory.starts_with('/') || step.directory == ".") step.directory.erase(0, 1);
      step.place = at(node);
      step.name = substituted(node.text_of("name"));
      if (step.name.empty()) step.name = node.text_of("id");
      if (const YamlNode *run = node.find("run")) read_run(*run, node, step);
      if (const YamlNode *uses = node.find("uses")) read_uses(*uses, node, step, nesting);
    }
    step_environment_ = std::move(outer);
  }

  void read_run(const YamlNode &run, const YamlNode &node, SiteStep &step) {
    std::string shell = node.find("shell") ? substituted(node.text_of("shell")) : shell_;
    bool windows = builder_->site.host.find("windows") != std::string::npos;
    if (shell.empty() && windows) shell = "pwsh";
    if (shell.starts_with("python")) return;
    if (shell.starts_with("pwsh") || shell.starts_with("powershell")) step.dialect = ShellDialect::PowerShell;
    if (shell.starts_with("cmd")) step.dialect = ShellDialect::Cmd;
    step.script = substituted(run.text);
    step.place.line = run.text_line;
    if (step.name.empty()) step.name = step.script.substr(0, std::min<size_t>(step.script.find('\n'), 60));
    builder_->run(step);
  }

  void read_uses(const YamlNode &uses, const YamlNode &node, SiteStep &step, int nesting) {
    std::vector<ActionInput> inputs = inputs_of(node.find("with"));
    step.place = at(uses);
    if (step.name.empty()) step.name = uses.text;
    if (uses.text.starts_with("./")) read_composite(uses.text, std::move(inputs), nesting);
    else note_action(uses.text, inputs, step, *builder_);
  }

  // An action of the project's own, made of steps.
  void read_composite(const std::string &folder, std::vector<ActionInput> inputs, int nesting) {
    if (nesting >= most_nesting) return;
    std::string path = normal_path(join_path(join_path(project_.root, folder), "action.yml"));
    if (!context_.files.is_file(path)) path = path.substr(0, path.size() - 3) + "yaml";
    if (!context_.files.is_file(path)) return;
    Result<Yaml> action = load(context_, project_, path);
    if (!action) return;
    std::string outer_file = std::exchange(file_, context_.shown(path, project_));
    const std::vector<ActionInput> *outer_inputs = std::exchange(action_inputs_, &inputs);
    std::string outer_directory = std::exchange(directory_, "");
    add_defaults((*action)->find("inputs"), inputs);
    const YamlNode *runs = (*action)->find("runs");
    const YamlNode *steps = runs ? runs->find("steps") : nullptr;
    if (steps) read_steps(*steps, nesting + 1);
    file_ = std::move(outer_file);
    directory_ = std::move(outer_directory);
    action_inputs_ = outer_inputs;
  }

  void add_defaults(const YamlNode *declared, std::vector<ActionInput> &inputs) const {
    if (!declared) return;
    for (const YamlEntry &entry : declared->entries) {
      bool given = std::ranges::any_of(inputs, [&](const ActionInput &input) { return input.name == entry.key; });
      const YamlNode *fallback = entry.value->find("default");
      if (!given) inputs.push_back({entry.key, {fallback ? scalar(*fallback) : "", {file_, entry.line}}});
    }
  }

  // jobs.ID.uses: another workflow of the project.
  void call_workflow(const YamlNode &uses, const YamlNode &job, const std::string &where) {
    if (!uses.text.starts_with("./") || nesting_ >= most_nesting) return;
    std::string path = normal_path(join_path(project_.root, uses.text));
    if (!context_.files.is_file(path)) return;
    Result<Yaml> called = load(context_, project_, path);
    if (!called) return;
    std::vector<ActionInput> inputs = inputs_of(job.find("with"));
    const YamlNode *on = (*called)->find("on");
    const YamlNode *trigger = on ? on->find("workflow_call") : nullptr;
    if (trigger) add_defaults(trigger->find("inputs"), inputs);
    WorkflowReader(context_, project_, path, *called, where + " / ", std::move(inputs), nesting_ + 1).read();
  }

  const ProjectContext &context_;
  Project &project_;
  Yaml root_;
  std::string prefix_, file_;
  std::vector<ActionInput> inputs_;
  int nesting_;
  const MatrixJob *matrix_ = nullptr;
  bool matrix_known_ = true;
  SiteBuilder *builder_ = nullptr;
  const std::vector<ActionInput> *action_inputs_ = nullptr;
  std::vector<Variable> step_environment_;  // the innermost first
  std::string shell_, directory_;

  struct Lookup {
    const WorkflowReader *reader;
    ExpressionValue operator()(const std::vector<std::string> &path) const { return reader->look_up(path); }
  } lookup_function_{this};
  struct WithoutMatrix {
    const WorkflowReader *reader;
    ExpressionValue operator()(const std::vector<std::string> &path) const {
      return path[0] == "matrix" ? ExpressionValue() : reader->look_up(path);
    }
  } no_matrix_function_{this};
  ExpressionContext lookup_{lookup_function_}, no_matrix_{no_matrix_function_};
};

// Only called by others: read where they call it.
bool only_called(const YamlNode &workflow) {
  const YamlNode *on = workflow.find("on");
  if (!on) return false;
  if (on->is_scalar()) return on->text == "workflow_call";
  return on->is_map() && on->entries.size() == 1 && on->entries[0].key == "workflow_call";
}

void read_github(const ProjectContext &context, Project &project) {
  std::string folder = join_path(project.root, ".github/workflows");
  for (const std::string &name : context.files.list(folder)) {
    if (!name.ends_with(".yml") && !name.ends_with(".yaml")) continue;
    std::string path = join_path(folder, name);
    if (!context.files.is_file(path)) continue;
    Result<Yaml> workflow = load(context, project, path);
    if (!workflow || only_called(**workflow)) continue;
    WorkflowReader(context, project, path, *workflow, context.shown(path, project) + ": ", {}, 0).read();
  }
}

}  // namespace

const SiteSource github_source = {"github", read_github};

}  // namespace ldwhy
