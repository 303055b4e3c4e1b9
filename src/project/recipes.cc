// GNU make manual, 5 (recipes): every line is a shell of its own. The Just Programmer's
// Manual: recipes, dependencies, `export`, interpolation.
#include "project/recipes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "project/make_call.h"
#include "project/make_file.h"

namespace ldwhy {
namespace {

constexpr size_t most_recipes = 500;
constexpr size_t most_bytes = 1 << 20;

// The marks before a recipe line: silent, ignore errors, always.
std::string_view without_marks(std::string_view text) {
  size_t start = text.find_first_not_of("@-+ \t");
  return start == text.npos ? std::string_view() : text.substr(start);
}

class MakeRecipes {
 public:
  explicit MakeRecipes(const MakeFile &make) : make_(make) {
    for (size_t i = 0; i < make.rules.size(); ++i)
      for (const std::string &target : make.rules[i].targets) by_target_[target].push_back(i);
    for (const auto &[name, variable] : make.variables) {
      if (!variable.exported || variable.origin == MakeVariable::Origin::Environment) continue;
      Place place;
      for (const FlagPiece &piece : variable.pieces)
        if (piece.source.place.line) place = piece.source.place;
      exported_.push_back({name, joined(make.value(name)), place});
    }
  }

  void goal(const std::string &target) {
    if (!seen_.insert(target).second || out.size() >= most_recipes) return;
    auto rules = by_target_.find(target);
    if (rules == by_target_.end()) return;
    if (++depth_ < 100) {
      for (size_t index : rules->second)
        for (const std::string &need : make_.rules[index].needs) goal(need);
      for (size_t index : rules->second) recipe(make_.rules[index], target);
    }
    --depth_;
  }
  void all() {
    for (const MakeRule &rule : make_.rules) recipe(rule, rule.targets.empty() ? "" : rule.targets.front());
  }
  // What make makes where no goal is given (manual, 2.3).
  std::string first_goal() const {
    for (const MakeRule &rule : make_.rules)
      for (const std::string &target : rule.targets)
        if (!target.starts_with('.') && target.find('%') == target.npos) return target;
    return "";
  }
  std::vector<Recipe> out;

 private:
  void recipe(const MakeRule &rule, const std::string &target) {
    for (const MakeRule::Line &line : rule.recipe) {
      if (out.size() >= most_recipes) return;
      std::string text = make_.expand_to_text(line.text);
      for (size_t at = text.find("$(@)"); at != text.npos; at = text.find("$(@)", at + target.size()))
        text.replace(at, 4, target);
      out.push_back({target, std::string(without_marks(text)), {rule.file, line.line}, exported_});
    }
  }

  const MakeFile &make_;
  std::map<std::string, std::vector<size_t>> by_target_;
  std::set<std::string> seen_;
  std::vector<Variable> exported_;
  int depth_ = 0;
};

std::string_view trim(std::string_view text) {
  size_t start = text.find_first_not_of(" \t\r");
  if (start == text.npos) return "";
  return text.substr(start, text.find_last_not_of(" \t\r") - start + 1);
}

struct JustRecipe {
  std::vector<std::string> needs;
  std::vector<std::pair<uint32_t, std::string>> lines;
};

class JustFile {
 public:
  JustFile(std::string_view text, std::string shown) : shown_(std::move(shown)) {
    uint32_t number = 0;
    std::string current;
    while (!text.empty()) {
      size_t end = text.find('\n');
      std::string_view line = text.substr(0, end);
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
      ++number;
      if (trim(line).empty() || line.starts_with('#')) continue;
      if (line[0] == ' ' || line[0] == '\t') {
        if (!current.empty()) recipes_[current].lines.emplace_back(number, substituted(trim(line)));
        continue;
      }
      current = read_head(trim(line), number);
    }
  }

  void goal(const std::string &name, std::vector<Recipe> &out) {
    auto found = recipes_.find(name);
    if (found == recipes_.end() || !seen_.insert(name).second || out.size() >= most_recipes || ++depth_ > 100) return;
    for (const std::string &need : found->second.needs) goal(need, out);
    for (const auto &[line, text] : found->second.lines)
      out.push_back({name, std::string(without_marks(text)), {shown_, line}, exported_});
    --depth_;
  }
  void all(std::vector<Recipe> &out) {
    for (const std::string &name : order_) goal(name, out);
  }
  std::string first() const { return order_.empty() ? "" : order_.front(); }

