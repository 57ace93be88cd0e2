/* Written by ../CLibrary/generate from functions.h. Do not edit. */

#include "functions.h"

#include "Table.h"

/* libz.so.1 */

#define FUNCTIONS(each) \
    each(libz, inflateInit2_) \
    each(libz, inflate) \
    each(libz, inflateReset) \
    each(libz, inflateEnd)
enum { FUNCTIONS(NUMBER) };
TABLE(libz, 4, "zlib1g or zlib",
    false, NULL, NULL, "libz.so.1");
#undef FUNCTIONS

const char *atex_libz_problem(void) {
    return atex_library_load(&libz);
}

HIDDEN int inflateInit2_(struct atex_z_stream *stream, int bits, const char *version, int size) {
    CALL(libz, inflateInit2_, -1, (stream, bits, version, size))
}

HIDDEN int inflate(struct atex_z_stream *stream, int flush) {
    CALL(libz, inflate, -1, (stream, flush))
}

HIDDEN int inflateReset(struct atex_z_stream *stream) {
    CALL(libz, inflateReset, -1, (stream))
}

HIDDEN int inflateEnd(struct atex_z_stream *stream) {
    CALL(libz, inflateEnd, -1, (stream))
}
