#include "functions.h"

#define SET(...) atex_find_curl_easy_setopt()(__VA_ARGS__)
#define GET(...) atex_find_curl_easy_getinfo()(__VA_ARGS__)

CURLcode atex_curl_text(CURL *handle, CURLoption option, const char *value) {
    return SET(handle, option, value);
}

CURLcode atex_curl_number(CURL *handle, CURLoption option, long value) {
    return SET(handle, option, value);
}

CURLcode atex_curl_buffer(CURL *handle, CURLoption option, char *buffer) {
    return SET(handle, option, buffer);
}

void atex_curl_protocols(CURL *handle, const char *names, long bits) {
#if LIBCURL_VERSION_NUM >= 0x075500
    /* The host's version may be older than the headers. */
    if (SET(handle, CURLOPT_PROTOCOLS_STR, names) == CURLE_OK
        && SET(handle, CURLOPT_REDIR_PROTOCOLS_STR, names) == CURLE_OK)
        return;
#else
    (void)names;
#endif
    SET(handle, CURLOPT_PROTOCOLS, bits);
    SET(handle, CURLOPT_REDIR_PROTOCOLS, bits);
}

void atex_curl_callbacks(
    CURL *handle, atex_curl_write write, atex_curl_progress progress, void *context) {
    SET(handle, CURLOPT_WRITEFUNCTION, write);
    SET(handle, CURLOPT_WRITEDATA, context);
    SET(handle, CURLOPT_XFERINFOFUNCTION, progress);
    SET(handle, CURLOPT_XFERINFODATA, context);
    SET(handle, CURLOPT_NOPROGRESS, 0L);
}

long atex_curl_status(CURL *handle) {
    long status = 0;
    GET(handle, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

const char *atex_curl_redirect(CURL *handle) {
    char *url = NULL;
    GET(handle, CURLINFO_REDIRECT_URL, &url);
    return url;
}

curl_off_t atex_curl_length(CURL *handle) {
    curl_off_t length = -1;
    GET(handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    return length;
}
