// What the commands of a job mean for its builds. rustup's manual, "Overrides" and "Profiles";
// GitHub's documentation, "Workflow commands" ($GITHUB_ENV).
#include "project/site_builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/words.h"
#include "project/build_words.h"
#include "project/recipes.h"

namespace ldwhy {
namespace {

constexpr size_t most_scripts = 5;  // scripts in scripts
constexpr size_t most_script_bytes = 1 << 20;
constexpr size_t most_groups = 64;
constexpr size_t most_calls = 2000;

bool is_any_of(std::string_view text, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, text) != names.end();
}

// The first line of a script names a shell, or the file's name does.
bool is_shell_script(std::string_view path, std::string_view text) {
  std::string_view line = text.substr(0, text.find('\n'));
  if (line.starts_with("#!")) return line.find("sh") != line.npos && line.find("pwsh") == line.npos;
  return path.ends_with(".sh") || path.ends_with(".bash") || path.ends_with(".envrc");
}

bool names_environment_file(std::string_view output) {
  return output.ends_with("GITHUB_ENV") || output.ends_with("{GITHUB_ENV}") || output.ends_with("BASH_ENV");
}

std::string text_of_printf(const std::vector<std::string> &argv) {
  std::string text;
  for (size_t i = 1; i < argv.size(); ++i) {
    if (argv[i].starts_with('-') && argv[i].size() <= 3 && text.empty()) continue;
    if (!text.empty()) text += ' ';
    text += argv[i];
  }
  for (size_t at = text.find("\\n"); at != text.npos; at = text.find("\\n", at)) text.replace(at, 2, "\n");
  return text;
}

}  // namespace

SiteBuilder::SiteBuilder(const ProjectContext &context, Project &project, BuildSite start)
    : site(std::move(start)), context_(context), project_(project) {}

void SiteBuilder::set_later(Variable variable) {
  relevant_ = relevant_ || is_build_variable(variable.name);
  later_.push_back(std::move(variable));
}

const Variable *SiteBuilder::variable(std::string_view name) const {
  for (auto at = later_.rbegin(); at != later_.rend(); ++at)
    if (at->name == name) return &*at;
  for (auto at = site.environment.rbegin(); at != site.environment.rend(); ++at)
    if (at->name == name) return &*at;
  return nullptr;
}

void SiteBuilder::use_tool(const std::string &tool, Fact fact) {
  if (!fact.value.empty()) site.tools[tool] = std::move(fact);
}

void SiteBuilder::install_tool(const std::string &tool, Fact fact) {
  if (!fact.value.empty()) site.tools.try_emplace(tool, std::move(fact));
}

void SiteBuilder::add_target(const std::string &triple, const Place &place) {
  if (!is_triple(triple)) return;
  for (const Fact &known : site.targets)
    if (known.value == triple) return;
  site.targets.push_back({triple, place});
}

void SiteBuilder::run(const SiteStep &step) {
  Shell shell;
  for (const Variable &variable : site.environment) shell.give(variable);
  for (const Variable &variable : later_) shell.give(variable);
  for (const Variable &variable : step.environment) shell.give(variable);
  for (const Variable &variable : step.environment) relevant_ = relevant_ || is_build_variable(variable.name);
  shell.directory = step.directory;
  shell.steps = std::min<size_t>(shell.steps, steps_);
  size_t before = shell.steps;
  std::string script = step.dialect == ShellDialect::PowerShell ? from_powershell(step.script)
                       : step.dialect == ShellDialect::Cmd      ? from_cmd(step.script)
                                                                : step.script;
  auto sink = [&](Shell &inside, const ShellCommand &command) { note(inside, command, step); };
  shell.run(script, step.place, sink);
  for (const auto &[text, place] : step.more) shell.run(text, place, sink);
  steps_ -= before - shell.steps;
  for (const auto &[name, variable] : shell.variables)
    relevant_ = relevant_ || (variable.exported && !variable.given && is_build_variable(name));
}

