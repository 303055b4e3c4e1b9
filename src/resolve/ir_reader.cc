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

// The release of LLVM that wrote the bitcode; 0: not told.
int llvm_major(const Object &object) {
  std::string_view producer = object.producer(), mark = "LLVM";
  if (!producer.starts_with(mark)) return 0;
  producer.remove_prefix(mark.size());
  int major = 0;
  std::from_chars(producer.data(), producer.data() + producer.size(), major);
  return major;
}

}  // namespace

bool reads_ir(const Command &command, ObjectKind kind) {
  if (kind != ObjectKind::Bitcode && kind != ObjectKind::GccSlimLto) return true;
  bool bitcode = kind == ObjectKind::Bitcode;
  switch (command.linker) {
    case Linker::Lld:
    case Linker::AppleLd64:
    case Linker::AppleLdPrime: return bitcode;
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
    case Linker::Unknown: break;
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
  if (object.kind() == ObjectKind::Bitcode || object.kind() == ObjectKind::GccSlimLto)
    return reads_ir(command, object.kind());
  EmbeddedIr ir = object.embedded_ir();
  return ir.object && ir.object->kind() == ObjectKind::GccSlimLto && reads_ir(command, ObjectKind::GccSlimLto);
}

std::string_view refusal_of_bitcode(const Command &command, const Object &object) {
  constexpr int opaque_pointers_since = 15, typed_pointers_until = 16;
  constexpr uint64_t attributes_of_19 = 94;
  if (object.kind() != ObjectKind::Bitcode || command.linker != Linker::Lld) return "";
  int reader = command.linker_major(99), writer = llvm_major(object);
  if (reader < opaque_pointers_since)
    return writer > typed_pointers_until ? "Opaque pointers are only supported in -opaque-pointers mode" : "";
  if (reader != 19 || writer <= reader) return "";
  const ir::Module *module = object.module();
  return module && module->newest_attribute > attributes_of_19 ? "Unknown attribute kind" : "";
}

bool opens_all_bitcode(const Command &command) {
  bool at_once =
      command.flavor == Flavor::Wasm || (command.flavor == Flavor::Gnu && command.target.format == Format::Elf);
  return at_once && command.linker == Linker::Lld && command.linker_major(99) >= 15;
}

}  // namespace ldwhy
