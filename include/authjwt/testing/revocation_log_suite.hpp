#pragma once

#include <authjwt/testing/detail/log_entries_suite.hpp>
#include <authjwt/testing/detail/log_waiting_suite.hpp>
#include <authjwt/testing/detail/session_races_suite.hpp>
#include <authjwt/testing/detail/session_records_suite.hpp>
#include <authjwt/testing/detail/session_revoked_suite.hpp>
#include <authjwt/testing/detail/session_rotation_suite.hpp>

/// What every engine of `RevocationLog` and `SessionStore` has to keep, as GoogleTest suites. An engine is run through
/// them by a class that makes a new, empty store, and removes it when it is destroyed:
///
///     namespace authjwt::testing {
///     struct MyStore {
///       FakeClock clock;                        // the time all its handles go by
///       std::shared_ptr<RevocationLog> open();  // a handle: another one by each call, where the engine has such a
///                                               // thing. Called by several threads, and in forks of the process
///       static constexpr bool kAmongProcesses = true;  // whether a fork of the process opens the same store
///     };
///     AUTHJWT_REVOCATION_LOG_SUITE(My, MyStore);
///     AUTHJWT_SESSION_STORE_SUITE(My, MyStore);  // of an engine that has sessions
///     }  // namespace authjwt::testing
#define AUTHJWT_REVOCATION_LOG_SUITE(name, store)          \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, LogEntries, store); \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, LogWaiting, store)

#define AUTHJWT_SESSION_STORE_SUITE(name, store)                \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, SessionRecords, store);  \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, SessionRotation, store); \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, SessionRevoked, store);  \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, SessionRaces, store)
