#pragma once

#include "CPCRE2.h"

/* The functions of PCRE2 that the program calls. ../CLibrary/generate reads this list. */

void pcre2_code_free_8(pcre2_code_8 *code);
pcre2_code_8 *pcre2_compile_8(
    PCRE2_SPTR8 pattern, PCRE2_SIZE length, uint32_t options, int *error, PCRE2_SIZE *offset,
    pcre2_compile_context_8 *context);
pcre2_compile_context_8 *pcre2_compile_context_create_8(pcre2_general_context_8 *context);
void pcre2_compile_context_free_8(pcre2_compile_context_8 *context);
int pcre2_get_error_message_8(int error, PCRE2_UCHAR8 *buffer, PCRE2_SIZE size);
PCRE2_SIZE *pcre2_get_ovector_pointer_8(pcre2_match_data_8 *match);
int pcre2_match_8(
    const pcre2_code_8 *code, PCRE2_SPTR8 subject, PCRE2_SIZE length, PCRE2_SIZE start,
    uint32_t options, pcre2_match_data_8 *match, pcre2_match_context_8 *context);
pcre2_match_context_8 *pcre2_match_context_create_8(pcre2_general_context_8 *context);
void pcre2_match_context_free_8(pcre2_match_context_8 *context);
pcre2_match_data_8 *pcre2_match_data_create_8(uint32_t pairs, pcre2_general_context_8 *context);
void pcre2_match_data_free_8(pcre2_match_data_8 *match);
int pcre2_pattern_info_8(const pcre2_code_8 *code, uint32_t what, void *where);
int pcre2_set_heap_limit_8(pcre2_match_context_8 *context, uint32_t limit);
int pcre2_set_match_limit_8(pcre2_match_context_8 *context, uint32_t limit);
int pcre2_set_newline_8(pcre2_compile_context_8 *context, uint32_t newline);
int pcre2_set_offset_limit_8(pcre2_match_context_8 *context, PCRE2_SIZE limit);
