#include "base/bytes.h"

#include <fmt/format.h>

namespace ldwhy {

void Bytes::out_of_range(uint64_t offset, uint64_t length, const char *what) const {
  uint64_t missing_at = offset > size_ ? offset : static_cast<uint64_t>(size_);
  throw Malformed(file_offset_ + missing_at,
                  fmt::format("expected {} ({} byte{} at offset {:#x}), found the end of the data", what, length,
                              length == 1 ? "" : "s", file_offset_ + offset));
}

Bytes Bytes::table(uint64_t offset, uint64_t count, uint64_t entry_size, const char *what) const {
  if (entry_size != 0 && count > size_ / entry_size)
    fail(offset, fmt::format("expected {} ({} entries of {} bytes), which cannot fit in {} bytes", what, count,
                             entry_size, size_));
  return slice(offset, count * entry_size, what);
}

std::string_view Bytes::c_string(uint64_t offset, const char *what) const {
  need(offset, 1, what);
  const void *end = std::memchr(data_ + offset, 0, size_ - offset);
  if (!end) fail(offset, fmt::format("expected {} with a terminating NUL", what));
  return {data_ + offset, static_cast<size_t>(static_cast<const char *>(end) - (data_ + offset))};
}

std::string_view Bytes::padded(uint64_t offset, uint64_t width, const char *what) const {
  std::string_view field = text(offset, width, what);
  return field.substr(0, field.find('\0'));
}

uint64_t Cursor::uleb128(const char *what) {
  uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    uint8_t byte = u8(what);
    if (shift >= 64 || (shift == 63 && (byte & 0x7e))) fail("expected a LEB128 number of at most 64 bits");
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (!(byte & 0x80)) return value;
  }
}

int64_t Cursor::sleb128(const char *what) {
  uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    uint8_t byte = u8(what);
    if (shift >= 64) fail("expected a LEB128 number of at most 64 bits");
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte & 0x80) continue;
    if ((byte & 0x40) && shift + 7 < 64) value |= ~uint64_t{0} << (shift + 7);
    return static_cast<int64_t>(value);
  }
}

}  // namespace ldwhy
