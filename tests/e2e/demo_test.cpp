// The demo as a program: started, used over real sockets, and ended by signals.

#include "e2e/raw_client.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace authjwt::e2e {
namespace {

constexpr std::string_view kLogin = R"({"username":"test","password":"test"})";
constexpr std::string_view kFoo = R"({"foo":["fiz","baz"]})";
constexpr int kPatienceMs = 20'000;

/// A running program and what it writes, both channels in one.
class Process {
 public:
  Process(std::vector<std::string> arguments, std::vector<std::string> environment) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error{"pipe2"};
    output_ = ends[0];
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    int const error = ::posix_spawn(&id_, arguments[0].c_str(), &actions, nullptr, pointers(arguments).data(),
                                    pointers(environment).data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (error != 0) throw std::runtime_error{"posix_spawn"};
  }
  ~Process() {
    if (id_ > 0) {
      ::kill(id_, SIGKILL);
      ::waitpid(id_, nullptr, 0);
    }
    ::close(output_);
  }
  Process(Process const&) = delete;
  Process& operator=(Process const&) = delete;

  [[nodiscard]] pid_t id() const noexcept { return id_; }
  void signal(int number) const { ::kill(id_, number); }
  /// What was written until `text` came or the program closed its output.
  std::string const& read_until(std::string_view text) {
    char buffer[4096];
    pollfd file{output_, POLLIN, 0};
    while (written_.find(text) == std::string::npos && ::poll(&file, 1, kPatienceMs) == 1) {
      ssize_t const size = ::read(output_, buffer, sizeof buffer);
      if (size <= 0) break;
      written_.append(buffer, static_cast<std::size_t>(size));
    }
    return written_;
  }
  std::string const& read_all() { return read_until("\x04 never written"); }
  /// The exit status; -1 for a program that a signal ended, -2 for one that does not end.
  int wait() {
    int const handle = static_cast<int>(::syscall(SYS_pidfd_open, id_, 0));  // glibc 2.36 declares no C function
    pollfd file{handle, POLLIN, 0};
    int const ended = ::poll(&file, 1, kPatienceMs);
    ::close(handle);
    if (ended != 1) return -2;
    int status = 0;
    ::waitpid(std::exchange(id_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (std::string& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
  }

  pid_t id_ = 0;
  int output_ = -1;
  std::string written_;
};

std::string path_variable() {
  char const* const path = std::getenv("PATH");
  return std::string{"PATH="} + (path != nullptr ? path : "/usr/bin:/bin");
}

Process run(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
  arguments.insert(arguments.begin(), AUTHJWT_DEMO);
  return Process{std::move(arguments), std::move(environment)};
}

class Demo {
 public:
  explicit Demo(std::vector<std::string> environment = {}, std::string const& host = "127.0.0.1")
      : process_{run({"--host", host, "--port=0"}, std::move(environment))} {
    std::string const& greeting = process_.read_until("measure against.\n");
    std::size_t const start = greeting.find("Serving on http://");
    std::size_t const end = greeting.find_first_of(" ,\n", start + 18);
    if (start == std::string::npos || end == std::string::npos) throw std::runtime_error{"no greeting: " + greeting};
    std::string const address = greeting.substr(start, end - start);
    port_ = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] Process& process() noexcept { return process_; }
  RawClient connect() { return RawClient{port_}; }
  RawAnswer ask(std::string_view request) { return connect().ask(request); }
  RawAnswer ask_until_let_in(std::string_view request) { return e2e::ask_until_let_in(port_, request); }
  void expect_serving() {
    std::string const token = token_of(ask_until_let_in(post("/login", kLogin)));
    EXPECT_EQ(ask_until_let_in(get("/claims", bearer(token))).body, kFoo);
  }

 private:
  Process process_;
  std::uint16_t port_ = 0;
};

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

// --- what it cannot start with
// ----------------------------------------------------------------------------------------------

void expect_refusal(std::vector<std::string> arguments, std::string_view reason,
                    std::vector<std::string> environment = {}) {
  Process process = run(std::move(arguments), std::move(environment));
  std::string const& said = process.read_all();
  EXPECT_NE(said.find(reason), std::string::npos) << said;
  EXPECT_EQ(process.wait(), EXIT_FAILURE);
}

TEST(DemoTest, taken_port_is_told) {
  Demo demo;
  std::string const port = std::to_string(demo.port());
  expect_refusal({"--port", port}, "port " + port + " is taken; try make run PORT=9000\n");
  demo.expect_serving();
}

TEST(DemoTest, bad_arguments_are_told) {
  for (std::string const port : {"65536", "-1", "", "80a", "http"}) {
    expect_refusal({"--port", port}, "the port is a number from 0 to 65535, not \"" + port + "\"");
  }
  expect_refusal({"--host", "nowhere"}, "host \"nowhere\" is not an address");
  expect_refusal({"--host", "192.0.2.1", "--port", "0"}, "192.0.2.1 is not an address of this machine");
  expect_refusal({"--prot", "1"}, "there is no option --prot");
  expect_refusal({"--port"}, "--port needs a value");
}

TEST(DemoTest, bad_setting_is_told_by_name) {
  expect_refusal({"--port", "0"}, "authjwt_algorithm", {"AUTHJWT_ALGORITM=HS512"});
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
