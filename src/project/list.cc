#include "project/project.h"

namespace ldwhy {

std::span<const ProjectKind *const> project_kinds() {
  // The first one with a root gives the project its root.
  static const ProjectKind *const kinds[] = {&cargo_kind, &cmake_kind, &meson_kind, &make_kind};
  return kinds;
}

std::span<const SiteSource *const> site_sources() {
  static const SiteSource *const sources[] = {&github_source, &gitlab_source, &dockerfile_source, &script_source};
  return sources;
}

}  // namespace ldwhy
