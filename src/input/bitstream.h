// The container of LLVM bitcode: a stream of bits, not bytes (LLVM, "LLVM Bitcode
// File Format", sections "Bitstream Format" and "Bitcode Wrapper Format").
//
// A stream is a tree of blocks; a block holds records and blocks, each introduced
// by an abbreviation id of the block's own width. A record is a code and a list
// of numbers, written either plainly (ids 3) or in a layout that an earlier
// "define abbreviation" entry gave (ids from 4). A block states its length in
// words, so whatever the reader does not need costs nothing: it is jumped over.
//
// Every size is checked against the block that holds it, so a damaged stream ends
// in Malformed and never in a read outside, a large allocation or a long loop.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"

namespace ldwhy::bitcode {

// Whether bytes begin like bitcode, raw or in a wrapper.
bool is_bitstream(Bytes bytes);
// The raw stream, its wrapper taken off; it begins with 'B' 'C' 0xC0DE.
Bytes raw_bitstream(Bytes bytes);

struct Record {
  uint64_t code = 0;
  std::span<const uint64_t> values;  // valid until the next record is read
  Bytes blob;                        // views the file

  // Writers leave out trailing values that older readers would not know.
  uint64_t value(size_t index) const { return index < values.size() ? values[index] : 0; }
};

class BitCursor {
 public:
  struct Entry {
    enum class Kind : uint8_t { End, Block, Record };
    Kind kind = Kind::End;
    uint32_t id = 0;  // Block: the block's number; Record: its abbreviation id
  };

  // Stands at the outermost level of a raw stream.
  explicit BitCursor(Bytes stream);

  // The next entry of the current block. Abbreviation definitions and BLOCKINFO
  // blocks are noted on the way. After End the cursor stands behind the block,
  // in the one around it. A Block must be entered or skipped, a Record read or
  // skipped, before the next call.
  Entry next();
  void enter();
  void skip_block() { seek(pending_.end); }
  const Record &read(Entry entry);
  void skip_record(Entry entry);

  // Leaves the current block at once, whatever is left of it.
  void leave();

  // Where the block that next() has just met begins and ends, in bits: for coming
  // back to it later with enter_at(), from the outermost level.
  struct Place {
    uint32_t id = 0;
    uint32_t width = 0;
    uint64_t begin = 0;
    uint64_t end = 0;
  };
  const Place &block() const noexcept { return pending_; }
  void enter_at(const Place &place);
  uint64_t file_offset() const noexcept { return stream_.file_offset() + bit_ / 8; }
  [[noreturn]] void fail(const char *expected) const { throw Malformed(file_offset(), expected); }

 private:
  enum class Encoding : uint8_t { Literal, Fixed, Vbr, Array, Char6, Blob };
  struct Operand {
    Encoding encoding = Encoding::Literal;
    uint64_t value = 0;  // a literal's value, or a width in bits
  };
  using Abbreviation = std::vector<Operand>;
  struct Scope {
    uint32_t width = 2;  // of abbreviation ids
    uint64_t end = 0;    // in bits from the start of the stream
    // Abbreviations: those that BLOCKINFO had for this kind of block on entering, then its own.
    const std::vector<Abbreviation> *known = nullptr;
    size_t known_count = 0;
    std::vector<Abbreviation> own;
  };

  uint64_t bits_left() const noexcept { return scope_.end - bit_; }
  void seek(uint64_t bit) {
    if (bit > scope_.end) fail("expected the current block to hold this entry whole");
    bit_ = bit;
  }
  void align() { seek((bit_ + 31) & ~uint64_t{31}); }
  // The bits from bit_ on, low ones first: at least 57, zeros behind the end of the stream.
  uint64_t ahead() const;
  // `width` is from 1 to 32.
  uint64_t fixed(uint32_t width) {
    if (width > bits_left()) fail("expected more bits, found the end of the block");
    uint64_t value = ahead() & ((uint64_t{1} << width) - 1);
    bit_ += width;
    return value;
  }
  uint64_t vbr(uint32_t width);
  uint64_t vbr6() { return vbr(6); }
  void read_plain_values(uint64_t count);

  Abbreviation define_abbreviation();
  void block_header();
  void read_block_info(const Place &place);
  uint64_t scalar(const Operand &operand);
  uint64_t array_length(const Operand &element);
  Bytes blob();
  // Code and values of an abbreviated record; `keep` says whether to store them.
  void abbreviated(const Abbreviation &abbreviation, bool keep);
  const Abbreviation &abbreviation(uint32_t id) const;

  Bytes stream_;
  uint64_t bit_ = 32;  // where the next entry or field begins, behind the magic number
  Scope scope_;
  std::vector<Scope> outer_;
  Place pending_;
  std::vector<Place> waiting_info_;  // BLOCKINFO blocks passed, read when a block is entered
  std::unordered_map<uint64_t, std::vector<Abbreviation>> block_info_;
  size_t defined_ = 0;  // abbreviations so far
  std::vector<uint64_t> values_;
  Record record_;
};

// The values of a record, from `first` on, as characters.
std::string characters(const Record &record, size_t first = 0);

}  // namespace ldwhy::bitcode
