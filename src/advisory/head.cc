#include "advisory/head.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace ldwhy {
namespace {

constexpr std::string_view fence = "```";

std::string_view take_line(std::string_view &text) {
  size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

Result<SplitAdvisory> split_advisory(std::string_view text, const std::string &file) {
  if (take_line(text) != "```toml")
    return std::unexpected(Problem{file, "", std::nullopt, "line 1: ```toml was expected"});
  const char *start = text.data();
  while (!text.empty()) {
    const char *line_start = text.data();
    if (take_line(text) != fence) continue;
    while (text.starts_with('\n') || text.starts_with("\r\n")) take_line(text);
    return SplitAdvisory{{start, static_cast<size_t>(line_start - start)}, text};
  }
  return std::unexpected(Problem{file, "", std::nullopt, "line 1: the head's ``` is never closed"});
}

HeadReader::HeadReader(std::string_view head, std::string file) : head_(head), file_(std::move(file)) {
  std::expected<Toml, TomlError> document = Toml::parse(head);
  if (document) document_ = std::move(*document);
  else fail(document.error().line + 1, document.error().text);
}

// A string without escapes is a part of the head; of others only the start is known.
uint32_t HeadReader::line_of(const TomlNode &node, size_t offset) const {
  std::less_equal<const char *> before;
  bool inside = before(head_.data(), node.text.data()) &&
                before(node.text.data() + node.text.size(), head_.data() + head_.size());
  if (!inside) return line_of(node);
  const char *at = node.text.data() + std::min(offset, node.text.size());
  return 2 + static_cast<uint32_t>(std::count(head_.data(), at, '\n'));
}

void HeadReader::fail(uint32_t line, const std::string &text) {
  if (!problem_) problem_ = Problem{file_, "", std::nullopt, fmt::format("line {}: {}", line, text)};
}

void HeadReader::only(const TomlNode &table, std::initializer_list<std::string_view> keys) {
  for (const TomlNode &node : table)
    if (std::ranges::find(keys, node.key) == keys.end())
      fail(node.key_line + 1, fmt::format("there is no key '{}'", node.key));
}

std::string HeadReader::text(const TomlNode &table, std::string_view key, bool required) {
  const TomlNode *node = table.find(key);
  if (!node) {
    if (required) fail(table, fmt::format("'{}' is missing", key));
    return {};
  }
  if (!node->is_string() || node->text.empty()) {
    fail(*node, fmt::format("'{}' must be a string, and not empty", key));
    return {};
  }
  return std::string(node->text);
}

std::vector<std::string> HeadReader::texts(const TomlNode &table, std::string_view key) {
  std::vector<std::string> all;
  const TomlNode *node = table.find(key);
  if (!node) return all;
  if (!node->is_array() || node->empty()) {
    fail(*node, fmt::format("'{}' must be a list of strings, and not empty", key));
    return all;
  }
  for (const TomlNode &entry : *node) {
    if (entry.is_string() && !entry.text.empty()) all.emplace_back(entry.text);
    else fail(entry, fmt::format("'{}' must be a list of strings", key));
  }
  return all;
}

std::optional<bool> HeadReader::truth(const TomlNode &table, std::string_view key) {
  const TomlNode *node = table.find(key);
  if (node && node->kind == TomlKind::Boolean) return node->is_true();
  fail(node ? *node : table, fmt::format("'{}' must be true or false", key));
  return std::nullopt;
}

std::vector<const TomlNode *> HeadReader::tables(const TomlNode &table, std::string_view key) {
  std::vector<const TomlNode *> all;
  const TomlNode *node = table.find(key);
  if (!node) return all;
  if (!node->is_array()) {
    fail(*node, fmt::format("'{}' must be written as [[{}]]", key, key));
    return all;
  }
  for (const TomlNode &entry : *node) {
    if (entry.is_table()) all.push_back(&entry);
    else fail(entry, fmt::format("'{}' must be written as [[{}]]", key, key));
  }
  return all;
}

const TomlNode *HeadReader::table(const TomlNode &table, std::string_view key) {
  const TomlNode *node = table.find(key);
  if (!node || node->is_table()) return node;
  fail(*node, fmt::format("'{}' must be a table", key));
  return nullptr;
}

}  // namespace ldwhy
