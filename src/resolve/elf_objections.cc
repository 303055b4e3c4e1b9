// What ELF linkers refuse beside names: versions that nobody defines, and shared libraries where
// the output cannot use one (ld manual, "VERSION Command", "-static", "-r").
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/files.h"
#include "resolve/elf_ends.h"

namespace ldwhy {
namespace {

class Objections {
 public:
  explicit Objections(ElfLink &elf) : elf_(elf), command_(elf.command), nodes_(elf.script.nodes) {}

  void run() {
    refuse_kinds();
    refuse_copying();
    ends_ |= refuse_mixed_thread_local(elf_);
    if (elf_.index.has_versions() && command_.output_kind != Output::Relocatable) refuse_versions();
    if (elf_.rules.versions.refuse_contradictions) refuse_contradictions();
    if (elf_.rules.versions.script_must_exist && elf_.rules.versions.script_must_exist(command_) &&
        !command_.errors_are_warnings)
      refuse_script_names();
    if (elf_.rules.warnings_count && command_.fatal_warnings) refuse_patterns();
    if (ends_) elf_.result.unresolved.clear();
    if (elf_.rules.warnings_count && command_.fatal_warnings && !ends_ && elf_.result.duplicates.empty())
      refuse_types();
  }

 private:
  void refuse(std::string code, std::string text, std::string_view symbol = {}) {
    elf_.result.objections.push_back({.code = std::move(code), .text = std::move(text), .symbol = std::string(symbol)});
    ends_ |= !elf_.rules.versions.goes_on_after;
  }

  void refuse_kinds() {
    bool lld = elf_.rules.archives.search == ElfRules::Archives::Search::Remembered,
         gold = elf_.rules.archives.groups_for_objects;
    if (command_.output_kind == Output::Relocatable && lld && command_.export_dynamic)
      refuse("bad-option", "-r and --export-dynamic may not be used together");
    if (command_.output_kind == Output::Relocatable && elf_.rules.libraries.load_others && command_.gc_sections &&
        command_.entry.empty() && command_.undefined_roots.empty())
      refuse("bad-option", "--gc-sections requires a defined symbol root specified by -e or -u");
    if (command_.output_kind == Output::Relocatable && gold && command_.gc_sections)
      refuse("bad-option", "cannot mix -r with --gc-sections or --icf");
    bool relocatable = command_.output_kind == Output::Relocatable &&
                       elf_.rules.archives.search != ElfRules::Archives::Search::Reachable;
    for (ObjectId id = 0; id < elf_.link.objects.size(); ++id) {
      if (!elf_.is_usable(id) || !elf_.is_shared(id) || (!relocatable && !elf_.is_static(id))) continue;
      refuse("static-of-shared", "attempted static link of dynamic object " + elf_.link.name_of(id));
      if (!elf_.result.one_pass) elf_.result.duplicates.clear();
    }
  }

  void refuse_copying() {
    if (!elf_.rules.libraries.refuse_copying || !command_.copy_dt_needed || command_.static_link) return;
    std::set<std::string_view> named;
    auto each_library = [&](auto visit) {
      for (ObjectId id = 0; id < elf_.link.objects.size(); ++id)
        if (elf_.is_usable(id) && elf_.is_shared(id)) visit(id, *elf_.link.object(id));
    };
    each_library([&](ObjectId id, const Object &library) {
      std::string_view name = library.shared_name();
      named.insert(name.empty() ? file_name(elf_.link.input_of(id).path) : name);
    });
    bool refused = false;
    each_library([&](ObjectId id, const Object &library) {
      for (std::string_view needed : library.needed()) {
        if (refused || named.contains(needed)) continue;
        refused = true;
        refuse("bad-option", fmt::format("--copy-dt-needed-entries is not supported but is required for {} in {}",
                                         needed, elf_.link.name_of(id)));
      }
    });
  }

  bool is_known(std::string_view version) const {
    return std::ranges::any_of(nodes_, [&](const VersionNode &node) { return node.name == version; });
  }

  void refuse_versions() {
    bool shared = command_.output_kind == Output::Shared;
    elf_.index.for_each_name([&](SymbolIndex::Name name) {
      std::string_view text = elf_.index[name].text();
      size_t at = text.find('@', 1);
      if (at == text.npos || name >= elf_.names.size()) return;
      const ElfName &held = elf_[name];
      bool defined = shared && held.hold > Hold::Shared && !is_known(text.substr(at + 1));
      bool refused = shared && elf_.rules.versions.refused && elf_.rules.versions.goes_on_after;
      bool missing = (refused && held.hold == Hold::Nothing && held.needed) ||
                     (elf_.rules.versions.end_in_table && ends_in_table(elf_, name));
      bool ended = ends_;
      if (defined || missing) refuse_version(text.substr(0, at), text.substr(at + 1));
      // A version that is missing is found out last.
      if (missing && !defined) ends_ = ended;
    });
    for (const auto &[name, version] : elf_.default_versions)
      if (shared && elf_[name].hold > Hold::Shared && !is_known(version) &&
          !elf_.is_made_local(elf_.index[name].text()))
        refuse_version(elf_.index[name].text(), version);
  }

