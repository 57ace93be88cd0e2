#pragma once

#include <libvirt/libvirt.h>
#include <stdbool.h>

/* Functions that are newer than the libvirt whose headers the program is built with (9.0.0), below
   the version that has them first. ../../CLibrary/generate reads this list.

   On a host whose libvirt lacks NAME, atex_has_NAME() is false, and NAME fails as described in
   CLibvirt.h. */
#define ATEX_NEWER(result, name, parameters) \
    result name parameters; \
    bool atex_has_##name(void);

/* 9.7.0 */
ATEX_NEWER(char *, virNetworkGetMetadata,
    (virNetworkPtr network, int type, const char *uri, unsigned int flags))
ATEX_NEWER(int, virNetworkSetMetadata,
    (virNetworkPtr network, int type, const char *metadata, const char *key, const char *uri,
        unsigned int flags))

/* 10.1.0 */
ATEX_NEWER(int, virNodeDeviceUpdate,
    (virNodeDevicePtr device, const char *xml, unsigned int flags))

/* 10.2.0 */
ATEX_NEWER(int, virDomainGraphicsReload,
    (virDomainPtr domain, unsigned int type, unsigned int flags))

/* 11.2.0 */
ATEX_NEWER(int, virDomainDelThrottleGroup,
    (virDomainPtr domain, const char *group, unsigned int flags))
ATEX_NEWER(int, virDomainGetAutostartOnce, (virDomainPtr domain, int *autostart))
ATEX_NEWER(int, virDomainSetAutostartOnce, (virDomainPtr domain, int autostart))
ATEX_NEWER(int, virDomainSetThrottleGroup,
    (virDomainPtr domain, const char *group, virTypedParameterPtr parameters, int count,
        unsigned int flags))

/* 12.5.0 */
ATEX_NEWER(int, virDomainAnnounceInterface,
    (virDomainPtr domain, const char *device, virTypedParameterPtr parameters, int count,
        unsigned int flags))
