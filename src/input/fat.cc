// Universal ("fat") Mach-O files (<mach-o/fat.h>): a big-endian header, a count, and for each
// architecture the place of a whole Mach-O file or archive. Java class files share the magic
// number; where the count stands they have their version, which never was below 45 in the low
// half, while no universal file has ever had nearly as many architectures.
#include <fmt/format.h>

#include <algorithm>

#include "input/input.h"
#include "input/macho.h"

namespace ldwhy {
namespace {

constexpr uint32_t magic_32 = 0xcafebabe, magic_64 = 0xcafebabf;
constexpr uint32_t lowest_java_version = 45;

std::vector<FatSlice> read_slices(Bytes bytes) {
  bool wide = bytes.u32(0, Endian::Big) == magic_64;
  uint32_t count = bytes.u32(4, Endian::Big);
  if (count == 0) bytes.fail(4, "expected a universal file with an architecture, found none");
  uint64_t entry_size = wide ? 32 : 20;
  Bytes entries = bytes.table(8, count, entry_size, "the universal file's table");
  std::vector<FatSlice> slices;
  for (uint64_t i = 0; i < count; ++i) {
    Bytes entry = entries.slice(i * entry_size, entry_size);
    uint64_t offset = wide ? entry.u64(8, Endian::Big) : entry.u32(8, Endian::Big);
    uint64_t size = wide ? entry.u64(16, Endian::Big) : entry.u32(12, Endian::Big);
    Target target = macho_target(entry.u32(0, Endian::Big), entry.u32(4, Endian::Big));
    if (offset < 8 + entries.size())
      entry.fail(8, fmt::format("expected the {} slice behind the universal file's table, found "
                                "offset {:#x}",
                                arch_name(target.arch), offset));
    slices.push_back({target, bytes.slice(offset, size, "a slice of the universal file")});
  }

  std::vector<const FatSlice *> by_place;
  for (const FatSlice &slice : slices) by_place.push_back(&slice);
  std::sort(by_place.begin(), by_place.end(),
            [](const FatSlice *a, const FatSlice *b) { return a->bytes.file_offset() < b->bytes.file_offset(); });
  for (size_t i = 1; i < by_place.size(); ++i) {
    const FatSlice &before = *by_place[i - 1], &after = *by_place[i];
    if (after.bytes.file_offset() - before.bytes.file_offset() < before.bytes.size())
      after.bytes.fail(0, fmt::format("expected slices apart, found {} inside {}", arch_name(after.target.arch),
                                      arch_name(before.target.arch)));
  }
  return slices;
}

}  // namespace

bool is_fat(Bytes bytes) {
  if (bytes.size() < 8) return false;
  uint32_t magic = bytes.u32(0, Endian::Big), count = bytes.u32(4, Endian::Big);
  return (magic == magic_32 || magic == magic_64) && count < lowest_java_version;
}

Result<std::vector<FatSlice>> read_fat(Bytes bytes) {
  try {
    return read_slices(bytes);
  } catch (const Malformed &error) {
    return std::unexpected(Problem{"", "", error.offset(), error.what()});
  }
}

}  // namespace ldwhy
