#pragma once
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlsave.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

/* xmlFree is a variable that holds a function, which Swift takes for unsafe shared state. */
static inline void atex_xml_free(void *memory) { xmlFree(memory); }
