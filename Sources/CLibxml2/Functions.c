/* Written by ../CLibrary/generate from functions.h. Do not edit. */

#include "functions.h"

#include "Table.h"

/* libxml2.so.16 or libxml2.so.2 */

#define FUNCTIONS(each) \
    each(libxml2, xmlAddChild) \
    each(libxml2, xmlAddPrevSibling) \
    each(libxml2, xmlBufferContent) \
    each(libxml2, xmlBufferCreate) \
    each(libxml2, xmlBufferFree) \
    each(libxml2, xmlCopyDoc) \
    each(libxml2, xmlCtxtReadMemory) \
    each(libxml2, xmlDocCopyNode) \
    each(libxml2, xmlDocDumpMemory) \
    each(libxml2, xmlDocGetRootElement) \
    each(libxml2, xmlDocSetRootElement) \
    each(libxml2, xmlFreeDoc) \
    each(libxml2, xmlFreeNode) \
    each(libxml2, xmlFreeParserCtxt) \
    each(libxml2, xmlGetLastError) \
    each(libxml2, xmlGetNoNsProp) \
    each(libxml2, xmlHasProp) \
    each(libxml2, xmlNewChild) \
    each(libxml2, xmlNewDoc) \
    each(libxml2, xmlNewDocNode) \
    each(libxml2, xmlNewDocText) \
    each(libxml2, xmlNewNode) \
    each(libxml2, xmlNewNs) \
    each(libxml2, xmlNewParserCtxt) \
    each(libxml2, xmlNodeAddContent) \
    each(libxml2, xmlNodeDump) \
    each(libxml2, xmlNodeGetContent) \
    each(libxml2, xmlNodeSetContent) \
    each(libxml2, xmlNodeSetName) \
    each(libxml2, xmlRemoveProp) \
    each(libxml2, xmlResetLastError) \
    each(libxml2, xmlSearchNs) \
    each(libxml2, xmlSetGenericErrorFunc) \
    each(libxml2, xmlSetProp) \
    each(libxml2, xmlSetStructuredErrorFunc) \
    each(libxml2, xmlStopParser) \
    each(libxml2, xmlUnlinkNode) \
    each(libxml2, xmlXPathCastToBoolean) \
    each(libxml2, xmlXPathEval) \
    each(libxml2, xmlXPathFreeContext) \
    each(libxml2, xmlXPathFreeObject) \
    each(libxml2, xmlXPathNewContext) \
    each(libxml2, xmlXPathRegisterNs)
enum { FUNCTIONS(NUMBER) };
TABLE(libxml2, 43, "libxml2-16 or libxml2",
    false, atex_libxml2_loaded, NULL, "libxml2.so.16", "libxml2.so.2");
#undef FUNCTIONS

const char *atex_libxml2_problem(void) {
    return atex_library_load(&libxml2);
}

HIDDEN xmlNodePtr xmlAddChild(xmlNodePtr parent, xmlNodePtr node) {
    CALL(libxml2, xmlAddChild, NULL, (parent, node))
}

HIDDEN xmlNodePtr xmlAddPrevSibling(xmlNodePtr next, xmlNodePtr node) {
    CALL(libxml2, xmlAddPrevSibling, NULL, (next, node))
}

HIDDEN const xmlChar *xmlBufferContent(const xmlBuffer *buffer) {
    CALL(libxml2, xmlBufferContent, NULL, (buffer))
}

HIDDEN xmlBufferPtr xmlBufferCreate(void) {
    CALL(libxml2, xmlBufferCreate, NULL, ())
}

HIDDEN void xmlBufferFree(xmlBufferPtr buffer) {
    RUN(libxml2, xmlBufferFree, (buffer))
}

HIDDEN xmlDocPtr xmlCopyDoc(xmlDocPtr document, int recursive) {
    CALL(libxml2, xmlCopyDoc, NULL, (document, recursive))
}

HIDDEN xmlDocPtr xmlCtxtReadMemory(xmlParserCtxtPtr context, const char *text, int size, const char
    *url, const char *encoding, int options) {
    CALL(libxml2, xmlCtxtReadMemory, NULL, (context, text, size, url, encoding, options))
}

HIDDEN xmlNodePtr xmlDocCopyNode(xmlNodePtr node, xmlDocPtr document, int recursive) {
    CALL(libxml2, xmlDocCopyNode, NULL, (node, document, recursive))
}

HIDDEN void xmlDocDumpMemory(xmlDocPtr document, xmlChar **text, int *size) {
    RUN(libxml2, xmlDocDumpMemory, (document, text, size))
}

HIDDEN xmlNodePtr xmlDocGetRootElement(const xmlDoc *document) {
    CALL(libxml2, xmlDocGetRootElement, NULL, (document))
}

HIDDEN xmlNodePtr xmlDocSetRootElement(xmlDocPtr document, xmlNodePtr root) {
    CALL(libxml2, xmlDocSetRootElement, NULL, (document, root))
}

HIDDEN void xmlFreeDoc(xmlDocPtr document) {
    RUN(libxml2, xmlFreeDoc, (document))
}

HIDDEN void xmlFreeNode(xmlNodePtr node) {
    RUN(libxml2, xmlFreeNode, (node))
}

HIDDEN void xmlFreeParserCtxt(xmlParserCtxtPtr context) {
    RUN(libxml2, xmlFreeParserCtxt, (context))
}

