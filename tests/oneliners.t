#!/bin/sh
# The one-liners of the manual, run with the real jq on real records.
. tests/lib.sh

if ! command -v jq > /dev/null; then
	skip 'the one-liners of sm-record(5)' 'jq is not installed'
	done_testing
fi
cd "$TMP" || exit 1
top=$OLDPWD
sm-fetch -c "$top/share/demo/config" --all 2> /dev/null | sm-score |
    sm-route -f "$top/share/demo/rules" > posts

# The .Dl lines as one would type them.
sed -n 's/^\.Dl //p' "$top/man/sm-record.5" | sed 's/\\(dq/"/g' > lines
is "$(wc -l < lines)" 8 'there are eight one-liners in sm-record(5)'
while IFS= read -r line; do
	sh -c "$line" > out 2> err < /dev/null
	is "$?:$(cat err)" '0:' "works: $line"
	case $line in
	*'add) !='*) is "$(cat out)" '' 'and finds nothing wrong' ;;
	*) ok 'and has something to show' test -s out ;;
	esac
done < lines

done_testing
