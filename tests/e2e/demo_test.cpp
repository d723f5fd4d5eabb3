// The demo as a program: started, used over real sockets, and ended by signals.

#include "e2e/demo_program.hpp"
#include "e2e/process.hpp"
#include "e2e/raw_client.hpp"
#include "e2e/websocket_client.hpp"

#include <authjwt/base/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace authjwt::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Peak resident memory, in KiB.
long peak_memory(pid_t id) {
  std::ifstream status{"/proc/" + std::to_string(id) + "/status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
  }
  return 0;
}

/// The lines of the greeting that are commands.
std::string commands(std::string const& greeting) {
  std::size_t const start = greeting.find("  TOKEN=");
  return greeting.substr(start, greeting.find("\n\n", start) - start);
}

// --- used as a person would
// -----------------------------------------------------------------------------------------------

TEST(DemoTest, page_works) {
  Demo demo;
  demo.expect_serving();
  EXPECT_EQ(demo.ask(post("/login", R"({"username":"test","password":"no"})")).status, 401);
  EXPECT_EQ(demo.ask(post("/login", R"({"username":"test"})")).status, 422);
  EXPECT_EQ(demo.ask(get("/claims")).status, 401);
  EXPECT_EQ(demo.ask(get("/claims")).body, R"({"detail":"Missing Authorization Header"})");
  EXPECT_EQ(demo.ask(get("/claims", bearer("garbage"))).status, 422);
  EXPECT_EQ(demo.ask(get("/login")).status, 405);
  EXPECT_EQ(demo.ask(get("/nothing")).status, 404);
}

TEST(DemoTest, public_route_gives_the_answer_of_the_protected_one) {
  Demo demo;
  EXPECT_EQ(demo.ask(get("/public-claims")).body, kFoo);
}

TEST(DemoTest, printed_commands_work) {
  if (std::system("command -v curl > /dev/null") != 0) GTEST_SKIP() << "no curl here";
  for (std::string const host : {"127.0.0.1", "0.0.0.0", "::1"}) {
    Demo demo{{}, host};
    std::string const lines = commands(demo.process().read_until("measure against.\n"));
    Process shell{{"/bin/sh", "-c", lines + " --silent"}, {path_variable()}};
    EXPECT_EQ(shell.read_all(), kFoo) << lines;
    EXPECT_EQ(shell.wait(), 0);
  }
}

TEST(DemoTest, own_secret_comes_from_the_environment) {
  Demo first{{"AUTHJWT_SECRET_KEY=one secret of more than thirty-two bytes"}};
  Demo second{{"AUTHJWT_SECRET_KEY=other secret of more than thirty-two bytes"}};
  Demo public_one;
  std::string const request = get("/claims", bearer(token_of(first.ask(post("/login", kLogin)))));
  EXPECT_EQ(first.ask(request).status, 200);
  EXPECT_EQ(second.ask(request).status, 422);
  EXPECT_EQ(public_one.ask(request).status, 422);
  EXPECT_EQ(first.process().read_until("against").find("for trying out only"), std::string::npos);
  EXPECT_NE(public_one.process().read_until("against").find("for trying out only"), std::string::npos);
}

// --- pages
// --------------------------------------------------------------------------------------------------------------------

