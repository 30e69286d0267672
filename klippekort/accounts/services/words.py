"""First passwords that can be read aloud over the telephone."""

from klippekort.platform.keys import keys

# Short and everyday, spelled without æ, ø and å, so that any keyboard will do.
_LIST = """
abild alarm anker april arena avis bager bakke balkon bamse banan barn blomst bobler bord brev
brise broder bue bukser busk cykel dal damper dans dessert disk drage dreng due dug dukke
eventyr fabel fakkel familie fanfare fasan fest fisk fjeld flag flod fluesmut folk fortov frakke
fugl garn gave gitar glas granit gren gris gulerod gulv gynge hal hammer handske harmonika hat
have hegn hest himmel hjem hjul honning hus hval hyld hytte indgang insekt istap jakke jord jul
kaffe kaktus kalender kam kande kano kasse kastanje kat kilde kirke kiste klint klokke kniv
koncert kop krans krone krukke kugle kurv kyst lampe land latter lilje linde lineal loft lomme
luft lund lygte majs mark marmelade maskine melodi melon minut mose motor musik mynte nabo natur
november onkel
"""
WORDS = tuple(_LIST.split())


def first_password(form_key: str) -> str:
    """Return three words and four digits, the same for the same press of the button.

    It comes from a secret outside the database, so a double tap shows the password that was
    stored, and nobody can work it out from the form.
    """
    number = int(keys().peppered(f"first password|{form_key}"), 16)
    words = []
    for _turn in range(3):
        number, which = divmod(number, len(WORDS))
        words.append(WORDS[which])
    return "-".join([*words, f"{number % 10_000:04d}"])
