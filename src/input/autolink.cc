// Autolinking, by format:
//
//   COFF     .drectve: /DEFAULTLIB:name ("PE Format", "The .drectve Section"); GNU ld ignores it
//   Mach-O   LC_LINKER_OPTION: "-lname"; "-framework", "Name" (<mach-o/loader.h>)
//   ELF      .deplibs: names, which LLD alone reads (LLVM, "Extensions", "Dependent Libraries")
//
// A library so found may ask for others, to a bounded depth.
#include "input/autolink.h"

#include <map>
#include <string>

#include "base/parallel.h"
#include "base/text.h"
#include "command/find_library.h"
#include "input/load.h"

namespace ldwhy {
namespace {

constexpr int most_rounds = 8;
constexpr size_t most_libraries = 4096;

using Request = std::pair<InputArg::Kind, std::string>;

bool follows_requests(const Command &command) {
  if (command.output_kind == Output::Relocatable) return false;
  for (const std::string &without : command.coff.without_libraries)
    if (without == "*") return false;
  Format format = command.target.format;
  if (format == Format::Elf || (format == Format::Coff && command.flavor == Flavor::Gnu))
    return command.linker == Linker::Lld;
  return format == Format::Coff || format == Format::MachO;
}

std::vector<Request> requests_of(const Object &object, Format format) {
  std::vector<Request> requests;
  std::vector<std::string_view> words = object.linker_options();
  for (size_t i = 0; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (format == Format::Elf) {
      requests.emplace_back(InputArg::Kind::Library, word);
    } else if (format == Format::MachO) {
      if (word.starts_with("-l") && word.size() > 2) requests.emplace_back(InputArg::Kind::Library, word.substr(2));
      else if (word == "-framework" && i + 1 < words.size())
        requests.emplace_back(InputArg::Kind::Framework, words[++i]);
    } else {
      constexpr std::string_view option = "defaultlib:";
      bool is_option = word.size() > option.size() + 1 && (word[0] == '/' || word[0] == '-');
      if (is_option && lower_case(word.substr(1, option.size())) == option)
        requests.emplace_back(InputArg::Kind::Library, word.substr(1 + option.size()));
    }
  }
  return requests;
}

}  // namespace

void add_autolinked(Link &link, const Files &files) {
  if (!follows_requests(link.command)) return;
  Format format = link.command.target.format;
  std::map<Request, uint32_t> known;
  size_t from = 0;
  for (int round = 0; round < most_rounds && from < link.objects.size(); ++round) {
    size_t end = link.objects.size();
    std::vector<std::vector<Request>> found(end - from);
    parallel_for(end - from, [&](size_t i) {
      const Object *object = link.object(static_cast<ObjectId>(from + i));
      if (object && object->target().format == format) found[i] = requests_of(*object, format);
    });
    for (size_t i = 0; i < found.size(); ++i) {
      ObjectId by = static_cast<ObjectId>(from + i);
      for (Request &request : found[i]) {
        auto [entry, is_new] = known.emplace(request, static_cast<uint32_t>(link.inputs.size()));
        link.autolinks.push_back({by, entry->second});
        if (!is_new || known.size() > most_libraries) continue;
        InputArg argument;
        argument.kind = request.first;
        argument.text = std::move(request.second);
        argument.autolinked = true;
        argument.argument = link.argument_of(by).argument;
        find_library(argument, link.command, files);
        Input input;
        if (!argument.path.empty())
          input = load_file(join_path(link.command.directory, argument.path), link.command.target, files);
        input.path = argument.path;
        link.bytes += input.bytes;
        uint32_t number = static_cast<uint32_t>(link.inputs.size());
        for (uint32_t m = 0; m < input.members.size(); ++m) link.objects.push_back({number, m});
        link.inputs.push_back(std::move(input));
        link.command.inputs.push_back(std::move(argument));
      }
    }
    from = end;
  }
}

}  // namespace ldwhy
