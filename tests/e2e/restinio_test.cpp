#include "e2e/raw_client.hpp"

#include <authjwt/adapters/restinio.hpp>
#include <authjwt/authjwt.hpp>
#include <authjwt/testing/fake_clock.hpp>

#include <boost/describe/class.hpp>
#include <gtest/gtest.h>
#include <restinio/http_server_run.hpp>
#include <restinio/router/express.hpp>

#include <cstdint>
#include <future>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt::e2e {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kLogin = R"({"username":"test","password":"test"})";
constexpr std::string_view kFoo = R"({"foo":["fiz","baz"]})";

struct User {
  std::string username;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

/// The program of the page, and routes for what a handler may do.
class RestinioServerTest : public ::testing::Test {
 protected:
  RestinioServerTest() {
    routes_.post("/login", [](User const& user, AuthJWT& authorize) -> json::object {
      if (user.username != "test" || user.password != "test") {
        throw http::HTTPException{401, "Bad username or password"};
      }
      return {
          {"access_token", authorize.create_access_token(user.username, {.user_claims = {{"foo", {"fiz", "baz"}}}})}};
    });
    routes_.get("/claims", [](AuthJWT& authorize) -> json::object {
      authorize.jwt_required();
      return {{"foo", authorize.get_raw_jwt()->at("foo")}};
    });
    routes_.get("/cookies", [] { return http::Answer{200, "ok", {{"Set-Cookie", "a=1"}, {"Set-Cookie", "b=2"}}}; });
    routes_.get("/broken", []() -> json::object { throw 7; });
    routes_.get("/waits", [this] {
      entered_.set_value();
      leave_.get_future().wait();
      return json::string{"done"};
    });
  }

  RestinioServer& start(ServerOptions options = {}) {
    options.port = 0;
    return server_.emplace(routes_, std::move(options));
  }
  RawClient connect() { return RawClient{server_->port()}; }
  RawAnswer ask(std::string_view request) { return connect().ask(request); }
  RawAnswer ask_until_let_in(std::string_view request) { return e2e::ask_until_let_in(server_->port(), request); }
  std::string token() { return token_of(ask_until_let_in(post("/login", kLogin))); }
  void expect_serving() {
    RawAnswer const answer = ask_until_let_in(get("/claims", bearer(token())));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, kFoo);
  }

  authjwt::testing::FakeClock clock_;
  Authority authority_{Settings{.secret_key = "a secret of at least thirty-two bytes"},
                       Hooks{.log = [](LogLevel, std::string_view) {}, .clock = &clock_}};
  Routes routes_{authority_};
  std::promise<void> entered_;
  std::promise<void> leave_;
  std::optional<RestinioServer> server_;
};

class RestinioPageTest : public RestinioServerTest {
 protected:
  RestinioPageTest() { start(); }
};

// --- the page's program
// -----------------------------------------------------------------------------------------------

TEST_F(RestinioPageTest, token_of_login_opens_claims) {
  RawAnswer const login = ask(post("/login", kLogin));
  EXPECT_EQ(login.status, 200);
  EXPECT_NE(login.head.find("Content-Type: application/json\r\n"), std::string::npos);
  RawAnswer const claims = ask(get("/claims", bearer(token_of(login))));
  EXPECT_EQ(claims.status, 200);
  EXPECT_EQ(claims.body, kFoo);
}

TEST_F(RestinioPageTest, wrong_password_is_401) {
  RawAnswer const answer = ask(post("/login", R"({"username":"test","password":"tes"})"));
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.body, R"({"detail":"Bad username or password"})");
}

TEST_F(RestinioPageTest, missing_header_is_401) {
  RawAnswer const answer = ask(get("/claims"));
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.body, R"({"detail":"Missing Authorization Header"})");
}

