#pragma once

#include "CZlib.h"

/* The functions of zlib that the program calls. ../CLibrary/generate reads this list. The build does
   not need zlib's headers. */

/* z_stream: the library compares its size with its own. */
struct atex_z_stream {
    const unsigned char *next_in;
    unsigned available_in;
    unsigned long total_in;
    unsigned char *next_out;
    unsigned available_out;
    unsigned long total_out;
    const char *message;
    void *state;
    void *(*allocate)(void *, unsigned, unsigned);
    void (*release)(void *, void *);
    void *context;
    int data_type;
    unsigned long checksum;
    unsigned long reserved;
};

int inflateInit2_(struct atex_z_stream *stream, int bits, const char *version, int size);
int inflate(struct atex_z_stream *stream, int flush);
int inflateReset(struct atex_z_stream *stream);
int inflateEnd(struct atex_z_stream *stream);
