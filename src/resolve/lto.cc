// What LTO adds to a link and takes from it, foreseen from the bitcode alone.
//
// A module says what it might refer to; what is referred to in the end is decided
// by what LTO keeps. Functions that nothing reaches are dropped with their needs:
// the module summary's call graph (LangRef, "ThinLTO Summary") tells which.
//
// ThinLTO also copies small functions into the modules that call them: thin_import.h
// says which, and what becomes of their calls to symbols of module-level assembly.
#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <unordered_set>

#include "base/parallel.h"
#include "input/asm_symbols.h"
#include "resolve/format_rules.h"
#include "resolve/resolve.h"
#include "resolve/symbol_index.h"
#include "resolve/thin_import.h"

namespace ldwhy {
namespace {

bool is_in(Fate fate) { return fate == Fate::Taken || fate == Fate::Extracted; }

bool is_local(const ir::Global &global) {
  return global.linkage == ir::Linkage::Internal || global.linkage == ir::Linkage::Private;
}

class Lto {
  using Name = SymbolIndex::Name;

 public:
  Lto(const Link &link, const SymbolIndex &index, Resolution &resolution)
      : link_(link), index_(index), resolution_(resolution) {
    for (ObjectId id = 0; id < link.objects.size(); ++id)
      if (is_in(resolution.fates[id])) parts_.push_back({id});
    parallel_for(parts_.size(), [&](size_t i) { read(parts_[i]); });
    std::erase_if(parts_, [](const Part &part) { return !part.module; });
    if (parts_.empty()) return;
    definitions_.resize(index.bound());
    missing_.resize(index.bound());
    part_of_.assign(link.objects.size(), none);
    for (uint32_t number = 0; number < parts_.size(); ++number) {
      const Part &part = parts_[number];
      part_of_[part.object] = number;
      for (uint32_t i = 0; i < part.names.size(); ++i) {
        const ir::Global &global = part.module->globals[i];
        if (global.declaration || is_local(global) || part.names[i] == none) continue;
        if (Node &known = definitions_[part.names[i]]; known.part == none) known = {number, i};
      }
    }
    for (const Unresolved &missing : resolution.unresolved)
      if (std::optional<Name> name = index.find(missing.name)) missing_[*name] = true;
  }

  void run() {
    if (parts_.empty()) return;
    resolution_.lto = std::ranges::any_of(parts_, is_thin) ? LtoMode::Thin : LtoMode::Full;
    bool summarised = std::ranges::all_of(
        parts_, [&](const Part &part) { return !part.module->summaries.empty() || part.module->globals.empty(); });
    if (!summarised) return define_by_functions_asm(false);
    reach_from_roots();
    // Linkers for Windows complain before they run LTO.
    if (link_.command.target.format != Format::Coff) drop_unreached();
    define_by_functions_asm(true);
    if (resolution_.lto == LtoMode::Thin) import_across_modules();
    std::ranges::sort(resolution_.unresolved, {}, &Unresolved::name);
  }

 private:
  static constexpr uint32_t none = UINT32_MAX;

  // One module of the link. Its functions and variables are called globals in IR.
  struct Part {
    ObjectId object = no_object;
    const ir::Module *module = nullptr;
    std::vector<const ir::Summary *> summary_of;  // by global
    std::vector<Name> names;                      // by global; none: no symbol of the link
    std::vector<bool> reached;                    // by global
  };
  // One function or variable of one module.
  struct Node {
    uint32_t part = none;
    uint32_t global = 0;
    friend bool operator<(const Node &a, const Node &b) {
      return std::tie(a.part, a.global) < std::tie(b.part, b.global);
    }
  };

  void read(Part &part) const {
    part.module = link_.object(part.object)->module();
    if (!part.module) return;
    size_t count = part.module->globals.size();
    part.summary_of.resize(count);
    part.names.resize(count, none);
    part.reached.resize(count);
    for (const ir::Summary &summary : part.module->summaries)
      if (summary.global < count) part.summary_of[summary.global] = &summary;
    for (size_t i = 0; i < count; ++i)
      part.names[i] = index_.find(ir::object_name(*part.module, part.module->globals[i].name)).value_or(none);
  }

