// Files that hold arguments.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/problem.h"

namespace ldwhy {

// Words as GNU and LLVM tools read them from a response file.
std::vector<std::string> split_response(std::string_view text);

// Replaces each "@file" by the words in that file, and so on in them. Paths start at
// `directory`. A file that cannot be read leaves its word as it is and a Problem.
std::vector<std::string> expand_response_files(const std::vector<std::string> &words,
                                               const std::string &directory, const Files &files,
                                               std::vector<Problem> &problems);

// The paths of ld64's "-filelist FILE[,FOLDER]", one a line.
Result<std::vector<std::string>> read_file_list(std::string_view value,
                                                const std::string &directory, const Files &files);

}  // namespace ldwhy
