// YAML 1.2 as yaml-cpp reads it, with the merge key of YAML 1.1, which GitLab's files use.
#include "project/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>

namespace ldwhy {
namespace {

constexpr size_t most_bytes = 4 << 20;
constexpr size_t most_depth = 100;
constexpr size_t most_nodes = 200'000;
constexpr size_t most_documents = 16;

// Thrown through yaml-cpp to parse_yaml.
struct Limit {
  uint32_t line;
  std::string text;
};

uint32_t line_of(const YAML::Mark &mark) { return mark.line < 0 ? 0 : static_cast<uint32_t>(mark.line) + 1; }

class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::string_view source) {
    lines_.push_back(0);
    for (size_t i = 0; i < source.size(); ++i)
      if (source[i] == '\n') lines_.push_back(i + 1);
    source_ = source;
  }
  std::vector<Yaml> documents;

  void OnDocumentStart(const YAML::Mark &) override {
    stack_.clear();
    anchors_.clear();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override {
    finish(make(YamlNode::Kind::Null, mark), anchor);
  }
  void OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor) override {
    auto known = anchors_.find(anchor);
    if (known == anchors_.end()) throw Limit{line_of(mark), "an alias stands inside what it names"};
    count(known->second->nodes, line_of(mark));
    place(known->second, line_of(mark));
  }
  void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                const std::string &value) override {
    std::shared_ptr<YamlNode> node = make(YamlNode::Kind::Scalar, mark);
    node->text = value;
    node->plain = tag == "?";
    if (tag != "?" && tag != "!") node->tag = tag;
    if (!node->plain && is_block(mark)) node->text_line = node->line + 1;
    finish(std::move(node), anchor);
  }
  void OnSequenceStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::Sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::Map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    std::shared_ptr<YamlNode> node;
    YAML::anchor_t anchor = 0;
    bool has_key = false, usable = false;
    std::string key;
    uint32_t key_line = 0;
  };

  // `|` or `>` after the node's anchor and tag, if any.
  bool is_block(const YAML::Mark &mark) const {
    if (mark.line < 0 || mark.column < 0 || static_cast<size_t>(mark.line) >= lines_.size()) return false;
    std::string_view rest = source_.substr(lines_[static_cast<size_t>(mark.line)]);
    rest = rest.substr(0, rest.find('\n'));
    if (static_cast<size_t>(mark.column) >= rest.size()) return false;
    rest.remove_prefix(static_cast<size_t>(mark.column));
    while (rest.starts_with('&') || rest.starts_with('!')) {
      size_t blank = rest.find(' ');
      if (blank == rest.npos) return false;
      rest.remove_prefix(blank);
      rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    }
    return rest.starts_with('|') || rest.starts_with('>');
  }

  void count(size_t nodes, uint32_t line) {
    total_ += nodes;
    if (total_ > most_nodes)
      throw Limit{line, fmt::format("more than {} values once aliases are followed", most_nodes)};
  }

  std::shared_ptr<YamlNode> make(YamlNode::Kind kind, const YAML::Mark &mark) {
    std::shared_ptr<YamlNode> node = std::make_shared<YamlNode>();
    node->kind = kind;
    node->line = node->text_line = line_of(mark);
    count(1, node->line);
    return node;
  }

  void open(YamlNode::Kind kind, const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor) {
    Frame frame;
    frame.node = make(kind, mark);
    if (tag != "?" && tag != "!") frame.node->tag = tag;
    frame.anchor = anchor;
    stack_.push_back(std::move(frame));
    if (stack_.size() > most_depth) throw Limit{line_of(mark), fmt::format("nested deeper than {} levels", most_depth)};
  }

  void close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    if (frame.node->is_map()) merge(*frame.node);
    finish(std::move(frame.node), frame.anchor);
  }

  void finish(std::shared_ptr<YamlNode> node, YAML::anchor_t anchor) {
    uint32_t line = node->line;
    Yaml done = std::move(node);
    if (anchor) anchors_[anchor] = done;
    place(std::move(done), line);
  }

  void place(Yaml node, uint32_t line) {
    if (stack_.empty()) {
      documents.push_back(std::move(node));
      return;
    }
    Frame &frame = stack_.back();
    frame.node->nodes += node->nodes;
    if (frame.node->is_sequence()) {
      frame.node->items.push_back(std::move(node));
    } else if (!frame.has_key) {
      frame.has_key = true;
      frame.usable = !node->is_map() && !node->is_sequence();
      frame.key = node->text;
      frame.key_line = line;
    } else {
      frame.has_key = false;
      if (frame.usable) frame.node->entries.push_back({std::move(frame.key), frame.key_line, std::move(node)});
    }
  }

  // YAML 1.1, the type "merge": keys of the map or maps below `<<` that are not there already.
  void merge(YamlNode &map) {
    std::vector<YamlEntry> added;
    for (const YamlEntry &entry : map.entries) {
      if (entry.key != "<<") continue;
      if (entry.value->is_map()) added.insert(added.end(), entry.value->entries.begin(), entry.value->entries.end());
      for (const Yaml &item : entry.value->items) added.insert(added.end(), item->entries.begin(), item->entries.end());
    }
    if (added.empty()) return;
    std::map<std::string, bool> present;
    for (const YamlEntry &entry : map.entries) present[entry.key] = true;
    for (YamlEntry &entry : added) {
      if (!present.try_emplace(entry.key, true).second) continue;
      count(entry.value->nodes, entry.line);
      map.nodes += entry.value->nodes;
      map.entries.push_back(std::move(entry));
    }
  }

  std::string_view source_;
  std::vector<size_t> lines_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, Yaml> anchors_;
  size_t total_ = 0;
};

