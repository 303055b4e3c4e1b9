// Which objects have the sections that missing names stand for the bounds of: linkers make
// __start_NAME and __stop_NAME of a section NAME (ld manual, "Orphan Sections").
#include <set>

#include "input/elf_sections.h"
#include "survey/survey.h"

namespace ldwhy {
namespace {

void look(const SurveyContext &context, const Quarry &, Survey &survey) {
  std::set<std::string_view> sections;
  for (const Wanted &wanted : survey.wanted)
    for (std::string_view prefix : {"__start_", "__stop_"})
      if (wanted.name.starts_with(prefix)) sections.insert(std::string_view(wanted.name).substr(prefix.size()));
  if (sections.empty()) return;
  for (ObjectId id = 0; id < context.link.objects.size(); ++id) {
    const Object *object = context.link.object(id);
    if (!object || object->kind() != ObjectKind::Relocatable) continue;
    for (const ElfSections::Section &section : read_elf_sections(*object).sections)
      if (sections.contains(section.name)) survey.section_holders.push_back({std::string(section.name), id});
  }
}

}  // namespace

extern const SurveySource section_holders_source{"section-holders", "sections whose bounds are missing", false, look};

}  // namespace ldwhy
