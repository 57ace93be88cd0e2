/* Written by ../CLibrary/generate from functions.h. Do not edit. */

#include "functions.h"

#include "Table.h"

/* libpcre2-8.so.0 */

#define FUNCTIONS(each) \
    each(libpcre2, pcre2_code_free_8) \
    each(libpcre2, pcre2_compile_8) \
    each(libpcre2, pcre2_compile_context_create_8) \
    each(libpcre2, pcre2_compile_context_free_8) \
    each(libpcre2, pcre2_get_error_message_8) \
    each(libpcre2, pcre2_get_ovector_pointer_8) \
    each(libpcre2, pcre2_match_8) \
    each(libpcre2, pcre2_match_context_create_8) \
    each(libpcre2, pcre2_match_context_free_8) \
    each(libpcre2, pcre2_match_data_create_8) \
    each(libpcre2, pcre2_match_data_free_8) \
    each(libpcre2, pcre2_pattern_info_8) \
    each(libpcre2, pcre2_set_heap_limit_8) \
    each(libpcre2, pcre2_set_match_limit_8) \
    each(libpcre2, pcre2_set_newline_8) \
    each(libpcre2, pcre2_set_offset_limit_8)
enum { FUNCTIONS(NUMBER) };
TABLE(libpcre2, 16, "libpcre2-8-0 or pcre2",
    false, NULL, NULL, "libpcre2-8.so.0");
#undef FUNCTIONS

const char *atex_libpcre2_problem(void) {
    return atex_library_load(&libpcre2);
}

HIDDEN void pcre2_code_free_8(pcre2_code_8 *code) {
    RUN(libpcre2, pcre2_code_free_8, (code))
}

HIDDEN pcre2_code_8 *pcre2_compile_8(PCRE2_SPTR8 pattern, PCRE2_SIZE length, uint32_t options, int
    *error, PCRE2_SIZE *offset, pcre2_compile_context_8 *context) {
    CALL(libpcre2, pcre2_compile_8, NULL, (pattern, length, options, error, offset, context))
}

HIDDEN pcre2_compile_context_8 *pcre2_compile_context_create_8(pcre2_general_context_8 *context) {
    CALL(libpcre2, pcre2_compile_context_create_8, NULL, (context))
}

HIDDEN void pcre2_compile_context_free_8(pcre2_compile_context_8 *context) {
    RUN(libpcre2, pcre2_compile_context_free_8, (context))
}

HIDDEN int pcre2_get_error_message_8(int error, PCRE2_UCHAR8 *buffer, PCRE2_SIZE size) {
    CALL(libpcre2, pcre2_get_error_message_8, -1, (error, buffer, size))
}

HIDDEN PCRE2_SIZE *pcre2_get_ovector_pointer_8(pcre2_match_data_8 *match) {
    CALL(libpcre2, pcre2_get_ovector_pointer_8, NULL, (match))
}

HIDDEN int pcre2_match_8(const pcre2_code_8 *code, PCRE2_SPTR8 subject, PCRE2_SIZE length,
    PCRE2_SIZE start, uint32_t options, pcre2_match_data_8 *match, pcre2_match_context_8 *context) {
    CALL(libpcre2, pcre2_match_8, -1, (code, subject, length, start, options, match, context))
}

HIDDEN pcre2_match_context_8 *pcre2_match_context_create_8(pcre2_general_context_8 *context) {
    CALL(libpcre2, pcre2_match_context_create_8, NULL, (context))
}

HIDDEN void pcre2_match_context_free_8(pcre2_match_context_8 *context) {
    RUN(libpcre2, pcre2_match_context_free_8, (context))
}

HIDDEN pcre2_match_data_8 *pcre2_match_data_create_8(uint32_t pairs, pcre2_general_context_8
    *context) {
    CALL(libpcre2, pcre2_match_data_create_8, NULL, (pairs, context))
}

HIDDEN void pcre2_match_data_free_8(pcre2_match_data_8 *match) {
    RUN(libpcre2, pcre2_match_data_free_8, (match))
}

HIDDEN int pcre2_pattern_info_8(const pcre2_code_8 *code, uint32_t what, void *where) {
    CALL(libpcre2, pcre2_pattern_info_8, -1, (code, what, where))
}

HIDDEN int pcre2_set_heap_limit_8(pcre2_match_context_8 *context, uint32_t limit) {
    CALL(libpcre2, pcre2_set_heap_limit_8, -1, (context, limit))
}

HIDDEN int pcre2_set_match_limit_8(pcre2_match_context_8 *context, uint32_t limit) {
    CALL(libpcre2, pcre2_set_match_limit_8, -1, (context, limit))
}

HIDDEN int pcre2_set_newline_8(pcre2_compile_context_8 *context, uint32_t newline) {
    CALL(libpcre2, pcre2_set_newline_8, -1, (context, newline))
}

HIDDEN int pcre2_set_offset_limit_8(pcre2_match_context_8 *context, PCRE2_SIZE limit) {
    CALL(libpcre2, pcre2_set_offset_limit_8, -1, (context, limit))
}
