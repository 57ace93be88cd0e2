/* Written by ../CLibrary/generate from functions.h. Do not edit. */

#include "functions.h"

#include "Table.h"

/* liblzma.so.5 */

#define FUNCTIONS(each) \
    each(liblzma, lzma_stream_decoder) \
    each(liblzma, lzma_code) \
    each(liblzma, lzma_memusage) \
    each(liblzma, lzma_end)
enum { FUNCTIONS(NUMBER) };
TABLE(liblzma, 4, "liblzma5 or xz-libs",
    false, NULL, NULL, "liblzma.so.5");
#undef FUNCTIONS

const char *atex_liblzma_problem(void) {
    return atex_library_load(&liblzma);
}

HIDDEN int lzma_stream_decoder(struct atex_lzma_stream *stream, uint64_t memory, uint32_t flags) {
    CALL(liblzma, lzma_stream_decoder, -1, (stream, memory, flags))
}

HIDDEN int lzma_code(struct atex_lzma_stream *stream, int action) {
    CALL(liblzma, lzma_code, -1, (stream, action))
}

HIDDEN uint64_t lzma_memusage(const struct atex_lzma_stream *stream) {
    CALL(liblzma, lzma_memusage, -1, (stream))
}

HIDDEN void lzma_end(struct atex_lzma_stream *stream) {
    RUN(liblzma, lzma_end, (stream))
}
