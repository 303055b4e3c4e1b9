// Remedies that another link cannot try: something has to be built or installed.
#include <fmt/format.h>

#include "base/files.h"
#include "base/words.h"
#include "name/name.h"
#include "name/provider_words.h"
#include "name/rust_units.h"
#include "remedy/remedy.h"

namespace ldwhy {
namespace {

// Lines to add, as a diff shows them; the first one's mark is the caller's.
std::string with_pluses(const std::string &lines) {
  std::string text;
  for (size_t i = 0; i < lines.size(); ++i) {
    text += lines[i];
    if (lines[i] == '\n' && i + 1 < lines.size()) text += '+';
  }
  return text;
}

void describe_rebuild(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  const Target &target = context.facts.link->command.target;
  remedy.title = fmt::format("build {} for {}, or use a copy that is", seed.path, describe(target));
  if (!target.triple.empty()) remedy.commands.push_back(fmt::format("clang --target={} -c …", target.triple));
}

void describe_export(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  std::string shown = demangle(seed.symbol, context.facts.format);
  remedy.title = fmt::format("export {} from {} and build it again", shown, seed.path);
  remedy.edits.push_back({"", fmt::format("+__attribute__((visibility(\"default\")))  // on the declaration of {}\n"
                                          "or in the version script or export list, under global:\n+  {};\n",
                                          shown, parse_name(seed.symbol, context.facts.format).raw)});
}

// What this system installs for the link's target: a package's name and the command. Nothing
// where its packages are for other machines or systems.
std::string package_command(const Provider &provider, const RemedyContext &context, std::string &package) {
  const Surroundings &around = context.facts.survey->surroundings;
  const Target &target = context.facts.link->command.target;
  bool own = target.arch == Arch::Unknown || target.arch == around.machine;
  bool i386 = target.arch == Arch::I386 && around.machine == Arch::X86_64;
  if (around.packages == PackageManager::Apt && context.facts.flavor == Flavor::Gnu && (own || i386)) {
    package = fmt::format("{}{}", provider.debian, own ? "" : ":i386");
    return fmt::format("sudo apt install {}", package);
  }
  bool brew = around.packages == PackageManager::Homebrew || context.facts.flavor == Flavor::Darwin;
  if (brew && own && !provider.homebrew.empty()) {
    package = provider.homebrew;
    return fmt::format("brew install {}", package);
  }
  return "";
}

// How each kind of build names the library, once it is there.
void add_flag(const Provider &provider, const RemedyContext &context, Remedy &remedy) {
  if (linked_by_rustc(*context.facts.link)) {
    remedy.edits.push_back({"", fmt::format("build.rs of the crate that needs it, in main():\n"
                                            "+    println!(\"cargo:rustc-link-lib={}\");\n",
                                            provider.library)});
    if (!provider.crate.empty())
      remedy.edits.push_back({"", fmt::format("or depend on the crate that binds it:\n+{} = \"*\"\n", provider.crate)});
    return;
  }
  std::vector<std::string> words = context.facts.link->command.argv;
  words.push_back(fmt::format("-l{}", provider.library));
  remedy.commands.push_back(quote_words(words));
  add_build_lines(provider, remedy);
}

// seed.symbol: the library; seed.other: not empty where the link line does not name it yet.
void describe_install(const RemedySeed &seed, const RemedyContext &context, Remedy &remedy) {
  bool run_time_only = seed.path.find(".so.") != seed.path.npos, add = !seed.other.empty();
  std::string rest = run_time_only ? fmt::format(" ({} is the run-time file only)", seed.path) : "";
  std::string flag = add ? fmt::format(", and add -l{} to the link", seed.symbol) : "";
  Providers known = providers_named(seed.symbol);
  std::string package, command;
  if (!known.empty()) command = package_command(known.all[0], context, package);
  if (!command.empty()) {
    remedy.title = fmt::format("install {}{}{}", package, rest, flag);
    remedy.commands.push_back(command);
  } else if (!known.empty()) {
    remedy.title = fmt::format("install {} for this target ({}){}{}", library_title(known.all[0]),
                               package_words(known.all[0]), rest, flag);
  } else if (run_time_only) {
    remedy.title = fmt::format("install the development package of lib{}{}", seed.symbol, rest);
  } else {
    remedy.title = fmt::format("install {} or correct its name on the link line", seed.symbol);
  }
  if (add && !known.empty()) add_flag(known.all[0], context, remedy);
}

}  // namespace

void add_build_lines(const Provider &provider, Remedy &remedy) {
  if (std::string lines = cmake_lines(provider); !lines.empty())
    remedy.edits.push_back(
        {"", fmt::format("CMakeLists.txt, TARGET being what is linked here:\n+{}", with_pluses(lines))});
  if (!provider.pkg_config.empty())
    remedy.edits.push_back(
        {"", fmt::format("Makefile:\n+LDLIBS += $(shell pkg-config --libs {})\n", provider.pkg_config)});
}

extern const RemedyKind rebuild_for_target{"rebuild-for-target", "one build of that library", describe_rebuild,
                                           nullptr};
extern const RemedyKind export_symbol{"export-symbol", "the symbol becomes part of the library's interface",
                                      describe_export, nullptr};
extern const RemedyKind install_library{"install-library", "one more thing to install", describe_install, nullptr};

}  // namespace ldwhy
