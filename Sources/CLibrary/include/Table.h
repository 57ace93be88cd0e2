#pragma once

/* The macros of Functions.c, which ../generate writes. */

#include "CLibrary.h"

/* Not exported: a library must not call these instead of the functions of another library. */
#define HIDDEN __attribute__((visibility("hidden")))

#define NUMBER(library, name) library##_##name,
#define NAME(library, name) #name,

#define TABLE(library, number, packages, optional, loaded, absent, ...) \
    static const char *const library##_files[] = {__VA_ARGS__, NULL}; \
    static const char *const library##_names[] = {FUNCTIONS(NAME)}; \
    static struct { \
        int is_loaded; \
        void *functions[number]; \
    } __attribute__((aligned(ATEX_PAGE))) library##_state; \
    static const struct atex_library library = { \
        library##_files, packages, library##_names, number, optional, \
        (struct atex_library_state *)&library##_state, sizeof library##_state, loaded, absent}

#define CALL(library, name, failure, arguments) \
    __typeof__(name) *found = atex_library_function(&library, library##_##name); \
    return found ? found arguments : failure;

#define RUN(library, name, arguments) \
    __typeof__(name) *found = atex_library_function(&library, library##_##name); \
    if (found) found arguments;
