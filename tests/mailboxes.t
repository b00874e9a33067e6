#!/bin/sh
# maildir and sms-gammu: folders of messages that other programs write.
. tests/lib.sh

# Files keep their time in no version control.
cp -R tests/fixture/mail/maildir "$TMP/box"
cp -R tests/fixture/sms "$TMP/inbox"
find "$TMP/box" "$TMP/inbox" -type f -exec touch -d 2026-11-21T11:30:00Z {} +
cat > "$TMP/conf" <<END
[brand "acme"]
	own = help@acme.example
[source "box"]
	type = maildir
	path = box
	brand = acme
[source "sms"]
	type = sms-gammu
	path = inbox
	country = 48
[source "moving"]
	type = sms-gammu
	path = inbox
	move = yes
END
get() {
	sm-fetch -c "$TMP/conf" "$@"
}
keep() {
	get --state "$TMP/state" "$@" | sm-checkpoint "$TMP/state"
}
one() {
	jq -c "select(.id == \"$1\") | $2" "$TMP/all"
}

status 0 'a Maildir is read' get box
cp "$TMP/out" "$TMP/all"
is "$(jq -r '[.id, .content] | join(" ")' "$TMP/all" | head -3)" \
	'1@x.example one
2@x.example two
2@x.example another with its id' \
	'new and cur, by delivery; a copy once, another mail of that id too'
is "$(jq -r .key "$TMP/all" | sort | uniq -d)" '' 'each with its own key'
is "$(one old@x.example .id)" '' 'what lies before the window stays out'
is "$(one 2@x.example .indexed | head -1)" '"2026-11-21T10:01:39Z"' \
	'our own server says when it came, in the topmost Received'
is "$(one 1@x.example .indexed)" '"2026-11-21T10:00:00Z"' \
	'else the name of the file'
is "$(one us@acme.example '[.direction, .published]')" \
	'["out","2026-11-21T10:03:20Z"]' \
	'our own address with +detail is ours; a missing date is when it came'
is "$(one dsn@mx.acme.example '[.content, .flags, .inReplyTo, .context, .ref.report]')" \
	'["It did not arrive.",["auto"],"answer@acme.example","1@x.example","delivery-status"]' \
	'a delivery report belongs to the mail it is about'
is "$(one fwd@x.example '[.ref.to, .ref.cc, .flags, (.content | contains("It is late"))]')" \
	'["home@x.example",["ola@x.example"],null,true]' \
	'Reply-To counts; what was passed on is what it says'
is "$(one outlook@x.example '[.content, .flags]')" \
	'["Nadal czekam.",["quoted"]]' \
	'what Outlook and a telephone add goes'
is "$(keep box | wc -l | tr -d ' ')" 7 'a sweep has all'
is "$(keep box | wc -l | tr -d ' ')" 0 'the next one nothing'
mv "$TMP/box/new/1795255200.M1P1.host" "$TMP/box/cur/1795255200.M1P1.host:2,S"
is "$(keep box | wc -l | tr -d ' ')" 0 'to have been read is nothing new'
printf 'Message-ID: <n@x.example>\n\nnew\n' > "$TMP/box/new/1795255900.a.host"
is "$(keep box | jq -r .id)" n@x.example 'what is new comes'
printf 'Message-ID: <n@x.example>\nDate: 1 Nov 2026 10:00:00 +0000\n\nx\n' \
	> "$TMP/box/new/1795256000.a.host"
is "$(keep box | jq -r '.key | sub("#.*"; "#")')" 'email::n@x.example#' \
	'a Message-ID is remembered from sweep to sweep'
ln -s /etc/passwd "$TMP/box/new/1795256100.a.host"
status 0 'a link is no mail' keep box
is "$(cat "$TMP/out")" '' 'and gives nothing'
status 66 'a folder without new and cur is no Maildir' \
	sm-fetch maildir "$TMP/inbox"
like "$(cat "$TMP/err")" 'is no Maildir' 'and it says so'

status 1 'an inbox is read' get sms
cp "$TMP/out" "$TMP/all"
like "$(cat "$TMP/err")" 'inboxformat = unicode' \
	'what smsd writes in a form of its own is said'
is "$(jq -r .content "$TMP/all")" 'Gdzie jest moja paczka?
Zażółć Zażółć Zażółć Zażółć Zażółć Zażółć Zażółć Zażółć Zażółć Zażółć 🙂 koniec
Drugi w tej samej sekundzie
Your code is 1234
plain UTF-8 café
the end of it
Delivered' 'parts are joined, a character cut in two is whole'
of() {
	jq -c "select(.content | startswith(\"$1\")) | $2" "$TMP/all"
}
is "$(of Gdzie '[.key, .id, .published, .indexed, .context]')" \
	'["sms::IN20261121_101500_00_+48600100200_00","IN20261121_101500_00_+48600100200_00","2026-11-21T10:15:00Z","2026-11-21T11:30:00Z","sms:+48600100200"]' \
	'the name of the file is its name'
is "$(of Your '[.attributedTo, .ref, .flags]')" \
	'[{"type":"Person","preferredUsername":"Info_Bank"},{"from":"Info_Bank"},["auto"]]' \
	'a name for a sender is nobody to answer'
is "$(of plain '[.context, .ref.to]')" '["sms:+48600100202","+48600100202"]' \
	'a number gets its country'
is "$(of 'the end' '[.context, .flags]')" \
	'["sms:+48600100203",["truncated"]]' \
	'a part whose first never came says so'
is "$(of Delivered .flags)" '["auto"]' 'a delivery report is a machine'"'"'s'

touch -d 2026-11-21T11:59:59Z "$TMP/inbox/IN20261121_101500_00_+48600100200_00.txt"
is "$(get sms 2> /dev/null | jq -r .content | head -1 |
	sed 's/ .*//')" Zażółć \
	'a file that may still grow is left for later'
rm "$TMP/inbox/IN20261121_102200_00_+48600100204_00.txt"
touch -d 2026-11-21T11:59:30Z "$TMP/inbox/"*203_01.txt
is "$(get sms | jq -r .content | grep -c 'the end')" 0 \
	'parts that are missing may still come'
touch -d 2026-11-21T11:30:00Z "$TMP/inbox/"*
is "$(keep moving | wc -l | tr -d ' ')" 7 'a sweep has all'
files() {
	find "$1" -maxdepth 1 -name 'IN*.txt' | wc -l | tr -d ' '
}
is "$(files "$TMP/inbox")" 9 'and moves nothing that nobody has kept'
get --state "$TMP/state" moving > /dev/null
is "$(files "$TMP/inbox") $(files "$TMP/inbox/cur")" '0 9' \
	'what was kept is moved by the next'
status 66 'an inbox that is not there' sm-fetch sms-gammu "$TMP/nowhere"
like "$(cat "$TMP/err")" 'inboxpath' 'is said with what to look at'

done_testing
