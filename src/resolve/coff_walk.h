// What the walks of linkers for Windows have in common; and these walks.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "resolve/coff_rows.h"
#include "resolve/resolve.h"

namespace ldwhy {

class CoffWalk {
 protected:
  using Name = SymbolIndex::Name;
  static constexpr Name no_name = CoffRow::no_name;

  explicit CoffWalk(const Link &link);

  const CoffRows &rows(ObjectId id);
  std::string_view text(Name name) { return (*index_)[name].text(); }
  bool is_in(ObjectId id) const { return result_.fates[id] == Fate::Taken || result_.fates[id] == Fate::Extracted; }
  const Input &input_of(ObjectId id) const { return link_.input_of(id); }
  void add_duplicate(Name name, ObjectId first, ObjectId second);
  void object_to(std::string code, std::string text) {
    result_.objections.push_back({std::move(code), std::move(text)});
  }
  // Settings that two objects must agree in.
  void check_mismatch(std::string_view setting, ObjectId by);
  // The symbols that options and module-definition files export, in object-file spelling.
  std::vector<std::string> exported_symbols();
  std::vector<std::string> exported_by(const CoffOptions::ModuleFile &definitions);
  std::string exported_name(const std::string &name) const;
  bool is_allowed(std::string_view name) const;
  // Of the missing names: who refers to them, where. `counts` says whether a place does.
  using PlaceFilter = FunctionRef<bool(ObjectId, const Reference &)>;
  void find_places(std::map<Name, Unresolved> &missing, PlaceFilter counts);
  Resolved finish();

  const Link &link_;
  std::unique_ptr<SymbolIndex> index_;
  Resolution result_;
  std::vector<ObjectId> first_object_;  // by input; one more at the end
  bool gnu_words_;    // the command is in the words of MinGW's drivers
  bool mingw_;        // … or lld-link was told to link as they would (/lldmingw)
  bool underscores_;  // before C names

 private:
  std::unordered_map<ObjectId, CoffRows> rows_;
  std::map<Name, std::set<ObjectId>> duplicates_;
  struct Setting {
    std::string value;
    ObjectId by;
  };
  std::map<std::string, Setting, std::less<>> settings_;  // /failifmismatch

 protected:
  bool has_duplicates() const { return !duplicates_.empty() && !link_.command.allow_multiple; }
};

// resolve() but for what LTO adds. lld-link, ld.lld in its MinGW form, and link.exe.
Resolved walk_lld_coff(const Link &link);
// GNU ld for PE.
Resolved walk_bfd_coff(const Link &link);

bool is_coff_link(const Command &command);
bool is_mingw_link(const Command &command);
// By the command's linker.
Resolved walk_coff(const Link &link);

}  // namespace ldwhy
