// `make -j` lets two linkers write at once: their lines alternate, and the first driver's "ld
// returned 1 exit status" ends what is read as one link while the other still speaks. What a
// line is about is told by the files it names: by the command that has them, by the folder that
// CMake gives each target, or else by the linker that speaks. A way of telling counts only where
// it finds a mixture, and for the last two only where it finds as many links as ended.
#include "log/separate.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <string>

#include "log/parse.h"

namespace ldwhy {
namespace {

constexpr uint32_t near_lines = 12;  // between two links that may have mixed

using Run = std::span<LoggedLink>;
using Key = std::string;  // empty: the line does not tell

struct Commands {
  std::vector<const LoggedCommand *> all;
  std::map<std::string_view, size_t> by_file;  // word of one command only
  static constexpr size_t shared = SIZE_MAX;

  explicit Commands(Run run) {
    for (const LoggedLink &link : run) {
      for (const LoggedCommand &command : link.commands) all.push_back(&command);
    }
    for (size_t i = 0; i < all.size(); ++i) {
      for (const std::string &word : all[i]->argv) {
        auto [entry, is_new] = by_file.try_emplace(word, i);
        if (!is_new && entry->second != i) entry->second = shared;
      }
    }
  }
  Key key_of(std::string_view file) const {
    auto found = by_file.find(file);
    return found == by_file.end() || found->second == shared ? "" : std::to_string(found->second);
  }
};

Key cmake_target(std::string_view file) {
  size_t start = file.find("CMakeFiles/"), end = file.find(".dir/");
  return start == file.npos || end == file.npos || end < start ? "" : std::string(file.substr(0, end));
}

Key program(const Complaint &complaint) {
  Said said = take_apart(complaint.text);
  return said.speaker == Speaker::None ? "" : std::string(said.program);
}

enum class By : uint8_t { Command, Target, Program };

Key key_of(By by, const Commands &commands, const Complaint &complaint, std::string_view file) {
  switch (by) {
    case By::Command: return commands.key_of(file);
    case By::Target: return cmake_target(file);
    case By::Program: return program(complaint);
  }
  return "";
}

// A complaint once for each link whose files it names.
struct Part {
  Key key;
  Complaint complaint;
  size_t link;
};

std::vector<Part> parts_of(By by, const Commands &commands, Run run) {
  std::vector<Part> parts;
  for (size_t i = 0; i < run.size(); ++i) {
    Key last;
    for (const Complaint &complaint : run[i].complaints) {
      std::vector<std::pair<Key, std::vector<ReferencePlace>>> places;
      for (const ReferencePlace &place : complaint.references) {
        Key key = key_of(by, commands, complaint, place.file);
        auto same = std::ranges::find(places, key, &std::pair<Key, std::vector<ReferencePlace>>::first);
        if (same == places.end()) same = places.insert(places.end(), {key, {}});
        same->second.push_back(place);
      }
      if (places.empty()) places.push_back({key_of(by, commands, complaint, complaint.subject), {}});
      for (auto &[key, references] : places) {
        // A line that does not tell belongs to what stands before it.
        if (key.empty()) key = last;
        Part part{key, complaint, i};
        part.complaint.references = std::move(references);
        parts.push_back(std::move(part));
        last = key;
      }
    }
  }
  return parts;
}

bool is_mixture(By by, const std::vector<Part> &parts, size_t links) {
  std::set<Key> all;
  std::vector<std::set<Key>> in_link(links);
  for (const Part &part : parts) {
    if (part.key.empty()) continue;
    all.insert(part.key);
    in_link[part.link].insert(part.key);
  }
  bool mixed = std::ranges::any_of(in_link, [](const std::set<Key> &keys) { return keys.size() > 1; });
  return mixed && (by == By::Command || all.size() == links);
}

std::vector<LoggedLink> regroup(By by, const Commands &commands, std::vector<Part> parts, Run run) {
  std::vector<LoggedLink> links;
  std::vector<Key> keys;
  std::map<Key, size_t> place;
  Key first;
  for (const Part &part : parts)
    if (first.empty()) first = part.key;
  for (Part &part : parts) {
    const Key &key = part.key.empty() ? first : part.key;
    auto [entry, is_new] = place.try_emplace(key, links.size());
    if (is_new) {
      const LoggedLink &from = run[part.link];
      LoggedLink &link = links.emplace_back();
      link.linker = from.linker;
      link.flavor = from.flavor;
      link.arch = from.arch;
      link.failed = true;
      link.first_line = part.complaint.line;
      if (by == By::Command) link.commands.push_back(*commands.all[std::stoul(key)]);
    }
    LoggedLink &link = links[entry->second];
    link.first_line = std::min(link.first_line, part.complaint.line);
    link.last_line = std::max(link.last_line, part.complaint.line_end);
    // Of one symbol, what was said before the other link's end and after it.
    auto same = std::ranges::find_if(link.complaints, [&](const Complaint &other) {
      return !other.symbol.empty() && other.symbol == part.complaint.symbol && other.code == part.complaint.code &&
             other.severity == part.complaint.severity;
    });
    if (same == link.complaints.end()) {
      link.complaints.push_back(std::move(part.complaint));
    } else {
      same->references.insert(same->references.end(), part.complaint.references.begin(),
                              part.complaint.references.end());
      same->line_end = std::max(same->line_end, part.complaint.line_end);
    }
  }
  return links;
}

}  // namespace

void separate_links(std::vector<LoggedLink> &links) {
  constexpr size_t most_complaints = 2000;  // more are not from two links that a person reads
  std::vector<LoggedLink> separated;
  for (size_t start = 0; start < links.size();) {
    size_t end = start + 1, complaints = links[start].complaints.size();
    while (end < links.size() && links[end].first_line <= links[end - 1].last_line + near_lines)
      complaints += links[end++].complaints.size();
    Run run(links.data() + start, end - start);
    start = end;
    bool done = false;
    if (complaints > 1 && complaints <= most_complaints) {
      const Commands commands(run);
      for (By by : {By::Command, By::Target, By::Program}) {
        std::vector<Part> parts = parts_of(by, commands, run);
        if (!is_mixture(by, parts, run.size())) continue;
        for (LoggedLink &link : regroup(by, commands, std::move(parts), run)) separated.push_back(std::move(link));
        done = true;
        break;
      }
    }
    if (!done) std::ranges::move(run, std::back_inserter(separated));
  }
  links = std::move(separated);
}

}  // namespace ldwhy
