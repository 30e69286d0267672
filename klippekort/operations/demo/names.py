"""Danish names, mixed by chance: nobody in the demo is anybody."""

from klippekort.operations.demo.dice import Dice

WOMEN = """
Aase Agnes Anna-Lise Annelise Asta Bente Birthe Bodil Dagny Edel Edith Ella Elna Else Elvira
Emmy Esther Eva Gerda Grethe Gudrun Hanne Hedvig Helga Herdis Ingeborg Inger Ingrid Irma Jytte
Kamma Karla Kirsten Lilly Lis Magda Margit Martha Merete Nanna Olga Ragnhild Rigmor Rosa Ruth
Signe Solveig Thyra Tove Ulla Valborg Vera Vibeke Åse
""".split()  # noqa: SIM905
MEN = """
Aage Aksel Anker Arne Asger Axel Bent Bernhard Børge Carl Ebbe Egon Ejnar Ejvind Erling Finn
Frede Gunnar Hans Harald Harry Helge Henning Holger Ib Ivar Jens Johannes Jørgen Kaj Karl Knud
Laurits Leif Mogens Niels Orla Otto Ove Palle Poul Preben Richard Robert Svend Sigurd Tage
Thorkild Verner Viggo Vilhelm Willy
""".split()  # noqa: SIM905
YOUNGER = """
Aisha Amalie Anders Britta Camilla Charlotte Christian Dorthe Emil Fatima Gitte Heidi Henrik
Ida Jakob Jasmin Jeanette Jonas Julie Karina Kasper Kristina Lars Laura Lene Line Louise Mads
Majbritt Maria Marianne Martin Mette Mikkel Mohamed Nadia Nanna Pernille Peter Pia Rasmus Rikke
Sanne Sara Simon Sofie Susanne Thomas Tina Trine Yusuf Zeynep
""".split()  # noqa: SIM905
FAMILIES = """
Andersen Bach Bang Bendtsen Berg Bisgaard Bjerre Brandt Bruun Bøgh Carlsen Christensen Dahl
Dalgaard Damgaard Enevoldsen Fisker Frandsen Friis Frost Gade Gram Gregersen Hald Hansen
Hedegaard Hjorth Holm Hougaard Iversen Jensen Jespersen Juul Kirk Kjær Klausen Kragh Kristensen
Krogh Larsen Lassen Lind Lund Lyng Madsen Mikkelsen Mortensen Munk Møller Nielsen Nygaard Olsen
Overgaard Paulsen Pedersen Ravn Rosendal Schou Skov Skytte Sloth Stampe Søgaard Sørensen
Thomsen Toft Vang Vestergaard Winther Ågård Åkjær Østergaard
""".split()  # noqa: SIM905


def elderly(dice: Dice) -> tuple[str, str]:
    """Return the first and last name of somebody born around the war."""
    first = dice.choice(WOMEN if dice.chance(0.66) else MEN)
    return first, dice.choice(FAMILIES)


def younger(dice: Dice) -> str:
    """Return the whole name of somebody of working age."""
    return f"{dice.choice(YOUNGER)} {dice.choice(FAMILIES)}"
