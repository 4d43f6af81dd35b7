"""Traditional Chinese from simplified: drafts of texts/zh-Hant, made once and committed. Run: `python -m config.traditional config/texts`.

OpenCC (Apache-2.0) converts characters as Taiwan writes them; its lists of words would make a programme of a code. What a native reader
has reviewed is never overwritten.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import polib


def derive(texts: Path) -> int:
    """Writes zh-Hant/*.po from zh/*.po; how many entries are drafts."""
    from opencc import OpenCC  # lazily: only who edits texts needs it

    converter, drafts = OpenCC("s2tw"), 0
    for source in sorted((texts / "zh").glob("*.po")):
        target = texts / "zh-Hant" / source.name
        reviewed = _reviewed(target)
        made = polib.POFile(wrapwidth=110)
        made.metadata = {"Language": "zh-Hant", "Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit"}
        for entry in polib.pofile(str(source), encoding="utf-8"):
            if not entry.obsolete:
                made.append(reviewed.get((entry.msgctxt or "", entry.msgid)) or _draft(entry, converter))
        target.parent.mkdir(exist_ok=True)
        made.save(str(target))
        drafts += sum(entry.fuzzy for entry in made)
    return drafts


def _reviewed(path: Path) -> dict[tuple[str, str], Any]:
    if not path.exists():
        return {}
    entries = [entry for entry in polib.pofile(str(path), encoding="utf-8") if entry.msgstr and not entry.fuzzy]
    return {(entry.msgctxt or "", entry.msgid): entry for entry in entries}


def _draft(entry: Any, converter: Any) -> Any:
    return polib.POEntry(msgctxt=entry.msgctxt, msgid=entry.msgid, msgstr=converter.convert(entry.msgstr), flags=["fuzzy"])


if __name__ == "__main__":
    print(f"{derive(Path(sys.argv[1]))} drafts")
