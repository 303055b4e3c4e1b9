// mold: the best definition of each name among all files of the line, archive members too; then
// the members that hold what the objects need, and what these need in turn, are in the link.
// Then names are bound once more, among the files that are in.
#include <algorithm>

#include "resolve/elf_link.h"

namespace ldwhy {
namespace {

class Reach {
  using Name = SymbolIndex::Name;

 public:
  explicit Reach(ElfLink &elf) : elf_(elf), link_(elf.link), index_(elf.index) {}

  void run() {
    if (elf_.rules.archives.reads_once) find_repeated();
    for (ObjectId id = 0; id < link_.objects.size(); ++id)
      if (is_in_play(id) && !is_lazy(id) && !elf_.is_shared(id)) take(id, no_object, {});
    for (ObjectId id = 0; id < link_.objects.size(); ++id)
      if (elf_.is_usable(id) && elf_.is_shared(id) && !link_.argument_of(id).as_needed) take(id, no_object, {});
    for (const auto &[name, unused] : elf_.asked_by) {
      elf_[name].needed = true;
      follow(name, no_object);
    }
    for (size_t i = 0; i < queue_.size(); ++i) add(queue_[i]);
    bind();
  }

 private:
  void find_repeated() {
    std::set<std::string_view> seen;
    for (const Input &input : link_.inputs)
      repeated_.push_back(input.kind == InputKind::Archive && !seen.insert(input.path).second);
  }
  bool is_in_play(ObjectId id) const {
    return elf_.is_usable(id) && (repeated_.empty() || !repeated_[link_.objects[id].input]);
  }

  bool is_lazy(ObjectId id) const { return elf_.is_searched(link_.objects[id].input); }

  void take(ObjectId id, ObjectId by, std::string_view name) {
    if (taken_.empty()) taken_.resize(link_.objects.size());
    if (taken_[id]) return;
    taken_[id] = true;
    if (is_lazy(id)) {
      elf_.result.extracted_by[id] = by;
      elf_.result.extracted_for[id] = name;
    }
    queue_.push_back(id);
  }

  // Real definitions before those of libraries, strong ones before weak ones, commons last.
  int rank(const SymbolIndex::Offer &offer) const {
    bool lazy = is_lazy(offer.object);
    if (offer.common) return lazy ? 6 : 5;
    if (offer.shared || lazy) return offer.weak ? 4 : 3;
    return offer.weak ? 2 : 1;
  }

  void follow(Name name, ObjectId by, bool common = false) {
    if (elf_[name].assigned) return;
    std::pair<int, ObjectId> best{7, no_object};
    index_.for_each_offer(name, [&](const SymbolIndex::Offer &offer) {
      if (!is_in_play(offer.object)) return;
      best = std::min(best, {rank(offer), offer.object});
    });
    // What a library needs brings in no other library.
    if (by != no_object && best.second != no_object && elf_.is_shared(by) && elf_.is_shared(best.second)) return;
    if (best.second == no_object || (common && best.first >= 5)) return;
    take(best.second, by, index_[name].text());
  }

  void add(ObjectId id) {
    bool shared = elf_.is_shared(id);
    for (Name name : index_.needs(id)) {
      if (shared) elf_[name].needed_shared = true;
      else elf_[name].needed = elf_[name].referred = true;
      follow(name, id);
    }
    if (shared)
      for (Name name : index_.weak_needs(id)) follow(name, id);
    if (shared) return;
    std::span<const SymbolIndex::Traits> traits = index_.traits(id);
    for (size_t i = 0; i < traits.size(); ++i)
      if (traits[i].common) follow(index_.defines(id)[i], id, true);
  }

  void bind() {
    for (ObjectId id : queue_) elf_.result.fates[id] = is_lazy(id) ? Fate::Extracted : Fate::Taken;
    std::ranges::sort(queue_);
    for (bool shared : {false, true})
      for (ObjectId id : queue_) {
        if (elf_.is_shared(id) != shared) continue;
        elf_.enter(id, elf_.result.fates[id]);
        elf_.for_each_lost(id, [&](Name name) { elf_[name].needed = true; });
        for (Name name : index_.bound_here(id)) elf_.close(name);
        elf_.define_all(id);
      }
  }

  ElfLink &elf_;
  const Link &link_;
  SymbolIndex &index_;
  std::vector<bool> taken_;
  std::vector<ObjectId> queue_;
  std::vector<bool> repeated_;  // by input: an archive that was named before
};

}  // namespace

void reach_elf(ElfLink &link) { Reach(link).run(); }

}  // namespace ldwhy
