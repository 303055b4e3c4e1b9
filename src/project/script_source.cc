// Scripts and recipes that people start by hand: .envrc, *.sh, Makefile and justfile recipes.
// One is a site only if it sets what a build reads, or calls what builds.
#include <algorithm>
#include <map>

#include "project/build_words.h"
#include "project/project.h"
#include "project/recipes.h"
#include "project/site_builder.h"

namespace ldwhy {
namespace {

constexpr size_t most_bytes = 1 << 20;
constexpr size_t most_scripts = 300;

void read_script(const ProjectContext &context, Project &project, const std::string &path) {
  Result<FileRef> file = context.files.open(path);
  if (!file || (*file)->bytes().size() > most_bytes) return;
  std::string shown = context.shown(path, project);
  BuildSite site;
  site.where = shown;
  site.place = {shown, 0};
  SiteBuilder builder(context, project, std::move(site));
  SiteStep step;
  step.script = std::string((*file)->bytes().text());
  step.place = {shown, 1};
  builder.run(step);
  // What an .envrc exports is for every command in the folder.
  if (file_name(path) == ".envrc") {
    Shell shell;
    shell.run(step.script, step.place, [](Shell &, const ShellCommand &) {});
    for (const auto &[name, variable] : shell.variables)
      if (variable.exported) builder.site.environment.push_back({name, variable.value(), variable.place});
  }
  builder.finish();
}

// Each target that builds is a site: "Makefile: release".
void read_recipes(const ProjectContext &context, Project &project, const std::string &path) {
  std::string shown = context.shown(path, project);
  std::map<std::string, std::vector<Recipe>> by_target;
  std::vector<std::string> order;
  for (Recipe &recipe : all_recipes(path, shown, context.files)) {
    std::vector<Recipe> &lines = by_target[recipe.target];
    if (lines.empty()) order.push_back(recipe.target);
    lines.push_back(std::move(recipe));
  }
  for (const std::string &target : order) {
    BuildSite site;
    site.where = shown + ": " + target;
    const std::vector<Recipe> &lines = by_target[target];
    site.place = lines.front().place;
    SiteBuilder builder(context, project, std::move(site));
    for (const Recipe &line : lines) {
      SiteStep step;
      step.environment = line.exported;
      step.script = line.script;
      step.place = line.place;
      builder.run(step);
    }
    if (builder.calls_tools()) builder.finish();
  }
}

void read_scripts(const ProjectContext &context, Project &project) {
  size_t left = most_scripts;
  for (const char *folder : {"", "scripts", "script", "ci", "tools", ".ci", "build"}) {
    std::string path = *folder ? join_path(project.root, folder) : project.root;
    for (const std::string &name : context.files.list(path)) {
      bool script = name.ends_with(".sh") || name.ends_with(".bash") || (!*folder && name == ".envrc");
      if (!script || left == 0 || !context.files.is_file(join_path(path, name))) continue;
      --left;
      read_script(context, project, join_path(path, name));
    }
  }
  for (const char *name : {"GNUmakefile", "makefile", "Makefile", "justfile", "Justfile", ".justfile"})
    if (std::string path = join_path(project.root, name); context.files.is_file(path))
      read_recipes(context, project, path);
}

}  // namespace

const SiteSource script_source = {"script", read_scripts};

}  // namespace ldwhy
