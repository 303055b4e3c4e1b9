#include "project/toolchain.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include <algorithm>
#include <charconv>

#include "base/process.h"
#include "project/ask_tool.h"

namespace ldwhy {
namespace {

// Rust's release notes, "Update to LLVM N": the first release with each.
struct LlvmRow {
  unsigned minor;
  std::string_view llvm;
};
constexpr LlvmRow llvm_rows[] = {{95, "22"}, {91, "21"}, {87, "20"}, {82, "19"}, {78, "18"}, {73, "17"}, {70, "16"},
                                 {65, "15"}, {60, "14"}, {56, "13"}, {52, "12"}, {47, "11"}, {45, "10"}, {38, "9"}};
constexpr unsigned newest_minor = 96;  // of the notes that were read

std::string rustup_home(const CargoEnvironment &environment, const ProjectContext &context) {
  if (const Variable *given = environment.find("RUSTUP_HOME"); given && !given->value.empty()) return given->value;
  return context.options.home.empty() ? "" : join_path(context.options.home, ".rustup");
}

TomlFileRef rustup_settings(const CargoEnvironment &environment, const ProjectContext &context) {
  std::string home = rustup_home(environment, context);
  std::string path = join_path(home, "settings.toml");
  ProjectProblem ignored;
  if (home.empty() || !context.files.is_file(path)) return nullptr;
  return read_toml_file(path, path, context.files, ignored);
}

// rust-toolchain may be one line, the channel alone.
std::optional<std::string> single_line(const std::string &path, const Files &files) {
  Result<FileRef> file = files.open(path);
  if (!file || (*file)->bytes().size() > 4096) return std::nullopt;
  std::string_view text = (*file)->bytes().text();
  size_t start = text.find_first_not_of(" \t\r\n");
  if (start == text.npos) return std::nullopt;
  text = text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1);
  if (text.find_first_of("\n[=\"") != text.npos) return std::nullopt;
  return std::string(text);
}

std::optional<Toolchain> toolchain_file(const std::string &folder, const ProjectContext &context, Project &project) {
  for (const char *name : {"rust-toolchain", "rust-toolchain.toml"}) {
    std::string path = join_path(folder, name);
    if (!context.files.is_file(path)) continue;
    std::string shown = context.shown(path, project);
    if (!std::string_view(name).ends_with(".toml"))
      if (std::optional<std::string> line = single_line(path, context.files)) return Toolchain{{*line, {shown, 1}}, ""};
    ProjectProblem problem;
    TomlFileRef file = read_toml_file(path, shown, context.files, problem);
    if (!file) {
      project.problems.push_back(std::move(problem));
      continue;
    }
    const TomlNode *table = file->root().find("toolchain");
    if (!table || !table->is_table()) {
      project.problems.push_back({{shown, 0}, "expected a table [toolchain]"});
      continue;
    }
    if (const TomlNode *channel = table->find("channel"); channel && channel->is_string())
      return Toolchain{{std::string(channel->text), {shown, channel->line}}, ""};
    if (const TomlNode *own = table->find("path"); own && own->is_string())
      return Toolchain{{"", {shown, own->line}}, normal_path(join_path(folder, own->text))};
    return Toolchain{{"", {shown, table->line}}, ""};  // components only: the channel is the default
  }
  return std::nullopt;
}

// rustup's proxies are links to rustup itself, or copies of it.
bool is_rustup_proxy(const std::string &path) {
  if (file_name(real_path(path)) == "rustup") return true;
  struct stat proxy, rustup;
  std::string beside = join_path(parent_path(path), "rustup");
  return ::stat(path.c_str(), &proxy) == 0 && ::stat(beside.c_str(), &rustup) == 0 && proxy.st_size == rustup.st_size;
}

// The rustc of an installed toolchain. rustup names folders with the host after the channel.
std::string installed_rustc(const Toolchain &toolchain, const CargoEnvironment &environment,
                            const ProjectContext &context) {
  std::string home = rustup_home(environment, context);
  std::string channel = toolchain.channel.value;
  std::string host = machine_triple();
  if (TomlFileRef settings = rustup_settings(environment, context)) {
    if (channel.empty()) channel = settings->root().text_of("default_toolchain");
    if (std::string_view given = settings->root().text_of("default_host_triple"); !given.empty()) host = given;
  }
  std::string folder = join_path(home, "toolchains");
  for (const std::string &candidate :
       {join_path(toolchain.folder, "bin/rustc"), fmt::format("{}/{}/bin/rustc", folder, channel),
        fmt::format("{}/{}-{}/bin/rustc", folder, channel, host)})
    if (candidate.starts_with('/') && context.files.is_file(candidate)) return candidate;
  return "";
}

std::string_view line_after(std::string_view text, std::string_view name) {
  size_t start = text.starts_with(name) ? 0 : text.find(fmt::format("\n{}", name));
  if (start == text.npos) return "";
  start = text.find(name, start) + name.size();
  return text.substr(start, text.find_first_of("\r\n", start) - start);
}

RustcAnswer parse_answer(std::string_view text) {
  return {std::string(line_after(text, "release: ")), std::string(line_after(text, "host: ")),
          std::string(line_after(text, "LLVM version: ")), ""};
}

std::optional<RustcAnswer> ask(const std::string &path) {
  RustcAnswer answer = parse_answer(ask_tool(path, "-vV"));
  if (answer.release.empty()) return std::nullopt;
  return answer;
}

}  // namespace

