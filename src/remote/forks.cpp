#include "remote/forks.hpp"

#include <pthread.h>

#include <new>

namespace authjwt::remote {
namespace {

// One of each for all that fetch.
std::mutex working;
std::mutex snapshots;

void lock_all() {
  working.lock();
  snapshots.lock();
}
void unlock_all() {
  snapshots.unlock();
  working.unlock();
}

}  // namespace

void watch_forks() {
  static int const watching = pthread_atfork(lock_all, unlock_all, unlock_all);
  if (watching != 0) throw std::bad_alloc{};
}

std::unique_lock<std::mutex> working_lock() { return std::unique_lock{working}; }
std::unique_lock<std::mutex> snapshots_lock() { return std::unique_lock{snapshots}; }

}  // namespace authjwt::remote
