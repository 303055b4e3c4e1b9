// Operands, per syntax (GNU as manual, "Machine Dependent Features"; the relocation marks
// are those of the ELF and Mach-O supplements): `sym@PLT`, `sym(GOT)`, `:lo12:sym`,
// `%hi(sym)`, `=sym`. A mark proves that its word is a symbol; a bare word is one where
// the syntax writes registers differently, or where the instruction is a branch and the
// word no register. Missing a reference costs evidence, inventing one costs a wrong
// explanation: in doubt a word is passed over.
#include "input/asm_operands.h"

#include <algorithm>
#include <array>
#include <optional>

namespace ldwhy::assembly {
namespace {

using namespace std::string_view_literals;
using Kind = Token::Kind;

template <size_t N>
bool contains(const std::array<std::string_view, N> &sorted, std::string_view word) {
  return std::ranges::binary_search(sorted, word);
}

// Lower case, for words up to eight letters; longer ones are no keyword.
class Lowered {
 public:
  explicit Lowered(std::string_view word) {
    if (word.size() > letters_.size()) return;
    std::ranges::transform(word, letters_.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    size_ = word.size();
  }
  std::string_view text() const { return {letters_.data(), size_}; }

 private:
  std::array<char, 8> letters_{};
  size_t size_ = 0;
};

// "x12" for the stem "x": a stem and a number below 100.
bool is_numbered(std::string_view word, std::string_view stem) {
  if (!word.starts_with(stem)) return false;
  word.remove_prefix(stem.size());
  if (word.empty() || word.size() > 2) return false;
  return std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}
template <size_t N>
bool is_numbered_one_of(std::string_view word, const std::array<std::string_view, N> &stems) {
  return std::ranges::any_of(stems, [&](std::string_view stem) { return is_numbered(word, stem); });
}

// Registers, and the words of Intel syntax that are operators, sizes or distances.
constexpr std::array x86_words = {
    "ah"sv,    "al"sv,     "and"sv,   "ax"sv,     "bh"sv,   "bl"sv,      "bp"sv,   "bpl"sv,     "bx"sv,     "byte"sv,
    "ch"sv,    "cl"sv,     "cs"sv,    "cx"sv,     "dh"sv,   "di"sv,      "dil"sv,  "dl"sv,      "ds"sv,     "dword"sv,
    "dx"sv,    "eax"sv,    "ebp"sv,   "ebx"sv,    "ecx"sv,  "edi"sv,     "edx"sv,  "eip"sv,     "eq"sv,     "es"sv,
    "esi"sv,   "esp"sv,    "far"sv,   "flat"sv,   "fs"sv,   "fword"sv,   "ge"sv,   "gs"sv,      "gt"sv,     "ip"sv,
    "le"sv,    "length"sv, "lt"sv,    "mmword"sv, "mod"sv,  "ne"sv,      "near"sv, "not"sv,     "offset"sv, "or"sv,
    "oword"sv, "ptr"sv,    "qword"sv, "rax"sv,    "rbp"sv,  "rbx"sv,     "rcx"sv,  "rdi"sv,     "rdx"sv,    "rip"sv,
    "rsi"sv,   "rsp"sv,    "shl"sv,   "short"sv,  "shr"sv,  "si"sv,      "sil"sv,  "size"sv,    "sp"sv,     "spl"sv,
    "ss"sv,    "st"sv,     "tbyte"sv, "type"sv,   "word"sv, "xmmword"sv, "xor"sv,  "ymmword"sv, "zmmword"sv};
constexpr std::array x86_stems = {"r"sv,  "xmm"sv, "ymm"sv, "zmm"sv, "mm"sv, "k"sv,
                                  "cr"sv, "dr"sv,  "st"sv,  "tmm"sv, "bnd"sv};
constexpr std::array x86_prefixes = {
    "addr32"sv, "bnd"sv,  "cs"sv,    "data16"sv, "ds"sv,   "es"sv,    "fs"sv, "gs"sv,       "lock"sv,    "notrack"sv,
    "rep"sv,    "repe"sv, "repne"sv, "repnz"sv,  "repz"sv, "rex64"sv, "ss"sv, "xacquire"sv, "xrelease"sv};
constexpr std::array arm_words = {"fp"sv, "ip"sv, "ip0"sv, "ip1"sv, "lr"sv,  "pc"sv,
                                  "sb"sv, "sl"sv, "sp"sv,  "wsp"sv, "wzr"sv, "xzr"sv};
constexpr std::array arm_stems = {"x"sv, "w"sv, "r"sv, "a"sv, "v"sv, "b"sv, "h"sv, "s"sv, "d"sv, "q"sv, "z"sv, "p"sv};
constexpr std::array arm_conditions = {"al"sv, "cc"sv, "cs"sv, "eq"sv, "ge"sv, "gt"sv, "hi"sv, "hs"sv, "le"sv,
                                       "lo"sv, "ls"sv, "lt"sv, "mi"sv, "ne"sv, "pl"sv, "vc"sv, "vs"sv};
constexpr std::array other_words = {"fp"sv, "gp"sv, "ra"sv, "sp"sv, "tp"sv, "zero"sv};
constexpr std::array other_stems = {"x"sv, "a"sv, "s"sv, "t"sv, "r"sv, "f"sv, "cr"sv, "fa"sv};
constexpr std::array other_branches = {"b"sv,   "bal"sv, "bl"sv,    "bras"sv, "brasl"sv, "bsr"sv, "call"sv,
                                       "dla"sv, "j"sv,   "jal"sv,   "jg"sv,   "jump"sv,  "la"sv,  "larl"sv,
                                       "lga"sv, "lla"sv, "rcall"sv, "rjmp"sv, "tail"sv};
constexpr std::array wasm_uses = {"call"sv,      "global.get"sv, "global.set"sv, "i32.const"sv,
                                  "i64.const"sv, "ref.func"sv,   "return_call"sv};
static_assert(std::ranges::is_sorted(x86_words) && std::ranges::is_sorted(x86_prefixes) &&
              std::ranges::is_sorted(arm_words) && std::ranges::is_sorted(arm_conditions) &&
              std::ranges::is_sorted(other_words) && std::ranges::is_sorted(other_branches) &&
              std::ranges::is_sorted(wasm_uses));

bool is_x86_word(std::string_view word) {
  Lowered lowered(word);
  std::string_view w = lowered.text();
  if (contains(x86_words, w) || is_numbered_one_of(w, x86_stems)) return true;
  // r8d, r15b
  return w.size() > 2 && w[0] == 'r' && "bdw"sv.contains(w.back()) && is_numbered(w.substr(0, w.size() - 1), "r");
}

bool is_arm_register(std::string_view word) {
  word = word.substr(0, word.find('.'));  // v0.16b
  Lowered lowered(word);
  return contains(arm_words, lowered.text()) || is_numbered_one_of(lowered.text(), arm_stems);
}

bool is_arm_branch(std::string_view mnemonic, bool arm64) {
  Lowered lowered(mnemonic);
  std::string_view m = lowered.text();
  if (m.ends_with(".w") || m.ends_with(".n")) m.remove_suffix(2);
  if (m == "b" || m == "bl" || m == "adr" || m == "cbz" || m == "cbnz" || m == "ldr") return true;
  if (arm64) {
    if (m == "adrp" || m == "tbz" || m == "tbnz") return true;
    return (m.starts_with("b.") && contains(arm_conditions, m.substr(2))) ||
           (m.starts_with("b") && contains(arm_conditions, m.substr(1)));
  }
  if (m == "blx") return true;
  return (m.starts_with("b") && contains(arm_conditions, m.substr(1))) ||
         (m.starts_with("bl") && contains(arm_conditions, m.substr(2)));
}

class Operands {
 public:
  Operands(Lexer &lexer, Syntax syntax, Arch arch, std::string_view mnemonic,
           FunctionRef<void(std::string_view, uint32_t)> sink)
      : lexer_(lexer), syntax_(syntax), arch_(arch), data_(mnemonic.empty()), sink_(sink) {
    bare_words_ = data_ || takes_bare_words(mnemonic);
  }

