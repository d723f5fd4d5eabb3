// Another issuer's keys, from a server that is slow, down, huge, redirecting, rotating, or talks rubbish.

#include "e2e/key_server.hpp"
#include "support/in_a_fork.hpp"
#include "support/said.hpp"
#include "support/temporary_folder.hpp"
#include "unit/support.hpp"

#include <authjwt/remote/remote_keys.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt::e2e {
namespace {

using namespace std::chrono_literals;
using remote::RemoteKeys;
using test::kNow;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Options = RemoteKeys::Options;

// --- what the tests share
// ---------------------------------------------------------------------

Key ec_key(std::string kid) { return Key::generate(Algorithm::ES256, {.kid = std::move(kid)}).value(); }
Key const& first_key() {
  static Key const key = ec_key("first");
  return key;
}
Key const& second_key() {
  static Key const key = ec_key("second");
  return key;
}
std::string jwks_of(std::vector<Key> keys) { return KeySet::from_keys(std::move(keys)).value().to_public_jwks(); }

KeyServer::Handler serving(std::string body, std::string cache_control = "") {
  return [=](httplib::Request const&, httplib::Response& response) {
    if (!cache_control.empty()) response.set_header("Cache-Control", cache_control);
    response.set_content(body, "text/plain");
  };
}
KeyServer::Handler failing(int status = 500) {
  return [=](httplib::Request const&, httplib::Response& response) { response.status = status; };
}
KeyServer::Handler redirecting(std::string to) {
  return [=](httplib::Request const&, httplib::Response& response) { response.set_redirect(to); };
}

/// Fetches at once, and by itself not again while a test runs.
Options calm(Said& lines) { return {.allow_http = true, .log = lines.hook()}; }
/// Fetches all the time.
Options eager(Said& lines) {
  return {.allow_http = true,
          .min_fresh = 1ms,
          .max_fresh = 2ms,
          .first_retry = 1ms,
          .last_retry = 2ms,
          .cool_down = 1ms,
          .log = lines.hook()};
}

std::vector<std::string> kids(KeySource const& source) {
  std::vector<std::string> names;
  Result<KeySet> const keys = source.keys();
  if (!keys) return {std::string{name(keys.error().code())}};
  for (Key const& key : keys->keys()) names.push_back(key.kid());
  return names;
}

/// Why a server's answer is of no use.
std::string complaint(KeyServer const& server, Options options = {}) {
  Said lines;
  options.allow_http = true;
  options.log = lines.hook();
  RemoteKeys const keys{server.url(), options};
  EXPECT_TRUE(lines.wait_for("cannot be fetched"));
  EXPECT_THAT(kids(keys), ElementsAre("unavailable"));
  return lines.all();
}

// --- fetching
// ---------------------------------------------------------------------

TEST(RemoteKeys, are_there_after_the_first_fetch_and_unavailable_before) {
  std::promise<void> may_answer;
  std::shared_future<void> const answer = may_answer.get_future().share();
  KeyServer server{[&, answer](auto const&, httplib::Response& response) {
    answer.wait();
    response.set_content(jwks_of({first_key()}), "application/json");
  }};
  Said lines;
  RemoteKeys const keys{server.url(), calm(lines)};
  EXPECT_THAT(kids(keys), ElementsAre("unavailable"));
  EXPECT_FALSE(keys.wait_for_keys(1ms));
  may_answer.set_value();
  EXPECT_TRUE(keys.wait_for_keys(20s));
  EXPECT_THAT(kids(keys), ElementsAre("first"));
  EXPECT_THAT(lines.lines(), IsEmpty());
}

TEST(RemoteKeys, verify_the_tokens_of_two_issuers_with_keys_of_the_same_kid) {
  Key const one = ec_key("1");
  Key const two = ec_key("1");
  KeyServer first{serving(jwks_of({one}))};
  KeyServer second{serving(jwks_of({two}))};
  Said lines;
  auto const source_of = [&](KeyServer const& server) {
    auto keys = std::make_shared<RemoteKeys>(server.url(), calm(lines));
    EXPECT_TRUE(keys->wait_for_keys(20s));
    return keys;
  };
  Hooks hooks;
  hooks.trusted_issuers = {{"https://one", source_of(first), {Algorithm::ES256}, "api"},
                           {"https://two", source_of(second), {Algorithm::ES256}, "api"}};
  test::Service const service{Settings{}, std::move(hooks)};
  auto const judged = [&](Key const& key, std::string const& issuer) {
    std::string const payload = R"({"iss":")" + issuer + R"(","aud":"api","exp":)" + std::to_string(kNow + 60) + "}";
    std::string const token = jws::sign(R"({"alg":"ES256","kid":"1"})", payload, key, Algorithm::ES256).value();
    return test::outcome(service.authority.verify(token));
  };
  EXPECT_EQ(judged(one, "https://one"), "ok");
  EXPECT_EQ(judged(two, "https://two"), "ok");
  EXPECT_EQ(judged(one, "https://two"), "invalid_signature");
  EXPECT_EQ(judged(two, "https://one"), "invalid_signature");
}

TEST(RemoteKeys, are_fetched_again_in_the_background_before_they_are_stale) {
  KeyServer server{serving(jwks_of({first_key()}), "max-age=0")};
  Said lines;
  RemoteKeys const keys{server.url(), {.allow_http = true, .min_fresh = 1ms, .log = lines.hook()}};
  ASSERT_TRUE(server.wait_for_hits(2));  // `max_fresh` is an hour: Cache-Control was heeded
  server.set_handler(serving(jwks_of({second_key()}), "max-age=0"));
  EXPECT_TRUE(soon([&] { return kids(keys) == std::vector<std::string>{"second"}; }));
}

TEST(RemoteKeys, of_a_server_that_is_down_are_unavailable_until_it_is_up) {
  KeyServer server{failing()};
  Said lines;
  RemoteKeys const keys{server.url(), eager(lines)};
  ASSERT_TRUE(server.wait_for_hits(4));
  EXPECT_THAT(kids(keys), ElementsAre("unavailable"));
  server.set_handler(serving(jwks_of({first_key()})));
  EXPECT_TRUE(keys.wait_for_keys(20s));
  ASSERT_TRUE(lines.wait_for("can be fetched again"));
  std::vector<std::string> const all = lines.lines();
  ASSERT_THAT(all, SizeIs(2));  // one line for each change, however many fetches failed
  EXPECT_EQ(all[0], "the keys of " + server.url() + " cannot be fetched: the status is 500");
}

TEST(RemoteKeys, of_nobody_who_listens_are_unavailable) {
  std::string url;
  {
    KeyServer const gone{failing()};
    url = gone.url();
  }
  Said lines;
  RemoteKeys const keys{url, eager(lines)};
  ASSERT_TRUE(lines.wait_for("cannot be fetched"));
  EXPECT_THAT(kids(keys), ElementsAre("unavailable"));
}

TEST(RemoteKeys, that_were_good_last_stay_in_use_through_an_outage) {
  KeyServer server{serving(jwks_of({first_key()}))};
  Said lines;
  RemoteKeys const keys{server.url(), eager(lines)};
  ASSERT_TRUE(keys.wait_for_keys(20s));
  for (KeyServer::Handler const& trouble : {failing(), failing(404), serving("<html>"), serving(R"({"keys":[]})")}) {
    server.set_handler(trouble);
    ASSERT_TRUE(server.wait_for_hits(server.hits() + 3));
    EXPECT_THAT(kids(keys), ElementsAre("first"));
  }
  EXPECT_THAT(lines.lines(), ElementsAre(HasSubstr("the last ones stay in use")));
}

TEST(RemoteKeys, that_are_older_than_max_age_are_unavailable) {
  KeyServer server{serving(jwks_of({first_key()}))};
  Said lines;
  Options options = eager(lines);
  options.max_age = 50ms;
  RemoteKeys const keys{server.url(), options};
  ASSERT_TRUE(server.wait_for_hits(2));
  server.set_handler(failing());
  ASSERT_TRUE(lines.wait_for("too old"));
  EXPECT_THAT(kids(keys), ElementsAre("unavailable"));
  server.set_handler(serving(jwks_of({second_key()})));
  EXPECT_TRUE(soon([&] { return kids(keys) == std::vector<std::string>{"second"}; }));
}

// --- an unknown kid
// ---------------------------------------------------------------------

TEST(RemoteKeys, an_unknown_kid_has_them_fetched_at_once) {
  KeyServer server{serving(jwks_of({first_key()}))};
  Said lines;
  Options options = calm(lines);
  options.cool_down = 1ms;
  RemoteKeys keys{server.url(), options};
  ASSERT_TRUE(keys.wait_for_keys(20s));
  server.set_handler(serving(jwks_of({first_key(), second_key()})));
  // Again and again, since the first fetch is over a moment after its keys are there.
  EXPECT_TRUE(soon([&] { return keys.ask_for_newer() && kids(keys).size() == 2; }));
}

TEST(RemoteKeys, an_unknown_kid_after_a_fetch_that_failed_cannot_be_known) {
  KeyServer server{serving(jwks_of({first_key()}))};
  Said lines;
  Options options = calm(lines);
  options.max_fresh = options.min_fresh = 1ms;
  options.first_retry = options.last_retry = 60s;
  RemoteKeys keys{server.url(), options};
  ASSERT_TRUE(keys.wait_for_keys(20s));
  server.set_handler(serving("rubbish"));
  ASSERT_TRUE(lines.wait_for("cannot be fetched"));
  int const hits = server.hits();
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(keys.ask_for_newer());
  EXPECT_EQ(server.hits(), hits) << "and nothing is fetched for it";
}

TEST(RemoteKeys, an_unknown_kid_asks_for_nothing_within_the_cool_down) {
  KeyServer server{serving(jwks_of({first_key()}))};
  Said lines;
  RemoteKeys keys{server.url(), calm(lines)};
  ASSERT_TRUE(keys.wait_for_keys(20s));
  // The fetch is over a moment after its keys are there.
  ASSERT_TRUE(soon([&] { return !keys.ask_for_newer(); }));
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(keys.ask_for_newer());
  EXPECT_EQ(server.hits(), 1);
}

TEST(RemoteKeys, any_number_of_unknown_kids_make_one_fetch_at_a_time) {
  KeyServer server{serving(jwks_of({first_key()}))};
  Said lines;
  Options options = calm(lines);
  options.cool_down = 1ms;
  options.timeout = 60s;
  RemoteKeys keys{server.url(), options};
  ASSERT_TRUE(keys.wait_for_keys(20s));
  server.set_handler([&](auto const&, httplib::Response&) { server.hold(); });
  ASSERT_TRUE(soon([&] { return keys.ask_for_newer() && server.hits() == 2; }));
  std::vector<std::jthread> threads;
  std::atomic<int> told_to_wait{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < 250; ++call) told_to_wait += keys.ask_for_newer() && keys.keys() ? 1 : 0;
    });
  }
  threads.clear();
  EXPECT_EQ(told_to_wait, 1000);
  EXPECT_EQ(server.hits(), 2);
  EXPECT_THAT(kids(keys), ElementsAre("first"));
}

