/*
 * Preloaded into Debian's ndmjob so that its own "-o test-tape" can run: for a zero-length TAPE_WRITE it calls
 * g_malloc(0), which returns NULL by GLib's rules, and takes that for a lack of memory.
 */
#include <stdlib.h>

void *g_malloc(size_t count);

void *g_malloc(size_t count)
{
    void *memory = malloc(count > 0 ? count : 1);
    if (memory == NULL)
        abort();
    return memory;
}
