#pragma once

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlsave.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <stdbool.h>

/* The functions of libxml2 that the program calls; see ../functions.h. They load the library when
   the first one is called. If it cannot be loaded, they return NULL or a negative number. */

/* Loads libxml2. NULL if it is loaded, otherwise the reason. */
const char *atex_libxml2_problem(void);

/* Calls xmlFree, a variable that holds a function. */
void atex_xml_free(void *memory);

/* The error functions below are variadic, which Swift cannot define. libxml2 keeps them per
   thread. */

/* Drops what libxml2 would print on stderr on this thread. stderr belongs to the client: nothing
   but Wire may write to it. */
void atex_xml_silence(void);

/* Captured output. libxml2 prints a message in several pieces. What does not fit is dropped.
   Opaque: Swift imports an array as a tuple, and makes metadata for each of its elements. */
struct atex_xml_messages;

/* Captures what libxml2 would print on this thread until atex_xml_silence(). Returns NULL if there is
   no memory. */
struct atex_xml_messages *atex_xml_collect(void);

/* What was captured. */
const char *atex_xml_text(const struct atex_xml_messages *messages);

/* After atex_xml_silence(). */
void atex_xml_messages_free(struct atex_xml_messages *messages);
