#pragma once

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* The functions of PCRE2 that the program calls; see ../functions.h. They load the library when the
   first one is called. If it cannot be loaded, they return NULL or a negative number. */

/* Loads PCRE2. NULL if it is loaded, otherwise the reason. */
const char *atex_libpcre2_problem(void);
