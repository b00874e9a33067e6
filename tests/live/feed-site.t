#!/bin/sh
# sm-fetch feed against a real server: pages of a feed and of a site, comments,
# moves, losses and times to stay away.
. tests/lib.sh
PATH=$PATH:/usr/sbin:/sbin

if ! command -v nginx > /dev/null; then
	[ -z "${CI-}" ] || { echo 'Bail out! nginx is not installed'; exit 1; }
	echo '1..0 # SKIP nginx is not installed (apt-get install nginx-light)'
	exit 0
fi
root=$TMP/www
mkdir -p "$root/blog" "$root/wp" "$root/none" "$root/usual"
port=$((20000 + $$ % 20000))
at=http://127.0.0.1:$port
user=
[ "$(id -u)" -ne 0 ] || user='user root;'
cat > "$TMP/nginx.conf" <<END
$user
daemon on;
pid $TMP/nginx.pid;
error_log $TMP/error.log;
worker_processes 1;
events { worker_connections 64; }
http {
	access_log $TMP/access.log;
	client_body_temp_path $TMP/n1; proxy_temp_path $TMP/n2;
	fastcgi_temp_path $TMP/n3; uwsgi_temp_path $TMP/n4;
	scgi_temp_path $TMP/n5;
	types { text/xml rss xml; text/html html; }
	server {
		listen 127.0.0.1:$port;
		root $root;
		index index.html;
		location /moved { return 301 /small.rss; }
		location /now { return 302 /small.rss; }
		location /gone { return 410; }
		location /exact {
			if (\$http_accept != "*/*") { return 406; }
			add_header Content-Language de;
			try_files /small.rss =404; }
		location /until {
			add_header Retry-After "Sat, 21 Nov 2026 13:00:00 GMT" always;
			return 429; }
	}
}
END
nginx -c "$TMP/nginx.conf" 2> "$TMP/err" || {
	cat "$TMP/err"
	echo '1..0 # SKIP nginx does not start'
	exit 0
}
trap 'kill "$(cat "$TMP/nginx.pid")"; rm -rf "$TMP"' EXIT

# item N [MORE]: published N hours after the 20th's midnight
item() {
	printf '<item><guid>%s</guid><title>Post %s</title>' "$1" "$1"
	printf '<link>%s/p/%s</link>' "$at" "$1"
	printf '<pubDate>Fri, 20 Nov 2026 %02d:00:00 GMT</pubDate>' "$1"
	printf '%s</item>\n' "${2-}"
}
# rss HEAD: around the items of standard input
rss() {
	printf '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"'
	printf ' xmlns:wfw="http://wellformedweb.org/CommentAPI/"'
	printf ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
	printf ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">'
	printf '<channel><title>Site</title><link>%s/</link>%s' "$at" "$1"
	cat
	echo '</channel></rss>'
}
next() {
	printf '<atom:link rel="next" href="%s"/>' "$1"
}
fetch() {
	sm-fetch --allow-private "$@"
}
# keep STATE ARG...: the records, and the cursor kept
keep() {
	state=$TMP/$1
	shift
	fetch --state "$state" "$@" 2> "$TMP/err" > "$TMP/raw"
	code=$?
	sm-checkpoint "$state" < "$TMP/raw" > "$TMP/got"
	return $code
}
ids() {
	jq -r "select(.id).id" "$TMP/got" | paste -sd' '
}
asked() {
	grep -c "GET $1 " "$TMP/access.log"
}

# -- pages --------------------------------------------------------------------
{ item 9; item 8; } | rss "$(next /page2.rss)" > "$root/page1.rss"
{ item 7; item 6; } | rss "$(next /page3.rss)" > "$root/page2.rss"
{ item 5; item 4; } | rss "$(next /page1.rss)" > "$root/page3.rss"
status 0 'a feed with pages is fetched' keep pages feed "$at/page1.rss"
is "$(ids)" '9 8 7 6 5 4' 'all its pages, and a circle of pages ends'
keep pages feed "$at/page1.rss"
is "$(asked /page2.rss)" 1 'the next time there is no need for the second'
{ item 12; item 11; } | rss "$(next /pageB.rss)" > "$root/page1.rss"
{ item 10; item 9; } | rss '' > "$root/pageB.rss"
status 0 'what one page is too short for comes from the next' \
	keep pages feed "$at/page1.rss"
