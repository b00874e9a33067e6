#!/bin/sh
# What every filter owes a pipe: the documented status and message for each
# kind of bad input and output, nothing lost, nothing held back.
. tests/lib.sh

cat > "$TMP/rules" <<'END'
stage care {
  rule all
    when has content
    then react; queue "care"
}
END
post='{"v":1,"key":"feed:a.example:1","type":"Note","channel":"feed","source":"s","brand":"b","id":"1","content":"not good","attributedTo":{"name":"x"},"fetched":"2026-11-20T10:00:00Z","start":"2026-11-20T10:00:00Z","direction":"in","visibility":"public"}'
other=$(printf '%s' "$post" | sed 's/a.example:1/a.example:2/; s/"id":"1"/"id":"2"/')
control='{"type":"sm:Gap","source":"s","why":"told","x":[1.50]}'
unknown='{"v":2,"key":"feed:a.example:3","type":"Note","content":"later"}'
printf '%s\n' "$post" > "$TMP/one"
printf '%s\n%s\n%s\n' "$post" 'no record' "$other" > "$TMP/broken"
printf '%s\n%s\n%s\n' "$post" "$unknown" "$other" > "$TMP/unknown"
{
	printf '%s\n{"v":1,"content":"' "$post"
	head -c 2097152 /dev/zero | tr '\0' x
	printf '"}\n%s\n' "$other"
} > "$TMP/long"
printf '%s\n{"v":1,"content":"\377"}\n%s\n' "$post" "$other" > "$TMP/utf8"
{
	printf '%s\n{"v":1,"a":' "$post"
	head -c 1000 /dev/zero | tr '\0' '['
	head -c 1000 /dev/zero | tr '\0' ']'
	printf '}\n%s\n' "$other"
} > "$TMP/nested"
printf '%s\n%s' "$post" "$other" > "$TMP/cut"
awk -v p="$post" 'BEGIN { for (i = 0; i < 5000; i++) print p }' > "$TMP/many"

. tests/lib-filters.sh
sm-case add -s "$TMP/join.db" "$TMP/one"

for f in score route grep_ join checkpoint; do
	name="sm-${f%_}"
	rm -f "$TMP/state"
	status 0 "$name: a good post is status 0" $f "$TMP/one"
	is "$(wc -l < "$TMP/out")" 1 "$name: and comes out"
	status 1 "$name: a broken line is status 1" $f "$TMP/broken"
	like "$(cat "$TMP/err")" "$TMP/broken:2: byte 1: expected an object" \
	    "$name: it is told with file and line"
	is "$(wc -l < "$TMP/out")" 2 "$name: its neighbours are kept"
	status 1 "$name: an unknown version is status 1" $f "$TMP/unknown"
	is "$(sed -n 2p "$TMP/out")" "$unknown" \
	    "$name: and is passed on as it is, in its place"
	like "$(cat "$TMP/err")" "$TMP/unknown:2: record version 2 is unknown" \
	    "$name: and told"
	status 1 "$name: a line of 2 MiB is status 1" $f "$TMP/long"
	like "$(cat "$TMP/err")" "$TMP/long:2: longer than 1 MiB" \
	    "$name: it is told with file and line"
	is "$(wc -l < "$TMP/out")" 2 "$name: what stands round it is kept"
	status 1 "$name: bytes that are not UTF-8 are status 1" $f "$TMP/utf8"
	like "$(cat "$TMP/err")" "utf8:2: byte 19: not UTF-8" \
	    "$name: the byte is told"
	status 1 "$name: 1,000 nested arrays are status 1" $f "$TMP/nested"
	like "$(cat "$TMP/err")" "nested:2: byte 75: nested too deeply" \
	    "$name: it is told where"
	is "$(wc -l < "$TMP/out")" 2 "$name: and its neighbours are kept"
	status 1 "$name: a last line without line feed is status 1" $f \
	    "$TMP/cut"
	like "$(cat "$TMP/err")" "cut:2: the last line has no line feed" \
	    "$name: and told"
	is "$(wc -l < "$TMP/out")" 1 "$name: and not taken as data"
	status 66 "$name: a missing file is status 66" $f "$TMP/nowhere"
	like "$(cat "$TMP/err")" "cannot open '$TMP/nowhere': No such file" \
	    "$name: and named"
	status 74 "$name: a full disk is noticed" \
	    sh -c '. tests/lib-filters.sh; "$1" "$2" > /dev/full' sh $f \
	    "$TMP/one"
	like "$(cat "$TMP/err")" 'cannot write the output: No space left' \
	    "$name: and told"
	printf '%s\n%s\n' "$control" "$post" | $f > "$TMP/out" 2> "$TMP/err"
	is "$(head -n 1 "$TMP/out")" "$control" \
	    "$name: a control line goes through byte for byte"
	$f "$TMP/many" 2> "$TMP/err" | head -n 1 > /dev/null
	is "$(cat "$TMP/err")" "" "$name: a reader that goes away is no news"
	is "$(printf '%s\n' "$post" | $f - | wc -l)" 1 \
	    "$name: '-' is standard input"
	# Nothing found is status 1, as with grep(1).
	none=0
	[ $f = grep_ ] && none=1
	status $none "$name: nothing in, nothing out" $f /dev/null
	is "$(cat "$TMP/out" "$TMP/err")" "" "$name: and nothing to say"
