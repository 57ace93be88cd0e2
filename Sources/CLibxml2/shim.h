#pragma once
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlsave.h>
#include <libxml/xpath.h>
#include <libxml/xmlerror.h>
#include <libxml/xpathInternals.h>
#include <stdarg.h>
#include <stdio.h>

/* xmlFree is a global variable that holds a function; Swift 6 rejects that as shared mutable
   state. */
static inline void atex_xml_free(void *memory) { xmlFree(memory); }

/* The error functions below are variadic, which Swift cannot define. libxml2 keeps them per
   thread. */

static void atex_xml_ignore(void *context, const char *format, ...) {
    (void)context;
    (void)format;
}

/* Drops what libxml2 would print on stderr on this thread. stderr belongs to the client: nothing
   but Wire may write to it. */
static inline void atex_xml_silence(void) { xmlSetGenericErrorFunc(NULL, atex_xml_ignore); }

/* Captured output. libxml2 prints a message in several pieces. What does not fit is dropped. */
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
    /* vsnprintf returns the full length even if it had to cut the text. */
    if (length > 0) messages->length += (size_t)length < room ? (size_t)length : room - 1;
}

/* Captures what libxml2 would print on this thread until atex_xml_silence(). */
static inline void atex_xml_collect(struct atex_xml_messages *messages) {
    xmlSetGenericErrorFunc(messages, atex_xml_keep);
}
