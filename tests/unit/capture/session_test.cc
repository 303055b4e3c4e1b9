#include "capture/session.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <utime.h>

#include <optional>

#include "base/files.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

using testing::Workshop;

TEST(Session, IsGoneUnlessItIsKept) {
  Workshop shop;
  std::string path;
  {
    Result<RunningSession> session = RunningSession::start(shop.path(""), "/project");
    ASSERT_TRUE(session) << to_string(session.error());
    path = session->path();
    EXPECT_TRUE(DiskFiles().is_directory(session->capsules()));
    struct stat status;
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700u);
  }
  EXPECT_FALSE(DiskFiles().is_directory(path));
  EXPECT_EQ(shop.output("ls sessions"), "");
}

TEST(Session, KeptOneReplacesTheOneBefore) {
  Workshop shop;
  for (const char *text : {"first", "second"}) {
    Result<RunningSession> session = RunningSession::start(shop.path(""), "/project");
    ASSERT_TRUE(session);
    ASSERT_FALSE(write_file_atomically(session->path() + "/mark", text));
    Result<std::string> kept = session->keep();
    ASSERT_TRUE(kept);
    EXPECT_EQ(*kept, kept_session(shop.path(""), "/project"));
  }
  EXPECT_EQ(DiskFiles().list(shop.path("sessions")).size(), 1u);
  EXPECT_EQ(shop.output("cat sessions/*/mark sessions/*/directory"), "second/project");
  EXPECT_NE(kept_session(shop.path(""), "/project"), kept_session(shop.path(""), "/other"));
}

TEST(Session, OnlyDeadRunsAreCleanedUp) {
  Workshop shop;
  Result<RunningSession> alive = RunningSession::start(shop.path(""), "/a");
  ASSERT_TRUE(alive);
  shop.write("sessions/0000000000000001.run-old/lock", "");
  shop.write("sessions/0000000000000002.run-new/lock", "");
  utimbuf long_ago{1, 1};
  ::utime(shop.path("sessions/0000000000000001.run-old").c_str(), &long_ago);
  ::utime(alive->path().c_str(), &long_ago);  // old, but its lock is held
  Result<RunningSession> next = RunningSession::start(shop.path(""), "/b");
  ASSERT_TRUE(next);
  EXPECT_FALSE(DiskFiles().is_directory(shop.path("sessions/0000000000000001.run-old")));
  EXPECT_TRUE(DiskFiles().is_directory(shop.path("sessions/0000000000000002.run-new")));
  EXPECT_TRUE(DiskFiles().is_directory(alive->path()));
}

TEST(Session, OldestKeptOnesMakeRoom) {
  Workshop shop;
  for (int i = 0; i < 40; ++i) {
    std::string name = "sessions/kept" + std::to_string(i);
    shop.write(name + "/lock", "");
    utimbuf time{1000 + i, 1000 + i};
    ::utime(shop.path(name).c_str(), &time);
  }
  Result<RunningSession> session = RunningSession::start(shop.path(""), "/a");
  ASSERT_TRUE(session);
  EXPECT_FALSE(DiskFiles().is_directory(shop.path("sessions/kept0")));
  EXPECT_TRUE(DiskFiles().is_directory(shop.path("sessions/kept39")));
}

}  // namespace
}  // namespace ldwhy
