"""Zawgyi: Burmese typed in a look-alike encoding. Detected with a trained model, converted only when it is nearly sure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

SURE = 0.95
MYANMAR = re.compile("[\u1000-\u109f]")
# Shan, Karen and Mon use letters that Zawgyi uses for other signs; words in them are never converted.
OTHERS = re.compile("[\u1022\u1028\u1033-\u1035\u1075-\u108a\u1090-\u1099\uaa60-\uaa7f\ua9e0-\ua9fe]")


@lru_cache(maxsize=1)
def _detector() -> Any:
    from myanmartools import ZawgyiDetector  # lazily: only where Burmese is written

    return ZawgyiDetector()


def to_unicode(text: str) -> tuple[str, bool]:
    """The text in Unicode, and whether it was Zawgyi (probability at least 0.95)."""
    if not MYANMAR.search(text) or _detector().get_zawgyi_probability(text) < SURE:
        return text, False
    from myanmar import converter

    return str(converter.convert(text, "zawgyi", "unicode")), True
