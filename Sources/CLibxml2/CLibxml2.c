#include "functions.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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

struct atex_xml_messages {
    char text[4096];
    size_t length;
};

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

struct atex_xml_messages *atex_xml_collect(void) {
    struct atex_xml_messages *messages = malloc(sizeof *messages);
    if (!messages) return NULL;
    messages->text[0] = 0;
    messages->length = 0;
    xmlSetGenericErrorFunc(messages, keep);
    return messages;
}

const char *atex_xml_text(const struct atex_xml_messages *messages) { return messages->text; }

void atex_xml_messages_free(struct atex_xml_messages *messages) { free(messages); }
