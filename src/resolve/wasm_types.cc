// wasm-ld compares the type of a function with what it knows of the name whenever a symbol comes,
// but for references that only take the function's address. Types that do not fit are kept as
// variants of the name. In the end one variant may be defined: then wasm-ld warns and lets calls of
// the others trap; where none is, it does not know which type to import (LLD 14 to 22).
#include "resolve/wasm_types.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "input/wasm_types.h"

namespace ldwhy {
namespace {

struct Variant {
  std::string_view type;
  bool defined = false, weak = false, called = false;
};

class TypeReader {
 public:
  explicit TypeReader(const Link &link) : link_(link) {}

  // Empty: not told, as by bitcode.
  std::string_view type_of(const FunctionStep &step) {
    auto [types, is_new] = types_.try_emplace(step.object);
    if (is_new && link_.object(step.object)->kind() == ObjectKind::Relocatable)
      types->second = read_wasm_function_types(*link_.object(step.object));
    return step.symbol < types->second.size() ? types->second[step.symbol] : std::string_view();
  }
  bool calls(ObjectId id, std::string_view name) {
    auto [names, is_new] = called_.try_emplace(id);
    if (is_new)
      (void)link_.object(id)->for_each_reference([&](const Reference &reference) {
        if (reference.form == RelocationForm::Call) names->second.insert(reference.symbol);
      });
    return names->second.contains(name);
  }

 private:
  const Link &link_;
  std::unordered_map<ObjectId, std::vector<std::string_view>> types_;
  std::unordered_map<ObjectId, std::set<std::string_view>> called_;
};

// The history of one name.
class Variants {
 public:
  void take(bool defines, bool weak, bool first, std::string_view type, bool called) {
    if (first || variants_.empty()) {
      variants_ = {{type, defines, weak, called}};
      current_ = 0;
    } else if (defines && !(variants_[current_].defined && weak)) {
      define(weak, type);
    } else if (!defines) {
      refer(type, called);
    }
  }
  bool differ() const { return variants_.size() > 1; }
  bool any_defined() const { return std::ranges::any_of(variants_, &Variant::defined); }

 private:
  bool fits(std::string_view type) const {
    return type.empty() || variants_[current_].type.empty() || variants_[current_].type == type;
  }
  // The variant of this type, made where there is none.
  std::pair<size_t, bool> variant(std::string_view type) {
    size_t found = static_cast<size_t>(std::ranges::find(variants_, type, &Variant::type) - variants_.begin());
    bool is_new = found == variants_.size();
    if (is_new) variants_.push_back({type});
    return {found, is_new};
  }
  void define(bool weak, std::string_view type) {
    Variant &known = variants_[current_];
    if ((known.defined || known.called) && !fits(type)) current_ = variant(type).first;
    Variant &defined = variants_[current_];
    if (!type.empty()) defined.type = type;
    defined.defined = true;
    defined.weak = weak;
  }
  void refer(std::string_view type, bool called) {
    Variant &known = variants_[current_];
    if (known.type.empty()) known.type = type;
    if (called && !fits(type)) {
      if (!known.defined && !known.called) known.type = type;
      else if (auto [other, is_new] = variant(type); is_new) variants_[other].called = true;
    }
    if (called && !variants_[current_].defined) variants_[current_].called = true;
  }

  std::vector<Variant> variants_;
  size_t current_ = 0;
};

}  // namespace

TypeMismatches find_type_mismatches(const Link &link, const SymbolIndex &index,
                                    const std::vector<FunctionStep> &steps) {
  TypeReader reader(link);
  std::unordered_map<SymbolIndex::Name, std::string_view> first_types;
  std::set<SymbolIndex::Name> disputed;
  for (const FunctionStep &step : steps) {
    std::string_view type = reader.type_of(step);
    if (!type.empty() && first_types.emplace(step.name, type).first->second != type) disputed.insert(step.name);
  }
  TypeMismatches mismatches;
  std::unordered_map<SymbolIndex::Name, Variants> histories;
  for (const FunctionStep &step : steps) {
    if (!disputed.contains(step.name)) continue;
    bool called = !step.defines && reader.calls(step.object, index[step.name].text());
    histories[step.name].take(step.defines, step.weak, step.first, reader.type_of(step), called);
  }
  for (SymbolIndex::Name name : disputed)
    if (const Variants &history = histories[name]; history.differ())
      (history.any_defined() ? mismatches.defined : mismatches.undefined).push_back(name);
  return mismatches;
}

}  // namespace ldwhy
