#!/bin/sh
# Sweeps against a server on loopback: side by side, one at a time, within
# budgets, and killed at any moment.  SM_KILLS kills (20); make soak has more.
. tests/lib.sh

if ! command -v python3 > /dev/null; then
	[ -z "${CI-}" ] || { echo 'Bail out! python3 is not installed'; exit 1; }
	echo '1..0 # SKIP python3 is not installed (apt-get install python3-minimal)'
	exit 0
fi
server=$PWD/tests/live/server/pages
site=$TMP/site
vars=$("$server" start "$site") || {
	echo 'Bail out! the server does not start'
	exit 1
}
trap '"$server" stop "$site"; rm -rf "$TMP"' EXIT
eval "$vars"

conf=$XDG_CONFIG_HOME/sm
db=$XDG_DATA_HOME/sm/sm.db
mkdir -p "$conf"
cat > "$conf/rules" <<'END'
stage care {
  rule all
    when text =~ /post/
    then react; queue "care"
}
END

# config SOURCE...: "name=/path", or with keys behind it:
# "name=/path|every = 5m|budget = 3calls"
config() {
	printf '[rules]\n\tpath = rules\n' > "$conf/config"
	for word; do
		printf '[source "%s"]\n\ttype = feed\n\tallow_private = yes\n' \
		    "${word%%=*}"
		printf '\turl = %s%s\n' "$PAGES" \
		    "$(echo "${word#*=}" | cut -d'|' -f1)"
		echo "${word#*=}" | tr '|' '\n' | sed -n '2,$s/^/	/p'
	done >> "$conf/config"
}
asked() {
	grep -c "$1" "$site/asked"
}
forget() {
	rm -rf "$XDG_DATA_HOME" "$XDG_STATE_HOME"
	: > "$site/asked"
}
keys() {
	jq -r 'select(.key).key' "$@"
}

# -- side by side -------------------------------------------------------------
config good=/feed/good gone=/status/404 wall=/status/401 other=/feed/other \
    'late=/slow/late?ms=300'
status 77 'the most serious status is that of the run' sm-fetch --all --store
is "$(jq -r 'select(.key).source' "$TMP/out" | sort | uniq -c |
	awk '{print $2, $1}' | paste -sd,)" 'good 20,late 20,other 20' \
	'what fails stops no other'
is "$(sed -n 's/^sm-fetch: \([a-z]*\): .*/\1/p' "$TMP/err" | sort -u |
	paste -sd' ')" 'gone wall' 'and each failure is told'
is "$(sm-fetch --health | jq -r '[.source, .state, .status] | join(" ")' |
	sort | paste -sd,)" \
	'gone failing 69,good ok 0,late ok 0,other ok 0,wall reauth_required 77' \
	'--health knows how each one is'
status 77 'and its status says so' sm-fetch --health
sm-fetch --all --due --store 2> "$TMP/err" > /dev/null
is "$(asked /status/401)" 1 'what wants a login is not asked again at once'
is "$(asked /status/404)" 2 'what is not there is, by its every'
sm-fetch --all --due --store 2> "$TMP/err" > /dev/null
is "$? $(cat "$TMP/err")" '69 ' 'a failure that goes on is not told again'

# -- one at a time ------------------------------------------------------------
# at_once N COMMAND...: statuses in $TMP/s*, output in $TMP/p*
at_once() {
	rm -f "$TMP"/s[0-9]* "$TMP"/p[0-9]*
	many=$1
	shift
	pids=
	i=0
	while [ $i -lt "$many" ]; do
		{
			"$@" > "$TMP/p$i" 2> /dev/null
			echo $? > "$TMP/s$i"
		} &
		pids="$pids $!"
		i=$((i + 1))
	done
	# shellcheck disable=SC2086
	wait $pids
}
forget
config 'late=/slow/late?ms=1500|every = 5m' 'good=/feed/good|every = 5m'
at_once 50 sm-fetch --all --due --store
is "$(asked /slow/late) $(asked /feed/good)" '1 1' \
	'of 50 starts at once one asks'
is "$(cat "$TMP"/s[0-9]* | sort -n | uniq -c | awk '{print $2}' |
	paste -sd' ')" '0 75' 'the others end with 75'
is "$(keys "$TMP"/p[0-9]* | sort | uniq -d | wc -l)" 0 \
	'and no post comes twice'