TEST_F(RestinioPageTest, garbage_tokens_are_422) {
  for (std::string_view const token : {"x", "a.b.c", "....", "\xff\xfe\xfd", "eyJhbGciOiJub25lIn0.e30."}) {
    RawAnswer const answer = ask(get("/claims", bearer(token)));
    EXPECT_EQ(answer.status, 422) << token;
    EXPECT_TRUE(answer.body.starts_with(R"({"detail":")")) << answer.body;
  }
}

TEST_F(RestinioPageTest, header_that_comes_twice_is_refused) {
  std::string const good = bearer(token());
  EXPECT_EQ(ask(get("/claims", good + good)).status, 422);
}

TEST_F(RestinioPageTest, blanks_around_a_header_value_do_not_count) {
  EXPECT_EQ(ask(get("/claims", "Authorization: \t Bearer " + token() + " \t\r\n")).status, 200);
}

TEST_F(RestinioPageTest, body_that_is_no_json_is_422) {
  RawAnswer const answer = ask(post("/login", R"({"username":)"));
  EXPECT_EQ(answer.status, 422);
  EXPECT_TRUE(answer.body.starts_with(R"({"detail":[{"loc":["body")")) << answer.body;
}

TEST_F(RestinioPageTest, missing_field_is_422_that_names_it) {
  RawAnswer const answer = ask(post("/login", R"({"username":"test"})"));
  EXPECT_EQ(answer.status, 422);
  EXPECT_NE(answer.body.find(R"("loc":["body","password"])"), std::string::npos) << answer.body;
}

TEST_F(RestinioPageTest, field_of_a_wrong_type_is_422_that_names_it) {
  RawAnswer const answer = ask(post("/login", R"({"username":"test","password":["test"]})"));
  EXPECT_EQ(answer.status, 422);
  EXPECT_NE(answer.body.find(R"("loc":["body","password"])"), std::string::npos) << answer.body;
}

TEST_F(RestinioPageTest, unknown_path_is_404_and_wrong_method_405) {
  EXPECT_EQ(ask(get("/nothing")).status, 404);
  RawAnswer const answer = ask(get("/login"));
  EXPECT_EQ(answer.status, 405);
  EXPECT_NE(answer.head.find("Allow: POST\r\n"), std::string::npos) << answer.head;
  EXPECT_EQ(ask("PROPFIND /claims HTTP/1.1\r\nHost: test\r\n\r\n").status, 405);
}

TEST_F(RestinioPageTest, query_is_no_part_of_the_path) {
  EXPECT_EQ(ask(get("/claims?token=x/y", bearer(token()))).status, 200);
}

TEST_F(RestinioPageTest, encoded_path_is_another_path) {
  for (std::string_view const path :
       {"/%63laims", "/claims%00", "/claims%2f", "%2fclaims", "/x/../claims", "//claims"}) {
    EXPECT_NE(ask(get(path, bearer(token()))).status, 200) << path;
  }
}

TEST_F(RestinioPageTest, absolute_url_is_taken_for_its_path) {
  EXPECT_EQ(ask(get("http://test/claims?a=b", bearer(token()))).status, 200);
  EXPECT_EQ(ask(get("http://test")).status, 404);
}

// --- answers
// ----------------------------------------------------------------------------------------------------------

TEST_F(RestinioPageTest, answer_to_head_has_no_body) {
  RawClient client = connect();
  RawAnswer const head = client.ask("HEAD /claims HTTP/1.1\r\nHost: test\r\n\r\n", false);
  EXPECT_EQ(head.status, 405);
  EXPECT_EQ(head.head.find("Content-Length: 0\r\n"), std::string::npos);
  EXPECT_EQ(client.ask(get("/nothing")).status, 404);
}

TEST_F(RestinioPageTest, each_set_cookie_has_its_line) {
  RawAnswer const answer = ask(get("/cookies"));
  EXPECT_NE(answer.head.find("Set-Cookie: a=1\r\n"), std::string::npos) << answer.head;
  EXPECT_NE(answer.head.find("Set-Cookie: b=2\r\n"), std::string::npos) << answer.head;
  EXPECT_NE(answer.head.find("Date: "), std::string::npos) << answer.head;
}

TEST_F(RestinioPageTest, what_a_handler_throws_is_500) {
  RawAnswer const answer = ask(get("/broken"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, R"({"detail":"Internal Server Error"})");
  expect_serving();
}

TEST_F(RestinioPageTest, pipelined_requests_are_answered_in_order) {
  RawClient client = connect();
  client.send(get("/claims") + post("/login", kLogin) + get("/nothing") + get("/claims"));
  EXPECT_EQ(client.read_answer().status, 401);
  EXPECT_EQ(client.read_answer().status, 200);
  EXPECT_EQ(client.read_answer().status, 404);
  EXPECT_EQ(client.read_answer().status, 401);
}

TEST_F(RestinioPageTest, websocket_where_there_is_none_is_404_and_closed) {
  RawClient client = connect();
  RawAnswer const answer = client.ask(get("/claims", "Connection: Upgrade\r\nUpgrade: websocket\r\n") + get("/claims"));
  EXPECT_EQ(answer.status, 404);
  EXPECT_TRUE(client.ends());
}

// --- sizes
// ------------------------------------------------------------------------------------------------------------

TEST_F(RestinioPageTest, body_of_one_mebibyte_is_read_and_one_byte_more_is_413) {
  std::string body{kLogin};
  body.resize(http::kMaxBodySize, ' ');
  EXPECT_NE(ask(post("/login", body)).status, 413);
  body += ' ';
  RawAnswer const answer = ask(post("/login", body));
  EXPECT_EQ(answer.status, 413);
  EXPECT_TRUE(answer.body.starts_with(R"({"detail":")")) << answer.body;
}

TEST_F(RestinioPageTest, announced_size_far_over_the_limit_is_413_before_the_body_comes) {
  for (std::uint64_t const size : {std::uint64_t{http::kMaxBodySize + 16 * 1024 + 1}, std::uint64_t{99'999'999'999}}) {
    RawClient client = connect();
    std::string const length = "Content-Length: " + std::to_string(size) + "\r\n";
    EXPECT_EQ(client.ask("POST /login HTTP/1.1\r\nHost: test\r\n" + length + "\r\n").status, 413);
    EXPECT_TRUE(client.ends());
  }
}

TEST_F(RestinioPageTest, chunked_body_is_read_whatever_its_chunks) {
  std::string request = "POST /login HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (char const byte : kLogin) request += "1\r\n" + std::string{byte} + "\r\n";
  EXPECT_EQ(ask(request + "0\r\n\r\n").status, 200);
}

TEST_F(RestinioPageTest, chunked_body_over_the_limit_is_413) {
  std::string const chunk = "1000\r\n" + std::string(0x1000, ' ') + "\r\n";
  std::string request = "POST /login HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t size = 0; size <= http::kMaxBodySize; size += 0x1000) request += chunk;
  EXPECT_EQ(ask(request + "0\r\n\r\n").status, 413);
}

TEST_F(RestinioPageTest, a_head_of_79_kib_gets_an_answer_and_one_of_81_is_refused) {
  auto const with = [](std::size_t kibibytes) {
    return get("/claims",
               bearer(std::string(64 * 1024, 'a')) + "X: " + std::string((kibibytes - 64) * 1024, 'x') + "\r\n");
  };
  EXPECT_EQ(ask(with(79)).status, 422);
  EXPECT_NE(ask(with(81)).status, 422);
}

TEST_F(RestinioPageTest, header_of_a_mebibyte_is_refused) {
  RawClient client = connect();
  client.send(get("/claims", bearer(std::string(1024 * 1024, 'a'))));
  EXPECT_EQ(client.read_rest().find(" 200 "), std::string::npos);
  expect_serving();
}

TEST_F(RestinioPageTest, more_fields_than_128_are_refused) {
  std::string fields;
  for (int i = 0; i < 127; ++i) fields += "a: b\r\n";  // and Host
  EXPECT_EQ(ask(get("/claims", fields)).status, 401);
  EXPECT_EQ(ask(get("/claims", fields + "a: b\r\n")).status, 400);
}

// --- what is no request
// -------------------------------------------------------------------------------------------------

TEST_F(RestinioPageTest, what_is_no_http_gets_400) {
  for (std::string const& bytes :
       {std::string{"hello\r\n\r\n"}, get("/claims", "no colon\r\n"), get("/claims", bearer("\x01")),
        std::string{"FOO / HTTP/1.1\r\n\r\n"}, std::string(64, '\0')}) {
    RawClient client = connect();
    RawAnswer const answer = client.ask(bytes);
    EXPECT_EQ(answer.status, 400) << bytes;
    EXPECT_EQ(answer.body, R"({"detail":"Invalid HTTP request received."})");
  }
}

TEST_F(RestinioPageTest, body_that_two_servers_could_read_differently_is_refused) {
  for (std::string_view const fields :
       {"Content-Length: 2\r\nContent-Length: 3\r\n", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: +2\r\n", "Transfer-Encoding: identity\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: xchunked\r\n"}) {
    RawClient client = connect();
    std::string const request = "POST /login HTTP/1.1\r\nHost: test\r\n" + std::string{fields} + "\r\n0\r\n\r\n";
    EXPECT_EQ(client.ask(request + get("/claims")).status, 400) << fields;
    EXPECT_TRUE(client.ends()) << fields;
  }
}

// RESTinio's parser takes a blank before the colon for a part of the name.
TEST_F(RestinioPageTest, field_whose_name_is_no_token_is_400_and_ends_the_connection) {
  for (std::string_view const fields :
       {"Content-Length : 40\r\n", "Content-Length\t: 40\r\n", "Content Length: 40\r\n",
        "Transfer-Encoding : chunked\r\n", "Content-Length: 3\r\nContent-Length : 9\r\n", "X : y\r\n",
        "X: y\r\nAuthorization : Bearer x\r\n"}) {
    for (std::string_view const line : {"POST /login", "GET /claims"}) {
      RawClient client = connect();
      std::string const head = std::string{line} + " HTTP/1.1\r\nHost: test\r\n" + std::string{fields} + "\r\n";
      EXPECT_EQ(client.ask(head + "0\r\n\r\n" + std::string(40, ' ')).status, 400) << head;
      client.send(get("/claims"));
      EXPECT_EQ(client.read_rest(), "") << head;
    }
  }
}

// The parser and `body_framing` agree on where a body ends, or the request is refused.
TEST_F(RestinioPageTest, request_hidden_in_a_body_is_never_answered) {
  std::string const hidden = get("/nothing");
  std::string const size = std::to_string(hidden.size());
  std::string const chunks = "1\r\n \r\n0\r\n\r\n";
  for (auto const& [fields, body] : std::vector<std::pair<std::string, std::string>>{
           {"Content-Length: " + size + "\n", hidden},
           {"Content-Length:\r\n " + size + "\r\n", hidden},
           {"Content-Length:\r\n", hidden},
           {"Content-Length: 0\r\nContent-Length: " + size + "\n", hidden},
           {"Transfer-Encoding: chunked\n", chunks},
           {"Transfer-Encoding:\r\n chunked\r\n", chunks},
           {"Content-Length: 1\r\nTransfer-Encoding: chunked\n", chunks}}) {
    RawClient client = connect();
    client.send("POST /login HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n" + body);
    client.end_sending();
    EXPECT_EQ(client.read_rest().find(" 404 "), std::string::npos) << fields;
  }
}

TEST(RestinioBody, smaller_or_larger_than_announced_is_413) {
  using Kind = http::BodyFraming::Kind;
  EXPECT_EQ(detail::refusal({Kind::sized, 9}, 9), 0);
  EXPECT_EQ(detail::refusal({Kind::sized, 9}, 8), 413);
  EXPECT_EQ(detail::refusal({Kind::sized, 9}, 0), 413);
  EXPECT_EQ(detail::refusal({Kind::none}, 0), 0);
  EXPECT_EQ(detail::refusal({Kind::none}, 1), 413);
  EXPECT_EQ(detail::refusal({Kind::chunked}, http::kMaxBodySize), 0);
  EXPECT_EQ(detail::refusal({Kind::chunked}, http::kMaxBodySize + 1), 413);
  EXPECT_EQ(detail::refusal({Kind::malformed}, 0), 400);
}

// `std::string` refuses a size over its own limit as it refuses one without memory.
TEST(RestinioBody, chunk_without_memory_for_it_does_not_complete_the_body) {
  for (bool const is_over_the_limit : {false, true}) {
    restinio::incoming_http_msg_limits_t limits;
    if (!is_over_the_limit) limits.max_body_size(std::numeric_limits<std::uint64_t>::max());
    if (is_over_the_limit) limits.max_body_size(1);
    restinio::impl::http_parser_ctx_t context{limits};
    http_parser parser{};
    parser.data = &context;
    int const result = detail::on_body(&parser, "ab", is_over_the_limit ? 2 : std::string{}.max_size() + 1);
    EXPECT_EQ(context.m_message_complete, is_over_the_limit);
    if (!is_over_the_limit) {
      EXPECT_NE(result, 0);
    }
  }
}

TEST_F(RestinioPageTest, half_a_request_harms_nobody) {
  for (std::string_view const part :
       {"G", "GET /claims HTTP/1.1\r\nHo", "POST /login HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"}) {
    connect().send(part);
    RawClient client = connect();
    client.send(part);
    client.end_sending();
    EXPECT_EQ(client.read_answer().status, 400);
  }
  expect_serving();
}

TEST_F(RestinioPageTest, ten_thousand_garbage_requests_harm_nobody) {
  std::mt19937 random{20240229};
  std::string const good = get("/claims", bearer(token()));
  for (int i = 0; i < 10'000; ++i) {
    std::string bytes = good;
    if (i % 2 == 0) bytes.resize(random() % bytes.size());
    for (std::size_t flips = 1 + random() % 8; flips > 0 && !bytes.empty(); --flips) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    RawClient client = connect();
    client.send(bytes);
    client.end_sending();
    client.read_rest();
  }
  expect_serving();
}

// --- connections
// --------------------------------------------------------------------------------------------------------

TEST_F(RestinioServerTest, connection_over_the_bound_gets_503_until_another_ends) {
  start({.max_connections = 4});
  std::vector<RawClient> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(connect());
    EXPECT_EQ(clients.back().ask(get("/claims")).status, 401);
  }
  EXPECT_EQ(connect().read_answer().status, 503);
  clients.pop_back();
  EXPECT_EQ(ask_until_let_in(get("/claims")).status, 401);
  EXPECT_EQ(clients.front().ask(get("/claims")).status, 401);
}

TEST_F(RestinioServerTest, flood_of_connections_harms_nobody) {
  start({.max_connections = 4});
  {
    std::vector<RawClient> clients;
    for (int i = 0; i < 200; ++i) clients.push_back(connect());
  }
  expect_serving();
}

// RESTinio's own bound on connections counts such a connection for ever.
TEST_F(RestinioServerTest, connections_reset_before_they_are_accepted_take_no_place) {
  start({.max_connections = 4});
  RawClient busy = connect();
  busy.send(get("/waits"));
  entered_.get_future().wait();
  for (int i = 0; i < 20; ++i) connect().reset();
  leave_.set_value();
  EXPECT_EQ(busy.read_answer().status, 200);
  expect_serving();
}

TEST_F(RestinioServerTest, request_that_does_not_come_in_time_gets_408) {
  start({.read_timeout = 100ms});
  RawClient client = connect();
  EXPECT_EQ(client.ask("POST /login HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n{").status, 408);
  EXPECT_TRUE(client.ends());
}

TEST_F(RestinioServerTest, connection_without_a_request_is_closed_in_time) {
  start({.read_timeout = 100ms});
  EXPECT_TRUE(connect().ends());
  RawClient client = connect();
  EXPECT_EQ(client.ask(get("/claims")).status, 401);
  EXPECT_TRUE(client.ends());
}

TEST_F(RestinioServerTest, large_requests_over_the_bound_get_503_and_small_ones_are_served) {
  std::string const large(48 * 1024, ' ');
  routes_.post("/waits", [this] {
    entered_.set_value();
    leave_.get_future().wait();
    return json::string{"done"};
  });
  start({.threads = 2, .max_bytes_under_way = 64 * 1024});
  RawClient holder = connect();  // alone it fits; nothing before it, whose bytes may not have been given back yet
  holder.send(post("/waits", large));
  entered_.get_future().wait();
  EXPECT_EQ(ask(post("/login", large)).status, 503);
  EXPECT_EQ(ask(post("/login", kLogin)).status, 200);
  leave_.set_value();
  EXPECT_EQ(holder.read_answer().status, 200);
  EXPECT_EQ(ask_until_let_in(post("/login", large)).status, 422) << "the answer has given it back";
  EXPECT_EQ(holder.ask(post("/login", kLogin)).status, 200) << "the connection goes on";
}

TEST_F(RestinioServerTest, thread_that_cannot_be_had_ends_the_others) {
  int made = 0;
  detail::ServerLoop loop{3, 1, 1};
  auto const make_thread = [&made](auto const& run) {
    if (made == 2) throw std::system_error{std::make_error_code(std::errc::resource_unavailable_try_again)};
    ++made;
    return std::thread{run};
  };
  auto const work = asio::make_work_guard(loop.context());
  EXPECT_THROW(loop.start(make_thread), std::system_error);
  EXPECT_EQ(made, 2);
  EXPECT_FALSE(loop.running());
}

TEST_F(RestinioServerTest, several_threads_serve) {
  start({.threads = 3});
  std::string const request = get("/claims", bearer(token()));
  std::vector<std::future<int>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(std::async(std::launch::async, [this, &request] {
      RawClient client = connect();
      int good = 0;
      for (int n = 0; n < 200; ++n) good += client.ask(request).body == kFoo ? 1 : 0;
      return good;
    }));
  }
  for (auto& client : clients) EXPECT_EQ(client.get(), 200);
}

// --- where it serves
// ------------------------------------------------------------------------------------------------------

TEST_F(RestinioServerTest, ipv6_is_served) {
  start({.host = "::1"});
  EXPECT_EQ((RawClient{server_->port(), "::1"}.ask(get("/claims")).status), 401);
}

TEST_F(RestinioServerTest, taken_port_is_told) {
  ServerOptions const same{.port = start().port()};
  try {
    RestinioServer const second{routes_, same};
    FAIL();
  } catch (std::system_error const& error) {
    EXPECT_EQ(error.code(), std::errc::address_in_use);
  }
}

TEST_F(RestinioServerTest, host_that_is_no_address_is_told) {
  EXPECT_THROW(start({.host = "no host"}), std::invalid_argument);
}

// --- stopping
// ---------------------------------------------------------------------------------------------------------------

TEST_F(RestinioServerTest, stop_closes_idle_connections_at_once) {
  RestinioServer& server = start({.finish_within = 60s});
  RawClient fresh = connect();
  RawClient kept = connect();
  EXPECT_EQ(kept.ask(get("/claims")).status, 401);
  auto const before = std::chrono::steady_clock::now();
  server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 30s);
  EXPECT_TRUE(kept.ends());
  EXPECT_THROW(connect(), std::system_error);
}

TEST_F(RestinioServerTest, stop_answers_the_request_whose_body_is_coming) {
  RestinioServer& server = start({.finish_within = 60s});
  std::string const request = post("/login", kLogin);
  RawClient client = connect();
  EXPECT_EQ(client.ask(get("/nothing")).status, 404);
  client.send(request.substr(0, request.size() - 5));
  RawClient other = connect();
  EXPECT_EQ(other.ask(get("/nothing")).status, 404);  // the loop has gone round: the half above is read
  std::future<void> const stopped = std::async(std::launch::async, [&server] { server.stop(); });
  EXPECT_TRUE(other.ends());
  RawAnswer const answer = client.ask(std::string_view{request}.substr(request.size() - 5));
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.head.find("Connection: close\r\n"), std::string::npos) << answer.head;
  stopped.wait();
  EXPECT_TRUE(client.ends());
}

TEST_F(RestinioServerTest, stop_waits_for_the_handler_under_way) {
  RestinioServer& server = start();
  RawClient client = connect();
  client.send(get("/waits"));
  entered_.get_future().wait();
  std::future<void> const stopped = std::async(std::launch::async, [&server] { server.stop(); });
  leave_.set_value();
  EXPECT_EQ(client.read_answer().body, R"("done")");
  stopped.wait();
}

TEST_F(RestinioServerTest, stop_waits_no_longer_than_it_is_told) {
  RestinioServer& server = start({.finish_within = 50ms});
  RawClient client = connect();
  client.send("POST /login HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n{");
  EXPECT_EQ(ask(get("/nothing")).status, 404);
  server.stop();
  EXPECT_EQ(client.read_answer().status, 503);
  server.stop();
}

// --- RESTinio's own router
// ----------------------------------------------------------------------------------------------------

TEST_F(RestinioServerTest, handler_serves_in_the_router_of_restinio) {
  using Router = restinio::router::express_router_t<>;
  struct Traits : restinio::default_traits_t {
    using request_handler_t = Router;
  };
  auto router = std::make_unique<Router>();
  router->http_get("/claims", restinio_handler(authority_, [](AuthJWT& authorize) -> json::object {
                     authorize.jwt_required();
                     return {{"sub", authorize.get_raw_jwt()->at("sub")}};
                   }));
  router->http_get("/echo/:word", [this](restinio::request_handle_t const& request, auto const& parameters) {
    auto const echo = [&parameters] { return json::string{parameters["word"]}; };
    return restinio_answer(authority_, request, make_endpoint(echo));
  });
  std::uint16_t port = 0;
  restinio::server_settings_t<Traits> settings;
  settings.address("127.0.0.1").port(0).request_handler(std::move(router));
  settings.acceptor_post_bind_hook(
      [&port](asio::ip::tcp::acceptor& acceptor) { port = acceptor.local_endpoint().port(); });
  auto const server = restinio::run_async(restinio::own_io_context(), std::move(settings), 1);

  std::string const token = AuthJWT{authority_}.create_access_token("test");
  EXPECT_EQ(RawClient{port}.ask(get("/claims", bearer(token))).body, R"({"sub":"test"})");
  EXPECT_EQ(RawClient{port}.ask(get("/claims")).status, 401);
  EXPECT_EQ(RawClient{port}.ask(get("/echo/hello")).body, R"("hello")");
}

}  // namespace
}  // namespace authjwt::e2e
