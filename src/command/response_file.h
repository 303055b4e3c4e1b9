// Files that hold arguments.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/problem.h"

namespace ldwhy {

// How words are told apart: GNU's way, or that of programs for Windows.
enum class Quoting : uint8_t { Gnu, Windows };

// Words as GNU and LLVM tools read them from a response file; as Windows' tools do.
std::vector<std::string> split_response(std::string_view text);
std::vector<std::string> split_windows_response(std::string_view text);

// Replaces each "@file" by the words in that file, and so on in them. Paths start at
// `directory`. A file that cannot be read leaves its word as it is and a Problem.
std::vector<std::string> expand_response_files(const std::vector<std::string> &words, const std::string &directory,
                                               const Files &files, std::vector<Problem> &problems,
                                               Quoting quoting = Quoting::Gnu);

// The paths of ld64's "-filelist FILE[,FOLDER]", one a line.
Result<std::vector<std::string>> read_file_list(std::string_view value, const std::string &directory,
                                                const Files &files);

}  // namespace ldwhy
