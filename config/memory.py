"""What files meant when they were last read: an edit changes one file, and the other two hundred need not be read again."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

T = TypeVar("T")

# Two versions of all files of a config, so that an edit and its undoing both find what they left alone.
_KEPT = 500
_known: OrderedDict[tuple[Any, ...], Any] = OrderedDict()


def remembered(read: Callable[[Path], T], paths: Iterable[Path], of: Path | None = None) -> T:
    """`read(of)` (of the first path where `of` is not given), or its last result where the names and bytes of all `paths` are the same.

    Raises what `read` raises; only results are kept, and they must not be changed by who gets them.
    """
    files = tuple(paths)
    try:
        digests = tuple(hashlib.sha256(path.read_bytes()).digest() for path in files)
    except OSError:
        return read(of or files[0])
    key = (read, of and tuple(str(path.relative_to(of)) for path in files), digests)
    if key not in _known:
        _known[key] = read(of or files[0])
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    _known.move_to_end(key)
    return cast("T", _known[key])
