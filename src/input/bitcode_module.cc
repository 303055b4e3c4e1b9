// The records of a bitcode module (LLVM, "LLVM Bitcode File Format", sections
// "LLVM IR Magic" to "MODULE_BLOCK Contents"; numbers in LLVMBitCodes.h).
//
// A file is a row of blocks: IDENTIFICATION, MODULE, STRTAB, SYMTAB. From LLVM 5 on
// (module version 2) a global's record begins with offset and length of its name in
// the STRTAB that follows; its number as a value is its place among the GLOBALVAR,
// FUNCTION, ALIAS and IFUNC records, which the writer puts in this order. Later
// LLVMs append values to records and add records and blocks, which are passed over:
// names, triple and assembly stay readable whatever the version.
#include "input/bitcode_module.h"

#include <array>
#include <unordered_set>

namespace ldwhy::bitcode {
namespace {

using Kind = BitCursor::Entry::Kind;

// LLVM's getEncodedLinkage; holes are numbers that no LLVM has written since 2.x.
struct LinkageRow {
  ir::Linkage linkage = ir::Linkage::External;
  bool implies_comdat = false;
};
LinkageRow linkage_of(uint64_t number) {
  using enum ir::Linkage;
  static constexpr std::array<LinkageRow, 20> rows = {{
      {External},
      {WeakAny, true},
      {Appending},
      {Internal},
      {LinkOnceAny, true},
      {External} /* dllimport */,
      {External} /* dllexport */,
      {ExternalWeak},
      {Common},
      {Private},
      {WeakODR, true},
      {LinkOnceODR, true},
      {AvailableExternally},
      {Private},
      {Private},
      {External},
      {WeakAny},
      {WeakODR},
      {LinkOnceAny},
      {LinkOnceODR},
  }};
  return number < rows.size() ? rows[number] : LinkageRow{};
}

// Where the fields of each kind of record stand, after the name's offset and length.
struct Fields {
  size_t linkage, section, visibility, thread_local_, dll, comdat;
};
constexpr size_t absent = SIZE_MAX;
constexpr Fields variable_fields = {3, 5, 6, 7, 10, 11};
constexpr Fields function_fields = {3, 6, 7, absent, 11, 12};
constexpr Fields alias_fields = {3, absent, 4, 6, 5, absent};
constexpr Fields old_alias_fields = {2, absent, 3, 5, 4, absent};
constexpr Fields ifunc_fields = {3, absent, 4, absent, absent, absent};

class GlobalReader {
 public:
  explicit GlobalReader(const Part &part) : names_(part.names) {}

  void section_name(const Record &record) {
    section_is_metadata_.push_back(record.values.size() == 13 && characters(record) == "llvm.metadata");
  }

  const GlobalRecord &read(const Record &record) {
    made_ = {};
    made_.global.name = names_.text(record.value(0), record.value(1), "a global's name");
    Record fields = record;
    fields.values = record.values.size() > 2 ? record.values.subspan(2) : record.values.first(0);
    switch (record.code) {
      case CodeVariable: variable(fields); break;
      case CodeFunction: function(fields); break;
      case CodeAlias: alias(fields, alias_fields, 2); break;
      case CodeAliasOld: alias(fields, old_alias_fields, 1); break;
      default: ifunc(fields); break;
    }
    types_.push_back(made_.type);
    made_.compiler_only |= made_.global.name.starts_with("llvm.");
    return made_;
  }

 private:
  void common(const Record &fields, const Fields &at) {
    auto field = [&](size_t index) { return index == absent ? 0 : fields.value(index); };
    ir::Global &global = made_.global;
    LinkageRow row = linkage_of(field(at.linkage));
    global.linkage = row.linkage;
    bool local = row.linkage == ir::Linkage::Internal || row.linkage == ir::Linkage::Private;
    uint64_t visibility = field(at.visibility);
    if (!local && visibility == 1) global.visibility = Visibility::Hidden;
    if (!local && visibility == 2) global.visibility = Visibility::Protected;
    global.thread_local_ = field(at.thread_local_) != 0;
    uint64_t dll = field(at.dll);
    global.dll_import = dll == 1 || field(at.linkage) == 5;
    global.dll_export = dll == 2 || field(at.linkage) == 6;
    bool states_comdat = at.comdat != absent && at.comdat < fields.values.size();
    global.comdat = states_comdat ? field(at.comdat) != 0 : row.implies_comdat;
    made_.section = field(at.section);
  }

  void variable(const Record &fields) {
    common(fields, variable_fields);
    made_.global.kind = ir::GlobalKind::Variable;
    made_.initializer = fields.value(2);
    made_.global.declaration = made_.initializer == 0;
    made_.type = made_.global.thread_local_ ? SymbolType::Tls : SymbolType::Object;
    if (uint64_t log = fields.value(4); log > 0 && log < 64) made_.alignment = uint64_t{1} << (log - 1);
    made_.attributes = fields.value(12);
    if (made_.section > 0 && made_.section <= section_is_metadata_.size())
      made_.compiler_only = section_is_metadata_[made_.section - 1];
  }

