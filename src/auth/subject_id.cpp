#include "auth/subject_id.hpp"

namespace authjwt {

std::string subject_id(Subject const& subject) {
  if (!subject.is_text()) return std::to_string(subject.integer());
  std::string id;
  json::append_text(id, subject.text());
  return id;
}

std::optional<std::string_view> subject_id(VerifiedToken const& token, std::string& storage) {
  storage.clear();
  if (std::optional<std::string_view> const text = token.text(Claim::sub)) {
    json::append_text(storage, *text);
  } else if (std::optional<std::int64_t> const number = token.integer(Claim::sub)) {
    storage = std::to_string(*number);
  } else {
    return std::nullopt;
  }
  return storage;
}

}  // namespace authjwt
