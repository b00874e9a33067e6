#!/bin/sh
# Sources of type exec: what a program of the user's prints.
. tests/lib.sh

# program NAME: standard input as a program
program() {
	cat > "$TMP/$1"
	chmod +x "$TMP/$1"
}
# source NAME COMMAND [LINES]
source_of() {
	printf '[source "%s"]\n\ttype = exec\n\tcommand = %s\n%s\n' "$1" \
		"$2" "${3-}" >> "$TMP/conf"
}
get() {
	sm-fetch -c "$TMP/conf" "$@" > "$TMP/out" 2> "$TMP/err"
}
post() {
	printf '{"v":1,"key":"x:h:%s","type":"Note","channel":"x",' "$1"
	printf '"content":"post %s"}\n' "$1"
}
post 1 > "$TMP/one"

# -- posts --------------------------------------------------------------------
program two <<END
#!/bin/sh
$(printf 'cat <<"E"\n%s\n%s\nE' "$(post 1)" "$(post 2)")
END
source_of two "$TMP/two"
get two
is "$?" 0 'a program is run'
is "$(jq -r '[.key, .source, .brand] | join(" ")' "$TMP/out" | paste -sd'|')" \
	'x:h:1 two default|x:h:2 two default' 'and its records come out'
is "$(sm-fetch exec "$TMP/two" | wc -l | tr -d ' ')" 2 \
	'by hand as well'
get two --limit 1
is "$(wc -l < "$TMP/out" | tr -d ' ')" 1 '--limit stops it'

# -- what it sees -------------------------------------------------------------
program env <<'END'
#!/bin/sh
env | sort > "${0%/*}/env.out"
printf '%s\n' "$@" > "${0%/*}/args.out"
END
source_of env "$TMP/env 'a b' \$(touch $TMP/canary) '*' \`id\`"
printf '\tbrand = acme\n\tsince = 2d\n' >> "$TMP/conf"
SM_SECRET_OF_MINE=x API_TOKEN=y get env --limit 7
is "$(grep -c 'SECRET\|TOKEN' "$TMP/env.out")" 0 \
	'nothing else of our environment reaches it'
is "$(grep '^SM_' "$TMP/env.out" | paste -sd' ')" \
	'SM_BRAND=acme SM_LIMIT=7 SM_SINCE=2026-11-19T12:00:00Z SM_SOURCE=env' \
	'it sees source, brand, since and limit'
is "$(head -3 "$TMP/args.out" | paste -sd'|')" "a b|\$(touch|$TMP/canary)" \
	'its words are words, whatever stands in them'
ok 'and no shell looked at them' test ! -e "$TMP/canary"

# -- cursors ------------------------------------------------------------------
program pages <<'END'
#!/bin/sh
n=$(printf '%s' "${SM_CURSOR:-{\"n\":0\}}" | sed 's/[^0-9]//g')
n=$((n + 1))
printf '{"v":1,"key":"x:h:%s","type":"Note","channel":"x","content":"c"}\n' $n
printf '{"type":"sm:Checkpoint","source":"pages","cursor":{"n":%s}}\n' $n
END
source_of pages "$TMP/pages"
for i in 1 2 3; do
	sm-fetch -c "$TMP/conf" --state "$TMP/s" pages |
		sm-checkpoint "$TMP/s"
done > "$TMP/out"
is "$(jq -r .key "$TMP/out" | paste -sd' ')" 'x:h:1 x:h:2 x:h:3' \
	'it goes on from the cursor that it printed itself'
sm-fetch -c "$TMP/conf" --state "$TMP/s" pages > "$TMP/out"
sm-fetch -c "$TMP/conf" --state "$TMP/s" pages > "$TMP/out"
is "$(jq -r 'select(.key).key' "$TMP/out")" x:h:4 \
	'what nobody kept is fetched again'
program odd <<'END'
#!/bin/sh
printf '%s' "${SM_CURSOR-}" > "${0%/*}/cursor.out"
cat "${0%/*}/odd.out"
END
cat > "$TMP/odd.out" <<'END'
{"v":1,"key":"x:h:o","type":"Note","channel":"x","content":"$(touch canary)"}
{"type":"sm:Checkpoint","cursor":{"at":"$(touch canary) `touch canary` ';touch canary;' | > canary"}}
END
source_of odd "$TMP/odd"
for i in 1 2; do
	(cd "$TMP" && sm-fetch -c conf --state s4 odd | sm-checkpoint s4)
