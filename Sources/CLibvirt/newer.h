#pragma once
#include <dlfcn.h>
#include <libvirt/libvirt.h>

/* Functions that are newer than libvirt 9.0.0, whose headers the program is built with, below the
   version that has them first. On a host whose libvirt lacks one, it fails without an error of
   libvirt's: only commands of a version that has the function call it. */
#define ATEX_NEWER(result, failure, name, parameters, arguments) \
    static inline result name parameters { \
        result(*found) parameters = (result(*) parameters)dlsym(RTLD_DEFAULT, #name); \
        return found ? found arguments : failure; \
    }

/* 9.7.0 */
ATEX_NEWER(char *, 0, virNetworkGetMetadata,
    (virNetworkPtr network, int type, const char *uri, unsigned int flags),
    (network, type, uri, flags))
ATEX_NEWER(int, -1, virNetworkSetMetadata,
    (virNetworkPtr network, int type, const char *metadata, const char *key, const char *uri,
        unsigned int flags),
    (network, type, metadata, key, uri, flags))

/* 10.1.0 */
ATEX_NEWER(int, -1, virNodeDeviceUpdate,
    (virNodeDevicePtr device, const char *xml, unsigned int flags), (device, xml, flags))

/* 10.2.0 */
ATEX_NEWER(int, -1, virDomainGraphicsReload,
    (virDomainPtr domain, unsigned int type, unsigned int flags), (domain, type, flags))

/* 11.2.0 */
ATEX_NEWER(int, -1, virDomainDelThrottleGroup,
    (virDomainPtr domain, const char *group, unsigned int flags), (domain, group, flags))
ATEX_NEWER(int, -1, virDomainGetAutostartOnce, (virDomainPtr domain, int *autostart),
    (domain, autostart))
ATEX_NEWER(int, -1, virDomainSetAutostartOnce, (virDomainPtr domain, int autostart),
    (domain, autostart))
ATEX_NEWER(int, -1, virDomainSetThrottleGroup,
    (virDomainPtr domain, const char *group, virTypedParameterPtr parameters, int count,
        unsigned int flags),
    (domain, group, parameters, count, flags))

/* 12.5.0 */
ATEX_NEWER(int, -1, virDomainAnnounceInterface,
    (virDomainPtr domain, const char *device, virTypedParameterPtr parameters, int count,
        unsigned int flags),
    (domain, device, parameters, count, flags))
