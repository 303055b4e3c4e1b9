#include <fmt/format.h>

#include <algorithm>

#include "advisory/advisory.h"
#include "advisory/embedded.h"

namespace ldwhy {

Result<AdvisoryBase> AdvisoryBase::load(const std::string &folder, const Files &files) {
  AdvisoryBase base;
  for (const EmbeddedAdvisory &page : embedded_advisories()) {
    Result<Advisory> advisory = parse_advisory(page.text, fmt::format("{}.md", page.id));
    if (!advisory) return std::unexpected(std::move(advisory.error()));
    advisory->file.clear();
    base.all_.push_back(std::move(*advisory));
  }
  std::vector<Advisory> more;
  for (const std::string &name : folder.empty() ? std::vector<std::string>{} : files.list(folder)) {
    if (!name.ends_with(".md")) continue;
    std::string path = join_path(folder, name);
    if (!files.is_file(path)) continue;
    Result<FileRef> file = files.open(path);
    if (!file) return std::unexpected(std::move(file.error()));
    Result<Advisory> advisory = parse_advisory((*file)->bytes().text(), path);
    if (!advisory) return std::unexpected(std::move(advisory.error()));
    for (const Advisory &other : more)
      if (other.id == advisory->id)
        return std::unexpected(
            Problem{path, "", std::nullopt, fmt::format("line 1: {} is in {} already", other.id, other.file)});
    more.push_back(std::move(*advisory));
  }
  for (Advisory &advisory : more) {
    std::erase_if(base.all_, [&](const Advisory &built_in) { return built_in.id == advisory.id; });
    base.all_.push_back(std::move(advisory));
  }
  std::ranges::sort(base.all_, {}, &Advisory::id);
  return base;
}

const Advisory *AdvisoryBase::find(std::string_view id) const {
  auto found =
      std::ranges::lower_bound(all_, id, {}, [](const Advisory &advisory) -> std::string_view { return advisory.id; });
  return found != all_.end() && found->id == id ? &*found : nullptr;
}

}  // namespace ldwhy
