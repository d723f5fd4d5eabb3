#include <authjwt/base/described.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace authjwt {

struct Address {
  std::string street;
  std::optional<int> number;
};
BOOST_DESCRIBE_STRUCT(Address, (), (street, number))

struct Everything {
  bool flag = false;
  std::int8_t small = 0;
  std::uint64_t large = 0;
  float ratio = 0;
  double exact = 0;
  std::string text;
  std::optional<std::string> note;
  std::vector<std::string> tags;
  std::vector<bool> bits;
  std::map<std::string, int> counts;
  Address address;
  json::value anything;
};
BOOST_DESCRIBE_STRUCT(Everything, (),
                      (flag, small, large, ratio, exact, text, note, tags, bits, counts, address, anything))

struct Named {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Named, (), (name))
struct Person : Named {
  int age = 0;
};
BOOST_DESCRIBE_STRUCT(Person, (Named), (age))

template <class T>
struct Holder {
  T held{};
};
BOOST_DESCRIBE_STRUCT(Holder<bool>, (), (held))
BOOST_DESCRIBE_STRUCT(Holder<std::int8_t>, (), (held))
BOOST_DESCRIBE_STRUCT(Holder<std::uint8_t>, (), (held))
BOOST_DESCRIBE_STRUCT(Holder<std::int64_t>, (), (held))
BOOST_DESCRIBE_STRUCT(Holder<std::uint64_t>, (), (held))
BOOST_DESCRIBE_STRUCT(Holder<float>, (), (held))
BOOST_DESCRIBE_STRUCT(Holder<double>, (), (held))
BOOST_DESCRIBE_STRUCT(Holder<std::string>, (), (held))
BOOST_DESCRIBE_STRUCT(Holder<std::optional<int>>, (), (held))
BOOST_DESCRIBE_STRUCT(Holder<std::vector<int>>, (), (held))
BOOST_DESCRIBE_STRUCT(Holder<std::vector<Address>>, (), (held))
BOOST_DESCRIBE_STRUCT(Holder<json::object>, (), (held))
BOOST_DESCRIBE_STRUCT(Holder<json::array>, (), (held))

