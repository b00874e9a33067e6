#!/bin/sh
# sm-rules-tutorial(7): what it tells one to do works.
. tests/lib.sh

# Each block of the page that begins with "# Step" is a file of rules.
cd "$TMP" || exit 1
awk '/^\.Bd -literal/ { block = 1; file = ""; next }
	/^\.Ed/ { block = 0; file = "" }
	block && /^# Step [0-9]+$/ { file = "step" $3 }
	block && file { print > file }
	block && /^tz = / { file = "care.cal"; print > file }
' "$OLDPWD/man/sm-rules-tutorial.7"
ok 'the page has four files of rules' test -f step1 -a -f step2 -a -f step4 \
    -a -f step5
for step in step1 step2 step4 step5; do
	status 0 "$step of the tutorial is in order" sm-rules --strict check \
	    "$step"
done
status 0 'posts to try it on come with sm' sh -c 'sm-fetch ndjson \
	"$1/share/demo/social.ndjson" | sm-score > posts' - "$OLDPWD"
sm-route -f step1 < posts > decided
like "$(sm-stat -f step1 decided)" 'polish' 'the first rule decides some'
printf 'stage a { rule a when followers < 10 then ignore "small" }\n' > small
status 78 'few followers are no reason to ignore' sm-rules check small
ok 'posts say when they are due' test "$(sm-route -f step5 < posts |
    jq -r '.route.due // empty' | wc -l)" -gt 3
is "$(echo '{"v":1,"start":"2026-11-20T16:30:00Z","score":{"lang":"pl"}}' |
    sm-route -f step5 | jq -r .route.due)" 2026-11-21T08:30:00Z \
    'Friday half past five is due on Saturday half past nine'
like "$(head -1 posts | sm-route -f step4 --explain)" '- polish' \
    'each rule explains itself'
status 0 'and a change is tried on the past' sm-sim step1 step4 \
    --html change.html posts
ok 'as a page' grep -q 'decided otherwise' change.html
done_testing
