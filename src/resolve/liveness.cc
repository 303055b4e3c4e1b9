// What is reachable from the names that must stay. Code and data are kept or dropped in pieces:
// a Mach-O object's sections are cut at its symbols (MH_SUBSECTIONS_VIA_SYMBOLS; whole sections
// where the object does not allow that), a WebAssembly object has one piece a function and a data
// segment. An edge is a relocation. Linkers complain of undefined symbols only where a piece that
// stays refers to them.
//
// Roots: ld(1), "-dead_strip"; lld's Mach-O and WebAssembly ports mark the entry, what options
// ask for, what is exported, and what the object itself says to keep.
#include "resolve/liveness.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace ldwhy {
namespace {

// Tables that describe code without keeping it.
bool describes_code(std::string_view section) {
  return section == "__LD,__compact_unwind" || section == "__TEXT,__eh_frame" || section.starts_with("__DWARF") ||
         section.starts_with(".debug") || section.starts_with("reloc.");
}

// ld(1), "-exported_symbols_list": "*", "?" and "[…]". Each star is tried at its last place only
// once more text follows, so the time is the product of the lengths at most.
bool matches(std::string_view text, std::string_view pattern) {
  size_t t = 0, p = 0, star = pattern.npos, star_text = 0;
  auto one = [&](size_t &length) {
    length = 1;
    if (pattern[p] != '[') return pattern[p] == '?' || pattern[p] == text[t];
    size_t close = pattern.find(']', p);
    if (close == pattern.npos) return pattern[p] == text[t];
    length = close + 1 - p;
    return pattern.substr(p + 1, close - p - 1).find(text[t]) != pattern.npos;
  };
  while (t < text.size()) {
    size_t length = 0;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && one(length)) {
      p += length;
      ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  return pattern.substr(p).find_first_not_of('*') == pattern.npos;
}

bool matches_any(std::string_view text, const std::vector<std::string> &patterns) {
  return std::ranges::any_of(patterns, [&](const std::string &pattern) { return matches(text, pattern); });
}

class Pieces {
 public:
  Pieces(const Link &link, const SymbolIndex &index, const FormatRules &format, const Resolution &resolution)
      : link_(link), index_(index), format_(format), resolution_(resolution), objects_(link.objects.size()) {}

  void find_live() {
    for (ObjectId id = 0; id < objects_.size(); ++id)
      if (is_code(id)) read_pieces(id);
    for (ObjectId id = 0; id < objects_.size(); ++id)
      if (is_code(id)) read_edges(id);
    mark_roots();
    while (!queue_.empty()) {
      uint32_t piece = queue_.back();
      queue_.pop_back();
      for (std::string_view name : pieces_[piece].needs) reach(pieces_[piece].object, name);
      describe(pieces_[piece].object);
    }
  }

  bool is_code(ObjectId id) const {
    if (resolution_.fates[id] != Fate::Taken && resolution_.fates[id] != Fate::Extracted) return false;
    ObjectKind kind = link_.object(id)->kind();
    return kind == ObjectKind::Relocatable || kind == ObjectKind::Bitcode;
  }

  bool needs(std::string_view name) const { return needed_.contains(name); }

  bool is_live(ObjectId id, std::string_view function) const {
    auto found = objects_[id].by_name.find(function);
    return found == objects_[id].by_name.end() || pieces_[found->second].live;
  }

 private:
  struct Piece {
    ObjectId object;
    bool live = false;
    std::vector<std::string_view> needs;
  };
  struct Initializer {
    uint32_t piece;
    std::string_view name;
    bool is_code;
  };
  struct PerObject {
    std::unordered_map<std::string_view, uint32_t> by_name;
    std::unordered_set<std::string_view> locals;      // names that mean this object's own definition
    std::vector<Initializer> initializers;            // and what else stays with the object
    std::vector<std::string_view> description_needs;  // of tables that go with any code of the object
  };

  void read_pieces(ObjectId id) {
    const Object &object = *link_.object(id);
    std::vector<Symbol> symbols;
    (void)object.for_each_symbol([&](const Symbol &symbol) {
      if (is_defined(symbol) && !symbol.name.empty() && symbol.type != SymbolType::Section) symbols.push_back(symbol);
    });
    // WebAssembly counts functions and bytes of data in one field.
    bool wasm = format_.format == Format::Wasm;
    auto place = [&](const Symbol &s) {
      return std::tuple(s.section, wasm && s.type == SymbolType::Function, s.value);
    };
    std::ranges::stable_sort(symbols, {}, place);
    bool native = object.kind() == ObjectKind::Relocatable;
    const Symbol *before = nullptr;
    for (const Symbol &symbol : symbols) {
      bool together = native && before && symbol.section != 0 && before->section == symbol.section &&
                      (object.keeps_sections_whole() || symbol.continues ||
                       (place(*before) == place(symbol) && (!wasm || symbol.type == SymbolType::Function)));
      if (!together) pieces_.push_back({id});
      objects_[id].by_name.emplace(symbol.name, static_cast<uint32_t>(pieces_.size() - 1));
      if (symbol.binding == Binding::Local) objects_[id].locals.insert(symbol.name);
      if (symbol.initializer)
        objects_[id].initializers.push_back(
            {static_cast<uint32_t>(pieces_.size() - 1), symbol.name, symbol.type == SymbolType::Function});
      if (symbol.kept && may_keep(id, symbol)) kept_.push_back(static_cast<uint32_t>(pieces_.size() - 1));
      before = &symbol;
    }
  }

  // A discarded copy cannot keep itself; and wasm-ld looks for marks at global symbols only.
  bool may_keep(ObjectId id, const Symbol &symbol) const {
    if (symbol.binding == Binding::Local) return format_.format != Format::Wasm;
    std::optional<SymbolIndex::Name> name = index_.find(symbol.name);
    return !name || index_.provider(*name) == id;
  }

  void read_edges(ObjectId id) {
    PerObject &object = objects_[id];
    // Without a summary it is not known which function of a module refers to what.
    const ir::Module *module = link_.object(id)->module();
    if (module && module->summaries.empty())
      (void)link_.object(id)->for_each_symbol([&](const Symbol &symbol) {
        if (!is_defined(symbol)) roots_.push_back({id, index_.wrapped(symbol.name)});
      });
    (void)link_.object(id)->for_each_reference([&](const Reference &reference) {
      auto found = reference.function.empty() ? object.by_name.end() : object.by_name.find(reference.function);
      if (found != object.by_name.end()) {
        pieces_[found->second].needs.push_back(index_.wrapped(reference.symbol));
      } else if (describes_code(reference.section)) {
        object.description_needs.push_back(reference.symbol);
      } else {
        roots_.push_back({id, reference.symbol});
      }
    });
  }

  void mark_roots() {
    const Command &command = link_.command;
    // wasm-ld's -u brings a member in, and keeps nothing of it; what it only looks for is not needed.
    bool wasm = format_.format == Format::Wasm;
    for (const Root &root : format_.roots(link_))
      if (!wasm || (std::string_view(root.asked_by) != "-u" && (root.missed || is_provided(root.name))))
        reach(no_object, root.name);
    for (const std::string &name : command.exported_symbols)
      if (is_provided(name)) reach(no_object, name);
    for (const Unresolved &missing : resolution_.unresolved)
      if (!missing.asked_by.empty() && missing.asked_by != selector_stub) needed_.insert(missing.name);
    for (auto [id, name] : roots_) reach(id, name);
    for (uint32_t piece : kept_) mark(piece);
    for (ObjectId id = 0; id < objects_.size(); ++id) {
      if (!is_code(id)) continue;
      mark_exported(id);
      // wasm-ld takes an object of --start-lib for one of the command line.
      bool named = resolution_.fates[id] == Fate::Taken ||
                   (format_.format == Format::Wasm && link_.input_of(id).kind == InputKind::Object);
      if (named) run_initializers(id);
    }
  }

  bool is_provided(std::string_view text) const {
    std::optional<SymbolIndex::Name> name = index_.find(text);
    return name && index_.provider(*name) != no_object;
  }

  // What an image offers stays: all of it, or what the lists name. Mach-O's lists make the rest
  // private; wasm-ld's --export… come on top.
  void mark_exported(ObjectId id) {
    const Command &command = link_.command;
    bool wasm = format_.format == Format::Wasm;
    bool executable = command.output_kind == Output::Executable || command.output_kind == Output::Pie;
    bool all = command.export_dynamic || (!executable && !wasm);
    if (!all && command.exported_symbols.empty()) return;
    (void)link_.object(id)->for_each_symbol([&](const Symbol &symbol) {
      if (!is_defined(symbol) || symbol.binding == Binding::Local) return;
      bool listed = !command.exported_symbols.empty() && matches_any(symbol.name, command.exported_symbols);
      bool offered = all && symbol.visibility == Visibility::Default && (wasm || command.exported_symbols.empty()) &&
                     !matches_any(symbol.name, command.unexported_symbols);
      if ((listed || offered) && may_keep(id, symbol)) reach(id, symbol.name);
    });
  }

  // Initializers run if anything of their object is there; on the command line it always is.
  void run_initializers(ObjectId id) {
    PerObject &object = objects_[id];
    // wasm-ld before 20 runs whoever has the name, and before 15 drops data that should be retained.
    int lld = format_.format == Format::Wasm ? link_.command.linker_major(99) : 99;
    for (const Initializer &initializer : object.initializers) {
      if (!initializer.is_code && lld < 15) continue;
      if (initializer.is_code && lld < 20) reach(id, initializer.name);
      else mark(initializer.piece);
    }
    object.initializers.clear();
  }
  // Of which function a table's entry is, is not told: any code of the object brings in all.
  void describe(ObjectId id) {
    run_initializers(id);
    std::vector<std::string_view> needs = std::move(objects_[id].description_needs);
    objects_[id].description_needs.clear();
    for (std::string_view name : needs) reach(id, name);
  }

  void reach(ObjectId by, std::string_view text) {
    std::optional<SymbolIndex::Name> name = index_.find(text);
    ObjectId provider = name ? index_.provider(*name) : no_object;
    bool own = by != no_object &&
               (provider == no_object ? objects_[by].by_name.contains(text) : objects_[by].locals.contains(text));
    if (own) provider = by;
    if (provider == no_object) {
      needed_.insert(text);
      if (text.starts_with("_objc_msgSend$")) needed_.insert("_objc_msgSend");
      return;
    }
    auto found = objects_[provider].by_name.find(text);
    if (found == objects_[provider].by_name.end()) found = objects_[provider].by_name.find(unaliased(text));
    if (found != objects_[provider].by_name.end()) mark(found->second);
  }

  std::string_view unaliased(std::string_view name) const {
    for (const Definition &definition : link_.command.definitions)
      if (definition.name == name) return definition.value;
    return name;
  }

  void mark(uint32_t piece) {
    if (pieces_[piece].live) return;
    pieces_[piece].live = true;
    queue_.push_back(piece);
  }

  const Link &link_;
  const SymbolIndex &index_;
  const FormatRules &format_;
  const Resolution &resolution_;
  std::vector<PerObject> objects_;
  std::vector<Piece> pieces_;
  std::vector<uint32_t> kept_, queue_;
  std::vector<std::pair<ObjectId, std::string_view>> roots_;  // referred to by what has no name
  std::unordered_set<std::string_view> needed_;               // undefined, from live code
};

}  // namespace

void for_each_live_reference(const Link &link, const SymbolIndex &index, const FormatRules &format,
                             const Resolution &resolution, FunctionRef<void(ObjectId, const Reference &)> visit) {
  Pieces pieces(link, index, format, resolution);
  if (link.command.gc_sections) pieces.find_live();
  for (ObjectId id = 0; id < link.objects.size(); ++id) {
    if (!pieces.is_code(id)) continue;
    (void)link.object(id)->for_each_reference([&](const Reference &reference) {
      if (!link.command.gc_sections || pieces.is_live(id, reference.function)) visit(id, reference);
    });
  }
}

void drop_dead_uses(const Link &link, const SymbolIndex &index, const FormatRules &format, Resolution &resolution) {
  Pieces pieces(link, index, format, resolution);
  pieces.find_live();
  std::erase_if(resolution.unresolved, [&](const Unresolved &missing) {
    return (missing.asked_by.empty() || missing.asked_by == selector_stub) && !pieces.needs(missing.name);
  });
  for (Unresolved &missing : resolution.unresolved)
    std::erase_if(missing.uses, [&](const Use &use) { return !pieces.is_live(use.object, use.function); });
}

}  // namespace ldwhy
