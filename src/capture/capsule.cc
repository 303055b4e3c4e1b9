#include "capture/capsule.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "capture/inputs.h"

namespace ldwhy {
namespace {

using Json = nlohmann::json;

constexpr std::string_view schema = "ldwhy.capsule/1";
constexpr std::string_view saved_folder = "saved";
constexpr std::string_view messages_file = "messages";
constexpr std::string_view capsule_file = "capsule.json";

// UTF-8 is written as it is; other bytes (paths and arguments may hold any) as numbers.
bool is_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    unsigned char lead = static_cast<unsigned char>(text[i]);
    size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
    if (length == 0 || i + length > text.size()) return false;
    uint32_t code = length == 1 ? lead : lead & (0xffu >> (length + 1));
    for (size_t k = 1; k < length; ++k) {
      unsigned char next = static_cast<unsigned char>(text[i + k]);
      if (next >> 6 != 2) return false;
      code = code << 6 | (next & 0x3f);
    }
    constexpr uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
    i += length;
  }
  return true;
}

Json text_to_json(const std::string &text) {
  if (is_utf8(text)) return text;
  Json bytes = Json::array();
  for (char byte : text) bytes.push_back(static_cast<unsigned char>(byte));
  return bytes;
}

Json words_to_json(const std::vector<std::string> &words) {
  Json list = Json::array();
  for (const std::string &word : words) list.push_back(text_to_json(word));
  return list;
}

std::string text_from(const Json &value) {
  if (value.is_string()) return value.get<std::string>();
  std::string text;
  if (!value.is_array()) return text;
  for (const Json &byte : value)
    if (byte.is_number_unsigned()) text += static_cast<char>(byte.get<uint64_t>() & 0xff);
  return text;
}

const Json &member(const Json &object, const char *name) {
  static const Json nothing;
  Json::const_iterator found = object.find(name);
  return found == object.end() ? nothing : *found;
}

std::vector<std::string> words_from(const Json &value) {
  std::vector<std::string> words;
  if (!value.is_array()) return words;
  for (const Json &word : value) words.push_back(text_from(word));
  return words;
}

// A name in the folder of saved files, and nothing that leads out of it.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.find('/') == name.npos && name != "." && name != "..";
}

Json to_json(const Capsule &capsule, const std::map<std::string, std::string> &saved) {
  Json copies = Json::array();
  for (const auto &[path, name] : saved) copies.push_back({{"path", text_to_json(path)}, {"copy", text_to_json(name)}});
  return {{"schema", schema},
          {"id", capsule.id},
          {"directory", text_to_json(capsule.directory)},
          {"argv", words_to_json(capsule.argv)},
          {"program", text_to_json(capsule.program)},
          {"driver", words_to_json(capsule.driver)},
          {"environment", words_to_json(capsule.environment)},
          {"output", text_to_json(capsule.output)},
          {"status", capsule.status},
          {"seconds", capsule.seconds},
          {"probe", capsule.probe},
          {"saved", std::move(copies)}};
}

// A test that a configure step makes to learn from its failure.
bool is_probe(const Capsule &capsule) {
  static constexpr std::string_view folders[] = {"CMakeScratch", "CMakeFiles/CMakeTmp", "CMakeFiles/TryCompile",
                                                 "CompilerIdC", "meson-private"};
  for (std::string_view folder : folders)
    if (capsule.directory.find(folder) != std::string::npos || capsule.output.find(folder) != std::string::npos)
      return true;
  // cgo links once to see what C's side needs, and goes on where that fails.
  if (file_name(capsule.output) == "_cgo_.o") return true;
  if (capsule.output == "/dev/null" || file_name(capsule.output).starts_with("conftest")) return true;
  for (size_t i = 1; i < capsule.argv.size(); ++i) {
    std::string_view word = capsule.argv[i];
    if (word == "--version" || word == "--help") return true;
    if (file_name(word).starts_with("conftest.")) return true;
  }
  return false;
}

}  // namespace

