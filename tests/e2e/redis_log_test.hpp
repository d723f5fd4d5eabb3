#pragma once

#include "e2e/redis_server.hpp"

#include <authjwt/revocation/redis_log.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt::e2e {

/// What a log tells its administrator.
class Said {
 public:
  [[nodiscard]] std::function<void(std::string_view)> hook() {
    return [this](std::string_view text) {
      std::lock_guard const lock{mutex_};
      lines_.emplace_back(text);
    };
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    std::lock_guard const lock{mutex_};
    return lines_;
  }
  [[nodiscard]] std::string all() const {
    std::string text;
    for (std::string const& line : lines()) text += line + "\n";
    return text;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

/// For a machine that has much else to do: a test that expects an answer waits for it.
[[nodiscard]] inline RedisLog::Options patient() {
  return {.connect_timeout = kPatience, .command_timeout = kPatience};
}
[[nodiscard]] inline RedisLog::Options patient(Said& said) {
  RedisLog::Options options = patient();
  options.log = said.hook();
  return options;
}

/// Whether it holds before long; asks again and again.
inline bool soon(std::function<bool()> const& holds) {
  auto const deadline = std::chrono::steady_clock::now() + kPatience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

template <class Call>
[[nodiscard]] std::chrono::nanoseconds time_of(Call call) {
  auto const begun = std::chrono::steady_clock::now();
  call();
  return std::chrono::steady_clock::now() - begun;
}

[[nodiscard]] inline std::vector<std::string> ids_after(RevocationLog& log, RevocationLog::Position position) {
  std::vector<std::string> ids;
  auto const entries = log.read_after(position, 100'000);
  if (!entries) return {"unavailable"};
  for (auto const& entry : *entries) ids.push_back(entry.revocation.id);
  return ids;
}

[[nodiscard]] inline bool append(RevocationLog& log, std::string id) {
  return log.append(Revocation{"issuer", std::move(id)}).has_value();
}

}  // namespace authjwt::e2e
