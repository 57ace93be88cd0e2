#define _GNU_SOURCE
#include "CSystem.h"

#include <ftw.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>

int atex_pipe(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }

int atex_column_width(wchar_t character) {
    static locale_t utf8;
    if (!utf8) utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!utf8) return 1;
    locale_t before = uselocale(utf8);
    int width = wcwidth(character);
    uselocale(before);
    return width;
}

const int atex_path_only = O_PATH;
const int atex_set_lock_of_descriptor = F_OFD_SETLK;
const int atex_get_lock_of_descriptor = F_OFD_GETLK;

int atex_rename_new(int directory, const char *name, const char *new_name) {
    return renameat2(directory, name, directory, new_name, RENAME_NOREPLACE);
}

int atex_get_birth(const char *path, struct atex_birth *birth) {
    struct statx status;
    if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_INO | STATX_BTIME, &status) != 0) return -1;
    birth->inode = status.stx_ino;
    /* Not every file system keeps the time. */
    int has_time = (status.stx_mask & STATX_BTIME) != 0;
    birth->seconds = has_time ? status.stx_btime.tv_sec : 0;
    birth->nanoseconds = has_time ? status.stx_btime.tv_nsec : 0;
    return 0;
}

/* Between fork and execve only calls that are safe in a process with threads. */
int atex_spawn_detached(const char *path, char *const arguments[], int output) {
    pid_t child = fork();
    if (child < 0) return -1;
    if (child == 0) {
        setsid();
        /* This child ends at once, so that no one has to wait for the second. */
        pid_t second = fork();
        if (second != 0) _exit(second < 0);
        sigset_t none;
        sigemptyset(&none);
        signal(SIGPIPE, SIG_DFL);
        sigprocmask(SIG_SETMASK, &none, NULL);
        /* Above the standard streams, or dup2 could overwrite it. */
        output = fcntl(output, F_DUPFD_CLOEXEC, 3);
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (output < 0 || null < 0 || dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(null, 2) < 0
            || chdir("/") != 0)
            _exit(1);
        /* A reader of a pipe that this process inherited must not wait for the new program. */
        close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
        execve(path, arguments, environ);
        _exit(127);
    }
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return -1;
    if (status == 0) return 0;
    errno = EAGAIN;
    return -1;
}

int atex_close_from(unsigned first) { return close_range(first, ~0U, 0); }

int atex_set_core_limit(unsigned long bytes) {
    struct rlimit limit = {.rlim_cur = bytes, .rlim_max = bytes};
    return setrlimit(RLIMIT_CORE, &limit);
}

unsigned long atex_get_core_limit(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_CORE, &limit) == 0 ? limit.rlim_cur : RLIM_INFINITY;
}

const void *atex_find(
    const void *bytes, unsigned long length, const void *part, unsigned long part_length) {
    return memmem(bytes, length, part, part_length);
}

long atex_copy_range(int source, int destination, long offset, unsigned long length) {
    off64_t from = offset, to = offset;
    return copy_file_range(source, &from, destination, &to, length, 0);
}

int atex_signal_changes(int directory, int signal, int creations) {
    if (fcntl(directory, F_SETSIG, signal) != 0) return -1;
    int events = DN_DELETE | DN_RENAME | (creations ? DN_CREATE : 0);
    return fcntl(directory, F_NOTIFY, events | DN_MULTISHOT);
}

void atex_start_writeback(int descriptor, long offset, long length) {
    sync_file_range(descriptor, offset, length, SYNC_FILE_RANGE_WRITE);
}

void atex_await_writeback(int descriptor) {
    sync_file_range(
        descriptor, 0, 0,
        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
}

int atex_open_path(const char *path) { return open(path, O_PATH | O_CLOEXEC); }

int atex_open_unnamed(int directory, mode_t mode) {
    return openat(directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
}

long atex_get_label(int descriptor, void *label, unsigned long size) {
    return fgetxattr(descriptor, "security.selinux", label, size);
}

long atex_get_access_list(const char *path, void *list, unsigned long size) {
    return getxattr(path, "system.posix_acl_access", list, size);
}

int atex_set_label(int descriptor, const void *label, unsigned long size) {
    return fsetxattr(descriptor, "security.selinux", label, size, 0);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *at) {
    (void)status, (void)type, (void)at;
    remove(path);
    return 0;
}

int atex_remove_tree(const char *path) {
    /* Not FTW_MOUNT: on overlayfs, files report another device than their directories. */
    if (nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0) return -1;
    return access(path, F_OK) == 0 ? -1 : 0;
}

int atex_signal_descriptor(const sigset_t *signals) { return signalfd(-1, signals, SFD_CLOEXEC); }

int atex_set_pipe_size(int descriptor, int bytes) {
    return fcntl(descriptor, F_SETPIPE_SZ, bytes);
}

/* Recursive: a critical section may contain another one. */
static pthread_mutex_t critical_section = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

void atex_enter_critical_section(void) { pthread_mutex_lock(&critical_section); }

void atex_leave_critical_section(void) { pthread_mutex_unlock(&critical_section); }

/* Proceeds after the timeout too: the process ends, and rollbacks must run. */
void atex_enter_critical_section_for_exit(unsigned seconds) {
    struct timespec deadline;
    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += seconds;
    pthread_mutex_clocklock(&critical_section, CLOCK_MONOTONIC, &deadline);
}

long atex_splice(int source, int destination, unsigned long length) {
    return splice(source, NULL, destination, NULL, length, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
}

const unsigned atex_closed_by_writer = IN_CLOSE_WRITE, atex_deleted = IN_DELETE,
               atex_modified = IN_MODIFY, atex_created = IN_CREATE | IN_MOVED_TO,
               atex_renamed = IN_MOVE_SELF, atex_watch_ended = IN_IGNORED;

int atex_watch(const char *path, unsigned events) {
    int descriptor = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (descriptor < 0) return -1;
    if (inotify_add_watch(descriptor, path, events) >= 0) return descriptor;
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

int atex_timer(unsigned first_ms, unsigned interval_ms) {
    int descriptor = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (descriptor < 0) return -1;
    struct itimerspec times = {
        .it_value = {.tv_sec = first_ms / 1000, .tv_nsec = first_ms % 1000 * 1000000L},
        .it_interval = {.tv_sec = interval_ms / 1000, .tv_nsec = interval_ms % 1000 * 1000000L},
    };
    if (timerfd_settime(descriptor, 0, &times, NULL) == 0) return descriptor;
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

int atex_event_descriptor(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int atex_xfs_shares_blocks(int descriptor) {
    /* The start of struct xfs_fsop_geom_v1 in <xfs/xfs_fs.h>. */
    struct {
        unsigned counts[8];
        unsigned long long places[4];
        unsigned char uuid[16];
        unsigned stripe[2];
        int version;
        unsigned flags;
        unsigned sizes[4];
    } geometry;
    if (ioctl(descriptor, _IOR('X', 100, geometry), &geometry) != 0) return -1;
    return (geometry.flags & 1u << 20) != 0; /* XFS_FSOP_GEOM_FLAGS_REFLINK */
}
