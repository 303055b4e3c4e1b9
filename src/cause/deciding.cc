#include "cause/deciding.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "base/words.h"
#include "cause/complaints.h"

namespace ldwhy {
namespace {

std::string quoted(std::string_view word) { return quote_words({std::string(word)}); }

// MinGW's linker is GNU's, its files are Windows'.
Format format_at_hand(const Facts &facts) {
  if (facts.format != Format::Unknown) return facts.format;
  switch (facts.flavor) {
    case Flavor::Darwin: return Format::MachO;
    case Flavor::Coff: return Format::Coff;
    case Flavor::Wasm: return Format::Wasm;
    default: return for_windows(facts) ? Format::Coff : Format::Elf;
  }
}

// "libx.a" of "libx.a(y.o)": tools take the archive.
// Apple's new linker numbers members as well: "libx.a[3](y.o)".
std::string file_of(std::string_view place) {
  size_t open = place.ends_with(')') ? place.rfind('(') : place.npos;
  if (open != place.npos && open > 0) place = place.substr(0, open);
  size_t number = place.ends_with(']') ? place.rfind('[') : place.npos;
  return std::string(number == place.npos || number == 0 ? place : place.substr(0, number));
}

std::string file_meant(const Case &c) { return file_of(place_meant(c)); }

// The driver of the command that the log shows, for questions that only it can answer.
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
      return facts.flavor == Flavor::Darwin ? "ld64.lld" : facts.flavor == Flavor::Coff ? "lld-link" : facts.flavor == Flavor::Wasm ? "wasm-ld" : "ld.lld";
    case Linker::AppleLd64:
    case Linker::AppleLdPrime: return "xcrun ld";
    case Linker::LinkExe: return "link";
    default: return "ld";
  }
}

// The files that the complaint names, at most four; the usual ones where it names none.
std::string files_named(const Case &c, const Facts &facts) {
  std::vector<std::string> files;
  auto add = [&](std::string file) {
    if (!file.empty() && std::ranges::find(files, file) == files.end() && files.size() < 4) files.push_back(std::move(file));
  };
  for (const ReferencePlace &place : c.complaint->references) add(file_of(place.file));
  if (c.complaint->kind == ComplaintKind::Input) add(file_of(c.complaint->subject));
  if (files.empty()) return facts.flavor == Flavor::Coff ? "*.obj *.lib" : "*.o *.a";
  return quote_words(files);
}

std::string relocation_named(const Case &c) {
  for (const std::string &note : c.complaint->notes)
    if (note.starts_with("R_") || note.starts_with("IMAGE_REL")) return note.substr(0, note.find_first_of(" (,"));
  return "";
}

std::string of_option(const Case &c, const Facts &facts) {
  std::string option = c.complaint->subject.substr(0, c.complaint->subject.find('='));
  if (option.empty()) return linker_program(facts) + " --help";
  if (option.starts_with("-fuse-ld") || option.starts_with("--ld-path")) return driver_of(facts) + " --version";
  if (facts.linker == Linker::LinkExe) return fmt::format("link /? | findstr /i {}", quoted(option));
  if (facts.linker == Linker::AppleLd64 || facts.linker == Linker::AppleLdPrime) return fmt::format("man ld | grep -n -e {}", quoted(option));
  return fmt::format("{} --help | grep -e {}", linker_program(facts), quoted(option));
}

std::string of_relocations(const Case &c, const Facts &facts) {
  std::string file = file_meant(c), relocation = relocation_named(c);
  if (file.empty()) file = "OBJECT";
  switch (format_at_hand(facts)) {
    case Format::MachO: return fmt::format("otool -rv {} | head -40", quoted(file));
    case Format::Coff: return fmt::format("objdump -r {}", quoted(file));
    case Format::Wasm: return fmt::format("llvm-readobj --relocations {}", quoted(file));
    default: break;
  }
  if (relocation.empty()) return fmt::format("readelf -rW {} | grep -E 'R_[A-Z0-9_]*_(32S?|64|ABS|PC32)'", quoted(file));
  return fmt::format("readelf -rW {} | grep -m5 -w {}", quoted(file), quoted(relocation));
}

std::string of_sizes(const Case &c, const Facts &facts) {
  std::string file = file_meant(c);
  if (format_at_hand(facts) == Format::Coff && facts.linker == Linker::LinkExe) return fmt::format("dumpbin /summary {}", quoted(file.empty() ? "*.obj" : file));
  if (file.empty()) return "size -t *.o";
  return fmt::format("size -t {}", quoted(file));
}

// The linker script of the shown command: -T x, -Tx, -Wl,-T,x.
std::string script_of(const Facts &facts) {
  std::span<const std::string> words = shown_words(facts);
  for (size_t i = 0; i < words.size(); ++i) {
    std::string_view word = words[i];
    if ((word == "-T" || word == "--script") && i + 1 < words.size()) return words[i + 1];
    if (word.starts_with("-Wl,-T")) return std::string(word.substr(6 + (word.substr(6).starts_with(',') ? 1 : 0)));
    if (word.starts_with("-T") && word.size() > 2 && !word.starts_with("-Ttext") && !word.starts_with("-Tdata") && !word.starts_with("-Tbss"))
      return std::string(word.substr(2));
  }
  return "";
}

