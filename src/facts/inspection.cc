#include "facts/inspection.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "base/words.h"
#include "command/command.h"
#include "facts/complaints.h"
#include "facts/link_line.h"
#include "name/rust_units.h"

namespace ldwhy {

std::string quoted(std::string_view word) { return quote_words({std::string(word)}); }

Format format_at_hand(const Facts &facts) {
  if (facts.format != Format::Unknown) return facts.format;
  switch (facts.flavor) {
    case Flavor::Darwin: return Format::MachO;
    case Flavor::Coff: return Format::Coff;
    case Flavor::Wasm: return Format::Wasm;
    default: return for_windows(facts) ? Format::Coff : Format::Elf;
  }
}

std::string file_of(std::string_view place) {
  size_t open = place.ends_with(')') ? place.rfind('(') : place.npos;
  if (open != place.npos && open > 0) place = place.substr(0, open);
  size_t number = place.ends_with(']') ? place.rfind('[') : place.npos;
  return std::string(number == place.npos || number == 0 ? place : place.substr(0, number));
}

std::string file_meant(const Case &c) { return file_of(place_meant(c)); }

std::string files_named(const Case &c, const Facts &facts) {
  std::vector<std::string> files;
  auto add = [&](std::string file) {
    if (!file.empty() && std::ranges::find(files, file) == files.end() && files.size() < 4)
      files.push_back(std::move(file));
  };
  for (const ReferencePlace &place : c.complaint->references) add(file_of(place.file));
  if (c.complaint->kind == ComplaintKind::Input) add(file_of(c.complaint->subject));
  if (files.empty()) return facts.flavor == Flavor::Coff ? "*.obj *.lib" : "*.o *.a";
  return quote_words(files);
}

std::string driver_of(const Facts &facts) {
  std::span<const std::string> words = shown_words(facts);
  return words.empty() ? "cc" : quoted(words.front());
}

std::string linker_program(const Facts &facts) {
  switch (facts.linker) {
    case Linker::Bfd: return "ld.bfd";
    case Linker::Gold: return "ld.gold";
    case Linker::Mold: return "mold";
    case Linker::Lld:
      return facts.flavor == Flavor::Darwin ? "ld64.lld"
             : facts.flavor == Flavor::Coff ? "lld-link"
             : facts.flavor == Flavor::Wasm ? "wasm-ld"
                                            : "ld.lld";
    case Linker::AppleLd64:
    case Linker::AppleLdPrime: return "xcrun ld";
    case Linker::LinkExe: return "link";
    default: return "ld";
  }
}

std::string show_target(const std::string &place, const Facts &facts) {
  std::string file = file_of(place);
  if (file.empty()) return "";
  switch (format_at_hand(facts)) {
    case Format::MachO:
      return fmt::format("lipo -info {0}; otool -l {0} | grep -A4 -m2 -e LC_BUILD_VERSION -e LC_VERSION_MIN",
                         quoted(file));
    case Format::Coff:
      return facts.linker == Linker::LinkExe ? fmt::format("dumpbin /headers {} | findstr machine", quoted(file))
                                             : fmt::format("objdump -f {} | grep -m3 format", quoted(file));
    case Format::Wasm: return fmt::format("llvm-readobj --file-header {}", quoted(file));
    default: return fmt::format("readelf -h {} | grep -E 'Class|Machine|Flags' | sort -u", quoted(file));
  }
}

std::string show_definers(const Case &c, const Facts &facts) {
  return c.name.empty() ? "" : fmt::format("nm -A {} | grep -w {}", files_named(c, facts), quoted(c.name));
}

std::string symbol_command(const Case &c, const Facts &facts) {
  // A log without line ends makes names of megabytes, which nobody types.
  constexpr size_t longest = 4000;
  if (c.name.empty() || c.name.size() > longest) return "";
  std::string command = "ldwhy symbol " + quote_words({c.name});
  if (!facts.command.empty()) return fmt::format("{} -- {}", command, facts.command);
  // The folder of outputs: ldwhy looks into all objects and libraries in it.
  return command + (facts.link && linked_by_rustc(*facts.link) ? " target" : " .");
}

}  // namespace ldwhy
