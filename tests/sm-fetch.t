#!/bin/sh
# sm-fetch: feeds, mail and records, from files and from a tape.
. tests/lib.sh
SM_NOW=2026-08-26T12:00:00Z
export SM_NOW
feed=tests/fixture/feed
tape=tests/fixture/tape/site

# get FILE [OPTION...]: the records of a feed
get() {
	file=$1
	shift
	sm-fetch "$@" feed "$feed/$file"
}

# of JQ FILE...: what jq says of all records, on one line
of() {
	filter=$1
	shift
	"$@" 2> "$TMP/err" | jq -r "$filter" | paste -sd'|'
}

# -- what a feed becomes ------------------------------------------------------
is "$(of .key get forum.rss)" \
	'feed:forum.example:512-9|feed:forum.example:https://forum.example/t/513' \
	'keys are ids, or addresses where there is no id'
is "$(of .url get forum.rss)" \
	'https://forum.example/t/512?p=9&sort=new|https://forum.example/t/513' \
	'a bare ampersand survives, a relative link is resolved'
is "$(of '.name // "none"' get forum.rss)" \
	'Kurier zgubił paczkę & milczy|none' 'titles are decoded'
is "$(of '.content | split("\n") | join("/")' get forum.rss)" \
	'Trzeci tydzień czekam./Infolinia milczy.|zwykły gruby tekst' \
	'content is plain text, its named references decoded'
is "$(of .published get forum.rss)" \
	'2026-08-25T06:15:00Z|2026-08-25T08:00:00Z' \
	'dates of the wild are read'
is "$(of '.attributedTo | .name + "," + .preferredUsername' get forum.rss)" \
	'ola_k,ola_k|Jan Nowak,jan@mail.example' 'authors are taken apart'
is "$(of '.language' get forum.rss)" 'pl|pl' \
	'the language of the feed is that of its items'
is "$(of '.tag[0].name // .attachment[0].url' get forum.rss)" \
	'dostawa|https://forum.example/img/513.jpg' \
	'categories and enclosures are kept'
is "$(of '[.key, .name, .url] | join(" ")' get atom.xml)" \
	'feed:blog.example:urn:x:1 Fish & chips https://blog.example/en/fish|feed:blog.example:urn:x:2 Antwort https://blog.example/en/fish#c2' \
	'Atom is read, its links relative to xml:base'
is "$(of '.content | split("\n") | join("/")' get atom.xml)" \
	'First <one>.//- a/- b//See map <https://blog.example/en/map>.|Sehr gut, 3 < 4' \
	'XHTML is markup, text is text'
is "$(of '.context + " " + (.inReplyTo // "-")' get atom.xml)" \
	'https://blog.example/en/fish -|https://blog.example/en/fish urn:x:1' \
	'answers share the thread of what they answer'
is "$(of '[.attributedTo.name, .attributedTo.id // "-", .language] | join(" ")' get atom.xml)" \
	'Editors - en|Uwe https://uwe.example/ de' \
	'an entry inherits author and language'
is "$(of '[.key, .content, .published, .attributedTo.name] | join(" ")' get rdf.xml)" \
	'feed:old.example:https://old.example/1 long 2026-08-25T08:00:00Z Eva' \
	'RSS 1.0 is read'
is "$(of '[.id, .content, .url] | join(" ")' get status.json)" \
	'7 Payments are slow. � lone . https://status.acme.example/i/7|99999999999999999999 All fixed. https://status.acme.example/i/8' \
	'JSON Feed is read, odd as its ids and escapes may be'
status 1 'an item that is none is counted' get status.json
like "$(cat "$TMP/err")" 'item 3' 'and named'
is "$(of '.key' get noguid.rss | tr '|' '\n' | sort -u | wc -l | tr -d ' ')" 2 \
	'items without id and link are told apart by what they say'
is "$(of '.name' get doctype.rss)" 'Old été' \
	'a document type without entities is no fault'

# -- what is wrong with it ----------------------------------------------------
is "$(of '.key + " " + (.flags // [] | join(","))' get broken.rss)" \
	'feed:b.example:1 |feed:b.example:2 repaired-xml|feed:b.example:3 repaired-xml' \
	'items behind an error in the XML are there and flagged'
