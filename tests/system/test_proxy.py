"""deploy/nginx.conf before `monitor serve`: TLS, forwarded headers, limits, a word while away; compose; the unit."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
import trustme
import yaml

CHECKOUT = Path(__file__).parents[2]
NAME = "monitor.example.org"
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/monitor.conf;
}}
"""


def free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


@dataclass
class Front:
    """The proxy at its two ports, and the server behind it."""

    tls: int
    plain: int
    folder: Path
    server: subprocess.Popen[str]

    def ask(self, path: str, *, method: str = "GET", plain: bool = False, **options: object) -> requests.Response:
        """As a browser that finds the name in its DNS; no redirect is followed."""
        session = requests.Session()
        session.trust_env = False
        scheme, port = ("http", self.plain) if plain else ("https", self.tls)
        headers = {"Host": f"{NAME}:{port}", **options.pop("headers", {})}  # type: ignore[dict-item]
        return session.request(
            method, f"{scheme}://127.0.0.1:{port}{path}", headers=headers, verify=str(self.folder / "ca.pem"),
            allow_redirects=False, timeout=20, **options,  # type: ignore[arg-type]
        )  # fmt: skip


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    assert program, "this test needs nginx: apt-get install nginx-light"
    folder = tmp_path_factory.mktemp("proxy")
    tls, plain, behind = free_ports(3)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate = authority.issue_cert(NAME, "127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(folder / "monitor.pem")
    certificate.private_key_pem.write_to_path(folder / "monitor.key")
    text = (CHECKOUT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (
        ("listen 443 ", f"listen {tls} "), ("listen 80;", f"listen {plain};"),
        ("127.0.0.1:8050", f"127.0.0.1:{behind}"), ("/etc/nginx/monitor.", f"{folder}/monitor."),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    (folder / "monitor.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    nginx = [program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    tried = subprocess.run([*nginx, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0 and "warn" not in tried.stderr, tried.stderr
    environment = {"MONITOR_TRUSTED_PROXY": "127.0.0.1", "MONITOR_STORE": str(folder / "data" / "monitor.duckdb")}
    server = subprocess.Popen(
        [sys.executable, "-m", "monitor", "serve", "--port", str(behind)], cwd=folder,
        env={**environment, "PYTHONPATH": str(CHECKOUT), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    proxy = subprocess.Popen(nginx)
    try:
        assert server.stdout is not None and "http://" in server.stdout.readline()
        made = Front(tls, plain, folder, server)
        deadline = time.monotonic() + 20
        while not (folder / "nginx.pid").exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield made
    finally:
        for process in (proxy, server):
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def test_people_come_by_tls_alone(front: Front) -> None:
    page = front.ask("/login")
    assert page.status_code == 200 and "login" in page.text
    assert page.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "nginx/" not in page.headers.get("Server", "")
    moved = front.ask("/login?x=1", plain=True)
    assert moved.status_code == 301 and moved.headers["Location"] == f"https://{NAME}/login?x=1"
    assert front.ask("/api/v1/scorecard", plain=True).status_code == 403
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)), socket.create_connection(("127.0.0.1", front.tls)) as raw:
        old.wrap_socket(raw)


def test_somebody_signs_in_and_the_session_is_kept_for_tls(front: Front) -> None:
    login, once = (front.folder / "data" / "first-password").read_text(encoding="utf-8").split()
    own = {"Origin": f"https://{NAME}:{front.tls}", "Sec-Fetch-Site": "same-origin"}
    answer = front.ask("/login", method="POST", data={"login": login, "password": once}, headers=own)
    assert answer.status_code == 303, answer.text
    cookie = answer.headers["Set-Cookie"]
    assert "__Host-" in cookie and "Secure" in cookie and "HttpOnly" in cookie
    strange = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    crossing = front.ask("/login", method="POST", data={"login": login, "password": once}, headers=strange)
    assert crossing.status_code == 403


def test_what_a_client_says_of_itself_is_not_passed_on(front: Front) -> None:
    forged = {"X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example", "Forwarded": "for=9.9.9.9;proto=http"}
    page = front.ask("/nowhere", headers=forged)
    assert page.status_code in {302, 303}
    assert "evil.example" not in page.headers["Location"]
    assert "Strict-Transport-Security" in page.headers  # it came by TLS, whatever it says


def test_measures_are_for_this_machine_and_large_bodies_stop_at_the_proxy(front: Front) -> None:
    assert front.ask("/metrics").status_code == 401  # from this machine it reaches the program, which wants a token
    block = re.search(r"location = /metrics \{(.*?)\}", (CHECKOUT / "deploy" / "nginx.conf").read_text(), re.DOTALL)
    assert block is not None and "deny  all;" in block[1]
    with socket.create_connection(("127.0.0.1", front.tls)) as raw:
        context = ssl.create_default_context(cafile=str(front.folder / "ca.pem"))
        with context.wrap_socket(raw, server_hostname=NAME) as sent:
            sent.sendall(f"POST /api/v1/files HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 120000000\r\n\r\n".encode())
            assert sent.recv(100).startswith(b"HTTP/1.1 413")


def test_while_the_program_is_away_people_are_told_when_to_come_back(front: Front) -> None:
    front.server.send_signal(signal.SIGTERM)
    assert front.server.wait(timeout=30) == 0
    away = front.ask("/")
    away.encoding = "utf-8"
    assert away.status_code == 503 and away.headers["Retry-After"] == "30"
    assert "升级" in away.text and "upgraded" in away.text


def test_the_composed_services_are_those_of_image_and_example() -> None:
    composed = yaml.safe_load((CHECKOUT / "compose.yaml").read_text(encoding="utf-8"))
    program, proxy = composed["services"]["monitor"], composed["services"]["proxy"]
    assert program["environment"]["MONITOR_TRUSTED_PROXY"] == proxy["networks"]["inside"]["ipv4_address"]
    assert program["read_only"] and program["cap_drop"] == ["ALL"] and "ports" not in program
    dockerfile = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")
    mounted = {volume.split(":")[1] for volume in program["volumes"]}
    assert mounted == {"/data", program["environment"]["MONITOR_BACKUP_FOLDER"]}
    assert all(folder in dockerfile.split("\nFROM ")[-1] for folder in mounted)
    example = (CHECKOUT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert example.count("127.0.0.1:8050") == 1 and "s/127.0.0.1:8050/monitor:8050/" in proxy["command"]
    assert {volume.split(":")[1] for volume in proxy["volumes"]} == {
        "/deploy/nginx.conf", *re.findall(r"ssl_certificate(?:_key)?\s+(\S+);", example),
    }  # fmt: skip


def test_the_service_is_one_that_systemd_takes(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    assert program, "this test needs systemd-analyze: apt-get install systemd"
    unit = tmp_path / "plan-monitor.service"
    text = (CHECKOUT / "deploy" / "plan-monitor.service").read_text(encoding="utf-8")
    unit.write_text(text.replace("/opt/plan-monitor/current/bin/monitor", sys.executable), encoding="utf-8")
    tried = subprocess.run([program, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (tried.returncode, [line for line in tried.stderr.splitlines() if "plan-monitor" in line]) == (0, [])
    command = [program, "security", "--offline=true", "--threshold=30", str(unit)]
    judged = subprocess.run(command, capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout[-500:] + judged.stderr
