// Text stubs of Apple's libraries, for one of the targets that they serve.
#pragma once

#include <memory>

#include "model/object.h"

namespace ldwhy {

// Opens a stub and keeps what it says about `want`. Where the stub serves no such target the
// object has no symbols and its serves(want) is false. tbd_format's own open takes the symbols
// of all targets together. Throws Malformed.
std::unique_ptr<Object> open_tbd(Bytes bytes, const Target &want);

}  // namespace ldwhy
