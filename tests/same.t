#!/bin/sh
# The same posts give the same bytes: with any number of threads, in any
# locale and time zone, with and without vector instructions, and however the
# input is cut into pieces.
. tests/lib.sh

sm-fetch -c share/demo/config --all 2> /dev/null > "$TMP/posts"
awk '{ print } END { }' "$TMP/posts" "$TMP/posts" "$TMP/posts" "$TMP/posts" \
    "$TMP/posts" "$TMP/posts" "$TMP/posts" "$TMP/posts" > "$TMP/many"
ok 'there are posts to work on' test "$(wc -l < "$TMP/many")" -gt 1500

line() {
	sm-score "$@" < "$TMP/many" | sm-route -f share/demo/rules "$@"
}
line > "$TMP/want"
want=$(cksum < "$TMP/want")
for jobs in 1 2 7; do
	is "$(line -j $jobs | cksum)" "$want" "-j $jobs: the same bytes"
done
is "$(SM_SIMD=scalar line | cksum)" "$want" 'without vectors: the same bytes'
for zone in UTC Asia/Shanghai America/Sao_Paulo; do
	is "$(TZ=$zone line | cksum)" "$want" "TZ=$zone: the same bytes"
done
for locale in C POSIX pl_PL.UTF-8 tr_TR.UTF-8; do
	is "$(LC_ALL=$locale line 2> /dev/null | cksum)" "$want" \
	    "LC_ALL=$locale: the same bytes"
done
is "$(SM_NOW=2031-01-01T00:00:00Z line | cksum)" "$want" \
    'no clock is read while scoring and routing'
is "$(while IFS= read -r post; do printf '%s\n' "$post"; done \
    < "$TMP/many" | sm-score | sm-route -f share/demo/rules | cksum)" "$want" \
    'line by line: the same bytes'

# What was there stays, byte for byte and in order.
odd='{"z":1.50,"v":1, "content" : "a\u0062c\/" ,"big":123456789012345678901234567890,"n":null,"x":{"é":[1e2,-0]}}'
got=$(printf '%s\n' "$odd" | sm-score | sm-route -f share/demo/rules)
like "$got" "${odd%\}}" 'foreign members are kept byte for byte and in order'

# A second time through changes nothing.
is "$(sm-score < "$TMP/want" | sm-route -f share/demo/rules | cksum)" \
    "$want" 'a program replaces its own object where it stands'

# The invariants of the format, on every record.
if command -v jq > /dev/null; then
	is "$(jq -r 'select((.score.why | add) != .score.priority) | .key' \
	    "$TMP/want")" '' "score.why sums to score.priority on every record"
	is "$(jq -r 'select((.route.why | add) != .route.priority) | .key' \
	    "$TMP/want")" '' "route.why sums to route.priority on every record"
	is "$(jq -r '.key as $k | .score as $s | ($s.evidence // {}) |
	    to_entries[] | select((.value | map(.[1]) | add) != $s[.key]) |
	    $k' "$TMP/want")" '' 'evidence sums to what it explains'
	is "$(jq -r 'select(.route.decision | IN("react", "ignore", "defer") |
	    not) | .key' "$TMP/want")" '' 'every record has a decision'
	is "$(jq -r 'select(.route.decision == "ignore" and
	    (.route.reason // "") == "") | .key' "$TMP/want")" '' \
	    'nothing is ignored without a reason'
	is "$(jq -c '.. | select(. == null)' "$TMP/want" | wc -l)" 0 \
	    'there is no null'
	is "$(jq -r '.. | numbers | select(. != floor)' "$TMP/want" | wc -l)" \
	    0 'and no number but integers'
	# jq is also an oracle of our reading and writing.
	is "$(jq -cS 'del(.score, .route)' "$TMP/want" | cksum)" \
	    "$(jq -cS 'del(.score, .route)' "$TMP/many" | cksum)" \
	    'without our objects it is what came in'
else
	skip 'the invariants of the format' 'jq is not installed'
fi
done_testing
