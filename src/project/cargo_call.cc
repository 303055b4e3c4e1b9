#include "project/cargo_call.h"

#include <algorithm>
#include <span>

#include "base/files.h"

namespace ldwhy {
namespace {

constexpr int most_aliases = 8;

struct Command {
  std::string_view name;
  std::string_view profile;  // unless it is told
};
constexpr Command commands[] = {
    {"build", "dev"},    {"b", "dev"},         {"run", "dev"},        {"r", "dev"},           {"rustc", "dev"},
    {"test", "test"},    {"t", "test"},        {"bench", "bench"},    {"install", "release"}, {"zigbuild", "dev"},
    {"nextest", "test"}, {"llvm-cov", "test"}, {"tarpaulin", "test"}, {"lipo", "dev"},
};
// They take another command among their own words.
constexpr std::string_view wrappers[] = {"ndk", "xwin", "auditable", "hack", "careful"};
// They link nothing, so no alias is looked for.
constexpr std::string_view silent[] = {"check", "c",      "clippy", "doc",   "d",   "rustdoc", "fmt",     "metadata",
                                       "fetch", "update", "tree",   "clean", "add", "remove",  "publish", "package"};
// Options before the command's name that have their value in the next word.
constexpr std::string_view valued[] = {"--color", "-C", "-Z", "--explain", "--lockfile-path"};

template <class Names>
bool is_one_of(std::string_view word, const Names &names) {
  return std::ranges::find(names, word) != std::end(names);
}

bool is_assignment(std::string_view word) {
  size_t equals = word.find('=');
  return equals != word.npos && equals > 0 && word.find_first_of("/-.") > equals;
}

class CallReader {
 public:
  CallReader(const ToolCall &call, CargoAliases aliases) : place_(call.place), aliases_(aliases) {
    call_.place = call.place;
  }
  std::optional<CargoCall> read(std::span<const std::string> words);

 private:
  void read_words(std::span<const std::string> words);
  void name(std::string_view word);
  // Takes `--name VALUE` and `--name=VALUE`.
  bool option(std::string_view name, std::span<const std::string> words, size_t &i, Fact &value) const;
  bool known_option(std::span<const std::string> words, size_t &i);

  CargoCall call_;
  const Place place_;
  CargoAliases aliases_;
  const Command *command_ = nullptr;
  std::string told_;    // profile
  bool ended_ = false;  // a word that ends the reading was met
  bool wrapped_ = false;
  int expansions_ = 0;
};

std::optional<CargoCall> CallReader::read(std::span<const std::string> words) {
  while (!words.empty() && (words.front() == "env" || is_assignment(words.front()))) {
    size_t equals = words.front().find('=');
    if (equals != std::string::npos)
      call_.variables.push_back({words.front().substr(0, equals), words.front().substr(equals + 1), place_});
    words = words.subspan(1);
  }
  if (words.empty()) return std::nullopt;
  std::string_view program = file_name(words.front());
  if (program != "cargo" && program != "cargo.exe" && program != "cross") return std::nullopt;
  read_words(words.subspan(1));
  if (!command_) return std::nullopt;
  call_.profile = told_.empty() ? std::string(command_->profile) : told_;
  return std::move(call_);
}

bool CallReader::option(std::string_view name, std::span<const std::string> words, size_t &i, Fact &value) const {
  std::string_view word = words[i];
  if (!word.starts_with(name)) return false;
  word.remove_prefix(name.size());
  if (word.starts_with('=')) value = {std::string(word.substr(1)), place_};
  else if (word.empty() && i + 1 < words.size()) value = {words[++i], place_};
  else return false;
  return true;
}

bool CallReader::known_option(std::span<const std::string> words, size_t &i) {
  Fact value;
  bool foreign = command_ && command_->name == "nextest";  // its --profile is one of its own
  if (option("--config", words, i, value)) call_.config.push_back(value);
  else if (option("--target", words, i, value)) call_.targets.push_back(value);
  else if (option("--target-dir", words, i, value)) call_.target_folder = value;
  else if (option("--manifest-path", words, i, value)) call_.manifest = value.value;
  else if (option(foreign ? "--cargo-profile" : "--profile", words, i, value)) told_ = value.value;
  else if (words[i] == "--release" || words[i] == "-r") told_ = "release";
  else if (words[i] == "--debug" && command_ && command_->name == "install") told_ = "dev";
  else return false;
  return true;
}

void CallReader::read_words(std::span<const std::string> words) {
  for (size_t i = 0; i < words.size() && !ended_; ++i) {
    const std::string &word = words[i];
    if (word == "--") {
      ended_ = true;
    } else if (known_option(words, i)) {
      continue;
    } else if (word.starts_with('+') && word.size() > 1 && !command_) {
      call_.toolchain = {word.substr(1), place_};
    } else if (!command_ && !wrapped_ && is_one_of(word, valued)) {
      ++i;
    } else if (!word.starts_with('-') && !command_) {
      name(word);
    }
  }
}

void CallReader::name(std::string_view word) {
  const Command *found = std::ranges::find(commands, word, &Command::name);
  if (found != std::end(commands)) {
    command_ = found;
  } else if (is_one_of(word, wrappers)) {
    wrapped_ = true;
  } else if (is_one_of(word, silent)) {
    ended_ = true;
  } else if (!wrapped_) {
    std::vector<std::string> alias;
    if (++expansions_ <= most_aliases) alias = aliases_(word);
    if (alias.empty()) ended_ = true;
    else read_words(alias);
  }
}

}  // namespace

std::optional<CargoCall> understand_cargo_call(const ToolCall &call, CargoAliases aliases) {
  return CallReader(call, aliases).read(call.argv);
}

}  // namespace ldwhy