// --- what is of no use
// ---------------------------------------------------------------------

TEST(RemoteKeys, rubbish_is_no_set) {
  KeyServer server{failing()};
  for (std::string_view body : {"", "{", "[]", "null", "<html>", "{}", R"({"keys":{}})", R"({"keys":[7]})",
                                R"({"keys":[],"keys":[]})", R"({"keys":[{"kty":"EC"}]})", R"({"keys":[]})", "\xff"}) {
    server.set_handler(serving(std::string{body}));
    EXPECT_THAT(complaint(server), HasSubstr("cannot be fetched")) << body;
  }
}

TEST(RemoteKeys, a_set_with_a_secret_is_refused) {
  KeyServer server{failing()};
  Key const secret = test::hmac_key().with_kid("s");
  SecretBytes const jwks = KeySet::from_keys({secret}).value().to_private_jwks().value();
  server.set_handler(serving(std::string{jwks.expose_secret()}));
  EXPECT_THAT(complaint(server), HasSubstr("the answer holds a secret"));
  std::string const jwk{secret.to_private_jwk().value().expose_secret()};
  server.set_handler(serving(R"({"keys":[)" + jwk + "," + first_key().to_public_jwk() + "]}"));
  EXPECT_THAT(complaint(server), HasSubstr("secrets"));
}

