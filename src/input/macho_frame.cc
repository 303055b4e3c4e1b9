#include "input/macho_frame.h"

#include <fmt/format.h>

namespace ldwhy::macho {

Frame::Frame(Bytes file) {
  uint32_t magic = file.u32(0, Endian::Little, "a Mach-O magic number");
  endian_ = magic == 0xfeedface || magic == 0xfeedfacf ? Endian::Little : Endian::Big;
  wide_ = file.u32(0, endian_) == 0xfeedfacf;
  command_count_ = file.u32(16, endian_, "a count of load commands");
  commands_ = file.slice(wide_ ? 32 : 28, file.u32(20, endian_, "a size of load commands"), "the load commands");
}

void Frame::each_command(FunctionRef<void(uint32_t, Bytes)> sink) const {
  uint64_t position = 0;
  for (uint32_t i = 0; i < command_count_; ++i) {
    uint32_t command = commands_.u32(position, endian_, "a load command");
    uint32_t size = commands_.u32(position + 4, endian_, "a load command's size");
    if (size < 8)
      commands_.fail(position + 4, fmt::format("expected a load command of 8 bytes or more, "
                                               "found one of {}",
                                               size));
    sink(command, commands_.slice(position, size, "a load command"));
    position += size;
  }
}

void read_sections(Bytes segment_command, Endian endian, std::vector<Section> &sections) {
  bool is_64 = segment_command.u32(0, endian) == LC_SEGMENT_64;
  uint64_t word = is_64 ? 8 : 4;
  uint64_t header_size = is_64 ? 72 : 56, entry_size = is_64 ? 80 : 68;
  uint32_t count = segment_command.u32(header_size - 8, endian, "a segment's count of sections");
  Bytes table = segment_command.table(header_size, count, entry_size, "a segment's sections");
  for (uint64_t i = 0; i < count; ++i) {
    Bytes entry = table.slice(i * entry_size, entry_size);
    Section section;
    section.name = entry.padded(0, 16);
    section.segment = entry.padded(16, 16);
    section.address = is_64 ? entry.u64(32, endian) : entry.u32(32, endian);
    section.size = is_64 ? entry.u64(32 + word, endian) : entry.u32(32 + word, endian);
    section.contents_at = entry.u32(32 + 2 * word, endian);
    section.relocations_at = entry.u32(40 + 2 * word, endian);
    section.relocations = entry.u32(44 + 2 * word, endian);
    section.flags = entry.u32(48 + 2 * word, endian);
    sections.push_back(section);
  }
}

std::vector<Section> sections_of(Bytes file) {
  Frame frame(file);
  std::vector<Section> sections;
  frame.each_command([&](uint32_t command, Bytes body) {
    if (command == LC_SEGMENT || command == LC_SEGMENT_64) read_sections(body, frame.endian(), sections);
  });
  return sections;
}

}  // namespace ldwhy::macho
