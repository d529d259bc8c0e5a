"""How a socket ends: with a FIN, which says “stored”, or with a reset, which says nothing.

The listener is set to RESET and its connections inherit that, so that a process that is killed acknowledges
nothing. The C library is called as it is: the event loop's own way makes a socket object for each call, which
costs a connection that brings one message a tenth of its time.
"""

import ctypes
import socket
import struct
from typing import Final

FIN: Final = struct.pack("ii", 0, 0)
RESET: Final = struct.pack("ii", 1, 0)

_setsockopt = ctypes.CDLL(None, use_errno=False).setsockopt
_setsockopt.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
_setsockopt.restype = ctypes.c_int
_LEVEL, _OPTION = int(socket.SOL_SOCKET), int(socket.SO_LINGER)


def set_end(descriptor: int, end: bytes) -> bool:
    """Whether the system took it; it does not where the connection has ended already."""
    return bool(_setsockopt(descriptor, _LEVEL, _OPTION, end, len(end)) == 0)