TEST(RemoteKeys, a_private_key_that_was_published_is_passed_over) {
  std::string const leaked{first_key().to_private_jwk().value().expose_secret()};
  KeyServer server{serving(R"({"keys":[)" + leaked + "," + second_key().to_public_jwk() + "]}")};
  Said lines;
  RemoteKeys const keys{server.url(), calm(lines)};
  ASSERT_TRUE(keys.wait_for_keys(20s));
  EXPECT_THAT(kids(keys), ElementsAre("second"));
  std::string const half = Key::from_jwk(first_key().with_kid("half").to_public_jwk()).value().to_public_jwk();
  server.set_handler(serving(R"({"keys":[)" + leaked + "," + half + "]}"));
  EXPECT_THAT(complaint(server), HasSubstr("no key that can be used")) << "by whatever name its public half is there";
}

TEST(RemoteKeys, an_answer_may_be_as_large_as_max_size_and_no_larger) {
  std::string const jwks = jwks_of({first_key()});
  KeyServer server{serving(jwks)};
  Said lines;
  Options options = calm(lines);
  options.max_size = jwks.size();
  RemoteKeys const keys{server.url(), options};
  EXPECT_TRUE(keys.wait_for_keys(20s));
  server.set_handler(serving(jwks + " "));
  EXPECT_THAT(complaint(server, {.max_size = jwks.size()}), HasSubstr("too large"));
}

