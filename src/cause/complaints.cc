#include "cause/complaints.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "command/command.h"

namespace ldwhy {

bool has_code(const Case &c, std::initializer_list<std::string_view> codes) {
  return std::ranges::find(codes, c.complaint->code) != codes.end();
}

bool says(const Case &c, std::string_view words) {
  if (c.complaint->text.find(words) != std::string::npos) return true;
  return std::ranges::any_of(c.complaint->notes, [&](const std::string &note) { return note.find(words) != note.npos; });
}

namespace {

// "/x/libfoo.a" is named as such, as "libfoo.a", or as "foo" of -lfoo.
bool names(std::string_view said, const InputArg &argument) {
  if (said.empty()) return false;
  return said == argument.path || said == argument.text || (!argument.path.empty() && said == file_name(argument.path));
}

std::optional<uint32_t> find_input(std::string_view said, const Link &link) {
  std::optional<uint32_t> found;
  for (uint32_t i = 0; i < link.inputs.size(); ++i) {
    const InputArg &argument = link.command.inputs[i];
    if (said == argument.path && !said.empty()) return i;
    if (!names(said, argument)) continue;
    if (found && link.inputs[*found].path != link.inputs[i].path) return std::nullopt;
    if (!found) found = i;
  }
  if (!found)  // another spelling of the same path
    for (uint32_t i = 0; i < link.inputs.size(); ++i) {
      const std::string &path = link.inputs[i].path;
      if (!path.empty() && !said.empty() && file_name(path) == file_name(said) &&
          normal_path(join_path(link.command.directory, path)) == normal_path(join_path(link.command.directory, said)))
        return i;
    }
  return found;
}

std::pair<std::string, std::string> file_and_member(std::string_view text) {
  size_t open = text.ends_with(')') ? text.rfind('(') : text.npos;
  if (open == text.npos || open == 0) return {std::string(text), ""};
  return {std::string(text.substr(0, open)), std::string(text.substr(open + 1, text.size() - open - 2))};
}

}  // namespace

std::optional<uint32_t> input_meant(const Case &c, const Facts &facts) {
  if (!facts.link) return std::nullopt;
  if (std::optional<uint32_t> found = find_input(file_and_member(c.complaint->subject).first, *facts.link)) return found;
  for (const ReferencePlace &place : c.complaint->references)
    if (std::optional<uint32_t> found = find_input(place.file, *facts.link)) return found;
  return std::nullopt;
}

ObjectId object_meant(const Case &c, const Facts &facts) {
  if (!facts.link) return no_object;
  auto find = [&](const std::string &file, std::string_view member) {
    std::optional<uint32_t> input = find_input(file, *facts.link);
    if (!input) return no_object;
    for (ObjectId id = 0; id < facts.link->objects.size(); ++id) {
      if (facts.link->objects[id].input != *input || !facts.link->object(id)) continue;
      if (member.empty() || facts.link->member_of(id).name == member) return id;
    }
    return no_object;
  };
  for (const ReferencePlace &place : c.complaint->references)
    if (ObjectId id = find(place.file, place.member); id != no_object) return id;
  const auto [file, member] = file_and_member(c.complaint->subject);
  return find(file, member);
}

std::string place_meant(const Case &c) {
  for (const ReferencePlace &place : c.complaint->references)
    if (!place.file.empty())
      return place.member.empty() ? place.file : fmt::format("{}({})", place.file, place.member);
  return c.complaint->subject;
}

Evidence words_of(const Case &c) { return {"message", "", "", c.complaint->text, {}}; }

Verdict verdict_from_words(const Case &c, std::string summary, std::string explanation) {
  Verdict verdict;
  verdict.certainty = Certainty::Likely;
  verdict.summary = std::move(summary);
  verdict.explanation = std::move(explanation);
  verdict.evidence.push_back(words_of(c));
  return verdict;
}

std::optional<uint32_t> damaged_input(const Facts &facts) {
  if (!facts.link) return std::nullopt;
  for (uint32_t i = 0; i < facts.link->inputs.size(); ++i) {
    const Input &input = facts.link->inputs[i];
    if (input.kind == InputKind::Unreadable && input.likeness != Likeness::Empty) return i;
    if (input.kind != InputKind::Missing && !input.problems.empty()) return i;
    if (std::ranges::any_of(input.members, [](const Member &m) { return m.problem && !m.object; })) return i;
  }
  return std::nullopt;
}

namespace {

// glibc's libpthread.a and its like have been empty by design since 2.34.
bool empty_by_design(const InputArg &argument) {
  constexpr std::string_view emptied[] = {"pthread", "dl", "rt", "util", "anl", "m", "resolv"};
  return argument.automatic || argument.script >= 0 || argument.kind != InputArg::Kind::File ||
         std::ranges::any_of(emptied, [&](std::string_view name) { return argument.text.ends_with(fmt::format("lib{}.a", name)); });
}

}  // namespace

std::optional<uint32_t> empty_provider(const Facts &facts) {
  if (!facts.link) return std::nullopt;
  for (uint32_t i = 0; i < facts.link->inputs.size(); ++i) {
    const Input &input = facts.link->inputs[i];
    bool file = input.kind == InputKind::Unreadable && input.likeness == Likeness::Empty;
    bool archive = input.kind == InputKind::Archive && input.members.empty() && input.problems.empty();
    if ((file || archive) && !empty_by_design(facts.link->command.inputs[i])) return i;
  }
  return std::nullopt;
}

std::string bytes_text(uint64_t bytes) {
  if (bytes < 10'000) return fmt::format("{} bytes", bytes);
  if (bytes < 10'000'000) return fmt::format("{} kB", bytes / 1000);
  if (bytes < 10'000'000'000) return fmt::format("{} MB", bytes / 1'000'000);
  return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
}

unsigned llvm_release(std::string_view text) {
  size_t at = text.find_first_of("0123456789");
  bool apple = text.find("APPLE") != text.npos;  // its numbers are not LLVM's
  if (at == text.npos || apple) return 0;
  unsigned release = 0;
  for (size_t i = at; i < text.size() && i < at + 3 && text[i] >= '0' && text[i] <= '9'; ++i)
    release = release * 10 + static_cast<unsigned>(text[i] - '0');
  return release;
}

const LinkerProgram *other_linker(const Facts &facts) {
  if (!facts.link || facts.flavor != Flavor::Gnu) return nullptr;
  Linker own = facts.linker;
  const LinkerProgram *best = nullptr;
  for (const LinkerProgram &program : facts.survey->surroundings.linkers) {
    ProgramName name = classify_program(program.name);
    // Cross linkers ("aarch64-linux-gnu-ld.bfd") link for other machines; gold is no longer kept up.
    bool usable = name.flavor == Flavor::Gnu && name.kind != own && name.kind != Linker::Unknown &&
                  name.kind != Linker::Gold && (program.name.starts_with("ld.") || program.name == "mold");
    if (usable && (!best || (name.kind == Linker::Lld && name.version > classify_program(best->name).version))) best = &program;
  }
  return best;
}

}  // namespace ldwhy
