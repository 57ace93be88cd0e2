#pragma once
#include <libvirt/libvirt.h>
#include <libvirt/libvirt-lxc.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>

/* A variable in libvirt's header, which Swift takes for unsafe shared state. */
static inline virConnectAuthPtr atex_default_authentication(void) {
    return virConnectAuthPtrDefault;
}
