// Text stubs of version 5 (llvm/TextAPI documents them with samples): JSON with a
// "main_library" and the inlined "libraries" that it re-exports. The JSON library stays inside
// this file; its errors leave it as Malformed.
#include <nlohmann/json.hpp>

#include "input/tbd_model.h"

namespace ldwhy::stub {
namespace {

using nlohmann::json;

// A stub is seven deep at most. The limit also bounds the memory of what is read.
constexpr int deepest = 16;

struct ListKey {
  const char *key;
  NameKind kind;
};
constexpr ListKey list_keys[] = {
    {"global", NameKind::Plain},
    {"weak", NameKind::Weak},
    {"thread_local", NameKind::ThreadLocal},
    {"objc_class", NameKind::ObjcClass},
    {"objc_eh_type", NameKind::ObjcEhType},
    {"objc_ivar", NameKind::ObjcIvar},
};

class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(bytes) {}

  File read() {
    json document = parse();
    if (!document.is_object()) bytes_.fail(0, "expected a JSON object in a text stub");
    const json *version = member(document, "tapi_tbd_version");
    if (!version || *version != 5) bytes_.fail(0, "expected tapi_tbd_version 5 in a text stub");
    json *main = member(document, "main_library");
    if (!main) bytes_.fail(0, "expected a main_library in a text stub");
    add_library(*main);
    for (json &library : array(document, "libraries")) add_library(library);
    return std::move(file_);
  }

 private:
  json parse() const {
    std::string_view text = bytes_.text();
    auto limit_depth = [&](int depth, json::parse_event_t, json &) {
      if (depth > deepest) bytes_.fail(0, "expected a text stub of few levels, found deep nesting");
      return true;
    };
    try {
      return json::parse(text.begin(), text.end(), limit_depth);
    } catch (const json::parse_error &error) {
      bytes_.fail(error.byte ? error.byte - 1 : 0, "expected JSON in a text stub");
    } catch (const json::exception &) {
      bytes_.fail(0, "expected JSON in a text stub");
    }
  }

  static json *member(json &object, const char *key) {
    if (!object.is_object()) return nullptr;
    json::iterator found = object.find(key);
    return found == object.end() ? nullptr : &*found;
  }
  // An array that may be missing.
  json::array_t &array(json &object, const char *key) {
    json *value = member(object, key);
    if (!value) return nothing_;
    if (!value->is_array()) bytes_.fail(0, "expected an array at \"" + std::string(key) + "\" in a text stub");
    return value->get_ref<json::array_t &>();
  }
  std::string_view text(json &value) {
    if (!value.is_string()) bytes_.fail(0, "expected a string in a text stub");
    return file_.owned.emplace_back(std::move(value.get_ref<std::string &>()));
  }
  std::vector<std::string_view> texts(json &object, const char *key) {
    std::vector<std::string_view> list;
    for (json &value : array(object, key)) list.push_back(text(value));
    return list;
  }

  void add_library(json &from) {
    Library library;
    for (json &entry : array(from, "install_names"))
      if (json *name = member(entry, "name"); name && library.install_name.empty()) library.install_name = text(*name);
    if (library.install_name.empty()) bytes_.fail(0, "expected an install name for each library in a text stub");
    for (json &entry : array(from, "target_info"))
      if (json *name = member(entry, "target"))
        if (std::optional<StubTarget> target = target_named(text(*name))) library.targets.push_back(*target);
    for (json &entry : array(from, "reexported_libraries"))
      library.reexported.push_back({targets(entry), texts(entry, "names")});
    add_symbols(library, array(from, "exported_symbols"), false);
    add_symbols(library, array(from, "reexported_symbols"), false);
    add_symbols(library, array(from, "undefined_symbols"), true);
    file_.libraries.push_back(std::move(library));
  }

  void add_symbols(Library &library, json::array_t &groups, bool undefined) {
    for (json &from : groups) {
      SymbolGroup group;
      group.targets = targets(from);
      group.undefined = undefined;
      // Stubs converted from older versions have all names under "data".
      add_lists(group, member(from, "data"), SymbolType::None);
      add_lists(group, member(from, "text"), SymbolType::Function);
      library.symbols.push_back(std::move(group));
    }
  }

  void add_lists(SymbolGroup &group, json *from, SymbolType type) {
    if (!from) return;
    for (const ListKey &row : list_keys)
      if (std::vector<std::string_view> names = texts(*from, row.key); !names.empty())
        group.lists.push_back({row.kind, type, std::move(names)});
  }

  TargetList targets(json &from) {
    if (!member(from, "targets")) return std::nullopt;
    std::vector<StubTarget> targets;
    for (json &name : array(from, "targets"))
      if (std::optional<StubTarget> target = target_named(text(name))) targets.push_back(*target);
    return targets;
  }

  Bytes bytes_;
  File file_;
  json::array_t nothing_;
};

}  // namespace

File read_json(Bytes bytes) { return Reader(bytes).read(); }

}  // namespace ldwhy::stub
