#!/bin/sh
# wordpress against the real one: comments come once and in order, with what
# becomes of them; and what is done where there is no REST interface.
. tests/lib.sh
PATH=$PATH:/usr/sbin:/sbin
unset SM_NOW	# the site has a clock of its own
chmod 711 "$TMP"
server=$PWD/tests/live/server/wordpress

if ! "$server" start "$TMP/wp" > "$TMP/vars" 2> "$TMP/why"; then
	"$server" stop "$TMP/wp"
	why=$(tail -3 "$TMP/why" | tr '\n' ' ')
	[ -z "${CI-}" ] || { echo "Bail out! $why"; exit 1; }
	echo "1..0 # SKIP $why"
	exit 0
fi
# shellcheck disable=SC1091 # written just now
. "$TMP/vars"
trap '"$server" stop "$TMP/wp"; rm -rf "$TMP"' EXIT

# in_site CODE: PHP inside the site
in_site() {
	echo "<?php $1" > "$TMP/code.php"
	php -d sendmail_path=/bin/true "$WP_PHP" "$TMP/code.php"
}

# 120 comments a minute apart, ended an hour ago; one is an answer, one is held.
in_site '$start = time() - 10800;
for ($i = 0; $i < 120; $i++) {
	$t = $start + $i * 60;
	$id = wp_insert_comment(["comment_post_ID" => '"$WP_POST"',
	    "comment_author" => "Jan $i",
	    "comment_author_email" => "jan$i@example.net",
	    "comment_author_url" => "https://jan.example/",
	    "comment_content" => "Where is <b>parcel</b> $i & \"it\"?\n\nZażółć 🙂",
	    "comment_date_gmt" => gmdate("Y-m-d H:i:s", $t),
	    "comment_date" => get_date_from_gmt(gmdate("Y-m-d H:i:s", $t)),
	    "comment_approved" => $i == 119 ? 0 : 1,
	    "comment_parent" => $i == 5 ? $first : 0,
	    "user_id" => $i == 7 ? 1 : 0]);
	if ($i == 0) $first = $id;
	if ($i == 119) echo "held=$id ";
}
echo "start=$start first=$first";' > "$TMP/numbers"
. "$TMP/numbers"

cat > "$TMP/conf" <<END
[account "blog"]
	user = $WP_USER
	password = $WP_APP
	allow_private = yes
[account "reader"]
	user = $WP_READER
	password = $WP_READER_APP
	allow_private = yes
[account "wrong"]
	user = $WP_USER
	password = not-this-one
	allow_private = yes
[source "wp"]
	type = wordpress
	url = $WP_URL/
	account = blog
[source "public"]
	type = wordpress
	url = $WP_URL
	allow_private = yes
[source "reader"]
	type = wordpress
	url = $WP_URL/
	account = reader
[source "wrong"]
	type = wordpress
	url = $WP_URL/
	account = wrong
[source "rss"]
	type = wordpress
	url = $WP_URL/
	allow_private = yes
	comment_feed = yes
[source "private"]
	type = wordpress
	url = $WP_URL/
END
chmod 600 "$TMP/conf"
get() {
	sm-fetch -c "$TMP/conf" "$@"
}
keep() {
	get --state "$TMP/state" "$@" | sm-checkpoint "$TMP/state"
}
url=$WP_URL/$(in_site "echo trim(parse_url(get_permalink($WP_POST),
    PHP_URL_PATH), '/');")/

status 0 'a moderator gets all comments' get wp
cp "$TMP/out" "$TMP/all"
is "$(wc -l < "$TMP/all" | tr -d ' ')" 120 'and the held one as well'
is "$(jq -r .key "$TMP/all" | sort -u | wc -l | tr -d ' ')" 120 'each once'
is "$(jq -r .published "$TMP/all" | sort -c && echo sorted)" sorted \
	'oldest first'
status 0 'everybody gets those that are public' get public
is "$(wc -l < "$TMP/out" | tr -d ' ')" 119 'without the held one'
is "$(jq -r '.attributedTo.preferredUsername // empty' "$TMP/out")" '' \
	'and without addresses'