  static bool is_thin(const Part &part) { return part.module->lto == ir::Lto::Thin; }

  const Part *part_of(ObjectId id) const { return part_of_[id] == none ? nullptr : &parts_[part_of_[id]]; }

  void reach(Node node) {
    if (node.part == none || parts_[node.part].reached[node.global]) return;
    parts_[node.part].reached[node.global] = true;
    queue_.push_back(node);
  }
  void reach(std::string_view name) {
    if (std::optional<Name> known = index_.find(name)) reach(definitions_[*known]);
  }

  // What must stay: the entry, what native code needs, what is exported or marked as used.
  void reach_from_roots() {
    reach_preserved();
    reach_used();
    bool drops_nothing = queue_.empty() && resolution_.lto == LtoMode::Thin;
    reach("main");
    if (drops_nothing) reach_across_modules();
    while (!queue_.empty()) {
      Node node = queue_.back();
      queue_.pop_back();
      for_each_use(node, [&](uint32_t target) { follow(node.part, target); });
    }
  }

  // What the linker tells LLVM to preserve.
  void reach_preserved() {
    const Command &command = link_.command;
    for (const Root &root : format_rules_for(command).roots(link_)) reach(root.name);
    for (const std::string &name : command.undefined_roots) reach(name);
    bool everything = std::ranges::find(command.exported_symbols, "*") != command.exported_symbols.end();
    // -no_exported_symbols: LLD for Mach-O then lets LTO drop what nothing uses.
    bool hides = command.flavor == Flavor::Darwin &&
                 std::ranges::find(command.unexported_symbols, "*") != command.unexported_symbols.end();
    bool exports = everything || command.output_kind == Output::Shared || command.output_kind == Output::Bundle ||
                   command.output_kind == Output::Relocatable || command.export_dynamic;
    for (uint32_t number = 0; number < parts_.size(); ++number) {
      const ir::Module &module = *parts_[number].module;
      for (uint32_t i = 0; i < module.globals.size(); ++i) {
        const ir::Global &global = module.globals[i];
        bool exported = exports && !hides && !is_local(global) && global.visibility == Visibility::Default;
        if (!global.declaration && exported) reach(Node{number, i});
      }
    }
    for (ObjectId id = 0; id < link_.objects.size(); ++id) {
      if (!link_.object(id) || link_.object(id)->kind() == ObjectKind::Bitcode) continue;
      if (is_in(resolution_.fates[id])) reach_needs(id);
      if (is_known_to_linker(id)) reach_rivals(id);
    }
  }

  void reach_used() {
    for (uint32_t number = 0; number < parts_.size(); ++number) {
      const ir::Module &module = *parts_[number].module;
      for (uint32_t i = 0; i < module.globals.size(); ++i) {
        const ir::Global &global = module.globals[i];
        bool kept = global.used || global.linkage == ir::Linkage::Appending || !global.section.empty();
        if (!global.declaration && kept) reach(Node{number, i});
      }
      // Module assembly is kept whole.
      for (const ir::AsmSymbol &symbol : module.asm_symbols)
        if (!symbol.defined) reach(symbol.name);
    }
  }

  // ThinLTO does not look for what is dead where nothing is to be preserved. A module then drops what
  // neither it nor another one refers to.
  void reach_across_modules() {
    for (uint32_t number = 0; number < parts_.size(); ++number)
      for (uint32_t i = 0; i < parts_[number].names.size(); ++i)
        for_each_use(Node{number, i}, [&](uint32_t target) {
          bool elsewhere = target < parts_[number].names.size() && parts_[number].module->globals[target].declaration;
          if (Name name = elsewhere ? parts_[number].names[target] : none; name != none) reach(definitions_[name]);
        });
  }

