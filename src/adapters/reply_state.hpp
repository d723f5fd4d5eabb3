#pragma once

#include <authjwt/adapters/reply.hpp>
#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/auth/authority.hpp>
#include <authjwt/http/answer.hpp>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace authjwt::detail {

/// What those who reply share with the one who waits for the reply. Thread-safe where nothing else is said.
class ReplyState : public std::enable_shared_from_this<ReplyState> {
 public:
  using Make = std::function<http::Answer(AuthJWT&)>;

  /// The first one is the answer.
  void finish(Make make);

  // By the one who waits, in this order.
  void take_over(Authority const& authority, std::string_view route, AuthJWT& authorize, http::Headers headers);
  void add_headers(http::Headers headers);
  void when_ready(LaterAnswer::OnReady on_ready) noexcept;
  void wait() noexcept;
  /// Precondition: it is ready.
  [[nodiscard]] http::RenderedAnswer render() noexcept;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_finished_ = false;
  bool is_taken_ = false;
  Make make_;
  LaterAnswer::OnReady on_ready_;

  // Of the request, which has ended.
  Authority const* authority_ = nullptr;
  std::string route_;
  http::CollectedHeaders collected_;
  std::optional<AuthJWT> authorize_;
  http::Headers added_;
};

}  // namespace authjwt::detail
