// Questions about complaints that are not about a symbol: which input is meant, what the
// linker said of itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cause/common.h"

namespace ldwhy {

bool has_code(const Case &c, std::initializer_list<std::string_view> codes);
// In the complaint's text or its notes.
bool says(const Case &c, std::string_view words);

// The input that the complaint is about: by its subject, by a reference, or by its text. A name
// that several inputs have is none of them.
std::optional<uint32_t> input_meant(const Case &c, const Facts &facts);
// The object that the complaint's first reference (or subject) names; no_object: not clear.
ObjectId object_meant(const Case &c, const Facts &facts);
// "main.o" or "libx.a(y.o)", as the complaint has it.
std::string place_meant(const Case &c);

// The complaint itself, as evidence.
Evidence words_of(const Case &c);
// "the linker says so", with the words in evidence and nothing proven.
Verdict verdict_from_words(const Case &c, std::string summary, std::string explanation);

// A file that cannot be read to the end, on the line: a linker that dies may have died of it.
std::optional<uint32_t> damaged_input(const Facts &facts);

// An input of the user's with nothing in it: an empty file, an archive without members. Something
// was to be in it, and nobody knows what.
std::optional<uint32_t> empty_provider(const Facts &facts);

// "12 MB", "3.1 GB".
std::string bytes_text(uint64_t bytes);
// The release of LLVM that "LLVM22.1.8", "LLVM 14.0.6", "22.1.8" or "APPLE_1_1500…" names; 0: none.
unsigned llvm_release(std::string_view text);

// A linker on PATH that takes the same commands, other than the one that ran; null: none.
const LinkerProgram *other_linker(const Facts &facts);

}  // namespace ldwhy
