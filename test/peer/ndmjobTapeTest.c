/*
 * Preloaded into Debian's ndmjob (x86-64) so that its own "-o test-tape" can run to its end. Three faults of the program
 * are mended; what it asks of a server, and what it expects, stays as it is.
 *
 * 1. For a zero-length TAPE_WRITE it calls g_malloc(0), which returns NULL by GLib's rules, and takes that for a lack of
 *    memory (step T-BW #6).
 * 2. It compares what it read with what it wrote as signed characters against unsigned numbers, so that a record with a
 *    byte above 127 never compares equal (step T-BWR #23). The load that extends the sign becomes one that does not.
 * 3. The records of T-WRITE hold four bytes of uninitialised memory in every sixteen, so that those made for comparing in
 *    T-READ and T-MTIO are others. Here they are made the same way, with zeros there.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *g_malloc(size_t count);

void *g_malloc(size_t count)
{
    void *memory = malloc(count > 0 ? count : 1);
    if (memory == NULL)
        abort();
    return memory;
}

void ndmca_test_fill_data(char *buf, int bufsize, int recno, int fileno);

void ndmca_test_fill_data(char *buf, int bufsize, int recno, int fileno)
{
    struct {
        unsigned short fileno;
        unsigned short sequence;
        uint32_t unused;
        uint64_t recno;
    } pattern = {(unsigned short)fileno, 0, 0, (uint64_t)recno};

    for (int at = 0; at < bufsize; at += (int)sizeof pattern, pattern.sequence++)
        memcpy(buf + at, &pattern, bufsize - at < (int)sizeof pattern ? (size_t)(bufsize - at) : sizeof pattern);
}

/* movsbl (%r12,%r15,1),%eax: the load of a byte that was read, just before it is compared */
static const unsigned char SIGNED_LOAD[] = {0x43, 0x0f, 0xbe, 0x04, 0x3c};
static const unsigned char OPCODE_ZERO_EXTEND = 0xb6;
#define OPCODE_AT 2

__attribute__((constructor)) static void mend_comparison(void)
{
    unsigned char *from = dlsym(RTLD_DEFAULT, "ndmca_tt_basic_read");
    unsigned char *to = dlsym(RTLD_DEFAULT, "ndmca_tt_basic_write_and_read");
    if (from == NULL || to == NULL || from >= to)
        return;
    unsigned char *found = memmem(from, to - from, SIGNED_LOAD, sizeof SIGNED_LOAD);
    if (found == NULL || memmem(found + 1, to - found - 1, SIGNED_LOAD, sizeof SIGNED_LOAD) != NULL)
        return;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    void *start = (void *)((uintptr_t)found & ~(page - 1));
    if (mprotect(start, 2 * page, PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
        return;
    found[OPCODE_AT] = OPCODE_ZERO_EXTEND;
    mprotect(start, 2 * page, PROT_READ | PROT_EXEC);
}
