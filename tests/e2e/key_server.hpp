#pragma once

#include <authjwt/adapters/httplib.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace authjwt::e2e {

/// A certificate for 127.0.0.1 that its own key has signed, and that key.
struct SelfSigned {
  SelfSigned()
      : key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free}, certificate{X509_new(), X509_free} {
    X509* const x509 = certificate.get();
    if (key == nullptr || x509 == nullptr) throw std::runtime_error{"OpenSSL cannot make a certificate"};
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_set_version(x509, X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_set_pubkey(x509, key.get());
    X509_NAME* const name = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const*>("test"), -1, -1, 0);
    X509_set_issuer_name(x509, name);
    X509_EXTENSION* const names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(x509, names, -1);
    X509_EXTENSION_free(names);
    if (X509_sign(x509, key.get(), EVP_sha256()) == 0) throw std::runtime_error{"OpenSSL cannot sign a certificate"};
  }

  [[nodiscard]] std::string pem() const {
    std::unique_ptr<BIO, decltype(&BIO_free)> const bio{BIO_new(BIO_s_mem()), BIO_free};
    PEM_write_bio_X509(bio.get(), certificate.get());
    char* data = nullptr;
    long const size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key;
  std::unique_ptr<X509, decltype(&X509_free)> certificate;
};

/// Serves what a test tells it to, on every path, and counts.
class KeyServer {
 public:
  using Handler = std::function<void(httplib::Request const&, httplib::Response&)>;

  explicit KeyServer(Handler handler) : KeyServer{std::move(handler), std::make_unique<httplib::Server>(), "http"} {}
  KeyServer(Handler handler, SelfSigned const& identity)
      : KeyServer{std::move(handler),
                  std::make_unique<httplib::SSLServer>(identity.certificate.get(), identity.key.get()), "https"} {}
  ~KeyServer() {
    release();
    while (!server_->is_running()) std::this_thread::yield();
    server_->stop();
    thread_.join();
  }
  KeyServer(KeyServer const&) = delete;
  KeyServer& operator=(KeyServer const&) = delete;

  [[nodiscard]] std::string url(std::string const& path = "/jwks.json", std::string const& host = "127.0.0.1") const {
    return scheme_ + "://" + host + ":" + std::to_string(port_) + path;
  }
  [[nodiscard]] int port() const noexcept { return port_; }

  void set_handler(Handler handler) {
    std::lock_guard const lock{mutex_};
    handler_ = std::move(handler);
  }
  [[nodiscard]] int hits() const {
    std::lock_guard const lock{mutex_};
    return hits_;
  }
  /// Whether so many requests have come, or come soon.
  [[nodiscard]] bool wait_for_hits(int count) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{20}, [&] { return hits_ >= count; });
  }
  /// For handlers: holds an answer back until the test ends it, or the time is up.
  void hold(std::chrono::milliseconds at_most = std::chrono::seconds{60}) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, at_most, [&] { return released_; });
  }
  void release() {
    std::lock_guard const lock{mutex_};
    released_ = true;
    changed_.notify_all();
  }
  [[nodiscard]] bool is_released() const {
    std::lock_guard const lock{mutex_};
    return released_;
  }

 private:
  KeyServer(Handler handler, std::unique_ptr<httplib::Server> server, std::string scheme)
      : scheme_{std::move(scheme)}, handler_{std::move(handler)}, server_{std::move(server)} {
    server_->new_task_queue = [] { return new httplib::ThreadPool{4}; };
    server_->Get(".*",
                 [this](httplib::Request const& request, httplib::Response& response) { serve(request, response); });
    port_ = server_->bind_to_any_port("127.0.0.1");
    thread_ = std::thread{[this] { server_->listen_after_bind(); }};
  }

  void serve(httplib::Request const& request, httplib::Response& response) {
    Handler handler;
    {
      std::lock_guard const lock{mutex_};
      ++hits_;
      handler = handler_;
      changed_.notify_all();
    }
    handler(request, response);
  }

  std::string scheme_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Handler handler_;
  int hits_ = 0;
  bool released_ = false;
  std::unique_ptr<httplib::Server> server_;
  int port_ = -1;
  std::thread thread_;
};

}  // namespace authjwt::e2e