  void function(const Record &fields) {
    common(fields, function_fields);
    made_.global.kind = ir::GlobalKind::Function;
    made_.global.declaration = fields.value(2) != 0;
    made_.attributes = fields.value(4);
    made_.type = SymbolType::Function;
  }

  void alias(const Record &fields, const Fields &at, size_t aliasee) {
    common(fields, at);
    made_.global.kind = ir::GlobalKind::Alias;
    // An alias of an expression (a cast, a place inside a variable) stays without a type.
    uint64_t target = fields.value(aliasee);
    if (target < types_.size()) made_.type = types_[target];
  }

  void ifunc(const Record &fields) {
    common(fields, ifunc_fields);
    made_.global.kind = ir::GlobalKind::IFunc;
    made_.type = SymbolType::IndirectFunction;
  }

  Bytes names_;
  std::vector<bool> section_is_metadata_;
  std::vector<SymbolType> types_;  // by value number
  GlobalRecord made_;
};

// Function attributes noinline and naked, and the newest attribute of all. A global names an
// attribute list, a list names groups, a group holds the attributes of one parameter, of the result,
// or of the function.
class Attributes {
 public:
  static constexpr uint8_t no_inline = 1, naked = 2;

  void group(const Record &record) {
    constexpr uint64_t of_the_function = 0xffffffff;
    uint8_t elsewhere = 0;
    uint8_t &bits = record.value(1) == of_the_function ? groups_[record.value(0)] : elsewhere;
    std::span<const uint64_t> values = record.values;
    auto skip_text = [&](size_t i) {
      while (i < values.size() && values[i] != 0) i++;
      return i + 1;
    };
    for (size_t i = 2; i < values.size();) {
      uint64_t form = values[i++];
      if (form == 3 || form == 4) {  // a text, a text with a value
        i = skip_text(i);
        if (form == 4) i = skip_text(i);
      } else if (form <= 6) {  // a number: alone, with an integer, as a type, with a type
        uint64_t number = i < values.size() ? values[i] : 0;
        newest_ = std::max(newest_, number);
        if (form == 0 && number == 14) bits |= no_inline;
        if (form == 0 && number == 7) bits |= naked;
        i += form == 1 || form == 6 ? 2 : 1;
      } else {
        break;  // ranges, which functions do not have, and what is yet to come
      }
    }
  }

  uint64_t newest() const { return newest_; }

  void list(const Record &record) {
    uint8_t bits = 0;
    for (uint64_t group : record.values)
      if (auto known = groups_.find(group); known != groups_.end()) bits |= known->second;
    lists_.push_back(bits);
  }

  void apply(uint64_t number, ir::Global &global) const {
    if (number == 0 || number > lists_.size()) return;
    global.no_inline = lists_[number - 1] & no_inline;
    global.naked = lists_[number - 1] & naked;
  }

 private:
  std::unordered_map<uint64_t, uint8_t> groups_;
  std::vector<uint8_t> lists_;
  uint64_t newest_ = 0;
};

// What llvm.used and llvm.compiler.used list. Constants are numbered on from the globals,
// one for each record but "type follows"; before opaque pointers (LLVM 15) the lists hold
// casts of the globals.
class UsedLists {
 public:
  void variable(const GlobalRecord &record) {
    if ((record.global.name == "llvm.used" || record.global.name == "llvm.compiler.used") && record.initializer > 0)
      lists_.insert(record.initializer - 1);
  }
  bool wanted() const { return !lists_.empty(); }

  void constant(const Record &record, size_t global_count) {
    constexpr uint64_t set_type = 1, aggregate = 7, cast = 11, gep = 12, inbounds_gep = 20;
    if (record.code == set_type) return;
    uint64_t number = global_count + constants_++;
    if (record.code == aggregate && lists_.contains(number))
      members_.insert(members_.end(), record.values.begin(), record.values.end());
    else if (record.code == cast) stands_for_[number] = record.value(2);
    else if (record.code == gep || record.code == inbounds_gep)
      stands_for_[number] = record.value(record.values.size() % 2 ? 2 : 1);
  }

  void apply(std::span<ir::Global> globals) const {
    for (uint64_t member : members_) {
      auto through = stands_for_.find(member);
      if (through != stands_for_.end()) member = through->second;
      if (member < globals.size()) globals[member].used = true;
    }
  }

