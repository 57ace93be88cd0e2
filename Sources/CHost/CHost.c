#define _GNU_SOURCE
#include "CHost.h"

#include <locale.h>

int atex_pipe(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }

int atex_column_width(wchar_t character) {
    static locale_t utf8;
    if (!utf8) utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!utf8) return 1;
    locale_t before = uselocale(utf8);
    int width = wcwidth(character);
    uselocale(before);
    return width;
}
