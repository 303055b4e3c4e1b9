// Where else the missing names appear: in every symbol table on the link line,
// extracted or not, local symbols included, and in the libraries that could have
// been named. One file a source of facts; list.cc holds the table.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "model/sighting.h"

namespace ldwhy {

// The names looked for, prepared for comparing millions of others with them.
class Quarry {
 public:
  Quarry(const std::vector<std::string> &names, Format format);
  ~Quarry();
  Quarry(const Quarry &) = delete;
  Quarry &operator=(const Quarry &) = delete;

  // Calls hit(index of the wanted name, relation) for each wanted name that `name` is, or
  // might be meant for. Cheap where there is none.
  void match(std::string_view name, FunctionRef<void(size_t, Relation)> hit) const;
  // Whether a name with this identifier_hash() could match.
  bool may_match(uint32_t hash) const;
  // Whether a name that could match may stand in bytes that hold many names.
  bool may_be_in(std::string_view names) const;
  // Of many names in one piece, each with a NUL at its end: those that could match, in order;
  // nothing: too many to tell.
  std::optional<std::vector<std::string_view>> pick(std::string_view names) const;

 private:
  struct Parts;
  Parts *parts_;
};

class SymbolIndex;
struct SurveyOptions;
struct SurveyContext {
  const Link &link;
  const Files &files;
  const SurveyOptions &options;
};

struct SurveySource {
  const char *id;
  const char *title;
  bool off_line;   // looks beyond the link line
  void (*look)(const SurveyContext &context, const Quarry &quarry, Survey &survey);
};
std::span<const SurveySource *const> survey_sources();

struct SurveyOptions {
  bool beyond_link_line = true;
  // All names of the link, where a pass over them was made: objects without a wanted one are
  // not read again. Null: all are read.
  const SymbolIndex *index = nullptr;
};
// `names` in object-file spelling.
Survey survey(const Link &link, const std::vector<std::string> &names, const Files &files,
              const SurveyOptions &options = {});

// The object-file names of symbols that a linker printed demangled: for each of `printed`,
// a name that some object refers to (or defines) and that demangles to it; else the text
// itself, with the prefix of the format where it is plain.
std::vector<std::string> names_of_printed(const Link &link, const std::vector<std::string> &printed);

// For `ldwhy symbol`: every reference to the exact names, by object.
std::vector<std::pair<size_t, ObjectId>> references_to(const Link &link, const std::vector<std::string> &names);

}  // namespace ldwhy
