#include "functions.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* LZMA_RUN, LZMA_FINISH */
enum { run = 0, finish = 3 };

/* LZMA_OK and other results of lzma_code */
enum {
    ok = 0,
    stream_end = 1,
    unsupported_check = 3,
    no_memory = 5,
    memory_limit = 6,
    other_format = 7,
    unsupported_options = 8,
    no_progress = 10,
};

/* LZMA_TELL_UNSUPPORTED_CHECK: otherwise the data would not be compared with their checksum.
   LZMA_CONCATENATED */
enum { flags = 0x02 | 0x08 };

struct atex_xz_decoder {
    struct atex_lzma_stream stream;
    uint64_t memory;
    atex_xz_source source;
    void *context;
    const char *error;
    char text[128];
    bool has_ended; /* the source */
    bool is_complete; /* the data */
    bool has_failed;
    unsigned char output[1 << 17];
};

struct atex_xz_decoder *atex_xz_open(uint64_t memory, atex_xz_source source, void *context) {
    struct atex_xz_decoder *decoder = calloc(1, sizeof *decoder);
    if (!decoder) return NULL;
    decoder->memory = memory;
    decoder->source = source;
    decoder->context = context;
    if (lzma_stream_decoder(&decoder->stream, memory, flags) == ok) return decoder;
    free(decoder);
    return NULL;
}

static long failure(struct atex_xz_decoder *decoder, const char *error) {
    decoder->has_failed = true;
    decoder->error = error;
    return -1;
}

static unsigned long long mebibytes(uint64_t bytes) {
    return (bytes >> 20) + ((bytes & ((1 << 20) - 1)) != 0);
}

static const char *reason(struct atex_xz_decoder *decoder, int result) {
    switch (result) {
    case unsupported_check: return "their checksum is of an unknown kind";
    case no_memory: return "no memory";
    case memory_limit:
        snprintf(decoder->text, sizeof decoder->text,
            "to decode them takes %llu MiB of memory, and at most %llu MiB are permitted",
            mebibytes(lzma_memusage(&decoder->stream)), mebibytes(decoder->memory));
        return decoder->text;
    case unsupported_options: return "they use a filter or an option that is not supported";
    case other_format: return "they do not begin as such data";
    case no_progress: return "they end too early";
    default: return "they are damaged, or other bytes follow them";
    }
}

/* Gets input if there is none. Returns false on failure. */
static bool fill(struct atex_xz_decoder *decoder) {
    struct atex_lzma_stream *stream = &decoder->stream;
    if (stream->available_in > 0 || decoder->has_ended) return true;
    const void *bytes;
    long count = decoder->source(decoder->context, &bytes);
    if (count < 0) return false;
    decoder->has_ended = count == 0;
    stream->next_in = bytes;
    stream->available_in = (size_t)count;
    return true;
}

long atex_xz_next(struct atex_xz_decoder *decoder, const void **bytes) {
    struct atex_lzma_stream *stream = &decoder->stream;
    if (decoder->has_failed) return -1;
    stream->next_out = decoder->output;
    stream->available_out = sizeof decoder->output;
    while (stream->available_out > 0 && !decoder->is_complete) {
        if (!fill(decoder)) return failure(decoder, NULL);
        int result = lzma_code(stream, decoder->has_ended ? finish : run);
        /* Only at the end of the input: others of its streams may follow before. */
        if (result == stream_end) decoder->is_complete = true;
        /* Without progress, more input may help. */
        bool is_waiting = result == no_progress && !decoder->has_ended;
        if (result != ok && result != stream_end && !is_waiting)
            return failure(decoder, reason(decoder, result));
    }
    *bytes = decoder->output;
    return (long)(sizeof decoder->output - stream->available_out);
}

const char *atex_xz_error(struct atex_xz_decoder *decoder) { return decoder->error; }

void atex_xz_close(struct atex_xz_decoder *decoder) {
    lzma_end(&decoder->stream);
    free(decoder);
}
