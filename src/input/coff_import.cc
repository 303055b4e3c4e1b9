// Short import objects: the members of import libraries that link.exe, lld-link and llvm-dlltool
// write ("PE Format", "Import Library Format"). A header of 20 bytes says which DLL has what, by
// name or number, and is followed by two strings: the symbol's name in object files, and the
// DLL's. From them a linker makes
//
//   __imp_NAME  the address of the thing, a slot in the import table
//   NAME        for code: a stub that jumps there; for a constant: the thing's slot
//
// For Arm64EC the first string is in that code's own spelling ("#NAME", "?f@@$$hYAXXZ"), which
// names the stub for it; the plain one is for x86_64 code, and the slot that is sure to hold no
// x86_64 address is __imp_aux_NAME.
//
// The name by which the DLL exports it may differ, as the header's name type says. Import
// libraries made by GNU dlltool hold ordinary COFF objects in their place.
#include <fmt/format.h>

#include <string>

#include "input/coff_file.h"
#include "input/input.h"

namespace ldwhy {
namespace {

constexpr Endian little = Endian::Little;
constexpr std::string_view magic("\0\0\xff\xff\0\0", 6);
constexpr uint64_t header_size = 20;
constexpr std::string_view slot_mark = "__imp_";
constexpr std::string_view auxiliary_slot_mark = "__imp_aux_";

// An Arm64EC function's name without what marks it as one.
std::string plain_name(std::string_view name) {
  constexpr std::string_view mark = "$$h";
  if (name.starts_with('#')) return std::string(name.substr(1));
  std::string plain(name);
  if (size_t at = name.find(mark); name.starts_with('?') && at != name.npos) plain.erase(at, mark.size());
  return plain;
}

enum ImportType : uint8_t { Code = 0, Data = 1, Constant = 2 };

class ImportObject final : public Object {
 public:
  explicit ImportObject(Bytes bytes)
      : Object(ObjectKind::Import, {}, bytes), type_(bytes.u16(18, little, "an import type") & 3) {
    target_ = coff::target_of_machine(bytes.u16(6, little));
    uint32_t size = bytes.u32(12, little, "an import object's size");
    Bytes strings = bytes.slice(header_size, size, "an import object's names");
    name_ = strings.c_string(0, "an imported symbol's name");
    library_ = strings.c_string(name_.size() + 1, "the name of a DLL");
    if (type_ > Constant) bytes.fail(18, "expected an import of code, data or a constant");
    std::string plain = target_.arch == Arch::Arm64ec ? plain_name(name_) : std::string(name_);
    // Names with the marks are no part of the file.
    slot_ = std::string(slot_mark) + plain;
    if (target_.arch == Arch::Arm64ec) auxiliary_slot_ = std::string(auxiliary_slot_mark) + plain;
  }

  std::string_view shared_name() const override { return library_; }

 protected:
  void visit_symbols(SymbolSink sink) const override {
    Symbol symbol;
    symbol.state = SymbolState::Defined;
    auto tell = [&](std::string_view name, SymbolType type) {
      symbol.name = name;
      symbol.type = type;
      sink(symbol);
      ++symbol.index;
    };
    tell(slot_, SymbolType::Object);
    if (type_ == Data) return;
    if (!auxiliary_slot_.empty()) tell(auxiliary_slot_, SymbolType::Object);
    SymbolType type = type_ == Code ? SymbolType::Function : SymbolType::Object;
    std::string_view plain = std::string_view(slot_).substr(slot_mark.size());
    tell(plain, type);
    if (plain != name_) tell(name_, type);
  }

 private:
  uint8_t type_;
  std::string_view name_, library_;
  std::string slot_, auxiliary_slot_;
};

bool claims_import(Bytes bytes) { return bytes.starts_with(magic); }

std::unique_ptr<Object> open_import(Bytes bytes) { return std::make_unique<ImportObject>(bytes); }

}  // namespace

const ObjectFormat coff_import_format = {"coff-import", "COFF short import object", claims_import, open_import};

}  // namespace ldwhy