namespace {

using I8 = std::int8_t;
using U8 = std::uint8_t;
using I64 = std::int64_t;
using U64 = std::uint64_t;

struct NotDescribed {};
static_assert(Described<Address> && Described<Person>);
static_assert(!Described<NotDescribed> && !Described<int> && !Described<std::string> && !Described<json::object>);

json::object parse(std::string_view text) { return json::read(text).value().as_object(); }

template <class T>
Result<T> held(std::string_view json) {
  Result<Holder<T>> read = from_object<Holder<T>>(parse(std::string{R"({"held":)"} + std::string{json} + "}"));
  if (!read) return read.error();
  return read->held;
}

template <class T>
FieldErrors errors_of(std::string_view json) {
  T out{};
  FieldErrors errors;
  EXPECT_FALSE(read_object(parse(json), out, errors));
  return errors;
}

TEST(Described, what_is_written_reads_back_as_the_same) {
  Everything in;
  in.flag = true;
  in.small = -128;
  in.large = std::numeric_limits<U64>::max();
  in.ratio = 0.5F;
  in.exact = 0.1;
  in.text = "käse";
  in.note = "";
  in.tags = {"a", ""};
  in.bits = {true, false};
  in.counts = {{"x", 1}, {"y", -1}};
  in.address = {"Main", 7};
  in.anything = json::array{1, nullptr};

  Everything const out = from_object<Everything>(parse(json::write(to_object(in)))).value();

  EXPECT_EQ(json::write(to_object(out)), json::write(to_object(in)));
  EXPECT_EQ(out.large, in.large);
  EXPECT_EQ(out.bits, in.bits);
  EXPECT_EQ(out.note, in.note);
}

TEST(Described, members_are_written_in_their_order) {
  EXPECT_EQ(json::write(to_object(Address{"Main", 7})), R"({"street":"Main","number":7})");
}

TEST(Described, an_empty_optional_member_is_left_out) {
  EXPECT_EQ(json::write(to_object(Address{"Main", std::nullopt})), R"({"street":"Main"})");
}

TEST(Described, an_optional_member_may_be_missing_or_null) {
  EXPECT_EQ(from_object<Address>(parse(R"({"street":"a"})"))->number, std::nullopt);
  EXPECT_EQ(from_object<Address>(parse(R"({"street":"a","number":null})"))->number, std::nullopt);
  EXPECT_EQ(from_object<Address>(parse(R"({"street":"a","number":3})"))->number, 3);
}

TEST(Described, a_missing_optional_member_empties_what_was_there) {
  Address out{"x", 9};
  FieldErrors errors;
  EXPECT_TRUE(read_object(parse(R"({"street":"a"})"), out, errors));
  EXPECT_EQ(out.number, std::nullopt);
}

TEST(Described, an_optional_member_of_another_type_does_not_fit) { EXPECT_FALSE(held<std::optional<int>>(R"("3")")); }

TEST(Described, members_that_the_struct_lacks_are_passed_over) {
  EXPECT_EQ(from_object<Address>(parse(R"({"sub":1,"street":"a","x":{"y":[]}})"))->street, "a");
}

TEST(Described, members_of_a_described_base_count) {
  Person const person = from_object<Person>(parse(R"({"name":"n","age":3})")).value();
  EXPECT_EQ(person.name, "n");
  EXPECT_EQ(json::write(to_object(person)), R"({"name":"n","age":3})");
}

TEST(Described, integers_fit_to_the_last_of_their_type_and_no_further) {
  EXPECT_EQ(held<I8>("127").value(), 127);
  EXPECT_FALSE(held<I8>("128"));
  EXPECT_EQ(held<I8>("-128").value(), -128);
  EXPECT_FALSE(held<I8>("-129"));
  EXPECT_EQ(held<U8>("255").value(), 255);
  EXPECT_FALSE(held<U8>("256"));
  EXPECT_EQ(held<U8>("0").value(), 0);
  EXPECT_FALSE(held<U8>("-1"));
}

TEST(Described, integers_of_64_bits_fit_to_the_last_and_no_further) {
  EXPECT_EQ(held<I64>("9223372036854775807").value(), std::numeric_limits<I64>::max());
  EXPECT_FALSE(held<I64>("9223372036854775808"));
  EXPECT_EQ(held<I64>("-9223372036854775808").value(), std::numeric_limits<I64>::min());
  EXPECT_FALSE(held<I64>("-9223372036854775809"));
  EXPECT_EQ(held<U64>("18446744073709551615").value(), std::numeric_limits<U64>::max());
  EXPECT_FALSE(held<U64>("18446744073709551616"));
  EXPECT_FALSE(held<U64>("-1"));
}

TEST(Described, bool_is_no_integer_and_an_integer_no_bool) {
  EXPECT_FALSE(held<I64>("true"));
  EXPECT_FALSE(held<bool>("1"));
  EXPECT_TRUE(held<bool>("true").value());
}

TEST(Described, a_floating_point_number_is_no_integer) {
  EXPECT_FALSE(held<I64>("1.0"));
  EXPECT_FALSE(held<I64>("1e3"));
}

TEST(Described, an_integer_is_a_floating_point_number) {
  EXPECT_EQ(held<double>("3").value(), 3.0);
  EXPECT_EQ(held<double>("18446744073709551615").value(), 18446744073709551615.0);
  EXPECT_FALSE(held<double>("true"));
  EXPECT_FALSE(held<double>(R"("3")"));
}

TEST(Described, a_number_beyond_float_does_not_fit_it) {
  EXPECT_EQ(held<float>("3.4e38").value(), 3.4e38F);
  EXPECT_FALSE(held<float>("3.5e38"));
  EXPECT_FALSE(held<float>("-3.5e38"));
  EXPECT_EQ(held<double>("3.5e38").value(), 3.5e38);
}

TEST(Described, a_number_is_no_text_and_null_is_nothing) {
  EXPECT_FALSE(held<std::string>("1"));
  EXPECT_FALSE(held<std::string>("null"));
  EXPECT_EQ(held<std::string>(R"("")").value(), "");
}

TEST(Described, json_members_take_their_kind) {
  EXPECT_TRUE(held<json::object>("{}"));
  EXPECT_FALSE(held<json::object>("[]"));
  EXPECT_TRUE(held<json::array>("[]"));
  EXPECT_FALSE(held<json::array>("{}"));
}

TEST(Described, reading_a_list_replaces_what_was_in_it) {
  Holder<std::vector<int>> out{{9, 9, 9}};
  FieldErrors errors;
  EXPECT_TRUE(read_object(parse(R"({"held":[1]})"), out, errors));
  EXPECT_EQ(out.held, std::vector<int>{1});
}

TEST(Described, the_error_names_the_dotted_path_of_the_first_misfit) {
  auto const error = held<std::vector<Address>>(R"([{"street":"a"},{"street":1}])").error();
  EXPECT_EQ(error.code(), Errc::invalid_claim);
  EXPECT_EQ(error.field(), "held.1.street");
}

TEST(Described, the_error_never_shows_the_value) {
  auto const error = held<I8>(R"("s3cret-value")").error();
  EXPECT_EQ(error.message().find("s3cret"), std::string::npos);
}

TEST(Described, all_misfits_are_told_with_path_problem_and_expectation) {
  auto const errors = errors_of<Everything>(
      R"({"flag":1,"small":200,"large":null,"ratio":0,"exact":0,"tags":["a",2],"bits":{},"counts":{"x":"y"},
          "address":{"number":"n"},"anything":null})");
  struct Expected {
    char const* path;
    FieldProblem problem;
    FieldKind kind;
  };
  std::vector<Expected> const expected = {
      {R"(["flag"])", FieldProblem::wrong_type, FieldKind::boolean},
      {R"(["small"])", FieldProblem::out_of_range, FieldKind::integer},
      {R"(["large"])", FieldProblem::null, FieldKind::integer},
      {R"(["text"])", FieldProblem::missing, FieldKind::text},
      {R"(["tags",1])", FieldProblem::wrong_type, FieldKind::text},
      {R"(["bits"])", FieldProblem::wrong_type, FieldKind::list},
      {R"(["counts","x"])", FieldProblem::wrong_type, FieldKind::integer},
      {R"(["address","street"])", FieldProblem::missing, FieldKind::text},
      {R"(["address","number"])", FieldProblem::wrong_type, FieldKind::integer},
  };
  ASSERT_EQ(errors.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(json::write(errors[i].path), expected[i].path);
    EXPECT_EQ(errors[i].problem, expected[i].problem) << expected[i].path;
    EXPECT_EQ(errors[i].expected, expected[i].kind) << expected[i].path;
  }
}

TEST(Described, a_long_list_of_misfits_costs_no_more_than_the_limit) {
  std::string list = "[\"\"";
  for (int i = 0; i < 10'000; ++i) list += ",\"\"";
  Holder<std::vector<int>> out;
  FieldErrors errors;
  EXPECT_FALSE(read_object(parse(R"({"held":)" + list + "]}"), out, errors));
  EXPECT_EQ(errors.size(), kMaxFieldErrors);
  EXPECT_LE(out.held.size(), kMaxFieldErrors + 1);
}

TEST(Described, what_is_read_outlives_the_object_and_its_memory) {
  Holder<json::object> out;
  {
    auto const in =
        json::read(R"({"held":{"a":["long enough to be allocated"]}})", {}, boost::json::storage_ptr{}).value();
    FieldErrors errors;
    ASSERT_TRUE(read_object(in.get_object(), out, errors));
  }
  EXPECT_EQ(json::write(out.held), R"({"a":["long enough to be allocated"]})");
  EXPECT_EQ(out.held.storage(), json::object{}.storage());
}

}  // namespace
}  // namespace authjwt
