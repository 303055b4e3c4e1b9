// Text stubs of versions 1 to 4 (llvm/TextAPI documents them with samples). They differ in:
//
//   1-3  "archs" and one "platform"; the sections carry "archs"; libraries to re-export stand in
//        "exports" as "re-exports"; simulators are not told from devices
//   1-2  Objective-C names carry the C underscore
//   4    "targets" ("arm64-ios-simulator") everywhere; "reexported-libraries" of its own
//
// A version-1 document has no tag.
#include <fmt/format.h>

#include "input/tbd_model.h"
#include "input/yaml_subset.h"

namespace ldwhy::stub {
namespace {

struct ListKey {
  std::string_view key;
  NameKind kind;
};
constexpr ListKey list_keys[] = {
    {"symbols", NameKind::Plain},
    {"weak-symbols", NameKind::Weak},
    {"weak-def-symbols", NameKind::Weak},
    {"weak-ref-symbols", NameKind::Weak},
    {"thread-local-symbols", NameKind::ThreadLocal},
    {"objc-classes", NameKind::ObjcClass},
    {"objc-eh-types", NameKind::ObjcEhType},
    {"objc-ivars", NameKind::ObjcIvar},
};

const YamlValue *find(const YamlMapping &mapping, std::string_view key) {
  for (const auto &[name, value] : mapping)
    if (name == key) return &value;
  return nullptr;
}

std::string_view scalar(const YamlMapping &mapping, std::string_view key) {
  const YamlValue *value = find(mapping, key);
  return value ? value->scalar : std::string_view();
}

// The platforms of versions 1 to 3. Unknown ones give none.
std::vector<Platform> platforms_named(std::string_view name) {
  if (name.empty()) return {Platform::Unknown};
  if (name == "macosx") return {Platform::MacOS};
  if (name == "ios") return {Platform::IOS};
  if (name == "tvos") return {Platform::TvOS};
  if (name == "watchos") return {Platform::WatchOS};
  if (name == "bridgeos") return {Platform::BridgeOS};
  if (name == "iosmac") return {Platform::MacCatalyst};
  if (name == "zippered") return {Platform::MacOS, Platform::MacCatalyst};
  return {};
}

// An Intel slice for a phone can only be the simulator's.
Platform simulated(Platform platform) {
  switch (platform) {
    case Platform::IOS: return Platform::IOSSimulator;
    case Platform::TvOS: return Platform::TvOSSimulator;
    case Platform::WatchOS: return Platform::WatchOSSimulator;
    default: return platform;
  }
}

class Converter {
 public:
  explicit Converter(const YamlDocument &document) : document_(document), version_(version()) {}

  Library convert() const {
    Library library;
    library.install_name = scalar(document_.content, "install-name");
    if (library.install_name.empty()) throw Malformed(document_.offset, "expected an install-name in a text stub");
    library.targets = targets(document_.content).value_or(std::vector<StubTarget>());
    for (const auto &[key, value] : document_.content) {
      bool undefined = key == "undefineds";
      if (undefined || key == "exports" || key == "reexports") {
        for (const YamlMapping &group : value.mappings) add_group(library, group, undefined);
      } else if (key == "reexported-libraries") {
        for (const YamlMapping &group : value.mappings)
          if (const YamlValue *names = find(group, "libraries"))
            library.reexported.push_back({targets(group), names->list});
      }
    }
    return library;
  }

 private:
  int version() const {
    std::string_view tag = document_.tag;
    if (tag.empty() || tag == "!tapi-tbd-v1") return 1;
    if (tag == "!tapi-tbd-v2") return 2;
    if (tag == "!tapi-tbd-v3") return 3;
    if (tag == "!tapi-tbd" && scalar(document_.content, "tbd-version") == "4") return 4;
    throw Malformed(document_.offset,
                    fmt::format("expected a text stub of version 1 to 4, found \"{}\" version \"{}\"",
                                tag.substr(0, 40), scalar(document_.content, "tbd-version").substr(0, 20)));
  }

  TargetList targets(const YamlMapping &mapping) const {
    const YamlValue *names = find(mapping, version_ >= 4 ? "targets" : "archs");
    if (!names) return std::nullopt;
    std::vector<StubTarget> targets;
    if (version_ >= 4) {
      for (std::string_view name : names->list)
        if (std::optional<StubTarget> target = target_named(name)) targets.push_back(*target);
      return targets;
    }
    std::vector<Platform> platforms = platforms_named(scalar(document_.content, "platform"));
    for (std::string_view name : names->list) {
      Arch arch = arch_from_name(name);
      bool intel = arch == Arch::I386 || arch == Arch::X86_64;
      if (arch == Arch::Unknown) continue;
      for (Platform platform : platforms) targets.push_back({arch, intel ? simulated(platform) : platform});
    }
    return targets;
  }

  void add_group(Library &library, const YamlMapping &mapping, bool undefined) const {
    SymbolGroup group;
    group.targets = targets(mapping);
    group.undefined = undefined;
    for (const auto &[key, value] : mapping) {
      if (key == "re-exports") library.reexported.push_back({group.targets, value.list});
      for (const ListKey &row : list_keys) {
        if (row.key != key) continue;
        group.lists.push_back({row.kind, SymbolType::None, value.list});
        if (version_ < 3 && row.kind >= NameKind::ObjcClass)
          for (std::string_view &name : group.lists.back().names)
            if (name.starts_with('_')) name.remove_prefix(1);
      }
    }
    library.symbols.push_back(std::move(group));
  }

  const YamlDocument &document_;
  int version_;
};

}  // namespace

File read_yaml(Bytes bytes) {
  File file;
  for (const YamlDocument &document : read_documents(bytes, file.owned))
    file.libraries.push_back(Converter(document).convert());
  return file;
}

}  // namespace ldwhy::stub
