// A symbol that a module's assembly defines without .globl, called from the module's IR.
//
// Without LTO, and with full LTO, caller and symbol end in one object and all is well.
// ThinLTO may copy the caller into another module, where the symbol cannot be seen: the rule
// is in resolve/thin_import.h. rustc follows the same rule with the bitcode that it embeds in
// rlibs.
//
// On COFF it is worse. LLD there takes a bitcode file's symbols for final before LTO runs, and
// the IR's reference and the assembly's local definition are two of them: the link ends
// with an undefined symbol under any kind of LTO, noinline or not, on any processor (seen with
// lld-link 14 and 22). .globl helps there too.
#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "base/parallel.h"
#include "check/hazards.h"
#include "name/name.h"
#include "name/rust_units.h"
#include "resolve/thin_import.h"

namespace ldwhy {
namespace {

// How the module came to be without knowing what ThinLTO would do with it.
enum class Certainly : uint8_t {
  Fails,       // the summary allows the copy
  ByValue,     // only where the optimiser works out a constant variable's value
  OtherMode,   // the same, but the module was compiled for full LTO
  NoSummary,   // not recorded which functions are small enough
  BeforeLto,   // COFF
};

struct Danger {
  uint32_t file = 0, member = 0;
  const ir::Module *module = nullptr;
  bool embedded = false;
  Certainly kind = Certainly::Fails;
  std::string symbol;                     // object-file spelling
  uint32_t line = 0;                      // of the assembly
  std::string entry, user;                // IR names
  uint32_t instructions = 0;              // of the entry
  std::vector<std::string> callers;       // "main.o: main"
  bool defined_elsewhere = false;
};

// The module that decides: a bitcode object's own, or the one that rustc embedded.
struct Decisive {
  const ir::Module *module = nullptr;
  bool embedded = false;
};
bool holds_private_assembly(const Object &object) {
  bool found = false;
  (void)object.for_each_symbol([&](const Symbol &symbol) {
    found |= symbol.from_asm && symbol.binding == Binding::Local && is_defined(symbol);
  });
  return found;
}
const Object *ir_object(const Object &object, bool &embedded) {
  embedded = false;
  if (object.kind() == ObjectKind::Bitcode) return &object;
  if (object.kind() != ObjectKind::Relocatable) return nullptr;
  embedded = true;
  const Object *inner = object.embedded_ir().object;
  return inner && inner->kind() == ObjectKind::Bitcode ? inner : nullptr;
}

// Global functions of the native code beside a module that refer to the symbol.
std::string native_user(const Object &object, const ir::Module &module, const std::string &symbol) {
  std::set<std::string_view> globals, no_inline;
  (void)object.for_each_symbol([&](const Symbol &s) {
    if (is_defined(s) && s.binding != Binding::Local) globals.insert(s.name);
  });
  std::set<std::string> kept_apart;
  for (const ir::Global &global : module.globals)
    if (global.no_inline) kept_apart.insert(ir::object_name(module, global.name));
  std::string found;
  (void)object.for_each_reference([&](const Reference &reference) {
    bool movable = reference.symbol == symbol && globals.contains(reference.function) &&
                   !kept_apart.contains(std::string(reference.function));
    if (movable && found.empty()) found = reference.function;
  });
  return found;
}

// Whether anything in the module could be copied at all.
bool has_movable(const ir::Module &module) {
  return std::ranges::any_of(module.globals, [](const ir::Global &global) {
    return !global.declaration && !thin::is_local(global.linkage) && global.name != "main" &&
           thin::may_move(global, {});
  });
}

void look_without_summary(const Object &object, Danger base, std::vector<Danger> &found) {
  base.kind = Certainly::NoSummary;
  for (const auto &[declaration, symbol] : thin::private_declarations(*base.module)) {
    base.symbol = base.module->asm_symbols[symbol].name;
    base.line = base.module->asm_symbols[symbol].line;
    if (base.embedded) {
      base.entry = native_user(object, *base.module, base.symbol);
      if (base.entry.empty()) continue;
      if (base.module->global_prefix && base.entry.starts_with(base.module->global_prefix)) base.entry.erase(0, 1);
    } else if (!base.module->global_prefix || !has_movable(*base.module)) {
      continue;  // without a prefix ThinLTO's own protection works
    }
    base.user = base.entry;
    found.push_back(base);
  }
}

void look(const Object &object, Danger base, std::vector<Danger> &found) {
  const Object *inner = ir_object(object, base.embedded);
  if (!inner || !holds_private_assembly(*inner)) return;
  base.module = inner->module();
  if (!base.module) return;
  const ir::Module &module = *base.module;
  if (!base.embedded && object.target().format == Format::Coff) {
    base.kind = Certainly::BeforeLto;
    for (const auto &[declaration, symbol] : thin::private_declarations(module)) {
      base.symbol = module.asm_symbols[symbol].name;
      base.line = module.asm_symbols[symbol].line;
      found.push_back(base);
    }
    return;
  }
  if (module.summaries.empty()) return look_without_summary(object, base, found);
  size_t first = found.size();
  for (const thin::PrivateUse &use : thin::private_uses(module)) {
    base.kind = use.by_value                  ? Certainly::ByValue
                : module.lto == ir::Lto::Thin ? Certainly::Fails
                                              : Certainly::OtherMode;
    base.symbol = module.asm_symbols[use.asm_symbol].name;
    base.line = module.asm_symbols[use.asm_symbol].line;
    base.entry = module.globals[use.entry->global].name;
    base.user = module.globals[use.user->global].name;
    base.instructions = use.entry->instructions;
    // One finding a symbol: the first function found, and a sure one before others.
    auto known = std::find_if(found.begin() + static_cast<std::ptrdiff_t>(first), found.end(),
                              [&](const Danger &other) { return other.symbol == base.symbol; });
    if (known == found.end()) found.push_back(base);
    else if (known->kind == Certainly::ByValue && base.kind != Certainly::ByValue) *known = base;
  }
}

std::vector<Danger> find_dangers(const Outputs &outputs) {
  std::vector<std::vector<Danger>> by_file(outputs.files.size());
  parallel_for(outputs.files.size(), [&](size_t i) {
    const std::vector<Member> &members = outputs.files[i].input.members;
    for (uint32_t m = 0; m < members.size(); ++m)
      if (members[m].object) look(*members[m].object, {static_cast<uint32_t>(i), m}, by_file[i]);
  });
  std::vector<Danger> all;
  for (std::vector<Danger> &found : by_file) all.insert(all.end(), found.begin(), found.end());
  return all;
}

// What the other files have to do with the dangers: who calls the functions, who defines the
// symbols after all.
class Neighbours {
 public:
  explicit Neighbours(std::vector<Danger> &dangers) : dangers_(dangers) {
    for (Danger &danger : dangers_) {
      by_symbol_[danger.symbol].push_back(&danger);
      if (!danger.entry.empty()) by_entry_[ir::object_name(*danger.module, danger.entry)].push_back(&danger);
    }
  }

