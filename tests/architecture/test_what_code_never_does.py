"""What no line of the program does: read from its own text, and each rule sees a planted breach."""

import ast
import configparser
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {
    str(file.relative_to(ROOT)): file.read_text()
    for file in sorted((ROOT / "klippekort").rglob("*.py"))
}
SCRIPTS = {file.name: file.read_text() for file in sorted((ROOT / "static" / "js").glob("*.js"))}
Rule = Callable[[str], Iterator[str]]

READS_OBJECTS = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle"}
READS_OBJECTS |= {"joblib", "yaml"}
STARTS_BY_SHELL = {"system", "popen", "getoutput", "getstatusoutput", "create_subprocess_shell"}
STARTS = {"run", "Popen", "call", "check_call", "check_output"}
FROM_TEXT = {"render_template_string", "from_string", "Template", "stream_template_string"}
# Ciphers, hashes and signatures come from these, and of cryptography from these parts alone.
CRYPTOGRAPHY = {
    "exceptions",
    "hazmat.primitives.asymmetric",
    "hazmat.primitives.asymmetric.ec",
    "hazmat.primitives.asymmetric.ed25519",
    "hazmat.primitives.ciphers.aead",
    "hazmat.primitives.hashes",
    "hazmat.primitives.kdf.hkdf",
    "hazmat.primitives.kdf.scrypt",
    "hazmat.primitives.serialization",
}
OTHER_CRYPTOGRAPHY = {"Crypto", "Cryptodome", "nacl", "OpenSSL", "M2Crypto", "rsa", "ecdsa"}
OTHER_CRYPTOGRAPHY |= {"bcrypt", "passlib", "crypt", "gnupg", "simplecrypt", "tink"}
CIPHERS = {"AESGCM"}
HASHES = {"sha256", "SHA256"}
WEAK = {"new", "file_digest", "md5", "sha1", "sha224", "md4", "ripemd160", "MD5", "SHA1", "SHA224"}
# The demo draws the same town each time: its dice are loaded on purpose.
DICE = "klippekort/operations/demo/dice.py"


@cache
def _nodes(text: str) -> tuple[ast.AST, ...]:
    """Return what is called, imported and looked up in a file: it is read once for all rules."""
    wanted = (ast.Call, ast.Import, ast.ImportFrom, ast.Attribute)
    return tuple(node for node in ast.walk(ast.parse(text)) if isinstance(node, wanted))


