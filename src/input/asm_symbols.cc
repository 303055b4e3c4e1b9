// Statements of assembly text and what they do to symbols (GNU as manual, chapters
// "Symbols" and "Assembler Directives"; for Mach-O Apple's "OS X Assembler Reference";
// what LLVM's RecordStreamer collects from module assembly for LTO).
//
// A statement is a label, an assignment, a directive or an instruction. Labels,
// assignments and directives define symbols and give them their binding, in any order:
// `.globl f` may stand before or after `f:`. Names that begin like the target's local
// labels never reach the object file.
#include "input/asm_symbols.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "input/asm_lexer.h"
#include "input/asm_operands.h"

namespace ldwhy {
namespace {

using assembly::Lexer;
using assembly::Syntax;
using assembly::Token;

enum class Action : uint8_t {
  Global,
  Weak,
  WeakDefinition,
  Hidden,
  Local,
  Common,
  LocalCommon,
  ZeroFill,
  Assign,
  Data,
  Symver,
  Weakref,
  Macro,
  EndMacro,
  If,
  Else,
  EndIf,
  Intel,
  Att,
  EndOfText,
};
struct DirectiveRow {
  std::string_view name;
  Action action;
};
constexpr std::array directives = {
    DirectiveRow{".2byte", Action::Data},
    DirectiveRow{".4byte", Action::Data},
    DirectiveRow{".8byte", Action::Data},
    DirectiveRow{".att_syntax", Action::Att},
    DirectiveRow{".byte", Action::Data},
    DirectiveRow{".cfi_lsda", Action::Data},
    DirectiveRow{".cfi_personality", Action::Data},
    DirectiveRow{".comm", Action::Common},
    DirectiveRow{".dc.a", Action::Data},
    DirectiveRow{".dc.l", Action::Data},
    DirectiveRow{".dword", Action::Data},
    DirectiveRow{".else", Action::Else},
    DirectiveRow{".elseif", Action::Else},
    DirectiveRow{".end", Action::EndOfText},
    DirectiveRow{".endif", Action::EndIf},
    DirectiveRow{".endm", Action::EndMacro},
    DirectiveRow{".endmacro", Action::EndMacro},
    DirectiveRow{".equ", Action::Assign},
    DirectiveRow{".equiv", Action::Assign},
    DirectiveRow{".global", Action::Global},
    DirectiveRow{".globl", Action::Global},
    DirectiveRow{".half", Action::Data},
    DirectiveRow{".hidden", Action::Hidden},
    DirectiveRow{".hword", Action::Data},
    DirectiveRow{".if", Action::If},
    DirectiveRow{".ifb", Action::If},
    DirectiveRow{".ifc", Action::If},
    DirectiveRow{".ifdef", Action::If},
    DirectiveRow{".ifeq", Action::If},
    DirectiveRow{".ifeqs", Action::If},
    DirectiveRow{".ifge", Action::If},
    DirectiveRow{".ifgt", Action::If},
    DirectiveRow{".ifle", Action::If},
    DirectiveRow{".iflt", Action::If},
    DirectiveRow{".ifnb", Action::If},
    DirectiveRow{".ifnc", Action::If},
    DirectiveRow{".ifndef", Action::If},
    DirectiveRow{".ifne", Action::If},
    DirectiveRow{".ifnes", Action::If},
    DirectiveRow{".ifnotdef", Action::If},
    DirectiveRow{".int", Action::Data},
    DirectiveRow{".intel_syntax", Action::Intel},
    DirectiveRow{".internal", Action::Hidden},
    DirectiveRow{".lazy_reference", Action::Data},
    DirectiveRow{".lcomm", Action::LocalCommon},
    DirectiveRow{".local", Action::Local},
    DirectiveRow{".long", Action::Data},
    DirectiveRow{".macro", Action::Macro},
    DirectiveRow{".octa", Action::Data},
    DirectiveRow{".private_extern", Action::Hidden},
    DirectiveRow{".quad", Action::Data},
    DirectiveRow{".rva", Action::Data},
    DirectiveRow{".safeseh", Action::Data},
    DirectiveRow{".secidx", Action::Data},
    DirectiveRow{".secrel32", Action::Data},
    DirectiveRow{".set", Action::Assign},
    DirectiveRow{".short", Action::Data},
    DirectiveRow{".sleb128", Action::Data},
    DirectiveRow{".symidx", Action::Data},
    DirectiveRow{".symver", Action::Symver},
    DirectiveRow{".tbss", Action::LocalCommon},
    DirectiveRow{".thumb_set", Action::Assign},
    DirectiveRow{".uleb128", Action::Data},
    DirectiveRow{".value", Action::Data},
    DirectiveRow{".weak", Action::Weak},
    DirectiveRow{".weak_def_can_be_hidden", Action::WeakDefinition},
    DirectiveRow{".weak_definition", Action::WeakDefinition},
    DirectiveRow{".weak_reference", Action::Weak},
    DirectiveRow{".weakref", Action::Weakref},
    DirectiveRow{".word", Action::Data},
    DirectiveRow{".xword", Action::Data},
    DirectiveRow{".zerofill", Action::ZeroFill},
};
static_assert(std::ranges::is_sorted(directives, {}, &DirectiveRow::name));

const DirectiveRow *find_directive(std::string_view word) {
  std::array<char, 24> lowered{};
  if (word.size() > lowered.size()) return nullptr;
  std::ranges::transform(word, lowered.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  std::string_view name(lowered.data(), word.size());
  auto at = std::ranges::lower_bound(directives, name, {}, &DirectiveRow::name);
  return at != directives.end() && at->name == name ? &*at : nullptr;
}

// What LLVM calls the private prefix.
std::string_view local_prefix(Format format, Arch arch) {
  if (format == Format::MachO || (format == Format::Coff && arch == Arch::I386)) return "L";
  return ".L";
}

class Scanner {
 public:
  Scanner(std::string_view text, Format format, Arch arch)
      : lexer_(text, format, arch),
        format_(format),
        arch_(arch),
        syntax_(assembly::default_syntax(arch)),
        local_prefix_(local_prefix(format, arch)) {}

  std::vector<ir::AsmSymbol> run(FunctionRef<bool(std::string_view)> defined_elsewhere) {
    while (!ended_ && lexer_.peek().kind != Token::Kind::End) {
      if (lexer_.peek().kind == Token::Kind::Line) lexer_.take();
      else if (skipping()) skipped_statement();
      else statement();
    }
    return result(defined_elsewhere);
  }

 private:
  struct Mention {
    ir::AsmSymbol symbol;
    bool wanted = false;  // defined, referred to or bound: it will be in the object
    bool local = false;   // .local
  };
  struct Version {
    std::string_view symbol, alias;
    uint32_t line;
  };
  // Of an open `.if`: which branch counts is known only for constants.
  enum class Condition : uint8_t { Unknown, True, False };

  // --- statements

  void statement() {
    uint32_t line = lexer_.line();
    Token first = lexer_.take();
    if (first.kind == Token::Kind::Number) {  // "1:"
      if (!lexer_.take_sign(':')) lexer_.skip_statement();
      return;
    }
    if (first.kind == Token::Kind::Sign) {
      if (first.sign == '{')  // "{vex} vaddps …"
        while (!lexer_.at_end_of_statement() && !lexer_.take_sign('}')) lexer_.take();
      else lexer_.skip_statement();
      return;
    }
    if (lexer_.take_sign(':')) {
      define(first.text, line);
    } else if (lexer_.take_sign('=')) {
      lexer_.take_sign('=');
      define(first.text, line);
      references("");
    } else if (first.quoted) {
      lexer_.skip_statement();
    } else if (first.text.starts_with('.')) {
      if (const DirectiveRow *row = find_directive(first.text)) directive(row->action, line);
      lexer_.skip_statement();
    } else {
      instruction(first.text);
    }
  }

  void instruction(std::string_view mnemonic) {
    if (macros_.contains(mnemonic)) {
      lexer_.skip_statement();
      return;
    }
    bool x86 = syntax_ == Syntax::X86Att || syntax_ == Syntax::X86Intel;
    while (x86 && assembly::is_x86_prefix(mnemonic) && lexer_.peek().kind == Token::Kind::Name)
      mnemonic = lexer_.take().text;
    references(mnemonic);
  }

  void references(std::string_view mnemonic) {
    assembly::symbols_in_operands(lexer_, syntax_, arch_, mnemonic, [&](std::string_view name, uint32_t line) {
      if (Mention *mention = find(name, line)) mention->wanted = true;
    });
  }

  void directive(Action action, uint32_t line) {
    switch (action) {
      case Action::Global: each_name([](Mention &m) { m.symbol.global = m.wanted = true; }); break;
      case Action::Weak: each_name([](Mention &m) { m.symbol.global = m.symbol.weak = m.wanted = true; }); break;
      case Action::WeakDefinition: each_name([](Mention &m) { m.symbol.weak = true; }); break;
      case Action::Hidden:
        // Mach-O's private extern is a binding, ELF's visibility is not.
        each_name([&](Mention &m) {
          m.symbol.hidden = true;
          m.symbol.global |= format_ == Format::MachO;
        });
        break;
      case Action::Local: each_name([](Mention &m) { m.local = true; }); break;
      case Action::Common:
        if (Mention *m = define_next(line)) m->symbol.global = true;
        break;
      case Action::LocalCommon: define_next(line); break;
      case Action::ZeroFill:  // segment, section, symbol, size
        for (int skipped = 0; skipped < 2; skipped++) {
          lexer_.take_word();
          lexer_.take_sign(',');
        }
        define_next(line);
        break;
      case Action::Assign:
        define_next(line);
        lexer_.take_sign(',');
        references("");
        break;
      case Action::Data: references(""); break;
      case Action::Symver: {
        std::string_view symbol = lexer_.take_word();
        lexer_.take_sign(',');
        std::string_view alias = lexer_.take_word();
        if (!symbol.empty() && alias.contains('@')) versions_.push_back({symbol, alias, line});
        break;
      }
      case Action::Weakref: {
        std::string_view alias = lexer_.take_word();
        lexer_.take_sign(',');
        if (lexer_.peek().kind != Token::Kind::Name) break;
        weakrefs_.insert(alias);
        if (Mention *m = find(lexer_.take().text, line)) m->symbol.weak = m->wanted = true;
        break;
      }
      case Action::Macro:
        if (lexer_.peek().kind == Token::Kind::Name) macros_.insert(lexer_.peek().text);
        macro_depth_ = 1;
        break;
      case Action::If: open_condition(); break;
      case Action::Else:
        if (!conditions_.empty() && conditions_.back() == Condition::True) skip_depth_ = 1;
        break;
      case Action::EndIf:
        if (!conditions_.empty()) conditions_.pop_back();
        break;
      case Action::Intel: syntax_ = Syntax::X86Intel; break;
      case Action::Att: syntax_ = assembly::default_syntax(arch_); break;
      case Action::EndOfText: ended_ = true; break;
      case Action::EndMacro: break;
    }
  }

  // --- what is not read: macro bodies and branches that a constant switches off

  bool skipping() const { return macro_depth_ > 0 || skip_depth_ > 0; }

  void open_condition() {
    Condition condition = Condition::Unknown;
    std::string_view word = lexer_.take_word();
    if (word == "0") condition = Condition::False;
    if (word == "1") condition = Condition::True;
    conditions_.push_back(condition);
    if (condition == Condition::False) skip_depth_ = 1;
  }

  void skipped_statement() {
    const DirectiveRow *row = find_directive(lexer_.peek().text);
    lexer_.skip_statement();
    if (!row) return;
    if (macro_depth_ > 0) {
      if (row->action == Action::Macro) macro_depth_++;
      if (row->action == Action::EndMacro) macro_depth_--;
    } else if (row->action == Action::If) {
      skip_depth_++;
    } else if (row->action == Action::EndIf) {
      if (--skip_depth_ == 0 && !conditions_.empty()) conditions_.pop_back();
    } else if (row->action == Action::Else && skip_depth_ == 1 && !conditions_.empty() &&
               conditions_.back() == Condition::False) {
      skip_depth_ = 0;
      conditions_.back() = Condition::Unknown;
    }
  }

  // --- symbols

  // Null for names that stay inside the assembler.
  Mention *find(std::string_view name, uint32_t line) {
    if (name.empty() || name.starts_with(local_prefix_)) return nullptr;
    auto [at, fresh] = index_.try_emplace(name, static_cast<uint32_t>(mentions_.size()));
    if (fresh) {
      Mention &mention = mentions_.emplace_back();
      mention.symbol.name = name;
      mention.symbol.line = line;
    }
    return &mentions_[at->second];
  }

  Mention *define(std::string_view name, uint32_t line) {
    Mention *mention = find(name, line);
    if (!mention) return nullptr;
    if (!mention->symbol.defined) mention->symbol.line = line;
    mention->symbol.defined = mention->wanted = true;
    return mention;
  }

  Mention *define_next(uint32_t line) {
    if (lexer_.peek().kind != Token::Kind::Name) return nullptr;
    return define(lexer_.take().text, line);
  }

  template <class F>
  void each_name(F apply) {
    while (lexer_.peek().kind == Token::Kind::Name) {
      uint32_t line = lexer_.line();
      if (Mention *mention = find(lexer_.take().text, line)) apply(*mention);
      if (!lexer_.take_sign(',')) return;
    }
  }

  std::vector<ir::AsmSymbol> result(FunctionRef<bool(std::string_view)> defined_elsewhere) {
    std::vector<ir::AsmSymbol> symbols;
    symbols.reserve(mentions_.size() + versions_.size());
    for (Mention &mention : mentions_) {
      ir::AsmSymbol &symbol = mention.symbol;
      if (!mention.wanted || (!symbol.defined && weakrefs_.contains(symbol.name))) continue;
      if (mention.local) symbol.global = false;
      if (!symbol.defined) symbol.global = true;
      symbols.push_back(symbol);
    }
    for (const Version &version : versions_) {
      ir::AsmSymbol symbol;
      auto known = index_.find(version.symbol);
      if (known != index_.end() && mentions_[known->second].symbol.defined) {
        symbol = mentions_[known->second].symbol;
      } else {
        symbol.defined = defined_elsewhere(version.symbol);
        symbol.global = true;
      }
      symbol.name = version.alias;
      symbol.line = version.line;
      symbols.push_back(symbol);
    }
    return symbols;
  }

  Lexer lexer_;
  Format format_;
  Arch arch_;
  Syntax syntax_;
  std::string_view local_prefix_;
  bool ended_ = false;
  int macro_depth_ = 0;
  int skip_depth_ = 0;
  std::vector<Condition> conditions_;
  std::unordered_set<std::string_view> macros_;
  std::vector<Mention> mentions_;
  std::unordered_map<std::string_view, uint32_t> index_;
  std::vector<Version> versions_;
  std::unordered_set<std::string_view> weakrefs_;
};

}  // namespace

std::vector<ir::AsmSymbol> scan_asm(std::string_view text, Format format, Arch arch,
                                    FunctionRef<bool(std::string_view)> defined_elsewhere) {
  return Scanner(text, format, arch).run(defined_elsewhere);
}

std::vector<ir::AsmSymbol> scan_asm(std::string_view text, Format format, Arch arch) {
  return scan_asm(text, format, arch, [](std::string_view) { return false; });
}

}  // namespace ldwhy
