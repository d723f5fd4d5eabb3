#include <authjwt/base/json_schema.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace authjwt {
namespace {

struct Empty {};
BOOST_DESCRIBE_STRUCT(Empty, (), ())

struct Address {
  std::string street;
};
BOOST_DESCRIBE_STRUCT(Address, (), (street))

struct Everything {
  bool boolean = false;
  std::int8_t small = 0;
  std::uint64_t big = 0;
  double number = 0;
  std::string text;
  std::vector<Address> list;
  std::map<std::string, int> map;
  json::value any;
  json::object object;
  json::array array;
};
BOOST_DESCRIBE_STRUCT(Everything, (), (boolean, small, big, number, text, list, map, any, object, array))

struct Maybes {
  std::optional<std::string> text;
  std::optional<Address> address;
  std::optional<json::value> any;
};
BOOST_DESCRIBE_STRUCT(Maybes, (), (text, address, any))

struct Tree {
  std::string name;
  std::vector<Tree> children;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (name, children))

struct Two {
  Address first;
  Address second;
};
BOOST_DESCRIBE_STRUCT(Two, (), (first, second))

struct Derived : Address {
  std::string city;
};
BOOST_DESCRIBE_STRUCT(Derived, (Address), (city))

json::object properties(json::object const& schema) { return schema.at("properties").as_object(); }

TEST(JsonSchema, every_type_that_can_be_read_has_its_schema) {
  json::object const schema = json_schema<Everything>();
  EXPECT_EQ(schema.at("type"), "object");
  EXPECT_EQ(json::write(properties(schema)),
            R"({"boolean":{"type":"boolean"},"small":{"type":"integer","minimum":-128,"maximum":127},)"
            R"("big":{"type":"integer","minimum":0,"maximum":18446744073709551615},"number":{"type":"number"},)"
            R"("text":{"type":"string"},"list":{"type":"array","items":{"type":"object",)"
            R"("properties":{"street":{"type":"string"}},"required":["street"]}},)"
            R"("map":{"type":"object","additionalProperties":)"
            R"({"type":"integer","minimum":-2147483648,"maximum":2147483647}},)"
            R"("any":{},"object":{"type":"object"},"array":{"type":"array"}})");
  EXPECT_EQ(schema.at("required").as_array().size(), 10U);
}

TEST(JsonSchema, optional_members_may_be_missing_and_null) {
  json::object const schema = json_schema<Maybes>();
  EXPECT_FALSE(schema.contains("required"));
  EXPECT_EQ(json::write(properties(schema)),
            R"({"text":{"type":["string","null"]},"address":{"type":["object","null"],)"
            R"("properties":{"street":{"type":"string"}},"required":["street"]},"any":{}})");
}

TEST(JsonSchema, a_struct_inside_itself_ends) {
  EXPECT_EQ(json::write(json_schema<Tree>()),
            R"({"type":"object","properties":{"name":{"type":"string"},)"
            R"("children":{"type":"array","items":{"type":"object"}}},"required":["name","children"]})");
}

TEST(JsonSchema, a_struct_beside_itself_is_told_twice) {
  json::object const both = properties(json_schema<Two>());
  EXPECT_EQ(both.at("first"), both.at("second"));
  EXPECT_TRUE(both.at("second").as_object().contains("properties"));
}

TEST(JsonSchema, members_of_bases_count) {
  EXPECT_EQ(json::write(json_schema<Derived>().at("required")), R"(["street","city"])");
}

TEST(JsonSchema, a_struct_without_members_is_any_object) {
  EXPECT_EQ(json::write(json_schema<Empty>()), R"({"type":"object","properties":{}})");
}

}  // namespace
}  // namespace authjwt