done > "$TMP/out"
is "$(jq -r .at "$TMP/cursor.out")" \
	"\$(touch canary) \`touch canary\` ';touch canary;' | > canary" \
	'a cursor is data, whatever stands in it'
ok 'which nobody runs' test ! -e "$TMP/canary" -a ! -e canary
program gap <<'END'
#!/bin/sh
echo '{"type":"sm:Gap","since":"2026-11-20T00:00:00Z","why":"page 3 was empty"}'
echo '{"type":"sm:Error","why":"one ticket was odd"}'
echo '{"type":"sm:Checkpoint","cursor":"no object"}'
END
source_of gap "$TMP/gap"
get --state "$TMP/s2" gap
is "$?" 75 'a gap that it tells of is one'
is "$(jq -r 'select(.type == "sm:Gap") | .since + " " + .why' "$TMP/out")" \
	'2026-11-20T00:00:00Z page 3 was empty' 'and is passed on'
like "$(cat "$TMP/err")" 'gap: one ticket was odd' 'so is what failed'
like "$(cat "$TMP/err")" "a checkpoint without an object 'cursor'" \
	'a cursor that is none is refused'

# -- what it says -------------------------------------------------------------
program says <<'END'
#!/bin/sh
echo 'first thing' >&2
printf 'second \033[31mthing' >&2
END
source_of says "$TMP/says"
get says
is "$?" 0 'to say something is no fault'
is "$(cat -v "$TMP/err" | paste -sd'|')" \
	'sm-fetch: says: first thing|sm-fetch: says: second M-oM-?M-=[31mthing' \
	'its messages come line by line, with the name of the source, harmless'
program broken <<END
#!/bin/sh
cat "$TMP/one"
echo 'nonsense'
echo '{"v":1,"key":"only"}'
cat "$TMP/one"
printf '{"v":1,"key":"x:h:9"'
END
source_of broken "$TMP/broken"
get broken
is "$?" 1 'broken lines are counted'
is "$(grep -o 'line:[0-9]*:' "$TMP/err" | paste -sd' ')" \
	'line:2: line:3: line:5:' 'and named by their numbers'
is "$(wc -l < "$TMP/out" | tr -d ' ')" 2 'the good ones come out'
like "$(cat "$TMP/err")" 'the last line has no end' \
	'a line without an end is no data'
program long <<'END'
#!/bin/sh
head -c 3000000 /dev/zero | tr '\0' x
echo
cat "${0%/*}/one"
END
source_of long "$TMP/long"
get long
is "$? $(wc -l < "$TMP/out" | tr -d ' ')" '1 1' 'a line too long is passed over'

# -- how it ends --------------------------------------------------------------
for pair in '0 0' '75 75' '77 77' '1 69' '69 69' '42 69'; do
	status=${pair% *}
	printf '#!/bin/sh\ncat "%s/one"\nexit %s\n' "$TMP" "$status" |
		program ends
	sm-fetch exec "$TMP/ends" > "$TMP/out" 2> "$TMP/err"
	is "$? $(wc -l < "$TMP/out" | tr -d ' ')" "${pair#* } 1" \
		"status $status of the program makes ${pair#* }, its posts come"
done
like "$(cat "$TMP/err")" "failed (status 42)" 'and the status is said'
printf '#!/bin/sh\nkill -9 $$\n' | program killed
status 69 'a program that is killed has failed' sm-fetch exec "$TMP/killed"
like "$(cat "$TMP/err")" 'ended by signal 9' 'and by what is said'
status 78 'a program that is not there is a fault of the configuration' \
	sm-fetch exec "$TMP/nowhere"
status 78 'so is no command' sm-fetch exec ' '

# gone PID: it ends within ten seconds
gone() {
	i=0
	while kill -0 "$1" 2> /dev/null && [ $i -lt 100 ]; do
		sleep 0.1
		i=$((i + 1))
	done
	[ $i -lt 100 ]
}
program slow <<'END'
#!/bin/sh
cat "${0%/*}/one"
sleep 1000 &
echo $! > "${0%/*}/child"
wait
END
source_of slow "$TMP/slow" '	timeout = 1s'
get slow
is "$?" 75 'a program that takes too long is ended'
is "$(wc -l < "$TMP/out" | tr -d ' ')" 1 'what it had printed is not lost'
ok 'and so is all that it started' gone "$(cat "$TMP/child")"
program leaves <<'END'
#!/bin/sh
cat "${0%/*}/one"
sleep 1000 &
echo $! > "${0%/*}/child"
END
source_of leaves "$TMP/leaves"
status 0 'a program that leaves another behind is not waited for' \
	timeout 60 sm-fetch -c "$TMP/conf" leaves
