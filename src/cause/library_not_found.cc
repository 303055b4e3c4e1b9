// A file that the link line names is not there, or not where the linker looks.
#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "cause/cause.h"
#include "facts/attribution.h"
#include "facts/inspection.h"
#include "name/provider_words.h"

namespace ldwhy {
namespace {

bool concerns(const Case &c) {
  const std::string &code = c.complaint->code;
  return c.complaint->kind == ComplaintKind::Input &&
         (code == "cannot-find-library" || code == "cannot-find-framework" || code == "cannot-open");
}

// Files of the platform's own kit are another cause's.
bool is_platform_file(const InputArg &argument) {
  std::string_view name = file_name(argument.text);
  return argument.automatic || (name.ends_with(".o") && (name.find("crt") != name.npos));
}

// The absent input that the complaint means: `foo` may be there while -lfoo is not.
const InputArg *argument_of(const Case &c, const Facts &facts) {
  for (uint32_t i = 0; i < facts.link->inputs.size(); ++i) {
    const InputArg &argument = facts.link->command.inputs[i];
    // "could not open 'x.lib'", where /defaultlib or an object names x.
    bool library = facts.flavor == Flavor::Coff && argument.text + ".lib" == c.complaint->subject;
    bool meant = library || argument.text == c.complaint->subject ||
                 (!argument.path.empty() && argument.path == c.complaint->subject);
    if (meant && facts.link->inputs[i].kind == InputKind::Missing) return &argument;
  }
  return nullptr;
}

// The packages that bring libssl for "ssl", "-lssl", or the file ":libssl.a".
Providers packages_of(std::string_view library) {
  if (library.starts_with("-l")) library.remove_prefix(2);
  if (library.starts_with(":lib")) library = library.substr(4, library.find('.', 4) - 4);
  return providers_named(library);
}

// The word with which an option names the file: a list, a script.
std::string option_naming(const std::string &file, const Command &command) {
  const std::vector<std::string> &words = command.linker_argv;
  // MinGW's linkers take these without an option.
  if (std::ranges::count(command.coff.module_definitions, file, &CoffOptions::ModuleFile::path)) return file;
  for (size_t i = 1; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (word == file && words[i - 1].starts_with('-')) return words[i - 1] + " " + words[i];
    if (word.size() <= file.size() || !word.ends_with(file) || (word[0] != '-' && word[0] != '/')) continue;
    if (std::string_view("=:@T").find(word[word.size() - file.size() - 1]) != word.npos) return words[i];
  }
  return "";
}

// A file that is no input.
std::optional<Verdict> examine_steering(const Case &c, const Facts &facts) {
  const Complaint &said = *c.complaint;
  bool absent = said.text.find("No such file") != said.text.npos || said.text.find("ot find") != said.text.npos ||
                said.text.find("not found") != said.text.npos;
  std::string option = said.subject.empty() || said.predicted ? "" : option_naming(said.subject, facts.link->command);
  if (!absent || option.empty()) return std::nullopt;
  for (const InputArg &argument : facts.link->command.inputs)
    if (argument.text == said.subject) return std::nullopt;
  Verdict verdict;
  verdict.certainty = Certainty::Proven;
  verdict.group = said.subject;
  verdict.summary = fmt::format("{} does not exist", said.subject);
  verdict.explanation = fmt::format(
      "The link line names {}, and there is no such file under {}. It is no input of the link: it tells "
      "the linker what to do with them, and the linker does not start without it.",
      said.subject, facts.link->command.directory);
  verdict.evidence.push_back({"option", "", "", fmt::format("the link line says {}", option), {}});
  verdict.remedies.push_back({.remedy = "install-library", .symbol = said.subject});
  return verdict;
}

// The objects that ask for an input by themselves, by #pragma comment(lib) for instance.
std::string askers_of(const InputArg &argument, const Link &link) {
  uint32_t input = static_cast<uint32_t>(&argument - link.command.inputs.data());
  std::string first;
  size_t more = 0;
  for (const Autolink &autolink : link.autolinks) {
    if (autolink.input != input) continue;
    if (first.empty()) first = link.name_of(autolink.by);
    else ++more;
  }
  return more ? fmt::format("{} (and {} more)", first, more) : first;
}

// The input as its linker's command line, or the object that asks for it, spells it.
std::string spelling_of(const InputArg &argument, const Facts &facts) {
  if (argument.kind == InputArg::Kind::Framework) return "framework " + argument.text;
  if (argument.kind != InputArg::Kind::Library) return argument.text;
  if (facts.flavor != Flavor::Coff) return "-l" + argument.text;
  return argument.text.find('.') == argument.text.npos ? argument.text + ".lib" : argument.text;
}

// What the linker did to find it.
std::string search_for(const InputArg &argument, const std::string &what, size_t folders, const Facts &facts) {
  if (argument.kind == InputArg::Kind::Framework)
    return fmt::format("The linker looks for {}.framework in {} folders. None of them has it.", argument.text, folders);
  if (argument.kind != InputArg::Kind::Library)
    return fmt::format(
        "The link line names {}, and there is no such file under {}. A build step that should "
        "have made it failed or did not run, or its name changed.",
        what, facts.link->command.directory);
  if (facts.flavor == Flavor::Coff)
    return fmt::format(
        "The linker looks for {} in its own folder and in {} search folders, in order. None of them has it.", what,
        folders);
  return fmt::format(
      "For {} the linker tries {} in each of its {} search folders, in order. None of them has it.", what,
      facts.flavor == Flavor::Darwin ? fmt::format("lib{0}.tbd, lib{0}.dylib and lib{0}.a", argument.text)
                                     : fmt::format("lib{0}.so and lib{0}.a", argument.text),
      folders);
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!concerns(c)) return std::nullopt;
  const InputArg *argument = argument_of(c, facts);
  if (!argument && c.complaint->code == "cannot-open") return examine_steering(c, facts);
  if (!argument || is_platform_file(*argument) || !argument->wrong_target.empty()) return std::nullopt;
  bool library = argument->kind == InputArg::Kind::Library;
  bool framework = argument->kind == InputArg::Kind::Framework;
  std::string what = spelling_of(*argument, facts);
  const std::vector<std::string> &folders =
      framework ? facts.link->command.framework_paths : facts.link->command.library_paths;

