// A relocatable ELF file as a graph: its sections, the groups that they stand in, and which
// symbols each section's relocations refer to. For who throws sections away.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/object.h"

namespace ldwhy {

struct ElfSections {
  struct Section {
    std::string_view name;
    uint32_t type = 0;
    uint64_t flags = 0;
    uint32_t link = 0;          // of SHF_LINK_ORDER: the section that it goes with
    uint32_t group = no_group;  // index into `groups`
  };
  struct Group {
    std::string_view signature;
    bool comdat = false;
    std::vector<uint32_t> sections;
  };
  // `symbol` is an index into `symbols`. There are very many: type and offset share a word.
  struct Use {
    uint32_t section = 0;
    uint32_t symbol = 0;
    uint64_t offset : 48 = 0;
    uint64_t type : 16 = 0;     // of the relocation, as the processor's supplement numbers them
  };
  static constexpr uint32_t no_group = UINT32_MAX;

  std::vector<Section> sections;  // by number; the first is no section
  std::vector<Group> groups;
  std::vector<Symbol> symbols;    // by number; the first is no symbol
  std::vector<Use> uses;          // grouped by section
};

// Of an object that is no relocatable ELF file, or damaged: empty. `linkonce`: sections by the name of
// .gnu.linkonce.KIND.NAME, which GNU's compilers made before there were groups, are COMDAT groups NAME.
ElfSections read_elf_sections(const Object &object, bool linkonce = false);

// The COMDAT groups of an object: of several objects' groups with one signature a link keeps one.
struct ComdatGroups {
  static constexpr uint32_t none = UINT32_MAX;
  std::vector<uint32_t> symbols;   // by group, in the order of the file: the symbol it is called like
  std::vector<std::string_view> linkonce;  // the groups after those: what they are called
  std::vector<uint32_t> group_of;  // by section: number of its group, or none; or empty
  uint32_t table = 0;              // section number of the symbol table
};
// Of a relocatable ELF file; damaged: none. What `found` held before is overwritten.
void read_comdat_groups(const Object &object, bool linkonce, ComdatGroups &found);
// What a group is called: like its symbol, or like that one's section where the symbol has no name
// of its own. Damaged: empty.
std::string_view comdat_signature(const Object &object, const ComdatGroups &groups, uint32_t group);

}  // namespace ldwhy
