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
