"""Who may use which route. A route without a line here keeps the desk from starting."""

from __future__ import annotations

from flask import Flask

PUBLIC, HALF, SIGNED_IN, OPERATORS = "public", "half", "signed in", "operators"
# Who tunes the hotline; to a responder such a page does not exist.
TUNES = ("operator", "supervisor")

# endpoint → who. `half`: the password was right, the second factor is still owed.
POLICY = {
    "static": PUBLIC,
    "pages.healthz": PUBLIC,
    "pages.readyz": PUBLIC,
    "pages.root": PUBLIC,
    "metrics.show": PUBLIC,  # its own token; 404 without
    "login.show": PUBLIC,
    "login.enter": PUBLIC,
    "login.leave": HALF,
    "login.second": HALF,
    "login.check_second": HALF,
    "login.account": SIGNED_IN,
    "login.change_password": SIGNED_IN,
    "login.set_up_second": SIGNED_IN,
    "queue.show": SIGNED_IN,
    "queue.live": SIGNED_IN,
    "case.show": SIGNED_IN,
    "case.live": SIGNED_IN,
    "case.act": SIGNED_IN,
    "files.preview": SIGNED_IN,
    "files.sound": SIGNED_IN,
    "files.original": SIGNED_IN,
    "simulator.show": OPERATORS,
    "simulator.play": OPERATORS,
}


class NoPolicy(RuntimeError):
    """A route has no line in the policy."""


def check(app: Flask) -> None:
    """Raises NoPolicy naming every route that nobody decided about."""
    missing = sorted({rule.endpoint for rule in app.url_map.iter_rules()} - POLICY.keys())
    if missing:
        raise NoPolicy(", ".join(missing))
