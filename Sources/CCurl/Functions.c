/* Written by ../CLibrary/generate from functions.h. Do not edit. */

#include "functions.h"

#include "Table.h"

/* libcurl-gnutls.so.4 or libcurl.so.4 */

#define FUNCTIONS(each) \
    each(libcurl, curl_easy_cleanup) \
    each(libcurl, curl_easy_getinfo) \
    each(libcurl, curl_easy_init) \
    each(libcurl, curl_easy_perform) \
    each(libcurl, curl_easy_reset) \
    each(libcurl, curl_easy_setopt) \
    each(libcurl, curl_easy_strerror)
enum { FUNCTIONS(NUMBER) };
TABLE(libcurl, 7, "libcurl3t64-gnutls, libcurl3-gnutls or libcurl",
    false, NULL, NULL, "libcurl-gnutls.so.4", "libcurl.so.4");
#undef FUNCTIONS

const char *atex_libcurl_problem(void) {
    return atex_library_load(&libcurl);
}

HIDDEN void curl_easy_cleanup(CURL *handle) {
    RUN(libcurl, curl_easy_cleanup, (handle))
}

__typeof__(curl_easy_getinfo) *atex_find_curl_easy_getinfo(void) {
    return (__typeof__(curl_easy_getinfo) *)atex_library_function(&libcurl, libcurl_curl_easy_getinfo);
}

HIDDEN CURL *curl_easy_init(void) {
    CALL(libcurl, curl_easy_init, NULL, ())
}

HIDDEN CURLcode curl_easy_perform(CURL *handle) {
    CALL(libcurl, curl_easy_perform, CURLE_FAILED_INIT, (handle))
}

HIDDEN void curl_easy_reset(CURL *handle) {
    RUN(libcurl, curl_easy_reset, (handle))
}

__typeof__(curl_easy_setopt) *atex_find_curl_easy_setopt(void) {
    return (__typeof__(curl_easy_setopt) *)atex_library_function(&libcurl, libcurl_curl_easy_setopt);
}

HIDDEN const char *curl_easy_strerror(CURLcode code) {
    CALL(libcurl, curl_easy_strerror, NULL, (code))
}
