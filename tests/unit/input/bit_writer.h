// Writes bitstreams by hand, for what compilers do not produce.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ldwhy::testing {

class BitWriter {
 public:
  BitWriter() { out_ = "BC\xC0\xDE"; }

  void fixed(uint64_t value, unsigned width) {
    for (unsigned i = 0; i < width; i++) {
      if (filled_ % 8 == 0) out_ += '\0';
      out_.back() = static_cast<char>(out_.back() | ((value >> i & 1) << filled_ % 8));
      filled_++;
    }
  }
  void vbr(uint64_t value, unsigned width) {
    uint64_t more = uint64_t{1} << (width - 1);
    for (; value >= more; value >>= width - 1) fixed((value & (more - 1)) | more, width);
    fixed(value, width);
  }
  void align() {
    while (filled_ % 32 != 0) fixed(0, 1);
  }

  void enter(uint32_t block, unsigned width) {
    fixed(1, widths_.back());
    vbr(block, 8);
    vbr(width, 4);
    align();
    lengths_.push_back(out_.size());
    fixed(0, 32);
    widths_.push_back(width);
  }
  void leave() {
    fixed(0, widths_.back());
    align();
    size_t at = lengths_.back();
    uint64_t words = (out_.size() - at - 4) / 4;
    for (int i = 0; i < 4; i++) out_[at + i] = static_cast<char>(words >> 8 * i);
    lengths_.pop_back();
    widths_.pop_back();
  }
  void record(uint64_t code, const std::vector<uint64_t> &values) {
    fixed(3, widths_.back());
    vbr(code, 6);
    vbr(values.size(), 6);
    for (uint64_t value : values) vbr(value, 6);
  }
  void record(uint64_t code, std::string_view text) { record(code, std::vector<uint64_t>(text.begin(), text.end())); }
  // "Define abbreviation"; operands follow with literal() and encoded().
  void abbreviation(unsigned operands) {
    fixed(2, widths_.back());
    vbr(operands, 5);
  }
  void literal(uint64_t value) {
    fixed(1, 1);
    vbr(value, 8);
  }
  void encoded(unsigned kind) {
    fixed(0, 1);
    fixed(kind, 3);
  }
  void encoded(unsigned kind, unsigned width) {
    encoded(kind);
    vbr(width, 5);
  }
  // The abbreviation id that introduces an entry.
  void id(uint32_t number) { fixed(number, widths_.back()); }
  void blob(std::string_view bytes) {
    vbr(bytes.size(), 6);
    align();
    for (char c : bytes) fixed(static_cast<unsigned char>(c), 8);
    align();
  }

  const std::string &bytes() const { return out_; }

 private:
  std::string out_;
  size_t filled_ = 32;
  std::vector<unsigned> widths_ = {2};
  std::vector<size_t> lengths_;
};

}  // namespace ldwhy::testing
