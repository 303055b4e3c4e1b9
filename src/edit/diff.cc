// Unified diffs (POSIX.1-2017, diff -u; GNU diffutils manual, "Unified Format"), with git's header
// for new files. The shortest script is sought after Myers, "An O(ND) Difference Algorithm and
// Its Variations" (1986); texts too different for that count as replaced as a whole.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "edit/edit.h"
#include "edit/text_lines.h"

namespace ldwhy {
namespace {

constexpr size_t context_lines = 3;
constexpr size_t most_edits = 1500;  // the search keeps a row for each

using Lines = std::vector<std::string_view>;  // with their line ends

Lines lines_of(std::string_view text) {
  Lines lines;
  for (size_t at = 0; at < text.size();) {
    size_t end = past_line(text, at);
    lines.push_back(text.substr(at, end - at));
    at = end;
  }
  return lines;
}

// Which lines go and which come.
struct Script {
  std::vector<bool> removed, added;
};

// Marks the edits between the two ranges. `rows[d][k + d]` is how far in `before` the best path of
// d edits on diagonal k comes; walking the rows backwards gives the path.
void shortest_edits(const Lines &before, const Lines &after, size_t first, size_t before_end, size_t after_end,
                    Script &script) {
  ptrdiff_t n = static_cast<ptrdiff_t>(before_end - first), m = static_cast<ptrdiff_t>(after_end - first);
  auto same = [&](ptrdiff_t x, ptrdiff_t y) {
    return before[first + static_cast<size_t>(x)] == after[first + static_cast<size_t>(y)];
  };
  auto mark_all = [&] {
    for (size_t i = first; i < before_end; ++i) script.removed[i] = true;
    for (size_t i = first; i < after_end; ++i) script.added[i] = true;
  };
  std::vector<std::vector<int32_t>> rows;
  ptrdiff_t limit = std::min<ptrdiff_t>(n + m, most_edits);
  auto came_down = [&](ptrdiff_t d, ptrdiff_t k) {  // onto k from k + 1: a line was added
    if (k == -d) return true;
    if (k == d) return false;
    const std::vector<int32_t> &row = rows[static_cast<size_t>(d - 1)];
    return row[static_cast<size_t>(k - 1 + d - 1)] < row[static_cast<size_t>(k + 1 + d - 1)];
  };
  auto reach = [&](ptrdiff_t d, ptrdiff_t k) -> ptrdiff_t {
    return rows[static_cast<size_t>(d)][static_cast<size_t>(k + d)];
  };
  ptrdiff_t edits = -1;
  for (ptrdiff_t d = 0; d <= limit && edits < 0; ++d) {
    rows.emplace_back(static_cast<size_t>(2 * d + 1), 0);
    for (ptrdiff_t k = -d; k <= d; k += 2) {
      ptrdiff_t x = d == 0 ? 0 : came_down(d, k) ? reach(d - 1, k + 1) : reach(d - 1, k - 1) + 1;
      while (x < n && x - k < m && x - k >= 0 && same(x, x - k)) ++x;
      rows.back()[static_cast<size_t>(k + d)] = static_cast<int32_t>(x);
      if (x >= n && x - k >= m) edits = d;
    }
  }
  if (edits < 0) return mark_all();
  ptrdiff_t k = n - m;
  for (ptrdiff_t d = edits; d > 0; --d) {
    bool down = came_down(d, k);
    k += down ? 1 : -1;
    ptrdiff_t x = reach(d - 1, k);
    if (down) script.added[first + static_cast<size_t>(x - k)] = true;
    else script.removed[first + static_cast<size_t>(x)] = true;
  }
}

Script find_script(const Lines &before, const Lines &after) {
  Script script{std::vector<bool>(before.size()), std::vector<bool>(after.size())};
  size_t first = 0, before_end = before.size(), after_end = after.size();
  while (first < before_end && first < after_end && before[first] == after[first]) ++first;
  while (before_end > first && after_end > first && before[before_end - 1] == after[after_end - 1])
    --before_end, --after_end;
  shortest_edits(before, after, first, before_end, after_end, script);
  return script;
}

class Writer {
 public:
  Writer(const Lines &before, const Lines &after) : before_(before), after_(after) {}

