// Changes to a project's files that leave every other byte as it was: comments, order,
// quoting, line ends. An edit is a pure function from a file's text to its new text;
// journal.h writes them to disk and takes them back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"

namespace ldwhy {

using TextResult = Result<std::string>;   // the new text, or why it cannot be made

// TOML 1.0. `key`: the keys from the top, unquoted ({"profile", "release", "lto"}); `value`: as
// TOML writes it ("\"fat\"", "false", "16"). Sets it where it stands (also in a dotted key
// or an inline table), else adds it to its table, else adds the table after its next of kin.
TextResult set_toml(std::string_view text, const std::vector<std::string> &key, std::string_view value);
// Adds a word to an array of strings, or to a string of words.
TextResult append_toml(std::string_view text, const std::vector<std::string> &key, std::string_view word);
TextResult remove_toml(std::string_view text, const std::vector<std::string> &key);

// YAML 1.2: the scalar at a path of keys and sequence indexes ("jobs", "build", "steps", "2", "env",
// "RUSTFLAGS") gets a new value, quoted as it was where that can hold it. Refuses anchors and aliases.
TextResult set_yaml(std::string_view text, const std::vector<std::string> &path, std::string_view value);

// CMake language (cmake-language(7)): the arguments after the first of the command on `line` that sets
// `variable` ("set", "option", "set_property") become `value`; line 0: a set() is added after project().
TextResult set_cmake(std::string_view text, std::string_view variable, std::string_view value, uint32_t line);

// Replaces, on `line` (from 1), the one appearance of `before` that stands as a whole word; with an empty
// `after` the word and a blank beside it go. For flags in shell scripts, makefiles, Dockerfiles, strings
// in TOML and YAML. Refuses where it stands there never or more than once.
TextResult replace_word(std::string_view text, uint32_t line, std::string_view before, std::string_view after);

// A unified diff as `git apply` takes it, with `path` under a/ and b/; empty where nothing changes.
// `created`: there was no such file.
std::string unified_diff(const std::string &path, std::string_view before, std::string_view after, bool created);

}  // namespace ldwhy
