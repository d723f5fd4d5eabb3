#include <authjwt/base/clock.hpp>

namespace authjwt {
namespace {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const noexcept override {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }
};

}  // namespace

Clock const& system_clock() noexcept {
  static SystemClock const clock;
  return clock;
}

}  // namespace authjwt