is "$(ids)" '12 11 10' 'and only what is new'
{ item 18; item 17; } | rss '' > "$root/page1.rss"
status 75 'where nothing closes the gap' keep pages feed "$at/page1.rss"
is "$(jq -r 'select(.type == "sm:Gap") | .since + " " + .until' "$TMP/raw")" \
	'2026-11-20T12:00:00Z 2026-11-20T17:00:00Z' 'a gap is noted'
{ item 9; item 8; } | rss "$(next "http://localhost:$port/page2.rss")" \
	> "$root/far.rss"
keep far feed "$at/far.rss"
is "$(ids)" '9 8' 'no page leads to another host'
{ item 3; item 2; } | rss "$(next /nowhere.rss)" > "$root/lost.rss"
status 75 'a page that is missing' keep lost feed "$at/lost.rss"
is "$(ids)" '3 2' 'does not cost what came before it'
is "$(jq -r 'select(.type == "sm:Gap") | .type' "$TMP/raw")" sm:Gap \
	'and is a gap'
cat > "$root/one.json" <<'END'
{"version":"https://jsonfeed.org/version/1.1","title":"J",
"next_url":"/two.json","items":[{"id":"a","content_text":"A",
"date_published":"2026-11-20T10:00:00Z"}]}
END
cat > "$root/two.json" <<'END'
{"version":"https://jsonfeed.org/version/1.1","title":"J",
"items":[{"id":"b","content_text":"B","date_published":"2026-11-20T09:00:00Z"}]}
END
keep json feed "$at/one.json"
is "$(ids)" 'a b' 'a JSON Feed has pages too'
{ item 9; item 8; } | rss "$(next /page2.rss)" > "$root/old.rss"
fetch --since 2026-11-20T09:00:00Z feed "$at/old.rss" > "$TMP/got"
is "$(ids) $(asked /page2.rss)" '9 1' 'no page is asked for what is too old'

# -- comments -----------------------------------------------------------------
{ item 5 '<wfw:commentRss>/c5.rss</wfw:commentRss><slash:comments>2</slash:comments>'
	item 4 '<wfw:commentRss>/c4.rss</wfw:commentRss><slash:comments>0</slash:comments>'
	item 3 '<wfw:commentRss>/missing.rss</wfw:commentRss>'
} | rss '' > "$root/talk.rss"
rss '' > "$root/c5.rss" <<END
<item><guid>c1</guid><title>By: Ola</title><link>$at/p/5#c1</link>
<description>Mine too</description></item>
<item><guid>c2</guid><title>By: Jan</title><link>$at/p/5#c2</link>
<description>Same here</description></item>
END
cat > "$TMP/conf" <<END
[source "talk"]
	type = feed
	url = $at/talk.rss
	comments = yes
[source "quiet"]
	type = feed
	url = $at/talk.rss
END
status 0 'comments are followed where that is wanted' \
	keep talk -c "$TMP/conf" talk
is "$(jq -r '[.id, .inReplyTo // "-", .context] | join(" ")' "$TMP/got" |
	sed "s,$at,,g" | paste -sd'|')" \
	'5 - /p/5|4 - /p/4|3 - /p/3|c1 5 /p/5|c2 5 /p/5' \
	'they answer their article and share its thread'
is "$(asked /c4.rss)" 0 'where there are none, none are asked for'
rss '' > "$root/c5.rss" <<END
<item><guid>c3</guid><title>By: Ewa</title><link>$at/p/5#c3</link>
<description>And I</description></item>
END
keep talk -c "$TMP/conf" talk
is "$(ids)" c3 'a new comment comes though the article did not change'
keep quiet -c "$TMP/conf" quiet
is "$(ids)" '5 4 3' 'otherwise only the articles come'

# -- from a page to its feed --------------------------------------------------
{ item 2; item 1; } | rss '' > "$root/small.rss"
cp "$root/small.rss" "$root/blog/all.xml"
cat > "$root/blog/index.html" <<'END'
<!DOCTYPE html><html><head><title>A blog</title>
<!-- <link rel="alternate" type="application/rss+xml" href="/wrong.rss"> -->
<link rel="stylesheet" href="a.css">
<link rel="alternate" type="application/rss+xml" title="Blog &raquo; Comments"
 href="/comments.rss">
<link rel="alternate" type="application/rss+xml" title="Blog" href="all.xml">
</head><body><p>Hello</p></body></html>
END
status 0 'a web page leads to its feed' keep blog feed "$at/blog/"
is "$(ids)" '2 1' 'whose items come'
like "$(cat "$TMP/err")" "its feed is $at/blog/all.xml" 'and that is said'
keep blog feed "$at/blog/"
is "$(asked /blog/)" 1 'the next time the feed is asked at once'
echo '<html><head><meta name="generator" content="WordPress 6.8"></head>' \
	'<body>x</body></html>' > "$root/wp/index.html"
