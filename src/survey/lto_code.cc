// What LTO code holds beside what the linker was told of it: definitions in the IR of a compiler
// that this linker does not read, and what asm statements inside functions define and use.
#include <algorithm>
#include <mutex>

#include "base/parallel.h"
#include "input/asm_symbols.h"
#include "resolve/ir_reader.h"
#include "survey/survey.h"

namespace ldwhy {
namespace {

constexpr size_t most_sightings = 50;  // of one wanted name; the first decides

void look_unreadable(const SurveyContext &context, const Quarry &quarry, Survey &survey) {
  const Link &link = context.link;
  std::mutex mutex;
  parallel_for(link.objects.size(), [&](size_t i) {
    ObjectId id = static_cast<ObjectId>(i);
    const Object *object = link.object(id);
    if (!object || reads_ir(link.command, object->kind())) return;
    const Object *ir = object->kind() == ObjectKind::GccSlimLto ? object->embedded_ir().object : object;
    if (!ir) return;
    (void)ir->for_each_symbol([&](const Symbol &symbol) {
      if (!is_defined(symbol) || symbol.binding == Binding::Local) return;
      quarry.match(symbol.name, [&](size_t index, Relation relation) {
        std::lock_guard lock(mutex);
        std::vector<Sighting> &found = survey.wanted[index].unreadable;
        if (relation != Relation::Exact || found.size() >= most_sightings) return;
        Sighting &sighting = found.emplace_back();
        sighting.name = symbol.name;
        sighting.symbol = symbol;
        sighting.object = id;
        sighting.file = link.input_name(link.objects[id].input);
        sighting.member = link.member_of(id).name;
        sighting.kind = object->kind();
      });
    });
  });
  for (Wanted &wanted : survey.wanted) std::ranges::sort(wanted.unreadable, {}, &Sighting::object);
}

void look_into_functions(const SurveyContext &context, const Quarry &, Survey &survey) {
  const Link &link = context.link;
  std::mutex mutex;
  parallel_for(link.objects.size(), [&](size_t i) {
    ObjectId id = static_cast<ObjectId>(i);
    const Object *object = link.object(id);
    if (!object || object->kind() != ObjectKind::Bitcode) return;
    std::vector<AsmMention> found;
    for (const ir::FunctionAsm &statement : object->inline_assembly()) {
      const Target &target = object->target();
      for (const ir::AsmSymbol &symbol : scan_asm(statement.text, target.format, target.arch)) {
        const Wanted *wanted = survey.find(symbol.name);
        if (wanted) found.push_back({wanted->name, id, statement.function, symbol.defined, symbol.global});
      }
    }
    std::lock_guard lock(mutex);
    survey.inline_assembly.insert(survey.inline_assembly.end(), found.begin(), found.end());
  });
  std::ranges::stable_sort(survey.inline_assembly, {}, &AsmMention::object);
}

}  // namespace

extern const SurveySource unreadable_ir_source{"unreadable-ir", "compiler IR that the linker cannot read", false,
                                               look_unreadable};
extern const SurveySource inline_assembly_source{"inline-assembly", "asm statements inside functions of bitcode", false,
                                                 look_into_functions};

}  // namespace ldwhy
