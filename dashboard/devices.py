"""What a browser says it is, in plain words: `Chrome on an Android phone`. Nothing else of it is kept."""

from __future__ import annotations

import re

# The first that fits: most name several others for old times' sake.
BROWSERS = (
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"UCBrowser/", "UC Browser"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"CriOS/|Chrome/|Chromium/", "Chrome"),
    (r"Version/[\d.]+.*Safari/", "Safari"),
)
SYSTEMS = (
    (r"iPad", "an iPad"),
    (r"iPhone|iPod", "an iPhone"),
    (r"Android(?=.*Mobile)", "an Android phone"),
    (r"Android", "an Android tablet"),
    (r"CrOS", "a Chromebook"),
    (r"Windows", "Windows"),
    (r"Macintosh|Mac OS X", "a Mac"),
    (r"Linux|X11", "Linux"),
)
UNKNOWN = "A browser that does not say what it is"


def in_words(agent: str) -> str:
    """The browser and the machine that a User-Agent header names."""
    browser, system = (next((name for pattern, name in known if re.search(pattern, agent[:400])), "") for known in (BROWSERS, SYSTEMS))
    if not browser and not system:
        return UNKNOWN
    return f"{browser or 'A browser'} on {system or 'an unknown machine'}"
