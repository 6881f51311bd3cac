"""Two names of one file system trade places in one step; Linux alone can.

A rename over an existing file makes ext4 write the new one out at once, which costs a
millisecond; an exchange does not, and it can swap whole folders.
"""

from __future__ import annotations

import ctypes
import errno
import os
from functools import cache
from typing import Any

_HERE = -100  # AT_FDCWD of fcntl.h
_EXCHANGE = 2  # RENAME_EXCHANGE of linux/fs.h
_REFUSALS = frozenset(
    {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EXDEV, errno.EBUSY}
    | {errno.EPERM, errno.EACCES, errno.EROFS, errno.EMLINK}
)


def exchange(one: str, other: str) -> None:
    """Swap two files or folders. Raises ``OSError``; ENOSYS where that cannot be done."""
    call = _renameat2()
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), other)


def is_refusal(error: OSError) -> bool:
    """Whether the system or the file system cannot exchange at all."""
    return error.errno in _REFUSALS


@cache
def _renameat2() -> Any:
    try:
        return ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):  # macOS, Windows, an old C library
        return None
