#pragma once

/* GnuTLS, which is loaded when the first checksum begins. Its own headers conflict with Swift's C
   library module. */

/* Loads GnuTLS. NULL if it is loaded, otherwise the reason. */
const char *atex_libgnutls_problem(void);

/* Starts a SHA-256; NULL if the host forbids the algorithm, or if GnuTLS cannot be loaded. */
void *atex_sha256_begin(void);
int atex_sha256_update(void *hash, const void *bytes, unsigned long count);
/* Frees the hash; `digest` may be NULL. */
void atex_sha256_end(void *hash, unsigned char digest[32]);
