// Real inputs for tests: objects made on the spot by real compilers, and what the
// binary tools say of them. Tests never check in binaries.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace ldwhy::testing {

// A scratch folder for one test.
class Workshop {
 public:
  Workshop() {
    std::string path = (std::filesystem::temp_directory_path() / "ldwhy-test.XXXXXX").string();
    if (::mkdtemp(path.data())) folder_ = path;
  }
  ~Workshop() {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  Workshop(const Workshop &) = delete;
  Workshop &operator=(const Workshop &) = delete;

  std::string path(const std::string &name) const { return folder_ + "/" + name; }
  void write(const std::string &name, const std::string &text) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
  }
  std::string read(const std::string &name) const {
    std::ifstream in(path(name), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  // Runs a shell command in the folder; the test fails where it does.
  void run(const std::string &command) const {
    int status = std::system(("cd '" + folder_ + "' && " + command).c_str());
    ASSERT_EQ(status, 0) << command;
  }
  // Standard output of a shell command run in the folder, whatever its status.
  std::string output(const std::string &command) const {
    std::unique_ptr<FILE, int (*)(FILE *)> pipe(::popen(("cd '" + folder_ + "' && " + command).c_str(), "r"), ::pclose);
    std::string text;
    char buffer[4096];
    while (size_t got = std::fread(buffer, 1, sizeof buffer, pipe.get())) text.append(buffer, got);
    return text;
  }

 private:
  std::string folder_;
};

}  // namespace ldwhy::testing
