// CMake files read here against the same files configured by the real CMake: the flags that end
// up in the build's commands.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "project/cmake_language.h"
#include "project/cmake_project.h"
#include "project/cmake_settings.h"
#include "real_objects.h"
#include "unit/project/kinds.h"

namespace ldwhy {
namespace {

using testing::read_kind;
using testing::setting_of;
using testing::value_of;

TEST(CMakeLanguage, has_all_forms_of_arguments) {
  Result<std::vector<CMakeCommand>> commands = parse_cmake(
      "# c\nSET(a \"b;\\\"c\" [=[d]]]=] e\\ f) #[[ x\n]] if((A OR B)\n  AND C)\nf(-DX=\"y z\" "
      "$(make))\n");
  ASSERT_TRUE(commands) << commands.error().text;
  ASSERT_EQ(commands->size(), 3u);
  EXPECT_EQ((*commands)[0].name, "set");
  std::string words;
  for (const CMakeArgument &argument : (*commands)[0].arguments) words += std::string(argument.text) + "|";
  EXPECT_EQ(words, "a|b;\\\"c|d]]|e\\ f|");
  EXPECT_EQ((*commands)[1].line, 3u);
  EXPECT_EQ((*commands)[1].arguments.size(), 7u);
  EXPECT_EQ((*commands)[1].arguments.back().line, 4u);
  EXPECT_EQ((*commands)[2].arguments[0].text, "-DX=\"y z\"");
  EXPECT_EQ(parse_cmake("set(a\n\nb").error().text, "line 3: set on line 1 is never closed");
  EXPECT_EQ(parse_cmake("a b").error().text, "line 1: expected a command and its arguments in brackets");
}

// What a compile command's flags come to: "none", "thin", "full", "gcc".
std::string mode_in(const std::string &command, bool gcc) {
  std::string mode = "none";
  for (size_t at = command.find(" -f"); at != command.npos; at = command.find(" -f", at + 1)) {
    std::string word = command.substr(at + 1, command.find(' ', at + 1) - at - 1);
    if (word == "-fno-lto") mode = "none";
    else if (word == "-flto=thin") mode = "thin";
    else if (word.starts_with("-flto")) mode = gcc ? "gcc" : "full";
  }
  return mode;
}

struct Sample {
  const char *name, *text, *definition, *environment;
};
constexpr const char *none = "";
const Sample samples[] = {
    {"ipo_variable", "set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)\nadd_executable(t a.c)\n", none, none},
    {"ipo_set_after_the_target", "add_executable(t a.c)\nset(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)\n", none, none},
    {"ipo_of_the_build_type", "set(CMAKE_INTERPROCEDURAL_OPTIMIZATION_RELEASE ON)\nadd_executable(t a.c)\n", none,
     none},
    {"ipo_of_another_type", "set(CMAKE_INTERPROCEDURAL_OPTIMIZATION_DEBUG ON)\nadd_executable(t a.c)\n", none, none},
    {"build_type_over_all",
     "set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)\nset(CMAKE_INTERPROCEDURAL_OPTIMIZATION_RELEASE "
     "OFF)\nadd_executable(t a.c)\n",
     none, none},
    {"property", "add_executable(t a.c)\nset_property(TARGET t PROPERTY INTERPROCEDURAL_OPTIMIZATION TRUE)\n", none,
     none},
    {"properties",
     "add_executable(t a.c)\nset_target_properties(t PROPERTIES OUTPUT_NAME x "
     "INTERPROCEDURAL_OPTIMIZATION ON)\n",
     none, none},
    {"directory_property", "set_property(DIRECTORY PROPERTY INTERPROCEDURAL_OPTIMIZATION ON)\nadd_executable(t a.c)\n",
     none, none},
    {"flags", "set(CMAKE_C_FLAGS \"${CMAKE_C_FLAGS} -flto=auto\")\nadd_executable(t a.c)\n", none, none},
    {"flags_set_late", "add_executable(t a.c)\nset(CMAKE_C_FLAGS \"-flto=auto\")\n", none, none},
    {"flags_of_release", "string(APPEND CMAKE_C_FLAGS_RELEASE \" -flto=auto\")\nadd_executable(t a.c)\n", none, none},
    {"flags_of_debug", "string(APPEND CMAKE_C_FLAGS_DEBUG \" -flto=auto\")\nadd_executable(t a.c)\n", none, none},
    {"options", "add_compile_options(-flto=auto)\nadd_executable(t a.c)\n", none, none},
    {"options_too_late", "add_executable(t a.c)\nadd_compile_options(-flto=auto)\n", none, none},
    {"options_against_flags", "set(CMAKE_C_FLAGS -flto=auto)\nadd_compile_options(-fno-lto)\nadd_executable(t a.c)\n",
     none, none},
    {"target_options", "add_executable(t a.c)\ntarget_compile_options(t PRIVATE -Wall -flto=auto)\n", none, none},
    {"interface_library",
     "add_library(o INTERFACE)\ntarget_compile_options(o INTERFACE -flto=auto)\nadd_executable(t "
     "a.c)\n"
     "target_link_libraries(t PRIVATE o)\n",
     none, none},
    {"interface_alone",
     "add_library(o INTERFACE)\ntarget_compile_options(o INTERFACE -flto=auto)\nadd_executable(t "
     "a.c)\n",
     none, none},
    {"generator_of_release", "add_compile_options($<$<CONFIG:Release>:-flto=auto>)\nadd_executable(t a.c)\n", none,
     none},
    {"generator_of_debug", "add_compile_options(\"$<$<CONFIG:Debug,MinSizeRel>:-flto=auto>\")\nadd_executable(t a.c)\n",
     none, none},
    {"generator_of_language",
     "add_compile_options($<$<AND:$<COMPILE_LANGUAGE:C>,$<NOT:$<CONFIG:Debug>>>:-flto=auto>)\nadd_"
     "executable(t a.c)\n",
     none, none},
    {"option_off",
     "option(LTO \"\" OFF)\nif(LTO)\n  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION "
     "ON)\nendif()\nadd_executable(t a.c)\n",
     none, none},
    {"option_on_by_the_command_line",
     "option(LTO \"\" OFF)\nif(LTO)\n  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION "
     "ON)\nendif()\nadd_executable(t a.c)\n",
     "LTO=ON", none},
    {"build_type_asked",
     "if(CMAKE_BUILD_TYPE STREQUAL \"Release\" AND NOT MSVC)\n  "
     "add_compile_options(-flto=auto)\nelse()\n"
     "  add_compile_options(-g3)\nendif()\nadd_executable(t a.c)\n",
     none, none},
    {"compiler_asked",
     "if(CMAKE_C_COMPILER_ID MATCHES \"Clang|AppleClang\")\n  add_compile_options(-flto=thin)\n"
     "elseif(CMAKE_C_COMPILER_ID STREQUAL GNU)\n  "
     "add_compile_options(-flto=auto)\nendif()\nadd_executable(t a.c)\n",
     none, none},
    {"environment", "add_executable(t a.c)\n", none, "CFLAGS=-flto=auto"},
    {"command_line_over_environment", "add_executable(t a.c)\n", "CMAKE_C_FLAGS=-O1", "CFLAGS=-flto=auto"},
    {"cache_default", "set(CMAKE_C_FLAGS_RELEASE \"-O2 -flto=auto\" CACHE STRING \"\")\nadd_executable(t a.c)\n", none,
     none},
    {"cache_forced",
     "set(CMAKE_C_FLAGS_RELEASE \"-O2 -flto=auto\" CACHE STRING \"\" FORCE)\nadd_executable(t "
     "a.c)\n",
     none, none},
    {"command_line_over_cache_default",
     "set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON CACHE BOOL \"\")\nadd_executable(t a.c)\n",
     "CMAKE_INTERPROCEDURAL_OPTIMIZATION=OFF", none},
    {"set_over_the_command_line", "set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)\nadd_executable(t a.c)\n",
     "CMAKE_INTERPROCEDURAL_OPTIMIZATION=OFF", none},
    {"function_and_macro",
     "macro(on f)\n  set(CMAKE_C_FLAGS \"${CMAKE_C_FLAGS} ${f}\")\nendmacro()\nfunction(off)\n"
     "  set(CMAKE_C_FLAGS \"-fno-lto\")\nendfunction()\non(-flto=auto)\noff()\nadd_executable(t "
     "a.c)\n",
     none, none},
    {"parent_scope",
     "function(on)\n  set(CMAKE_C_FLAGS \"-flto=auto\" "
     "PARENT_SCOPE)\nendfunction()\non()\nadd_executable(t a.c)\n",
     none, none},
    {"foreach",
     "foreach(kind DEBUG RELEASE)\n  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION_${kind} "
     "ON)\nendforeach()\nadd_executable(t a.c)\n",
     none, none},
    {"replaced",
     "set(CMAKE_C_FLAGS \"-O2 -flto=auto\")\nstring(REPLACE \"-flto=auto\" \"\" CMAKE_C_FLAGS "
     "\"${CMAKE_C_FLAGS}\")\n"
     "add_executable(t a.c)\n",
     none, none},
    {"include", "include(more.cmake)\nadd_executable(t a.c)\n", none, none},
    {"subdirectory", "set(CMAKE_C_FLAGS -flto=auto)\nadd_subdirectory(sub)\n", none, none},
    {"subdirectory_alone", "add_executable(t a.c)\nadd_subdirectory(sub2)\n", none, none},
    {"unset", "set(CMAKE_C_FLAGS -flto=auto)\nunset(CMAKE_C_FLAGS)\nadd_executable(t a.c)\n", none, none},
    {"list",
     "list(APPEND opts -Wall -flto=auto)\nadd_executable(t a.c)\ntarget_compile_options(t PUBLIC "
     "${opts})\n",
     none, none},
};

Variable variable_from(const std::string &definition, const char *file) {
  size_t equals = definition.find('=');
  return {definition.substr(0, equals), definition.substr(equals + 1), {file, 0}};
}

void write_sample(const testing::Workshop &shop, const Sample &sample) {
  shop.write("p/CMakeLists.txt", std::string("cmake_minimum_required(VERSION 3.16)\nproject(x C)\n") + sample.text);
  shop.write("p/a.c", "int main(void) { return 0; }\n");
  shop.write("p/more.cmake", "set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)\n");
  shop.write("p/sub/CMakeLists.txt", "add_executable(t ../a.c)\n");
  shop.write("p/sub2/CMakeLists.txt", "set(CMAKE_C_FLAGS -flto=auto)\nadd_executable(u ../a.c)\n");
}

class CMakeAgainst : public ::testing::TestWithParam<Sample> {};

TEST_P(CMakeAgainst, the_real_one) {
  const Sample &sample = GetParam();
  for (const char *compiler : {"gcc", "clang-19"}) {
    testing::Workshop shop;
    write_sample(shop, sample);
    std::string definition = *sample.definition ? std::string(" -D") + sample.definition : "";
    shop.run(std::string("env CC=") + compiler + " " + sample.environment +
             " cmake -S p -B b -DCMAKE_BUILD_TYPE=Release -DCMAKE_EXPORT_COMPILE_COMMANDS=ON "
             "-DCMAKE_C_COMPILER_FORCED=ON" +
             definition + " >log 2>&1");
    nlohmann::json commands = nlohmann::json::parse(shop.read("b/compile_commands.json"));
    EXPECT_FALSE(commands.empty());

    CMakeInput input;
    input.root = shop.path("p");
    input.host = "x86_64-unknown-linux-gnu";
    input.cache.push_back({"CMAKE_BUILD_TYPE", {"Release", {"command line", 0}, "", ""}});
    if (*sample.definition) {
      Variable given = variable_from(sample.definition, "command line");
      input.cache.push_back({given.name, {given.value, given.place, given.name, ""}});
    }
    input.environment.push_back({"CC", compiler, {"environment", 0}});
    if (*sample.environment) input.environment.push_back(variable_from(sample.environment, "environment"));
    DiskFiles files;
    CMakeProject read(input, files);
    EXPECT_TRUE(read.problems.empty());
    Build build;
    add_cmake_settings(read, input, build);
    EXPECT_EQ(build.profile, "Release");
    for (const nlohmann::json &command : commands) {
      std::string text = command["command"].get<std::string>();
      std::string target = text.substr(text.find("CMakeFiles/") + 11);
      target = target.substr(0, target.find(".dir"));
      std::string ours = value_of(build, "lto", target);
      if (ours == "(none)") ours = value_of(build, "lto");
      EXPECT_EQ(ours, mode_in(text, std::string_view(compiler) == "gcc")) << compiler << "\n" << text;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, CMakeAgainst, ::testing::ValuesIn(samples),
                         [](const auto &info) { return std::string(info.param.name); });

TEST(CMake, reads_what_a_configured_folder_really_has) {
  testing::Workshop shop;
  shop.write("p/CMakeLists.txt",
             "cmake_minimum_required(VERSION 3.16)\nproject(x C CXX)\nset(CMAKE_BUILD_TYPE Debug "
             "CACHE STRING \"\")\n"
             "add_executable(t a.c)\nadd_link_options(-fuse-ld=lld)\nadd_executable(u a.c)\n");
  shop.write("p/a.c", "int main(void) { return 0; }\n");
  shop.run(
      "CFLAGS='-DA -flto=thin' cmake -S p -B p/build -G Ninja -DCMAKE_C_COMPILER=clang-19 "
      "-DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_BUILD_TYPE=RelWithDebInfo >log 2>&1");
  DiskFiles files;
  // The environment of today is not the one that the folder was configured in.
  Project project = read_kind(cmake_kind, shop.path("p"), files, {{"CFLAGS", "-fno-lto", {"environment", 0}}});
  ASSERT_EQ(project.builds.size(), 1u);
  const Build &build = project.builds[0];
  EXPECT_EQ(build.profile, "RelWithDebInfo");
  ASSERT_EQ(value_of(build, "lto"), "thin");
  EXPECT_EQ(setting_of(build, "lto")->source.place.file, "build/CMakeCache.txt");
  EXPECT_EQ(value_of(build, "c-flags"), "-DA -flto=thin -O2 -g -DNDEBUG");
  ASSERT_EQ(value_of(build, "linker"), "lld");
  EXPECT_EQ(setting_of(build, "linker")->source.place.line, 5u);
  EXPECT_EQ(build.versions.at("clang").value, "19.1.7");
  EXPECT_TRUE(build.versions.at("cmake").value.starts_with("3."));
  const Setting *type = setting_of(build, "build-type");
  ASSERT_TRUE(type);
  ASSERT_EQ(type->overridden.size(), 1u);
  EXPECT_EQ(type->overridden[0].value, "Debug");
  EXPECT_EQ(type->overridden[0].place.line, 3u);
}

TEST(CMake, reads_presets_as_the_real_one_does) {
  testing::Workshop shop;
  shop.write("p/CMakeLists.txt", "cmake_minimum_required(VERSION 3.16)\nproject(x C)\nadd_executable(t a.c)\n");
  shop.write("p/a.c", "int main(void) { return 0; }\n");
  shop.write("p/CMakePresets.json", R"({
  "version": 3,
  "configurePresets": [
    {"name": "base", "hidden": true, "generator": "Ninja", "binaryDir": "${sourceDir}/out/${presetName}",
	 "cacheVariables": {"CMAKE_BUILD_TYPE": "Release", "CMAKE_C_COMPILER": {"type": "FILEPATH", "value": "clang-19"},
      "CMAKE_EXPORT_COMPILE_COMMANDS": true},
     "environment": {"CFLAGS": "-flto=$env{MODE}", "MODE": "thin"}},
    {"name": "other", "hidden": true,
     "cacheVariables": {"CMAKE_BUILD_TYPE": "Debug", "CMAKE_INTERPROCEDURAL_OPTIMIZATION": true}},
    {"name": "thin", "inherits": ["base", "other"], "cacheVariables": {"CMAKE_INTERPROCEDURAL_OPTIMIZATION": null}},
    {"name": "full", "inherits": "base", "environment": {"MODE": "full"}}
  ]
}
)");
  DiskFiles files;
  Project before = read_kind(cmake_kind, shop.path("p"), files);
  ASSERT_EQ(before.builds.size(), 2u);
  for (const Build &build : before.builds) {
    shop.run("cd p && cmake --preset " + build.profile + " >log 2>&1");
    std::string commands = shop.read("p/out/" + build.profile + "/compile_commands.json");
    EXPECT_EQ(value_of(build, "lto"), mode_in(commands, false)) << commands;
    EXPECT_EQ(value_of(build, "lto"), build.profile);
    ASSERT_EQ(value_of(build, "build-type"), "Release");
    EXPECT_EQ(setting_of(build, "build-type")->source.place.line, 5u);
  }
  // Once they are configured the folders speak, and say the same.
  Project after = read_kind(cmake_kind, shop.path("p"), files);
  ASSERT_EQ(after.builds.size(), 2u);
  EXPECT_EQ(value_of(after.builds[0], "lto"), "full");
  EXPECT_EQ(value_of(after.builds[1], "lto"), "thin");
}

TEST(CMake, says_under_which_condition_a_flag_stands) {
  MemoryFiles files;
  files.add("/p/CMakeLists.txt",
            "project(x CXX)\ninclude(CheckIPOSupported)\ncheck_ipo_supported(RESULT ok OUTPUT "
            "why)\nif(ok)\n"
            "  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)\nendif()\nadd_library(x STATIC x.cc)\n");
  Project project =
      read_kind(cmake_kind, "/p", files, {{"CXX", "clang++", {"environment", 0}}},
                {{{"cmake", "-S", ".", "-B", "b", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold"},
                  "",
                  {"ci.yml", 7}},
                 {{"cmake", "--build", "b"}, "", {"ci.yml", 8}}});
  ASSERT_EQ(project.builds.size(), 2u);
  const Setting *lto = setting_of(project.builds[0], "lto");
  EXPECT_EQ(lto->source.value, "thin");
  EXPECT_EQ(lto->source.place.line, 5u);
  EXPECT_EQ(lto->source.text, "CMAKE_INTERPROCEDURAL_OPTIMIZATION (only where if(ok) holds): -flto=thin");
  EXPECT_EQ(project.builds[1].where, "ci");
  EXPECT_EQ(project.builds[1].profile, "Debug");
  EXPECT_EQ(project.builds[1].target, "aarch64-apple-darwin");
  ASSERT_EQ(value_of(project.builds[1], "linker"), "mold");
  EXPECT_EQ(setting_of(project.builds[1], "linker")->source.place.line, 7u);
}

TEST(CMake, names_what_lost_and_why) {
  MemoryFiles files;
  files.add("/p/CMakeLists.txt",
            "project(x C)\nset(CMAKE_C_FLAGS \"-flto=thin\")\nset(CMAKE_C_FLAGS \"-flto=full\")\n"
            "add_compile_options(-fno-lto)\nadd_executable(x x.c)\n");
  Project project = read_kind(cmake_kind, "/p", files, {{"CC", "clang", {"environment", 0}}});
  const Setting *local = setting_of(project.builds.at(0), "lto");
  EXPECT_EQ(local->source.value, "none");
  EXPECT_EQ(local->source.place.line, 4u);
  ASSERT_EQ(local->overridden.size(), 2u);
  EXPECT_EQ(local->overridden[0].value, "full");
  EXPECT_EQ(local->overridden[0].place.line, 3u);
  EXPECT_EQ(local->overridden[1].value, "thin");
  EXPECT_EQ(local->overridden[1].place.line, 2u);
  EXPECT_EQ(local->overridden[1].why, "a later set() wins");
}

TEST(CMake, finds_the_root_of_the_tree) {
  MemoryFiles files;
  files.add("/p/.git/HEAD", "x");
  files.add("/p/top/CMakeLists.txt", "project(x)\n");
  files.add("/p/top/lib/CMakeLists.txt", "add_library(x x.c)\n");
  EXPECT_EQ(cmake_kind.root("/p/top/lib", files), "/p/top");
  EXPECT_EQ(cmake_kind.root("/p", files), std::nullopt);
}

}  // namespace
}  // namespace ldwhy
