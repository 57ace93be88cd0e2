#pragma once

/* zlib, which is loaded when it is first used. libarchive reads gzip too, but does not compare the
   checksum. */

/* Loads zlib. NULL if it is loaded, otherwise the reason. */
const char *atex_libz_problem(void);

/* Returns the number of the next encoded bytes, which stay valid until the next call; 0 at their end,
   -1 on failure. */
typedef long (*atex_gzip_source)(void *context, const void **bytes);

/* Decodes gzip data, also several members after each other. */
struct atex_gzip_decoder;

/* NULL if there is no memory, or if zlib cannot be loaded. */
struct atex_gzip_decoder *atex_gzip_open(atex_gzip_source source, void *context);

/* Returns the number of the next decoded bytes, which stay valid until the next call; 0 at their end,
   -1 on failure. */
long atex_gzip_next(struct atex_gzip_decoder *decoder, const void **bytes);

/* The reason of a failure; NULL if the source failed. */
const char *atex_gzip_error(struct atex_gzip_decoder *decoder);

void atex_gzip_close(struct atex_gzip_decoder *decoder);
