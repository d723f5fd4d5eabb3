// authjwt on cpp-httplib: a real server on a port of its own, asked by httplib's client and by raw sockets.
#include "e2e/httplib_thread.hpp"
#include "e2e/raw_client.hpp"

#include <authjwt/adapters/httplib.hpp>
#include <authjwt/testing/fake_clock.hpp>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <future>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt {

struct User {
  std::string username;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

namespace {

using e2e::bearer;
using e2e::get;
using e2e::HttplibThread;
using e2e::post;
using e2e::RawAnswer;
using e2e::RawClient;

constexpr std::string_view kGoodLogin = R"({"username":"test","password":"test"})";
constexpr std::string_view kMissing = R"({"detail":"Missing Authorization Header"})";

json::object log_in(User const& user, AuthJWT& authorize) {
  if (user.username != "test" || user.password != "test") throw http::HTTPException{401, "Bad username or password"};
  return {{"access_token", authorize.create_access_token(user.username, {.user_claims = {{"foo", {"fiz", "baz"}}}})}};
}

json::object claims(AuthJWT& authorize) {
  authorize.jwt_required();
  return {{"foo", authorize.get_raw_jwt()->at("foo")}};
}

/// The page's service with settings of its own, and a few routes more.
struct Service {
  explicit Service(Settings settings = {.secret_key = "a secret of at least 32 bytes, for tests"})
      : authority{std::move(settings), {.log = [](LogLevel, std::string_view) {}, .clock = &clock}} {
    routes.post("/login", log_in).get("/claims", claims);
    routes.get("/cookies", [] { return http::Answer{200, "x", {{"Set-Cookie", "a=1"}, {"Set-Cookie", "b=2"}}}; });
    routes.post("/echo", [](User const& user) { return user.username; });
    routes.get("/fails", []() -> json::value { throw std::runtime_error{"the cause"}; });
    routes.del("/nothing", [] { return http::Answer{204, nullptr, {}}; });
  }
  [[nodiscard]] std::uint16_t port() const noexcept { return running.port(); }
  RawAnswer ask(std::string_view request, bool has_body = true) { return RawClient{port()}.ask(request, has_body); }
  std::string token() { return e2e::token_of(ask(post("/login", kGoodLogin))); }

  testing::FakeClock clock;
  Authority authority;
  Routes routes{authority};
  HttplibThread running{[this](httplib::Server& server) { mount(server, routes); }};
};

class HttplibTest : public ::testing::Test {
 protected:
  Service service;
};

TEST_F(HttplibTest, who_logs_in_is_let_in) {
  auto const answer = service.ask(get("/claims", bearer(service.token())));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"foo":["fiz","baz"]})");
  EXPECT_NE(answer.head.find("Content-Type: application/json\r\n"), std::string::npos);
}

TEST_F(HttplibTest, a_wrong_password_is_401) {
  auto const answer = service.ask(post("/login", R"({"username":"test","password":"tset"})"));
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.body, R"({"detail":"Bad username or password"})");
}

TEST_F(HttplibTest, a_body_that_does_not_fit_is_422) {
  std::map<std::string, std::string> const expected = {
      {"", R"({"detail":[{"loc":["body"],"msg":"field required","type":"value_error.missing"}]})"},
      {R"({"username":"test"})",
       R"({"detail":[{"loc":["body","password"],"msg":"field required","type":"value_error.missing"}]})"},
      {R"({"username":"test","password":1})",
       R"({"detail":[{"loc":["body","password"],"msg":"str type expected","type":"type_error.str"}]})"},
      {"[]", R"({"detail":[{"loc":["body"],"msg":"value is not a valid dict","type":"type_error.dict"}]})"}};
  for (auto const& [body, detail] : expected) {
    auto const answer = service.ask(post("/login", body));
    EXPECT_EQ(answer.status, 422) << body;
    EXPECT_EQ(answer.body, detail);
  }
  auto const answer = service.ask(post("/login", R"({"username")"));
  EXPECT_EQ(answer.status, 422);
  EXPECT_NE(answer.body.find("value_error.jsondecode"), std::string::npos);
}

