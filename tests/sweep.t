#!/bin/sh
# What sweeps keep beside the cursors: locks, budgets, manifests, and how the
# sources are.  From files and a tape; the network is in tests/live/sweep.t.
. tests/lib.sh
tape=$PWD/tests/fixture/tape/site
conf=$TMP/conf

# records COUNT FIRST TIME...: lines of records
record() {
	printf '{"v":1,"key":"x:h:%s","type":"Note","channel":"x","content":"post %s","published":"%s"}\n' \
	    "$1" "$1" "$2"
}
keys() {
	jq -r 'select(.key).key' "$@"
}

# -- turns --------------------------------------------------------------------
for i in 1 2 3; do
	j=0
	while [ $j -lt 700 ]; do
		record "$i-$j" 2026-11-21T11:00:00Z
		j=$((j + 1))
	done > "$TMP/n$i"
	printf '[source "n%s"]\n\ttype = ndjson\n\tpath = n%s\n' $i $i
done > "$conf"
sm-fetch -c "$conf" --all > "$TMP/out"
is "$(keys "$TMP/out" | wc -l)" 2100 'files are read to the end'
is "$(head -512 "$TMP/out" | jq -r .source | sort | uniq -c |
	awk '{print $2, $1}' | paste -sd,)" 'n1 256,n2 256' \
	'by turns of 256 posts'
for i in 1 2 3; do
	jq -r "select(.source == \"n$i\").content" "$TMP/out" > "$TMP/got"
	jq -r .content "$TMP/n$i" | cmp -s - "$TMP/got" || echo "n$i"
done > "$TMP/bad"
is "$(cat "$TMP/bad")" '' 'each in its order'

mkfifo "$TMP/fifo"
cat >> "$conf" <<'END'
[source "pipe"]
	type = ndjson
	path = -
END
sm-fetch -c "$conf" pipe n1 n2 n3 < "$TMP/fifo" > "$TMP/out" 2> "$TMP/err" &
waiting=$!
exec 4> "$TMP/fifo"
i=0
until [ "$(grep -c . "$TMP/out")" -ge 2100 ] || [ $i -gt 600 ]; do
	i=$((i + 1))
	sleep 0.05
done
is "$(grep -c . "$TMP/out")" 2100 'a pipe that is silent stops no other source'
record late 2026-11-21T11:00:00Z >&4
i=0
until grep -q x:h:late "$TMP/out" || [ $i -gt 600 ]; do
	i=$((i + 1))
	sleep 0.05
done
ok 'what it says comes at once' grep -q x:h:late "$TMP/out"
exec 4>&-
wait $waiting
is "$? $(cat "$TMP/err")" '0 ' 'and its end is the end'

# -- one at a time ------------------------------------------------------------
sm-fetch -c "$conf" --state "$TMP/s" pipe < "$TMP/fifo" > "$TMP/out2" &
waiting=$!
exec 4> "$TMP/fifo"
record one 2026-11-21T11:00:00Z >&4
i=0
until grep -q x:h:one "$TMP/out2" || [ $i -gt 600 ]; do
	i=$((i + 1))
	sleep 0.05
done
status 75 'a source that is being swept is left alone' \
	sm-fetch -c "$conf" --state "$TMP/s" pipe n1 4>&- < /dev/null
is "$(cat "$TMP/err")" 'sm-fetch: pipe: another sm-fetch is sweeping it' \
	'and named'
is "$(jq -r 'select(.key).source' "$TMP/out" | sort -u)" n1 \
	'the others are swept'
status 0 'another state is another matter' \
	sm-fetch -c "$conf" --state "$TMP/other" pipe 4>&- < /dev/null
kill -KILL $waiting
wait $waiting 2> /dev/null
exec 4>&-
status 0 'after kill -9 it is free at once' \
	sm-fetch -c "$conf" --state "$TMP/s" pipe < /dev/null
status 0 'without a state nothing is locked' sm-fetch -c "$conf" n1
is "$(find "$TMP/state-home" -name '*.fetch' | wc -l)" 0 'nor kept'

# -- what is due --------------------------------------------------------------
cat > "$conf" <<END
[source "a"]
	type = ndjson
	path = n1
	every = 1h
[source "b"]
	type = ndjson
	path = n2
[source "gone"]
	type = ndjson
	path = nowhere
	every = 2h
