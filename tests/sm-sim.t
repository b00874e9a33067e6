#!/bin/sh
# sm-sim: the past under two sets of rules.
. tests/lib.sh

cat > "$TMP/care.cal" <<'END'
tz = Europe/Warsaw
mon-fri = 09:00-17:00
END
cat > "$TMP/people.conf" <<'END'
[person "anna"]
	role = agent
	shift = care.cal
[person "ben"]
	role = lead
END
cat > "$TMP/old" <<'END'
calendar "care" file "care.cal"
sla "day" calendar "care" { first-response 8h }
stage care {
  rule spam when spam > 80 then ignore "spam"
  rule pl when lang = "pl" then react; queue "pl"; sla "day"
  rule en when lang = "en" then react; queue "en"; sla "day"
}
END
cat > "$TMP/new" <<'END'
calendar "care" file "care.cal"
people file "people.conf"
sla "day" calendar "care" { first-response 8h }
sla "hour" calendar "care" { first-response 1h }
stage care {
  rule spam when spam > 60 then ignore "spam"
  rule press when topic has "press" then react; queue "press"; sla "hour"; priority +40 "press"
  rule pl when lang = "pl" then react; queue "pl"; sla "day"
  rule en when lang = "en" then react; queue "en"; sla "day"
}
END
post() {
	printf '{"v":1,"key":"k:%s","content":"%s","direction":"in","start":"%s","fetched":"%s","score":{"lang":"%s","spam":%s,"topic":["%s"],"priority":40},"case":{"first_response":"%s"}}\n' "$@"
}
at=2026-11-20T10:00:00Z
{
	post 1 plain $at $at pl 0 x 2026-11-20T10:30:00Z
	post 2 'buy <script>alert(1)</script> now' $at $at en 70 x 2026-11-20T10:30:00Z
	post 3 'I write for the paper' $at $at en 0 press 2026-11-20T13:00:00Z
	post 4 'buy more' $at $at en 90 x 2026-11-20T10:30:00Z
	post 5 'was ist das' $at $at de 0 x 2026-11-20T10:30:00Z
} > "$TMP/past"
status 0 'two sets are compared' sm-sim "$TMP/old" "$TMP/new" "$TMP/past"
text=$(cat "$TMP/out")
like "$text" '5 posts; 2 (40.0 %) decided otherwise' 'what differs is counted'
like "$text" '  old: react             2          0          1' \
    'decision by decision'
like "$text" '           1  en -> press' 'and queue by queue'
like "$text" 'newly urgent                      1' 'what becomes urgent'
like "$text" 'due earlier                       1' 'what becomes due earlier'
like "$text" 'would have been late              1
      k:3  40 by en -> 80 by press
        "I write for the paper"' 'what would have been late, with the post'
like "$text" 'of 5 answered posts, late: 0 old, 1 new' 'all together'
like "$text" 'LOAD AN HOUR (Europe/Warsaw, 1 days' 'hours are local'
like "$text" '  11:00       4.0      4       3.0      3       1.0' \
    'beside the people who are there'
is "$(sm-sim --json "$TMP/old" "$TMP/new" < "$TMP/past" |
    jq -c '[.posts, .same, .decisions.react.ignore, .late, .rules.press]')" \
    '[5,3,1,[0,1],[0,1]]' 'as JSON as well'
status 0 'and as a page' sm-sim --html "$TMP/page.html" "$TMP/old" "$TMP/new" \
    "$TMP/past"
is "$(grep -c '<script' "$TMP/page.html")" 0 'on which strangers write text'
like "$(cat "$TMP/page.html")" 'buy &lt;script&gt;alert(1)&lt;/script&gt; now' \
    'and only text'
like "$(cat "$TMP/page.html")" "default-src 'none'" 'and nothing is loaded'
if command -v xmllint > /dev/null; then
	status 0 'the page is sound' xmllint --html --noout "$TMP/page.html"
fi
is "$(sm-sim "$TMP/old" "$TMP/old" < "$TMP/past" | head -1)" \
    '5 posts; 0 (0.0 %) decided otherwise' 'the same rules decide the same'
# An earlier decision in a record is not what either set sees.
sm-route -f "$TMP/new" "$TMP/past" > "$TMP/decided"
is "$(sm-sim --json "$TMP/old" "$TMP/new" < "$TMP/decided")" \
    "$(sm-sim --json "$TMP/old" "$TMP/new" < "$TMP/past")" \
    'records that were decided before give the same'
seq 1 3000 | while read -r i; do
	post "$i" "text $i" $at $at en $((i % 100)) "$([ $((i % 7)) -gt 0 ] || echo press)" $at
done > "$TMP/many"
sm-sim --json "$TMP/old" "$TMP/new" < "$TMP/many" > "$TMP/a"
sm-sim -j4 --json "$TMP/old" "$TMP/new" < "$TMP/many" > "$TMP/b"
ok 'on four threads it is the same' cmp "$TMP/a" "$TMP/b"
status 64 'one set of rules is not enough' sm-sim "$TMP/old"
status 78 'wrong rules are status 78' sm-sim "$TMP/old" "$TMP/nowhere"
status 66 'a missing file is status 66' sm-sim "$TMP/old" "$TMP/new" \
    "$TMP/nowhere"
status 74 'a full disk is noticed' sh -c 'sm-sim "$@" > /dev/full' - \
    "$TMP/old" "$TMP/new" "$TMP/past"
status 73 'a page that cannot be made is status 73' sm-sim \
    --html "$TMP/no/page" "$TMP/old" "$TMP/new" "$TMP/past"

# Posts with one key, as edits of one another, shown in an order of their own.
i=0
while [ $i -lt 2000 ]; do
	echo "{\"v\":1,\"key\":\"k:same\",\"content\":\"edit $i\",\"score\":{\"spam\":70}}"
	i=$((i + 1))
done > "$TMP/edits"
sed '1!G;h;$!d' "$TMP/edits" > "$TMP/backwards"
is "$(sm-sim -j4 "$TMP/old" "$TMP/new" "$TMP/edits")" \
    "$(sm-sim "$TMP/old" "$TMP/new" "$TMP/backwards")" \
    'samples of posts with one key do not depend on their order'
sm-sim --html "$TMP/back.html" "$TMP/new" "$TMP/old" "$TMP/past" > "$TMP/out"
like "$(cat "$TMP/out")" 'min later' 'what is due later is told'
sm-sim --html "$TMP/forth.html" "$TMP/old" "$TMP/new" "$TMP/past" > "$TMP/out"
like "$(cat "$TMP/out")" 'min earlier' 'and what is due earlier'
like "$(cat "$TMP/forth.html")" 'min earlier.' 'on the page as well'
done_testing
