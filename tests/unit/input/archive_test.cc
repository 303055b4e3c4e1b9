#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <sstream>

#include "input/input.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

using namespace std::string_view_literals;
using testing::Workshop;

constexpr const char *long_name = "a_member_with_a_name_longer_than_sixteen.o";

std::vector<std::string> lines_of(const std::string &text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> names_in(const Archive &archive) {
  std::vector<std::string> names;
  for (const ArchiveMember &member : archive.members) names.emplace_back(member.name);
  return names;
}

// "symbol in member", by way of the header offsets.
std::vector<std::string> index_of(const Archive &archive) {
  std::map<uint64_t, std::string_view> members;
  for (const ArchiveMember &member : archive.members) members[member.header_offset] = member.name;
  std::vector<std::string> entries;
  std::optional<Problem> problem = for_each_index_entry(archive, [&](const ArchiveIndexEntry &e) {
    EXPECT_TRUE(members.contains(e.header_offset)) << e.symbol;
    entries.push_back(fmt::format("{} in {}", e.symbol, members[e.header_offset]));
  });
  EXPECT_FALSE(problem) << to_string(*problem);
  std::sort(entries.begin(), entries.end());
  return entries;
}

// What llvm-nm --print-armap says in the same words.
std::vector<std::string> index_by_nm(const Workshop &shop, const std::string &file) {
  std::vector<std::string> entries;
  for (const std::string &line : lines_of(shop.output("llvm-nm-22 --print-armap " + file + " 2>/dev/null"))) {
    if (line.empty()) break;  // the members' own symbols follow
    if (line.find(" in ") != line.npos) entries.push_back(line);
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

void make_objects(const Workshop &shop, const std::string &compiler) {
  shop.write("one.c", "int one(void) { return 1; }\nint uno;\n");
  shop.write("long.c", "int one(void); int two(void) { return one(); }\n");
  shop.run(compiler + " -c one.c -o one.o && " + compiler + " -c long.c -o " + long_name);
  shop.write("odd", "xyz");  // three bytes: padding follows
}

struct Dialect {
  const char *compiler;
  const char *command;
  Archive::IndexKind index;
};
constexpr Dialect dialects[] = {
    {"gcc", "ar rcs", Archive::IndexKind::Gnu32},
    {"gcc", "llvm-ar-22 --format=gnu rcs", Archive::IndexKind::Gnu32},
    {"gcc", "SYM64_THRESHOLD=0 llvm-ar-22 --format=gnu rcs", Archive::IndexKind::Gnu64},
    {"clang-22 --target=arm64-apple-macos11", "llvm-ar-22 --format=darwin rcs", Archive::IndexKind::Bsd32},
    {"clang-22 --target=arm64-apple-macos11", "SYM64_THRESHOLD=0 llvm-ar-22 --format=darwin rcs",
     Archive::IndexKind::Bsd64},
    {"gcc", "llvm-ar-22 --format=bsd rcs", Archive::IndexKind::Bsd32},
    {"clang-22 --target=x86_64-pc-windows-msvc", "llvm-ar-22 --format=coff rcs", Archive::IndexKind::Gnu32},
    {"gcc", "llvm-ar-14 --format=gnu rcs", Archive::IndexKind::Gnu32},
    {"clang-14 --target=x86_64-apple-macos11", "llvm-ar-14 --format=darwin rcs", Archive::IndexKind::Bsd32},
};

TEST(ArchiveReader, ReadsMembersAndIndexOfEachDialect) {
  for (const Dialect &dialect : dialects) {
    SCOPED_TRACE(dialect.command);
    Workshop shop;
    make_objects(shop, dialect.compiler);
    shop.run(fmt::format("{} lib.a odd one.o {}", dialect.command, long_name));
    std::string file = shop.read("lib.a");
    ASSERT_TRUE(is_archive(Bytes(file)));
    Archive archive = read_archive(Bytes(file));
    EXPECT_TRUE(archive.problems.empty());
    EXPECT_FALSE(archive.thin);
    EXPECT_TRUE(archive.has_index);
    EXPECT_EQ(archive.index_kind, dialect.index);
    EXPECT_EQ(names_in(archive), lines_of(shop.output("llvm-ar-22 t lib.a")));
    ASSERT_EQ(archive.members.size(), 3u);
    for (const ArchiveMember &member : archive.members) {
      std::string contents = shop.read(std::string(member.name));
      // Darwin's ar pads contents to eight bytes and counts the padding.
      EXPECT_EQ(member.bytes.text().substr(0, contents.size()), contents) << member.name;
      EXPECT_LT(member.bytes.size(), contents.size() + 8) << member.name;
      EXPECT_EQ(file.compare(member.bytes.file_offset(), member.bytes.size(), member.bytes.text()), 0);
      EXPECT_FALSE(member.thin);
      EXPECT_EQ(file.substr(member.header_offset + 58, 2), "`\n");
    }
    std::vector<std::string> index = index_of(archive);
    EXPECT_EQ(index, index_by_nm(shop, "lib.a"));
    EXPECT_EQ(index.size(), 3u);
  }
}

TEST(ArchiveReader, ThinArchivesNameFilesBesideThem) {
  for (const char *command : {"ar rcsT", "llvm-ar-22 --thin --format=gnu rcs"}) {
    SCOPED_TRACE(command);
    Workshop shop;
    make_objects(shop, "gcc");
    shop.run(fmt::format("mkdir sub && cp one.o sub/deep.o && {} lib.a one.o sub/deep.o {}", command, long_name));
    std::string file = shop.read("lib.a");
    ASSERT_TRUE(is_archive(Bytes(file)));
    Archive archive = read_archive(Bytes(file));
    EXPECT_TRUE(archive.problems.empty());
    EXPECT_TRUE(archive.thin);
    EXPECT_EQ(names_in(archive), (std::vector<std::string>{"one.o", "sub/deep.o", long_name}));
    for (const ArchiveMember &member : archive.members) {
      EXPECT_TRUE(member.thin);
      EXPECT_TRUE(member.bytes.empty());
    }
    EXPECT_EQ(archive.index_kind, Archive::IndexKind::Gnu32);
    // The index names both one.o and its copy.
    EXPECT_EQ(index_of(archive).size(), 5u);
  }
}

TEST(ArchiveReader, KeepsRustsMetadataAsAMember) {
  Workshop shop;
  shop.write("lib.rs", "#[no_mangle] pub extern \"C\" fn from_rust() -> i32 { 4 }\n");
  shop.run("rustc --crate-type rlib --crate-name r lib.rs -o libr.rlib 2>/dev/null");
  std::string file = shop.read("libr.rlib");
  Archive archive = read_archive(Bytes(file));
  EXPECT_TRUE(archive.problems.empty());
  std::vector<std::string> names = names_in(archive);
  EXPECT_EQ(names, lines_of(shop.output("llvm-ar-22 t libr.rlib")));
  EXPECT_NE(std::find(names.begin(), names.end(), "lib.rmeta"), names.end());
  EXPECT_EQ(index_of(archive), index_by_nm(shop, "libr.rlib"));
  EXPECT_GE(index_of(archive).size(), 1u);
}

TEST(ArchiveReader, ReadsArchivesWithoutIndexOrMembers) {
  Workshop shop;
  make_objects(shop, "gcc");
  shop.run("ar rcS lib.a one.o && ar rcS empty.a");
  std::string file = shop.read("lib.a"), empty = shop.read("empty.a");
  Archive archive = read_archive(Bytes(file));
  EXPECT_FALSE(archive.has_index);
  EXPECT_EQ(archive.index_kind, Archive::IndexKind::None);
  EXPECT_EQ(names_in(archive), std::vector<std::string>{"one.o"});
  EXPECT_TRUE(index_of(archive).empty());

  ASSERT_TRUE(is_archive(Bytes(empty)));
  archive = read_archive(Bytes(empty));
  EXPECT_TRUE(archive.members.empty());
  EXPECT_TRUE(archive.problems.empty());
}

TEST(ArchiveReader, BigEndianIndexOfDarwin) {
  // "__.SYMDEF" of a PowerPC archive: one pair (name 0, member at 100), the string "_f".
  std::string index("\0\0\0\x08\0\0\0\0\0\0\0\x64\0\0\0\4_f\0\0", 20);
  std::string file = fmt::format("!<arch>\n{:<16}{:<32}{:<10}`\n{}", "__.SYMDEF", "0", index.size(), index);
  Archive archive = read_archive(Bytes(file));
  ASSERT_EQ(archive.index_kind, Archive::IndexKind::Bsd32);
  std::vector<std::string> seen;
  EXPECT_FALSE(for_each_index_entry(
      archive, [&](const ArchiveIndexEntry &e) { seen.push_back(fmt::format("{} {}", e.symbol, e.header_offset)); }));
  EXPECT_EQ(seen, std::vector<std::string>{"_f 100"});
}

TEST(ArchiveReader, AixArchivesAreNamedAndNotRead) {
  ASSERT_TRUE(is_archive(Bytes("<bigaf>\n0000"sv)));
  Archive archive = read_archive(Bytes("<bigaf>\n0000"sv));
  EXPECT_TRUE(archive.members.empty());
  ASSERT_EQ(archive.problems.size(), 1u);
  EXPECT_NE(archive.problems[0].text.find("AIX"), std::string::npos);
  EXPECT_FALSE(is_archive(Bytes("!<arch>"sv)));
  EXPECT_FALSE(is_archive(Bytes(""sv)));
}

TEST(ArchiveReader, MembersBeforeTheDamageStand) {
  Workshop shop;
  make_objects(shop, "gcc");
  shop.run(fmt::format("ar rcs lib.a one.o odd {}", long_name));
  std::string file = shop.read("lib.a");
  Archive whole = read_archive(Bytes(file));
  ASSERT_EQ(whole.members.size(), 3u);
  uint64_t second = whole.members[1].header_offset;

  std::string bad_mark = file;
  bad_mark[second + 58] = 'x';
  Archive archive = read_archive(Bytes(bad_mark));
  EXPECT_EQ(names_in(archive), std::vector<std::string>{"one.o"});
  ASSERT_EQ(archive.problems.size(), 1u);
  EXPECT_EQ(archive.problems[0].offset, second + 58);
  EXPECT_EQ(archive.problems[0].member, "");

  for (const char *size : {"          ", "12x       ", "-5        ", "0x10      "}) {
    std::string bad_size = file;
    bad_size.replace(second + 48, 10, size);
    archive = read_archive(Bytes(bad_size));
    EXPECT_EQ(archive.members.size(), 1u);
    ASSERT_EQ(archive.problems.size(), 1u);
    EXPECT_EQ(archive.problems[0].offset, second + 48);
  }

  std::string long_size = file;
  long_size.replace(second + 48, 10, "9999999999");
  archive = read_archive(Bytes(long_size));
  EXPECT_EQ(archive.members.size(), 1u);
  ASSERT_EQ(archive.problems.size(), 1u);
  EXPECT_EQ(archive.problems[0].member, "odd");
  EXPECT_EQ(archive.problems[0].offset, file.size());

  std::string bad_name = file;
  bad_name.replace(whole.members[2].header_offset, 4, "/999");
  archive = read_archive(Bytes(bad_name));
  EXPECT_EQ(archive.members.size(), 2u);
  ASSERT_EQ(archive.problems.size(), 1u);
}

void exercise(Bytes bytes) {
  Archive archive = read_archive(bytes);
  EXPECT_LE(archive.members.size(), bytes.size() / 60);
  uint64_t total = 0;
  for (const ArchiveMember &member : archive.members) total += member.bytes.size() + 60;
  EXPECT_LE(total, bytes.size());
  for_each_index_entry(archive, [&](const ArchiveIndexEntry &e) { total += e.symbol.size(); });
}

TEST(ArchiveReader, SurvivesTruncationAnywhereAndFlippedBytes) {
  for (const Dialect &dialect : dialects) {
    SCOPED_TRACE(dialect.command);
    Workshop shop;
    make_objects(shop, dialect.compiler);
    shop.run(fmt::format("{} lib.a one.o odd {}", dialect.command, long_name));
    std::string file = shop.read("lib.a");
    size_t whole = read_archive(Bytes(file)).members.size();
    for (size_t length = 8; length < file.size() - 8; ++length) {
      std::string part = file.substr(0, length);
      exercise(Bytes(part));
      EXPECT_LT(read_archive(Bytes(part)).members.size(), whole) << length;
    }
    std::mt19937 random(7);
    for (int round = 0; round < 2000; ++round) {
      std::string damaged = file;
      for (int i = 0; i < 3; ++i) damaged[random() % (i ? damaged.size() : 200)] = static_cast<char>(random());
      exercise(Bytes(damaged));
    }
  }
}

}  // namespace
}  // namespace ldwhy