END
due() {
	SM_NOW=$1 sm-fetch -c "$conf" --state "$TMP/d" --all --due \
	    2> "$TMP/err" > "$TMP/out"
	echo "$? $(jq -r 'select(.key).source' "$TMP/out" | sort -u | paste -sd,)"
}
is "$(due 2026-11-21T12:00:00Z)" '66 a,b' 'the first time all are due'
like "$(cat "$TMP/err")" 'gone: ' 'what fails is told'
is "$(due 2026-11-21T12:30:00Z)" '0 b' 'then those whose time has come'
is "$(due 2026-11-21T13:00:00Z)" '0 a,b' 'or nearly'
is "$(due 2026-11-21T14:00:00Z)" '66 a,b' 'what fails is tried by its every'
is "$(cat "$TMP/err")" '' 'and not told again'
is "$(due 2026-11-22T14:00:00Z)" '66 a,b' 'but after a day'
like "$(cat "$TMP/err")" 'gone: ' 'it is'
is "$(due 2026-11-21T12:00:00Z)" '66 a,b' 'a clock that was put back stops nothing'
status 64 '--due needs to know when they were asked' sm-fetch -c "$conf" \
	--all --due
is "$(sm-fetch -c "$conf" --state "$TMP/d" --health |
	jq -r '[.source, .state, .status] | join(" ")' | paste -sd,)" \
	'a ok 0,b ok 0,gone failing 66' '--health says how they are'
status 66 'and ends with what is wrong' \
	sm-fetch -c "$conf" --state "$TMP/d" --health
status 0 'or is well' sm-fetch -c "$conf" --state "$TMP/d" --health a b
status 78 'of a source that is not there nothing is known' \
	sm-fetch -c "$conf" --state "$TMP/d" --health x
echo 'not a line of it' >> "$TMP/d.health"
is "$(due 2026-11-22T15:30:00Z)" '66 a,b' \
	'what is no line of its file is passed over'
rm "$TMP/d.health"
mkdir "$TMP/d.health"
status 74 'a file that cannot be read is an error' \
	sm-fetch -c "$conf" --state "$TMP/d" --all --due

# -- budgets, by a tape -------------------------------------------------------
news=https://news.example/rss
down=https://down.example/rss
cat > "$conf" <<END
[account "paid"]
	price_call = 0.10usd
	price_post = 0.001usd
[source "news"]
	type = feed
	url = $news
	account = paid
	budget = 0.5usd
[source "down"]
	type = feed
	url = $down
[source "wrong"]
	type = feed
	url = $news
	budget = 5euros
END
play() {
	sm-fetch -c "$conf" --replay "$tape" "$@"
}
status 0 'within the budget' play --budget 1usd news
status 75 'a call that could be too much is not made' \
	play --budget 0.15usd news
is "$(cat "$TMP/err")" \
	"sm-fetch: news: the run's budget of 0.15usd is reached: the next request could be too much" \
	'and it is told why'
is "$(wc -c < "$TMP/out")" 0 'nothing comes of it'
rm -rf "$XDG_STATE_HOME"
play --state "$TMP/b" down > /dev/null
is "$(jq 'select(.type == "end").calls' "$XDG_STATE_HOME"/sm/sweep/*)" 2 \
	'a feed that is down at first'
status 75 'retries count as calls' play --budget 1calls down
status 0 'two are enough' play --budget 2calls down
status 75 'a budget of no posts' play --budget 0posts down
status 0 'the lowest holds' play --budget 5calls --budget 3calls down
status 75 'a source can have its own' \
	sh -c "sed 's/0.5usd/0.1usd/' $conf > $conf.2; sm-fetch -c $conf.2 --replay $tape news"
status 78 'a budget that is none is an error' play wrong
like "$(cat "$TMP/err")" "$conf:15: '5euros': expected a budget such as 2.00usd" \
	'with file and line'
status 64 'on the command line as well' play --budget 5euros news
status 75 'a file has a budget of posts, too' \
	sm-fetch --budget 5posts ndjson "$TMP/n1"
is "$(wc -l < "$TMP/out")" 5 'and gives no more'
is "$(sm-fetch --ledger)" '' 'what is played again costs nothing'
like "$(sm-fetch -c "$conf" --explain news)" \
	'price      0.10usd a call, 0.001usd a post, 100 posts a call at most' \
	'--explain says what it costs'

