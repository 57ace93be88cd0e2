#pragma once
#include <libvirt/libvirt.h>
#include <libvirt/libvirt-lxc.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>

/* A variable in libvirt's header, which Swift takes for unsafe shared state. */
static inline virConnectAuthPtr atex_default_authentication(void) {
    return virConnectAuthPtrDefault;
}

/* Whether nobody asks what this thread's errors were. In a function, since Swift emits those. */
static inline int *atex_unreported(void) {
    static _Thread_local int unreported;
    return &unreported;
}
static inline int atex_is_unreported(void) { return *atex_unreported(); }
static inline void atex_set_unreported(int unreported) { *atex_unreported() = unreported; }
