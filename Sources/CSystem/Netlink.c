#define _GNU_SOURCE
#include "CSystem.h"

#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* The states in which the kernel knows the neighbour's address. NOARP is a group or the host. */
enum { resolved = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT };

/* A header, then the fixed part of one kind of message, then attributes. */
struct request {
    struct nlmsghdr header;
    union {
        struct ndmsg neighbour;
        struct rtmsg route;
    };
    unsigned char attributes[RTA_SPACE(16)];
};

/* Returns a socket, which the caller closes, or -1. */
static int send_request(struct request *request) {
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (descriptor < 0) return -1;
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    unsigned length = request->header.nlmsg_len;
    if (sendto(descriptor, request, length, 0, (struct sockaddr *)&kernel, sizeof kernel) == length)
        return descriptor;
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

/* The next block of messages from the kernel: its length, or -1. */
static int receive(int descriptor, void *buffer, size_t size) {
    for (;;) {
        struct sockaddr_nl sender = {0};
        socklen_t sender_size = sizeof sender;
        /* With MSG_TRUNC the result is the whole length, even if the buffer is too small. */
        ssize_t length = recvfrom(
            descriptor, buffer, size, MSG_TRUNC, (struct sockaddr *)&sender, &sender_size);
        if (length < 0 && errno == EINTR) continue;
        if (length < 0) return -1;
        /* Any process may send to the socket; the kernel's port is 0. */
        if (sender.nl_pid != 0) continue;
        if ((size_t)length > size) {
            errno = EMSGSIZE;
            return -1;
        }
        return (int)length;
    }
}

/* The errno that a message of type NLMSG_ERROR reports. */
static int reported_error(struct nlmsghdr *header) {
    const struct nlmsgerr *error = NLMSG_DATA(header);
    return header->nlmsg_len < NLMSG_LENGTH(sizeof *error) || !error->error ? EIO : -error->error;
}

/* Fills in `neighbour`, and returns 0 if the message does not describe a resolved one. */
static int read_neighbour(struct nlmsghdr *header, struct atex_neighbour *neighbour) {
    if (header->nlmsg_type != RTM_NEWNEIGH) return 0;
    if (header->nlmsg_len < NLMSG_LENGTH(sizeof(struct ndmsg))) return 0;
    struct ndmsg *message = NLMSG_DATA(header);
    if (message->ndm_family != AF_INET && message->ndm_family != AF_INET6) return 0;
    if (!(message->ndm_state & resolved)) return 0;
    memset(neighbour, 0, sizeof *neighbour);
    neighbour->family = message->ndm_family;
    neighbour->device = (unsigned)message->ndm_ifindex;
    size_t address_length = message->ndm_family == AF_INET6 ? 16 : 4;
    int has_address = 0, has_mac = 0;
    int rest = (int)NLMSG_PAYLOAD(header, sizeof *message);
    struct rtattr *attribute =
        (struct rtattr *)((char *)message + NLMSG_ALIGN(sizeof *message));
    for (; RTA_OK(attribute, rest); attribute = RTA_NEXT(attribute, rest)) {
        size_t length = RTA_PAYLOAD(attribute);
        if (attribute->rta_type == NDA_DST && length == address_length) {
            memcpy(neighbour->address, RTA_DATA(attribute), length);
            has_address = 1;
        } else if (attribute->rta_type == NDA_LLADDR && length == sizeof neighbour->mac) {
            memcpy(neighbour->mac, RTA_DATA(attribute), length);
            has_mac = 1;
        }
    }
    return has_address && has_mac;
}

/* Reads the answer to the end. Returns an errno; EINTR if the table changed in between. */
static int read_neighbours(int descriptor, struct atex_neighbour **list, long *count) {
    /* The kernel makes its blocks no larger than this. */
    static const size_t size = 32 << 10;
    char *buffer = malloc(size);
    if (!buffer) return ENOMEM;
    int error = 0, is_changed = 0, is_done = 0;
    while (!error && !is_done) {
        int length = receive(descriptor, buffer, size);
        if (length < 0) error = errno;
        struct nlmsghdr *header = (struct nlmsghdr *)buffer;
        for (; !error && !is_done && length > 0 && NLMSG_OK(header, (unsigned)length);
             header = NLMSG_NEXT(header, length)) {
            is_changed |= header->nlmsg_flags & NLM_F_DUMP_INTR;
            is_done = header->nlmsg_type == NLMSG_DONE;
            if (header->nlmsg_type == NLMSG_ERROR) error = reported_error(header);
            struct atex_neighbour neighbour;
            if (error || !read_neighbour(header, &neighbour)) continue;
            void *longer = realloc(*list, (size_t)(*count + 1) * sizeof **list);
            if (!longer) {
                error = ENOMEM;
                continue;
            }
            *list = longer;
            (*list)[(*count)++] = neighbour;
        }
    }
    free(buffer);
    return error ? error : is_changed ? EINTR : 0;
}

long atex_neighbours(struct atex_neighbour **list) {
    for (int attempt = 0;; attempt++) {
        struct request request = {
            .header = {
                .nlmsg_len = NLMSG_LENGTH(sizeof request.neighbour),
                .nlmsg_type = RTM_GETNEIGH,
                .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
            },
            .neighbour = {.ndm_family = AF_UNSPEC},
        };
        int descriptor = send_request(&request);
        if (descriptor < 0) return -1;
        *list = NULL;
        long count = 0;
        int error = read_neighbours(descriptor, list, &count);
        close(descriptor);
        /* On a busy host the table may change each time. Entries that did not change are right. */
        if (error == 0 || (error == EINTR && attempt == 4)) return count;
        free(*list);
        *list = NULL;
        errno = error;
        if (error != EINTR) return -1;
    }
}

static void set_attribute(struct rtattr *attribute, unsigned short type, const void *value,
                          unsigned short length) {
    attribute->rta_type = type;
    attribute->rta_len = (unsigned short)RTA_LENGTH(length);
    memcpy(RTA_DATA(attribute), value, length);
}

/* Sends a request that is answered by one message. Returns the answer's length, or -1. */
static int ask(struct request *request, void *answer, size_t size) {
    int descriptor = send_request(request);
    if (descriptor < 0) return -1;
    int received = receive(descriptor, answer, size);
    int error = errno;
    close(descriptor);
    errno = error;
    return received;
}

int atex_link_to(int family, const unsigned char address[16], unsigned *device) {
    unsigned short length = family == AF_INET6 ? 16 : 4;
    struct request request = {
        .header = {
            .nlmsg_len = NLMSG_SPACE(sizeof request.route) + RTA_SPACE(length),
            .nlmsg_type = RTM_GETROUTE,
            .nlmsg_flags = NLM_F_REQUEST,
        },
        .route = {.rtm_family = (unsigned char)family, .rtm_dst_len = (unsigned char)(length * 8)},
    };
    struct rtattr *destination =
        (struct rtattr *)((char *)&request + NLMSG_SPACE(sizeof request.route));
    set_attribute(destination, RTA_DST, address, length);

    union {
        struct nlmsghdr header;
        char bytes[4096];
    } answer;
    int received = ask(&request, &answer, sizeof answer);
    if (received < 0) return -1;
    if (!NLMSG_OK(&answer.header, (unsigned)received)) {
        errno = EIO;
        return -1;
    }
    if (answer.header.nlmsg_type == NLMSG_ERROR) {
        errno = reported_error(&answer.header);
        return -1;
    }
    *device = 0;
    struct rtmsg *route = NLMSG_DATA(&answer.header);
    if (answer.header.nlmsg_type != RTM_NEWROUTE || route->rtm_type != RTN_UNICAST) return 0;
    int rest = (int)RTM_PAYLOAD(&answer.header);
    struct rtattr *attribute = RTM_RTA(route);
    for (; RTA_OK(attribute, rest); attribute = RTA_NEXT(attribute, rest)) {
        if (attribute->rta_type == RTA_GATEWAY || attribute->rta_type == RTA_VIA) {
            *device = 0;
            return 0;
        }
        if (attribute->rta_type == RTA_OIF && RTA_PAYLOAD(attribute) == sizeof *device)
            memcpy(device, RTA_DATA(attribute), sizeof *device);
    }
    return 0;
}

int atex_resolve_neighbour(int family, const unsigned char address[16], unsigned device) {
    unsigned short length = family == AF_INET6 ? 16 : 4;
    struct request request = {
        .header = {
            .nlmsg_len = NLMSG_SPACE(sizeof request.neighbour) + RTA_SPACE(length),
            .nlmsg_type = RTM_NEWNEIGH,
            .nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK,
        },
        .neighbour = {
            .ndm_family = (unsigned char)family,
            .ndm_ifindex = (int)device,
            .ndm_flags = NTF_USE,
        },
    };
    struct rtattr *destination =
        (struct rtattr *)((char *)&request + NLMSG_SPACE(sizeof request.neighbour));
    set_attribute(destination, NDA_DST, address, length);

    union {
        struct nlmsghdr header;
        char bytes[1024];
    } answer;
    int received = ask(&request, &answer, sizeof answer);
    if (received < 0) return -1;
    if (!NLMSG_OK(&answer.header, (unsigned)received) ||
        answer.header.nlmsg_type != NLMSG_ERROR ||
        answer.header.nlmsg_len < NLMSG_LENGTH(sizeof(struct nlmsgerr))) {
        errno = EIO;
        return -1;
    }
    const struct nlmsgerr *result = NLMSG_DATA(&answer.header);
    if (!result->error) return 0;
    errno = -result->error;
    return -1;
}
