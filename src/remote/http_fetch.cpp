#include "remote/http_fetch.hpp"

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "remote/forks.hpp"
#include "remote/schedule.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace authjwt::remote {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr int kMostRedirects = 3;
constexpr std::size_t kMostHeaderBytes = 64UL * 1024;
constexpr long kOk = 200;
/// libcurl is asleep for so long at most where nothing happens; `stop` wakes it.
constexpr int kLongestPollMs = 1'000;

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const noexcept {
    static_cast<void>(release(object));
  }
};
using Easy = std::unique_ptr<CURL, Release<curl_easy_cleanup>>;
using Multi = std::unique_ptr<CURLM, Release<curl_multi_cleanup>>;
using Url = std::unique_ptr<CURLU, Release<curl_url_cleanup>>;
using Text = std::unique_ptr<char, Release<curl_free>>;

// --- URLs
// ---------------------------------------------------------------------

/// By the parser of the one who connects. Null for what is none, and for one with a user.
Url parsed(std::string const& url) {
  Url handle{curl_url()};
  if (handle == nullptr) throw std::bad_alloc{};
  if (curl_url_set(handle.get(), CURLUPART_URL, url.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) return nullptr;
  return handle;
}

std::string part(Url const& url, CURLUPart part) {
  char* found = nullptr;
  if (curl_url_get(url.get(), part, &found, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
  return Text{found}.get();
}

/// Scheme, host and port: those of one are one service.
std::string origin(Url const& url) {
  return part(url, CURLUPART_SCHEME) + "://" + part(url, CURLUPART_HOST) + ":" + part(url, CURLUPART_PORT);
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
}

// --- one request
// ---------------------------------------------------------------------

/// What one request has brought so far.
struct Answer {
  std::size_t max_size;
  std::string body = {};
  std::size_t header_bytes = 0;
  bool is_too_large = false;
};

// libcurl takes any other number than that of the bytes for a reason to give up.
constexpr std::size_t kGiveUp = 0;

extern "C" std::size_t authjwt_remote_take_body(char* bytes, std::size_t, std::size_t count, void* answer) noexcept {
  auto& into = *static_cast<Answer*>(answer);
  into.is_too_large = count > into.max_size - into.body.size();
  if (into.is_too_large) return kGiveUp;
  try {
    into.body.append(bytes, count);
  } catch (std::bad_alloc const&) {
    return kGiveUp;
  }
  return count;
}

extern "C" std::size_t authjwt_remote_take_header(char*, std::size_t, std::size_t count, void* answer) noexcept {
  auto& into = *static_cast<Answer*>(answer);
  into.header_bytes += count;
  into.is_too_large = into.header_bytes > kMostHeaderBytes;
  // An empty line is two bytes long: none has length 0.
  return into.is_too_large ? kGiveUp : count;
}

template <class Value>
void set(Easy const& easy, CURLoption option, Value value) {
  if (curl_easy_setopt(easy.get(), option, value) != CURLE_OK) {
    throw std::runtime_error{"libcurl does not know an option that it needs"};
  }
}

/// Nothing but what is asked for here: no environment, no cookies, no credentials, no compression, no other protocol.
Easy request(std::string const& url, bool is_https, FetchRoute const& route, Answer& answer) {
  Easy easy{curl_easy_init()};
  if (easy == nullptr) throw std::bad_alloc{};
  set(easy, CURLOPT_URL, url.c_str());
  set(easy, CURLOPT_PROTOCOLS_STR, is_https ? "https" : "http");
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_PROXY, route.proxy.c_str());
  set(easy, CURLOPT_NOPROXY, "");
  if (!route.ca_file.empty()) {
    set(easy, CURLOPT_CAINFO, route.ca_file.c_str());
    set(easy, CURLOPT_CAPATH, static_cast<char const*>(nullptr));
  }
  set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_QUICK_EXIT, 1L);  // a lookup of a name that hangs is left alone
  set(easy, CURLOPT_USERAGENT, "authjwt");
  set(easy, CURLOPT_WRITEFUNCTION, authjwt_remote_take_body);
  set(easy, CURLOPT_WRITEDATA, static_cast<void*>(&answer));
  set(easy, CURLOPT_HEADERFUNCTION, authjwt_remote_take_header);
  set(easy, CURLOPT_HEADERDATA, static_cast<void*>(&answer));
  return easy;
}

/// An easy handle while it is driven by a multi handle, which another thread can wake.
class Transfer {
 public:
  explicit Transfer(Easy const& easy) : multi_{curl_multi_init()}, easy_{easy.get()} {
    if (multi_ == nullptr || curl_multi_add_handle(multi_.get(), easy_) != CURLM_OK) throw std::bad_alloc{};
  }
  ~Transfer() { curl_multi_remove_handle(multi_.get(), easy_); }
  Transfer(Transfer const&) = delete;
  Transfer& operator=(Transfer const&) = delete;

  /// `working` is held but for the time in which nothing happens.
  [[nodiscard]] CURLcode run(std::stop_token const& stop, std::unique_lock<std::mutex>& working) {
    std::stop_callback const wake{stop, [this] { curl_multi_wakeup(multi_.get()); }};
    for (int running = 1; !stop.stop_requested();) {
      if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) return CURLE_FAILED_INIT;
      if (running == 0) return result();
      working.unlock();
      CURLMcode const polled = curl_multi_poll(multi_.get(), nullptr, 0, kLongestPollMs, nullptr);
      working.lock();
      if (polled != CURLM_OK) return CURLE_FAILED_INIT;
    }
    return CURLE_ABORTED_BY_CALLBACK;
  }

 private:
  [[nodiscard]] CURLcode result() {
    int left = 0;
    while (CURLMsg const* const message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg == CURLMSG_DONE) return message->data.result;
    }
    return CURLE_FAILED_INIT;
  }

  Multi multi_;
  CURL* easy_;
};

