// Line number programs: DWARF 2 to 5, section 6.2 (6.2.4 the header, 6.2.5 the program; DWARF 5,
// 6.2.4.1 for its tables of files).
//
// .debug_line holds one unit a compilation: a header with tables of folders and files, then a
// program for a small machine that appends rows (address, file, line). The rows of a sequence
// have ascending addresses, and each holds good up to the next; the row that ends a sequence
// only says where. What is not needed for a file and a line (columns, statements, views) is
// skipped over.
//
// In a relocatable object nothing has an address yet. DW_LNE_set_address starts a sequence with a
// field that a relocation fills, and it is the relocation that says which section the sequence
// is about (debug_sections.cc). Where a distance between rows is not known either, the rest of the
// sequence is not.
//
// Of a row with line 0 the compiler says that no line of the source stands for it.
#include "input/debug_lines.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>

#include "input/debug_sections.h"
#include "input/macho_frame.h"

namespace ldwhy {
namespace {

// Operations of all programs of one object, and places looked at for their rows, together; a unit of
// a large source has some 100,000.
constexpr uint64_t most_steps = 4'000'000;
constexpr uint64_t longest_name = 4096;

enum Form : uint64_t {
  DW_FORM_block2 = 0x03,
  DW_FORM_block4 = 0x04,
  DW_FORM_data2 = 0x05,
  DW_FORM_data4 = 0x06,
  DW_FORM_data8 = 0x07,
  DW_FORM_string = 0x08,
  DW_FORM_block = 0x09,
  DW_FORM_block1 = 0x0a,
  DW_FORM_data1 = 0x0b,
  DW_FORM_strp = 0x0e,
  DW_FORM_udata = 0x0f,
  DW_FORM_data16 = 0x1e,
  DW_FORM_line_strp = 0x1f,
};
enum Content : uint64_t { DW_LNCT_path = 1, DW_LNCT_directory_index = 2 };
enum Operation : uint8_t {
  Extended = 0,
  DW_LNS_copy = 1,
  DW_LNS_advance_pc = 2,
  DW_LNS_advance_line = 3,
  DW_LNS_set_file = 4,
  DW_LNS_const_add_pc = 8,
  DW_LNS_fixed_advance_pc = 9,
};
enum ExtendedOperation : uint8_t { DW_LNE_end_sequence = 1, DW_LNE_set_address = 2, DW_LNE_define_file = 3 };

struct Row {
  uint32_t section = 0;  // 0: not known
  uint64_t address = 0;  // from the start of the section
  uint64_t file = 1;
  uint32_t line = 1;
};

// One unit of .debug_line. All positions count from the start of the section.
class Unit {
 public:
  // `end`: where the next unit starts; `wide`: offsets have 8 bytes.
  Unit(const DebugSections &data, uint64_t begin, uint64_t end, bool wide)
      : data_(data), unit_(data.lines.slice(0, end)), wide_(wide) {
    read_header(begin);
  }

  // Each row with the address that ends it; `sink` returns false to stop. `steps` counts down.
  template <class F>
  void run(uint64_t &steps, F sink);
  // Empty: not known.
  std::string file_name(uint64_t number) const;

 private:
  struct Field {
    uint64_t content, form;
  };
  struct Table {
    std::vector<Field> fields;
    std::vector<uint64_t> entries;  // where each stands
  };
  struct Entry {
    std::string_view path;
    uint64_t folder = 0;
  };

  Cursor cursor_at(uint64_t position) const { return Cursor(unit_.from(position), data_.endian); }
  void read_header(uint64_t begin);
  void read_table(Table &table);
  void read_old_tables();
  void skip(Cursor &cursor, uint64_t form) const;
  std::string_view text(uint64_t at, uint64_t form) const;
  std::string_view clipped(Bytes strings, uint64_t at) const;
  Entry entry(const Table &table, uint64_t index) const;
  void extended(Cursor &cursor, uint64_t base, Row &row, bool &ends);
  // Operations whose distance a relocation may fill.
  void advance(Row &row, uint64_t at, uint64_t width, uint64_t distance, uint64_t unit) const {
    std::optional<uint64_t> known = data_.distance(at, width, distance);
    if (!known) row.section = 0;
    row.address += known.value_or(0) * unit;
  }

