// Arbitrary text as a build log: no line may be lost, and what is said of lines must hold.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/words.h"
#include "log/log.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string_view text(reinterpret_cast<const char *>(data), size);
  ldwhy::ReadLog log = ldwhy::read_log(text);
  if (log.understood + log.ignored + log.not_understood_count != log.lines) std::abort();
  for (const ldwhy::LoggedLink &link : log.links) {
    if (link.first_line == 0 || link.first_line > link.last_line || link.last_line > log.lines) std::abort();
    for (const ldwhy::Complaint &complaint : link.complaints) {
      if (complaint.code.empty() || complaint.line == 0 || complaint.line > complaint.line_end) std::abort();
    }
    for (const ldwhy::LoggedCommand &command : link.commands) {
      if (ldwhy::split_words(ldwhy::quote_words(command.argv)) != command.argv) std::abort();
    }
  }
  return 0;
}
