/*
 * A stand-in for Linux's SCSI tape driver (st), preloaded into the helper program: system calls on the file named by
 * ST_DEVICE go here, all others to the system. It behaves as drivers/scsi/st.c does in its default settings: what ends a
 * read, when a write is refused, where movements end, and what MTIOCGET and MTIOCPOS then tell.
 *
 *   ST_IMAGE       the tape: lengths of 32 bits, each followed by its record; 0 is a file mark
 *   ST_TRACE       where every system call on the device is written down, one a line
 *   ST_CAPACITY    bytes of records that fit; ST_WARNING: bytes before the end at which writes are warned
 *   ST_EMPTY       no tape is in the drive; ST_PROTECTED: it is write-protected; ST_NO_POSITION: MTIOCPOS fails
 *   ST_BAD_RECORD  number of a record that cannot be read; ST_DIE: the program dies at the first write
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mtio.h>
#include <sys/uio.h>
#include <unistd.h>

enum eof_state { NOEOF, FM_HIT, FM, EOM_OK, EOM_ERROR, EOD_1, EOD_2, EOD };
#define MOST 200000

static struct {
    uint32_t length; /* 0: file mark */
    unsigned char *bytes;
} items[MOST];
static int count, place, fd = -1, file, block, block_size, ready;
static int writing; /* the last operation wrote records that no mark follows */
static enum eof_state eof;
static FILE *trace;

static long setting(const char *name, long otherwise)
{
    const char *value = getenv(name);
    return value ? atol(value) : otherwise;
}

static long done(const char *what, long result)
{
    if (trace) {
        fprintf(trace, "%s = %ld%s%s\n", what, result < 0 ? -1 : result, result < 0 ? " " : "",
                result < 0 ? strerrorname_np((int)-result) : "");
        fflush(trace);
    }
    if (result >= 0)
        return result;
    errno = (int)-result;
    return -1;
}

static long used(void)
{
    long bytes = 0;
    for (int i = 0; i < place; i++)
        bytes += items[i].length;
    return bytes;
}

static void load(void)
{
    FILE *image = fopen(getenv("ST_IMAGE"), "rb");
    count = place = file = block = 0;
    eof = NOEOF;
    if (!image)
        return;
    while (count < MOST && fread(&items[count].length, 4, 1, image) == 1) {
        items[count].bytes = malloc(items[count].length + 1);
        if (fread(items[count].bytes, 1, items[count].length, image) != items[count].length)
            abort();
        count++;
    }
    fclose(image);
}

static void save(void)
{
    FILE *image = fopen(getenv("ST_IMAGE"), "wb");
    for (int i = 0; image && i < count; i++) {
        fwrite(&items[i].length, 4, 1, image);
        fwrite(items[i].bytes, 1, items[i].length, image);
    }
    if (image)
        fclose(image);
}

static void put(const void *bytes, uint32_t length)
{
    count = place;
    items[count].length = length;
    items[count].bytes = malloc(length + 1);
    memcpy(items[count].bytes, bytes, length);
    place = ++count;
}

static long write_mark(int marks)
{
    for (int i = 0; i < marks; i++)
        put("", 0);
    if (file >= 0)
        file += marks;
    block = 0;
    eof = NOEOF;
    writing = 0;
    return 0;
}

static long tape_open(int flags)
{
    char line[80];
    snprintf(line, sizeof line, "open %s%s", (flags & O_ACCMODE) == O_RDONLY ? "O_RDONLY" : "O_RDWR",
             flags & O_NONBLOCK ? "|O_NONBLOCK" : "");
    if (!trace)
        trace = fopen(getenv("ST_TRACE"), "a");
    ready = !setting("ST_EMPTY", 0);
    if (ready && setting("ST_PROTECTED", 0) && (flags & O_ACCMODE) != O_RDONLY)
        return done(line, -EROFS);
    if (!ready && !(flags & O_NONBLOCK))
        return done(line, -ENOMEDIUM);
    load();
    fd = open("/dev/null", O_RDWR);
    return done(line, fd);
}

