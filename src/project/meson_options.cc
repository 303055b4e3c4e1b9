// Meson's manual, "Syntax", "Reference manual: project()", "Built-in options", "IDE
// integration" (meson-info/intro-*.json), "Commands: setup".
#include "project/meson_options.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ldwhy {
namespace {

constexpr size_t most_bytes = 16 << 20;
constexpr size_t most_tokens = 20'000;

struct Token {
  enum class Kind : uint8_t { Word, String, Sign, End };
  Kind kind = Kind::End;
  std::string text;
  uint32_t line = 0;
};

// The tokens of Meson's language, as many as the first statement needs.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    skip();
    Token token;
    token.line = line_;
    if (text_.empty()) return token;
    char c = text_[0];
    if (c == '\'') {
      token.kind = Token::Kind::String;
      token.text = string();
    } else if (is_word(c)) {
      token.kind = Token::Kind::Word;
      size_t end = 0;
      while (end < text_.size() && is_word(text_[end])) ++end;
      token.text = text_.substr(0, end);
      text_.remove_prefix(end);
    } else {
      token.kind = Token::Kind::Sign;
      token.text = text_.substr(0, 1);
      text_.remove_prefix(1);
    }
    return token;
  }

 private:
  static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  void skip() {
    while (!text_.empty()) {
      char c = text_[0];
      if (c == '#') {
        text_.remove_prefix(std::min(text_.find('\n'), text_.size()));
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\\') {
        if (c == '\n') ++line_;
        text_.remove_prefix(1);
      } else {
        return;
      }
    }
  }

  std::string string() {
    std::string value;
    if (text_.starts_with("'''")) {
      size_t end = text_.find("'''", 3);
      value = text_.substr(3, end == text_.npos ? text_.npos : end - 3);
      text_.remove_prefix(std::min(end == text_.npos ? text_.size() : end + 3, text_.size()));
    } else {
      size_t i = 1;
      while (i < text_.size() && text_[i] != '\'' && text_[i] != '\n') {
        if (text_[i] == '\\' && i + 1 < text_.size()) ++i;
        value += text_[i++];
      }
      text_.remove_prefix(std::min(i + 1, text_.size()));
    }
    line_ += static_cast<uint32_t>(std::ranges::count(value, '\n'));
    return value;
  }

  std::string_view text_;
  uint32_t line_ = 1;
};

MesonOption option_of(std::string_view text, const Place &place, const std::string &where) {
  size_t equals = std::min(text.find('='), text.size());
  MesonOption option;
  option.name = text.substr(0, equals);
  option.source = {std::string(text.substr(std::min(equals + 1, text.size()))), place, option.name + where, ""};
  return option;
}

std::string text_of(const nlohmann::json &value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_integer()) return std::to_string(value.get<int64_t>());
  std::string all;
  if (value.is_array())
    for (const nlohmann::json &item : value)
      if (item.is_string()) all += (all.empty() ? "" : " ") + item.get<std::string>();
  return all;
}

nlohmann::json load(const std::string &path, const Files &files) {
  Result<FileRef> file = files.open(path);
  if (!file || (*file)->bytes().size() > most_bytes) return nlohmann::json();
  std::string_view text = (*file)->bytes().text();
  return nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
}

void read_targets(const nlohmann::json &targets, MesonBuildFolder &build) {
  if (!targets.is_array()) return;
  for (const nlohmann::json &target : targets) {
    if (!target.is_object() || !target.contains("target_sources") || !target["target_sources"].is_array()) continue;
    std::string name = target.contains("name") ? text_of(target["name"]) : "";
    for (const nlohmann::json &source : target["target_sources"]) {
      if (!source.is_object() || !source.contains("parameters")) continue;
      build.target_flags[name] += text_of(source["parameters"]) + " ";
      if (source.contains("compiler") && source["compiler"].is_array() && !source["compiler"].empty())
        build.compiler = text_of(source["compiler"].back());
    }
  }
}

}  // namespace

