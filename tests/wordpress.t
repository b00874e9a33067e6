#!/bin/sh
# wordpress from recorded answers: pages, reviews, feeds, and what goes wrong.
. tests/lib.sh

tape=tests/fixture/wordpress
cat > "$TMP/conf" <<END
[account "shop"]
	user = admin
	password = aaaa bbbb
[source "shop"]
	type = wordpress
	url = https://shop.example/
	account = shop
END
chmod 600 "$TMP/conf"
get() {
	sm-fetch -c "$TMP/conf" --replay $tape "$@"
}

status 1 'a shop is read' get shop
cp "$TMP/out" "$TMP/all"
like "$(cat "$TMP/err")" 'without a number' 'what is no comment is said'
is "$(jq -r '[.key, .type] | join(" ")' "$TMP/all")" \
	'wordpress:shop.example:42 Note
wordpress:shop.example:43 Note
wordpress:shop.example:44 Note
wordpress:shop.example:50 Review' \
	'pages that overlap give each once; then the reviews'
one() {
	jq -c "select(.key | endswith(\":$1\")) | $2" "$TMP/all"
}
is "$(one 42 '[.content, .name, .attributedTo.name]')" \
	'["Gdzie jest moja paczka? 3 tygodnie!","Paczki – nowości","Jan & Ola"]' \
	'markup is read where it is markup'
is "$(one 43 '[.content, .attributedTo.name]')" '["Raz �",null]' \
	'odd values cost no page'
is "$(one 44 '[.id, .url, .inReplyTo, .context, .direction]')" \
	'["https://shop.example/?p=17#comment-44","https://shop.example/?p=17&cpage=2#comment-44","https://shop.example/?p=17#comment-42","https://shop.example/?p=17","out"]' \
	'the page a comment is shown on is not part of its name'
is "$(one 50 '[.rating, .name, .content, .context, .attributedTo.preferredUsername]')" \
	'[{"value":2,"best":5},"Lamp & bulb","Too dark.","https://shop.example/product/lamp/","eva@example.net"]' \
	'a review has stars'

status 1 'without a REST interface there is the feed' get wordpress \
	https://feed.example/
cp "$TMP/out" "$TMP/all"
is "$(jq -r .key "$TMP/all" | paste -sd' ')" \
	'wordpress:feed.example:7 wordpress:feed.example:8' 'oldest first'
is "$(one 8 '[.content, .id, .inReplyTo, .attributedTo.name, .published]')" \
	'["Nadal nic & nic.","https://feed.example/news/#comment-8","https://feed.example/news/#comment-7","Jan","2026-11-20T10:05:00Z"]' \
	'an answer knows its parent, in any language'
status 1 'a site without pretty addresses has one too' get wordpress \
	https://old.example/
is "$(wc -l < "$TMP/out" | tr -d ' ')" 2 'with its comments'
status 65 'what is no list of comments is said' get wordpress \
	https://odd.example/
like "$(cat "$TMP/err")" 'expected a list' 'as that'
status 75 'a wall in front of a site may pass' get wordpress \
	https://wall.example/
status 65 'what is no WordPress is said' get wordpress https://none.example/
like "$(cat "$TMP/err")" 'is this a WordPress?' 'as that'
status 65 'a feed that declares entities is not read' get wordpress \
	https://trap.example/
status 78 'no login goes to another host' get wordpress https://away.example/
like "$(cat "$TMP/err")" "'https://evil.example/wp-json/'" 'which is named'
status 78 'a source that is no address is said' get wordpress shop.example

done_testing
