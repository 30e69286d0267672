"""What others read of a group tells nobody what it is about."""

import pytest

from klippekort.groups.forms.telling import tells


@pytest.mark.parametrize(
    "words",
    [
        "Enkegruppen",
        "Parkinsonstuen",
        "Gruppe for dem der har mistet",
        "Sorgrummet",
        "Karin fra sorggruppen",
        "Efter et tab",
        "Tabsgruppen",
        "PÅRØRENDE på tirsdag",
        "Demenscaféen",
        "Livet med kræft",
        "Angstfri torsdag",
        "De ensomme",
        "Alkoholfri onsdag",
        "Fraskilte mænd",
        "Grupa dla wdów i wdowców",
        "Trauercafé",
        "Widows' Wednesday",
        "Gruppen for syge",
        "Вдови",
        # Norwegian and Swedish
        "Etter et tap",
        "Enkemenn på Grünerløkka",
        "Kreftrammede",
        "Depresjonsgruppa",
        "Sykdom og hverdag",
        "Änkor och änklingar",
        "Anhöriga på torsdag",
        "Ångestgruppen",
        "Ensamhet",
        "Självmord i familjen",
        "Skilsmässa",
        # Polish
        "Po stracie",
        "Grupa wdów",
        "Opiekunowie",
        "Depresja",
        "Po rozwodzie",
        "Samobójstwo",
        "Uzależnienie",
        "Choroba Parkinsona",
        # Arabic and Turkish
        "مجموعة الحزن",
        "مرضى السرطان",
        "القلق",
        "بعد الطلاق",
        "YALNIZLIK",
        "Dul kadınlar",
        "Boşanmış babalar",
        "Eşini kaybedenler",
        "İntihar",
        "Alzheimer hastaları",
        # English and German
        "Stroke survivors",
        "Alcohol-free Friday",
        "Memory café",
        "Those who lost a child",
        "Caregivers",
        "Hinterbliebene",
        "Nach der Scheidung",
        "Schlaganfall",
        "Suizid",
        "Ängste",
        # What else weighs, and what one lives with
        "Socialangst",
        "For jer der er blevet alene",
        "Alenegruppen",
        "Sørgende på tirsdag",
        "Gigtgruppen",
        "Høretab",
        "PTSD-veteraner",
        "Autismecaféen",
        "Efter diagnosen",
        "Spiseforstyrrelser",
        "Вгоре од горя",
        "مجموعة حداد",
    ],
)
def test_what_tells_is_known(words: str) -> None:
    assert tells(words)


@pytest.mark.parametrize(
    "words",
    [
        "Onsdagsgruppen",
        "Omsorgscentret Lindehuset, stuen",
        "Vi tænker højt",
        "Enkelt og godt",
        "Etableret i 1994, tablettens lokale",
        "Karin med det røde tørklæde",
        "Optimisterne",
        "Forsorgsvej 2",
        "Langstrakte ture",
        "Tirsdag i Tabernaklet",
        "Wtorkowa grupa",
        "Sorgenfri",
        "Sorgfri, Strandvejen 1",
        "Enkelt",
        "De enkle ting",
        "Tabita",
        "Lene",
        "Nye kræfter",
        "Bekræft dit fremmøde",
        "Ubekymret",
        "Krebsegilde",
        "Mister Bo",
        "Tristan",
        "Gemensam fika",
        "Försorgsgatan",
        "Sygehusets café",
        "Krankenhaus am Park",
        "Entscheidung",
        "Traumauto",
        "Lossepladsen",
        "Strategia",
        "Hastane yolu",
        "Yaşlılar",
        "Yalnızca salı",
        "زخرفة",
        "الممرضة فاطمة",
        "Steptrin og tapdans",
        "Lungegården",
        "",
    ],
)
def test_plain_words_tell_nothing(words: str) -> None:
    assert not tells(words)


@pytest.mark.parametrize(
    "words",
    [
        "سامي حداد",
        "وحيد عند الباب",
        "Anna Rak",
        "Peter Loss med hatten",
        "Сядьте з Игорем",
        "سوگند",
    ],
)
def test_whoever_meets_you_may_be_called_what_they_are(words: str) -> None:
    assert not tells(words, has_people=True)


@pytest.mark.parametrize("words", ["Karin fra sorggruppen", "مجموعة حداد", "Efter Tab", "Om tab"])
def test_who_meets_you_is_no_way_to_tell(words: str) -> None:
    assert tells(words, has_people=True)
