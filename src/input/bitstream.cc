#include "input/bitstream.h"

#include <bit>

namespace ldwhy::bitcode {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view raw_magic = "BC\xC0\xDE"sv;
constexpr std::string_view wrapper_magic = "\xDE\xC0\x17\x0B"sv;

constexpr uint32_t end_block = 0;
constexpr uint32_t enter_subblock = 1;
constexpr uint32_t define_abbrev = 2;
constexpr uint32_t unabbreviated_record = 3;
constexpr uint32_t first_abbreviation = 4;
constexpr uint32_t block_info_block = 0;
constexpr uint64_t set_block_id = 1;

// No writer uses wider fields: LLVM's MaxChunkSize.
constexpr uint64_t widest_chunk = 32;
// LLVM's own modules define fewer than a hundred each.
constexpr size_t most_abbreviations = 1 << 16;
constexpr size_t most_nesting = 64;

}  // namespace

bool is_bitstream(Bytes bytes) { return bytes.starts_with(raw_magic) || bytes.starts_with(wrapper_magic); }

Bytes raw_bitstream(Bytes bytes) {
  if (bytes.starts_with(wrapper_magic)) {
    uint32_t offset = bytes.u32(8, Endian::Little, "the bitcode wrapper's offset field");
    uint32_t size = bytes.u32(12, Endian::Little, "the bitcode wrapper's size field");
    bytes = bytes.slice(offset, size, "the bitcode inside a wrapper");
  }
  if (!bytes.starts_with(raw_magic)) bytes.fail(0, "expected the bitcode magic number 'BC' 0xC0DE");
  return bytes;
}

BitCursor::BitCursor(Bytes stream) : stream_(stream) { scope_.end = uint64_t{stream.size()} * 8; }

// Reading is stateless but for the position: a load and a shift for each field, which the
// processor overlaps, and no buffer to keep right when jumping.
inline uint64_t BitCursor::ahead() const {
  uint64_t byte = bit_ / 8;
  uint64_t left = stream_.size() - byte;
  if (left >= 8) [[likely]]
    return stream_.u64(byte, Endian::Little) >> (bit_ % 8);
  uint64_t word = 0;
  for (uint64_t i = 0; i < left; i++) word |= uint64_t{stream_.u8(byte + i)} << (8 * i);
  return word >> (bit_ % 8);
}

uint64_t BitCursor::vbr(uint32_t width) {
  uint64_t more = uint64_t{1} << (width - 1);
  uint64_t piece = fixed(width);
  if (!(piece & more)) [[likely]]
    return piece;
  uint64_t value = piece & (more - 1);
  for (uint32_t shift = width - 1;; shift += width - 1) {
    piece = fixed(width);
    if (shift >= 64) fail("expected a variable-width number of at most 64 bits");
    value |= (piece & (more - 1)) << shift;
    if (!(piece & more)) return value;
  }
}

BitCursor::Entry BitCursor::next() {
  for (;;) {
    // The outermost level has no end entry; what follows its last block can only be padding.
    if (outer_.empty() && bits_left() < 64) return {};
    uint32_t id = static_cast<uint32_t>(fixed(scope_.width));
    if (id == end_block) {
      if (!outer_.empty()) leave();
      return {};
    }
    if (id == enter_subblock) {
      block_header();
      if (pending_.id != block_info_block) return {Entry::Kind::Block, pending_.id};
      waiting_info_.push_back(pending_);
      skip_block();
    } else if (id == define_abbrev) {
      scope_.own.push_back(define_abbreviation());
    } else {
      return {Entry::Kind::Record, id};
    }
  }
}

void BitCursor::block_header() {
  pending_.id = static_cast<uint32_t>(vbr(8));
  pending_.width = static_cast<uint32_t>(vbr(4));
  if (pending_.width < 2 || pending_.width > widest_chunk) fail("expected an abbreviation width from 2 to 32");
  align();
  uint64_t words = fixed(32);
  pending_.begin = bit_;
  if (words * 32 > bits_left()) fail("expected a block that ends inside the one around it");
  pending_.end = pending_.begin + words * 32;
}

