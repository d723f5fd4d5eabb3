// Whether a server keeps what it acknowledges: RedisLog::is_durable.
#include "revocation/redis_log_impl.hpp"

#include <array>
#include <map>

namespace authjwt {
namespace {

using detail::RedisAnswer;
using detail::RedisClient;

constexpr std::string_view kAsking = "is_durable";

using Config = std::map<std::string, std::string, std::less<>>;

/// Adds what the server says of `pattern`. Nothing has been reported where it may not be asked: `is_allowed` is false.
bool read_config(RedisClient& client, std::string_view pattern, Config& config, bool& is_allowed) {
  auto const answer = client.ask_whether(kAsking, std::array<std::string_view, 3>{"CONFIG", "GET", pattern});
  if (!answer) return false;
  is_allowed = answer->kind == RedisAnswer::Kind::list;
  for (std::size_t i = 0; i + 1 < answer->list.size(); i += 2) {
    config.insert_or_assign(answer->list[i].text, answer->list[i + 1].text);
  }
  return true;
}

struct Lack {
  std::string_view state;
  std::string_view text;
};

Lack lack_of(Config const& config) {
  auto const is = [&config](std::string_view name, std::string_view value) {
    auto const found = config.find(name);
    return found != config.end() && found->second == value;
  };
  if (!is("appendonly", "yes")) {
    return {"appendonly",
            "what it has acknowledged is lost when it crashes; set appendonly yes and appendfsync always"};
  }
  if (!is("appendfsync", "always")) {
    return {"appendfsync", "what it acknowledged last is lost when it crashes; set appendfsync always"};
  }
  if (!is("no-appendfsync-on-rewrite", "no")) {
    return {"rewrite", "while it rewrites its file it waits for no disk; set no-appendfsync-on-rewrite no"};
  }
  if (!is("maxmemory", "0") && !is("maxmemory-policy", "noeviction")) {
    return {"eviction", "it drops keys when its memory is full; set maxmemory-policy noeviction"};
  }
  return {};
}

/// For a user who may not read the configuration.
Lack unsure_lack(RedisClient& client) {
  auto const info = client.ask_whether(kAsking, std::array<std::string_view, 2>{"INFO", "persistence"});
  if (info && detail::info_value(info->text, "aof_enabled") == "0") return lack_of({});
  return {"unsure", "whether it keeps what it acknowledges cannot be known: the user may not ask (+config|get)"};
}

Lack lack_of(RedisClient& client) {
  Config config;
  bool is_allowed = false;
  if (!read_config(client, "*append*", config, is_allowed)) return {"unknown", "it does not answer"};
  if (!is_allowed) return unsure_lack(client);
  if (!read_config(client, "maxmemory*", config, is_allowed)) return {"unknown", "it does not answer"};
  return lack_of(config);
}

}  // namespace

bool RedisLog::is_durable() noexcept try {
  Impl::Process* const here = impl_->process();
  if (here == nullptr) return false;
  Lack const lack = lack_of(here->client);
  here->client.reporter().report("not durable", lack.state, lack.text);
  return lack.state.empty();
} catch (...) {
  return false;
}

}  // namespace authjwt
