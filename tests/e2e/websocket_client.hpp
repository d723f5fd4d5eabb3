#pragma once

#include "e2e/raw_client.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace authjwt::e2e {

/// One frame as it came; `opcode` is -1 where the connection ended before there was one.
struct WebSocketFrame {
  int opcode = -1;
  bool is_final = false;
  bool is_masked = false;
  std::string payload;

  /// Of a close frame; 1005 where it has none, 0 of any other.
  [[nodiscard]] int close_code() const {
    if (opcode != 8) return 0;
    if (payload.size() < 2) return 1005;
    return static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
  }
  [[nodiscard]] std::string reason() const { return payload.size() < 2 ? std::string{} : payload.substr(2); }
};

/// The key of RFC 6455 1.3 and the answer to it.
inline constexpr std::string_view kKeyLine = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
inline constexpr std::string_view kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// A good request for an upgrade, with more headers.
[[nodiscard]] inline std::string upgrade(std::string_view target, std::string_view headers = {}) {
  return get(target, "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
                         std::string{kKeyLine} + std::string{headers});
}

/// The close code and reason as a payload.
[[nodiscard]] inline std::string close_payload(std::uint16_t code, std::string_view reason = {}) {
  std::string payload{static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
  return payload.append(reason);
}

/// Bytes of a frame as a client sends it, masked unless said otherwise. `first` is FIN, the reserved bits and the
/// opcode.
[[nodiscard]] inline std::string client_frame(unsigned first, std::string_view payload, bool masked = true) {
  constexpr std::string_view kMask = "\x12\x34\xAB\xCD";
  unsigned const mask_bit = masked ? 0x80U : 0U;
  std::string out{static_cast<char>(first)};
  if (payload.size() < 126) {
    out += static_cast<char>(mask_bit | payload.size());
  } else {
    bool const is_long = payload.size() > 0xFFFF;
    out += static_cast<char>(mask_bit | (is_long ? 127U : 126U));
    for (unsigned shift = is_long ? 64 : 16; shift > 0;) out += static_cast<char>(payload.size() >> (shift -= 8));
  }
  if (!masked) return out.append(payload);
  out.append(kMask);
  for (std::size_t i = 0; i < payload.size(); ++i) out += static_cast<char>(payload[i] ^ kMask[i % 4]);
  return out;
}

/// A WebSocket client that checks nothing and sends what it is told.
class WebSocketClient {
 public:
  WebSocketClient(std::uint16_t port, std::string_view request) : client_{port}, answer_{client_.ask(request)} {}

  [[nodiscard]] RawAnswer const& answer() const { return answer_; }
  [[nodiscard]] int status() const { return answer_.status; }
  RawClient& raw() { return client_; }

  bool send(unsigned first, std::string_view payload) { return client_.send(client_frame(first, payload)); }
  bool send_text(std::string_view text) { return send(0x81, text); }
  bool send_close(std::uint16_t code = 1000) { return send(0x88, close_payload(code)); }

  WebSocketFrame read_frame() {
    std::string const head = client_.read_bytes(2);
    if (head.size() < 2) return {};
    auto const first = static_cast<unsigned char>(head[0]);
    auto const second = static_cast<unsigned char>(head[1]);
    std::uint64_t size = second & 0x7FU;
    if (size >= 126) size = big_endian(client_.read_bytes(size == 126 ? 2 : 8));
    WebSocketFrame frame{first & 0x0F, (first & 0x80U) != 0, (second & 0x80U) != 0, client_.read_bytes(size)};
    if (frame.payload.size() < size) frame.opcode = -1;
    return frame;
  }
  /// The payload of the next frame, where that is a text; else what it is.
  std::string read_text() {
    WebSocketFrame frame = read_frame();
    if (frame.opcode == 1) return std::move(frame.payload);
    return "opcode " + std::to_string(frame.opcode) + ", code " + std::to_string(frame.close_code()) + ", " +
           frame.reason();
  }
  /// The code of the close frame that comes next; -1 for the end of the connection without one, 0 for another frame.
  int read_close() {
    WebSocketFrame const frame = read_frame();
    return frame.opcode == -1 ? -1 : frame.close_code();
  }

 private:
  static std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (char const c : bytes) value = value << 8U | static_cast<unsigned char>(c);
    return value;
  }

  RawClient client_;
  RawAnswer answer_;
};

}  // namespace authjwt::e2e