void BitCursor::enter() {
  Place place = pending_;  // reading BLOCKINFO meets other blocks
  enter_at(place);
}

void BitCursor::enter_at(const Place &place) {
  if (outer_.size() == most_nesting) fail("expected fewer nested blocks");
  std::vector<Place> waiting;
  waiting.swap(waiting_info_);
  for (const Place &info : waiting) read_block_info(info);
  Scope scope{place.width, place.end, nullptr, 0, {}};
  if (auto known = block_info_.find(place.id); known != block_info_.end()) {
    scope.known = &known->second;
    scope.known_count = known->second.size();
  }
  outer_.push_back(std::move(scope_));
  scope_ = std::move(scope);
  seek(place.begin);
}

void BitCursor::leave() {
  uint64_t end = scope_.end;
  scope_ = std::move(outer_.back());
  outer_.pop_back();
  seek(end);
}

BitCursor::Abbreviation BitCursor::define_abbreviation() {
  if (++defined_ > most_abbreviations) fail("expected fewer abbreviation definitions");
  uint64_t count = vbr(5);
  // Each operand takes four bits at least.
  if (count == 0 || count > bits_left() / 4 || count > 1024)
    fail("expected an abbreviation with a sensible number of operands");
  Abbreviation made;
  made.reserve(count);
  for (uint64_t i = 0; i < count; i++) {
    if (fixed(1)) {
      made.push_back({Encoding::Literal, vbr(8)});
      continue;
    }
    uint64_t kind = fixed(3);
    if (kind < 1 || kind > 5) fail("expected an abbreviation operand encoding from 1 to 5");
    Operand operand{static_cast<Encoding>(kind), 0};
    if (operand.encoding == Encoding::Fixed || operand.encoding == Encoding::Vbr) {
      operand.value = vbr(5);
      if (operand.value > widest_chunk) fail("expected a field of at most 32 bits");
      // Fields without bits are zero; a one-bit variable field could carry nothing.
      if (operand.value == 0) operand.encoding = Encoding::Literal;
      else if (operand.value == 1 && operand.encoding == Encoding::Vbr)
        fail("expected a variable-width field of at least 2 bits");
    }
    made.push_back(operand);
  }
  for (uint64_t i = 0; i < count; i++) {
    Encoding encoding = made[i].encoding;
    bool last_but_one = i + 2 == count;
    if (i == 0 && (encoding == Encoding::Array || encoding == Encoding::Blob))
      fail("expected an abbreviation that begins with the record's code");
    if ((encoding == Encoding::Array && !last_but_one) || (encoding == Encoding::Blob && i + 1 != count))
      fail("expected an array or a blob only as an abbreviation's last operand");
    if (encoding == Encoding::Array &&
        (made.back().encoding == Encoding::Array || made.back().encoding == Encoding::Blob))
      fail("expected an array of numbers");
  }
  return made;
}

// "BLOCKINFO Block": abbreviations for blocks of other numbers.
void BitCursor::read_block_info(const Place &place) {
  size_t depth = outer_.size();
  enter_at(place);
  std::vector<Abbreviation> *target = nullptr;
  for (;;) {
    uint32_t id = static_cast<uint32_t>(fixed(scope_.width));
    if (id == end_block) {
      leave();
    } else if (id == enter_subblock) {
      block_header();
      skip_block();
    } else if (id == define_abbrev) {
      if (!target) fail("expected the number of the block that an abbreviation is for");
      target->push_back(define_abbreviation());
    } else {
      const Record &record = read({Entry::Kind::Record, id});
      if (record.code == set_block_id) target = &block_info_[record.value(0)];
    }
    if (outer_.size() == depth) return;
  }
}

const BitCursor::Abbreviation &BitCursor::abbreviation(uint32_t id) const {
  size_t index = id - first_abbreviation;
  if (index < scope_.known_count) return (*scope_.known)[index];
  index -= scope_.known_count;
  if (index >= scope_.own.size()) fail("expected an abbreviation that was defined before");
  return scope_.own[index];
}

