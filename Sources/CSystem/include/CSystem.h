#pragma once

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <malloc.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <wchar.h>

/* Variadic functions and macros that Swift cannot call. Each returns what the C call returns. */

/* Names the main thread, whose name is that of the process. */
int atex_set_process_name(const char *name);

/* The name of a directory's entry. In Swift, an array is a tuple, whose metadata takes time. */
static inline const char *atex_entry_name(const struct dirent *entry) { return entry->d_name; }

/* Makes all threads allocate from one heap. */
static inline void atex_share_heap(void) { mallopt(M_ARENA_MAX, 1); }

/* ioctl FICLONE: `destination` shares all blocks of `source`. */
static inline int atex_clone_file(int destination, int source) {
    return ioctl(destination, FICLONE, source);
}

/* Locks that belong to a descriptor and not to the process. Swift does not import the macros. */
extern const int atex_set_lock_of_descriptor;
extern const int atex_get_lock_of_descriptor;

/* fcntl F_SETLK or F_GETLK, or one of the above; F_GETLK returns the conflicting lock in `lock`. */
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
   queue is full (EAGAIN), waits at most about twice the timeout; not at all if that is 0, or if the
   last line that waited did so in vain. */
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

/* sync_file_range: starts to write a range of a file to the disk, or waits until the whole file is
   written. Errors stay for fsync. */
void atex_start_writeback(int descriptor, long offset, long length);
void atex_await_writeback(int descriptor);

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

/* pidfd_open and pidfd_send_signal: a process, even after its number belongs to another one. */
static inline int atex_open_process(int process) {
    return (int)syscall(SYS_pidfd_open, process, 0);
}
static inline int atex_signal_process(int descriptor, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, 0);
}

/* A non-blocking inotify descriptor with one watch. */
int atex_watch(const char *path, unsigned events);
/* Adds a watch to such a descriptor: 0 or more, or -1. */
int atex_add_watch(int descriptor, const char *path, unsigned events);
extern const unsigned atex_closed_by_writer, atex_deleted, atex_modified, atex_created, atex_renamed,
    atex_attributes, atex_watch_ended;

/* A non-blocking timerfd of the monotonic clock: reads of one uint64_t. */
int atex_timer(unsigned first_ms, unsigned interval_ms);

/* A non-blocking eventfd: reads and writes are of one uint64_t. */
int atex_event_descriptor(void);

/* An epoll descriptor. */
int atex_epoll(void);

/* epoll_ctl: watches `descriptor` for `events` (EPOLLIN and so on, which equal POLLIN ...), of which `id` tells. */
int atex_epoll_add(int epoll, int descriptor, uint32_t events, int32_t id);
int atex_epoll_change(int epoll, int descriptor, uint32_t events, int32_t id);
int atex_epoll_remove(int epoll, int descriptor);

struct atex_epoll_event {
    int32_t id;
    uint32_t events;
};

/* epoll_wait: returns how many events there are, at most ATEX_EPOLL_COUNT. */
enum { ATEX_EPOLL_COUNT = 16 };
int atex_epoll_wait(int epoll, struct atex_epoll_event *events, int milliseconds);

/* A critical section. Several threads may be in one at a time, and a thread in one inside of
   another. */
void atex_enter_critical_section(void);
void atex_leave_critical_section(void);
/* Keeps other threads from entering, and waits until those inside have left, or for the timeout in
   seconds. The calling thread may enter afterwards. */
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

/* Makes the kernel ask for the MAC address of a neighbour on a device, if it does not know it.
   Nothing is sent to the neighbour's ports. */
int atex_resolve_neighbour(int family, const unsigned char address[16], unsigned device);

/* renameat2 with RENAME_NOREPLACE, which Swift does not import. */
int atex_rename_new(int directory, const char *name, const char *new_name);

/* A file's number and when it was created; the times are 0 if the file system does not keep them. */
struct atex_birth {
    unsigned long long inode;
    long long seconds;
    unsigned nanoseconds;
};
int atex_get_birth(const char *path, struct atex_birth *birth);

/* The same for an open file, which need not have a name. */
int atex_get_birth_of(int descriptor, struct atex_birth *birth);

/* Gives the calling thread a working directory of its own. */
int atex_unshare_directory(void);

/* dup3 with O_CLOEXEC: `number` becomes a duplicate of the descriptor. */
int atex_duplicate_as(int descriptor, int number);

/* Sockets for messages between processes of this host. `seconds` limits each call that sends or
   receives. `user` is the user who has connected. */
int atex_listen_locally(const char *path);
int atex_accept_locally(int listener, int seconds, unsigned *user);
int atex_connect_locally(const char *path, int seconds);

/* A message with open files, of which `passed` has the descriptors: at most this many, for which
   the buffer of the receiver must have room. A message that is longer than the buffer is an error,
   0 is the end. */
#define ATEX_LARGEST_PASSED_COUNT 253
ssize_t atex_send_message(int descriptor, const void *bytes, size_t length, const int *passed,
                          unsigned count);
ssize_t atex_receive_message(int descriptor, void *bytes, size_t length, int *passed,
                             unsigned *count);

/* Starts a program that outlives this process: in a session of its own, at /, without its signals
   and streams. `output` is its standard output. */
int atex_spawn_detached(const char *path, char *const arguments[], int output);
