#pragma once

#include <boost/json/memory_resource.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <new>

namespace authjwt {

/// Memory of one claims tree: a single block while the tree is built, the heap afterwards. Boost.JSON 1.81 lets copies
/// of a value share its memory, counted; with its own monotonic_resource two threads that copy out of one token would
/// race. Here nothing in the block changes once it is sealed, and what copies take comes from the heap, which is
/// thread-safe.
class ClaimsResource final : public boost::json::memory_resource {
 public:
  /// `self` becomes the address of the new resource: Boost's counted storage wraps it and gives no way to it.
  ClaimsResource(std::size_t block_size, ClaimsResource*& self)
      : block_{std::make_unique_for_overwrite<std::byte[]>(block_size)}, free_{block_.get()}, left_{block_size} {
    self = this;
  }

  /// The tree is built: its block is never written to again.
  void seal() noexcept { left_ = 0; }

 private:
  void* do_allocate(std::size_t size, std::size_t alignment) override {
    void* at = free_;
    if (left_ == 0 || std::align(alignment, size, at, left_) == nullptr) return ::operator new(size);
    free_ = static_cast<std::byte*>(at) + size;
    left_ -= size;
    block_end_ = free_;
    return at;
  }
  void do_deallocate(void* at, std::size_t, std::size_t) override {
    bool const in_block =
        std::less_equal<>{}(static_cast<void*>(block_.get()), at) && std::less<>{}(at, static_cast<void*>(block_end_));
    if (!in_block) ::operator delete(at);
  }
  [[nodiscard]] bool do_is_equal(memory_resource const& other) const noexcept override { return this == &other; }

  std::unique_ptr<std::byte[]> block_;
  std::byte* free_;
  std::byte* block_end_ = block_.get();
  std::size_t left_;
};

}  // namespace authjwt
