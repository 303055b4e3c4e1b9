// GitHub's documentation, "GitHub-hosted runners" (labels and their processors), and the
// README and action.yml of each action named here. A new action is a row of a table below.
#include "project/runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/words.h"
#include "project/build_words.h"

namespace ldwhy {
namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// "14" of "macos-14-large"; 0 where there is none.
int macos_version(std::string_view label) {
  size_t at = label.find("macos-");
  if (at == label.npos) return 0;
  int version = 0;
  for (char c : label.substr(at + 6)) {
    if (c < '0' || c > '9' || version > 1000) break;
    version = version * 10 + (c - '0');
  }
  return version;
}

std::string mac_host(std::string_view labels) {
  bool intel = has(labels, "-intel") || has(labels, "large") || has(labels, "x64") || has(labels, "x86_64");
  if (has(labels, "xlarge") || has(labels, "arm64")) intel = false;
  int version = macos_version(labels);
  if (version != 0 && version < 14 && !has(labels, "xlarge") && !has(labels, "arm64")) intel = true;
  return intel ? "x86_64-apple-darwin" : "aarch64-apple-darwin";
}

// An action that installs one tool: the input with the version, and what counts where it is not
// given.
struct ToolAction {
  std::string_view action, tool, input, fallback;
};
constexpr ToolAction tool_actions[] = {
    {"maxim-lobanov/setup-xcode", "xcode", "xcode-version", "latest-stable"},
    {"actions/setup-go", "go", "go-version", ""},
    {"nttld/setup-ndk", "ndk", "ndk-version", ""},
    {"jwlawson/actions-setup-cmake", "cmake", "cmake-version", ""},
    {"lukka/get-cmake", "cmake", "cmakeVersion", ""},
    {"kylemayes/install-llvm-action", "clang", "version", ""},
    {"egor-tensin/setup-clang", "clang", "version", ""},
    {"egor-tensin/setup-gcc", "gcc", "version", ""},
    {"mlugg/setup-zig", "zig", "version", ""},
    {"goto-bus-stop/setup-zig", "zig", "version", ""},
    {"rui314/setup-mold", "mold", "mold-version", ""},
};

// An action that installs Rust: the inputs with toolchain and targets.
struct RustAction {
  std::string_view action, toolchain, targets, fallback;
};
constexpr RustAction rust_actions[] = {
    {"dtolnay/rust-toolchain", "toolchain", "targets", ""},
    {"actions-rs/toolchain", "toolchain", "target", ""},
    {"actions-rust-lang/setup-rust-toolchain", "toolchain", "target", ""},
    {"moonrepo/setup-rust", "channel", "targets", ""},
    {"hecrj/setup-rust-action", "rust-version", "targets", "stable"},
    {"raftario/setup-rust-action", "rust-channel", "rust-target", "stable"},
    {"houseabsolute/actions-rust-cross", "toolchain", "target", "stable"},
    {"pyo3/maturin-action", "rust-toolchain", "target", ""},
    {"actions-rs/cargo", "toolchain", "", ""},
    {"clechasseur/rs-cargo", "toolchain", "", ""},
    {"taiki-e/upload-rust-binary-action", "", "target", ""},
};

class Action {
 public:
  Action(std::string_view uses, const std::vector<ActionInput> &inputs, const SiteStep &step, SiteBuilder &builder)
      : inputs_(inputs), step_(step), builder_(builder) {
    size_t at = uses.find('@');
    name_ = lower_case(uses.substr(0, at));
    if (at != uses.npos) reference_ = uses.substr(at + 1);
  }

  void note() {
    for (const ToolAction &action : tool_actions)
      if (name_ == action.action) install(action);
    // Copies of dtolnay's action keep its name.
    bool copy = name_.ends_with("/rust-toolchain");
    for (const RustAction &action : rust_actions)
      if (name_ == action.action || (copy && action.action == "dtolnay/rust-toolchain")) rust(action);
    if (name_ == "actions-rust-lang/setup-rust-toolchain") default_rustflags();
    calls();
  }

 private:
  const Fact *input(std::string_view name) const {
    for (const ActionInput &candidate : inputs_)
      if (lower_case(candidate.name) == lower_case(name) && !name.empty()) return &candidate.fact;
    return nullptr;
  }
  std::string text(std::string_view name, std::string_view fallback = "") const {
    const Fact *fact = input(name);
    return fact ? fact->value : std::string(fallback);
  }

  void install(const ToolAction &action) {
    const Fact *version = input(action.input);
    if (version) builder_.use_tool(std::string(action.tool), *version);
    else builder_.use_tool(std::string(action.tool), {std::string(action.fallback), step_.place});
  }

  void rust(const RustAction &action) {
    const Fact *toolchain = input(action.toolchain);
    if (toolchain && !toolchain->value.empty()) {
      // setup-rust-toolchain takes several; the last is the one in use.
      std::string last = toolchain->value.substr(toolchain->value.rfind(',') + 1);
      builder_.use_tool("rustc", {last.substr(std::min(last.find_first_not_of(' '), last.size())), toolchain->place});
    } else if (action.action == "dtolnay/rust-toolchain" && !reference_.empty()) {
      // The tag is the toolchain; of a commit it is not known.
      bool commit = reference_.size() >= 40;
      if (!commit && reference_ != "master" && reference_ != "main" && reference_ != "v1")
        builder_.use_tool("rustc", {reference_, step_.place});
    } else if (!action.fallback.empty()) {
      builder_.use_tool("rustc", {std::string(action.fallback), step_.place});
    }
    for (std::string_view name : {action.targets, std::string_view("target"), std::string_view("targets")}) {
      const Fact *targets = input(name);
      if (!targets) continue;
      std::string words = targets->value;
      std::ranges::replace(words, ',', ' ');
      for (const std::string &triple : split_words(words)) builder_.add_target(triple, targets->place);
    }
  }