is "$(of '.content' get broken.rss | cut -d'|' -f4)" 'still here' \
	'and have their text'
status 65 'a document that declares entities is refused' get entity.rss
like "$(cat "$TMP/err")" "declares an entity ('x')" 'and told why'
status 65 'so is one with an entity bomb' get bomb.rss
is "$(wc -c < "$TMP/out" | tr -d ' ')" 0 'and nothing of it comes out'
status 65 'a web page is no feed' get page.html
like "$(cat "$TMP/err")" 'a web page, not a feed' 'and called a web page'
status 65 'an empty document is no feed' sm-fetch feed /dev/null
echo '<rss><channel><item><guid>1</guid><title>x</title></item><item><guid>2' \
	> "$TMP/cut.rss"
status 75 'a document that ends early may lack something' \
	sm-fetch --state "$TMP/none" feed "$TMP/cut.rss"
is "$(jq -r '.key // .type' "$TMP/out" | paste -sd' ')" \
	'feed::1 sm:Gap sm:Checkpoint' \
	'its whole items come, and a gap before the checkpoint'
is "$(i=0; while [ $i -lt 300 ]; do
	head -c $((i * 5)) $feed/atom.xml | sm-fetch feed - 2> /dev/null
	i=$((i + 1))
done | jq -r .key | sort -u | wc -l | tr -d ' ')" 2 \
	'a feed cut anywhere never gives half an item'
is "$(of .key get sameguid.rss | tr '|' '\n' | sed 1d | paste -sd' ')" \
	'feed:g.example:https://g.example/b feed:g.example:https://g.example/c' \
	'one id for all items is no id'

# -- cursors ------------------------------------------------------------------
keep() {
	sm-fetch --state "$TMP/state" "$@" 2> "$TMP/err" |
		sm-checkpoint "$TMP/state"
}
is "$(keep feed $feed/forum.rss | wc -l | tr -d ' ')" 2 \
	'the first time all items come'
is "$(keep feed $feed/forum.rss | wc -l | tr -d ' ')" 0 \
	'the second time none'
sed 's/gruby/chudy/' $feed/forum.rss > "$TMP/edited.rss"
is "$(keep feed "$TMP/edited.rss" | jq -r '.flags[0]')" edited \
	'what was edited comes again, flagged'
sed 's/>512-9</>other</; s|<guid></guid>|<guid>new</guid>|' $feed/forum.rss \
	> "$TMP/moved.rss"
is "$(keep feed "$TMP/moved.rss" | wc -l | tr -d ' ')" 0 \
	'a feed that gives new ids to old items does not flood'
is "$(sm-fetch feed $feed/forum.rss | grep -c sm:)" 0 \
	'without a state there are no control lines'
printf '{"feed":{"seen":"AAAAAAAAAAA","newest":1755000000}}' > "$TMP/gap"
sm-fetch --state "$TMP/gap" feed $feed/forum.rss > "$TMP/out" 2> "$TMP/err"
is "$?" 75 'a feed whose oldest item is new has a gap'
is "$(grep -c '"type":"sm:Gap"' "$TMP/out")" 1 'and says so in the stream'
echo 'not json' > "$TMP/bad"
status 65 'a state file that is none stops the run' \
	sm-fetch --state "$TMP/bad" feed $feed/forum.rss
is "$(of .key get forum.rss --since 2026-08-25T07:00:00Z)" \
	'feed:forum.example:https://forum.example/t/513' \
	'--since leaves out what is older'
is "$(get forum.rss --limit 1 | wc -l | tr -d ' ')" 1 '--limit stops'

# -- mail ---------------------------------------------------------------------
box=tests/fixture/mail/box.mbox
mail() {
	sm-fetch mbox $box
}
is "$(of '[.key, .type, .visibility, .direction] | join(" ")' mail)" \
	'email::1@mail.example Message direct in|email::2@acme.example Message direct in|email::3@mail.example Message direct in' \
	'mails are messages, private, to us'
is "$(of '.name' mail)" 'Zamówienie|Re: order|Automatic reply' \
	'subjects are decoded'
is "$(of '.attributedTo | (.name // "-") + " " + .id' mail)" \
	'Jan Żak mailto:jan@mail.example|- mailto:help@acme.example|- mailto:robot@mail.example' \
	'senders are taken apart'
