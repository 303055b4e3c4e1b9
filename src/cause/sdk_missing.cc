// A file of the platform's own kit is not there: start files, the C library, the system's
// import libraries, an SDK or sysroot. Not one library is to be installed then, but the kit for
// this target, or the way to it is to be told.
#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/files.h"
#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inspection.h"

namespace ldwhy {
namespace {

bool concerns(const Case &c) {
  return has_code(c, {"cannot-find-library", "cannot-find-framework", "cannot-open", "no-sdk"});
}

// Start files and libraries that come with the system or with the compiler.
bool of_the_kit(std::string name, Flavor flavor) {
  std::ranges::transform(name, name.begin(), [](unsigned char ch) { return static_cast<char>(std::tolower(ch)); });
  std::string_view plain = file_name(name);
  for (std::string_view ending : {".lib", ".tbd", ".dylib"})
    if (plain.ends_with(ending)) plain.remove_suffix(ending.size());
  if (plain.ends_with(".o") && plain.find("crt") != plain.npos) return true;
  constexpr std::string_view kit[] = {"system",
                                      "libcmt",
                                      "libcmtd",
                                      "msvcrt",
                                      "msvcrtd",
                                      "msvcprt",
                                      "msvcprtd",
                                      "libcpmt",
                                      "libcpmtd",
                                      "libvcruntime",
                                      "vcruntime",
                                      "vcruntimed",
                                      "ucrt",
                                      "ucrtd",
                                      "libucrt",
                                      "libucrtd",
                                      "oldnames",
                                      "kernel32",
                                      "user32",
                                      "gdi32",
                                      "advapi32",
                                      "shell32",
                                      "ole32",
                                      "oleaut32",
                                      "uuid",
                                      "ntdll",
                                      "ws2_32",
                                      "userenv",
                                      "bcrypt",
                                      "dbghelp",
                                      "mingw32",
                                      "mingwex",
                                      "moldname",
                                      "foundation",
                                      "corefoundation",
                                      "appkit",
                                      "uikit",
                                      "security",
                                      "cocoa",
                                      "systemconfiguration",
                                      "iokit",
                                      "coreservices",
                                      "applicationservices",
                                      "coregraphics",
                                      "quartzcore",
                                      "carbon",
                                      "avfoundation",
                                      "metal"};
  // What the C library's linker scripts name: libc.so.6, libc_nonshared.a, ld-linux-x86-64.so.2.
  if (flavor != Flavor::Coff &&
      (plain.starts_with("libc.so") || plain.starts_with("libm.so") || plain.starts_with("libpthread.so") ||
       plain.ends_with("_nonshared.a") || plain.ends_with("_nonshared") || plain.starts_with("ld-linux") ||
       plain.starts_with("ld-musl") || (plain.starts_with("ld") && plain.find(".so.") != plain.npos)))
    return true;
  // There is no libm on Windows: "m.lib" is a build file's mistake, not the kit's.
  constexpr std::string_view unix_kit[] = {"c",      "gcc", "gcc_s",   "gcc_eh", "stdc++", "c++",
                                           "c++abi", "m",   "pthread", "dl",     "rt",     "objc"};
  // On other systems than Apple's, LLVM's C++ library is a package like others.
  if (flavor == Flavor::Gnu && (plain == "c++" || plain == "c++abi" || plain == "objc")) return false;
  bool unix_name = flavor != Flavor::Coff && std::ranges::find(unix_kit, plain) != std::end(unix_kit);
  return unix_name || std::ranges::find(kit, plain) != std::end(kit);
}

std::string shown(const Case &c) {
  const std::string &subject = c.complaint->subject;
  bool plain = subject.find_first_of("./\\") == subject.npos;
  return has_code(c, {"cannot-find-framework"})          ? "framework " + subject
         : has_code(c, {"cannot-find-library"}) && plain ? "-l" + subject
                                                         : subject;
}

const char *where_kits_come_from(const Facts &facts) {
  switch (facts.flavor) {
    case Flavor::Darwin:
      return "On macOS since 11 the system's libraries are no files any more: the SDK has a stub (.tbd) for each, and "
             "the linker "
             "finds it only when it is told of the SDK (-syslibroot, -isysroot, SDKROOT). An SDKROOT of another "
             "platform, as "
             "Xcode sets it in script phases, hides the right one.";
    case Flavor::Coff:
      return "The C run-time library comes with the Visual C++ build tools, the system's import libraries with the "
             "Windows SDK; "
             "the linker finds both through the variable LIB, which the developer prompt of one processor sets.";
    default:
      return "Start files and the C library come with the system's development package (libc6-dev, glibc-devel), one "
             "for each "
             "processor; for a cross build they are in a sysroot that the driver must be told of.";
  }
}

const InputArg *missing_input(const Case &c, const Facts &facts) {
  for (uint32_t i = 0; i < facts.link->inputs.size(); ++i) {
    const InputArg &argument = facts.link->command.inputs[i];
    bool meant = argument.text == c.complaint->subject || argument.path == c.complaint->subject;
    if (meant && facts.link->inputs[i].kind == InputKind::Missing) return &argument;
  }
  return nullptr;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!concerns(c)) return std::nullopt;
  const InputArg *argument = missing_input(c, facts);
  bool kit = of_the_kit(c.complaint->subject, facts.flavor);
  bool no_sdk = has_code(c, {"no-sdk"});
  if (!no_sdk && (!argument || !argument->wrong_target.empty() || !(kit || argument->automatic))) return std::nullopt;
  const Command &command = facts.link->command;
  Verdict verdict;
  verdict.certainty = no_sdk ? Certainty::Likely : Certainty::Proven;
  verdict.group = "kit";
  const std::vector<std::string> &absent = facts.survey->surroundings.absent_folders;
  auto root = std::ranges::find_if(
      command.sysroots, [&](const std::string &folder) { return std::ranges::find(absent, folder) != absent.end(); });
  std::string target = describe(command.target);
  if (root != command.sysroots.end())
    verdict.summary = fmt::format("the sysroot {} does not exist, so the system's own files are not found", *root);
  else if (command.sysroots.empty() && facts.flavor == Flavor::Darwin)
    verdict.summary = fmt::format("the linker was told of no SDK, so {} is not found", shown(c));
  else
    verdict.summary =
        fmt::format("{} is part of the platform's own kit, and the kit for {} is not there", shown(c), target);
  verdict.explanation =
      fmt::format("No other library is missing: {} belongs to what every program for {} is linked with. {}", shown(c),
                  target, where_kits_come_from(facts));
  if (!c.complaint->predicted) verdict.evidence.push_back(words_of(c));
  if (argument)
    verdict.evidence.push_back(
        {"absence",
         "",
         "",
         fmt::format("{}{}: looked for in {} folders", shown(c),
                     argument->automatic ? ", which the driver itself adds" : "", command.library_paths.size()),
         {}});
  for (size_t i = 0; i < absent.size() && i < 4; ++i)
    verdict.evidence.push_back({"absence", absent[i], "", "this folder does not exist", {}});
  verdict.remedies.push_back(
      {.remedy = "install-kit", .symbol = target, .path = root != command.sysroots.end() ? *root : ""});
  return verdict;
}

// What only start files ask for: the C library of their own release has it.
bool of_start_files(std::string_view name) {
  for (std::string_view head : {"__libc_csu_init", "__libc_csu_fini", "__libc_start_main", "mingw_app_type",
                                "mingw_init", "__mingw_init", "_gnu_exception_handler", "_pei386_runtime_relocator"})
    if (name.starts_with(head)) return true;
  return false;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (is_undefined_case(c) && of_start_files(c.parts.raw))
    return Suspicion{90,
                     fmt::format("the start file that asks for {} and the C library are of different releases: two "
                                 "development kits are mixed, or "
                                 "one is installed in part",
                                 c.parts.raw),
                     "cc -print-file-name=crt1.o; cc -print-file-name=libc.so"};
  if (is_undefined_case(c))
    for (const Complaint *aside : facts.asides)
      if (aside->severity == Severity::Warning && aside->code.starts_with("cannot-find-") &&
          of_the_kit(aside->subject, facts.flavor))
        return Suspicion{
            86, fmt::format("{} was not found, as the linker warned: it belongs to the platform's SDK", aside->subject),
            "xcrun --show-sdk-path"};
  if (!concerns(c)) return std::nullopt;
  if (has_code(c, {"no-sdk"}))
    return Suspicion{90, fmt::format("the SDK or sysroot {} is not there", c.complaint->subject),
                     "xcrun --show-sdk-path"};
  if (!of_the_kit(c.complaint->subject, facts.flavor)) return std::nullopt;
  bool by_target = std::ranges::any_of(facts.passed_over, [&](const Complaint *passed) {
    return passed->text.find(c.complaint->subject) != std::string::npos;
  });
  if (by_target) return std::nullopt;
  return Suspicion{
      80,
      fmt::format("{} belongs to the platform's own kit: the SDK, sysroot or development package for this target is "
                  "not installed or not found",
                  shown(c)),
      ""};
}

std::string decide(const Case &c, const Facts &facts) {
  if (facts.flavor == Flavor::Darwin) return "xcrun --show-sdk-path";
  if (facts.flavor == Flavor::Coff && facts.linker != Linker::Bfd)
    return fmt::format("where $LIB:{}", quoted(c.complaint->subject));
  std::string name(file_name(c.complaint->subject));
  if (c.complaint->code == "cannot-find-library" && name.find('.') == name.npos) name = fmt::format("lib{}.so", name);
  return fmt::format("{} -print-file-name={}", driver_of(facts), quoted(name));
}

}  // namespace

extern const Cause sdk_missing{"sdk-missing", "the platform's own start files, libraries or SDK are not there", examine,
                               suspect, decide};

}  // namespace ldwhy
