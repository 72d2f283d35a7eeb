"""What may stand in front of the server and vouch for people: a proxy, an OpenID provider. Knows of no protocol."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask

from monitor.access.signing import Access

from .identity import Cookies, Person, session_asking
from .proxied import FromProxy, Network
from .vouching import HeaderMode

if TYPE_CHECKING:
    from .oidc_provider import OidcSettings
    from .signing_in import SigningIn


@dataclass(frozen=True)
class Front:
    """As the settings have it: `proxy` is believed about addresses, and with `header` about who asks, too."""

    proxy: Network | None = None
    header: str | None = None
    oidc: OidcSettings | None = None


NOTHING = Front()


def asking_behind(front: Front, access: Access, cookies: Cookies, *, demo: bool = False) -> Callable[[], Person]:
    """A function that tells whose request is under way: by the proxy's word, else by the session's cookie."""
    return HeaderMode(access).asking if front.header is not None else session_asking(access, cookies, demo=demo)


def stand_behind(server: Flask, front: Front, signing: SigningIn) -> None:
    """To be called when everything else hangs on the server: nothing of it sees what only a proxy may say."""
    if front.header is not None:
        signing.by_header = HeaderMode(signing.access).notice
    if front.oidc is not None:
        from .oidc import serve_oidc  # what speaks the protocol takes a while to load
        from .oidc_provider import Provider

        serve_oidc(server, signing, Provider(front.oidc))
    server.wsgi_app = FromProxy(server.wsgi_app, front.proxy, front.header)  # type: ignore[method-assign]
