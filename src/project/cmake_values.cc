// cmake-language(7), "Variable References", "Escape Sequences", "Lists".
#include "project/cmake_values.h"

#include <algorithm>

#include "base/text.h"

namespace ldwhy {
namespace {

constexpr int most_depth = 10;          // ${${${…}}}
constexpr size_t most_bytes = 1 << 17;  // of one expansion
constexpr size_t most_arguments = 20'000;

void add(FlagText &out, std::string_view text, const SettingSource &source, size_t &budget) {
  if (text.empty() || budget < text.size()) return;
  budget -= text.size();
  if (!out.empty() && out.back().source.place.file == source.place.file &&
      out.back().source.place.line == source.place.line && out.back().source.text == source.text)
    out.back().text += text;
  else out.push_back({std::string(text), source});
}

// Where a reference that opens at `open` (its `{`) closes; nested ones respected.
size_t closing_brace(std::string_view text, size_t open) {
  size_t depth = 0;
  for (size_t i = open; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    else if (text[i] == '}' && --depth == 0) return i;
  }
  return text.npos;
}

}  // namespace

const CMakeValue *CMakeVariables::find(const std::string &name) const {
  auto mine = normal.find(name);
  if (mine != normal.end()) return &mine->second;
  auto cached = cache.find(name);
  return cached == cache.end() ? nullptr : &cached->second;
}

FlagText CMakeVariables::expand(std::string_view text, const SettingSource &source) const {
  FlagText out;
  size_t start = std::min(most_bytes, left_), budget = start;
  expand_into(text, source, 0, budget, out);
  left_ -= start - budget;
  return out;
}

void CMakeVariables::expand_into(std::string_view text, const SettingSource &source, int depth, size_t &budget,
                                 FlagText &out) const {
  while (!text.empty()) {
    size_t at = text.find_first_of("\\$");
    add(out, text.substr(0, at), source, budget);
    if (at == text.npos) return;
    text.remove_prefix(at);
    if (text[0] == '\\') {
      char next = text.size() > 1 ? text[1] : '\\';
      // `\;` stays a pair: it keeps a list's element whole.
      std::string_view put = next == 'n'    ? "\n"
                             : next == 't'  ? "\t"
                             : next == '\n' ? ""
                             : next == ';'  ? text.substr(0, 2)
                                            : text.substr(1, 1);
      add(out, put, source, budget);
      text.remove_prefix(std::min<size_t>(2, text.size()));
      continue;
    }
    size_t open = text.starts_with("${") ? 1 : text.starts_with("$ENV{") ? 4 : text.starts_with("$CACHE{") ? 6 : 0;
    size_t close = open && depth < most_depth ? closing_brace(text, open) : text.npos;
    if (close == text.npos) {
      add(out, text.substr(0, 1), source, budget);
      text.remove_prefix(1);
      continue;
    }
    FlagText named;
    expand_into(text.substr(open + 1, close - open - 1), source, depth + 1, budget, named);
    std::string name = joined(named);
    if (open == 4) {
      auto found = environment.find(name);
      if (found != environment.end())
        add(out, found->second, {"", {"environment", 0}, "$ENV{" + name + "}", ""}, budget);
    } else if (const CMakeValue *value = find(name)) {
      for (const FlagPiece &piece : value->pieces) add(out, piece.text, piece.source, budget);
    } else if (!surely_unset(name)) {
      add(out, text.substr(0, close + 1), source, budget);
    }
    text.remove_prefix(close + 1);
  }
}

std::vector<FlagText> CMakeVariables::arguments(const CMakeCommand &command, const SettingSource &source) const {
  std::vector<FlagText> all;
  for (const CMakeArgument &argument : command.arguments) {
    if (all.size() > most_arguments) break;
    SettingSource here = source;
    here.place.line = argument.line;
    if (argument.kind == CMakeArgument::Kind::Bracket) {
      all.push_back({{std::string(argument.text), here}});
      continue;
    }
    FlagText text = expand(argument.text, here);
    if (argument.kind == CMakeArgument::Kind::Quoted) {
      all.push_back(std::move(text));
      continue;
    }
    FlagText element;
    int generator = 0;  // semicolons inside $<…> split nothing
    for (const FlagPiece &piece : text) {
      std::string part;
      auto flush = [&] {
        if (!part.empty()) element.push_back({std::exchange(part, ""), piece.source});
      };
      for (size_t i = 0; i < piece.text.size(); ++i) {
        char c = piece.text[i];
        if (c == '<' && i > 0 && piece.text[i - 1] == '$') ++generator;
        if (c == '>' && generator > 0) --generator;
        if (c == '\\' && i + 1 < piece.text.size() && piece.text[i + 1] == ';') {
          part += ';';
          ++i;
        } else if (c == ';' && generator == 0) {
          flush();
          if (!element.empty() && all.size() <= most_arguments) all.push_back(std::exchange(element, {}));
        } else {
          part += c;
        }
      }
      flush();
    }
    if (!element.empty()) all.push_back(std::move(element));
  }
  return all;
}

bool CMakeVariables::surely_unset(const std::string &name) const {
  if (touched.contains(name)) return false;
  for (std::string_view part : {"_FOUND", "HAVE_", "HAS_", "SUPPORT", "COMPILES", "RESULT", "OUTPUT", "VERSION"})
    if (name.find(part) != name.npos) return false;
  return !name.starts_with("CMAKE_") || name.starts_with("CMAKE_INTERPROCEDURAL_OPTIMIZATION") ||
         name.find("FLAGS") != name.npos || name == "CMAKE_CONFIGURATION_TYPES" || name == "CMAKE_BUILD_TYPE" ||
         name == "CMAKE_TOOLCHAIN_FILE" || name == "CMAKE_LINKER_TYPE" || name == "CMAKE_OSX_ARCHITECTURES";
}

Truth cmake_constant(std::string_view text) {
  std::string lower = lower_case(text);
  for (std::string_view word : {"on", "yes", "true", "y"})
    if (lower == word) return Truth::Yes;
  for (std::string_view word : {"", "off", "no", "false", "n", "ignore", "notfound", "0"})
    if (lower == word) return Truth::No;
  if (lower.ends_with("-notfound")) return Truth::No;
  bool number = lower.find_first_not_of("0123456789.-") == lower.npos;
  return number ? Truth::Yes : Truth::Unknown;
}

namespace {

// $<…> of a condition kind: AND, OR, NOT, CONFIG, …
class Generator {
 public:
  explicit Generator(const GeneratorContext &context) : context_(context) {}

