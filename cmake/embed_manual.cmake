# Writes OUTPUT, a C++ source that defines manual_page() over the pages in FOLDER.
file(GLOB pages ${FOLDER}/*.md)
list(SORT pages)
set(rows "")
foreach(page IN LISTS pages)
  get_filename_component(id ${page} NAME_WE)
  file(READ ${page} text)
  string(APPEND rows "    {\"${id}\", R\"LDWHYPAGE(${text})LDWHYPAGE\"},\n")
endforeach()
file(WRITE ${OUTPUT}.new "#include \"cli/manual.h\"

namespace ldwhy {
namespace {

struct Page {
  std::string_view id, text;
};
constexpr Page pages[] = {
${rows}    {\"\", \"\"},
};

}  // namespace

std::optional<std::string_view> manual_page(std::string_view id) {
  for (const Page &page : pages)
    if (!page.id.empty() && page.id == id) return page.text;
  return std::nullopt;
}

}  // namespace ldwhy
")
file(COPY_FILE ${OUTPUT}.new ${OUTPUT} ONLY_IF_DIFFERENT)