mkdir "$root/feed"
cp "$root/small.rss" "$root/feed/index.html"
status 0 'a page that names none is known by its program' \
	keep wp feed "$at/wp/"
like "$(cat "$TMP/err")" "its feed is $at/feed/" \
	'and the feed is where that has it'
rm -r "$root/feed"
echo '<html><body><a href="/blog/">blog</a> <a href="/usual/rss.xml">RSS</a>' \
	> "$root/usual/index.html"
cp "$root/small.rss" "$root/usual/rss.xml"
status 0 'a link that looks like a feed is tried' keep usual feed "$at/usual/"
echo '<html><body>nothing</body></html>' > "$root/none/index.html"
status 65 'a page without a feed is none' keep none feed "$at/none/"
like "$(cat "$TMP/err")" 'none of' 'and it is said that others were tried'
echo '<html><head><link rel="alternate" type="application/rss+xml"' \
	'href="/none/"></head></html>' > "$root/none/lie.html"
status 65 'a page is not believed, only tried' \
	keep lie feed "$at/none/lie.html"

# -- moves and losses ---------------------------------------------------------
for i in 1 2 3 4; do
	keep moved feed "$at/moved"
	grep -c 'has moved for good' "$TMP/err"
done > "$TMP/told"
is "$(paste -sd' ' "$TMP/told")" '0 0 1 0' \
	'a feed that has moved for good says so once, at the third poll'
for i in 1 2 3 4; do
	keep now feed "$at/now"
	grep -c 'has moved' "$TMP/err"
done > "$TMP/told"
is "$(paste -sd' ' "$TMP/told")" '0 0 0 0' \
	'one that is elsewhere for now does not'
keep miss feed "$at/small.rss"
mv "$root/small.rss" "$root/away.rss"
for i in 1 2 3 4 5; do
	keep miss feed "$at/small.rss"
	echo $? "$i"
done > "$TMP/codes"
is "$(paste -sd' ' "$TMP/codes")" '75 1 75 2 75 3 75 4 69 5' \
	'a feed that was there may be missing four times'
mv "$root/away.rss" "$root/small.rss"
status 0 'and may come back' keep miss feed "$at/small.rss"
status 69 'one that never was is a mistake at once' \
	keep never feed "$at/never.rss"
status 0 'a server that wants to be asked less exactly is' \
	keep exact feed "$at/exact"
is "$(jq -r .language "$TMP/got" | sort -u)" de \
	'the language may be in the header'
status 69 'a feed that is gone is said to be' keep gone feed "$at/gone"
before=$(asked /gone)
status 0 'but only once' keep gone feed "$at/gone"
is "$(asked /gone)" "$before" 'and is not asked again'

# -- when to ask --------------------------------------------------------------
status 75 'a server that is busy until a time' keep until feed "$at/until"
before=$(asked /until)
status 75 'is left alone until then' keep until feed "$at/until"
is "$(asked /until)" "$before" 'not asked at all'
item 2 | rss '<ttl>120</ttl>' > "$root/ttl.rss"
keep ttl feed "$at/ttl.rss"
keep ttl feed "$at/ttl.rss"
is "$(asked /ttl.rss)" 1 'a ttl is respected'
SM_NOW=2026-11-21T14:00:00Z keep ttl feed "$at/ttl.rss"
is "$(asked /ttl.rss)" 2 'and passes'
item 2 | rss '<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>' \
	> "$root/sy.rss"
SM_NOW=2026-11-21T12:00:00Z keep sy feed "$at/sy.rss"
SM_NOW=2026-11-21T17:00:00Z keep sy feed "$at/sy.rss"
is "$(asked /sy.rss)" 1 'four times a day is not more often'
SM_NOW=2026-11-21T18:00:00Z keep sy feed "$at/sy.rss"
is "$(asked /sy.rss)" 2 'nor less'
item 2 | rss '<skipHours><hour>13</hour></skipHours><skipDays><day>Sunday</day></skipDays>' \
	> "$root/skip.rss"
SM_NOW=2026-11-21T12:00:00Z keep skip feed "$at/skip.rss"
SM_NOW=2026-11-21T13:30:00Z keep skip feed "$at/skip.rss"
SM_NOW=2026-11-22T15:00:00Z keep skip feed "$at/skip.rss"
is "$(asked /skip.rss)" 1 'hours and days to be skipped are'
SM_NOW=2026-11-23T15:00:00Z keep skip feed "$at/skip.rss"
is "$(asked /skip.rss)" 2 'others not'

done_testing
