// Object formats. One file a format, each exporting one ObjectFormat; list.cc
// holds the table in the order in which they are tried. A format claims bytes by
// their magic number or declines; foreign bytes are never an error.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "model/link.h"
#include "model/object.h"

namespace ldwhy {

struct ObjectFormat {
  const char *id;     // "elf"
  const char *title;  // "ELF object or shared library"
  bool (*claims)(Bytes bytes);                      // looks at a few bytes; never throws
  std::unique_ptr<Object> (*open)(Bytes bytes);     // may throw Malformed
};

extern const ObjectFormat elf_format, macho_format, bitcode_format, wasm_format, coff_import_format, pe_format,
    coff_format, tbd_format;
std::span<const ObjectFormat *const> object_formats();

// What bytes that no format claims are instead.
Likeness likeness_of(Bytes bytes);

// Opens bytes that hold one object. The Problem's `file` is left empty; an unknown
// magic number gives a Problem that says what the bytes look like instead (text, a Git
// LFS pointer, an empty file, …).
Result<std::unique_ptr<Object>> open_object(Bytes bytes);

// An archive (ar) of any dialect: GNU, BSD/Darwin, thin, COFF, with Rust's members.
struct ArchiveMember {
  std::string_view name;       // as the archive spells it, long names resolved
  uint64_t header_offset = 0;  // from the start of the archive: what an index names
  Bytes bytes;                 // empty for thin members
  bool thin = false;           // contents are in a file of this name, beside the archive
};
struct ArchiveIndexEntry {
  std::string_view symbol;
  uint64_t header_offset = 0;
};
struct Archive {
  bool thin = false;
  bool has_index = false;
  std::vector<ArchiveMember> members;     // without index and name tables
  std::vector<Problem> problems;          // damage met; members before it stand
  Bytes index;                            // the index member's bytes
  enum class IndexKind : uint8_t { None, Gnu32, Gnu64, Bsd32, Bsd64 } index_kind = IndexKind::None;
};
bool is_archive(Bytes bytes);
Archive read_archive(Bytes bytes);
// The index and the first member only: of a large archive the rest need not be looked at.
Archive read_archive_head(Bytes bytes);
// Throws nothing; a damaged index ends early and returns the Problem.
std::optional<Problem> for_each_index_entry(const Archive &archive, FunctionRef<void(const ArchiveIndexEntry &)> sink);

// A universal ("fat") Mach-O file's parts, each an object or an archive.
struct FatSlice {
  Target target;
  Bytes bytes;
};
bool is_fat(Bytes bytes);
Result<std::vector<FatSlice>> read_fat(Bytes bytes);

// A linker script in the place of a library (ld manual, "Implicit Linker Scripts"):
// its INPUT and GROUP statements.
struct ScriptInput {
  std::string text;        // path, "name" or "-lname" as written
  bool as_needed = false;  // inside AS_NEEDED ( )
  int group = -1;          // number of the GROUP it stands in; -1: none
};
struct Script {
  std::vector<ScriptInput> inputs;
  std::vector<std::string> search_dirs;
  std::string output_format;
  std::vector<Definition> definitions;  // assignments and PROVIDE
  std::vector<std::string> externs;     // names that EXTERN and ENTRY ask for
  bool complete = true;    // false: holds statements that are not about inputs (SECTIONS …)
};
// Nothing, where the text does not look like a script.
std::optional<Script> read_script(std::string_view text);

}  // namespace ldwhy
