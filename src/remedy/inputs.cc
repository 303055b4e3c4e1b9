// Remedies that change one input, or how all bitcode goes through LTO. Copies are
// made with LLVM's own tools of the linker's release: llvm-dis and opt to change a
// module, clang to turn one into native code, objcopy for native objects; GCC turns its own IR into
// native code.
#include <algorithm>

#include <fmt/format.h>

#include "name/rust_units.h"
#include "name/name.h"
#include "base/process.h"
#include "remedy/remedy.h"
#include "resolve/ir_reader.h"

namespace ldwhy {
namespace {

constexpr size_t most_modules = 200;  // converting more would take longer than the build

std::string read_text(const std::string &path) {
  Result<FileRef> file = DiskFiles().open(path);
  return file ? std::string((*file)->bytes().text()) : std::string();
}

// Bitcode to text, without the summary: opt makes a new one.
std::string disassemble(TrialBench &bench, ObjectId id) {
  std::string bitcode = bench.extract(id), text = bench.fresh("module.ll");
  if (bitcode.empty() || !bench.run({bench.tool("llvm-dis"), bitcode, "-o", text})) return "";
  std::string all = read_text(text), kept;
  for (size_t at = 0; at < all.size();) {
    size_t end = all.find('\n', at);
    end = end == all.npos ? all.size() : end + 1;
    if (all[at] != '^') kept.append(all, at, end - at);
    at = end;
  }
  return kept;
}

// Text back to bitcode with a ThinLTO summary, as a file: its path; empty: it cannot be made.
std::string assemble(TrialBench &bench, ObjectId id, const std::string &text, std::vector<std::string> options) {
  const Member &member = bench.link().member_of(id);
  std::string source = bench.fresh("changed.ll");
  std::string path = bench.fresh(member.name.empty() ? bench.link().input_of(id).path : std::string(member.name));
  if (source.empty() || path.empty() || write_file_atomically(source, text)) return "";
  options.insert(options.begin(), bench.tool("opt"));
  options.insert(options.end(), {source, "-o", path});
  return bench.run(options) ? path : "";
}

// The same in the place of the object.
std::optional<Trial> reassemble(TrialBench &bench, ObjectId id, const std::string &text) {
  std::string path = assemble(bench, id, text, {"--module-summary"});
  Trial trial{bench.words()};
  if (path.empty() || !bench.replace(trial.argv, id, path)) return std::nullopt;
  return trial;
}

const ir::Module *module_of(const RemedySeed &seed, const RemedyContext &context) {
  const Object *object = context.facts.link->object(seed.object);
  return object ? object->module() : nullptr;
}

// What makes an assembly symbol global, but private to the image, in the target's words.
std::vector<std::string> global_directives(const std::string &symbol, Format format) {
  std::vector<std::string> lines{".globl " + symbol};
  if (format == Format::MachO) lines.push_back(".private_extern " + symbol);
  if (format == Format::Elf) lines.push_back(".hidden " + symbol);
  return lines;
}

// The label in the file that the module was compiled from, when it is there, exactly once.
void add_source_edit(const ir::Module &module, const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  std::string path(module.source_file);
  if (path.empty()) return;
  Result<FileRef> file = context.files.open(join_path(context.facts.link->command.directory, path));
  if (!file) return;
  std::string_view text = (*file)->bytes().text();
  std::string label = seed.symbol + ":";
  size_t at = text.find(label);
  if (at == text.npos || text.find(label, at + 1) != text.npos) return;
  size_t start = text.rfind('\n', at);
  start = start == text.npos ? 0 : start + 1;
  std::string old_line(text.substr(start, text.find('\n', at) - start));
  // Inside a string literal, line ends are written \n.
  bool literal = old_line.find('"') != old_line.npos;
  std::string added;
  for (const std::string &directive : global_directives(seed.symbol, context.facts.format))
    added += directive + (literal ? "\\n" : "\n");
  std::string new_line = old_line;
  new_line.insert(at - start, added);
  size_t number = 1 + static_cast<size_t>(std::ranges::count(text.substr(0, start), '\n'));
  std::string diff = fmt::format("--- a/{0}\n+++ b/{0}\n@@ -{1} +{1} @@\n-{2}\n", path, number, old_line);
  for (size_t from = 0; from <= new_line.size();) {
    size_t end = new_line.find('\n', from);
    diff += "+" + new_line.substr(from, end == new_line.npos ? end : end - from) + "\n";
    if (end == new_line.npos) break;
    from = end + 1;
  }
  remedy.edits.push_back({path, diff});
}

// ---- make-global
void describe_global(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  const ir::Module *module = module_of(seed, context);
  std::string shown = demangle(seed.symbol, context.facts.format);
  std::string home = context.facts.link->name_of(seed.object);
  if (module) {
    remedy.title = fmt::format("make {} global, but private to the image, in {}'s assembly", shown, home);
    add_source_edit(*module, seed, context, remedy);
    if (remedy.edits.empty()) {
      std::string lines;
      for (const std::string &directive : global_directives(seed.symbol, context.facts.format))
        lines += "+" + directive + "\n";
      remedy.edits.push_back({"", lines});
    }
    return;
  }
  if (std::optional<CodegenUnit> unit = codegen_unit(home)) {
    remedy.title = fmt::format("make {} global, but private to the image, in crate {}'s assembly", shown, unit->crate);
    std::string lines = "in global_asm!, before the label:\n";
    for (const std::string &directive : global_directives(seed.symbol, context.facts.format))
      lines += fmt::format("+    \"{}\",\n", directive);
    remedy.edits.push_back({"", lines});
    return;
  }
  remedy.title = fmt::format("make {} global in {}: drop `static`, or add .globl to the assembly", shown, home);
}
std::optional<Trial> prepare_global(const RemedySeed &seed, const RemedyContext &context, TrialBench &bench) {
  const ir::Module *module = module_of(seed, context);
  if (module) {
    std::string text = disassemble(bench, seed.object);
    size_t at = text.find("module asm \"");
    if (at == text.npos) return std::nullopt;
    std::string lines;
    for (const std::string &directive : global_directives(seed.symbol, context.facts.format))
      lines += fmt::format("module asm \"{}\"\n", directive);
    text.insert(at, lines);
    return reassemble(bench, seed.object, text);
  }
  std::string object = bench.extract(seed.object);
  std::string found = seed.other.empty() ? seed.symbol : seed.other;
  // Old releases cannot do this to Mach-O files.
  std::vector<std::string> command{bench.newest_tool("llvm-objcopy"), "--globalize-symbol=" + found};
  if (found != seed.symbol) command.push_back(fmt::format("--redefine-sym={}={}", found, seed.symbol));
  command.push_back(object);
  if (object.empty() || !bench.run(command)) return std::nullopt;
  Trial trial{bench.words()};
  if (!bench.replace(trial.argv, seed.object, object)) return std::nullopt;
  return trial;
}

// ---- noinline-caller
bool is_rust(const RemedySeed &seed, const RemedyContext &context) {
  return seed.object != no_object && codegen_unit(context.facts.link->name_of(seed.object));
}
void describe_noinline(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  std::string caller = demangle(seed.other, context.facts.format);
  if (caller.starts_with('_') && context.facts.format == Format::MachO) caller.erase(0, 1);
  if (is_rust(seed, context)) {
    if (caller.empty()) caller = fmt::format("the function that calls {}", demangle(seed.symbol, context.facts.format));
    remedy.title = fmt::format("keep {} beside the assembly: mark it #[inline(never)]", caller);
    remedy.edits.push_back({"", "+#[inline(never)]\n"});
    return;
  }
  remedy.title = fmt::format("keep {} in its own file: mark it noinline", caller);
  remedy.edits.push_back({"", fmt::format("+__attribute__((noinline))  // on {}\n", caller)});
}
std::optional<Trial> prepare_noinline(const RemedySeed &seed, const RemedyContext &context, TrialBench &bench) {
  const ir::Module *module = module_of(seed, context);
  if (!module) return std::nullopt;
  std::string text = disassemble(bench, seed.object);
  std::string name = seed.other;
  if (module->global_prefix && name.starts_with(module->global_prefix)) name.erase(0, 1);
  for (const std::string &spelled : {fmt::format("@{}(", name), fmt::format("@\"{}\"(", name)}) {
    size_t at = 0;
    while ((at = text.find(spelled, at)) != text.npos) {
      size_t line = text.rfind('\n', at);
      line = line == text.npos ? 0 : line + 1;
      if (text.compare(line, 7, "define ") != 0) {
        ++at;
        continue;
      }
      // After the parameters and the address mark come the function attributes.
      int open = 0;
      size_t end = at + spelled.size() - 1;
      for (; end < text.size(); ++end) {
        if (text[end] == '(') ++open;
        if (text[end] == ')' && --open == 0) break;
      }
      ++end;
      for (std::string_view mark : {" local_unnamed_addr", " unnamed_addr"})
        if (text.compare(end, mark.size(), mark) == 0) end += mark.size();
      text.insert(end, " noinline");
      return reassemble(bench, seed.object, text);
    }
  }
  return std::nullopt;
}

// ---- one-codegen-unit: rustc's; cannot be tried without compiling
Edit profile_edit(std::string_view setting) {
  return {"", fmt::format("Cargo.toml, in the profile that fails:\n [profile.release]\n+{}\n", setting)};
}
void describe_one_unit(const RemedySeed &, const RemedyContext &, Remedy &remedy) {
  remedy.title = "compile each crate in one codegen unit";
  remedy.edits.push_back(profile_edit("codegen-units = 1"));
}

// ---- file-without-lto
// The object as native code, by the compiler of the linker's own release; by the newest where the
// linker is not LLVM's. Not optimised: only names matter, and it takes a tenth of the time.
std::string to_native(TrialBench &bench, ObjectId id, const ir::Module &module) {
  std::string bitcode = bench.extract(id);
  std::string native = bitcode.empty() ? "" : bench.fresh(bitcode);
  bool lld = bench.link().command.linker == Linker::Lld;
  std::string clang = lld ? bench.tool("clang") : bench.newest_tool("clang");
  if (native.empty() || !bench.run({clang, fmt::format("--target={}", module.triple), "-x", "ir", "-O0", "-c", bitcode,
                                    "-o", native, "-Wno-override-module"}))
    return "";
  return native;
}
// The same of GCC's IR, by the gcc on PATH: only the release that wrote it reads it.
std::string gcc_to_native(TrialBench &bench, ObjectId id) {
  std::string slim = bench.extract(id);
  std::string native = slim.empty() ? "" : bench.fresh(slim);
  std::optional<std::string> gcc = find_program("gcc");
  if (native.empty() || !gcc ||
      !bench.run({*gcc, "-O2", "-r", "-nostdlib", "-flinker-output=nolto-rel", slim, "-o", native}))
    return "";
  return native;
}
std::string ir_to_native(TrialBench &bench, ObjectId id) {
  const Object &object = *bench.link().object(id);
  if (object.kind() == ObjectKind::GccSlimLto) return gcc_to_native(bench, id);
  const ir::Module *module = object.module();
  return module ? to_native(bench, id, *module) : "";
}
void describe_file(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  const ir::Module *module = module_of(seed, context);
  remedy.title = fmt::format("build {} without LTO", context.facts.link->name_of(seed.object));
  if (module && !module->source_file.empty())
    remedy.commands.push_back(fmt::format("compile {} with -fno-lto added", module->source_file));
}
std::optional<Trial> prepare_file(const RemedySeed &seed, const RemedyContext &, TrialBench &bench) {
  if (seed.object == no_object || !bench.link().object(seed.object)) return std::nullopt;
  std::string native = ir_to_native(bench, seed.object);
  Trial trial{bench.words()};
  if (native.empty() || !bench.replace(trial.argv, seed.object, native)) return std::nullopt;
  return trial;
}

// ---- fat-objects: every object whose IR the linker cannot read
void describe_fat(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  bool gcc = context.facts.link->object(seed.object)->kind() == ObjectKind::GccSlimLto;
  remedy.title = fmt::format(
      "put machine code into {} as well: compile it with -ffat-lto-objects added, or without -flto", seed.path);
  if (linked_by_rustc(*context.facts.link))
    remedy.commands.push_back("CFLAGS=\"$CFLAGS -ffat-lto-objects\" cargo build");
  else if (gcc) remedy.commands.push_back("gcc -flto -ffat-lto-objects -c SOURCE");
  else remedy.commands.push_back("clang -flto -ffat-lto-objects -c SOURCE   # clang 17 or newer, ELF");
}
std::optional<Trial> prepare_fat(const RemedySeed &, const RemedyContext &context, TrialBench &bench) {
  const Link &link = *context.facts.link;
  std::vector<ObjectId> unread;
  for (ObjectId id = 0; id < link.objects.size(); ++id)
    if (link.object(id) && !reads_ir(link.command, link.object(id)->kind())) unread.push_back(id);
  if (unread.empty() || unread.size() > most_modules) return std::nullopt;
  Trial trial{bench.words()};
  for (ObjectId id : unread) {
    std::string native = ir_to_native(bench, id);
    if (native.empty() || !bench.replace(trial.argv, id, native)) return std::nullopt;
  }
  return trial;
}

// ---- split-lto-unit: the ThinLTO modules that are not split, split
void describe_split(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  remedy.title = fmt::format("compile everything with -fsplit-lto-unit, {} too (or nothing: -fno-split-lto-unit)",
                             context.facts.link->name_of(seed.object));
  remedy.commands.push_back("clang -flto=thin -fsplit-lto-unit -c SOURCE");
}
std::optional<Trial> prepare_split(const RemedySeed &, const RemedyContext &context, TrialBench &bench) {
  const Link &link = *context.facts.link;
  std::vector<ObjectId> whole;
  for (ObjectId id = 0; id < link.objects.size(); ++id) {
    const ir::Module *module = link.object(id) ? link.object(id)->module() : nullptr;
    if (module && module->lto == ir::Lto::Thin && !module->enable_split_lto_unit) whole.push_back(id);
  }
  if (whole.empty() || whole.size() > most_modules) return std::nullopt;
  Trial trial{bench.words()};
  for (ObjectId id : whole) {
    std::string text = disassemble(bench, id);
    // opt adds the flag; the old one of that name, if any, would be a second.
    if (size_t at = text.find("!\"EnableSplitLTOUnit\""); at != text.npos) text.replace(at + 2, 18, "LTOUnitBefore");
    std::string path = text.empty() ? "" : assemble(bench, id, text, {"--thinlto-bc", "--thinlto-split-lto-unit"});
    if (path.empty() || !bench.replace(trial.argv, id, path)) return std::nullopt;
  }
  return trial;
}

// ---- full-lto, no-lto: every bitcode object of the link
template <class Convert>
std::optional<Trial> convert_all(const RemedyContext &context, TrialBench &bench, Convert convert) {
  const Link &link = *context.facts.link;
  std::vector<ObjectId> modules;
  for (ObjectId id = 0; id < link.objects.size(); ++id) {
    Fate fate = context.facts.resolution->fates[id];
    bool in = fate == Fate::Taken || fate == Fate::Extracted;
    if (in && link.object(id)->module()) modules.push_back(id);
  }
  if (modules.empty() || modules.size() > most_modules) return std::nullopt;
  Trial trial{bench.words()};
  for (ObjectId id : modules) {
    std::string converted = convert(id, *link.object(id)->module());
    if (converted.empty() || !bench.replace(trial.argv, id, converted)) return std::nullopt;
  }
  return trial;
}
void describe_full(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  remedy.title = "use full LTO in the place of ThinLTO";
  if (is_rust(seed, context)) remedy.edits.push_back(profile_edit("lto = \"fat\""));
  else remedy.commands.push_back("compile and link with -flto=full in the place of -flto=thin");
}
std::optional<Trial> prepare_full(const RemedySeed &, const RemedyContext &context, TrialBench &bench) {
  return convert_all(context, bench, [&](ObjectId id, const ir::Module &) -> std::string {
    std::string bitcode = bench.extract(id);
    std::string merged = bitcode.empty() ? "" : bench.fresh(bitcode);
    // Written without a summary, a module goes through full LTO.
    if (merged.empty() || !bench.run({bench.tool("opt"), bitcode, "-o", merged})) return "";
    return merged;
  });
}
void describe_none(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  if (is_rust(seed, context)) {
    // Cargo's `false` still is ThinLTO between the units of a crate.
    remedy.title = "switch LTO off altogether (helps unless the caller is #[inline] or generic)";
    remedy.edits.push_back(profile_edit("lto = \"off\""));
    return;
  }
  remedy.title = "switch LTO off";
  remedy.commands.push_back("compile and link without -flto");
}
std::optional<Trial> prepare_none(const RemedySeed &, const RemedyContext &context, TrialBench &bench) {
  return convert_all(context, bench,
                     [&](ObjectId id, const ir::Module &module) { return to_native(bench, id, module); });
}

}  // namespace

extern const RemedyKind make_global{"make-global", "none at run time; the name must be unique in the program",
                                    describe_global, prepare_global};
extern const RemedyKind noinline_caller{"noinline-caller", "one call more at run time", describe_noinline,
                                        prepare_noinline};
extern const RemedyKind one_codegen_unit{"one-codegen-unit", "one crate is no longer compiled in parallel",
                                         describe_one_unit, nullptr};
extern const RemedyKind file_without_lto{"file-without-lto", "that file takes no part in cross-file optimisation",
                                         describe_file, prepare_file};
extern const RemedyKind fat_objects{"fat-objects", "larger objects, which take longer to compile", describe_fat,
                                    prepare_fat};
extern const RemedyKind split_lto_unit{"split-lto-unit", "everything has to be compiled again", describe_split,
                                       prepare_split};
extern const RemedyKind full_lto{"full-lto", "links take longer and need more memory", describe_full, prepare_full};
extern const RemedyKind no_lto{"no-lto", "a larger or slower program; the fastest to build", describe_none,
                               prepare_none};

}  // namespace ldwhy
