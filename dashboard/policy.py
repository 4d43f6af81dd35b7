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
    "login.leave_everywhere": SIGNED_IN,
    "account.show": SIGNED_IN,
    "account.change_password": SIGNED_IN,
    "account.set_up_second": SIGNED_IN,
    "account.renew_codes": SIGNED_IN,
    "account.end_sessions": SIGNED_IN,
    "account.seen": SIGNED_IN,
    "colleagues.show": OPERATORS,
    "colleagues.invite": OPERATORS,
    "colleagues.take_back": OPERATORS,
    "colleagues.let_in": OPERATORS,
    "colleagues.withdraw": OPERATORS,
    "colleagues.join": PUBLIC,  # with an invitation's code
    "colleagues.accept": PUBLIC,
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
