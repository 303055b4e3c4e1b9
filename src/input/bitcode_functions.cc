// Asm statements in function bodies of bitcode (LLVM, "LLVM Bitcode File Format", section
// "FUNCTION_BLOCK Contents"; numbers in LLVMBitCodes.h). A body begins with the count of its basic
// blocks; then come its constants, among them the texts of its asm statements, then metadata and
// instructions, which need not be read.
//
// A text is written with the compiler's marks in it (LangRef, "Inline Assembler Expressions"):
// "$0" and "${0:x}" are operands, "$$" is a dollar sign, "$(a$|b$)" has a variant for each
// dialect, and "${:uid}" is a number that each copy gets anew.
#include "input/bitcode_module.h"

namespace ldwhy::bitcode {
namespace {

using Kind = BitCursor::Entry::Kind;

constexpr uint64_t declare_blocks = 1;
// CST_CODE_INLINEASM: since LLVM 14 with the function's type in front, before without. The
// four differ in the meaning of the flags, too.
constexpr uint64_t inline_asm = 30, inline_asm_untyped[] = {7, 23, 28};

// Operands become "0", which is no name, and the numbers of copies "$uid", which no name that a
// linker prints has.
std::string assembler_text(std::string_view text) {
  std::string made;
  bool other_dialect = false;  // inside a variant behind the first
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i], next = i + 1 < text.size() ? text[i + 1] : 0;
    if (c != '$') {
      if (!other_dialect) made += c;
      continue;
    }
    ++i;
    if (next == '(' || next == ')') {
      other_dialect = false;
    } else if (next == '|') {
      other_dialect = true;
    } else if (next == '$') {
      if (!other_dialect) made += '$';
    } else if (next == '{') {
      size_t end = std::min(text.find('}', i), text.size());
      if (!other_dialect) made += text.substr(i + 1, end - i - 1) == ":uid" ? "$uid" : "0";
      i = end;
    } else {
      while (i + 1 < text.size() && text[i] >= '0' && text[i] <= '9' && text[i + 1] >= '0' && text[i + 1] <= '9') ++i;
      if (!other_dialect) made += '0';
    }
  }
  return made;
}

// flags, size, text …; the constraints follow.
std::string text_of(const Record &record) {
  size_t at = record.code == inline_asm ? 2 : 1;
  uint64_t size = record.value(at);
  if (size >= record.values.size()) return "";
  return assembler_text(characters(record, at + 1).substr(0, size));
}

bool is_inline_asm(uint64_t code) {
  return code == inline_asm || code == inline_asm_untyped[0] || code == inline_asm_untyped[1] ||
         code == inline_asm_untyped[2];
}

}  // namespace

void for_each_inline_asm(Bytes stream, const Part &part, FunctionRef<void(size_t body, std::string text)> sink) {
  size_t bodies = 0;
  uint64_t total = 0;
  auto read_constants = [&](BitCursor &cursor) {
    cursor.enter();
    for (BitCursor::Entry entry = cursor.next(); entry.kind != Kind::End; entry = cursor.next()) {
      if (entry.kind == Kind::Block) {
        cursor.skip_block();
        continue;
      }
      const Record &record = cursor.read(entry);
      if (!is_inline_asm(record.code)) continue;
      std::string text = text_of(record);
      // A character takes six bits at least.
      total += text.size();
      if (total > uint64_t{stream.size()} * 2)
        cursor.fail("expected asm statements that are not longer than their records");
      if (!text.empty()) sink(bodies, std::move(text));
    }
  };
  auto read_body = [&](BitCursor &cursor) {
    cursor.enter();
    for (;;) {
      BitCursor::Entry entry = cursor.next();
      if (entry.kind == Kind::End) break;
      bool constants = entry.kind == Kind::Block && entry.id == ConstantsBlock;
      if (constants) read_constants(cursor);
      else if (entry.kind == Kind::Block) cursor.skip_block();
      if (constants || (entry.kind == Kind::Record && cursor.read(entry).code != declare_blocks)) {
        cursor.leave();
        break;
      }
    }
    ++bodies;
  };
  walk_module(stream, part, Until::End,
              {[](const GlobalRecord &) {}, [](const Record &) {},
               [&](BitCursor &cursor, uint32_t block) {
                 if (block == FunctionBlock) read_body(cursor);
                 else cursor.skip_block();
               }});
}

}  // namespace ldwhy::bitcode
