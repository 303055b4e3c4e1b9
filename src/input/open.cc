#include <fmt/format.h>

#include "input/input.h"

namespace ldwhy {
namespace {

// For the message: half of all "file format not recognized" errors are a file that was never
// built or never downloaded.
std::string describe(Likeness likeness, std::string_view head) {
  switch (likeness) {
    case Likeness::Empty: return "an empty file";
    case Likeness::GitLfs: return "a Git LFS pointer; the real file was never fetched";
    case Likeness::WebPage: return "an HTML page";
    case Likeness::DosProgram: return "a program for MS-DOS";
    case Likeness::Zip: return "a zip archive";
    case Likeness::Gzip: return "gzip-compressed data";
    case Likeness::Zeroes: return "zeroes";
    case Likeness::Text: return "text";
    case Likeness::Unknown: break;
  }
  std::string text = "unknown data that starts with";
  for (char c : head.substr(0, 4)) text += fmt::format(" {:02x}", static_cast<unsigned char>(c));
  return text;
}

}  // namespace

Likeness likeness_of(Bytes bytes) {
  std::string_view head = bytes.text().substr(0, 512);
  if (bytes.empty()) return Likeness::Empty;
  if (head.starts_with("version https://git-lfs")) return Likeness::GitLfs;
  size_t start = head.find_first_not_of(" \t\r\n");
  std::string_view first = start == head.npos ? std::string_view() : head.substr(start, 9);
  if (first == "<!DOCTYPE" || first == "<!doctype" || first.starts_with("<html") || first.starts_with("<HTML"))
    return Likeness::WebPage;
  if (head.starts_with("MZ")) return Likeness::DosProgram;
  if (head.starts_with("PK\3\4")) return Likeness::Zip;
  if (head.starts_with("\x1f\x8b")) return Likeness::Gzip;
  if (head.find_first_not_of('\0') == head.npos) return Likeness::Zeroes;
  for (char c : head)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f')
      return Likeness::Unknown;
  return Likeness::Text;
}

Result<std::unique_ptr<Object>> open_object(Bytes bytes) {
  for (const ObjectFormat *format : object_formats()) {
    if (!format->claims(bytes)) continue;
    try {
      return format->open(bytes);
    } catch (const Malformed &error) {
      return std::unexpected(Problem{"", "", error.offset(), error.what()});
    }
  }
  return std::unexpected(Problem{
      "", "", bytes.file_offset(),
      fmt::format("expected an object file, found {}", describe(likeness_of(bytes), bytes.text().substr(0, 4)))});
}

}  // namespace ldwhy
