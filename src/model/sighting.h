// Every appearance, anywhere ldwhy looked, of a name that a link misses or of one
// that could be meant: the raw material of causes.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/link.h"
#include "model/surroundings.h"

namespace ldwhy {

// How a name found relates to the name wanted.
enum class Relation : uint8_t {
  Exact,       // the same bytes
  Linkage,     // the same identifier, C on one side and C++ on the other
  Abi,         // the same entity, in names made for another C++ library
  Import,      // the pointer to it in a DLL's import table (__imp_), or the reverse
  Signature,   // same scope and identifier, other parameters or qualifiers
  Scope,       // same identifier (and parameters), other namespace or class
  Decoration,  // differs in leading underscores, @N, a Rust hash, …
  Instance,    // the same template, with other arguments
  Companion,   // a class's other table, constructor or destructor (of a table wanted)
  Spelling,    // differs in case or in one or two letters
};

struct Sighting {
  std::string name;             // as found, object-file spelling
  Relation relation = Relation::Exact;
  Symbol symbol;                // its views live as long as the Link; off the line they are empty
  ObjectId object = no_object;  // in the link; no_object: off the link line
  std::string file;             // path as shown ("libx.a(y.o)")
  std::string member;
  std::string library;          // off the line: the file to add (path)
  std::string soname;           // of that file, where it is a shared library: its own name
  std::string difference;       // its target differs from the link's: how
  ObjectKind kind = ObjectKind::Relocatable;
  bool used = false;            // of one that is not Exact: some object on the line asks for this name
};

// An asm statement inside a function of bitcode that defines or refers to a wanted name: no
// symbol table has it.
struct AsmMention {
  std::string name;             // of Wanted
  ObjectId object = no_object;
  std::string function;         // that holds the statement, object-file spelling
  bool defined = false;
  bool global = false;          // .globl or the like is there
};

// All sightings of one wanted name, best relation first, link inputs before others.
struct Wanted {
  std::string name;             // object-file spelling
  std::vector<Sighting> sightings;
  // Definitions on the line in compiler IR that this linker does not read: for it there are none.
  std::vector<Sighting> unreadable;
};

// Where the project's own sources declare or define a missing name.
struct SourcePlace {
  enum class Kind : uint8_t {
    Name,          // of the missing name itself
    KeyFunction,   // of a missing vtable: the declaration of the class's key function
    KeyBody,       // of a missing vtable: the definition of the class's key function
    MetaObject,    // of a missing vtable: the class is one of Qt's
    Unmarked,      // of a Rust function for C without no_mangle: its name in object files is another
  };
  std::string name;             // of Wanted
  std::string file;
  uint32_t line = 0;
  bool definition = false;
  std::string text;             // the line, trimmed
  std::string condition;        // of #[cfg(…)] before a definition in Rust
  Kind kind = Kind::Name;
  // Whether an object on the link line was made from the file. Objects do not always tell.
  enum class Built : uint8_t { Unknown, Linked, NotLinked } built = Built::Unknown;
};

// A file that is like one the link line names in vain.
struct NearFile {
  std::string wanted;           // InputArg::text
  std::string path;
  bool run_time_only = false;   // "libx.so.3" without "libx.so"
};

// An object with a section whose bounds a missing name stands for (__start_NAME).
struct SectionHolder {
  std::string section;
  ObjectId object = no_object;
};

// An object on the line that was made before its source came to define a missing name.
struct StaleObject {
  std::string wanted;
  ObjectId object = no_object;
  std::string source;
  uint32_t line = 0;
  bool conditional = false;     // the definition stands inside an #if
};

struct Survey {
  std::vector<Wanted> wanted;          // sorted by name
  std::map<std::string, int> coverage; // libraries off the line: how many wanted names each defines
  std::vector<SourcePlace> sources;
  std::vector<SourcePlace> private_sources;  // static functions of a missing name
  std::vector<NearFile> near_files;
  std::vector<SectionHolder> section_holders;
  std::vector<StaleObject> stale;
  std::vector<AsmMention> inline_assembly;  // sorted by object
  Surroundings surroundings;
  std::vector<std::string> folders;    // searched for libraries off the line
  uint64_t libraries = 0;              // files looked into, off the line
  std::vector<std::string> unread_libraries;  // of these, could not be read to the end
  uint64_t symbols = 0;                // read, on the line
  bool complete = true;                // false: an input could not be read
  std::vector<Problem> problems;

  const Wanted *find(std::string_view name) const {
    auto entry = std::ranges::lower_bound(wanted, name, {}, &Wanted::name);
    return entry != wanted.end() && entry->name == name ? &*entry : nullptr;
  }
};

}  // namespace ldwhy
