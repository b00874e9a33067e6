#!/bin/sh
# sm-grep: records by an expression.
. tests/lib.sh

cat > "$TMP/posts" <<'END'
{"v":1,"key":"k:1","content":"Refund me","score":{"lang":"en","sentiment":-50}}
{"v":1,"key":"k:2","content":"oddajcie","score":{"lang":"pl","sentiment":-20},"x":[1.50, 2]}
{"type":"sm:Checkpoint","source":"s","cursor":"c","count":2}
{"v":1,"key":"k:3","content":"thanks","score":{"lang":"en","sentiment":60}}
END
keys() {
	sed -n 's/.*"key":"\([^"]*\)".*/\1/p' | tr '\n' ' '
}
control='{"type":"sm:Checkpoint","source":"s","cursor":"c","count":2}'

status 0 'something found is status 0' sm-grep 'lang = "pl"' "$TMP/posts"
is "$(cat "$TMP/out")" "$(sed -n 2,3p "$TMP/posts")" \
    'a record comes out byte for byte, control lines as well'
status 1 'nothing found is status 1' sm-grep 'lang = "zh"' "$TMP/posts"
is "$(cat "$TMP/out")" "$control" 'but the control line'
is "$(sm-grep --posts 'lang = "zh"' "$TMP/posts")" '' \
    '--posts drops control lines'
is "$(sm-grep --not 'lang = "en"' "$TMP/posts" | keys)" 'k:2 ' \
    '--not gives the others'
is "$(sm-grep 'sentiment < 0 and text =~ /refund/i' "$TMP/posts" | keys)" \
    'k:1 ' 'an expression may have parts'
is "$(sm-grep 'has text' < "$TMP/posts" | keys)" 'k:1 k:2 k:3 ' \
    'without a file it reads standard input'
is "$(sm-grep 'has text' "$TMP/posts" "$TMP/posts" | keys)" \
    'k:1 k:2 k:3 k:1 k:2 k:3 ' 'files are read one after the other'

is "$(sm-grep -c 'lang = "en"' "$TMP/posts")" 2 '-c counts'
status 1 '-c of nothing is status 1' sm-grep -c 'lang = "zh"' "$TMP/posts"
is "$(cat "$TMP/out")" 0 'and says 0'
is "$(sm-grep -l 2 'has text' "$TMP/posts" | keys)" 'k:1 k:2 ' \
    '-l gives the first'
is "$(sm-grep -j 4 -l 1 --not 'lang = "en"' "$TMP/posts" | keys)" 'k:2 ' \
    'the first in order, with any number of threads'
# On an endless stream -l ends.
is "$(yes '{"v":1,"content":"x"}' | timeout 20 sm-grep -l 3 'has text' | wc -l)" 3 \
    '-l ends the program when it has enough'
is "$(sm-grep -c -l 1 'has text' "$TMP/posts")" 1 '-c counts what -l gives'
i=0
while [ $i -lt 500 ]; do
	cat "$TMP/posts"
	i=$((i + 1))
done > "$TMP/many"
sm-grep 'sentiment < 0' "$TMP/many" > "$TMP/one"
sm-grep -j 4 'sentiment < 0' "$TMP/many" > "$TMP/four"
ok 'four threads write the same bytes' cmp "$TMP/one" "$TMP/four"
is "$(wc -l < "$TMP/four")" 1500 'and all of them'
is "$(sm-grep -c -j 4 'sentiment < 0' "$TMP/many")" 1000 'and count the same'

printf '{"v":1,"start":"2026-11-20T10:00:00Z","fetched":"2026-11-20T10:05:00Z"}\n' \
    > "$TMP/aged"
is "$(env -u SM_NOW sm-grep -c 'age = 5m' "$TMP/aged")" 1 \
    'age counts to fetched'
is "$(sm-grep -c --now 2026-11-20T12:00:00Z 'age = 2h' "$TMP/aged")" 1 \
    'or to --now'

status 64 'no expression is wrong usage' sm-grep
status 64 'a limit of nothing is wrong usage' sm-grep -l 0 'has text'
status 78 'a wrong expression is status 78' sm-grep 'lang = 5' "$TMP/no"
is "$(cat "$TMP/err")" \
"sm-grep: expression:1:8: 'lang' is a text: expected a text in quotes, not '5'
    lang = 5
           ^" 'and its place is shown, before anything is read'
status 78 'more than one expression is no expression' sm-grep 'has text lang'
like "$(cat "$TMP/err")" "expected 'and', 'or' or the end, not 'lang'" \
    'and it says what was expected'
status 74 'a full disk is noticed' \
    sh -c 'sm-grep "has text" "$TMP/posts" > /dev/full'
status 74 'with -c as well' \
    sh -c 'sm-grep -c "has text" "$TMP/posts" > /dev/full'

{
	printf '{"v":1,"key":"k:slow","content":"'
	head -c 100000 /dev/zero | tr '\0' a
	printf ' b"}\n{"v":1,"key":"k:next","content":"ab"}\n'
} > "$TMP/evil"
status 1 'a search that is given up is status 1' timeout 20 \
    sm-grep 'text =~ /(a|a)*(a|aa)+b/' "$TMP/evil"
like "$(cat "$TMP/err")" 'evil:1: expression:1:1: this pattern takes too long' \
    'and told'
is "$(keys < "$TMP/out")" 'k:slow k:next ' \
    'the record is passed on: nothing is lost'
status 1 'with -c it is told and not counted' timeout 20 \
    sm-grep -c 'text =~ /(a|a)*(a|aa)+b/' "$TMP/evil"
is "$(cat "$TMP/out")" 1 'but the others are'
done_testing
