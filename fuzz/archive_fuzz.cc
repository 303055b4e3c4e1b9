// Archives with their index, and universal files, whose slices may be archives.
#include <cstdint>
#include <cstdlib>

#include "input/input.h"

namespace {

void look(ldwhy::Bytes bytes) {
  ldwhy::Archive archive = ldwhy::read_archive(bytes);
  if (archive.members.size() > bytes.size() / 60) std::abort();
  size_t total = 0;
  for (const ldwhy::ArchiveMember &member : archive.members) {
    if (!member.name.empty()) total += static_cast<unsigned char>(member.name.back());
    if (!member.bytes.empty()) total += member.bytes.u8(member.bytes.size() - 1);
  }
  ldwhy::for_each_index_entry(archive, [&](const ldwhy::ArchiveIndexEntry &entry) {
    if (!entry.symbol.empty()) total += static_cast<unsigned char>(entry.symbol.back());
  });
  [[maybe_unused]] volatile size_t sink = total;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ldwhy::Bytes bytes(reinterpret_cast<const char *>(data), size);
  if (ldwhy::is_archive(bytes)) look(bytes);
  if (ldwhy::is_fat(bytes)) {
    ldwhy::Result<std::vector<ldwhy::FatSlice>> slices = ldwhy::read_fat(bytes);
    if (slices)
      for (const ldwhy::FatSlice &slice : *slices)
        if (ldwhy::is_archive(slice.bytes)) look(slice.bytes);
  }
  return 0;
}
