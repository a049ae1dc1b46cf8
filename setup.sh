#!/bin/sh
# Sets up everything the demo or the tests need: Debian packages, virtual environment, pinned
# Python packages. A second run finds the stamp of the first and does nothing.
#   sh setup.sh demo|test
set -eu
cd "$(dirname "$0")"
purpose=${1:-demo}

say() { printf '%s\n' "$*" >&2; }
installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }

# libzbar0: the second QR reader. fonts: Chinese on printed tickets.
wanted="libzbar0 fonts-droid-fallback"
# mosquitto, socat: real broker and real line faults in the tests. poppler: reads printed sheets
# back. systemd: checks the units. gstreamer: a simulated camera that speaks real RTSP.
[ "$purpose" = test ] && wanted="$wanted mosquitto socat poppler-utils systemd \
    python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good \
    gstreamer1.0-plugins-bad"
# chromium: opens the inspector's page. Any that is there will do.
[ "$purpose" = test ] && ! command -v chromium >/dev/null 2>&1 && wanted="$wanted chromium"

python=
for name in python3.11 python3.12 python3.13 python3; do
    if command -v "$name" >/dev/null 2>&1 &&
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    say "没有找到 Python 3.11 或更新版本。请管理员执行：apt-get install python3 python3-venv"
    say "Python 3.11 or newer was not found. Ask the administrator for: apt-get install python3 python3-venv"
    exit 2
fi

stamp=".venv/ready-$purpose-$(cat setup.sh requirements.txt pyproject.toml | sha256sum | cut -c1-16)"
[ -e "$stamp" ] && exit 0

missing=
for package in $wanted; do installed "$package" || missing="$missing $package"; done
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
if [ -n "$missing" ]; then
    root=
    [ "$(id -u)" = 0 ] || root="sudo -n"
    say "正在安装系统软件包 / installing Debian packages:$missing"
    if ! { $root apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $missing; } \
        >/tmp/weighhouse-apt.$$ 2>&1; then
        say "无法安装系统软件包。请管理员执行：apt-get install$missing"
        say "Debian packages could not be installed. Ask the administrator for: apt-get install$missing"
        tail -n 3 /tmp/weighhouse-apt.$$ >&2
        case "$missing" in *python3-venv*) exit 2 ;; esac
        [ "$purpose" = test ] && exit 2
    fi
    rm -f /tmp/weighhouse-apt.$$
fi

[ -x .venv/bin/python ] || "$python" -m venv .venv
say "正在安装 Python 软件包（首次约一分钟） / installing Python packages (about a minute the first time)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
rm -f .venv/ready-"$purpose"-*
touch "$stamp"
