// The project's own sources: do they declare or define a missing name? A name that
// nothing compiled defines is the project's own when its sources say so. Of a missing vtable:
// where its class's key function is declared and defined.
#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>

#include "base/parallel.h"
#include "name/abi.h"
#include "name/name.h"
#include "survey/class_text.h"
#include "survey/source_form.h"
#include "survey/source_roots.h"
#include "survey/survey.h"

namespace ldwhy {
namespace {

constexpr size_t most_files = 3000;
constexpr size_t most_bytes_each = 4 << 20;
constexpr int most_depth = 5;
constexpr size_t most_names = 200;

bool is_source(std::string_view name) {
  for (std::string_view ending :
       {".c", ".cc", ".cpp", ".cxx", ".C", ".h", ".hh", ".hpp", ".hxx", ".inl", ".m", ".mm", ".s", ".S", ".asm", ".rs"})
    if (name.ends_with(ending)) return true;
  return false;
}

// Builds, and other people's code: what they declare is not the project's own.
bool is_foreign_folder(std::string_view name) {
  for (std::string_view foreign : {"node_modules", "target", "CMakeFiles", "third_party", "third-party", "thirdparty",
                                   "vendor", "vendored", "external", "extern", "deps", "subprojects", "_deps"})
    if (name == foreign) return true;
  return false;
}

void collect(const std::string &folder, int depth, const Files &files, std::set<std::string> &visited,
             std::vector<std::string> &found) {
  if (depth > most_depth || found.size() >= most_files || !visited.insert(folder).second) return;
  for (const std::string &name : files.list(folder)) {
    if (name.starts_with('.') || is_foreign_folder(name)) continue;
    std::string path = join_path(folder, name);
    if (is_source(name)) {
      if (found.size() < most_files && files.is_file(path)) found.push_back(path);
    } else if (name.find('.') == name.npos && files.is_directory(path)) {
      collect(path, depth + 1, files, visited, found);
    }
  }
}

// As seen from the link's folder, where that is not far.
std::string shown_path(const std::string &path, const std::string &directory) {
  std::string relative = std::filesystem::path(path).lexically_relative(directory).string();
  bool far = relative.empty() || relative.starts_with("../../../..");
  return far ? path : relative;
}

// The line around `at`.
SourcePlace place_at(std::string_view text, size_t at, const std::string &path, const std::string &directory) {
  size_t start = text.rfind('\n', at);
  start = start == text.npos ? 0 : start + 1;
  std::string line(text.substr(start, std::min<size_t>(text.find('\n', at), start + 120) - start));
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  line.erase(0, line.find_first_not_of(" \t"));
  uint32_t number = 1 + static_cast<uint32_t>(std::ranges::count(text.substr(0, at), '\n'));
  return {.name = "", .file = shown_path(path, directory), .line = number, .text = line};
}

// By what sources call them, indexes of Survey::wanted.
using Names = std::map<SourceName, std::vector<size_t>>;

// The missing names to look for, and of missing tables the classes.
struct Hunt {
  Names names;
  std::map<std::string, std::vector<size_t>> classes;
};

std::string_view stem(std::string_view path) {
  std::string_view name = file_name(path);
  return name.substr(0, name.find('.'));
}

// Whether the link line has another library of that name, such as the project's own copy.
bool has_other_copy(const Link &link, std::string_view library) {
  return std::ranges::any_of(link.inputs, [&](const Input &input) {
    bool is_library = input.kind == InputKind::Archive || input.kind == InputKind::Shared;
    return is_library && stem(input.path) == stem(library);
  });
}

Hunt hunt_for(const Survey &survey, const Link &link) {
  Format format = link.command.target.format;
  Hunt hunt;
  for (size_t i = 0; i < survey.wanted.size(); ++i) {
    const std::vector<Sighting> &sightings = survey.wanted[i].sightings;
    // What a library beside the link keeps to itself could not be linked.
    auto defines = [](const Sighting &s) {
      bool kept =
          s.symbol.binding == Binding::Local || (s.object == no_object && s.symbol.visibility == Visibility::Hidden);
      return s.relation == Relation::Exact && !kept;
    };
    auto offers = [&](const Sighting &s) {
      return defines(s) && (s.object != no_object || !has_other_copy(link, s.library));
    };
    bool found = std::ranges::any_of(sightings, offers);
    // What is defined twice may be defined in a header.
    bool twice = std::ranges::count_if(sightings, [&](const Sighting &s) {
                   return defines(s) && s.object != no_object && s.kind != ObjectKind::Shared &&
                          s.kind != ObjectKind::Stub && is_defined(s.symbol);
                 }) > 1;
    if (found && !twice) continue;
    ParsedName parsed = parse_name(survey.wanted[i].name, format);
    // C's names stand in sources as they are, underscores and all.
    std::string base(parsed.scheme == Scheme::Plain ? parsed.raw : base_identifier(survey.wanted[i].name));
    if (parsed.table != ClassTable::None) hunt.classes[base].push_back(i);
    else
      hunt.names[{base, parsed.scheme == Scheme::Plain ? "" : parsed.scope, parsed.base.starts_with('~')}].push_back(i);
  }
  return hunt;
}

// What a link command without a driver takes from the system's library folder: no source of the
// project's lies there.
bool is_start_file(std::string_view name) {
  for (std::string_view one : {"crt1.o", "Scrt1.o", "rcrt1.o", "gcrt1.o", "crti.o", "crtn.o"})
    if (name == one) return true;
  return name.starts_with("crtbegin") || name.starts_with("crtend");
}

std::vector<std::string> sources_of(const Link &link, const Files &files) {
  const Command &command = link.command;
  std::set<std::string> visited;
  std::vector<std::string> sources;
  for (const std::string &root : source_roots(command.directory, files)) collect(root, 0, files, visited, sources);
  for (uint32_t i = 0; i < link.inputs.size(); ++i) {
    const InputArg &argument = command.inputs[i];
    if (argument.kind != InputArg::Kind::File || argument.automatic || link.inputs[i].kind != InputKind::Object)
      continue;
    if (is_start_file(file_name(link.inputs[i].path))) continue;
    collect(normal_path(join_path(command.directory, parent_path(link.inputs[i].path))), 0, files, visited, sources);
  }
  return sources;
}

// The identifier of a function's declaration: the word before its parameters.
std::optional<SourceName> declared_name(std::string_view declaration, const std::string &owner) {
  size_t open = declaration.find('(');
  if (open == declaration.npos) return std::nullopt;
  size_t end = open;
  while (end > 0 && declaration[end - 1] == ' ') --end;
  size_t begin = end;
  while (begin > 0 && is_word_character(declaration[begin - 1])) --begin;
  if (begin == end) return std::nullopt;
  return SourceName{std::string(declaration.substr(begin, end - begin)), owner,
                    begin > 0 && declaration[begin - 1] == '~'};
}

class SourceSearch {
 public:
  SourceSearch(const SurveyContext &context, Survey &survey)
      : context_(context), survey_(survey), sources_(sources_of(context.link, context.files)) {}

