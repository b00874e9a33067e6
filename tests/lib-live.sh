# For tests against real servers: tests/live/server/NAME starts and ends them.
#	start_server NAME	its variables are set; else the test is skipped
#	stop_server NAME
#	until_ok SECONDS COMMAND...	tried until it succeeds, or so long
#	survives_kills SOURCE	kills sweeps of it; the store has all, once

servers=
trap 'stop_servers; rm -rf "$TMP"' EXIT

start_server() {
	servers="$servers $1"
	tests/live/server/"$1" start "$TMP/$1" > "$TMP/$1.env" 2> "$TMP/$1.err"
	case $? in
	0) ;;
	77)
		# What is left out on a user's machine must not be in CI.
		[ -z "${CI-}" ] || {
			echo "Bail out! $(cat "$TMP/$1.err")"
			exit 1
		}
		echo "1..0 # SKIP $(tail -1 "$TMP/$1.err")"
		exit 0
		;;
	*)
		sed 's/^/# /' "$TMP/$1.err"
		echo "Bail out! $1 does not start"
		exit 1
		;;
	esac
	# shellcheck disable=SC1090 # written just now
	. "$TMP/$1.env"
}

stop_server() {
	tests/live/server/"$1" stop "$TMP/$1"
}

stop_servers() {
	for server in $servers; do
		stop_server "$server"
	done
}

until_ok() {
	until_end=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt "$until_end" ] || return 1
		sleep 0.2
	done
}

survives_kills() {
	kills=0
	while [ $kills -lt "${SM_KILLS:-20}" ]; do
		kills=$((kills + 1))
		sm-fetch --store "$1" 2> /dev/null > "$TMP/killed" &
		killed=$!
		ms=$(awk -v s="$$$kills" 'BEGIN { srand(s)
			print int(rand() * 90) }')
		sleep "0.0$(printf %02d "$ms")"
		kill -9 "$killed" 2> /dev/null
		wait "$killed" 2> /dev/null
		sm-case add < "$TMP/killed" > /dev/null 2>&1
	done
	sm-fetch --store "$1" 2> "$TMP/err" |
		sm-case add > /dev/null 2>> "$TMP/err"
	sm-fetch "$1" 2> /dev/null | jq -r .key | sort > "$TMP/want"
	sqlite3 "$XDG_DATA_HOME/sm/sm.db" 'select key from posts' | sort \
		> "$TMP/got"
	is "$(cat "$TMP/got")" "$(cat "$TMP/want")" \
		'however often it is killed, nothing is lost or doubled'
}