is "$(of '.content | split("\n") | join("/")' mail)" \
	'Where is it?/From Leeds it should have come on Monday.|On its way.|Away.' \
	'what is quoted and the signature are cut'
is "$(of '.flags // [] | join(",")' mail)" '||quoted,auto' \
	'a quote is flagged, as is what a machine wrote'
is "$(of '.context' mail)" '1@mail.example|1@mail.example|1@mail.example' \
	'a conversation is one thread'
is "$(of '.inReplyTo // "-"' mail)" '-|1@mail.example|2@acme.example' \
	'answers name what they answer'
is "$(of '.ref | .to + " " + (.references | join(","))' mail)" \
	'jan@mail.example |help@acme.example <1@mail.example>|real@mail.example <1@mail.example>,<2@acme.example>' \
	'what an answer needs is in ref'
is "$(of '.published' mail)" \
	'2026-08-25T08:00:00Z|2026-08-25T09:00:00Z|2026-08-25T09:30:00Z' \
	'a mail without a date has that of its From line'
is "$(mail | jq -r 'select(.attachment).attachment[0].name')" 'ż.pdf' \
	'attachments are named'
is "$(sed 1d $box | sed '/^From help/,$d' | sm-fetch mbox - | jq -r .id)" \
	'1@mail.example' 'a mail alone on standard input is one'
head -11 $box > "$TMP/box"
printf '\n' >> "$TMP/box"
is "$(keep mbox "$TMP/box" | wc -l | tr -d ' ')" 1 'a mailbox is read'
sed 1,16d $box >> "$TMP/box"
is "$(keep mbox "$TMP/box" | jq -r .id | paste -sd' ')" \
	'2@acme.example 3@mail.example' 'and read on where it ended'

# -- records ------------------------------------------------------------------
good='{"v":1,"key":"x:h:1","type":"Note","channel":"x","content":"hi"}'
echo "$good" > "$TMP/n"
is "$(sm-fetch --brand acme --source s ndjson "$TMP/n" |
	jq -c '[.source, .brand, .start, .direction, .visibility]')" \
	'["s","acme","2026-08-26T12:00:00Z","about","public"]' \
	'what a record lacks is filled in'
printf '%s\n{"v":1}\nnonsense\n{"v":9,"key":"k"}\n%s' "$good" "$good" \
	> "$TMP/n"
status 1 'bad records are counted' sm-fetch ndjson "$TMP/n"
is "$(wc -l < "$TMP/out" | tr -d ' ')" 1 'the good ones come out'
is "$(grep -c "$TMP/n:[2345]: " "$TMP/err")" 4 'each bad one has its line'
echo "$good" > "$TMP/n"
keep ndjson "$TMP/n" > /dev/null
echo "$good" | sed s/h:1/h:2/ >> "$TMP/n"
is "$(keep ndjson "$TMP/n" | jq -r .key)" x:h:2 \
	'a file that grows is read on'

# -- the network, from a tape -------------------------------------------------
play() {
	sm-fetch --replay $tape "$@"
}
is "$(of '[.key, .url] | join(" ")' play feed https://news.example/rss)" \
	'feed:news.example:a https://news.example/a' 'a tape is played'
status 0 'a redirect is followed' play feed https://old.example/rss
is "$(jq -r .key "$TMP/out")" feed:old.example:a \
	'and the key has the host that was asked'
status 69 'a redirect that turns in a circle ends' \
	play feed https://loop.example/rss
like "$(cat "$TMP/err")" '5 redirects' 'after five'
status 69 'from https to http no redirect is followed' \
	play feed https://plain.example/rss
status 0 'what may pass is tried again' play feed https://down.example/rss
status 75 'who is asked too often is left alone' \
	play --state "$TMP/busy" feed https://busy.example/rss
grep -v key "$TMP/out" | sm-checkpoint "$TMP/busy"
status 75 'the next time as well' \
	play --state "$TMP/busy" feed https://busy.example/rss
like "$(cat "$TMP/err")" 'left alone until 2026-08-26T13:00:00Z' \
	'until it said'
status 77 'a login that is wanted needs a person' \
	play feed https://secret.example/rss
status 69 'what is gone is refused' play feed https://gone.example/rss
status 66 'what is not on the tape is not there' \
	play feed https://nowhere.example/rss