  void read() {
    while (!lexer_.at_end_of_statement()) {
      if (lexer_.peek().kind == Kind::Name) word();
      else sign(lexer_.take());
    }
    if (last_) sink_(*last_, last_line_);
  }

 private:
  bool takes_bare_words(std::string_view mnemonic) const {
    switch (syntax_) {
      case Syntax::X86Att:
      case Syntax::X86Intel: return true;
      case Syntax::Arm: return is_arm_branch(mnemonic, arch_ != Arch::Arm);
      case Syntax::Wasm: return contains(wasm_uses, mnemonic);
      case Syntax::Other: break;
    }
    return contains(other_branches, mnemonic) || (mnemonic.starts_with('b') && mnemonic.size() <= 5);
  }

  bool is_register(std::string_view word) const {
    switch (syntax_) {
      case Syntax::X86Intel: return is_x86_word(word);
      case Syntax::Arm: return is_arm_register(word);
      case Syntax::Other: return contains(other_words, word) || is_numbered_one_of(word, other_stems);
      default: return false;
    }
  }

  // A sign may say what the word behind it is.
  void sign(const Token &token) {
    marked_ = false;
    if (token.kind != Kind::Sign) return;
    switch (token.sign) {
      case '@':  // sym@PLT: the mark's own name
        skip_word();
        break;
      case '%':  // a register, or %hi(sym)
        if (skip_word() && syntax_ != Syntax::X86Att && lexer_.is_sign('(')) marked_depth_ = 1;
        break;
      case '$':
        if (syntax_ == Syntax::Other) skip_word();  // registers of MIPS and LoongArch
        break;
      case ':':  // :lo12:sym
        if (colon_open_) marked_ = true;
        colon_open_ = !colon_open_ && syntax_ == Syntax::Arm;
        break;
      case '=': marked_ = true; break;
      case '{':  // AVX-512 decorations, ARM register lists
        while (!lexer_.at_end_of_statement() && !lexer_.is_sign('}')) lexer_.take();
        break;
      case '[': brackets_++; break;
      case ']': brackets_--; break;
      case ')': marked_depth_ = 0; break;
      case ',': colon_open_ = false; break;
      default: break;
    }
  }

