// Text stubs: the names that a library of Apple's systems exports, as text, for linking without
// the library. tbd_model.h has what they say, in both notations; here an object is made of it.
//
// A stub serves several targets, each list of names some of them. A stub may carry the stubs of
// libraries that it re-exports; the names of those count as its own.
//
// Apple's SDKs name arm64e alone where the library serves arm64 programs, too.
//
// Names that start with "$ld$" are directives to the linker: for one version of the system,
// "hide" takes a name away, "add" brings one, "install_name" changes the library's. They take
// effect where the wanted minimum version is known and is that version. Other directives
// ("previous", which moves a name to an older library; "weak") do not change which names there
// are and are left out.
#include "input/tbd.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <unordered_set>

#include "input/input.h"
#include "input/tbd_model.h"

namespace ldwhy {
namespace {

using stub::NameKind;
using stub::StubTarget;

Target full_target(const StubTarget &target) {
  Target full;
  full.format = Format::MachO;
  full.arch = target.arch;
  full.platform = target.platform;
  full.big_endian = target.arch == Arch::Ppc || target.arch == Arch::Ppc64;
  return full;
}

bool fits_target(const Target &want, const StubTarget &have) {
  Target full = full_target(have);
  if (want.arch == Arch::Arm64 && have.arch == Arch::Arm64e) full.arch = want.arch;
  return difference(want, full).empty();
}

// "os10.4" as 16.8.8 bits.
std::optional<uint32_t> condition_version(std::string_view condition) {
  if (!condition.starts_with("os")) return std::nullopt;
  const char *end = condition.data() + condition.size();
  uint32_t major = 0, minor = 0;
  std::from_chars_result read = std::from_chars(condition.data() + 2, end, major);
  if (read.ec != std::errc() || read.ptr == end || *read.ptr != '.') return std::nullopt;
  read = std::from_chars(read.ptr + 1, end, minor);
  if (read.ec != std::errc() || major > 0xffff || minor > 0xff) return std::nullopt;
  return major << 16 | minor << 8;
}

struct Directive {
  std::string_view action, condition, argument;
};

std::optional<Directive> directive_in(std::string_view name) {
  constexpr std::string_view prefix = "$ld$";
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  size_t first = name.find('$');
  size_t second = first == name.npos ? name.npos : name.find('$', first + 1);
  if (second == name.npos) return Directive{};
  return Directive{name.substr(0, first), name.substr(first + 1, second - first - 1), name.substr(second + 1)};
}

class Stub final : public Object {
 public:
  Stub(Bytes bytes, stub::File file, const Target *want)
      : Object(ObjectKind::Stub, {}, bytes), owned_(std::move(file.owned)) {
    if (file.libraries.empty()) bytes.fail(0, "expected a document in a text stub");
    if (want) want_ = *want;
    shared_name_ = file.libraries.front().install_name;
    served_ = file.libraries.front().targets;
    choose_target();
    std::vector<const stub::Library *> libraries = gather(file.libraries);
    for (const stub::Library *library : libraries) each_list(*library, &Stub::obey);
    for (const stub::Library *library : libraries) each_list(*library, &Stub::add_names);
    hidden_.clear();
  }

  std::string_view shared_name() const override { return shared_name_; }
  std::vector<std::string_view> reexported() const override { return reexported_; }
  bool serves(const Target &want) const override {
    for (const StubTarget &target : served_)
      if (fits_target(want, target)) return true;
    return false;
  }

 protected:
  void visit_symbols(SymbolSink sink) const override {
    uint32_t index = 0;
    for (const Entry &entry : entries_) {
      Symbol symbol;
      symbol.name = entry.name;
      symbol.index = index++;
      symbol.state = entry.undefined ? SymbolState::Undefined : SymbolState::Defined;
      symbol.binding = entry.weak ? Binding::Weak : Binding::Global;
      symbol.type = entry.type;
      symbol.dynamic = true;
      sink(symbol);
    }
  }

 private:
  struct Entry {
    std::string_view name;
    SymbolType type = SymbolType::None;
    bool weak = false;
    bool undefined = false;
  };
  using ListVisitor = void (Stub::*)(const stub::NameList &, bool undefined);

  void choose_target() {
    target_.format = Format::MachO;
    const StubTarget *chosen = served_.size() == 1 ? &served_.front() : nullptr;
    for (const StubTarget &target : served_) {
      if (!want_ || !fits_target(*want_, target)) continue;
      bool exact = target.arch == want_->arch;
      if (exact || !chosen || !fits_target(*want_, *chosen)) chosen = &target;
      if (exact) break;
    }
    if (chosen) target_ = full_target(*chosen);
  }

  bool fits(const std::vector<StubTarget> &targets) const {
    return !want_ ||
           std::ranges::any_of(targets, [&](const StubTarget &target) { return fits_target(*want_, target); });
  }

  // The stub's own library and the inlined ones that it re-exports, directly or through each
  // other. Re-exported libraries that are not inlined are left for the caller to find.
  std::vector<const stub::Library *> gather(const std::vector<stub::Library> &all) {
    std::unordered_map<std::string_view, const stub::Library *> inlined;
    for (const stub::Library &library : all) inlined.try_emplace(library.install_name, &library);
    std::unordered_set<std::string_view> seen{all.front().install_name};
    std::vector<const stub::Library *> chosen{&all.front()};
    for (size_t i = 0; i < chosen.size(); ++i) {
      const stub::Library &library = *chosen[i];
      bool library_fits = fits(library.targets);
      for (const stub::LibraryGroup &group : library.reexported) {
        if (!(group.targets ? fits(*group.targets) : library_fits)) continue;
        for (std::string_view name : group.names) {
          if (!seen.insert(name).second) continue;
          auto found = inlined.find(name);
          if (found == inlined.end()) reexported_.push_back(name);
          else chosen.push_back(found->second);
        }
      }
    }
    return chosen;
  }

