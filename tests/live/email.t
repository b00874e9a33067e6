#!/bin/sh
# email and maildir against Dovecot and Postfix: mails come once and in order,
# nobody's unread marks change, and a password goes where it belongs.
. tests/lib.sh
PATH=$PATH:/usr/sbin:/sbin
unset SM_NOW	# the mails arrive now
chmod 711 "$TMP"
server=$PWD/tests/live/server/mail

if ! "$server" start "$TMP/mail" > "$TMP/vars" 2> "$TMP/why"; then
	"$server" stop "$TMP/mail"
	why=$(tail -3 "$TMP/why" | tr '\n' ' ')
	[ -z "${CI-}" ] || { echo "Bail out! $why"; exit 1; }
	echo "1..0 # SKIP $why"
	exit 0
fi
# shellcheck disable=SC1091 # written just now
. "$TMP/vars"
follower=
trap '[ -z "$follower" ] || kill -9 $follower 2> /dev/null
	"$server" stop "$TMP/mail"; rm -rf "$TMP"' EXIT

# 200 mails: 120 by IMAP, 80 by SMTP where there is Postfix, else by IMAP too.
cat > "$TMP/fill.py" <<'END'
import imaplib, smtplib, ssl, sys, time
from email.message import EmailMessage
ca, imaps, smtp = sys.argv[1], int(sys.argv[2]), int(sys.argv[3] or 0)