status 77 'the most serious status wins' play feed https://news.example/rss \
	https://secret.example/rss https://busy.example/rss
is "$(wc -l < "$TMP/out" | tr -d ' ')" 1 'and the good source comes through'
is "$(play --errors feed https://gone.example/rss 2> /dev/null |
	jq -r '[.type, .status] | join(" ")')" 'sm:Error 69' \
	'--errors puts errors into the stream'
play --state "$TMP/v" feed https://news.example/rss 2> /dev/null |
	sm-checkpoint "$TMP/v" > /dev/null
like "$(sm-fetch --state "$TMP/v" -n feed https://news.example/rss)" \
	'If-None-Match: W/"1"' 'the ETag is sent back as it came'
like "$(sm-fetch --state "$TMP/v" -n feed https://news.example/rss)" \
	'If-Modified-Since: Tue, 25 Aug 2026 08:00:00 GMT' \
	'and so is the date'

# -- addresses ----------------------------------------------------------------
for url in http://127.0.0.1:9/ http://127.1:9/ http://2130706433:9/ \
	http://0x7f.1:9/ 'http://[::1]:9/' 'http://[::ffff:127.0.0.1]:9/' \
	http://localhost:9/ http://0.0.0.0:9/; do
	status 77 "$url is not asked" sm-fetch feed "$url"
done
like "$(cat "$TMP/err")" 'allow_private' 'and the way to permit it is named'
status 78 'a URL with a password in it is refused' \
	sm-fetch feed http://me:pw@news.example/
is "$(grep -c pw "$TMP/err")" 0 'and the password is not shown'
is "$(sm-fetch -n feed 'https://x.example/?token=s3cret&a=1' | grep -c s3cret)" \
	0 'tokens in URLs are not shown'

# -- configuration ------------------------------------------------------------
mkdir -p "$TMP/c"
cp $feed/forum.rss "$TMP/c/f.rss"
cat > "$TMP/c/config" <<'END'
[brand "acme"]
	own = ola_k
[source "forum"]
	type = feed
	url = file:f.rss
	brand = acme
	language = pl
[source "off"]
	type = feed
	url = file:missing.rss
	enabled = no
END
SM_CONFIG=$TMP/c/config
export SM_CONFIG
is "$(of '[.source, .brand, .direction] | join(" ")' sm-fetch forum)" \
	'forum acme out|forum acme about' \
	'a source of the configuration knows brand and own accounts'
is "$(sm-fetch --all | wc -l | tr -d ' ')" 2 \
	'--all takes the sources that are enabled'
status 66 'a file that is missing is said to be' sm-fetch off
status 78 'a source that is not there is said to be' sm-fetch fourm
like "$(sm-fetch --explain forum)" "$TMP/c/f.rss" \
	'--explain says where it listens'
printf '[source "x"]\n\ttype = fead\n\turl = file:x\n' > "$TMP/c/config"
status 78 'an unknown kind of source is refused' sm-fetch x
like "$(cat "$TMP/err")" "did you mean 'feed'" 'and the nearest named'
unset SM_CONFIG

# -- manners ------------------------------------------------------------------
status 64 'nothing to fetch is a mistake' sm-fetch
status 64 'a kind without a place is a mistake' sm-fetch feed
status 64 'an unknown option is a mistake' sm-fetch --no-such feed x
status 66 'a missing file is noticed' sm-fetch feed "$TMP/nowhere"
status 74 'a full disk is noticed' \
	sh -c "sm-fetch feed $feed/forum.rss > /dev/full"
status 0 'the kinds are listed' sm-fetch -l
is "$(cut -d' ' -f1 "$TMP/out" | LC_ALL=C sort -uc 2>&1)" '' 'sorted'
is "$(cut -d' ' -f1 "$TMP/out" | grep -cx 'feed\|mbox\|ndjson')" 3 \
	'with those that read files'


# Where limits cannot be kept, that is said.
XDG_STATE_HOME=/proc/sm sm-fetch --allow-private --max-time 5 feed \
    http://127.0.0.1:1/ > /dev/null 2> "$TMP/err"
like "$(cat "$TMP/err")" 'rate limits are not remembered' \
    'a state folder that cannot be made is told'
done_testing
