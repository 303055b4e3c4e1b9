// cmake-commands(7): set, unset, option, list, string, project, add_executable, add_library,
// set_property, set_target_properties, the target_… and add_… families; cmake-properties(7),
// INTERPROCEDURAL_OPTIMIZATION.
#include <fmt/format.h>

#include <algorithm>

#include "project/cmake_project.h"

namespace ldwhy {
namespace {

constexpr size_t most_variables = 20'000;
constexpr size_t most_targets = 5'000;
constexpr size_t most_pieces = 5'000;

bool is_any_of(std::string_view text, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, text) != names.end();
}

void append(FlagText &to, const FlagText &more, const char *separator) {
  if (more.empty() || to.size() > most_pieces) return;
  if (!to.empty()) to.push_back({separator, {}});
  to.insert(to.end(), more.begin(), more.end());
}

// Properties whose values are kept.
bool bears_on_flags(std::string_view property) {
  return property.starts_with("INTERPROCEDURAL_OPTIMIZATION") || property.starts_with("LINK_FLAGS") ||
         is_any_of(property, {"COMPILE_OPTIONS", "COMPILE_FLAGS", "LINK_OPTIONS", "LINKER_TYPE"});
}

// A plain word that could be a variable's name.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() < 100 &&
         std::ranges::all_of(
             text,
             [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
             });
}

}  // namespace

SettingSource CMakeProject::source_here(const CMakeCommand &command, const std::string &text) const {
  SettingSource source;
  source.place = {file_ ? file_->shown : "", command.line};
  source.text = text;
  if (!conditions_.empty()) source.text += " (only where " + conditions_.back() + " holds)";
  return source;
}

void CMakeProject::lose(const std::string &name, const FlagText &value, const std::string &why) {
  // What a part of the project does to its own variables concerns that part alone.
  if (directories.size() > 1 && directory_ != 0) return;
  std::vector<SettingSource> &all = losers[name];
  for (const FlagPiece &piece : value) {
    if (piece.source.place.file.empty() || all.size() >= 50) continue;
    SettingSource source = piece.source;
    source.value = piece.text;
    source.why = why;
    all.push_back(std::move(source));
  }
}

void CMakeProject::command(const CMakeCommand &command, Run how) {
  // What a piece of flags is called in reports: the variable for set() and its kin, else the
  // command.
  std::string text = command.name;
  bool sets = is_any_of(command.name, {"set", "option"});
  bool appends = is_any_of(command.name, {"list", "string"});
  if (sets && !command.arguments.empty()) text = std::string(command.arguments[0].text);
  if (appends && command.arguments.size() > 1) text = std::string(command.arguments[1].text);
  std::vector<FlagText> arguments = variables_.arguments(command, source_here(command, text));
  if (variable_command(command, arguments, how) || target_command(command, arguments, how)) return;
  if (command.name == "project" || command.name == "enable_language") {
    languages(arguments, command.name == "project");
    start();
  } else if (command.name == "include" && !arguments.empty()) {
    include(joined(arguments[0]), how);
  } else if (command.name == "add_subdirectory" && !arguments.empty()) {
    std::string path = joined(arguments[0]);
    if (!has_unknown(path)) run_directory(normal_path(join_path(folder_, path)), how);
  } else if (auto function = functions_.find(command.name); function != functions_.end()) {
    call(Function(function->second), arguments, how);
  } else {
    // A command that is not read here may set any name that it is given.
    for (const FlagText &argument : arguments) {
      std::string word = joined(argument);
      if (!is_name(word) || variables_.touched.size() >= most_variables) continue;
      variables_.touched[word] = true;
      auto known = variables_.normal.find(word);
      if (known != variables_.normal.end()) known->second.known = false;
    }
  }
}

bool CMakeProject::variable_command(const CMakeCommand &command, const std::vector<FlagText> &arguments, Run how) {
  if (command.name == "set") {
    set(arguments, how);
  } else if (command.name == "unset") {
    if (!arguments.empty() && how == Run::Yes) variables_.normal.erase(joined(arguments[0]));
  } else if (command.name == "option") {
    if (arguments.empty()) return true;
    std::string name = joined(arguments[0]);
    // CMP0077: a normal variable of that name stays.
    if (variables_.normal.contains(name)) return true;
    FlagText value = arguments.size() > 2 ? arguments[2] : FlagText{{"OFF", source_here(command, name)}};
    assign_cache(name, std::move(value), false, how);
  } else if (command.name == "list") {
    list_command(arguments, how);
  } else if (command.name == "string") {
    string_command(arguments, how);
  } else {
    return false;
  }
  return true;
}

