"""The OpenID provider that vouches for people: what it says of itself, its keys, and the tokens it gives, all checked.

Authlib speaks the protocol (authorization code with PKCE, RFC 6749, RFC 7636, OpenID Connect Core). Added to it is what
it leaves to its user: that the provider is the one of the settings, and nothing is sent in the clear; signatures by a
public key alone; an audience; the issuer of the answer (RFC 9207); that both statements are of one person.
"""

from __future__ import annotations

import hmac
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from joserfc.errors import BadSignatureError, ExpiredTokenError, InvalidClaimError, JoseError

from monitor.settings_values import travels_in_the_clear

from .security import new_fault_id, one_line

_log = logging.getLogger("monitor.web")
logging.getLogger("authlib").setLevel(logging.INFO)  # its DEBUG writes down what the answer is checked with

SECONDS = 5.0
"""To connect, and between two bytes of an answer."""
LEEWAY_SECONDS = 60
_KNOWN_SECONDS = 3600.0
"""After which the provider is asked anew what it says of itself, and for its keys."""
_AWAY_SECONDS = 5.0
"""A provider that did not answer is not asked again for so long: those who wait would hold every thread."""
_AT_ONCE = 16
_LOGIN_CHARACTERS = 200
_DISCOVERY = "/.well-known/openid-configuration"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OPTIONAL = ("userinfo_endpoint", "end_session_endpoint")
# signatures that anybody can check and the provider alone can make: never `none`, never a shared secret
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
# errors of the token endpoint (RFC 6749, 5.2) that the sender of a used or foreign code brings about
_OF_THE_CODE = frozenset({"invalid_grant", "access_denied"})


@dataclass(frozen=True)
class OidcSettings:
    """What the settings say (docs/operators.md). `home`: under which people open the pages; `ca_file`: PEM."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    home: str
    claim: str = "preferred_username"
    ca_file: Path | None = None

    @property
    def callback(self) -> str:
        return f"{self.home.rstrip('/')}/login/oidc/callback"


@dataclass(frozen=True)
class Begun:
    """A question that a browser is sent away with, and what its answer will be checked with."""

    url: str = field(repr=False)
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class OidcError(Exception):
    """`code`: away, busy, setup, denied, token, clock, claim. `fault_id`: under which the log tells more."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code, self.fault_id = code, new_fault_id()
        _log.warning("OIDC %s %s: %s", code, self.fault_id, why)


