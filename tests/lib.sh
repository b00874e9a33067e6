# TAP for tests of programs.  A test is a sentence about the program:
#	is "$(sm-score < x)" "$want" 'a quiet post stays quiet'
#	status 74 'a full disk is noticed' sh -c 'sm-score < x > /dev/full'

BUILD=${BUILD:-$PWD/build}
BIN=$BUILD/bin
PATH=$BIN:$PATH
TMP=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX") || exit 1
trap 'rm -rf "$TMP"' EXIT
trap 'exit 1' INT TERM HUP
export BUILD BIN PATH TMP
# No test sees the user's files, clock, language or proxies.
export HOME="$TMP/home" XDG_CONFIG_HOME="$TMP/config" XDG_DATA_HOME="$TMP/data"
export XDG_STATE_HOME="$TMP/state-home" XDG_CACHE_HOME="$TMP/cache"
export LC_ALL=C.UTF-8 TZ=UTC SM_NOW="${SM_NOW:-2026-11-21T12:00:00Z}" SM_SEED=1
unset SM_CONFIG SM_SHARE SM_HTTP_REPLAY SM_HTTP_RECORD http_proxy https_proxy \
	all_proxy NO_COLOR
mkdir -p "$HOME"

n=0
bad=0

# report 0|1 NAME
report() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		bad=$((bad + 1))
	fi
	return "$1"
}

note() {
	printf '%s\n' "$1" | sed 's/^/#   /'
}

# is GOT WANT NAME
is() {
	if [ "$1" = "$2" ]; then
		report 0 "$3"
	else
		report 1 "$3"
		note "got:  $1"
		note "want: $2"
	fi
}

# like GOT PART NAME: PART stands somewhere in GOT
like() {
	case $1 in
	*"$2"*) report 0 "$3" ;;
	*)
		report 1 "$3"
		note "got:  $1"
		note "want: *$2*"
		;;
	esac
}

# ok NAME COMMAND...
ok() {
	ok_name=$1
	shift
	if "$@"; then report 0 "$ok_name"; else report 1 "$ok_name"; fi
}

# status WANT NAME COMMAND...: what it says goes to $TMP/out and $TMP/err
status() {
	status_want=$1
	status_name=$2
	shift 2
	"$@" > "$TMP/out" 2> "$TMP/err"
	status_got=$?
	if [ "$status_got" -eq "$status_want" ]; then
		report 0 "$status_name"
	else
		report 1 "$status_name"
		note "status: $status_got, want: $status_want"
		note "$(head -5 "$TMP/err")"
	fi
}

# skip NAME WHY
skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

done_testing() {
	echo "1..$n"
	[ "$bad" -eq 0 ]
	exit
}
