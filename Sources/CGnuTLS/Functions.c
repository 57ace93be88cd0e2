/* Written by ../CLibrary/generate from functions.h. Do not edit. */

#include "functions.h"

#include "Table.h"

/* libgnutls.so.30 */

#define FUNCTIONS(each) \
    each(libgnutls, gnutls_hash_init) \
    each(libgnutls, gnutls_hash) \
    each(libgnutls, gnutls_hash_deinit)
enum { FUNCTIONS(NUMBER) };
TABLE(libgnutls, 3, "libgnutls30t64, libgnutls30 or gnutls",
    false, NULL, NULL, "libgnutls.so.30");
#undef FUNCTIONS

const char *atex_libgnutls_problem(void) {
    return atex_library_load(&libgnutls);
}

HIDDEN int gnutls_hash_init(gnutls_hash_hd_t *hash, gnutls_digest_algorithm_t algorithm) {
    CALL(libgnutls, gnutls_hash_init, -1, (hash, algorithm))
}

HIDDEN int gnutls_hash(gnutls_hash_hd_t hash, const void *bytes, size_t count) {
    CALL(libgnutls, gnutls_hash, -1, (hash, bytes, count))
}

HIDDEN void gnutls_hash_deinit(gnutls_hash_hd_t hash, void *digest) {
    RUN(libgnutls, gnutls_hash_deinit, (hash, digest))
}