static long tape_close(void)
{
    if (writing)
        write_mark(1); /* as the driver does when a device is closed behind a write */
    save();
    close(fd);
    fd = -1;
    return done("close", 0);
}

static long read_record(unsigned char *into, size_t room)
{
    uint32_t length = items[place].length;
    if (place == setting("ST_BAD_RECORD", -1)) {
        block = -1;
        return -EIO;
    }
    place++;
    block += block >= 0;
    eof = NOEOF;
    if (length > room)
        return -ENOMEM;
    memcpy(into, items[place - 1].bytes, length);
    return length;
}

static long tape_read(unsigned char *into, size_t room)
{
    char line[40];
    size_t total = 0;
    snprintf(line, sizeof line, "read %zu", room);
    if (!ready)
        return done(line, -ENOMEDIUM);
    if (block_size && room % block_size)
        return done(line, -EINVAL);
    writing = 0;
    if (eof >= EOD_1) {
        if (eof == EOD)
            return done(line, -EIO);
        eof++;
        return done(line, 0);
    }
    while (total < room && place < count && eof != FM_HIT) {
        if (items[place].length == 0) {
            place++;
            eof = FM_HIT;
            break;
        }
        if (block_size && items[place].length != (uint32_t)block_size)
            return done(line, total ? (long)total : -EIO);
        long length = read_record(into + total, room - total);
        if (length < 0)
            return done(line, length);
        total += length;
        if (!block_size)
            break;
    }
    if (total > 0)
        return done(line, (long)total);
    if (eof == FM_HIT) {
        eof = FM;
        file += file >= 0;
        block = 0;
        return done(line, 0);
    }
    block = -1; /* BLANK CHECK: the first one behind a mark reads nothing, any other is an error */
    if (eof != FM)
        return done(line, -EIO);
    eof = EOD;
    return done(line, 0);
}

static long tape_write(const unsigned char *bytes, size_t length)
{
    char line[40];
    snprintf(line, sizeof line, "write %zu", length);
    if (!ready)
        return done(line, -ENOMEDIUM);
    if (block_size && length % block_size)
        return done(line, -EINVAL);
    if (setting("ST_DIE", 0))
        _exit(9);
    if (eof == EOM_OK) {
        eof = EOD_1;
        return done(line, -ENOSPC);
    }
    long capacity = setting("ST_CAPACITY", 1L << 40), before = used();
    if (before + (long)length > capacity) {
        eof = EOM_OK;
        return done(line, -ENOSPC);
    }
    for (size_t at = 0; at < length; at += block_size ? (size_t)block_size : length, block += block >= 0)
        put(bytes + at, block_size ? (uint32_t)block_size : (uint32_t)length);
    eof = before + (long)length > capacity - setting("ST_WARNING", 0) ? EOM_OK : NOEOF;
    writing = 1;
    return done(line, (long)length);
}

static long space_records(int steps)
{
    int direction = steps < 0 ? -1 : 1, left = steps * direction;
    for (; left > 0; left--) {
        int next = direction > 0 ? place : place - 1;
        if (next < 0) {
            block = 0;
            eof = NOEOF;
            return -EIO;
        }
        if (next >= count) {
            eof = EOD;
            return -EIO;
        }
        place += direction;
        if (items[next].length == 0) {
            file += file >= 0 ? direction : 0;
            block = direction > 0 ? 0 : -1;
            eof = direction > 0 ? FM : NOEOF;
            return -EIO;
        }
        block += block >= 0 ? direction : 0;
    }
    eof = NOEOF;
    return 0;
}

static long space_marks(int steps)
{
    int direction = steps < 0 ? -1 : 1, left = steps * direction;
    while (left > 0) {
        int next = direction > 0 ? place : place - 1;
        if (next < 0 || next >= count) {
            block = next < 0 ? 0 : -1;
            eof = next < 0 ? NOEOF : EOD;
            return -EIO;
        }
        place += direction;
        if (items[next].length == 0) {
            file += file >= 0 ? direction : 0;
            left--;
        }
    }
    block = direction > 0 ? 0 : -1;
    eof = direction > 0 ? FM : NOEOF;
    return 0;
}

