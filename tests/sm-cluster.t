#!/bin/sh
# sm-cluster: posts that say the same.
. tests/lib.sh

post() {
	printf '{"v":1,"key":"k:%s","brand":"%s","attributedTo":{"id":"%s"},"content":"%s","fetched":"2026-11-21T10:00:%02dZ","x":[1, 2]}\n' "$@"
}
{
	post 1 b ann 'The lift in the station has been broken since Monday' 1
	post 2 b bob 'the lift in the station has been broken since monday!!' 2
	post 3 b cy 'A quiet day at the seaside with the children' 3
	post 4 b ann 'The lift in the station has been broken since last Monday' 4
	post 5 other dee 'The lift in the station has been broken since Monday' 5
	echo '{"type":"sm:Checkpoint","source":"s"}'
	echo '{"v":1,"key":"k:6","brand":"b","direction":"out","content":"The lift in the station has been broken since Monday"}'
	echo '{"v":1,"key":"k:7"}'
} > "$TMP/posts"
status 0 'posts are looked at' sm-cluster "$TMP/posts"
is "$(jq -c '[.key, .cluster.size, .cluster.authors, .cluster.first]' \
    "$TMP/out")" '["k:1",null,null,null]
["k:2",2,2,"k:1"]
["k:3",null,null,null]
["k:4",3,2,"k:1"]
["k:5",null,null,null]
[null,null,null,null]
["k:6",null,null,null]
["k:7",null,null,null]' 'those that say the same are told so'
is "$(sed 's/,"cluster":{[^}]*}//' "$TMP/out")" "$(cat "$TMP/posts")" \
    'all else is kept byte for byte'
head -2 "$TMP/posts" | sm-cluster --state "$TMP/state" > "$TMP/a"
sed 1,2d "$TMP/posts" | sm-cluster --state "$TMP/state" >> "$TMP/a"
ok 'two runs with a state are as one' cmp "$TMP/a" "$TMP/out"
is "$(stat -c %a "$TMP/state")" 600 'the state is for its owner alone'
is "$(grep -c 'lift' "$TMP/state")" 0 'and holds no text'
cp "$TMP/state" "$TMP/before"
sm-cluster --state "$TMP/state" "$TMP/posts" > "$TMP/b"
is "$(jq -r 'select(.key == "k:4").cluster.size' "$TMP/b")" 3 \
    'what comes again does not count again'
head -c 300 "$TMP/before" > "$TMP/state"
status 0 'a broken state is no reason to stop' sm-cluster \
    --state "$TMP/state" "$TMP/posts"
like "$(cat "$TMP/err")" 'beginning anew' 'but is told'
is "$(jq -c 'select(.key == "k:1")' "$TMP/b" | sm-cluster |
    jq -c '[.cluster.size, .cluster.first]')" '[1,"k:1"]' \
    'an older answer gives way'
status 64 'a window is a duration' sm-cluster --window soon "$TMP/posts"
status 73 'a state that cannot be made is status 73' sm-cluster \
    --state /dev/null/x "$TMP/posts"
status 74 'a full disk is noticed' sh -c 'sm-cluster "$1" > /dev/full' - \
    "$TMP/posts"
done_testing