void SiteBuilder::call(const SiteStep &step, ToolCall call) {
  std::vector<Variable> overlay = later_;
  overlay.insert(overlay.end(), step.environment.begin(), step.environment.end());
  file_call(std::move(call), std::move(overlay), step);
}

void SiteBuilder::note(Shell &shell, const ShellCommand &command, const SiteStep &step) {
  if (command.argv.empty()) return;
  std::string_view program = file_name(command.argv[0]);
  if (is_any_of(program, {"echo", "printf", "cat", "tee", "Out-File", "Add-Content", "Write-Output"}) ||
      (command.argv.size() == 1 && program.find('=') != program.npos))
    return note_output(command);
  if (is_any_of(program, {"rustup", "rustup-init", "rustup-init.exe", "rustup-init.sh"})) {
    note_rustup(command);
    // `rustup run TOOLCHAIN cargo …` is cargo's call.
    if (command.argv.size() > 3 && command.argv[1] == "run") {
      ShellCommand inner = command;
      inner.argv.erase(inner.argv.begin(), inner.argv.begin() + 3);
      if (inner.argv[0] == "cargo") inner.argv.insert(inner.argv.begin() + 1, "+" + command.argv[2]);
      note(shell, inner, step);
    }
    return;
  }
  if (program == "xcode-select" || program == "xcodes") {
    for (const std::string &word : command.argv) {
      size_t start = word.find("Xcode_");
      if (start == word.npos) start = word.find("Xcode-");
      if (start == word.npos) continue;
      std::string version = word.substr(start + 6);
      use_tool("xcode", {version.substr(0, version.find(".app")), command.place});
    }
    return;
  }
  if (follow(shell, command, step)) return;
  if (is_build_tool(program)) {
    note_call(command, step);
    if (is_any_of(program, {"make", "gmake", "mingw32-make"})) follow_recipes(shell, command, step);
  } else if (program == "just") {
    follow_recipes(shell, command, step);
  }
}

void SiteBuilder::note_call(const ShellCommand &command, const SiteStep &step) {
  for (const std::string &triple : option_values(command.argv, "--target")) add_target(triple, command.place);
  std::vector<Variable> overlay = later_;
  overlay.insert(overlay.end(), step.environment.begin(), step.environment.end());
  overlay.insert(overlay.end(), command.environment.begin(), command.environment.end());
  file_call({command.argv, command.directory, command.place}, std::move(overlay), step);
}

void SiteBuilder::file_call(ToolCall call, std::vector<Variable> overlay, const SiteStep &step) {
  std::map<std::string, std::string> relevant;
  for (const Variable &variable : overlay)
    if (is_build_variable(variable.name)) relevant[variable.name] = variable.value;
  // What only repeats the job's own value makes no difference.
  for (const Variable &variable : site.environment) {
    auto same = relevant.find(variable.name);
    if (same != relevant.end() && same->second == variable.value) relevant.erase(same);
  }
  auto group = std::ranges::find(groups_, relevant, &Group::relevant);
  if (group == groups_.end()) {
    if (groups_.size() >= most_groups) return;
    groups_.push_back({std::move(overlay), std::move(relevant), step.name, call.place.line, {}});
    group = groups_.end() - 1;
  }
  if (group->calls.size() < most_calls) group->calls.push_back(std::move(call));
}