done

for f in score route grep_ join; do
	name="sm-${f%_}"
	status 65 "$name --strict: a broken line ends it with 65" $f --strict \
	    "$TMP/broken"
	status 65 "$name --strict: so does an unknown version" $f --strict \
	    "$TMP/unknown"
	status 65 "$name --strict: and a cut line" $f --strict "$TMP/cut"
	rm -f "$TMP/rejects"
	$f --rejects "$TMP/rejects" "$TMP/broken" > /dev/null 2>&1
	is "$(cat "$TMP/rejects")" 'no record' \
	    "$name --rejects: what was no record is kept"
	# Live: what went in comes out before more is there.
	rm -f "$TMP/in" "$TMP/back"
	mkfifo "$TMP/in" "$TMP/back"
	$f < "$TMP/in" > "$TMP/back" &
	pid=$!
	exec 3> "$TMP/in" 4< "$TMP/back"
	printf '%s\n' "$post" >&3
	if IFS= read -r line <&4 && [ -n "$line" ]; then
		report 0 "$name: a post comes out while the pipe stays open"
	else
		report 1 "$name: a post comes out while the pipe stays open"
	fi
	exec 3>&- 4<&-
	wait $pid
done

for program in "$BIN"/*; do
	name=${program##*/}
	status 0 "$name --help is status 0" "$program" --help
	like "$(cat "$TMP/out")" 'usage: ' "$name --help shows the usage"
	status 0 "$name -h is status 0" "$program" -h
	ok "$name -h is at most 32 lines" test "$(wc -l < "$TMP/out")" -le 32
	status 0 "$name --version is status 0" "$program" --version
	like "$(cat "$TMP/out")" 'records v1' "$name --version names the format"
	status 64 "$name: an unknown option is status 64" "$program" --no-such
	like "$(cat "$TMP/err")" "no option '--no-such'" "$name: and named"
	status 74 "$name: --help to a full disk is noticed" \
	    sh -c '"$1" --help > /dev/full' sh "$program"
done

# On a terminal nothing of a stranger's arrives raw.
if command -v script > /dev/null; then
	evil='{"v":1,"key":"k","content":"\u001b]0;x\u0007 \u009b31m \u202e"}'
	raw=$(printf '{"v":1,"content":"a\302\2331m\342\200\256b\177"}')
	printf '%s\n%s\n' "$evil" "$raw" > "$TMP/evil"
	script -qec "sm-grep 'has content' '$TMP/evil'" /dev/null \
	    < /dev/null > "$TMP/tty" 2>&1
	is "$(LC_ALL=C tr -d '\n\r\t -~' < "$TMP/tty" | wc -c)" 0 \
	    'on a terminal there is nothing but plain characters'
	like "$(cat "$TMP/tty")" 'a\u009b1m\u202eb\u007f' \
	    'what was raw stands there as the same JSON'
	is "$(sm-grep 'has content' "$TMP/evil")" "$(cat "$TMP/evil")" \
	    'into a pipe it goes as it came'
else
	skip 'on a terminal there is nothing but plain characters' 'no script(1)'
fi
done_testing
