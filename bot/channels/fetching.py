"""Files of a message, fetched from the provider's own hosts alone, in pieces, and never more than may be kept."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from bot.channels import http as requests
from bot.channels.base import MayBeSent, RefusedForGood, SendError, TooLarge, TryLater

CHUNK = 64 * 1024
MAX_HOPS = 3
TIMEOUT = (5, 20)


@dataclass(frozen=True, slots=True)
class Place:
    """Where files may lie: the `host` or `host:port` of our provider, `plain` where the operator reaches it by http.

    A redirect may also lead to https hosts that end with one of `after`, to which no log-in is shown.
    """

    host: str
    plain: bool = False
    auth: tuple[str, str] | None = None
    after: tuple[str, ...] = ()


def download(session: requests.Session, url: str, limit: int, place: Place) -> bytes:
    """The file at `url`, `limit` bytes at most. Raises RefusedForGood for another place, TooLarge, TryLater."""
    for hop in range(MAX_HOPS):
        own = _at_home(url, place)
        if not own and not (hop and _follows(url, place)):
            raise RefusedForGood("not on the provider's host")
        auth = place.auth if own else None
        try:
            with session.get(url, auth=auth, stream=True, timeout=TIMEOUT, allow_redirects=False) as answer:
                if answer.status_code not in (301, 302, 303, 307, 308):
                    return _body(answer, limit)
                url = urljoin(url, answer.headers.get("Location", ""))
        except (requests.exceptions.InvalidURL, UnicodeError) as error:
            raise RefusedForGood("odd address") from error
        except requests.RequestException as error:
            raise TryLater("the file: the line broke") from error
    raise RefusedForGood("too many redirects")


def broken(error: requests.RequestException) -> SendError:
    """What a line that broke while sending means: surely not sent, or nobody knows."""
    text = repr(error)
    if isinstance(error, requests.ConnectionError) and ("NewConnectionError" in text or "refused" in text.lower()):
        return TryLater("no connection")
    return MayBeSent("the line broke")


def _at_home(url: str, place: Place) -> bool:
    parts = _split(url)
    return (
        parts is not None
        and parts.netloc.lower() == place.host.lower()
        and parts.scheme in (("http", "https") if place.plain else ("https",))
    )


def _follows(url: str, place: Place) -> bool:
    parts = _split(url)
    if parts is None or parts.scheme != "https" or "@" in parts.netloc or ":" in parts.netloc:
        return False
    return any(parts.netloc.lower().endswith(f".{end}") for end in place.after)


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _body(answer: requests.Response, limit: int) -> bytes:
    if answer.status_code in (404, 410, 403, 401):
        raise (RefusedForGood if answer.status_code in (404, 410) else TryLater)(f"the file: {answer.status_code}")
    if answer.status_code != 200:
        raise TryLater(f"the file: {answer.status_code}")
    told = answer.headers.get("Content-Length", "")
    if told.isdigit() and int(told) > limit:
        raise TooLarge(limit)
    found = bytearray()
    for piece in answer.iter_content(CHUNK):
        found += piece
        if len(found) > limit:
            raise TooLarge(limit)
    return bytes(found)
