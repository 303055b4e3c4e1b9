// Checked views of input bytes.
//
// Every byte of every input file is read through this class. An access outside
// the view throws Malformed, which names the absolute file offset and what was
// expected there; model/object.h and input/open.h catch it and turn it into a
// Problem. Nothing is copied: a Bytes points into a mapped file (base/files.h),
// which must outlive it.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ldwhy {

enum class Endian : uint8_t { Little, Big };

// Thrown by Bytes and Cursor, and by readers that meet a value a format forbids.
class Malformed : public std::runtime_error {
 public:
  // `offset` counts from the start of the file (not of the view).
  Malformed(uint64_t offset, const std::string &expected) : std::runtime_error(expected), offset_(offset) {}
  uint64_t offset() const noexcept { return offset_; }

 private:
  uint64_t offset_;
};

class Bytes {
 public:
  constexpr Bytes() = default;
  constexpr Bytes(const char *data, size_t size, uint64_t file_offset = 0)
      : data_(data), size_(size), file_offset_(file_offset) {}
  explicit constexpr Bytes(std::string_view text, uint64_t file_offset = 0)
      : Bytes(text.data(), text.size(), file_offset) {}

  constexpr size_t size() const noexcept { return size_; }
  constexpr bool empty() const noexcept { return size_ == 0; }
  // Where the first byte of this view stands in its file.
  constexpr uint64_t file_offset() const noexcept { return file_offset_; }
  constexpr std::string_view text() const noexcept { return {data_, size_}; }
  constexpr bool starts_with(std::string_view magic) const noexcept { return text().starts_with(magic); }

  // `what` names the thing being read, for the message ("section header table").
  uint8_t u8(uint64_t offset, const char *what = "a byte") const {
    need(offset, 1, what);
    return static_cast<uint8_t>(data_[offset]);
  }
  uint16_t u16(uint64_t offset, Endian endian, const char *what = "a 16-bit value") const {
    return load<uint16_t>(offset, endian, what);
  }
  uint32_t u32(uint64_t offset, Endian endian, const char *what = "a 32-bit value") const {
    return load<uint32_t>(offset, endian, what);
  }
  uint64_t u64(uint64_t offset, Endian endian, const char *what = "a 64-bit value") const {
    return load<uint64_t>(offset, endian, what);
  }

  Bytes slice(uint64_t offset, uint64_t length, const char *what = "more bytes") const {
    need(offset, length, what);
    return {data_ + offset, static_cast<size_t>(length), file_offset_ + offset};
  }
  Bytes from(uint64_t offset, const char *what = "more bytes") const {
    need(offset, 0, what);
    return {data_ + offset, size_ - static_cast<size_t>(offset), file_offset_ + offset};
  }
  // `count` entries of `entry_size` bytes; the product cannot overflow.
  Bytes table(uint64_t offset, uint64_t count, uint64_t entry_size, const char *what) const;
  std::string_view text(uint64_t offset, uint64_t length, const char *what = "text") const {
    return slice(offset, length, what).text();
  }
  // The bytes from `offset` up to the next NUL, which must be inside the view.
  std::string_view c_string(uint64_t offset, const char *what = "a NUL-terminated string") const;
  // A fixed-width field: up to the first NUL or the field's end (ar, Mach-O names).
  std::string_view padded(uint64_t offset, uint64_t width, const char *what = "a name") const;

  // Asks the processor to fetch a byte that will be read soon; any offset is allowed.
  void prefetch(uint64_t offset) const noexcept {
    if (offset < size_) __builtin_prefetch(data_ + offset);
  }

  [[noreturn]] void fail(uint64_t offset, const std::string &expected) const {
    throw Malformed(file_offset_ + offset, expected);
  }

 private:
  void need(uint64_t offset, uint64_t length, const char *what) const {
    if (length > size_ || offset > size_ - length) [[unlikely]]
      out_of_range(offset, length, what);
  }
  [[noreturn]] void out_of_range(uint64_t offset, uint64_t length, const char *what) const;

  template <class T>
  T load(uint64_t offset, Endian endian, const char *what) const {
    need(offset, sizeof(T), what);
    T value;
    std::memcpy(&value, data_ + offset, sizeof(T));
    if ((endian == Endian::Big) == (std::endian::native == std::endian::big)) return value;
    if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
    else if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
    else return __builtin_bswap64(value);
  }

  const char *data_ = nullptr;
  size_t size_ = 0;
  uint64_t file_offset_ = 0;
};

// Reads a view front to back.
class Cursor {
 public:
  explicit Cursor(Bytes bytes, Endian endian = Endian::Little) : bytes_(bytes), endian_(endian) {}
  bool at_end() const noexcept { return position_ >= bytes_.size(); }
  uint64_t position() const noexcept { return position_; }
  uint64_t left() const noexcept { return bytes_.size() - position_; }

  uint8_t u8(const char *what = "a byte") { return bytes_.u8(step(1), what); }
  uint16_t u16(const char *what = "a 16-bit value") { return bytes_.u16(step(2), endian_, what); }
  uint32_t u32(const char *what = "a 32-bit value") { return bytes_.u32(step(4), endian_, what); }
  uint64_t u64(const char *what = "a 64-bit value") { return bytes_.u64(step(8), endian_, what); }
  // LEB128 as in DWARF 5, 7.6 (also WebAssembly and Mach-O export tries).
  uint64_t uleb128(const char *what = "a LEB128 number");
  int64_t sleb128(const char *what = "a LEB128 number");
  Bytes take(uint64_t length, const char *what = "more bytes") {
    Bytes taken = bytes_.slice(position_, length, what);
    position_ += length;
    return taken;
  }
  std::string_view c_string(const char *what = "a NUL-terminated string") {
    std::string_view text = bytes_.c_string(position_, what);
    position_ += text.size() + 1;
    return text;
  }
  [[noreturn]] void fail(const std::string &expected) const { bytes_.fail(position_, expected); }

 private:
  // Advances first; the read that follows checks the old position.
  uint64_t step(uint64_t width) {
    uint64_t old = position_;
    position_ += width;
    return old;
  }
  Bytes bytes_;
  Endian endian_;
  uint64_t position_ = 0;
};

}  // namespace ldwhy
