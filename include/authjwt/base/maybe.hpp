#pragma once

#include <optional>
#include <utility>

namespace authjwt {

namespace detail {
[[noreturn]] void throw_nothing_there();  // std::logic_error
}  // namespace detail

/// A `std::optional` whose `*` and `->` throw `std::logic_error` where there is nothing. Whether a request has a token
/// is up to a stranger: a handler that forgets to ask must end in an error, not in memory that is not there.
template <class T>
class Maybe : public std::optional<T> {
 public:
  using std::optional<T>::optional;

  [[nodiscard]] T const& operator*() const& { return *checked(*this); }
  [[nodiscard]] T& operator*() & { return *checked(*this); }
  [[nodiscard]] T&& operator*() && { return std::move(*checked(*this)); }
  [[nodiscard]] T const* operator->() const { return checked(*this); }
  [[nodiscard]] T* operator->() { return checked(*this); }

 private:
  template <class Self>
  static auto* checked(Self& self) {
    if (!self.has_value()) detail::throw_nothing_there();
    return &self.value();
  }
};

/// The same for something that lives elsewhere: a pointer, possibly null, that is checked when it is used.
template <class T>
class MaybePointer {
 public:
  MaybePointer(T* pointer) noexcept : pointer_{pointer} {}  // NOLINT(google-explicit-constructor)

  operator T*() const noexcept { return pointer_; }  // NOLINT(google-explicit-constructor)
  [[nodiscard]] T& operator*() const { return *checked(); }
  [[nodiscard]] T* operator->() const { return checked(); }

 private:
  [[nodiscard]] T* checked() const {
    if (pointer_ == nullptr) detail::throw_nothing_there();
    return pointer_;
  }
  T* pointer_;
};

}  // namespace authjwt