std::string new_capsule_id() {
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  uint64_t nanoseconds = static_cast<uint64_t>(now.tv_sec) * 1000000000u + static_cast<uint64_t>(now.tv_nsec);
  return fmt::format("{:016x}-{}", nanoseconds, ::getpid());
}

std::optional<Problem> write_capsule(Capsule &capsule, const std::string &capsules) {
  std::string fresh = fmt::format("{}/.{}", capsules, capsule.id);
  std::string copies = join_path(fresh, saved_folder);
  if (::mkdir(fresh.c_str(), 0700) != 0 || ::mkdir(copies.c_str(), 0700) != 0)
    return Problem{fresh, "", std::nullopt, std::strerror(errno)};

  LinkFiles files = link_files(capsule.directory, capsule.argv);
  capsule.output = files.output;
  capsule.probe = is_probe(capsule);
  std::map<std::string, std::string> saved = save_files(files.inputs, copies);
  std::string json = to_json(capsule, saved).dump(1);
  std::optional<Problem> problem = write_file_atomically(join_path(fresh, messages_file), capsule.messages);
  if (!problem) problem = write_file_atomically(join_path(fresh, capsule_file), json);
  std::string folder = join_path(capsules, capsule.id);
  if (!problem && ::rename(fresh.c_str(), folder.c_str()) != 0)
    problem = Problem{folder, "", std::nullopt, std::strerror(errno)};
  if (problem) {
    std::error_code ignored;
    std::filesystem::remove_all(fresh, ignored);
    return problem;
  }
  capsule.folder = folder;
  copies = join_path(folder, saved_folder);
  for (const auto &[path, name] : saved) capsule.saved[path] = join_path(copies, name);
  return std::nullopt;
}

Result<Capsule> read_capsule(const std::string &folder) {
  std::string path = join_path(folder, capsule_file);
  Result<FileRef> file = DiskFiles().open(path);
  if (!file) return std::unexpected(file.error());
  Json json = Json::parse((*file)->bytes().text(), nullptr, false);
  if (!json.is_object() || member(json, "schema") != schema)
    return std::unexpected(Problem{path, "", std::nullopt, "expected a capsule's description"});

  Capsule capsule;
  capsule.folder = folder;
  capsule.id = text_from(member(json, "id"));
  capsule.directory = text_from(member(json, "directory"));
  capsule.argv = words_from(member(json, "argv"));
  capsule.program = text_from(member(json, "program"));
  capsule.driver = words_from(member(json, "driver"));
  capsule.environment = words_from(member(json, "environment"));
  capsule.output = text_from(member(json, "output"));
  if (const Json &status = member(json, "status"); status.is_number_integer())
    capsule.status = static_cast<int>(status.get<int64_t>());
  if (const Json &seconds = member(json, "seconds"); seconds.is_number()) capsule.seconds = seconds.get<double>();
  if (const Json &probe = member(json, "probe"); probe.is_boolean()) capsule.probe = probe.get<bool>();
  if (const Json &saved = member(json, "saved"); saved.is_array()) {
    std::string copies = join_path(folder, saved_folder);
    for (const Json &entry : saved) {
      if (!entry.is_object()) continue;
      std::string copy = text_from(member(entry, "copy"));
      if (is_plain_name(copy)) capsule.saved[text_from(member(entry, "path"))] = join_path(copies, copy);
    }
  }
  if (Result<FileRef> messages = DiskFiles().open(join_path(folder, messages_file)))
    capsule.messages = (*messages)->bytes().text();
  return capsule;
}

std::vector<Capsule> read_capsules(const std::string &capsules) {
  std::vector<Capsule> list;
  for (const std::string &name : DiskFiles().list(capsules)) {
    if (name.starts_with('.')) continue;  // not finished
    if (Result<Capsule> capsule = read_capsule(join_path(capsules, name))) list.push_back(std::move(*capsule));
  }
  return list;
}

}  // namespace ldwhy
