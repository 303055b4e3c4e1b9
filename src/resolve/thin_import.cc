#include "resolve/thin_import.h"

#include <deque>
#include <unordered_map>

namespace ldwhy::thin {
namespace {

class Walk {
 public:
  explicit Walk(const ir::Module &module) : module_(module), summary_of_(module.globals.size()) {
    for (const auto &[declaration, symbol] : private_declarations(module)) private_.emplace(declaration, symbol);
    for (const ir::Summary &summary : module.summaries)
      if (summary.global < summary_of_.size()) summary_of_[summary.global] = &summary;
  }

  std::vector<PrivateUse> run() {
    if (private_.empty()) return {};
    seen_.resize(module_.globals.size());
    for (const ir::Summary &summary : module_.summaries) {
      if (summary.global >= module_.globals.size() || is_local(summary.linkage)) continue;
      const ir::Global &global = module_.globals[summary.global];
      if (global.name != "main") offer(summary.global, &summary, import_limit);
    }
    while (!wave_.empty()) {
      Step step = wave_.front();
      wave_.pop_front();
      visit(step);
    }
    return std::move(found_);
  }

 private:
  struct Step {
    const ir::Summary *summary, *entry;
    double limit;   // for what it calls
  };

  void offer(uint32_t target, const ir::Summary *entry, double limit) {
    if (target >= summary_of_.size() || !summary_of_[target]) return;
    const ir::Summary *summary = summary_of_[target];
    if (summary->kind == ir::GlobalKind::Alias && !summary->not_eligible_to_import && !summary->references.empty()) {
      target = summary->references.front();
      if (target >= summary_of_.size() || !summary_of_[target]) return;
      summary = summary_of_[target];
    }
    const ir::Global &global = module_.globals[target];
    bool taken =
        global.kind == ir::GlobalKind::Variable ? has_known_value(*summary) : may_import(global, *summary, limit);
    if (!taken || seen_[target]) return;
    // Limits shrink from level to level, so the first visit has the largest.
    seen_[target] = true;
    wave_.push_back({summary, entry, limit * import_decay});
  }

  static bool has_known_value(const ir::Summary &summary) {
    bool interposable = summary.linkage == ir::Linkage::WeakAny || summary.linkage == ir::Linkage::LinkOnceAny;
    bool fixed = summary.constant || (summary.read_only && is_local(summary.linkage));
    return fixed && !interposable && !summary.not_eligible_to_import;
  }

  void visit(const Step &step) {
    bool variable = step.summary->kind == ir::GlobalKind::Variable;
    size_t first = found_.size();  // a summary is visited once: its uses stand together
    auto use = [&](uint32_t target) {
      auto symbol = private_.find(target);
      if (symbol == private_.end()) return;
      for (size_t i = first; i < found_.size(); ++i)
        if (found_[i].asm_symbol == symbol->second) return;
      found_.push_back({symbol->second, step.entry, step.summary, variable});
    };
    for (uint32_t callee : step.summary->calls) {
      use(callee);
      offer(callee, step.entry, step.limit);
    }
    for (uint32_t target : step.summary->references) {
      use(target);
      bool is_variable = target < module_.globals.size() && module_.globals[target].kind == ir::GlobalKind::Variable;
      if (is_variable) offer(target, step.entry, step.limit);
    }
  }

  const ir::Module &module_;
  std::vector<const ir::Summary *> summary_of_;          // by global
  std::unordered_map<uint32_t, uint32_t> private_;       // declaration to assembly symbol
  std::vector<bool> seen_;                               // by global
  std::deque<Step> wave_;
  std::vector<PrivateUse> found_;
};

}  // namespace

bool is_local(ir::Linkage linkage) { return linkage == ir::Linkage::Internal || linkage == ir::Linkage::Private; }

bool may_move(const ir::Global &global, const ir::Summary &summary) {
  if (global.kind != ir::GlobalKind::Function || summary.not_eligible_to_import || summary.no_inline ||
      global.no_inline)
    return false;
  return global.linkage != ir::Linkage::WeakAny && global.linkage != ir::Linkage::LinkOnceAny;
}

bool may_import(const ir::Global &global, const ir::Summary &summary, double limit) {
  return may_move(global, summary) && (summary.instructions <= limit || summary.always_inline);
}

std::set<std::string> private_to_assembly(const ir::Module &module) {
  std::set<std::string> names;
  for (const ir::AsmSymbol &symbol : module.asm_symbols)
    if (symbol.defined && !symbol.global) names.insert(std::string(symbol.name));
  return names;
}

std::vector<std::pair<uint32_t, uint32_t>> private_declarations(const ir::Module &module) {
  std::unordered_map<std::string_view, uint32_t> symbols;
  for (uint32_t i = 0; i < module.asm_symbols.size(); ++i)
    if (module.asm_symbols[i].defined && !module.asm_symbols[i].global) symbols.emplace(module.asm_symbols[i].name, i);
  std::vector<std::pair<uint32_t, uint32_t>> found;
  if (symbols.empty()) return found;
  for (uint32_t i = 0; i < module.globals.size(); ++i) {
    if (!module.globals[i].declaration) continue;
    auto symbol = symbols.find(ir::object_name(module, module.globals[i].name));
    if (symbol != symbols.end()) found.emplace_back(i, symbol->second);
  }
  return found;
}

std::vector<PrivateUse> private_uses(const ir::Module &module) { return Walk(module).run(); }

}  // namespace ldwhy::thin
