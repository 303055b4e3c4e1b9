// Archives (ar). The common part is in every ar(5): a magic line, then members, each a header of
// 60 characters and its contents, padded to an even length. The dialects differ in three places:
//
//   long names   GNU: "/123" is an offset into the member "//", where a name ends with "/\n"
//                (COFF: with a NUL). BSD: "#1/20" says that the contents start with a name of 20
//                bytes, padded with NULs.
//   index        GNU: "/" or "/SYM64/": big-endian count, member offsets, names. BSD and Darwin:
//                "__.SYMDEF", "__.SYMDEF SORTED", "__.SYMDEF_64", in the target's byte order:
//                pairs of name and member offset, then the names. COFF: a second "/" with
//                the same facts sorted by name, which adds nothing.
//   contents     GNU thin archives ("!<thin>\n") leave them in the files that they name; only
//                the index and the name table are there.
//
// AIX big archives chain their members through offsets and share nothing of this.
// Nothing is copied: names and contents are views of the file.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "input/input.h"

namespace ldwhy {
namespace {

constexpr std::string_view magic = "!<arch>\n", thin_magic = "!<thin>\n", aix_magic = "<bigaf>\n";
constexpr uint64_t header_size = 60;
// Longer names are no paths; the limit keeps the search for a name's end from growing with the
// name table.
constexpr uint64_t longest_name = 4096;
// Names of an index may be shared, but one in which they add up to more is there to waste time.
constexpr uint64_t name_multiple = 64;

// Digits at the start of a field that is filled up with spaces.
std::optional<uint64_t> decimal(std::string_view field) {
  uint64_t value = 0;
  size_t digits = 0;
  for (; digits < field.size() && field[digits] >= '0' && field[digits] <= '9'; ++digits)
    value = value * 10 + static_cast<uint64_t>(field[digits] - '0');  // 16 digits at most
  if (digits == 0 || field.find_first_not_of(' ', digits) != field.npos) return std::nullopt;
  return value;
}

std::string_view without_trailing(std::string_view text, char filler) {
  size_t last = text.find_last_not_of(filler);
  return last == text.npos ? std::string_view() : text.substr(0, last + 1);
}

class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(bytes) {}

  Archive read(size_t most_members) {
    try {
      if (bytes_.starts_with(aix_magic))
        bytes_.fail(0, "expected an ar archive, found an AIX big archive, which is not supported");
      archive_.thin = bytes_.starts_with(thin_magic);
      for (uint64_t at = magic.size(); at < bytes_.size() && archive_.members.size() < most_members;)
        at = read_member(at);
    } catch (const Malformed &error) {
      archive_.problems.push_back({"", std::string(name_), error.offset(), error.what()});
    }
    return std::move(archive_);
  }

 private:
  // Returns where the next header is.
  uint64_t read_member(uint64_t at) {
    name_ = {};
    Bytes header = bytes_.slice(at, header_size, "an archive member's header");
    if (header.text(58, 2) != "`\n")
      header.fail(58, "expected the end of an archive member's header (a grave accent and a newline)");
    std::optional<uint64_t> size = decimal(header.text(48, 10));
    if (!size) header.fail(48, "expected an archive member's size in decimal");
    std::string_view spelled = without_trailing(header.text(0, 16), ' ');

    bool is_table = spelled == "/" || spelled == "//" || spelled == "/SYM64/" || spelled.starts_with("/<") ||
                    spelled.starts_with("__.SYMDEF");
    bool outside = archive_.thin && !is_table;
    name_ = spelled;
    if (!is_table) {
      if (spelled.starts_with('/')) name_ = long_name(header, spelled);
      if (name_.ends_with('/')) name_.remove_suffix(1);
    }
    Bytes contents;
    if (!outside) contents = bytes_.slice(at + header_size, *size, "an archive member's contents");
    if (spelled.starts_with("#1/")) {
      std::optional<uint64_t> length = decimal(spelled.substr(3));
      if (!length) header.fail(3, "expected the length of an archive member's name in decimal");
      name_ = contents.padded(0, *length, "an archive member's name");
      contents = contents.from(*length);
    }
    if (is_table || (archive_.members.empty() && name_.starts_with("__.SYMDEF"))) read_table(contents);
    else archive_.members.push_back({name_, at, contents, outside});
    uint64_t end = at + header_size + (outside ? 0 : *size);
    return end + (end & 1);
  }

