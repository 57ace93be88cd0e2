#include "functions.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ARCHIVE_OK, ARCHIVE_EOF, ARCHIVE_WARN: results below ARCHIVE_WARN are failures. */
enum { ok = 0, end = 1, warning = -20 };

struct archive *atex_image_open(const char *path, char *message, size_t size) {
    struct archive *image = archive_read_new();
    if (!image) {
        snprintf(message, size, "no memory");
        return NULL;
    }
    archive_read_support_format_iso9660(image);
    if (archive_read_open_filename(image, path, 1 << 16) == ok) return image;
    snprintf(message, size, "%s", archive_error_string(image));
    archive_read_free(image);
    return NULL;
}

int atex_image_next(struct archive *image, struct atex_archive_entry *found) {
    struct archive_entry *entry;
    int result = archive_read_next_header(image, &entry);
    if (result == end) return 0;
    if (result < warning) return -1;
    found->path = archive_entry_pathname(entry);
    found->link = archive_entry_hardlink(entry);
    found->size = archive_entry_size(entry);
    found->is_file = archive_entry_filetype(entry) == S_IFREG;
    return 1;
}

long atex_image_read(struct archive *image, void *bytes, size_t size) {
    return archive_read_data(image, bytes, size);
}

const char *atex_image_error(struct archive *image) {
    const char *message = archive_error_string(image);
    return message ? message : "unknown error";
}

void atex_image_close(struct archive *image) { archive_read_free(image); }

static int write_file(struct archive *image, const struct atex_image_file *file) {
    struct archive_entry *entry = archive_entry_new();
    if (!entry) return -1;
    archive_entry_set_pathname(entry, file->name);
    archive_entry_set_size(entry, (int64_t)file->length);
    archive_entry_set_filetype(entry, S_IFREG);
    archive_entry_set_perm(entry, 0644);
    int result = archive_write_header(image, entry);
    archive_entry_free(entry);
    if (result < warning) return -1;
    return archive_write_data(image, file->bytes, file->length) == (ssize_t)file->length ? 0 : -1;
}

/* Writes the label into the primary descriptor, where the library writes it in capitals. Programs
   that read only this descriptor compare it with the label, and xorriso writes it as given. */
static int write_label(int descriptor, const char *volume) {
    enum { primary_descriptor = 16 * 2048, label = 40, size = 32 };
    char field[size];
    memset(field, ' ', size);
    memcpy(field, volume, strnlen(volume, size));
    return pwrite(descriptor, field, size, primary_descriptor + label) == size ? 0 : -1;
}

int atex_image_write(
    int descriptor, const char *volume, const struct atex_image_file *files, size_t count,
    char *message, size_t size) {
    struct archive *image = archive_write_new();
    if (!image) {
        snprintf(message, size, "no memory");
        return -1;
    }
    errno = 0;
    int failed = archive_write_set_format_iso9660(image) < warning
        || archive_write_set_option(image, "iso9660", "volume-id", volume) < warning
        || archive_write_open_fd(image, descriptor) < warning;
    for (size_t number = 0; !failed && number < count; number++)
        failed = write_file(image, &files[number]) != 0;
    failed = failed || archive_write_close(image) < warning || write_label(descriptor, volume) != 0;
    if (failed) {
        /* The library's own message only says that it could not write. */
        const char *reason = errno ? strerror(errno) : archive_error_string(image);
        snprintf(message, size, "%s", reason ? reason : "unknown error");
    }
    archive_write_free(image);
    return failed ? -1 : 0;
}
