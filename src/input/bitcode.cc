// LLVM bitcode as an object: what a linker sees of it before LTO.
//
// A linker takes the globals of each module in the file, spelled as the object file
// will spell them (a prefix on some targets, "__imp_" before imported ones on COFF), and
// besides them what module-level assembly defines or refers to. The two know nothing of
// each other: a function that assembly defines and the IR declares appears twice, as an
// undefined symbol of the IR and as a definition of the assembly. That is how linkers
// and llvm-nm see it, and here it stays that way.
//
// Reading symbols walks the module's own records and jumps over function bodies,
// constants and metadata; nothing is kept but names that the file does not hold as
// bytes. The whole module is loaded only when it is asked for.
#include <algorithm>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "input/asm_symbols.h"
#include "input/bitcode_module.h"
#include "input/bitstream.h"
#include "input/input.h"

namespace ldwhy {
namespace {

using bitcode::GlobalRecord;
using bitcode::Part;
using bitcode::Until;

// LangRef, "Data Layout": "m:o" Mach-O, "m:x" 32-bit x86 COFF.
char prefix_of(std::string_view data_layout) {
  while (!data_layout.empty()) {
    std::string_view item = data_layout.substr(0, data_layout.find('-'));
    if (item == "m:o" || item == "m:x") return '_';
    data_layout.remove_prefix(std::min(data_layout.size(), item.size() + 1));
  }
  return 0;
}

// What is read on opening: enough to tell what the object is for.
struct Heading {
  std::string triple;
  char prefix = 0;
  bool has_assembly = false;  // in any part
};
Heading read_heading(Bytes stream, const std::vector<Part> &parts) {
  Heading heading;
  for (const Part &part : parts) {
    auto take_text = [&](const bitcode::Record &record) {
      if (record.code == bitcode::CodeAsm) heading.has_assembly = true;
      if (&part != &parts[0]) return;
      if (record.code == bitcode::CodeTriple) heading.triple = bitcode::characters(record);
      if (record.code == bitcode::CodeDataLayout) heading.prefix = prefix_of(bitcode::characters(record));
    };
    bitcode::walk_module(
        stream, part, Until::FirstGlobal,
        {[](const GlobalRecord &) {}, take_text, [](bitcode::BitCursor &cursor, uint32_t) { cursor.skip_block(); }});
  }
  return heading;
}

constexpr const char *overlapping_names = "expected globals whose names do not overlap";

bool defines(const ir::Global &global) {
  // Code for an available_externally function is a copy for inlining only.
  return !global.declaration && global.linkage != ir::Linkage::AvailableExternally;
}

bool is_weak(ir::Linkage linkage) {
  using enum ir::Linkage;
  return linkage == LinkOnceAny || linkage == LinkOnceODR || linkage == WeakAny || linkage == WeakODR ||
         linkage == ExternalWeak;
}

class BitcodeObject final : public Object {
 public:
  BitcodeObject(Bytes bytes, Bytes stream, bitcode::Contents contents, Heading heading)
      : Object(ObjectKind::Bitcode, {}, bytes),
        stream_(stream),
        contents_(std::move(contents)),
        heading_(std::move(heading)) {
    target_ = target_from_triple(heading_.triple);
  }

  std::string_view producer() const override { return contents_.identification; }

  const ir::Module *module() const override {
    std::call_once(module_once_, [&] {
      std::unique_ptr<ir::Module> loaded = std::make_unique<ir::Module>();
      try {
        bitcode::load_module(stream_, contents_, *loaded, strings_);
      } catch (const Malformed &) {
        return;
      }
      loaded->global_prefix = heading_.prefix;
      loaded->asm_symbols = scan(loaded->module_asm);
      module_ = std::move(loaded);
    });
    return module_.get();
  }

  std::vector<ir::FunctionAsm> inline_assembly() const override {
    std::vector<ir::FunctionAsm> found;
    try {
      for (const Part &part : contents_.parts) {
        std::vector<size_t> bodies;
        size_t first = found.size();
        bitcode::for_each_inline_asm(stream_, part, [&](size_t body, std::string text) {
          found.push_back({"", std::move(text)});
          bodies.push_back(body);
        });
        if (!bodies.empty()) name_bodies(part, bodies, std::span(found).subspan(first));
      }
    } catch (const Malformed &) {
      // What stands before the damage is there.
    }
    std::erase_if(found, [](const ir::FunctionAsm &one) { return one.function.empty(); });
    return found;
  }