static long operate(int operation, int steps)
{
    if (!ready)
        return -ENOMEDIUM;
    if (writing && (operation == MTREW || operation == MTOFFL || operation == MTBSF)) {
        write_mark(1);
        steps += operation == MTBSF;
    }
    writing = 0;
    switch (operation) {
    case MTFSF: return space_marks(steps);
    case MTBSF: return space_marks(-steps);
    case MTFSR: return space_records(steps);
    case MTBSR: return space_records(-steps);
    case MTWEOF: return write_mark(steps);
    case MTOFFL: ready = 0; /* fall through */
    case MTREW:
        place = file = block = 0;
        eof = NOEOF;
        return 0;
    case MTSETBLK: block_size = steps; return 0;
    default: return -EINVAL;
    }
}

static long tape_ioctl(unsigned long request, void *argument)
{
    static const char *const names[] = {[MTFSF] = "MTFSF", [MTBSF] = "MTBSF",   [MTFSR] = "MTFSR",
                                        [MTBSR] = "MTBSR", [MTWEOF] = "MTWEOF", [MTREW] = "MTREW",
                                        [MTOFFL] = "MTOFFL", [MTSETBLK] = "MTSETBLK"};
    char line[60];
    if (request == MTIOCTOP) {
        struct mtop *order = argument;
        snprintf(line, sizeof line, "%s %d", names[order->mt_op], order->mt_count);
        return done(line, operate(order->mt_op, order->mt_count));
    }
    if (request == MTIOCPOS) {
        if (!ready || setting("ST_NO_POSITION", 0))
            return done("MTIOCPOS", -EIO);
        if (place == 0)
            file = block = 0;
        ((struct mtpos *)argument)->mt_blkno = place;
        return done("MTIOCPOS", 0);
    }
    if (request != MTIOCGET)
        return done("ioctl", -ENOTTY);
    struct mtget *status = argument;
    memset(status, 0, sizeof *status);
    status->mt_fileno = file;
    status->mt_blkno = block;
    status->mt_dsreg = 0x5e000000 | block_size;
    status->mt_gstat |= setting("ST_PROTECTED", 0) && ready ? GMT_WR_PROT(0xffffffff) : 0;
    status->mt_gstat |= block == 0 ? (file == 0 ? GMT_BOT(0xffffffff) : GMT_EOF(0xffffffff)) : 0;
    status->mt_gstat |= eof == EOM_OK || eof == EOM_ERROR ? GMT_EOT(0xffffffff) : 0;
    status->mt_gstat |= eof > EOM_ERROR ? GMT_EOD(0xffffffff) : 0;
    status->mt_gstat |= ready ? GMT_ONLINE(0xffffffff) : GMT_DR_OPEN(0xffffffff);
    return done("MTIOCGET", 0);
}

#define SYSTEM(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int open64(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    int mode = va_arg(more, int);
    va_end(more);
    const char *device = getenv("ST_DEVICE");
    return device && strcmp(path, device) == 0 ? (int)tape_open(flags) : SYSTEM(open)(path, flags, mode);
}

ssize_t readv(int number, const struct iovec *pieces, int many)
{
    return number == fd && fd >= 0 ? tape_read(pieces[0].iov_base, pieces[0].iov_len) : SYSTEM(readv)(number, pieces, many);
}

ssize_t write(int number, const void *bytes, size_t length)
{
    return number == fd && fd >= 0 ? tape_write(bytes, length) : SYSTEM(write)(number, bytes, length);
}

int ioctl(int number, unsigned long request, ...)
{
    va_list more;
    va_start(more, request);
    void *argument = va_arg(more, void *);
    va_end(more);
    return number == fd && fd >= 0 ? (int)tape_ioctl(request, argument) : SYSTEM(ioctl)(number, request, argument);
}

__attribute__((destructor)) static void finish(void)
{
    if (fd >= 0)
        tape_close();
}
