"""What is shipped to run the hotline elsewhere is right by its own field's tools, and gives each process only what it may hold."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.channels.gateway import PATH as GATEWAY_PATH
from config.settings import SPECS

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent
PRIVATE = {"hot.key", "delivery.key"}
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
# Which process may hold which private half, whatever it runs on. `setup` publishes the public halves and migrates.
MAY = {"web": set(), "dashboard": set(), "clock": set(), "worker": PRIVATE, "setup": PRIVATE}
HARDENED = ("NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "CapabilityBoundingSet=", "ProtectHome=yes", "UMask=0077")


def tool(*words: str, folder: Path = ROOT) -> str:
    """What a tool says; fails where it finds a fault."""
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def compose() -> dict[str, Any]:
    return dict(YAML(typ="safe").load(DEPLOY / "compose.yaml"))


def documents() -> list[dict[str, Any]]:
    return [dict(found) for path in MANIFESTS for found in YAML(typ="safe").load_all(path)]


def test_the_compose_file_is_one_and_every_secret_it_names_is_made() -> None:
    tool(str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml"))
    found = compose()
    assert {name for name, about in found["services"].items() if about.get("image") == "mekong-hotline"} == set(MAY)
    for service in found["services"].values():
        for secret in service.get("secrets", ()):
            assert (secret if isinstance(secret, str) else secret["source"]) in found["secrets"]


def test_each_container_holds_only_its_own_keys_and_may_nothing() -> None:
    for name, service in compose()["services"].items():
        held = {secret["target"].rsplit("/", 1)[1] for secret in service.get("secrets", ()) if isinstance(secret, dict)}
        assert held & PRIVATE == MAY.get(name, set()), name
        if name in MAY:
            assert service["read_only"] and service["cap_drop"] == ["ALL"] and service["user"] == "10001:10001"
            assert service["security_opt"] == ["no-new-privileges:true"] and "ports" not in service


def test_every_secret_of_the_compose_file_is_made_once_and_the_processes_know_them(tmp_path: Path) -> None:
    tool(sys.executable, str(DEPLOY / "make_secrets.py"), str(tmp_path / "s"))
    wanted = {Path(about["file"]).relative_to("secrets") for about in compose()["secrets"].values()}
    made = {path.relative_to(tmp_path / "s"): path.read_bytes() for path in (tmp_path / "s").rglob("*") if path.is_file()}
    assert wanted <= set(made) and set(made) - wanted == {Path("recovery.key")}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "s").rglob("*"))
    assert tool(sys.executable, str(DEPLOY / "make_secrets.py"), str(tmp_path / "s")) == ""
    assert made == {path.relative_to(tmp_path / "s"): path.read_bytes() for path in (tmp_path / "s").rglob("*") if path.is_file()}


def test_the_image_runs_as_nobody_and_holds_everything_that_is_copied() -> None:
    text = (ROOT / "Dockerfile").read_text()
    copied = [word for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.M) for word in line.split()[:-1]]
    assert copied and all((ROOT / path).exists() for path in copied)
    assert re.findall(r"^USER (.+)$", text, re.M) == ["10001:10001"] and "--require-hashes" in text
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".git", "var", "deploy/secrets"} <= set(ignored)


def test_what_the_image_installs_is_locked_and_is_no_test_tool() -> None:
    def names(path: Path) -> dict[str, str]:
        return dict(re.findall(r"^([A-Za-z0-9_.\[\]-]+)==([^ ;\\]+)", path.read_text(), re.M))

    image, everything = names(DEPLOY / "requirements.lock"), names(ROOT / "requirements.lock")
    assert len(image) > 30 and image.items() <= everything.items() and not {"pytest", "playwright", "ruff"} & set(image)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units beside a program that is there."""
    program = tmp_path / "hotline"
    shutil.copy("/bin/true", program)
    for path in (DEPLOY / "systemd").glob("hotline*"):
        text = path.read_text().replace("/opt/hotline/.venv/bin/hotline", str(program))
        (tmp_path / path.name).write_text(re.sub(r"^(User=.*|Documentation=.*)\n", "", text, flags=re.M))
    return tmp_path


def test_the_units_are_right_for_systemd(units: Path) -> None:
    program = shutil.which("systemd-analyze")
    assert program, "systemd-analyze is missing: on Debian, apt-get install systemd"
    said = tool(program, "verify", *(str(path) for path in units.glob("hotline*.[st]*")))
    assert said.strip() == ""


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_each_unit_is_locked_in_and_holds_only_its_own_keys(path: Path) -> None:
    lines, name = path.read_text().splitlines(), path.stem.removeprefix("hotline-")
    assert [line for line in HARDENED if line not in lines] == []
    assert f"User=hotline-{name}" in lines and f"u hotline-{name} " in (DEPLOY / "systemd" / "sysusers.conf").read_text()
    given = {match[1] for line in lines if (match := re.match(r"LoadCredential=([^:]+):", line))}
    assert given & PRIVATE == MAY[name]
    assert {match[1] for line in lines for match in re.finditer(r"=%d/(\w+)", line)} <= given


