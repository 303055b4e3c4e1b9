#include <fmt/format.h>

#include "input/input.h"

namespace ldwhy {
namespace {

// What bytes that are no object look like, for the message: half of all "file format not
// recognized" errors are a file that was never built or never downloaded.
std::string likeness(Bytes bytes) {
  std::string_view head = bytes.text().substr(0, 512);
  if (bytes.empty()) return "an empty file";
  if (head.starts_with("version https://git-lfs")) return "a Git LFS pointer; the real file was never fetched";
  if (head.starts_with("<!DOCTYPE") || head.starts_with("<html")) return "an HTML page";
  if (head.starts_with("MZ")) return "a Windows program or DLL";
  if (head.starts_with(std::string_view("\0asm", 4))) return "a WebAssembly file";
  if (head.starts_with("PK\3\4")) return "a zip archive";
  if (head.starts_with("\x1f\x8b")) return "gzip-compressed data";
  if (head.find_first_not_of('\0') == head.npos) return "zeroes";
  for (char c : head)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f')
      return fmt::format("unknown data that starts with {:02x} {:02x} {:02x} {:02x}",
                         static_cast<unsigned char>(head[0]),
                         static_cast<unsigned char>(head.size() > 1 ? head[1] : 0),
                         static_cast<unsigned char>(head.size() > 2 ? head[2] : 0),
                         static_cast<unsigned char>(head.size() > 3 ? head[3] : 0));
  return "text";
}

}  // namespace

Result<std::unique_ptr<Object>> open_object(Bytes bytes) {
  for (const ObjectFormat *format : object_formats()) {
    if (!format->claims(bytes)) continue;
    try {
      return format->open(bytes);
    } catch (const Malformed &error) {
      return std::unexpected(Problem{"", "", error.offset(), error.what()});
    }
  }
  return std::unexpected(
      Problem{"", "", bytes.file_offset(), fmt::format("expected an object file, found {}", likeness(bytes))});
}

}  // namespace ldwhy
