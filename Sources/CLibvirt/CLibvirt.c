#include "functions.h"

#include <dlfcn.h>
#include <stdio.h>

/* Not exported: libvirt must not call these instead of its own. */
#define HIDDEN __attribute__((visibility("hidden")))

/* For virSetErrorFunc, which must not load libvirt: it is called at each start. */
static virErrorFunc error_function;
static void *error_context;

/* The variable virConnectAuthPtrDefault of the loaded library. */
static virConnectAuthPtr *default_authentication;

/* The error of a function that does not exist, on the thread that called it. It is the last error
   until libvirt reports another one. */
static _Thread_local virError absence;
static _Thread_local char absence_message[1024];

static void report(void *context, virErrorPtr error) {
    (void)context;
    absence.code = VIR_ERR_OK;
    error_function(error_context, error);
}

void atex_libvirt_loaded(void *handle) {
    default_authentication = (virConnectAuthPtr *)dlsym(handle, "virConnectAuthPtrDefault");
    __typeof__(virSetErrorFunc) *set = (__typeof__(set))dlsym(handle, "virSetErrorFunc");
    if (set && error_function) set(NULL, report);
}

/* Fails as libvirt's functions do: with an error of the thread, which the error function gets. */
void atex_libvirt_absent(const char *problem) {
    snprintf(absence_message, sizeof absence_message, "%s", problem);
    absence = (virError){
        .code = atex_libvirt_is_loaded() ? VIR_ERR_NO_SUPPORT : VIR_ERR_INTERNAL_ERROR,
        .domain = VIR_FROM_NONE, .level = VIR_ERR_ERROR, .message = absence_message};
    if (error_function) error_function(error_context, &absence);
}

HIDDEN void virSetErrorFunc(void *context, virErrorFunc function) {
    error_context = context;
    error_function = function;
    if (atex_libvirt_is_loaded()) atex_find_virSetErrorFunc()(NULL, function ? report : NULL);
}

HIDDEN virErrorPtr virGetLastError(void) {
    if (absence.code != VIR_ERR_OK) return &absence;
    return atex_libvirt_is_loaded() ? atex_find_virGetLastError()() : NULL;
}

HIDDEN void virResetLastError(void) {
    absence.code = VIR_ERR_OK;
    if (atex_libvirt_is_loaded()) atex_find_virResetLastError()();
}

virConnectAuthPtr atex_default_authentication(void) {
    return atex_libvirt_problem() || !default_authentication ? NULL : *default_authentication;
}

static _Thread_local bool unreported;

bool atex_is_unreported(void) { return unreported; }
void atex_set_unreported(bool value) { unreported = value; }
