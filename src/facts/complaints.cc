#include "facts/complaints.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "name/name.h"

namespace ldwhy {
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

bool has_code(const Case &c, std::initializer_list<std::string_view> codes) {
  return std::ranges::find(codes, c.complaint->code) != codes.end();
}

bool says(const Case &c, std::string_view words) {
  if (c.complaint->text.find(words) != std::string::npos) return true;
  return std::ranges::any_of(c.complaint->notes,
                             [&](const std::string &note) { return note.find(words) != note.npos; });
}

Evidence words_of(const Case &c) { return {"message", "", "", c.complaint->text, {}}; }

std::optional<uint32_t> input_meant(const Case &c, const Facts &facts) {
  if (!facts.link) return std::nullopt;
  if (std::optional<uint32_t> found = find_input(file_and_member(c.complaint->subject).first, *facts.link))
    return found;
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
    if (!place.file.empty()) return place.member.empty() ? place.file : fmt::format("{}({})", place.file, place.member);
  return c.complaint->subject;
}

std::vector<std::string> suggestions(const Complaint &complaint) {
  std::vector<std::string> names;
  for (std::string_view note : complaint.notes)
    for (std::string_view lead : {"did you mean: ", "maybe you meant: "}) {
      size_t at = note.find(lead);
      if (at == note.npos) continue;
      std::string_view name = note.substr(at + lead.size());
      if (name.starts_with("extern") || name.find('@') != name.npos) continue;  // C's form, or a version
      while (!name.empty() && (name.back() == ')' || name.back() == '\r') && name.find('(') == name.npos)
        name.remove_suffix(1);
      if (!name.empty()) names.emplace_back(name);
    }
  return names;
}

bool same_class_missing(const Case &c, const Facts &facts, size_t least) {
  std::string owner = class_of(c.parts);
  if (owner.empty()) return false;
  auto same = [&](const Case &other) {
    return other.parts.table == ClassTable::None && class_of(other.parts) == owner;
  };
  return static_cast<size_t>(std::ranges::count_if(facts.cases, same)) >= least;
}

std::vector<const Complaint *> inputs_passed_over(const LoggedLink &log) {
  std::vector<const Complaint *> found;
  for (const Complaint &complaint : log.complaints)
    if (complaint.code == "skipping-incompatible" || complaint.code == "ignoring-file") found.push_back(&complaint);
  return found;
}

std::vector<const Complaint *> said_of_inputs(const LoggedLink &log) {
  constexpr size_t enough = 300;  // every cause goes through them for every missing name
  std::vector<const Complaint *> found;
  for (const Complaint &complaint : log.complaints)
    if (complaint.kind == ComplaintKind::Input && found.size() < enough) found.push_back(&complaint);
  return found;
}

}  // namespace ldwhy
