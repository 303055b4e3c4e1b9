#include "model/advisory.h"
#include "model/command.h"
#include "model/complaint.h"
#include "model/diagnosis.h"

namespace ldwhy {

std::string_view flavor_name(Flavor flavor) {
  switch (flavor) {
    case Flavor::Gnu: return "gnu";
    case Flavor::Darwin: return "darwin";
    case Flavor::Coff: return "coff";
    case Flavor::Wasm: return "wasm";
    case Flavor::Unknown: break;
  }
  return "";
}

std::string_view lto_name(LtoMode mode) {
  switch (mode) {
    case LtoMode::None: return "none";
    case LtoMode::Thin: return "thin";
    case LtoMode::Full: return "full";
    case LtoMode::Gcc: return "gcc";
  }
  return "none";
}

std::string_view linker_title(Linker linker) {
  switch (linker) {
    case Linker::Bfd: return "GNU ld";
    case Linker::Gold: return "gold";
    case Linker::Lld: return "LLD";
    case Linker::Mold: return "mold";
    case Linker::Wild: return "wild";
    case Linker::AppleLd64: return "Apple ld64";
    case Linker::AppleLdPrime: return "Apple ld";
    case Linker::LinkExe: return "Microsoft link";
    case Linker::Unknown: break;
  }
  return "the linker";
}

std::string_view complaint_kind_name(ComplaintKind kind) {
  switch (kind) {
    case ComplaintKind::UndefinedSymbol: return "undefined-symbol";
    case ComplaintKind::DuplicateSymbol: return "duplicate-symbol";
    case ComplaintKind::Input: return "input";
    case ComplaintKind::Layout: return "layout";
    case ComplaintKind::Tool: return "tool";
  }
  return "tool";
}

std::string_view certainty_name(Certainty certainty) {
  switch (certainty) {
    case Certainty::Proven: return "proven";
    case Certainty::Likely: return "likely";
    case Certainty::Possible: break;
  }
  return "possible";
}

std::string_view verified_name(Verified verified) {
  switch (verified) {
    case Verified::Passed: return "passed";
    case Verified::Failed: return "failed";
    case Verified::NotTried: break;
  }
  return "not-tried";
}

std::string_view status_name(Status status) {
  switch (status) {
    case Status::Diagnosed: return "diagnosed";
    case Status::NoFailure: return "no-failure";
    case Status::Unexplained: break;
  }
  return "unexplained";
}

std::string_view state_name(State state) {
  switch (state) {
    case State::Met: return "met";
    case State::NotMet: return "not-met";
    case State::Unknown: break;
  }
  return "unknown";
}

std::string_view affected_name(Affected affected) {
  switch (affected) {
    case Affected::Affected: return "affected";
    case Affected::NotAffected: return "not-affected";
    case Affected::Unknown: break;
  }
  return "unknown";
}

}  // namespace ldwhy
