#include "replay.hpp"

#include <iostream>

/// Replays recorded behaviour of the Python package, and cases written by hand in the format of the recordings.
/// Exit code 0 only when at least one case was read and none failed.
int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: compat_replay FILE...\n";
    return 2;
  }
  authjwt::compat::Tally tally;
  for (int i = 1; i < argc; ++i) authjwt::compat::replay_file(argv[i], tally, std::cout);
  authjwt::compat::print_summary(tally, std::cout);
  return tally.good() ? 0 : 1;
}
