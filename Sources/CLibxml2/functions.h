#pragma once

#include "CLibxml2.h"

/* The functions of libxml2 that the program calls, as libxml2 2.9 declares them; later versions
   added const to some. ../CLibrary/generate reads this list. */

xmlNodePtr xmlAddChild(xmlNodePtr parent, xmlNodePtr node);
xmlNodePtr xmlAddPrevSibling(xmlNodePtr next, xmlNodePtr node);
const xmlChar *xmlBufferContent(const xmlBuffer *buffer);
xmlBufferPtr xmlBufferCreate(void);
void xmlBufferFree(xmlBufferPtr buffer);
xmlDocPtr xmlCopyDoc(xmlDocPtr document, int recursive);
xmlDocPtr xmlCtxtReadMemory(
    xmlParserCtxtPtr context, const char *text, int size, const char *url, const char *encoding,
    int options);
xmlNodePtr xmlDocCopyNode(xmlNodePtr node, xmlDocPtr document, int recursive);
void xmlDocDumpMemory(xmlDocPtr document, xmlChar **text, int *size);
xmlNodePtr xmlDocGetRootElement(const xmlDoc *document);
xmlNodePtr xmlDocSetRootElement(xmlDocPtr document, xmlNodePtr root);
void xmlFreeDoc(xmlDocPtr document);
void xmlFreeNode(xmlNodePtr node);
void xmlFreeParserCtxt(xmlParserCtxtPtr context);
xmlErrorPtr xmlGetLastError(void);
xmlChar *xmlGetNoNsProp(const xmlNode *node, const xmlChar *name);
xmlAttrPtr xmlHasProp(const xmlNode *node, const xmlChar *name);
xmlNodePtr xmlNewChild(
    xmlNodePtr parent, xmlNsPtr space, const xmlChar *name, const xmlChar *content);
xmlDocPtr xmlNewDoc(const xmlChar *version);
xmlNodePtr xmlNewDocNode(
    xmlDocPtr document, xmlNsPtr space, const xmlChar *name, const xmlChar *content);
xmlNodePtr xmlNewDocText(const xmlDoc *document, const xmlChar *content);
xmlNodePtr xmlNewNode(xmlNsPtr space, const xmlChar *name);
xmlNsPtr xmlNewNs(xmlNodePtr node, const xmlChar *uri, const xmlChar *prefix);
xmlParserCtxtPtr xmlNewParserCtxt(void);
void xmlNodeAddContent(xmlNodePtr node, const xmlChar *content);
int xmlNodeDump(xmlBufferPtr buffer, xmlDocPtr document, xmlNodePtr node, int level, int format);
xmlChar *xmlNodeGetContent(const xmlNode *node);
void xmlNodeSetContent(xmlNodePtr node, const xmlChar *content);
void xmlNodeSetName(xmlNodePtr node, const xmlChar *name);
int xmlRemoveProp(xmlAttrPtr attribute);
void xmlResetLastError(void);
xmlNsPtr xmlSearchNs(xmlDocPtr document, xmlNodePtr node, const xmlChar *prefix);
void xmlSetGenericErrorFunc(void *context, xmlGenericErrorFunc handler);
xmlAttrPtr xmlSetProp(xmlNodePtr node, const xmlChar *name, const xmlChar *value);
void xmlSetStructuredErrorFunc(void *context, xmlStructuredErrorFunc handler);
void xmlStopParser(xmlParserCtxtPtr context);
void xmlUnlinkNode(xmlNodePtr node);
int xmlXPathCastToBoolean(xmlXPathObjectPtr value);
xmlXPathObjectPtr xmlXPathEval(const xmlChar *expression, xmlXPathContextPtr context);
void xmlXPathFreeContext(xmlXPathContextPtr context);
void xmlXPathFreeObject(xmlXPathObjectPtr value);
xmlXPathContextPtr xmlXPathNewContext(xmlDocPtr document);
int xmlXPathRegisterNs(xmlXPathContextPtr context, const xmlChar *prefix, const xmlChar *uri);

/* What Functions.c uses of CLibxml2.c. */
void atex_libxml2_loaded(void *handle);
