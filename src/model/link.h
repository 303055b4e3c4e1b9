// The objects of a link, opened, and what the linker's rules make of them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "model/command.h"
#include "model/object.h"

namespace ldwhy {

// One object of an input: the file itself, an archive member, or a stub's document.
struct Member {
  std::string_view name;             // archive member; empty: the input file itself
  std::unique_ptr<Object> object;    // null: could not be read, or is not an object
  std::optional<Problem> problem;    // why not
  std::string refused;               // built for another target than the link's: what differs
  FileRef file;                      // a thin archive's member: its own mapping
};

// What bytes that hold no object look like.
enum class Likeness : uint8_t { Unknown, Empty, GitLfs, WebPage, Zip, Gzip, DosProgram, Zeroes, Text };

enum class InputKind : uint8_t { Missing, Unreadable, Object, Archive, Shared, Script };

struct Input {
  InputKind kind = InputKind::Missing;
  std::string path;                  // as found; empty where Missing
  FileRef file;
  std::vector<Member> members;       // one but for archives; none for Missing, Script
  std::vector<Problem> problems;     // file-level damage, one line each
  std::vector<Target> slices;        // universal files: what they hold
  uint64_t bytes = 0;
  bool has_index = true;             // archives: the symbol index linkers look names up in
  std::string_view index_form;       // "GNU" or "BSD": the dialect of that index; empty: none
  Likeness likeness = Likeness::Unknown;  // of an Unreadable one
};

// Numbers one object of the link: inputs in command order, members in archive order.
using ObjectId = uint32_t;
inline constexpr ObjectId no_object = UINT32_MAX;

struct ObjectPlace {
  uint32_t input = 0;   // index into Link::inputs and Command::inputs
  uint32_t member = 0;  // index into Input::members
};

// An object that asks for an input by itself.
struct Autolink {
  ObjectId by = no_object;
  uint32_t input = 0;
};

struct Link {
  Link() = default;
  Link(Link &&) = default;
  Link &operator=(Link &&) = default;
  ~Link();                           // unmaps the inputs, in parallel: that takes a while

  Command command;                   // scripts' inputs added, target completed
  std::vector<Input> inputs;         // parallel to command.inputs
  std::vector<ObjectPlace> objects;  // by ObjectId
  std::vector<Autolink> autolinks;   // sorted by `by`
  std::vector<FileRef> version_scripts;  // parallel to command.version_scripts; null: not to be opened
  std::vector<Input> loaded;         // what shared libraries load, as GNU ld finds it (input/needed.h)
  uint64_t bytes = 0;                // of all input files

  const Input &input_of(ObjectId id) const { return inputs[objects[id].input]; }
  const Member &member_of(ObjectId id) const { return input_of(id).members[objects[id].member]; }
  const Object *object(ObjectId id) const { return member_of(id).object.get(); }
  const InputArg &argument_of(ObjectId id) const { return command.inputs[objects[id].input]; }
  // "fiber.o", "libx.a(y.o)": the input's path as the user wrote or would recognise it.
  std::string name_of(ObjectId id) const;
  std::string input_name(uint32_t input) const;
};

// Why an object is in the link, or is not.
enum class Fate : uint8_t {
  Taken,        // named on the command line, or needed
  Extracted,    // an archive member that defines a symbol someone needed
  NotNeeded,    // an archive member nobody needed; a shared library --as-needed dropped
  Refused,      // wrong target, unreadable
};

// One place that refers to a symbol.
struct Use {
  ObjectId object = no_object;
  std::string_view function;        // the symbol whose range holds the place; may be empty
  std::string_view section;
  uint64_t offset = 0;              // bytes into the section
  uint32_t section_number = 0;      // as symbols number it
  std::string source;               // "main.c:12" where debug information tells; empty: not known
};

// A symbol that nothing in the link defines, and who needs it.
struct Unresolved {
  std::string name;                 // object-file spelling
  std::vector<ObjectId> referrers;  // in command order; empty: an option asks for it
  std::vector<Use> uses;            // a few of the places in them
  std::string asked_by;             // "-u", "entry point": the option, where there is no referrer
  bool from_shared = false;         // only shared libraries refer to it
  bool not_exported = false;        // it is defined, but hidden from the library that refers to it
  // A bitcode function (object-file name) that ThinLTO would copy into the referrer, and its
  // home: the reference exists only after that copy is made. Empty and no_object otherwise.
  std::string imported_function;
  ObjectId imported_from = no_object;
};

struct Duplicate {
  std::string name;
  std::vector<ObjectId> definers;   // in command order, two or more
  std::vector<std::string> sources = {};  // parallel to definers, as Use::source; or empty
};

// What a linker refuses beside symbols: settings of two objects that do not go together, no way
// to tell where a program begins.
struct Objection {
  std::string code;                 // as Complaint::code
  std::string text;                 // for people
  std::string symbol = {};          // object-file spelling; empty: it is not about one
  std::vector<std::string> notes = {};  // as Complaint::notes
  ObjectId object = no_object;      // that holds what is refused
  std::string file = {};            // an input that objects ask for and that is not there, as they name it
};

// The model's memory: what became of every object, and why.
struct Resolution {
  std::vector<Fate> fates;               // by ObjectId
  std::vector<ObjectId> extracted_by;    // the object whose reference pulled it; no_object: none
  std::vector<std::string_view> extracted_for;  // the symbol that pulled it
  std::vector<Unresolved> unresolved;    // sorted by name
  std::vector<Duplicate> duplicates;     // sorted by name
  std::vector<Objection> objections;     // errors; what follows them the linker does not get to
  bool one_pass = false;                 // archives were searched once, in order
  LtoMode lto = LtoMode::None;           // as the inputs decide
};

}  // namespace ldwhy
