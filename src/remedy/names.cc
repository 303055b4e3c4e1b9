// Remedies for two files that name the same thing differently. Where an alias would make
// the link pass the change is tried so; it is not the change itself.
#include <fmt/format.h>

#include "name/name.h"
#include "name/relation.h"
#include "remedy/remedy.h"

namespace ldwhy {
namespace {

std::optional<Trial> alias(const RemedySeed &seed, const RemedyContext &context, TrialBench &bench) {
  Trial trial{bench.words()};
  std::vector<std::string> added;
  if (context.facts.flavor == Flavor::Darwin) added = {"-alias", seed.other, seed.symbol};
  else if (context.facts.flavor == Flavor::Gnu)
    added = {"-u", seed.other, fmt::format("--defsym={}={}", seed.symbol, seed.other)};
  else return std::nullopt;
  trial.argv.insert(trial.argv.begin() + 1, added.begin(), added.end());
  return trial;
}

void describe_declaration(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  Format format = context.facts.format;
  std::string wanted = demangle(seed.symbol, format), found = demangle(seed.other, format);
  remedy.title = "give declaration and definition the same signature";
  remedy.edits.push_back({"", fmt::format("-{}  // asked for\n+{}  // defined\n", wanted, found)});
}

void describe_spelling(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  ParsedName wanted = parse_name(seed.symbol, context.facts.format);
  bool wide = base_identifier(seed.symbol) != base_identifier(seed.other) &&
              without_64(base_identifier(seed.symbol)) == without_64(base_identifier(seed.other));
  if (wanted.scheme == Scheme::Rust)
    remedy.title = "build both crates again with one build of the crate that defines it (cargo clean)";
  else if (wide) remedy.title = "build both with the same size of integers (ILP64 or LP64), and link that library";
  else remedy.title = fmt::format("name it {} in object files on both sides", seed.other);
}

void describe_import(const RemedySeed &seed, const RemedyContext &, Remedy &remedy) {
  std::string_view name = seed.symbol;
  if (strip_import(name))
    remedy.title = fmt::format(
        "compile for the static library: leave __declspec(dllimport) off {} (most headers have a macro for it), or "
        "link "
        "the DLL's import library",
        name);
  else remedy.title = fmt::format("declare {} with __declspec(dllimport)", name);
}

void describe_abi(const RemedySeed &seed, const RemedyContext &, Remedy &remedy) {
  remedy.title = seed.path.empty() ? fmt::format("build all objects {}", seed.other)
                                   : fmt::format("build {} {}, or the rest as it was built", seed.path, seed.other);
}

void describe_rtti(const RemedySeed &seed, const RemedyContext &, Remedy &remedy) {
  remedy.title = fmt::format("build {} without -fno-rtti (or all that uses it with it)", seed.path);
}

void describe_code(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  if (seed.other == "inline") {
    std::string name = demangle(seed.symbol, context.facts.format);
    remedy.title = fmt::format("make {} static inline, or declare it extern inline in one .c file", name);
    remedy.edits.push_back({seed.path, "-inline\n+static inline\n"});
    return;
  }
  remedy.title = seed.path.empty()
                     ? "instantiate the template for these arguments beside its body, or move the body into the header"
                     : fmt::format("instantiate the template in {}, or move its body into the header", seed.path);
  remedy.edits.push_back({seed.path, fmt::format("+{}\n", seed.other)});
}

void describe_key(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  if (!seed.path.empty())
    remedy.title = fmt::format(
        "run moc on {} and build and link what it writes (CMake: AUTOMOC; qmake: name it in HEADERS)", seed.path);
  else if (!seed.other.empty())
    remedy.title = fmt::format("define the key function, or build and link the file that does: {}", seed.other);
  else
    remedy.title = fmt::format("define all virtual functions of {}, or make them pure (= 0)",
                               class_of(parse_name(seed.symbol, context.facts.format)));
}

void describe_entry(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  const char *option = context.facts.flavor == Flavor::Darwin ? "-dynamiclib" : "-shared";
  if (!seed.path.empty()) remedy.title = fmt::format("add {} to the link", seed.path);
  else if (context.facts.flavor == Flavor::Coff)
    remedy.title = "link the C run-time library (libcmt.lib), or name the function to start with (/entry:NAME)";
  else if (!seed.other.empty()) remedy.title = fmt::format("link a shared library with {}", option);
  else
    remedy.title = fmt::format("link the file that defines {}, or add {} where a shared library is meant",
                               demangle(seed.symbol, context.facts.format), option);
  if (seed.path.empty()) return;
  remedy.link_words = {seed.path};
}

}  // namespace

extern const RemedyKind match_declaration{"match-declaration", "none", describe_declaration, alias, true};
extern const RemedyKind match_spelling{"match-spelling", "none", describe_spelling, alias, true};
extern const RemedyKind match_import{"match-import", "none", describe_import, nullptr};
extern const RemedyKind match_abi{"match-abi", "one of the two has to be built again", describe_abi, nullptr};
extern const RemedyKind match_rtti{"match-rtti", "a little more code in that library", describe_rtti, nullptr};
extern const RemedyKind emit_code{"emit-code", "none", describe_code, nullptr};
extern const RemedyKind define_key_function{"define-key-function", "the code has to be built", describe_key, nullptr};
extern const RemedyKind define_entry{"define-entry", "none", describe_entry, nullptr};

}  // namespace ldwhy
