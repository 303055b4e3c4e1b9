// Which sections of an ELF link's objects stay: not those of groups that another object's copy
// replaces, and with --gc-sections only what the roots reach.
#pragma once

#include <optional>
#include <vector>

#include "input/elf_sections.h"
#include "resolve/elf_link.h"

namespace ldwhy {

class ElfLiveness {
 public:
  // Reads the sections of these objects; all that are in the link where sections are collected.
  ElfLiveness(ElfLink &link, std::vector<ObjectId> objects);

  struct Part {
    ObjectId object = no_object;
    ElfSections file;
    std::vector<bool> dropped;  // by section: of a group that is not the first of its signature
    std::vector<bool> live;     // by section
    bool any_live = false;
    std::vector<SymbolIndex::Name> names;  // by symbol; SymbolIndex::none: local
  };
  const std::vector<Part> &parts() const { return parts_; }
  bool stays(const Part &part, uint32_t section) const {
    constexpr uint64_t SHF_ALLOC = 0x2;
    bool loaded = part.file.sections[section].flags & SHF_ALLOC;
    bool collected = collects_ && (loaded ? !part.live[section] : link_.rules.collects_unloaded && !part.any_live);
    return !part.dropped[section] && !collected;
  }

 private:
  struct Place {
    uint32_t part = UINT32_MAX, section = 0;
  };

  void read(Part &part) const;
  void drop_groups(Part &part) const;
  void collect();
  void find_definitions();
  void mark_roots();
  void mark_section_roots(uint32_t part);
  bool is_exported(SymbolIndex::Name name) const;
  bool is_closed() const;
  void mark(Place place);
  void mark_name(SymbolIndex::Name name);
  void mark_symbol(uint32_t part, uint32_t symbol);
  void follow(Place place);
  void follow_frames(uint32_t part);
  void keep_named_sections(std::string_view bound);

  ElfLink &link_;
  bool collects_;
  bool closed_ = false;
  std::vector<Part> parts_;
  std::vector<Place> definitions_;  // by Name
  std::vector<std::vector<std::pair<uint32_t, uint32_t>>> follows_;  // by part: section, section that goes with it
  std::vector<Place> queue_;
};

}  // namespace ldwhy
