#include "functions.h"

void *atex_sha256_begin(void) {
    gnutls_hash_hd_t hash;
    return gnutls_hash_init(&hash, GNUTLS_DIG_SHA256) == 0 ? hash : NULL;
}

int atex_sha256_update(void *hash, const void *bytes, unsigned long count) {
    return gnutls_hash(hash, bytes, count);
}

void atex_sha256_end(void *hash, unsigned char digest[32]) { gnutls_hash_deinit(hash, digest); }