  void reach_needs(ObjectId id) {
    // wasm-ld takes nothing of shared objects, but its later versions.
    bool wasm = link_.command.flavor == Flavor::Wasm, shared = link_.object(id)->kind() == ObjectKind::Shared;
    bool offers = shared && !(wasm && link_.command.linker_major(99) < 20);
    // LLD for ELF shows shared libraries whatever they have a definition of, too.
    bool rivals = shared && link_.command.linker == Linker::Lld && link_.command.flavor == Flavor::Gnu;
    (void)link_.object(id)->for_each_symbol([&](const Symbol &symbol) {
      if (rivals && is_defined(symbol) && symbol.binding != Binding::Local) reach_shown(symbol.name);
      if (!is_defined(symbol) && !symbol.name.empty() && (!shared || offers)) reach(symbol.name);
    });
  }
  // LLD's ports for Mach-O and WebAssembly keep whatever bitcode defines where a native object has
  // the name too, as a definition that gave way; for Mach-O one of --start-lib that is not taken does.
  bool is_known_to_linker(ObjectId id) const {
    const Command &command = link_.command;
    bool port = command.linker == Linker::Lld && (command.flavor == Flavor::Darwin || command.flavor == Flavor::Wasm);
    if (!port || link_.object(id)->kind() != ObjectKind::Relocatable) return false;
    return is_in(resolution_.fates[id]) ||
           (command.flavor == Flavor::Darwin && link_.input_of(id).kind == InputKind::Object);
  }
  void reach_shown(std::string_view name) {
    std::optional<Name> known = index_.find(name);
    Node node = known ? definitions_[*known] : Node();
    if (node.part != none && parts_[node.part].module->globals[node.global].visibility == Visibility::Default)
      reach(node);
  }
  void reach_rivals(ObjectId id) {
    for (Name name : index_.defines(id)) {
      Node node = definitions_[name];
      if (node.part != none && parts_[node.part].object == index_.provider(name)) reach(node);
    }
  }

  template <class F>
  void for_each_use(Node node, F visit) {
    const ir::Summary *summary = parts_[node.part].summary_of[node.global];
    if (!summary) return;
    for (uint32_t target : summary->calls) visit(target);
    for (uint32_t target : summary->references) visit(target);
  }

  void follow(uint32_t number, uint32_t target) {
    const Part &part = parts_[number];
    if (target >= part.names.size()) return;
    if (!part.module->globals[target].declaration) return reach(Node{number, target});
    Name name = part.names[target];
    if (name == none) return;
    if (missing_[name]) used_names_.insert({part.object, name});
    reach(definitions_[name]);
  }

  // A missing symbol that only dropped bitcode functions refer to is not missed.
  void drop_unreached() {
    std::erase_if(resolution_.unresolved, [&](Unresolved &missing) {
      if (!missing.asked_by.empty()) return false;
      std::optional<Name> name = index_.find(missing.name);
      std::erase_if(missing.referrers, [&](ObjectId id) {
        const Part *part = part_of(id);
        if (!part || (name && used_names_.contains({id, *name}))) return false;
        // Assembly's own references always stay.
        for (const ir::AsmSymbol &symbol : part->module->asm_symbols)
          if (!symbol.defined && symbol.name == missing.name) return false;
        return true;
      });
      return missing.referrers.empty();
    });
  }

  // What asm statements inside functions define is not in any symbol table, and is there once code
  // was generated. Linkers for COFF look before that.
  void define_by_functions_asm(bool reach_known) {
    if (resolution_.unresolved.empty() || link_.command.target.format == Format::Coff) return;
    std::unordered_set<std::string> defined;
    for (const Part &part : parts_) {
      const Object &object = *link_.object(part.object);
      for (const ir::FunctionAsm &statement : object.inline_assembly()) {
        if (reach_known && !is_reached(part, statement.function)) continue;
        for (const ir::AsmSymbol &symbol : scan_asm(statement.text, object.target().format, object.target().arch))
          if (symbol.defined && symbol.global) defined.emplace(symbol.name);
      }
    }
    std::erase_if(resolution_.unresolved, [&](const Unresolved &missing) { return defined.contains(missing.name); });
  }

  static bool is_reached(const Part &part, std::string_view function) {
    const ir::Module &module = *part.module;
    for (uint32_t i = 0; i < module.globals.size(); ++i)
      if (ir::object_name(module, module.globals[i].name) == function) return part.reached[i];
    return false;
  }