void SiteBuilder::note_rustup(const ShellCommand &command) {
  const std::vector<std::string> &argv = command.argv;
  for (const std::string &version : option_values(argv, "--default-toolchain"))
    if (version != "none") use_tool("rustc", {version, command.place});
  for (const char *option : {"--target", "-t"})
    for (const std::string &triples : option_values(argv, option))
      for (size_t at = 0; at <= triples.size();) {
        size_t end = std::min(triples.find(',', at), triples.size());
        add_target(triples.substr(at, end - at), command.place);
        at = end + 1;
      }
  std::vector<std::string> words;  // without options and their values
  for (size_t i = 1; i < argv.size(); ++i) {
    if (is_any_of(argv[i],
                  {"--toolchain", "--profile", "-c", "--component", "-t", "--target", "--default-toolchain", "--path"}))
      ++i;
    else if (!argv[i].starts_with('-')) words.push_back(argv[i]);
  }
  auto word = [&](size_t i) { return i < words.size() ? words[i] : std::string(); };
  if (word(0) == "default" || (word(0) == "override" && word(1) == "set"))
    use_tool("rustc", {words.back() == "default" || words.back() == "set" ? "" : words.back(), command.place});
  else if (word(0) == "toolchain" && is_any_of(word(1), {"install", "add", "update"}))
    install_tool("rustc", {word(2), command.place});
  else if (is_any_of(word(0), {"install", "update"})) install_tool("rustc", {word(1), command.place});
  else if (word(0) == "target" && is_any_of(word(1), {"add", "install"}))
    for (size_t i = 2; i < words.size(); ++i) add_target(words[i], command.place);
}

// Lines that go to the file that names the variables of the steps to come.
void SiteBuilder::note_output(const ShellCommand &command) {
  const std::vector<std::string> &argv = command.argv;
  std::string_view output = command.output;
  if (is_any_of(argv[0], {"echo", "printf", "Write-Output"})) {
    printed_ = text_of_printf(argv);
  } else if (argv[0] == "cat") {
    printed_ = command.input;
  } else if (argv.size() == 1) {
    printed_ = argv[0];  // a string alone is PowerShell's echo
  } else {
    for (size_t i = 1; i < argv.size(); ++i) {
      if (names_environment_file(argv[i])) output = argv[i];
      if (argv[i - 1] == "-Value") printed_ = argv[i];
    }
  }
  if (names_environment_file(output)) set_lines(printed_, command.place);
}

void SiteBuilder::set_lines(std::string_view text, const Place &place) {
  while (!text.empty()) {
    size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    size_t equals = line.find('='), document = line.find("<<");
    if (document != line.npos && (equals == line.npos || document < equals)) {
      std::string delimiter = "\n" + std::string(line.substr(document + 2));
      std::string body = "\n" + std::string(text);
      size_t close = body.find(delimiter);
      if (close == body.npos) return;
      set_later({std::string(line.substr(0, document)), body.substr(1, close ? close - 1 : 0), place});
      text.remove_prefix(std::min(text.size(), close + delimiter.size() - 1));
    } else if (equals != line.npos && equals > 0 && line.find_first_of(" \t\"'") > equals) {
      set_later({std::string(line.substr(0, equals)), std::string(line.substr(equals + 1)), place});
    }
  }
}

// A script of the project's: `./ci/build.sh`, `bash ci/build.sh`, `source env.sh`; and `sh -c`.
bool SiteBuilder::follow(Shell &shell, const ShellCommand &command, const SiteStep &step) {
  const std::vector<std::string> &argv = command.argv;
  std::string_view program = file_name(argv[0]);
  bool sources = argv[0] == "source" || argv[0] == ".";
  bool shells = is_any_of(program, {"sh", "bash", "zsh", "dash"});
  size_t script = 0;
  if (sources || shells) {
    script = 1;
    while (script < argv.size() && argv[script].starts_with('-')) {
      if (argv[script] == "-c" || argv[script] == "-s" || argv[script] == "--") break;
      ++script;
    }
    if (script >= argv.size()) return true;
    if (argv[script] == "-s") {
      note_rustup(command);  // curl … | sh -s -- --default-toolchain X
      return true;
    }
    if (argv[script] == "-c") {
      if (script + 1 >= argv.size() || shell.depth >= most_scripts) return true;
      Shell inner = shell;
      ++inner.depth;
      inner.run(argv[script + 1], command.place,
                [&](Shell &inside, const ShellCommand &next) { note(inside, next, step); });
      shell.steps = inner.steps;
      return true;
    }
  }
  if (script == 0 && argv[0].find('/') == std::string::npos) return false;
  std::string path = normal_path(join_path(join_path(project_.root, command.directory), argv[script]));
  if (has_unknown(path) || !context_.files.is_file(path)) return script == 1;
  if (shell.depth >= most_scripts) return true;
  std::vector<std::string> arguments(argv.begin() + static_cast<std::ptrdiff_t>(script) + 1, argv.end());
  if (sources) {
    follow_script(shell, path, arguments, step);
    return true;
  }
  Shell inner = shell;
  for (const Variable &variable : command.environment) {
    ShellVariable &mine = inner.variables[variable.name];
    mine.words = {variable.value};
    mine.place = variable.place;
    mine.exported = true;
    mine.given = false;
    mine.known = !has_unknown(variable.value);
  }
  follow_script(inner, path, arguments, step);
  shell.steps = inner.steps;
  return true;
}