def plain(i):
    m = EmailMessage()
    m['From'] = 'Zofia Żak <zofia%d@example.org>' % (i % 7)
    m['To'] = 'Help <help+shop@example.com>'
    m['Subject'] = 'Zamówienie %03d — gdzie jest?' % i
    m['Message-ID'] = '<m%03d@example.org>' % i
    m['Date'] = 'Sat, 21 Nov 2026 10:%02d:%02d +0100' % (i // 60, i % 60)
    if i % 3 == 0:
        m['In-Reply-To'] = '<q%03d@acme.example>' % i
        m['References'] = '<r%03d@acme.example> <q%03d@acme.example>' % (i, i)
    m.set_content('Gdzie jest paczka %d?\n\nW dniu 20.11.2026 o 10:00 Acme '
        'pisze:\n> Dziękujemy.\n-- \nZofia\n' % i)
    if i % 10 == 0:
        m.add_alternative('<p>Gdzie jest <b>paczka</b>?</p>', subtype='html')
        m.add_attachment(b'x' * 5000, maintype='image', subtype='png',
            filename='zdjęcie.png')
    return m.as_bytes()

H = b'Message-ID: <%s@example.org>\r\nFrom: a@example.org\r\n' \
    b'Date: Sat, 21 Nov 2026 12:00:00 +0000\r\n'
odd = [
    H % b'protocol' + b'Subject: x\r\n\r\nS4 OK done\r\n)\r\n* BYE\r\n{9}\r\n',
    H % b'bytes' + b'Subject: caf\xe9 \xb1\r\n\r\n\x80\xe9 raw\r\n',
    H % b'html' + b'Content-Type: text/html; charset=iso-8859-2\r\n\r\n'
        b'<p>Za\xbf\xf3\xb3\xe6</p><blockquote>old</blockquote>\r\n',
    H % b'nobound' + b'Content-Type: multipart/mixed; boundary=zz\r\n\r\n'
        b'--zz\r\n\r\nno end\r\n',
    H % b'b64' + b'Content-Transfer-Encoding: base64\r\n\r\n!!SGVs*bG8=\r\n',
    H % b'auto' + b'Auto-Submitted: auto-replied\r\n\r\nI am away\r\n',
    H % b'long' + b'\r\n' + b'long ' * 40000 + b'\r\n',
    H % b'big' + b'Subject: big\r\n\r\n' + b'0123456789\r\n' * 800000,
    b'Subject: nothing else\r\n\r\nno id, no date, no sender\r\n',
    H % b'same' + b'Subject: one form\r\n\r\none\r\n',
    (H % b'same').replace(b'12:00', b'13:00') + b'Subject: other\r\n\r\ntwo\r\n',
    H % b'pgp' + b'Content-Type: multipart/encrypted; boundary=e\r\n\r\n--e\r\n'
        b'Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--e\r\n'
        b'Content-Type: application/octet-stream\r\n\r\nxx\r\n--e--\r\n',
]
c = imaplib.IMAP4_SSL('localhost', imaps, ssl_context=
    ssl.create_default_context(cafile=ca))
c.login('help', 'secret')
mails = odd + [plain(i) for i in range(200 - len(odd))]
now = imaplib.Time2Internaldate(time.time())
if smtp:
    s = smtplib.SMTP('127.0.0.1', smtp)
    for m in mails[120:]:
        s.sendmail('zofia@example.org', ['help@example.com'],
            m.replace(b'\n', b'\r\n'))
    s.quit()
else:
    mails, rest = mails[:120], mails[120:]
    for m in rest:
        c.append('INBOX', '', now, m.replace(b'\n', b'\r\n'))
for m in mails[:120]:
    c.append('INBOX', '', now, m if b'\r\n' in m else m.replace(b'\n', b'\r\n'))
for i in range(300):
    if int(c.select('INBOX', readonly=True)[1][0]) >= 200:
        break
    time.sleep(0.1)
END
# ids: the Message-IDs of INBOX by UID, as another client sees them
cat > "$TMP/ask.py" <<'END'
import imaplib, re, ssl, sys
c = imaplib.IMAP4_SSL('localhost', int(sys.argv[2]), ssl_context=
    ssl.create_default_context(cafile=sys.argv[1]))
c.login('help', 'secret')
c.select('INBOX', readonly=True)
if sys.argv[3] == 'seen':
    print(len(c.search(None, 'SEEN')[1][0].split()))
elif sys.argv[3] == 'ids':
    for x in c.uid('FETCH', '1:*', '(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])'
            )[1]:
        if isinstance(x, tuple):
            m = re.search(rb'<(.*)>', x[1])
            print(m.group(1).decode() if m else '-')
elif sys.argv[3] == 'add':
    c.append(sys.argv[5] if len(sys.argv) > 5 else 'INBOX', '', None,
        b'Message-ID: <%s@example.org>\r\nFrom: a@example.org\r\n\r\nnew\r\n'
        % sys.argv[4].encode())
elif sys.argv[3] == 'folder':
    c.create(sys.argv[4])
END
ask() {
	python3 "$TMP/ask.py" "$MAIL_CA" "$MAIL_IMAPS" "$@"
}
ok 'the server gets its mails' python3 "$TMP/fill.py" "$MAIL_CA" \
	"$MAIL_IMAPS" "${MAIL_SMTP-}"

cat > "$TMP/conf" <<END
[brand "acme"]
	own = help@example.com
[account "care"]
	user = help
	password_file = $TMP/password
	cafile = $MAIL_CA
	allow_private = yes
[account "wrong"]
	user = help
	password = wrong
	cafile = $MAIL_CA
	allow_private = yes
[account "stranger"]
	user = help
	password_file = $TMP/password
	allow_private = yes
[source "imaps"]
	type = email
	url = imaps://localhost:$MAIL_IMAPS/INBOX
	brand = acme
	account = care
[source "starttls"]
	type = email
	url = imap://localhost:$MAIL_IMAP
	brand = acme
	account = care
[source "bare"]
	type = email
	url = imap://localhost:$MAIL_BARE
	brand = acme
	account = care
[source "wrong"]
	type = email
	url = imaps://localhost:$MAIL_IMAPS
	account = wrong
[source "stranger"]
	type = email
	url = imaps://localhost:$MAIL_IMAPS
	account = stranger
[source "stranger2"]
	type = email
	url = imap://localhost:$MAIL_IMAP
	account = stranger
[source "name"]
	type = email
	url = imaps://other.localhost:$MAIL_IMAPS
	account = care
[source "missing"]
	type = email
	url = imaps://localhost:$MAIL_IMAPS
	account = care
	folder = INBOX
	folder = Nowhere
[source "two"]
	type = email
	url = imaps://localhost:$MAIL_IMAPS
	account = care
	folder = INBOX
	folder = Zgłoszenia & więcej
[source "box"]
	type = maildir
	path = $MAIL_BOXES/help
	brand = acme
	account = care
END
echo secret > "$TMP/password"
chmod 600 "$TMP/conf" "$TMP/password"
get() {
	sm-fetch -c "$TMP/conf" "$@"
}
keep() {
	get --state "$TMP/state" "$@" | sm-checkpoint "$TMP/state"
}

status 0 'a mailbox is read over TLS' get imaps
cp "$TMP/out" "$TMP/all"
is "$(wc -l < "$TMP/all" | tr -d ' ')" 200 'all mails come'
is "$(jq -r .key "$TMP/all" | sort -u | wc -l | tr -d ' ')" 200 'each once'
ask ids | sed '/^-$/d' > "$TMP/ids"
jq -r 'select(.id | startswith("sha256-") | not).id' "$TMP/all" \
	> "$TMP/got"
ok 'in the order of the mailbox' cmp -s "$TMP/ids" "$TMP/got"
is "$(ask seen)" 0 'none is marked as read'

one() {
	jq -c "select(.id == \"$1@example.org\") | $2" "$TMP/all"
}
is "$(one m003 '[.type, .channel, .account, .brand, .name, .content]')" \
	'["Message","email","care","acme","Zamówienie 003 — gdzie jest?","Gdzie jest paczka 3?"]' \
	'subject and text are read, without quote and signature'
is "$(one m003 '[.attributedTo.preferredUsername, .attributedTo.name, .published, .inReplyTo, .context, .direction, .visibility]')" \
	'["zofia3@example.org","Zofia Żak","2026-11-21T09:00:03Z","q003@acme.example","r003@acme.example","in","direct"]' \
	'so are sender, date and thread'
is "$(one m003 '[.ref.to, .ref.message_id, .ref.references, .ref.received_by, .flags]')" \
	'["zofia3@example.org","<m003@example.org>",["<r003@acme.example>","<q003@acme.example>"],["help+shop@example.com"],["quoted"]]' \
	'and what an answer needs'
is "$(one m010 .attachment)" \
	'[{"mediaType":"image/png","name":"zdjęcie.png"}]' \
	'attachments are named'
is "$(one protocol .content)" '"S4 OK done\n)\n* BYE\n{9}"' \
	'a mail that looks like the protocol is only a mail'
is "$(one html '[.content, .flags]')" '["Zażółć",["quoted"]]' \
	'HTML is read in its charset'
is "$(one bytes '[.content, .flags]')" '["€é raw",["repaired-utf8"]]' \
	'wrong bytes are made good'
is "$(one nobound .content)" '"no end"' 'a boundary may be missing'
is "$(one b64 .content)" '"Hello"' 'base64 may have garbage in it'
is "$(one auto .flags)" '["auto"]' 'an automatic answer is known'
is "$(one pgp .content)" '"[encrypted: OpenPGP]"' 'what is sealed says so'
is "$(one big .flags)" '["truncated"]' 'a mail beyond 8 MiB is cut'
is "$(one same '[.key, .content]' | sed 's/#.*"two/#..."two/')" \
	'["email:care:same@example.org","one"]
["email:care:same@example.org#..."two"]' \
	'a Message-ID that was used twice hides no mail'
is "$(jq -c 'select(.id | startswith("sha256-")) | [.content, .published == .indexed]' "$TMP/all")" \
	'["no id, no date, no sender",true]' 'a mail may lack everything'
is "$(jq -c 'select(.indexed == null)' "$TMP/all")" '' \
	'when it came is known of all'

status 0 'STARTTLS does it as well' get starttls
ok 'with the same mails' test "$(jq -c 'del(.fetched, .source)' "$TMP/out" |
	sha256sum)" = "$(jq -c 'del(.fetched, .source)' "$TMP/all" | sha256sum)"
status 0 'this machine itself needs no TLS' get bare --limit 3
is "$(wc -l < "$TMP/out" | tr -d ' ')" 3 'and three are three'
status 69 'an unknown CA is refused' get stranger
status 69 'and so it is behind STARTTLS' get stranger2
status 69 'a certificate for another host is refused' get name
like "$(cat "$TMP/err")" 'subject name' 'and the message says why'
failed() {
	grep -c 'auth failed' "$TMP/mail/dovecot.log"
}
before=$(failed)
status 77 'a wrong password is refused' get wrong
is "$(($(failed) - before))" 1 'and tried once'
ok 'no message shows it' sh -c "! grep -q 'wrong@\|secret' '$TMP/err'"
sed '/allow_private/d' "$TMP/conf" > "$TMP/conf2"
chmod 600 "$TMP/conf2"
status 77 'a private address needs permission' sm-fetch -c "$TMP/conf2" imaps
status 69 'a folder that is not there is said' get missing
like "$(cat "$TMP/err")" "'Nowhere'" 'by name'
is "$(wc -l < "$TMP/out" | tr -d ' ')" 200 'and the others are read'
status 78 'a mailbox needs a login' sm-fetch --allow-private email \
	"imaps://localhost:$MAIL_IMAPS"

is "$(keep imaps | wc -l | tr -d ' ')" 200 'a first sweep has all'
is "$(keep imaps | wc -l | tr -d ' ')" 0 'a second one nothing'
ask add late
is "$(keep imaps | jq -r .id)" late@example.org 'but what is new'
validity() {
	jq '.imaps.folders[0][1]' "$TMP/state"
}
was=$(validity)
sleep 1 # a UIDVALIDITY is a second
rm -f "$MAIL_BOXES"/help/dovecot*
ask add later
is "$(keep imaps | jq -r .id)" later@example.org \
	'after a new UIDVALIDITY only what is new'
ok 'and there was a new one' test "$(validity)" != "$was"
is "$(keep imaps | wc -l | tr -d ' ')" 0 'and then nothing'

ask folder '"Zg&AUI-oszenia &- wi&ARk-cej"'
ask add third '"Zg&AUI-oszenia &- wi&ARk-cej"'
ask add third
is "$(keep two | jq -r .key | sort | uniq -d)" '' \
	'a mail in two folders comes once'
is "$(keep two | wc -l | tr -d ' ')" 0 'and both are remembered'

# Killed at any moment, nothing is lost.
rm -f "$TMP/state"
: > "$TMP/parts"
i=0
while [ $i -lt "${SM_KILLS:-20}" ]; do
	sm-fetch -c "$TMP/conf" --state "$TMP/state" imaps > "$TMP/part" \
		2> /dev/null &
	pid=$!
	sleep "0.$(printf '%02d' $((i * 37 % 60)))"
	kill -9 $pid 2> /dev/null
	wait $pid 2> /dev/null
	sm-checkpoint "$TMP/state" < "$TMP/part" >> "$TMP/parts" 2> /dev/null
	i=$((i + 1))
done
keep imaps >> "$TMP/parts"
is "$(jq -r 'select(.key).key' "$TMP/parts" | sort -u | wc -l |
	tr -d ' ')" 203 'killed at any moment, no mail is lost'
