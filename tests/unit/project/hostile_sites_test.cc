// Every reader of CI files and build systems on damaged inputs: cut everywhere, and with bytes
// changed. They must end, and say at most a few lines each.
#include <gtest/gtest.h>

#include <random>

#include "project/project.h"

namespace ldwhy {
namespace {

struct Input {
  const char *path, *text;
};
const Input inputs[] = {
    {"/p/.github/workflows/ci.yml",
     "env: &e {RUSTFLAGS: -Clto}\njobs:\n  a:\n    runs-on: ${{ matrix.os }}\n    strategy:\n      "
     "matrix:\n        os: [macos-14, x]\n"
     "        include: [{os: x, t: wasm32-wasip1}]\n    env: *e\n    steps:\n      - uses: "
     "dtolnay/rust-toolchain@1.90\n        with: {targets: \"${{ matrix.t || 'y' }}\"}\n"
     "      - run: |\n          if [ \"$A\" = b ]; then export B=${C:-d}; fi\n          for x in 1 "
     "2; do cargo build --target \"$x\"; done\n          cat <<E >> $GITHUB_ENV\n          Q=1\n   "
     "       E\n"},
    {"/p/.gitlab-ci.yml",
     ".a: {script: [cargo build], variables: {X: \"$Y\"}}\nb:\n  extends: .a\n  parallel: {matrix: "
     "[{T: [1, 2]}]}\n  before_script: [!reference [.a, script]]\n"},
    {"/p/Dockerfile",
     "ARG A=1\nFROM rust:${A} AS x\nENV B=\"c d\" E=f\nRUN --mount=x \\\n  cargo build && \\\n  "
     "make\nRUN <<E\ncargo x\nE\nRUN [\"cargo\", \"y\"]\n"},
    {"/p/x.sh",
     "f() { case $1 in a|b) (cd x && C=$(d \"e\") g) ;; *) { h; } >> y;; esac; }\nf a\ncargo build "
     "\\\n --x '$y' \"${z:-`w`}\" <<-E\n\tq\n\tE\na=(1 2)\n"},
    {"/p/justfile", "export A := \"b\"\nc d: (e)\n    @cargo build {{A}}\n"},
    {"/p/Makefile",
     "include x.mk\nifeq ($(A),b)\nCFLAGS += $(filter %.o,$(C)) -flto\nelse ifdef D\nE := "
     "$(F)\nendif\nall: CFLAGS = x\nall: y | z ; $(CC) $@\n\t@$(CC) \\\n\t-flto\ndefine "
     "Q\nendef\n"},
    {"/p/CMakeLists.txt",
     "cmake_minimum_required(VERSION 3.16)\nproject(x C)\nset(A \"${B${C}} -flto\" CACHE STRING "
     "[=[d]=])\nif((A OR NOT B) AND C MATCHES \"x|y\")\nforeach(i IN LISTS A)\n"
     "add_executable(t${i} a.c)\nendforeach()\nelse()\nmacro(m "
     "x)\nadd_compile_options($<$<CONFIG:${x}>:-flto>)\nendmacro()\nm(Release)\nendif()\nset_"
     "target_properties(t PROPERTIES INTERPROCEDURAL_OPTIMIZATION ON)\n"},
    {"/p/CMakePresets.json",
     "{\"configurePresets\": [{\"name\": \"a\", \"inherits\": [\"b\", \"a\"], \"cacheVariables\": "
     "{\"X\": null, \"Y\": {\"value\": \"${sourceDir}$env{Z}\"}}}, {\"name\": \"b\", "
     "\"environment\": {\"Z\": \"$env{Z}\"}}]}"},
    {"/p/build/CMakeCache.txt",
     "//x\nCMAKE_C_FLAGS:STRING=-flto\n\"A:B\":BOOL=ON\nCMAKE_HOME_DIRECTORY:INTERNAL=/"
     "p\nCMAKE_CONFIGURATION_TYPES:STRING=Debug;Release\n"},
    {"/p/meson.build", "project('x', 'c', default_options: ['b_lto=true', '''b_lto_mode=thin'''], x: {'a': 'b'})\n"},
    {"/p/mb/meson-info/intro-buildoptions.json",
     "[{\"name\": \"b_lto\", \"value\": true}, {\"name\": \"c_args\", \"value\": [\"-flto\", 1]}]"},
};

void read_all(const std::string &path, const std::string &text) {
  MemoryFiles files;
  for (const Input &input : inputs)
    if (input.path != path && std::string_view(input.path) != "/p/build/CMakeCache.txt")
      files.add(input.path, input.text);
  files.add(path, text);
  ProjectOptions options;
  options.folder = "/p";
  options.ask_tools = false;
  ProjectContext context{options, files};
  Project project;
  project.root = "/p";
  BuildSite local;
  local.host = "x86_64-unknown-linux-gnu";
  project.sites.push_back(local);
  for (const SiteSource *source : {&github_source, &gitlab_source, &dockerfile_source, &script_source})
    source->read(context, project);
  for (const ProjectKind *kind : {&cmake_kind, &meson_kind, &make_kind})
    if (std::optional<std::string> root = kind->root("/p", files)) kind->read(*root, context, project);
  EXPECT_LT(project.problems.size(), 30u);
  for (const ProjectProblem &problem : project.problems)
    EXPECT_EQ(problem.text.find('\n'), std::string::npos) << problem.text;
}

TEST(HostileSites, cut_short) {
  for (const Input &input : inputs) {
    std::string text = input.text;
    for (size_t length = 0; length <= text.size(); length += 5) read_all(input.path, text.substr(0, length));
  }
}

TEST(HostileSites, with_bytes_changed) {
  std::mt19937 random(20251105);
  const std::string letters = "(){}[]$\"'\\`<>|&;:=,#*! \n\t-%@\xff";
  for (const Input &input : inputs)
    for (int round = 0; round < 60; ++round) {
      std::string text = input.text;
      for (int change = 0; change < 3; ++change) {
        size_t at = random() % text.size();
        char letter = letters[random() % letters.size()];
        if (random() % 3 == 0) text.insert(at, 1, letter);
        else text[at] = letter;
      }
      read_all(input.path, text);
    }
}

}  // namespace
}  // namespace ldwhy
