"""Which language a person writes: by script first, then by words, and langdetect last of all. Pure but for the lazy import."""

from __future__ import annotations

import re
from dataclasses import dataclass

from triage.pinyin import is_pinyin
from triage.text import fold

SCRIPTS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("km", "Khmr", re.compile("[\u1780-\u17ff]")),
    ("lo", "Laoo", re.compile("[\u0e80-\u0eff]")),
    ("my", "Mymr", re.compile("[\u1000-\u109f\uaa60-\uaa7f]")),
    ("th", "Thai", re.compile("[\u0e00-\u0e7f]")),
    ("zh", "Hani", re.compile("[\u3400-\u9fff]")),
)
LATIN = re.compile("[A-Za-zÀ-ɏḀ-ỿ]")
VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ]")
WORD = re.compile("[a-z']+")
WORDS = {
    "vi": (
        "toi em anh chi con chau minh bi cua va khong ko k dc duoc cho o dang da roi nha tien lam nguoi ban giup cuu voi di ve ra nay no ho chung bon"
        " co mot hai nam thang ngay truoc sau nhu the nao cam on xin hoi gi muon cong ty luong chu giu giay to dien thoai trong ngoai qua sang den"
        " viec may gia dinh bo me ba vo chong cai biet noi that rat nhieu lai moi thi ma la vay neu vi tu khi con gai trai tuoi danh nhot ep lua"
        " thay dau nua chua hang hom toi mai lien lac dem ngu chet het phai den duong nghe troi oi viet nam tuyen tim mat nghi ngheo ai hay chuyen"
        " alo ben goi dong khach cung tr tron khac uong chuc"
    ).split(),
    "en": (
        "the a an is are am was were be been i me my we us our you your he she him her his they them their it this that these those in on at to from"
        " of and or but not no yes do does did have has had will would can could should what where when why how who please help want go went come"
        " work job boss money pay paid salary home house friend sister brother mother father here there now very if with for about out up down only"
        " thank thanks hello hi girl boy people man woman said say says take took taken keep make made leave door call phone police day night month"
        " year ok okay sos hey test admin don't dont can't cant i'm im someone some one two three many more need get got know think see saw because after before is"
    ).split(),
    "km": (
        "knhom khnhom khnom nhom chuoy juoy phong nov nau ke ot min men ban tov mok baan phteah srok koun bong oun p'oun srey pros thver ka luy chenh"
        " oy aoy haey hoy neng nih nis nung mean kmean chea pi jab chab veay kroch orkun arkun yerng puok chong te roeung eilov ilov eylov suor suostei"
        " dollar prak khae tngai yub chnam neak me krom hun pdey propun tuk tumneak tumnong bat slab rongveay mnus kmeng som som tos yang mech ach na"
        " tha tver tveu hz sor kat rol dok yok hery heuy jea krong sour jong jak knong bek mneak ponman sabay luok trov dol kom"
        " muoy ros mit rok mun sok pteah ler tvea jeung jenh chol louk bontub pel thmey chheam leng nas khluon hean brak thlai"
        " tiet bet ort neang thaoke yop deng mjas jouy plerng roal rongjak merl bangkhom reab bantup maong songsa chheu khmeng"
    ).split(),
    "lo": (
        "khoi suay dae yu bo dai ork ok khao hao puak luk nong ai euay mae pho ban het viak ngoen pai ma kap hai laeo lao meu mue khuen sabaidee khop jai"
        " chai lai kor ni nan ja si tae kheu pen yang phai dieow kha hang heng thot wiang het neo daeo nyang bor sabaidi khob kham hak tonpheung kong"
        " sao bao phu nying khon tae va thuk ti khang yak hu naeo"
        " khoy vaa deuan mu der dee ngeun muen haeng tii huean khaek thuek hap sut khap jao thaa kai ook haan jap hed pratu nuad"
        " lung fao theua dola lork yeut viek viengchan seu maen hup eun"
    ).split(),
    "th": (
        "chan phom nu kha khrap krap chuay duay yuu yu thi mai dai hai pai ma kap ban ngan thamngan ngoen duean laeo lao phuean nong phi luk mae pho rao"
        " phuak khon don thuk khang ok klap yaak yak tong ja ca wan khuen ni nan arai nai krai khrai rue reu na ko kor ton sawasdee sawatdi khop khun"
        " khob mak maak noi dek nai jang rongngan tamruat bat nangsue thorasap chai hen pen ru thuk yeud yuet dai maidai mai klub klap baan saen"
        " mun thueng ploy ork nung song sam kaeng krub krap kub long lang meung nee dont"
        " tham ngern tuek noo nii tee duai lueat rap raeng phua ruu ruea jaeng athit nok prathet haai sip thii kab chuai chot"
        " phuchai roo reo kuen tonnii baang torn poet rueang khrop"
    ).split(),
    "my": (
        "kyun kyanaw kyano kyama kya ma taw nga kal kae par ba ku nyi kunyi mha hma nay ne tal tae dae bu bar lo ya htwet pyan yaik nyima nyi ama ako"
        " akhu alote lote la sar lakha phone thuhtay thu tway twe htar hta lay gyi min ga nya dinya manet phyan shi naing ngan ein yauk pi mal mae kyay"
        " zu thar thami aphay amay hnint nae so yin lar le bel be thin chin pay ma lwut peik pwesar kayar sagar mingalaba kyaw kyun twae"
        " hmar mhar nauk khae tar thwar yite pate tagar kalay lu loh pyay sone htoe lite pyi naw shin khin bya poh phoh lin lein khaing saunt yout yaw"
        " hso sar mya nyein a kuu aku ahku kyanot kyat ngwe lay bawa hmu myo ywar tike oo tharr thoon lat hso lo kaung sate kyaut taung dukkha"
        " mar pyaw bal thein htae khaw lae lal kyway tot thway buu nge pwe dar htay loke nhit yone set ktv tine lout chein khwint"
        " pyin kyauk loz saung eain youk nat pat htwat mhan myan kyan pal ohn taing saing yaung phet tayoke thain pike khine"
        " mingalarpar"
    ).split(),
}
SETS = {lang: frozenset(words) for lang, words in WORDS.items()}
# Words that only one language has, among short messages in Latin letters: they count more.
TELLING = {
    "km": frozenset(
        "knhom khnhom khnom chuoy juoy nov orkun arkun veay koun srey pros chenh phteah bong yerng puok eilov ilov suostei tngai".split()
    ),
    "lo": frozenset("khoi suay dae ork bo hao puak lai euay het viak meu mue sabaidee sabaidi bor jai".split()),
    "th": frozenset(
        "chan phom chuay duay khrap krap phuak rao laeo duean sawasdee sawatdi khun mai dai yeud maidai krub kub baan ja rongngan tamruat".split()
    ),
    "my": frozenset(
        "kyanaw kyano kyama kyanot mhar thwar yite pate tharr khaing saunt naw khae taw kal kae mha hma nay tal htwet yaik nyima akhu lote htar hta thuhtay kyay zu naing mingalaba pyan".split()
    ),
    "vi": frozenset("toi khong ko duoc dc giup cuu nguoi luong giay dien thoai chung bon cua voi minh nhot danh".split()),
    "en": frozenset("the is are was were they them their my we us please help want because hello".split()),
}