  const DebugSections &data_;
  Bytes unit_;
  bool wide_;
  uint16_t version_ = 0;
  uint8_t smallest_instruction_ = 1, line_range_ = 1, first_special_ = 1;
  int8_t line_base_ = 0;
  Bytes operand_counts_;
  Table folders_, files_;
  uint64_t position_ = 0;  // of what is to be read next
};

void Unit::read_header(uint64_t begin) {
  Cursor cursor = cursor_at(begin);
  version_ = cursor.u16("a line table's version");
  if (version_ < 2 || version_ > 5) cursor.fail("expected a line table of DWARF 2 to 5");
  if (version_ == 5) cursor.take(2, "sizes of addresses and segment selectors");
  if (data_.is_fixed(begin + cursor.position(), wide_ ? 8 : 4)) cursor.fail("expected a length that is known");
  uint64_t length = wide_ ? cursor.u64("a header's length") : cursor.u32("a header's length");
  uint64_t after_length = cursor.position();
  smallest_instruction_ = cursor.u8("the size of the smallest instruction");
  uint8_t operations = version_ >= 4 ? cursor.u8("operations of an instruction") : 1;
  cursor.u8("what rows are statements");
  line_base_ = static_cast<int8_t>(cursor.u8("the least step of lines"));
  line_range_ = cursor.u8("the range of steps of lines");
  first_special_ = cursor.u8("the first special operation");
  if (operations > 1 || line_range_ == 0 || first_special_ == 0)
    cursor.fail("expected a line table for a machine that is known");
  operand_counts_ = cursor.take(first_special_ - 1u, "counts of operands");
  position_ = begin + cursor.position();
  if (version_ == 5) {
    read_table(folders_);
    read_table(files_);
  } else {
    read_old_tables();
  }
  (void)unit_.from(begin + after_length).slice(0, length, "a line table's header");
  position_ = begin + after_length + length;
}

void Unit::read_table(Table &table) {
  Cursor cursor = cursor_at(position_);
  for (uint8_t left = cursor.u8("a count of fields"); left > 0; --left) {
    uint64_t content = cursor.uleb128("what a field holds");
    table.fields.push_back({content, cursor.uleb128("a field's form")});
  }
  uint64_t count = cursor.uleb128("a count of names");
  // Every form takes a byte or more.
  if (count > cursor.left() || (count > 0 && table.fields.empty()))
    cursor.fail("expected names, found fewer than they are said to be");
  for (uint64_t i = 0; i < count; ++i) {
    table.entries.push_back(position_ + cursor.position());
    for (const Field &field : table.fields) skip(cursor, field.form);
  }
  position_ += cursor.position();
}

void Unit::read_old_tables() {
  Cursor cursor = cursor_at(position_);
  folders_.fields = {{DW_LNCT_path, DW_FORM_string}};
  files_.fields = {
      {DW_LNCT_path, DW_FORM_string}, {DW_LNCT_directory_index, DW_FORM_udata}, {0, DW_FORM_udata}, {0, DW_FORM_udata}};
  for (Table *table : {&folders_, &files_}) {
    while (true) {
      uint64_t at = position_ + cursor.position();
      size_t length = cursor.c_string("a file's name").size();
      if (length == 0) break;
      if (length > longest_name) cursor.fail("expected a name of a file");
      table->entries.push_back(at);
      for (size_t i = 1; i < table->fields.size(); ++i) skip(cursor, table->fields[i].form);
    }
  }
}

void Unit::skip(Cursor &cursor, uint64_t form) const {
  switch (form) {
    case DW_FORM_string:
      if (cursor.c_string("a name").size() > longest_name) cursor.fail("expected a name of a file");
      return;
    case DW_FORM_udata: cursor.uleb128("a number"); return;
    case DW_FORM_data1: cursor.take(1); return;
    case DW_FORM_data2: cursor.take(2); return;
    case DW_FORM_data4: cursor.take(4); return;
    case DW_FORM_data8: cursor.take(8); return;
    case DW_FORM_data16: cursor.take(16); return;
    case DW_FORM_strp:
    case DW_FORM_line_strp: cursor.take(wide_ ? 8 : 4); return;
    case DW_FORM_block: cursor.take(cursor.uleb128("a block's size")); return;
    case DW_FORM_block1: cursor.take(cursor.u8("a block's size")); return;
    case DW_FORM_block2: cursor.take(cursor.u16("a block's size")); return;
    case DW_FORM_block4: cursor.take(cursor.u32("a block's size")); return;
    default: cursor.fail("expected a form that is known");
  }
}

std::string_view Unit::clipped(Bytes strings, uint64_t at) const {
  Bytes rest = strings.from(at, "a file's name");
  return rest.slice(0, std::min<uint64_t>(rest.size(), longest_name)).c_string(0, "a file's name");
}

std::string_view Unit::text(uint64_t at, uint64_t form) const {
  if (form == DW_FORM_string) return clipped(unit_, at);
  if (form != DW_FORM_strp && form != DW_FORM_line_strp) return {};
  std::optional<uint64_t> offset = data_.offset(at, wide_ ? 8 : 4);
  return offset ? clipped(form == DW_FORM_strp ? data_.strings : data_.line_strings, *offset) : std::string_view();
}

Unit::Entry Unit::entry(const Table &table, uint64_t index) const {
  Entry found;
  if (index >= table.entries.size()) return found;
  uint64_t position = table.entries[index];
  Cursor cursor = cursor_at(position);
  for (const Field &field : table.fields) {
    uint64_t at = position + cursor.position();
    if (field.content == DW_LNCT_path) found.path = text(at, field.form);
    if (field.content != DW_LNCT_directory_index) {
      skip(cursor, field.form);
    } else if (field.form == DW_FORM_udata) {
      found.folder = cursor.uleb128();
    } else if (field.form == DW_FORM_data1) {
      found.folder = cursor.u8();
    } else if (field.form == DW_FORM_data2) {
      found.folder = cursor.u16();
    } else {
      cursor.fail("expected the number of a folder");
    }
  }
  return found;
}

bool is_absolute(std::string_view path) {
  return path.starts_with('/') || path.starts_with('\\') ||
         (path.size() > 2 && path[1] == ':' && (path[2] == '/' || path[2] == '\\'));
}

// Folder 0 is the one that the compiler ran in; up to DWARF 4 it is not in the table, and files
// are numbered from 1.
std::string Unit::file_name(uint64_t number) const {
  bool listed = version_ == 5;
  Entry file = entry(files_, listed ? number : number - 1);
  if (file.path.empty() || is_absolute(file.path) || file.folder == 0) return std::string(file.path);
  std::string_view folder = entry(folders_, listed ? file.folder : file.folder - 1).path;
  std::string_view base = listed ? entry(folders_, 0).path : std::string_view();
  if (folder == base || folder == ".") return std::string(file.path);
  if (!base.empty() && folder.starts_with(base) && folder[base.size()] == '/') folder.remove_prefix(base.size() + 1);
  if (folder.empty()) return std::string(file.path);
  return std::string(folder) + (folder.ends_with('/') ? "" : "/") + std::string(file.path);
}

void Unit::extended(Cursor &cursor, uint64_t base, Row &row, bool &ends) {
  uint64_t length = cursor.uleb128("an operation's length");
  if (length == 0) return;
  uint64_t at = base + cursor.position() + 1;
  Cursor body(cursor.take(length, "an operation"), data_.endian);
  switch (body.u8()) {
    case DW_LNE_end_sequence: ends = true; return;
    case DW_LNE_set_address: {
      DebugSections::Place place;
      if (length == 5 || length == 9) place = data_.address(at, length - 1);
      row.section = place.section;
      row.address = place.offset;
      return;
    }
    case DW_LNE_define_file:
      if (version_ < 5) files_.entries.push_back(at);
      return;
  }
}

template <class F>
void Unit::run(uint64_t &steps, F sink) {
  const uint64_t base = position_;
  Cursor cursor = cursor_at(base);
  std::optional<Row> last;
  Row row;
  for (; !cursor.at_end() && steps > 0; --steps) {
    uint8_t operation = cursor.u8();
    bool appends = operation >= first_special_ || operation == DW_LNS_copy, ends = false;
    uint64_t at = base + cursor.position();
    if (operation >= first_special_) {
      unsigned special = operation - first_special_;
      row.address += uint64_t{special / line_range_} * smallest_instruction_;
      row.line += static_cast<uint32_t>(line_base_ + static_cast<int>(special % line_range_));
    } else {
      switch (operation) {
        case Extended: extended(cursor, base, row, ends); break;
        case DW_LNS_copy: break;
        case DW_LNS_advance_pc: {
          uint64_t distance = cursor.uleb128("a distance");
          advance(row, at, base + cursor.position() - at, distance, smallest_instruction_);
          break;
        }
        case DW_LNS_advance_line: row.line += static_cast<uint32_t>(cursor.sleb128("a step of lines")); break;
        case DW_LNS_set_file: row.file = cursor.uleb128("a file's number"); break;
        case DW_LNS_const_add_pc:
          row.address += uint64_t{(255u - first_special_) / line_range_} * smallest_instruction_;
          break;
        case DW_LNS_fixed_advance_pc: advance(row, at, 2, cursor.u16("a distance"), 1); break;
        default:
          for (uint8_t left = operand_counts_.u8(operation - 1u); left > 0; --left) cursor.uleb128("an operand");
      }
    }
    if (!appends && !ends) continue;
    if (last && last->section != 0 && last->section == row.section && !sink(*last, row.address)) return;
    last = row;
    if (ends) last.reset(), row = Row();
  }
}

// Mach-O gives symbols addresses.
std::optional<CodePlace> place_in_macho(Bytes bytes, const Symbol &symbol) try {
  std::vector<macho::Section> sections = macho::sections_of(bytes);
  if (symbol.section > sections.size()) return std::nullopt;
  return CodePlace{symbol.section, symbol.value - sections[symbol.section - 1].address};
} catch (const Malformed &) {
  return std::nullopt;
}

class Finder {
 public:
  Finder(const DebugSections &data, std::span<const CodePlace> places) : data_(data), found_(places.size()) {
    for (size_t i = 0; i < places.size(); ++i) wanted_.push_back({places[i].section, places[i].offset, i, false});
    std::ranges::sort(wanted_, {}, [](const Wanted &w) { return std::tuple(w.section, w.offset); });
    left_ = wanted_.size();
  }

