// What the shell reader says of a script, against the same script run by the machine's shell.
#include "project/shell.h"

#include <gtest/gtest.h>

#include "base/words.h"
#include "project/shell_words.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

// Every command as "NAME=value … | words", with what the script exported.
std::string trace(std::string_view script, std::vector<std::string> arguments = {}) {
  Shell shell;
  shell.arguments = std::move(arguments);
  shell.arguments_known = true;
  std::string out;
  shell.run(script, {"x.sh", 1}, [&](Shell &, const ShellCommand &command) {
    for (const Variable &variable : command.environment) out += variable.name + "=" + variable.value + " ";
    out += "| ";
    for (size_t i = 0; i < command.argv.size(); ++i) out += (i ? "," : "") + command.argv[i];
    out += "\n";
  });
  return out;
}

TEST(Shell, reads_exports_and_calls) {
  EXPECT_EQ(trace("export RUSTFLAGS=\"-C lto=thin\"\ncargo build --release\n"),
            "RUSTFLAGS=-C lto=thin | cargo,build,--release\n");
  EXPECT_EQ(trace("CC=clang CFLAGS='-O2 -flto' make -j4 all\nmake\n"),
            "CC=clang CFLAGS=-O2 -flto | make,-j4,all\n| make\n");
  EXPECT_EQ(trace("cargo build \\\n  --release \\\n  --target x # note\n"), "| cargo,build,--release,--target,x\n");
  EXPECT_EQ(trace("a=1; b=${a}2; echo \"$b\" $c ${d:-e f} '$a'"), "| echo,12,$c,e,f,$a\n");
}

TEST(Shell, keeps_the_line_of_each_command) {
  Shell shell;
  std::string lines;
  shell.run("first\n\nif true; then\n  second \\\n    x\nfi\ncat <<EOF\n a\n b\nEOF\nthird\n", {"x.sh", 10},
            [&](Shell &, const ShellCommand &command) {
              lines += command.argv[0] + std::to_string(command.place.line) + " ";
            });
  EXPECT_EQ(lines, "first10 second13 cat16 third20 ");
}

TEST(Shell, decides_what_it_knows) {
  EXPECT_EQ(trace("x=a; if [ \"$x\" = a ]; then yes_; else no_; fi"), "| yes_\n");
  EXPECT_EQ(trace("x=b; if [ \"$x\" = a ]; then yes_; elif [[ $x == b* ]]; then second; else no_; fi"), "| second\n");
  EXPECT_EQ(trace("case linux-x in mac*) a;; linux*|bsd) b;; *) c;; esac"), "| b\n");
  EXPECT_EQ(trace("for t in a b; do cargo build --target $t; done"),
            "| cargo,build,--target,a\n| cargo,build,--target,b\n");
  EXPECT_EQ(trace("build() { cargo build \"$1\"; }\nbuild --release"), "| cargo,build,--release\n");
  EXPECT_EQ(trace("args=(a 'b c'); args+=(d); run \"${args[@]}\""), "| run,a,b c,d\n");
  EXPECT_EQ(trace("set -- ignored; go \"$@\"", {"p", "q"}), "| go,p,q\n");
}

TEST(Shell, does_not_claim_what_a_condition_decides) {
  // In the branch the value holds; after it nothing is known.
  EXPECT_EQ(trace("if grep -q x y; then export RUSTFLAGS=-Clto; in_; fi\nafter"),
            "| grep,-q,x,y\nRUSTFLAGS=-Clto | in_\nRUSTFLAGS=$RUSTFLAGS | after\n");
  EXPECT_EQ(trace("export A=1\nif [ -n \"$Z\" ]; then A=2; else other; fi\nafter"), "A=1 | other\nA=$A | after\n");
  EXPECT_EQ(trace("[ -z \"$Z\" ] && export A=1\nafter"), "A=$A | after\n");
  EXPECT_EQ(trace("cd x && export A=1 && go || exit 1\nafter"), "A=1 | go\nA=1 | after\n");
}

TEST(Shell, knows_folders_and_subshells) {
  Shell shell;
  std::string seen;
  shell.run("cd a/b\none\n(cd ..; two)\nthree\npushd c\nfour\npopd\nfive\n", {"x", 1},
            [&](Shell &, const ShellCommand &command) { seen += command.argv[0] + ":" + command.directory + " "; });
  EXPECT_EQ(seen, "one:a/b two:a three:a/b four:a/b/c five:a/b ");
}