void CMakeProject::set(const std::vector<FlagText> &arguments, Run how) {
  if (arguments.empty()) return;
  std::string name = joined(arguments[0]);
  if (name.empty() || has_unknown(name)) return;
  size_t last = arguments.size();
  bool parent = false, cache = false, force = false;
  for (size_t i = 1; i < arguments.size(); ++i) {
    std::string word = joined(arguments[i]);
    if (word == "PARENT_SCOPE") parent = true, last = std::min(last, i);
    if (word == "CACHE") cache = true, last = std::min(last, i);
    if (cache && word == "FORCE") force = true;
  }
  FlagText value;
  for (size_t i = 1; i < last; ++i) {
    if (i > 1) value.push_back({";", {}});
    if (value.size() < most_pieces) value.insert(value.end(), arguments[i].begin(), arguments[i].end());
  }
  if (name.starts_with("ENV{") && name.ends_with('}')) {
    if (how == Run::Yes) variables_.environment[name.substr(4, name.size() - 5)] = joined(value);
  } else if (last == 1 && !cache) {
    if (how == Run::Yes) variables_.normal.erase(name);
  } else if (cache) {
    assign_cache(name, std::move(value), force, how);
  } else {
    assign(name, std::move(value), how, parent);
  }
}

void CMakeProject::assign(const std::string &name, FlagText value, Run how, bool parent) {
  std::map<std::string, CMakeValue> *where = parent && !parents_.empty() ? parents_.back() : &variables_.normal;
  if (where->size() >= most_variables) return;
  const CMakeValue *old = variables_.find(name);
  std::string text = joined(value);
  // A value that goes on in the new one is not lost.
  if (old && !parent && text.find(old->text()) == text.npos)
    lose(name, old->pieces, where->contains(name) ? "a later set() wins" : "set() in the files wins over the cache");
  (*where)[name] = {std::move(value), how == Run::Yes};
}

void CMakeProject::assign_cache(const std::string &name, FlagText value, bool force, Run how) {
  auto old = variables_.cache.find(name);
  if (old != variables_.cache.end() && !force) {
    if (old->second.text() != joined(value))
      lose(name, value, "the cache has a value already, given on the command line, by a preset or earlier");
    return;
  }
  if (variables_.cache.size() >= most_variables) return;
  variables_.cache[name] = {std::move(value), how == Run::Yes};
  if (how == Run::Yes) variables_.normal.erase(name);
}

void CMakeProject::list_command(const std::vector<FlagText> &arguments, Run how) {
  if (arguments.size() < 2) return;
  std::string operation = joined(arguments[0]), name = joined(arguments[1]);
  if (operation != "APPEND" && operation != "PREPEND") {
    if (operation == "REMOVE_ITEM" || operation == "FILTER" || operation == "TRANSFORM") {
      auto known = variables_.normal.find(name);
      if (known != variables_.normal.end()) known->second.known = false;
      return;
    }
    variables_.touched[joined(arguments.back())] = true;
    return;
  }
  FlagText value;
  const CMakeValue *old = variables_.find(name);
  for (size_t i = 2; i < arguments.size(); ++i) append(value, arguments[i], ";");
  FlagText all = old ? old->pieces : FlagText();
  if (operation == "PREPEND") std::swap(all, value);
  append(all, value, ";");
  bool known = !old || old->known;
  assign(name, std::move(all), known ? how : Run::Maybe, false);
}

