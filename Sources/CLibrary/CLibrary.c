#define _GNU_SOURCE
#include "CLibrary.h"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* One thread at a time loads a library. Recursive, in case the initialization of a library, or of
   one that it needs, calls one of our functions. */
static pthread_mutex_t loading = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

/* The last problem of the thread, not of a library: a new attempt may fail for another reason. */
static _Thread_local char problem[1024];

__attribute__((format(printf, 1, 2))) static void append(const char *format, ...) {
    size_t length = strlen(problem);
    va_list values;
    va_start(values, format);
    vsnprintf(problem + length, sizeof problem - length, format, values);
    va_end(values);
}

static const char *error_text(void) {
    const char *text = dlerror();
    return text ? text : "unknown error";
}

struct search {
    const char *const *files;
    const char *loaded;
};

static int find_loaded(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size;
    struct search *search = context;
    const char *slash = strrchr(info->dlpi_name, '/');
    for (const char *const *file = search->files; *file; file++)
        if (!strcmp(slash ? slash + 1 : info->dlpi_name, *file)) search->loaded = *file;
    return search->loaded != NULL;
}

/* The file name of a library that is loaded already. RTLD_NOLOAD would first look for each other
   name in all directories. */
static const char *loaded_file(const struct atex_library *library) {
    struct search search = {library->files, NULL};
    if (library->files[1]) dl_iterate_phdr(find_loaded, &search);
    return search.loaded;
}

static void *open_library(const struct atex_library *library) {
    void *handle;
    const char *loaded = loaded_file(library);
    if (loaded && (handle = dlopen(loaded, RTLD_LAZY | RTLD_LOCAL))) return handle;
    problem[0] = 0;
    append("cannot load ");
    for (const char *const *file = library->files; *file; file++)
        append(file == library->files ? "%s" : " or %s", *file);
    append(" (package %s)", library->packages);
    for (const char *const *file = library->files; *file; file++) {
        if ((handle = dlopen(*file, RTLD_LAZY | RTLD_LOCAL))) return handle;
        append(file == library->files ? ": %s" : "; %s", error_text());
    }
    return NULL;
}

/* Fills the table. Returns false, with `problem` set, if a function is missing. */
static bool find_functions(const struct atex_library *library, void *handle) {
    for (unsigned number = 0; number < library->count; number++) {
        void *function = dlsym(handle, library->names[number]);
        if (!function && !library->has_optional_functions) {
            problem[0] = 0;
            append("cannot use a library (package %s): %s", library->packages, error_text());
            return false;
        }
        library->state->functions[number] = function;
    }
    return true;
}

bool atex_library_is_loaded(const struct atex_library *library) {
    return __atomic_load_n(&library->state->is_loaded, __ATOMIC_ACQUIRE);
}

const char *atex_library_load(const struct atex_library *library) {
    if (atex_library_is_loaded(library)) return NULL;
    const char *reason = NULL;
    pthread_mutex_lock(&loading);
    if (!atex_library_is_loaded(library)) {
        void *handle = open_library(library);
        if (handle && find_functions(library, handle)) {
            if (library->loaded) library->loaded(handle);
            __atomic_store_n(&library->state->is_loaded, 1, __ATOMIC_RELEASE);
            if (sysconf(_SC_PAGESIZE) == ATEX_PAGE)
                mprotect(library->state, library->state_size, PROT_READ);
        } else {
            if (handle) dlclose(handle);
            reason = problem;
        }
    }
    pthread_mutex_unlock(&loading);
    return reason;
}

bool atex_library_has(const struct atex_library *library, unsigned number) {
    return !atex_library_load(library) && library->state->functions[number];
}

void *atex_library_function(const struct atex_library *library, unsigned number) {
    const char *reason = atex_library_load(library);
    void *function = reason ? NULL : library->state->functions[number];
    if (!function && library->absent) {
        if (!reason) {
            snprintf(problem, sizeof problem, "%s of this host has no function %s",
                library->files[0], library->names[number]);
            reason = problem;
        }
        library->absent(reason);
    }
    return function;
}