status 0 'a reader has to ask for no more than that' get reader
is "$(wc -l < "$TMP/out" | tr -d ' ')" 119 'and gets it'

at() {
	jq -c --argjson i "$1" -n '[inputs][$i] | '"$2" < "$TMP/all"
}
is "$(at 0 '[.key, .type, .channel, .account, .name, .content, .visibility, .direction]')" \
	"[\"wordpress:127.0.0.1:$first\",\"Note\",\"wordpress\",\"blog\",\"Product news & more\",\"Where is parcel 0 & “it”?\n\nZażółć 🙂\",\"public\",\"in\"]" \
	'text and title are read'
is "$(at 0 '[.attributedTo.id, .attributedTo.preferredUsername, .attributedTo.name, .attributedTo.url]')" \
	'["mailto:jan0@example.net","jan0@example.net","Jan 0","https://jan.example/"]' \
	'so is who wrote it'
is "$(at 0 '[.id, .url, .context, .inReplyTo]')" \
	"[\"$url#comment-$first\",\"$url#comment-$first\",\"$url\",\"$url\"]" \
	'and where it stands'
is "$(at 5 .inReplyTo)" "\"$url#comment-$first\"" 'an answer names its parent'
is "$(at 0 '.published | fromdate')" "$start" 'the time is not the site'"'"'s own'
is "$(at 7 .direction)" '"out"' 'what we wrote is ours'
is "$(at 119 '[.ref.post, .ref.parent, .ref.status]')" \
	"[$WP_POST,$held,\"hold\"]" 'what an answer needs is there'

status 77 'a wrong password is refused' get wrong
like "$(cat "$TMP/err")" 'application password' 'and called what it is'
is "$(wc -l < "$TMP/out" | tr -d ' ')" 0 \
	'though the site would show public comments for it'
status 77 'a private address needs permission' get private

is "$(keep wp | wc -l | tr -d ' ')" 120 'a first sweep has all'
is "$(keep wp | wc -l | tr -d ' ')" 0 'a second one nothing'
keep public > "$TMP/public"
in_site "wp_update_comment(['comment_ID' => $first,
    'comment_content' => 'Found it.']);
wp_trash_comment($first + 1); wp_delete_comment($first + 2, true);
wp_spam_comment($first + 3); wp_set_comment_status($held, 'approve');"
is "$(keep wp | jq -c '[.key, .type, .content, .flags, .formerType]' | sort -t, -k2r)" \
	"$(for i in 1 2 3; do
		echo "[\"wordpress:127.0.0.1:$((first + i))\",\"Tombstone\",null,null,\"Note\"]"
	done; echo "[\"wordpress:127.0.0.1:$first\",\"Note\",\"Found it.\",[\"edited\"],null]")" \
	'an edit is a new revision; trash, deletion and spam are the end'
is "$(keep wp | wc -l | tr -d ' ')" 0 'once'
is "$(keep public | jq -r 'select(.type == "Note").key' | sort)" \
	"wordpress:127.0.0.1:$held
wordpress:127.0.0.1:$first" 'who sees no held ones gets them when approved'
in_site "wp_untrash_comment($first + 1);"
is "$(keep wp | jq -r '[.key, .type] | join(" ")')" \
	"wordpress:127.0.0.1:$((first + 1)) Note" 'what comes back comes again'

# A comment on a page, not an article, and on the second page of comments.
in_site '$page = wp_insert_post(["post_type" => "page", "post_title" =>
    "Contact &#8211; us", "post_status" => "publish", "post_name" => "contact",
    "comment_status" => "open"]);
wp_insert_comment(["comment_post_ID" => $page, "comment_author" => "Ola",
    "comment_content" => "Hi", "comment_approved" => 1]);
update_option("page_comments", 1); update_option("comments_per_page", 10);'
is "$(keep wp | jq -c '[.name, .content, .context]')" \
	"[\"Contact – us\",\"Hi\",\"$WP_URL/contact/\"]" \
	'pages have titles too'