  std::string run() {
    Script script = find_script(before_, after_);
    size_t i = 0, j = 0, kept = 0;  // kept: unchanged lines since the last change
    while (i < before_.size() || j < after_.size()) {
      bool removes = i < before_.size() && script.removed[i];
      bool adds = !removes && j < after_.size() && script.added[j];
      if (removes || adds) {
        if (!open_) begin_hunk(i, j, std::min(kept, context_lines));
        if (removes) put('-', before_[i++]), ++old_count_;
        else put('+', after_[j++]), ++new_count_;
        kept = 0;
        continue;
      }
      // Two changes share a hunk where their contexts meet.
      if (open_ && kept == 2 * context_lines) end_hunk(context_lines);
      if (open_) put(' ', before_[i]), ++old_count_, ++new_count_;
      ++i, ++j, ++kept;
    }
    if (open_) end_hunk(kept > context_lines ? kept - context_lines : 0);
    return std::move(text_);
  }

 private:
  void put(char mark, std::string_view line) {
    starts_.push_back(body_.size());
    body_ += mark;
    body_ += line;
    if (!line.ends_with('\n')) body_ += "\n\\ No newline at end of file\n";
  }
  void begin_hunk(size_t i, size_t j, size_t context) {
    open_ = true;
    body_.clear();
    starts_.clear();
    old_begin_ = i - context;
    new_begin_ = j - context;
    old_count_ = new_count_ = context;
    for (size_t k = context; k > 0; --k) put(' ', before_[i - k]);
  }
  // `surplus`: lines at the end that are beyond the context.
  void end_hunk(size_t surplus) {
    if (surplus > 0) body_.resize(starts_[starts_.size() - surplus]);
    text_ += fmt::format("@@ -{} +{} @@\n", range(old_begin_, old_count_ - surplus),
                         range(new_begin_, new_count_ - surplus));
    text_ += body_;
    open_ = false;
  }
  // An empty range is named after the line before it.
  static std::string range(size_t begin, size_t count) {
    if (count == 1) return fmt::format("{}", begin + 1);
    return fmt::format("{},{}", count == 0 ? begin : begin + 1, count);
  }

  const Lines &before_, &after_;
  std::string text_, body_;
  std::vector<size_t> starts_;  // of the hunk's lines in body_
  bool open_ = false;
  size_t old_begin_ = 0, new_begin_ = 0, old_count_ = 0, new_count_ = 0;
};

// git's way with names: quoted as in C where a byte needs it.
std::string diff_name(std::string_view side, const std::string &path) {
  std::string text;
  bool quoted = false;
  for (char c : path) {
    unsigned char code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') text += {'\\', c}, quoted = true;
    else if (code < 0x20 || code >= 0x7f) text += fmt::format("\\{:03o}", code), quoted = true;
    else text += c;
  }
  return quoted ? fmt::format("\"{}{}\"", side, text) : fmt::format("{}{}", side, path);
}

}  // namespace

std::string unified_diff(const std::string &path, std::string_view before, std::string_view after, bool created) {
  if (before == after && !created) return "";
  std::string old_name = diff_name("a/", path), new_name = diff_name("b/", path);
  std::string text;
  if (created) text = fmt::format("diff --git {} {}\nnew file mode 100644\n", old_name, new_name);
  if (before == after) return text;
  // Behind a name with a blank, a tab says where it ends.
  std::string_view end = path.find(' ') == path.npos ? "" : "\t";
  text += created ? "--- /dev/null\n" : fmt::format("--- {}{}\n", old_name, end);
  text += fmt::format("+++ {}{}\n", new_name, end);
  Lines old_lines = lines_of(before), new_lines = lines_of(after);
  return text + Writer(old_lines, new_lines).run();
}

}  // namespace ldwhy
