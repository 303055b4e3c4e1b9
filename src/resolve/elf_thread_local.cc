// Names that some inputs take for thread-local and others do not. A symbol's type says what its
// file takes it for (gABI, chapter 4, "Symbol Table", STT_TLS): assemblers write it for what is
// referred to through the thread pointer, too.
//
// GNU ld compares types as it enters each file's symbols, and ends at the first that differ; gold
// says all of them; LLD before 15 minded where a plain definition took a reference's place.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "resolve/elf_ends.h"

namespace ldwhy {
namespace {

using Name = SymbolIndex::Name;
using Mixed = ElfRules::ThreadLocal;

class ThreadLocalCheck {
 public:
  explicit ThreadLocalCheck(ElfLink &elf) : elf_(elf), minds_(elf.rules.thread_local_names(elf.command)) {}

  // Whether the link ends here.
  bool run() {
    if (minds_ == Mixed::Free) return false;
    find_candidates();
    if (candidates_.empty()) return false;
    for (ObjectId id : elf_.entered) {
      ObjectKind kind = elf_.link.object(id)->kind();
      if (kind != ObjectKind::Relocatable && kind != ObjectKind::Shared) continue;
      own_.assign(elf_.index.thread_local_names(id).begin(), elf_.index.thread_local_names(id).end());
      std::ranges::sort(own_);
      for (Name name : elf_.index.defines(id)) meet(name, id, true);
      for (Name name : elf_.index.needs(id)) meet(name, id, false);
      for (Name name : elf_.index.weak_needs(id)) meet(name, id, false);
      if (refused_ && minds_ == Mixed::Ends) return true;
    }
    return refused_ && minds_ != Mixed::Refused;
  }

 private:
  struct View {
    ObjectId object = no_object;
    bool is_thread_local = false;
    bool defined = false;
    bool refused = false;
  };

  void find_candidates() {
    for (ObjectId id : elf_.entered)
      for (Name name : elf_.index.thread_local_names(id)) {
        if (candidates_.empty()) candidates_.resize(elf_.index.bound());
        candidates_[name] = true;
      }
  }

  void meet(Name name, ObjectId id, bool defined) {
    if (!candidates_[name] || (refused_ && minds_ == Mixed::Ends)) return;
    View now{id, std::ranges::binary_search(own_, name), defined};
    auto [known, is_new] = views_.try_emplace(name, now);
    View &before = known->second;
    if (is_new || before.refused) return;
    bool mixed = before.is_thread_local != now.is_thread_local;
    bool taken_over = before.is_thread_local && !before.defined && defined;
    if (mixed && (minds_ != Mixed::RefusedDefinition || taken_over)) refuse(name, before, now);
    before.defined |= defined;
  }

  void refuse(Name name, View &before, const View &now) {
    auto side = [&](const View &view) {
      return fmt::format("{} in {}", view.defined ? "definition" : "reference", elf_.link.name_of(view.object));
    };
    const View &local = before.is_thread_local ? before : now, &plain = before.is_thread_local ? now : before;
    std::string_view text = elf_.index[name].text();
    elf_.result.objections.push_back(
        {.code = "tls",
         .text = fmt::format("{}: TLS {} mismatches non-TLS {}", text, side(local), side(plain)),
         .symbol = std::string(text),
         .object = now.object});
    before.refused = refused_ = true;
  }

  ElfLink &elf_;
  const Mixed minds_;
  std::vector<bool> candidates_;  // by name
  std::vector<Name> own_;         // of the object at hand, sorted
  std::map<Name, View> views_;
  bool refused_ = false;
};

}  // namespace

bool refuse_mixed_thread_local(ElfLink &elf) { return ThreadLocalCheck(elf).run(); }

}  // namespace ldwhy