is "$(keep imaps | wc -l | tr -d ' ')" 0 'and none comes again'
is "$(ask seen)" 0 'still none is marked as read'

# Cut at any byte, what came counts and the rest follows.
cat > "$TMP/proxy.py" <<'END'
import socket, sys, threading
to, cuts = int(sys.argv[1]), [int(x) for x in sys.argv[2].split()]
listener = socket.create_server(('127.0.0.1', 0))
print(listener.getsockname()[1], flush=True)

def copy(a, b, left):
    try:
        while left != 0:
            data = a.recv(65536 if left < 0 else min(65536, left))
            if not data:
                break
            b.sendall(data)
            left -= len(data) if left > 0 else 0
    except OSError:
        pass
    for s in a, b:
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

for cut in cuts:
    a, _ = listener.accept()
    b = socket.create_connection(('127.0.0.1', to))
    threading.Thread(target=copy, args=(a, b, -1)).start()
    copy(b, a, cut)
END
cuts='700 2000 9000 20000 40000 60000 90000 150000 300000 900000 3000000 8000000'
python3 "$TMP/proxy.py" "$MAIL_BARE" "$cuts" > "$TMP/port" &
proxy=$!
i=0
while [ ! -s "$TMP/port" ] && [ $i -lt 100 ]; do
	sleep 0.1
	i=$((i + 1))
