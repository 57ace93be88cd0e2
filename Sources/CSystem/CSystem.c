#define _GNU_SOURCE
#include "CSystem.h"

#include <ftw.h>
#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
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

int atex_duplicate_as(int descriptor, int number) { return dup3(descriptor, number, O_CLOEXEC); }

int atex_set_process_name(const char *name) {
    /* prctl names the calling thread. */
    if (gettid() == getpid()) return prctl(PR_SET_NAME, name, 0, 0, 0);
    int file = open("/proc/self/comm", O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    int result = write(file, name, strlen(name)) < 0 ? -1 : 0;
    int error = errno;
    close(file);
    errno = error;
    return result;
}

static locale_t utf8;
static void make_utf8(void) { utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0); }

int atex_column_width(wchar_t character) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_utf8);
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

static int get_birth(int directory, const char *path, int flags, struct atex_birth *birth) {
    struct statx status;
    if (statx(directory, path, flags, STATX_INO | STATX_BTIME, &status) != 0) return -1;
    birth->inode = status.stx_ino;
    /* Not every file system keeps the time. */
    int has_time = (status.stx_mask & STATX_BTIME) != 0;
    birth->seconds = has_time ? status.stx_btime.tv_sec : 0;
    birth->nanoseconds = has_time ? status.stx_btime.tv_nsec : 0;
    return 0;
}

int atex_get_birth(const char *path, struct atex_birth *birth) {
    return get_birth(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, birth);
}

int atex_get_birth_of(int descriptor, struct atex_birth *birth) {
    return get_birth(descriptor, "", AT_EMPTY_PATH, birth);
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

/* Many threads may be in critical sections at once, each in its own request. `inside` counts them;
   a thread that is in one already is counted once. */
static pthread_mutex_t sections = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t sections_changed = PTHREAD_COND_INITIALIZER;
static unsigned inside;
static int is_ending;
static _Thread_local unsigned depth;

void atex_enter_critical_section(void) {
    if (depth++ > 0) return;
    pthread_mutex_lock(&sections);
    /* Forever: nothing sets it back. */
    while (is_ending) pthread_cond_wait(&sections_changed, &sections);
    inside++;
    pthread_mutex_unlock(&sections);
}

void atex_leave_critical_section(void) {
    if (--depth > 0) return;
    pthread_mutex_lock(&sections);
    if (--inside == 0) pthread_cond_broadcast(&sections_changed);
    pthread_mutex_unlock(&sections);
}

/* Proceeds after the timeout too: the process ends, and rollbacks must run. */
void atex_enter_critical_section_for_exit(unsigned seconds) {
    struct timespec deadline;
    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += seconds;
    pthread_mutex_lock(&sections);
    is_ending = 1;
    while (inside > 0
           && pthread_cond_clockwait(&sections_changed, &sections, CLOCK_MONOTONIC, &deadline)
               != ETIMEDOUT) {}
    pthread_mutex_unlock(&sections);
    /* The rollbacks that this thread runs enter sections of their own. */
    depth++;
}

long atex_splice(int source, int destination, unsigned long length) {
    return splice(source, NULL, destination, NULL, length, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
}

const unsigned atex_closed_by_writer = IN_CLOSE_WRITE, atex_deleted = IN_DELETE,
               atex_modified = IN_MODIFY, atex_created = IN_CREATE | IN_MOVED_TO,
               atex_renamed = IN_MOVE_SELF, atex_attributes = IN_ATTRIB,
               atex_watch_ended = IN_IGNORED;

int atex_watch(const char *path, unsigned events) {
    int descriptor = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (descriptor < 0) return -1;
    if (inotify_add_watch(descriptor, path, events) >= 0) return descriptor;
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

int atex_add_watch(int descriptor, const char *path, unsigned events) {
    return inotify_add_watch(descriptor, path, events);
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

int atex_epoll(void) { return epoll_create1(EPOLL_CLOEXEC); }

int atex_epoll_add(int epoll, int descriptor, uint32_t events, int32_t id) {
    struct epoll_event event = {.events = events, .data = {.u32 = (uint32_t)id}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

int atex_epoll_change(int epoll, int descriptor, uint32_t events, int32_t id) {
    struct epoll_event event = {.events = events, .data = {.u32 = (uint32_t)id}};
    return epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event);
}

int atex_epoll_remove(int epoll, int descriptor) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL);
}

int atex_epoll_wait(int epoll, struct atex_epoll_event *events, int milliseconds) {
    struct epoll_event found[ATEX_EPOLL_COUNT];
    int count = epoll_wait(epoll, found, ATEX_EPOLL_COUNT, milliseconds);
    for (int i = 0; i < count; i++)
        events[i] = (struct atex_epoll_event){(int32_t)found[i].data.u32, found[i].events};
    return count;
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

int atex_unshare_directory(void) { return unshare(CLONE_FS); }