 private:
  std::unordered_set<uint64_t> lists_;
  std::vector<uint64_t> members_;
  std::unordered_map<uint64_t, uint64_t> stands_for_;
  size_t constants_ = 0;
};

template <class F>
void for_each_record(BitCursor &cursor, F take) {
  cursor.enter();
  for (;;) {
    BitCursor::Entry entry = cursor.next();
    if (entry.kind == Kind::End) return;
    if (entry.kind == Kind::Block) cursor.skip_block();
    else take(cursor.read(entry));
  }
}

}  // namespace

Contents find_contents(Bytes stream) {
  constexpr uint64_t identification_text = 1, identification_epoch = 2, string_table_blob = 1;
  Contents contents;
  std::vector<Part> &parts = contents.parts;
  size_t named = 0;  // parts that have their string table
  BitCursor cursor(stream);
  for (;;) {
    BitCursor::Entry entry = cursor.next();
    if (entry.kind == Kind::End) break;
    if (entry.kind == Kind::Record) cursor.fail("expected a block at the file's outermost level");
    if (entry.id == IdentificationBlock && parts.empty()) {
      for_each_record(cursor, [&](const Record &record) {
        if (record.code == identification_text) contents.identification = characters(record);
        if (record.code == identification_epoch) contents.epoch = record.value(0);
      });
    } else if (entry.id == ModuleBlock) {
      parts.push_back({cursor.block(), {}, false});
      cursor.skip_block();
    } else if (entry.id == StringTableBlock) {
      for_each_record(cursor, [&](const Record &record) {
        if (record.code != string_table_blob) return;
        for (; named < parts.size(); named++) {
          parts[named].names = record.blob;
          parts[named].has_names = true;
        }
      });
    } else {
      cursor.skip_block();
    }
  }
  if (parts.empty()) cursor.fail("expected a module in the bitcode");
  return contents;
}

void walk_module(Bytes stream, const Part &part, Until until, const ModuleSink &sink) {
  BitCursor cursor(stream);
  cursor.enter_at(part.module);
  GlobalReader globals(part);
  for (;;) {
    BitCursor::Entry entry = cursor.next();
    if (entry.kind == Kind::End) return;
    if (entry.kind == Kind::Block) {
      if (entry.id == FunctionBlock && until == Until::FirstFunctionBody) return;
      sink.block(cursor, entry.id);
      continue;
    }
    const Record &record = cursor.read(entry);
    switch (record.code) {
      case CodeVersion:
        if (record.value(0) < 2)
          cursor.fail("expected a module of LLVM 5 or newer, which has its names in a string table");
        if (!part.has_names) cursor.fail("expected a string table behind the module");
        break;
      case CodeSectionName:
        globals.section_name(record);
        sink.text(record);
        break;
      case CodeTriple:
      case CodeDataLayout:
      case CodeAsm:
      case CodeSourceFile: sink.text(record); break;
      case CodeVariable:
      case CodeFunction:
      case CodeAlias:
      case CodeAliasOld:
      case CodeIFunc:
        if (until == Until::FirstGlobal) return;
        sink.global(globals.read(record));
        break;
      default: break;
    }
  }
}

void add_assembly(std::string &text, const Record &record) {
  text += characters(record);
  if (!text.empty() && text.back() != '\n') text += '\n';
}

void load_module(Bytes stream, const Contents &contents, ir::Module &module, std::deque<std::string> &strings) {
  auto keep = [&](std::string text) -> std::string_view { return strings.emplace_back(std::move(text)); };
  module.identification = keep(contents.identification);
  module.epoch = contents.epoch;
  for (const Part &part : contents.parts) {
    size_t base = module.globals.size();
    std::vector<std::string_view> sections;
    Attributes attributes;
    UsedLists used;
    auto first_text = [&](std::string_view &field, const Record &record) {
      if (&part == &contents.parts[0]) field = keep(characters(record));
    };
    auto take_text = [&](const Record &record) {
      switch (record.code) {
        case CodeTriple: first_text(module.triple, record); break;
        case CodeDataLayout: first_text(module.data_layout, record); break;
        case CodeSourceFile: first_text(module.source_file, record); break;
        case CodeSectionName: sections.push_back(keep(characters(record))); break;
        default: add_assembly(module.module_asm, record); break;
      }
    };
    auto take_global = [&](const GlobalRecord &record) {
      ir::Global &global = module.globals.emplace_back(record.global);
      if (record.section > 0 && record.section <= sections.size()) global.section = sections[record.section - 1];
      attributes.apply(record.attributes, global);
      used.variable(record);
    };
    auto take_block = [&](BitCursor &cursor, uint32_t block) {
      size_t count = module.globals.size() - base;
      if (block == AttributeGroupBlock)
        for_each_record(cursor, [&](const Record &record) { attributes.group(record); });
      else if (block == AttributeBlock) for_each_record(cursor, [&](const Record &record) { attributes.list(record); });
      else if (block == ConstantsBlock && used.wanted())
        for_each_record(cursor, [&](const Record &record) { used.constant(record, count); });
      else if (block == SummaryBlock || block == FullLtoSummaryBlock) read_summary(cursor, block, base, count, module);
      else cursor.skip_block();
    };
    walk_module(stream, part, Until::End, {take_global, take_text, take_block});
    used.apply(std::span(module.globals).subspan(base));
    module.newest_attribute = std::max(module.newest_attribute, attributes.newest());
  }
}

}  // namespace ldwhy::bitcode
