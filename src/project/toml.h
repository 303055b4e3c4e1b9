// TOML 1.0.0 (toml.io), with what 1.1 adds and cargo takes: line breaks and a last comma in
// inline tables, \e and \x in strings. Every key and value knows its line.
//
// Not toml++: 3.3 overflows the stack on a key of a million parts and asserts on damaged
// texts, and a workspace has hundreds of manifests to read before anyone sees a word.
// Here nothing is copied but strings with escapes, nodes lie in one block, and depth is limited.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ldwhy {

enum class TomlKind : uint8_t { Table, Array, String, Integer, Float, Boolean, Time };

class TomlNode {
 public:
  TomlKind kind = TomlKind::Table;
  uint32_t line = 0;  // where the value starts; of a table: its header, or first key
  uint32_t key_line = 0;
  std::string_view key;   // in its table; empty in an array
  std::string_view text;  // of a string: its value; else as written

  bool is_table() const { return kind == TomlKind::Table; }
  bool is_array() const { return kind == TomlKind::Array; }
  bool is_string() const { return kind == TomlKind::String; }
  bool is_true() const { return kind == TomlKind::Boolean && text == "true"; }
  // Neither table nor array.
  bool is_scalar() const { return !is_table() && !is_array(); }

  // Children of a table or an array, in the file's order.
  class Iterator {
   public:
    explicit Iterator(const TomlNode *node) : node_(node) {}
    const TomlNode &operator*() const { return *node_; }
    Iterator &operator++() {
      node_ = node_->next_;
      return *this;
    }
    bool operator==(const Iterator &) const = default;

   private:
    const TomlNode *node_;
  };
  Iterator begin() const { return Iterator(first_); }
  Iterator end() const { return Iterator(nullptr); }
  bool empty() const { return !first_; }

  // The value of a key of a table; nullptr where there is none, or this is no table.
  const TomlNode *find(std::string_view key) const;
  // The text of a string below `key`; empty where there is none.
  std::string_view text_of(std::string_view key) const;

 private:
  friend class TomlParser;
  enum class Made : uint8_t { Value, Header, Implied, Dotted };
  Made made_ = Made::Value;  // a table: what made it, which decides what may add to it
  bool of_tables_ = false;   // an array of [[tables]]
  uint16_t depth_ = 0;
  TomlNode *first_ = nullptr, *last_ = nullptr, *next_ = nullptr;
  uint32_t count_ = 0;
  // Of a table with many keys only.
  std::unique_ptr<std::unordered_map<std::string_view, TomlNode *>> index_;
};

struct TomlError {
  uint32_t line = 0;
  std::string text;
};

class Toml {
 public:
  // `text` must outlive the document.
  static std::expected<Toml, TomlError> parse(std::string_view text);
  const TomlNode &root() const { return nodes_->front(); }

 private:
  friend class TomlParser;
  Toml() = default;
  std::unique_ptr<std::deque<TomlNode>> nodes_ = std::make_unique<std::deque<TomlNode>>();
  std::unique_ptr<std::deque<std::string>> decoded_ = std::make_unique<std::deque<std::string>>();
};

}  // namespace ldwhy
