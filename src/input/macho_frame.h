// The frame of a Mach-O file (<mach-o/loader.h>): its header, and the load commands behind it,
// which say where everything else is.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/function_ref.h"

namespace ldwhy::macho {

enum SegmentCommand : uint32_t { LC_SEGMENT = 0x1, LC_SEGMENT_64 = 0x19 };

struct Section {
  std::string_view segment, name;
  uint64_t address = 0, size = 0;
  uint32_t contents_at = 0;
  uint32_t relocations_at = 0, relocations = 0;
  uint32_t flags = 0;
};

class Frame {
 public:
  // Throws Malformed where the load commands do not fit.
  explicit Frame(Bytes file);

  bool is_wide() const noexcept { return wide_; }  // 64 bits
  Endian endian() const noexcept { return endian_; }
  // The body of a command starts with its number and size.
  void each_command(FunctionRef<void(uint32_t command, Bytes body)> sink) const;

 private:
  bool wide_ = false;
  Endian endian_ = Endian::Little;
  uint32_t command_count_ = 0;
  Bytes commands_;
};

// Appends the sections of one LC_SEGMENT or LC_SEGMENT_64.
void read_sections(Bytes segment_command, Endian endian, std::vector<Section> &sections);
// All sections, in the order in which symbols number them.
std::vector<Section> sections_of(Bytes file);

}  // namespace ldwhy::macho
