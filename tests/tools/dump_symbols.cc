// Prints what the readers tell of many files in one pass, as rows that tests/readers_test.py
// compares with those of other tools.
//
//   dump_symbols nm|dynamic|columns|references|facts|all [FILE...]       (no FILE: paths on standard input)
//
//   nm          full symbol tables, as "llvm-nm -A --format=posix --no-sort --debug-syms"
//   dynamic     dynamic ones, as with -D
//   columns     number, value, size, type, binding, visibility, section and name, as readelf has them
//   references  relocations: section, offset, symbol, and the function that holds the place
//   facts       kind, target, own name, needed and re-exported libraries, options, marks
//   all         each of these in turn
//
// Every row starts with the file, "path" or "path[member]", and what cannot be read has one row
// "PATH: !PROBLEM". Letters of sections are reduced to D and d: a definition, global or local.
#include <fmt/format.h>

#include <cctype>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "base/files.h"
#include "input/input.h"

using namespace ldwhy;

namespace {

using Rows = fmt::memory_buffer;

void flush(Rows &out, size_t limit) {
  if (out.size() < limit) return;
  std::fwrite(out.data(), 1, out.size(), stdout);
  out.clear();
}

// The letter of nm. Of Mach-O it tells weak symbols as strong ones, of ELF indirect functions
// as nothing else; a COFF section wanted by name is to it a section like others.
char letter_of(const Symbol &symbol, Format format) {
  bool local = symbol.binding == Binding::Local;
  if (local && symbol.type == SymbolType::Section) return 'd';
  if (symbol.weak_search != WeakSearch::None) return symbol.weak_search == WeakSearch::Alias ? 'W' : 'w';
  if (format == Format::Elf && symbol.type == SymbolType::IndirectFunction && is_defined(symbol)) return 'i';
  if (symbol.binding == Binding::Weak && format != Format::MachO) return is_defined(symbol) ? 'W' : 'w';
  if (symbol.state == SymbolState::Common) return local ? 'c' : 'C';
  if (!is_defined(symbol)) return 'U';
  return local ? 'd' : 'D';
}

void print_version(const Symbol &symbol, Rows &out) {
  if (symbol.version.empty()) return;
  fmt::format_to(std::back_inserter(out), "{}{}", symbol.default_version ? "@@" : "@", symbol.version);
}

// Values and sizes are comparable for ELF only: other formats count from other places. Of COFF,
// nm spells the entry that holds a source file's name as the entry is called.
void print_nm(const Object &object, const std::string &file, bool dynamic, Rows &out) {
  Format format = object.target().format;
  bool is_native_elf = format == Format::Elf && object.kind() != ObjectKind::Bitcode;
  std::optional<Problem> problem = object.for_each_symbol([&](const Symbol &symbol) {
    if (symbol.dynamic != dynamic) return;
    char letter = letter_of(symbol, format);
    bool is_coff_file = format == Format::Coff && symbol.type == SymbolType::File;
    fmt::format_to(std::back_inserter(out), "{}: {}", file, is_coff_file ? ".file" : symbol.name);
    print_version(symbol, out);
    if (!is_native_elf) fmt::format_to(std::back_inserter(out), " {}\n", letter);
    else if (!is_defined(symbol)) fmt::format_to(std::back_inserter(out), " {} 0 0\n", letter);
    else if (symbol.state == SymbolState::Common)
      fmt::format_to(std::back_inserter(out), " {} {:x} {:x}\n", letter, symbol.size, symbol.size);
    else fmt::format_to(std::back_inserter(out), " {} {:x} {:x}\n", letter, symbol.value, symbol.size);
    flush(out, 1 << 20);
  });
  if (problem) fmt::format_to(std::back_inserter(out), "{}: !{}\n", file, to_string(*problem));
}

void print_columns(const Object &object, const std::string &file, Rows &out) {
  constexpr const char *types[] = {"NOTYPE", "FUNC", "OBJECT", "TLS", "IFUNC", "SECTION", "FILE"};
  constexpr const char *bindings[] = {"LOCAL", "GLOBAL", "WEAK"};
  constexpr const char *visibilities[] = {"DEFAULT", "PROTECTED", "HIDDEN", "INTERNAL"};
  object.for_each_symbol([&](const Symbol &symbol) {
    std::string section = symbol.state == SymbolState::Undefined ? "UND"
                          : symbol.state == SymbolState::Common  ? "COM"
                          : symbol.section == 0                  ? "ABS"
                                                                 : std::to_string(symbol.section);
    fmt::format_to(std::back_inserter(out), "{}: {} {:x} {} {} {} {} {} {}", file, symbol.index, symbol.value,
                   symbol.size, types[static_cast<int>(symbol.type)], bindings[static_cast<int>(symbol.binding)],
                   visibilities[static_cast<int>(symbol.visibility)], section, symbol.name);
    print_version(symbol, out);
    fmt::format_to(std::back_inserter(out), "\n");
    flush(out, 1 << 20);
  });
}

void print_references(const Object &object, const std::string &file, Rows &out) {
  std::optional<Problem> problem = object.for_each_reference([&](const Reference &reference) {
    fmt::format_to(std::back_inserter(out), "{}: {}\t{:x}\t{}\t{}\n", file, reference.section, reference.offset,
                   reference.symbol, reference.function);
    flush(out, 1 << 20);
  });
  if (problem) fmt::format_to(std::back_inserter(out), "{}: !{}\n", file, to_string(*problem));
}

void print_facts(const Object &object, const std::string &file, Rows &out) {
  constexpr const char *kinds[] = {"relocatable", "shared", "executable", "stub", "bitcode", "gcc-slim-lto", "import"};
  auto row = [&](const char *what, std::string_view text) {
    if (!text.empty()) fmt::format_to(std::back_inserter(out), "{}: {} {}\n", file, what, text);
  };
  row("kind", kinds[static_cast<int>(object.kind())]);
  row("target", describe(object.target()));
  row("name", object.shared_name());
  for (std::string_view name : object.needed()) row("needs", name);
  for (std::string_view name : object.reexported()) row("reexports", name);
  for (std::string_view option : object.linker_options()) row("option", option);
  for (std::string_view mark : object.marks()) row("mark", mark);
  for (const std::string &feature : object.features()) row("feature", feature);
  EmbeddedIr ir = object.embedded_ir();
  if (ir.object) row("ir", ir.section);
}

void print_object(Bytes bytes, const std::string &file, std::string_view what, Rows &out) {
  Result<std::unique_ptr<Object>> object = open_object(bytes);
  if (!object) fmt::format_to(std::back_inserter(out), "{}: !{}\n", file, to_string(object.error()));
  if (!object) return;
  bool all = what == "all";
  if (all || what == "nm") print_nm(**object, file, false, out);
  if (all || what == "dynamic") print_nm(**object, file, true, out);
  if (all || what == "columns") print_columns(**object, file, out);
  if (all || what == "references") print_references(**object, file, out);
  if (all || what == "facts") print_facts(**object, file, out);
}

void print_bytes(Bytes bytes, const std::string &path, const Files &files, std::string_view what, Rows &out) {
  if (!is_archive(bytes)) return print_object(bytes, path, what, out);
  Archive archive = read_archive(bytes);
  for (const Problem &problem : archive.problems)
    fmt::format_to(std::back_inserter(out), "{}: !{}\n", path, to_string(problem));
  for (const ArchiveMember &member : archive.members) {
    Bytes contents = member.bytes;
    FileRef outside;
    if (member.thin) {
      Result<FileRef> file = files.open(join_path(parent_path(path), member.name));
      if (file) outside = *file, contents = outside->bytes();
    }
    print_object(contents, fmt::format("{}[{}]", path, member.name), what, out);
  }
}

void dump_file(const std::string &path, const Files &files, std::string_view what, Rows &out) {
  Result<FileRef> file = files.open(path);
  if (!file) {
    fmt::format_to(std::back_inserter(out), "{}: !{}\n", path, to_string(file.error()));
    return;
  }
  Bytes bytes = (*file)->bytes();
  if (!is_fat(bytes)) return print_bytes(bytes, path, files, what, out);
  Result<std::vector<FatSlice>> slices = read_fat(bytes);
  if (!slices) fmt::format_to(std::back_inserter(out), "{}: !{}\n", path, to_string(slices.error()));
  if (slices)
    for (const FatSlice &slice : *slices) print_bytes(slice.bytes, path, files, what, out);
}

}  // namespace

int main(int count, char **words) {
  if (count < 2) return 2;
  DiskFiles files;
  Rows out;
  for (int i = 2; i < count; ++i) dump_file(words[i], files, words[1], out);
  if (count == 2)
    for (std::string path; std::getline(std::cin, path);) dump_file(path, files, words[1], out);
  flush(out, 0);
  return 0;
}
