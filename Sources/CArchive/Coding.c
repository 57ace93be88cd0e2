#include "functions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ARCHIVE_OK, ARCHIVE_EOF, ARCHIVE_FATAL */
enum { ok = 0, end = 1, fatal = -30 };

/* ARCHIVE_FILTER_ZSTD */
enum { zstd = 14 };

struct atex_decoder {
    struct archive *archive;
    atex_source source;
    void *context;
    /* What the source has returned, and whether it has ended or failed. */
    int64_t received;
    int has_ended;
    int source_has_failed;
    char error[256];
};

static ssize_t read_source(struct archive *archive, void *context, const void **bytes) {
    (void)archive;
    struct atex_decoder *decoder = context;
    if (decoder->has_ended) return 0;
    long count = decoder->source(decoder->context, bytes);
    if (count > 0) {
        decoder->received += count;
        return count;
    }
    decoder->has_ended = 1;
    decoder->source_has_failed = count < 0;
    return count;
}

static int set_error(struct atex_decoder *decoder, const char *text) {
    if (!text) text = archive_error_string(decoder->archive);
    snprintf(decoder->error, sizeof decoder->error, "%s", text ? text : "unknown error");
    return -1;
}

struct atex_decoder *atex_decoder_new(void) { return calloc(1, sizeof(struct atex_decoder)); }

int atex_decoder_open(struct atex_decoder *decoder, atex_source source, void *context) {
    decoder->source = source;
    decoder->context = context;
    struct archive *archive = archive_read_new();
    decoder->archive = archive;
    if (!archive) return set_error(decoder, "no memory");
    archive_read_support_format_raw(archive);
    /* Exactly this one: libarchive would also decode what has been decoded, if it looks encoded. A
       warning says that the library would run another program for it. */
    if (archive_read_append_filter(archive, zstd) != ok)
        return set_error(decoder, NULL);
    struct archive_entry *entry;
    if (archive_read_open(archive, decoder, NULL, read_source, NULL) == ok
        && archive_read_next_header(archive, &entry) == ok)
        return 0;
    /* The library only says that it recognizes no archive. */
    return set_error(decoder, "no data can be decoded from them");
}

/* Whether the library has used all that the source has. */
static long check_end(struct atex_decoder *decoder) {
    const void *bytes;
    if (archive_filter_bytes(decoder->archive, -1) == decoder->received
        && read_source(decoder->archive, decoder, &bytes) == 0)
        return 0;
    if (decoder->source_has_failed) return -1;
    return set_error(decoder, "other bytes follow them");
}

long atex_decoder_next(struct atex_decoder *decoder, const void **bytes) {
    size_t count = 0;
    int64_t offset;
    /* An empty entry at the end is no error. */
    while (count == 0) {
        int result = archive_read_data_block(decoder->archive, bytes, &count, &offset);
        if (result == end) return check_end(decoder);
        /* The library's own text for bytes that are cut off is about something else. */
        if (result != ok)
            return set_error(
                decoder, decoder->has_ended ? "they end too early, or their end is damaged" : NULL);
    }
    return (long)count;
}

const char *atex_decoder_error(struct atex_decoder *decoder) {
    return decoder->source_has_failed ? NULL : decoder->error;
}

void atex_decoder_close(struct atex_decoder *decoder) {
    if (decoder->archive) archive_read_free(decoder->archive);
    free(decoder);
}

struct atex_encoder {
    struct archive *archive;
    atex_sink sink;
    void *context;
    char error[256];
};

static ssize_t write_sink(
    struct archive *archive, void *context, const void *bytes, size_t count) {
    (void)archive;
    struct atex_encoder *encoder = context;
    return encoder->sink(encoder->context, bytes, (long)count) == 0 ? (ssize_t)count : fatal;
}

static int encoder_error(struct atex_encoder *encoder) {
    const char *text = encoder->archive ? archive_error_string(encoder->archive) : "no memory";
    snprintf(encoder->error, sizeof encoder->error, "%s", text ? text : "unknown error");
    return -1;
}

struct atex_encoder *atex_encoder_new(void) { return calloc(1, sizeof(struct atex_encoder)); }

int atex_encoder_open(struct atex_encoder *encoder, atex_sink sink, void *context) {
    encoder->sink = sink;
    encoder->context = context;
    struct archive *archive = archive_write_new();
    encoder->archive = archive;
    if (!archive) return encoder_error(encoder);
    struct archive_entry *entry = archive_entry_new();
    if (!entry) return encoder_error(encoder);
    archive_entry_set_pathname(entry, "data");
    archive_entry_set_filetype(entry, S_IFREG);
    int failed = archive_write_add_filter_zstd(archive) != ok
        || archive_write_set_format_raw(archive) != ok
        || archive_write_set_bytes_per_block(archive, 1 << 17) != ok
        /* Otherwise zeros would fill the last block. */
        || archive_write_set_bytes_in_last_block(archive, 1) != ok
        || archive_write_open(archive, encoder, NULL, write_sink, NULL) != ok
        || archive_write_header(archive, entry) != ok;
    archive_entry_free(entry);
    return failed ? encoder_error(encoder) : 0;
}

int atex_encoder_add(struct atex_encoder *encoder, const void *bytes, size_t count) {
    ssize_t written = archive_write_data(encoder->archive, bytes, count);
    return written == (ssize_t)count ? 0 : encoder_error(encoder);
}

int atex_encoder_finish(struct atex_encoder *encoder) {
    return archive_write_close(encoder->archive) == ok ? 0 : encoder_error(encoder);
}

const char *atex_encoder_error(struct atex_encoder *encoder) { return encoder->error; }

void atex_encoder_close(struct atex_encoder *encoder) {
    if (encoder->archive) archive_write_free(encoder->archive);
    free(encoder);
}
