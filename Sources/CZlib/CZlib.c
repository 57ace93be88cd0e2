#include "functions.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* Z_NO_FLUSH, Z_OK, Z_STREAM_END, Z_BUF_ERROR */
enum { no_flush = 0, ok = 0, stream_end = 1, no_progress = -5 };

struct atex_gzip_decoder {
    struct atex_z_stream stream;
    atex_gzip_source source;
    void *context;
    const char *error;
    /* Whether a member has begun and not ended. */
    bool in_member;
    bool has_failed;
    unsigned char output[1 << 17];
};

struct atex_gzip_decoder *atex_gzip_open(atex_gzip_source source, void *context) {
    struct atex_gzip_decoder *decoder = calloc(1, sizeof *decoder);
    if (!decoder) return NULL;
    decoder->source = source;
    decoder->context = context;
    /* At least one member. */
    decoder->in_member = true;
    /* 15: the largest window; 16: only gzip. */
    int size = sizeof decoder->stream;
    if (inflateInit2_(&decoder->stream, 15 + 16, "1.2.11", size) == ok) return decoder;
    free(decoder);
    return NULL;
}

static long failure(struct atex_gzip_decoder *decoder, const char *error) {
    decoder->has_failed = true;
    decoder->error = error;
    return -1;
}

/* Whether there is input; -1 on failure. */
static int fill(struct atex_gzip_decoder *decoder) {
    struct atex_z_stream *stream = &decoder->stream;
    if (stream->available_in > 0) return 1;
    const void *bytes;
    long count = decoder->source(decoder->context, &bytes);
    if (count <= 0) return (int)count;
    stream->next_in = bytes;
    stream->available_in = (unsigned)count;
    return 1;
}

long atex_gzip_next(struct atex_gzip_decoder *decoder, const void **bytes) {
    struct atex_z_stream *stream = &decoder->stream;
    if (decoder->has_failed) return -1;
    stream->next_out = decoder->output;
    stream->available_out = sizeof decoder->output;
    while (stream->available_out > 0) {
        int has_input = fill(decoder);
        if (has_input < 0) return failure(decoder, NULL);
        if (!has_input) {
            if (decoder->in_member) return failure(decoder, "they end too early");
            break;
        }
        if (!decoder->in_member) {
            /* Another member begins with the same bytes as the first. */
            if (*stream->next_in != 0x1f) return failure(decoder, "other bytes follow them");
            if (inflateReset(stream) != ok) return failure(decoder, "no memory");
            decoder->in_member = true;
        }
        int result = inflate(stream, no_flush);
        if (result == stream_end) {
            decoder->in_member = false;
        } else if (result != ok && result != no_progress) {
            return failure(decoder, stream->message ? stream->message : "no memory");
        }
    }
    *bytes = decoder->output;
    return (long)(sizeof decoder->output - stream->available_out);
}

const char *atex_gzip_error(struct atex_gzip_decoder *decoder) { return decoder->error; }

void atex_gzip_close(struct atex_gzip_decoder *decoder) {
    inflateEnd(&decoder->stream);
    free(decoder);
}
