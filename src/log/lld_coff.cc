// LLD's COFF port (lld/COFF): "lld-link: error: …"; under MSBuild "lld-link : error : …".
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {
namespace {

using enum ComplaintKind;
constexpr Shape shapes[] = {
    {"<root>: undefined symbol: {}", UndefinedSymbol, "export-missing", "s"},
    {"{}: undefined symbol: {}", UndefinedSymbol, "undefined", "rs"},
    {"subsystem must be defined", UndefinedSymbol, "entry-missing", ""},
    {"entry point must be defined", UndefinedSymbol, "entry-missing", ""},
    {"{}: machine type {} conflicts with {}", Input, "incompatible", "fnn"},
    {"{}: is not a native COFF file. Recompile without /GL", Input, "wrong-format", "f"},
    {"{}: is not a native COFF file. Recompile without /GL?", Input, "wrong-format", "f"},
    {"/failifmismatch: mismatch detected for {}:", Input, "mismatch", "n"},
    {"{}: locally defined symbol imported: {} (defined in {}) [LNK4217]", Input, "local-import", "rsd"},
    {"{}: locally defined symbol imported: {} (defined in {}) [LNK4286]", Input, "local-import", "rsd"},
    {"{}: locally defined symbol imported: {}", Input, "local-import", "rs"},
    {"relocation against symbol in discarded section: {}", Layout, "section-discarded", "s"},
    {"/safeseh: {} is not compatible with SEH", Input, "image-marks", "f"},
    {"{}: not compatible with SEH", Input, "image-marks", "f"},
    {"ignoring unknown argument {}, did you mean {}", Tool, "bad-option", "fn"},
    {"ignoring unknown argument {}", Tool, "bad-option", "f"},
    {"image size ({}) exceeds maximum allowable size ({})", Layout, "region", "nn"},
};

LineFate read(LogState &state, std::string_view line) {
  Said said = take_apart(line);
  bool certain = said.speaker == Speaker::LldCoff;
  // For MinGW it goes by ELF's name, and nothing else says "<root>".
  bool mingw = line.find(": <root>: ") != line.npos;
  if (!certain && !mingw && said.speaker != Speaker::LldAny) return LineFate::NotMine;
  Complaint *complaint = nullptr;
  if (certain && say_bitcode(state, said, line)) complaint = state.open;
  // "a.o: undefined symbol: x" is also the WebAssembly port's form; there it comes first.
  if (!complaint) complaint = say(state, said, line, shapes);
  if (!complaint && certain) complaint = say(state, said, line, lld_shapes());
  if (!complaint && certain) complaint = &say_other(state, said, line);
  if (!complaint) return LineFate::NotMine;
  if (complaint->code == "cannot-open" && complaint->subject.ends_with(".lib") &&
      complaint->subject.find_first_of("/\\") == std::string::npos) {
    complaint->code = "cannot-find-library";
  }
  state.speaks(Linker::Lld, mingw && !certain ? Flavor::Gnu : Flavor::Coff);
  return LineFate::Understood;
}

constexpr std::string_view words[] = {"lld-link", "<root>: undefined"};

}  // namespace

const LogDialect lld_coff_dialect = {"lld_coff", "LLD for COFF", read, words};

}  // namespace ldwhy
