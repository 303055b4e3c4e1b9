// What the linker said: in which words, about which input.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"

namespace ldwhy {

bool has_code(const Case &c, std::initializer_list<std::string_view> codes);
// In the complaint's text or its notes.
bool says(const Case &c, std::string_view words);
// The complaint itself, as evidence.
Evidence words_of(const Case &c);

// The input that the complaint is about: by its subject, by a reference, or by its text. A name
// that several inputs have is none of them.
std::optional<uint32_t> input_meant(const Case &c, const Facts &facts);
// The object that the complaint's first reference (or subject) names; no_object: not clear.
ObjectId object_meant(const Case &c, const Facts &facts);
// "main.o" or "libx.a(y.o)", as the complaint has it.
std::string place_meant(const Case &c);

// The names that the linker itself suggests ("did you mean").
std::vector<std::string> suggestions(const Complaint &complaint);
// Whether so many members of the symbol's class are missing with it.
bool same_class_missing(const Case &c, const Facts &facts, size_t least);

// Facts::passed_over of a log.
std::vector<const Complaint *> inputs_passed_over(const LoggedLink &log);
// Facts::asides of a log.
std::vector<const Complaint *> said_of_inputs(const LoggedLink &log);

}  // namespace ldwhy