ok 'which is ended' gone "$(cat "$TMP/child")"
printf '#!/bin/sh\nyes "%s"\n' "$(cat "$TMP/one" | sed 's/"/\\"/g')" |
	program endless
source_of endless "$TMP/endless" '	max_output = 4k'
get endless
is "$?" 69 'a program that prints without end is ended'
like "$(cat "$TMP/err")" 'more than 4096 bytes' 'and told so'

mkdir "$TMP/tape"
touch "$TMP/tape/index"
status 66 'a replay runs no program' \
	sm-fetch --replay "$TMP/tape" exec "$TMP/two"

# -- beside others ------------------------------------------------------------
for who in a b; do
	other=$([ $who = a ] && echo b || echo a)
	program $who <<END
#!/bin/sh
touch "$TMP/here-$who"
i=0
while [ ! -e "$TMP/here-$other" ] && [ \$i -lt 100 ]; do
	sleep 0.1
	i=\$((i + 1))
done
[ \$i -lt 100 ] || exit 42
cat "$TMP/one"
END
	source_of $who "$TMP/$who"
done
get a b
is "$? $(wc -l < "$TMP/out" | tr -d ' ')" '0 2' \
	'programs run side by side: each could wait for the other'
printf '#!/bin/sh\nexec sleep 1000\n' | program sleeps
source_of sleeps "$TMP/sleeps" '	timeout = 2s'
get sleeps two says
is "$? $(wc -l < "$TMP/out" | tr -d ' ')" '75 2' \
	'one that hangs stops no other'

# -- foreign objects ----------------------------------------------------------
cat > "$TMP/m.json" <<'END'
{ "name": "tickets", "summary": "tickets", "channel": "tickets",
  "host": "tickets.example",
  "records": { "ticket": { "key": "/nr", "content": "/text|html",
	"published": "/at", "attributedTo": { "name": "/who" } } },
  "take": { "items": "/list/*", "record": "ticket" } }
END
program foreign <<'END'
#!/bin/sh
echo '{"list":[{"nr":8,"text":"<b>late</b> &amp; wet","at":1795262400,"who":"Ola"},{"nr":7,"text":"first","at":1795262300}]}'
echo '{"type":"sm:Checkpoint","cursor":{"n":1}}'
echo '{"other":1}'
END
source_of foreign "$TMP/foreign" "	mapping = $TMP/m.json"
get --state "$TMP/s3" foreign
is "$?" 1 'an object that the mapping does not know is noted'
is "$(jq -r 'select(.key) | [.key, .content, .attributedTo.name // "-"] |
	join(" ")' "$TMP/out" | paste -sd'|')" \
	'tickets:tickets.example:7 first -|tickets:tickets.example:8 late & wet Ola' \
	'foreign objects become posts, the oldest first'
is "$(jq -c 'select(.cursor).cursor' "$TMP/out" | tail -1)" '{"n":1}' \
	'and its checkpoint is one'
sed 's/published/publisched/' "$TMP/m.json" > "$TMP/m2.json"
echo '{}' | sm-fetch --mapping "$TMP/m2.json" ndjson - > /dev/null \
	2> "$TMP/err"
is "$?" 78 'a mapping with a slip of the pen is refused'
like "$(cat "$TMP/err")" \
	"$TMP/m2.json: /records/ticket/publisched: no such member 'publisched'; did you mean 'published'?" \
	'with file, place and the nearest name'
SM_NOW=2026-08-25T12:00:00Z
SM_SHARE=$PWD/share
export SM_SHARE SM_NOW
for file in tests/fixture/mapping/*.ndjson; do
	name=${file##*/}
	name=${name%.ndjson}
	ok "the mapping of $name gives what is expected" sh -c "
		sm-fetch --mapping ${name%%-*} ndjson $file 2> '$TMP/err' |
		cmp - tests/fixture/mapping/$name.expect"
done

done_testing