TEST_F(HttplibTest, a_form_is_no_json_whatever_it_says) {
  auto const answer = service.ask(post("/login", kGoodLogin, "Content-Type: text/plain\r\n"));
  EXPECT_EQ(answer.status, 422);
  EXPECT_NE(answer.body.find("type_error.dict"), std::string::npos);
}

TEST_F(HttplibTest, a_post_without_any_length_has_no_body) {
  EXPECT_EQ(service.ask("POST /login HTTP/1.1\r\nHost: x\r\n\r\n").status, 422);
}

TEST_F(HttplibTest, a_missing_or_bad_token_is_refused) {
  EXPECT_EQ(service.ask(get("/claims")).body, kMissing);
  EXPECT_EQ(service.ask(get("/claims")).status, 401);
  EXPECT_EQ(service.ask(get("/claims", bearer("garbage"))).status, 422);
  std::string forged = service.token();
  forged.back() = forged.back() == 'A' ? 'B' : 'A';
  EXPECT_EQ(service.ask(get("/claims", bearer(forged))).status, 422);
  EXPECT_EQ(service.ask(get("/claims", "Authorization: Basic dGVzdDp0ZXN0\r\n")).status, 422);
}

TEST_F(HttplibTest, a_token_is_good_until_it_expires) {
  std::string const token = service.token();
  service.clock.advance(std::chrono::minutes{15} - std::chrono::seconds{1});
  EXPECT_EQ(service.ask(get("/claims", bearer(token))).status, 200);
  service.clock.advance(std::chrono::seconds{1});
  auto const answer = service.ask(get("/claims", bearer(token)));
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.body, R"({"detail":"Signature has expired"})");
}

TEST_F(HttplibTest, two_authorization_lines_are_refused_even_with_good_tokens) {
  std::string const token = service.token();
  EXPECT_EQ(service.ask(get("/claims", bearer(token) + bearer(token))).status, 422);
  EXPECT_EQ(service.ask(get("/claims", bearer(token) + "authorization: Bearer x\r\n")).status, 422);
}

TEST_F(HttplibTest, unknown_paths_are_404_for_every_method) {
  for (std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}) {
    auto const answer = service.ask(method + " /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(answer.status, 404) << method;
    EXPECT_EQ(answer.body, R"({"detail":"Not Found"})") << method;
  }
  EXPECT_EQ(service.ask(post("/nowhere", "{}")).status, 404);
  EXPECT_EQ(service.ask(post("/login%0d%0a", "{}")).status, 404);
  EXPECT_EQ(service.ask(get("/claims%00")).status, 404);
  EXPECT_EQ(service.ask(post(std::string(8000, '/'), "{}")).status, 404);
}

TEST_F(HttplibTest, a_query_is_no_part_of_the_path) {
  EXPECT_EQ(service.ask(get("/claims?a=b&/login")).body, kMissing);
}

TEST_F(HttplibTest, a_wrong_method_is_405_with_allow) {
  for (std::string method : {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}) {
    auto const answer = service.ask(method + " /claims HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_NE(answer.head.find("Allow: GET\r\n"), std::string::npos) << method;
    EXPECT_EQ(answer.body, R"({"detail":"Method Not Allowed"})") << method;
  }
}

TEST_F(HttplibTest, head_is_405_without_a_body) {
  RawClient client{service.port()};
  auto const answer = client.ask("HEAD /claims HTTP/1.1\r\nHost: x\r\n\r\n", false);
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(client.ask(get("/claims")).body, kMissing);
}

TEST_F(HttplibTest, a_body_of_one_mebibyte_is_read_and_one_byte_more_is_413) {
  std::string body{kGoodLogin};
  body.append(http::kMaxBodySize - body.size(), ' ');
  RawClient client{service.port()};
  EXPECT_EQ(client.ask(post("/login", body)).status, 200);
  body += ' ';
  auto const answer = client.ask(post("/login", body));
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.body, R"({"detail":"Request Entity Too Large"})");
  EXPECT_EQ(client.ask(get("/claims")).body, kMissing) << "the connection goes on";
}