  // setup-rust-toolchain sets these unless they are there already, which hides what
  // .cargo/config.toml says.
  void default_rustflags() {
    const Fact *flags = input("rustflags");
    if (builder_.variable("RUSTFLAGS") || (flags && flags->value.empty())) return;
    Place place = flags ? flags->place : step_.place;
    builder_.set_later({"RUSTFLAGS", text("rustflags", "-D warnings"), place});
  }

  void call(std::vector<std::string> argv) {
    for (std::string_view option : {"args", "arguments"}) {
      std::vector<std::string> more = split_words(text(option));
      argv.insert(argv.end(), more.begin(), more.end());
    }
    for (const std::string &triple : option_values(argv, "--target")) builder_.add_target(triple, step_.place);
    builder_.call(step_, {std::move(argv), step_.directory, step_.place});
  }

  void calls() {
    std::string target = text("target");
    if (name_ == "actions-rs/cargo" || name_ == "clechasseur/rs-cargo") {
      bool cross = text("use-cross") == "true" || text("tool") == "cross";
      std::vector<std::string> argv{cross ? "cross" : "cargo"};
      if (!text("toolchain").empty()) argv.push_back("+" + text("toolchain"));
      argv.push_back(text("command"));
      call(std::move(argv));
    } else if (name_ == "houseabsolute/actions-rust-cross") {
      std::vector<std::string> argv{"cross", text("command", "build")};
      if (!target.empty()) argv.insert(argv.end(), {"--target", target});
      call(std::move(argv));
    } else if (name_ == "pyo3/maturin-action") {
      std::vector<std::string> argv{"maturin", text("command", "build")};
      if (is_triple(target)) argv.insert(argv.end(), {"--target", target});
      call(std::move(argv));
    } else if (name_ == "taiki-e/upload-rust-binary-action") {
      std::vector<std::string> argv{"cargo", "build"};
      std::string profile = text("profile", "release");
      if (profile == "release") argv.push_back("--release");
      else argv.insert(argv.end(), {"--profile", profile});
      if (!target.empty()) argv.insert(argv.end(), {"--target", target});
      if (!text("features").empty()) argv.insert(argv.end(), {"--features", text("features")});
      call(std::move(argv));
    }
  }

  const std::vector<ActionInput> &inputs_;
  const SiteStep &step_;
  SiteBuilder &builder_;
  std::string name_, reference_;
};

struct Image {
  std::string_view name, tool;
};
constexpr Image images[] = {
    {"rust", "rustc"}, {"gcc", "gcc"}, {"silkeh/clang", "clang"}, {"golang", "go"}, {"rustlang/rust", "rustc"},
};

}  // namespace

std::string host_of_runner(const std::vector<std::string> &labels) {
  std::string all = lower_case(fmt::format("{}", fmt::join(labels, " ")));
  if (has(all, "$")) return "";
  if (has(all, "macos") || has(all, "mac-")) return mac_host(all);
  bool arm = has(all, "arm") || has(all, "aarch64");
  if (has(all, "windows")) return arm ? "aarch64-pc-windows-msvc" : "x86_64-pc-windows-msvc";
  if (has(all, "s390x")) return "s390x-unknown-linux-gnu";
  if (has(all, "ppc64le")) return "powerpc64le-unknown-linux-gnu";
  if (has(all, "ubuntu") || has(all, "linux") || has(all, "debian"))
    return arm ? "aarch64-unknown-linux-gnu" : "x86_64-unknown-linux-gnu";
  return "";
}

void note_image(std::string_view image, const Place &place, BuildSite &site) {
  std::string_view name = image.substr(0, image.find('@'));
  size_t slash = name.rfind('/');
  size_t colon = name.find(':', slash == name.npos ? 0 : slash);
  std::string_view tag = colon == name.npos ? std::string_view() : name.substr(colon + 1);
  name = name.substr(0, colon);
  if (has(image, "alpine") && !site.host.empty()) {
    size_t gnu = site.host.find("-gnu");
    if (gnu != std::string::npos) site.host.replace(gnu, 4, "-musl");
  }
  for (const Image &known : images) {
    bool ours = name == known.name ||
                (name.ends_with(known.name) && has(name, "/") && name[name.size() - known.name.size() - 1] == '/' &&
                 (has(name, "library/") || known.name.find('/') != known.name.npos));
    if (!ours) continue;
    std::string version(tag.substr(0, tag.find('-')));
    bool numbered = !version.empty() && version[0] >= '0' && version[0] <= '9';
    // Without a number the image is the newest release when it was pulled.
    if (!numbered && known.tool == "rustc") version = has(tag, "nightly") ? "nightly" : "stable";
    if (has(tag, "$")) version = std::string(tag);
    if (numbered || known.tool == "rustc") site.tools[std::string(known.tool)] = {version, place};
  }
}

void note_action(std::string_view uses, const std::vector<ActionInput> &inputs, const SiteStep &step,
                 SiteBuilder &builder) {
  Action(uses, inputs, step, builder).note();
}

}  // namespace ldwhy
