"""Untagged songs in formats that ffmpeg cannot write, made byte by byte.

A DSF file holds real DSD, so that a decoder hears its pitch. Monkey's Audio and Musepack have no free encoder that is
at hand everywhere: their headers are right and their sound is noise, which no test decodes.
"""

import math
import random
import struct

RATE = 44_100
_DSD_BLOCK = 4096
_DSD_FACTOR = 16


def dsf(pitch: float, seconds: float) -> bytes:
    """DSD64 in two channels: bits at 705,600 Hz, each said four times."""
    rate = RATE * _DSD_FACTOR
    bits = int(rate * seconds) // 2 * 2
    step = 2 * math.pi * pitch / rate
    first = second = 0.0
    nibbles = bytearray(bits)
    for at in range(bits):
        # A sigma-delta modulator of second order: it pushes the error of a bit up, out of what is heard.
        bit = 1.0 if second >= 0 else -1.0
        nibbles[at] = 15 if bit > 0 else 0
        first += 0.4 * math.sin(step * at) - bit
        second += first - bit
    sound = bytes(early | late << 4 for early, late in zip(nibbles[::2], nibbles[1::2], strict=True))
    channel = sound + bytes(-len(sound) % _DSD_BLOCK)
    blocks = b"".join(channel[at : at + _DSD_BLOCK] * 2 for at in range(0, len(channel), _DSD_BLOCK))
    form = struct.pack("<4sQIIIIIIQII", b"fmt ", 52, 1, 0, 2, 2, rate * 4, 1, bits * 4, _DSD_BLOCK, 0)
    data = struct.pack("<4sQ", b"data", 12 + len(blocks)) + blocks
    return struct.pack("<4sQQQ", b"DSD ", 28, 28 + len(form) + len(data), 0) + form + data


def ape(pitch: float, seconds: float) -> bytes:
    """Monkey's Audio 3.99 with its descriptor and header."""
    samples, frame = int(RATE * seconds), 73_728 * 4
    frames = -(-samples // frame)
    sound = _noise(pitch, int(seconds * 80_000))
    table = struct.pack(f"<{frames}I", *(at * 1000 for at in range(frames)))
    header = struct.pack("<HHIIIHHI", 2000, 0, frame, samples - (frames - 1) * frame, frames, 16, 2, RATE)
    sizes = (52, len(header), len(table), 44, len(sound), 0, 0)
    descriptor = struct.pack("<4sHH7I16s", b"MAC ", 3990, 0, *sizes, bytes(16))
    return descriptor + header + table + bytes(44) + sound


def mpc(pitch: float, seconds: float) -> bytes:
    """Musepack, stream version 8: header, gains of nothing, packets of 64 frames, and the end."""
    samples = int(RATE * seconds)
    header = bytes(4) + bytes([8]) + _number(samples) + _number(0) + bytes([0 << 5 | 26, 1 << 4 | 3])
    packets = [_packet(b"SH", header), _packet(b"RG", b"\x01" + bytes(8)), _packet(b"EI", bytes(4))]
    sound = _noise(pitch, int(seconds * 20_000))
    piece = max(len(sound) * 64 * 1152 // samples, 1)
    packets += [_packet(b"AP", sound[at : at + piece]) for at in range(0, len(sound), piece)]
    return b"MPCK" + b"".join(packets) + _packet(b"SE", b"")


def _noise(pitch: float, length: int) -> bytes:
    return random.Random(pitch).randbytes(length)


def _packet(name: bytes, content: bytes) -> bytes:
    """A packet's length counts its name and the length itself."""
    length = _number(len(content) + 3)
    while len(_number(len(content) + 2 + len(length))) != len(length):
        length = _number(len(content) + 2 + len(length))
    return name + _number(len(content) + 2 + len(length)) + content


def _number(value: int) -> bytes:
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(value & 0x7F | 0x80)
    return bytes(reversed(digits))