TEST(RemoteKeys, an_answer_without_end_is_given_up) {
  KeyServer server{[](auto const&, httplib::Response& response) {
    response.set_chunked_content_provider("application/json", [](std::size_t, httplib::DataSink& sink) {
      static std::string const blanks(16'384, ' ');
      return sink.write(blanks.data(), blanks.size());
    });
  }};
  EXPECT_THAT(complaint(server), HasSubstr("too large"));
}

TEST(RemoteKeys, headers_of_60_kib_are_read_and_of_68_kib_given_up) {
  auto const with = [](int fields) -> KeyServer::Handler {
    return [fields](auto const&, httplib::Response& response) {
      for (int i = 0; i < fields; ++i) response.set_header("X-" + std::to_string(i), std::string(4'096, 'x'));
      response.set_content(jwks_of({first_key()}), "application/json");
    };
  };
  KeyServer server{with(15)};
  Said lines;
  RemoteKeys const keys{server.url(), calm(lines)};
  EXPECT_TRUE(keys.wait_for_keys(20s));
  server.set_handler(with(17));
  EXPECT_THAT(complaint(server), HasSubstr("too large"));
}

TEST(RemoteKeys, an_answer_that_drips_is_given_up_in_time) {
  KeyServer server{failing()};
  server.set_handler([&](auto const&, httplib::Response& response) {
    response.set_chunked_content_provider("application/json", [&](std::size_t, httplib::DataSink& sink) {
      server.hold(5ms);
      return !server.is_released() && sink.write(" ", 1);
    });
  });
  EXPECT_THAT(complaint(server, {.timeout = 200ms}), HasSubstr("Timeout"));
}

TEST(RemoteKeys, an_answer_that_does_not_come_is_given_up_in_time) {
  KeyServer server{failing()};
  server.set_handler([&](auto const&, httplib::Response&) { server.hold(); });
  EXPECT_THAT(complaint(server, {.timeout = 100ms}), HasSubstr("Timeout"));
}

TEST(RemoteKeys, end_at_once_while_a_fetch_is_under_way) {
  KeyServer server{failing()};
  server.set_handler([&](auto const&, httplib::Response&) { server.hold(); });
  Said lines;
  Options options = calm(lines);
  options.timeout = 60s;
  auto keys = std::make_unique<RemoteKeys>(server.url(), options);
  ASSERT_TRUE(server.wait_for_hits(1));
  auto const begun = std::chrono::steady_clock::now();
  keys.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 30s);
  EXPECT_THAT(lines.lines(), IsEmpty());
}

// --- redirects
// ---------------------------------------------------------------------

TEST(RemoteKeys, three_redirects_within_the_same_service_are_followed) {
  KeyServer server{[](httplib::Request const& request, httplib::Response& response) {
    if (request.path == "/jwks.json") return response.set_redirect("/elsewhere");
    if (request.path == "/elsewhere") return response.set_redirect("/again", 307);
    if (request.path == "/again") return response.set_redirect("/and_again", 308);
    response.set_content(jwks_of({first_key()}), "application/json");
  }};
  Said lines;
  RemoteKeys const keys{server.url(), calm(lines)};
  EXPECT_TRUE(keys.wait_for_keys(20s));
  EXPECT_EQ(server.hits(), 4);
}

TEST(RemoteKeys, a_redirect_to_another_service_is_not_followed) {
  KeyServer target{serving(jwks_of({first_key()}))};
  KeyServer server{failing()};
  std::string const own_port = std::to_string(server.port());
  for (std::string const& to : {target.url(), server.url("/x", "localhost"), "//localhost:" + own_port + "/x",
                                "https://127.0.0.1:" + own_port, "http://user@127.0.0.1:" + own_port + "/x",
                                std::string{"file:///etc/hostname"}, std::string{"ftp://127.0.0.1/x"}}) {
    server.set_handler(redirecting(to));
    EXPECT_THAT(complaint(server), HasSubstr("redirects to another service")) << to;
  }
  EXPECT_EQ(target.hits(), 0);
}

TEST(RemoteKeys, redirects_that_go_round_are_not_followed_for_ever) {
  KeyServer server{redirecting("/jwks.json")};
  EXPECT_THAT(complaint(server), HasSubstr("too often"));
  EXPECT_EQ(server.hits(), 4);
}

// --- https
// ---------------------------------------------------------------------

TEST(RemoteKeys, come_over_https_from_a_server_that_ca_file_vouches_for) {
  SelfSigned const identity;
  TemporaryFolder const folder;
  std::string const authorities = folder.write("authorities.pem", identity.pem());
  KeyServer server{serving(jwks_of({first_key()})), identity};
  Said lines;
  RemoteKeys const keys{server.url(), {.ca_file = authorities, .log = lines.hook()}};
  EXPECT_TRUE(keys.wait_for_keys(20s));
  EXPECT_THAT(kids(keys), ElementsAre("first"));
}

TEST(RemoteKeys, come_from_nobody_whom_nobody_vouches_for) {
  SelfSigned const identity;
  SelfSigned const another;
  TemporaryFolder const folder;
  std::string const others = folder.write("others.pem", another.pem());
  std::string const its_own = folder.write("its_own.pem", identity.pem());
  KeyServer server{serving(jwks_of({first_key()})), identity};
  Said unknown;
  RemoteKeys const by_system{server.url(), {.log = unknown.hook()}};
  Said wrong;
  RemoteKeys const by_others{server.url(), {.ca_file = others, .log = wrong.hook()}};
  Said name;
  RemoteKeys const by_name{server.url("/", "localhost"), {.ca_file = its_own, .log = name.hook()}};
  EXPECT_TRUE(unknown.wait_for("cannot be fetched"));
  EXPECT_TRUE(wrong.wait_for("cannot be fetched"));
  EXPECT_TRUE(name.wait_for("cannot be fetched"));
  EXPECT_EQ(server.hits(), 0);
}

TEST(RemoteKeys, are_not_led_from_https_to_http) {
  SelfSigned const identity;
  TemporaryFolder const folder;
  std::string const authorities = folder.write("authorities.pem", identity.pem());
  KeyServer plain{serving(jwks_of({first_key()}))};
  KeyServer server{redirecting(plain.url()), identity};
  Said lines;
  RemoteKeys const keys{server.url(), {.allow_http = true, .ca_file = authorities, .log = lines.hook()}};
  EXPECT_TRUE(lines.wait_for("redirects to another service"));
  EXPECT_EQ(plain.hits(), 0);
}

// --- forks, options
// ---------------------------------------------------------------------

TEST(RemoteKeys, a_fork_has_those_of_its_parent_and_fetches_by_itself) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer ends a fork that starts threads";
#endif
  KeyServer server{serving(jwks_of({first_key()}))};
  Said lines;
  Options options = calm(lines);
  options.cool_down = 1ms;
  options.log = nullptr;  // its lock may be held in the fork
  RemoteKeys keys{server.url(), options};
  ASSERT_TRUE(keys.wait_for_keys(20s));
  server.set_handler(serving(jwks_of({second_key()})));
  EXPECT_TRUE(in_a_fork([&] {
    if (!keys.keys()) return false;
    return soon([&] { return kids(keys) == std::vector<std::string>{"second"}; });
  }));
  EXPECT_THAT(kids(keys), ElementsAre("first"));
}

/// A server in a process of its own, whose locks of OpenSSL are not those of the test.
class ServerElsewhere {
 public:
  explicit ServerElsewhere(SelfSigned const& identity) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error{"pipe"};
    id_ = ::fork();
    if (id_ == 0) serve(identity, ends[1]);
    ::close(ends[1]);
    std::array<char, 64> text{};
    ssize_t const size = ::read(ends[0], text.data(), text.size());
    ::close(ends[0]);
    if (size <= 0) throw std::runtime_error{"no server"};
    url_.assign(text.data(), static_cast<std::size_t>(size));
  }
  ~ServerElsewhere() {
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  ServerElsewhere(ServerElsewhere const&) = delete;
  ServerElsewhere& operator=(ServerElsewhere const&) = delete;

  [[nodiscard]] std::string const& url() const noexcept { return url_; }

 private:
  [[noreturn]] static void serve(SelfSigned const& identity, int out) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    KeyServer const server{serving(jwks_of({first_key()})), identity};
    std::string const url = server.url();
    if (::write(out, url.data(), url.size()) < 0) ::_exit(1);
    for (;;) ::pause();
  }

  pid_t id_ = -1;
  std::string url_;
};