void SiteBuilder::follow_script(Shell &shell, const std::string &path, const std::vector<std::string> &arguments,
                                const SiteStep &step) {
  Result<FileRef> file = context_.files.open(path);
  if (!file || (*file)->bytes().size() > most_script_bytes) return;
  std::string_view text = (*file)->bytes().text();
  if (!is_shell_script(path, text)) return;
  std::vector<std::string> outer = std::exchange(shell.arguments, arguments);
  bool known = std::exchange(shell.arguments_known, true);
  ++shell.depth;
  shell.run(text, {context_.shown(path, project_), 1},
            [&](Shell &inside, const ShellCommand &command) { note(inside, command, step); });
  --shell.depth;
  shell.arguments = std::move(outer);
  shell.arguments_known = known;
}

void SiteBuilder::follow_recipes(Shell &shell, const ShellCommand &command, const SiteStep &step) {
  if (shell.depth >= most_scripts) return;
  std::vector<Variable> environment;
  for (const auto &[name, variable] : shell.variables)
    if (variable.exported) environment.push_back({name, variable.value(), variable.place});
  environment.insert(environment.end(), command.environment.begin(), command.environment.end());
  std::string folder = normal_path(join_path(project_.root, command.directory));
  for (const Recipe &recipe :
       recipes_of_call(command.argv, folder, context_.shown(folder, project_), environment, context_.files)) {
    Shell inner = shell;
    ++inner.depth;
    for (const Variable &variable : recipe.exported) {
      inner.give(variable);
      inner.variables[variable.name].given = false;
    }
    inner.run(recipe.script, recipe.place, [&](Shell &inside, const ShellCommand &next) { note(inside, next, step); });
    shell.steps = inner.steps;
  }
}

bool SiteBuilder::calls_tools() const {
  for (const Group &group : groups_)
    for (const ToolCall &call : group.calls)
      if (!is_any_of(file_name(call.argv[0]), {"make", "gmake", "mingw32-make"})) return true;
  return false;
}

bool SiteBuilder::builds() const { return relevant_ || !groups_.empty() || !site.tools.empty(); }

void SiteBuilder::finish() {
  if (!builds()) return;
  if (const Variable *toolchain = variable("RUSTUP_TOOLCHAIN"))
    if (!has_unknown(toolchain->value)) use_tool("rustc", {toolchain->value, toolchain->place});
  if (const Variable *target = variable("CARGO_BUILD_TARGET")) add_target(target->value, target->place);
  if (groups_.empty()) {
    site.environment.insert(site.environment.end(), later_.begin(), later_.end());
    project_.sites.push_back(site);
    return;
  }
  std::map<std::string, int> names;
  for (Group &group : groups_) {
    BuildSite part = site;
    part.environment.insert(part.environment.end(), group.overlay.begin(), group.overlay.end());
    part.calls = std::move(group.calls);
    // The calls under the job's own variables keep the job's name, and so do all where none differ.
    if (groups_.size() > 1 && !group.relevant.empty()) {
      part.where += group.step.empty() ? fmt::format(" / line {}", group.line) : " / " + group.step;
      if (names[part.where]++) part.where += fmt::format(" (line {})", group.line);
    }
    project_.sites.push_back(std::move(part));
  }
}

}  // namespace ldwhy
