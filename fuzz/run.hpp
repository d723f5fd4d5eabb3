#pragma once

#include <string_view>

namespace authjwt::fuzz {

/// Each target has one. entry.cpp calls it with what libFuzzer came up with.
void run(std::string_view input);

}  // namespace authjwt::fuzz
