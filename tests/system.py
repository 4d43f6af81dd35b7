"""What tests need from the system: browsers, fonts for the seven languages, some tools. Found, or installed, or named in one line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A character of each script, and the Debian package that brings a font for it.
FONTS = {"1780": "fonts-khmeros", "0e81": "fonts-lao", "1000": "fonts-sil-padauk", "0e01": "fonts-thai-tlwg", "4e2d": "fonts-wqy-microhei"}
# Programs, and the Debian package of each: what traces, what makes hosts of one machine, what checks the units.
TOOLS = {"strace": "strace", "w3m": "w3m", "ip": "iproute2", "nsenter": "util-linux", "systemd-analyze": "systemd"}
INSTALL = ("apt-get", "install", "-y", "-qq", "--no-install-recommends")


def browser() -> str | None:
    """The path of a Chromium, if there is one."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def missing_fonts() -> list[str]:
    """The packages of fonts that no installed font stands in for."""
    if shutil.which("fc-list") is None:
        return ["fontconfig", *FONTS.values()]
    found = []
    for code, package in FONTS.items():
        listed = subprocess.run(["fc-list", f":charset={code}", "family"], capture_output=True, text=True, check=False).stdout
        if not listed.strip():
            found.append(package)
    return found


def missing() -> list[str]:
    """The Debian packages to install."""
    return ([] if browser() else ["chromium"]) + [package for tool, package in TOOLS.items() if not shutil.which(tool)] + missing_fonts()


def main() -> int:
    """Installs what is missing where that is allowed; 1 where it is not."""
    wanted = missing()
    if wanted and os.geteuid() == 0 and shutil.which("apt-get"):
        environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environ, check=False, stdout=subprocess.DEVNULL)
        subprocess.run([*INSTALL, *wanted], env=environ, check=False, stdout=subprocess.DEVNULL)
        wanted = missing()
    if wanted:
        print(f"tests need: {' '.join(wanted)}. On Debian: sudo {' '.join(INSTALL[:2])} {' '.join(wanted)}")
        return 1
    print(f"browser: {browser()}; fonts for seven languages: found; {', '.join(TOOLS)}: found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
