// A callable passed down a call, never kept: two words, no allocation.
// (std::function_ref is C++26.)
#pragma once

#include <type_traits>
#include <utility>

namespace ldwhy {

template <class Signature>
class FunctionRef;

template <class R, class... Args>
class FunctionRef<R(Args...)> {
 public:
  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef> && std::is_invocable_r_v<R, F &, Args...>)
  FunctionRef(F &&callable)
      : object_(const_cast<void *>(static_cast<const void *>(&callable))), call_([](void *object, Args... args) -> R {
          return (*static_cast<std::remove_reference_t<F> *>(object))(std::forward<Args>(args)...);
        }) {}
  R operator()(Args... args) const { return call_(object_, std::forward<Args>(args)...); }

 private:
  void *object_;
  R (*call_)(void *, Args...);
};

}  // namespace ldwhy
