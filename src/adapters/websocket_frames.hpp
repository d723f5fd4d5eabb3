#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The frames of RFC 6455 5, as a server reads and writes them; no extension.
namespace authjwt::detail {

namespace close_code {  // RFC 6455 7.4.1
inline constexpr std::uint16_t kNormal = 1000;
inline constexpr std::uint16_t kGoingAway = 1001;
inline constexpr std::uint16_t kProtocolError = 1002;
inline constexpr std::uint16_t kUnsupported = 1003;
inline constexpr std::uint16_t kNone = 1005;      // never sent: a close frame without a code
inline constexpr std::uint16_t kAbnormal = 1006;  // never sent: no close frame
inline constexpr std::uint16_t kInvalidData = 1007;
inline constexpr std::uint16_t kPolicy = 1008;
inline constexpr std::uint16_t kTooBig = 1009;
inline constexpr std::uint16_t kInternal = 1011;
inline constexpr std::uint16_t kTryAgainLater = 1013;  // of IANA's registry
}  // namespace close_code

inline constexpr std::size_t kMaxControlSize = 125;
inline constexpr std::size_t kMaxReasonSize = kMaxControlSize - 2;

/// Whether a close frame may have this code: those of the protocol and of its registry, and the ranges for libraries
/// and programs (RFC 6455 7.4.2).
[[nodiscard]] bool is_sendable(std::uint16_t code) noexcept;

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// One whole, unmasked frame.
[[nodiscard]] std::string frame(Opcode opcode, std::string_view payload);
[[nodiscard]] std::string close_frame(std::uint16_t code, std::string_view reason);

/// What the reader has found.
struct WebSocketIncoming {
  enum class Kind : std::uint8_t { nothing, text, binary, ping, pong, close, failure };
  Kind kind = Kind::nothing;
  std::string_view payload = {};  ///< of a close: its reason; of a failure: what is wrong. Valid until the next call
  std::uint16_t code = 0;         ///< of a close or a failure
};

/// Reads what a client sends: unmasks it, puts fragments together, and tells every violation with its close code. Holds
/// no more than one message and one control frame, whatever sizes are announced.
class WebSocketReader {
 public:
  /// Reads from the front of `bytes`, as far as the end of the next message or control frame. `nothing` when there is
  /// none; then `bytes` is empty. A message of more than `limit` bytes is a failure; after one it is not called again.
  [[nodiscard]] WebSocketIncoming next(std::string_view& bytes, std::size_t limit);

 private:
  [[nodiscard]] bool read_header(std::string_view& bytes) noexcept;
  [[nodiscard]] WebSocketIncoming check_header(std::size_t limit) noexcept;
  [[nodiscard]] char const* first_violation() const noexcept;
  [[nodiscard]] std::size_t header_needs() const noexcept;
  void read_payload(std::string_view& bytes);
  [[nodiscard]] WebSocketIncoming end_frame();
  [[nodiscard]] WebSocketIncoming end_message();
  [[nodiscard]] WebSocketIncoming end_close() const noexcept;
  [[nodiscard]] bool is_control() const noexcept { return (header_[0] & 0x08U) != 0; }
  [[nodiscard]] bool is_final() const noexcept { return (header_[0] & 0x80U) != 0; }
  [[nodiscard]] Opcode opcode() const noexcept { return static_cast<Opcode>(header_[0] & 0x0FU); }

  std::array<unsigned char, 14> header_{};
  std::size_t header_size_ = 0;  // bytes of it that are there
  bool in_payload_ = false;
  bool was_given_ = false;      // what message_ holds has been given out
  bool is_fragmented_ = false;  // a message has begun and not ended
  Opcode message_opcode_ = Opcode::text;
  std::uint64_t left_ = 0;  // bytes of the frame's payload that have not come
  std::size_t mask_at_ = 0;
  std::string message_;
  std::string control_;
};

}  // namespace authjwt::detail
