#include "project/cargo_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "project/cargo_manifest.h"

namespace ldwhy {
namespace {

constexpr size_t most_options = 1000;

// Flags of one rank; cargo reads the first rank that is there.
struct Rank {
  std::vector<CargoFlag> words;
  std::vector<SettingSource> sources;
  std::vector<SettingSource> lost;  // within the rank
  bool decides = false;             // even when it is empty
};

void add_words(Rank &rank, std::vector<std::string> words, const Place &place, const std::string &from) {
  SettingSource source{"", place, from, ""};
  for (std::string &word : words) {
    if (!source.value.empty()) source.value += ' ';
    source.value += word;
    rank.words.push_back({std::move(word), place, from});
  }
  if (!source.value.empty()) rank.sources.push_back(std::move(source));
}

std::vector<std::string> split(std::string_view text, std::string_view separators, bool keep_empty) {
  std::vector<std::string> words;
  while (true) {
    size_t end = text.find_first_of(separators);
    if (keep_empty || end != 0) {
      std::string_view word = text.substr(0, end);
      if (keep_empty || !word.empty()) words.emplace_back(word);
    }
    if (end == text.npos) return words;
    text.remove_prefix(end + 1);
  }
}

void add_variable(Rank &rank, const Variable *variable) {
  if (variable) add_words(rank, split(variable->value, " \t\r\n\f\v", false), variable->place, variable->name);
}

void add_array(Rank &rank, const CargoHit &hit, const std::string &from) {
  SettingSource source{config_value_text(*hit.node), hit.layer->place_of(*hit.node), from, ""};
  for (const TomlNode *item : toml_strings(hit.node))
    rank.words.push_back({std::string(item->text), hit.layer->place_of(*item), from});
  if (!source.value.empty()) rank.sources.push_back(std::move(source));
}

// A list of flags that is an array, or one string. Arrays of all layers are joined, the weakest
// first; of strings the strongest counts; the variable stands between files and --config.
void add_list(Rank &rank, TomlPath key, const CargoConfig &config, const Variable *variable,
              std::vector<ProjectProblem> &problems) {
  std::vector<CargoHit> hits = config.find(key);
  std::string from = config_key_text(key);
  bool arrays = std::ranges::any_of(hits, [](const CargoHit &hit) { return hit.node->is_array(); });
  bool counted = false;
  std::vector<CargoHit> taken;  // the strongest first
  for (const CargoHit &hit : hits) {
    Place place = hit.layer->place_of(*hit.node);
    if (hit.node->is_array() != arrays) {
      problems.push_back({place, fmt::format("{} is a string here and an array in another "
                                             "configuration file: cargo refuses to join them",
                                             from)});
    } else if (arrays || (hit.node->is_string() && !counted)) {
      counted = true;
      taken.push_back(hit);
    } else if (hit.node->is_string()) {
      rank.lost.push_back(
          {std::string(hit.node->text), place, from, "a string is not joined with another: the nearer file's counts"});
    }
  }
  bool variable_added = false;
  for (size_t i = taken.size(); i-- > 0;) {
    const CargoHit &hit = taken[i];
    if (hit.layer->typed && !variable_added) {
      add_variable(rank, variable);
      variable_added = true;
    }
    std::string name = (hit.layer->typed ? "--config " : "") + from;
    if (arrays) add_array(rank, hit, name);
    else add_words(rank, split(hit.node->text, " \t\r\n", false), hit.layer->place_of(*hit.node), name);
  }
  if (!variable_added) add_variable(rank, variable);
}

std::vector<Rank> ranks_of(const CargoConfig &config, const CargoEnvironment &environment, std::string_view target,
                           std::vector<ProjectProblem> &problems) {
  std::vector<Rank> ranks(4);
  if (const Variable *encoded = environment.find("CARGO_ENCODED_RUSTFLAGS")) {
    ranks[0].decides = true;
    if (!encoded->value.empty())
      add_words(ranks[0], split(encoded->value, "\x1f", true), encoded->place, encoded->name);
  }
  if (const Variable *plain = environment.find("RUSTFLAGS")) {
    ranks[1].decides = true;
    add_words(ranks[1], split(plain->value, " ", false), plain->place, plain->name);
  }
  std::string_view of_target[] = {"target", target, "rustflags"};
  add_list(ranks[2], of_target, config, environment.find(config_variable(of_target)), problems);
  for (const std::string &cfg : matching_cfgs(config, target)) {
    std::string_view of_cfg[] = {"target", cfg, "rustflags"};
    add_list(ranks[2], of_cfg, config, nullptr, problems);
  }
  std::string_view of_build[] = {"build", "rustflags"};
  add_list(ranks[3], of_build, config, environment.find("CARGO_BUILD_RUSTFLAGS"), problems);
  return ranks;
}

}  // namespace

std::vector<std::string> matching_cfgs(const CargoConfig &config, std::string_view target) {
  std::set<std::string> keys;
  std::string_view path[] = {"target"};
  for (const CargoHit &hit : config.find(path))
    if (hit.node->is_table())
      for (const TomlNode &table : *hit.node)
        if (table.key.starts_with("cfg(")) keys.emplace(table.key);
  std::vector<std::string> matching;
  if (keys.empty()) return matching;
  CfgValues values = cfg_values(target);
  for (const std::string &key : keys)
    if (cfg_holds(key, values)) matching.push_back(key);
  return matching;
}

CargoFlags find_rustflags(const CargoConfig &config, const CargoEnvironment &environment, std::string_view target,
                          std::vector<ProjectProblem> &problems) {
  std::vector<Rank> ranks = ranks_of(config, environment, target, problems);
  CargoFlags flags;
  Setting &setting = flags.setting;
  setting.name = "rustflags";
  setting.source.text = "cargo's default";
  std::string winner;
  for (Rank &rank : ranks) {
    if (winner.empty() && (rank.decides || !rank.words.empty())) {
      setting.source = rank.sources.empty() ? SettingSource{} : rank.sources.front();
      winner = rank.sources.empty() ? (&rank == &ranks[0] ? "CARGO_ENCODED_RUSTFLAGS" : "RUSTFLAGS")
                                    : rank.sources.front().text;
      if (rank.sources.empty()) {
        const Variable *empty = environment.find(winner);
        setting.source = {"", empty ? empty->place : Place{}, winner, ""};
      }
      for (size_t i = 1; i < rank.sources.size(); ++i) {
        setting.source.value += ' ' + rank.sources[i].value;
        setting.source.text += " + " + rank.sources[i].text;
      }
      for (SettingSource &lost : rank.lost) setting.overridden.push_back(std::move(lost));
      flags.words = std::move(rank.words);
      continue;
    }
    for (SettingSource &hidden : rank.sources) {
      hidden.why = fmt::format("cargo reads flags from one kind of place only, and {} comes first", winner);
      setting.overridden.push_back(std::move(hidden));
    }
  }
  return flags;
}

std::vector<CodegenOption> codegen_options(const std::vector<CargoFlag> &words) {
  std::vector<CodegenOption> options;
  for (size_t i = 0; i < words.size() && options.size() < most_options; ++i) {
    const CargoFlag &flag = words[i];
    std::string_view word = flag.word;
    std::string text;
    std::string written = flag.word;
    if (word == "-C" || word == "--codegen") {
      if (i + 1 == words.size()) break;
      text = words[++i].word;
      written += ' ' + text;
    } else if (word.starts_with("--codegen=")) {
      text = word.substr(10);
    } else if (word.starts_with("-C")) {
      text = word.substr(2);
    } else if (word == "-g") {
      text = "debuginfo=2";
    } else if (word == "-O") {
      text = "opt-level=3";
    } else {
      continue;
    }
    size_t equals = text.find('=');
    std::string key = text.substr(0, equals);
    std::ranges::replace(key, '_', '-');
    options.push_back({std::move(key), equals == text.npos ? "" : text.substr(equals + 1), std::move(written), &flag});
  }
  return options;
}

}  // namespace ldwhy
