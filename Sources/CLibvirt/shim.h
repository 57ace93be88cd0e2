#pragma once
#include <libvirt/libvirt.h>
#include <libvirt/libvirt-lxc.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>

#include "newer.h"

/* virConnectAuthPtrDefault is a global variable, which Swift 6 rejects as shared mutable state. */
static inline virConnectAuthPtr atex_default_authentication(void) {
    return virConnectAuthPtrDefault;
}

/* Whether errors of this thread are not stored, see LibvirtError.unreported. Swift has no
   thread-local variables. The variable is inside of a function, because Swift emits inline
   functions of headers, but not variables. Use these from one Swift file only: in a debug build
   each file has a copy of its own. */
static inline int *atex_unreported(void) {
    static _Thread_local int unreported;
    return &unreported;
}
static inline int atex_is_unreported(void) { return *atex_unreported(); }
static inline void atex_set_unreported(int unreported) { *atex_unreported() = unreported; }
