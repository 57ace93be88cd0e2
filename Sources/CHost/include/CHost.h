#pragma once

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <wchar.h>

/* Variadic functions and macros that Swift cannot call; each returns what the call returns. */

static inline int atex_set_process_name(const char *name) {
    return prctl(PR_SET_NAME, name, 0, 0, 0);
}

/* FICLONE: makes the whole of `destination` share `source`'s blocks. */
static inline int atex_clone_file(int destination, int source) {
    return ioctl(destination, FICLONE, source);
}

/* The record lock of a whole file; `command` is F_SETLK or F_GETLK, `lock` says how it came out. */
static inline int atex_record_lock(int descriptor, int command, struct flock *lock) {
    return fcntl(descriptor, command, lock);
}

static inline int atex_open(const char *path, int flags, mode_t mode) {
    return open(path, flags, mode);
}

static inline int atex_open_at(int directory, const char *path, int flags, mode_t mode) {
    return openat(directory, path, flags, mode);
}

/* The variables of our own environment, for a child. */
static inline char **atex_environment(void) {
    extern char **environ;
    return environ;
}

/* `pipe` whose descriptors no child inherits. */
int atex_pipe(int descriptors[2]);

/* The columns of a character in the locale C.UTF-8, whatever the process runs in; -1 for none. */
int atex_column_width(wchar_t character);

/* One line to the system's log; `priority` is LOG_INFO and its like. */
void atex_syslog(int priority, const char *text);

/* Names `tag` in front of each line; the text must stay where it is. */
void atex_open_syslog(const char *tag);

/* Functions that only GNU's headers declare. */

/* memmem: where `part` stands in `bytes`, or NULL. */
const void *atex_find(
    const void *bytes, unsigned long length, const void *part, unsigned long part_length);

/* copy_file_range between the same offsets of two files. */
long atex_copy_range(int source, int destination, long offset, unsigned long length);

/* A file without a name in a directory: open with O_TMPFILE. */
int atex_open_unnamed(int directory, mode_t mode);

long atex_get_label(int descriptor, void *label, unsigned long size);
int atex_set_label(int descriptor, const void *label, unsigned long size);

/* A file's access control list as the kernel keeps it: its length, -1 where there is none. */
long atex_get_access_list(const char *path, void *list, unsigned long size);

/* Removes a directory and all in it, following no links; 0 if all went. */
int atex_remove_tree(const char *path);

/* A descriptor that reads the signals of a set, each as a struct whose first word is its number. */
int atex_signal_descriptor(const sigset_t *signals);

/* A descriptor that is readable when something happens at a path; `events` are inotify's. */
int atex_watch(const char *path, unsigned events);
extern const unsigned atex_closed_by_writer, atex_deleted, atex_modified, atex_created, atex_renamed;

/* A descriptor that is readable after it was written to, each a uint64_t: eventfd. */
int atex_event_descriptor(void);

/* One thread at a time is between begin and end; it may begin again inside. */
void atex_step_begin(void);
void atex_step_end(void);
/* As begin, but waits no longer than so many seconds, and there is no end. */
void atex_step_begin_for_good(unsigned seconds);

/* F_SETPIPE_SZ: how many bytes a pipe holds; -1 for what is no pipe. */
int atex_set_pipe_size(int descriptor, int bytes);

/* Whether files of an XFS file system can share blocks; -1 where that is not told. */
int atex_xfs_shares_blocks(int descriptor);

/* Moves what is there, at most `length` bytes, between two descriptors of which one is a pipe. */
long atex_splice(int source, int destination, unsigned long length);

/* fcntl's F_GETFL and F_SETFL. */
static inline int atex_get_status_flags(int descriptor) { return fcntl(descriptor, F_GETFL); }

static inline int atex_set_status_flags(int descriptor, int flags) {
    return fcntl(descriptor, F_SETFL, flags);
}

/* GnuTLS, whose headers do not get along with Swift's view of the C library. */

/* A SHA-256 of no bytes yet; NULL where the host forbids it. */
void *atex_sha256_begin(void);
int atex_sha256_update(void *hash, const void *bytes, unsigned long count);
/* Frees it; `digest` may be NULL. */
void atex_sha256_end(void *hash, unsigned char digest[32]);