  void find_names(const Names &names) {
    each_text([&](const std::string &path, std::string_view text) {
      for (const auto &[name, wanted] : names) find_name(path, text, name, wanted);
    });
  }

  // Where the classes are, and then where their key functions are defined.
  void find_classes(const std::map<std::string, std::vector<size_t>> &classes) {
    each_text([&](const std::string &path, std::string_view text) {
      for (const auto &[name, wanted] : classes)
        if (text.find(name) != text.npos) find_class_of(path, text, name, wanted);
    });
    if (keys_.empty()) return;
    each_text([&](const std::string &path, std::string_view text) {
      for (const auto &[name, wanted] : keys_) find_key_body(path, text, name, wanted);
    });
  }

 private:
  void each_text(FunctionRef<void(const std::string &, std::string_view)> take) {
    parallel_for(sources_.size(), [&](size_t i) {
      Result<FileRef> file = context_.files.open(sources_[i]);
      if (file && (*file)->bytes().size() <= most_bytes_each) take(sources_[i], (*file)->bytes().text());
    });
  }

  Form form(std::string_view text, size_t at, const SourceName &name, const std::string &path) const {
    size_t end = at + name.identifier.size();
    bool whole = (at == 0 || !is_word_character(text[at - 1])) && (end >= text.size() || !is_word_character(text[end]));
    return whole ? form_at(text, at, name, path, context_.link.command.target.format) : Form::Use;
  }

  void add(std::vector<SourcePlace> &places, SourcePlace place, const std::vector<size_t> &wanted) {
    std::lock_guard lock(mutex_);
    for (size_t index : wanted) {
      place.name = survey_.wanted[index].name;
      places.push_back(place);
    }
  }

  SourcePlace place(std::string_view text, size_t at, const std::string &path) const {
    return place_at(text, at, path, context_.link.command.directory);
  }

  void find_name(const std::string &path, std::string_view text, const SourceName &name,
                 const std::vector<size_t> &wanted) {
    for (size_t at = text.find(name.identifier); at != text.npos;
         at = text.find(name.identifier, at + name.identifier.size())) {
      Form found = form(text, at, name, path);
      if (found == Form::Use) continue;
      SourcePlace here = place(text, at, path);
      here.definition = found == Form::Definition;
      if (found == Form::Unmarked) here.kind = SourcePlace::Kind::Unmarked;
      if (path.ends_with(".rs")) here.condition = std::string(rust_condition(text, at)).substr(0, 80);
      add(found == Form::Private ? survey_.private_sources : survey_.sources, here, wanted);
    }
  }

