#include "base/uuid.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace authjwt {
namespace {

std::string uuid() {
  std::string id;
  EXPECT_TRUE(append_uuid(id));
  return id;
}

TEST(Uuid, has_the_shape_of_version_4) {
  for (int i = 0; i < 200; ++i) {
    std::string const id = uuid();
    ASSERT_EQ(id.size(), 36U);
    for (std::size_t at = 0; at < id.size(); ++at) {
      bool const dash = at == 8 || at == 13 || at == 18 || at == 23;
      ASSERT_TRUE(dash ? id[at] == '-' : std::string{"0123456789abcdef"}.find(id[at]) != std::string::npos) << id;
    }
    ASSERT_EQ(id[14], '4') << id;
    ASSERT_NE(std::string{"89ab"}.find(id[19]), std::string::npos) << id;
  }
}

TEST(Uuid, is_appended) {
  std::string text = "jti:";
  ASSERT_TRUE(append_uuid(text));
  EXPECT_EQ(text.size(), 40U);
  EXPECT_TRUE(text.starts_with("jti:"));
}

TEST(Uuid, is_never_the_same_across_many_refills_and_threads) {
  constexpr std::size_t kEach = 5'000;
  std::array<std::vector<std::string>, 4> drawn;
  {
    std::vector<std::jthread> threads;
    for (auto& ids : drawn) {
      threads.emplace_back([&ids] {
        for (std::size_t i = 0; i < kEach; ++i) static_cast<void>(append_uuid(ids.emplace_back()));
      });
    }
  }
  std::set<std::string> all;
  for (auto const& ids : drawn) all.insert(ids.begin(), ids.end());
  EXPECT_EQ(all.size(), kEach * drawn.size());
}

TEST(Uuid, every_random_bit_varies) {
  std::array<std::set<char>, 36> seen;
  for (int i = 0; i < 500; ++i) {
    std::string const id = uuid();
    for (std::size_t at = 0; at < id.size(); ++at) seen[at].insert(id[at]);
  }
  for (std::size_t at = 0; at < seen.size(); ++at) {
    bool const dash = at == 8 || at == 13 || at == 18 || at == 23;
    EXPECT_EQ(seen[at].size(), dash || at == 14 ? 1U : at == 19 ? 4U : 16U) << at;
  }
}

/// What a child process draws, made by fork() with the parent's pool as it stands.
std::string uuid_of_a_child() {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return {};
  pid_t const child = fork();
  if (child == 0) {
    std::string id;
    bool const good = append_uuid(id) && write(ends[1], id.data(), id.size()) == static_cast<ssize_t>(id.size());
    _exit(good ? 0 : 1);
  }
  close(ends[1]);
  std::string id(36, '\0');
  ssize_t const size = read(ends[0], id.data(), id.size());
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return child > 0 && size == 36 && status == 0 ? id : std::string{};
}

TEST(Uuid, a_forked_child_does_not_repeat_its_parent) {
  static_cast<void>(uuid());  // the pool is full now, and the child inherits it
  std::set<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    std::string const of_child = uuid_of_a_child();
    ASSERT_EQ(of_child.size(), 36U);
    EXPECT_TRUE(ids.insert(of_child).second) << of_child;
  }
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(ids.insert(uuid()).second);
}

}  // namespace
}  // namespace authjwt