def test_the_manifests_are_right_for_kubernetes() -> None:
    for path in MANIFESTS:
        tool(str(BIN / "kubernetes-validate"), "--strict", str(path))
    kinds = {document["kind"] for document in documents()}
    assert kinds == {"Namespace", "ConfigMap", "NetworkPolicy", "Deployment", "Service", "PodDisruptionBudget", "Job"}


def test_each_pod_may_nothing_holds_only_its_own_keys_and_says_when_it_is_ready() -> None:
    pods = {found["metadata"]["labels"]["process"]: found["spec"] for found in documents() if found["kind"] in ("Deployment", "Job")}
    assert set(pods) == set(MAY)
    for name, about in pods.items():
        spec = about["template"]["spec"]
        (one,) = spec["containers"]
        assert spec["securityContext"]["runAsNonRoot"] and not spec["automountServiceAccountToken"]
        locked = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
        assert one["securityContext"] == locked
        keys = {item["path"] for volume in spec["volumes"] if volume["name"] == "keys" for item in volume["secret"]["items"]}
        assert keys & PRIVATE == MAY[name]
        assert not any("valueFrom" in variable for variable in one["env"]), "secrets are files"
        if name in ("web", "dashboard"):
            assert one["readinessProbe"]["httpGet"]["path"] == "/readyz" and one["livenessProbe"]["httpGet"]["path"] == "/healthz"
        if name != "setup":
            assert about["replicas"] > 1 and about["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_no_pod_talks_with_anybody_by_default() -> None:
    policies = {found["metadata"]["name"]: found["spec"] for found in documents() if found["kind"] == "NetworkPolicy"}
    assert policies["nobody"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    (who,) = policies["providers"]["podSelector"]["matchExpressions"]
    assert who["values"] == ["worker", "clock"]


def test_every_setting_that_is_given_is_one() -> None:
    known = {spec.name for spec in SPECS}
    for path in (*UNITS, *MANIFESTS, DEPLOY / "compose.yaml", DEPLOY / "systemd" / "environment"):
        named = set(re.findall(r"\b(?:HOTLINE|TWILIO|TELEGRAM)_[A-Z_]+\b", path.read_text()))
        assert {name.removesuffix("_FILE") for name in named} - {"HOTLINE_SITE", "HOTLINE_DESK_SITE"} <= known, path


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_the_proxy_keeps_the_host_forgets_the_caller_and_hides_the_inside(name: str) -> None:
    text = (DEPLOY / "proxy" / name).read_text()
    assert ("access_log off" in text and "$remote_addr" in text) or ("{remote_host}" in text and "\tlog\n" not in text)
    assert text.count("Host $host;") == 2 or text.count("header_up Host {host}") == 2
    assert "Strict-Transport-Security" in text and "readyz" in text and "metrics" in text
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_a_machine_on_plain_http_is_refused_and_a_browser_is_led_to_https(name: str) -> None:
    text = (DEPLOY / "proxy" / name).read_text()
    plain = text.split("http://{$HOTLINE_SITE} {" if name == "Caddyfile" else "listen 80;")[1].split("listen 443" if name != "Caddyfile" else "\n{$HOTLINE_SITE} {")[0]
    doors = {rule.partition("/")[2].partition("/")[0] for rule in ("/sms/twilio", "/telegram/webhook", GATEWAY_PATH)}
    assert all(door in plain for door in doors) and "403" in plain
    assert "https://" in plain and not re.search(r"proxy_pass|reverse_proxy", plain)


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_people_are_served_by_tls_of_today_and_hsts_for_two_years(name: str) -> None:
    text = (DEPLOY / "proxy" / name).read_text()
    assert 'Strict-Transport-Security "max-age=63072000; includeSubDomains"' in text
    # Caddy's own default is 1.2 and 1.3, with its own certificates; nginx is told so, once for each site.
    assert not re.search(r"SSLv|TLSv1(?!\.[23])|tls1\.[01]|tls_insecure|tls internal", text)
    assert name == "Caddyfile" or text.count("ssl_protocols TLSv1.2 TLSv1.3;") == 2


def test_web_and_desk_are_on_inner_networks_alone() -> None:
    found = compose()
    inner = {name for name, about in found["networks"].items() if (about or {}).get("internal")}
    for name in ("web", "dashboard", "database", "redis"):
        assert set(found["services"][name]["networks"]) <= inner, name
        assert "ports" not in found["services"][name], name


def test_cipher_suites_are_few_with_forward_secrecy_and_the_strongest_first() -> None:
    listed = re.findall(r"ssl_ciphers (.+);", (DEPLOY / "proxy" / "nginx.conf").read_text())
    assert len(listed) == 2
    for suites in (text.split(":") for text in listed):
        assert suites[0].endswith("AES256-GCM-SHA384") and suites[-1].endswith("AES128-GCM-SHA256")
        assert all(re.fullmatch(r"ECDHE-(ECDSA|RSA)-(AES(128|256)-GCM-SHA(256|384)|CHACHA20-POLY1305)", suite) for suite in suites)
    # Caddy's own list is such a one, as long as nobody writes another.
    assert not re.search(r"^\s*(ciphers|curves|protocols tls)", (DEPLOY / "proxy" / "Caddyfile").read_text(), re.MULTILINE)
