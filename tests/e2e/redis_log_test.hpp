#pragma once

#include "e2e/redis_server.hpp"
#include "support/said.hpp"

#include <authjwt/revocation/redis_log.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace authjwt::e2e {

/// For a machine that has much else to do: a test that expects an answer waits for it.
[[nodiscard]] inline RedisLog::Options patient() {
  return {.connect_timeout = kPatience, .command_timeout = kPatience};
}
[[nodiscard]] inline RedisLog::Options patient(Said& said) {
  RedisLog::Options options = patient();
  options.log = said.hook();
  return options;
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
