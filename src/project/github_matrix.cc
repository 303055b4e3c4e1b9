// GitHub's documentation, "Running variations of jobs in a workflow": `exclude` first, then
// `include`, which adds to the combinations that it fits, or else is one of its own.
#include "project/github_matrix.h"

#include <algorithm>

namespace ldwhy {
namespace {

constexpr size_t most_jobs = 256;  // GitHub's own limit

// A list that may stand as an expression.
Yaml evaluated(const Yaml &node, ExpressionContext context) {
  if (!node || !node->is_scalar() || node->text.find("${{") == std::string::npos) return node;
  size_t start = node->text.find("${{"), end = node->text.rfind("}}");
  if (start != 0 || end == std::string::npos || end + 2 != node->text.size()) return nullptr;
  ExpressionValue value = evaluate_expression(std::string_view(node->text).substr(3, end - 3), context);
  return value.kind == ExpressionValue::Kind::Node ? value.node : nullptr;
}

// Whether a combination has all of the entry's values; of a map, the parts that are named.
bool has_values(const MatrixJob &job, const YamlNode &entry) {
  for (const YamlEntry &wanted : entry.entries) {
    const Yaml *mine = job.find(wanted.key);
    if (!mine) return false;
    if (!wanted.value->is_map() || !(*mine)->is_map()) {
      if (!same_yaml(**mine, *wanted.value)) return false;
      continue;
    }
    for (const YamlEntry &part : wanted.value->entries) {
      const YamlNode *there = (*mine)->find(part.key);
      if (!there || !same_yaml(*there, *part.value)) return false;
    }
  }
  return true;
}

void set_value(MatrixJob &job, const YamlEntry &entry) {
  for (std::pair<std::string, Yaml> &value : job.values)
    if (value.first == entry.key) {
      value.second = entry.value;
      return;
    }
  job.values.emplace_back(entry.key, entry.value);
}

void include(const YamlNode &entry, const std::vector<std::string> &axes, size_t originals, Matrix &matrix) {
  bool added = false;
  for (size_t i = 0; i < originals; ++i) {
    MatrixJob &job = matrix.jobs[i];
    bool fits = true;
    for (const YamlEntry &value : entry.entries) {
      if (std::ranges::find(axes, value.key) == axes.end()) continue;
      const Yaml *mine = job.find(value.key);
      fits = fits && mine && same_yaml(**mine, *value.value);
    }
    if (!fits) continue;
    added = true;
    for (const YamlEntry &value : entry.entries) set_value(job, value);
  }
  if (added) return;
  if (matrix.jobs.size() >= most_jobs) {
    matrix.cut = true;
    return;
  }
  MatrixJob job;
  for (const YamlEntry &value : entry.entries) set_value(job, value);
  matrix.jobs.push_back(std::move(job));
}

void multiply(const YamlEntry &axis, const std::vector<Yaml> &values, Matrix &matrix) {
  std::vector<MatrixJob> grown;
  for (const MatrixJob &job : matrix.jobs)
    for (const Yaml &value : values) {
      if (grown.size() >= most_jobs) {
        matrix.cut = true;
        break;
      }
      grown.push_back(job);
      grown.back().values.emplace_back(axis.key, value);
    }
  matrix.jobs = std::move(grown);
}

void collect_scalars(const YamlNode &node, std::string &label) {
  if (label.size() > 200) return;
  if (node.is_scalar() && !node.text.empty()) label += (label.empty() ? "" : ", ") + node.text;
  for (const YamlEntry &entry : node.entries) collect_scalars(*entry.value, label);
  for (const Yaml &item : node.items) collect_scalars(*item, label);
}

}  // namespace

const Yaml *MatrixJob::find(const std::string &name) const {
  for (const std::pair<std::string, Yaml> &value : values)
    if (value.first == name) return &value.second;
  return nullptr;
}

std::string MatrixJob::label() const {
  std::string label;
  for (const std::pair<std::string, Yaml> &value : values) collect_scalars(*value.second, label);
  return label;
}

Matrix expand_matrix(const Yaml &node, ExpressionContext context) {
  Matrix matrix;
  matrix.jobs.emplace_back();
  if (!node) return matrix;
  Yaml map = evaluated(node, context);
  if (!map || !map->is_map()) {
    matrix.complete = false;
    return matrix;
  }
  std::vector<std::string> axes;
  for (const YamlEntry &axis : map->entries) {
    if (axis.key == "include" || axis.key == "exclude") continue;
    Yaml list = evaluated(axis.value, context);
    if (!list || list->items.empty()) {
      matrix.complete = matrix.complete && list;
      continue;
    }
    axes.push_back(axis.key);
    multiply(axis, list->items, matrix);
  }
  auto entries = [&](std::string_view key) {
    const YamlEntry *entry = map->entry(key);
    Yaml list = entry ? evaluated(entry->value, context) : nullptr;
    if (entry && !list) matrix.complete = false;
    return list ? list->items : std::vector<Yaml>();
  };
  for (const Yaml &entry : entries("exclude"))
    if (entry->is_map() && !entry->entries.empty())
      std::erase_if(matrix.jobs, [&](const MatrixJob &job) { return has_values(job, *entry); });
  if (axes.empty()) matrix.jobs.clear();
  size_t originals = matrix.jobs.size();
  for (const Yaml &entry : entries("include"))
    if (entry->is_map()) include(*entry, axes, originals, matrix);
  if (matrix.jobs.empty() && axes.empty()) matrix.jobs.emplace_back();
  return matrix;
}

}  // namespace ldwhy
