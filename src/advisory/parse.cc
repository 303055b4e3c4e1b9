// From the text of an advisory file to an Advisory (docs/advisories.md has the format).
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "advisory/advisory.h"
#include "advisory/catalogue.h"
#include "advisory/expression.h"
#include "advisory/head.h"
#include "advisory/version.h"

namespace ldwhy {
namespace {

bool digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "LINK-2025-0001"
bool is_advisory_id(std::string_view id) {
  return id.size() == 14 && id.starts_with("LINK-") && digits(id.substr(5, 4)) && id[9] == '-' && digits(id.substr(10));
}

// ISO 8601: a day, a month or a year.
bool is_date(std::string_view text) {
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
  if (!digits(text.substr(0, 4))) return false;
  unsigned parts[2] = {1, 1};
  for (size_t at = 4, i = 0; at < text.size(); at += 3, ++i) {
    if (text[at] != '-' || !digits(text.substr(at + 1, 2))) return false;
    parts[i] = static_cast<unsigned>(text[at + 1] - '0') * 10 + static_cast<unsigned>(text[at + 2] - '0');
  }
  int year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
  return std::chrono::year_month_day{std::chrono::year{year}, std::chrono::month{parts[0]}, std::chrono::day{parts[1]}}
      .ok();
}

class AdvisoryParser {
 public:
  AdvisoryParser(const SplitAdvisory &parts, const std::string &file) : head_(parts.head, file) {
    advisory_.file = file;
    advisory_.body = parts.body;
  }

  Result<Advisory> parse() {
    if (const TomlNode *root = head_.root()) {
      const TomlNode &table = *root;
      basics(table);
      packages(table);
      condition(table);
      signatures(table);
      remedies(table);
      verified(table);
    }
    if (head_.problem()) return std::unexpected(*head_.problem());
    return std::move(advisory_);
  }

 private:
  void check(const TomlNode &table, std::string_view key, bool good, std::string_view text) {
    if (!good) head_.fail(table.find(key) ? *table.find(key) : table, std::string(text));
  }

  bool same_year() const { return advisory_.id.size() > 9 && advisory_.id.substr(5, 4) == advisory_.date.substr(0, 4); }

  void basics(const TomlNode &table) {
    head_.only(table, {"id", "title", "date", "cause", "fixed-in", "sources", "when", "package", "signature", "remedy",
                       "verified", "example", "words"});
    advisory_.id = head_.text(table, "id", true);
    check(table, "id", is_advisory_id(advisory_.id), "an id looks like LINK-2025-0001");
    advisory_.title = head_.text(table, "title", true);
    advisory_.date = head_.text(table, "date", true);
    check(table, "date", is_date(advisory_.date), "a date looks like 2025-10-20, 2025-10 or 2025");
    check(table, "date", same_year(), "the date's year is not that of the id");
    advisory_.cause = head_.text(table, "cause", true);
    check(table, "cause", is_cause_id(advisory_.cause),
          fmt::format("'{}' is not in the catalogue of causes", advisory_.cause));
    advisory_.fixed_in = head_.texts(table, "fixed-in");
    advisory_.sources = head_.texts(table, "sources");
    check(table, "sources", !advisory_.sources.empty(), "'sources' is missing");
    for (const std::string &source : advisory_.sources)
      check(table, "sources", source.starts_with("https://"), fmt::format("'{}' is no https address", source));
  }

  std::shared_ptr<const VersionSet> versions(const TomlNode &table, std::string_view key, bool required) {
    std::string text = head_.text(table, key, required);
    if (text.empty()) return nullptr;
    std::expected<VersionSet, std::string> set = VersionSet::parse(text);
    check(table, key, set.has_value(), set ? "" : set.error());
    return set ? std::make_shared<const VersionSet>(std::move(*set)) : nullptr;
  }

  void packages(const TomlNode &table) {
    for (const TomlNode *entry : head_.tables(table, "package")) {
      head_.only(*entry, {"ecosystem", "name", "versions", "unknown"});
      AdvisoryPackage &package = advisory_.packages.emplace_back();
      package.ecosystem = head_.text(*entry, "ecosystem", true);
      package.name = head_.text(*entry, "name", true);
      package.affected = versions(*entry, "versions", true);
      package.unknown = versions(*entry, "unknown", false);
    }
  }

