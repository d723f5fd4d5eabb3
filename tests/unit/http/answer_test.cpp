#include <authjwt/http/answer.hpp>
#include <authjwt/testing/fake_http.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <stdexcept>
#include <string>

namespace authjwt::http {

struct Credentials {
  std::string username;
  std::string password;
  std::optional<int> age;
};
BOOST_DESCRIBE_STRUCT(Credentials, (), (username, password, age))

struct Mixed {
  int integer = 0;
  double number = 0;
  bool boolean = false;
  std::vector<std::string> list;
  json::object object;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Mixed, (), (integer, number, boolean, list, object, text))

namespace {

using testing::FakeRequest;

template <class T = Credentials>
std::string refusal(std::string_view body) {
  try {
    static_cast<void>(read_body<T>(body));
  } catch (RequestValidationError const& e) {
    EXPECT_EQ(e.answer().status, 422);
    return json::write(e.answer().body);
  }
  return "read";
}

std::string missing(std::string const& name) {
  return R"({"loc":["body",")" + name + R"("],"msg":"field required","type":"value_error.missing"})";
}

TEST(ReadBody, a_good_body_is_read) {
  auto const read = read_body<Credentials>(R"({"username":"a","password":"b","more":1})");
  EXPECT_EQ(read.username, "a");
  EXPECT_EQ(read.password, "b");
}

TEST(ReadBody, no_body_at_all_is_a_missing_field) {
  EXPECT_EQ(refusal(""), R"({"detail":[{"loc":["body"],"msg":"field required","type":"value_error.missing"}]})");
}

TEST(ReadBody, null_is_no_body_as_in_fastapi) { EXPECT_EQ(refusal("null"), refusal("")); }

TEST(ReadBody, a_body_that_is_no_object_is_no_dict) {
  std::string const expected =
      R"({"detail":[{"loc":["body"],"msg":"value is not a valid dict","type":"type_error.dict"}]})";
  EXPECT_EQ(refusal("[]"), expected);
  EXPECT_EQ(refusal("1"), expected);
  EXPECT_EQ(refusal(R"("x")"), expected);
}

TEST(ReadBody, a_missing_field_is_told) {
  EXPECT_EQ(refusal(R"({"username":"a"})"), R"({"detail":[)" + missing("password") + "]}");
}

TEST(ReadBody, all_missing_fields_are_told_and_optional_ones_are_not) {
  EXPECT_EQ(refusal("{}"), R"({"detail":[)" + missing("username") + "," + missing("password") + "]}");
}

TEST(ReadBody, every_wrong_type_has_pydantics_text) {
  EXPECT_EQ(refusal<Mixed>(R"({"integer":"1","number":"1","boolean":3,"list":{},"object":[],"text":1})"),
            R"({"detail":[)"
            R"({"loc":["body","integer"],"msg":"value is not a valid integer","type":"type_error.integer"},)"
            R"({"loc":["body","number"],"msg":"value is not a valid float","type":"type_error.float"},)"
            R"({"loc":["body","boolean"],"msg":"value could not be parsed to a boolean","type":"type_error.bool"},)"
            R"({"loc":["body","list"],"msg":"value is not a valid list","type":"type_error.list"},)"
            R"({"loc":["body","object"],"msg":"value is not a valid dict","type":"type_error.dict"},)"
            R"({"loc":["body","text"],"msg":"str type expected","type":"type_error.str"}]})");
}

TEST(ReadBody, an_element_of_a_list_is_told_by_its_position) {
  EXPECT_EQ(refusal<Mixed>(R"({"integer":1,"number":1,"boolean":true,"list":["a",2],"object":{},"text":""})"),
            R"({"detail":[{"loc":["body","list",1],"msg":"str type expected","type":"type_error.str"}]})");
}

TEST(ReadBody, null_for_a_required_field_is_not_allowed) {
  EXPECT_EQ(refusal(R"({"username":null,"password":""})"),
            R"({"detail":[{"loc":["body","username"],"msg":"none is not an allowed value",)"
            R"("type":"type_error.none.not_allowed"}]})");
}

TEST(ReadBody, a_number_out_of_range_is_told) {
  EXPECT_EQ(refusal(R"({"username":"","password":"","age":2147483648})"),
            R"({"detail":[{"loc":["body","age"],"msg":"value is out of range",)"
            R"("type":"value_error.number.out_of_range"}]})");
}

TEST(ReadBody, what_is_no_json_is_told_with_its_place_in_characters) {
  std::string const refused = refusal("{\"ä\":\n 1,}");
  EXPECT_NE(refused.find(R"("loc":["body",9])"), std::string::npos) << refused;
  EXPECT_NE(refused.find("line 2 column 4 (char 9)"), std::string::npos) << refused;
  EXPECT_NE(refused.find(R"("type":"value_error.jsondecode")"), std::string::npos) << refused;
}

TEST(ReadBody, hostile_texts_are_refused) {
  EXPECT_NE(refusal(std::string(100'000, '[')).find("value_error.jsondecode"), std::string::npos);
  EXPECT_NE(refusal(R"({"username":"a","username":"b","password":"c"})").find("duplicate"), std::string::npos);
  EXPECT_NE(refusal("{\"username\":\"\xff\",\"password\":\"\"}").find("jsondecode"), std::string::npos);
  EXPECT_NE(refusal("{\"username\":\"\xff").find("jsondecode"), std::string::npos);
  EXPECT_NE(refusal(std::string(1, '\0')).find("jsondecode"), std::string::npos);
  EXPECT_NE(refusal(R"({"username":"a","password":"b"}x)").find("extra data"), std::string::npos);
}

TEST(ReadBody, a_text_over_the_size_limit_is_refused_and_one_at_it_is_read) {
  std::string const frame = R"({"username":"","password":""})";
  std::string body = frame;
  body.insert(13, kMaxBodySize - frame.size(), 'a');
  EXPECT_EQ(read_body<Credentials>(body).username.size(), kMaxBodySize - frame.size());
  body.insert(13, 1, 'a');
  EXPECT_NE(refusal(body).find("jsondecode"), std::string::npos);
}

TEST(ReadBody, the_refusal_never_repeats_a_value) {
  EXPECT_EQ(refusal(R"({"username":7654321,"password":{"x":"hunter2"}})").find("7654321"), std::string::npos);
  EXPECT_EQ(refusal(R"({"username":7654321,"password":{"x":"hunter2"}})").find("hunter2"), std::string::npos);
}

TEST(ReadBody, the_content_type_must_be_json_where_there_is_one) {
  std::string const body = R"({"username":"a","password":"b"})";
  auto const reads = [&](FakeRequest::Headers headers) {
    try {
      return read_body<Credentials>(FakeRequest{std::move(headers), "POST"}, body).username == "a";
    } catch (RequestValidationError const& e) {
      EXPECT_EQ(json::write(e.answer().body),
                R"({"detail":[{"loc":["body"],"msg":"value is not a valid dict","type":"type_error.dict"}]})");
      return false;
    }
  };
  EXPECT_TRUE(reads({}));
  EXPECT_TRUE(reads({{"Content-Type", "application/json"}}));
  EXPECT_TRUE(reads({{"content-type", "Application/JSON; charset=utf-8"}}));
  EXPECT_TRUE(reads({{"Content-Type", "application/geo+json"}}));
  EXPECT_FALSE(reads({{"Content-Type", "text/plain"}}));
  EXPECT_FALSE(reads({{"Content-Type", "text/plain; application/json"}}));
  EXPECT_FALSE(reads({{"Content-Type", "application/x-www-form-urlencoded"}}));
  EXPECT_FALSE(reads({{"Content-Type", "application/jsonp"}}));
  EXPECT_FALSE(reads({{"Content-Type", "application/json"}, {"Content-Type", "text/plain"}}));
}

TEST(Render, a_header_that_would_split_the_answer_is_misuse) {
  auto const renders = [](std::string name, std::string value) {
    try {
      static_cast<void>(render({200, nullptr, {{std::move(name), std::move(value)}}}));
      return true;
    } catch (std::invalid_argument const&) {
      return false;
    }
  };
  EXPECT_TRUE(renders("Set-Cookie", "a=b; Path=/"));
  EXPECT_TRUE(renders("X", ""));
  EXPECT_FALSE(renders("X", "a\r\nSet-Cookie: b"));
  EXPECT_FALSE(renders("X", "a\nb"));
  EXPECT_FALSE(renders("X", std::string("a\0b", 3)));
  EXPECT_FALSE(renders("X\r\n", "a"));
  EXPECT_FALSE(renders("X Y", "a"));
  EXPECT_FALSE(renders("", "a"));
  EXPECT_FALSE(renders("content-length", "1"));
  EXPECT_FALSE(renders("Content-Type", "text/html"));
  EXPECT_FALSE(renders("Transfer-Encoding", "chunked"));
}

TEST(Render, a_status_that_is_none_is_misuse) {
  EXPECT_THROW(static_cast<void>(render({199, nullptr, {}})), std::invalid_argument);
  EXPECT_EQ(render({200, nullptr, {}}).status, 200);
  EXPECT_EQ(render({599, nullptr, {}}).status, 599);
  EXPECT_THROW(static_cast<void>(render({600, nullptr, {}})), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(render({0, nullptr, {}})), std::invalid_argument);
}

TEST(Render, a_number_that_json_lacks_is_misuse) {
  EXPECT_THROW(static_cast<void>(render({200, std::numeric_limits<double>::infinity(), {}})), std::invalid_argument);
}

TEST(Render, statuses_without_a_body_have_none) {
  EXPECT_EQ(render({204, json::object{{"a", 1}}, {}}).body, "");
  EXPECT_EQ(render({304, nullptr, {}}).body, "");
  EXPECT_EQ(render({200, nullptr, {}}).body, "null");
}

TEST(Render, what_was_read_may_be_put_into_something_deeper) {
  std::string const deepest = std::string(16, '[') + std::string(16, ']');
  json::value const read = json::read(deepest).value();
  EXPECT_EQ(render({200, json::object{{"foo", json::array{read}}}, {}}).body, R"({"foo":[)" + deepest + "]}");
}

TEST(Render, json_is_what_a_body_is_unless_its_type_is_told) {
  RenderedAnswer const answer = render({.body = json::object{{"a", 1}}});
  EXPECT_EQ(answer.body, R"({"a":1})");
  EXPECT_EQ(answer.content_type(), "application/json");
}

TEST(Render, content_with_a_type_is_sent_as_it_is) {
  std::string const bytes{"<p>\0\xff</p>", 9};
  RenderedAnswer const answer = render({.content = bytes, .content_type = "text/html; charset=utf-8"});
  EXPECT_EQ(answer.body, bytes);
  EXPECT_EQ(answer.content_type(), "text/html; charset=utf-8");
  EXPECT_EQ(render({.content_type = "text/plain"}).body, "");
}

TEST(Render, content_of_a_status_without_a_body_is_not_sent) {
  EXPECT_EQ(render({.status = 304, .content = "x", .content_type = "text/css"}).body, "");
}

TEST(Render, content_without_a_type_and_a_type_that_is_none_are_misuse) {
  EXPECT_THROW(static_cast<void>(render({.content = "x"})), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(render({.content = "x", .content_type = "html"})), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(render({.content = "x", .content_type = "text/html\r\nX: y"})), std::invalid_argument);
}

TEST(HTTPException, its_detail_may_be_a_text_or_any_json) {
  EXPECT_EQ(json::write(HTTPException(401, "Bad").answer().body), R"({"detail":"Bad"})");
  EXPECT_EQ(json::write(HTTPException(401, std::string{"Bad"}).answer().body), R"({"detail":"Bad"})");
  EXPECT_EQ(json::write(HTTPException(401, json::object{{"a", 1}}).answer().body), R"({"detail":{"a":1}})");
  EXPECT_EQ(HTTPException(401, "Bad", {{"WWW-Authenticate", "Bearer"}}).answer().headers.size(), 1U);
}

TEST(RenderedError, has_the_phrase_of_its_status) {
  EXPECT_EQ(rendered_error(413).body, R"({"detail":"Request Entity Too Large"})");
  EXPECT_EQ(rendered_error(404).body, R"({"detail":"Not Found"})");
  EXPECT_EQ(rendered_error(499).body, R"({"detail":"Error"})");
}

}  // namespace
}  // namespace authjwt::http