  void word() {
    uint32_t line = lexer_.line();
    Token token = lexer_.take();
    std::string_view name = token.text;
    if (colon_open_) return;  // the "lo12" of :lo12:
    bool marked = marked_ || marked_depth_ > 0 || lexer_.is_sign('@');
    marked_ = false;
    // COFF: '@' is part of names, yet these two are marks.
    for (std::string_view mark : {"@IMGREL"sv, "@SECREL32"sv})
      if (name.ends_with(mark)) name.remove_suffix(mark.size());
    if (arch_ == Arch::Arm && lexer_.is_sign('(')) {  // sym(GOT)
      marked = true;
      lexer_.take();
      skip_word();
    }
    if (name == ".") return;
    if (marked || (data_ && syntax_ != Syntax::X86Intel)) {
      sink_(name, line);
    } else if (bare_words_ && (token.quoted || !is_register(name)) && (brackets_ == 0 || syntax_ != Syntax::Arm)) {
      if (syntax_ == Syntax::Other) {
        last_ = name;
        last_line_ = line;
      } else {
        sink_(name, line);
      }
    } else if (syntax_ == Syntax::Other) {
      last_.reset();  // the last word is a register: no branch to a symbol
    }
  }

  bool skip_word() {
    if (lexer_.peek().kind != Kind::Name) return false;
    lexer_.take();
    return true;
  }

  Lexer &lexer_;
  Syntax syntax_;
  Arch arch_;
  bool data_;
  bool bare_words_ = false;
  FunctionRef<void(std::string_view, uint32_t)> sink_;
  bool marked_ = false;      // the next word is a symbol for certain
  bool colon_open_ = false;  // behind the first colon of :lo12:
  int marked_depth_ = 0;     // inside %hi( )
  int brackets_ = 0;
  std::optional<std::string_view> last_;
  uint32_t last_line_ = 0;
};

}  // namespace

Syntax default_syntax(Arch arch) {
  switch (arch) {
    case Arch::X86_64:
    case Arch::I386: return Syntax::X86Att;
    case Arch::Arm64:
    case Arch::Arm64e:
    case Arch::Arm64_32:
    case Arch::Arm: return Syntax::Arm;
    case Arch::Wasm32:
    case Arch::Wasm64: return Syntax::Wasm;
    default: return Syntax::Other;
  }
}

bool is_x86_prefix(std::string_view word) {
  Lowered lowered(word);
  return contains(x86_prefixes, lowered.text());
}

void symbols_in_operands(Lexer &lexer, Syntax syntax, Arch arch, std::string_view mnemonic,
                         FunctionRef<void(std::string_view, uint32_t)> sink) {
  Operands(lexer, syntax, arch, mnemonic, sink).read();
}

}  // namespace ldwhy::assembly
