#pragma once

#include "CGnuTLS.h"

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>
/* The functions of GnuTLS that the program calls. ../CLibrary/generate reads this list. */

int gnutls_hash_init(gnutls_hash_hd_t *hash, gnutls_digest_algorithm_t algorithm);
int gnutls_hash(gnutls_hash_hd_t hash, const void *bytes, size_t count);
void gnutls_hash_deinit(gnutls_hash_hd_t hash, void *digest);