  void look_at(const Outputs &outputs) {
    parallel_for(outputs.files.size(), [&](size_t i) {
      const OutputFile &file = outputs.files[i];
      for (uint32_t m = 0; m < file.input.members.size(); ++m)
        if (const Object *object = file.input.members[m].object.get())
          look_at(*object, static_cast<uint32_t>(i), m, name_of(file, file.input.members[m]));
    });
    for (Danger &danger : dangers_) std::ranges::sort(danger.callers);
  }
  size_t modules() const { return modules_; }

 private:
  void look_at(const Object &object, uint32_t file, uint32_t member, const std::string &name) {
    auto other = [&](const Danger *danger) { return danger->file != file || danger->member != member; };
    (void)object.for_each_symbol([&](const Symbol &symbol) {
      if (!is_defined(symbol) || symbol.binding == Binding::Local) return;
      auto found = by_symbol_.find(symbol.name);
      if (found == by_symbol_.end()) return;
      std::lock_guard lock(mutex_);
      for (Danger *danger : found->second)
        if (other(danger)) danger->defined_elsewhere = true;
    });
    bool embedded;
    const Object *inner = ir_object(object, embedded);
    const ir::Module *module = inner ? inner->module() : nullptr;
    if (!module || module->lto != ir::Lto::Thin) return;
    {
      std::lock_guard lock(mutex_);
      ++modules_;
    }
    std::map<uint32_t, const std::vector<Danger *> *> called;
    for (uint32_t g = 0; g < module->globals.size(); ++g) {
      if (!module->globals[g].declaration) continue;
      auto found = by_entry_.find(ir::object_name(*module, module->globals[g].name));
      if (found != by_entry_.end()) called[g] = &found->second;
    }
    if (called.empty()) return;
    for (const ir::Summary &summary : module->summaries)
      for (uint32_t callee : summary.calls) {
        auto found = called.find(callee);
        if (found == called.end() || summary.global >= module->globals.size()) continue;
        std::lock_guard lock(mutex_);
        for (Danger *danger : *found->second)
          if (other(danger))
            danger->callers.push_back(
                fmt::format("{}: {}", name, demangle(module->globals[summary.global].name, Format::Elf)));
        called.erase(found);
      }
  }

