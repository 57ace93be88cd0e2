/* Written by ../CLibrary/generate from functions.h. Do not edit. */

#include "functions.h"

#include "Table.h"

/* libarchive.so.13 */

#define FUNCTIONS(each) \
    each(libarchive, archive_read_new) \
    each(libarchive, archive_read_support_format_iso9660) \
    each(libarchive, archive_read_open_filename) \
    each(libarchive, archive_read_next_header) \
    each(libarchive, archive_read_data) \
    each(libarchive, archive_read_free) \
    each(libarchive, archive_error_string) \
    each(libarchive, archive_entry_pathname) \
    each(libarchive, archive_entry_hardlink) \
    each(libarchive, archive_entry_size) \
    each(libarchive, archive_entry_filetype) \
    each(libarchive, archive_write_new) \
    each(libarchive, archive_write_set_format_iso9660) \
    each(libarchive, archive_write_set_option) \
    each(libarchive, archive_write_open_fd) \
    each(libarchive, archive_write_header) \
    each(libarchive, archive_write_data) \
    each(libarchive, archive_write_close) \
    each(libarchive, archive_write_free) \
    each(libarchive, archive_entry_new) \
    each(libarchive, archive_entry_free) \
    each(libarchive, archive_entry_set_pathname) \
    each(libarchive, archive_entry_set_size) \
    each(libarchive, archive_entry_set_filetype) \
    each(libarchive, archive_entry_set_perm) \
    each(libarchive, archive_read_support_format_raw) \
    each(libarchive, archive_read_append_filter) \
    each(libarchive, archive_read_open) \
    each(libarchive, archive_read_data_block) \
    each(libarchive, archive_filter_bytes) \
    each(libarchive, archive_write_add_filter_zstd) \
    each(libarchive, archive_write_set_format_raw) \
    each(libarchive, archive_write_set_bytes_per_block) \
    each(libarchive, archive_write_set_bytes_in_last_block) \
    each(libarchive, archive_write_open)
enum { FUNCTIONS(NUMBER) };
TABLE(libarchive, 35, "libarchive13t64, libarchive13 or libarchive",
    false, NULL, NULL, "libarchive.so.13");
#undef FUNCTIONS

const char *atex_libarchive_problem(void) {
    return atex_library_load(&libarchive);
}

HIDDEN struct archive *archive_read_new(void) {
    CALL(libarchive, archive_read_new, NULL, ())
}

HIDDEN int archive_read_support_format_iso9660(struct archive *archive) {
    CALL(libarchive, archive_read_support_format_iso9660, -1, (archive))
}

HIDDEN int archive_read_open_filename(struct archive *archive, const char *text, size_t size) {
    CALL(libarchive, archive_read_open_filename, -1, (archive, text, size))
}

HIDDEN int archive_read_next_header(struct archive *archive, struct archive_entry **entry) {
    CALL(libarchive, archive_read_next_header, -1, (archive, entry))
}

HIDDEN ssize_t archive_read_data(struct archive *archive, void *bytes, size_t size) {
    CALL(libarchive, archive_read_data, -1, (archive, bytes, size))
}

HIDDEN int archive_read_free(struct archive *archive) {
    CALL(libarchive, archive_read_free, -1, (archive))
}

HIDDEN const char *archive_error_string(struct archive *archive) {
    CALL(libarchive, archive_error_string, NULL, (archive))
}

HIDDEN const char *archive_entry_pathname(struct archive_entry *entry) {
    CALL(libarchive, archive_entry_pathname, NULL, (entry))
}

HIDDEN const char *archive_entry_hardlink(struct archive_entry *entry) {
    CALL(libarchive, archive_entry_hardlink, NULL, (entry))
}

HIDDEN int64_t archive_entry_size(struct archive_entry *entry) {
    CALL(libarchive, archive_entry_size, -1, (entry))
}

HIDDEN mode_t archive_entry_filetype(struct archive_entry *entry) {
    CALL(libarchive, archive_entry_filetype, 0, (entry))
}

