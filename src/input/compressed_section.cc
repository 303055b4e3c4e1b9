#include "input/compressed_section.h"

#include <zlib.h>
#include <zstd.h>

namespace ldwhy {
namespace {

constexpr uint32_t ELFCOMPRESS_ZLIB = 1, ELFCOMPRESS_ZSTD = 2;

// Debug sections shrink to a third or a tenth. What claims far more is made to fill the memory.
constexpr uint64_t most_bytes = 256 << 20;
constexpr uint64_t most_growth = 64;
constexpr uint64_t always_allowed = 64 << 10;

bool inflate_zlib(std::string_view stream, std::string &contents) {
  uLongf size = contents.size();
  return ::uncompress(reinterpret_cast<Bytef *>(contents.data()), &size, reinterpret_cast<const Bytef *>(stream.data()),
                      stream.size()) == Z_OK &&
         size == contents.size();
}

bool inflate_zstd(std::string_view stream, std::string &contents) {
  return ::ZSTD_decompress(contents.data(), contents.size(), stream.data(), stream.size()) == contents.size();
}

}  // namespace

std::optional<std::string> decompress(const ElfFile &file, const ElfSection &section) {
  Bytes bytes = file.contents(section);
  uint32_t type = bytes.u32(0, file.endian(), "a compression header");
  uint64_t size = file.word(bytes, file.is_64() ? 8 : 4, "a compression header");
  std::string_view stream = bytes.from(file.is_64() ? 24 : 12).text();
  if (size > most_bytes || (size > always_allowed && size / most_growth > stream.size())) return std::nullopt;
  std::string contents(size, '\0');
  bool whole = type == ELFCOMPRESS_ZLIB   ? inflate_zlib(stream, contents)
               : type == ELFCOMPRESS_ZSTD ? inflate_zstd(stream, contents)
                                          : false;
  return whole ? std::optional(std::move(contents)) : std::nullopt;
}

}  // namespace ldwhy
