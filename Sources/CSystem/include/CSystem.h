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

/* Variadic functions and macros that Swift cannot call. Each returns what the C call returns. */

static inline int atex_set_process_name(const char *name) {
    return prctl(PR_SET_NAME, name, 0, 0, 0);
}

/* ioctl FICLONE: `destination` shares all blocks of `source`. */
static inline int atex_clone_file(int destination, int source) {
    return ioctl(destination, FICLONE, source);
}

/* fcntl F_SETLK or F_GETLK; F_GETLK returns the conflicting lock in `lock`. */
static inline int atex_record_lock(int descriptor, int command, struct flock *lock) {
    return fcntl(descriptor, command, lock);
}

static inline int atex_open(const char *path, int flags, mode_t mode) {
    return open(path, flags, mode);
}

static inline int atex_open_at(int directory, const char *path, int flags, mode_t mode) {
    return openat(directory, path, flags, mode);
}

/* The environment of this process, for a child. */
static inline char **atex_environment(void) {
    extern char **environ;
    return environ;
}

/* pipe2 with O_CLOEXEC. */
int atex_pipe(int descriptors[2]);

/* wcwidth in the locale C.UTF-8, whatever the process's locale is. */
int atex_column_width(wchar_t character);

/* Sends one line to /dev/log: 0, or -1, e.g. EMSGSIZE. `priority` is a facility and a level. If the
   queue is full, waits at most about twice the timeout; not at all if the line before did so in
   vain (EAGAIN). */
int atex_send_log(int priority, const char *tag, const char *text, int timeout_ms);

/* close_range of all descriptors from `first` on. */
int atex_close_from(unsigned first);

/* prctl PR_SET_NO_NEW_PRIVS and PR_GET_NO_NEW_PRIVS. */
static inline int atex_set_no_new_privileges(void) {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
static inline int atex_get_no_new_privileges(void) {
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
}

/* setrlimit and getrlimit RLIMIT_CORE. */
int atex_set_core_limit(unsigned long bytes);
unsigned long atex_get_core_limit(void);

/* Functions that only GNU's headers declare. */

/* memmem: the first occurrence of `part` in `bytes`, or NULL. */
const void *atex_find(
    const void *bytes, unsigned long length, const void *part, unsigned long part_length);

/* copy_file_range from and to the same offset. */
long atex_copy_range(int source, int destination, long offset, unsigned long length);

/* fcntl F_SETSIG and F_NOTIFY: from now on, `signal` reports each removal and renaming of a file in
   the directory, and each creation if `creations` is not 0. */
int atex_signal_changes(int directory, int signal, int creations);

/* open with O_PATH: a descriptor that only identifies a file. */
int atex_open_path(const char *path);

/* openat with O_TMPFILE: a file without a name. */
int atex_open_unnamed(int directory, mode_t mode);

long atex_get_label(int descriptor, void *label, unsigned long size);
int atex_set_label(int descriptor, const void *label, unsigned long size);

/* getxattr of the access control list: its length, or -1. */
long atex_get_access_list(const char *path, void *list, unsigned long size);

/* Removes a directory and its contents without following links; 0 if nothing is left. */
int atex_remove_tree(const char *path);

/* O_PATH: a descriptor that names a file but cannot read it. */
extern const int atex_path_only;

/* signalfd: reads return structs whose first word is the signal's number. */
int atex_signal_descriptor(const sigset_t *signals);

/* A non-blocking inotify descriptor with one watch. */
int atex_watch(const char *path, unsigned events);
extern const unsigned atex_closed_by_writer, atex_deleted, atex_modified, atex_created, atex_renamed,
    atex_watch_ended;

/* A non-blocking eventfd: reads and writes are of one uint64_t. */
int atex_event_descriptor(void);

/* The critical section, which one thread at a time can be in; it may enter it again inside. */
void atex_enter_critical_section(void);
void atex_leave_critical_section(void);
/* Enters, or proceeds after the timeout in seconds, and never leaves. */
void atex_enter_critical_section_for_exit(unsigned seconds);

/* fcntl F_SETPIPE_SZ: the size of the pipe's buffer in bytes, or -1. */
int atex_set_pipe_size(int descriptor, int bytes);

/* Whether files of an XFS file system can share blocks; -1 if it does not report that. */
int atex_xfs_shares_blocks(int descriptor);

/* splice without blocking on the pipe; one of the descriptors must be a pipe. */
long atex_splice(int source, int destination, unsigned long length);

/* fcntl F_GETFL and F_SETFL. */
static inline int atex_get_status_flags(int descriptor) { return fcntl(descriptor, F_GETFL); }

static inline int atex_set_status_flags(int descriptor, int flags) {
    return fcntl(descriptor, F_SETFL, flags);
}

/* rtnetlink(7) */

/* A machine on one of the host's links whose Ethernet address the kernel knows. */
struct atex_neighbour {
    int family; /* AF_INET or AF_INET6 */
    unsigned device;
    unsigned char address[16]; /* of IPv4, the first four bytes */
    unsigned char mac[6];
};

/* RTM_GETNEIGH: their number, or -1. The caller frees `list`. */
long atex_neighbours(struct atex_neighbour **list);

/* RTM_GETROUTE: `device` is the one on whose link the host reaches the address; 0 if a gateway is
   used, or if the address is the host's own. Returns 0, or -1, e.g. if there is no route. */
int atex_link_to(int family, const unsigned char address[16], unsigned *device);

/* GnuTLS's headers conflict with Swift's C library module, so it is called from here. */

/* Starts a SHA-256; NULL if the host forbids the algorithm. */
void *atex_sha256_begin(void);
int atex_sha256_update(void *hash, const void *bytes, unsigned long count);
/* Frees the hash; `digest` may be NULL. */
void atex_sha256_end(void *hash, unsigned char digest[32]);
