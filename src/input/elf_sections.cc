// gABI chapter 4, "Section Groups" and "Relocation".
#include "input/elf_sections.h"

#include <algorithm>

#include "input/elf_file.h"

namespace ldwhy {
namespace {

constexpr uint32_t GRP_COMDAT = 1;
constexpr std::string_view linkonce_start = ".gnu.linkonce.";

// The group that a section is by its name alone; empty: none.
std::string_view linkonce_group(std::string_view section) {
  if (!section.starts_with(linkonce_start)) return {};
  size_t kind = section.find('.', linkonce_start.size());
  return kind == section.npos ? std::string_view() : section.substr(kind + 1);
}

// The members of section groups. A section is in one group at most, so that all groups together
// are smaller than the file; groups that overlap would have no end.
class GroupMembers {
 public:
  explicit GroupMembers(const ElfFile &file) : file_(file) {}
  static bool is_comdat(const ElfFile &file, Bytes group) {
    return group.u32(0, file.endian(), "the flags of a section group") & GRP_COMDAT;
  }
  template <class F>
  void visit(Bytes group, F member) {
    total_ += group.size();
    if (total_ > file_.bytes().size()) group.fail(0, "expected section groups that do not overlap");
    for (uint64_t at = 4; at + 4 <= group.size(); at += 4)
      if (uint32_t section = group.u32(at, file_.endian()); section < file_.section_count()) member(section);
  }

 private:
  const ElfFile &file_;
  uint64_t total_ = 0;
};

class Reader {
 public:
  explicit Reader(const Object &object)
      : object_(object),
        file_(object.bytes()),
        members_(file_),
        signature_bytes_left_(uint64_t{64} * object.bytes().size()) {}

  ElfSections read(bool linkonce) {
    table_ = file_.last_section_of_type(elf::SHT_SYMTAB);
    read_symbols();
    for (uint32_t index = 1; index < file_.section_count(); ++index) {
      ElfSection section = file_.section(index);
      ElfSections::Section &row = found_.sections[index];
      row.name = file_.section_name(section);
      row.type = section.type;
      row.flags = section.flags;
      row.link = section.link;
    }
    for (uint32_t index = 1; index < file_.section_count(); ++index) {
      uint32_t type = file_.section_type(index);
      if (type == elf::SHT_GROUP) read_group(file_.section(index));
      if (type == elf::SHT_REL || type == elf::SHT_RELA) read_uses(file_.section(index));
    }
    for (uint32_t index = 1; linkonce && index < found_.sections.size(); ++index)
      if (std::string_view group = linkonce_group(found_.sections[index].name); !group.empty()) {
        found_.sections[index].group = static_cast<uint32_t>(found_.groups.size());
        found_.groups.push_back({group, true, {index}});
      }
    std::ranges::stable_sort(found_.uses, {}, &ElfSections::Use::section);
    return std::move(found_);
  }

 private:
  void read_group(const ElfSection &section) {
    Bytes contents = file_.contents(section);
    ElfSections::Group group;
    group.comdat = GroupMembers::is_comdat(file_, contents);
    // Groups may all claim one long name, and each is looked up by it.
    std::string_view signature =
        section.info < found_.symbols.size() ? found_.symbols[section.info].name : std::string_view();
    if (signature.size() <= signature_bytes_left_) group.signature = signature;
    signature_bytes_left_ -= std::min<uint64_t>(signature_bytes_left_, signature.size());
    uint32_t number = static_cast<uint32_t>(found_.groups.size());
    members_.visit(contents, [&](uint32_t member) {
      if (found_.sections[member].group != ElfSections::no_group) return;
      found_.sections[member].group = number;
      group.sections.push_back(member);
    });
    found_.groups.push_back(std::move(group));
  }

