#pragma once

#include <stddef.h>
#include <stdint.h>

/* libarchive, which is loaded when it is first used: most sessions do not need it. */

/* Loads libarchive. NULL if it is loaded, otherwise the reason. All other functions require a
   successful call. */
const char *atex_libarchive_problem(void);

struct archive;

/* One entry of an image. */
struct atex_archive_entry {
    /* Valid until the next call of atex_image_next. */
    const char *path;
    /* The path of the entry that has the contents of this one; NULL if it has its own. */
    const char *link;
    int64_t size;
    int is_file;
};

/* Opens an ISO 9660 image for reading. On failure returns NULL and fills `message`. */
struct archive *atex_image_open(const char *path, char *message, size_t size);

/* Reads the next entry: 1 if there was one, 0 at the end, -1 on failure. */
int atex_image_next(struct archive *image, struct atex_archive_entry *entry);

/* Reads bytes of the current entry: returns their number, 0 at its end, negative on failure. */
long atex_image_read(struct archive *image, void *bytes, size_t size);

/* The reason of the last failure. */
const char *atex_image_error(struct archive *image);

void atex_image_close(struct archive *image);

/* A file of a new image. */
struct atex_image_file {
    const char *name;
    const void *bytes;
    size_t length;
};

/* Writes an ISO 9660 image with Joliet and Rock Ridge names into an open file.
   Returns 0, or -1 with `message` filled. */
int atex_image_write(
    int descriptor, const char *volume, const struct atex_image_file *files, size_t count,
    char *message, size_t size);

/* zstd data, without an archive. */

/* Returns the number of the next encoded bytes, which stay valid until the next call; 0 at their end,
   -1 on failure. */
typedef long (*atex_source)(void *context, const void **bytes);

struct atex_decoder;

/* NULL if there is no memory. */
struct atex_decoder *atex_decoder_new(void);

/* Begins to decode the bytes of a source: 0, or -1 with `atex_decoder_error`. */
int atex_decoder_open(struct atex_decoder *decoder, atex_source source, void *context);

/* Returns the number of the next decoded bytes, which stay valid until the next call; 0 at their end,
   -1 on failure. */
long atex_decoder_next(struct atex_decoder *decoder, const void **bytes);

/* The reason of a failure; NULL if the source failed. */
const char *atex_decoder_error(struct atex_decoder *decoder);

void atex_decoder_close(struct atex_decoder *decoder);

/* Takes encoded bytes; returns 0, or -1 to end. */
typedef int (*atex_sink)(void *context, const void *bytes, long count);

struct atex_encoder;

/* NULL if there is no memory. */
struct atex_encoder *atex_encoder_new(void);

/* Begins to encode bytes as zstd: 0, or -1 with `atex_encoder_error`, as the functions below. */
int atex_encoder_open(struct atex_encoder *encoder, atex_sink sink, void *context);
int atex_encoder_add(struct atex_encoder *encoder, const void *bytes, size_t count);
int atex_encoder_finish(struct atex_encoder *encoder);
const char *atex_encoder_error(struct atex_encoder *encoder);
void atex_encoder_close(struct atex_encoder *encoder);
