"""What ours is measured against, behind the same gunicorn: a bare view; the anchor (signature, one durable row); the way libraries suggest.

    python -m benchmarks.apps bare|anchor|library PORT   (the anchor's file or database: HOTLINE_HOME or HOTLINE_DATABASE_URL)
"""

from __future__ import annotations

import fcntl
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, request
from sqlalchemy import LargeBinary, Text, create_engine, make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from twilio.request_validator import RequestValidator

from benchmarks.senders import TOKEN
from config import settings as settings_module
from config.serve import serve
from triage.db import sqlite_module

EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
TABLE = "CREATE TABLE IF NOT EXISTS anchor (sid TEXT PRIMARY KEY, sender TEXT NOT NULL, body TEXT NOT NULL)"


def bare() -> Flask:
    """Answers and does nothing."""
    app = Flask("bare")
    app.add_url_rule("/sms/twilio", view_func=lambda: Response(EMPTY, content_type="text/xml"), methods=["POST"])
    return app


def anchor() -> Flask:
    """Checks the signature, stores one row by plain SQL, durably, answers."""
    settings = settings_module.read()
    store = _postgres_store(settings.database_url) if settings.database_url else _sqlite_store(settings.home / "anchor.db")
    return _storing(settings.public_url, store)


def _storing(public_url: str, store: Callable[[str, str, str], None]) -> Flask:
    app, validator = Flask("anchor"), RequestValidator(TOKEN)

    @app.post("/sms/twilio")
    def sms() -> Response:
        form = request.form
        if not validator.validate(f"{public_url}/sms/twilio", form, request.headers.get("X-Twilio-Signature", "")):
            abort(403)
        store(form["MessageSid"], form["From"], form["Body"])
        return Response(EMPTY, content_type="text/xml")

    return app


def _sqlite_store(path: Any) -> Callable[[str, str, str], None]:
    own, lock = threading.local(), threading.Lock()
    handle = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)

    def store(*row: str) -> None:
        if not hasattr(own, "connection"):
            own.connection = sqlite_module().connect(str(path), isolation_level=None, timeout=15)
            own.connection.execute("PRAGMA journal_mode=WAL")
            own.connection.execute("PRAGMA synchronous=FULL")
            own.connection.execute(TABLE)
        with lock:
            fcntl.flock(handle, fcntl.LOCK_EX)
            try:
                own.connection.execute("BEGIN IMMEDIATE")
                own.connection.execute("INSERT INTO anchor VALUES (?, ?, ?)", row)
                own.connection.execute("COMMIT")
            finally:
                fcntl.flock(handle, fcntl.LOCK_UN)

    return store


def _postgres_store(url: str) -> Callable[[str, str, str], None]:
    import psycopg

    own = threading.local()

    def store(*row: str) -> None:
        if not hasattr(own, "connection"):
            own.connection = psycopg.connect(url, autocommit=True)
        own.connection.execute("INSERT INTO anchor VALUES (%s, %s, %s)", row)

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")
        connection.execute(TABLE)
    return store


class Base(DeclarativeBase):
    """The library-default path's schema."""


class Row(Base):
    """One message as an object."""

    __tablename__ = "anchor"
    sid: Mapped[str] = mapped_column(Text, primary_key=True)
    sender: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(Text)
    state: Mapped[bytes] = mapped_column(LargeBinary)


def library() -> Flask:
    """Signature, langdetect on each message, one object by the ORM: what tutorials add up to, without sealing, triage or talk."""
    from langdetect import LangDetectException, detect

    settings = settings_module.read()
    url = make_url(settings.database_url).set(drivername="postgresql+psycopg") if settings.database_url else f"sqlite:///{settings.home}/l.db"
    engine = create_engine(url, connect_args={} if settings.database_url else {"timeout": 15})
    Base.metadata.create_all(engine, checkfirst=True)

    def store(sid: str, sender: str, body: str) -> None:
        try:
            lang = detect(body)
        except LangDetectException:
            lang = "en"
        with Session(engine) as session:
            if session.get(Row, sid) is None:
                session.add(Row(sid=sid, sender=sender, body=body, lang=lang, state=b"{}"))
            session.commit()

    return _storing(settings.public_url, store)


if __name__ == "__main__":
    serve(f"benchmarks.apps:{sys.argv[1]}", "127.0.0.1", int(sys.argv[2]), 2, 8)
