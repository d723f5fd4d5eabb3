// The edges of docs/limits.md that no other test stands on.
#include "adapters/websocket_frames.hpp"
#include "http/cookie.hpp"
#include "unit/jose/test_keys.hpp"
#include "unit/support.hpp"

#include <authjwt/http/answer.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace authjwt {
namespace {

using test::FakeRequest;

TEST(Limits, eight_lines_of_cookies_are_read_and_nine_are_not) {
  FakeRequest::Headers lines(http::HeaderValues::kKept - 1, {"Cookie", "a=b"});
  lines.emplace_back("Cookie", "t=v");
  EXPECT_EQ(http::find_cookie(FakeRequest{lines}, "t").value(), "v");
  lines.insert(lines.begin(), {"Cookie", "a=b"});
  EXPECT_EQ(test::outcome(http::find_cookie(FakeRequest{lines}, "t")), "malformed_cookie");
}

/// What the guard says of a JSON body of `size` bytes that has a good token.
std::string judge_body(std::size_t size) {
  Settings settings = test::secret_settings();
  settings.token_location = {"json"};
  test::Service const service{settings};
  std::string body = R"({"access_token":")" + AuthJWT{service.authority}.create_access_token("test") + R"("})";
  body.append(size - body.size(), ' ');
  FakeRequest request{{{"Content-Type", "application/json"}}, "POST"};
  request.set_body(std::move(body));
  return test::outcome(AuthJWT{service.authority, request}.try_jwt_required());
}

TEST(Limits, a_body_of_one_mebibyte_brings_its_token_and_one_byte_more_does_not) {
  EXPECT_EQ(judge_body(http::kMaxBodySize), "ok");
  EXPECT_EQ(judge_body(http::kMaxBodySize + 1), "malformed_json");
}

TEST(Limits, a_pem_or_der_text_of_one_mebibyte_is_read_and_one_byte_more_is_not) {
  std::string pem = test::public_pem(test::make_ec("prime256v1").get());
  pem.append(kMaxKeyTextSize - pem.size(), '\n');
  EXPECT_TRUE(Key::from_pem(pem));
  EXPECT_NE(test::message(Key::from_pem(pem + '\n')).find("longer than 1 MiB"), std::string::npos);

  std::string const der(kMaxKeyTextSize, '\0');  // no key, but one that is looked at
  EXPECT_EQ(test::message(Key::from_der(der)).find("longer than 1 MiB"), std::string::npos);
  EXPECT_NE(test::message(Key::from_der(der + '\0')).find("longer than 1 MiB"), std::string::npos);
}

/// A ping of `size` bytes, masked with zeros.
std::string ping_of(std::size_t size) {
  std::string frame{"\x89"};
  if (size <= detail::kMaxControlSize) {
    frame.push_back(static_cast<char>(0x80U | size));
  } else {
    frame.append({'\xFE', static_cast<char>(size >> 8U), static_cast<char>(size)});
  }
  return frame.append(4, '\0').append(size, 'p');
}

detail::WebSocketIncoming::Kind kind_of(std::string_view frame, std::uint16_t& code) {
  detail::WebSocketReader reader;
  detail::WebSocketIncoming const incoming = reader.next(frame, 64 * 1024);
  code = incoming.code;
  return incoming.kind;
}

TEST(Limits, a_ping_of_125_bytes_is_read_and_one_more_is_a_violation) {
  using Kind = detail::WebSocketIncoming::Kind;
  std::uint16_t code = 0;
  EXPECT_EQ(kind_of(ping_of(detail::kMaxControlSize), code), Kind::ping);
  EXPECT_EQ(kind_of(ping_of(detail::kMaxControlSize + 1), code), Kind::failure);
  EXPECT_EQ(code, detail::close_code::kProtocolError);
}

}  // namespace
}  // namespace authjwt
