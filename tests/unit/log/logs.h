// Real logs for the dialects' tests: broken links made on the spot, and questions to ask of
// what was read.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "log/log.h"
#include "real_objects.h"

namespace ldwhy::testing {

inline bool have(const std::string &program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

inline void expect_lines_add_up(const ReadLog &log, const std::string &text) {
  uint64_t lines =
      static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n')) + (!text.empty() && text.back() != '\n');
  EXPECT_EQ(log.lines, lines);
  EXPECT_EQ(log.understood + log.ignored + log.not_understood_count, log.lines);
}

// What causes go by.
inline std::string told(const ReadLog &log) {
  std::string text;
  for (const LoggedLink &link : log.links) {
    text +=
        "link " + std::to_string(static_cast<int>(link.flavor)) + (link.failed ? " failed " : " ") + link.arch + "\n";
    for (const Complaint &complaint : link.complaints) {
      text += complaint.code + (complaint.severity == Severity::Error ? " error " : " warning ") + complaint.symbol +
              " [" + complaint.subject + "] +" + std::to_string(complaint.more_references) + "\n";
      for (const ReferencePlace &place : complaint.references)
        text += "  " + place.file + "(" + place.member + ") " + place.function + " " + place.source + "\n";
      for (const std::string &note : complaint.notes) text += "  note " + note + "\n";
    }
  }
  return text;
}

// The output of one failing command, read; every line of it must be understood.
struct OneLink {
  std::string text;
  ReadLog log;
  LoggedLink link;

  explicit OneLink(std::string output, bool all_understood = true) : text(std::move(output)), log(read_log(text)) {
    expect_lines_add_up(log, text);
    if (all_understood) {
      EXPECT_EQ(log.not_understood_count, 0u) << text;
    }
    EXPECT_EQ(log.links.size(), 1u) << text;
    if (!log.links.empty()) link = log.links.front();
  }

  // The complaint with this code, about this symbol or subject; a failure where there is none.
  const Complaint &complaint(std::string_view code, std::string_view about = {}) const {
    for (const Complaint &complaint : link.complaints) {
      if (complaint.code == code && (about.empty() || complaint.symbol == about || complaint.subject == about)) {
        return complaint;
      }
    }
    ADD_FAILURE() << "no " << code << " about '" << about << "' in:\n" << text;
    static const Complaint none;
    return none;
  }
  size_t count(std::string_view code) const {
    return static_cast<size_t>(std::count_if(link.complaints.begin(), link.complaints.end(),
                                             [&](const Complaint &complaint) { return complaint.code == code; }));
  }
};

// Objects with the usual faults, by any compiler.
inline void write_sources(const Workshop &shop) {
  shop.write("main.cc",
             "int foo(int);\n"
             "struct A { virtual void k(); virtual ~A() {} };\n"
             "void take(A *);\n"
             "extern \"C\" int cfun(void);\n"
             "int use() { return foo(1) + foo(2) + foo(3) + foo(4) + foo(5); }\n"
             "int use2() { return foo(6); }\n"
             "int dup() { return 1; }\n"
             "int main() { A a; take(&a); return use() + use2() + cfun(); }\n");
  shop.write("dup.cc", "int dup() { return 2; }\n");
  shop.write("user.c", "int from_archive(void); int main(void) { return from_archive(); }\n");
  shop.write("member.c", "int missing_thing(void); int from_archive(void) { return missing_thing(); }\n");
  shop.write("hidden.c",
             "__attribute__((visibility(\"hidden\"))) int hidden_thing(void);\n"
             "int ask(void) { return hidden_thing(); }\n");
  shop.write("text.o", "this is no object\n");
}

}  // namespace ldwhy::testing