  void condition(const TomlNode &table) {
    std::string text = head_.text(table, "when", false);
    if (text.empty()) return;
    std::expected<std::shared_ptr<const Expression>, ExpressionError> parsed = parse_expression(text);
    if (parsed) {
      advisory_.when = std::move(*parsed);
      return;
    }
    const TomlNode &node = *table.find("when");
    head_.fail(head_.line_of(node, parsed.error().offset), parsed.error().text);
  }

  void signatures(const TomlNode &table) {
    for (const TomlNode *entry : head_.tables(table, "signature")) {
      head_.only(*entry, {"kind", "symbols", "references", "text"});
      Signature &signature = advisory_.signatures.emplace_back();
      std::string kind = head_.text(*entry, "kind", true);
      bool known = false;
      for (ComplaintKind each : {ComplaintKind::UndefinedSymbol, ComplaintKind::DuplicateSymbol, ComplaintKind::Input,
                                 ComplaintKind::Layout, ComplaintKind::Tool}) {
        if (complaint_kind_name(each) != kind) continue;
        signature.kind = each;
        known = true;
      }
      check(*entry, "kind", known, fmt::format("there is no kind '{}'", kind));
      signature.symbols = head_.texts(*entry, "symbols");
      signature.references = head_.texts(*entry, "references");
      signature.text = head_.text(*entry, "text", false);
      if (signature.symbols.empty() && signature.text.empty())
        head_.fail(*entry, "a signature needs symbols or text, else it fits everything");
    }
  }

  void remedies(const TomlNode &table) {
    for (const TomlNode *entry : head_.tables(table, "remedy")) {
      AdvisoryRemedy &remedy = advisory_.remedies.emplace_back();
      remedy.id = head_.text(*entry, "id", true);
      remedy.title = head_.text(*entry, "title", true);
      remedy.cost = head_.text(*entry, "cost", true);
      remedy.verified = head_.text(*entry, "verified", true);
      check(*entry, "verified", is_verification(remedy.verified),
            "'verified' is one of git, doc, lab, reported, unknown");
      const RemedyAction *action = find_remedy_action(remedy.id);
      check(*entry, "id", action, fmt::format("there is no remedy '{}'", remedy.id));
      if (action) arguments(*entry, *action, remedy);
    }
    if (advisory_.remedies.empty()) head_.fail(table, "there is no [[remedy]]");
  }

  void arguments(const TomlNode &entry, const RemedyAction &action, AdvisoryRemedy &remedy) {
    for (const TomlNode &node : entry) {
      std::string_view name = node.key;
      if (name == "id" || name == "title" || name == "cost" || name == "verified") continue;
      std::string word = fmt::format(" {} ", name);
      bool known =
          action.required.find(word) != action.required.npos || action.optional.find(word) != action.optional.npos;
      if (!known) head_.fail(node, fmt::format("{} takes no '{}'", action.id, name));
      remedy.arguments[std::string(name)] = head_.text(entry, name, true);
    }
    std::string_view rest = action.required;
    while (rest.size() > 1) {
      std::string_view name = rest.substr(1, rest.find(' ', 1) - 1);
      if (!remedy.arguments.contains(std::string(name)))
        head_.fail(entry, fmt::format("{} needs '{}'", action.id, name));
      rest.remove_prefix(name.size() + 1);
    }
    auto among = [&](std::string_view name, std::initializer_list<std::string_view> words) {
      auto found = remedy.arguments.find(std::string(name));
      if (found != remedy.arguments.end() && std::ranges::find(words, found->second) == words.end())
        head_.fail(entry, fmt::format("{} knows no {} '{}'", action.id, name, found->second));
    };
    among("where", {"rustflags", "cflags", "ldflags"});
    if (action.id == "set-lto") among("value", {"thin", "fat", "off"});
  }

  void verified(const TomlNode &table) {
    const TomlNode *facts = head_.table(table, "verified");
    if (!facts || facts->empty()) {
      head_.fail(table, "[verified] is missing: say of each fact how it is known");
      return;
    }
    for (const TomlNode &node : *facts) {
      VerifiedFact &fact = advisory_.verified.emplace_back();
      fact.fact = node.key;
      fact.how = head_.text(*facts, node.key, true);
      if (!is_verification(fact.how)) head_.fail(node, "one of git, doc, lab, reported, unknown was expected");
    }
  }

  HeadReader head_;
  Advisory advisory_;
};

}  // namespace

Result<Advisory> parse_advisory(std::string_view text, const std::string &file) {
  Result<SplitAdvisory> parts = split_advisory(text, file);
  if (!parts) return std::unexpected(std::move(parts.error()));
  return AdvisoryParser(*parts, file).parse();
}

}  // namespace ldwhy
