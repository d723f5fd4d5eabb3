#include "replay.hpp"

#include <exception>
#include <fstream>
#include <numeric>
#include <optional>
#include <ostream>

namespace authjwt::compat {
namespace {

constexpr std::size_t kShownBytes = 600;

// What comes from a case or a token may hold anything; a terminal or a log of CI is no place for it.
std::string printable(std::string_view text) {
  std::string shown;
  for (char c : text.substr(0, kShownBytes)) {
    bool const plain = static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
    shown += plain ? c : '?';
  }
  if (text.size() > kShownBytes) shown += "... (" + std::to_string(text.size()) + " bytes)";
  return shown;
}

void tell(std::ostream& out, std::string_view where, std::string_view what, Mismatch const& mismatch) {
  out << where << ": " << printable(what) << ": expected " << printable(mismatch.expected) << ", got "
      << printable(mismatch.got) << '\n';
}

/// The one place where kinds of cases meet what replays them.
Mismatches replay(Case const& test) {
  switch (test.kind) {
    case CaseKind::verify: return replay_verify(test);
    case CaseKind::create: return replay_create(test);
    case CaseKind::cookies: return replay_cookies(test);
  }
  throw NotACase{"there is no such kind of case"};
}

Mismatches replay_guarded(Case const& test) {
  try {
    return replay(test);
  } catch (NotACase const&) {
    throw;
  } catch (std::exception const& error) {
    return {{"an answer", std::string{"an exception that may not leave the library: "} + error.what()}};
  }
}

void count(Mismatches const& mismatches, Case const& test, std::string_view where, Tally& tally, std::ostream& out) {
  ++(mismatches.empty() ? tally.passed : tally.failed);
  for (Mismatch const& mismatch : mismatches) tell(out, where, test.name + " [" + test.function + "]", mismatch);
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

std::string_view without_byte_order_mark(std::string_view line) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return line.starts_with(kMark) ? line.substr(kMark.size()) : line;
}

}  // namespace

bool Tally::good() const noexcept { return failed == 0 && passed > 0; }

void replay_line(std::string_view line, std::string_view where, Tally& tally, std::ostream& out) {
  try {
    Case const test = parse_case(line);
    count(replay_guarded(test), test, where, tally, out);
  } catch (NotACase const& problem) {
    ++tally.failed;
    tell(out, where, "not a case", {"a case as the README of the recordings describes it", problem.what()});
  }
}

void replay_file(std::string const& path, Tally& tally, std::ostream& out) {
  std::ifstream file{path, std::ios::binary};
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    std::string_view const text = number == 1 ? without_byte_order_mark(line) : std::string_view{line};
    if (!is_blank(text)) replay_line(text, path + ":" + std::to_string(number), tally, out);
  }
  if (file.is_open() && !file.bad()) return;
  ++tally.failed;
  out << path << ": cannot be read\n";
}

void print_summary(Tally const& tally, std::ostream& out) {
  if (tally.passed + tally.failed == 0) out << "no case was read\n";
  out << tally.passed << " passed, " << tally.failed << " failed\n";
}

}  // namespace authjwt::compat