forget
config 'late=/slow/late?ms=1500' good=/feed/good
sm-fetch late --store > /dev/null &
first=$!
i=0
until [ "$(asked /slow/late)" -ge 1 ] || [ $i -gt 600 ]; do
	i=$((i + 1))
	sleep 0.05
done
status 75 'a source that is being swept is left alone' sm-fetch --all --store
like "$(cat "$TMP/err")" 'late: another sm-fetch is sweeping it' 'and named'
is "$(jq -r 'select(.key).source' "$TMP/out" | sort -u)" good \
	'and the others are swept'
wait $first
status 0 'a moment later it is free' sm-fetch late --store

# -- sm sweep -----------------------------------------------------------------
forget
config 'late=/slow/late?ms=3000|every = 5m'
at_once 50 sm sweep
is "$(asked /slow/late)" 1 'of 50 sweeps one asks'
is "$(cat "$TMP"/s[0-9]* | sort -n | uniq -c | awk '{print $1, $2}' |
	paste -sd,)" '1 0,49 75' 'and 49 end with 75'
sm sweep
is "$(asked /slow/late)" 1 'what is not due is not asked'
SM_NOW=2026-11-21T12:05:00Z sm sweep
is "$(asked /slow/late)" 2 'and is when its time has come'
config gone=/status/404
sm sweep 2> "$TMP/err"
is "$(grep -c . "$TMP/err")" 2 'a failure is told: the source, and the stage'
sm sweep 2> "$TMP/err"
is "$? $(cat "$TMP/err")" '69 ' 'and not again, though the status says so'
SM_NOW=2026-11-22T13:00:00Z sm sweep 2> "$TMP/err"
is "$(grep -c . "$TMP/err")" 2 'but after a day'
like "$(sm status)" '; failing: gone;' 'sm status names it'

# -- cut off ------------------------------------------------------------------
forget
whole=$(curl -s "$PAGES/feed/cut" | wc -c)
cuts=${SM_CUTS:-25}
: > "$TMP/faults"
fault() {
	echo "cut at $at: $1" >> "$TMP/faults"
}
i=0
while [ $i -lt "$cuts" ]; do
	at=$((60 + (whole - 70) * i / cuts))
	config "cut=/cut/$at"
	rm -f "$TMP/cursors"*
	sm-fetch cut --state "$TMP/cursors" 2> /dev/null > "$TMP/one"
	[ $? -eq 75 ] || fault 'the status is not 75'
	grep -q '"sm:Gap"' "$TMP/one" || fault 'no gap'
	sm-checkpoint "$TMP/cursors" < "$TMP/one" > "$TMP/all"
	config cut=/feed/cut
	sm-fetch cut --state "$TMP/cursors" 2>> "$TMP/faults" |
		sm-checkpoint "$TMP/cursors" >> "$TMP/all"
	all=$(keys "$TMP/all" | wc -l)
	once=$(keys "$TMP/all" | sort -u | wc -l)
	[ "$all $once" = '20 20' ] || fault "$once keys in $all posts"
	i=$((i + 1))
done
is "$(head -5 "$TMP/faults")" '' \
	"an answer cut at $cuts places: a gap, 75, and the rest the next time"

# -- budgets ------------------------------------------------------------------
forget
config 'a=/feed/a|account = paid' 'b=/feed/b|account = paid' free=/feed/free
cat >> "$conf/config" <<'END'
[account "paid"]
	price_call = 0.01usd
	price_post = 0.001usd
	budget_day = 0.30usd
END
status 0 'within its budget a source is asked' sm-fetch a --store
is "$(jq -r '[.event, .calls, .posts, .micro_usd] | join(" ")' \
	"$XDG_STATE_HOME/sm/ledger/2026-11.ndjson" | paste -sd,)" \
	'call 1 100 110000' 'a call is entered with the most it can cost'
status 0 'another one' sm-fetch a --store
status 75 'where the next could be too much nobody is asked' \
	sm-fetch --all --store
like "$(cat "$TMP/err")" "account 'paid' has reached its budget of the day: 0.30usd are used up but for 0.08usd" \
	'and it is told why'
is "$(jq -r 'select(.key).source' "$TMP/out" | sort -u)" free \
	'what costs nothing is asked all the same'
is "$(asked '/feed/[ab]')" 2 'not one request more went out'
is "$(sm-fetch --ledger | jq -c 'select(.month)')" \
	'{"month":"2026-11","account":"paid","calls":2,"posts":200,"micro_usd":220000}' \
	'--ledger sums it up'
