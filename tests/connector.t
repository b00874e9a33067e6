#!/bin/sh
# Every definition of a connector, through sm-fetch and a tape: what is asked,
# what becomes of the answers, and what is said when it goes wrong.
#
# tests/fixture/connector/NAME/ holds
#	config		[source "test"], or more of them
#	run-*/		sweeps one after the other, each with the cursor of the
#			one before: a tape (index, *.http), and what is to come
#			of it: expect.ndjson, requests, and, where they are not
#			0 and nothing, status and says (a line: a part of what
#			is said); source, if it is not "test"
#	limit.http	"asked too often" in the network's own way
#	fault-*.http	an answer that is an error; its first line in faults:
#			FILE STATUS WORDS
# SM_CONNECTOR=NAME tests that one alone; SM_CONNECTOR_WRITE=1 writes what is
# to come of it, to be read before it is believed.
. tests/lib.sh
SM_NOW=2026-08-25T12:00:00Z
export SM_NOW
fixtures=$PWD/tests/fixture/connector

# the source's requests as -vv tells them, from $TMP/err
requests() {
	sed -n "s/^sm-fetch: $1: \(GET .*\|POST .*\|  .*\)/\1/p" "$TMP/err"
}

# run DIR SOURCE: its records go to $TMP/got, its status to $got_status
run() {
	sm-fetch -vv -c "$TMP/conf" --state "$TMP/state" --replay "$1" "$2" \
	    > "$TMP/out" 2> "$TMP/err"
	got_status=$?
	sm-checkpoint "$TMP/state" < "$TMP/out" > "$TMP/got"
	requests "$2" > "$TMP/asked"
}

# same FILE GOT NAME
same() {
	if [ -n "$SM_CONNECTOR_WRITE" ]; then
		cp "$2" "$1"
	fi
	if cmp -s "$1" "$2"; then
		report 0 "$3"
	else
		report 1 "$3"
		note "$(diff "$1" "$2" | head -20)"
	fi
}

# sweeps NAME DIR
sweeps() {
	rm -rf "$TMP/state" "$XDG_STATE_HOME"
	for sweep in "$2"/run-*/; do
		[ -d "$sweep" ] || continue
		what="$1, ${sweep#"$2"/run-}"
		what=${what%/}
		source=$(cat "$sweep/source" 2> /dev/null || echo test)
		run "$sweep" "$source"
		same "$sweep/requests" "$TMP/asked" \
		    "$what: asks as the network wants to be asked"
		same "$sweep/expect.ndjson" "$TMP/got" \
		    "$what: the records are the expected ones"
		is "$got_status" "$(cat "$sweep/status" 2> /dev/null ||
		    echo 0)" "$what: the right status"
		if [ -f "$sweep/says" ]; then
			while read -r words; do
				like "$(cat "$TMP/err")" "$words" \
				    "$what: says so"
			done < "$sweep/says"
		fi
	done
}

# tape FILE: every URL of the first sweep is answered with it
tape() {
	rm -rf "$TMP/tape" "$TMP/state" "$TMP/state.lock" "$XDG_STATE_HOME"
	mkdir -p "$TMP/tape"
	cp "$1" "$TMP/tape/answer"
	awk '{ print $1, $2, "answer" }' "$first/index" > "$TMP/tape/index"
}

# fault STATUS WORDS NAME: what comes of the tape
fault() {
	run "$TMP/tape" "$source"
	if [ "$got_status" -eq "$1" ] && grep -qF -e "$2" "$TMP/err"; then
		report 0 "$3"
	else
		report 1 "$3"
		note "status: $got_status, want: $1 with '$2'"
		note "$(head -5 "$TMP/err")"
	fi
}

# answer STATUS TYPE BODY
answer() {
	printf 'HTTP/1.1 %s\r\nContent-Type: %s\r\n\r\n%s' "$1" "$2" "$3" \
	    > "$TMP/answer"
	tape "$TMP/answer"
}

# statuses NAME: what HTTP itself says
statuses() {
	answer '401 Unauthorized' application/json '{}'
	fault 77 '401' "$1: a login that is not accepted is 77"
	answer '403 Forbidden' application/json '{}'
	fault 77 '403' "$1: a right that is missing is 77"
	answer '404 Not Found' application/json '{}'
	fault 69 '404' "$1: what is not there is 69"
	answer '410 Gone' application/json '{}'
	fault 69 '410' "$1: what is gone is 69"
	answer '500 Internal Server Error' application/json '{}'
	fault 75 '500' "$1: a fault of theirs is 75"
	tape "$2/limit.http"
	fault 75 '' "$1: to be asked too often is 75"
	is "$(cat "$TMP/got")" '' "$1: and gives no record"
}

