# The filters that manners.t tries, as functions: run them on files.
score() { sm-score "$@"; }
route() { sm-route -f "$TMP/rules" "$@"; }
grep_() { sm-grep 'has content or not has content' "$@"; }
join() { sm-join -s "$TMP/join.db" "$@"; }
checkpoint() { sm-checkpoint "$TMP/state" "$@"; }
