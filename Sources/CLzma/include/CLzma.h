#pragma once

#include <stdint.h>

/* liblzma, which is loaded when it is first used. libarchive reads xz too, but takes as much memory
   as the data ask for: a header of 24 bytes could make it allocate 4 GiB. */

/* Loads liblzma. NULL if it is loaded, otherwise the reason. */
const char *atex_liblzma_problem(void);

/* Returns the number of the next encoded bytes, which stay valid until the next call; 0 at their end,
   -1 on failure. */
typedef long (*atex_xz_source)(void *context, const void **bytes);

/* Decodes xz data, also several streams after each other. */
struct atex_xz_decoder;

/* `memory`: the decoder fails rather than use more, in bytes. NULL if there is no memory, or if
   liblzma cannot be loaded. */
struct atex_xz_decoder *atex_xz_open(uint64_t memory, atex_xz_source source, void *context);

/* Returns the number of the next decoded bytes, which stay valid until the next call; 0 at their end,
   -1 on failure. */
long atex_xz_next(struct atex_xz_decoder *decoder, const void **bytes);

/* The reason of a failure; NULL if the source failed. */
const char *atex_xz_error(struct atex_xz_decoder *decoder);

void atex_xz_close(struct atex_xz_decoder *decoder);
