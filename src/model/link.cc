#include "model/link.h"

#include <fmt/format.h>

#include "base/parallel.h"

namespace ldwhy {

Link::~Link() {
  parallel_for(inputs.size(), [this](size_t i) { inputs[i] = {}; });
}

std::string Link::input_name(uint32_t input) const {
  const InputArg &argument = command.inputs[input];
  std::string path = inputs[input].path.empty() ? argument.text : inputs[input].path;
  std::string folder = command.directory.ends_with('/') ? command.directory : command.directory + "/";
  if (path.starts_with(folder)) path.erase(0, folder.size());
  return path;
}

std::string Link::name_of(ObjectId id) const {
  const Member &member = member_of(id);
  std::string name = input_name(objects[id].input);
  return member.name.empty() ? name : fmt::format("{}({})", name, member.name);
}

}  // namespace ldwhy