  void each_list(const stub::Library &library, ListVisitor visit) {
    bool library_fits = fits(library.targets);
    for (const stub::SymbolGroup &group : library.symbols) {
      if (!(group.targets ? fits(*group.targets) : library_fits)) continue;
      for (const stub::NameList &list : group.lists) (this->*visit)(list, group.undefined);
    }
  }

  void obey(const stub::NameList &list, bool) {
    if (!want_ || want_->min_os == 0) return;
    for (std::string_view name : list.names) {
      std::optional<Directive> directive = directive_in(name);
      if (!directive || condition_version(directive->condition) != (want_->min_os & 0xffffff00)) continue;
      if (directive->action == "hide") hidden_.insert(directive->argument);
      if (directive->action == "add") entries_.push_back({directive->argument});
      if (directive->action == "install_name") shared_name_ = directive->argument;
    }
  }

  void add_names(const stub::NameList &list, bool undefined) {
    for (std::string_view name : list.names) {
      switch (list.kind) {
        case NameKind::Plain:
        case NameKind::Weak:
          if (!directive_in(name)) add({name, list.type, list.kind == NameKind::Weak, undefined});
          break;
        case NameKind::ThreadLocal: add({name, SymbolType::Tls, false, undefined}); break;
        case NameKind::ObjcClass:
          add_objc("_OBJC_CLASS_$_", name, undefined);
          add_objc("_OBJC_METACLASS_$_", name, undefined);
          break;
        case NameKind::ObjcEhType: add_objc("_OBJC_EHTYPE_$_", name, undefined); break;
        case NameKind::ObjcIvar: add_objc("_OBJC_IVAR_$_", name, undefined); break;
      }
    }
  }
  void add_objc(std::string_view prefix, std::string_view name, bool undefined) {
    std::string &full = owned_.emplace_back(prefix);
    full += name;
    add({full, SymbolType::Object, false, undefined});
  }
  void add(const Entry &entry) {
    if (entry.undefined || !hidden_.contains(entry.name)) entries_.push_back(entry);
  }

  std::optional<Target> want_;
  std::string_view shared_name_;
  std::vector<StubTarget> served_;
  std::vector<std::string_view> reexported_;
  std::vector<Entry> entries_;
  std::deque<std::string> owned_;
  std::unordered_set<std::string_view> hidden_;
};

// Past white space, comments and a byte order mark, within reason.
std::string_view first_content(Bytes bytes) {
  std::string_view text = bytes.text().substr(0, 4096);
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    if (!text.starts_with('#')) return text;
    text.remove_prefix(std::min(text.find('\n'), text.size()));
  }
}

bool claims_tbd(Bytes bytes) {
  std::string_view text = first_content(bytes);
  if (text.starts_with('{')) {
    text.remove_prefix(1);
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    return text.starts_with("\"main_library\"") || text.starts_with("\"tapi_tbd_version\"") ||
           text.starts_with("\"libraries\"");
  }
  if (text.starts_with("--- !tapi-tbd")) return true;
  if (!text.starts_with("---")) return false;
  text.remove_prefix(3);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text.starts_with("archs:");
}

std::unique_ptr<Object> open_with(Bytes bytes, const Target *want) {
  stub::File file = first_content(bytes).starts_with('{') ? stub::read_json(bytes) : stub::read_yaml(bytes);
  return std::make_unique<Stub>(bytes, std::move(file), want);
}

std::unique_ptr<Object> open_all(Bytes bytes) { return open_with(bytes, nullptr); }

}  // namespace

namespace stub {

std::optional<StubTarget> target_named(std::string_view text) {
  struct Row {
    std::string_view name;
    Platform platform;
  };
  static constexpr Row platforms[] = {
      {"macos", Platform::MacOS},
      {"ios", Platform::IOS},
      {"tvos", Platform::TvOS},
      {"watchos", Platform::WatchOS},
      {"bridgeos", Platform::BridgeOS},
      {"maccatalyst", Platform::MacCatalyst},
      {"ios-simulator", Platform::IOSSimulator},
      {"tvos-simulator", Platform::TvOSSimulator},
      {"watchos-simulator", Platform::WatchOSSimulator},
      {"driverkit", Platform::DriverKit},
      {"xros", Platform::VisionOS},
      {"xros-simulator", Platform::VisionOSSimulator},
  };
  size_t dash = text.find('-');
  if (dash == text.npos) return std::nullopt;
  Arch arch = arch_from_name(text.substr(0, dash));
  if (arch == Arch::Unknown) return std::nullopt;
  for (const Row &row : platforms)
    if (row.name == text.substr(dash + 1)) return StubTarget{arch, row.platform};
  return std::nullopt;
}

}  // namespace stub

std::unique_ptr<Object> open_tbd(Bytes bytes, const Target &want) { return open_with(bytes, &want); }

const ObjectFormat tbd_format{"tbd", "text stub of a shared library (.tbd)", claims_tbd, open_all};

}  // namespace ldwhy
