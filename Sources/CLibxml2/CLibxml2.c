#include "functions.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>

/* The variable xmlFree of the loaded library. */
static xmlFreeFunc *free_function;

void atex_libxml2_loaded(void *handle) {
    free_function = (xmlFreeFunc *)dlsym(handle, "xmlFree");
}

void atex_xml_free(void *memory) {
    if (free_function) (*free_function)(memory);
}

static void ignore(void *context, const char *format, ...) {
    (void)context;
    (void)format;
}

void atex_xml_silence(void) { xmlSetGenericErrorFunc(NULL, ignore); }

static void keep(void *context, const char *format, ...) {
    struct atex_xml_messages *messages = context;
    size_t room = sizeof(messages->text) - messages->length;
    va_list values;
    va_start(values, format);
    int length = vsnprintf(messages->text + messages->length, room, format, values);
    va_end(values);
    /* vsnprintf returns the full length even if it had to cut the text. */
    if (length > 0) messages->length += (size_t)length < room ? (size_t)length : room - 1;
}

void atex_xml_collect(struct atex_xml_messages *messages) {
    xmlSetGenericErrorFunc(messages, keep);
}
