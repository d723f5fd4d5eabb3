#include "adapters/websocket_frames.hpp"

#include "base/utf8.hpp"

#include <algorithm>
#include <utility>

namespace authjwt::detail {
namespace {

using Kind = WebSocketIncoming::Kind;

constexpr std::size_t kMaskSize = 4;
constexpr std::size_t kKeptSize = 4096;  // capacity that a reader keeps between messages
constexpr unsigned kShort = 126;         // two bytes of length follow
constexpr unsigned kLong = 127;          // eight do

WebSocketIncoming failure(std::uint16_t code, std::string_view what) noexcept { return {Kind::failure, what, code}; }

std::uint64_t big_endian(unsigned char const* bytes, std::size_t size) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8U | bytes[i];
  return value;
}

void append_big_endian(std::string& out, std::uint64_t value, unsigned size) {
  for (unsigned shift = size * 8; shift > 0;) out += static_cast<char>(value >> (shift -= 8) & 0xFFU);
}

bool is_known(Opcode opcode) noexcept {
  return opcode <= Opcode::binary || (opcode >= Opcode::close && opcode <= Opcode::pong);
}

}  // namespace

bool is_sendable(std::uint16_t code) noexcept {
  bool const is_named =
      code >= 1000 && code <= 1014 && code != 1004 && code != close_code::kNone && code != close_code::kAbnormal;
  return is_named || (code >= 3000 && code <= 4999);
}

std::string frame(Opcode opcode, std::string_view payload) {
  std::string out;
  out.reserve(payload.size() + 10);
  out += static_cast<char>(0x80U | static_cast<unsigned>(opcode));
  if (payload.size() < kShort) {
    out += static_cast<char>(payload.size());
  } else if (payload.size() <= 0xFFFF) {
    out += static_cast<char>(kShort);
    append_big_endian(out, payload.size(), 2);
  } else {
    out += static_cast<char>(kLong);
    append_big_endian(out, payload.size(), 8);
  }
  return out.append(payload);
}

std::string close_frame(std::uint16_t code, std::string_view reason) {
  std::string payload;
  if (code != close_code::kNone) {
    append_big_endian(payload, code, 2);
    payload.append(reason);
  }
  return frame(Opcode::close, payload);
}

WebSocketIncoming WebSocketReader::next(std::string_view& bytes, std::size_t limit) {
  if (std::exchange(was_given_, false)) {
    message_.clear();
    if (message_.capacity() > kKeptSize) message_.shrink_to_fit();
  }
  while (true) {
    if (!in_payload_) {
      if (!read_header(bytes)) return {};
      WebSocketIncoming const checked = check_header(limit);
      if (checked.kind == Kind::failure) return checked;
    }
    read_payload(bytes);
    if (left_ > 0) return {};
    WebSocketIncoming const ended = end_frame();
    if (ended.kind != Kind::nothing) return ended;
  }
}

std::size_t WebSocketReader::header_needs() const noexcept {
  if (header_size_ < 2) return 2;
  unsigned const length = header_[1] & 0x7FU;
  return 2 + (length == kShort ? 2U : length == kLong ? 8U : 0U) + kMaskSize;
}

/// What can be told from two bytes is told before more is waited for.
bool WebSocketReader::read_header(std::string_view& bytes) noexcept {
  while (header_size_ < header_needs()) {
    if (header_size_ == 2 && first_violation() != nullptr) return true;
    if (bytes.empty()) return false;
    header_[header_size_++] = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
  }
  return true;
}

char const* WebSocketReader::first_violation() const noexcept {
  if ((header_[0] & 0x70U) != 0) return "reserved bits";
  if (!is_known(opcode())) return "unknown opcode";
  if ((header_[1] & 0x80U) == 0) return "frame without a mask";  // RFC 6455 5.1: a server must close
  if (is_control() && !is_final()) return "fragmented control frame";
  if (is_control() && (header_[1] & 0x7FU) > kMaxControlSize) return "control frame over 125 bytes";
  if (opcode() == Opcode::continuation && !is_fragmented_) return "continuation of nothing";
  if (!is_control() && opcode() != Opcode::continuation && is_fragmented_) return "message inside a message";
  return nullptr;
}

WebSocketIncoming WebSocketReader::check_header(std::size_t limit) noexcept {
  if (char const* what = first_violation(); what != nullptr) return failure(close_code::kProtocolError, what);
  std::size_t const extended = header_size_ - 2 - kMaskSize;
  left_ = extended == 0 ? header_[1] & 0x7FU : big_endian(&header_[2], extended);
  bool const is_shortest = extended == 0 || (extended == 2 ? left_ >= kShort : left_ > 0xFFFF && left_ >> 63U == 0);
  if (!is_shortest) return failure(close_code::kProtocolError, "length not in its shortest form");
  if (!is_control() && left_ > limit - std::min(limit, message_.size())) {
    return failure(close_code::kTooBig, "message too big");
  }
  mask_at_ = 0;
  in_payload_ = true;
  control_.clear();
  return {};
}

void WebSocketReader::read_payload(std::string_view& bytes) {
  std::string& out = is_control() ? control_ : message_;
  unsigned char const* const mask = &header_[header_size_ - kMaskSize];
  auto const size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  std::size_t const start = out.size();
  out.append(bytes.substr(0, size));
  for (std::size_t i = start; i < out.size(); ++i) {
    out[i] = static_cast<char>(static_cast<unsigned char>(out[i]) ^ mask[mask_at_++ % kMaskSize]);
  }
  bytes.remove_prefix(size);
  left_ -= size;
}

WebSocketIncoming WebSocketReader::end_frame() {
  in_payload_ = false;
  header_size_ = 0;
  switch (opcode()) {
    case Opcode::ping: return {Kind::ping, control_};
    case Opcode::pong: return {Kind::pong, control_};
    case Opcode::close: return end_close();
    case Opcode::text:
    case Opcode::binary: message_opcode_ = opcode(); break;
    case Opcode::continuation: break;
  }
  is_fragmented_ = !is_final();
  return is_fragmented_ ? WebSocketIncoming{} : end_message();
}

WebSocketIncoming WebSocketReader::end_message() {
  was_given_ = true;
  if (message_opcode_ == Opcode::binary) return {Kind::binary, message_};
  if (!is_utf8(message_)) return failure(close_code::kInvalidData, "text that is not UTF-8");
  return {Kind::text, message_};
}

WebSocketIncoming WebSocketReader::end_close() const noexcept {
  if (control_.empty()) return {Kind::close, {}, close_code::kNone};
  if (control_.size() == 1) return failure(close_code::kProtocolError, "half a close code");
  auto const* bytes = reinterpret_cast<unsigned char const*>(control_.data());
  auto const code = static_cast<std::uint16_t>(big_endian(bytes, 2));
  if (!is_sendable(code)) return failure(close_code::kProtocolError, "close code that none may send");
  std::string_view const reason = std::string_view{control_}.substr(2);
  if (!is_utf8(reason)) return failure(close_code::kInvalidData, "reason that is not UTF-8");
  return {Kind::close, reason, code};
}

}  // namespace authjwt::detail