  std::vector<SourceLine> find() {
    try {
      visit_units();
    } catch (const Malformed &) {
    }
    return std::move(found_);
  }

 private:
  struct Wanted {
    uint32_t section;
    uint64_t offset;
    size_t index;
    bool decided;
  };

  void visit_units() {
    uint64_t position = 0;
    while (position < data_.lines.size() && left_ > 0 && steps_ > 0) {
      Cursor cursor(data_.lines.from(position), data_.endian);
      uint64_t length = cursor.u32("a line table's length");
      bool wide = length == 0xffffffff;
      if (wide) length = cursor.u64("a line table's length");
      if (data_.is_fixed(position, cursor.position())) cursor.fail("expected a length that is known");
      uint64_t begin = position + cursor.position();
      position = begin + cursor.take(length, "a line table").size();
      try {
        Unit unit(data_, begin, position, wide);
        unit.run(steps_, [&](const Row &row, uint64_t end) {
          assign(unit, row, end);
          return left_ > 0;
        });
      } catch (const Malformed &) {
        // The next unit may be sound.
      }
    }
  }

  void assign(const Unit &unit, const Row &row, uint64_t end) {
    auto first = std::ranges::lower_bound(wanted_, std::tuple(row.section, row.address), {},
                                          [](const Wanted &w) { return std::tuple(w.section, w.offset); });
    for (; first != wanted_.end() && first->section == row.section && first->offset < end; ++first) {
      // Sequences may go over the same places again and again.
      if (steps_ > 1) --steps_;
      else return;
      if (first->decided) continue;
      first->decided = true;
      --left_;
      if (row.line == 0) continue;
      std::string file = unit.file_name(row.file);
      if (!file.empty()) found_[first->index] = {std::move(file), row.line};
    }
  }

  const DebugSections &data_;
  std::vector<Wanted> wanted_;  // sorted by place
  std::vector<SourceLine> found_;
  size_t left_ = 0;
  uint64_t steps_ = most_steps;
};

}  // namespace

std::optional<CodePlace> code_place(const Object &object, const Symbol &symbol) {
  if (symbol.section == 0 || symbol.state != SymbolState::Defined) return std::nullopt;
  switch (object.target().format) {
    case Format::Elf: {
      // The lowest bit of an Arm function's address says Thumb.
      bool mode_bit = object.target().arch == Arch::Arm && symbol.type == SymbolType::Function;
      return CodePlace{symbol.section, mode_bit ? symbol.value & ~uint64_t{1} : symbol.value};
    }
    case Format::Coff: return CodePlace{symbol.section, symbol.value};
    case Format::MachO: return place_in_macho(object.bytes(), symbol);
    default: return std::nullopt;
  }
}

std::vector<SourceLine> source_lines(const Object &object, std::span<const CodePlace> places) {
  try {
    DebugSections data = find_debug_sections(object);
    return Finder(data, places).find();
  } catch (const Malformed &) {
    return std::vector<SourceLine>(places.size());
  }
}

}  // namespace ldwhy
