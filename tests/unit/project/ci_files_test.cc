// GitLab's file, Dockerfiles, scripts and recipes.
#include <gtest/gtest.h>

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

TEST(Gitlab, reads_variables_images_and_extends) {
  MemoryFiles files;
  files.add("/p/.gitlab-ci.yml", R"(include:
  - local: /ci/common.yml
default:
  image: rust:1.89
variables:
  RUSTFLAGS: "-D warnings"
  BASE: "-C opt-level=3"
.hidden:
  variables: {CARGO_PROFILE_RELEASE_LTO: thin, RUSTFLAGS: hidden}
  before_script:
    - rustup target add $TARGET
build:
  extends: .hidden
  variables:
    RUSTFLAGS: "$BASE -C lto=thin"
  parallel:
    matrix:
      - TARGET: [x86_64-unknown-linux-gnu, aarch64-unknown-linux-gnu]
  script:
    - !reference [.shared, script]
    - |
      cargo build --release \
        --target $TARGET
test:
  image: {name: "registry.example/library/rust:1.90-slim"}
  script: cargo test
)");
  files.add("/p/ci/common.yml", ".shared:\n  script:\n    - cargo fetch\n");
  Project project = read_sites(gitlab_source, files);
  ASSERT_EQ(names_of(project),
            ".gitlab-ci.yml: build (x86_64-unknown-linux-gnu)\n"
            ".gitlab-ci.yml: build (aarch64-unknown-linux-gnu)\n"
            ".gitlab-ci.yml: test\n");
  const BuildSite &build = project.sites[1];
  EXPECT_EQ(variable_of(build, "RUSTFLAGS"), "-C opt-level=3 -C lto=thin");
  EXPECT_EQ(variable_of(build, "CARGO_PROFILE_RELEASE_LTO"), "thin");
  EXPECT_EQ(tool_of(build, "rustc"), "1.89");
  EXPECT_EQ(calls_of(build), "cargo fetch\ncargo build --release --target aarch64-unknown-linux-gnu\n");
  EXPECT_EQ(build.calls[1].place.line, 22u);
  EXPECT_EQ(build.calls[0].place.file, "ci/common.yml");
  EXPECT_EQ(build.calls[0].place.line, 3u);
  EXPECT_EQ(build.host, "x86_64-unknown-linux-gnu");
  EXPECT_EQ(targets_of(build), std::vector<std::string>{"aarch64-unknown-linux-gnu"});
  EXPECT_EQ(variable_of(project.sites[2], "RUSTFLAGS"), "-D warnings");
  EXPECT_EQ(tool_of(project.sites[2], "rustc"), "1.90");
}

TEST(Gitlab, ends_on_circles) {
  MemoryFiles files;
  files.add("/p/.gitlab-ci.yml",
            "include: .gitlab-ci.yml\n"
            "a: {extends: b, script: [!reference [b, script]]}\n"
            "b: {extends: a, script: [!reference [b, script], cargo build]}\n");
  Project project = read_sites(gitlab_source, files);
  EXPECT_EQ(project.sites.size(), 2u);
}

TEST(Dockerfile, reads_stages) {
  MemoryFiles files;
  files.add("/p/Dockerfile", R"(# syntax=docker/dockerfile:1
ARG RUST=1.90
FROM --platform=linux/arm64 rust:${RUST}-slim AS build
ARG PROFILE=release
ENV CARGO_PROFILE_RELEASE_LTO=thin RUSTFLAGS="-C link-arg=-fuse-ld=lld"
ENV CC clang-18
WORKDIR /src
RUN --mount=type=cache,target=/usr/local/cargo \
    # a note
    rustup target add wasm32-wasip1 && \
    cargo build --profile $PROFILE
RUN ["cargo", "test"]
RUN <<END
export RUSTFLAGS=
cargo bench
END
FROM build
RUN cargo doc
FROM debian:12
RUN apt-get update
)");
  Project project = read_sites(dockerfile_source, files);
  const BuildSite *build = find_site(project, "Dockerfile: build");
  ASSERT_TRUE(build) << names_of(project);
  EXPECT_EQ(build->host, "aarch64-unknown-linux-gnu");
  EXPECT_EQ(tool_of(*build, "rustc"), "1.90");
  EXPECT_EQ(variable_of(*build, "CARGO_PROFILE_RELEASE_LTO"), "thin");
  EXPECT_EQ(variable_of(*build, "RUSTFLAGS"), "-C link-arg=-fuse-ld=lld");
  EXPECT_EQ(variable_of(*build, "CC"), "clang-18");
  EXPECT_EQ(calls_of(*build), "cargo build --profile release\ncargo test\n");
  EXPECT_EQ(build->calls[0].place.line, 11u);
  EXPECT_EQ(build->calls[1].place.line, 12u);
  EXPECT_EQ(targets_of(*build), std::vector<std::string>{"wasm32-wasip1"});
  const BuildSite *bench = find_site(project, "Dockerfile: build / line 13");
  ASSERT_TRUE(bench) << names_of(project);
  EXPECT_EQ(variable_of(*bench, "RUSTFLAGS"), "");
  EXPECT_EQ(bench->calls[0].place.line, 15u);
  const BuildSite *next = find_site(project, "Dockerfile: stage 2");
  ASSERT_TRUE(next) << names_of(project);
  EXPECT_EQ(variable_of(*next, "RUSTFLAGS"), "-C link-arg=-fuse-ld=lld");
  EXPECT_EQ(tool_of(*next, "rustc"), "1.90");
  EXPECT_EQ(find_site(project, "Dockerfile: stage 3"), nullptr);
}

TEST(Scripts, are_sites_only_where_they_build) {
  MemoryFiles files;
  files.add("/p/scripts/release.sh", "#!/bin/bash\nexport MACOSX_DEPLOYMENT_TARGET=11.0\ncargo build --release\n");
  files.add("/p/scripts/format.sh", "#!/bin/bash\nclang-format -i src/*.cc\n");
  files.add("/p/.envrc", "export RUSTFLAGS='-C lto=thin'\nPATH_add bin\n");
  files.add("/p/justfile",
            "target := \"wasm32-wasip1\"\nexport RUSTFLAGS := \"-Clto\"\n\n"
            "build: check\n    cargo build --target {{target}}\n\ncheck:\n    @cargo check\n");
  Project project = read_sites(script_source, files);
  ASSERT_EQ(names_of(project), ".envrc\nscripts/release.sh\njustfile: check\njustfile: build\n");
  EXPECT_EQ(variable_of(project.sites[0], "RUSTFLAGS"), "-C lto=thin");
  EXPECT_EQ(variable_of(project.sites[1], "MACOSX_DEPLOYMENT_TARGET"), "11.0");
  EXPECT_EQ(calls_of(project.sites[1]), "cargo build --release\n");
  EXPECT_EQ(calls_of(project.sites[3]), "cargo build --target wasm32-wasip1\n");
  EXPECT_EQ(variable_of(project.sites[3], "RUSTFLAGS"), "-Clto");
  EXPECT_EQ(project.sites[3].calls[0].place.line, 5u);
}

}  // namespace
}  // namespace ldwhy
