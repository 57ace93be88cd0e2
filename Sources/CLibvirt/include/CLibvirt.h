#pragma once

#include <libvirt/libvirt.h>
#include <libvirt/libvirt-lxc.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>
#include <stdbool.h>

#include "newer.h"

/* libvirt's functions, which load it when the first one is called. If it cannot be loaded, or if
   the host's version does not have the function, the function fails: virGetLastError says why. */

/* Loads libvirt. NULL if it is loaded, otherwise the reason. */
const char *atex_libvirt_problem(void);
/* Does not load it. */
bool atex_libvirt_is_loaded(void);

/* virConnectAuthPtrDefault, a variable. NULL if libvirt cannot be loaded. */
virConnectAuthPtr atex_default_authentication(void);

/* Whether errors of this thread are not stored, see LibvirtError.unreported. Swift has no
   thread-local variables. */
bool atex_is_unreported(void);
void atex_set_unreported(bool unreported);
