#include "base/bytes.h"

#include <gtest/gtest.h>

namespace ldwhy {
namespace {

using namespace std::string_view_literals;

TEST(Bytes, ReadsBothByteOrders) {
  Bytes bytes("\x01\x02\x03\x04\x05\x06\x07\x08"sv);
  EXPECT_EQ(bytes.u16(0, Endian::Little), 0x0201);
  EXPECT_EQ(bytes.u32(1, Endian::Big), 0x02030405u);
  EXPECT_EQ(bytes.u64(0, Endian::Big), 0x0102030405060708u);
}

TEST(Bytes, NamesTheAbsoluteOffsetOfAnAccessPastTheEnd) {
  Bytes part = Bytes("0123456789"sv).slice(4, 4);
  try {
    part.u32(2, Endian::Little, "a section header");
    FAIL() << "read past the end";
  } catch (const Malformed &error) {
    EXPECT_EQ(error.offset(), 8u);
    EXPECT_STREQ(error.what(), "expected a section header (4 bytes at offset 0x6), found the end of the data");
  }
}

TEST(Bytes, RefusesOffsetsAndCountsThatOverflow) {
  Bytes bytes("0123456789"sv);
  EXPECT_THROW(bytes.slice(~uint64_t{0}, 2), Malformed);
  EXPECT_THROW(bytes.slice(2, ~uint64_t{0}), Malformed);
  EXPECT_THROW(bytes.table(0, uint64_t{1} << 61, 16, "a table"), Malformed);
  EXPECT_THROW(bytes.from(11), Malformed);
  EXPECT_EQ(bytes.from(10).size(), 0u);
}

TEST(Bytes, StringsEndInsideTheView) {
  EXPECT_EQ(Bytes("ab\0cd"sv).c_string(0), "ab");
  EXPECT_THROW(Bytes("ab\0cd"sv).c_string(3), Malformed);
  EXPECT_EQ(Bytes("ab\0\0\0"sv).padded(0, 4), "ab");
  EXPECT_EQ(Bytes("abcd"sv).padded(0, 4), "abcd");
}

TEST(Cursor, ReadsLeb128) {
  Cursor cursor(Bytes("\xe5\x8e\x26\x7f\x80\x7f"sv));
  EXPECT_EQ(cursor.uleb128(), 624485u);
  EXPECT_EQ(cursor.sleb128(), -1);
  EXPECT_EQ(cursor.sleb128(), -128);
  EXPECT_TRUE(cursor.at_end());
  Cursor endless(Bytes("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"sv));
  EXPECT_THROW(endless.uleb128(), Malformed);
}

}  // namespace
}  // namespace ldwhy
