#!/bin/sh
# sm-fetch feed, feedparser and sfeed read the same feeds (tests/fixture/feed/
# wild), field by field; where they differ, tests/live/feed-oracle.tsv says why.
. tests/lib.sh
python=/usr/bin/python3

if ! $python -c 'import feedparser' 2> /dev/null ||
    ! command -v sfeed > /dev/null; then
	[ -z "${CI-}" ] || {
		echo 'Bail out! python3-feedparser or sfeed is not installed'
		exit 1
	}
	echo '1..0 # SKIP python3-feedparser or sfeed is not installed'
	exit 0
fi
status 0 'feeds of all kinds are made' \
	$python tests/fixture/feed/wild/make.py "$TMP/wild"
note "$(cat "$TMP/out") feeds"
$python tests/live/feed-oracle.py "$TMP/wild" tests/live/feed-oracle.tsv \
	> "$TMP/all" 2>&1
is "$?" 0 'what differs from feedparser and sfeed is explained'
grep -v '^#' "$TMP/all" | sed '$d' | head -20 | while read -r line; do
	note "$line"
done
note "$(tail -2 "$TMP/all" | head -1)"
# ok FILE N NAME: of the fields on which both agree N in 1000 are the same
ok() {
	last=$(tail -1 "$1")
	note "$last"
	both=${last%% *}
	same=${last##*, }
	same=${same%% *}
	if [ "$((same * 1000))" -ge "$((both * $2))" ]; then
		report 0 "$3"
	else
		report 1 "$3"
	fi
}
ok "$TMP/all" 990 'of the fields on which both agree 99 in 100 are the same'

status 0 'feeds are made by rule, and at random' \
	$python -B tests/fixture/feed/wild/matrix.py "$TMP/matrix" 400 1 8
$python tests/live/feed-oracle.py "$TMP/matrix" tests/live/feed-oracle.tsv \
	> "$TMP/rule" 2>&1
ok "$TMP/rule" 970 'of these it is 97 in 100, most of them odd'

done_testing