void CMakeProject::string_command(const std::vector<FlagText> &arguments, Run how) {
  if (arguments.size() < 2) return;
  std::string operation = joined(arguments[0]), name = joined(arguments[1]);
  const CMakeValue *old = variables_.find(name);
  if (operation == "APPEND" || operation == "PREPEND" || operation == "CONCAT") {
    FlagText value;
    if (old && operation != "CONCAT") value = old->pieces;
    FlagText more;
    for (size_t i = 2; i < arguments.size(); ++i) more.insert(more.end(), arguments[i].begin(), arguments[i].end());
    if (operation == "PREPEND") std::swap(value, more);
    if (value.size() < most_pieces) value.insert(value.end(), more.begin(), more.end());
    assign(name, std::move(value), how, false);
  } else if (operation == "REPLACE" && arguments.size() >= 5) {
    FlagText value;
    std::string from = joined(arguments[1]), to = joined(arguments[2]);
    for (size_t i = 4; i < arguments.size(); ++i) value.insert(value.end(), arguments[i].begin(), arguments[i].end());
    for (FlagPiece &piece : value)
      for (size_t at = from.empty() ? piece.text.npos : piece.text.find(from);
           at != piece.text.npos && piece.text.size() < 100'000; at = piece.text.find(from, at + to.size()))
        piece.text.replace(at, from.size(), to);
    assign(joined(arguments[3]), std::move(value), how, false);
  } else if (operation == "REGEX" && arguments.size() >= 6 && name == "REPLACE") {
    // The pattern is not tried: the text stays, not known any more.
    FlagText value;
    for (size_t i = 5; i < arguments.size(); ++i) value.insert(value.end(), arguments[i].begin(), arguments[i].end());
    assign(joined(arguments[4]), std::move(value), Run::Maybe, false);
  } else {
    for (const FlagText &argument : arguments)
      if (std::string word = joined(argument); is_name(word)) variables_.touched[word] = true;
  }
}

void CMakeProject::languages(const std::vector<FlagText> &arguments, bool project) {
  bool listed = !project, any = false;
  for (size_t i = project ? 1 : 0; i < arguments.size(); ++i) {
    std::string word = joined(arguments[i]);
    if (is_any_of(word, {"VERSION", "DESCRIPTION", "HOMEPAGE_URL"})) {
      ++i;
      any = true;
    } else if (word == "LANGUAGES") {
      listed = any = true;
    } else if (word == "NONE") {
      return;
    } else if (is_any_of(word, {"C", "CXX"}) && (listed || !any)) {
      (word == "C" ? has_c : has_cxx) = true;
      listed = true;
    }
  }
  if (!listed) has_c = has_cxx = true;
  if (project && !arguments.empty()) set_known("PROJECT_NAME", joined(arguments[0]));
}

void CMakeProject::add_target(const std::vector<FlagText> &arguments, const Place &place) {
  if (arguments.empty() || targets.size() >= most_targets || directories.empty()) return;
  CMakeTarget target;
  target.name = joined(arguments[0]);
  if (has_unknown(target.name)) return;
  target.place = place;
  target.directory = directory_;
  for (size_t i = 1; i < arguments.size(); ++i) {
    std::string word = joined(arguments[i]);
    if (is_any_of(word, {"ALIAS", "IMPORTED"})) return;
    if (word == "INTERFACE") target.interface = true;
    size_t dot = word.rfind('.');
    std::string_view ending = dot == word.npos ? std::string_view() : std::string_view(word).substr(dot);
    if (ending == ".c") target.c = true;
    if (is_any_of(ending, {".cc", ".cpp", ".cxx", ".C", ".c++", ".mm"})) target.cxx = true;
  }
  const CMakeDirectory &directory = directories[directory_];
  target.compile_options = directory.compile_options;
  target.link_options = directory.link_options;
  // Properties start as the variables of their name say.
  for (const char *config : {"", "_DEBUG", "_RELEASE", "_RELWITHDEBINFO", "_MINSIZEREL"}) {
    std::string property = fmt::format("INTERPROCEDURAL_OPTIMIZATION{}", config);
    if (const CMakeValue *value = variables_.find("CMAKE_" + property)) target.properties[property] = *value;
  }
  target_index_[target.name] = targets.size();
  targets.push_back(std::move(target));
}

bool CMakeProject::target_command(const CMakeCommand &command, const std::vector<FlagText> &arguments, Run how) {
  const std::string &name = command.name;
  if (name == "add_executable" || name == "add_library") {
    start();
    add_target(arguments, {file_ ? file_->shown : "", command.line});
  } else if (name == "set_target_properties") {
    set_properties(arguments, how);
  } else if (name == "set_property") {
    set_property(arguments, how);
  } else if (name == "target_compile_options" || name == "target_link_options") {
    target_options(arguments, name == "target_link_options");
  } else if (name == "target_link_libraries") {
    link_libraries(arguments);
  } else if (is_any_of(name, {"add_compile_options", "add_definitions", "add_link_options", "link_libraries"})) {
    if (directories.empty()) return true;
    CMakeDirectory &directory = directories[directory_];
    bool link = name == "add_link_options" || name == "link_libraries";
    for (const FlagText &argument : arguments)
      if (name != "link_libraries" || joined(argument).starts_with('-'))
        append(link ? directory.link_options : directory.compile_options, argument, " ");
  } else {
    return false;
  }
  return true;
}

void CMakeProject::apply_property(CMakeTarget &target, const std::string &property, FlagText value, bool add, Run how) {
  if (!bears_on_flags(property)) return;
  if (property == "COMPILE_OPTIONS" || property == "COMPILE_FLAGS") {
    if (!add && property == "COMPILE_OPTIONS") target.compile_options.clear();
    append(target.compile_options, value, " ");
  } else if (property == "LINK_OPTIONS" || property == "LINK_FLAGS") {
    append(target.link_options, value, " ");
  } else {
    CMakeValue &mine = target.properties[property];
    if (mine.text() != joined(value)) lose(property, mine.pieces, "the property of target " + target.name + " wins");
    mine = {std::move(value), how == Run::Yes};
  }
}

void CMakeProject::set_properties(const std::vector<FlagText> &arguments, Run how) {
  std::vector<std::string> names;
  size_t i = 0;
  for (; i < arguments.size() && joined(arguments[i]) != "PROPERTIES"; ++i) names.push_back(joined(arguments[i]));
  for (++i; i + 1 < arguments.size(); i += 2)
    for (const std::string &name : names)
      if (auto found = target_index_.find(name); found != target_index_.end())
        apply_property(targets[found->second], joined(arguments[i]), arguments[i + 1], false, how);
}

void CMakeProject::set_property(const std::vector<FlagText> &arguments, Run how) {
  if (arguments.empty() || directories.empty()) return;
  std::string scope = joined(arguments[0]);
  std::vector<std::string> names;
  bool add = false;
  size_t i = 1;
  for (; i < arguments.size() && joined(arguments[i]) != "PROPERTY"; ++i) {
    std::string word = joined(arguments[i]);
    if (word == "APPEND" || word == "APPEND_STRING") add = true;
    else names.push_back(word);
  }
  if (i + 1 >= arguments.size()) return;
  std::string property = joined(arguments[i + 1]);
  FlagText value;
  for (i += 2; i < arguments.size(); ++i) append(value, arguments[i], " ");
  if (scope == "TARGET") {
    for (const std::string &name : names)
      if (auto found = target_index_.find(name); found != target_index_.end())
        apply_property(targets[found->second], property, value, add, how);
  } else if (scope == "DIRECTORY" && names.empty()) {
    CMakeDirectory &directory = directories[directory_];
    if (property == "COMPILE_OPTIONS") append(directory.compile_options, value, " ");
    if (property == "LINK_OPTIONS") append(directory.link_options, value, " ");
  }
}

void CMakeProject::target_options(const std::vector<FlagText> &arguments, bool link) {
  if (arguments.empty()) return;
  auto found = target_index_.find(joined(arguments[0]));
  if (found == target_index_.end()) return;
  CMakeTarget &target = targets[found->second];
  bool own = true, others = false;
  for (size_t i = 1; i < arguments.size(); ++i) {
    std::string word = joined(arguments[i]);
    if (word == "PRIVATE") own = true, others = false;
    else if (word == "PUBLIC") own = others = true;
    else if (word == "INTERFACE") own = false, others = true;
    else if (word != "BEFORE" && word != "SYSTEM") {
      if (own) append(link ? target.link_options : target.compile_options, arguments[i], " ");
      if (others) append(link ? target.interface_link : target.interface_compile, arguments[i], " ");
    }
  }
}

void CMakeProject::link_libraries(const std::vector<FlagText> &arguments) {
  if (arguments.empty()) return;
  auto found = target_index_.find(joined(arguments[0]));
  if (found == target_index_.end()) return;
  CMakeTarget &target = targets[found->second];
  for (size_t i = 1; i < arguments.size(); ++i) {
    std::string word = joined(arguments[i]);
    if (is_any_of(word,
                  {"PRIVATE", "PUBLIC", "INTERFACE", "LINK_PUBLIC", "LINK_PRIVATE", "debug", "optimized", "general"}))
      continue;
    if (word.starts_with('-')) append(target.link_options, arguments[i], " ");
    else if (target.libraries.size() < 1000) target.libraries.push_back(std::move(word));
  }
}

}  // namespace ldwhy
