"""Countries and big cities outside the six, in the seven languages: CLDR through Babel, GeoNames. Used by the build alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from babel import Locale

from config.places.sources import SIX, Sources

LOCALES = ("en", "km", "lo", "my", "th", "vi", "zh_Hans", "zh_Hant")
# Cities of this many people, and of fewer where people of the region go to work.
PEOPLE, WORK_PEOPLE = 1_500_000, 200_000
WORK = ("MY", "SG", "ID", "PH", "JP", "KR", "TW", "AE", "QA", "KW", "BH", "OM", "SA", "IL", "AU", "BD", "TR", "GE", "CY")
WORDS = re.compile(r"[A-Z][a-z]+(?:[ -][A-Z][a-z]+)*")
# Kinds of place that an official name starts or ends with.
KIND = re.compile("^(?:จังหวัด|นคร|เมือง)(?=.{4})|(?:မြို့|市|特别市|特別市|广域市|廣域市)$")
# Also given names, firms, animals and dishes.
NAMES = frozenset("Chad Mali Jersey Georgia Jordan Turkey Dominica Niger Reading Medina Santiago Victoria Leon Mobile Man".split())
# Its code reads as a word that the project does not use; nobody is taken there.
LEFT_OUT = ("Anguilla",)
BLOCK = re.compile("[\u0e00-\u0e7f]+|[\u0e80-\u0eff]+|[\u1000-\u109f]+|[\u1780-\u17ff]+|[\u3400-\u9fff]+")


def countries() -> Iterator[tuple[str, list[str]]]:
    """(ISO code, names) of every country and territory of CLDR outside the six."""
    names = {place: Locale.parse(place).territories for place in LOCALES}
    for code in sorted(names["en"]):
        if names["en"][code] in LEFT_OUT:
            continue
        if len(code) == 2 and code.isalpha() and code not in (*SIX, "HK", "MO", "EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"):
            found: dict[str, None] = {}
            for place in LOCALES:
                name = re.sub(r" ?[(（].*|&.*| SAR .*", "", names[place].get(code, "")).strip()
                if name and name not in NAMES:
                    found.setdefault(name)
            yield code, list(found)


def cities(sources: Sources) -> Iterator[tuple[str, int, list[str]]]:
    """(country, people, names) of the big cities outside the six."""
    merged: dict[tuple[str, str], tuple[int, dict[str, None]]] = defaultdict(lambda: (0, {}))
    for row in sources.all_towns():
        country, people, own = row["countrycode"], row["population"], row["name"]
        if country in (*SIX, "HK", "MO") or people < (WORK_PEOPLE if country in WORK else PEOPLE):
            continue
        most, found = merged[country, own]
        for name in (own, *row["alternatenames"]):
            short = KIND.sub("", name.replace("\u200b", ""))
            if name == own and WORDS.fullmatch(name) and name not in NAMES or BLOCK.fullmatch(short) and len(short) > 1:
                found.setdefault(short if name != own else name)
        merged[country, own] = (max(most, people), found)
    for (country, _), (people, found) in sorted(merged.items()):
        if found:
            yield country, people, list(found)[:9]
