#include "model/ir_module.h"

namespace ldwhy::ir {

std::string object_name(const Module &module, std::string_view ir_name) {
  // LangRef, "Identifiers": a leading \1 says that the name is final.
  if (ir_name.starts_with('\1')) return std::string(ir_name.substr(1));
  std::string name;
  // Microsoft's C++ names are spelled out in full.
  if (module.global_prefix && !ir_name.starts_with('?')) name += module.global_prefix;
  name += ir_name;
  return name;
}

}  // namespace ldwhy::ir
