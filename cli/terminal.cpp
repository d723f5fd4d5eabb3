#include "terminal.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace authjwt::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode's controls, and its general category Cf with the separators Zl and Zp, widened to whole runs.
constexpr std::array kHidden = {
    Range{0x0000, 0x0009},    Range{0x000B, 0x001F},   Range{0x007F, 0x009F},   Range{0x00AD, 0x00AD},
    Range{0x034F, 0x034F},    Range{0x0600, 0x0605},   Range{0x061C, 0x061C},   Range{0x06DD, 0x06DD},
    Range{0x070F, 0x070F},    Range{0x0890, 0x0891},   Range{0x08E2, 0x08E2},   Range{0x115F, 0x1160},
    Range{0x17B4, 0x17B5},    Range{0x180B, 0x180F},   Range{0x200B, 0x200F},   Range{0x2028, 0x202E},
    Range{0x2060, 0x206F},    Range{0x3164, 0x3164},   Range{0xFE00, 0xFE0F},   Range{0xFEFF, 0xFEFF},
    Range{0xFFA0, 0xFFA0},    Range{0xFFF0, 0xFFFF},   Range{0x110BD, 0x110BD}, Range{0x110CD, 0x110CD},
    Range{0x13430, 0x1345F},  Range{0x1BCA0, 0x1BCA3}, Range{0x1D173, 0x1D17A}, Range{0xE0000, 0xE0FFF},
    Range{0xF0000, 0x10FFFF},
};

bool is_hidden(char32_t c) noexcept {
  return std::ranges::any_of(kHidden, [c](Range const& range) { return c >= range.first && c <= range.last; });
}

struct Decoded {
  char32_t character;
  std::size_t size;
};

/// The UTF-8 character that `text` begins with; nothing where it begins with something else.
std::optional<Decoded> decode(std::string_view text) noexcept {
  auto const byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return Decoded{byte(0), 1};
  std::size_t const size = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < size) return std::nullopt;
  char32_t character = byte(0) & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return std::nullopt;
    character = (character << 6U) | (byte(i) & 0x3FU);
  }
  bool const surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (surrogate || character < kSmallest[size] || character > 0x10FFFF) return std::nullopt;
  return Decoded{character, size};
}

void append_escaped(std::string& out, char32_t character) {
  auto const append_unit = [&out](char32_t unit) {
    out += "\\u";
    for (unsigned shift : {12U, 8U, 4U, 0U}) out += "0123456789abcdef"[(unit >> shift) & 0xFU];
  };
  if (character < 0x10000) return append_unit(character);
  append_unit(0xD800 + ((character - 0x10000) >> 10U));
  append_unit(0xDC00 + ((character - 0x10000) & 0x3FFU));
}

void append_line(std::string& out, std::size_t depth) { out.append("\n").append(2 * depth, ' '); }

void append_indented(std::string& out, json::value const& value, std::size_t depth);

void append_indented(std::string& out, json::object const& object, std::size_t depth) {
  if (object.empty()) {
    out += "{}";
    return;
  }
  char separator = '{';
  for (auto const& member : object) {
    out += separator;
    append_line(out, depth + 1);
    json::append_text(out, {member.key().data(), member.key().size()});
    out += ": ";
    append_indented(out, member.value(), depth + 1);
    separator = ',';
  }
  append_line(out, depth);
  out += '}';
}

void append_indented(std::string& out, json::array const& array, std::size_t depth) {
  if (array.empty()) {
    out += "[]";
    return;
  }
  char separator = '[';
  for (json::value const& item : array) {
    out += separator;
    append_line(out, depth + 1);
    append_indented(out, item, depth + 1);
    separator = ',';
  }
  append_line(out, depth);
  out += ']';
}

void append_indented(std::string& out, json::value const& value, std::size_t depth) {
  if (json::object const* object = value.if_object()) return append_indented(out, *object, depth);
  if (json::array const* array = value.if_array()) return append_indented(out, *array, depth);
  json::append(out, value);
}

}  // namespace

std::string terminal_safe(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    auto const decoded = decode(text);
    std::size_t const size = decoded ? decoded->size : 1;
    if (!decoded) {
      append_escaped(out, 0xFFFD);
    } else if (is_hidden(decoded->character)) {
      append_escaped(out, decoded->character);
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return out;
}

std::string indented(json::value const& value) {
  std::string out;
  append_indented(out, value, 0);
  return terminal_safe(out);
}

}  // namespace authjwt::cli