std::optional<std::vector<MesonOption>> read_meson_project(std::string_view text, const std::string &shown) {
  Lexer lexer(text);
  Token token = lexer.next();
  if (token.kind != Token::Kind::Word || token.text != "project") return std::nullopt;
  std::vector<MesonOption> options;
  int depth = 0;
  bool ours = false;
  std::string key;  // of a dictionary
  for (size_t left = most_tokens; left > 0; --left) {
    Token next = lexer.next();
    if (next.kind == Token::Kind::End) break;
    if (next.kind == Token::Kind::Sign) {
      if (next.text == "(" || next.text == "[" || next.text == "{") ++depth;
      if (next.text == ")" || next.text == "]" || next.text == "}") --depth;
      if (depth == 0) break;
      if (next.text == ":" && depth == 1) ours = token.text == "default_options";
      else if (next.text == ":" && ours) key = token.text;
    } else if (ours) {
      std::string whole = next.text;
      if (!key.empty()) whole = std::exchange(key, "") + "=" + next.text;
      // A word that names the next keyword, or a key of a dictionary, has no value.
      if (next.kind == Token::Kind::String || whole != next.text)
        if (whole.find('=') != whole.npos)
          options.push_back(option_of(whole, {shown, next.line}, " in default_options"));
    }
    token = next;
  }
  return options;
}

std::optional<MesonBuildFolder> read_meson_build_folder(const std::string &folder, const std::string &shown,
                                                        const Files &files) {
  nlohmann::json options = load(join_path(folder, "meson-info/intro-buildoptions.json"), files);
  if (!options.is_array()) return std::nullopt;
  MesonBuildFolder build;
  Place place{shown + "/meson-info/intro-buildoptions.json", 0};
  for (const nlohmann::json &option : options) {
    if (!option.is_object() || !option.contains("name") || !option.contains("value")) continue;
    std::string name = text_of(option["name"]);
    build.options.push_back({name, {text_of(option["value"]), place, name, ""}});
  }
  read_targets(load(join_path(folder, "meson-info/intro-targets.json"), files), build);
  nlohmann::json info = load(join_path(folder, "meson-info/meson-info.json"), files);
  if (info.is_object() && info.contains("meson_version") && info["meson_version"].is_object() &&
      info["meson_version"].contains("full"))
    build.version = text_of(info["meson_version"]["full"]);
  // The linker stands only in the commands.
  Result<FileRef> ninja = files.open(join_path(folder, "build.ninja"));
  if (ninja && (*ninja)->bytes().size() <= most_bytes) {
    std::string_view text = (*ninja)->bytes().text();
    size_t at = text.find("-fuse-ld=");
    if (at != text.npos) {
      std::string_view rest = text.substr(at + 9);
      build.linker = rest.substr(0, rest.find_first_of(" \n\r'\""));
      build.linker_place = {shown + "/build.ninja",
                            1 + static_cast<uint32_t>(std::ranges::count(text.substr(0, at), '\n'))};
    }
  }
  return build;
}

std::optional<std::vector<MesonOption>> read_meson_call(const ToolCall &call) {
  std::vector<MesonOption> options;
  const std::vector<std::string> &argv = call.argv;
  if (argv.size() > 1 && !argv[1].starts_with('-'))
    for (const char *other : {"compile", "test", "install", "dist", "introspect", "wrap", "subprojects", "rewrite",
                              "init", "devenv", "env2mfile"})
      if (argv[1] == other) return std::nullopt;
  for (size_t i = 1; i < argv.size(); ++i) {
    std::string definition;
    if (argv[i] == "-D" && i + 1 < argv.size()) definition = argv[++i];
    else if (argv[i].starts_with("-D")) definition = argv[i].substr(2);
    else if (argv[i] == "--buildtype" && i + 1 < argv.size()) definition = "buildtype=" + argv[++i];
    else if (argv[i].starts_with("--buildtype=")) definition = argv[i].substr(2);
    // Of several the last counts.
    if (definition.find('=') != definition.npos)
      options.insert(options.begin(), option_of(definition, call.place, " on meson's command line"));
  }
  return options;
}

}  // namespace ldwhy