@dataclass(frozen=True, slots=True)
class Language:
    """`code` BCP 47, `sure` 0 to 1, `script` ISO 15924, `why` in plain words."""

    code: str
    sure: float
    why: str
    script: str


def detect(text: str) -> Language:
    """The language of what a person wrote; `en` where nothing tells."""
    counts = [(len(pattern.findall(text)), code, script) for code, script, pattern in SCRIPTS]
    most, code, script = max(counts)
    latin = len(LATIN.findall(text))
    # A Chinese character says as much as several letters; a pasted Latin name does not outweigh a sentence in its own script.
    weight = most * (4 if code == "zh" else 1)
    if most and (weight * 2 > latin or most >= 12):
        return Language(code, 1.0 if not latin else 0.95, f"{script} letters", script)
    return _latin(text)


def _latin(text: str) -> Language:
    if len(VIETNAMESE.findall(text)) >= 1:
        return Language("vi", 0.98, "Vietnamese letters", "Latn")
    words = WORD.findall(fold(text))
    if not words:
        return Language("en", 0.1, "no words", "Zyyy")
    scores = {lang: sum(word in SETS[lang] for word in words) + sum(word in TELLING[lang] for word in words) for lang in SETS}
    if scores["en"] * 3 <= len(words) and is_pinyin(words):
        return Language("zh", 0.9, "syllables of pinyin", "Latn")
    best = max(scores, key=lambda lang: (scores[lang], lang == "en"))
    others = max(score for lang, score in scores.items() if lang != best)
    if scores[best] >= 1 and scores[best] > others:
        return Language(best, min(0.99, 0.5 + scores[best] / (2 * len(words))), "words of the language", "Latn")
    if scores[best] and scores["en"] == scores[best]:
        return Language("en", 0.5, "words of the language", "Latn")
    return _guess(text) if len(text) >= 20 else Language(best if scores[best] else "en", 0.3, "too short to tell", "Latn")


def _guess(text: str) -> Language:
    from langdetect import DetectorFactory, LangDetectException, detect_langs  # lazily: 90 MiB and 2 ms a message

    DetectorFactory.seed = 0
    try:
        found = {item.lang: item.prob for item in detect_langs(text)}
    except LangDetectException:
        return Language("en", 0.1, "nothing to tell by", "Latn")
    if found.get("vi", 0.0) > found.get("en", 0.0):
        return Language("vi", float(found["vi"]), "langdetect", "Latn")
    return Language("en", float(found.get("en", 0.2)), "langdetect", "Latn")
