#include "capture/capsule.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <random>
#include <thread>

#include "capture/capture.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

using testing::Workshop;

Capsule sample(const Workshop &shop) {
  shop.write("build/main.o", "object");
  shop.write("build/deep/libx.a", "archive");
  shop.write("build/exports.map", "{ global: *; };");
  shop.write("capsules/keep", "");
  Capsule capsule;
  capsule.id = new_capsule_id();
  capsule.directory = shop.path("build");
  capsule.argv = {
      "/usr/bin/ld", "-o", "program", "main.o", "deep/libx.a", "-lnone\xff\xc0", "--version-script=exports.map"};
  capsule.program = "/usr/bin/ld";
  capsule.driver = {"gcc", "-o", "program"};
  capsule.environment = {"LANG=C", "LC_X=\x80"};
  capsule.status = 139;
  capsule.messages = std::string("first\nsecond\0\xff", 14);
  capsule.seconds = 0.25;
  return capsule;
}

TEST(Capsule, ReadsAsItWasWritten) {
  Workshop shop;
  Capsule written = sample(shop);
  ASSERT_FALSE(write_capsule(written, shop.path("capsules")));
  Result<Capsule> read = read_capsule(written.folder);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->id, written.id);
  EXPECT_EQ(read->directory, written.directory);
  EXPECT_EQ(read->argv, written.argv);
  EXPECT_EQ(read->program, written.program);
  EXPECT_EQ(read->driver, written.driver);
  EXPECT_EQ(read->environment, written.environment);
  EXPECT_EQ(read->output, shop.path("build/program"));
  EXPECT_EQ(read->status, 139);
  EXPECT_EQ(read->messages, written.messages);
  EXPECT_EQ(read->seconds, 0.25);
  EXPECT_FALSE(read->probe);
  EXPECT_EQ(read->saved, written.saved);
  EXPECT_EQ(read->saved.size(), 3u);
  EXPECT_TRUE(read->saved.contains(shop.path("build/exports.map")));
  ASSERT_EQ(read_capsules(shop.path("capsules")).size(), 1u);
}

TEST(Capsule, KeepsFilesThatAreDeletedAfterwards) {
  Workshop shop;
  Capsule capsule = sample(shop);
  ASSERT_FALSE(write_capsule(capsule, shop.path("capsules")));
  shop.run("rm -r build && mkdir build && echo new > build/main.o && echo other > build/other.o");
  CapsuleFiles files(capsule);
  EXPECT_TRUE(files.is_file(shop.path("build/deep/libx.a")));
  EXPECT_TRUE(files.is_directory(shop.path("build/deep")));
  EXPECT_FALSE(files.is_directory(shop.path("build/dee")));
  EXPECT_FALSE(files.is_file(shop.path("build/gone.o")));
  Result<FileRef> archive = files.open(shop.path("build/./deep/../deep/libx.a"));
  ASSERT_TRUE(archive);
  EXPECT_EQ((*archive)->bytes().text(), "archive");
  // The file as it was, not as it is; and by the name that was asked for.
  Result<FileRef> object = files.open("main.o");
  ASSERT_TRUE(object);
  EXPECT_EQ((*object)->bytes().text(), "object");
  EXPECT_EQ((*object)->path(), "main.o");
  Result<FileRef> other = files.open(shop.path("build/other.o"));
  ASSERT_TRUE(other);
  EXPECT_EQ((*other)->bytes().text(), "other\n");
  EXPECT_EQ(files.list(shop.path("build")), (std::vector<std::string>{"deep", "exports.map", "main.o", "other.o"}));
  Result<FileRef> gone = files.open("gone.o");
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().file, "gone.o");
}

TEST(Capsule, ResponseFilesAndListsAreFollowed) {
  Workshop shop;
  Capsule capsule = sample(shop);
  shop.write("build/a.rsp", "main.o @b.rsp @a.rsp");
  shop.write("build/b.rsp", "\"deep/libx.a\"");
  shop.write("build/list", "main.o\n");
  capsule.argv = {"ld64.lld", "@a.rsp", "-filelist", "list"};
  ASSERT_FALSE(write_capsule(capsule, shop.path("capsules")));
  for (const char *name : {"a.rsp", "b.rsp", "main.o", "deep/libx.a", "list"})
    EXPECT_TRUE(capsule.saved.contains(shop.path(std::string("build/") + name))) << name;
}

