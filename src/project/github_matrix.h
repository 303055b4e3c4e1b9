// The combinations of a job's matrix.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "project/github_expression.h"
#include "project/yaml.h"

namespace ldwhy {

struct MatrixJob {
  std::vector<std::pair<std::string, Yaml>> values;
  const Yaml *find(const std::string &name) const;
  // "linux, stable": the values as GitHub shows them after the job's name.
  std::string label() const;
};

struct Matrix {
  std::vector<MatrixJob> jobs;  // at least one, empty where there is no matrix
  bool complete = true;         // false: made from an expression that is not known, in part
  bool cut = false;             // more combinations than are followed
};

Matrix expand_matrix(const Yaml &matrix, ExpressionContext context);

}  // namespace ldwhy
