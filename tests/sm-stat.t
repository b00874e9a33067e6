#!/bin/sh
# sm-stat: what each rule did, and how often people saw it otherwise.
. tests/lib.sh

cat > "$TMP/rules" <<'END'
stage care {
  rule pl-care owner "ola" when lang = "pl" then react; queue "pl"
  rule noise when spam > 50 then ignore "spam"
  rule tagged when topic has "x" then label +x
  rule never-so when lang = "xx" then react
}
stage time {
  rule waits when waiting > 1h then notify "lead"
}
END
i=0
while [ $i -lt 10 ]; do
	echo "{\"v\":1,\"key\":\"k:pl$i\",\"fetched\":\"2026-11-0$((i % 9 + 1))T10:00:00Z\",\"score\":{\"lang\":\"pl\",\"topic\":[\"x\"]}}"
	echo "{\"v\":1,\"key\":\"k:sp$i\",\"fetched\":\"2026-11-05T10:00:00Z\",\"score\":{\"spam\":90}}"
	i=$((i + 1))
done > "$TMP/posts"
echo '{"v":1,"key":"k:none"}' >> "$TMP/posts"
sm-route -f "$TMP/rules" "$TMP/posts" > "$TMP/decided"
cat > "$TMP/later" <<'END'
{"key":"k:pl0","status":"open"}
{"key":"k:pl1","status":"ignored"}
{"key":"k:pl2","decision":"ignore"}
{"key":"k:pl3","case":{"status":"solved","queue":"es"}}
{"key":"k:pl4","queue":"pl"}
{"key":"k:sp0","decision":"react","queue":"duty"}
{"key":"k:sp1","status":"ignored"}
{"key":"k:elsewhere","status":"ignored"}
END
status 0 'rules are counted' sm-stat -f "$TMP/rules" --json \
    --later "$TMP/later" "$TMP/decided"
is "$(jq -c '[.rule, .spoke, .decided, .later, .overturned, .to_ignore,
    .from_ignore, .to_queue, .dead]' "$TMP/out")" \
'["pl-care",10,10,5,3,2,0,1,false]
["noise",10,10,2,1,0,1,0,false]
["tagged",10,0,0,0,0,0,0,false]
["otherwise",0,1,0,0,0,0,0,false]
["never-so",0,0,0,0,0,0,0,true]
["waits",0,0,0,0,0,0,0,false]' 'and what people overturned, most first'
is "$(jq -r 'select(.rule == "pl-care") | .owner, .first, .last' "$TMP/out" |
    tr '\n' ' ')" 'ola 2026-11-01T10:00:00Z 2026-11-09T10:00:00Z ' \
    'whose it is, and when it spoke'
text=$(sm-stat -f "$TMP/rules" --later "$TMP/later" "$TMP/decided")
like "$text" 'never spoke:
  never-so' 'rules that never speak are named'
like "$text" '1 later decisions are about posts that are not here' \
    'what cannot be matched is told'
like "$text" '3  60 %  2 ignored after all  1 to another queue' \
    'and how they were overturned'
sed 's/react; queue "pl"/react; queue "pl2"/' "$TMP/rules" > "$TMP/new"
is "$(sm-stat -f "$TMP/new" --json "$TMP/decided" |
    jq -c 'select(.rule == "pl-care") | .older')" 10 \
    'decisions of another version are told apart'
is "$(sm-stat --json < "$TMP/posts" | jq -c .)" '' 'undecided posts have none'
like "$(sm-stat < "$TMP/posts")" '21 without a decision' 'which is said'
status 78 'wrong rules are status 78' sm-stat -f "$TMP/nowhere" "$TMP/decided"
status 66 'a missing file is status 66' sm-stat "$TMP/nowhere"
status 74 'a full disk is noticed' sh -c 'sm-stat "$1" > /dev/full' - \
    "$TMP/decided"
done_testing