  Verdict verdict;
  verdict.certainty = Certainty::Proven;
  verdict.group = what;
  std::vector<const NearFile *> near;
  for (const NearFile &file : facts.survey->near_files)
    if (file.wanted == argument->text) near.push_back(&file);
  if (near.empty())
    verdict.summary = library || framework
                          ? fmt::format("no folder on the search path has {}",
                                        what.starts_with("-l") ? fmt::format("a library for {}", what) : what)
                          : fmt::format("{} does not exist", what);
  else if (near.front()->run_time_only)
    verdict.summary =
        fmt::format("only the run-time file {} is installed; linking needs the development files", near.front()->path);
  else
    verdict.summary = fmt::format("{} is in {}, where the linker does not look", file_name(near.front()->path),
                                  parent_path(near.front()->path));
  std::string askers = argument->autolinked ? askers_of(*argument, *facts.link) : "";
  verdict.explanation = (askers.empty() ? "" : fmt::format("{} asks for {} by itself. ", askers, what)) +
                        search_for(*argument, what, folders.size(), facts);
  for (const NearFile *file : near)
    verdict.evidence.push_back(
        {"input", file->path, "", file->run_time_only ? "the run-time file only" : "is outside the search path", {}});
  verdict.evidence.push_back(askers.empty()
                                 ? Evidence{"option", "", "", fmt::format("the link line names {}", what), {}}
                                 : Evidence{"input", askers, "", fmt::format("asks for {}", what), {}});
  if (Providers packages = library ? packages_of(argument->text) : Providers(); !packages.empty())
    verdict.evidence.push_back(
        provider_evidence(packages.all[0], fmt::format("{} is in a package", library_title(packages.all[0]))));
  size_t shown = 0;
  for (const std::string &folder : folders) {
    if (!library && !framework) break;
    if (++shown > 6) break;
    verdict.evidence.push_back({"absence", folder, "", "searched, not there", {}});
  }
  if (!near.empty() && !near.front()->run_time_only)
    verdict.remedies.push_back(
        {.remedy = "add-search-path", .symbol = argument->text, .path = std::string(parent_path(near.front()->path))});
  verdict.remedies.push_back(
      {.remedy = "install-library", .symbol = argument->text, .path = near.empty() ? "" : near.front()->path});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &) {
  if (!concerns(c)) return std::nullopt;
  std::string summary = fmt::format("{} is not installed, or not where the linker looks",
                                    c.complaint->subject.empty() ? "a library" : c.complaint->subject);
  if (c.complaint->code == "cannot-find-library")
    if (Providers packages = packages_of(c.complaint->subject); !packages.empty())
      summary += fmt::format(" ({})", package_words(packages.all[0]));
  return Suspicion{60, summary, ""};
}

std::string decide(const Case &c, const Facts &facts) {
  std::string name = c.complaint->subject;
  if (name.starts_with("-l")) name.erase(0, 2);
  if (name.empty()) return "";
  bool path = name.find('/') != name.npos || name.find('\\') != name.npos;
  if (path) return fmt::format("ls -l {}", quoted(name));
  if (c.complaint->code == "cannot-find-framework")
    return fmt::format("find / -name {} -not -path '/proc/*' 2>/dev/null", quoted(name + ".framework"));
  if (facts.flavor == Flavor::Coff)
    return fmt::format("where /R . {}", quoted(name.find('.') == name.npos ? name + ".lib" : name));
  bool bare = name.find('.') == name.npos;
  return fmt::format("find / -name {} -not -path '/proc/*' 2>/dev/null",
                     quoted(bare ? fmt::format("lib{}.*", name) : name));
}

}  // namespace

extern const Cause library_not_found{"library-not-found", "a library or file of the link line is not there", examine,
                                     suspect, decide};

}  // namespace ldwhy
