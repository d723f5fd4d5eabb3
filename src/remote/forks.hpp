#pragma once

#include <mutex>

/// What a fork waits for: a lock that a thread holds which a child does not have would stay locked there for ever.
namespace authjwt::remote {

/// Makes forks wait for both locks below. Throws `std::bad_alloc` where they cannot be watched. Thread-safe.
void watch_forks();

/// Held by whoever is inside libcurl or makes keys: both have OpenSSL's locks in between. Not while waiting for a
/// network. Taken before `snapshots_lock`.
[[nodiscard]] std::unique_lock<std::mutex> working_lock();
/// Held for as long as it takes to copy a pointer.
[[nodiscard]] std::unique_lock<std::mutex> snapshots_lock();

}  // namespace authjwt::remote
