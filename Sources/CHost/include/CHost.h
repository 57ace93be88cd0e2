#pragma once

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
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
