// LLD's Mach-O port (lld/MachO): "ld64.lld: error: …", references as "a.o:(symbol _f+0x10)".
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {
namespace {

using enum ComplaintKind;
constexpr Shape shapes[] = {
    {"library not found for -l{}", Input, "cannot-find-library", "f"},
    {"auto-linked library not found for -l{}", Input, "cannot-find-library", "f"},
    {"framework not found for -framework {}", Input, "cannot-find-framework", "f"},
    {"auto-linked framework not found for -framework {}", Input, "cannot-find-framework", "f"},
    {"unable to locate re-export with install name {}", Input, "needed-not-found", "f"},
    {"{}: unhandled file type", Input, "wrong-format", "f"},
    {"{}: unable to locate file {}", Input, "cannot-open", ".f"},
    {"{} has architecture {} which is incompatible with target architecture {}", Input, "ignoring-file", "fnn"},
    {"{} has platform {}, which is different from target platform {}", Input, "incompatible", "fnn"},
    {"{} has version {}, which is newer than target minimum of {}", Input, "newer-os", "fnn"},
    {"{} has version {}, which is incompatible with target version of {}", Input, "newer-os", "fnn"},
    {"cannot link directly with {} because {}", Input, "incompatible", "fn"},
    {"dylib {} is not re-exported and cannot be linked directly", Input, "incompatible", "f"},
    {"{}: relocation {} is out of range: {}", Layout, "relocation-range", ".nn"},
    {"{}: {} is out of range: {}", Layout, "relocation-range", ".nn"},
    {"cannot export hidden symbol {}", UndefinedSymbol, "hidden-referenced", "s"},
    {"reference to symbol {} which is not a TLV: {}", Layout, "tls", "s."},
};

LineFate read(LogState &state, std::string_view line) {
  Said said = take_apart(line);
  bool certain = said.speaker == Speaker::LldDarwin;
  if (!certain && said.speaker != Speaker::LldAny) return LineFate::NotMine;
  Complaint *complaint = nullptr;
  if (certain && say_bitcode(state, said, line)) complaint = state.open;
  if (!complaint) complaint = say(state, said, line, shapes);
  if (!complaint && certain) complaint = say(state, said, line, lld_shapes());
  if (!complaint && certain) complaint = &say_other(state, said, line);
  if (!complaint) return LineFate::NotMine;
  if (complaint->code == "ignoring-file" && complaint->severity == Severity::Error) complaint->code = "incompatible";
  state.speaks(Linker::Lld, Flavor::Darwin);
  return LineFate::Understood;
}

constexpr std::string_view words[] = {"ld64.lld"};

}  // namespace

const LogDialect ld64_lld_dialect = {"ld64_lld", "LLD for Mach-O", read, words};

}  // namespace ldwhy
