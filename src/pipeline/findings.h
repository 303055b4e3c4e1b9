// What the stages found, as the report has it.
#pragma once

#include <vector>

#include "cause/cause.h"
#include "model/diagnosis.h"
#include "model/link.h"
#include "model/sighting.h"

namespace ldwhy {

// The command, target and inputs of the link, and what is damaged in them.
void fill_head(const Link &link, const Resolution &resolution, LinkReport &report);
// Diagnoses, alternatives and status; the cases are of report.messages.
void fill_diagnoses(const Judgement &judgement, LinkReport &report);
// Where the remedy is the link with other words, that link is what to type next.
void propose_links(std::vector<Diagnosis> &diagnoses);
// For a failure that nothing explains.
void list_what_was_looked_at(const Link &link, const Survey &survey, LinkReport &report);

}  // namespace ldwhy
