#!/bin/sh
# sm-checkpoint: cursors are kept once the posts before them are out.
. tests/lib.sh

post='{"v":1,"key":"a:b:1","type":"Note","channel":"a","content":"x"}'
mark='{"type":"sm:Checkpoint","source":"s 1","cursor":{"n":1},"count":1}'
gap='{"type":"sm:Gap","source":"s 1","why":"x"}'
state=$TMP/state

printf '%s\n' "$post" "$gap" "$mark" > "$TMP/in"
is "$(sm-checkpoint "$state" < "$TMP/in")" "$post
$gap" 'posts and other control lines go on, checkpoints end here'
is "$(jq -c . "$state")" '{"s 1":{"n":1}}' 'the cursor is in the file'
is "$(stat -c %a "$state")" 600 'which nobody else can read'
printf '%s\n' "$mark" | sed 's/s 1/t/; s/"n":1/"n":2/' |
	sm-checkpoint "$state"
is "$(jq -c . "$state")" '{"s 1":{"n":1},"t":{"n":2}}' \
	'other sources stay as they are'
printf '%s\n' "$mark" | sed 's/"n":1/"n":3/' | sm-checkpoint "$state"
is "$(jq -c '."s 1".n' "$state")" 3 'the last cursor wins'
is "$(sm-checkpoint --drop "$state" "$TMP/in")" '' '--drop writes no posts'

before=$(cat "$state")
status 74 'a full disk is noticed' \
	sh -c "sm-checkpoint '$state' < '$TMP/in' > /dev/full"
is "$(cat "$state")" "$before" 'and then no cursor moves'
sed 's/"n":1/"n":9/' "$TMP/in" > "$TMP/in9"
sh -c "sm-checkpoint '$state' < '$TMP/in9' >&-" 2> /dev/null
is "$(cat "$state")" "$before" 'nor where there is no output'
printf '%s' "$mark" | sed 's/"n":1/"n":9/' | sm-checkpoint "$state" \
	2> "$TMP/err"
is "$? $(jq -c '."s 1".n' "$state")" '1 1' \
	'a checkpoint that is cut is none'
echo '{"type":"sm:Checkpoint","source":"s"}' > "$TMP/in"
status 1 'a checkpoint without a cursor is reported' \
	sm-checkpoint "$state" "$TMP/in"
like "$(cat "$TMP/err")" "$TMP/in:1:" 'with its line'
echo nonsense > "$TMP/in"
status 1 'a line that is no record is reported' \
	sm-checkpoint "$state" "$TMP/in"
echo '[1]' > "$TMP/wrong"
status 65 'a state file that is none is not overwritten' \
	sm-checkpoint "$TMP/wrong" "$TMP/in"
is "$(cat "$TMP/wrong")" '[1]' 'it stays as it is'
status 73 'a folder that is not there is noticed' \
	sh -c "echo '$mark' | sm-checkpoint $TMP/no/state"
status 66 'a missing input is noticed' sm-checkpoint "$state" "$TMP/nowhere"
status 64 'no file is a mistake' sm-checkpoint

# Killed at any moment, the file is whole and old or new.
i=0
while [ $i -lt 50 ]; do
	printf '{"type":"sm:Checkpoint","source":"k","cursor":{"n":%d}}\n' $i
	i=$((i + 1))
done > "$TMP/many"
bad=0
for ms in 1 2 3 4 5 6 7 8 9; do
	timeout -s KILL "0.00$ms" sm-checkpoint "$state" "$TMP/many" \
		> /dev/null 2>&1
	jq -e . "$state" > /dev/null || bad=$((bad + 1))
done
is "$bad" 0 'a kill leaves the old file or the new one'

done_testing
