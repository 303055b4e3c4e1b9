#include "input/asm_symbols.h"

#include <algorithm>
#include <sstream>

#include "real_objects.h"

namespace ldwhy {
namespace {

using testing::Workshop;

// "T name": the letter is nm's; d, b, r and t are all t.
std::vector<std::string> rows(const std::vector<ir::AsmSymbol> &symbols) {
  std::vector<std::string> lines;
  for (const ir::AsmSymbol &s : symbols) {
    char letter = !s.defined ? (s.weak ? 'w' : 'U') : s.weak ? 'W' : s.global ? 'T' : 't';
    lines.push_back(std::string(1, letter) + " " + std::string(s.name));
  }
  std::ranges::sort(lines);
  return lines;
}

// What the assembler makes of the same text. Of Mach-O, nm does not tell weak symbols.
std::vector<std::string> assembled(const Workshop &shop, const std::string &triple, const std::string &text) {
  shop.write("a.s", text);
  shop.run("clang-22 --target=" + triple + " -c a.s -o a.o");
  std::istringstream output(shop.output("llvm-nm-22 --no-sort a.o"));
  std::vector<std::string> lines;
  for (std::string line; std::getline(output, line);) {
    size_t column = line[8] == ' ' && line[9] != ' ' ? 9 : 17;  // 32-bit or 64-bit addresses
    char letter = line[column];
    if (std::string_view("DBRSCANG").contains(letter)) letter = 'T';
    if (std::string_view("dbrsang").contains(letter)) letter = 't';
    if (letter == 'V') letter = 'W';
    if (letter == 'v') letter = 'w';
    std::string name = line.substr(column + 2);
    if (name.starts_with(".") || name.starts_with("@feat") || name.starts_with("ltmp")) continue;
    lines.push_back(std::string(1, letter) + " " + name);
  }
  std::ranges::sort(lines);
  return lines;
}

void expect_agreement(const std::string &triple, const std::string &text) {
  Workshop shop;
  Target target = target_from_triple(triple);
  std::vector<std::string> expected = assembled(shop, triple, text);
  ASSERT_FALSE(expected.empty()) << triple;
  std::vector<ir::AsmSymbol> found = scan_asm(text, target.format, target.arch);
  if (target.format == Format::MachO)
    for (ir::AsmSymbol &symbol : found) symbol.weak = false;
  EXPECT_EQ(rows(found), expected) << triple;
}

TEST(AsmSymbols, AgreesWithTheAssemblerOnX86Elf) {
  expect_agreement("x86_64-linux-gnu", R"(# 1 "preprocessed.S"
        .text
        .globl  first, second   # globl comment: not_a_label:
first:  push %rbp ; second: ret /* hidden_in_comment: */
local1: call extern1 // comment: call nobody
        .type first, @function
        .size first, .-first
.Lprivate: jmp .Lprivate
        jne     extern2@PLT
        callq   *extern3@GOTPCREL(%rip)
        lea     data1(%rip), %rax; lock cmpxchg %rdx, shared_word(%rip)
        movq    $immediate, %rdi
        mov     %fs:tls_var@tpoff, %rax
        movabsq $wide, %r11
        rep movsb
        lock; incl counter(%rip)
        vaddps (%rax){1to16}, %zmm1, %zmm2{%k1}{z}
1:      jmp 1b
        jmp 2f
2:      nop
        .weak weak_def, weak_undefined
weak_def: call weak_undefined
        .set alias1, local1
alias2 = first
.equiv alias3, 5
        .equ number, 42
        .data
data1:  .quad table_entry, .-data1, local1+8
        .long 0x10, 'a', '#', ';'
"quoted name": .byte 1; .globl "quoted name"
        .ascii "not_a_label: call nobody\n", "a;b # \" c:"
        .comm shared, 8, 8
        .local own
        .comm own, 8, 8
        .lcomm own2, 4
        .section .note.GNU-stack,"",@progbits
        .GLOBL shouted
shouted:
)");
}

TEST(AsmSymbols, AgreesWithTheAssemblerOnIntelSyntax) {
  expect_agreement("x86_64-linux-gnu", R"(.intel_syntax noprefix
entry: mov eax, dword ptr [rip + number1]
  lea rax, [rip + number2]
  call function1
  jmp short_jump
  mov rax, qword ptr gs:[0x28]
  mov rcx, offset number3
  xor r8d, r9d
  vmovaps xmm0, xmmword ptr [rsp + 16]
short_jump: ret
.att_syntax prefix
  movl number4(%rip), %eax
)");
}

TEST(AsmSymbols, AgreesWithTheAssemblerOnArm64MachO) {
  expect_agreement("arm64-apple-macos11", R"(
  .text
  .globl _open_function
  .private_extern _kept
  .p2align 2
_open_function: ; a comment: _nobody:
  adrp x0, _variable@PAGE
  add  x0, x0, _variable@PAGEOFF
  adrp x8, _far@GOTPAGE
  ldr  x8, [x8, _far@GOTPAGEOFF]
  bl   _callee %% b Lbranch
  cbz  x0, Lbranch
  b.ne Lbranch
Lbranch: ret
_fiber_switch:
  stp x29, x30, [sp, #-16]!
  mov x9, sp // rest of the line
  blr x1
  br x30
_kept: ret
l_linker_private: ret
  .weak_definition _inlined
  .globl _inlined
_inlined: ret
  .weak_reference _optional
  bl _optional
  .data
_data: .quad _pointed, l_linker_private
  .zerofill __DATA,__bss,_zeroes,8,3
  .tbss _thread$tlv$init, 8
  .comm _common, 8, 3
_absolute = 7
  .subsections_via_symbols
)");
}

TEST(AsmSymbols, AgreesWithTheAssemblerOnArm64Elf) {
  expect_agreement("aarch64-linux-gnu", R"(
  .globl f
f: adrp x0, g; add x0, x0, :lo12:g
  adrp x1, :got:h
  ldr x1, [x1, #:got_lo12:h]
  bl callee // not_me
  mov x0, #4
  b.eq f
  tbnz w0, #3, elsewhere
  beq also
  ldr x2, =pool
  .xword pointed
  .hword 1
  cmp x0, #1
  csel x0, x1, x2, eq
# call not_me
)");
}

TEST(AsmSymbols, AgreesWithTheAssemblerOnArm) {
  expect_agreement("armv7-linux-gnueabihf", R"(
  .syntax unified
  .thumb
  .globl f
  .thumb_func
f: bl callee @ comment: bl nobody
  blx r3
  bx lr
  bls less
  it ls
  blls conditional
  bic r0, r1, r2
  movw r0, #:lower16:address
  movt r0, #:upper16:address
  .word pointed(GOT), other
  b.w wide
)");
}

TEST(AsmSymbols, AgreesWithTheAssemblerOnCoff) {
  expect_agreement("i686-windows-gnu", R"(
  .def _f; .scl 2; .type 32; .endef
  .globl _f
_f: call _g
  call _std@8
  call @fast@4
Llocal: jmp Llocal
  movl $"?x@@3HA", %eax
  .long _rva@IMGREL
  .globl "?decorated@@YAXXZ"
"?decorated@@YAXXZ": ret
)");
  expect_agreement("x86_64-windows-gnu", R"(
  .globl f
f: callq *__imp_g(%rip)
.Llocal: jmp .Llocal
Lnot_local: ret
)");
}

TEST(AsmSymbols, AgreesWithTheAssemblerOnRiscvAndPowerpc) {
  expect_agreement("riscv64-linux-gnu", R"(
  .globl f
f: call callee
  tail other
  la a0, address
  lui a1, %hi(high)
  addi a1, a1, %lo(high)
  beqz a0, f
  jal ra, linked
  j f
  add a0, a1, a2
  ret
)");
  expect_agreement("powerpc64le-linux-gnu", R"(
  .globl f
f: bl callee
  addis 3, 2, address@toc@ha
  addi 3, 3, address@toc@l
  b f
  blr
)");
}

TEST(AsmSymbols, SkipsMacroBodiesAndBranchesThatAConstantSwitchesOff) {
  expect_agreement("x86_64-linux-gnu", R"(
.macro thing name
.macro inner
in_inner:
.endm
inside_\@: call \name
.endm
.if 0
.if 1
never1:
.endif
never2:
.else
always1:
.endif
.if 1
always2:
.else
never3:
.endif
after:
)");
}

TEST(AsmSymbols, TellsLineAndHiding) {
  std::vector<ir::AsmSymbol> symbols =
      scan_asm("\n.hidden kept\n.globl kept\n/* two\nlines */ kept: call used\ncall used\n", Format::Elf, Arch::X86_64);
  ASSERT_EQ(symbols.size(), 2u);
  EXPECT_EQ(symbols[0].name, "kept");
  EXPECT_TRUE(symbols[0].hidden && symbols[0].global && symbols[0].defined);
  EXPECT_EQ(symbols[0].line, 5u);
  EXPECT_EQ(symbols[1].name, "used");
  EXPECT_FALSE(symbols[1].defined);
  EXPECT_EQ(symbols[1].line, 5u);
}

TEST(AsmSymbols, VersionsAreDefinitionsWhereTheirSymbolIsOne) {
  std::string_view text =
      "here: ret\n.globl here\n.symver here, f@V1\n.symver there, f@@V2\n"
      ".symver memcpy, memcpy@GLIBC_2.2.5\n";
  EXPECT_EQ(rows(scan_asm(text, Format::Elf, Arch::X86_64, [](std::string_view name) { return name == "there"; })),
            (std::vector<std::string>{"T f@@V2", "T f@V1", "T here", "U memcpy@GLIBC_2.2.5"}));
  EXPECT_EQ(rows(scan_asm(text, Format::Elf, Arch::X86_64)),
            (std::vector<std::string>{"T f@V1", "T here", "U f@@V2", "U memcpy@GLIBC_2.2.5"}));
}

TEST(AsmSymbols, WeakReferenceNamesTheTarget) {
  EXPECT_EQ(rows(scan_asm(".weakref mine, theirs\ncall mine\n", Format::Elf, Arch::X86_64)),
            std::vector<std::string>{"w theirs"});
}

TEST(AsmSymbols, TellsWeakSymbolsOfMachO) {
  EXPECT_EQ(rows(scan_asm(".weak_definition _a\n.globl _a\n_a:\n.weak_reference _b\n bl _b\n"
                          ".weak_definition _never\n.private_extern _never\n",
                          Format::MachO, Arch::Arm64)),
            (std::vector<std::string>{"W _a", "w _b"}));
}

TEST(AsmSymbols, UnfinishedTextEndsTheScan) {
  for (std::string_view text : {"f: /* open", "\"open", ".globl", ".globl ,", ".macro m", ".if 0\nf:", "'", "{", "a = ",
                                ".symver a", ".symver ,", ".zerofill a", ".weakref a", "%", "@", ":", "x:::", "'\\"})
    for (Arch arch : {Arch::X86_64, Arch::Arm64, Arch::Arm, Arch::Riscv64, Arch::Wasm32})
      EXPECT_LE(scan_asm(text, Format::Elf, arch).size(), 2u) << text;
}

TEST(AsmSymbols, TimeGrowsWithTheTextOnly) {
  std::string text;
  for (int i = 0; i < 200000; i++) text += ".if 1\n.globl a" + std::to_string(i) + "\n/* \" ' */\n";
  EXPECT_EQ(scan_asm(text, Format::Elf, Arch::X86_64).size(), 200000u);
}

}  // namespace
}  // namespace ldwhy
