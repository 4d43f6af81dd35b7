"""Words beside which, or as which, a name in Latin letters is read otherwise."""

# Before a name: it is a place for sure.
KIND_WORDS = frozenset("huyện quận huyen quan amphoe khet khum srok".split())
# One-syllable names that are everyday words without their accents or their capital.
EVERYDAY = frozenset(
    "man nan tak trang hue han nga duc phap my anh uc thai lao nhat mon chin shan kep pai ann fang loei sg vn tq usa america"
    " vinh hoa pailin se kham phan sawi gwa bali oman jordan georgia dali jian wale manual pin mai chana malai pp"
    " phu sing la-un khong phin don aran oral kale kalay alone xian long sen soc hai ha ban bang nong mae hin muang tha pyay jang lang"
    " cam".split()
)
