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
#include <unordered_map>
#include <unordered_set>

#include "input/asm_symbols.h"
#include "resolve/format_rules.h"
#include "resolve/resolve.h"
#include "resolve/thin_import.h"

namespace ldwhy {
namespace {

bool is_in(Fate fate) { return fate == Fate::Taken || fate == Fate::Extracted; }

// One function or variable of one module.
struct Node {
  ObjectId object;
  uint32_t global;
  friend bool operator<(const Node &a, const Node &b) {
    return std::tie(a.object, a.global) < std::tie(b.object, b.global);
  }
};

class Lto {
 public:
  Lto(const Link &link, Resolution &resolution) : link_(link), resolution_(resolution) {
    for (ObjectId id = 0; id < link.objects.size(); ++id) {
      if (!is_in(resolution.fates[id])) continue;
      const ir::Module *module = link.object(id)->module();
      if (!module) continue;
      modules_.push_back(id);
      Parts &parts = parts_[id];
      parts.module = module;
      parts.summary_of.assign(module->globals.size(), nullptr);
      for (const ir::Summary &summary : module->summaries)
        if (summary.global < module->globals.size()) parts.summary_of[summary.global] = &summary;
      for (uint32_t i = 0; i < module->globals.size(); ++i) {
        const ir::Global &global = module->globals[i];
        if (global.declaration) continue;
        bool local = global.linkage == ir::Linkage::Internal || global.linkage == ir::Linkage::Private;
        if (!local) definitions_.try_emplace(ir::object_name(*module, global.name), Node{id, i});
      }
    }
  }

  void run() {
    if (modules_.empty()) return;
    resolution_.lto = mode();
    bool summarised = std::ranges::all_of(modules_, [&](ObjectId id) {
      return !parts_[id].module->summaries.empty() || parts_[id].module->globals.empty();
    });
    if (!summarised) return define_by_functions_asm(false);
    reach_from_roots();
    // Linkers for Windows complain before they run LTO.
    if (link_.command.target.format != Format::Coff) drop_unreached();
    define_by_functions_asm(true);
    if (resolution_.lto == LtoMode::Thin) import_across_modules();
    std::ranges::sort(resolution_.unresolved, {}, &Unresolved::name);
  }

 private:
  struct Parts {
    const ir::Module *module = nullptr;
    std::vector<const ir::Summary *> summary_of;  // by global
  };

  LtoMode mode() const {
    for (ObjectId id : modules_)
      if (parts_.at(id).module->lto == ir::Lto::Thin) return LtoMode::Thin;
    return LtoMode::Full;
  }

  void reach(const std::string &name) {
    auto found = definitions_.find(name);
    if (found != definitions_.end() && reached_.insert(found->second).second) queue_.push_back(found->second);
  }

  // What must stay: the entry, what native code needs, what is exported or marked as used.
  void reach_from_roots() {
    const Command &command = link_.command;
    for (const Root &root : format_rules_for(command).roots(link_)) reach(std::string(root.name));
    reach("main");
    for (const std::string &name : command.undefined_roots) reach(name);
    bool everything = std::ranges::find(command.exported_symbols, "*") != command.exported_symbols.end();
    bool exports = everything || command.output_kind == Output::Shared || command.output_kind == Output::Bundle ||
                   command.output_kind == Output::Relocatable || command.export_dynamic;
    for (ObjectId id : modules_) {
      const ir::Module &module = *parts_[id].module;
      for (uint32_t i = 0; i < module.globals.size(); ++i) {
        const ir::Global &global = module.globals[i];
        bool local = global.linkage == ir::Linkage::Internal || global.linkage == ir::Linkage::Private;
        bool exported = exports && !local && global.visibility == Visibility::Default;
        bool kept = global.used || global.linkage == ir::Linkage::Appending || !global.section.empty();
        if (!global.declaration && (exported || kept) && reached_.insert({id, i}).second)
          queue_.push_back({id, i});
      }
      // Module assembly is kept whole.
      for (const ir::AsmSymbol &symbol : module.asm_symbols)
        if (!symbol.defined) reach(std::string(symbol.name));
    }
    for (ObjectId id = 0; id < link_.objects.size(); ++id) {
      if (!is_in(resolution_.fates[id]) || link_.object(id)->kind() == ObjectKind::Bitcode) continue;
      (void)link_.object(id)->for_each_symbol([&](const Symbol &symbol) {
        if (!is_defined(symbol) && !symbol.name.empty()) reach(std::string(symbol.name));
      });
    }
    while (!queue_.empty()) {
      Node node = queue_.back();
      queue_.pop_back();
      for_each_use(node, [&](uint32_t target) { follow(node.object, target); });
    }
  }

  template <class F> void for_each_use(Node node, F visit) {
    const ir::Summary *summary = parts_[node.object].summary_of[node.global];
    if (!summary) return;
    for (uint32_t target : summary->calls) visit(target);
    for (uint32_t target : summary->references) visit(target);
  }

