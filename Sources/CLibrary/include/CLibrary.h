#pragma once

#include <stdbool.h>
#include <stddef.h>

/* C libraries that are loaded when one of their functions is first called: most requests need
   none, and loading libvirt takes ten times as long as the rest of the start.

   The C target of a library defines each function of the library that the program uses under its
   own name: the function finds the library's in a table, and calls it. ../generate writes that
   code, Functions.c. Callers are compiled as if the library was linked. */

struct atex_library;

/* A table is write-protected once it is filled, as the linker's own tables are: it has its pages
   for itself. On a host with larger pages it is not protected. */
#define ATEX_PAGE 4096

/* What is known of a library in this process. The addresses of the functions follow. */
struct atex_library_state {
    int is_loaded; /* set last */
    void *functions[];
};

struct atex_library {
    /* The file names to try, e.g. of two versions of the library; NULL ends the list. One that is
       loaded already is preferred: libvirt uses libxml2, too. */
    const char *const *files;
    /* The packages that contain the files, for people: "libvirt0 or libvirt-libs". */
    const char *packages;
    /* Without one of these functions, the library is not used, unless it is optional. */
    const char *const *names;
    unsigned count;
    bool has_optional_functions;
    struct atex_library_state *state;
    unsigned long state_size;
    /* Receives the handle of the loaded library, before its first function is called. May be NULL. */
    void (*loaded)(void *handle);
    /* Called instead of a function that does not exist; `problem` says why. May be NULL. */
    void (*absent)(const char *problem);
};

/* Loads the library. Returns NULL if it is loaded, otherwise why it cannot be, for example
   "cannot load libvirt.so.0 (package libvirt0 or libvirt-libs): ...". The text stays valid. */
const char *atex_library_load(const struct atex_library *library);

/* Whether the library is loaded; does not load it. */
bool atex_library_is_loaded(const struct atex_library *library);

/* Whether the library can be loaded and has a function. */
bool atex_library_has(const struct atex_library *library, unsigned number);

/* A function of the library, which is loaded if necessary. NULL if it does not exist. */
void *atex_library_function(const struct atex_library *library, unsigned number);
