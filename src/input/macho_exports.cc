// The export trie (<mach-o/loader.h>, "The symbols exported by a dylib are encoded in a trie").
//
// A node is: the size of its terminal information (0: no symbol ends here), that information
// (flags; then an address, a resolver's address too, or a library number and a name), a count
// of children, and for each child the text of the edge to it and the offset of its node, from
// the start of the trie. A symbol's name is the text of all edges from the root.
//
// A sound trie's nodes do not overlap, so a walk reads each byte at most once. A walk that has
// read more bytes than there are has met a cycle or shared nodes and stops; that bounds time and
// depth without a record of the nodes seen. Names can still add up to the square of the size,
// which is what the limit on them is for.
#include "input/macho_exports.h"

namespace ldwhy {
namespace {

constexpr uint64_t kind_mask = 3, kind_thread_local = 1, kind_absolute = 2;
constexpr uint64_t flag_weak = 4, flag_reexport = 8, flag_resolver = 0x10;

}  // namespace

ExportTrie::ExportTrie(Bytes trie, uint64_t name_limit) {
  try {
    if (!trie.empty()) read(trie, name_limit);
  } catch (const Malformed &error) {
    damage_ = error;
  }
}

void ExportTrie::read(Bytes trie, uint64_t name_limit) {
  struct Frame {
    uint64_t next_child;
    unsigned children_left;
    size_t name_length;  // of the node's own name
  };
  std::vector<Frame> path;
  std::string name;
  uint64_t bytes_read = 0;
  auto account = [&](uint64_t position, uint64_t amount) {
    bytes_read += amount;
    if (bytes_read > trie.size())
      trie.fail(position, "expected an export trie whose nodes are apart, found a loop or overlap");
  };
  auto enter = [&](uint64_t node) {
    Cursor cursor(trie.from(node, "an export trie node"));
    Bytes terminal = cursor.take(cursor.uleb128("an export's size"), "an exported symbol's description");
    unsigned children = cursor.u8("a count of export trie children");
    account(node, cursor.position());
    if (!terminal.empty()) {
      if (names_.size() + name.size() > name_limit)
        trie.fail(node, "expected exported names in proportion to the file, found too many");
      add(terminal, name);
    }
    path.push_back({node + cursor.position(), children, name.size()});
  };

  enter(0);
  while (!path.empty()) {
    Frame &top = path.back();
    name.resize(top.name_length);
    if (top.children_left == 0) {
      path.pop_back();
      continue;
    }
    Cursor cursor(trie.from(top.next_child, "an export trie edge"));
    std::string_view edge = cursor.c_string("an export trie edge");
    uint64_t child = cursor.uleb128("an export trie node's offset");
    account(top.next_child, cursor.position());
    top.next_child += cursor.position();
    --top.children_left;
    name += edge;
    enter(child);
  }
}

void ExportTrie::add(Bytes terminal, const std::string &name) {
  Cursor cursor(terminal);
  uint64_t flags = cursor.uleb128("an export's flags");
  Entry entry;
  entry.is_absolute = (flags & kind_mask) == kind_absolute;
  entry.is_thread_local = (flags & kind_mask) == kind_thread_local;
  entry.is_weak = flags & flag_weak;
  entry.is_resolver = flags & flag_resolver;
  entry.is_reexport = flags & flag_reexport;
  if (!entry.is_reexport) entry.address = cursor.uleb128("an export's address");
  names_ += name;
  name_ends_.push_back(names_.size());
  entries_.push_back(entry);
}

}  // namespace ldwhy
