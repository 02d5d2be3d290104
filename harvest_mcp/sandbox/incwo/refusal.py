"""Error responses, with their forms by the switches (incwo 9, 16)."""

from collections.abc import Mapping
from typing import Literal

from harvest_mcp.sandbox.asgi import XML, HttpAnswer
from harvest_mcp.sandbox.incwo import bodies
from harvest_mcp.sandbox.incwo.switches import Switches
from harvest_mcp.sandbox.pages import PAGE, page

Kind = Literal["invalid", "missing", "malformed", "unauthorized", "forbidden"]

CHALLENGE = (("WWW-Authenticate", 'Basic realm="incwo"'),)
SIGN_IN = page(
    "Connexion à incwo",
    '<form action="/account/login" method="post"><input name="login"><input name="password" type="password"><br>'
    '<input type="submit" value="Se connecter"></form>',
)
NO_SUCH_PAGE = page("Page introuvable", "<p>Cette page n'existe pas.<br>Vérifiez son adresse.</p>")
WENT_WRONG = page("Une erreur est survenue", "<p>Nous en sommes avertis.<br>Veuillez réessayer.</p>")


class IncwoRefusal(Exception):
    """An error response; `root` and `marker` are those of the refused write."""

    def __init__(self, kind: Kind, message: str, *, root: str = "", marker: str = "saved") -> None:
        super().__init__(message)
        self.kind, self.message, self.root, self.marker = kind, message, root, marker

    def answer(self, switches: Switches) -> HttpAnswer:
        said = bodies.errors(self.message)
        html: Mapping[tuple[Kind, str], HttpAnswer] = {
            ("missing", "404-html"): HttpAnswer(404, body=NO_SUCH_PAGE, content_type=PAGE),
            ("malformed", "500-html"): HttpAnswer(500, body=WENT_WRONG, content_type=PAGE),
            ("unauthorized", "html"): HttpAnswer(401, CHALLENGE, SIGN_IN, PAGE),
            ("forbidden", "302"): HttpAnswer(302, (("Location", "/account/login"),), content_type=PAGE),
            ("invalid", "saved-false"): HttpAnswer(200, body=bodies.unsaved(self.root, self.marker, self.message)),
            ("invalid", "400"): HttpAnswer(400, body=said),
        }
        plain: Mapping[Kind, HttpAnswer] = {
            "missing": HttpAnswer(404, body=said),
            "malformed": HttpAnswer(400, body=said),
            "unauthorized": HttpAnswer(401, CHALLENGE, said, XML),
            "forbidden": HttpAnswer(403, body=said),
            "invalid": HttpAnswer(422, body=said),
        }
        chosen = switches.rights if self.kind == "forbidden" else getattr(switches, self.kind)
        return html.get((self.kind, chosen), plain[self.kind])
