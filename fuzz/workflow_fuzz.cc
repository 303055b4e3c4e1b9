// Any bytes as each kind of CI file, and as the YAML below them.
#include <cstdint>
#include <cstdlib>
#include <iterator>

#include "project/project.h"
#include "project/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using namespace ldwhy;
  if (size == 0) return 0;
  std::string text(reinterpret_cast<const char *>(data + 1), size - 1);
  Result<std::vector<Yaml>> documents = parse_yaml(text);
  if (documents)
    for (const Yaml &document : *documents)
      if (document->nodes > 200'000) std::abort();
  constexpr const char *paths[] = {"/p/.github/workflows/x.yml", "/p/.gitlab-ci.yml", "/p/Dockerfile", "/p/justfile"};
  MemoryFiles files;
  files.add(paths[data[0] % std::size(paths)], text);
  ProjectOptions options;
  options.folder = "/p";
  ProjectContext context{options, files};
  Project project;
  project.root = "/p";
  for (const SiteSource *source : {&github_source, &gitlab_source, &dockerfile_source, &script_source})
    source->read(context, project);
  for (const BuildSite &site : project.sites)
    for (const ToolCall &call : site.calls)
      if (call.argv.empty() || call.place.file.empty()) std::abort();
  return 0;
}
