"""nginx before the nodes of a drill, with the file that is handed out in script/deploy."""

import http.client
import re
import shutil
import ssl
from urllib.parse import urlencode

from drill import PATIENCE, ROOT, Drill, free_port, until

SITE = "klippekort.example.dk"


def program_of(name: str) -> str | None:
    """Return where a server program is, or None; Debian keeps them outside a plain PATH."""
    return shutil.which(name) or shutil.which(f"/usr/sbin/{name}")


class Front:
    """nginx on a port of its own, and a browser that asks it over TLS."""

    def __init__(self, drill: Drill, program: str, nodes: tuple[int, ...]) -> None:
        self.drill, self.program, self.nodes = drill, program, nodes
        self.folder, self.port = drill.folder / "nginx", free_port()
        self.cookies: dict[str, str] = {}

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.folder.mkdir()
        key, certificate = self.folder / "privkey.pem", self.folder / "fullchain.pem"
        made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        made += ["-subj", f"/CN={SITE}", "-keyout", str(key), "-out", str(certificate)]
        self.drill.run(made)
        (self.folder / "nginx.conf").write_text(self._settings())
        self.drill.start(
            [self.program, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")],
            "nginx.log",
        )
        until(self._answers, "nginx answers")

    def _settings(self) -> str:
        site = (ROOT / "script" / "deploy" / "nginx.conf").read_text()
        nodes = "\n".join(
            f"    server 127.0.0.1:{port} max_fails=2 fail_timeout=10s;" for port in self.nodes
        )
        for was, now in (
            ("    server 127.0.0.1:8000;", nodes),
            ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
            ("listen 443 ssl default_server;", f"listen 127.0.0.1:{self.port} ssl default_server;"),
            (f"/etc/letsencrypt/live/{SITE}", str(self.folder)),
        ):
            if was not in site:
                self.drill.must(False, f"script/deploy/nginx.conf says {was}")
            site = site.replace(was, now)
        kept = "".join(
            f"{what}_temp_path {self.folder}/{what};\n"
            for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        return (
            f"daemon off;\npid {self.folder}/pid;\nerror_log {self.folder}/error.log;\n"
            f"events {{ worker_connections 256; }}\nhttp {{\n{kept}{site}\n}}\n"
        )

    def _answers(self) -> bool:
        try:
            return self.get("/live")[0] == 200
        except OSError:
            return False

    def get(self, path: str, host: str = SITE) -> tuple[int, str]:
        """Return a page's status and text."""
        return self._asked("GET", path, None, host)

    def log_in(self, email: str, password: str) -> int:
        """Log in and return the status of the answer."""
        _status, page = self.get("/log-ind")
        fields = {}
        for tag in re.findall(r"<input[^>]*>", page):
            name, value = (re.search(rf'{one}="([^"]*)"', tag) for one in ("name", "value"))
            if name and value:
                fields[name[1]] = value[1]
        return self._asked("POST", "/log-ind", fields | {"email": email, "password": password})[0]

    def _asked(
        self, method: str, path: str, fields: dict[str, str] | None, host: str = SITE
    ) -> tuple[int, str]:
        # The certificate is of the drill's own making: nobody vouches for it.
        trusting = ssl._create_unverified_context()  # noqa: S323
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=PATIENCE, context=trusting
        )
        headers = {"Host": host, "Connection": "close", "Referer": f"https://{host}{path}"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{one}={said}" for one, said in self.cookies.items())
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(fields) if fields else None, headers)
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.partition(";")[0]
            return answer.status, answer.read().decode(errors="replace")
        finally:
            connection.close()