  Truth truth(std::string_view text, int depth = 0) const {
    if (text == "1") return Truth::Yes;
    if (text == "0") return Truth::No;
    if (!text.starts_with("$<") || !text.ends_with('>') || depth > 10) return Truth::Unknown;
    text = text.substr(2, text.size() - 3);
    size_t colon = text.find(':');
    std::string_view name = text.substr(0, colon),
                     rest = colon == text.npos ? std::string_view() : text.substr(colon + 1);
    if (name == "CONFIG") return matches(rest, context_.config, true);
    if (name == "COMPILE_LANGUAGE" || name == "LINK_LANGUAGE") return matches(rest, context_.language, false);
    if (name == "CXX_COMPILER_ID" || name == "C_COMPILER_ID") return matches(rest, context_.compiler_id, false);
    if (name == "COMPILE_LANG_AND_ID") {
      size_t comma = std::min(rest.find(','), rest.size());
      Truth language = matches(rest.substr(0, comma), context_.language, false);
      Truth compiler = matches(rest.substr(std::min(comma + 1, rest.size())), context_.compiler_id, false);
      if (language == Truth::No || compiler == Truth::No) return Truth::No;
      return language == Truth::Yes && compiler == Truth::Yes ? Truth::Yes : Truth::Unknown;
    }
    if (name == "BOOL")
      return rest.find('$') == rest.npos ? (cmake_constant(rest) == Truth::No ? Truth::No : Truth::Yes)
                                         : Truth::Unknown;
    if (name == "NOT") return negated(truth(rest, depth + 1));
    if (name == "AND" || name == "OR") return several(rest, name == "AND", depth);
    return Truth::Unknown;
  }

 private:
  static Truth matches(std::string_view list, const std::string &value, bool ignore_case) {
    if (value.empty()) return Truth::Unknown;
    while (!list.empty()) {
      size_t comma = std::min(list.find(','), list.size());
      std::string_view one = list.substr(0, comma);
      if (one == value || (ignore_case && lower_case(one) == lower_case(value))) return Truth::Yes;
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return Truth::No;
  }

  Truth several(std::string_view list, bool all, int depth) const {
    Truth result = all ? Truth::Yes : Truth::No;
    while (!list.empty()) {
      int open = 0;
      size_t end = 0;
      for (; end < list.size() && (list[end] != ',' || open > 0); ++end) {
        if (list[end] == '<') ++open;
        if (list[end] == '>') --open;
      }
      Truth one = truth(list.substr(0, end), depth + 1);
      if (one == (all ? Truth::No : Truth::Yes)) return one;
      if (one == Truth::Unknown) result = one;
      list.remove_prefix(std::min(end + 1, list.size()));
    }
    return result;
  }

  const GeneratorContext &context_;
};

}  // namespace

FlagText evaluate_generator(const FlagText &text, const GeneratorContext &context) {
  FlagText out;
  for (const FlagPiece &piece : text) {
    std::string_view rest = piece.text;
    size_t start = rest.find("$<$<");
    if (start == rest.npos) {
      out.push_back(piece);
      continue;
    }
    // $<$<CONDITION>:flags>; what stands around it stays.
    int depth = 0;
    size_t split = rest.npos, end = rest.npos;
    for (size_t i = start + 1; i < rest.size(); ++i) {
      if (rest[i] == '<') ++depth;
      if (rest[i] == '>' && --depth == 0) {
        end = i;
        break;
      }
      if (rest[i] == ':' && depth == 1 && split == rest.npos) split = i;
    }
    if (split == rest.npos || end == rest.npos) {
      out.push_back(piece);
      continue;
    }
    std::string_view condition = rest.substr(start + 2, split - start - 2);
    Truth truth = Generator(context).truth(condition);
    FlagPiece inner{std::string(rest.substr(split + 1, end - split - 1)), piece.source};
    std::ranges::replace(inner.text, ';', ' ');
    if (truth == Truth::Unknown) inner.source.text += " (only if " + std::string(condition) + ")";
    if (start > 0) out.push_back({std::string(rest.substr(0, start)), piece.source});
    if (truth != Truth::No) out.push_back(std::move(inner));
    if (end + 1 < rest.size()) out.push_back({" " + std::string(rest.substr(end + 1)), piece.source});
  }
  return out;
}

}  // namespace ldwhy
