// What stands around a link: the machine, the file to be written, the programs that could
// link, and the scripts that steer it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/target.h"

namespace ldwhy {

// The file that the link was to write, as it is now.
struct OutputPlace {
  std::string path;                   // as the command has it; empty: the linker's default
  std::string folder;
  bool folder_exists = true;
  std::string obstacle;               // "Is a directory", "Permission denied"; empty: none
  std::optional<uint64_t> free_bytes; // on that disk
};

// A linker on PATH.
struct LinkerProgram {
  std::string name;                   // "ld.lld-22"
  std::string path;
};

// A name that a version script gives a version or shows, wildcards left out.
struct VersionedName {
  std::string name;
  std::string version;                // empty: the anonymous version
  std::string other_version;          // a second one that the script gives it; empty: none
  uint32_t line = 0;
  bool defined = false;               // by an object of the link
};

// A version script, dynamic list or linker script that the command names.
struct SteeringFile {
  std::string path;
  bool version_script = false;
  bool readable = true;
  std::string problem;                // why it cannot be understood; empty: it can
  std::vector<VersionedName> names;   // of a version script
};

// A memory region of a linker script.
struct MemoryRegion {
  std::string name;
  std::string script;
  std::string length;                 // as written: "64K"
  uint64_t bytes = 0;                 // 0: an expression
};

// How this system installs libraries.
enum class PackageManager : uint8_t { Unknown, Apt, Homebrew };

struct Surroundings {
  OutputPlace output;
  uint64_t memory_bytes = 0;          // of the machine; 0: not known
  std::vector<LinkerProgram> linkers;
  PackageManager packages = PackageManager::Unknown;
  Arch machine = Arch::Unknown;       // what this system's own packages are for
  std::vector<std::string> absent_folders;  // sysroots and search folders that are not there
  std::vector<SteeringFile> scripts;
  std::vector<MemoryRegion> regions;
};

}  // namespace ldwhy
