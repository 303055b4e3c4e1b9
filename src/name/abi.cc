// libstdc++ has had two layouts of std::string and std::list since GCC 5: the new ones live
// in the inline namespace std::__cxx11, and functions that return them carry the ABI tag
// "cxx11" (Itanium C++ ABI, 5.1.2 "<abi-tags>"). libc++ puts all of its types into one
// inline namespace, std::__1 by default, which Android and Chromium rename. Parameters
// are part of a function's name, return types are not: hence the tag.
#include "name/abi.h"

#include <utility>

namespace ldwhy {
namespace {

constexpr std::string_view tag = "[abi:cxx11]";

// "__1", "__ndk1", "__Cr", "__cxx11": what follows "std::", with its "::".
std::string_view inline_namespace(std::string_view text) {
  if (!text.starts_with("__")) return {};
  size_t end = text.find("::");
  if (end == text.npos) return {};
  std::string_view name = text.substr(2, end - 2);
  bool digits = !name.empty() && name.find_first_not_of("0123456789") == name.npos;
  if (!digits && name != "ndk1" && name != "Cr" && name != "cxx11") return {};
  return text.substr(0, end + 2);
}

bool starts_std(std::string_view text, size_t at) {
  if (!text.substr(at).starts_with("std::")) return false;
  if (at == 0) return true;
  char c = text[at - 1];
  bool word = c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return !word && c != ':';
}

void replace_all(std::string &text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

// Types that are spelled otherwise in another library's names; libstdc++'s old names shorten
// the first five (Itanium C++ ABI, 5.1.9 "Compression").
constexpr std::pair<std::string_view, std::string_view> shortened[] = {
    {"std::basic_string<char,std::char_traits<char>,std::allocator<char>>", "std::string"},
    {"std::basic_string<wchar_t,std::char_traits<wchar_t>,std::allocator<wchar_t>>", "std::wstring"},
    {"std::basic_ostream<char,std::char_traits<char>>", "std::ostream"},
    {"std::basic_istream<char,std::char_traits<char>>", "std::istream"},
    {"std::basic_iostream<char,std::char_traits<char>>", "std::iostream"},
};
// Marked by the new ABI of libstdc++ and by libc++.
constexpr std::string_view told_types[] = {
    "std::string",
    "std::basic_string<",
    "std::wstring",
    "std::list<",
    "std::basic_stringstream<",
    "std::basic_ostringstream<",
    "std::basic_istringstream<",
    "std::basic_stringbuf<",
};
// Marked by libc++ alone.
constexpr std::string_view shared_types[] = {
    "std::vector<",         "std::map<",      "std::set<",           "std::shared_ptr<",    "std::unique_ptr<",
    "std::function<",       "std::ostream",   "std::istream",        "std::basic_ostream<", "std::basic_istream<",
    "std::basic_iostream<", "std::deque<",    "std::unordered_map<", "std::unordered_set<", "std::pair<",
    "std::tuple<",          "std::optional<", "std::locale",         "std::basic_ios<",     "std::ios_base",
    "std::mutex",           "std::thread",
};

}  // namespace

std::string_view cxx_abi_name(CxxAbi abi) {
  switch (abi) {
    case CxxAbi::Libstdcxx: return "libstdc++";
    case CxxAbi::LibstdcxxOld: return "libstdc++ without the new string ABI (_GLIBCXX_USE_CXX11_ABI=0, or GCC 4)";
    case CxxAbi::LibstdcxxNew: return "libstdc++ with the new string ABI (GCC 5 and later)";
    case CxxAbi::Libcxx: return "libc++";
    case CxxAbi::LibcxxNdk: return "the Android NDK's libc++";
    case CxxAbi::LibcxxOther: return "a libc++ with a namespace of its own";
  }
  return "";
}

std::optional<CxxAbi> abi_of(std::string_view text) {
  if (text.find(tag) != text.npos) return CxxAbi::LibstdcxxNew;
  std::optional<CxxAbi> found;
  for (size_t at = text.find("std::"); at != text.npos; at = text.find("std::", at + 1)) {
    if (!starts_std(text, at)) continue;
    std::string_view mark = inline_namespace(text.substr(at + 5));
    if (mark == "__cxx11::") return CxxAbi::LibstdcxxNew;
    if (mark == "__1::") return CxxAbi::Libcxx;
    if (mark == "__ndk1::") return CxxAbi::LibcxxNdk;
    if (!mark.empty()) return CxxAbi::LibcxxOther;
    for (std::string_view type : told_types)
      if (text.substr(at).starts_with(type)) found = CxxAbi::LibstdcxxOld;
  }
  if (found) return found;
  for (std::string_view type : shared_types)
    for (size_t at = text.find(type); at != text.npos; at = text.find(type, at + 1))
      if (starts_std(text, at)) return CxxAbi::Libstdcxx;
  return std::nullopt;
}

bool is_library_own(const ParsedName &name) {
  std::string owner = class_of(name);
  std::string_view scope = name.scope.empty() ? std::string_view(owner) : std::string_view(name.scope);
  return scope == "std" || scope.starts_with("std::") || scope.starts_with("__gnu_cxx") ||
         scope.starts_with("__cxxabiv1") || scope.starts_with("__gnu_debug");
}

std::string without_abi(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size();) {
    if (text.substr(i).starts_with(tag)) {
      i += tag.size();
    } else if (starts_std(text, i)) {
      plain += "std::";
      i += 5;
      i += inline_namespace(text.substr(i)).size();
    } else {
      if (text[i] != ' ' || (!plain.empty() && plain.back() != ',')) plain += text[i];
      ++i;
    }
  }
  replace_all(plain, " >", ">");
  for (const auto &[full, brief] : shortened) replace_all(plain, full, brief);
  return plain;
}

bool same_but_abi(const ParsedName &a, const ParsedName &b) {
  if (a.scheme != Scheme::Itanium || b.scheme != Scheme::Itanium || a.table != b.table) return false;
  std::optional<CxxAbi> first = abi_of(a.demangled), second = abi_of(b.demangled);
  if (first == second) return false;
  // A function that names no such type is the same for all libraries; a tag alone makes it another.
  return without_abi(a.base) == without_abi(b.base) && without_abi(a.arguments) == without_abi(b.arguments) &&
         without_abi(a.scope) == without_abi(b.scope) && without_abi(a.parameters) == without_abi(b.parameters);
}

}  // namespace ldwhy
