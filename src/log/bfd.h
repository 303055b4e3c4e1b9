// GNU ld's most frequent sentences, in the languages it is translated into.
#pragma once

#include <cstdint>
#include <span>

namespace ldwhy {

enum class GnuWords : uint8_t {
  Function,      // "FILE: in function `f':", about the lines below
  Undefined,     // "undefined reference to `x'"
  More,          // "more undefined references to `x' follow"
  DsoMissing,    // "undefined reference to symbol 'x@@V'"
  DsoNamed,      // "LIB: error adding symbols: DSO missing from command line"
  Duplicate,     // "multiple definition of `x'"
  FirstDefined,  // "first defined here", on a line of its own
  Skipping,      // "skipping incompatible X when searching for -lx"
  CannotFind,    // "cannot find -lx"
  WrongFormat,   // "FILE: file not recognized: file in wrong format"
  NoIndex,       // "FILE: error adding symbols: archive has no index; …"
  NotRecognized, // "FILE: file not recognized: …"
  Adding,        // "FILE: error adding symbols: …"
};

struct GnuRow {
  const char *pattern;  // for match(), without the program's name
  GnuWords what;
  const char *holes;  // p place, q symbol in quotes, f file, l library,
                      // n note, '.' nothing
};

std::span<const GnuRow> gnu_rows_of_languages();  // all but English

}  // namespace ldwhy
