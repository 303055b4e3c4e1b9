// An input holds compiler IR only, in a form that this linker does not read: GCC's slim LTO objects given
// to LLD, or to a GNU linker without GCC's plugin; LLVM bitcode given to a GNU linker without LLVM's. LLD
// says nothing of such objects and misses what they define. Common where flags of a distribution
// (-flto=auto) reach the C parts of a build whose linker comes from elsewhere, as with Rust.
#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "base/words.h"
#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "facts/lto_code.h"
#include "facts/references.h"
#include "name/known_names.h"
#include "resolve/ir_reader.h"

namespace ldwhy {
namespace {

const char *code_words(ObjectKind kind) { return kind == ObjectKind::GccSlimLto ? "GCC's LTO code" : "LLVM bitcode"; }

std::string reader_words(const Facts &facts, ObjectKind kind) {
  if (facts.linker == Linker::Lld || facts.flavor == Flavor::Darwin)
    return fmt::format("{} is built on LLVM and reads LLVM's bitcode, not GCC's code", linker_words(facts));
  std::string plugin = kind == ObjectKind::GccSlimLto ? "GCC's (liblto_plugin.so)" : "LLVM's (LLVMgold.so)";
  return fmt::format("{} reads the code of a compiler through that compiler's plugin only, and was not given {}",
                     linker_words(facts), plugin);
}

void add_remedies(const Facts &facts, ObjectId id, ObjectKind kind, Verdict &verdict) {
  std::string name = facts.link->name_of(id);
  if (kind == ObjectKind::GccSlimLto) {
    verdict.remedies.push_back({.remedy = "fat-objects", .path = name, .object = id});
    verdict.remedies.push_back({.remedy = "file-without-lto", .object = id});
    verdict.remedies.push_back({.remedy = "plugin-linker", .symbol = "gcc", .path = name});
    return;
  }
  verdict.remedies.push_back({.remedy = "fat-objects", .path = name, .object = id});
  verdict.remedies.push_back({.remedy = "matching-linker",
                              .symbol = std::to_string(llvm_release(facts.link->object(id)->producer())),
                              .object = id});
  verdict.remedies.push_back({.remedy = "file-without-lto", .object = id});
}

Verdict explain(const Facts &facts, ObjectId id) {
  const Object &object = *facts.link->object(id);
  std::string name = facts.link->name_of(id);
  Verdict verdict;
  verdict.group = facts.link->input_name(facts.link->objects[id].input);
  verdict.stands_alone = true;
  verdict.summary = fmt::format("{} holds {} and no machine code, and {} cannot read that", name,
                                code_words(object.kind()), linker_words(facts));
  verdict.explanation = fmt::format(
      "Compiled with -flto, an object holds the compiler's own code and leaves the machine code to the link. {}. For "
      "this linker {} defines "
      "nothing.{}",
      reader_words(facts, object.kind()), name, facts.linker == Linker::Lld ? " It does not even say so." : "");
  std::string producer(object.producer());
  verdict.evidence.push_back(
      {"input",
       facts.link->input_name(facts.link->objects[id].input),
       std::string(facts.link->member_of(id).name),
       fmt::format("holds {} only{}", code_words(object.kind()), producer.empty() ? "" : ", made by " + producer),
       {{"producer", producer}}});
  return verdict;
}

std::optional<Verdict> missing_symbol(const Case &c, const Facts &facts) {
  if (!c.wanted || c.wanted->unreadable.empty()) return std::nullopt;
  const Sighting &definition = c.wanted->unreadable.front();
  Verdict verdict = explain(facts, definition.object);
  // Another definition that the linker could have taken may be the one that is meant.
  bool other =
      std::ranges::any_of(exact_definitions(c), [](const Sighting *s) { return on_line(*s) && s->difference.empty(); });
  verdict.certainty = other ? Certainty::Likely : Certainty::Proven;
  verdict.evidence.push_back(
      definition_evidence(definition, fmt::format("{} in it defines the symbol", code_words(definition.kind))));
  add_reference_evidence(c, facts, verdict.evidence);
  add_remedies(facts, definition.object, definition.kind, verdict);
  return verdict;
}

// The first object of the input that the complaint is about whose code the linker cannot read.
ObjectId unread_object(const Case &c, const Facts &facts) {
  auto unread = [&](ObjectId id) {
    const Object *object = facts.link->object(id);
    return object && !reads_ir(facts.link->command, object->kind());
  };
  ObjectId meant = object_meant(c, facts);
  if (meant == no_object) {
    // mold names an archive's member without the archive.
    for (ObjectId id = 0; id < facts.link->objects.size(); ++id)
      if (unread(id) && !c.complaint->subject.empty() && facts.link->member_of(id).name == c.complaint->subject)
        return id;
    return no_object;
  }
  if (unread(meant)) return meant;
  // Of an archive linkers name the whole.
  if (!c.complaint->references.empty() && !c.complaint->references.front().member.empty()) return no_object;
  for (ObjectId id = 0; id < facts.link->objects.size(); ++id)
    if (facts.link->objects[id].input == facts.link->objects[meant].input && unread(id)) return id;
  return no_object;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (is_undefined_case(c)) return missing_symbol(c, facts);
  if (!has_code(c, {"wrong-format", "lto-plugin", "newer-bitcode"}) || c.complaint->kind != ComplaintKind::Input)
    return std::nullopt;
  ObjectId id = unread_object(c, facts);
  if (id == no_object) return std::nullopt;
  const Member &member = facts.link->member_of(id);
  Verdict verdict = explain(facts, id);
  verdict.certainty = member.problem ? Certainty::Likely : Certainty::Proven;
  verdict.evidence.push_back(words_of(c));
  add_remedies(facts, id, member.object->kind(), verdict);
  return verdict;
}

// "libring-4b45b40095c9e129.rlib" and "ring_core_0_17_14__CRYPTO_memcmp": the C parts of a Rust crate.
bool refers_within_crate(const Case &c) {
  return std::ranges::any_of(c.complaint->references, [&](const ReferencePlace &place) {
    std::string_view file = file_name(place.file);
    return file.ends_with(".rlib") || place.file.find(".rcgu.o") != std::string::npos ||
           place.member.find(".rcgu.o") != std::string::npos;
  });
}

// Every missing name is C's: what C++ or Rust code of the same build defines is there.
bool only_plain_names(const Facts &facts) {
  return std::ranges::all_of(
      facts.cases, [](const Case &other) { return !is_undefined_case(other) || other.parts.scheme == Scheme::Plain; });
}

// makepkg says where it is at work; distributions' package tools put -flto=auto into CFLAGS.
bool packaged(const Facts &facts) {
  if (!facts.log) return false;
  auto tells = [](std::string_view text) {
    return text.find("/build/") != text.npos || text.find("/BUILD/") != text.npos;
  };
  return std::ranges::any_of(shown_words(facts), tells) ||
         std::ranges::any_of(facts.log->complaints, [&](const Complaint &complaint) {
           return std::ranges::any_of(complaint.references, [&](const ReferencePlace &p) { return tells(p.file); });
         });
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (has_code(c, {"lto-plugin"}))
    return Suspicion{
        94, fmt::format("{} holds compiler IR only, and the linker was given no plugin to read it", place_meant(c)),
        ""};
  if (has_code(c, {"newer-bitcode"}) && says(c, "LTO plugin"))
    return Suspicion{80, fmt::format("{} holds the LTO code of another compiler than the plugin's", place_meant(c)),
                     ""};
  // ar makes no index of objects whose symbols it cannot read: those of LTO, without the plugin.
  auto for_lto = [&] {
    return says_lto(facts) ||
           std::ranges::any_of(facts.asides, [](const Complaint *other) { return other->code == "lto-plugin"; });
  };
  if (has_code(c, {"no-index"}) && for_lto())
    return Suspicion{
        91,
        fmt::format(
            "{} holds LTO code, which ar could not read without the compiler's plugin: make it with gcc-ar or llvm-ar",
            c.complaint->subject),
        fmt::format("gcc-nm {} | head; nm {} | head", quote_words({c.complaint->subject}),
                    quote_words({c.complaint->subject}))};
  if (!is_undefined_case(c) || facts.linker != Linker::Lld || facts.flavor != Flavor::Gnu) return std::nullopt;
  if (c.parts.scheme != Scheme::Plain || c.known || !only_plain_names(facts)) return std::nullopt;
  std::string check;
  if (refers_within_crate(c)) {
    int weight = packaged(facts) ? 70 : says_lto(facts) ? 60 : facts.cases.size() > 2 ? 40 : 20;
    return Suspicion{
        weight, "the C parts were compiled by GCC with -flto (CFLAGS of a package build), and LLD cannot read that",
        check};
  }
  bool gcc = !shown_words(facts).empty() && file_name(shown_words(facts).front()).find("g") == 0;
  if (says_lto(facts) && gcc)
    return Suspicion{66, "the object that defines it holds GCC's LTO code only, which LLD cannot read", check};
  return std::nullopt;
}

std::string decide(const Case &c, const Facts &facts) {
  return fmt::format("readelf -SW {} | grep -m3 gnu.lto_", files_named(c, facts));
}

}  // namespace

extern const Cause lto_unreadable{"lto-unreadable", "an input holds compiler IR that this linker cannot read", examine,
                                  suspect, decide};

}  // namespace ldwhy
