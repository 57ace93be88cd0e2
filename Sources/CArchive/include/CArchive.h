#pragma once

#include <stddef.h>
#include <stdint.h>

/* libarchive, loaded when it is first used: most sessions never are in need of it. */

/* NULL where the library is there; else why it is not, in the loader's words. */
const char *atex_archive_load(void);

struct archive;

/* What one entry of an image is. */
struct atex_archive_entry {
    /* Valid until the next entry is asked for. */
    const char *path;
    /* The path of the entry that holds this one's bytes; NULL where it has its own. */
    const char *link;
    int64_t size;
    int is_file;
};

/* Opens an ISO 9660 image to read it; NULL with `message` filled on failure. */
struct archive *atex_image_open(const char *path, char *message, size_t size);

/* The next entry: 1 if there was one, 0 at the end, -1 on failure. */
int atex_image_next(struct archive *image, struct atex_archive_entry *entry);

/* Bytes of the current entry: how many, 0 at its end, -1 on failure. */
long atex_image_read(struct archive *image, void *bytes, size_t size);

/* Why the last call failed. */
const char *atex_image_error(struct archive *image);

void atex_image_close(struct archive *image);

/* A file of a new image. */
struct atex_image_file {
    const char *name;
    const void *bytes;
    size_t length;
};

/* Writes an ISO 9660 image with Joliet and Rock Ridge names into an open file;
   0, or -1 with `message` filled. */
int atex_image_write(
    int descriptor, const char *volume, const struct atex_image_file *files, size_t count,
    char *message, size_t size);
