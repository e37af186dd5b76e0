"""Works a Linux tape device (/dev/nst*) for the NDMP server, which has no system calls of its own for it.

Requests come on standard input, answers go to standard output, one for each request, in order. Both are frames:
a length of 32 bits (of what follows it), then the content; all numbers little-endian.

  request   operation (1 character), number (signed 64 bits), number (signed 64 bits), payload
  answer    errno (32 bits; 0: none), number (signed 64 bits), status (see below), payload

  O  open      numbers: os.open flags, block length to set (-1: leave it); payload: path
  S  status
  R  read      numbers: bytes of the answer at most, length of the records expected; payload: bytes of the longest record (32
               bits). Reads records as long as they have that length and fit; one of another length ends it, and one that is
               longer than what is left waits for the next request. In fixed block mode one read fills the answer.
               number of the answer: 1 when a read returned no bytes; payload: count, lengths (32 bits each), the bytes
  W  write     number: bytes of a record; number of the answer: records written whole; payload: the records
  M  MTIOCTOP  numbers: operation, count
  C  close, and the end of this program

Status: whether MTIOCGET answered, then mt_dsreg, mt_gstat, mt_fileno, mt_blkno, and the position by MTIOCPOS (-1: not
known), each signed 64 bits. Reads and writes that go well are answered without asking the driver, since asking makes it
write out its buffer; the first number is 0 then.
"""

import errno
import fcntl
import os
import struct
import sys

MTGET = struct.Struct("@lllllii")
MTPOS = struct.Struct("@l")
MTOP = struct.Struct("@hi")
STATUS = struct.Struct("<6q")
MTBSR = 4
# the driver counts in an int, and NDMP without a sign; no tape has as many marks or records
MOST = 0x7FFFFFFF
MTSETBLK = 20


def ioctl_number(direction, number, size):
    """As the macros _IOR and _IOW of the kernel make them, for magnetic tapes ('m')."""
    return direction << 30 | size << 16 | ord("m") << 8 | number


MTIOCTOP = ioctl_number(1, 1, 8)
MTIOCGET = ioctl_number(2, 2, MTGET.size)
MTIOCPOS = ioctl_number(2, 3, MTPOS.size)
NO_STATUS = STATUS.pack(0, 0, 0, -1, -1, -1)


class Tape:
    def __init__(self):
        self.device = -1
        self.buffer = bytearray()

    def open(self, flags, block_length, path):
        self.device = os.open(path, flags)
        if block_length >= 0:
            try:
                self.move(MTSETBLK, block_length, b"")
            except OSError as error:
                if error.errno not in (errno.ENOMEDIUM, errno.EIO):
                    raise
        return 0, b""

    def status(self, *_):
        return 0, b""

    def read(self, most, record, payload):
        (longest,) = struct.unpack("<I", payload)
        longest = max(longest, record)
        if len(self.buffer) < longest:
            self.buffer = bytearray(longest)
        view = memoryview(self.buffer)[:longest]
        lengths, pieces, room = [], [], most
        while room > 0 and (not lengths or room >= record):
            try:
                length = os.readv(self.device, [view])
            except OSError:
                if not lengths:
                    raise
                break  # the next read meets it again
            if length == 0:
                return 1, self.records(lengths, pieces)
            if lengths and length > room:
                self.move(MTBSR, 1, b"")
                break
            kept = min(length, room)
            lengths.append(length)
            pieces.append(bytes(view[:kept]))
            room -= kept
            if length != record:
                break
        return 0, self.records(lengths, pieces)

    @staticmethod
    def records(lengths, pieces):
        return struct.pack("<%dI" % (len(lengths) + 1), len(lengths), *lengths) + b"".join(pieces)

    def write(self, record, _, payload):
        view = memoryview(payload)
        written = 0
        for start in range(0, len(view), record):
            piece = view[start : start + record]
            try:
                done = os.write(self.device, piece)
            except OSError as error:
                raise Partial(error.errno, written) from None
            if done != len(piece):
                raise Partial(errno.EIO, written)
            written += 1
        return written, b""

    def move(self, operation, count, _):
        fcntl.ioctl(self.device, MTIOCTOP, MTOP.pack(operation, min(count, MOST)))
        return 0, b""

    def state(self):
        if self.device < 0:
            return NO_STATUS
        try:  # first, since the driver finds out by it that it is at the beginning
            (position,) = MTPOS.unpack(fcntl.ioctl(self.device, MTIOCPOS, bytes(MTPOS.size)))
        except OSError:
            position = -1
        try:
            got = fcntl.ioctl(self.device, MTIOCGET, bytes(MTGET.size))
        except OSError:
            return NO_STATUS
        _, _, dsreg, gstat, _, fileno, blkno = MTGET.unpack(got)
        return STATUS.pack(1, dsreg, gstat, fileno, blkno, position)


class Partial(Exception):
    """A write that failed behind some records."""

    def __init__(self, number, written):
        super().__init__(number)
        self.errno = number
        self.written = written


def receive(count):
    data = sys.stdin.buffer.read(count)
    if len(data) < count:
        sys.exit(0)  # the server is gone: the device is closed with this program
    return data


def answer(number, value, status, payload):
    head = struct.pack("<Iiq", 12 + len(status) + len(payload), number, value) + status
    sys.stdout.buffer.write(head)
    sys.stdout.buffer.write(payload)
    sys.stdout.buffer.flush()


def serve():
    tape = Tape()
    operations = {b"O": tape.open, b"S": tape.status, b"R": tape.read, b"W": tape.write, b"M": tape.move}
    while True:
        (length,) = struct.unpack("<I", receive(4))
        request = receive(length)
        code, first, second = struct.unpack_from("<cqq", request)
        if code == b"C":
            answer(0, 0, NO_STATUS, b"")
            return
        number, value, payload = 0, 0, b""
        try:
            value, payload = operations[code](first, second, request[17:])
        except Partial as failure:
            number, value = failure.errno, failure.written
        except OSError as failure:
            number = failure.errno or errno.EIO
        smooth = number == 0 and (code == b"W" or (code == b"R" and value == 0))
        answer(number, value, NO_STATUS if smooth else tape.state(), payload)


serve()
