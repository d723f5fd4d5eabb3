#include "routers.hpp"

#include <string>
#include <vector>

using namespace authjwt;

struct Item {
  std::string name;
  double price;
};
BOOST_DESCRIBE_STRUCT(Item, (), (name, price))

static json::object list_items(AuthJWT& authorize) {
  auto const user = authorize.get_jwt_subject();
  return {{"items", {"foo", "bar"}}, {"for", user ? user->to_string() : "anonymous"}};
}

static json::object add_item(Item const& item, VerifiedToken const& token) {
  return {{"added", item.name}, {"by", token.subject().value().to_json()}};
}

void add_items(Routes& routes) {
  routes.get("/items", Rule::optional(), list_items);
  routes.post("/items", Rule::access(), add_item);
}
