"""A small OpenID provider with keys of its own, which does whatever a test wants of it: also what none should."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from joserfc.jws import JWSRegistry

CLIENT = "plan-monitor"
SECRET = secrets.token_urlsafe(16)
Twist = Callable[[dict[str, Any]], dict[str, Any]]


def key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})


def signed(claims: dict[str, Any], by: ECKey | OctKey, alg: str = "ES256", kid: str | None = "one") -> str:
    header = {"alg": alg} if kid is None else {"alg": alg, "kid": kid}
    return jwt.encode(header, claims, by, registry=JWSRegistry(algorithms=[alg]))


def unsigned(claims: dict[str, Any], alg: str = "none") -> str:
    return ".".join(_coded(json.dumps(one).encode()) for one in ({"alg": alg, "kid": "one"}, claims)) + "."


def sealed(claims: dict[str, Any], secret: bytes) -> str:
    """By HMAC over whatever it is: the libraries refuse to take a public key for a secret."""
    text = unsigned(claims, "HS256")
    return text + _coded(hmac.digest(secret, text[:-1].encode(), "sha256"))


def _coded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


@dataclass
class Provider:
    """Each of the fields may be changed by a test; `reset` makes it honest again."""

    issuer: str = ""
    first: ECKey = field(default_factory=lambda: key("one"))
    key: ECKey = field(init=False)
    published: list[dict[str, Any]] = field(init=False)
    metadata: dict[str, Any] = field(default_factory=dict)
    claims: Twist = lambda claims: claims
    token: Callable[[dict[str, Any]], str] | None = None
    answer: Twist = lambda answer: answer
    userinfo: dict[str, Any] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.key = self.first
        self.published = [self.key.as_dict(private=False)]

    def reset(self) -> None:
        self.__dict__.update(Provider(self.issuer, self.first).__dict__)

    def grant(self, url: str, **claims: Any) -> dict[str, str]:
        """What the browser brings back once its owner has signed in at `url`: the query of the callback."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked | {"claims": json.dumps(claims)}
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def described(self) -> dict[str, Any]:
        base = self.issuer
        return {
            "issuer": base, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/jwks", "userinfo_endpoint": f"{base}/me", "end_session_endpoint": f"{base}/end",
            "id_token_signing_alg_values_supported": ["ES256", "RS256"], "response_types_supported": ["code"],
            "authorization_response_iss_parameter_supported": True,
        } | self.metadata  # fmt: skip

    def exchange(self, form: dict[str, list[str]], authorization: str) -> tuple[int, dict[str, Any]]:
        given = {name: values[0] for name, values in form.items()}
        if authorization != "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode():
            return 401, {"error": "invalid_client"}
        known = self.codes.pop(given.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
        if (
            known is None
            or given.get("redirect_uri") != known["redirect_uri"]
            or challenge.rstrip(b"=").decode() != known["code_challenge"]
        ):
            return 400, {"error": "invalid_grant", "error_description": f"code {given.get('code')} of {SECRET}"}
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": known["client_id"], "sub": "248289", "iat": now, "exp": now + 300,
            "nonce": known["nonce"],
        } | json.loads(known["claims"])  # fmt: skip
        claims = {name: value for name, value in self.claims(claims).items() if value is not None}
        token = self.token(claims) if self.token else signed(claims, self.key)
        answer = {"access_token": "access-token-of-ours", "token_type": "Bearer", "id_token": token}
        return 200, self.answer(answer)


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            found = {
                "/.well-known/openid-configuration": provider.described(),
                "/jwks": {"keys": provider.published},
                "/me": provider.userinfo,
            }.get(path, {})
            self.say(path, 200, found)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.say("/token", *provider.exchange(parse_qs(body), self.headers.get("Authorization", "")))

        def say(self, path: str, status: int, answer: Any) -> None:
            provider.asked.append(path)
            status = provider.status.get(path, status)
            body = json.dumps(answer).encode()
            self.send_response(status)
            if status in (302, 307):
                self.send_header("Location", f"{provider.issuer}/elsewhere")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


def certificate(folder: Path, host: str = "127.0.0.1") -> Path:
    """A certificate that signs itself, with its key, in one file."""
    own, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(own.public_key())
        .serial_number(1).not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(own, hashes.SHA256())
    )  # fmt: skip
    path = folder / f"{host}.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path.write_bytes(made.public_bytes(pem) + own.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return path


@contextmanager
def running(certified: Path | None = None) -> Iterator[Provider]:
    """`certified`: over TLS with that certificate."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    if certified is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certified)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        provider.issuer = f"https://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)
