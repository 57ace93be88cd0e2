/* A library to preload: calls on files below a directory fail. FAILING is
   DIRECTORY:CALL:AFTER:ERRNO; the first AFTER calls succeed. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fails(const char *call, int descriptor) {
    static int calls;
    char directory[400], name[20], link[40], path[600];
    int after, error;
    const char *wish = getenv("FAILING");
    if (!wish || sscanf(wish, "%399[^:]:%19[^:]:%d:%d", directory, name, &after, &error) != 4 ||
        strcmp(name, call))
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (strncmp(path, directory, strlen(directory))) return 0;
    if (__atomic_fetch_add(&calls, 1, __ATOMIC_SEQ_CST) < after) return 0;
    errno = error;
    return 1;
}

int fsync(int descriptor) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
    return fails("fsync", descriptor) ? -1 : real(descriptor);
}

int close(int descriptor) {
    int (*real)(int) = dlsym(RTLD_NEXT, "close");
    int failed = fails("close", descriptor), error = errno;
    int result = real(descriptor);
    if (failed) errno = error;
    return failed ? -1 : result;
}