/// Of all lines the shortest.
std::optional<std::chrono::seconds> max_age_in(Easy const& easy) {
  std::optional<std::chrono::seconds> shortest;
  curl_header* line = nullptr;
  for (std::size_t i = 0; curl_easy_header(easy.get(), "Cache-Control", i, CURLH_HEADER, -1, &line) == CURLHE_OK; ++i) {
    std::optional<std::chrono::seconds> const age = max_age_of(line->value);
    if (age) shortest = shortest ? std::min(*shortest, *age) : *age;
  }
  return shortest;
}

std::string reason(CURLcode code, Answer const& answer) {
  if (answer.is_too_large) return "the answer is too large";
  return curl_easy_strerror(code);
}

/// What one request gave, or where it sends us instead.
struct Step {
  Fetched fetched = {};
  std::string redirect = {};
};

Step step(std::string const& url, bool is_https, FetchLimits const& limits, FetchRoute const& route,
          std::stop_token const& stop) {
  auto working = working_lock();  // first, so that it is held until all of libcurl's has ended
  Answer answer{.max_size = limits.max_size};
  Easy const easy = request(url, is_https, route, answer);
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.timeout.count()));
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.timeout.count()));
  CURLcode const code = Transfer{easy}.run(stop, working);
  if (code != CURLE_OK) return {.fetched = {.failure = reason(code, answer)}};
  long status = 0;
  char* redirect = nullptr;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy.get(), CURLINFO_REDIRECT_URL, &redirect);
  if (redirect != nullptr) return {.fetched = {}, .redirect = redirect};
  if (status != kOk) return {.fetched = {.failure = "the status is " + std::to_string(status)}};
  return {.fetched = {.body = std::move(answer.body), .max_age = max_age_in(easy)}};
}

}  // namespace

Address checked_address(std::string const& url, bool allow_http) {
  // libcurl takes `https:///host` for `https://host`.
  bool const is_plain = is_printable(url) && url.find(":///") == std::string::npos;
  Url const handle = is_plain ? parsed(url) : nullptr;
  if (handle == nullptr) {
    throw std::invalid_argument{"the URL of the keys is none, or has a user: https://issuer.example.com/jwks.json"};
  }
  bool const is_https = part(handle, CURLUPART_SCHEME) == "https";
  bool const is_http = part(handle, CURLUPART_SCHEME) == "http";
  if (!is_https && !(is_http && allow_http)) {
    throw std::invalid_argument{"the URL of the keys is not https; allow_http takes http too"};
  }
  if (!part(handle, CURLUPART_FRAGMENT).empty()) {
    throw std::invalid_argument{"the URL of the keys has a fragment, which no server sees"};
  }
  std::string const shown = printable(origin(handle) + part(handle, CURLUPART_PATH), 200);
  return {.url = url, .shown = shown, .is_https = is_https};
}

void prepare_fetching(FetchRoute const& route) {
  static CURLcode const ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready != CURLE_OK) throw std::runtime_error{"libcurl cannot begin"};
  Answer answer{.max_size = 0};
  static_cast<void>(request("https://localhost", true, route, answer));
}

Fetched fetch(Address const& address, FetchLimits const& limits, FetchRoute const& route, std::stop_token const& stop) {
  Steady::time_point const ends = Steady::now() + limits.timeout;
  std::string const own = origin(parsed(address.url));
  std::string url = address.url;
  for (int redirects = 0;; ++redirects) {
    auto const left = std::chrono::ceil<milliseconds>(ends - Steady::now());
    if (left < milliseconds{1}) return {.failure = curl_easy_strerror(CURLE_OPERATION_TIMEDOUT)};
    Step next = step(url, address.is_https, {left, limits.max_size}, route, stop);
    if (next.redirect.empty()) return std::move(next.fetched);
    Url const target = parsed(next.redirect);
    if (target == nullptr || !equal_ignoring_case(origin(target), own))
      return {.failure = "it redirects to another service"};
    if (redirects == kMostRedirects) return {.failure = "it redirects too often"};
    url = std::move(next.redirect);
  }
}

}  // namespace authjwt::remote