  void find_class_of(const std::string &path, std::string_view text, const std::string &name,
                     const std::vector<size_t> &wanted) {
    std::optional<ClassText> found = find_class(text, name);
    if (!found) return;
    auto add_line = [&](std::optional<size_t> at, SourcePlace::Kind kind) {
      if (!at) return;
      SourcePlace here = place(text, *at, path);
      here.kind = kind;
      add(survey_.sources, here, wanted);
    };
    add_line(found->key_function, SourcePlace::Kind::KeyFunction);
    add_line(found->meta_object, SourcePlace::Kind::MetaObject);
    if (!found->key_function) return;
    std::string_view declaration = text.substr(*found->key_function);
    if (std::optional<SourceName> key = declared_name(declaration.substr(0, declaration.find(';')), name)) {
      std::lock_guard lock(mutex_);
      keys_[*key] = wanted;
    }
  }

  void find_key_body(const std::string &path, std::string_view text, const SourceName &name,
                     const std::vector<size_t> &wanted) {
    for (size_t at = text.find(name.identifier); at != text.npos;
         at = text.find(name.identifier, at + name.identifier.size())) {
      if (form(text, at, name, path) != Form::Definition || !is_qualified(text, at, name)) continue;
      SourcePlace here = place(text, at, path);
      here.kind = SourcePlace::Kind::KeyBody;
      here.definition = true;
      add(survey_.sources, here, wanted);
    }
  }

  const SurveyContext &context_;
  Survey &survey_;
  std::vector<std::string> sources_;
  std::mutex mutex_;
  Names keys_;
};

// Which source files the objects of the link were made from: "save.c". ELF and COFF objects and
// bitcode say so; others may be called after it, with what drivers and build systems add
// ("save-4f2a.o", "prog-save.o").
struct MadeFrom {
  std::set<std::string> files;
  std::set<std::string> stems, alike;  // of objects that do not say
  bool all_told = true;                // of all inputs
};

void add_object(const Object &object, std::string_view path, MadeFrom &made) {
  bool told = false;
  auto add = [&](std::string_view source) {
    told |= !source.empty();
    made.files.insert(std::string(file_name(source)));
  };
  if (const ir::Module *module = object.module()) add(module->source_file);
  (void)object.for_each_symbol([&](const Symbol &symbol) {
    if (symbol.type == SymbolType::File) add(symbol.name);
  });
  if (told) return;
  std::string name(stem(path));
  made.stems.insert(name);
  if (size_t dash = name.rfind('-'); dash != name.npos) {
    made.alike.insert(name.substr(0, dash));
    made.alike.insert(name.substr(dash + 1));
  }
}

MadeFrom made_from(const Link &link) {
  MadeFrom made;
  for (ObjectId id = 0; id < link.objects.size(); ++id) {
    // What the driver made of a source is its own, too.
    if (link.argument_of(id).automatic && link.input_of(id).kind != InputKind::Object) continue;
    const Object *object = link.object(id);
    const Member &member = link.member_of(id);
    if (!object) made.all_told &= !member.problem;
    else if (object->kind() != ObjectKind::Shared && object->kind() != ObjectKind::Stub)
      add_object(*object, member.name.empty() ? std::string_view(link.input_of(id).path) : member.name, made);
  }
  // Unity builds compile one file that includes many.
  auto unity = [](const std::string &file) { return file.starts_with("unity_") || file.find("-unity") != file.npos; };
  made.all_told &= std::ranges::none_of(made.files, unity);
  return made;
}

void judge_built(const Link &link, std::vector<SourcePlace> &places) {
  if (std::ranges::none_of(places, &SourcePlace::definition)) return;
  MadeFrom made = made_from(link);
  for (SourcePlace &place : places) {
    // A crate's objects are named after the crate.
    if (!place.definition || place.file.ends_with(".rs")) continue;
    std::string name(stem(place.file));
    bool linked = made.files.contains(std::string(file_name(place.file))) || made.stems.contains(name);
    bool told = made.all_told && !made.alike.contains(name);
    place.built = linked ? SourcePlace::Built::Linked
                  : told ? SourcePlace::Built::NotLinked
                         : SourcePlace::Built::Unknown;
  }
}

void look(const SurveyContext &context, const Quarry &, Survey &survey) {
  Hunt hunt = hunt_for(survey, context.link);
  if ((hunt.names.empty() && hunt.classes.empty()) || hunt.names.size() + hunt.classes.size() > most_names) return;
  SourceSearch search(context, survey);
  if (!hunt.names.empty()) search.find_names(hunt.names);
  if (!hunt.classes.empty()) search.find_classes(hunt.classes);
  judge_built(context.link, survey.sources);
  for (std::vector<SourcePlace> *places : {&survey.sources, &survey.private_sources})
    std::ranges::sort(*places, [](const SourcePlace &a, const SourcePlace &b) {
      return std::tie(a.name, a.file, a.line) < std::tie(b.name, b.file, b.line);
    });
}

}  // namespace

extern const SurveySource source_tree_source{"source-tree", "declarations and definitions in the project's sources",
                                             true, look};

}  // namespace ldwhy
