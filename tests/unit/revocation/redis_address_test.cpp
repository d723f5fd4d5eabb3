#include "revocation/redis_address.hpp"

#include <authjwt/auth/exceptions.hpp>
#include <authjwt/revocation/redis_log.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace authjwt {
namespace {

using namespace std::chrono_literals;
using detail::parse_redis_url;
using detail::RedisAddress;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// What the refusal says.
std::string refusal(std::string const& url) {
  try {
    static_cast<void>(parse_redis_url(url));
    return "not refused";
  } catch (ConfigError const& error) {
    return error.what();
  }
}

TEST(RedisAddress, a_host_alone_has_the_port_and_the_database_of_redis) {
  for (char const* const url : {"redis://example.com", "redis://example.com/"}) {
    RedisAddress const address = parse_redis_url(url);
    EXPECT_EQ(address.host, "example.com");
    EXPECT_EQ(address.port, 6379);
    EXPECT_EQ(address.database, 0U);
    EXPECT_FALSE(address.has_login);
    EXPECT_FALSE(address.is_tls);
    EXPECT_TRUE(address.path.empty());
  }
}

TEST(RedisAddress, all_parts_are_read) {
  RedisAddress const address = parse_redis_url("redis://ann:p%40ss%3a%00@10.0.0.1:65535/15");
  EXPECT_EQ(address.user, "ann");
  EXPECT_EQ(address.password.expose_secret(), std::string_view("p@ss:\0", 6));
  EXPECT_EQ(address.host, "10.0.0.1");
  EXPECT_EQ(address.port, 65535);
  EXPECT_EQ(address.database, 15U);
  EXPECT_EQ(address.shown(), "10.0.0.1:65535");
}

TEST(RedisAddress, a_password_needs_no_user_and_a_user_no_password) {
  RedisAddress const password = parse_redis_url("redis://:p:q@host");
  EXPECT_TRUE(password.has_login);
  EXPECT_TRUE(password.user.empty());
  EXPECT_EQ(password.password.expose_secret(), "p:q");
  RedisAddress const user = parse_redis_url("redis://ann@host");
  EXPECT_TRUE(user.has_login);
  EXPECT_EQ(user.user, "ann");
  EXPECT_TRUE(user.password.empty());
}

TEST(RedisAddress, an_address_of_ipv6_stands_in_brackets) {
  EXPECT_EQ(parse_redis_url("redis://[::1]").host, "::1");
  RedisAddress const address = parse_redis_url("redis://:p@[fe80::1%eth0]:7/1");
  EXPECT_EQ(address.host, "fe80::1%eth0");
  EXPECT_EQ(address.port, 7);
  EXPECT_EQ(address.shown(), "[fe80::1%eth0]:7");
}

TEST(RedisAddress, a_socket_of_unix_is_read) {
  RedisAddress const address = parse_redis_url("unix://ann:p%2F@/run/my%20redis/socket?db=3");
  EXPECT_EQ(address.path, "/run/my redis/socket");
  EXPECT_EQ(address.user, "ann");
  EXPECT_EQ(address.password.expose_secret(), "p/");
  EXPECT_EQ(address.database, 3U);
  EXPECT_EQ(parse_redis_url("unix:///run/redis.sock").shown(), "/run/redis.sock");
}

struct Refused {
  std::string url;
  std::string part;
};

class RedisAddressRefused : public ::testing::TestWithParam<Refused> {};

TEST_P(RedisAddressRefused, names_the_part_and_shows_no_password) {
  EXPECT_THAT(refusal(GetParam().url), AllOf(HasSubstr(GetParam().part), Not(HasSubstr("hunter2"))));
}

INSTANTIATE_TEST_SUITE_P(
    All, RedisAddressRefused,
    ::testing::Values(
        Refused{"", "it begins with neither redis://"}, Refused{"http://host", "it begins with neither"},
        Refused{"hunter2@host", "it begins with neither"}, Refused{"redis://", "the host is missing"},
        Refused{"redis://:hunter2@", "the host is missing"}, Refused{"redis://:hunter2@:6379", "the host is missing"},
        Refused{"redis://@host", "neither a user nor a password"},
        Refused{"redis://:@host", "neither a user nor a password"},
        Refused{"redis://:hunter2%4@host", "in the password a % begins no byte"},
        Refused{"redis://:hunter2%zz@host", "in the password a % begins no byte"},
        Refused{"redis://%+1:hunter2@host", "in the user a % begins no byte"},
        Refused{"redis://:hunter2@ho st", "the host is no name"}, Refused{"redis://:a@hunter2@host", "percent-encoded"},
        Refused{"redis://ho%73t", "the host is no name"}, Refused{"redis://[::1", "does not end with ]"},
        Refused{"redis://[::1]x", "behind the ]"}, Refused{"redis://[]:1", "the host is missing"},
        Refused{"redis://host:0", "the port is 0"}, Refused{"redis://host:65536", "the port is no number"},
        Refused{"redis://host:-1", "the port is no number"}, Refused{"redis://::1", "the host is missing"},
        Refused{"redis://user:hunter2", "the port is no number"},
        Refused{"redis://host/x", "the database is no number"},
        Refused{"redis://host/1/2", "the database is no number"}, Refused{"redis://:hunter2?@host", "a ? or a #"},
        Refused{"redis://host/0?db=1", "a ? or a #"}, Refused{"unix://", "the path of the socket is missing"},
        Refused{"unix://run/redis", "a socket has no host"}, Refused{"unix:///run/redis?hunter2=1", "db= alone"},
        Refused{"unix:///run/redis?db=x", "the database is no number"}, Refused{"unix:///run%00/redis", "a zero byte"},
        Refused{"unix:///" + std::string(120, 'x'), "too long"}));

TEST(RedisAddress, tls_says_what_it_needs_where_hiredis_has_none) {
  std::string const says = refusal("rediss://:hunter2@host");
  if (says == "not refused") GTEST_SKIP() << "this hiredis has TLS";
  EXPECT_THAT(says, AllOf(HasSubstr("rediss:// needs a hiredis with TLS"), Not(HasSubstr("hunter2"))));
}

TEST(RedisAddress, a_long_host_is_refused_and_control_bytes_are) {
  EXPECT_THAT(refusal("redis://" + std::string(256, 'a')), HasSubstr("the host is no name"));
  EXPECT_THAT(refusal(std::string("redis://a\0b", 11)), HasSubstr("the host is no name"));
  EXPECT_THAT(refusal("redis://a\r\nb"), HasSubstr("the host is no name"));
}

TEST(RedisLogOptions, those_that_make_no_sense_are_refused_by_name) {
  auto const made = [](RedisLog::Options options) -> std::string {
    try {
      RedisLog const log{"redis://127.0.0.1:1", std::move(options)};
      return "";
    } catch (ConfigError const& error) {
      return error.what();
    }
  };
  EXPECT_EQ(made({}), "");
  EXPECT_EQ(made({.connect_timeout = 1ms, .command_timeout = 1min}), "");
  EXPECT_THAT(made({.connect_timeout = 0ms}), HasSubstr("connect_timeout"));
  EXPECT_THAT(made({.command_timeout = 61s}), HasSubstr("command_timeout"));
  for (char const* const prefix : {"", "{a", "a}", "a b", "a\n", "\x80"}) {
    EXPECT_THAT(made({.prefix = prefix}), HasSubstr("prefix")) << prefix;
  }
  EXPECT_THAT(made({.prefix = std::string(201, 'a')}), HasSubstr("prefix"));
}

}  // namespace
}  // namespace authjwt
