#pragma once
#include <curl/curl.h>

/* Swift cannot call the variadic curl_easy_setopt: one function for each type of value. */

static inline CURLcode atex_curl_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode atex_curl_number(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

/* For CURLOPT_ERRORBUFFER, the buffer must have CURL_ERROR_SIZE bytes. */
static inline CURLcode atex_curl_buffer(CURL *handle, CURLoption option, char *buffer) {
    return curl_easy_setopt(handle, option, buffer);
}

/* Permits only these protocols, also for redirects. `bits` are the same as `names`, for versions
   before 7.85. */
static inline void atex_curl_protocols(CURL *handle, const char *names, long bits) {
#if LIBCURL_VERSION_NUM >= 0x075500
    (void)bits;
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, names);
    curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, names);
#else
    (void)names;
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS, bits);
    curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS, bits);
#endif
}

typedef size_t (*atex_curl_write)(char *bytes, size_t one, size_t count, void *context);
typedef int (*atex_curl_progress)(
    void *context, curl_off_t total, curl_off_t done, curl_off_t up_total, curl_off_t up);

/* `write` receives the body; `progress` is called at least about once a second. Both get `context`. */
static inline void atex_curl_callbacks(
    CURL *handle, atex_curl_write write, atex_curl_progress progress, void *context) {
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, write);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, progress);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, context);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
}

static inline long atex_curl_status(CURL *handle) {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

/* The URL of the redirect in the last response; NULL if it is none. libcurl owns the text. */
static inline const char *atex_curl_redirect(CURL *handle) {
    char *url = NULL;
    curl_easy_getinfo(handle, CURLINFO_REDIRECT_URL, &url);
    return url;
}

/* The length of the body according to the server; -1 if it does not say. */
static inline curl_off_t atex_curl_length(CURL *handle) {
    curl_off_t length = -1;
    curl_easy_getinfo(handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    return length;
}