Toolchain find_toolchain(const std::string &folder, const std::string &top, const CargoEnvironment &environment,
                         const ProjectContext &context, Project &project) {
  if (const Variable *given = environment.find("RUSTUP_TOOLCHAIN"); given && !given->value.empty())
    return {{given->value, given->place}, ""};
  TomlFileRef settings = top.empty() ? rustup_settings(environment, context) : nullptr;
  const TomlNode *overrides = settings ? settings->root().find("overrides") : nullptr;
  for (std::string here = folder;; here = parent_path(here)) {
    const TomlNode *own = overrides ? overrides->find(here) : nullptr;
    if (own && own->is_string()) return {{std::string(own->text), {settings->path, own->line}}, ""};
    if (std::optional<Toolchain> found = toolchain_file(here, context, project)) return std::move(*found);
    if (here == top || here.size() <= 1) return {};
  }
}

std::optional<RustcAnswer> ask_rustc(const Toolchain &toolchain, const std::string &named,
                                     const CargoEnvironment &environment, const ProjectContext &context) {
  std::string path = named;
  if (path.empty() || !path.contains('/')) {
    std::optional<std::string> found = find_program(path.empty() ? "rustc" : path);
    if (!found) return std::nullopt;
    path = is_rustup_proxy(*found) ? installed_rustc(toolchain, environment, context) : *found;
  }
  if (path.empty()) return std::nullopt;
  std::optional<RustcAnswer> answer = ask(path);
  if (answer) answer->path = path;
  return answer;
}

bool has_plain_rustc() {
  std::optional<std::string> found = find_program("rustc");
  return found && !is_rustup_proxy(*found);
}

std::string_view llvm_of_rustc(std::string_view version) {
  if (!version.starts_with("1.")) return "";
  version.remove_prefix(2);
  unsigned minor = 0;
  std::from_chars_result end = std::from_chars(version.data(), version.data() + version.size(), minor);
  std::string_view rest(end.ptr, version.data() + version.size());
  // A nightly may have moved to the next LLVM already.
  if (end.ec != std::errc() || minor > newest_minor || rest.find_first_not_of(".0123456789") != rest.npos) return "";
  for (const LlvmRow &row : llvm_rows)
    if (minor >= row.minor) return row.llvm;
  return "";
}

std::string machine_triple() {
  struct utsname machine;
  if (::uname(&machine) != 0) return "";
  std::string arch = machine.machine;
  if (arch == "arm64") arch = "aarch64";
  if (arch == "amd64") arch = "x86_64";
  if (arch == "riscv64") arch = "riscv64gc";
  if (arch == "ppc64le") arch = "powerpc64le";
  std::string system = machine.sysname;
  if (system == "Darwin") return arch + "-apple-darwin";
  if (system == "FreeBSD") return arch + "-unknown-freebsd";
  if (system != "Linux") return "";
  if (arch == "i386" || arch == "i586") arch = "i686";
  if (arch == "armv7l") return "armv7-unknown-linux-gnueabihf";
#if defined(__GLIBC__)
  return arch + "-unknown-linux-gnu";
#else
  return arch + "-unknown-linux-musl";
#endif
}

}  // namespace ldwhy