TEST_F(HttplibTest, a_body_announced_far_over_the_limit_is_refused_unread) {
  RawClient client{service.port()};
  auto const answer = client.ask("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n");
  EXPECT_EQ(answer.status, 413);
  EXPECT_TRUE(client.ends());
}

TEST_F(HttplibTest, a_chunked_body_is_read_up_to_the_same_limit) {
  std::string const head = "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(service.ask(head + "25\r\n" + std::string{kGoodLogin} + "\r\n0\r\n\r\n").status, 200);
  std::string const chunk = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
  std::string chunks;
  for (int i = 0; i < 17; ++i) chunks += chunk;
  EXPECT_EQ(service.ask(head + chunks + "0\r\n\r\n").status, 413);
}

// httplib reads a multipart body, and one of a path that no pattern matches, into memory without a limit.
TEST_F(HttplibTest, a_body_that_is_of_no_use_is_not_waited_for) {
  std::string const head = " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n";
  EXPECT_EQ(service.ask("POST /login" + head + "Content-Type: multipart/form-data; boundary=b\r\n\r\n").status, 422);
  EXPECT_EQ(service.ask("POST /login%0a" + head + "\r\n").status, 404);
  EXPECT_EQ(service.ask("POST /login%0d" + head + "\r\n").status, 404);
}

TEST_F(HttplibTest, a_small_compressed_body_that_grows_is_413) {
  httplib::Client client{"127.0.0.1", service.port()};
  client.set_compress(true);
  auto const answer = client.Post("/login", std::string(4 * http::kMaxBodySize, ' '), "application/json");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 413);
}

// What follows a body that httplib does not read, or reads otherwise than a proxy before it, must be nobody's request.
// It is sent on its own, and in one piece with them.
TEST_F(HttplibTest, a_request_hidden_in_a_body_is_never_answered) {
  std::string const hidden = get("/claims");
  std::string const host = " HTTP/1.1\r\nHost: x\r\n";
  std::string const length = "Content-Length: " + std::to_string(hidden.size()) + "\r\n";
  std::string const chunked = "Transfer-Encoding: chunked\r\n";
  std::vector<std::string> const requests = {
      "GET /cookies" + host + length + "\r\n",
      "OPTIONS /cookies" + host + length + "\r\n",
      "DELETE /nothing" + host + chunked + "\r\n0\r\n\r\n",
      "POST /login" + host + length + chunked + "\r\n0\r\n\r\n",
      "POST /login" + host + "Content-Length: +0\r\n\r\n",
      "POST /login" + host + chunked + "\r\n2\r\n{}XX\r\n",
      "POST /login" + host + "Content-Type: multipart/form-data; boundary=b\r\n" + length + "\r\n",
      "POST /login%0a" + host + length + "\r\n",
      "nonsense\r\n",
  };
  for (std::string const& request : requests) {
    for (bool const is_at_once : {false, true}) {
      RawClient client{service.port()};
      EXPECT_NE(client.ask(is_at_once ? request + hidden : request).status, 0) << request;
      client.send(hidden);
      EXPECT_EQ(client.read_rest(), "") << request;
    }
  }
}

// httplib keeps a name that is no token apart from the one it looks like, and drops lines without a value, folded ones
// and those that end in LF alone: it would see no body, and take it for the next request.
std::vector<std::string> odd_names() {
  return {"Content-Length : 40\r\n",
          "Content-Length\t: 40\r\n",
          std::string{"Content-Length\0: 40\r\n", 21},
          " Content-Length: 40\r\n",
          "X: y\r\n Content-Length: 40\r\n",
          "Transfer-Encoding : chunked\r\n",
          "Transfer-Encoding\t: chunked\r\n",
          "Content-Length: 5\r\nContent-Length : 9\r\n",
          "Content-Length: 5\r\nTransfer-Encoding : chunked\r\n"};
}
std::vector<std::string> dropped_lines() {
  return {"Content-Length: 40\n",
          "Content-Length:\r\n 40\r\n",
          "Content-Length:\r\n",
          "content-LENGTH: \t \r\n",
          "Content-Length\r\n",
          "X: a\rContent-Length: 40\r\n",
          "\tContent-Length: 40\r\n",
          "Content-Length: 0\r\nContent-Length: 40\n",
          "Transfer-Encoding: chunked\n",
          "Transfer-Encoding:\r\n",
          "Transfer-Encoding:\r\n chunked\r\n"};
}