TEST(DemoTest, pages_run_nothing_but_what_it_serves) {
  Demo demo;
  for (std::string_view const path : {"/", "/demo.js", "/demo.css", "/docs"}) {
    RawAnswer const page = demo.ask(get(path));
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_THAT(page.head,
                HasSubstr("Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self';"));
    EXPECT_THAT(page.head, Not(HasSubstr("unsafe")));
    EXPECT_THAT(page.head, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
    EXPECT_THAT(page.body, Not(HasSubstr("<script>"))) << path;
  }
}

TEST(DemoTest, docs_are_swagger_ui_or_say_how_to_add_it) {
  Demo demo;
  std::string const page = demo.ask(get("/docs")).body;
  RawAnswer const bundle = demo.ask(get("/docs/swagger-ui-bundle.js"));
  if (bundle.status == 200) {
    EXPECT_THAT(page, HasSubstr("src=\"/docs/swagger-ui-bundle.js\""));
    EXPECT_THAT(bundle.head, HasSubstr("Content-Type: text/javascript; charset=utf-8\r\n"));
    EXPECT_THAT(demo.ask(get("/docs/LICENSE")).body, HasSubstr("Apache License"));
    EXPECT_THAT(demo.ask(get("/docs/NOTICE")).body, HasSubstr("SmartBear"));
  } else {
    EXPECT_EQ(bundle.status, 404);
    EXPECT_THAT(page, HasSubstr("scripts/setup.sh swagger"));
  }
}

TEST(DemoTest, description_has_the_api_and_no_pages) {
  Demo demo;
  json::value const description = json::read(demo.ask(get("/openapi.json")).body).value();
  json::object const& paths = description.at("paths").as_object();
  EXPECT_TRUE(paths.contains("/claims"));
  EXPECT_TRUE(paths.contains("/cookie/logout"));
  EXPECT_FALSE(paths.contains("/docs"));
  EXPECT_FALSE(paths.contains("/openapi.json"));
}

// --- cookies
// ------------------------------------------------------------------------------------------------------------------

TEST(DemoTest, cookies_need_the_csrf_header_where_something_changes) {
  Demo demo;
  Cookies const cookies{demo.ask(post("/cookie/login", kLogin))};
  ASSERT_EQ(cookies.values.size(), 4U);
  EXPECT_EQ(demo.ask(get("/cookie/claims", cookies.header())).body, kFoo);
  EXPECT_EQ(demo.ask(request("POST", "/cookie/claims", cookies.header())).status, 401);
  EXPECT_EQ(demo.ask(request("POST", "/cookie/claims", cookies.header_with("csrf_access_token"))).body, kFoo);
  EXPECT_EQ(demo.ask(request("POST", "/cookie/refresh", cookies.header_with("csrf_access_token"))).status, 401);
  EXPECT_EQ(demo.ask(request("POST", "/cookie/refresh", cookies.header_with("csrf_refresh_token"))).status, 200);
}

TEST(DemoTest, websocket_is_for_pages_of_its_own_origin) {
  Demo demo;
  Cookies const cookies{demo.ask(post("/cookie/login", kLogin))};
  std::string const target = "/ws?csrf_token=" + cookies.values.at("csrf_access_token");
  std::string const port = std::to_string(demo.port());
  auto const status = [&](std::string const& origin) {
    return demo.ask(upgrade(target, cookies.header() + "Origin: " + origin + "\r\n")).status;
  };
  EXPECT_EQ(status("http://127.0.0.1:" + port), 101);
  EXPECT_EQ(status("http://localhost:" + port), 101);
  EXPECT_EQ(status("https://127.0.0.1:" + port), 403);
  EXPECT_EQ(status("http://127.0.0.1:1" + port), 403);
  EXPECT_EQ(status("http://127.0.0.1"), 403);
  EXPECT_EQ(demo.ask(upgrade(target, cookies.header())).status, 403);
}

TEST(DemoTest, environment_wins_over_the_choices_of_the_demo) {
  Demo without_cookies{{"AUTHJWT_TOKEN_LOCATION=headers"}};
  EXPECT_EQ(without_cookies.ask(post("/cookie/login", kLogin)).status, 404);
  without_cookies.expect_serving();
  Demo other{{"authjwt_websocket_origins=https://app.example.com", "AuthJWT_Cookie_SameSite=strict"}};
  RawAnswer const login = other.ask(post("/cookie/login", kLogin));
  EXPECT_THAT(login.head, HasSubstr("SameSite=strict"));
  Cookies const cookies{login};
  std::string const target = "/ws?csrf_token=" + cookies.values.at("csrf_access_token");
  std::string const own = "Origin: http://127.0.0.1:" + std::to_string(other.port()) + "\r\n";
  EXPECT_EQ(other.ask(upgrade(target, cookies.header() + own)).status, 403);
  EXPECT_EQ(other.ask(upgrade(target, cookies.header() + "Origin: https://app.example.com\r\n")).status, 101);
}

// --- what it cannot start with
// ----------------------------------------------------------------------------------------------

void expect_refusal(std::vector<std::string> arguments, std::string_view reason,
                    std::vector<std::string> environment = {}) {
  Process process = run_demo(std::move(arguments), std::move(environment));
  std::string const& said = process.read_all();
  EXPECT_NE(said.find(reason), std::string::npos) << said;
  EXPECT_EQ(process.wait(), EXIT_FAILURE);
}

TEST(DemoTest, taken_port_is_told) {
  Demo demo;
  std::string const port = std::to_string(demo.port());
  expect_refusal({"--port", port, "--log", "memory"}, "port " + port + " is taken; try make run PORT=9000\n");
  demo.expect_serving();
}

TEST(DemoTest, bad_arguments_are_told) {
  for (std::string const port : {"65536", "-1", "", "80a", "http"}) {
    expect_refusal({"--port", port}, "the port is a number from 0 to 65535, not \"" + port + "\"");
  }
  expect_refusal({"--host", "no where", "--port", "0", "--log", "memory"}, "host \"no where\" is not an address");
  expect_refusal({"--host", "nowhere", "--log", "memory"}, "host \"nowhere\" is not an address");
  expect_refusal({"--host", "192.0.2.1", "--port", "0", "--log", "memory"},
                 "192.0.2.1 is not an address of this machine");
  expect_refusal({"--prot", "1"}, "there is no option --prot");
  expect_refusal({"--port"}, "--port needs a value");
  for (std::string const log : {"", "sqlite:", "authjwt.db", "memory:"}) {
    expect_refusal({"--port", "0", "--log", log},
                   "the log is sqlite:FILE, redis://HOST:PORT or memory, not \"" + log + "\"");
  }
  expect_refusal({"--port", "0", "--log", "redis://"}, "the host is missing");
  expect_refusal({"--port", "0", "--log", "sqlite:/no/such/folder/file"}, "/no/such/folder/file: it cannot be opened");
}

TEST(DemoTest, bad_setting_is_told_by_name) {
  expect_refusal({"--port", "0"}, "authjwt_algorithm", {"AUTHJWT_ALGORITM=HS512"});
  expect_refusal({"--port", "0"}, "leave AUTHJWT_SESSIONS_ENABLED out", {"AUTHJWT_SESSIONS_ENABLED=false"});
}

// --- signals
// ------------------------------------------------------------------------------------------------------------------

TEST(DemoTest, either_signal_ends_it_with_success) {
  for (int const number : {SIGINT, SIGTERM}) {
    Demo demo;
    RawClient idle = demo.connect();
    EXPECT_EQ(idle.ask(get("/public-claims")).status, 200);
    demo.process().signal(number);
    EXPECT_TRUE(idle.ends());
    EXPECT_EQ(demo.process().wait(), EXIT_SUCCESS);
  }
}

TEST(DemoTest, signal_during_a_request_lets_it_finish) {
  for (int const number : {SIGINT, SIGTERM}) {
    Demo demo;
    std::string const request = post("/login", kLogin);
    RawClient client = demo.connect();
    RawClient idle = demo.connect();
    client.send(std::string_view{request}.substr(0, request.size() - 5));
    EXPECT_EQ(idle.ask(get("/public-claims")).status, 200);
    demo.process().signal(number);
    EXPECT_TRUE(idle.ends());
    EXPECT_EQ(client.ask(std::string_view{request}.substr(request.size() - 5)).status, 200);
    EXPECT_EQ(demo.process().wait(), EXIT_SUCCESS);
  }
}

TEST(DemoTest, second_signal_ends_it_at_once) {
  Demo demo;
  RawClient stuck = demo.connect();
  RawClient idle = demo.connect();
  stuck.send("POST /login HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n{");
  EXPECT_EQ(idle.ask(get("/public-claims")).status, 200);
  demo.process().signal(SIGINT);
  EXPECT_TRUE(idle.ends());
  demo.process().signal(SIGINT);
  EXPECT_EQ(demo.process().wait(), -1);
}

// --- hostile
// ------------------------------------------------------------------------------------------------------------------

TEST(DemoTest, large_bodies_cost_bounded_memory) {
  Demo demo;
  demo.expect_serving();
  long const before = peak_memory(demo.process().id());
  std::string one_byte_chunks = "POST /login HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 1'000'000; ++i) one_byte_chunks += "1\r\nx\r\n";
  std::vector<RawClient> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(demo.connect());
    clients.back().send(one_byte_chunks);  // no end: all eight are held
  }
  RawClient endless = demo.connect();
  endless.send("POST /login HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n");
  std::string const chunk = "100000\r\n" + std::string(0x100000, 'x') + "\r\n";
  int taken = 0;
  while (taken < 64 && endless.send(chunk)) ++taken;
  EXPECT_LT(taken, 64);
  demo.expect_serving();
  // A body may be twice a mebibyte, and is held twice while it grows.
  EXPECT_LT(peak_memory(demo.process().id()) - before, 9 * 4 * 1024 + 8 * 1024);
}

TEST(DemoTest, connections_reset_while_it_is_stopped_take_no_place) {
  Demo demo;
  demo.process().signal(SIGSTOP);
  for (int i = 0; i < 600; ++i) demo.connect().reset();
  demo.process().signal(SIGCONT);
  demo.expect_serving();
}

TEST(DemoTest, more_connections_than_the_bound_leave_it_serving) {
  Demo demo;
  {
    std::vector<RawClient> clients;
    for (int i = 0; i < 700; ++i) clients.push_back(demo.connect());
  }
  demo.expect_serving();
}

}  // namespace
}  // namespace authjwt::e2e