is "$(keep wp | wc -l | tr -d ' ')" 0 \
	'a site that pages its comments has the same ones'

# Killed at any moment, nothing is lost.
rm -f "$TMP/state"
: > "$TMP/parts"
i=0
while [ $i -lt "${SM_KILLS:-20}" ]; do
	sm-fetch -c "$TMP/conf" --state "$TMP/state" wp > "$TMP/part" \
		2> /dev/null &
	pid=$!
	sleep "0.$(printf '%02d' $((i * 37 % 90)))"
	kill -9 $pid 2> /dev/null
	wait $pid 2> /dev/null
	sm-checkpoint "$TMP/state" < "$TMP/part" >> "$TMP/parts" 2> /dev/null
	i=$((i + 1))
done
keep wp >> "$TMP/parts"
is "$(jq -r 'select(.key).key' "$TMP/parts" | sort -u | wc -l |
	tr -d ' ')" 119 'killed at any moment, no comment is lost'
is "$(keep wp | wc -l | tr -d ' ')" 0 'and none comes again'

# Addresses without rewriting: index.php?rest_route=/
in_site 'update_option("permalink_structure", ""); flush_rewrite_rules();'
status 0 'plain addresses do as well' get public
is "$(wc -l < "$TMP/out" | tr -d ' ')" 119 'with the same comments'
like "$(head -1 "$TMP/out" | jq -r .id)" "$WP_URL/?p=$WP_POST#comment-" \
	'and plain links'
in_site 'update_option("permalink_structure",
    "/%year%/%monthnum%/%day%/%postname%/"); flush_rewrite_rules();'

# The comment feed.
status 75 'the comment feed has the newest ten only' get rss
is "$(wc -l < "$TMP/out" | tr -d ' ')" 10 'which come'
like "$(cat "$TMP/err")" 'may be missing' 'and it says so'
is "$(jq -r .published "$TMP/out" | sort -c && echo sorted)" sorted \
	'oldest first there, too'
keep rss > "$TMP/out" 2> /dev/null
status 0 'what is known is no gap' get --state "$TMP/state" rss
is "$(wc -l < "$TMP/out" | tr -d ' ')" 0 'and nothing new'
in_site 'for ($i = 0; $i < 12; $i++)
	$id = wp_insert_comment(["comment_post_ID" => '"$WP_POST"',
	    "comment_author" => "Eva", "comment_content" => "More $i",
	    "comment_approved" => 1, "comment_parent" => $i == 11 ? $id : 0,
	    "comment_date_gmt" => gmdate("Y-m-d H:i:s", time() + $i),
	    "comment_date" => get_date_from_gmt(gmdate("Y-m-d H:i:s",
	    time() + $i))]);'
get --state "$TMP/state" rss > "$TMP/out" 2> "$TMP/err"
is "$?" 75 'more than ten new ones are a gap'
is "$(jq -r 'select(.type == "sm:Gap").source' "$TMP/out")" rss \
	'which is in the stream'
is "$(jq -r 'select(.key) | [.content, (.inReplyTo | contains("#"))] | join(" ")' "$TMP/out" |
	tail -2)" 'More 10 false
More 11 true' 'an answer is known in the feed, and its heading is not its text'

# A site that shuts its REST interface to the public.
mkdir -p "$TMP/wp/site/wp-content/mu-plugins"
cat > "$TMP/wp/site/wp-content/mu-plugins/shut.php" <<'END'
<?php
add_filter('rest_authentication_errors', function ($result) {
	return $result ?: (is_user_logged_in() ? $result : new WP_Error(
	    'rest_not_logged_in', 'Not &#8220;today&#8221;.', ['status' => 401]));
});
END
get public > "$TMP/out" 2> "$TMP/err"
like "$(cat "$TMP/err")" 'no REST interface' 'a site without it is read by its feed'
is "$(wc -l < "$TMP/out" | tr -d ' ')" 10 'of ten comments'
status 0 'an account still has all' get wp
is "$(wc -l < "$TMP/out" | tr -d ' ')" 131 'of them'

done_testing
