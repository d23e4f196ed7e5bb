"""The checksum of a zip file's parts, for data whose pieces were summed apart."""

from __future__ import annotations

_POLYNOMIAL = 0xEDB88320  # of CRC-32, lowest power in the highest bit
_ONE, _BYTE = 1 << 31, 1 << 23  # the polynomials 1 and x^8


def joined_crc(first: int, second: int, size: int) -> int:
    """The CRC-32 of two pieces end to end, from that of each and the size of the second in bytes.

    Bytes after the first piece shift it: its remainder is multiplied by x^8 for each (modulo CRC-32's polynomial).
    """
    return _product(_power(size), first) ^ second


def _power(exponent: int) -> int:
    """x^8 to a power, by squaring."""
    result, square = _ONE, _BYTE
    while exponent:
        if exponent & 1:
            result = _product(square, result)
        square = _product(square, square)
        exponent >>= 1
    return result


def _product(one: int, other: int) -> int:
    """Two remainders multiplied without carry, modulo the polynomial."""
    result = 0
    for place in range(31, -1, -1):
        if one >> place & 1:
            result ^= other
        other = other >> 1 ^ (_POLYNOMIAL if other & 1 else 0)
    return result
