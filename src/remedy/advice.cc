// Remedies that another link cannot try: something has to be built or installed.
#include <fmt/format.h>

#include "base/files.h"
#include "name/name.h"
#include "remedy/remedy.h"

namespace ldwhy {
namespace {

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

void describe_install(const RemedySeed &seed, const RemedyContext &, Remedy &remedy) {
  bool run_time_only = seed.path.find(".so.") != seed.path.npos;
  if (run_time_only)
    remedy.title = fmt::format("install the development package of lib{} ({} is the run-time file only)", seed.symbol, seed.path);
  else
    remedy.title = fmt::format("install {} or correct its name on the link line", seed.symbol);
}

}  // namespace

extern const RemedyKind rebuild_for_target{"rebuild-for-target", "one build of that library", describe_rebuild, nullptr};
extern const RemedyKind export_symbol{"export-symbol", "the symbol becomes part of the library's interface", describe_export, nullptr};
extern const RemedyKind install_library{"install-library", "one more thing to install", describe_install, nullptr};

}  // namespace ldwhy
