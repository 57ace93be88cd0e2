#pragma once

#include <curl/curl.h>

/* The functions of libcurl that the program calls; see ../functions.h. They load the library when
   the first one is called. If it cannot be loaded, they return NULL or CURLE_FAILED_INIT. */

/* Loads libcurl. NULL if it is loaded, otherwise the reason. */
const char *atex_libcurl_problem(void);

/* Swift cannot call the variadic curl_easy_setopt: one function for each type of value. */

CURLcode atex_curl_text(CURL *handle, CURLoption option, const char *value);
CURLcode atex_curl_number(CURL *handle, CURLoption option, long value);

/* For CURLOPT_ERRORBUFFER, the buffer must have CURL_ERROR_SIZE bytes. */
CURLcode atex_curl_buffer(CURL *handle, CURLoption option, char *buffer);

/* Permits only these protocols, also for redirects. `bits` are the same as `names`, for versions
   before 7.85. */
void atex_curl_protocols(CURL *handle, const char *names, long bits);

typedef size_t (*atex_curl_write)(char *bytes, size_t one, size_t count, void *context);
typedef int (*atex_curl_progress)(
    void *context, curl_off_t total, curl_off_t done, curl_off_t up_total, curl_off_t up);

/* `write` receives the body; `progress` is called at least about once a second. Both get `context`. */
void atex_curl_callbacks(
    CURL *handle, atex_curl_write write, atex_curl_progress progress, void *context);

long atex_curl_status(CURL *handle);

/* The URL of the redirect in the last response; NULL if it is none. libcurl owns the text. */
const char *atex_curl_redirect(CURL *handle);

/* The length of the body according to the server; -1 if it does not say. */
curl_off_t atex_curl_length(CURL *handle);
