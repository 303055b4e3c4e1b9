#include "resolve/ir_reader.h"

#include <charconv>

#include "base/files.h"

namespace ldwhy {
namespace {

// The file that -plugin names; empty: none.
std::string_view plugin_of(const Command &command) {
  const std::vector<std::string> &words = command.linker_argv;
  for (size_t i = 0; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (!word.starts_with("-plugin") && !word.starts_with("--plugin")) continue;
    word.remove_prefix(word.find('p') + std::string_view("plugin").size());
    if (word.empty()) return i + 1 < words.size() ? file_name(words[i + 1]) : "";
    if (word.starts_with('=')) return file_name(word.substr(1));
  }
  return "";
}

}  // namespace

bool reads_ir(const Command &command, ObjectKind kind) {
  if (kind != ObjectKind::Bitcode && kind != ObjectKind::GccSlimLto) return true;
  bool bitcode = kind == ObjectKind::Bitcode;
  switch (command.linker) {
    case Linker::Lld:
    case Linker::AppleLd64:
    case Linker::AppleLdPrime:
      return bitcode;
    case Linker::Bfd:
    case Linker::Gold:
    case Linker::Mold:
    case Linker::Wild: {
      if (!command.lto_plugin) return false;
      std::string_view plugin = plugin_of(command);
      // "liblto_plugin.so" and "LLVMgold.so"; of another, nobody knows.
      if (plugin.find("lto_plugin") != plugin.npos) return !bitcode;
      if (plugin.find("LLVM") != plugin.npos) return bitcode;
      return true;
    }
    case Linker::LinkExe:
    case Linker::Unknown:
      break;
  }
  return bitcode || command.lto_plugin;
}

const Object *read_by_linker(const Command &command, const Object &object) {
  if (!reads_ir(command, object.kind())) return nullptr;
  if (object.kind() != ObjectKind::GccSlimLto) return &object;
  EmbeddedIr ir = object.embedded_ir();
  return ir.object ? ir.object : &object;
}

bool is_read_by_plugin(const Command &command, const Object &object) {
  if (!command.lto_plugin) return false;
  if (object.kind() == ObjectKind::Bitcode || object.kind() == ObjectKind::GccSlimLto) return reads_ir(command, object.kind());
  EmbeddedIr ir = object.embedded_ir();
  return ir.object && ir.object->kind() == ObjectKind::GccSlimLto && reads_ir(command, ObjectKind::GccSlimLto);
}

bool ends_at_bitcode(const Command &command, const Object &object) {
  constexpr int opaque_pointers_since = 15, typed_pointers_until = 16;
  if (object.kind() != ObjectKind::Bitcode || command.linker != Linker::Lld) return false;
  if (command.linker_major(99) >= opaque_pointers_since) return false;
  std::string_view producer = object.producer(), mark = "LLVM";
  if (!producer.starts_with(mark)) return false;
  producer.remove_prefix(mark.size());
  int major = 0;
  std::from_chars(producer.data(), producer.data() + producer.size(), major);
  return major > typed_pointers_until;
}

}  // namespace ldwhy
