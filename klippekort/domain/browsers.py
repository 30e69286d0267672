"""What a browser says it is, in a few words that its owner knows it by, and roughly where it is."""

from ipaddress import ip_address, ip_network

# The first that is found counts: most browsers also name those they resemble.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def browser_of(said: str) -> str:
    """Return a browser and what it runs on, as "Chrome, Windows", or nothing for none we know."""
    found = (
        next((name for sign, name in known if sign in said), "") for known in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(filter(None, found))


def network_of(address: str | None) -> str:
    """Return the network somebody came from, too wide to tell them by, or nothing."""
    try:
        found = ip_address((address or "").split("%")[0])
    except ValueError:
        return ""
    if found.is_loopback:
        return ""
    wide = ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False)
    return str(wide)
