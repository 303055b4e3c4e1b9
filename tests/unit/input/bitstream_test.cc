#include "input/bitstream.h"

#include <functional>
#include <random>
#include <sstream>

#include "bit_writer.h"
#include "real_objects.h"

namespace ldwhy::bitcode {
namespace {

using testing::BitWriter;
using testing::Workshop;
using Kind = BitCursor::Entry::Kind;

Record copied(const Record &record, std::vector<uint64_t> &values) {
  values.assign(record.values.begin(), record.values.end());
  return record;
}

TEST(Bitstream, ReadsEveryEncoding) {
  BitWriter out;
  out.enter(8, 4);
  out.abbreviation(5);
  out.literal(7);
  out.encoded(1, 9);  // fixed
  out.encoded(2, 5);  // variable
  out.encoded(3);     // array of
  out.encoded(4);     // 6-bit characters
  out.abbreviation(3);
  out.literal(9);
  out.encoded(1, 0);  // a field without bits
  out.encoded(5);     // blob
  out.id(4);
  out.fixed(300, 9);
  out.vbr(123456789, 5);
  out.vbr(3, 6);
  out.fixed(0, 6);   // 'a'
  out.fixed(52, 6);  // '0'
  out.fixed(63, 6);  // '_'
  out.id(5);
  out.blob("hello");
  out.record(11, std::vector<uint64_t>{1, ~uint64_t{0}, 31, 32, uint64_t{1} << 60, 2});
  out.leave();

  BitCursor cursor{Bytes(out.bytes())};
  BitCursor::Entry entry = cursor.next();
  ASSERT_EQ(entry.kind, Kind::Block);
  ASSERT_EQ(entry.id, 8u);
  cursor.enter();
  std::vector<uint64_t> values;
  entry = cursor.next();
  ASSERT_EQ(entry.id, 4u);
  EXPECT_EQ(copied(cursor.read(entry), values).code, 7u);
  EXPECT_EQ(values, (std::vector<uint64_t>{300, 123456789, 'a', '0', '_'}));
  entry = cursor.next();
  ASSERT_EQ(entry.id, 5u);
  EXPECT_EQ(copied(cursor.read(entry), values).blob.text(), "hello");
  EXPECT_EQ(values, std::vector<uint64_t>{0});
  entry = cursor.next();
  ASSERT_EQ(entry.id, 3u);
  EXPECT_EQ(copied(cursor.read(entry), values).code, 11u);
  EXPECT_EQ(values, (std::vector<uint64_t>{1, ~uint64_t{0}, 31, 32, uint64_t{1} << 60, 2}));
  EXPECT_EQ(cursor.next().kind, Kind::End);
  EXPECT_EQ(cursor.next().kind, Kind::End);
}

TEST(Bitstream, BlobsViewTheFile) {
  BitWriter out;
  out.enter(23, 3);
  out.abbreviation(2);
  out.literal(1);
  out.encoded(5);
  out.id(4);
  out.blob("names");
  out.leave();
  BitCursor cursor{Bytes(out.bytes())};
  cursor.next();
  cursor.enter();
  const Record &record = cursor.read(cursor.next());
  EXPECT_EQ(record.blob.text(), "names");
  EXPECT_EQ(record.blob.text().data(), out.bytes().data() + record.blob.file_offset());
  EXPECT_EQ(cursor.next().kind, Kind::End);
}

TEST(Bitstream, PlainRecordsHoldNumbersOfAnyLength) {
  std::mt19937_64 random(20);
  for (int round = 0; round < 50; round++) {
    std::vector<uint64_t> values(random() % 40);
    for (uint64_t &value : values) value = random() >> random() % 64;
    BitWriter out;
    out.enter(8, 2 + round % 5);
    out.record(4000, values);
    out.leave();
    BitCursor cursor{Bytes(out.bytes())};
    cursor.next();
    cursor.enter();
    std::vector<uint64_t> got;
    EXPECT_EQ(copied(cursor.read(cursor.next()), got).code, 4000u);
    EXPECT_EQ(got, values);
    EXPECT_EQ(cursor.next().kind, Kind::End);
  }
}

TEST(Bitstream, BlockInfoHoldsForBlocksThatFollow) {
  BitWriter out;
  out.enter(8, 3);
  out.enter(0, 2);
  out.record(1, std::vector<uint64_t>{17});
  out.abbreviation(2);
  out.literal(5);
  out.encoded(1, 3);
  out.leave();
  out.enter(17, 4);
  out.abbreviation(2);
  out.literal(6);
  out.encoded(1, 8);
  out.id(4);  // the block information's
  out.fixed(6, 3);
  out.id(5);  // its own
  out.fixed(200, 8);
  out.leave();
  out.enter(18, 4);
  out.id(4);  // no abbreviation is known for this kind of block
  out.leave();
  out.leave();
  BitCursor cursor{Bytes(out.bytes())};
  cursor.next();
  cursor.enter();
  ASSERT_EQ(cursor.next().id, 17u);
  cursor.enter();
  std::vector<uint64_t> values;
  EXPECT_EQ(copied(cursor.read(cursor.next()), values).code, 5u);
  EXPECT_EQ(values, std::vector<uint64_t>{6});
  EXPECT_EQ(copied(cursor.read(cursor.next()), values).code, 6u);
  EXPECT_EQ(values, std::vector<uint64_t>{200});
  EXPECT_EQ(cursor.next().kind, Kind::End);
  ASSERT_EQ(cursor.next().id, 18u);
  cursor.enter();
  EXPECT_THROW(cursor.read(cursor.next()), Malformed);
}

TEST(Bitstream, RefusesWhatCannotFit) {
  auto read_first = [](const std::string &bytes) {
    BitCursor cursor{Bytes(bytes)};
    cursor.next();
    cursor.enter();
    cursor.read(cursor.next());
  };
  BitWriter many;  // more values than the block has bits for
  many.enter(8, 3);
  many.id(3);
  many.vbr(1, 6);
  many.vbr(uint64_t{1} << 40, 6);
  many.leave();
  EXPECT_THROW(read_first(many.bytes()), Malformed);

  BitWriter empty_elements;  // an array of a billion elements without bits
  empty_elements.enter(8, 3);
  empty_elements.abbreviation(3);
  empty_elements.literal(1);
  empty_elements.encoded(3);
  empty_elements.encoded(1, 0);
  empty_elements.id(4);
  empty_elements.vbr(1000000000, 6);
  empty_elements.leave();
  EXPECT_THROW(read_first(empty_elements.bytes()), Malformed);

  BitWriter endless;  // a number of more than 64 bits
  endless.enter(8, 3);
  endless.id(3);
  for (int i = 0; i < 20; i++) endless.fixed(63, 6);
  endless.leave();
  EXPECT_THROW(read_first(endless.bytes()), Malformed);

  std::string longer = many.bytes();
  longer[8] = 100;  // the block's length in words
  BitCursor cursor{Bytes(longer)};
  EXPECT_THROW(cursor.next(), Malformed);
}

TEST(Bitstream, TakesTheWrapperOff) {
  Workshop shop;
  shop.write("a.c", "int f(void) { return 1; }\n");
  shop.run("clang-22 --target=arm64-apple-macos11 -flto -c a.c -o wrapped.o");
  shop.run("clang-22 --target=aarch64-linux-gnu -flto -c a.c -o raw.o");
  std::string wrapped = shop.read("wrapped.o"), raw = shop.read("raw.o");
  EXPECT_TRUE(is_bitstream(Bytes(wrapped)));
  EXPECT_EQ(raw_bitstream(Bytes(wrapped)).file_offset(), 20u);
  EXPECT_EQ(raw_bitstream(Bytes(raw)).file_offset(), 0u);
  EXPECT_FALSE(
      is_bitstream(Bytes(std::string_view("\x7f"
                                          "ELF"))));
  wrapped[12] = wrapped[13] = wrapped[14] = '\x7f';  // a size beyond the file
  EXPECT_THROW(raw_bitstream(Bytes(wrapped)), Malformed);
}

// Every record of every block, as llvm-bcanalyzer prints them: "NAME op0 op1 …" without names.
std::vector<std::string> analyzed(const std::string &dump) {
  std::vector<std::string> records;
  std::istringstream lines(dump);
  for (std::string line; std::getline(lines, line);) {
    size_t begin = line.find('<');
    if (line.starts_with("Summary of ")) break;
    // Blocks have a size, wrappers a magic number, blobs and string tables their own form.
    if (begin == line.npos || line[begin + 1] == '/' || line.contains("NumWords=") || line.contains("BLOCKINFO") ||
        line.contains("Magic="))
      continue;
    std::string record;
    for (size_t at = line.find(" op"); at != line.npos; at = line.find(" op", at + 1)) {
      size_t equals = line.find('=', at);
      if (!std::isdigit(static_cast<unsigned char>(line[at + 3]))) break;
      record += line.substr(equals + 1, line.find_first_of(" /", equals) - equals - 1) + " ";
    }
    records.push_back(record);
  }
  return records;
}

TEST(Bitstream, AgreesWithLlvmOnEveryRecordOfRealModules) {
  Workshop shop;
  shop.write("a.cc",
             "struct B { virtual ~B() {} virtual int f(int a) { return a + 1; } };\n"
             "static const char *text[] = {\"one\", \"two\"};\n"
             "__attribute__((noinline)) int g(B *b, double d) { return b->f(int(d)); }\n"
             "int h(int i) { B b; return g(&b, 3.5) + text[i][0]; }\n");
  for (std::string version : {"14", "19", "22"}) {
    shop.run("clang-" + version + " -O1 -g -flto=thin -c a.cc -o a.o");
    std::vector<std::string> expected = analyzed(shop.output("llvm-bcanalyzer-" + version + " --dump a.o"));
    ASSERT_GT(expected.size(), 200u);
    std::string bytes = shop.read("a.o");
    std::vector<std::string> found;
    size_t skipped = 0;
    std::function<void(BitCursor &, bool)> walk = [&](BitCursor &cursor, bool keep) {
      for (;;) {
        BitCursor::Entry entry = cursor.next();
        if (entry.kind == Kind::End) return;
        if (entry.kind == Kind::Block) {
          cursor.enter();
          walk(cursor, keep);
        } else if (keep) {
          std::string line;
          for (uint64_t value : cursor.read(entry).values) line += std::to_string(static_cast<int64_t>(value)) + " ";
          found.push_back(line);
        } else {
          cursor.skip_record(entry);
          skipped++;
        }
      }
    };
    BitCursor reading{Bytes(bytes)};
    walk(reading, true);
    BitCursor skipping{Bytes(bytes)};
    walk(skipping, false);
    EXPECT_EQ(found, expected) << version;
    EXPECT_EQ(skipped, expected.size());
  }
}

}  // namespace
}  // namespace ldwhy::bitcode