  std::vector<Danger> &dangers_;
  std::map<std::string, std::vector<Danger *>, std::less<>> by_symbol_, by_entry_;
  std::mutex mutex_;
  size_t modules_ = 0;  // with a ThinLTO summary
};

Affected state_of(const Danger &danger, const HazardContext &context, size_t modules) {
  const std::string &lto = context.request.lto;
  if (danger.kind == Certainly::BeforeLto) return lto == "none" ? Affected::NotAffected : Affected::Affected;
  if (lto == "full" || lto == "none") return Affected::NotAffected;
  if (danger.kind == Certainly::ByValue) return Affected::Unknown;
  if (danger.kind == Certainly::OtherMode) return lto == "thin" ? Affected::Affected : Affected::Unknown;
  if (danger.kind == Certainly::NoSummary) return Affected::Unknown;
  // A loose object is part of a program whose other modules are at hand; libraries are for others.
  const OutputFile &file = context.outputs.files[danger.file];
  bool unused = !file.given && file.input.kind == InputKind::Object && danger.callers.empty() && modules > 1;
  return unused ? Affected::Unknown : Affected::Affected;
}

struct Words {
  std::string symbol, entry, user, home;
};

std::string outcome(const Danger &danger, const Words &words, Affected state) {
  switch (danger.kind) {
    case Certainly::BeforeLto:
      return fmt::format(
          "links without LTO; fails under ThinLTO and full LTO: on COFF linkers settle {}'s symbols before LTO "
          "runs, and the reference and the local definition of {} stay apart",
          words.home, words.symbol);
    case Certainly::ByValue:
      return fmt::format(
          "links without LTO and with full LTO; fails where ThinLTO copies {} into another module and there "
          "works out the value of {}, which holds {}'s address",
          words.entry, words.user, words.symbol);
    case Certainly::OtherMode:
      return fmt::format(
          "links as it was compiled, for full LTO; compiled with -flto=thin it fails once ThinLTO copies {} "
          "into another module",
          words.entry);
    case Certainly::NoSummary:
      return fmt::format(
          "links without LTO and with full LTO; compiled with -flto=thin it fails once ThinLTO copies {} into "
          "another module, which this file does not tell",
          words.entry.empty() ? "a function that needs it" : words.entry);
    case Certainly::Fails: break;
  }
  std::string text =
      fmt::format("links without LTO and with full LTO; fails once ThinLTO copies {} into another module", words.entry);
  if (state == Affected::Unknown) text += ", and no module looked at calls it";
  return text;
}

std::string title_of(const Danger &danger, const Words &words, Affected state) {
  if (danger.kind == Certainly::BeforeLto)
    return fmt::format("{} is private to the assembly in {}: LTO links for Windows do not find it", words.symbol,
                       words.home);
  if (state == Affected::NotAffected)
    return fmt::format("{} is private to the assembly in {}, which breaks ThinLTO links only", words.symbol,
                       words.home);
  if (words.entry.empty() || danger.kind == Certainly::NoSummary)
    return fmt::format(
        "{} is private to the assembly in {}: under ThinLTO a function that needs it may be copied elsewhere",
        words.symbol, words.home);
  return fmt::format("{} is private to the assembly in {}, and ThinLTO may copy {}, which needs it, into other modules",
                     words.symbol, words.home, words.entry);
}

void add_evidence(const Danger &danger, const Words &words, Affected state, const OutputFile &file, Finding &finding) {
  std::string member(file.input.members[danger.member].name);
  finding.evidence.push_back(
      {"definition",
       file.shown,
       member,
       fmt::format("{} defines {} without .globl{}",
                   danger.embedded ? "the assembly in its embedded bitcode" : "module assembly", words.symbol,
                   danger.line ? fmt::format(" (line {} of the assembly)", danger.line) : ""),
       {{"symbol", danger.symbol}}});
  if (danger.kind == Certainly::Fails || danger.kind == Certainly::OtherMode || danger.kind == Certainly::ByValue) {
    finding.evidence.push_back(
        {"import",
         file.shown,
         member,
         fmt::format("{} may be copied: notEligibleToImport: 0, {} instructions", words.entry, danger.instructions),
         {{"function", danger.entry}, {"instructions", std::to_string(danger.instructions)}}});
    bool itself = danger.user == danger.entry;
    finding.evidence.push_back({"reference",
                                file.shown,
                                member,
                                itself ? fmt::format("{} refers to {}", words.entry, words.symbol)
                                       : fmt::format("{} goes with it, and refers to {}", words.user, words.symbol),
                                {{"function", danger.user}}});
  } else if (!danger.entry.empty()) {
    finding.evidence.push_back(
        {"reference", file.shown, member, fmt::format("{} refers to it", words.entry), {{"function", danger.entry}}});
  }
  constexpr size_t most = 3;
  for (size_t i = 0; i < danger.callers.size() && i < most; ++i) {
    std::string more =
        i + 1 == most && danger.callers.size() > most ? fmt::format(" ({} more do)", danger.callers.size() - most) : "";
    size_t colon = danger.callers[i].rfind(": ");
    finding.evidence.push_back({"reference",
                                danger.callers[i].substr(0, colon),
                                "",
                                fmt::format("{} calls {}{}", danger.callers[i].substr(colon + 2), words.entry, more),
                                {}});
  }
  if (danger.module->global_prefix && danger.kind != Certainly::BeforeLto)
    finding.evidence.push_back(
        {"target",
         file.shown,
         member,
         fmt::format("{}: object files prefix names with '{}', which hides {} from LLVM's own check",
                     danger.module->triple, danger.module->global_prefix, danger.symbol),
         {}});
  finding.evidence.push_back({"lto", file.shown, member, outcome(danger, words, state), {}});
}

void add_remedies(const Danger &danger, const Words &words, bool rust, Format format, Finding &finding) {
  Remedy global = make_remedy("make-global",
                              fmt::format("make {} global, but private to the image, in the assembly", words.symbol));
  std::string lines = "+.globl " + danger.symbol + "\n";
  if (format == Format::MachO) lines += "+.private_extern " + danger.symbol + "\n";
  if (format == Format::Elf) lines += "+.hidden " + danger.symbol + "\n";
  global.edits.push_back({"", lines});
  finding.remedies.push_back(std::move(global));
  if (danger.kind != Certainly::BeforeLto && !words.entry.empty())
    finding.remedies.push_back(
        make_remedy("noinline-caller", fmt::format("mark {} {}", words.user, rust ? "#[inline(never)]" : "noinline")));
  if (!rust)
    finding.remedies.push_back(make_remedy(
        "file-without-lto",
        fmt::format("compile {} with -fno-lto",
                    danger.module->source_file.empty() ? words.home : std::string(danger.module->source_file))));
  if (danger.kind != Certainly::BeforeLto)
    finding.remedies.push_back(make_remedy(
        "full-lto", rust ? "use lto = \"fat\" in the place of \"thin\"" : "use -flto=full in the place of -flto=thin"));
  finding.remedies.push_back(make_remedy("no-lto", rust ? "use lto = \"off\"" : "switch LTO off"));
}

std::vector<Finding> find(const HazardContext &context) {
  std::vector<Danger> dangers = find_dangers(context.outputs);
  if (dangers.empty()) return {};
  Neighbours neighbours(dangers);
  neighbours.look_at(context.outputs);
  std::vector<Finding> findings;
  for (const Danger &danger : dangers) {
    if (danger.defined_elsewhere) continue;
    const OutputFile &file = context.outputs.files[danger.file];
    const Member &member = file.input.members[danger.member];
    Format format = member.object->target().format;
    Words words{demangle(danger.symbol, format), demangle(danger.entry, Format::Elf),
                demangle(danger.user, Format::Elf), name_of(file, member)};
    Finding finding;
    finding.state = state_of(danger, context, neighbours.modules());
    finding.title = title_of(danger, words, finding.state);
    finding.target = danger.module->triple;
    finding.place.file = file.shown;
    add_evidence(danger, words, finding.state, file, finding);
    bool rust = codegen_unit(member.name.empty() ? file.path : member.name).has_value();
    add_remedies(danger, words, rust, format, finding);
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace

extern const Hazard private_assembly_hazard{
    "local-definition", "assembly keeps a symbol to itself that LTO separates from its callers", find};

}  // namespace ldwhy