# -- the manifest -------------------------------------------------------------
rm -rf "$XDG_STATE_HOME"
sm-fetch -c "$conf" --state "$TMP/m" --replay "$tape" news down > "$TMP/out"
manifest=$(echo "$XDG_STATE_HOME"/sm/sweep/*.ndjson)
is "$(jq -r .type "$manifest" | paste -sd' ')" 'sweep source source end' \
	'a sweep leaves a manifest'
is "$(jq -r 'select(.type == "sweep") | .id, .start' "$manifest" | paste -sd' ')" \
	"$(basename "$manifest" .ndjson) 2026-11-21T12:00:00Z" \
	'with its id and time'
is "$(jq -r 'select(.source == "news") | [.kind, .account, .calls, .posts, .status, .micro_usd, .asked[0]] | join(" ")' "$manifest")" \
	"feed paid 1 1 0 200000 $news" 'what was asked and came, and its price'
is "$(jq -r 'select(.source == "news").sha256' "$manifest")" \
	"$(jq -c 'select(.source == "news" and .key)' "$TMP/out" |
	sha256sum | cut -d' ' -f1)" 'the digest of its posts'
is "$(jq -c 'select(.source == "news").cursor_after' "$manifest")" \
	"$(jq -c 'select(.source == "news" and .type == "sm:Checkpoint").cursor' "$TMP/out")" \
	'and its cursor'
is "$(jq -r 'select(.type == "sm:Checkpoint").sweep' "$TMP/out" | sort -u)" \
	"$(basename "$manifest" .ndjson)" 'checkpoints name the sweep'
sed "s|$news|https://news.example/rss?token=s3cret|" "$conf" > "$conf.2"
sm-fetch -c "$conf.2" --state "$TMP/m2" --replay "$tape" news > /dev/null 2>&1
is "$(grep -rc s3cret "$XDG_STATE_HOME" | grep -cv ':0$')" 0 \
	'no secret stands in it'
SM_NOW=2026-11-29T12:00:01Z sm-fetch -c "$conf" --state "$TMP/m" \
	--replay "$tape" news > /dev/null
is "$(find "$XDG_STATE_HOME/sm/sweep" -type f | wc -l)" 1 \
	'after a week they go'
printf '[sweep]\n\tkeep = 0\n' >> "$conf"
rm -rf "$XDG_STATE_HOME"
status 0 'who does not want them' \
	sm-fetch -c "$conf" --state "$TMP/m" --replay "$tape" news
is "$(find "$XDG_STATE_HOME" -type f 2> /dev/null | wc -l)" 0 'has none'

# -- following ----------------------------------------------------------------
record 1 2026-11-21T11:00:00Z > "$TMP/grow"
sm-fetch --follow --state "$TMP/f" ndjson "$TMP/grow" > "$TMP/out" \
	2> "$TMP/err" &
follower=$!
for i in 2 3; do
	j=0
	until grep -q "x:h:$((i - 1))" "$TMP/out" || [ $j -gt 600 ]; do
		j=$((j + 1))
		sleep 0.05
	done
	record $i 2026-11-21T11:00:00Z >> "$TMP/grow"
done
j=0
until grep -q x:h:3 "$TMP/out" || [ $j -gt 600 ]; do
	j=$((j + 1))
	sleep 0.05
done
kill -TERM $follower
wait $follower
is "$?" 143 'following ends by a signal'
is "$(keys "$TMP/out" | paste -sd' ')" 'x:h:1 x:h:2 x:h:3' \
	'what is appended comes, each once'
is "$(tail -1 "$TMP/out" | jq .cursor.offset)" "$(wc -c < "$TMP/grow")" \
	'with a last checkpoint'
is "$(cat "$TMP/err")" '' 'and no complaint'
status 64 'a replay cannot be followed' \
	sm-fetch --follow --replay "$tape" feed "$news"

# -- a month ------------------------------------------------------------------
# Every six hours a sweep; four posts a day; on the 40th day they stop.
cat > "$conf" <<END
[source "wall"]
	type = ndjson
	path = wall
[store]
	path = sm.db
END
: > "$TMP/wall"
day=0
alarm=
false=0
while [ $day -lt 56 ]; do
	date=$(date -u -d "2026-09-01 + $day days" +%Y-%m-%d)
	for hour in 00 06 12 18; do
		export SM_NOW="${date}T$hour:30:00Z"
		[ $day -ge 40 ] ||
			record "$day-$hour" "${date}T$hour:10:00Z" >> "$TMP/wall"
		sm-fetch -c "$conf" --state "$TMP/w" wall |
			sm-checkpoint --drop "$TMP/w"
	done
	state=$(sm-fetch -c "$conf" --state "$TMP/w" --health | jq -r .state)
	[ "$state" != silent ] || [ $day -ge 40 ] || false=$((false + 1))
	[ "$state" != silent ] || [ $day -lt 40 ] || alarm=${alarm:-$((day - 39))}
	day=$((day + 1))
done
note "silence noticed after ${alarm:-no} days, false alarms: $false"
is "$false" 0 'a source that talks is not called silent'
ok 'one that stops is, within a week' test "${alarm:-99}" -le 7
sm-fetch -c "$conf" --state "$TMP/w" --health > "$TMP/out"
is "$?" 75 'which is a status'
is "$(jq -r '[.expected_day, .seen_day] | join(" ")' "$TMP/out")" '4 0' \
	'with what was expected, and seen'
done_testing
