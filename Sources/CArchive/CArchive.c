#include "CArchive.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The functions of libarchive 3 (libarchive.so.13) that we call. The package does not link with it,
   so that it is not loaded at each start. */
#define FUNCTIONS(each) \
    each(struct archive *, read_new, (void)) \
    each(int, read_support_format_iso9660, (struct archive *)) \
    each(int, read_open_filename, (struct archive *, const char *, size_t)) \
    each(int, read_next_header, (struct archive *, struct archive_entry **)) \
    each(ssize_t, read_data, (struct archive *, void *, size_t)) \
    each(int, read_free, (struct archive *)) \
    each(const char *, error_string, (struct archive *)) \
    each(const char *, entry_pathname, (struct archive_entry *)) \
    each(const char *, entry_hardlink, (struct archive_entry *)) \
    each(int64_t, entry_size, (struct archive_entry *)) \
    each(mode_t, entry_filetype, (struct archive_entry *)) \
    each(struct archive *, write_new, (void)) \
    each(int, write_set_format_iso9660, (struct archive *)) \
    each(int, write_set_option, (struct archive *, const char *, const char *, const char *)) \
    each(int, write_open_fd, (struct archive *, int)) \
    each(int, write_header, (struct archive *, struct archive_entry *)) \
    each(ssize_t, write_data, (struct archive *, const void *, size_t)) \
    each(int, write_close, (struct archive *)) \
    each(int, write_free, (struct archive *)) \
    each(struct archive_entry *, entry_new, (void)) \
    each(void, entry_free, (struct archive_entry *)) \
    each(void, entry_set_pathname, (struct archive_entry *, const char *)) \
    each(void, entry_set_size, (struct archive_entry *, int64_t)) \
    each(void, entry_set_filetype, (struct archive_entry *, unsigned int)) \
    each(void, entry_set_perm, (struct archive_entry *, mode_t))

struct archive_entry;

#define DECLARE(result, name, parameters) result (*name) parameters;
static struct { FUNCTIONS(DECLARE) } library;

const char *atex_archive_load(void) {
    static void *handle;
    if (handle) return NULL;
    void *opened = dlopen("libarchive.so.13", RTLD_NOW | RTLD_LOCAL);
    if (!opened) return dlerror();
#define FIND(result, name, parameters) \
    if (!(*(void **)&library.name = dlsym(opened, "archive_" #name))) { \
        dlclose(opened); \
        return "archive_" #name " is missing"; \
    }
    FUNCTIONS(FIND)
    handle = opened;
    return NULL;
}

/* ARCHIVE_OK, ARCHIVE_EOF, ARCHIVE_WARN: results below ARCHIVE_WARN are failures. */
enum { ok = 0, end = 1, warning = -20 };

struct archive *atex_image_open(const char *path, char *message, size_t size) {
    struct archive *image = library.read_new();
    if (!image) {
        snprintf(message, size, "no memory");
        return NULL;
    }
    library.read_support_format_iso9660(image);
    if (library.read_open_filename(image, path, 1 << 16) == ok) return image;
    snprintf(message, size, "%s", library.error_string(image));
    library.read_free(image);
    return NULL;
}

int atex_image_next(struct archive *image, struct atex_archive_entry *found) {
    struct archive_entry *entry;
    int result = library.read_next_header(image, &entry);
    if (result == end) return 0;
    if (result < warning) return -1;
    found->path = library.entry_pathname(entry);
    found->link = library.entry_hardlink(entry);
    found->size = library.entry_size(entry);
    found->is_file = library.entry_filetype(entry) == S_IFREG;
    return 1;
}

long atex_image_read(struct archive *image, void *bytes, size_t size) {
    return library.read_data(image, bytes, size);
}

const char *atex_image_error(struct archive *image) {
    const char *message = library.error_string(image);
    return message ? message : "unknown error";
}

void atex_image_close(struct archive *image) { library.read_free(image); }

static int write_file(struct archive *image, const struct atex_image_file *file) {
    struct archive_entry *entry = library.entry_new();
    if (!entry) return -1;
    library.entry_set_pathname(entry, file->name);
    library.entry_set_size(entry, (int64_t)file->length);
    library.entry_set_filetype(entry, S_IFREG);
    library.entry_set_perm(entry, 0644);
    int result = library.write_header(image, entry);
    library.entry_free(entry);
    if (result < warning) return -1;
    return library.write_data(image, file->bytes, file->length) == (ssize_t)file->length ? 0 : -1;
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
    struct archive *image = library.write_new();
    if (!image) {
        snprintf(message, size, "no memory");
        return -1;
    }
    errno = 0;
    int failed = library.write_set_format_iso9660(image) < warning
        || library.write_set_option(image, "iso9660", "volume-id", volume) < warning
        || library.write_open_fd(image, descriptor) < warning;
    for (size_t number = 0; !failed && number < count; number++)
        failed = write_file(image, &files[number]) != 0;
    failed = failed || library.write_close(image) < warning || write_label(descriptor, volume) != 0;
    if (failed) {
        /* The library's own message only says that it could not write. */
        const char *reason = errno ? strerror(errno) : library.error_string(image);
        snprintf(message, size, "%s", reason ? reason : "unknown error");
    }
    library.write_free(image);
    return failed ? -1 : 0;
}