def _imports(text: str) -> Iterator[tuple[str, str]]:
    """Give each module imported, and the name taken from it or ""."""
    for node in _nodes(text):
        if isinstance(node, ast.Import):
            yield from ((one.name, "") for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", one.name) for one in node.names)


def _calls(text: str) -> Iterator[tuple[str, str, ast.Call]]:
    """Give each call: what it is called on, the last name of what is called, and the call."""
    for node in _nodes(text):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = node.func.value
            yield of.id if isinstance(of, ast.Name) else ast.unparse(of), node.func.attr, node
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield "", node.func.id, node


def evaluates(text: str) -> Iterator[str]:
    """Text that is run as Python."""
    for of, name, call in _calls(text):
        if of in ("", "builtins") and name in ("eval", "exec", "compile", "__import__"):
            yield ast.unparse(call)


def reads_objects(text: str) -> Iterator[str]:
    """Readers that make objects of whatever the bytes say."""
    yield from (name for name, _what in _imports(text) if name.split(".")[0] in READS_OBJECTS)


def starts_by_shell(text: str) -> Iterator[str]:
    """A shell, or a program that is not started by a list of arguments."""
    for of, name, call in _calls(text):
        if name in STARTS_BY_SHELL or (of == "os" and name.startswith(("exec", "spawn"))):
            yield ast.unparse(call)
        if of != "subprocess" or name not in STARTS:
            continue
        shell = [one for one in call.keywords if one.arg in ("shell", None)]
        is_list = bool(call.args) and isinstance(call.args[0], ast.List)
        if shell or not is_list:
            yield ast.unparse(call)
    for name, what in _imports(text):
        if name == "pty" or (name == "subprocess" and what):  # by another name it would escape
            yield f"from {name} import {what}"


def makes_templates(text: str) -> Iterator[str]:
    """A template made of text, which somebody might have typed."""
    yield from (ast.unparse(call) for _of, name, call in _calls(text) if name in FROM_TEXT)


def throws_dice(text: str) -> Iterator[str]:
    """Randomness that can be reckoned: not of the system's."""
    for name, _what in _imports(text):
        if name == "random" or name.startswith(("random.", "numpy")):
            yield name
    for of, name, call in _calls(text):
        if name in ("uuid1", "getnode") or (of == "random" and name != "SystemRandom"):
            yield ast.unparse(call)


def ciphers_otherwise(text: str) -> Iterator[str]:
    """A cipher without authentication, or one that is not AES-GCM."""
    for name, what in _imports(text):
        if "hazmat.primitives.ciphers" in name and what not in CIPHERS:
            yield f"{name}.{what}"
        if name.endswith("padding") or what in ("Fernet", "padding", "modes"):
            yield f"{name}.{what}"


def hashes_otherwise(text: str) -> Iterator[str]:
    """A hash that is not SHA-256; what is marked as none of security's may be another."""
    for name, what in _imports(text):
        if name in ("hashlib", "cryptography.hazmat.primitives.hashes") and what:
            yield from () if what in HASHES else (f"{name}.{what}",)
    for of, name, call in _calls(text):
        is_told = any(
            one.arg == "usedforsecurity" and ast.unparse(one.value) == "False"
            for one in call.keywords
        )
        is_named = [ast.unparse(one) for one in call.args][-1:] == ["'sha256'"]
        if of in ("hashlib", "hashes") and name in WEAK and not (is_told or is_named):
            yield ast.unparse(call)


def brings_other_cryptography(text: str) -> Iterator[str]:
    """Ciphers and signatures from elsewhere than the libraries that are known."""
    for name, what in _imports(text):
        first, _dot, rest = name.partition(".")
        if first in OTHER_CRYPTOGRAPHY:
            yield name
        if first == "cryptography" and rest not in CRYPTOGRAPHY:
            yield f"{name}.{what}"


def fills_objects(text: str) -> Iterator[str]:
    """Fields of a form that become attributes, or arguments, by whatever name they came."""
    for _of, name, call in _calls(text):
        sent = [one.value for one in call.keywords if one.arg is None]
        if name == "populate_obj":
            yield ast.unparse(call)
        if any(
            re.match(r"(dict\()?request\.(form|args|json|values)", ast.unparse(o)) for o in sent
        ):
            yield ast.unparse(call)


def mixes_parameters(text: str) -> Iterator[str]:
    """Address and body read as one, so that either may stand in the other's place."""
    for node in _nodes(text):
        if isinstance(node, ast.Attribute) and node.attr == "values":
            yield from ("request.values",) if ast.unparse(node.value) == "request" else ()
    yield from (what for _name, what in _imports(text) if what == "CombinedMultiDict")


def writes_logs_elsewhere(text: str) -> Iterator[str]:
    """A log in a file, on the net, or set up by the way."""
    for of, name, call in _calls(text):
        if name.endswith("Handler") and (of.startswith("logging") or not of):
            yield from () if name == "StreamHandler" else (ast.unparse(call),)
        if name in ("basicConfig", "dictConfig", "fileConfig"):
            yield ast.unparse(call)
    yield from (name for name, _what in _imports(text) if name in ("logging.handlers", "syslog"))


def shows_debugging(text: str) -> Iterator[str]:
    """The development server, or its debugger."""
    for of, name, call in _calls(text):
        is_debug = any(
            one.arg == "debug" and ast.unparse(one.value) != "False" for one in call.keywords
        )
        if (
            is_debug
            or name in ("run_simple", "DebuggedApplication")
            or (of == "app" and name == "run")
        ):
            yield ast.unparse(call)


def skips_certificates(text: str) -> Iterator[str]:
    """A line under TLS that takes any certificate, or an old version."""
    for of, name, call in _calls(text):
        said = {one.arg: ast.unparse(one.value) for one in call.keywords}
        if said.get("verify") == "False" or said.get("check_hostname") == "False":
            yield ast.unparse(call)
        if of == "ssl" and name in ("_create_unverified_context", "SSLContext", "wrap_socket"):
            yield ast.unparse(call)
    yield from re.findall(r"CERT_NONE|check_hostname = False|verify = False|TLSv1\b|TLSv1_1", text)


RULES: Mapping[Rule, tuple[str, ...]] = {
    evaluates: ("eval('1')", "exec(text)", "compile(text, 'x', 'exec')", "__import__(name)"),
    reads_objects: ("import pickle", "from yaml import load", "import marshal", "import shelve"),
    starts_by_shell: (
        "os.system(name)",
        "os.popen('ls')",
        "subprocess.run('ls ' + name)",
        "subprocess.run(['ls'], shell=True)",
        "subprocess.Popen(words)",
        "from subprocess import run",
        "os.execvp(name, words)",
    ),
    makes_templates: ("render_template_string(typed)", "env.from_string(typed)", "Template(typed)"),
    throws_dice: ("import random", "from random import choice", "uuid.uuid1()", "random.random()"),
    ciphers_otherwise: (
        "from cryptography.hazmat.primitives.ciphers import Cipher",
        "from cryptography.hazmat.primitives.ciphers import modes",
        "from cryptography.hazmat.primitives.ciphers.aead import AESCCM",
        "from cryptography.hazmat.primitives.asymmetric import padding",
        "from cryptography.fernet import Fernet",
    ),
    hashes_otherwise: (
        "hashlib.md5(x)",
        "hashlib.new('sha1')",
        "hashlib.file_digest(x, name)",
        "from hashlib import sha1",
        "hashes.SHA1()",
        "hashlib.md5(x, usedforsecurity=True)",
    ),
    brings_other_cryptography: (
        "import nacl.secret",
        "from Crypto.Cipher import AES",
        "from cryptography.fernet import Fernet",
        "from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4",
    ),
    fills_objects: (
        "form.populate_obj(row)",
        "Account(**request.form)",
        "change(**dict(request.args))",
        "change(**request.json)",
    ),
    mixes_parameters: (
        "request.values.get('x')",
        "from werkzeug.datastructures import CombinedMultiDict",
    ),
    writes_logs_elsewhere: (
        "logging.FileHandler('x')",
        "from logging.handlers import SysLogHandler",
        "logging.basicConfig()",
        "import syslog",
    ),
    shows_debugging: ("app.run()", "create(debug=True)", "run_simple('', 80, app)"),
    skips_certificates: (
        "session.get(url, verify=False)",
        "ssl._create_unverified_context()",
        "context.verify_mode = ssl.CERT_NONE",
        "context.minimum_version = ssl.TLSVersion.TLSv1",
    ),
}


def _found(rule: Rule, but: tuple[str, ...] = ()) -> dict[str, list[str]]:
    found = {name: list(rule(text)) for name, text in SOURCES.items() if name not in but}
    return {name: said for name, said in found.items() if said}


@pytest.mark.parametrize(
    ("rule", "planted"),
    [(rule, planted) for rule, each in RULES.items() for planted in each],
    ids=lambda one: one if isinstance(one, str) else one.__name__,
)
def test_a_planted_breach_is_seen(rule: Rule, planted: str) -> None:
    assert list(rule(planted))


def test_nothing_that_is_typed_is_run() -> None:
    assert _found(evaluates) == {}


def test_no_bytes_become_objects() -> None:
    assert _found(reads_objects) == {}


def test_programs_are_started_by_lists_and_never_by_a_shell() -> None:
    assert _found(starts_by_shell) == {}


def test_no_template_is_made_of_text() -> None:
    assert _found(makes_templates) == {}


def test_what_is_random_comes_from_the_system() -> None:
    assert _found(throws_dice, but=(DICE,)) == {}
    users = [
        name for name, text in SOURCES.items() if "demo.dice" in text or "demo import dice" in text
    ]
    assert [name for name in users if not name.startswith("klippekort/operations/demo/")] == []


def test_only_ciphers_that_notice_changes_are_used() -> None:
    assert _found(ciphers_otherwise) == {}


def test_no_hash_is_weaker_than_sha_256() -> None:
    assert _found(hashes_otherwise) == {}


def test_cryptography_comes_from_known_libraries() -> None:
    assert _found(brings_other_cryptography) == {}


def test_no_form_fills_an_object_by_itself() -> None:
    assert _found(fills_objects) == {}


def test_address_and_body_are_read_apart() -> None:
    assert _found(mixes_parameters) == {}


def test_the_log_is_set_up_in_one_place() -> None:
    assert _found(writes_logs_elsewhere) == {}


def test_no_server_for_development_is_started() -> None:
    assert _found(shows_debugging) == {}


def test_no_certificate_is_taken_unseen() -> None:
    assert _found(skips_certificates) == {}


def test_types_are_checked_strictly_everywhere() -> None:
    """Tests may leave out what a test gives back; the program may leave out nothing."""
    told = configparser.ConfigParser()
    told.read(ROOT / "setup.cfg")
    assert told.getboolean("mypy", "strict")
    assert "klippekort" in told["mypy"]["files"].split(", ")
    loosened = {
        (section, name)
        for section in told.sections()
        if section.startswith("mypy-") and "klippekort" in section
        for name in told[section]
    }
    # What a form is made of ships no types.
    assert {name for _section, name in loosened} <= {"disallow_subclassing_any"}
    assert "check mypy" in (ROOT / "script" / "lint").read_text()


# ---- scripts in the browser ---------------------------------------------------------------------
_RUNS = (
    r"\beval\s*\(",
    r"\bnew Function\b",
    r"\bset(?:Timeout|Interval)\(\s*[\"'`]",
    r"\bimport\s*\(",
    r"javascript:",
)
_MARKUP = (r"\b(?:inner|outer)HTML\b", r"insertAdjacentHTML", r"document\.write", r"srcdoc")
_FROM_WINDOWS = (
    r"(?:^|[^.\w])(?:window\.|self\.)?addEventListener\(\s*[\"']message",
    r"\bonmessage\b",
    r"\b(?:parent|opener|top)\.postMessage",
    r"\bwindow\.open\b",
    r"contentWindow",
)
# Two steps deep by names that are reckoned, or a walk up to what all objects share.
_SHARED = (
    r"\]\s*\[[^\]\"'\d]+\]\s*=[^=]",
    r"__proto__",
    r"\.prototype\b",
    r"setPrototypeOf",
    r"\bconstructor\b",
    r"\bfor\s*\(\s*(?:const|let|var)\s+\w+\s+in\b",
    r"\.(?:deepMerge|merge|extend)\(",
)
_LOOSE = (r"[^=!<>]==[^=]", r"!=[^=]")
_PASTE = (r"[\"']paste[\"']", r"\bonpaste\b", r"[\"'](?:copy|cut|contextmenu)[\"']")


def _bare(script: str) -> str:
    """Return a script without its comments."""
    return re.sub(r"(?m)(?:^|(?<=\s))//.*$", "", script)


def _in_scripts(patterns: tuple[str, ...], but: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{name}: {found[0]}"
        for name, text in SCRIPTS.items()
        if name not in but
        for pattern in patterns
        for found in re.finditer(pattern, _bare(text), re.MULTILINE)
    ]


@pytest.mark.parametrize(
    ("patterns", "planted"),
    [
        (_RUNS, "eval(text)"),
        (_RUNS, "setTimeout('go()', 3)"),
        (_MARKUP, "box.innerHTML = text;"),
        (_FROM_WINDOWS, 'addEventListener("message", hear);'),
        (_FROM_WINDOWS, 'window.addEventListener("message", hear);'),
        (_FROM_WINDOWS, "opener.postMessage(all, '*')"),
        (_SHARED, "kept[path][name] = value;"),
        (_SHARED, "for (const name in given) to[name] = given[name];"),
        (_SHARED, "Object.setPrototypeOf(one, other)"),
        (_LOOSE, "if (one == two) go();"),
        (_LOOSE, "if (one != two) go();"),
        (_PASTE, 'field.addEventListener("paste", stop)'),
    ],
)
def test_a_breach_in_a_script_is_seen(patterns: tuple[str, ...], planted: str) -> None:
    assert any(re.search(pattern, planted, re.MULTILINE) for pattern in patterns)


def test_scripts_run_no_text() -> None:
    assert _in_scripts(_RUNS) == []


def test_scripts_write_text_and_no_markup() -> None:
    assert _in_scripts(_MARKUP) == []


def test_no_page_listens_to_other_windows() -> None:
    """Pages hear the worker and a channel of their own origin; the worker hears its own pages."""
    assert _in_scripts(_FROM_WINDOWS, but=("worker.js",)) == []
    assert 'self.addEventListener("message"' in SCRIPTS["worker.js"]


def test_scripts_reach_nothing_that_all_objects_share() -> None:
    assert _in_scripts(_SHARED) == []


def test_scripts_compare_strictly() -> None:
    assert _in_scripts(_LOOSE) == []


def test_scripts_leave_pasting_alone() -> None:
    assert _in_scripts(_PASTE) == []
