#include <gtest/gtest.h>

#include "project/github_expression.h"
#include "project/github_matrix.h"
#include "unit/project/sites.h"

namespace ldwhy {
namespace {

using testing::calls_of;
using testing::find_site;
using testing::names_of;
using testing::read_sites;
using testing::targets_of;
using testing::tool_of;
using testing::variable_of;

Project read_workflow(const std::string &text, MemoryFiles files = {}) {
  files.add("/p/.github/workflows/ci.yml", text);
  return read_sites(github_source, files);
}

std::string evaluate(std::string_view expression) {
  auto context = [](const std::vector<std::string> &path) -> ExpressionValue {
    if (path[0] == "matrix" && path[1] == "os") return expression_string("ubuntu-latest");
    if (path[0] == "matrix" && path[1] == "none") return expression_node(nullptr);
    return {};
  };
  ExpressionValue value = evaluate_expression(expression, context);
  return value.known() ? value.to_text() : "?";
}

TEST(GithubExpression, has_three_answers) {
  EXPECT_EQ(evaluate("matrix.os"), "ubuntu-latest");
  EXPECT_EQ(evaluate("matrix['os'] == 'Ubuntu-Latest'"), "true");
  EXPECT_EQ(evaluate("secrets.X"), "?");
  EXPECT_EQ(evaluate("secrets.X && false"), "false");
  EXPECT_EQ(evaluate("secrets.X && '' || 'b'"), "b");
  EXPECT_EQ(evaluate("secrets.X || 'b'"), "?");
  EXPECT_EQ(evaluate("contains(matrix.os, 'UBUNTU') && 'a' || 'b'"), "a");
  EXPECT_EQ(evaluate("!startsWith(matrix.os, 'win') && (1 < 2)"), "true");
  EXPECT_EQ(evaluate("format('{0}-{1}', matrix.os, 3)"), "ubuntu-latest-3");
  EXPECT_EQ(evaluate("matrix.none == ''"), "true");
  EXPECT_EQ(evaluate("'it''s'"), "it's");
  EXPECT_EQ(evaluate("contains(fromJSON('[\"a\",\"b\"]'), 'b')"), "true");
  EXPECT_EQ(evaluate("always() && failure()"), "false");
  EXPECT_EQ(evaluate("(("), "?");
  EXPECT_EQ(evaluate(std::string(5000, '(')), "?");
}

TEST(Github, reads_env_at_three_levels) {
  Project project = read_workflow(R"(
env:
  RUSTFLAGS: -D warnings
  NAME: top
jobs:
  build:
    runs-on: ubuntu-latest
    env:
      CARGO_PROFILE_RELEASE_LTO: thin
    steps:
      - run: cargo build
      - name: Other flags
        env:
          RUSTFLAGS: -C lto=thin
        run: |
          cargo build --release
      - run: cargo test
)");
  ASSERT_EQ(names_of(project), ".github/workflows/ci.yml: build\n.github/workflows/ci.yml: build / Other flags\n");
  const BuildSite &plain = project.sites[0], &other = project.sites[1];
  EXPECT_EQ(variable_of(plain, "RUSTFLAGS"), "-D warnings");
  EXPECT_EQ(variable_of(plain, "CARGO_PROFILE_RELEASE_LTO"), "thin");
  EXPECT_EQ(calls_of(plain), "cargo build\ncargo test\n");
  EXPECT_EQ(variable_of(other, "RUSTFLAGS"), "-C lto=thin");
  EXPECT_EQ(variable_of(other, "CARGO_PROFILE_RELEASE_LTO"), "thin");
  EXPECT_EQ(calls_of(other), "cargo build --release\n");
  EXPECT_EQ(other.calls[0].place.line, 16u);
  EXPECT_EQ(other.environment.back().place.line, 14u);
  EXPECT_EQ(plain.place.line, 6u);
  EXPECT_EQ(plain.host, "x86_64-unknown-linux-gnu");
}

TEST(Github, expands_matrices_as_documented) {
  // The example of GitHub's documentation on include, in other words: an entry that fits is added
  // to, one that does not is a job of its own, and added values may be overwritten.
  Project project = read_workflow(R"(
jobs:
  fruit:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        fruit: [apple, pear]
        animal: [cat, dog]
        include:
          - color: green
          - color: pink
            animal: cat
          - fruit: apple
            shape: circle
          - fruit: banana
          - fruit: banana
            animal: cat
        exclude:
          - fruit: pear
            animal: dog
    steps:
      - run: cargo build --features ${{ matrix.fruit }},${{ matrix.animal }},${{ matrix.color }},${{ matrix.shape }}
)");
  std::string calls;
  for (const BuildSite &site : project.sites) calls += calls_of(site);
  EXPECT_EQ(calls,
            "cargo build --features apple,cat,pink,circle\n"
            "cargo build --features apple,dog,green,circle\n"
            "cargo build --features pear,cat,pink,\n"
            "cargo build --features banana,,,\n"
            "cargo build --features banana,cat,,\n");
}

TEST(Github, follows_the_founding_workflow) {
  Project project = read_workflow(R"(
env:
  CARGO_PROFILE_RELEASE_LTO: thin
jobs:
  release:
    name: Release ${{ matrix.target }}
    strategy:
      matrix:
        include:
          - {os: macos-14, target: aarch64-apple-darwin}
          - {os: macos-13, target: x86_64-apple-darwin}
          - os: ubuntu-24.04-arm
            target: aarch64-unknown-linux-gnu
            flags: -C link-arg=-fuse-ld=lld
          - {os: windows-latest, target: x86_64-pc-windows-msvc}
    runs-on: ${{ matrix.os }}
    env:
      RUSTFLAGS: ${{ matrix.flags }}
    steps:
      - uses: dtolnay/rust-toolchain@1.90.0
        with:
          targets: ${{ matrix.target }}, wasm32-wasip1
      - uses: maxim-lobanov/setup-xcode@v1
        if: runner.os == 'macOS'
        with:
          xcode-version: "15.4"
      - run: cargo build --release --target ${{ matrix.target }}
)");
  ASSERT_EQ(project.sites.size(), 4u);
  const BuildSite &mac = project.sites[0];
  EXPECT_EQ(mac.where, ".github/workflows/ci.yml: release (macos-14, aarch64-apple-darwin)");
  EXPECT_EQ(mac.host, "aarch64-apple-darwin");
  EXPECT_EQ(tool_of(mac, "rustc"), "1.90.0");
  EXPECT_EQ(tool_of(mac, "xcode"), "15.4");
  EXPECT_EQ(targets_of(mac), (std::vector<std::string>{"aarch64-apple-darwin", "wasm32-wasip1"}));
  EXPECT_EQ(variable_of(mac, "RUSTFLAGS"), "");
  EXPECT_EQ(variable_of(mac, "CARGO_PROFILE_RELEASE_LTO"), "thin");
  EXPECT_EQ(project.sites[1].host, "x86_64-apple-darwin");
  EXPECT_EQ(project.sites[2].host, "aarch64-unknown-linux-gnu");
  EXPECT_EQ(variable_of(project.sites[2], "RUSTFLAGS"), "-C link-arg=-fuse-ld=lld");
  EXPECT_EQ(tool_of(project.sites[2], "xcode"), "(none)");
  EXPECT_EQ(project.sites[3].host, "x86_64-pc-windows-msvc");
}

TEST(Github, hands_numbers_on_as_the_runner_does) {
  Project project = read_workflow(R"(
jobs:
  a:
    runs-on: ubuntu-latest
    strategy: {matrix: {rust: [1.90, '1.90', 1.90.0]}}
    steps:
      - uses: actions-rs/toolchain@v1
        with: {toolchain: "${{ matrix.rust }}", override: true}
      - uses: actions-rs/cargo@v1
        with: {command: build, args: --release --locked, use-cross: true}
)");
  ASSERT_EQ(project.sites.size(), 3u);
  EXPECT_EQ(tool_of(project.sites[0], "rustc"), "1.9");
  EXPECT_EQ(tool_of(project.sites[1], "rustc"), "1.90");
  EXPECT_EQ(tool_of(project.sites[2], "rustc"), "1.90.0");
  EXPECT_EQ(calls_of(project.sites[0]), "cross build --release --locked\n");
}

TEST(Github, carries_variables_from_step_to_step) {
  Project project = read_workflow(R"(
jobs:
  a:
    runs-on: ubuntu-latest
    env: {CARGO: cargo}
    steps:
      - run: ${{ env.CARGO }} check
      - if: runner.os == 'Linux'
        run: |
          echo "CARGO=cross" >> $GITHUB_ENV
          echo "RUSTFLAGS=-Clinker=clang" >> "$GITHUB_ENV"
      - if: runner.os == 'Windows'
        run: echo "CARGO=never" >> $GITHUB_ENV
      - run: ${{ env.CARGO }} build
      - run: RUSTFLAGS="$RUSTFLAGS -Copt-level=3" cargo bench
)");
  ASSERT_EQ(project.sites.size(), 3u);
  EXPECT_EQ(calls_of(project.sites[0]), "cargo check\n");
  EXPECT_EQ(variable_of(project.sites[0], "RUSTFLAGS"), "(unset)");
  EXPECT_EQ(calls_of(project.sites[1]), "cross build\n");
  EXPECT_EQ(variable_of(project.sites[1], "RUSTFLAGS"), "-Clinker=clang");
  EXPECT_EQ(variable_of(project.sites[2], "RUSTFLAGS"), "-Clinker=clang -Copt-level=3");
}

TEST(Github, leaves_what_it_does_not_know) {
  Project project = read_workflow(R"(
jobs:
  a:
    runs-on: ${{ inputs.machine }}
    env: {RUSTFLAGS: "${{ vars.FLAGS }}"}
    strategy: {matrix: "${{ fromJSON(needs.plan.outputs.matrix) }}"}
    steps:
      - run: cargo build --target ${{ matrix.target }} $EXTRA
)");
  ASSERT_EQ(project.sites.size(), 1u);
  EXPECT_EQ(project.sites[0].host, "");
  EXPECT_EQ(variable_of(project.sites[0], "RUSTFLAGS"), "${{ vars.FLAGS }}");
  EXPECT_EQ(calls_of(project.sites[0]), "cargo build --target ${{ matrix.target }} $EXTRA\n");
}

TEST(Github, follows_scripts_makefiles_actions_and_workflows_of_the_project) {
  MemoryFiles files;
  files.add("/p/ci/build.sh", "#!/bin/sh\nset -e\nexport RUSTFLAGS=\"-Clto\"\ncargo build --target \"$1\"\n");
  files.add("/p/Makefile",
            "export CARGO_PROFILE_RELEASE_LTO = fat\nTARGET ?= none\nall: first\nrelease: "
            "first\n\tcargo build --release \\\n\t  --target $(TARGET)\nfirst:\n\t@cargo fetch\n");
  files.add("/p/.github/actions/setup/action.yml",
            "inputs:\n  rust:\n    default: stable\nruns:\n  using: composite\n  steps:\n    - "
            "run: rustup default ${{ inputs.rust }}\n      shell: bash\n    - run: rustup target "
            "add wasm32-wasip1\n      shell: bash\n");
  files.add("/p/.github/workflows/called.yml",
            "on: workflow_call\njobs:\n  inner:\n    runs-on: ${{ inputs.os }}\n    steps:\n      "
            "- run: cargo test\n");
  Project project = read_workflow(R"(
jobs:
  script:
    runs-on: ubuntu-latest
    steps:
      - uses: ./.github/actions/setup
        with: {rust: 1.88.0}
      - run: ./ci/build.sh x86_64-unknown-linux-musl
  make:
    runs-on: ubuntu-latest
    steps:
      - run: make release TARGET=i686-unknown-linux-gnu
  other:
    uses: ./.github/workflows/called.yml
    with: {os: macos-latest}
)",
                                  files);
  ASSERT_EQ(names_of(project),
            ".github/workflows/ci.yml: script\n.github/workflows/ci.yml: "
            "make\n.github/workflows/ci.yml: make / make release "
            "TARGET=i686-unknown-linux-gnu\n.github/workflows/ci.yml: other / inner\n");
  const BuildSite &script = project.sites[0];
  EXPECT_EQ(tool_of(script, "rustc"), "1.88.0");
  EXPECT_EQ(calls_of(script), "cargo build --target x86_64-unknown-linux-musl\n");
  EXPECT_EQ(script.calls[0].place.file, "ci/build.sh");
  EXPECT_EQ(script.calls[0].place.line, 4u);
  EXPECT_EQ(variable_of(script, "RUSTFLAGS"), "-Clto");
  EXPECT_EQ(targets_of(script), (std::vector<std::string>{"wasm32-wasip1", "x86_64-unknown-linux-musl"}));
  EXPECT_EQ(calls_of(project.sites[2]), "cargo fetch\ncargo build --release --target i686-unknown-linux-gnu\n");
  EXPECT_EQ(variable_of(project.sites[2], "CARGO_PROFILE_RELEASE_LTO"), "fat");
  EXPECT_EQ(project.sites[2].calls[1].place.line, 5u);
  EXPECT_EQ(project.sites[3].host, "aarch64-apple-darwin");
}

TEST(Github, knows_that_an_action_sets_rustflags) {
  const char *job =
      "jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: "
      "actions-rust-lang/setup-rust-toolchain@v1\n%      - run: cargo build\n";
  auto with = [&](const std::string &lines) {
    std::string text = job;
    text.replace(text.find('%'), 1, lines);
    return variable_of(read_workflow(text).sites.at(0), "RUSTFLAGS");
  };
  EXPECT_EQ(with(""), "-D warnings");
  EXPECT_EQ(with("        with: {rustflags: ''}\n"), "(unset)");
  EXPECT_EQ(with("        with: {rustflags: -Clto}\n"), "-Clto");
}

TEST(Github, knows_containers_and_shells_of_windows) {
  Project project = read_workflow(R"(
jobs:
  box:
    runs-on: ubuntu-latest
    container:
      image: rust:1.90-alpine3.20
      env: {CC: clang}
    steps:
      - run: cargo build
  win:
    runs-on: windows-2022
    steps:
      - run: |
          $env:RUSTFLAGS = "-C target-feature=+crt-static"
          cargo build --target-dir out\x
      - shell: cmd
        run: |
          set RUSTFLAGS=-Clto
          cargo build
)");
  ASSERT_EQ(project.sites.size(), 3u);
  EXPECT_EQ(project.sites[0].host, "x86_64-unknown-linux-musl");
  EXPECT_EQ(tool_of(project.sites[0], "rustc"), "1.90");
  EXPECT_EQ(variable_of(project.sites[0], "CC"), "clang");
  EXPECT_EQ(variable_of(project.sites[1], "RUSTFLAGS"), "-C target-feature=+crt-static");
  EXPECT_EQ(calls_of(project.sites[1]), "cargo build --target-dir out\\x\n");
  EXPECT_EQ(variable_of(project.sites[2], "RUSTFLAGS"), "-Clto");
}

TEST(Github, leaves_out_jobs_that_build_nothing) {
  EXPECT_TRUE(read_workflow("env: {RUSTFLAGS: -Clto}\njobs:\n  label:\n    runs-on: "
                            "ubuntu-latest\n    steps:\n      - run: gh pr edit\n")
                  .sites.empty());
}

TEST(Github, reports_a_broken_file_once_and_goes_on) {
  MemoryFiles files;
  files.add("/p/.github/workflows/a.yml", "jobs: [\n");
  Project project = read_workflow("jobs: {a: {runs-on: ubuntu-latest, steps: [{run: cargo build}]}}\n", files);
  EXPECT_EQ(project.sites.size(), 1u);
  ASSERT_EQ(project.problems.size(), 1u);
  EXPECT_EQ(project.problems[0].place.file, ".github/workflows/a.yml");
}

TEST(Github, bounds_a_matrix) {
  std::string matrix = "jobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n";
  for (char axis : {'a', 'b', 'c', 'd'}) matrix += std::string("        ") + axis + ": [1, 2, 3, 4, 5, 6, 7, 8, 9]\n";
  Project project = read_workflow(matrix + "    steps:\n      - run: cargo build\n");
  EXPECT_EQ(project.sites.size(), 256u);
  EXPECT_EQ(project.problems.size(), 1u);
}

}  // namespace
}  // namespace ldwhy
