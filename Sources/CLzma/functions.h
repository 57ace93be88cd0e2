#pragma once

#include "CLzma.h"

#include <stddef.h>

/* The functions of liblzma 5 that the program calls. ../CLibrary/generate reads this list. The build
   does not need liblzma's headers. */

/* lzma_stream */
struct atex_lzma_stream {
    const uint8_t *next_in;
    size_t available_in;
    uint64_t total_in;
    uint8_t *next_out;
    size_t available_out;
    uint64_t total_out;
    const void *allocator;
    void *internal;
    void *reserved_pointers[4];
    uint64_t reserved_numbers[2];
    size_t reserved_sizes[2];
    int reserved_enums[2];
};

int lzma_stream_decoder(struct atex_lzma_stream *stream, uint64_t memory, uint32_t flags);
int lzma_code(struct atex_lzma_stream *stream, int action);
uint64_t lzma_memusage(const struct atex_lzma_stream *stream);
void lzma_end(struct atex_lzma_stream *stream);
