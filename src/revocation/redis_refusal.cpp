#include "base/printable.hpp"
#include "revocation/redis_connection.hpp"

#include <algorithm>
#include <array>

namespace authjwt::detail {
namespace {

struct Row {
  std::string_view code;
  bool ends_connection;
  std::string_view text;
};

constexpr std::array kTable = {
    Row{"READONLY", true, kIsReplica},
    Row{"UNBLOCKED", true, "it has become a replica while it was waited for"},
    Row{"LOADING", true, "it is still loading what it keeps"},
    Row{"MASTERDOWN", true, "it is a replica that has lost its primary"},
    Row{"NOAUTH", true, "it wants a password; put it into the address, as redis://:password@host"},
    Row{"WRONGPASS", true, "the user or the password is wrong"},
    Row{"MOVED", true, "it is a node of a cluster that does not hold the log; name the one that does"},
    Row{"CLUSTERDOWN", true, "its cluster is down"},
    Row{"OOM", false, "it is out of memory (maxmemory), and takes nothing more"},
    Row{"MISCONF", false, "it cannot write to its disk, and takes nothing more until it can; its own log says why"},
    Row{"NOREPLICAS", false, "too few of its replicas are there (min-replicas-to-write)"},
    Row{"BUSY", false, "it is busy with a script of somebody's"},
    Row{"NOPERM", false,
        "the user may not do what the log needs: +evalsha +eval +script|load +xrange +xread +info +config|get, in the "
        "scripts +@read +@write, and the keys ~{prefix}:*"},
    Row{"WRONGTYPE", false, "one of the log's keys holds something else; choose another Options::prefix"},
};

}  // namespace

RedisRefusal refusal_of(RedisAnswer const& answer) {
  std::string_view const said = answer.text;
  std::string_view const code = said.substr(0, said.find(' '));
  auto const row = std::ranges::find(kTable, code, &Row::code);
  if (row != kTable.end()) return {std::string{code}, std::string{row->text}, row->ends_connection};
  // What stands behind a comma may be the arguments of the command, which are nobody's to read.
  return {printable(code, 32), "it says " + printable(said.substr(0, said.find(',')), 200), false};
}

}  // namespace authjwt::detail
