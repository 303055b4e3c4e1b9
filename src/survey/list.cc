#include "survey/survey.h"

namespace ldwhy {

extern const SurveySource link_line_source, search_paths_source, near_files_source, source_tree_source, spelling_source,
    surroundings_source, scripts_source, section_holders_source, stale_objects_source, unreadable_ir_source,
    inline_assembly_source;

std::span<const SurveySource *const> survey_sources() {
  static const SurveySource *const sources[] = {&link_line_source,     &search_paths_source,    &near_files_source,
                                                &source_tree_source,   &surroundings_source,    &scripts_source,
                                                &spelling_source,      &section_holders_source, &stale_objects_source,
                                                &unreadable_ir_source, &inline_assembly_source};
  return sources;
}

}  // namespace ldwhy