 private:
  // `name := value`, or `name parameters: needs`; the recipe's name.
  std::string read_head(std::string_view line, uint32_t number) {
    if (line.starts_with('[') || line.starts_with("set ") || line.starts_with("import") || line.starts_with("alias "))
      return "";
    bool exported = line.starts_with("export ");
    if (exported) line = trim(line.substr(7));
    size_t assign = line.find(":=");
    if (assign != line.npos) {
      std::string name(trim(line.substr(0, assign)));
      std::string_view value = trim(line.substr(assign + 2));
      bool quoted =
          value.size() > 1 && (value[0] == '"' || value[0] == '\'') && value.find(value[0], 1) == value.size() - 1;
      variables_[name] = quoted ? std::string(value.substr(1, value.size() - 2)) : "${" + name + "}";
      if (exported) exported_.push_back({name, variables_[name], {shown_, number}});
      return "";
    }
    if (line.starts_with('@')) line.remove_prefix(1);
    size_t colon = line.find(':');
    if (colon == line.npos) return "";
    std::string_view head = trim(line.substr(0, colon));
    std::string name(head.substr(0, head.find(' ')));
    JustRecipe &recipe = recipes_[name];
    std::string_view needs = line.substr(colon + 1);
    while (!trim(needs).empty() && recipe.needs.size() < 100) {
      needs = trim(needs);
      size_t end = std::min(needs.find_first_of(" \t"), needs.size());
      std::string need(needs.substr(0, end));
      std::erase_if(need, [](char c) { return c == '(' || c == ')'; });
      recipe.needs.push_back(std::move(need));
      needs.remove_prefix(end);
    }
    order_.push_back(name);
    return name;
  }

  std::string substituted(std::string_view text) const {
    std::string out;
    for (;;) {
      size_t start = text.find("{{"), end = start == text.npos ? text.npos : text.find("}}", start);
      if (end == text.npos) return out.append(text);
      out += text.substr(0, start);
      auto known = variables_.find(std::string(trim(text.substr(start + 2, end - start - 2))));
      out += known != variables_.end() ? known->second
                                       : "${" + std::string(trim(text.substr(start + 2, end - start - 2))) + "}";
      text.remove_prefix(end + 2);
    }
  }

  std::string shown_;
  std::map<std::string, std::string> variables_;
  std::map<std::string, JustRecipe> recipes_;
  std::vector<std::string> order_;
  std::vector<Variable> exported_;
  std::set<std::string> seen_;
  int depth_ = 0;
};

std::vector<Recipe> just_recipes(const std::string &path, const std::string &shown,
                                 const std::vector<std::string> *goals, const Files &files) {
  std::vector<Recipe> out;
  Result<FileRef> file = files.open(path);
  if (!file || (*file)->bytes().size() > most_bytes) return out;
  JustFile just((*file)->bytes().text(), shown);
  if (!goals) just.all(out);
  else if (goals->empty()) just.goal(just.first(), out);
  else
    for (const std::string &goal : *goals) just.goal(goal, out);
  return out;
}

std::string find_justfile(const std::string &folder, const Files &files) {
  for (const char *name : {"justfile", "Justfile", ".justfile"})
    if (files.is_file(join_path(folder, name))) return join_path(folder, name);
  return "";
}

std::string shown_beside(const std::string &shown_folder, std::string_view path) {
  return shown_folder.empty() || shown_folder == "." ? std::string(path) : join_path(shown_folder, path);
}

}  // namespace

std::vector<Recipe> recipes_of_call(const std::vector<std::string> &argv, const std::string &folder,
                                    const std::string &shown, const std::vector<Variable> &environment,
                                    const Files &files) {
  if (argv.empty()) return {};
  if (file_name(argv[0]) == "just") {
    std::vector<std::string> goals;
    for (size_t i = 1; i < argv.size() && goals.empty(); ++i)
      if (!argv[i].starts_with('-') && argv[i].find('=') == std::string::npos) goals.push_back(argv[i]);
    std::string path = find_justfile(folder, files);
    if (path.empty()) return {};
    return just_recipes(path, shown_beside(shown, file_name(path)), &goals, files);
  }
  MakeCall call = read_make_call(argv, {});
  std::string where = folder, where_shown = shown;
  for (const std::string &step : call.folders) {
    if (has_unknown(step)) return {};
    where = normal_path(join_path(where, step));
    where_shown = shown_beside(where_shown, normal_path(step));
  }
  while (where.ends_with('/') && where.size() > 1) where.pop_back();
  std::string path = find_makefile(where, call.file, files);
  if (path.empty()) return {};
  MakeInput input{path,
                  shown_beside(where_shown, call.file.empty() ? file_name(path) : std::string_view(call.file)),
                  environment,
                  call.variables,
                  call.environment_first,
                  ""};
  MakeFile make(input, files);
  MakeRecipes recipes(make);
  if (call.goals.empty()) call.goals.push_back(recipes.first_goal());
  for (const std::string &goal : call.goals) recipes.goal(goal);
  return std::move(recipes.out);
}

std::vector<Recipe> all_recipes(const std::string &path, const std::string &shown, const Files &files) {
  if (file_name(path).ends_with("justfile") || file_name(path) == "Justfile")
    return just_recipes(path, shown, nullptr, files);
  MakeInput input;
  input.path = path;
  input.shown = shown;
  MakeFile make(input, files);
  MakeRecipes recipes(make);
  recipes.all();
  return std::move(recipes.out);
}

}  // namespace ldwhy