class Provider:
    """Safe to use from many threads; asks for nothing until somebody signs in."""

    def __init__(self, settings: OidcSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._client = _Client(settings, clock)
        self._talks = threading.BoundedSemaphore(_AT_ONCE)

    def begin(self) -> Begun:
        """Raises OidcError."""
        with self._talking():
            made = self._client.create_authorization_url(self._settings.callback)
            return Begun(made["url"], made["state"], made["nonce"], made["code_verifier"])

    def login(self, code: str, begun: Begun, issuer: str | None) -> str:
        """Whom the provider vouches for, by the code that the browser brought. Raises OidcError.

        `issuer`: the parameter `iss` of the answer.
        """
        with self._talking():
            said = self._client.load_server_metadata()
            if issuer is None and said.get("authorization_response_iss_parameter_supported") is True:
                raise OidcError("token", "the answer does not say whose it is (iss)")
            if issuer is not None and issuer != self._settings.issuer:
                raise OidcError("token", "the answer is another provider's (iss)")
            token = self._client.fetch_access_token(
                redirect_uri=self._settings.callback, code=code, code_verifier=begun.verifier
            )
            claims = self._client.checked(token, begun.nonce)
            return self._login_in(self._client.more_claims(token, claims, self._settings.claim))

    def farewell(self) -> str | None:
        """Where somebody ends the session at the provider too; None where it offers nothing of the kind."""
        with self._talking():
            if not self._client.load_server_metadata().get("end_session_endpoint"):
                return None
            made = self._client.create_logout_url(
                f"{self._settings.home.rstrip('/')}/login", client_id=self._settings.client_id
            )
            return str(made["url"])

    def _login_in(self, claims: Mapping[str, Any]) -> str:
        name = self._settings.claim
        found = claims.get(name)
        if not isinstance(found, str) or not found or len(found) > _LOGIN_CHARACTERS or not found.isprintable():
            raise OidcError(
                "claim", f"no text in the claim {name}: let the provider send it, or set MONITOR_OIDC_CLAIM"
            )
        if name == "email" and claims.get("email_verified") is False:
            raise OidcError("claim", "the provider has not verified the mail address")
        return found

    @contextmanager
    def _talking(self) -> Iterator[None]:
        if not self._talks.acquire(blocking=False):
            raise OidcError("busy", "too many are signing in at once")
        try:
            with _told(self._settings):
                yield
        finally:
            self._talks.release()


class _Client(FlaskOAuth2App):  # type: ignore[misc]  # it ships no types
    """Authlib's client, which believes nothing of the provider before it is checked."""

    def __init__(self, settings: OidcSettings, clock: Callable[[], float]) -> None:
        super().__init__(
            FlaskIntegration("oidc"),
            "oidc",
            client_id=settings.client_id,
            client_secret=settings.secret,
            user_agent="plan-monitor",
            client_kwargs={
                "scope": "openid profile email" if settings.claim.startswith("email") else "openid profile",
                "code_challenge_method": "S256",
                "default_timeout": SECONDS,
                "max_redirects": 0,  # what goes to the provider goes nowhere else
                "trust_env": False,  # neither proxies nor authorities of the environment
                "verify": True if settings.ca_file is None else str(settings.ca_file),
            },
        )
        self._settings, self._clock = settings, clock
        self._lock = threading.Lock()
        self.server_metadata: dict[str, Any] = {}
        self._known_at = self._away_at = float("-inf")

    def load_server_metadata(self) -> dict[str, Any]:
        """What the provider says of itself, asked once an hour; the last word counts while it is away."""
        with self._lock:
            now = self._clock()
            if now - self._known_at < _KNOWN_SECONDS:
                return self._known()
            if now - self._away_at < _AWAY_SECONDS:
                if self.server_metadata:
                    return self._known()
                raise OidcError("away", "the provider did not answer some seconds ago")
            try:
                found = self._ask(self._settings.issuer.rstrip("/") + _DISCOVERY)
            except requests.RequestException:
                self._away_at = self._clock()
                if self.server_metadata:
                    return self._known()
                raise
            self.server_metadata = self._checked_metadata(found)
            self.client_kwargs["token_endpoint_auth_method"] = _auth_method(found)
            self._known_at = self._clock()
            return self._known()

    def fetch_jwk_set(self, force: bool = False) -> dict[str, Any]:
        said = self.load_server_metadata()
        if force or "jwks" not in said:
            found = self._ask(said["jwks_uri"])
            keys = found.get("keys")
            if not isinstance(keys, list) or not keys or not all(isinstance(key, dict) for key in keys):
                raise OidcError("setup", "the provider publishes no keys at its jwks_uri")
            self.server_metadata["jwks"] = {"keys": keys}
        return dict(self.server_metadata["jwks"])

    def checked(self, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """The claims of the ID token, every one of them checked."""
        if not isinstance(token.get("id_token"), str):
            raise OidcError("token", "the provider gave no ID token: is `openid` among the client's scopes?")
        try:
            return self._parse(token, nonce)
        except BadSignatureError:  # a new key under the old name
            self.fetch_jwk_set(force=True)
            return self._parse(token, nonce)

    def more_claims(self, token: Mapping[str, Any], claims: Mapping[str, Any], wanted: str) -> Mapping[str, Any]:
        """The claims, and those of the userinfo endpoint where the one that is wanted stands there alone."""
        if wanted in claims or not self.load_server_metadata().get("userinfo_endpoint"):
            return claims
        found = self.userinfo(token=dict(token))
        # OpenID Connect Core 5.3.2: else an access token of somebody else would name somebody else
        if not hmac.compare_digest(str(found.get("sub")).encode(), str(claims["sub"]).encode()):
            raise OidcError("token", "userinfo is about somebody else (sub)")
        return {**found, **claims}

    def _parse(self, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        options = {
            "iss": {"essential": True, "value": self._settings.issuer},
            "aud": {"essential": True, "value": self.client_id},
            "sub": {"essential": True},
        }
        found: Mapping[str, Any] = self.parse_id_token(token, nonce, claims_options=options, leeway=LEEWAY_SECONDS)
        return found

    def _known(self) -> dict[str, Any]:
        return dict(self.server_metadata)

    def _ask(self, url: str) -> dict[str, Any]:
        with self._get_session() as session:
            answer = session.request("GET", url, withhold_token=True)
            answer.raise_for_status()
            found = answer.json()
        if not isinstance(found, dict):
            raise OidcError("setup", "the provider answers with no JSON object")
        return found

    def _checked_metadata(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """The part that is used; the rest would become options of the client."""
        if found.get("issuer") != self._settings.issuer:
            said = one_line(ValueError(found.get("issuer")))
            raise OidcError("setup", f"the provider calls itself otherwise, write MONITOR_OIDC_ISSUER so: {said}")
        for name in _ENDPOINTS:
            if not isinstance(found.get(name), str) or travels_in_the_clear(found[name]):
                raise OidcError("setup", f"the provider names no https address as its {name}")
        kept: dict[str, Any] = {name: found[name] for name in ("issuer", *_ENDPOINTS)}
        for name in _OPTIONAL:
            if isinstance(found.get(name), str) and not travels_in_the_clear(found[name]):
                kept[name] = found[name]
        given = found.get("id_token_signing_alg_values_supported") or ["RS256"]
        kept["id_token_signing_alg_values_supported"] = [name for name in _ALGORITHMS if name in given]
        if not kept["id_token_signing_alg_values_supported"]:
            raise OidcError("setup", "the provider signs in no way that a public key could check")
        says_its_name = "authorization_response_iss_parameter_supported"
        kept[says_its_name] = found.get(says_its_name) is True
        return kept


def _auth_method(found: Mapping[str, Any]) -> str:
    """How the client shows its secret: as the standard has it, else in the form, where only that is taken."""
    given = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return "client_secret_basic" if "client_secret_basic" in given else "client_secret_post"


@contextmanager
def _told(settings: OidcSettings) -> Iterator[None]:
    """Every failure as an OidcError whose reason holds neither code, token nor secret."""
    try:
        yield
    except OidcError:
        raise
    except requests.exceptions.SSLError as error:
        raise OidcError(
            "setup", f"its certificate does not hold, see MONITOR_OIDC_CA_FILE: {one_line(error)}"
        ) from None
    except (requests.exceptions.TooManyRedirects, requests.exceptions.InvalidJSONError) as error:
        raise OidcError("setup", f"{settings.issuer} does not answer as a provider: {one_line(error)}") from None
    except requests.RequestException as error:
        answered = error.response is not None and error.response.status_code < 500
        raise OidcError("setup" if answered else "away", one_line(error)) from None
    except OAuthError as error:
        why = str(error.error)[:60]
        code = "denied" if why in _OF_THE_CODE else "setup"
        raise OidcError(code, f"the provider refuses: {one_line(ValueError(why))}") from None
    except (ExpiredTokenError, InvalidClaimError) as error:
        of_time = isinstance(error, ExpiredTokenError) or getattr(error, "claim", None) in ("exp", "iat", "nbf")
        raise OidcError("clock" if of_time else "token", one_line(error)) from None
    except JoseError as error:
        raise OidcError("token", one_line(error)) from None
    except (ValueError, TypeError, KeyError, AttributeError, RuntimeError) as error:
        # an answer of another shape than the standard's; its text may be the answer itself
        raise OidcError("setup", f"the provider's answer makes no sense ({type(error).__name__})") from None