TEST(RemoteKeys, a_fork_in_the_middle_of_a_fetch_has_no_lock_of_its_parents) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer ends a fork that starts threads";
#endif
  SelfSigned const identity;
  TemporaryFolder const folder;
  std::string const authorities = folder.write("authorities.pem", identity.pem());
  ServerElsewhere const server{identity};
  auto const latest = std::chrono::milliseconds{20};
  for (auto when = 0ms; when < latest; ++when) {
    RemoteKeys keys{server.url(), {.ca_file = authorities, .log = [](auto) {}}};
    auto const begun = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - begun < when) std::this_thread::yield();
    EXPECT_TRUE(in_a_fork([&keys] { return Key::generate(Algorithm::ES256) && keys.wait_for_keys(20s); }))
        << when.count();
  }
}

TEST(RemoteKeys, urls_that_are_not_https_or_have_more_than_an_address_are_refused) {
  auto const refused = [](std::string const& url, bool allow_http = false) {
    return test::thrown<std::invalid_argument>([&] {
      return RemoteKeys{url, {.allow_http = allow_http, .log = [](auto) {}}}, 0;
    });
  };
  EXPECT_THAT(refused("http://issuer.example/jwks"), HasSubstr("allow_http"));
  for (char const* url : {"ftp://issuer.example/jwks", "file:///etc/passwd", "gopher://issuer.example"}) {
    EXPECT_NE(refused(url), "nothing was thrown") << url;
    EXPECT_NE(refused(url, true), "nothing was thrown") << url;
  }
  for (char const* url :
       {"", "issuer.example", "//issuer.example", "https://", "https:///x", "https://a b/",
        "https://user@issuer.example/", "https://user:secret@issuer.example/", "https://issuer.example/\n",
        "https://issuer.example/\xc3\xa4", "https://issuer.example:99999/"}) {
    EXPECT_THAT(refused(url), HasSubstr("has a user")) << url;
  }
  EXPECT_THAT(refused("https://issuer.example/jwks#key"), HasSubstr("fragment"));
}