 protected:
  void visit_symbols(SymbolSink sink) const override {
    std::call_once(extras_once_, [&] { collect_extras(); });
    uint32_t index = 0;
    Speller speller(*this);
    walk(
        Until::FirstFunctionBody,
        [&](const GlobalRecord &record) {
          std::string_view name = speller.next(record.global);
          if (record.compiler_only || record.global.linkage == ir::Linkage::Private) return;
          sink(symbol_of(record, name, index++));
        },
        [](const bitcode::Record &) {});
    for (const ir::AsmSymbol &symbol : asm_symbols_) sink(symbol_of(symbol, index++));
  }

  // What the summary says: which function calls which, and who takes whose address.
  void visit_references(ReferenceSink sink) const override {
    const ir::Module *known = module();
    if (!known) {
      // Loading again throws, which tells the caller where the damage is.
      ir::Module damaged;
      std::deque<std::string> strings;
      bitcode::load_module(stream_, contents_, damaged, strings);
      return;
    }
    std::call_once(extras_once_, [&] { collect_extras(); });
    std::vector<std::string_view> names;
    names.reserve(known->globals.size());
    Speller speller(*this);
    for (const ir::Global &global : known->globals) names.push_back(speller.next(global));
    for (const ir::Summary &entry : known->summaries) {
      if (entry.global == UINT32_MAX) continue;
      for (const std::vector<uint32_t> *list : {&entry.calls, &entry.references})
        for (uint32_t target : *list) sink({names[target], names[entry.global], {}, 0});
    }
    for (const ir::AsmSymbol &symbol : known->asm_symbols)
      if (!symbol.defined) sink({symbol_of(symbol, 0).name, {}, {}, 0});
  }

 private:
  // A name in the object file's spelling: what stands before it there, and the rest.
  struct Spelling {
    std::string_view import_mark;
    bool prefixed = false;
    std::string_view rest;
    size_t size() const { return import_mark.size() + prefixed + rest.size(); }
  };
  Spelling spelling(const ir::Global &global) const {
    Spelling made{"", heading_.prefix != 0, global.name};
    bool coff = target_.format == Format::Coff;
    if (global.dll_import && coff) made.import_mark = "__imp_";
    if (global.name.starts_with('\1')) {
      made.prefixed = false;
      made.rest.remove_prefix(1);
    } else if (coff && global.name.starts_with('?')) {  // Microsoft's decorated names are final
      made.prefixed = false;
    }
    return made;
  }

  // Bodies stand in the order of the functions that have one. A function whose code is a copy for
  // inlining only stays unnamed: what its text defines is defined where it is inlined.
  void name_bodies(const Part &part, std::span<const size_t> bodies, std::span<ir::FunctionAsm> asms) const {
    size_t body = 0, next = 0;
    auto name_body = [&](const GlobalRecord &record) {
      const ir::Global &global = record.global;
      if (global.kind != ir::GlobalKind::Function || global.declaration) return;
      for (; next < bodies.size() && bodies[next] == body; ++next)
        if (defines(global)) asms[next].function = spelled(global);
      ++body;
    };
    bitcode::walk_module(
        stream_, part, Until::FirstFunctionBody,
        {name_body, [](const bitcode::Record &) {}, [](bitcode::BitCursor &cursor, uint32_t) { cursor.skip_block(); }});
  }

  std::string spelled(const ir::Global &global) const {
    Spelling made = spelling(global);
    std::string name(made.import_mark);
    if (made.prefixed) name += heading_.prefix;
    return name.append(made.rest);
  }

  // Spells the globals in file order. Names that differ from the file's bytes stand in
  // spelled_names_ one behind the other, so that each walk finds them in the same place.
  class Speller {
   public:
    explicit Speller(const BitcodeObject &object) : object_(object) {}
    std::string_view next(const ir::Global &global) {
      Spelling made = object_.spelling(global);
      if (made.size() == made.rest.size()) return made.rest;
      std::string_view all = object_.spelled_names_;
      if (made.size() > all.size() - at_) object_.stream_.fail(0, overlapping_names);
      std::string_view name = all.substr(at_, made.size());
      at_ += made.size();
      return name;
    }

   private:
    const BitcodeObject &object_;
    size_t at_ = 0;
  };

  void walk(Until until, FunctionRef<void(const GlobalRecord &)> global,
            FunctionRef<void(const bitcode::Record &)> text) const {
    for (const Part &part : contents_.parts)
      bitcode::walk_module(stream_, part, until,
                           {global, text, [](bitcode::BitCursor &cursor, uint32_t) { cursor.skip_block(); }});
  }

