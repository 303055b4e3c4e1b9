// LTO code of a compiler that the linker's reader does not know: LLVM bitcode that is newer than
// the linker's LLVM, or GCC bytecode of another release than the lto1 that reads it.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "facts/lto_code.h"

namespace ldwhy {
namespace {

std::string noted(const Case &c, std::string_view head) {
  for (const std::string &note : c.complaint->notes)
    if (note.starts_with(head)) return note.substr(head.size());
  return "";
}

// The linker's own words, else its version where it is LLVM's.
std::string reader_of(const Case &c, const Facts &facts) {
  if (std::string said = noted(c, "Reader: "); !said.empty()) return said;
  if (facts.linker == Linker::Lld && facts.link && !facts.link->command.linker_version.empty())
    return "LLVM " + facts.link->command.linker_version;
  return "";
}

// A bitcode object that is newer than the reader: the one named, else the newest.
ObjectId newer_object(const Case &c, const Facts &facts, unsigned reader) {
  auto release = [&](ObjectId id) {
    const Object *object = facts.link->object(id);
    return object && object->kind() == ObjectKind::Bitcode ? llvm_release(object->producer()) : 0;
  };
  ObjectId named = object_meant(c, facts);
  if (named != no_object && release(named) != 0) return named;
  ObjectId newest = no_object;
  for (ObjectId id = 0; id < facts.link->objects.size(); ++id)
    if (release(id) > reader && (newest == no_object || release(id) > release(newest))) newest = id;
  return newest;
}

std::optional<Verdict> llvm_bitcode(const Case &c, const Facts &facts) {
  std::string reader = reader_of(c, facts);
  unsigned reads = llvm_release(reader);
  ObjectId id = newer_object(c, facts, reads);
  if (id == no_object) return std::nullopt;
  std::string producer(facts.link->object(id)->producer());
  unsigned wrote = llvm_release(producer);
  std::string name = facts.link->name_of(id);
  bool newer = reads != 0 && wrote > reads;
  Verdict verdict;
  verdict.certainty = newer ? Certainty::Proven : Certainty::Likely;
  verdict.group = "llvm";
  std::string by = reader.empty() ? linker_words(facts) : reader;
  verdict.summary = fmt::format("{} is bitcode of {}, and the linker reads it with {}{}", name, producer, by,
                                newer ? ", which is older" : "");
  verdict.explanation = fmt::format(
      "LLVM reads bitcode of its own release and of older ones. {} was written by {}; this linker is built on {}. A "
      "compiler "
      "that was upgraded alone does that (rustc brings its own LLVM, newer than the distribution's), and only builds "
      "with LTO "
      "notice: without it the linker gets machine code.",
      name, producer, by);
  verdict.evidence.push_back({"input",
                              facts.link->input_name(facts.link->objects[id].input),
                              std::string(facts.link->member_of(id).name),
                              fmt::format("bitcode written by {}", producer),
                              {{"producer", producer}, {"reader", reader}}});
  if (!reader.empty()) verdict.evidence.push_back({"linker", "", "", fmt::format("reads bitcode with {}", reader), {}});
  verdict.evidence.push_back(words_of(c));
  verdict.remedies.push_back({.remedy = "matching-linker", .symbol = std::to_string(wrote), .object = id});
  verdict.remedies.push_back({.remedy = "file-without-lto", .object = id});
  verdict.remedies.push_back({.remedy = "no-lto", .object = id});
  return verdict;
}

std::optional<Verdict> gcc_bytecode(const Case &c, const Facts &facts) {
  std::string producer = noted(c, "Producer: "), reader = noted(c, "Reader: ");
  ObjectId id = object_meant(c, facts);
  if (producer.empty() || id == no_object) return std::nullopt;
  const Object *object = facts.link->object(id);
  EmbeddedIr ir = object->embedded_ir();
  bool lto = object->kind() == ObjectKind::GccSlimLto || (ir.object && ir.object->kind() == ObjectKind::GccSlimLto);
  Verdict verdict = verdict_from_words(
      c,
      fmt::format("{} holds GCC LTO code of {}, and this GCC reads {} only", facts.link->name_of(id), producer, reader),
      "GCC's LTO code is readable by the release that wrote it and by no other, neither older nor newer. The file "
      "comes from "
      "another GCC than the one that links: a prebuilt library, or a cache of before an upgrade.");
  if (lto) verdict.certainty = Certainty::Proven;
  verdict.group = "gcc";
  verdict.evidence.push_back({"input",
                              facts.link->name_of(id),
                              "",
                              lto ? "holds GCC's LTO sections" : "named by the compiler",
                              {{"producer", producer}, {"reader", reader}}});
  verdict.remedies.push_back({.remedy = "build-again", .path = facts.link->name_of(id)});
  return verdict;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!has_code(c, {"newer-bitcode"})) return std::nullopt;
  if (std::optional<Verdict> verdict = llvm_bitcode(c, facts)) return verdict;
  return gcc_bytecode(c, facts);
}

std::optional<Suspicion> suspect(const Case &c, const Facts &) {
  if (!has_code(c, {"newer-bitcode"})) return std::nullopt;
  std::string producer = noted(c, "Producer: "), reader = noted(c, "Reader: ");
  std::string file = place_meant(c);
  if (!producer.empty() && !reader.empty())
    return Suspicion{95,
                     fmt::format("{} is LTO code of {}, and the linker reads it with {}",
                                 file.empty() ? "an input" : file, producer, reader),
                     ""};
  return Suspicion{
      85,
      fmt::format("{} is LTO code of another compiler version than the linker reads", file.empty() ? "an input" : file),
      file.empty() ? "" : fmt::format("llvm-bcanalyzer {} | grep -i producer", file)};
}

std::string decide(const Case &c, const Facts &facts) {
  std::string file = file_meant(c);
  if (file.empty()) return facts.command.empty() ? "" : "ldwhy link -- " + facts.command;
  bool gcc = says(c, "LTO version");
  return gcc ? fmt::format("readelf -p .comment {}; gcc --version", quoted(file))
             : fmt::format("llvm-bcanalyzer {} | grep -m1 -i producer", quoted(file));
}

}  // namespace

extern const Cause lto_version_mismatch{
    "lto-version-mismatch", "LTO code of a compiler version that the linker cannot read", examine, suspect, decide};

}  // namespace ldwhy
