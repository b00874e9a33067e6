#!/bin/sh
# Logging in where no network is needed: what is typed is kept, privately.
. tests/lib.sh

cat > "$TMP/conf" <<'END'
[account "brand"]
	type = bluesky
	url = https://sky.example
	user = brand.sky.example
[account "bot"]
	type = telegram
	url = https://bot.example
[account "set"]
	token_cmd = "echo t0ken"
[account "open"]
	type = x
[account "many networks/one name"]
	login = token
[account "odd"]
	login = telepathy
[source "posts"]
	type = feed
	url = https://bot.example/rss
	account = bot
END
auth() {
	sm-auth -c "$TMP/conf" "$@"
}
kept=$XDG_STATE_HOME/sm/auth

status 77 'accounts that need a person are status 77' auth --list
is "$(sed -n 's/  */ /gp' "$TMP/out" | head -4)" \
	"brand bluesky must log in: it never has
bot telegram must log in: it never has
set - ok, by the configuration
open x must log in: it never has" 'the list says which'

printf 'app-pass-word\n' > "$TMP/keys"
status 0 'an app password is typed' auth brand < "$TMP/keys"
is "$(stat -c %a "$kept/brand.json")" 600 'and kept privately'
is "$(stat -c %a "$kept")" 700 'in a private folder'
is "$(jq -r '[.user, .password] | join(" ")' "$kept/brand.json")" \
	'brand.sky.example app-pass-word' 'with its user'
is "$(cat "$TMP/out" "$TMP/err" | grep -c app-pass)" 0 'and not shown'
printf '123:abc\n' > "$TMP/keys"
status 0 'a token is typed' auth bot < "$TMP/keys"
is "$(jq -r .access_token "$kept/bot.json")" 123:abc 'and kept'
status 0 'a name that is no name of a file does as well' \
	auth 'many networks/one name' < "$TMP/keys"
is "$(find "$kept" -name '*.json' | wc -l | tr -d ' ')" 3 \
	'in a file of another name'
auth --list > "$TMP/out"
like "$(sed 's/  */ /g' "$TMP/out")" 'bot telegram ok' 'the list knows'

status 66 'nothing typed is nothing kept' auth bot < /dev/null
is "$(jq -r .access_token "$kept/bot.json")" 123:abc 'what was there stays'
chmod 640 "$kept/bot.json"
status 77 'a file that others can read is refused' auth --list
like "$(cat "$TMP/out")" 'chmod 600' 'and the remedy is named'
status 77 'by sm-fetch too' sm-fetch -c "$TMP/conf" posts
chmod 600 "$kept/bot.json"
printf 'x' > "$kept/bot.json"
status 78 'a file that is none is refused' sm-fetch -c "$TMP/conf" posts
like "$(cat "$TMP/err")" "$kept/bot.json" 'and named'
status 0 'logging out forgets it' auth --logout bot
ok 'all of it' [ ! -e "$kept/bot.json" ]
status 0 'twice does no harm' auth --logout bot

cat > "$TMP/own" <<END
[account "own"]
	type = github
	login = token
	token_file = $TMP/own.token
[source "own"]
	type = github
	repo = a/b
	account = own
END
status 77 'a file of a token that is missing is said by the list' \
	sm-auth -c "$TMP/own" --list
printf 'by-hand\n' > "$TMP/own.token"
chmod 600 "$TMP/own.token"
status 0 'a file that holds the token alone is no trouble' \
	sm-auth -c "$TMP/own" --list
like "$(cat "$TMP/out")" 'ok, by the configuration' 'and the list says so'
status 0 'logging out leaves it' sm-auth -c "$TMP/own" --logout own
is "$(cat "$TMP/own.token")" by-hand 'as it was'
status 0 'the same file can be logged in to' sm-auth -c "$TMP/own" own \
	< "$TMP/keys"
is "$(sm-auth -c "$TMP/own" --list | sed 's/  */ /g')" 'own github ok' \
	'as the list knows'

status 78 'an account that is not there is said to be' auth nobody
status 78 'an application has to be registered' auth open < /dev/null
like "$(cat "$TMP/err")" 'client_id' 'and its id configured'
status 78 'an unknown way to log in is refused' auth odd
status 78 'by option too' auth -f telepathy bot
status 64 'an account is needed' auth
status 64 'one' auth brand bot
status 64 'and none for the list' auth --list brand
status 64 'an unknown option is a mistake' auth --no-such brand
status 78 'a configuration that is not there is noticed' \
	sm-auth -c "$TMP/nowhere" brand
status 74 'a full disk is noticed' sh -c \
	'sm-auth -c "$TMP/conf" --list > /dev/full'
is "$(XDG_STATE_HOME=/proc/none sm-auth -c "$TMP/conf" bot < "$TMP/keys" \
	> "$TMP/out" 2> "$TMP/err"; echo $?)" 73 \
	'where nothing can be kept it is said'
is "$(sm auth -c "$TMP/conf" --list > "$TMP/out"; wc -l < "$TMP/out")" 6 \
	'sm auth is sm-auth'
done_testing
