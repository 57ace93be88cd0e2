#pragma once

#include "CLibvirt.h"

/* What Functions.c uses of CLibvirt.c, and the other way round. */

void atex_libvirt_loaded(void *handle);
void atex_libvirt_absent(const char *problem);

/* The library's own functions, of which CLibvirt.c defines others under their names. */
__typeof__(virGetLastError) *atex_find_virGetLastError(void);
__typeof__(virResetLastError) *atex_find_virResetLastError(void);
__typeof__(virSetErrorFunc) *atex_find_virSetErrorFunc(void);