  // Spelled names and assembly. Damage ends this quietly: the walk that follows in
  // visit_symbols meets it again.
  void collect_extras() const {
    // Assembly stands before the globals; where names need no spelling, that is enough.
    bool respells = heading_.prefix != 0 || target_.format == Format::Coff;
    if (!respells && !heading_.has_assembly) return;
    try {
      walk(
          respells ? Until::FirstFunctionBody : Until::FirstGlobal,
          [&](const GlobalRecord &record) {
            Spelling made = spelling(record.global);
            if (made.size() == made.rest.size()) return;
            // Names in a string table do not overlap; together they cannot outgrow the file
            // by more than their prefixes.
            if (spelled_names_.size() + made.size() > uint64_t{stream_.size()} * 4) stream_.fail(0, overlapping_names);
            spelled_names_ += made.import_mark;
            if (made.prefixed) spelled_names_ += heading_.prefix;
            spelled_names_ += made.rest;
          },
          [&](const bitcode::Record &record) {
            if (record.code == bitcode::CodeAsm) bitcode::add_assembly(asm_text_, record);
          });
    } catch (const Malformed &) {
    }
    asm_symbols_ = scan(asm_text_);
  }

  std::vector<ir::AsmSymbol> scan(std::string_view text) const {
    std::unordered_set<std::string_view> defined;
    bool collected = false;
    auto is_defined = [&](std::string_view name) {
      if (!collected) {
        collected = true;
        try {
          walk(
              Until::FirstFunctionBody,
              [&](const GlobalRecord &record) {
                if (defines(record.global)) defined.insert(spelling(record.global).rest);
              },
              [](const bitcode::Record &) {});
        } catch (const Malformed &) {
          // The names before the damage stand.
        }
      }
      return defined.contains(name);
    };
    return scan_asm(text, target_.format, target_.arch, is_defined);
  }

  Symbol symbol_of(const GlobalRecord &record, std::string_view name, uint32_t index) const {
    const ir::Global &global = record.global;
    Symbol symbol;
    symbol.name = name;
    symbol.index = index;
    symbol.type = record.type;
    symbol.visibility = global.visibility;
    symbol.comdat = global.comdat;
    if (global.linkage == ir::Linkage::Internal) symbol.binding = Binding::Local;
    else if (is_weak(global.linkage)) symbol.binding = Binding::Weak;
    if (global.linkage == ir::Linkage::Common) {
      symbol.state = SymbolState::Common;
      symbol.value = record.alignment;
    } else if (defines(global)) {
      symbol.state = SymbolState::Defined;
    }
    return symbol;
  }

  Symbol symbol_of(const ir::AsmSymbol &from, uint32_t index) const {
    Symbol symbol;
    symbol.index = index;
    symbol.from_asm = true;
    symbol.name = from.name;
    // Only .symver gives an ELF name a version: "name@V", and "name@@V" for the default.
    size_t at = target_.format == Format::Elf ? from.name.find('@') : from.name.npos;
    if (at != from.name.npos) {
      symbol.name = from.name.substr(0, at);
      symbol.version = from.name.substr(std::min(from.name.find_first_not_of('@', at), from.name.size()));
      symbol.default_version = from.name.substr(at).starts_with("@@");
    }
    symbol.state = from.defined ? SymbolState::Defined : SymbolState::Undefined;
    symbol.binding = from.weak ? Binding::Weak : from.global ? Binding::Global : Binding::Local;
    if (from.hidden) symbol.visibility = Visibility::Hidden;
    return symbol;
  }

  const Bytes stream_;
  const bitcode::Contents contents_;
  const Heading heading_;
  mutable std::once_flag extras_once_;
  mutable std::string spelled_names_;
  mutable std::string asm_text_;
  mutable std::vector<ir::AsmSymbol> asm_symbols_;
  mutable std::once_flag module_once_;
  mutable std::deque<std::string> strings_;  // what module_ views and the file does not hold
  mutable std::unique_ptr<ir::Module> module_;
};

bool claims(Bytes bytes) { return bitcode::is_bitstream(bytes); }

std::unique_ptr<Object> open(Bytes bytes) {
  Bytes stream = bitcode::raw_bitstream(bytes);
  bitcode::Contents contents = bitcode::find_contents(stream);
  Heading heading = read_heading(stream, contents.parts);
  return std::make_unique<BitcodeObject>(bytes, stream, std::move(contents), std::move(heading));
}

}  // namespace

const ObjectFormat bitcode_format = {"bitcode", "LLVM bitcode", claims, open};

}  // namespace ldwhy
