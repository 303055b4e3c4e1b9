// Objects on the line that are older than the source that defines a missing name. An ELF
// object names its source by a symbol of type file; others say nothing here.
#include "survey/survey.h"

namespace ldwhy {
namespace {

bool is_made_from(const Object &object, std::string_view source) {
  bool named = false;
  (void)object.for_each_symbol(
      [&](const Symbol &symbol) { named |= symbol.type == SymbolType::File && file_name(symbol.name) == source; });
  return named;
}

// Whether an #if is open at a line of a text.
bool is_conditional(std::string_view text, uint32_t line) {
  int open = 0;
  for (uint32_t at = 1; at < line && !text.empty(); ++at) {
    std::string_view one = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    size_t mark = one.find_first_not_of(" \t");
    if (mark == one.npos || one[mark] != '#') continue;
    size_t word = one.find_first_not_of(" \t", mark + 1);
    if (word == one.npos) continue;
    if (one.substr(word).starts_with("if")) ++open;
    else if (one.substr(word).starts_with("endif")) --open;
  }
  return open > 0;
}

void look(const SurveyContext &context, const Quarry &, Survey &survey) {
  const Link &link = context.link;
  for (const SourcePlace &place : survey.sources) {
    if (!place.definition || place.kind != SourcePlace::Kind::Name) continue;
    std::string source = join_path(link.command.directory, place.file);
    std::optional<int64_t> changed = context.files.modified(source);
    for (ObjectId id = 0; changed && id < link.objects.size(); ++id) {
      const InputArg &argument = link.argument_of(id);
      const Object *object = link.object(id);
      if (argument.automatic || !object || object->kind() != ObjectKind::Relocatable) continue;
      std::optional<int64_t> made = context.files.modified(join_path(link.command.directory, link.input_of(id).path));
      if (!made || *made >= *changed || !is_made_from(*object, file_name(place.file))) continue;
      Result<FileRef> text = context.files.open(source);
      bool conditional = !text || is_conditional((*text)->bytes().text(), place.line);
      survey.stale.push_back({place.name, id, place.file, place.line, conditional});
    }
  }
}

}  // namespace

extern const SurveySource stale_objects_source{"stale-objects", "objects older than their source", true, look};

}  // namespace ldwhy
