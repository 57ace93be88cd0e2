#define _GNU_SOURCE
#include "CSystem.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>

/* Not the C library's syslog: it waits forever if the logging daemon does not read, loses a line
   that is too large without an error, and reports no failure at all. */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int log_socket = -1;
/* Whether the last line that waited did so in vain: then the next lines do not wait. */
static int is_stalled;

static int connect_log(void) {
    if (log_socket >= 0) return 0;
    int new = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (new >= 0 && new <= 2) { /* the numbers of the client's streams */
        int higher = fcntl(new, F_DUPFD_CLOEXEC, 3);
        close(new);
        new = higher;
    }
    if (new < 0) return -1;
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
    if (connect(new, (struct sockaddr *)&address, sizeof address) != 0) {
        int error = errno;
        close(new);
        errno = error;
        return -1;
    }
    log_socket = new;
    return 0;
}

static int send_all(const struct msghdr *message, int timeout_ms) {
    int reconnects = 1;
    for (;;) {
        if (connect_log() != 0) return -1;
        if (sendmsg(log_socket, message, MSG_NOSIGNAL) >= 0) {
            is_stalled = 0;
            return 0;
        }
        if (errno == EINTR) continue;
        if (errno == EAGAIN) {
            struct pollfd polled = {.fd = log_socket, .events = POLLOUT};
            if (timeout_ms > 0 && !is_stalled && poll(&polled, 1, timeout_ms) > 0) {
                timeout_ms /= 2; /* ends even if others always fill the queue first */
                continue;
            }
            if (timeout_ms > 0) is_stalled = 1;
            errno = EAGAIN;
            return -1;
        }
        if (errno == EMSGSIZE || reconnects-- <= 0) return -1;
        /* The logging daemon has restarted. */
        close(log_socket);
        log_socket = -1;
    }
}

int atex_send_log(int priority, const char *tag, const char *text, int timeout_ms) {
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t now = time(NULL);
    struct tm parts;
    if (!localtime_r(&now, &parts)) return -1;
    char header[384];
    int length = snprintf(
        header, sizeof header, "<%d>%s %2d %02d:%02d:%02d %.255s: ", priority,
        months[parts.tm_mon], parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, tag);
    struct iovec pieces[] = {
        {.iov_base = header, .iov_len = (size_t)length},
        {.iov_base = (void *)text, .iov_len = strlen(text)},
    };
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};
    pthread_mutex_lock(&mutex);
    int result = send_all(&message, timeout_ms);
    int error = errno;
    pthread_mutex_unlock(&mutex);
    errno = error;
    return result;
}