std::string of_region(const Facts &facts) {
  if (facts.flavor == Flavor::Wasm) return "grep -rnE 'INITIAL_MEMORY|MAXIMUM_MEMORY|initial-memory|max-memory' --include='CMakeLists.txt' --include='Makefile*' .";
  if (std::string script = script_of(facts); !script.empty()) return fmt::format("grep -n -A8 MEMORY {}", quoted(script));
  return "grep -rn -A8 MEMORY --include='*.ld' --include='*.lds' --include='*.x' .";
}

std::string of_missing_file(const Case &c, const Facts &facts) {
  std::string name = c.complaint->subject;
  if (name.starts_with("-l")) name.erase(0, 2);
  if (name.empty()) return "";
  bool path = name.find('/') != name.npos || name.find('\\') != name.npos;
  if (path) return fmt::format("ls -l {}", quoted(name));
  if (c.complaint->code == "cannot-find-framework")
    return fmt::format("find / -name {} -not -path '/proc/*' 2>/dev/null", quoted(name + ".framework"));
  if (facts.flavor == Flavor::Coff) return fmt::format("where /R . {}", quoted(name.find('.') == name.npos ? name + ".lib" : name));
  bool bare = name.find('.') == name.npos;
  return fmt::format("find / -name {} -not -path '/proc/*' 2>/dev/null", quoted(bare ? fmt::format("lib{}.*", name) : name));
}

std::string of_kit(const Case &c, const Facts &facts) {
  if (facts.flavor == Flavor::Darwin) return "xcrun --show-sdk-path";
  if (facts.flavor == Flavor::Coff && facts.linker != Linker::Bfd) return fmt::format("where $LIB:{}", quoted(c.complaint->subject));
  std::string name(file_name(c.complaint->subject));
  if (c.complaint->code == "cannot-find-library" && name.find('.') == name.npos) name = fmt::format("lib{}.so", name);
  return fmt::format("{} -print-file-name={}", driver_of(facts), quoted(name));
}

std::string of_thread_local(const Case &c, const Facts &facts) {
  std::string all = files_named(c, facts);
  if (c.complaint->symbol.empty()) return fmt::format("readelf -rW {} | grep -E 'TPOFF|TLS|TPREL'", all);
  if (format_at_hand(facts) == Format::MachO) return fmt::format("nm -m {} | grep -w {}", all, quoted(c.complaint->symbol));
  return fmt::format("readelf -sW {} | grep -w {}", all, quoted(c.complaint->symbol));
}

std::string of_script(const Case &c) {
  std::string name = c.complaint->symbol;
  if (c.complaint->subject.empty() && name.empty()) return "";
  if (name.empty()) return fmt::format("cat -A {} | head -20", quoted(c.complaint->subject));
  if (c.complaint->subject.empty()) return fmt::format("grep -rnw {} --include='*.map' --include='*.ver' --include='*.sym' --include='*.lds' .", quoted(name));
  return fmt::format("grep -nw {} {}", quoted(name), quoted(c.complaint->subject));
}

std::string of_section(const Case &c) {
  std::string file = file_meant(c);
  std::string section;
  for (const std::string &note : c.complaint->notes)
    if (size_t dot = note.find('.'); dot != note.npos && section.empty()) section = note.substr(dot, note.find_first_of("'`[ ]", dot) - dot);
  if (section.size() < 2) return fmt::format("readelf -SgW {}", quoted(file.empty() ? "OBJECT" : file));
  return fmt::format("readelf -SgW {} | grep -F {}", quoted(file.empty() ? "OBJECT" : file), quoted(section));
}

std::string of_marks(const Case &c, const Facts &facts) {
  std::string file = file_meant(c);
  if (file.empty()) file = "OBJECT";
  switch (format_at_hand(facts)) {
    case Format::Coff: return fmt::format("dumpbin /headers /loadconfig {}", quoted(file));
    case Format::MachO: return fmt::format("otool -l {} | grep -A3 -e LLVM -e bitcode", quoted(file));
    case Format::Wasm: return fmt::format("llvm-readobj --sections {}", quoted(file));
    default: return fmt::format("readelf -nSW {} | grep -E 'Properties|x86 feature|AArch64 feature|GNU-stack'", quoted(file));
  }
}

std::string of_output(const Case &c) {
  if (says(c, "No space") || says(c, "isk full")) return "df -h .";
  std::string file = c.complaint->subject;
  if (file.empty()) return "df -h .";
  std::string folder(parent_path(file));
  return fmt::format("ls -ld {}; df -h .", quote_words({file, folder.empty() ? "." : folder}));
}