TEST_F(HttplibTest, a_field_whose_name_is_no_token_is_400_and_ends_the_connection) {
  for (std::string_view line : {"GET /cookies", "POST /login", "PUT /login", "DELETE /nothing", "OPTIONS /nowhere"}) {
    for (std::string const& fields : odd_names()) {
      RawClient client{service.port()};
      std::string const request = std::string{line} + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
      EXPECT_EQ(client.ask(request).status, 400) << request;
      client.send(get("/claims"));
      EXPECT_EQ(client.read_rest(), "") << request;
    }
  }
}

TEST_F(HttplibTest, a_method_that_has_a_body_ends_the_connection_where_none_is_seen) {
  for (std::string_view line : {"POST /login", "PUT /login", "PATCH /nowhere", "DELETE /nothing"}) {
    for (std::string_view fields : {"", "Content-Length: 0\r\n"}) {
      RawClient client{service.port()};
      std::string const request = std::string{line} + " HTTP/1.1\r\nHost: x\r\n" + std::string{fields} + "\r\n";
      EXPECT_NE(client.ask(request).status, 0) << request;
      client.send(get("/claims"));
      EXPECT_EQ(client.read_rest(), "") << request;
    }
  }
}

TEST_F(HttplibTest, a_line_that_httplib_drops_is_400_and_ends_the_connection) {
  for (std::string_view line : {"GET /cookies", "HEAD /cookies", "POST /login", "DELETE /nothing"}) {
    for (std::string const& fields : dropped_lines()) {
      RawClient client{service.port()};
      std::string const request = std::string{line} + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
      EXPECT_EQ(client.ask(request).status, 400) << request;
      client.send(get("/claims"));
      EXPECT_EQ(client.read_rest(), "") << request;
    }
  }
}

TEST_F(HttplibTest, requests_that_come_at_once_are_answered_in_order) {
  std::string const login = post("/login", kGoodLogin);
  RawClient client{service.port()};
  client.send(get("/claims") + get("/nowhere") + login.substr(0, login.size() - 9));
  EXPECT_EQ(client.read_answer().body, kMissing);
  EXPECT_EQ(client.read_answer().status, 404);
  EXPECT_EQ(client.ask(login.substr(login.size() - 9)).status, 200);
}

// httplib's buffer has 4,096 bytes: the tail of a request that straddles its edge is no request.
TEST_F(HttplibTest, a_request_across_the_edge_of_the_buffer_is_one) {
  std::string const hidden = get("/nowhere");
  for (std::size_t size : {4'096U, 8'192U}) {
    std::string const first = get("/claims");
    std::string second = "GET /claims HTTP/1.1\r\nX: ";
    second.append(size - first.size() - second.size(), 'x');
    RawClient client{service.port()};
    client.send(first + second + hidden);
    EXPECT_EQ(client.read_answer().body, kMissing);
    EXPECT_EQ(client.read_answer().body, kMissing) << size;
    client.end_sending();
    EXPECT_EQ(client.read_rest(), "") << size;
  }
}

