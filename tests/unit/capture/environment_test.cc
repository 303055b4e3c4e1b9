#include "capture/environment.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "capture/rustc.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

using testing::Workshop;

TEST(ProcessEnvironment, ChangesOneVariableAtATime) {
  ProcessEnvironment environment;
  environment.set("LDWHY_TEST", "one");
  environment.set("LDWHY_TEST_LONGER", "two");
  EXPECT_EQ(environment.get("LDWHY_TEST"), "one");
  environment.set("LDWHY_TEST", "");
  EXPECT_TRUE(environment.has("LDWHY_TEST"));
  EXPECT_EQ(environment.get("LDWHY_TEST"), "");
  environment.remove("LDWHY_TEST");
  EXPECT_FALSE(environment.has("LDWHY_TEST"));
  EXPECT_EQ(environment.get("LDWHY_TEST_LONGER"), "two");
  size_t count = 0;
  for (char *const *variable = environment.block(); *variable; ++variable) ++count;
  EXPECT_EQ(count, environment.variables().size());
}

TEST(ProcessEnvironment, LosesWhatIsOursAndNothingElse) {
  ProcessEnvironment environment;
  environment.set("LDWHY_SESSION", "/s");
  environment.set("LDWHY_OUTER", "1");
  environment.set("LDWHY_THREADS", "2");  // the user's
  environment.set("PATH", "/c/ldwhy/shims/1/path:/usr/bin");
  environment.set("COMPILER_PATH", "/c/ldwhy/shims/1/gcc:/c/ldwhy/shims/1/clang-");
  environment.set("RUSTC_WRAPPER", "sccache");
  environment.set("CCC_OVERRIDE_OPTIONS", with_clang_prefix("+-v", "/c/ldwhy/shims/1/clang-"));
  environment.remove_ours();
  EXPECT_FALSE(environment.has("LDWHY_SESSION"));
  EXPECT_FALSE(environment.has("LDWHY_OUTER"));
  EXPECT_EQ(environment.get("LDWHY_THREADS"), "2");
  EXPECT_EQ(environment.get("PATH"), "/usr/bin");
  EXPECT_FALSE(environment.has("COMPILER_PATH"));
  EXPECT_EQ(environment.get("RUSTC_WRAPPER"), "sccache");
  EXPECT_EQ(environment.get("CCC_OVERRIDE_OPTIONS"), "+-v");
  environment.set("CCC_OVERRIDE_OPTIONS", with_clang_prefix("", "/c/ldwhy/shims/1/clang-"));
  environment.remove_ours();
  EXPECT_FALSE(environment.has("CCC_OVERRIDE_OPTIONS"));
}

ProcessEnvironment bare_environment(const std::string &home) {
  ProcessEnvironment environment;
  for (const char *name : {"RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER", "RUSTFLAGS", "CARGO_HOME"})
    environment.remove(name);
  environment.set("HOME", home);
  return environment;
}

TEST(RustcWrapper, IsSetOnlyWhereNeeded) {
  Workshop shop;
  shop.write("plain/Cargo.toml", "");
  shop.write("clang/.cargo/config.toml", "[target.x]\nlinker = \"clang\"\n");
  shop.write("clang/below/Cargo.toml", "");
  shop.write("taken/.cargo/config.toml", "[build]\nrustc-wrapper = 'sccache'\n[x]\nlinker='clang'\n");
  ProcessEnvironment environment = bare_environment(shop.path("home"));
  std::vector<std::string> build{"cargo", "build"};
  EXPECT_TRUE(wants_rustc_wrapper(build, shop.path("clang/below"), environment));
  EXPECT_FALSE(wants_rustc_wrapper(build, shop.path("taken"), environment));
  EXPECT_TRUE(
      wants_rustc_wrapper({"cargo", "build", "--target", "thumbv7em-none-eabi"}, shop.path("plain"), environment));
  environment.set("RUSTC_WRAPPER", "sccache");
  EXPECT_FALSE(wants_rustc_wrapper(build, shop.path("clang/below"), environment));
}

}  // namespace
}  // namespace ldwhy
