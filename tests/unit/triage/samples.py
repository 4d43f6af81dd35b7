"""Messages in seven languages with what triage must make of them. Written for this purpose; nobody's own words."""

from functools import lru_cache
from pathlib import Path

from config.gazetteer import read_places, read_roles
from config.triage_rules import read_triage_rules
from triage.assess import Triage
from triage.places import Gazetteer

CONFIG = Path("config")


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The shipped places, read once."""
    return Gazetteer(read_places(CONFIG / "places"), read_roles(CONFIG / "places"))


@lru_cache(maxsize=1)
def triage() -> Triage:
    """Triage by the shipped rules."""
    return Triage(read_triage_rules(CONFIG), gazetteer())


URGENT = [
    ("they beat us with electric stick every day, please save us", "en", "emergency", "help_self"),
    ("my cousin is locked in a room, they will sell her tonight", "en", "emergency", "help_other"),
    ("boss keeps our passports and says we owe him, he threatens to call police", "en", "high", "help_self"),
    ("a broker comes to our village offering jobs with high salary, looks strange", "en", "medium", "tip"),
    ("what documents do i need to work in korea legally?", "en", "low", "info"),
    ("hello", "en", "low", "other"),
    ("គេចាក់សោខ្ញុំក្នុងបន្ទប់ ហើយវាយរាល់យប់ ជួយផង", "km", "emergency", "help_self"),
    ("ប្អូនស្រីខ្ញុំត្រូវគេបង្ខំឲ្យធ្វើការ គេដកលិខិតឆ្លងដែន ចេញមិនបាន", "km", "high", "help_other"),
    ("ថៅកែមិនបើកប្រាក់ខែបីខែហើយ", "km", "medium", "help_self"),
    ("chuoy phong ke veay knhom", "km", "emergency", "help_self"),
    ("ຊ່ວຍແດ່ ນາຍຈ້າງຕີພວກເຮົາທຸກມື້ ແລະ ຂັງໄວ້", "lo", "emergency", "help_self"),
    ("ນ້ອງຊາຍຂ້ອຍຖືກຫຼອກໄປ ອອກບໍ່ໄດ້ ເຂົາຮຽກຄ່າໄຖ່", "lo", "high", "help_other"),
    ("ຕິດຕໍ່ລູກຊາຍບໍ່ໄດ້ສອງເດືອນແລ້ວ", "lo", "medium", "missing"),
    ("ကယ်ပါ သူဌေးက နေ့တိုင်းရိုက်တယ် အပြင်မထွက်ရဘူး", "my", "emergency", "help_self"),
    ("ညီမလေးကို တရုတ်ဆီ ဒီညရောင်းတော့မယ်", "my", "emergency", "help_other"),
    ("လစာ သုံးလမရသေးဘူး", "my", "medium", "help_self"),
    ("ช่วยด้วย โดนขังในห้อง เขาช็อตไฟฟ้าทุกวัน", "th", "emergency", "help_self"),
    ("ลูกสาวโดนหลอกไปทำงาน เขายึดพาสปอร์ต ไม่ให้กลับบ้าน", "th", "high", "help_other"),
    ("ติดต่อน้องชายไม่ได้มาสองเดือนแล้ว", "th", "medium", "missing"),
    ("cứu tôi với, tôi bị nhốt và bị đánh mỗi ngày", "vi", "emergency", "help_self"),
    ("em gai toi bi nhot trong phong, toi nay no ban sang cong ty khac", "vi", "emergency", "help_other"),
    ("công ty nợ lương chúng tôi ba tháng", "vi", "medium", "help_self"),
    ("救命 他们天天电我 我被关在园区出不去", "zh", "emergency", "help_self"),
    ("我妹妹被騙去做詐騙 護照被收走 不讓走", "zh", "high", "help_other"),
    ("老板三个月没发工资", "zh", "medium", "help_self"),
    ("不想活了 受不了了", "zh", "emergency", "help_self"),
]
PLACES = [
    ("I am from Prey Veng, now in Samut Sakhon", "TH", "TH-74"),
    ("they took my brother from Pakse to Bokeo, he is there now", "LA", "LA-BK"),
    ("job offer in Laos casino with free ticket, is it real?", None, None),
    ("មកពីព្រៃវែង ឥឡូវនៅបាងកក", "TH", "TH-10"),
    ("ขอถามค่ะ อยากไปทำงานเกาหลี ต้องทำยังไง", None, None),
    ("โดนขังอยู่ที่เล่าก์ก่าย", "MM", "MM-17"),
    ("ຂ້ອຍມາຈາກຊຽງຂວາງ ດຽວນີ້ຢູ່ອຸດອນ", "TH", "TH-41"),
    ("မြဝတီမှာ ပိတ်ထားတယ်", "MM", "MM-13"),
    ("tôi quê Nghệ An, đang ở Móng Cái", "VN", "VN-13"),
    ("toi dang o Bavet", "KH", "KH-20"),
    ("我老家河南 现在在妙瓦底", "MM", "MM-13"),
    ("村里有个越南女孩", None, None),
    ("我在西港", "KH", "KH-18"),
    ("a vietnamese girl works next door in Vientiane", "LA", "LA-VT"),
    ("my son is in Sihanukville", "KH", "KH-18"),
]
NOTHING = [
    "No one is hurt and nobody is locked in, we only wait for our pay",
    "today the heat is killing me",
    "โรงงานค้างค่าแรง แต่ไม่มีใครโดนทำร้าย",
    "เหนื่อยแทบตายวันนี้",
    "hôm nay mệt chết đi được",
    "今天累死了 哈哈",
    "工地拖欠工资 没有人受伤",
    "បងហត់ស្ទើរស្លាប់ថ្ងៃនេះ",
    "ဒီနေ့ ရယ်ရလို့သေတော့မယ်",
    "ເມື່ອຍຕາຍມື້ນີ້",
    "thank you, my sister is home and safe now",
    "ขอบคุณค่ะ กลับถึงบ้านแล้ว",
]