uint64_t BitCursor::scalar(const Operand &operand) {
  switch (operand.encoding) {
    case Encoding::Literal: return operand.value;
    case Encoding::Fixed: return fixed(static_cast<uint32_t>(operand.value));
    case Encoding::Vbr: return vbr(static_cast<uint32_t>(operand.value));
    default: break;
  }
  constexpr std::string_view char6 = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._";
  return static_cast<unsigned char>(char6[fixed(6)]);
}

uint64_t BitCursor::array_length(const Operand &element) {
  uint64_t length = vbr6();
  uint64_t width = element.encoding == Encoding::Char6 ? 6 : element.value;
  // Elements without bits would let a few bytes stand for any number of them.
  bool weightless = element.encoding == Encoding::Literal && length > 0;
  if (weightless || (length > 0 && length > bits_left() / width)) fail("expected an array that fits into its block");
  return length;
}

Bytes BitCursor::blob() {
  uint64_t length = vbr6();
  align();
  if (length > bits_left() / 8) fail("expected a blob that fits into its block");
  uint64_t begin = bit_;
  Bytes bytes = stream_.slice(begin / 8, length, "a blob");
  seek((begin + length * 8 + 31) & ~uint64_t{31});
  return bytes;
}

void BitCursor::abbreviated(const Abbreviation &layout, bool keep) {
  record_.code = scalar(layout[0]);
  for (size_t i = 1; i < layout.size(); i++) {
    const Operand &operand = layout[i];
    if (operand.encoding == Encoding::Array) {
      const Operand &element = layout[i + 1];
      uint64_t length = array_length(element);
      if (keep) {
        for (uint64_t k = 0; k < length; k++) values_.push_back(scalar(element));
      } else if (element.encoding == Encoding::Vbr) {
        for (uint64_t k = 0; k < length; k++) scalar(element);
      } else if (length > 0) {
        seek(bit_ + length * (element.encoding == Encoding::Char6 ? 6 : element.value));
      }
      return;
    }
    if (operand.encoding == Encoding::Blob) {
      record_.blob = blob();
      return;
    }
    uint64_t value = scalar(operand);
    if (keep) values_.push_back(value);
  }
}

// Records of globals are written plainly, 20 numbers each, so this loop is where reading
// symbols spends its time. A load shows nine chunks of six bits; those with a clear top bit
// end a number.
void BitCursor::read_plain_values(uint64_t count) {
  constexpr uint64_t top_bits = 0x20820820820820;
  if (count > bits_left() / 6) fail("expected a record that fits into its block");
  values_.resize(count);
  for (size_t i = 0; i < count;) {
    uint64_t word = ahead();
    uint64_t ends = ~word & top_bits;
    if (ends == 0) {  // a number of more than nine chunks
      values_[i++] = vbr6();
      continue;
    }
    uint32_t used = 0;
    do {
      uint32_t end = static_cast<uint32_t>(std::countr_zero(ends)) + 1;
      uint64_t value = word >> used & 31;
      for (uint32_t at = used + 6, shift = 5; at < end; at += 6, shift += 5) value |= (word >> at & 31) << shift;
      values_[i++] = value;
      used = end;
      ends &= ends - 1;
    } while (ends != 0 && i < count);
    seek(bit_ + used);
  }
}

const Record &BitCursor::read(Entry entry) {
  values_.clear();
  record_.blob = {};
  if (entry.id == unabbreviated_record) {
    record_.code = vbr6();
    read_plain_values(vbr6());
  } else {
    abbreviated(abbreviation(entry.id), true);
  }
  record_.values = values_;
  return record_;
}

void BitCursor::skip_record(Entry entry) {
  if (entry.id != unabbreviated_record) {
    abbreviated(abbreviation(entry.id), false);
    return;
  }
  vbr6();
  uint64_t count = vbr6();
  if (count > bits_left() / 6) fail("expected a record that fits into its block");
  for (uint64_t i = 0; i < count; i++) vbr6();
}

std::string characters(const Record &record, size_t first) {
  std::string text;
  if (first >= record.values.size()) return text;
  text.reserve(record.values.size() - first);
  for (uint64_t value : record.values.subspan(first)) text += static_cast<char>(value);
  return text;
}

}  // namespace ldwhy::bitcode
