// A CMake project read without running CMake: the commands of its files in order, as far as
// they bear on flags, LTO and the linker. What depends on something that is not known is read as if
// it held, and its source says so.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/files.h"
#include "project/cmake_language.h"
#include "project/cmake_values.h"

namespace ldwhy {

// A cache variable that stands before the first file is read: from a build folder, the command
// line, a preset. The first of a name wins.
struct CMakeCacheEntry {
  std::string name;
  SettingSource source;  // value, place, text ("-DCMAKE_C_FLAGS on the command line")
};

struct CMakeInput {
  std::string root;        // absolute
  std::string build_type;  // empty: what the cache or the files say
  std::string host;
  std::string compiler_id;  // "GNU", "Clang", …; empty: by the compiler's name
  std::vector<CMakeCacheEntry> cache;
  std::vector<Variable> environment;
  bool configured = false;  // a build folder's cache: the environment counts no more
};

struct CMakeTarget {
  std::string name;
  Place place;
  size_t directory = 0;
  bool interface = false, c = false, cxx = false;  // its sources' languages, where they tell
  FlagText compile_options, link_options, interface_compile, interface_link;
  std::vector<std::string> libraries;
  std::map<std::string, CMakeValue> properties;  // those that bear on LTO and flags
};

struct CMakeDirectory {
  FlagText compile_options, link_options;
  std::map<std::string, CMakeValue> variables;  // flags and the like, at the directory's end
};

class CMakeProject {
 public:
  CMakeProject(const CMakeInput &input, const Files &files);

  std::vector<CMakeTarget> targets;
  std::vector<CMakeDirectory> directories;                   // the first is the root's
  std::map<std::string, std::vector<SettingSource>> losers;  // by variable
  std::vector<std::pair<Place, std::string>> problems;
  bool has_c = false, has_cxx = false;
  std::string system;  // CMAKE_SYSTEM_NAME that a toolchain file sets; empty: none

  // A variable at the end of the root's directory.
  const CMakeValue *variable(const std::string &name) const;
  CompilerKind compiler() const { return compiler_; }
  // The program that compiles, where something names it; a source without file where nothing does.
  SettingSource compiler_source(bool cxx) const;

 private:
  enum class Run : uint8_t { Yes, Maybe, No };
  struct ParsedFile {
    FileRef file;
    std::string shown;
    std::vector<CMakeCommand> commands;
    std::vector<size_t> jump;  // from if, elseif, else to the next branch; from foreach and the like to the end
  };
  struct Function {
    const ParsedFile *file = nullptr;
    size_t begin = 0, end = 0;
    std::vector<std::string> parameters;
    bool macro = false;
  };

  // cmake_project.cc: files and control flow.
  const ParsedFile *parse(const std::string &path);
  void run_file(const std::string &path, Run run);
  void run_directory(const std::string &path, Run run);
  void run(const ParsedFile &file, size_t begin, size_t end, Run run);
  size_t run_if(const ParsedFile &file, size_t at, Run run);
  void run_foreach(const ParsedFile &file, size_t at, Run run);
  void call(const Function &function, const std::vector<FlagText> &arguments, Run run);
  void include(const std::string &name, Run run);
  void start();
  void start_language(const std::string &language, const char *variable);
  void set_platform();
  void set_known(const std::string &name, const std::string &value);

  // cmake_commands.cc: the commands themselves.
  void command(const CMakeCommand &command, Run run);
  bool variable_command(const CMakeCommand &command, const std::vector<FlagText> &arguments, Run run);
  bool target_command(const CMakeCommand &command, const std::vector<FlagText> &arguments, Run run);
  void set(const std::vector<FlagText> &arguments, Run run);
  void assign(const std::string &name, FlagText value, Run run, bool parent);
  void assign_cache(const std::string &name, FlagText value, bool force, Run run);
  void list_command(const std::vector<FlagText> &arguments, Run run);
  void string_command(const std::vector<FlagText> &arguments, Run run);
  void languages(const std::vector<FlagText> &arguments, bool project);
  void add_target(const std::vector<FlagText> &arguments, const Place &place);
  void set_properties(const std::vector<FlagText> &arguments, Run run);
  void set_property(const std::vector<FlagText> &arguments, Run run);
  void apply_property(CMakeTarget &target, const std::string &property, FlagText value, bool append, Run run);
  void target_options(const std::vector<FlagText> &arguments, bool link);
  void link_libraries(const std::vector<FlagText> &arguments);
  SettingSource source_here(const CMakeCommand &command, const std::string &text) const;
  void lose(const std::string &name, const FlagText &value, const std::string &why);

  const CMakeInput &input_;
  const Files &files_;
  CMakeVariables variables_;
  CompilerKind compiler_ = CompilerKind::Unknown;
  std::map<std::string, std::unique_ptr<ParsedFile>> files_read_;
  std::map<std::string, Function> functions_;
  std::map<std::string, size_t> target_index_;
  std::vector<std::map<std::string, CMakeValue> *> parents_;
  std::vector<std::string> conditions_;
  const ParsedFile *file_ = nullptr;
  std::string folder_;  // of the directory that is read
  size_t directory_ = 0;
  size_t steps_ = 100'000, copies_ = 3'000'000;
  int depth_ = 0;
  bool stopped_ = false, started_ = false;
};

}  // namespace ldwhy