  void follow(ObjectId object, uint32_t target) {
    const ir::Module &module = *parts_[object].module;
    if (target >= module.globals.size()) return;
    const ir::Global &global = module.globals[target];
    if (global.declaration) {
      std::string name = ir::object_name(module, global.name);
      used_names_.insert({object, name});
      reach(name);
    } else if (reached_.insert({object, target}).second) {
      queue_.push_back({object, target});
    }
  }

  // A missing symbol that only dropped bitcode functions refer to is not missed.
  void drop_unreached() {
    std::erase_if(resolution_.unresolved, [&](Unresolved &missing) {
      if (!missing.asked_by.empty()) return false;
      std::erase_if(missing.referrers, [&](ObjectId id) {
        auto parts = parts_.find(id);
        if (parts == parts_.end() || used_names_.contains({id, missing.name})) return false;
        // Assembly's own references always stay.
        for (const ir::AsmSymbol &symbol : parts->second.module->asm_symbols)
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
    for (ObjectId id : modules_) {
      const Object &object = *link_.object(id);
      for (const ir::FunctionAsm &statement : object.inline_assembly()) {
        if (reach_known && !is_reached(id, statement.function)) continue;
        for (const ir::AsmSymbol &symbol : scan_asm(statement.text, object.target().format, object.target().arch))
          if (symbol.defined && symbol.global) defined.emplace(symbol.name);
      }
    }
    std::erase_if(resolution_.unresolved, [&](const Unresolved &missing) { return defined.contains(missing.name); });
  }

  bool is_reached(ObjectId id, std::string_view function) const {
    const ir::Module &module = *parts_.at(id).module;
    for (uint32_t i = 0; i < module.globals.size(); ++i)
      if (ir::object_name(module, module.globals[i].name) == function) return reached_.contains(Node{id, i});
    return false;
  }

  void import_across_modules() {
    std::map<ObjectId, std::set<std::string>> hidden;
    for (ObjectId id : modules_) {
      if (parts_[id].module->lto != ir::Lto::Thin) continue;
      std::set<std::string> names = thin::private_to_assembly(*parts_[id].module);
      if (!names.empty()) hidden[id] = std::move(names);
    }
    if (hidden.empty()) return;
    for (ObjectId importer : modules_)
      if (parts_[importer].module->lto == ir::Lto::Thin) import_into(importer, hidden);
  }

  // Breadth first from what the importer's own functions call, as LLVM's importer goes.
  void import_into(ObjectId importer, const std::map<ObjectId, std::set<std::string>> &hidden) {
    std::deque<std::pair<Node, double>> wave;
    std::map<Node, double> seen;
    auto offer = [&](ObjectId from, uint32_t target, double limit) {
      const ir::Module &module = *parts_[from].module;
      if (target >= module.globals.size()) return;
      Node node{from, target};
      if (module.globals[target].declaration) {
        auto found = definitions_.find(ir::object_name(module, module.globals[target].name));
        if (found == definitions_.end()) return;
        node = found->second;
      }
      if (node.object == importer || parts_[node.object].module->lto != ir::Lto::Thin) return;
      const ir::Summary *summary = parts_[node.object].summary_of[node.global];
      if (!summary || !thin::may_import(parts_[node.object].module->globals[node.global], *summary, limit)) return;
      double &known = seen[node];
      if (known >= limit) return;
      known = limit;
      wave.push_back({node, limit * thin::import_decay});
    };
    for (const Node &node : reached_) {
      if (node.object != importer) continue;
      if (const ir::Summary *summary = parts_[importer].summary_of[node.global])
        for (uint32_t callee : summary->calls) offer(importer, callee, thin::import_limit);
    }
    while (!wave.empty()) {
      auto [node, limit] = wave.front();
      wave.pop_front();
      if (auto names = hidden.find(node.object); names != hidden.end()) find_private_uses(importer, node, names->second);
      if (const ir::Summary *summary = parts_[node.object].summary_of[node.global])
        for (uint32_t callee : summary->calls) offer(node.object, callee, limit);
    }
  }

  void find_private_uses(ObjectId importer, Node imported, const std::set<std::string> &names) {
    const ir::Module &module = *parts_[imported.object].module;
    for_each_use(imported, [&](uint32_t target) {
      if (target >= module.globals.size() || !module.globals[target].declaration) return;
      std::string name = ir::object_name(module, module.globals[target].name);
      if (!names.contains(name) || defined_elsewhere(name, imported.object)) return;
      auto missing = std::ranges::find(resolution_.unresolved, name, &Unresolved::name);
      if (missing == resolution_.unresolved.end()) {
        resolution_.unresolved.push_back({});
        missing = resolution_.unresolved.end() - 1;
        missing->name = name;
        missing->imported_function = ir::object_name(module, module.globals[imported.global].name);
        missing->imported_from = imported.object;
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
  Resolution &resolution_;
  std::vector<ObjectId> modules_;
  std::unordered_map<ObjectId, Parts> parts_;
  std::unordered_map<std::string, Node> definitions_;   // by object-file name
  std::set<Node> reached_;
  std::vector<Node> queue_;
  std::set<std::pair<ObjectId, std::string>> used_names_;
  std::unordered_set<std::string_view> globals_;
};

}  // namespace

void apply_lto(const Link &link, Resolution &resolution) { Lto(link, resolution).run(); }

}  // namespace ldwhy
