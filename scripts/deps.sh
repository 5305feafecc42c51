#!/usr/bin/env bash
# Finds what the tests need besides Go: a C compiler for the race detector,
# PostgreSQL's server programs and Chromium. Installs what is missing on Debian
# as root; elsewhere says in one line what to install, and fails. Programs that
# it is given the names of, which are their packages' too, are needed as well.
set -euo pipefail

oldest_postgres=14

find_compiler() {
	local name
	for name in "${CC:-}" gcc clang cc; do
		if [[ -n $name ]] && command -v "$name"; then
			return
		fi
	done
	return 1
}

find_postgres() {
	local dir version
	for dir in "$(pg_config --bindir 2>/dev/null || true)" \
		$(printf '%s\n' /usr/lib/postgresql/*/bin | sort --version-sort --reverse) \
		"$(dirname -- "$(command -v postgres || true)")"; do
		if [[ -x $dir/postgres && -x $dir/initdb ]]; then
			version=$("$dir/postgres" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
			if ((version >= oldest_postgres)); then
				echo "$dir"
				return
			fi
		fi
	done
	return 1
}

find_chromium() {
	local name
	for name in "${CHROME:-}" chromium chromium-browser google-chrome google-chrome-stable \
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
		if [[ -n $name ]] && command -v "$name"; then
			return
		fi
	done
	return 1
}

missing=()
find_compiler >/dev/null || missing+=(gcc libc6-dev)
find_postgres >/dev/null || missing+=(postgresql)
find_chromium >/dev/null || missing+=(chromium)
for program in "$@"; do
	command -v "$program" >/dev/null || missing+=("$program")
done

if ((${#missing[@]})); then
	if [[ ! -f /etc/debian_version || $(id -u) -ne 0 ]]; then
		echo "deps: missing: ${missing[*]}; install a C compiler, the PostgreSQL server ($oldest_postgres or newer) and Chromium (CHROME names it in an unusual place), then try again" >&2
		exit 1
	fi
	echo "deps: installing ${missing[*]} with apt-get"
	# The tests start servers of their own; Debian's package would start one more.
	if [[ " ${missing[*]} " == *" postgresql "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
		mkdir -p /etc/postgresql-common/createcluster.d
		echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/no-main-cluster.conf
	fi
	export DEBIAN_FRONTEND=noninteractive
	apt-get -qq update
	apt-get -qq install --yes --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}" >/dev/null
fi

if ! compiler=$(find_compiler) || ! postgres=$(find_postgres) || ! chromium=$(find_chromium); then
	echo "deps: still missing after the installation: a C compiler, PostgreSQL $oldest_postgres or newer, or Chromium" >&2
	exit 1
fi
echo "deps: $compiler, $postgres, $chromium"