  void import_across_modules() {
    std::map<uint32_t, std::set<std::string>> hidden;  // by part
    for (uint32_t number = 0; number < parts_.size(); ++number) {
      if (!is_thin(parts_[number])) continue;
      std::set<std::string> names = thin::private_to_assembly(*parts_[number].module);
      if (!names.empty()) hidden[number] = std::move(names);
    }
    if (hidden.empty()) return;
    for (uint32_t importer = 0; importer < parts_.size(); ++importer)
      if (is_thin(parts_[importer])) import_into(importer, hidden);
  }

  // Breadth first from what the importer's own functions call, as LLVM's importer goes.
  void import_into(uint32_t importer, const std::map<uint32_t, std::set<std::string>> &hidden) {
    std::deque<std::pair<Node, double>> wave;
    std::map<Node, double> seen;
    auto offer = [&](uint32_t from, uint32_t target, double limit) {
      const Part &part = parts_[from];
      if (target >= part.names.size()) return;
      Node node{from, target};
      if (part.module->globals[target].declaration) {
        if (part.names[target] == none) return;
        node = definitions_[part.names[target]];
      }
      if (node.part == none || node.part == importer || !is_thin(parts_[node.part])) return;
      const ir::Summary *summary = parts_[node.part].summary_of[node.global];
      if (!summary || !thin::may_import(parts_[node.part].module->globals[node.global], *summary, limit)) return;
      double &known = seen[node];
      if (known >= limit) return;
      known = limit;
      wave.push_back({node, limit * thin::import_decay});
    };
    const Part &own = parts_[importer];
    for (size_t i = 0; i < own.reached.size(); ++i)
      if (own.reached[i] && own.summary_of[i])
        for (uint32_t callee : own.summary_of[i]->calls) offer(importer, callee, thin::import_limit);
    while (!wave.empty()) {
      auto [node, limit] = wave.front();
      wave.pop_front();
      if (auto names = hidden.find(node.part); names != hidden.end())
        find_private_uses(own.object, node, names->second);
      if (const ir::Summary *summary = parts_[node.part].summary_of[node.global])
        for (uint32_t callee : summary->calls) offer(node.part, callee, limit);
    }
  }

  void find_private_uses(ObjectId importer, Node imported, const std::set<std::string> &names) {
    const ir::Module &module = *parts_[imported.part].module;
    ObjectId home = parts_[imported.part].object;
    for_each_use(imported, [&](uint32_t target) {
      if (target >= module.globals.size() || !module.globals[target].declaration) return;
      std::string name = ir::object_name(module, module.globals[target].name);
      if (!names.contains(name) || defined_elsewhere(name, home)) return;
      auto missing = std::ranges::find(resolution_.unresolved, name, &Unresolved::name);
      if (missing == resolution_.unresolved.end()) {
        resolution_.unresolved.push_back({});
        missing = resolution_.unresolved.end() - 1;
        missing->name = name;
        missing->imported_function = ir::object_name(module, module.globals[imported.global].name);
        missing->imported_from = home;
      }
      if (std::ranges::find(missing->referrers, importer) == missing->referrers.end())
        missing->referrers.push_back(importer);
    });
  }

  bool defined_elsewhere(const std::string &name, ObjectId home) {
    if (globals_.empty()) {
      globals_.insert("");
      for (ObjectId id = 0; id < link_.objects.size(); ++id) {
        if (!is_in(resolution_.fates[id]) || id == home) continue;
        (void)link_.object(id)->for_each_symbol([&](const Symbol &symbol) {
          if (is_defined(symbol) && symbol.binding != Binding::Local) globals_.insert(symbol.name);
        });
      }
    }
    return globals_.contains(name);
  }

  const Link &link_;
  const SymbolIndex &index_;
  Resolution &resolution_;
  std::vector<Part> parts_;
  std::vector<uint32_t> part_of_;                     // by object; none: no module
  std::vector<Node> definitions_;                     // by Name; the first module's
  std::vector<bool> missing_;                         // by Name
  std::vector<Node> queue_;
  std::set<std::pair<ObjectId, Name>> used_names_;    // missing ones, by what stays of an object
  std::unordered_set<std::string_view> globals_;
};

}  // namespace

void apply_lto(const Link &link, const SymbolIndex &index, Resolution &resolution) {
  Lto(link, index, resolution).run();
}

}  // namespace ldwhy
