// Linux: proc(5) and the auxiliary vector (getauxval(3)). macOS: dyld(3)'s
// _NSGetExecutablePath, sysctl(3)'s KERN_PROCARGS2 and libproc.h.
#include "capture/platform.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include <string_view>

#include "base/bytes.h"
#include "base/files.h"

#ifdef __APPLE__
#include <libproc.h>
#include <mach-o/dyld.h>
#include <sys/sysctl.h>
#else
#include <fcntl.h>
#include <sys/auxv.h>
#endif

namespace ldwhy {

#ifdef __APPLE__

std::string own_program() {
  uint32_t size = 0;
  _NSGetExecutablePath(nullptr, &size);
  std::string path(size, '\0');
  if (_NSGetExecutablePath(path.data(), &size) != 0) return "";
  char resolved[PATH_MAX];
  return ::realpath(path.c_str(), resolved) ? resolved : "";
}

std::string started_as(const char *argv0) {
  uint32_t size = 0;
  _NSGetExecutablePath(nullptr, &size);
  std::string path(size, '\0');
  if (_NSGetExecutablePath(path.data(), &size) != 0) return argv0 ? argv0 : "";
  return path.c_str();
}

std::optional<RunningProgram> running_program(pid_t process) {
  int name[] = {CTL_KERN, KERN_PROCARGS2, process};
  size_t size = 0;
  if (::sysctl(name, 3, nullptr, &size, nullptr, 0) != 0) return std::nullopt;
  std::string buffer(size, '\0');
  if (::sysctl(name, 3, buffer.data(), &size, nullptr, 0) != 0) return std::nullopt;
  buffer.resize(size);
  RunningProgram program;
  proc_bsdinfo info;
  if (::proc_pidinfo(process, PROC_PIDTBSDINFO, 0, &info, sizeof info) == sizeof info)
    program.parent = static_cast<pid_t>(info.pbi_ppid);
  try {  // the count, the file, padding of NULs, the arguments, the environment
    Cursor cursor{Bytes(buffer)};
    uint32_t count = cursor.u32();
    program.file = cursor.c_string();
    std::string_view word;
    do word = cursor.c_string();
    while (word.empty());
    for (; count > 0; --count) {
      program.argv.emplace_back(word);
      if (count > 1) word = cursor.c_string();
    }
  } catch (const Malformed &) {
    return std::nullopt;
  }
  return program;
}

#else

namespace {

// Files under /proc have no size, so they cannot be mapped.
std::string read_all(const std::string &path) {
  std::string text;
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return text;
  char buffer[16384];
  for (ssize_t got; (got = ::read(file, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<size_t>(got));
  ::close(file);
  return text;
}

std::string link_target(const std::string &path) {
  char buffer[PATH_MAX];
  ssize_t length = ::readlink(path.c_str(), buffer, sizeof buffer);
  return length > 0 ? std::string(buffer, static_cast<size_t>(length)) : "";
}

}  // namespace

std::string own_program() {
  std::string path = link_target("/proc/self/exe");
  return path.ends_with(" (deleted)") ? "" : path;
}

std::string started_as(const char *argv0) {
  unsigned long path = ::getauxval(AT_EXECFN);
  if (path != 0) return reinterpret_cast<const char *>(path);
  return argv0 ? argv0 : "";
}

std::optional<RunningProgram> running_program(pid_t process) {
  std::string folder = "/proc/" + std::to_string(process);
  RunningProgram program;
  program.file = link_target(folder + "/exe");
  std::string words = read_all(folder + "/cmdline");
  if (program.file.empty() || words.empty()) return std::nullopt;
  for (size_t start = 0; start < words.size();) {
    size_t end = words.find('\0', start);
    program.argv.push_back(words.substr(start, end - start));
    if (end == words.npos) break;
    start = end + 1;
  }
  // The name in the second field may hold anything, so count from its last parenthesis.
  std::string status = read_all(folder + "/stat");
  size_t name_end = status.rfind(") ");
  if (name_end != status.npos && status.size() > name_end + 4)
    program.parent = static_cast<pid_t>(::atoi(status.c_str() + name_end + 4));
  return program;
}

#endif

}  // namespace ldwhy
