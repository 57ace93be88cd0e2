#pragma once

/* Its macros check the types of variadic calls; these calls go through pointers. Options that newer
   versions call deprecated are for older hosts. */
#define CURL_DISABLE_TYPECHECK
#define CURL_DISABLE_DEPRECATION
#include "CCurl.h"

/* The functions of libcurl that the program calls. ../CLibrary/generate reads this list. */

#undef curl_easy_setopt
#undef curl_easy_getinfo

void curl_easy_cleanup(CURL *handle);
CURLcode curl_easy_getinfo(CURL *handle, CURLINFO info, ...);
CURL *curl_easy_init(void);
CURLcode curl_easy_perform(CURL *handle);
void curl_easy_reset(CURL *handle);
CURLcode curl_easy_setopt(CURL *handle, CURLoption option, ...);
const char *curl_easy_strerror(CURLcode code);

/* The variadic ones. A handle exists only if the library is loaded. */
__typeof__(curl_easy_setopt) *atex_find_curl_easy_setopt(void);
__typeof__(curl_easy_getinfo) *atex_find_curl_easy_getinfo(void);