  std::string_view long_name(Bytes header, std::string_view spelled) const {
    // A thin archive inside a thin archive: "/12:345", the number after the colon being the
    // place of the member in the inner one.
    std::optional<uint64_t> offset = decimal(spelled.substr(1, spelled.find(':') - 1));
    if (!offset) header.fail(0, "expected an archive member's name");
    if (*offset >= names_.size())
      header.fail(1, fmt::format("expected an offset into the archive's table of names ({} bytes), "
                                 "found {}",
                                 names_.size(), *offset));
    Bytes rest = names_.from(*offset);
    std::string_view name = rest.text().substr(0, longest_name);
    size_t end = name.find('\n');
    end = std::min(end, name.substr(0, end).find('\0'));
    if (end == name.npos) rest.fail(0, "expected an archive member's name with an end");
    return name.substr(0, end);
  }

  void read_table(Bytes contents) {
    if (name_ == "//") names_ = contents;
    using Kind = Archive::IndexKind;
    Kind kind = Kind::None;
    if (name_ == "/") kind = Kind::Gnu32;
    if (name_ == "/SYM64/") kind = Kind::Gnu64;
    if (name_.starts_with("__.SYMDEF")) kind = name_.starts_with("__.SYMDEF_64") ? Kind::Bsd64 : Kind::Bsd32;
    if (kind == Kind::None || archive_.has_index) return;
    archive_.has_index = true;
    archive_.index = contents;
    archive_.index_kind = kind;
  }

  Bytes bytes_;
  Bytes names_;
  std::string_view name_;  // of the member being read; empty: not known yet
  Archive archive_;
};

using EntrySink = FunctionRef<void(const ArchiveIndexEntry &)>;

void visit_gnu(Bytes index, uint64_t word, EntrySink sink) {
  auto number = [&](uint64_t at) {
    return word == 8 ? index.u64(at, Endian::Big, "an archive index") : index.u32(at, Endian::Big, "an archive index");
  };
  uint64_t count = number(0);
  index.table(word, count, word, "the archive index's offsets");
  uint64_t name_at = word + count * word;
  for (uint64_t i = 0; i < count; ++i) {
    std::string_view name = index.c_string(name_at, "a name in the archive index");
    name_at += name.size() + 1;
    sink({name, number(word + i * word)});
  }
}

void visit_bsd(Bytes index, uint64_t word, EntrySink sink) {
  auto number = [&](uint64_t at, Endian endian) {
    return word == 8 ? index.u64(at, endian, "an archive index") : index.u32(at, endian, "an archive index");
  };
  // The byte order is the target's and not said: the one in which the size makes sense.
  auto plausible = [&](Endian endian) {
    uint64_t size = number(0, endian);
    return size % (2 * word) == 0 && size <= index.size() - word;
  };
  Endian endian = plausible(Endian::Little) ? Endian::Little : Endian::Big;
  if (!plausible(endian)) index.fail(0, "expected an archive index's size, found a larger number");
  uint64_t pairs = number(0, endian);
  Bytes names = index.slice(word + pairs + word, number(word + pairs, endian), "the archive index's names");
  uint64_t name_bytes_left = name_multiple * index.size();
  for (uint64_t at = word; at < word + pairs; at += 2 * word) {
    std::string_view name = names.c_string(number(at, endian), "a name in the archive index");
    if (name.size() > name_bytes_left)
      index.fail(at, "expected names in proportion to the archive index, found too many");
    name_bytes_left -= name.size();
    sink({name, number(at + word, endian)});
  }
}

}  // namespace

bool is_archive(Bytes bytes) {
  return bytes.starts_with(magic) || bytes.starts_with(thin_magic) || bytes.starts_with(aix_magic);
}

Archive read_archive(Bytes bytes) { return Reader(bytes).read(SIZE_MAX); }

Archive read_archive_head(Bytes bytes) { return Reader(bytes).read(1); }

std::optional<Problem> for_each_index_entry(const Archive &archive, EntrySink sink) {
  using Kind = Archive::IndexKind;
  try {
    switch (archive.index_kind) {
      case Kind::None: break;
      case Kind::Gnu32: visit_gnu(archive.index, 4, sink); break;
      case Kind::Gnu64: visit_gnu(archive.index, 8, sink); break;
      case Kind::Bsd32: visit_bsd(archive.index, 4, sink); break;
      case Kind::Bsd64: visit_bsd(archive.index, 8, sink); break;
    }
    return std::nullopt;
  } catch (const Malformed &error) {
    return Problem{"", "", error.offset(), error.what()};
  }
}

}  // namespace ldwhy
