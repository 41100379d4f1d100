// OpenSSL, and what Swift cannot import of it: macros and variadic functions, one line each.
#ifndef FLORIN_COPENSSL_SHIM_H
#define FLORIN_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

static inline int florin_ctx_require_tls13(SSL_CTX *ctx) {
    return SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) == 1
        && SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) == 1;
}
/// And no renegotiation, which TLS 1.2 has.
static inline int florin_ctx_require_tls12(SSL_CTX *ctx) {
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION);
    return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1;
}
static inline int florin_ssl_set_server_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}
/// The writes' buffer grows and moves; what an idle connection does not need is given back.
static inline void florin_ctx_set_modes(SSL_CTX *ctx) {
    SSL_CTX_set_mode(
        ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
            | SSL_MODE_RELEASE_BUFFERS);
}
static inline void florin_ctx_disable_sessions(SSL_CTX *ctx) {
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
}
static inline int florin_ctx_set_groups(SSL_CTX *ctx, const char *list) {
    return (int)SSL_CTX_set1_groups_list(ctx, list);
}
static inline void florin_bio_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void florin_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }

static inline int florin_general_names_count(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}
static inline GENERAL_NAME *florin_general_name_at(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}
static inline const unsigned char *florin_ia5_bytes(const GENERAL_NAME *name, int *length) {
    *length = ASN1_STRING_length(name->d.ia5);
    return ASN1_STRING_get0_data(name->d.ia5);
}
static inline const unsigned char *florin_octets(const GENERAL_NAME *name, int *length) {
    *length = ASN1_STRING_length(name->d.iPAddress);
    return ASN1_STRING_get0_data(name->d.iPAddress);
}

static inline STACK_OF(X509) *florin_ctx_chain(SSL_CTX *ctx) {
    STACK_OF(X509) *chain = NULL;
    SSL_CTX_get0_chain_certs(ctx, &chain);
    return chain;
}
static inline int florin_revoked_count(const STACK_OF(X509_REVOKED) *entries) {
    return entries == NULL ? 0 : sk_X509_REVOKED_num(entries);
}
static inline X509_REVOKED *florin_revoked_at(const STACK_OF(X509_REVOKED) *entries, int index) {
    return sk_X509_REVOKED_value(entries, index);
}

static const unsigned long florin_one_line = XN_FLAG_ONELINE;
// Looked up once: EVP_sha256() is searched for again by each EVP_DigestInit_ex.
static inline const EVP_MD *florin_sha256(void) {
    static const EVP_MD *sha256 = NULL;
    const EVP_MD *found = __atomic_load_n(&sha256, __ATOMIC_ACQUIRE);
    if (found == NULL) {
        found = EVP_MD_fetch(NULL, "SHA2-256", NULL);
        __atomic_store_n(&sha256, found, __ATOMIC_RELEASE);
    }
    return found;
}
static inline EVP_PKEY *florin_make_p256_key(void) { return EVP_EC_gen("P-256"); }
static inline long florin_mem_bio_data(BIO *bio, char **data) { return BIO_get_mem_data(bio, data); }

#endif