Problem at_line(uint32_t line, const std::string &text) {
  return {"", "", std::nullopt, fmt::format("line {}: {}", line, text)};
}

}  // namespace

const YamlEntry *YamlNode::entry(std::string_view key) const {
  for (const YamlEntry &candidate : entries)
    if (candidate.key == key) return &candidate;
  return nullptr;
}

const YamlNode *YamlNode::find(std::string_view key) const {
  const YamlEntry *found = entry(key);
  return found ? found->value.get() : nullptr;
}

std::string_view YamlNode::text_of(std::string_view key) const {
  const YamlNode *node = find(key);
  return node ? std::string_view(node->text) : std::string_view();
}

Result<std::vector<Yaml>> parse_yaml(std::string_view text) {
  if (text.size() > most_bytes)
    return std::unexpected(at_line(1, fmt::format("{} bytes, and at most {} are read", text.size(), most_bytes)));
  TreeBuilder builder(text);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (builder.documents.size() < most_documents && parser.HandleNextDocument(builder)) {
    }
  } catch (const Limit &limit) {
    return std::unexpected(at_line(limit.line, limit.text));
  } catch (const YAML::Exception &error) {
    return std::unexpected(at_line(line_of(error.mark), "not YAML: " + error.msg));
  } catch (const std::exception &error) {
    return std::unexpected(at_line(1, std::string("not YAML: ") + error.what()));
  }
  return std::move(builder.documents);
}

bool same_yaml(const YamlNode &a, const YamlNode &b) {
  if (a.kind != b.kind || a.text != b.text || a.nodes != b.nodes || a.items.size() != b.items.size() ||
      a.entries.size() != b.entries.size())
    return false;
  for (size_t i = 0; i < a.items.size(); ++i)
    if (!same_yaml(*a.items[i], *b.items[i])) return false;
  for (const YamlEntry &entry : a.entries) {
    const YamlNode *other = b.find(entry.key);
    if (!other || !same_yaml(*entry.value, *other)) return false;
  }
  return true;
}

std::vector<const YamlNode *> scalars_of(const YamlNode *node) {
  std::vector<const YamlNode *> found;
  if (!node) return found;
  if (node->is_scalar()) found.push_back(node);
  for (const Yaml &item : node->items)
    if (item->is_scalar()) found.push_back(item.get());
  return found;
}

}  // namespace ldwhy