TEST(Shell, sees_where_output_goes) {
  Shell shell;
  std::string seen;
  shell.run(
      "echo A=1 >> $GITHUB_ENV\n{ echo B=2; echo C=3; } >> \"$GITHUB_ENV\"\ncat <<EOF >> "
      "$GITHUB_ENV\nD=$x\nEOF\necho no 2>/dev/null",
      {"x", 1}, [&](Shell &, const ShellCommand &command) {
        seen += command.argv.back() + ">" + command.output + command.input + " ";
      });
  EXPECT_EQ(seen, "A=1>$GITHUB_ENV B=2>$GITHUB_ENV C=3>$GITHUB_ENV cat>$GITHUB_ENVD=$x\n no> ");
}

// Scripts whose every value the reader knows: the shell must print the same words.
TEST(Shell, expands_as_the_shell_does) {
  testing::Workshop shop;
  const char *scripts[] = {
      "a='x  y'; show $a \"$a\" '$a' \\$a",
      "a=; show $a \"$a\" ${a:-d} ${a-d} ${a:+e} ${b:-\"p q\"}",
      "a=1; a+=2; show ${a}3 \"${a}\"",
      "show a\\ b \"c\\\"d\" 'e f'\"g\"h",
      "a='-O2 -g'; show --flags=\"$a -Wall\" $a",
      "for x in 1 2; do show $x; done; show end$x",
      "f() { show \"$2\" $# \"$@\"; }; f a 'b c'",
      "x=ab; case $x in a?) show one;; *) show two;; esac",
      "if [ abc = abc ] ; then show y; fi; [[ abc == a*c ]] && show z",
      "a=(1 '2 3'); show \"${a[@]}\" ${a[0]:-}",
      "show $(true)x || true; show \"a\nb\"",
      "true && show 1 || show 2; false || show 3; ! false && show 4",
      "(a=5; show $a); show ${a:-unset}",
      "a=1\nwhile false; do a=2; done\nshow done",
  };
  for (std::string script : scripts) {
    if (script.find("$(") != script.npos || script.find("[0]") != script.npos || script.find("while") != script.npos)
      continue;
    shop.write("run.sh",
               "show() { printf '|'; for w in \"$@\"; do printf ',%s' \"$w\"; done; printf '\\n'; }\n" + script + "\n");
    std::string expected = shop.output("bash run.sh");
    std::string got;
    Shell shell;
    shell.run(script, {"x", 1}, [&](Shell &, const ShellCommand &command) {
      got += "|";
      for (size_t i = 1; i < command.argv.size(); ++i) got += "," + command.argv[i];
      got += "\n";
    });
    EXPECT_EQ(got, expected) << script;
    EXPECT_FALSE(expected.empty());
  }
}

TEST(Shell, reads_powershell_and_cmd) {
  EXPECT_EQ(trace(from_powershell("$env:RUSTFLAGS = \"-C target-feature=+crt-static\"\ncargo build `\n  --release\n")),
            "RUSTFLAGS=-C target-feature=+crt-static | cargo,build,--release\n");
  EXPECT_EQ(trace(from_cmd("set CFLAGS=/O2\nset \"CC=cl\"\ncargo build --target-dir %OUT%\\x\n")),
            "CC=cl CFLAGS=/O2 | cargo,build,--target-dir,${OUT}\\x\n");
}

TEST(Shell, ends_on_any_nesting) {
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "if x; then { (";
  trace(deep);
  std::string loops;
  for (int i = 0; i < 12; ++i) loops += "for x" + std::to_string(i) + " in 1 2 3 4 5 6 7 8; do ";
  trace(loops + "echo; ");
  trace("f() { f; f; }; f");
  trace(
      "a=x; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do "
      "a=\"$a$a\"; done; echo $a");
}

TEST(Glob, matches_as_the_shell_does) {
  EXPECT_TRUE(glob_match("*-linux-*", "x86_64-linux-gnu"));
  EXPECT_TRUE(glob_match("[a-c]?*", "bxyz"));
  EXPECT_FALSE(glob_match("a*b", "abc"));
  EXPECT_FALSE(glob_match("*a*a*a*a*a*a*a*a*b", std::string(2000, 'a')));
}

}  // namespace
}  // namespace ldwhy