  void read_uses(const ElfSection &section) {
    if (section.link != table_ || section.info >= found_.sections.size()) return;
    Bytes contents = file_.contents(section);
    total_ += contents.size();
    if (total_ > file_.bytes().size()) contents.fail(0, "expected relocation tables that do not overlap");
    uint64_t size = (section.type == elf::SHT_RELA ? 3 : 2) * file_.word_size();
    bool symbol_first = file_.is_64() && file_.machine() == elf::EM_MIPS;
    for (uint64_t at = 0; at + size <= contents.size(); at += size) {
      uint64_t info_at = at + file_.word_size();
      uint64_t info = file_.word(contents, info_at, "a relocation");
      uint64_t symbol = symbol_first ? contents.u32(info_at, file_.endian()) : file_.is_64() ? info >> 32 : info >> 8;
      if (symbol == 0 || symbol >= found_.symbols.size()) continue;
      ElfSections::Use &use = found_.uses.emplace_back();
      use.section = section.info;
      use.symbol = static_cast<uint32_t>(symbol);
      use.offset = file_.word(contents, at, "a relocation") & 0xffffffffffff;
      use.type = (symbol_first ? contents.u8(info_at + 7) : file_.is_64() ? info : info & 0xff) & 0xffff;
    }
  }

  void read_symbols() {
    found_.symbols.resize(1);
    (void)object_.for_each_symbol([&](const Symbol &symbol) { found_.symbols.push_back(symbol); });
    found_.sections.resize(std::max(file_.section_count(), 1u));
  }

  const Object &object_;
  ElfFile file_;
  GroupMembers members_;
  uint64_t signature_bytes_left_;
  uint32_t table_ = 0;
  uint64_t total_ = 0;
  ElfSections found_;
};

bool has_sections(const Object &object) {
  return object.kind() == ObjectKind::Relocatable && object.target().format == Format::Elf;
}

}  // namespace

ElfSections read_elf_sections(const Object &object, bool linkonce) {
  if (!has_sections(object)) return {};
  try {
    return Reader(object).read(linkonce);
  } catch (const Malformed &) {
    return {};
  }
}

void read_comdat_groups(const Object &object, bool linkonce, ComdatGroups &found) {
  found.symbols.clear();
  found.linkonce.clear();
  found.group_of.clear();
  if (!has_sections(object)) return;
  try {
    ElfFile file(object.bytes());
    GroupMembers members(file);
    found.table = file.last_section_of_type(elf::SHT_SYMTAB);
    for (uint32_t index = 1; index < file.section_count(); ++index) {
      if (file.section_type(index) != elf::SHT_GROUP) continue;
      ElfSection section = file.section(index);
      Bytes contents = file.contents(section);
      if (!GroupMembers::is_comdat(file, contents)) continue;
      if (found.group_of.empty()) found.group_of.resize(file.section_count(), ComdatGroups::none);
      uint32_t number = static_cast<uint32_t>(found.symbols.size());
      members.visit(contents, [&](uint32_t member) {
        if (found.group_of[member] == ComdatGroups::none) found.group_of[member] = number;
      });
      found.symbols.push_back(section.info);
    }
    if (!linkonce || file.section_names().find(linkonce_start) == std::string_view::npos) return;
    found.group_of.resize(file.section_count(), ComdatGroups::none);
    for (uint32_t index = 1; index < file.section_count(); ++index) {
      std::string_view group = linkonce_group(file.section_name(file.section(index)));
      if (group.empty() || found.group_of[index] != ComdatGroups::none) continue;
      found.group_of[index] = static_cast<uint32_t>(found.symbols.size() + found.linkonce.size());
      found.linkonce.push_back(group);
    }
  } catch (const Malformed &) {
    found = {};
  }
}

// Assemblers may call a group like a section, by that section's symbol.
std::string_view comdat_signature(const Object &object, const ComdatGroups &groups, uint32_t group) {
  constexpr uint8_t STT_SECTION = 3;
  if (group >= groups.symbols.size()) return groups.linkonce[group - groups.symbols.size()];
  try {
    ElfFile file(object.bytes());
    ElfSymbolTable table = file.symbol_table(groups.table);
    uint64_t at = groups.symbols[group] * file.symbol_size();
    std::string_view name = table.strings.c_string(table.entries.u32(at, file.endian()), "a group's signature");
    bool is_section = (table.entries.u8(at + (file.is_64() ? 4 : 12)) & 15) == STT_SECTION;
    if (!is_section || !name.empty()) return name;
    uint32_t section = table.entries.u16(at + (file.is_64() ? 6 : 14), file.endian());
    return section < file.section_count() ? file.section_name(file.section(section)) : name;
  } catch (const Malformed &) {
    return {};
  }
}

}  // namespace ldwhy
