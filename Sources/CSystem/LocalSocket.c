#define _GNU_SOURCE
#include "CSystem.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

/* Each message is received as it was sent, or not at all. */
static int new_socket(void) { return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0); }

static int set_address(struct sockaddr_un *address, const char *path) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address->sun_path, path);
    return 0;
}

static int closed(int descriptor) {
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

static int set_time_limit(int descriptor, int seconds) {
    struct timeval limit = {.tv_sec = seconds};
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0) return -1;
    return setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

int atex_listen_locally(const char *path) {
    struct sockaddr_un address;
    if (set_address(&address, path) != 0) return -1;
    int descriptor = new_socket();
    if (descriptor < 0) return -1;
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0
        || listen(descriptor, 16) != 0)
        return closed(descriptor);
    return descriptor;
}

int atex_accept_locally(int listener, int seconds, unsigned *user) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (descriptor < 0) return -1;
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (set_time_limit(descriptor, seconds) != 0
        || getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0)
        return closed(descriptor);
    *user = peer.uid;
    return descriptor;
}

int atex_connect_locally(const char *path, int seconds) {
    struct sockaddr_un address;
    if (set_address(&address, path) != 0) return -1;
    int descriptor = new_socket();
    if (descriptor < 0) return -1;
    if (set_time_limit(descriptor, seconds) != 0
        || connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0)
        return closed(descriptor);
    return descriptor;
}

/* As many as the kernel passes at once: SCM_MAX_FD. */
#define LARGEST_COUNT ATEX_LARGEST_PASSED_COUNT

union control {
    struct cmsghdr aligned;
    char bytes[CMSG_SPACE(sizeof(int) * LARGEST_COUNT)];
};

ssize_t atex_send_message(int descriptor, const void *bytes, size_t length, const int *passed,
                          unsigned count) {
    union control control;
    struct iovec data = {.iov_base = (void *)bytes, .iov_len = length};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    if (count > LARGEST_COUNT) {
        errno = EMSGSIZE;
        return -1;
    }
    if (count > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(header), passed, sizeof(int) * count);
    }
    return sendmsg(descriptor, &message, MSG_NOSIGNAL);
}

ssize_t atex_receive_message(int descriptor, void *bytes, size_t length, int *passed,
                             unsigned *count) {
    union control control;
    struct iovec data = {.iov_base = bytes, .iov_len = length};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    *count = 0;
    ssize_t received = recvmsg(descriptor, &message, MSG_CMSG_CLOEXEC);
    if (received < 0) return -1;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        unsigned more = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(passed + *count, CMSG_DATA(header), sizeof(int) * more);
        *count += more;
    }
    if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        for (unsigned index = 0; index < *count; index++) close(passed[index]);
        *count = 0;
        errno = EMSGSIZE;
        return -1;
    }
    return received;
}