done
cat >> "$TMP/conf" <<END
[source "cut"]
	type = email
	url = imap://127.0.0.1:$(cat "$TMP/port")
	account = care
[source "uncut"]
	type = email
	url = imap://127.0.0.1:$MAIL_BARE
	account = care
END
: > "$TMP/parts"
silent=
for cut in $cuts; do
	keep cut 2> "$TMP/err" >> "$TMP/parts"
	grep -q 'connection was lost' "$TMP/err" || silent="$silent $cut"
done
kill $proxy 2> /dev/null
is "$silent" '' 'a connection that is cut is said to be'
sed -i 's/"cut":/"uncut":/' "$TMP/state"
keep uncut >> "$TMP/parts"
is "$(jq -r 'select(.key).key' "$TMP/parts" | sort | uniq -d)" '' \
	'cut at any byte, no mail comes twice'
is "$(jq -r 'select(.key).key' "$TMP/parts" | sort -u | wc -l |
	tr -d ' ')" 203 'and none is lost'

status 0 'a dialogue is recorded' get imaps --archive "$TMP/tape"
jq -c 'del(.fetched, .raw)' "$TMP/out" | sha256sum > "$TMP/a"
status 0 'and replayed without a server' get imaps --replay "$TMP/tape"
jq -c 'del(.fetched, .raw)' "$TMP/out" | sha256sum > "$TMP/b"
ok 'with the same mails' cmp -s "$TMP/a" "$TMP/b"
ok 'and no password in it' sh -c "! grep -rq secret '$TMP/tape'"

