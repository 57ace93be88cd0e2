#pragma once
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlsave.h>
#include <libxml/xpath.h>
#include <libxml/xmlerror.h>
#include <libxml/xpathInternals.h>

/* xmlFree is a variable that holds a function, which Swift takes for unsafe shared state. */
static inline void atex_xml_free(void *memory) { xmlFree(memory); }

static void atex_xml_ignore(void *context, const char *format, ...) {
    (void)context;
    (void)format;
}

/* Some errors libxml2 prints itself; stderr is not its to write to. */
static inline void atex_xml_silence(void) { xmlSetGenericErrorFunc(NULL, atex_xml_ignore); }

#include <stdarg.h>
#include <stdio.h>

/* What libxml2 would print, in pieces, kept instead; what does not fit is lost. */
struct atex_xml_messages {
    char text[4096];
    size_t length;
};

static void atex_xml_keep(void *context, const char *format, ...) {
    struct atex_xml_messages *messages = (struct atex_xml_messages *)context;
    size_t room = sizeof(messages->text) - messages->length;
    va_list values;
    va_start(values, format);
    int length = vsnprintf(messages->text + messages->length, room, format, values);
    va_end(values);
    if (length > 0) messages->length += (size_t)length < room ? (size_t)length : room - 1;
}

static inline void atex_xml_collect(struct atex_xml_messages *messages) {
    xmlSetGenericErrorFunc(messages, atex_xml_keep);
}
