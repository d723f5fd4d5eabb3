#include "revocation/redis_tls.hpp"

#ifdef AUTHJWT_REDIS_TLS

#include <hiredis/hiredis.h>
#include <hiredis/hiredis_ssl.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <memory>

namespace authjwt::detail {
namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
struct FreeSession {
  void operator()(SSL* session) const noexcept { SSL_free(session); }
};

// hiredis itself compares the certificate with no name.
bool expects_host(SSL* session, std::string const& host) {
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str()) == 1) return true;
  // What SSL_set_tlsext_host_name stands for, which casts as C does.
  void* const name = const_cast<char*>(host.c_str());
  return SSL_set1_host(session, host.c_str()) == 1 &&
         SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name) == 1;
}

}  // namespace

bool start_redis_tls(redisContext* context, std::string const& host, timeval const& patience) {
  std::unique_ptr<SSL_CTX, FreeContext> const settings{SSL_CTX_new(TLS_client_method())};
  if (!settings || SSL_CTX_set_default_verify_paths(settings.get()) != 1) return false;
  if (SSL_CTX_set_min_proto_version(settings.get(), TLS1_2_VERSION) != 1) return false;
  SSL_CTX_set_verify(settings.get(), SSL_VERIFY_PEER, nullptr);
  std::unique_ptr<SSL, FreeSession> session{SSL_new(settings.get())};
  if (!session || !expects_host(session.get(), host)) return false;
  if (redisSetTimeout(context, patience) != REDIS_OK) return false;
  // From its success on the connection owns the session.
  if (redisInitiateSSL(context, session.get()) != REDIS_OK) return false;
  static_cast<void>(session.release());
  return true;
}

}  // namespace authjwt::detail

#endif