# bodies NAME
bodies() {
	answer '200 OK' text/html '<!DOCTYPE html><title>Sign in</title>'
	fault 75 'gateway' "$1: a page in its place is no answer"
	answer '200 OK' application/json '{"a":[{"b":'
	fault 65 'not JSON' "$1: half an answer is no answer"
	answer '200 OK' application/json '[]'
	run "$TMP/tape" "$source"
	is "$(cat "$TMP/got")" '' "$1: an empty answer has no records"
	ok "$1: and nothing crashes" [ "$got_status" -lt 128 ]
	answer '204 No Content' application/json ''
	run "$TMP/tape" "$source"
	is "$(cat "$TMP/got")" '' "$1: nor has no answer at all"
	answer '200 OK' application/json '{"data":null,"items":3,"result":{}}'
	run "$TMP/tape" "$source"
	ok "$1: odd types do not matter" [ "$got_status" -lt 128 ]
}

# again NAME: the same page for every page
again() {
	tape "$first/$(awk '{ print $3; exit }' "$first/index")"
	run "$TMP/tape" "$source"
	is "$(jq -r 'select(.key) | [.key, .rev] | @tsv' "$TMP/got" |
	    sort | uniq -d)" '' \
	    "$1: a page that comes again gives no record twice"
	ok "$1: and does not go on for ever" \
	    [ "$(grep -c '^[GP]' "$TMP/asked")" -le 60 ]
}

# skewed NAME: the same ten years later
skewed() {
	rm -rf "$TMP/tape" "$TMP/state" "$XDG_STATE_HOME"
	cp -R "$first" "$TMP/tape"
	sed -i -E 's/2026(-0[78]-)/2036\1/g; s/(Jul|Aug) 2026/\1 2036/g
	    s/([^0-9])1787([0-9]{6})/\12103\2/g' "$TMP/tape"/*.http
	run "$TMP/tape" "$source"
	is "$(jq -r 'select(.published > "2030" and
	    ((.flags // []) | index("clock-skew") | not)) | .key' \
	    "$TMP/got")" '' "$1: dates of the future are flagged"
	is "$(jq -r 'select(.start > "2027") | .key' "$TMP/got")" '' \
	    "$1: and jump no queue"
	is "$(jq -c '.. | .time? // empty | select(. > 1787659200)' \
	    "$TMP/state" 2> /dev/null)" '' \
	    "$1: and do not hide what is to come"
}

# bits NAME: post by post, each run going on where the one before ended
bits() {
	rm -rf "$TMP/state" "$XDG_STATE_HOME"
	: > "$TMP/all"
	bit=0
	while bit=$((bit + 1)) && [ "$bit" -le 60 ]; do
		sm-fetch -c "$TMP/conf" --state "$TMP/state" --limit 1 \
		    --replay "$first" "$source" > "$TMP/out" 2> "$TMP/err"
		bit_status=$?
		sm-checkpoint "$TMP/state" < "$TMP/out" > "$TMP/got"
		[ -s "$TMP/got" ] || break
		cat "$TMP/got" >> "$TMP/all"
	done
	grep '"key"' "$first/expect.ndjson" | sort > "$TMP/want"
	grep '"key"' "$TMP/all" | sort > "$TMP/got"
	# Where it now asks for what comes later, it is not on the tape.
	if [ "$bit_status" -eq 66 ]; then
		comm -12 "$TMP/want" "$TMP/got" > "$TMP/want.all"
		mv "$TMP/want.all" "$TMP/want"
	fi
	ok "$1: post by post nothing is lost and nothing comes twice" \
	    cmp "$TMP/want" "$TMP/got"
}

# own NAME DIR: errors as this network tells them
own() {
	[ -f "$2/faults" ] || return 0
	while read -r file want words; do
		tape "$2/$file"
		fault "$want" "$words" "$1: ${file%.http}"
	done < "$2/faults"
}

for dir in "$fixtures"/*/; do
	dir=${dir%/}
	name=${dir##*/}
	[ "${SM_CONNECTOR:-$name}" = "$name" ] || continue
	install -m 600 "$dir/config" "$TMP/conf"
	sweeps "$name" "$dir"
	for first in "$dir"/run-*; do break; done
	source=$(cat "$first/source" 2> /dev/null || echo test)
	statuses "$name" "$dir"
	bodies "$name"
	again "$name"
	skewed "$name"
	bits "$name"
	own "$name" "$dir"
