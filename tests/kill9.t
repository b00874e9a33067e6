#!/bin/sh
# kill -9 at any moment of sm-case add: what is stored is whole, no cursor is
# ahead of its posts, and going on from it nothing is lost and nothing is
# there twice.  SM_KILLS kills (100); make soak has a thousand.
. tests/lib.sh

if ! command -v sqlite3 > /dev/null; then
	skip 'kill -9 at any moment' 'no sqlite3'
	done_testing
fi
trials=${SM_KILLS:-100}
seed=${SM_TEST_SEED:-1}
st=$TMP/sm.db

# 1,200 posts of 200 customers in 90 threads: new ones, edits of earlier ones,
# Tombstones; a checkpoint every 25 lines with the line's number as cursor.
awk 'BEGIN {
	srand(7)
	for (i = 1; i <= 1200; i++) {
		key = i
		rev = 1
		if (i % 17 == 0) {
			key = int(rand() * i) + 1
			rev = i
		}
		author = int(rand() * 200)
		decision = i % 5 == 0 ? "ignore" : i % 7 == 0 ? "defer" : "react"
		if (i % 101 == 0)
			printf "{\"v\":1,\"key\":\"x:h:%d\",\"brand\":\"b\",\"type\":\"Tombstone\",\"deleted\":\"%d\"}\n", key, i
		else
			printf "{\"v\":1,\"key\":\"x:h:%d\",\"rev\":\"%d\",\"brand\":\"b\",\"context\":\"t%d\",\"attributedTo\":{\"preferredUsername\":\"u%d\"},\"content\":\"post %d, %s\",\"start\":\"2026-11-21T10:00:00Z\",\"route\":{\"decision\":\"%s\",\"queue\":\"q%d\",\"priority\":%d,\"labels\":[\"l%d\"]}}\n", key, rev, int(rand() * 90), author, i, decision, decision, i % 3, i % 100, i % 4
		lines++
		if (i % 25 == 0)
			printf "{\"type\":\"sm:Checkpoint\",\"source\":\"s\",\"cursor\":\"%d\"}\n", ++lines
	}
}' > "$TMP/all"
total=$(wc -l < "$TMP/all")

# What must be there at the end: the last word on each key, but a Tombstone
# stays.
awk '/^{"v"/ {
	match($0, /"key":"[^"]*"/)
	key = substr($0, RSTART, RLENGTH)
	if (last[key] !~ /Tombstone/)
		last[key] = $0
} END { for (k in last) print last[k] }' "$TMP/all" | sort > "$TMP/want"

cursor() {
	[ -f "$st" ] || { echo 0; return; }
	c=$(sqlite3 "$st" "SELECT cursor FROM cursors WHERE source = 's'")
	echo "${c:-0}"
}

# The store as it is now: a word for each fault.
faults() {
	[ -f "$st" ] || return
	sound=$(sqlite3 "$st" 'PRAGMA integrity_check' 2>&1)
	[ "$sound" = ok ] ||
	    echo "trial $trial: the file is damaged: $sound"
	sm-case verify -q -s "$st" > "$TMP/out" 2>&1 || sed "s/^/trial $trial: /" "$TMP/out"
	[ "$(sqlite3 "$st" 'SELECT count(*) FROM v_post WHERE NOT json_valid(line)')" -eq 0 ] ||
	    echo "trial $trial: a post is not whole"
	# No cursor without the posts before it.
	head -n "$(cursor)" "$TMP/all" | sed -n 's/.*"key":"\([^"]*\)".*/\1/p' |
	    sort -u > "$TMP/before"
	sqlite3 "$st" 'SELECT key FROM v_post ORDER BY key' | sort > "$TMP/there"
	[ -z "$(comm -23 "$TMP/before" "$TMP/there")" ] ||
	    echo "trial $trial: the cursor is ahead of its posts"
}

finish() {
	tail -n +"$(($(cursor) + 1))" "$TMP/all" | sm-case add -s "$st" ||
	    echo "trial $trial: cannot go on"
	sqlite3 "$st" 'SELECT line FROM v_post' | sort > "$TMP/got"
	cmp -s "$TMP/want" "$TMP/got" ||
	    echo "trial $trial: what is stored is not what was sent"
	sm-case verify -q -s "$st" > /dev/null || echo "trial $trial: no longer whole"
	rm -f "$st" "$st"-*
}

# How long it takes undisturbed, in milliseconds.
begin=$(date +%s%N)
trial=0
sm-case add -s "$st" "$TMP/all"
end=$(date +%s%N)
rm -f "$st" "$st"-*
ms=$(((end - begin) / 1000000 + 20))

killed=0
finished=0
trial=1
: > "$TMP/faults"
for after in $(awk -v n="$trials" -v ms="$ms" -v seed="$seed" 'BEGIN {
	srand(seed)
	for (i = 0; i < n; i++)
		printf "%.4f\n", (0.5 + rand() * ms) / 1000
    }'); do
	tail -n +"$(($(cursor) + 1))" "$TMP/all" > "$TMP/rest"
	timeout --foreground -s KILL "$after" sm-case add -s "$st" "$TMP/rest"
	[ $? -eq 137 ] && killed=$((killed + 1))
	faults >> "$TMP/faults"
	# Every third time to the end, and from the beginning with a new one.
	if [ $((trial % 3)) -eq 0 ] || [ "$(cursor)" -ge "$total" ]; then
		finish >> "$TMP/faults"
		finished=$((finished + 1))
	fi
	trial=$((trial + 1))
done 2> /dev/null
finish >> "$TMP/faults"
is "$(head -n 20 "$TMP/faults")" '' \
    "after each of $trials kills the store is whole and nothing is lost"
ok "at least a third of them hit ($killed), $finished times to the end" \
    test "$killed" -ge $((trials / 3))
rm -f "$st".new-*
done_testing