  void refuse_version(std::string_view name, std::string_view version) {
    refuse("version-script", fmt::format("symbol {} has undefined version {}", name, version));
  }

  void refuse_contradictions() {
    for (const VersionNode &node : nodes_)
      for (const VersionPattern &pattern : node.global)
        if (pattern.is_exact() && std::ranges::count(node.local, pattern.text, &VersionPattern::text))
          refuse("version-script",
                 fmt::format("'{}' appears as both a global and a local symbol for version '{}' in script",
                             pattern.text, node.name));
  }

  void refuse_script_names() {
    for (const VersionNode &node : nodes_) {
      refuse_names(node.global, node.name.empty() ? "global" : node.name);
      refuse_names(node.local, "local");
    }
  }

  void refuse_names(const std::vector<VersionPattern> &patterns, std::string_view version) {
    for (const VersionPattern &pattern : patterns) {
      if (!pattern.is_exact() || pattern.cxx) continue;
      std::optional<SymbolIndex::Name> name = elf_.index.find(pattern.text);
      bool defined = name && *name < elf_.names.size() && elf_[*name].assigned;
      // In archive members too that nobody needed, but for what a library has.
      if (name && (*name >= elf_.names.size() || elf_[*name].hold != Hold::Shared))
        elf_.index.for_each_offer(*name, [&](const SymbolIndex::Offer &offer) { defined |= !offer.shared; });
      if (!defined)
        refuse("version-script",
               fmt::format("version script assignment of '{}' to symbol '{}' failed: symbol not defined", version,
                           pattern.text),
               pattern.text);
    }
  }

  // mold warns of names that scripts and options show and nothing has, where all of them are plain names.
  void refuse_patterns() {
    std::vector<std::string_view> shown(command_.exported_symbols.begin(), command_.exported_symbols.end());
    bool plain =
        std::ranges::all_of(shown, [](std::string_view text) { return text.find_first_of("*?[") == text.npos; });
    for (const VersionNode &node : nodes_)
      for (const std::vector<VersionPattern> *patterns : {&node.global, &node.local})
        for (const VersionPattern &pattern : *patterns) {
          if (pattern.text == "*") continue;
          plain &= pattern.is_exact() && !pattern.cxx;
          shown.push_back(pattern.text);
        }
    for (std::string_view text : shown) {
      std::optional<SymbolIndex::Name> name = elf_.index.find(text);
      bool found = name && *name < elf_.names.size() && (elf_[*name].hold != Hold::Nothing || elf_[*name].assigned);
      if (!plain || found) continue;
      refuse("version-script", fmt::format("cannot assign version to symbol {}: symbol not found", text), text);
    }
  }

  template <class F>
  void for_each_type(F visit) const {
    for (ObjectId id : elf_.entered)
      (void)elf_.link.object(id)->for_each_symbol([&](const Symbol &symbol) {
        if (symbol.binding == Binding::Local || symbol.type == SymbolType::None ||
            (elf_.is_shared(id) && !symbol.dynamic))
          return;
        std::optional<SymbolIndex::Name> name = elf_.name_of(symbol);
        SymbolType type = symbol.type == SymbolType::IndirectFunction ? SymbolType::Function : symbol.type;
        if (name && *name < elf_.names.size()) visit(*name, id, type);
      });
  }

  // A warning that --fatal-warnings makes an error; what is missing is said all the same.
  void refuse_types() {
    std::map<SymbolIndex::Name, SymbolType> meant;
    for_each_type([&](SymbolIndex::Name name, ObjectId id, SymbolType type) {
      if (elf_.index.provider(name) == id) meant[name] = type;
    });
    for_each_type([&](SymbolIndex::Name name, ObjectId, SymbolType type) {
      auto known = meant.find(name);
      if (known == meant.end() || known->second == type) return;
      elf_.result.objections.push_back({"mismatch", fmt::format("symbol type mismatch: {}", elf_.index[name].text())});
      meant.erase(known);
    });
  }

  ElfLink &elf_;
  const Command &command_;
  const std::vector<VersionNode> &nodes_;
  bool ends_ = false;  // what is undefined is not said any more
};

}  // namespace

void object_elf(ElfLink &link) { Objections(link).run(); }

}  // namespace ldwhy
