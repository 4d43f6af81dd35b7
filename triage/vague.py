"""Places that no map has: at sea, with what is said of the vessel; and "I do not know where I am". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from config.gazetteer import Roles
from triage.markers import anywhere, lower

NAME = re.compile(
    r"(?:(?:boat|ship|vessel|trawler)(?:'s)? (?:name|called|named)(?: is)?|\b(?:MV|FV|F/V|M/V|KM|KMP)\b|tàu tên|tau ten|tên tàu|ten tau"
    r"|ชื่อเรือ|เรือชื่อ|ទូកឈ្មោះ|ឈ្មោះទូក|ឈ្មោះកប៉ាល់|ເຮືອຊື່|ຊື່ເຮືອ|လှေနာမည်|သင်္ဘောနာမည်|船名|船叫|船號|船号)"
    r"[\s:：=\"'“”‘’(是为叫]*([^\s,.;:，。；、!?\"'“”‘’()]+(?: [A-Z0-9][\w-]*){0,3})",
    re.IGNORECASE,
)
# Hull numbers as painted: KG 91234 TS, BV-97788-TS, CM 99012, กท 1234, ป.12-3456, 闽狮渔07777, 12-digit Thai registrations.
HULL = re.compile(
    r"(?<![\w])(?:[A-Z]{1,3}[ -]?\d{4,6}[ -]?TS|(?:KG|BV|CM|BT|TG|QNg|BĐ|KH|NA|TH|QT|ĐNa|PY|BTh|SG|ST|BL|TV)[ -]?\d{4,6}"
    r"|[粤闽浙桂琼台]\w{0,2}渔[运養]?\d{3,6})(?![\w])"
    r"|(?:hull|boat|ship|vessel|reg(?:istration)?)(?: (?:no|number|id))?\.?[\s:#]*([A-Z]{0,4}[ -]?\d{3,12}(?:[ -][A-Z]{2})?)"
    r"|(?:ทะเบียนเรือ|เรือเลขที่|เลขทะเบียน|เลขเรือ|លេខទូក|លេខកប៉ាល់|ເລກເຮືອ|လှေနံပါတ်|số tàu|số hiệu|so hieu|so tau|船号|船號|编号)[\s:：]*([\w-]{3,14})",
    re.IGNORECASE,
)
FLAG = re.compile(
    r"\b(thai|cambodian|vietnamese|burmese|chinese|taiwan(?:ese)?|indonesian|malaysian|korean|panama(?:nian)?|liberian?)[ -](?:flag|boat|ship|vessel|trawler)"
    r"|flag(?: of| is|:)? ([A-Z]\w+)|(?:ธง|cờ|旗|ទង់|ທຸງ|အလံ)[\s:]*(\w{2,12})",
    re.IGNORECASE,
)
PORT = re.compile(
    r"(?:(?:left|sailed from|departed(?: from)?|out of|last port(?: was| is)?|port of|boarded (?:at|in))"
    r"|ออกจากท่า|ออกจาก|ขึ้นเรือที่|ท่าเรือ|ចេញពី|ឡើងទូកនៅ|កំពង់ផែ|ອອກຈາກ|ຂຶ້ນເຮືອຢູ່|မှထွက်|xuất bến|xuat ben|rời cảng|roi cang|lên tàu ở|len tau o|从|在|上的船)\W{0,3}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sea:
    """What is said of a vessel; empty strings where nothing is. `port` is the last port that is named."""

    vessel: str = ""
    hull: str = ""
    flag: str = ""
    port: str = ""

    def words(self) -> tuple[str, ...]:
        """What there is, labelled, for the case."""
        said = (("vessel", self.vessel), ("hull", self.hull), ("flag", self.flag), ("last port", self.port))
        return tuple(f"{label} {value}" for label, value in said if value)


class VagueReader:
    """Reads what no name tells; built once from the operators' lists."""

    def __init__(self, roles: Roles) -> None:
        self._sea = anywhere(roles.anywhere.get("sea", ()))
        self._lost = anywhere(roles.anywhere.get("lost", ()))

    def lost(self, text: str) -> bool:
        """True where the person says that they do not know where they are."""
        return self._lost.search(lower(text)) is not None

    def sea(self, text: str, names: tuple[tuple[int, str], ...]) -> Sea | None:
        """What is said of a vessel, where one is spoken of. `names` are (start, words) of the places named."""
        if not self._sea.search(lower(text)):
            return None
        port = next((words for start, words in names if PORT.search(text[max(0, start - 24) : start])), "")
        return Sea(_first(NAME, text), _first(HULL, text), _first(FLAG, text), port)


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    if match is None:
        return ""
    return next((group for group in match.groups() if group), match.group()).strip(" .-:")