SM_NOW=2026-11-22T00:00:00Z
status 0 'the next day there is a new budget' sm-fetch b --store
SM_NOW=2026-11-21T12:00:00Z
status 75 'a budget of the run ends it' \
	sm-fetch --budget 2calls --allow-private feed "$PAGES/feed/1" \
	"$PAGES/feed/2" "$PAGES/feed/3"
is "$(asked '/feed/[123]')" 2 'after as many calls'

# -- a full disk --------------------------------------------------------------
# full COMMAND...: no file can grow; pipes can
full() {
	(trap '' XFSZ
	ulimit -f 0
	"$@" 2>&1 > /dev/null | cat)
}
forget
is "$(full sm-fetch a | sed "s|'.*'|FILE|")" \
	'sm-fetch: a: cannot write FILE: File too large' \
	'where a call cannot be entered in the ledger'
is "$(asked /feed/a)" 0 'it is not made'
config a=/feed/a
is "$(full sm-fetch a --store | sed "s|'.*'|FILE|")" \
	'sm-fetch: cannot write FILE: File too large
sm-fetch: cannot write FILE: File too large' \
	'where health and manifest cannot be kept'
is "$( (trap '' XFSZ
	ulimit -f 0
	sm-fetch a --store 2> /dev/null
	echo "{\"key\":\"$?\"}") | keys | tail -1)" 74 'the status is 74'
is "$( (trap '' XFSZ
	ulimit -f 0
	sm-fetch a --store 2> /dev/null) | keys | wc -l)" 20 \
	'but all posts come'
is "$(find "$XDG_DATA_HOME" "$XDG_STATE_HOME" -type f -size +0 \
	! -name '*.fetch' ! -name '*.lock')" '' 'and nothing half is left'

