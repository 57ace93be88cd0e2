/* Written by ../CLibrary/generate from functions.h. Do not edit. */

#include "functions.h"

#include "CLibrary.h"

/* Not exported: a library must not call these instead of the functions of another library. */
#define HIDDEN __attribute__((visibility("hidden")))

#define NUMBER(library, name) library##_##name,
#define NAME(library, name) #name,

#define TABLE(library, number, packages, optional, loaded, absent, ...) \
    static const char *const library##_files[] = {__VA_ARGS__, NULL}; \
    static const char *const library##_names[] = {FUNCTIONS(NAME)}; \
    static struct { \
        int is_loaded; \
        void *functions[number]; \
    } __attribute__((aligned(ATEX_PAGE))) library##_state; \
    static const struct atex_library library = { \
        library##_files, packages, library##_names, number, optional, \
        (struct atex_library_state *)&library##_state, sizeof library##_state, loaded, absent}

#define CALL(library, name, failure, arguments) \
    __typeof__(name) *found = atex_library_function(&library, library##_##name); \
    return found ? found arguments : failure;

#define RUN(library, name, arguments) \
    __typeof__(name) *found = atex_library_function(&library, library##_##name); \
    if (found) found arguments;

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