HIDDEN xmlErrorPtr xmlGetLastError(void) {
    CALL(libxml2, xmlGetLastError, NULL, ())
}

HIDDEN xmlChar *xmlGetNoNsProp(const xmlNode *node, const xmlChar *name) {
    CALL(libxml2, xmlGetNoNsProp, NULL, (node, name))
}

HIDDEN xmlAttrPtr xmlHasProp(const xmlNode *node, const xmlChar *name) {
    CALL(libxml2, xmlHasProp, NULL, (node, name))
}

HIDDEN xmlNodePtr xmlNewChild(xmlNodePtr parent, xmlNsPtr space, const xmlChar *name, const xmlChar
    *content) {
    CALL(libxml2, xmlNewChild, NULL, (parent, space, name, content))
}

HIDDEN xmlDocPtr xmlNewDoc(const xmlChar *version) {
    CALL(libxml2, xmlNewDoc, NULL, (version))
}

HIDDEN xmlNodePtr xmlNewDocNode(xmlDocPtr document, xmlNsPtr space, const xmlChar *name, const
    xmlChar *content) {
    CALL(libxml2, xmlNewDocNode, NULL, (document, space, name, content))
}

HIDDEN xmlNodePtr xmlNewDocText(const xmlDoc *document, const xmlChar *content) {
    CALL(libxml2, xmlNewDocText, NULL, (document, content))
}

HIDDEN xmlNodePtr xmlNewNode(xmlNsPtr space, const xmlChar *name) {
    CALL(libxml2, xmlNewNode, NULL, (space, name))
}

HIDDEN xmlNsPtr xmlNewNs(xmlNodePtr node, const xmlChar *uri, const xmlChar *prefix) {
    CALL(libxml2, xmlNewNs, NULL, (node, uri, prefix))
}

HIDDEN xmlParserCtxtPtr xmlNewParserCtxt(void) {
    CALL(libxml2, xmlNewParserCtxt, NULL, ())
}

HIDDEN void xmlNodeAddContent(xmlNodePtr node, const xmlChar *content) {
    RUN(libxml2, xmlNodeAddContent, (node, content))
}

HIDDEN int xmlNodeDump(xmlBufferPtr buffer, xmlDocPtr document, xmlNodePtr node, int level, int
    format) {
    CALL(libxml2, xmlNodeDump, -1, (buffer, document, node, level, format))
}

HIDDEN xmlChar *xmlNodeGetContent(const xmlNode *node) {
    CALL(libxml2, xmlNodeGetContent, NULL, (node))
}

HIDDEN void xmlNodeSetContent(xmlNodePtr node, const xmlChar *content) {
    RUN(libxml2, xmlNodeSetContent, (node, content))
}

HIDDEN void xmlNodeSetName(xmlNodePtr node, const xmlChar *name) {
    RUN(libxml2, xmlNodeSetName, (node, name))
}

HIDDEN int xmlRemoveProp(xmlAttrPtr attribute) {
    CALL(libxml2, xmlRemoveProp, -1, (attribute))
}

HIDDEN void xmlResetLastError(void) {
    RUN(libxml2, xmlResetLastError, ())
}

HIDDEN xmlNsPtr xmlSearchNs(xmlDocPtr document, xmlNodePtr node, const xmlChar *prefix) {
    CALL(libxml2, xmlSearchNs, NULL, (document, node, prefix))
}

HIDDEN void xmlSetGenericErrorFunc(void *context, xmlGenericErrorFunc handler) {
    RUN(libxml2, xmlSetGenericErrorFunc, (context, handler))
}

HIDDEN xmlAttrPtr xmlSetProp(xmlNodePtr node, const xmlChar *name, const xmlChar *value) {
    CALL(libxml2, xmlSetProp, NULL, (node, name, value))
}

HIDDEN void xmlSetStructuredErrorFunc(void *context, xmlStructuredErrorFunc handler) {
    RUN(libxml2, xmlSetStructuredErrorFunc, (context, handler))
}

HIDDEN void xmlStopParser(xmlParserCtxtPtr context) {
    RUN(libxml2, xmlStopParser, (context))
}

HIDDEN void xmlUnlinkNode(xmlNodePtr node) {
    RUN(libxml2, xmlUnlinkNode, (node))
}

HIDDEN int xmlXPathCastToBoolean(xmlXPathObjectPtr value) {
    CALL(libxml2, xmlXPathCastToBoolean, -1, (value))
}

HIDDEN xmlXPathObjectPtr xmlXPathEval(const xmlChar *expression, xmlXPathContextPtr context) {
    CALL(libxml2, xmlXPathEval, NULL, (expression, context))
}

HIDDEN void xmlXPathFreeContext(xmlXPathContextPtr context) {
    RUN(libxml2, xmlXPathFreeContext, (context))
}

HIDDEN void xmlXPathFreeObject(xmlXPathObjectPtr value) {
    RUN(libxml2, xmlXPathFreeObject, (value))
}

HIDDEN xmlXPathContextPtr xmlXPathNewContext(xmlDocPtr document) {
    CALL(libxml2, xmlXPathNewContext, NULL, (document))
}

HIDDEN int xmlXPathRegisterNs(xmlXPathContextPtr context, const xmlChar *prefix, const xmlChar *uri)
    {
    CALL(libxml2, xmlXPathRegisterNs, -1, (context, prefix, uri))
}
