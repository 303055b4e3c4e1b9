# Writes OUTPUT, a C++ source that defines embedded_advisories() over the pages in FOLDER.
file(GLOB pages ${FOLDER}/LINK-*.md)
list(SORT pages)
set(rows "")
foreach(page IN LISTS pages)
  get_filename_component(id ${page} NAME_WE)
  file(READ ${page} text)
  string(APPEND rows "    {\"${id}\", R\"LDWHYPAGE(${text})LDWHYPAGE\"},\n")
endforeach()
file(WRITE ${OUTPUT}.new "#include \"advisory/embedded.h\"

namespace ldwhy {
namespace {

constexpr EmbeddedAdvisory pages[] = {
${rows}};

}  // namespace

std::span<const EmbeddedAdvisory> embedded_advisories() { return pages; }

}  // namespace ldwhy
")
file(COPY_FILE ${OUTPUT}.new ${OUTPUT} ONLY_IF_DIFFERENT)
