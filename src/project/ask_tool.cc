#include "project/ask_tool.h"

#include <sys/stat.h>
#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <xxhash.h>

#include "base/cache.h"
#include "base/files.h"
#include "base/process.h"

namespace ldwhy {
namespace {

std::string file_stamp(const std::string &path) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return "";
  return fmt::format("{} {} {}", path, static_cast<long long>(status.st_mtime), static_cast<long long>(status.st_size));
}

}  // namespace

std::string ask_tool(const std::string &path, const std::string &option) {
  // Programs that go by several names answer by the name: it is part of the stamp.
  std::string stamp = file_stamp(real_path(path));
  if (!stamp.empty()) stamp += fmt::format(" {} {}\n", path, option);
  std::string kept;
  if (Result<std::string> cache = cache_folder(); cache && !stamp.empty())
    kept = fmt::format("{}/tool-{:016x}", *cache, XXH3_64bits(stamp.data(), stamp.size()));
  if (!kept.empty())
    if (Result<FileRef> file = DiskFiles().open(kept); file && (*file)->bytes().text().starts_with(stamp))
      return std::string((*file)->bytes().text().substr(stamp.size()));
  Result<ProcessResult> result = run_process({path, option}, {.timeout_seconds = 10, .output_limit = 1 << 16});
  if (!result || result->status != 0) return "";
  std::string answer = result->output + result->errors;
  // Without the cache the next call only takes longer.
  if (!kept.empty()) (void)write_file_atomically(kept, stamp + answer);
  return answer;
}

}  // namespace ldwhy