TEST(RemoteKeys, the_query_of_the_url_is_not_told) {
  KeyServer server{failing()};
  Said lines;
  RemoteKeys const keys{server.url("/jwks?token=hush"), calm(lines)};
  ASSERT_TRUE(lines.wait_for("cannot be fetched"));
  EXPECT_THAT(lines.all(), ::testing::Not(HasSubstr("hush")));
}

TEST(RemoteKeys, options_that_make_no_sense_are_refused) {
  auto const refused = [](Options const& options) {
    return test::thrown<std::invalid_argument>([&] { return RemoteKeys{"https://127.0.0.1:1/", options}, 0; });
  };
  EXPECT_THAT(refused({.timeout = 0ms}), HasSubstr("timeout"));
  EXPECT_THAT(refused({.timeout = 60'001ms}), HasSubstr("timeout"));
  EXPECT_THAT(refused({.max_size = 0}), HasSubstr("max_size"));
  EXPECT_THAT(refused({.max_size = kMaxKeyTextSize + 1}), HasSubstr("max_size"));
  EXPECT_THAT(refused({.min_fresh = 0ms}), HasSubstr("min_fresh"));
  EXPECT_THAT(refused({.min_fresh = 2h}), HasSubstr("min_fresh"));
  EXPECT_THAT(refused({.first_retry = 0ms}), HasSubstr("first_retry"));
  EXPECT_THAT(refused({.first_retry = 2s, .last_retry = 1s}), HasSubstr("first_retry"));
  EXPECT_THAT(refused({.max_age = 1h}), HasSubstr("max_age"));
  EXPECT_THAT(refused({.max_age = std::chrono::milliseconds::max()}), HasSubstr("max_age"));
  EXPECT_THAT(refused({.cool_down = 0ms}), HasSubstr("cool_down"));
}

}  // namespace
}  // namespace authjwt::e2e