# -- archive and replay -------------------------------------------------------
forget
config a=/feed/a 'b=/feed/b?n=7'
unset SM_NOW
sm-fetch --all --store --archive "$TMP/tape" > "$TMP/first"
sm-case add "$TMP/first"
grep -v '"sm:' "$TMP/first" | sort > "$TMP/one"
sleep 1.1
sm-fetch --all --replay "$TMP/tape" | sort > "$TMP/two"
ok 'a replay gives the same bytes' cmp "$TMP/one" "$TMP/two"
manifest=$(echo "$TMP"/tape/*.ndjson)
is "$(jq -r 'select(.source == "b").sha256' "$manifest")" \
	"$(sm-fetch b --replay "$TMP/tape" | sha256sum | cut -d' ' -f1)" \
	'whose digest is in the manifest'
is "$(jq -r 'select(.source == "b") | [.calls, .posts, .status, .asked[0]] | join(" ")' \
	"$manifest")" "1 7 0 $PAGES/feed/b?n=7" \
	'with what was asked, and counts'
sm-fetch --all --store --archive "$TMP/tape2" > "$TMP/first"
sm-fetch --all --replay "$TMP/tape2" > "$TMP/two"
is "$(keys "$TMP/first" | wc -l) $(wc -l < "$TMP/two")" '0 0' \
	'a replay begins with the cursors of then'
SM_NOW=2026-11-21T12:00:00Z
export SM_NOW

# -- following ----------------------------------------------------------------
forget
config 'a=/feed/a|every = 1s'
sm-fetch --follow a --store > "$TMP/out" 2> "$TMP/err" &
follower=$!
i=0
until [ "$(asked /feed/a)" -ge 3 ] || [ $i -gt 600 ]; do
	i=$((i + 1))
	sleep 0.05
done
sm-fetch --all --store > /dev/null 2> "$TMP/err2"
is "$? $(cat "$TMP/err2")" '75 sm-fetch: a: another sm-fetch follows it' \
	'what is followed is not swept'
sm-fetch --all --due --store > /dev/null 2> "$TMP/err2"
is "$? $(cat "$TMP/err2")" '0 ' 'and a sweep of what is due passes it over'
kill -TERM $follower
wait $follower
is "$?" 143 'a signal ends it'
is "$(keys "$TMP/out" | wc -l)" 20 'three looks give each post once'
is "$(tail -1 "$TMP/out" | jq -r .type)" sm:Checkpoint \
	'the last line is a checkpoint'
is "$(cat "$TMP/err")" '' 'and nothing is amiss'

# -- a signal in the middle of a sweep ----------------------------------------
forget
config good=/feed/good 'late=/slow/late?ms=20000' 'cut=/cut/1500'
sm-fetch good late --store > "$TMP/out" 2> "$TMP/err" &
sweeper=$!
i=0
until { [ "$(asked /slow/late)" -ge 1 ] && grep -q Checkpoint "$TMP/out"; } ||
    [ $i -gt 600 ]; do
	i=$((i + 1))
	sleep 0.05
done
kill -TERM $sweeper
wait $sweeper
is "$?" 143 'a sweep that is ended by a signal ends so'
is "$(jq -r '.type' "$TMP/out" | uniq -c | awk '{print $1, $2}' | paste -sd,)" \
	'20 Article,1 sm:Checkpoint' 'with what came, and its cursor'
is "$(keys "$TMP/out" | wc -l)" 20 'nothing of it lost, and no gap'

# -- kill -9 ------------------------------------------------------------------
if ! command -v sqlite3 > /dev/null; then
	skip 'kill -9 at any moment of a sweep' 'no sqlite3'
	done_testing
fi
forget
awk 'BEGIN {
	for (i = 1; i <= 3000; i++)
		printf "{\"v\":1,\"key\":\"x:h:%d\",\"type\":\"Note\",\"channel\":\"x\",\"content\":\"post %d\",\"attributedTo\":{\"preferredUsername\":\"u%d\"}}\n", i, i, i % 50
}' > "$TMP/posts.ndjson"
paths=
for i in 1 2 3 4 5 6 7 8 9; do
	paths="$paths f$i=/slow/f$i?n=$((i * 10))&ms=$((i * 15))|account=paid"
done
# shellcheck disable=SC2086
config $paths
cat >> "$conf/config" <<END
[account "paid"]
	price_call = 0.01usd
[source "file"]
	type = ndjson
	path = $TMP/posts.ndjson
END
trials=${SM_KILLS:-20}
: > "$TMP/faults"
fault() {
	echo "trial $trial: $1" >> "$TMP/faults"
}
# Begins anew, and looks whether all is there.
finish() {
	i=0
	until sm sweep > "$TMP/out" 2>&1 || [ $i -gt 50 ]; do
		i=$((i + 1))
		sleep 0.1
	done
	[ $i -le 50 ] || fault "cannot go on: $(head -1 "$TMP/out")"
	all=$(sqlite3 "$db" 'SELECT count(*) FROM v_post')
	once=$(sqlite3 "$db" 'SELECT count(DISTINCT key) FROM v_post')
	[ "$all $once" = '3450 3450' ] || fault "$all posts of $once keys"
	sm-case verify -q > /dev/null || fault 'the store is no longer whole'
}
trial=0
killed=0
for after in $(awk -v n="$trials" -v seed="${SM_TEST_SEED:-1}" 'BEGIN {
	srand(seed)
	for (i = 0; i < n; i++)
		printf "%.3f\n", 0.005 + rand() * 0.2
    }'); do
	trial=$((trial + 1))
	# One of the stages, or all of them.
	case $((trial % 3)) in
	0)
		sm-fetch --all --store 2> /dev/null | {
			timeout --foreground -s KILL "$after" sm-case add
			echo $? > "$TMP/s"
		} > /dev/null 2>&1
		;;
	1)
		{
			timeout --foreground -s KILL "$after" \
			    sm-fetch --all --store 2> /dev/null
			echo $? > "$TMP/s"
		} | sm-case add > /dev/null 2>&1
		;;
	2)
		setsid sm sweep > /dev/null 2>&1 &
		group=$!
		sleep "$after"
		kill -KILL -- "-$group" 2> /dev/null
		wait $group
		echo $? > "$TMP/s"
		;;
	esac
	[ "$(cat "$TMP/s")" -ne 137 ] || killed=$((killed + 1))
	calls=$(sm-fetch --ledger | jq -s 'map(select(.month).calls) | add // 0')
	made=$(asked /slow/)
	[ "$calls" -ge "$made" ] ||
		fault "$calls calls in the ledger, $made were made"
	[ -f "$db" ] || continue
	[ "$(sqlite3 "$db" 'PRAGMA integrity_check')" = ok ] ||
		fault 'the store is damaged'
	[ $((trial % 4)) -ne 0 ] || {
		finish
		rm -rf "$XDG_DATA_HOME"
	}
done 2> /dev/null
finish
is "$(head -5 "$TMP/faults")" '' \
	"$trials kills of a sweep: nothing lost, nothing twice, no call unaccounted"
ok "at least a third of them hit ($killed)" test "$killed" -ge $((trials / 3))
done_testing
