#pragma once

#include <authjwt/adapters/routes.hpp>

// Each file adds its routes; none of them knows the framework.
void add_users(authjwt::Routes& routes);
void add_items(authjwt::Routes& routes);