// Reading all inputs shows a damaged one, which linkers die of as well.
std::string of_crash(const Case &c, const Facts &facts) {
  if (!facts.command.empty()) return "ldwhy link -- " + facts.command;
  // The complaint's subject is the program that died.
  std::string file = c.complaint->references.empty() ? "" : file_of(c.complaint->references.front().file);
  return file.empty() ? linker_program(facts) + " --version" : fmt::format("ldwhy check {}", quoted(file));
}

std::string of_version(const Case &c) {
  std::string_view name = c.complaint->symbol;
  size_t at = name.find('@', 1);
  std::string_view base = name.substr(0, at), version = at == name.npos ? std::string_view() : name.substr(at);
  std::string library = version.find("GLIBCXX") != version.npos || version.find("CXXABI") != version.npos ? "libstdc++.so.6" : "libc.so.6";
  return fmt::format("objdump -T \"$(cc -print-file-name={})\" | grep -w {}", library, quoted(base));
}

std::string of_passed_over(const Case &c, const Facts &facts) {
  for (const Complaint *passed : facts.passed_over)
    if (!passed->subject.empty() && passed->subject.front() != '-') return show_target(passed->subject, facts);
  return c.complaint->subject.empty() ? "" : show_target(c.complaint->subject, facts);
}

}  // namespace

std::string show_target(const std::string &place, const Facts &facts) {
  std::string file = file_of(place);
  if (file.empty()) return "";
  switch (format_at_hand(facts)) {
    case Format::MachO: return fmt::format("lipo -info {0}; otool -l {0} | grep -A4 -m2 -e LC_BUILD_VERSION -e LC_VERSION_MIN", quoted(file));
    case Format::Coff: return facts.linker == Linker::LinkExe ? fmt::format("dumpbin /headers {} | findstr machine", quoted(file))
                                                             : fmt::format("objdump -f {} | grep -m3 format", quoted(file));
    case Format::Wasm: return fmt::format("llvm-readobj --file-header {}", quoted(file));
    default: return fmt::format("readelf -h {} | grep -E 'Class|Machine|Flags' | sort -u", quoted(file));
  }
}

std::string deciding_command(std::string_view cause, const Case &c, const Facts &facts) {
  if (cause == "bad-option") return of_option(c, facts);
  if (cause == "needs-pic") return of_relocations(c, facts);
  if (cause == "out-of-range") return of_sizes(c, facts);
  if (cause == "region-overflow") return of_region(facts);
  if (cause == "library-not-found") return of_missing_file(c, facts);
  if (cause == "sdk-missing") return of_kit(c, facts);
  if (cause == "tls-mismatch") return of_thread_local(c, facts);
  if (cause == "version-script") return of_script(c);
  if (cause == "section-discarded") return of_section(c);
  if (cause == "image-marks") return of_marks(c, facts);
  if (cause == "output-busy") return of_output(c);
  if (cause == "linker-crash") return of_crash(c, facts);
  if (cause == "target-mismatch") return show_target(place_meant(c), facts);
  if (cause == "wrong-target") return of_passed_over(c, facts);
  if (cause == "symbol-version") return of_version(c);
  if (cause == "lto-version-mismatch") {
    std::string file = file_meant(c);
    if (file.empty()) return facts.command.empty() ? "" : "ldwhy link -- " + facts.command;
    bool gcc = says(c, "LTO version");
    return gcc ? fmt::format("readelf -p .comment {}; gcc --version", quoted(file)) : fmt::format("llvm-bcanalyzer {} | grep -m1 -i producer", quoted(file));
  }
  if (cause == "lto-unreadable") return fmt::format("readelf -SW {} | grep -m3 gnu.lto_", files_named(c, facts));
  if (cause == "abi-mismatch" && facts.flavor == Flavor::Coff) return fmt::format("dumpbin /directives {} | findstr /i \"failifmismatch defaultlib\"", files_named(c, facts));
  if (cause == "signature-mismatch" || cause == "linked-twice")
    return c.name.empty() ? "" : fmt::format("nm -A {} | grep -w {}", files_named(c, facts), quoted(c.name));
  if (cause == "dso-indirect" && !c.complaint->subject.empty()) return fmt::format("nm -D --defined-only {} | head -40", quoted(c.complaint->subject));
  if (cause == "linker-not-found") return fmt::format("{} -print-prog-name=ld", driver_of(facts));
  if (cause == "command-too-long") return "getconf ARG_MAX";
  if (cause == "out-of-memory") return "free -h; dmesg | grep -i -A1 'out of memory'";
  if (cause == "wrong-format" && !file_meant(c).empty()) return fmt::format("file {0}; head -c 100 {0}", quoted(file_meant(c)));
  if (cause == "deployment-target" && !c.complaint->subject.empty()) return show_target(c.complaint->subject, facts);
  return "";
}

}  // namespace ldwhy
