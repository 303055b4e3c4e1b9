// `ldwhy symbol`: everything the inputs know of one name.
#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "input/load.h"
#include "ldwhy_version.h"
#include "name/name.h"
#include "pipeline/pipeline.h"
#include "resolve/resolve.h"
#include "survey/survey.h"

namespace ldwhy {
namespace {

using Json = nlohmann::ordered_json;

struct Line {
  std::string kind, place, text;
};

Link load_paths(const SymbolRequest &request, const Files &files) {
  Command command;
  command.directory = request.command.directory;
  for (const std::string &path : request.paths) {
    InputArg argument;
    argument.text = argument.path = path;
    command.inputs.push_back(std::move(argument));
  }
  return load_link(std::move(command), files);
}

std::string describe_definition(const Sighting &sighting) {
  const Symbol &symbol = sighting.symbol;
  std::string text = symbol.binding == Binding::Local ? "local" : symbol.binding == Binding::Weak ? "weak" : "global";
  if (symbol.visibility == Visibility::Hidden) text += ", hidden";
  if (symbol.visibility == Visibility::Protected) text += ", protected";
  if (symbol.state == SymbolState::Common) text += ", common";
  if (symbol.from_asm) text += ", by module-level assembly";
  if (symbol.comdat) text += ", in a COMDAT group";
  bool shared = sighting.kind == ObjectKind::Shared || sighting.kind == ObjectKind::Stub;
  if (shared) text += symbol.dynamic ? ", exported" : ", not exported";
  if (sighting.kind == ObjectKind::Bitcode) text += " (bitcode)";
  if (!symbol.version.empty())
    text += fmt::format(", version {}{}", symbol.version, symbol.default_version ? " (default)" : "");
  if (!sighting.difference.empty()) text += ", ignored: " + sighting.difference;
  return text;
}

const char *relation_words(Relation relation) {
  switch (relation) {
    case Relation::Linkage: return "the same function in another language's spelling";
    case Relation::Abi: return "the same, made for another C++ library";
    case Relation::Import: return "the same, by way of a DLL's import table";
    case Relation::Instance: return "the same template with other arguments";
    case Relation::Companion: return "of the same class";
    case Relation::Signature: return "same name, other parameters";
    case Relation::Scope: return "same name in another namespace or class";
    case Relation::Decoration: return "differs in decoration only";
    case Relation::Spelling: return "similar spelling";
    case Relation::Exact: break;
  }
  return "";
}

// What LTO may do with it: of each bitcode module that defines or calls it.
void add_lto_lines(const Link &link, const std::string &name, std::vector<Line> &lines) {
  for (ObjectId id = 0; id < link.objects.size(); ++id) {
    const Object *object = link.object(id);
    const ir::Module *module = object ? object->module() : nullptr;
    if (!module) continue;
    for (const ir::Summary &summary : module->summaries) {
      if (summary.global >= module->globals.size()) continue;
      std::string function = ir::object_name(*module, module->globals[summary.global].name);
      auto is_name = [&](uint32_t global) {
        return global < module->globals.size() && ir::object_name(*module, module->globals[global].name) == name;
      };
      const char *may = summary.not_eligible_to_import ? "may not be copied into other modules"
                        : summary.no_inline            ? "is noinline, so it is not copied"
                                                       : "may be copied into other modules";
      if (function == name)
        lines.push_back(
            {"lto", link.name_of(id), fmt::format("{} instructions; ThinLTO: {}", summary.instructions, may)});
      else if (std::ranges::any_of(summary.calls, is_name) || std::ranges::any_of(summary.references, is_name))
        lines.push_back({"lto", link.name_of(id),
                         fmt::format("{} refers to it; ThinLTO: {} {}", demangle(function, object->target().format),
                                     function, may)});
    }
  }
}

// What no linker's table shows: definitions in IR that it does not read, and the text of asm statements
// inside functions. Returns how many definitions these are.
size_t add_hidden_lines(const Link &link, const Survey &found, std::vector<Line> &lines) {
  size_t definitions = 0;
  for (const Wanted &wanted : found.wanted)
    for (const Sighting &sighting : wanted.unreadable) {
      ++definitions;
      lines.push_back({"definition", link.name_of(sighting.object),
                       sighting.kind == ObjectKind::GccSlimLto
                           ? "in GCC's LTO code only, which LLD and linkers without GCC's plugin do not read"
                           : "in LLVM bitcode only, which GNU linkers without LLVM's plugin do not read"});
    }
  for (const AsmMention &mention : found.inline_assembly) {
    definitions += mention.defined;
    std::string function = demangle(mention.function, link.object(mention.object)->target().format);
    lines.push_back({mention.defined ? "definition" : "reference", link.name_of(mention.object),
                     fmt::format("{}by an asm statement in function {}, which LTO does not read",
                                 mention.defined && !mention.global ? "local, " : "", function)});
  }
  return definitions;
}

// The names meant: the text itself, its prefixed form, or all that demangle to it.
std::vector<std::string> names_meant(const Link &link, const std::string &text) {
  std::vector<std::string> names{text};
  std::string found = names_of_printed(link, {text}).front();
  if (found != text) names.push_back(found);
  return names;
}

// What could not be read, of which nothing is known.
std::vector<Problem> problems_of(const Link &link, const Survey &found) {
  std::vector<Problem> problems = link.command.problems;
  for (const Input &input : link.inputs) {
    if (input.kind == InputKind::Missing) continue;
    problems.insert(problems.end(), input.problems.begin(), input.problems.end());
    for (const Member &member : input.members)
      if (member.problem && input.kind != InputKind::Unreadable) problems.push_back(*member.problem);
  }
  problems.insert(problems.end(), found.problems.begin(), found.problems.end());
  return problems;
}

}  // namespace

Result<bool> describe_symbol(const SymbolRequest &request, const Files &files, bool json, std::string &text) {
  bool is_link = request.paths.empty();
  Link link = is_link ? load_link(understand_command(request.command, files), files) : load_paths(request, files);
  std::vector<std::string> names = names_meant(link, request.name);
  Survey found = survey(link, names, files, {.beyond_link_line = is_link});
  std::vector<Problem> problems = problems_of(link, found);
  bool any_read = std::ranges::any_of(link.inputs, [](const Input &input) {
    return input.kind != InputKind::Missing && input.kind != InputKind::Unreadable;
  });
  if (!any_read && !problems.empty()) return std::unexpected(problems.front());
  Format format = link.command.target.format;
  std::vector<Line> lines;
  size_t definitions = 0, near = 0;
  for (const Wanted &wanted : found.wanted) {
    for (const Sighting &sighting : wanted.sightings) {
      std::string place =
          sighting.member.empty() ? sighting.file : fmt::format("{}({})", sighting.file, sighting.member);
      if (sighting.object == no_object) place += " (not on the link line)";
      if (sighting.relation == Relation::Exact) {
        ++definitions;
        lines.push_back({"definition", place, describe_definition(sighting)});
      } else if (++near <= 20) {
        lines.push_back({"near", place,
                         fmt::format("{} [{}]: {}", demangle(sighting.name, format), describe_definition(sighting),
                                     relation_words(sighting.relation))});
      }
    }
  }
  definitions += add_hidden_lines(link, found, lines);
  for (const auto &[index, id] : references_to(link, names))
    lines.push_back({"reference", link.name_of(id), "undefined here: refers to it"});
  for (const std::string &name : names) add_lto_lines(link, name, lines);
  std::ranges::stable_sort(lines, {}, [](const Line &line) {
    return line.kind == "definition" ? 0 : line.kind == "reference" ? 1 : line.kind == "lto" ? 2 : 3;
  });

  std::string shown = demangle(names.back(), format);
  if (json) {
    Json document{{"schema", "ldwhy.symbol/1"}, {"version", LDWHY_VERSION},      {"name", names.back()},
                  {"demangled", shown},         {"symbols_read", found.symbols}, {"facts", Json::array()},
                  {"problems", Json::array()}};
    for (const Line &line : lines)
      document["facts"].push_back({{"kind", line.kind}, {"place", line.place}, {"text", line.text}});
    for (const Problem &problem : problems) document["problems"].push_back(to_string(problem));
    text = document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    return !lines.empty();
  }
  text = printable(shown == names.back() ? shown : fmt::format("{} ({})", shown, names.back())) + "\n";
  const char *last = "";
  for (const Line &line : lines) {
    const char *heading = line.kind == "definition"  ? "defined"
                          : line.kind == "reference" ? "referred to"
                          : line.kind == "lto"       ? "under LTO"
                                                     : "near misses";
    if (heading != std::string_view(last)) text += fmt::format("  {}\n", last = heading);
    text += fmt::format("    {}\n", printable(fmt::format("{}: {}", line.place, line.text)));
  }
  if (definitions == 0)
    text += fmt::format("  no definition among {} symbols of {} objects\n", found.symbols, link.objects.size());
  if (!problems.empty()) text += "  not read\n";
  for (const Problem &problem : problems) text += fmt::format("    {}\n", printable(to_string(problem)));
  return !lines.empty();
}

}  // namespace ldwhy