HIDDEN struct archive *archive_write_new(void) {
    CALL(libarchive, archive_write_new, NULL, ())
}

HIDDEN int archive_write_set_format_iso9660(struct archive *archive) {
    CALL(libarchive, archive_write_set_format_iso9660, -1, (archive))
}

HIDDEN int archive_write_set_option(struct archive *archive, const char *module, const char *option,
    const char *value) {
    CALL(libarchive, archive_write_set_option, -1, (archive, module, option, value))
}

HIDDEN int archive_write_open_fd(struct archive *archive, int descriptor) {
    CALL(libarchive, archive_write_open_fd, -1, (archive, descriptor))
}

HIDDEN int archive_write_header(struct archive *archive, struct archive_entry *entry) {
    CALL(libarchive, archive_write_header, -1, (archive, entry))
}

HIDDEN ssize_t archive_write_data(struct archive *archive, const void *bytes, size_t size) {
    CALL(libarchive, archive_write_data, -1, (archive, bytes, size))
}

HIDDEN int archive_write_close(struct archive *archive) {
    CALL(libarchive, archive_write_close, -1, (archive))
}

HIDDEN int archive_write_free(struct archive *archive) {
    CALL(libarchive, archive_write_free, -1, (archive))
}

HIDDEN struct archive_entry *archive_entry_new(void) {
    CALL(libarchive, archive_entry_new, NULL, ())
}

HIDDEN void archive_entry_free(struct archive_entry *entry) {
    RUN(libarchive, archive_entry_free, (entry))
}

HIDDEN void archive_entry_set_pathname(struct archive_entry *entry, const char *text) {
    RUN(libarchive, archive_entry_set_pathname, (entry, text))
}

HIDDEN void archive_entry_set_size(struct archive_entry *entry, int64_t size) {
    RUN(libarchive, archive_entry_set_size, (entry, size))
}

HIDDEN void archive_entry_set_filetype(struct archive_entry *entry, unsigned int type) {
    RUN(libarchive, archive_entry_set_filetype, (entry, type))
}

HIDDEN void archive_entry_set_perm(struct archive_entry *entry, mode_t mode) {
    RUN(libarchive, archive_entry_set_perm, (entry, mode))
}

HIDDEN int archive_read_support_format_raw(struct archive *archive) {
    CALL(libarchive, archive_read_support_format_raw, -1, (archive))
}

HIDDEN int archive_read_append_filter(struct archive *archive, int filter) {
    CALL(libarchive, archive_read_append_filter, -1, (archive, filter))
}

HIDDEN int archive_read_open(struct archive *archive, void *context, archive_callback open,
    archive_reader read, archive_callback close) {
    CALL(libarchive, archive_read_open, -1, (archive, context, open, read, close))
}

HIDDEN int archive_read_data_block(struct archive *archive, const void **bytes, size_t *size,
    int64_t *offset) {
    CALL(libarchive, archive_read_data_block, -1, (archive, bytes, size, offset))
}

HIDDEN int64_t archive_filter_bytes(struct archive *archive, int filter) {
    CALL(libarchive, archive_filter_bytes, -1, (archive, filter))
}

HIDDEN int archive_write_add_filter_zstd(struct archive *archive) {
    CALL(libarchive, archive_write_add_filter_zstd, -1, (archive))
}

HIDDEN int archive_write_set_format_raw(struct archive *archive) {
    CALL(libarchive, archive_write_set_format_raw, -1, (archive))
}

HIDDEN int archive_write_set_bytes_per_block(struct archive *archive, int count) {
    CALL(libarchive, archive_write_set_bytes_per_block, -1, (archive, count))
}

HIDDEN int archive_write_set_bytes_in_last_block(struct archive *archive, int count) {
    CALL(libarchive, archive_write_set_bytes_in_last_block, -1, (archive, count))
}

HIDDEN int archive_write_open(struct archive *archive, void *context, archive_callback open,
    archive_writer write, archive_callback close) {
    CALL(libarchive, archive_write_open, -1, (archive, context, open, write, close))
}
