#pragma once

#include <authjwt/base/result.hpp>
#include <authjwt/token/verified_token.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <typeindex>
#include <utility>

namespace authjwt {

namespace detail {

/// `std::optional<User*>` would hold a null pointer and count as somebody.
template <class User>
inline constexpr bool kCannotBeNull = !requires(User user) {
  user == nullptr;
};

template <class User>
std::shared_ptr<User const> shared_user(std::optional<User> user) {
  static_assert(kCannotBeNull<User>, "std::optional of a user, not of a pointer, which may be null and let nobody in");
  return user ? std::make_shared<User const>(*std::move(user)) : nullptr;
}
template <class User>
std::shared_ptr<User const> shared_user(std::shared_ptr<User> user) {
  static_assert(kCannotBeNull<User>, "std::shared_ptr to a user, not to a pointer, which may be null");
  return user;
}

}  // namespace detail

/// Finds the person whom a token is about: made of a callable that takes `Subject const&` or `VerifiedToken const&` and
/// gives `std::optional<User>` or `std::shared_ptr<User>`, empty for nobody. May be called from any thread at once.
class UserLookup {
 public:
  UserLookup() = default;
  template <class Find>
  requires(!std::same_as<std::remove_cvref_t<Find>, UserLookup>)
      // NOLINTNEXTLINE(google-explicit-constructor,bugprone-forwarding-reference-overload)
      UserLookup(Find&& find)
      : type_{typeid(UserOf<Find>)},
        knows_token_{!std::is_invocable_v<std::remove_cvref_t<Find> const&, Subject const&>},
        find_{adapted(std::forward<Find>(find))} {}

  [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(find_); }
  /// The type that `find` looks up.
  [[nodiscard]] std::type_index type() const noexcept { return type_; }
  /// Whether `find` sees the whole token, and so whose it is, and not its subject alone.
  [[nodiscard]] bool knows_token() const noexcept { return knows_token_; }
  /// Null for nobody. Errors: those of `VerifiedToken::subject`. Throws what the callable throws.
  [[nodiscard]] Result<std::shared_ptr<void const>> find(VerifiedToken const& token) const { return find_(token); }

 private:
  template <class Find>
  static auto call(Find const& find, VerifiedToken const& token, Subject const* subject) {
    if constexpr (std::is_invocable_v<Find const&, Subject const&>)
      return detail::shared_user(find(*subject));
    else
      return detail::shared_user(find(token));
  }
  template <class Find>
  using UserOf = std::remove_cv_t<typename decltype(call(std::declval<std::remove_cvref_t<Find> const&>(),
                                                         std::declval<VerifiedToken const&>(), nullptr))::element_type>;

  template <class Find>
  static std::function<Result<std::shared_ptr<void const>>(VerifiedToken const&)> adapted(Find&& find) {
    return [find = std::forward<Find>(find)](VerifiedToken const& token) -> Result<std::shared_ptr<void const>> {
      if constexpr (std::is_invocable_v<std::remove_cvref_t<Find> const&, Subject const&>) {
        Result<Subject> const subject = token.subject();
        if (!subject) return subject.error();
        return std::shared_ptr<void const>{call(find, token, &*subject)};
      } else {
        return std::shared_ptr<void const>{call(find, token, nullptr)};
      }
    };
  }

  std::type_index type_{typeid(void)};
  bool knows_token_ = false;
  std::function<Result<std::shared_ptr<void const>>(VerifiedToken const&)> find_;
};

}  // namespace authjwt
