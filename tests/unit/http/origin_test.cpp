#include "http/origin.hpp"

#include <gtest/gtest.h>

namespace authjwt::http {
namespace {

TEST(Origin, what_a_browser_writes_is_one) {
  for (std::string_view text :
       {"https://app.example.com", "http://localhost:3000", "https://example.com:8443", "http://127.0.0.1:8000",
        "http://[::1]:8000", "https://[2001:db8::1]", "capacitor://localhost", "http://example.com:443",
        "https://xn--bcher-kva.example", "http://example.com:65535"}) {
    EXPECT_TRUE(is_origin(text)) << text;
  }
}

TEST(Origin, what_no_browser_writes_is_none) {
  for (std::string_view text : {"",
                                "*",
                                "null",
                                "example.com",
                                "https://",
                                "://example.com",
                                "https://example.com/",
                                "https://example.com/path",
                                "https://Example.com",
                                "HTTPS://example.com",
                                "https://example.com:443",
                                "http://example.com:80",
                                "https://example.com:",
                                "https://example.com:0",
                                "https://example.com:080",
                                "https://example.com:65536",
                                "https://example.com:8o",
                                "https://user@example.com",
                                "https://*.example.com",
                                "https://a https://b",
                                "https://example.com?",
                                "https://b\xc3\xbc"
                                "cher.example",
                                "https://[::1",
                                "https://[]",
                                "https://::1",
                                "1https://example.com"}) {
    EXPECT_FALSE(is_origin(text)) << text;
  }
}

}  // namespace
}  // namespace authjwt::http