ls "$MAIL_BOXES/help/new" "$MAIL_BOXES/help/cur" > "$TMP/before"
status 0 'the same mails are read from the Maildir' get box
shape='del(.fetched, .source, .indexed, .start) |
	if .ref.message_id then . else del(.published) end'
jq -c "$shape" "$TMP/out" | sort > "$TMP/a"
get imaps | jq -c "$shape" | sort > "$TMP/b"
# Postfix and Dovecot leave the body alone; of the big one there is as much.
ok 'and are the same' cmp -s "$TMP/a" "$TMP/b"
ls "$MAIL_BOXES/help/new" "$MAIL_BOXES/help/cur" > "$TMP/after"
ok 'and stay where they were' cmp -s "$TMP/before" "$TMP/after"
is "$(keep box | wc -l | tr -d ' ')" 203 'a sweep of the Maildir has all'
ask add fourth
is "$(keep box | jq -r .id)" fourth@example.org 'and then what is new'

if sm-fetch --help | grep -q -- --follow; then
	sm-fetch -c "$TMP/conf" --follow --state "$TMP/state" imaps \
		> "$TMP/live" 2> "$TMP/err" &
	follower=$!
	i=0
	while [ $i -lt 100 ] && ! grep -q fourth@ "$TMP/live"; do
		sleep 0.1
		i=$((i + 1))
	done
	ask add fifth
	i=0
	while [ $i -lt 100 ] && ! grep -q fifth@ "$TMP/live"; do
		sleep 0.1
		i=$((i + 1))
	done
	is "$(jq -r 'select(.key).id' "$TMP/live" | paste -sd' ')" \
		'fourth@example.org fifth@example.org' \
		'who follows a mailbox gets mail as it comes'
	kill -TERM $follower
	wait $follower
	follower=
fi

done_testing