done

# -- definitions of one's own, and slips ---------------------------------------
[ -n "$SM_CONNECTOR" ] || {
tape=$PWD/tests/fixture/connector/hackernews/run-1-first
own=$XDG_CONFIG_HOME/sm/connector
mkdir -p "$own"
# conf LINE...: a source of type hackernews with these lines
conf() {
	printf '[source "s"]\n' > "$TMP/conf"
	printf '\t%s\n' "$@" >> "$TMP/conf"
}

conf 'type = hackernews' 'qurey = acme'
status 78 'a slip in a key is an error' sm-fetch -c "$TMP/conf" s
like "$(cat "$TMP/err")" "did you mean 'query'" 'and the nearest is named'
conf 'type = hackernews' 'query = acme' 'page_id = 7'
printf '[source "f"]\n\ttype = facebook\n' >> "$TMP/conf"
status 78 "another network's key is an error" sm-fetch -c "$TMP/conf" s
like "$(cat "$TMP/err")" "conf:4: a source of type hackernews has no key" \
	'and its line is named'
conf 'type = hackernews'
status 78 'a key that is needed is asked for' sm-fetch -c "$TMP/conf" s
like "$(cat "$TMP/err")" 'needs query = ... (words' 'with what it means'
conf 'type = hackernews' 'query = acme' 'stream = serach'
status 78 'a slip in a stream is an error' sm-fetch -c "$TMP/conf" s
like "$(cat "$TMP/err")" "did you mean 'search'" 'and the nearest is named'
conf 'type = x' 'query = acme' 'wording = toot'
status 78 'a value is one of those that there are' sm-fetch -c "$TMP/conf" s
like "$(cat "$TMP/err")" 'expected one of: tweet, post' 'which are named'
conf 'type = hackernews' 'query = acme' 'url = ftp://shop.example'
status 78 'a server that is none is an error' sm-fetch -c "$TMP/conf" s
status 64 'what needs a login says so' sm-fetch youtube UC1

sed 's/"name": "hackernews"/"name": "mine"/' share/connector/hackernews.json \
    > "$own/mine.json"
is "$(sm-fetch --replay "$tape" mine acme | jq -r .channel | uniq)" mine \
	"a definition of one's own is found"
sed 's/"direction"/"directoin"/' share/connector/hackernews.json \
    > "$own/hackernews.json"
status 78 "one's own comes first" sm-fetch --replay "$tape" hackernews acme
like "$(cat "$TMP/err")" \
	"connector/hackernews.json: /records/hit/directoin: no such member" \
	'a slip in it is told with file and pointer'
like "$(cat "$TMP/err")" "did you mean 'direction'?" 'and the nearest name'
is "$(sm-fetch --replay "$tape" mine acme | wc -l)" 3 \
	'a slip in one definition does not hinder another'
like "$(sm-fetch -l)" 'its definition has a fault' 'it is listed as such'
printf '{"name": "mine",\n}' > "$own/mine.json"
status 78 'a definition that is no JSON is an error' \
	sm-fetch --replay "$tape" mine acme
like "$(cat "$TMP/err")" 'mine.json:2:' 'with its line'
rm -r "$own"

sed 's/"name": "hackernews"/"name": "other"/' share/connector/hackernews.json \
    > "$TMP/other.json"
conf 'type = http-json' 'definition = other.json' 'set = query=acme'
is "$(sm-fetch -c "$TMP/conf" --replay "$tape" s | wc -l)" 3 \
	'http-json takes its definition from a file'
conf 'type = http-json' 'definition = other.json' 'set = qeury=acme'
status 78 'and its keys from set' sm-fetch -c "$TMP/conf" s
like "$(cat "$TMP/err")" "no key 'qeury'; did you mean 'query'?" \
	'where a slip is told as well'
conf 'type = http-json'
status 78 'http-json without a definition is an error' \
	sm-fetch -c "$TMP/conf" s
like "$(sm-fetch --explain hackernews acme)" 'numericFilters = created_at_i>' \
	'a definition is explained'
like "$(sm-fetch -n hackernews acme)" 'search_by_date?query=acme' \
	'and its first request shown'
}

for file in share/connector/*.json; do
	name=${file##*/}
	name=${name%.json}
	[ "${SM_CONNECTOR:-$name}" = "$name" ] || continue
	ok "$name: has its fixtures" [ -f "$fixtures/$name/config" ]
done
done_testing
