#pragma once

#include "CArchive.h"

#include <sys/types.h>

/* The functions of libarchive 3 that the program calls. ../CLibrary/generate reads this list. The
   build does not need libarchive's headers. */

struct archive_entry;

struct archive *archive_read_new(void);
int archive_read_support_format_iso9660(struct archive *archive);
int archive_read_open_filename(struct archive *archive, const char *text, size_t size);
int archive_read_next_header(struct archive *archive, struct archive_entry **entry);
ssize_t archive_read_data(struct archive *archive, void *bytes, size_t size);
int archive_read_free(struct archive *archive);
const char *archive_error_string(struct archive *archive);
const char *archive_entry_pathname(struct archive_entry *entry);
const char *archive_entry_hardlink(struct archive_entry *entry);
int64_t archive_entry_size(struct archive_entry *entry);
mode_t archive_entry_filetype(struct archive_entry *entry);
struct archive *archive_write_new(void);
int archive_write_set_format_iso9660(struct archive *archive);
int archive_write_set_option(
    struct archive *archive, const char *module, const char *option, const char *value);
int archive_write_open_fd(struct archive *archive, int descriptor);
int archive_write_header(struct archive *archive, struct archive_entry *entry);
ssize_t archive_write_data(struct archive *archive, const void *bytes, size_t size);
int archive_write_close(struct archive *archive);
int archive_write_free(struct archive *archive);
struct archive_entry *archive_entry_new(void);
void archive_entry_free(struct archive_entry *entry);
void archive_entry_set_pathname(struct archive_entry *entry, const char *text);
void archive_entry_set_size(struct archive_entry *entry, int64_t size);
void archive_entry_set_filetype(struct archive_entry *entry, unsigned int type);
void archive_entry_set_perm(struct archive_entry *entry, mode_t mode);

typedef ssize_t (*archive_reader)(struct archive *archive, void *context, const void **bytes);
typedef ssize_t (*archive_writer)(
    struct archive *archive, void *context, const void *bytes, size_t size);
typedef int (*archive_callback)(struct archive *archive, void *context);

int archive_read_support_format_raw(struct archive *archive);
int archive_read_append_filter(struct archive *archive, int filter);
int archive_read_open(
    struct archive *archive, void *context, archive_callback open, archive_reader read,
    archive_callback close);
int archive_read_data_block(
    struct archive *archive, const void **bytes, size_t *size, int64_t *offset);
int64_t archive_filter_bytes(struct archive *archive, int filter);
int archive_write_add_filter_zstd(struct archive *archive);
int archive_write_set_format_raw(struct archive *archive);
int archive_write_set_bytes_per_block(struct archive *archive, int count);
int archive_write_set_bytes_in_last_block(struct archive *archive, int count);
int archive_write_open(
    struct archive *archive, void *context, archive_callback open, archive_writer write,
    archive_callback close);
