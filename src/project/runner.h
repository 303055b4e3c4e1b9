// What is known of the machines, images and ready-made steps that CI files name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "project/site_builder.h"

namespace ldwhy {

// The triple of a hosted machine, from its labels; empty where they do not say.
std::string host_of_runner(const std::vector<std::string> &labels);

// The toolchain in a container image ("rust:1.90-slim"), and the host that it makes.
void note_image(std::string_view image, const Place &place, BuildSite &site);

// One input of an action, with where it stands.
struct ActionInput {
  std::string name;
  Fact fact;
};

// A step that uses a ready-made action: the tools it installs, the variables it sets, the calls it
// makes.
void note_action(std::string_view uses, const std::vector<ActionInput> &inputs, const SiteStep &step,
                 SiteBuilder &builder);

}  // namespace ldwhy
