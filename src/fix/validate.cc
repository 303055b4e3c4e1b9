#include "fix/validate.h"

#include <algorithm>

#include <fmt/format.h>

#include "advisory/expression.h"
#include "base/words.h"
#include "input/load.h"

namespace ldwhy {
namespace {

Validation links(const BuildRun &run) {
  Validation done{"the build passes, its links included", run.passed ? State::Met : State::NotMet, ""};
  done.seen = run.passed
                  ? fmt::format("{} linked, {:.0f} s",
                                run.artifacts.empty() ? "all" : fmt::format("{}", file_name(run.artifacts.front())),
                                run.seconds)
                  : fmt::format("{}: {}", run.failed_command, run.reason);
  return done;
}

// The mode that rustc was given last; cargo spells fat as "-C lto".
std::string lto_of(const std::string &command) {
  std::string mode = "not given (LTO within each crate at most)";
  std::vector<std::string> words = split_words(command);
  for (size_t i = 0; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (word == "-C" && i + 1 < words.size()) word = words[i + 1];
    else if (word.starts_with("-C")) word.remove_prefix(2);
    else continue;
    if (word == "lto") mode = "fat";
    else if (word.starts_with("lto=")) mode = word.substr(4);
  }
  return mode;
}

std::string_view normal_lto(std::string_view value) {
  if (value == "true" || value == "y" || value == "yes" || value == "on") return "fat";
  if (value == "n" || value == "no") return "off";
  return value;
}

std::optional<Validation> lto_mode(const BuildRun &run, const Build &build) {
  const Setting *wanted = build.find("lto");
  if (!wanted || build.system != "cargo" || run.final_compile.empty()) return std::nullopt;
  std::string given = lto_of(run.final_compile.back());
  std::string_view want = normal_lto(wanted->source.value);
  bool same = want == given || (want == "false" && given.starts_with("not given"));
  return Validation{fmt::format("LTO is {} as {} says", want,
                                wanted->source.place.file.empty() ? "the default" : wanted->source.place.file),
                    same ? State::Met : State::NotMet, fmt::format("rustc was called with lto {}", given)};
}

// What the artifacts are for, and whether the symbol that was missing is in them.
void look_at_artifacts(const BuildRun &run, const Build &build, const Advisory *advisory, const Files &files,
                       std::vector<Validation> &done) {
  Target want = target_from_triple(build.target);
  for (const std::string &path : run.artifacts) {
    Input input = load_file(path, Target{}, files);
    std::string wrong, architecture;
    std::string found;
    bool any_symbol = false;
    for (const Member &member : input.members) {
      if (!member.object) continue;
      architecture = describe(member.object->target());
      if (std::string differs = difference(want, member.object->target()); !differs.empty() && wrong.empty())
        wrong = differs;
      member.object->for_each_symbol([&](const Symbol &symbol) {
        any_symbol = true;
        if (!advisory || !found.empty() || !is_defined(symbol)) return;
        for (const Signature &signature : advisory->signatures)
          for (const std::string &pattern : signature.symbols)
            if (matches_glob(symbol.name, pattern)) found = symbol.name;
      });
    }
    if (architecture.empty()) continue;
    if (!build.target.empty())
      done.push_back({fmt::format("{} is built for {}", file_name(path), build.target),
                      wrong.empty() ? State::Met : State::NotMet, wrong.empty() ? architecture : wrong});
    bool asks = advisory && std::ranges::any_of(advisory->signatures, [](const Signature &s) {
                  return s.kind == ComplaintKind::UndefinedSymbol && !s.symbols.empty();
                });
    if (!asks) continue;
    done.push_back({fmt::format("{} defines the symbol that went missing", file_name(path)),
                    found.empty() ? State::Unknown : State::Met,
                    !found.empty() ? found
                    : any_symbol
                        ? "not in its symbol table: dropped as unused, or stripped; the link that needs it passed"
                        : "it has no symbol table (stripped); the link that needs it passed"});
  }
}

}  // namespace

std::vector<Validation> validate(const BuildRun &run, const Build &build, const Advisory *advisory,
                                 const Files &files) {
  std::vector<Validation> done{links(run)};
  if (!run.passed) return done;
  if (std::optional<Validation> mode = lto_mode(run, build)) done.push_back(std::move(*mode));
  look_at_artifacts(run, build, advisory, files, done);
  return done;
}

}  // namespace ldwhy
