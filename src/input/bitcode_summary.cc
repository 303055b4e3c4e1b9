// The module summary, from which ThinLTO decides before it reads any function
// (LLVM, GlobalValueSummarySymtabCodes in LLVMBitCodes.h; BitcodeSummaryVersion in
// ModuleSummaryIndex.h). Each record speaks of one global, by value number. The
// VERSION record says where the lists begin in the others:
//   function: value, flags, instructions, [version 4: function flags,] references,
//             [5: read-only references,] [7: write-only references,] reference…, call…
//   variable: value, flags, [5: variable flags,] reference…
//   vtable:   value, flags, variable flags, references, reference…, (function, offset)…
//   alias:    value, flags, aliasee
// A call is one number, or two where a profile or block frequencies stand beside.
#include <algorithm>

#include "input/bitcode_module.h"

namespace ldwhy::bitcode {
namespace {

enum SummaryCode : uint64_t {
  FsFunction = 1,
  FsFunctionProfile = 2,
  FsVariable = 3,
  FsAlias = 7,
  FsVersion = 10,
  FsValueGuid = 16,
  FsFunctionFrequency = 19,
  FsFlags = 20,
  FsVtable = 23,
};

constexpr uint64_t index_flag_split_lto_unit = 1 << 3;
constexpr uint64_t function_flag_no_inline = 1 << 4;
constexpr uint64_t function_flag_always_inline = 1 << 5;
constexpr uint64_t variable_flag_read_only = 1 << 0;
constexpr uint64_t variable_flag_constant = 1 << 2;

class SummaryReader {
 public:
  SummaryReader(size_t base, size_t count, ir::Module &module) : base_(base), count_(count), module_(module) {}

  void take(const Record &record) {
    switch (record.code) {
      case FsVersion: version_ = record.value(0); break;
      case FsFlags:
        if (record.value(0) & index_flag_split_lto_unit) module_.enable_split_lto_unit = true;
        break;
      case FsValueGuid: guids_[record.value(0)] = record.value(1); break;
      case FsFunction: function(record, 1); break;
      case FsFunctionProfile:
      case FsFunctionFrequency: function(record, 2); break;
      case FsVariable: {
        ir::Summary &entry = add(record, ir::GlobalKind::Variable);
        if (version_ >= 5) variable_flags(record, entry);
        list(record, version_ >= 5 ? 3 : 2, record.values.size(), 1, entry.references);
        break;
      }
      case FsVtable: {
        ir::Summary &entry = add(record, ir::GlobalKind::Variable);
        variable_flags(record, entry);
        size_t end = end_of(record, 4, record.value(3));
        list(record, 4, end, 1, entry.references);
        list(record, end, record.values.size(), 2, entry.references);
        break;
      }
      case FsAlias: {
        ir::Summary &entry = add(record, ir::GlobalKind::Alias);
        list(record, 2, 3, 1, entry.references);
        break;
      }
      default: break;
    }
  }

  // Value numbers beyond the module's own get their identity from records that may stand
  // after their use.
  void finish(size_t first_entry) {
    for (size_t i = first_entry; i < module_.summaries.size(); i++) {
      auto known = guids_.find(values_[i - first_entry]);
      if (known != guids_.end()) module_.summaries[i].guid = known->second;
    }
  }

 private:
  ir::Summary &add(const Record &record, ir::GlobalKind kind) {
    ir::Summary &entry = module_.summaries.emplace_back();
    uint64_t value = record.value(0);
    values_.push_back(value);
    entry.kind = kind;
    entry.global = global(value);
    uint64_t flags = record.value(1);
    // In the order of GlobalValue::LinkageTypes, not of the module's own records.
    uint64_t linkage = flags & 0xf;
    if (linkage <= static_cast<uint64_t>(ir::Linkage::Common)) entry.linkage = static_cast<ir::Linkage>(linkage);
    // Before version 3 these bits meant the opposite or nothing.
    entry.not_eligible_to_import = (flags & 1 << 4) || version_ < 3;
    entry.live = (flags & 1 << 5) || version_ < 3;
    entry.dso_local = flags & 1 << 6;
    return entry;
  }

  static void variable_flags(const Record &record, ir::Summary &entry) {
    entry.read_only = record.value(2) & variable_flag_read_only;
    entry.constant = record.value(2) & variable_flag_constant;
  }

  void function(const Record &record, size_t call_width) {
    ir::Summary &entry = add(record, ir::GlobalKind::Function);
    entry.instructions = static_cast<uint32_t>(std::min<uint64_t>(record.value(2), UINT32_MAX));
    size_t lists = 4;
    uint64_t references = record.value(3);
    if (version_ >= 4) {
      entry.no_inline = record.value(3) & function_flag_no_inline;
      entry.always_inline = record.value(3) & function_flag_always_inline;
      references = record.value(4);
      lists = version_ >= 7 ? 7 : version_ >= 5 ? 6 : 5;
    }
    size_t calls = end_of(record, lists, references);
    list(record, lists, calls, 1, entry.references);
    list(record, calls, record.values.size(), call_width, entry.calls);
  }

  // Where a list of `length` that begins at `first` ends.
  static size_t end_of(const Record &record, size_t first, uint64_t length) {
    size_t size = record.values.size();
    return first > size || length > size - first ? size : first + static_cast<size_t>(length);
  }

  void list(const Record &record, size_t first, size_t end, size_t step, std::vector<uint32_t> &into) const {
    for (size_t i = first; i < std::min(end, record.values.size()); i += step)
      if (uint32_t index = global(record.values[i]); index != UINT32_MAX) into.push_back(index);
  }

  uint32_t global(uint64_t value) const { return value < count_ ? static_cast<uint32_t>(base_ + value) : UINT32_MAX; }

  size_t base_;
  size_t count_;
  ir::Module &module_;
  uint64_t version_ = 0;
  std::unordered_map<uint64_t, uint64_t> guids_;
  std::vector<uint64_t> values_;  // value numbers of the entries made
};

}  // namespace

void read_summary(BitCursor &cursor, uint32_t block, size_t base, size_t count, ir::Module &module) {
  // Of a file in two parts, one for each kind of LTO, ThinLTO leads.
  if (block == SummaryBlock) module.lto = ir::Lto::Thin;
  else if (module.lto == ir::Lto::None) module.lto = ir::Lto::Full;
  size_t first_entry = module.summaries.size();
  SummaryReader reader(base, count, module);
  cursor.enter();
  for (;;) {
    BitCursor::Entry entry = cursor.next();
    if (entry.kind == BitCursor::Entry::Kind::End) break;
    if (entry.kind == BitCursor::Entry::Kind::Block) cursor.skip_block();
    else reader.take(cursor.read(entry));
  }
  reader.finish(first_entry);
}

}  // namespace ldwhy::bitcode