TEST_F(HttplibTest, a_head_without_an_end_is_not_taken) {
  std::string const start = "GET /claims HTTP/1.1\r\n";
  std::string lines;
  while (lines.size() < 65'536) lines += "X-Aaaa: b\r\n";
  std::vector<std::pair<std::string, std::string>> const floods = {{start + "X: ", std::string(65'536, 'x')},
                                                                   {start, std::string(65'536, 'x')},
                                                                   {"GET /", std::string(65'536, 'x')},
                                                                   {start, lines}};
  for (auto const& [head, flood] : floods) {
    RawClient client{service.port()};
    client.send(head);
    int sent = 0;
    while (sent < 512 && client.send(flood)) ++sent;
    EXPECT_LT(sent, 512) << head << flood.substr(0, 9);
  }
}

TEST_F(HttplibTest, a_head_of_128_fields_is_read_and_one_more_is_400) {
  std::string fields;
  for (int i = 1; i < 128; ++i) fields += "X: y\r\n";
  EXPECT_EQ(service.ask(get("/claims", fields)).body, kMissing);
  EXPECT_EQ(service.ask(get("/claims", fields + "X: y\r\n")).status, 400);
}

TEST_F(HttplibTest, a_head_of_80_kib_is_read_and_one_byte_more_is_400) {
  std::string fields;
  for (int i = 0; i < 10; ++i) fields += "X: " + std::string(8'000, 'x') + "\r\n";
  std::size_t const left = detail::HttplibHead::kMaxSize - get("/claims", fields).size() - 5;
  fields += "X: " + std::string(left, 'x');
  EXPECT_EQ(service.ask(get("/claims", fields + "\r\n")).body, kMissing);
  EXPECT_EQ(service.ask(get("/claims", fields + "x\r\n")).status, 400);
}

TEST_F(HttplibTest, a_head_that_never_ends_runs_out_of_time) {
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  detail::HttplibStream stream{pair[0], {.head = 1}};
  char byte = 'x';
  ssize_t count = 1;
  ASSERT_EQ(::send(pair[1], &byte, 1, 0), 1);
  ASSERT_TRUE(stream.next_request(1'000));
  while ((count = stream.read(&byte, 1)) == 1) ASSERT_EQ(::send(pair[1], &byte, 1, 0), 1);
  EXPECT_EQ(count, -1) << "0 when the size has ended it";
  EXPECT_FALSE(stream.is_head_read());
  for (int const end : pair) ::close(end);
}

TEST_F(HttplibTest, an_answer_without_a_body_ends_the_connection_too) {
  RawClient client{service.port()};
  auto const answer = client.ask("DELETE /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.head.find("Content-Type"), std::string::npos) << answer.head;
  EXPECT_TRUE(client.ends());
}

TEST_F(HttplibTest, a_head_with_a_body_ends_the_connection_without_one) {
  for (std::string_view fields : {"Content-Length: 40\r\n", "Content-Length : 40\r\n"}) {
    RawClient client{service.port()};
    auto const answer = client.ask("HEAD /claims HTTP/1.1\r\nHost: x\r\n" + std::string{fields} + "\r\n", false);
    EXPECT_GE(answer.status, 400) << fields;
    client.send(get("/claims"));
    EXPECT_EQ(client.read_rest(), "") << fields;
  }
}

TEST_F(HttplibTest, a_well_formed_get_keeps_its_connection) {
  RawClient client{service.port()};
  for (std::string_view fields : {"", "X-Odd!#$%&'*+-.^_`|~: y\r\n", "Content-Length: 0\r\n"}) {
    auto const answer = client.ask(get("/claims", fields));
    EXPECT_EQ(answer.body, kMissing) << fields;
    EXPECT_EQ(answer.head.find("Connection: close"), std::string::npos) << fields;
  }
}

TEST_F(HttplibTest, httplibs_own_routing_hides_no_request_either) {
  HttplibThread const own{[this](httplib::Server& server) {
    prepare(server, service.authority);
    server.Get("/claims", httplib_handler(service.authority, claims));
    server.Post("/login", httplib_handler(service.authority, log_in));
  }};
  auto const is_ended = [&own](std::string const& request, int status) {
    RawClient client{own.port()};
    EXPECT_EQ(client.ask(request).status, status) << request;
    client.send(get("/claims"));
    EXPECT_EQ(client.read_rest(), "") << request;
  };
  for (std::string const& fields : odd_names()) {
    is_ended(get("/claims", fields), 400);
    is_ended(get("/nowhere", fields), 400);
    is_ended("POST /login HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n", 400);
  }
  for (std::string const& fields : dropped_lines()) {
    is_ended(get("/claims", fields), 400);
    is_ended("POST /login HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n", 400);
  }
  is_ended(get("/nowhere", "Content-Length: 40\r\n"), 404);
  RawClient client{own.port()};
  EXPECT_EQ(client.ask(get("/nowhere")).status, 404);
  EXPECT_EQ(client.ask(get("/claims")).body, kMissing) << "the connection goes on";
}

TEST_F(HttplibTest, garbage_gets_a_clean_answer_and_the_service_goes_on) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  std::vector<std::string> const requests = {
      every_byte + "\r\n\r\n",
      "FOO /claims HTTP/1.1\r\n\r\n",
      "GET " + std::string(20'000, '/') + " HTTP/1.1\r\nHost: x\r\n\r\n",
      get("/claims", "X: " + std::string(65'536, 'x') + "\r\n"),
      get("/claims", "Range: bytes=" + std::string(8'000, '1') + "-\r\n"),
      get("/claims", "Authorization: Bearer \x01\x80\xff\r\n"),
      get("/claims", bearer(std::string(7'000, '.'))),
      get("/claims", std::string("Authorization: Bearer a\0b.c.d\r\n", 31)),
      get("/claims", "Authorization: Bearer%20%00%0d%0a.x.y\r\n"),
      get("/claims", ": no name\r\nno colon\r\n"),
  };
  for (std::string const& request : requests) {
    auto const answer = service.ask(request);
    EXPECT_GE(answer.status, 400) << request.substr(0, 100);
    EXPECT_LT(answer.status, 500) << request.substr(0, 100);
    EXPECT_TRUE(answer.body.starts_with(R"({"detail":)")) << answer.body;
  }
  EXPECT_EQ(service.ask(get("/claims", bearer(service.token()))).status, 200);
}

TEST_F(HttplibTest, the_answer_is_whole_and_plain_whatever_is_asked) {
  auto const answer =
      service.ask(get("/claims", bearer(service.token()) + "Range: bytes=0-3\r\nAccept-Encoding: gzip, br\r\n"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"foo":["fiz","baz"]})");
  EXPECT_EQ(answer.head.find("Content-Encoding"), std::string::npos);
}

TEST_F(HttplibTest, every_set_cookie_line_survives) {
  auto const answer = service.ask(get("/cookies"));
  EXPECT_NE(answer.head.find("Set-Cookie: a=1\r\n"), std::string::npos);
  EXPECT_NE(answer.head.find("Set-Cookie: b=2\r\n"), std::string::npos);
}

TEST_F(HttplibTest, a_failing_handler_is_a_500_that_says_nothing) {
  auto const answer = service.ask(get("/fails"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, R"({"detail":"Internal Server Error"})");
  EXPECT_EQ(answer.head.find("cause"), std::string::npos);
}

TEST_F(HttplibTest, one_connection_serves_many_requests) {
  std::string const token = service.token();
  RawClient client{service.port()};
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.ask(get("/claims", bearer(token))).status, 200) << i;
}

std::string values_of(std::string_view text) {
  detail::HttplibHead head;
  std::string values;
  for (char const byte : text) {
    if (head.is_over()) return values + " over";
    values += head.take(byte) ? byte : '_';
    if (head.is_malformed()) return values + " malformed";
  }
  return values + (head.is_over() ? " over" : "");
}

TEST_F(HttplibTest, the_head_ends_where_httplib_ends_it) {
  EXPECT_EQ(values_of("G :\r\nA:b:\r\n\r\n:"),
            "_____"
            "__b:\r\n"
            "__ over");
  for (std::string_view goes_on : {"\r\n", "G\r\n", "G\r\nA:\r\n", "G\r\nA:b\r\n\r"}) {
    EXPECT_FALSE(values_of(goes_on).ends_with("over")) << ::testing::PrintToString(goes_on);
    EXPECT_FALSE(values_of(goes_on).ends_with("malformed")) << ::testing::PrintToString(goes_on);
  }
}

TEST_F(HttplibTest, a_head_that_two_servers_could_read_differently_is_malformed) {
  for (std::string_view malformed : {"\n", "G\n", " G\r\n", "G\rA", "G\r\r", "G\r\n\n", "G\r\nA:b\n", "G\r\nA:b\rc",
                                     "G\r\nA:b\r\r\n", "G\r\n \r\n", "G\r\nA:b\r\n\tc\r\n", "G\r\nA\r\n",
                                     "G\r\nA :b\r\n", "G\r\nContent-length:\r\n", "G\r\nTRANSFER-ENCODING: \t\r\n"}) {
    EXPECT_TRUE(values_of(malformed).ends_with("malformed")) << ::testing::PrintToString(malformed);
  }
  for (std::string_view good : {"G\r\nContent-Length: 0\r\n\r\n", "G\r\nTransfer-Encoding-X:\r\n\r\n"}) {
    EXPECT_TRUE(values_of(good).ends_with("over")) << good;
  }
}

TEST_F(HttplibTest, where_a_line_ends_in_lf_alone_no_body_is_read) {
  std::string const fields =
      "Content-Type: application/json\r\nContent-Length: " + std::to_string(kGoodLogin.size()) + "\r\n";
  auto const status = [&](std::string const& head) {
    return service.ask("POST /login HTTP/1.1" + head + std::string{kGoodLogin}).status;
  };
  EXPECT_EQ(status("\r\n" + fields + "\r\n"), 200);
  EXPECT_EQ(status("\n" + fields + "\r\n"), 400);
  EXPECT_EQ(status("\r\n" + fields + "\n\nX: %\n\r\n"), 400);
}

TEST_F(HttplibTest, a_large_body_full_of_percent_signs_arrives_whole) {
  std::string const name(http::kMaxBodySize - 200, '%');
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{4095}, std::size_t{4096}, name.size()}) {
    auto const answer = service.ask(post("/echo", R"({"username":")" + name.substr(0, size) + R"(","password":""})"));
    EXPECT_EQ(answer.body.size(), size + 2) << size;
    EXPECT_EQ(answer.body.find_first_not_of("%\""), std::string::npos) << size;
  }
}

TEST_F(HttplibTest, a_request_that_comes_byte_by_byte_is_read) {
  RawClient client{service.port()};
  for (int i = 0; i < 2; ++i) {
    for (char const byte :
         post("/echo", R"({"username":"%41%","password":""})", "Content-Type: application/json\r\nX: %41%\r\n")) {
      client.send({&byte, 1});
    }
    EXPECT_EQ(client.read_answer().body, R"("%41%")");
  }
}

TEST_F(HttplibTest, a_line_of_headers_counts_each_percent_sign_as_three_bytes) {
  EXPECT_EQ(service.ask(get("/claims", "X: " + std::string(2'700, '%') + "\r\n")).status, 401);
  EXPECT_EQ(service.ask(get("/claims", "X: " + std::string(2'800, '%') + "\r\n")).status, 400);
}

TEST_F(HttplibTest, half_a_request_disturbs_nobody) {
  RawClient{service.port()}.send("POST /login HTTP/1.1\r\nContent-Le");
  RawClient{service.port()}.send(post("/login", kGoodLogin).substr(0, 120));
  RawClient{service.port()}.reset();
  EXPECT_EQ(service.ask(get("/claims")).status, 401);
}

TEST_F(HttplibTest, two_configurations_live_in_one_process) {
  Service other{
      {.secret_key = "another secret of at least 32 bytes, too", .header_name = "X-Token", .header_type = ""}};
  std::string const token = service.token();
  std::string const others = other.token();
  EXPECT_EQ(service.ask(get("/claims", bearer(token))).status, 200);
  EXPECT_EQ(other.ask(get("/claims", "X-Token: " + others + "\r\n")).status, 200);
  EXPECT_EQ(service.ask(get("/claims", bearer(others))).status, 422);
  EXPECT_EQ(other.ask(get("/claims", "X-Token: " + token + "\r\n")).status, 422);
  EXPECT_EQ(other.ask(get("/claims", bearer(others))).body, R"({"detail":"Missing X-Token Header"})");
}

TEST_F(HttplibTest, handlers_fit_httplibs_own_routing) {
  HttplibThread const own{[this](httplib::Server& server) {
    prepare(server, service.authority);
    server.Post("/login", httplib_handler(service.authority, log_in));
    server.Get(R"(/claims/\d+)", httplib_handler(service.authority, claims));
    server.Get("/raw", [this](httplib::Request const& request, httplib::Response& response) {
      http::HttplibRequest const view{request};
      http::HttplibResponse out{response};
      AuthJWT authorize{service.authority, view, out};
      out.add_header("Set-Cookie", "a=1");
      out.add_header("Set-Cookie", authorize.try_jwt_required() ? "in=1" : "in=0");
    });
  }};
  auto const ask = [&own](std::string_view request) { return RawClient{own.port()}.ask(request); };
  std::string const token = e2e::token_of(ask(post("/login", kGoodLogin)));
  EXPECT_EQ(ask(get("/claims/1", bearer(token))).body, R"({"foo":["fiz","baz"]})");
  EXPECT_EQ(ask(get("/claims/1")).body, kMissing);
  EXPECT_EQ(ask(get("/nowhere")).body, R"({"detail":"Not Found"})");
  EXPECT_EQ(ask(post("/login", "{}")).status, 422);
  EXPECT_EQ(ask(post("/login", std::string(http::kMaxBodySize + 1, ' '))).status, 413);
  auto const raw = ask(get("/raw", bearer(token)));
  EXPECT_NE(raw.head.find("Set-Cookie: a=1\r\n"), std::string::npos);
  EXPECT_NE(raw.head.find("Set-Cookie: in=1\r\n"), std::string::npos);
}

TEST_F(HttplibTest, a_taken_port_is_told) {
  try {
    run_httplib(service.routes, "127.0.0.1", service.port());
    FAIL() << "served on a taken port";
  } catch (std::system_error const& e) {
    EXPECT_EQ(e.code(), std::errc::address_in_use);
    EXPECT_NE(std::string{e.what()}.find("127.0.0.1:" + std::to_string(service.port())), std::string::npos);
  }
}

TEST_F(HttplibTest, a_signal_before_it_serves_stops_it) {
  run_httplib(service.routes, "127.0.0.1", 0, [](int) { ::raise(SIGINT); });
}

TEST_F(HttplibTest, a_signal_leaves_errno_as_it_was) {
  detail::StopSignals signals{[](void*) { errno = EBADF; }, nullptr};
  signals.arm();
  errno = ERANGE;
  ::raise(SIGTERM);
  EXPECT_EQ(errno, ERANGE);
}

TEST_F(HttplibTest, a_signal_ends_it_after_the_requests_under_way) {
  for (int signal : {SIGINT, SIGTERM}) {
    std::promise<void> begun, go_on;
    std::promise<int> ready;
    Routes slow{service.authority};
    slow.get("/slow", [&, released = go_on.get_future().share()] {
      begun.set_value();
      released.wait();
      return "done";
    });
    std::thread server{[&] { run_httplib(slow, "127.0.0.1", 0, [&](int port) { ready.set_value(port); }); }};
    RawClient client{static_cast<std::uint16_t>(ready.get_future().get())};
    client.send(get("/slow"));
    begun.get_future().wait();
    ::kill(::getpid(), signal);
    go_on.set_value();
    EXPECT_EQ(client.read_answer().body, R"("done")");
    server.join();
  }
}

}  // namespace
}  // namespace authjwt