TEST(Capsule, OutputAndSystemFilesAreNotSaved) {
  Workshop shop;
  Capsule capsule = sample(shop);
  shop.write("build/program", "left from before");
  capsule.argv.push_back("/usr/lib/x86_64-linux-gnu/crt1.o");
  ASSERT_FALSE(write_capsule(capsule, shop.path("capsules")));
  EXPECT_FALSE(capsule.saved.contains(shop.path("build/program")));
  EXPECT_FALSE(capsule.saved.contains("/usr/lib/x86_64-linux-gnu/crt1.o"));
}

TEST(Capsule, ConfigureTestsAreTold) {
  struct Row {
    const char *directory, *output;
    bool probe;
  };
  for (const Row &row :
       {Row{"build/CMakeFiles/CMakeScratch/TryCompile-x", "cmTC_1", true}, Row{"build", "conftest", true},
        Row{"build/meson-private/tmp1", "o.exe", true}, Row{"build", "/dev/null", true}, Row{"build", "program", false},
        Row{"build", "deep/contest", false}}) {
    Workshop shop;
    Capsule capsule = sample(shop);
    shop.write(std::string(row.directory) + "/x", "");
    capsule.directory = shop.path(row.directory);
    capsule.argv = {"ld", "-o", row.output};
    ASSERT_FALSE(write_capsule(capsule, shop.path("capsules")));
    EXPECT_EQ(capsule.probe, row.probe) << row.directory << ' ' << row.output;
  }
}

TEST(Capsule, ManyAtOnceDoNotMeet) {
  Workshop shop;
  Capsule capsule = sample(shop);
  std::vector<std::jthread> writers;
  for (int i = 0; i < 8; ++i)
    writers.emplace_back([&shop, own = capsule, i]() mutable {
      own.id += "-" + std::to_string(i);
      EXPECT_FALSE(write_capsule(own, shop.path("capsules")));
    });
  writers.clear();
  EXPECT_EQ(read_capsules(shop.path("capsules")).size(), 8u);
}

TEST(Capsule, IsNotWrittenWhereItCannotBe) {
  Workshop shop;
  Capsule capsule = sample(shop);
  EXPECT_TRUE(write_capsule(capsule, shop.path("nowhere")));
  // A folder in the way of the last step: nothing half-made stays.
  shop.write("capsules/" + capsule.id + "/file", "");
  EXPECT_TRUE(write_capsule(capsule, shop.path("capsules")));
  EXPECT_EQ(shop.output("ls -A capsules"), capsule.id + "\nkeep\n");
}

TEST(Capsule, SavedNamesCannotLeadOutside) {
  Workshop shop;
  shop.write("c/capsule.json", R"({"schema": "ldwhy.capsule/1", "saved": [{"path": "/a", "copy": "../../secret"},)"
                               R"({"path": "/b", "copy": ".."}, {"path": "/c", "copy": ""}, 7,)"
                               R"({"path": "/d", "copy": "0-d.o"}]})");
  Result<Capsule> capsule = read_capsule(shop.path("c"));
  ASSERT_TRUE(capsule);
  ASSERT_EQ(capsule->saved.size(), 1u);
  EXPECT_EQ(capsule->saved.begin()->first, "/d");
}

TEST(Capsule, DamagedDescriptionsAreRefusedOrReadInPart) {
  Workshop shop;
  Capsule capsule = sample(shop);
  ASSERT_FALSE(write_capsule(capsule, shop.path("capsules")));
  std::string name = "capsules/" + capsule.id + "/capsule.json";
  std::string json = shop.read(name);
  for (size_t length = 0; length < json.size(); ++length) {
    shop.write(name, json.substr(0, length));
    EXPECT_FALSE(read_capsule(capsule.folder)) << length;
  }
  std::mt19937 random(4711);
  for (int round = 0; round < 500; ++round) {
    std::string damaged = json;
    for (int flips = 0; flips < 3; ++flips) damaged[random() % damaged.size()] = static_cast<char>(random());
    shop.write(name, damaged);
    Result<Capsule> read = read_capsule(capsule.folder);
    if (!read) continue;
    for (const auto &[path, copy] : read->saved) EXPECT_TRUE(copy.starts_with(capsule.folder + "/saved/")) << copy;
  }
  EXPECT_FALSE(read_capsule(shop.path("nowhere")));
}

}  // namespace
}  // namespace ldwhy
